//! `cargo xtask mock`: a server that answers from a description's examples, and refuses what the description forbids.
//!
//! It is a generated crate's own router over stubs; where a stub would answer 501, an example goes out instead. The
//! program is written below `target/mock/`, built there, and run.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::Args;
use openapi_rust_generator::Generated;
use openapi_rust_generator::inspect::{Answer, Answers, inspect};
use openapi_rust_generator::settings::Settings;

use crate::codegen::{self, Input, workspace};
use crate::{files, output, stubs};

/// What `cargo xtask mock` is asked to do.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The description, YAML or JSON [default: spec/avido.yaml]
    #[arg(long, value_name = "PATH")]
    pub spec: Option<PathBuf>,
    /// The folder that the files which the description refers to must be in [default: the workspace, or the
    /// description's own folder if it lies outside]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// The settings [default: codegen.toml beside the description, if there is one]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// An OpenAPI Overlay to apply to the description, after those of the settings; may be repeated
    #[arg(long, value_name = "PATH")]
    pub overlay: Vec<PathBuf>,
    /// The port on the loopback interface; 0 for one that is free
    #[arg(long, value_name = "N", default_value_t = 4010)]
    pub port: u16,
}

const WORKSPACE: &str = "[workspace]
resolver = \"3\"
members = [\"api\", \"mock\"]

[profile.dev]
debug = false
";

const MANIFEST: &str = r#"[package]
name = "mock"
version = "0.1.0"
edition = "2024"
publish = false

[dependencies]
api = { path = "../api" }
axum = { version = "0.8", default-features = false, features = ["http1", "tokio"] }
http-body-util = "0.1"
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", default-features = false, features = ["macros", "net", "rt-multi-thread"] }
"#;

/// Runs the command, until the server ends.
///
/// # Errors
/// A file cannot be read or written, the settings cannot be understood, or cargo does not start.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let spec = arguments.spec.clone().unwrap_or_else(|| workspace().join("spec/avido.yaml"));
    let settings = settings(codegen::settings(&spec, arguments.config.as_deref())?);
    let input = Input::read(&spec, arguments.root.as_deref(), &settings, &arguments.overlay)?;
    let generated = match input.generate(&settings) {
        Ok(generated) => generated,
        Err(diagnostics) => {
            input.print(&diagnostics, &settings, false);
            return Ok(ExitCode::FAILURE);
        }
    };
    let answers = answers(&input, &settings);
    let folder = workspace().join("target/mock").join(folder_name(&spec));
    write(&folder, &generated, &answers)?;
    let _ = writeln!(io::stderr(), "building the server of {}", input.name);
    let mut server = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    server
        .args(["run", "--quiet", "--package", "mock", "--target-dir", "../target", "--"])
        .arg(arguments.port.to_string())
        .current_dir(&folder);
    become_program(server).context("cargo does not start")
}

/// The server takes the place of this process, so that whoever ends the one ends the other.
#[cfg(unix)]
fn become_program(mut program: Command) -> io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(&mut program))
}

#[cfg(not(unix))]
fn become_program(mut program: Command) -> io::Result<ExitCode> {
    let status = program.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Those that the server needs, whatever the crate has otherwise.
fn settings(settings: Settings) -> Settings {
    Settings {
        crate_name: Some("api".to_owned()),
        stubs: Some(true),
        client: Some(false),
        server: Some(true),
        ..settings
    }
}

/// By the name of its operation, what each can answer.
fn answers(input: &Input, settings: &Settings) -> BTreeMap<String, Vec<Answer>> {
    let inspection = input.with(|description| inspect(description, settings));
    // What is wrong with the description has been said by then.
    let answers = inspection.map(|inspection| inspection.answers).unwrap_or_default();
    answers.into_iter().map(|Answers { operation, answers }| (operation, answers)).collect()
}

/// The description's file name, so that two descriptions do not overwrite each other's crates.
fn folder_name(spec: &Path) -> String {
    let stem = spec.file_stem().unwrap_or_default().to_string_lossy();
    stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

fn write(folder: &Path, generated: &Generated, answers: &BTreeMap<String, Vec<Answer>>) -> Result<()> {
    output::write(&folder.join("api"), &generated.files)?;
    let lock = workspace().join("Cargo.lock");
    let lock = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let program = format!("{}\n{}", include_str!("program.rs"), stubs::service(&generated.api));
    let answers = serde_json::to_string_pretty(answers).context("the answers cannot be written")?;
    let written = [
        ("Cargo.toml", WORKSPACE),
        ("Cargo.lock", &lock),
        ("mock/Cargo.toml", MANIFEST),
        ("mock/src/main.rs", &program),
        ("mock/answers.json", &answers),
    ];
    written.into_iter().try_for_each(|(path, text)| files::write(folder, path, text))
}
