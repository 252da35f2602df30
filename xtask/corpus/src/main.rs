//! The program behind `cargo xtask corpus`. Exit status: 0 every description passed, 1 one did not, or the folder
//! cannot be used, 2 wrong arguments.
//!
//! While a crate is compiled, cargo starts this program in the place of rustc, to measure it.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use corpus::{measurement, run};

/// The one of `cargo xtask codegen`, so that times agree.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match measurement::requested() {
        Some(request) => request.run(env::args_os().skip(1)),
        None => run::run(&run::Arguments::parse()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
