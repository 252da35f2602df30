//! Time and memory of the compiler, for one crate and nothing else.
//!
//! What cargo takes is no measure: it also compiles dependencies, at times. But it starts a
//! `RUSTC_WORKSPACE_WRAPPER` in the place of rustc for the crates of a workspace. This program is that wrapper,
//! when `CORPUS_MEASUREMENTS` names a folder: it runs rustc, waits for it with `wait4`, and leaves what that says
//! in a file of that folder, called like the crate. A crate that did not change is not compiled again, and keeps
//! the file.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use wait4::Wait4 as _;

const FOLDER: &str = "CORPUS_MEASUREMENTS";

/// What compiling a crate took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measurement {
    /// From start to end of the compiler.
    pub time: Duration,
    /// What it computed in that time, which is the same on a busy machine.
    pub cpu: Duration,
    /// The most memory that it held, in bytes.
    pub memory: u64,
}

impl Measurement {
    /// What was measured last of the crate called `name`.
    pub fn read(folder: &Path, name: &str) -> Option<Self> {
        let text = fs::read_to_string(folder.join(file_name(name))).ok()?;
        let numbers: Vec<u64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        let [time, cpu, memory] = *numbers.as_slice() else { return None };
        Some(Self { time: Duration::from_millis(time), cpu: Duration::from_millis(cpu), memory })
    }

    fn write(&self, folder: &Path, name: &str) -> Result<()> {
        let path = folder.join(file_name(name));
        fs::write(&path, format!("{} {} {}\n", self.time.as_millis(), self.cpu.as_millis(), self.memory))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// rustc calls crates with underscores.
fn file_name(name: &str) -> String {
    name.replace('-', "_")
}

/// Makes `cargo` measure the crates of its workspace with the program `wrapper`, which is this one.
pub fn measure(cargo: &mut Command, wrapper: &Path, folder: &Path) {
    cargo.env("RUSTC_WORKSPACE_WRAPPER", wrapper).env(FOLDER, folder);
}

/// This process was started in the place of rustc.
#[derive(Debug)]
pub struct Request {
    folder: PathBuf,
}

/// Whether this process was started in the place of rustc.
pub fn requested() -> Option<Request> {
    env::var_os(FOLDER).map(|folder| Request { folder: folder.into() })
}

impl Request {
    /// Runs rustc: its path and its arguments are `arguments`. Gives its exit status.
    ///
    /// # Errors
    /// rustc does not start, or the measurement cannot be written.
    pub fn run(&self, arguments: impl Iterator<Item = OsString>) -> Result<ExitCode> {
        let arguments: Vec<OsString> = arguments.collect();
        let Some((rustc, rest)) = arguments.split_first() else {
            bail!("{FOLDER} is set, which is for `cargo xtask corpus --compile` alone: there is no compiler to run");
        };
        let start = Instant::now();
        let child = Command::new(rustc).args(rest).spawn().context("rustc does not start")?;
        let used = child.wait4().context("cannot wait for rustc")?;
        let usage = used.rusage;
        let measurement = Measurement { time: start.elapsed(), cpu: usage.utime + usage.stime, memory: usage.maxrss };
        // Cargo also asks rustc what it can do, without a crate.
        let mut names = rest.windows(2).filter(|pair| pair.first().is_some_and(|flag| flag == "--crate-name"));
        let name = names.next().and_then(|pair| pair.last()).and_then(|name| OsStr::to_str(name));
        if let Some(name) = name.filter(|name| *name != "___") {
            measurement.write(&self.folder, name)?;
        }
        let code = used.status.code().and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }
}
