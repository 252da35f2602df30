//! Whatever a description says: the generator does not panic, and what it writes parses as Rust.
//!
//! Descriptions are made from good ones by a few changes each (`tests/mutations/`), chosen by a generator of fixed seed, so
//! that a failure can be run again.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;

use mutations::{Choices as _, Fault, Random, Verdict, described, mutate, parsed, verdict};
use openapi_rust_generator::diagnostic::{Place, Severity};
use tests::{Fixture, accepted, avido, root};

const CASES: u64 = 900;

/// Generates: whether the description is accepted, or what is wrong with the outcome.
fn outcome(text: &[u8]) -> Result<bool, Fault> {
    match verdict(text) {
        Verdict::Accepted(_) => Ok(true),
        Verdict::Refused(_) => Ok(false),
        Verdict::Faulty(fault) => Err(fault),
    }
}

/// `cargo xtask mutate` does the same for longer, with other descriptions.
#[test]
fn changed_descriptions_are_refused_or_make_rust() {
    let mut fixtures = accepted();
    fixtures.push(avido());
    let documents = fixtures.into_iter().filter_map(|fixture| Some((parsed(&fixture.text)?, fixture.path)));
    let documents: Vec<_> = documents.collect();
    let mut accepted = 0;
    for case in 0..CASES {
        let mut random = Random::of_case(0x5eed, case);
        let (document, path) = &documents[random.below(documents.len())];
        let mut document = document.clone();
        mutate(&mut document, &mut random);
        let text = described(&document);
        match outcome(text.as_bytes()) {
            Ok(is_accepted) => accepted += u64::from(is_accepted),
            Err(fault) => panic!("case {case}, from {path}: {fault}\n{text}"),
        }
    }
    // Were everything refused, nothing would be tested.
    assert!(accepted > CASES / 10, "only {accepted} of {CASES} are accepted");
}

/// What `cargo xtask mutate` and the fuzz targets have found, made small.
#[test]
fn what_was_once_faulty_is_refused_or_makes_rust() {
    let folder = root().join("tests/fixtures/mutated");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        if let Err(fault) = outcome(&fs::read(&path).unwrap()) {
            panic!("{}: {fault}", path.display());
        }
    }
}

#[test]
fn cut_and_garbled_text_is_refused_or_makes_rust() {
    let fixture = avido();
    let text = fixture.text();
    let mut random = Random::of_case(1, 0);
    for _ in 0..300 {
        let at = random.below(text.len());
        let Some((before, after)) = text.split_at_checked(at) else { continue };
        let garbled = match random.below(3) {
            0 => before.to_owned(),
            1 => format!(
                "{before}{}{after}",
                ["\t", "&a ", "*a ", "- ", ": ", "{", "\u{0}", "'", "!x ", "|\n"][random.below(10)]
            ),
            _ => format!("{before}{}", after.get(random.below(40)..).unwrap_or_default()),
        };
        if let Err(fault) = outcome(garbled.as_bytes()) {
            panic!("{fault}\n{garbled}");
        }
    }
}

/// The keywords that hold a schema, around one.
const NESTING: &[(&str, &str)] = &[
    (r#"{"type":"object","properties":{"a":"#, "}}"),
    (r#"{"type":"object","additionalProperties":"#, "}"),
    (r#"{"type":"object","patternProperties":{"^a":"#, "}}"),
    (r#"{"type":"object","propertyNames":"#, "}"),
    (r#"{"type":"object","unevaluatedProperties":"#, "}"),
    (r#"{"type":"object","dependentSchemas":{"a":"#, "}}"),
    (r#"{"type":"array","items":"#, "}"),
    (r#"{"type":"array","prefixItems":["#, "]}"),
    (r#"{"type":"array","contains":"#, "}"),
    (r#"{"allOf":["#, "]}"),
    (r#"{"anyOf":["#, r#",{"type":"null"}]}"#),
    (r#"{"oneOf":["#, r#",{"type":"string"}]}"#),
    (r#"{"not":"#, "}"),
    (r#"{"if":"#, "}"),
    (r#"{"$defs":{"a":"#, "}}"),
];

fn with_schemas(schemas: &str) -> Fixture {
    let text = format!(
        r#"{{"openapi":"3.1.1","info":{{"title":"Deep","version":"1"}},"paths":{{}},"components":{{"schemas":{schemas}}}}}"#
    );
    Fixture { text: text.into_bytes(), settings: String::new(), path: "deep.json".to_owned(), ..avido() }
}

/// The codes of the errors, each of which has a place.
fn errors(fixture: &Fixture) -> Vec<&'static str> {
    let diagnostics = fixture.generate().err().unwrap_or_default();
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors
        .map(|found| {
            assert!(!matches!(found.place, Place::File), "no place: {found}");
            found.code
        })
        .collect()
}

#[test]
fn schemas_nested_beyond_all_bounds_are_refused_with_their_place() {
    for (open, close) in NESTING {
        for depth in [110, 10_000] {
            let schema = [&open.repeat(depth), r#"{"type":"string"}"#, &close.repeat(depth)].concat();
            let fixture = with_schemas(&format!(r#"{{"A":{schema}}}"#));
            match (outcome(&fixture.text), depth) {
                (Ok(false), _) => {}
                // What says nothing of the type, or is left out, may be as deep as a document.
                (Ok(true), 110) => continue,
                (Ok(true), _) => panic!("{open} × {depth} is accepted"),
                (Err(fault), _) => panic!("{open} × {depth}: {fault}"),
            }
            let codes = errors(&fixture);
            let is_told = codes.iter().all(|code| ["nesting-too-deep", "too-deep"].contains(code));
            assert!(is_told, "{open} × {depth}: {codes:?}");
        }
    }
}

#[test]
fn chains_of_components_end_well() {
    const LENGTH: usize = 10_000;
    let target = |index: usize| format!(r##"{{"$ref":"#/components/schemas/A{index}"}}"##);
    for (open, close) in NESTING.iter().chain(&[("", ""), (r#"{"description":"d","allOf":["#, "]}")]) {
        let link = |index: usize| format!(r#""A{index}":{open}{}{close}"#, target(index + 1));
        let links: Vec<String> = (0..LENGTH).map(link).collect();
        let fixture = with_schemas(&format!(r#"{{{},"A{LENGTH}":{{"type":"string"}}}}"#, links.join(",")));
        match outcome(&fixture.text) {
            Ok(true) => {}
            Ok(false) => {
                let codes = errors(&fixture);
                let is_told = codes.iter().all(|code| *code == "too-deep");
                assert!(is_told, "{open}: {codes:?}");
            }
            Err(fault) => panic!("{open}: {}", fault.to_string().chars().take(300).collect::<String>()),
        }
    }
}
