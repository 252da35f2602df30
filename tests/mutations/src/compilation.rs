//! Crates of changed descriptions, compiled by the dozen with every warning denied.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use openapi_rust_generator::Generated;

/// How many crates are compiled at once.
const BATCH: usize = 24;

/// The features that a batch is compiled with, in turn.
const FEATURES: &[&[&str]] = &[
    &["--all-features"],
    &["--no-default-features", "--features", "client"],
    &["--no-default-features", "--features", "server"],
];

/// The cases that do not compile, and what rustc says.
pub(crate) type Failed = Vec<(u64, String)>;

/// A workspace of crates that wait for the compiler.
pub(crate) struct Compilation {
    folder: PathBuf,
    every: u64,
    seen: u64,
    waiting: Vec<u64>,
    batches: usize,
    compiled: usize,
}

impl Compilation {
    /// Compiles below `folder` every crate of `every`.
    pub(crate) fn new(folder: &Path, every: u64) -> Result<Self> {
        let _ = fs::remove_dir_all(folder.join("members"));
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let lock = crate::workspace().join("Cargo.lock");
        fs::copy(&lock, folder.join("Cargo.lock")).with_context(|| format!("cannot copy {}", lock.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
            every: every.max(1),
            seen: 0,
            waiting: Vec::new(),
            batches: 0,
            compiled: 0,
        })
    }

    /// How many crates have been compiled.
    pub(crate) fn compiled(&self) -> usize {
        self.compiled
    }

    /// Takes a crate, and compiles all that wait if they are enough.
    pub(crate) fn add(&mut self, case: u64, generated: Generated, text: &str) -> Result<Option<Failed>> {
        self.seen += 1;
        if !self.seen.is_multiple_of(self.every) {
            return Ok(None);
        }
        let member = self.member(case);
        for file in generated.files {
            let manifest = format!("name = \"{}\"", generated.crate_name);
            let is_manifest = file.path == "Cargo.toml";
            let text = if is_manifest {
                file.text.replacen(&manifest, &format!("name = \"case-{case}\""), 1)
            } else {
                file.text
            };
            write(&member.join(file.path), &text)?;
        }
        write(&member.join("description.json"), text)?;
        self.waiting.push(case);
        if self.waiting.len() < BATCH { Ok(None) } else { self.finish().map(Some) }
    }

    /// Compiles what waits. Crates that compile are removed; the others stay with their description.
    pub(crate) fn finish(&mut self) -> Result<Failed> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let members: String = waiting.iter().map(|case| format!("    \"members/case-{case}\",\n")).collect();
        let profile = "[profile.dev]\ndebug = false\nincremental = false\n";
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [\n{members}]\n\n{profile}");
        write(&self.folder.join("Cargo.toml"), &manifest)?;
        let features = FEATURES[self.batches % FEATURES.len()];
        self.batches += 1;
        self.compiled += waiting.len();
        let output = self.cargo(features).output().context("cargo does not start")?;
        let said = String::from_utf8_lossy(&output.stderr);
        let mut failed = Failed::new();
        for case in waiting {
            let place = format!("members/case-{case}/");
            let line = said.lines().find(|line| line.starts_with(&place));
            match line {
                Some(line) => failed.push((case, format!("{}: {line}", features.join(" ")))),
                None => drop(fs::remove_dir_all(self.member(case))),
            }
        }
        if !output.status.success() && failed.is_empty() {
            anyhow::bail!("cargo fails: {said}");
        }
        Ok(failed)
    }

    fn cargo(&self, features: &[&str]) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["check", "--workspace", "--keep-going", "--offline", "--quiet", "--message-format", "short"]);
        cargo.args(["--color", "never", "--target-dir", "target"]).args(features).current_dir(&self.folder);
        for variable in ["CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
            cargo.env_remove(variable);
        }
        cargo.env("RUSTFLAGS", "-D warnings");
        cargo
    }

    fn member(&self, case: u64) -> PathBuf {
        self.folder.join(format!("members/case-{case}"))
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
