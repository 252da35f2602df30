//! `cargo xtask …`. Exit status: 0 done or fresh, 1 the description has problems or the output is stale,
//! 2 wrong arguments.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{codegen, explain, mock, program, suite};

/// Generating is a matter of many small allocations: this allocator saves a quarter of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The commands of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a Rust crate from an OpenAPI description.
    Codegen(codegen::Arguments),
    /// Generate a crate from every description below a folder, and compile them.
    Corpus(program::Arguments),
    /// Say what a code of an error or a warning means.
    Explain(explain::Arguments),
    /// Have generated types read and write the examples of every description below a folder.
    RoundTrips(program::Arguments),
    /// Serve a description: answer with its examples, refuse what it forbids.
    Mock(mock::Arguments),
    /// Send generated routers what nobody would send.
    Fuzz(program::Arguments),
    /// Change descriptions in their structure, and see that the generator bears it.
    Mutate(program::Arguments),
    /// Ask the JSON Schema Test Suite of generated crates.
    Suite(suite::Arguments),
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let outcome = match command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Corpus(arguments) => program::run(program::CORPUS, &arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Fuzz(arguments) => program::run(program::FUZZ, &arguments),
        Command::Mutate(arguments) => program::run(program::MUTATE, &arguments),
        Command::Mock(arguments) => mock::run(&arguments),
        Command::RoundTrips(arguments) => program::run(program::ROUND_TRIPS, &arguments),
        Command::Suite(arguments) => suite::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
