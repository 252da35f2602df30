//! `cargo xtask suite`: the JSON Schema Test Suite, asked of generated crates.
//!
//! Each group's schema becomes a component of an OpenAPI description, 3.1 for draft 2020-12 and 3.0 for draft 4; the crates
//! are compiled below `target/suite`, and each test's data is read strictly, as in a request: valid is what decodes
//! without a violation. Tests that go otherwise are ruled out, if they contradict nothing but the type that a schema's
//! keywords imply, or listed with a reason.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

mod group;
mod description;
mod workspace;
mod implied;
mod listed;

use group::{Group, Test};
use listed::Listed;
use workspace::Answer;

/// What `cargo xtask suite` is asked to do.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The suite's folder, with `tests/draft2020-12` and `tests/draft4` in it
    #[arg(value_name = "DIR")]
    pub suite: PathBuf,
    /// Tests that are known to go otherwise, with a reason each [default: tests/suite.toml]
    #[arg(long, value_name = "PATH")]
    pub listed: Option<PathBuf>,
    /// Ask only the files of this name, such as `oneOf`; the counts are not compared then
    #[arg(long, value_name = "KEYWORD")]
    pub only: Vec<String>,
}

/// How the tests of one file went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// The verdict is the suite's.
    pub passed: usize,
    /// The test contradicts only the type that keywords imply.
    pub ruled_out: usize,
    /// Listed, with a reason.
    pub listed: usize,
    /// Neither.
    pub wrong: usize,
}

/// How the suite went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// By the file's path without its extension: `draft4/minLength`.
    pub counts: BTreeMap<String, Count>,
    /// What is wrong: tests, entries of the list, floors.
    pub problems: Vec<String>,
}

impl Outcome {
    /// How many tests of a draft pass.
    pub fn passed(&self, draft: &str) -> usize {
        let own = self.counts.iter().filter(|(file, _)| file.split('/').next() == Some(draft));
        own.map(|(_, count)| count.passed).sum()
    }
}

/// Runs the command; its exit status is 1 where a verdict is wrong, or the list is.
///
/// # Errors
/// The suite or the list cannot be read, or the crates do not compile.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let outcome = ask(arguments, &crate::codegen::workspace().join("target/suite"))?;
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{:44} {:>7} {:>9} {:>7} {:>6}", "keyword", "passed", "ruled out", "listed", "wrong");
    let mut row = |name: &str, count: &Count| {
        let Count { passed, ruled_out, listed, wrong } = count;
        let _ = writeln!(out, "{name:44} {passed:>7} {ruled_out:>9} {listed:>7} {wrong:>6}");
    };
    let mut total = Count::default();
    for (file, count) in &outcome.counts {
        row(file, count);
        total.passed += count.passed;
        total.ruled_out += count.ruled_out;
        total.listed += count.listed;
        total.wrong += count.wrong;
    }
    row("all", &total);
    for problem in &outcome.problems {
        let _ = writeln!(out, "\n{problem}");
    }
    Ok(if outcome.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Generates, compiles and asks, all in `folder`.
///
/// # Errors
/// The suite or the list cannot be read, or the crates do not compile.
pub fn ask(arguments: &Arguments, folder: &Path) -> Result<Outcome> {
    let list = arguments.listed.clone().unwrap_or_else(|| crate::codegen::workspace().join("tests/suite.toml"));
    let mut listed = Listed::read(&list)?;
    let mut groups = Group::read_all(&arguments.suite)?;
    listed.take_keywords(&mut groups);
    if !arguments.only.is_empty() {
        groups.retain(|group| arguments.only.iter().any(|name| group.file.rsplit('/').next() == Some(name)));
    }
    if groups.is_empty() {
        bail!("{} holds no tests to ask", arguments.suite.display());
    }
    let answers = workspace::answers(&groups, folder)?;
    let mut outcome = Outcome::default();
    for (group, answers) in groups.iter().zip(answers) {
        let count = outcome.counts.entry(group.file.clone()).or_default();
        for (test, answer) in group.tests.iter().zip(&answers) {
            let reason = listed.reason(group, test);
            if answer.verdict() == Some(test.valid) {
                count.passed += 1;
            } else if is_about_implied_type(group, test, answer) {
                count.ruled_out += 1;
            } else if reason.is_some() {
                count.listed += 1;
                listed.used(group, test);
            } else {
                count.wrong += 1;
                outcome.problems.push(wrong(group, test, answer));
            }
        }
    }
    if arguments.only.is_empty() {
        outcome.problems.extend(listed.stale());
        for (draft, floor) in &listed.passed {
            let passed = outcome.passed(draft);
            if passed < *floor {
                outcome.problems.push(format!("{draft}: {passed} tests pass, fewer than {floor}"));
            }
        }
    }
    Ok(outcome)
}

/// Whether the test goes otherwise for no other reason than that a schema without `type` is read as the type that its
/// keywords imply.
fn is_about_implied_type(group: &Group, test: &Test, answer: &Answer) -> bool {
    let others = implied::other_types(&group.schema, &test.value);
    match answer {
        Answer::Invalid(violations) => violations.iter().all(|violation| match violation.code.as_str() {
            "type" => others.contains(&violation.path),
            "any_of" | "one_of" => others.iter().any(|path| path.starts_with(&violation.path)),
            _ => false,
        }),
        // A member of a `oneOf`, or what `not` excludes, fits less often.
        Answer::Valid => !others.is_empty() && implied::has_exclusion(&group.schema),
        Answer::Malformed | Answer::Refused(_) => false,
    }
}

fn wrong(group: &Group, test: &Test, answer: &Answer) -> String {
    let expected = if test.valid { "valid" } else { "invalid" };
    format!(
        "{}/{}/{}\n  schema:   {}\n  data:     {}\n  expected: {expected}\n  found:    {answer}",
        group.file, group.name, test.name, group.schema, test.data
    )
}
