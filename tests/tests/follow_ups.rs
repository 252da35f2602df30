//! One mistake in a description that is fine otherwise: what is said is about that, and nothing that only follows.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::HashSet;

use mutations::parsed;
use openapi_rust_generator::diagnostic::{Diagnostic, Place};
use serde_json::{Value, json};
use tests::{Fixture, accepted, avido, root};

/// Every so manyeth place of the fixtures is tried.
const STEP: usize = 7;

/// Keywords whose values are data, or names.
const DATA: &[&str] = &["example", "examples", "default", "enum", "const", "required", "mapping", "scopes"];

/// Where a mistake shows elsewhere, and may: a section that is no object has nothing that others could refer to, a schema
/// without its `$id` is not found by it, and what an overlay is to correct is not there.
const TOLD_APART: &[&str] = &[
    "dangling-reference",
    "missing-file",
    "overlay-conflict",
    "recursive-reference",
    "relative-reference",
    "remote-reference",
    "unmatched-target",
    // Of two members or operations beside each other, the first is what it is, and so the second is seen differently.
    "idle-access",
    "unrouted-operation",
    "untyped-content",
];

/// The places of everything in it that is no data.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut visit = |key: &str, member: &Value| {
        let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        places(member, &at, found);
        found.push(at);
    };
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(key, _)| !DATA.contains(&key.as_str()) && !key.starts_with("x-"));
            members.for_each(|(key, member)| visit(key, member));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| visit(&index.to_string(), item)),
        _ => {}
    }
}

/// The code and the place.
fn told(found: &Diagnostic) -> (&'static str, String) {
    match &found.place {
        Place::Pointer(place) => (found.code, place.clone()),
        place => (found.code, format!("{place:?}")),
    }
}

#[test]
fn of_one_mistake_nothing_follows() {
    let mut fixtures = accepted();
    fixtures.push(avido());
    let mut refused = 0;
    let mut following = Vec::new();
    for fixture in fixtures {
        let Some(document) = parsed(&fixture.text).and_then(|document| serde_json::to_value(document).ok()) else {
            continue;
        };
        let unchanged = Fixture { text: document.to_string().into_bytes(), ..fixture.clone() };
        let known: HashSet<_> = unchanged.generated().warnings.iter().map(told).collect();
        let mut all = Vec::new();
        places(&document, "", &mut all);
        for place in all.iter().step_by(STEP) {
            let mut document = document.clone();
            let target = document.pointer_mut(place).unwrap();
            *target = if target.is_string() { json!([{}]) } else { json!("nonsense") };
            let changed = Fixture { text: document.to_string().into_bytes(), ..fixture.clone() };
            let Err(found) = changed.generate() else { continue };
            refused += 1;
            let elsewhere = found.iter().map(told).filter(|it| {
                let (code, at) = it;
                let is_about_it = at.starts_with(place.as_str()) || place.starts_with(at.as_str());
                !is_about_it && !known.contains(it) && !TOLD_APART.contains(code)
            });
            following.extend(elsewhere.map(|(code, at)| format!("{}: {place}: {code} at {at}", fixture.path)));
        }
    }
    assert!(refused > 500, "{refused}");
    assert!(following.is_empty(), "{}", following.join("\n"));
}

/// A mistake that one stage finds does not hide those that others find.
#[test]
fn every_stage_is_heard() {
    let text = std::fs::read(root().join("tests/fixtures/reject/stages.yaml")).unwrap();
    let description = openapi_rust_generator::Description::new("stages.yaml", &text);
    let found = openapi_rust_generator::generate(description, &Default::default()).err().unwrap();
    for code in
        ["missing-field", "dangling-reference", "reference-cycle", "unknown-type", "infinite-type", "default-mismatch"]
    {
        assert!(found.iter().any(|found| found.code == code), "{code}");
    }
}
