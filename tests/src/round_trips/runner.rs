//! A crate of the types for each description, and a program that reads and writes values of them.
//!
//! They stand in one workspace and share its target folder. Crates have neither of their features: types and codec
//! are all that is compiled.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, anyhow, bail};
use openapi_rust_generator::Generated;
use serde_json::{Value, json};

use crate::fixture::root;
use crate::round_trips::examples::Example;

const MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["*/*"]
exclude = ["target"]

[profile.dev]
debug = false
incremental = false
"#;

/// The workspace.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
}

/// What has become of an example.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What it is written as, or why it cannot be read.
    pub(super) written: Result<Value, String>,
    /// What is wrong with it as a request.
    pub(super) violations: Vec<String>,
}

impl Workspace {
    /// Makes a workspace in `folder`, or takes up the one that is there.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn new(folder: &Path) -> Result<Self> {
        let workspace = Self { folder: folder.to_owned() };
        workspace.file("Cargo.toml", MANIFEST)?;
        workspace.file("Cargo.lock", &fs::read_to_string(root().join("Cargo.lock"))?)?;
        Ok(workspace)
    }

    /// Has the types of a description read and write its examples.
    pub(super) fn run(&self, name: &str, generated: &Generated, examples: &[Example]) -> Result<Vec<Outcome>> {
        let mut types: Vec<&str> = examples.iter().map(|example| example.ty.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        xtask::output::write(&self.folder.join(name).join("api"), &generated.files)?;
        let package = format!("examples-of-{}", generated.crate_name);
        self.file(&format!("{name}/examples/Cargo.toml"), &manifest(&package, generated)?)?;
        self.file(&format!("{name}/examples/src/main.rs"), &program(&types))?;
        let mut input = String::new();
        for example in examples {
            let index = types.binary_search(&example.ty.as_str()).ok();
            writeln!(input, "{}", json!([index, example.value]))?;
        }
        let output = self.cargo_run(&package, input)?;
        output.lines().map(outcome).collect()
    }

    fn cargo_run(&self, package: &str, input: String) -> Result<String> {
        let mut child = Command::new(env!("CARGO"))
            .args(["run", "--offline", "--quiet", "--target-dir", "target", "--package", package])
            .current_dir(&self.folder)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cargo does not start")?;
        let mut stdin = child.stdin.take().context("cargo takes no input")?;
        let writing = thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output()?;
        // A program that was not compiled reads nothing, which the output tells better than the broken pipe.
        let _ = writing.join();
        if !output.status.success() {
            bail!("{package} cannot be run:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Writes a file unless it is there already, so that nothing is compiled again.
    fn file(&self, path: &str, text: &str) -> Result<()> {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|found| found == text) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
        fs::write(&path, text).with_context(|| path.display().to_string())
    }
}

/// The program's dependencies: the crate, and the crates whose types its own hold.
fn manifest(package: &str, generated: &Generated) -> Result<String> {
    let file = generated.files.iter().find(|file| file.path == "Cargo.toml").context("a crate has a Cargo.toml")?;
    let table: toml::Table = file.text.parse()?;
    let mut dependencies = table.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    dependencies.retain(|_, dependency| dependency.get("optional").is_none());
    let api = toml::toml! { path = "../api" default-features = false };
    dependencies.insert("api".to_owned(), toml::Value::Table(api));
    if let Some(api) = dependencies.get_mut("api").and_then(toml::Value::as_table_mut) {
        api.insert("package".to_owned(), generated.crate_name.clone().into());
    }
    let manifest = toml::toml! { [package] version = "0.1.0" edition = "2024" publish = false };
    let mut manifest = manifest;
    if let Some(head) = manifest.get_mut("package").and_then(toml::Value::as_table_mut) {
        head.insert("name".to_owned(), package.into());
    }
    manifest.insert("dependencies".to_owned(), dependencies.into());
    Ok(toml::to_string(&manifest)?)
}

fn program(types: &[&str]) -> String {
    let checks: String = types.iter().map(|ty| format!("    check::<{ty}>,\n")).collect();
    let harness = include_str!("../../harness/round_trips.rs");
    format!("{harness}\nconst CHECKS: &[fn(&[u8]) -> Value] = &[\n{checks}];\n")
}

fn outcome(line: &str) -> Result<Outcome> {
    let mut line: Value = serde_json::from_str(line)?;
    let violations = line["violations"].as_array().ok_or_else(|| anyhow!("no violations"))?;
    let violations = violations.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
    let written = match line["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(line["written"].take()),
    };
    Ok(Outcome { written, violations })
}
