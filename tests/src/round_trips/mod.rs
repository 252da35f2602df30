//! Holds the types of a description to the examples that it gives: each is read as a client reads a response, and
//! written again as the same JSON data.
//!
//! Examples are found in the description itself, in schemas wherever they stand, in media types, parameters and
//! headers (`examples.rs`); a crate of the types alone reads and writes them (`runner.rs`); what comes back is held
//! against what was given (`compare.rs`).

mod compare;
mod examples;
mod runner;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use openapi_rust_generator::inspect::inspect;
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, generate};
use serde_json::Value;
use xtask::files;

use compare::Difference;
use examples::Example;
use runner::Outcome;
pub use runner::Workspace;

/// What has become of the examples of one description.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How many came back equal.
    pub equal: usize,
    /// Properties that came back in nothing, since the schema neither declares nor keeps them; with how often.
    pub dropped: BTreeMap<String, usize>,
    /// How many came back equal but for those.
    pub dropping: usize,
    /// Examples that contradict their own schema, and how.
    pub contradicting: Vec<String>,
    /// How many of those came back equal all the same.
    pub contradicting_equal: usize,
    /// Examples that are not data of a type, and why.
    pub skipped: Vec<String>,
    /// Everything else.
    pub failed: Vec<String>,
}

impl Verdict {
    /// How many examples are as they should be.
    pub fn passed(&self) -> usize {
        self.equal + self.dropping
    }
}

/// Holds the description `name` to its examples.
///
/// # Errors
/// It is refused, or its types do not compile.
pub fn check(name: &str, path: &Path, workspace: &Workspace) -> Result<Verdict> {
    let file = &path.file_name().unwrap_or_default().to_string_lossy();
    let text = fs::read(path).with_context(|| path.display().to_string())?;
    let root = files::default_root(path, &crate::root());
    let read = |file: &str| files::read(path, &root, file);
    let crate_name = format!("types-of-{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    let settings = Settings { crate_name: Some(crate_name), ..Settings::default() };
    let description = Description::new(file, &text).with_files(&read);
    let refused = |diagnostics: Vec<_>| {
        let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{file} is refused:\n{}", lines.join("\n"))
    };
    let generated = generate(description, &settings).map_err(refused)?;
    let inspection = inspect(description, &settings).map_err(refused)?;
    let mut verdict = Verdict::default();
    let mut found = Vec::new();
    for example in examples::of(&inspection) {
        match example {
            Ok(example) => found.push(example),
            Err(reason) => verdict.skipped.push(reason),
        }
    }
    if found.is_empty() {
        return Ok(verdict);
    }
    let outcomes = workspace.run(name, &generated, &found)?;
    if outcomes.len() != found.len() {
        bail!("{file}: {} examples, but {} outcomes", found.len(), outcomes.len());
    }
    for (example, outcome) in found.iter().zip(outcomes) {
        judge(example, outcome, &inspection.document, &mut verdict);
    }
    Ok(verdict)
}

fn judge(example: &Example, outcome: Outcome, document: &Value, verdict: &mut Verdict) {
    let place = &example.pointer;
    let differences = match &outcome.written {
        Ok(written) => compare::differences(document, &example.schema, &example.value, written),
        Err(error) => vec![Difference::unreadable(error)],
    };
    let (dropped, others): (Vec<_>, Vec<_>) = differences.into_iter().partition(|difference| difference.is_dropped);
    for violation in outcome.violations.iter().take(1) {
        verdict.contradicting.push(format!("{place}: {violation}"));
        verdict.contradicting_equal += usize::from(others.is_empty());
    }
    match (others.first(), outcome.violations.is_empty()) {
        (Some(other), true) => verdict.failed.push(format!("{place} as `{}`: {other}", example.ty)),
        (Some(_), false) => {}
        (None, _) if dropped.is_empty() => verdict.equal += 1,
        (None, _) => verdict.dropping += 1,
    }
    if others.is_empty() {
        for difference in dropped {
            *verdict.dropped.entry(format!("{}: {}", example.schema, difference.path)).or_default() += 1;
        }
    }
}
