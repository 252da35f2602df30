//! Sends generated routers what nobody would send.
//!
//! ```text
//! cargo xtask fuzz [--cases N] [DESCRIPTION]...
//! ```
//!
//! Exit status: 0 all routers have answered everything, and not with 500; 1 one has not.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;
use tests::{Scratch, accepted, named, root};

/// The fixtures that have most of what a router does.
const FIXTURES: &[&str] = &[
    "bodies",
    "forms",
    "headers",
    "media_types",
    "multipart",
    "parameters",
    "routes",
    "security",
    "streams",
    "styles",
    "unions_tagged",
    "uploads",
];

/// Sends generated routers, of fixtures and of other descriptions, what nobody would send.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask fuzz", bin_name = "cargo xtask fuzz")]
struct Arguments {
    /// More descriptions
    descriptions: Vec<PathBuf>,
    /// How many requests each router gets
    #[arg(long, default_value_t = 100_000)]
    cases: u32,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let mut descriptions = accepted();
    descriptions.retain(|fixture| FIXTURES.contains(&fixture.name.as_str()));
    for path in &arguments.descriptions {
        descriptions.push(named(path).with_context(|| path.display().to_string())?);
    }
    println!("{} routers, {} requests each", descriptions.len(), arguments.cases);
    let scratch = Scratch::of(&root().join("target/fuzz"), descriptions);
    let cases = arguments.cases.to_string();
    scratch.cargo_with(&["test", "--package", "harness", "survives_anything"], &[("FUZZ_CASES", &cases)]);
    println!("all answered, none with 500");
    Ok(())
}
