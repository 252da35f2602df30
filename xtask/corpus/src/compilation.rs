//! Generated crates in, whether they compile without a warning out.
//!
//! The crates are members of one workspace that shares a target folder and the versions of this workspace's
//! Cargo.lock, so that a dependency is compiled once. Each is compiled by itself, with the features of dependencies
//! that it asks for and no others.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::measurement::{self, Measurement};

/// How a crate is held to account, in order: checked as it is by default, then with all features. One step that fails ends it.
pub const STEPS: &[Step] = &[
    Step { name: "check", arguments: &["check"] },
    Step { name: "clippy", arguments: &["clippy", "--all-features"] },
    Step { name: "doc", arguments: &["doc", "--no-deps", "--all-features"] },
];

/// One run of cargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub name: &'static str,
    arguments: &'static [&'static str],
}

/// What came of compiling a crate.
#[derive(Debug, Default)]
pub struct Compilation {
    /// What rustc took to check it.
    pub check: Option<Measurement>,
    /// What cargo took for all steps, dependencies included.
    pub time: Duration,
    /// The step that failed, and what cargo said.
    pub failure: Option<(&'static str, String)>,
}

/// The workspace.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
    /// The program that measures rustc.
    wrapper: PathBuf,
}

const PROFILE: &str = "\n[profile.dev]\ndebug = false\nincremental = false\n";

impl Workspace {
    /// Writes the workspace of the crates `members`, which lie in `folder`, each in a folder of its own name.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(folder: &Path, members: &[&str], lock: &Path, wrapper: &Path) -> Result<Self> {
        let list: String = members.iter().map(|name| format!("    {name:?},\n")).collect();
        let manifest =
            format!("[workspace]\nresolver = \"3\"\nmembers = [\n{list}]\nexclude = [\"target\"]\n{PROFILE}");
        fs::create_dir_all(folder.join(MEASUREMENTS)).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join("Cargo.toml");
        fs::write(&path, manifest).with_context(|| format!("cannot write {}", path.display()))?;
        fs::copy(lock, folder.join("Cargo.lock")).with_context(|| format!("cannot copy {}", lock.display()))?;
        Ok(Self { folder: folder.to_owned(), wrapper: wrapper.to_owned() })
    }

    /// Takes the crate called `name` through all steps, and tells `progress` which one begins.
    ///
    /// # Errors
    /// Cargo does not start.
    pub fn compile(&self, name: &str, mut progress: impl FnMut(&Step)) -> Result<Compilation> {
        let start = Instant::now();
        let mut compilation = Compilation::default();
        for step in STEPS {
            progress(step);
            let output = self.cargo(name, step).output().context("cargo does not start")?;
            if step.name == "check" && output.status.success() {
                compilation.check = Measurement::read(&self.folder.join(MEASUREMENTS), name);
            }
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                compilation.failure = Some((step.name, said));
                break;
            }
        }
        compilation.time = start.elapsed();
        Ok(compilation)
    }

    fn cargo(&self, name: &str, step: &Step) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(step.arguments).args(["--quiet", "--color", "never", "--target-dir", "target", "--package", name]);
        cargo.current_dir(&self.folder);
        // What the caller's own cargo handed on is about another workspace.
        for variable in ["CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
            cargo.env_remove(variable);
        }
        cargo.env("RUSTFLAGS", "-D warnings").env("RUSTDOCFLAGS", "-D warnings");
        if step.name == "check" {
            measurement::measure(&mut cargo, &self.wrapper, &self.folder.join(MEASUREMENTS));
        }
        cargo
    }
}

const MEASUREMENTS: &str = "target/measurements";
