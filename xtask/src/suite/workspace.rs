//! The workspace in which the crates are compiled and asked.

use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use openapi_rust_generator::diagnostic::Severity;
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, Generated, generate};
use serde::Deserialize;
use serde_json::{Value, json};

use super::description;
use super::group::{DRAFTS, Group};
use crate::{files, output};

const MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["*"]
exclude = ["target"]

[profile.dev]
debug = false
incremental = false
"#;

const HARNESS: &str = r#"[package]
name = "harness"
version = "0.1.0"
edition = "2024"
publish = false

[dependencies]
serde_json = { version = "1", features = ["raw_value"] }
"#;

/// What a generated crate says of a value.
#[derive(Debug, Deserialize)]
pub(super) enum Answer {
    Valid,
    Invalid(Vec<Violation>),
    /// It is not JSON to the crate.
    Malformed,
    /// The generator does not take the schema: there is nobody to ask.
    Refused(String),
}

/// A violation, as the harness prints it.
#[derive(Debug, Deserialize)]
pub(super) struct Violation {
    pub(super) code: String,
    /// Without the property that holds the value.
    pub(super) path: Vec<String>,
}

impl Answer {
    /// Whether the value is valid, if anybody could be asked.
    pub(super) fn verdict(&self) -> Option<bool> {
        match self {
            Self::Valid => Some(true),
            Self::Invalid(_) | Self::Malformed => Some(false),
            Self::Refused(_) => None,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::Malformed => f.write_str("malformed"),
            Self::Refused(reason) => write!(f, "the schema is refused: {reason}"),
            Self::Invalid(violations) => {
                let violations: Vec<String> =
                    violations.iter().map(|it| format!("{} at /{}", it.code, it.path.join("/"))).collect();
                write!(f, "invalid: {}", violations.join(", "))
            }
        }
    }
}

/// The answer to each test of each group.
pub(super) fn answers(groups: &[Group], folder: &Path) -> Result<Vec<Vec<Answer>>> {
    // A schema that is refused must not keep the others from being asked.
    let refusals: Vec<Option<String>> = groups.iter().map(refusal).collect();
    let is_accepted =
        |group: &&Group, refusal: &Option<String>, draft: &str| refusal.is_none() && group.draft() == draft;
    let mut manifest = HARNESS.to_owned();
    let mut arms = String::new();
    for draft in DRAFTS {
        let own = || groups.iter().zip(&refusals).filter(|(group, refusal)| is_accepted(group, refusal, draft));
        let name = draft.replace('-', "_");
        let text = description::of(draft, own().map(|(group, _)| group));
        let generated = generated(draft, &text).map_err(|reason| anyhow::anyhow!("{draft}: {reason}"))?;
        output::write(&folder.join(draft), &generated.files)?;
        writeln!(manifest, "{name} = {{ path = \"../{draft}\", package = \"{draft}\", default-features = false }}")?;
        for (group, _) in own() {
            let key = group.key();
            writeln!(arms, "        \"{draft}/{key}\" => ask!({name}, {key}Place),")?;
        }
    }
    files::write(folder, "Cargo.toml", MANIFEST)?;
    files::write(folder, "harness/Cargo.toml", &manifest)?;
    files::write(folder, "harness/src/main.rs", &include_str!("harness.rs").replace("        // arms\n", &arms))?;
    let lock = crate::codegen::workspace().join("Cargo.lock");
    files::write(
        folder,
        "Cargo.lock",
        &fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?,
    )?;
    let cases: Vec<Value> = groups
        .iter()
        .zip(&refusals)
        .filter(|(_, refusal)| refusal.is_none())
        .flat_map(|(group, _)| {
            let name = format!("{}/{}", group.draft(), group.key());
            group.tests.iter().map(move |test| json!([name, format!("{{\"value\":{}}}", test.data)]))
        })
        .collect();
    files::write(folder, "cases.json", &Value::Array(cases).to_string())?;
    let mut printed = harness(folder)?.into_iter();
    let answer = |refusal: &Option<String>, printed: &mut std::vec::IntoIter<Answer>| match refusal {
        Some(reason) => Ok(Answer::Refused(reason.clone())),
        None => printed.next().context("the harness ends early"),
    };
    let all = groups.iter().zip(&refusals);
    all.map(|(group, refusal)| group.tests.iter().map(|_| answer(refusal, &mut printed)).collect()).collect()
}

/// Why the generator does not take the group's schema.
fn refusal(group: &Group) -> Option<String> {
    generated("group", &description::of(group.draft(), std::iter::once(group))).err()
}

fn generated(name: &str, text: &str) -> Result<Generated, String> {
    let settings = Settings { crate_name: Some(name.to_owned()), ..Settings::default() };
    generate(Description::new("suite.json", text), &settings).map_err(|diagnostics| {
        let errors = diagnostics.iter().filter(|it| it.severity == Severity::Error);
        let errors: Vec<String> = errors.map(|it| format!("{}: {}", it.code, it.message)).collect();
        errors.join("; ")
    })
}

/// Builds and runs the harness.
fn harness(folder: &Path) -> Result<Vec<Answer>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--offline", "--quiet", "--target-dir", "target", "--package", "harness", "--", "cases.json"])
        .current_dir(folder)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .context("cargo does not start")?;
    if !output.status.success() {
        bail!("the harness fails:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("the harness prints something else than answers")
}
