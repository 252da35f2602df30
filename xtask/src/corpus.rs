//! `cargo xtask corpus`: starts the package `corpus`, an optimized program of its own, so that nobody who runs
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
    /// See `cargo xtask corpus --help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Runs the program and gives its exit status.
///
/// # Errors
/// Cargo does not start.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--release", "--package", "corpus", "--manifest-path"])
        .arg(workspace().join("Cargo.toml"))
        .arg("--")
        .args(&arguments.arguments)
        .status()
        .context("cargo does not start")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
