//! What model and what code each accepted fixture becomes.
//!
//! `INSTA_UPDATE=always cargo test -p tests --test snapshots` accepts what it finds; read the diff.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use openapi_rust_generator::Generated;
use openapi_rust_generator::diagnostic::UNTYPED;
use tests::{Fixture, accepted, avido, each, rejected, root};

fn settings(folder: &str, fixture: &Fixture) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&fixture.path);
    settings
}

fn model(fixture: &Fixture, generated: &Generated) {
    settings("accept", fixture).bind(|| insta::assert_yaml_snapshot!(format!("{}.model", fixture.name), generated.api));
}

/// Warnings first, then every file but the support code, which is tested where it is written.
fn code(fixture: &Fixture, generated: &Generated) {
    let mut text = fixture.render(&generated.warnings);
    for file in generated.files.iter().filter(|file| !file.path.starts_with("src/support/")) {
        writeln!(text, "{:=^100}\n{}", format!(" {} ", file.path), file.text).unwrap();
    }
    settings("accept", fixture).bind(|| insta::assert_snapshot!(format!("{}.code", fixture.name), text));
}

#[test]
fn avido_has_its_model_and_code() {
    let fixture = avido();
    let generated = fixture.generated();
    model(&fixture, &generated);
    code(&fixture, &generated);
}

#[test]
fn accepted_fixtures_have_their_model_and_code() {
    each(&accepted(), |fixture| {
        let generated = fixture.generated();
        model(fixture, &generated);
        code(fixture, &generated);
    });
}

#[test]
fn rejected_fixtures_have_their_diagnostics() {
    each(&rejected(), |fixture| {
        let diagnostics = fixture.generate().expect_err("it is accepted");
        let text = fixture.render(&diagnostics);
        settings("reject", fixture).bind(|| insta::assert_snapshot!(fixture.name.as_str(), text));
    });
}

#[test]
fn every_snapshot_has_its_fixture() {
    let mut known: BTreeSet<String> = BTreeSet::from(["model", "code"].map(|kind| format!("accept/avido.{kind}.snap")));
    for fixture in accepted() {
        known.extend(["model", "code"].map(|kind| format!("accept/{}.{kind}.snap", fixture.name)));
    }
    known.extend(rejected().iter().map(|fixture| format!("reject/{}.snap", fixture.name)));
    let found: BTreeSet<String> = ["accept", "reject"]
        .iter()
        .flat_map(|folder| {
            let entries = fs::read_dir(root().join("tests/snapshots").join(folder)).unwrap();
            entries.map(move |entry| format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy()))
        })
        .collect();
    let leftover: Vec<&String> = found.difference(&known).collect();
    assert!(leftover.is_empty(), "no fixture has {leftover:?}: delete them");
}

/// [`UNTYPED`] lists what the generator says, and nothing else.
#[test]
fn what_stays_without_a_type_is_shown_by_a_fixture() {
    let shown: BTreeSet<&str> =
        accepted().iter().flat_map(|fixture| fixture.generated().warnings).map(|warning| warning.code).collect();
    let missing: Vec<&&str> = UNTYPED.iter().filter(|code| !shown.contains(**code)).collect();
    assert!(missing.is_empty(), "no fixture has a warning {missing:?}: write one, or take them out of `UNTYPED`");
}
