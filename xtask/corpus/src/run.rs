//! The command: arguments in, the table printed.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use xtask::codegen;

use crate::compilation::Workspace;
use crate::discovery::{self, Description};
use crate::generation::{self, Outcome};
use crate::report::{self, Row, Verdict};

/// Generates a crate from every description below a folder, and prints a table of them.
///
/// `untyped` counts what the description says and the crate has no type for: each has a warning with its place.
/// A description that is refused counts as passed only if `MANIFEST.tsv` in the folder marks it INVALID.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask corpus", bin_name = "cargo xtask corpus")]
pub struct Arguments {
    /// The folder. A file that begins with `openapi:` is a description, other files are parts of one
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Also check the crates with cargo: check, clippy and doc, warnings being errors
    #[arg(long)]
    pub compile: bool,
    /// Only the description called so; may be repeated
    #[arg(long, value_name = "NAME")]
    pub only: Vec<String>,
    /// Where to write the crates [default: target/corpus]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Runs the command; its exit status is 1 where a description did not pass.
///
/// # Errors
/// The folder cannot be used, or the crates cannot be written.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let descriptions = discovery::discover(&arguments.folder, &arguments.only)?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => codegen::workspace().join("target/corpus"),
    };
    fs::create_dir_all(out.join("logs")).with_context(|| format!("cannot make the folder {}", out.display()))?;
    let out = out.canonicalize().with_context(|| format!("cannot find the folder {}", out.display()))?;
    let mut rows = generate(descriptions, &out);
    if arguments.compile {
        compile(&mut rows, &out)?;
    }
    for row in &rows {
        let log = out.join("logs").join(format!("{}.txt", row.description.name));
        fs::write(&log, row.log()).with_context(|| format!("cannot write {}", log.display()))?;
    }
    let (passed, failed) = report::counts(&rows);
    let logs = codegen::display_name(&out, &codegen::workspace());
    // Whoever no longer reads, such as `head`, does not mind what cannot be printed.
    let _ = write!(
        io::stdout(),
        "{}\n{}{}crates and logs are in {logs}\n{passed} passed, {failed} failed\n",
        report::table(&rows, arguments.compile),
        report::failures(&rows),
        report::untyped(&rows),
    );
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn generate(descriptions: Vec<Description>, out: &Path) -> Vec<Row> {
    let progress = Progress::new("generating", descriptions.len());
    let rows = descriptions.into_iter().map(|description| {
        progress.says(&description.name);
        let folder = out.join(&description.name);
        let generation = generation::generate(&description, &folder);
        progress.advances();
        Row { description, generation, compilation: None }
    });
    rows.collect()
}

fn compile(rows: &mut [Row], out: &Path) -> Result<()> {
    let is_written = |row: &&mut Row| matches!(row.generation.outcome, Outcome::Written { .. });
    let written: Vec<&mut Row> = rows.iter_mut().filter(is_written).collect();
    let members: Vec<&str> = written.iter().map(|row| row.description.name.as_str()).collect();
    let lock = codegen::workspace().join("Cargo.lock");
    let this = env::current_exe().context("cannot find this program")?;
    let workspace = Workspace::write(out, &members, &lock, &this)?;
    let progress = Progress::new("compiling", written.len());
    for row in written {
        let name = row.description.name.clone();
        row.compilation =
            Some(workspace.compile(&name, |step| progress.says(&format!("{name}: cargo {}", step.name)))?);
        progress.advances();
        if progress.bar.is_hidden() {
            // A log is read while it grows.
            let result = match row.verdict() {
                Verdict::Passed(how) => how.to_owned(),
                Verdict::Failed(why) => why,
            };
            let _ = writeln!(io::stderr(), "{name}: {result}");
        }
    }
    Ok(())
}

/// A bar on standard error, if that is a terminal.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new(what: &'static str, length: usize) -> Self {
        let bar = ProgressBar::new(length as u64).with_prefix(what);
        if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {elapsed} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    fn says(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }

    fn advances(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
