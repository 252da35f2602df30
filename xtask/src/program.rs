//! `cargo xtask corpus`, `round-trips`, `fuzz` and `mutate`: start a program of its own each, so that nobody who runs
//! `cargo xtask codegen` builds it and what it depends on.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::codegen::workspace;

/// What is handed on to the program; `--help` too.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Arguments {
    /// See `--help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// The package `corpus`, optimized.
pub const CORPUS: &[&str] = &["--release", "--package", "corpus"];

/// The program `round-trips` of the package `tests`.
pub const ROUND_TRIPS: &[&str] = &["--package", "tests", "--bin", "round-trips"];

/// The program `fuzz` of the package `tests`.
pub const FUZZ: &[&str] = &["--package", "tests", "--bin", "fuzz"];

/// The program `mutate` of the package `mutations`, optimized.
pub const MUTATE: &[&str] = &["--release", "--package", "mutations", "--bin", "mutate"];

/// Runs the program that `cargo run` takes `choice` for, and gives its exit status.
///
/// # Errors
/// Cargo does not start.
pub fn run(choice: &[&str], arguments: &Arguments) -> Result<ExitCode> {
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--manifest-path"])
        .arg(workspace().join("Cargo.toml"))
        .args(choice)
        .arg("--")
        .args(&arguments.arguments)
        .status()
        .context("cargo does not start")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
