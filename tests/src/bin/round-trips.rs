//! Holds the types of every description in a folder to the examples that the descriptions give.
//!
//! ```text
//! cargo xtask round-trips DIR [--only NAME]... [--all]
//! ```
//!
//! Exit status: 0 all came back, 1 some did not, 2 wrong arguments.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use corpus::discovery::{Description, discover};
use tests::root;
use tests::round_trips::{Verdict, Workspace, check};

/// How many lines of a list are shown.
const SHOWN: usize = 10;

/// Has generated types read and write the examples of their descriptions.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask round-trips", bin_name = "cargo xtask round-trips")]
struct Arguments {
    /// A folder of descriptions
    folder: PathBuf,
    /// The description of that file name, without its extension [default: all]
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// List everything that is not equal, not only the first few
    #[arg(long)]
    all: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool> {
    let workspace = Workspace::new(&root().join("target/round-trips"))?;
    let descriptions = discover(&arguments.folder, &arguments.only)?;
    println!(
        "{:32} {:>8} {:>8} {:>8} {:>13} {:>8} {:>8}",
        "description", "examples", "equal", "dropping", "contradicting", "skipped", "failed"
    );
    let (mut passed, mut failed) = (0, 0);
    for Description { name, path, .. } in &descriptions {
        match check(name, path, &workspace) {
            Ok(verdict) => {
                passed += verdict.passed();
                failed += verdict.failed.len();
                print(name, &verdict, if arguments.all { usize::MAX } else { SHOWN });
            }
            Err(error) => {
                failed += 1;
                println!("{name:32} failed: {error:#}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

fn print(name: &str, verdict: &Verdict, shown: usize) {
    let lost = verdict.contradicting.len() - verdict.contradicting_equal;
    println!(
        "{name:32} {:>8} {:>8} {:>8} {:>13} {:>8} {:>8}",
        verdict.passed() + lost + verdict.failed.len(),
        verdict.equal,
        verdict.dropping,
        verdict.contradicting.len(),
        verdict.skipped.len(),
        verdict.failed.len()
    );
    let dropped: Vec<String> = verdict.dropped.iter().map(|(place, count)| format!("{place} ({count}×)")).collect();
    list("not declared, dropped", &dropped, shown);
    list("contradicts its schema", &verdict.contradicting, shown);
    list("not checked", &verdict.skipped, shown);
    list("FAILED", &verdict.failed, usize::MAX);
}

fn list(title: &str, lines: &[String], shown: usize) {
    lines.iter().take(shown).for_each(|line| println!("    {title}: {line}"));
    if lines.len() > shown {
        println!("    {title}: … and {} more", lines.len() - shown);
    }
}
