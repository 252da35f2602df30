//! `cargo xtask explain`: what a code of a diagnostic means.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use openapi_rust_generator::catalogue::{chapters, explain};

/// What `cargo xtask explain` is asked to do.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A code, as it stands in brackets behind `error` or `warning` [default: all are listed]
    code: Option<String>,
}

/// Prints the explanation of a code, or a line about each.
///
/// # Errors
/// There is no such code.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let text = match &arguments.code {
        Some(code) => explanation(code)?,
        None => list(),
    };
    // Whoever no longer reads it, such as `head`, does not mind that it cannot be printed.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}

/// Of `dangling-reference`, or of `error[dangling-reference]` as it was copied.
fn explanation(code: &str) -> Result<String> {
    let bare = code.split_once('[').map_or(code, |(_, code)| code.trim_end_matches([':', ']']));
    match explain(&bare.to_ascii_lowercase()) {
        Ok(found) => Ok(format!("{}\n\n{}\n", found.code, found.text)),
        Err(help) => {
            let help = help.unwrap_or_else(|| "`cargo xtask explain` lists all".to_owned());
            bail!("there is no code `{bare}`; {help}")
        }
    }
}

fn list() -> String {
    let mut text = String::new();
    for chapter in chapters() {
        text.push_str(&format!("{}\n", chapter.title));
        for found in chapter.codes {
            text.push_str(&format!("  {:<30} {}\n", found.code, found.summary));
        }
        text.push('\n');
    }
    text
}
