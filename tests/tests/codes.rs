//! Every code of a diagnostic is explained, with an example that is wrong in that way, and one that is not.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::io;

use openapi_rust_generator::catalogue::{Explanation, chapters};
use openapi_rust_generator::diagnostic::Diagnostic;
use openapi_rust_generator::render::Renderer;
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, generate};
use tests::{accepted, rejected, root};

/// Codes that no file can have: `cargo xtask` reads other files, and earlier passes find what would come to the others.
const NOT_OF_FILES: &[&str] = &["circular-all-of", "external-reference", "invalid-description"];

/// Codes of what is too large for a file here: `bounds.rs` shows them.
const OF_LARGE_FILES: &[&str] = &["too-many-combinations", "too-many-parameters"];

/// A description, its other files and its settings, out of code blocks.
#[derive(Debug, Clone, Default)]
struct Example {
    text: String,
    files: Vec<(String, String)>,
    settings: String,
}

impl Example {
    /// What the code blocks of a text hold; what they do not is taken from `before`. `None` if none is to be run.
    fn read(text: &str, before: Self) -> Option<Self> {
        let mut example = before;
        let blocks: Vec<(&str, &str)> =
            text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect();
        for (language, block) in &blocks {
            let block = (*block).to_owned();
            match language.split_once(' ').unwrap_or((language, "")) {
                ("yaml", "") => example.text = completed(&block),
                ("yaml" | "json", "whole") => example.text = block,
                ("yaml", file) => {
                    example.files.retain(|(name, _)| name != file);
                    example.files.push((file.to_owned(), block));
                }
                ("toml", "") => example.settings = block,
                ("text", "") => return None,
                other => panic!("what is {other:?}?"),
            }
        }
        (!blocks.is_empty()).then_some(example)
    }

    /// What the generator says of it, and that as people read it.
    fn diagnostics(&self) -> (Vec<Diagnostic>, String) {
        let settings = Settings::parse("codegen.toml", &self.settings);
        let read = |path: &str| match self.files.iter().find(|(name, _)| name == path) {
            Some((_, text)) => Ok(text.clone().into_bytes()),
            None if path.starts_with("..") => Err(io::Error::other("it is outside the folder")),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        let description = Description::new("api.yaml", &self.text).with_files(&read);
        let found = generate(description, &settings).map_or_else(|errors| errors, |generated| generated.warnings);
        let shown = Renderer::new(description, &settings).all(true).text(&found);
        (found, shown)
    }
}

/// The first two lines of a description, where they are left out.
fn completed(text: &str) -> String {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let mut lines = String::new();
    if !has("openapi:") {
        lines.push_str("openapi: 3.1.1\n");
    }
    if !has("info:") {
        lines.push_str("info: { title: Example, version: '1' }\n");
    }
    lines + text
}

fn explanations() -> impl Iterator<Item = Explanation> {
    chapters().flat_map(|chapter| chapter.codes)
}

fn codes_of(found: &[Diagnostic]) -> BTreeSet<&'static str> {
    found.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn every_explanation_has_its_parts_and_its_own_code() {
    let mut seen = BTreeSet::new();
    for Explanation { code, summary, text } in explanations() {
        assert!(seen.insert(code), "`{code}` is explained twice");
        assert!(summary.ends_with('.') && summary.len() < 120, "`{code}` begins with a sentence of a line: {summary}");
        assert!(text.contains("\nSource: "), "the explanation of `{code}` does not say where the rule is from");
    }
}

#[test]
fn every_example_is_wrong_as_its_code_says_and_then_is_not() {
    let mut failures = String::new();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/snapshots/codes"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for Explanation { code, text, .. } in explanations() {
        let Some((wrong, mended)) = text.split_once("\nMended:\n") else { continue };
        let Some(wrong) = Example::read(wrong, Example::default()) else { continue };
        let (found, shown) = wrong.diagnostics();
        if !codes_of(&found).contains(code) {
            failures += &format!("the example of `{code}` does not have it:\n{shown}\n");
        }
        settings.bind(|| insta::assert_snapshot!(code, shown));
        if let Some(mended) = Example::read(mended, wrong) {
            let (found, shown) = mended.diagnostics();
            if !found.is_empty() {
                failures += &format!("the mended example of `{code}` still has something:\n{shown}\n");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What an example cannot say in a few lines, a fixture does.
#[test]
fn every_code_is_shown_by_an_example_or_a_fixture() {
    let mut shown: BTreeSet<&str> = NOT_OF_FILES.iter().chain(OF_LARGE_FILES).copied().collect();
    for Explanation { text, .. } in explanations() {
        let wrong = text.split_once("\nMended:\n").map(|(wrong, _)| Example::read(wrong, Example::default()));
        if let Some(wrong) = wrong.flatten() {
            shown.extend(codes_of(&wrong.diagnostics().0));
        }
    }
    shown.extend(rejected().iter().flat_map(|fixture| codes_of(&fixture.generate().unwrap_err())));
    shown.extend(accepted().iter().flat_map(|fixture| codes_of(&fixture.generated().warnings)));
    let explained: BTreeSet<&str> = explanations().map(|explanation| explanation.code).collect();
    let unexplained: Vec<&&str> = shown.difference(&explained).collect();
    assert!(unexplained.is_empty(), "explain {unexplained:?} in a chapter of generator/codes/");
    let missing: Vec<&str> =
        explanations().map(|explanation| explanation.code).filter(|code| !shown.contains(code)).collect();
    assert!(missing.is_empty(), "nothing shows {missing:?}: nobody can have them, or they need a fixture");
}

/// What a stage says is explained: `error("code", …)`, `warning("code", …)`, and codes that come out of tables.
#[test]
fn every_code_in_the_source_is_explained() {
    let explained: BTreeSet<&str> = explanations().map(|explanation| explanation.code).collect();
    let mut missing = BTreeSet::new();
    for text in sources(&root().join("generator/src")) {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for call in ["error(", "warning(", "code: "] {
            for (at, _) in text.match_indices(call) {
                let Some(rest) = text[at + call.len()..].trim_start().strip_prefix('"') else { continue };
                let code = rest.split('"').next().unwrap();
                if !explained.contains(code) {
                    missing.insert(code.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "explain {missing:?} in a chapter of generator/codes/");
}

/// The text of every Rust file below a folder.
fn sources(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = entries.flat_map(|path| match path.is_dir() {
        true => sources(&path),
        false => vec![std::fs::read_to_string(path).unwrap()],
    });
    texts.collect()
}

#[test]
fn every_snapshot_has_its_code() {
    let codes: BTreeSet<String> = explanations().map(|explanation| format!("{}.snap", explanation.code)).collect();
    let found = std::fs::read_dir(root().join("tests/snapshots/codes")).unwrap();
    let names = found.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let leftover: Vec<String> = names.filter(|name| !codes.contains(name)).collect();
    assert!(leftover.is_empty(), "no code has {leftover:?}: delete them");
}
