//! What people are told of mistakes that they make: those of `fixtures/mistakes.toml`, made in the shipped description.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::fs;

use openapi_rust_generator::render::Renderer;
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, generate};
use tests::{avido, root};

/// What may be written so, and says nothing: statuses without quotes are read as they are meant, an array of 3.1 needs no
/// `items`, and anybody may have formats of their own.
const SILENT: &[&str] = &["array_without_items", "status_as_number", "unknown_format"];

fn mistakes() -> toml::Table {
    fs::read_to_string(root().join("tests/fixtures/mistakes.toml")).unwrap().parse().unwrap()
}

#[test]
fn every_mistake_is_told_so_that_it_can_be_mended() {
    let right = avido().text();
    let known: Vec<String> = avido().generated().warnings.into_iter().map(|warning| warning.message).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("tests/snapshots/mistakes"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, mistake) in mistakes() {
        let part = |key: &str| mistake[key].as_str().unwrap().to_owned();
        assert!(right.contains(&part("find")), "{name}: there is no such text");
        let wrong = right.replacen(&part("find"), &part("write"), 1);
        let description = Description::new("spec/avido.yaml", &wrong);
        let none = Settings::default();
        let mut found = generate(description, &none).map_or_else(|errors| errors, |generated| generated.warnings);
        found.retain(|diagnostic| !known.contains(&diagnostic.message));
        assert_eq!(found.is_empty(), SILENT.contains(&name.as_str()), "{name}: {found:?}");
        if found.is_empty() {
            continue;
        }
        let shown = Renderer::new(description, &none).text(&found);
        settings.bind(|| insta::assert_snapshot!(name.as_str(), shown));
    }
}

#[test]
fn every_snapshot_has_its_mistake() {
    let known: BTreeSet<String> = mistakes().keys().map(|name| format!("{name}.snap")).collect();
    let found = fs::read_dir(root().join("tests/snapshots/mistakes")).unwrap();
    let names = found.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let leftover: Vec<String> = names.filter(|name| !known.contains(name)).collect();
    assert!(leftover.is_empty(), "no mistake has {leftover:?}: delete them");
}
