//! Whatever a description says: the generator does not panic, and what it writes parses as Rust.
//!
//! Descriptions are made from good ones by a few changes each, chosen by a generator of fixed seed, so that a
//! failure can be run again.

use std::panic::catch_unwind;

use openapi_rust_generator::diagnostic::{Place, Severity};
use serde_json::{Map, Value, json};
use tests::{Fixture, accepted, avido};

const CASES: u64 = 900;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// What a scalar, or a whole part, is replaced by.
fn odd_value(random: &mut Random) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(0.1),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("{}"),
        json!("self"),
        json!("a/b {c} \\ \" '\u{0}\n\u{202e}"),
        json!("string"),
        json!("object"),
        json!("array"),
        json!("("),
        json!([]),
        json!({}),
        json!([null, 1, "a", {}]),
        json!({ "$ref": "#/components/schemas/A" }),
        json!({ "type": "string", "enum": [] }),
        json!({ "oneOf": [{ "type": "string" }, { "type": "object", "properties": { "a": {} } }] }),
        json!({ "type": ["string", "null"], "format": "uuid" }),
        json!({ "allOf": [{ "type": "object" }, { "type": "string" }] }),
    ];
    values[random.below(values.len())].clone()
}

/// Every container's pointer.
fn containers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => return,
    };
    if !children.is_empty() {
        found.push(pointer.to_owned());
    }
    for (key, child) in children {
        containers(child, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), found);
    }
}

/// Changes one place of the document.
fn change(document: &mut Value, random: &mut Random) {
    let mut pointers = Vec::new();
    containers(document, "", &mut pointers);
    let pointer = pointers[random.below(pointers.len())].clone();
    let elsewhere = pointers[random.below(pointers.len())].clone();
    let part = document.pointer(&elsewhere).cloned().unwrap_or_default();
    let kind = random.below(7);
    let replacement = match kind {
        0 | 1 => odd_value(random),
        2 => json!({ "$ref": format!("#{elsewhere}") }),
        3 => part,
        _ => Value::Null,
    };
    match document.pointer_mut(&pointer) {
        Some(Value::Object(members)) => change_object(members, kind, replacement, random),
        Some(Value::Array(items)) if !items.is_empty() => {
            let at = random.below(items.len());
            match kind {
                0..=3 => items[at] = replacement,
                4 => drop(items.remove(at)),
                _ => items.push(items[at].clone()),
            }
        }
        _ => {}
    }
}

fn change_object(members: &mut Map<String, Value>, kind: usize, replacement: Value, random: &mut Random) {
    let Some(key) = members.keys().nth(random.below(members.len())).cloned() else { return };
    let other = members.keys().nth(random.below(members.len())).cloned().unwrap_or_default();
    match kind {
        0..=3 => drop(members.insert(key, replacement)),
        4 => drop(members.remove(&key)),
        5 => {
            let value = members.remove(&key).unwrap_or_default();
            let names = ["", "x", "Self", "{a}", "2XX", "default", "/", "$ref", "type", "+1", "-", "é\u{0}", &other];
            members.insert(names[random.below(names.len())].to_owned(), value);
        }
        _ => {
            let value = members.get(&other).cloned().unwrap_or_default();
            members.insert(key, value);
        }
    }
}

/// Generates: whether the description is accepted, or what is wrong with the outcome.
fn outcome(fixture: &Fixture) -> Result<bool, String> {
    let outcome = catch_unwind(|| fixture.generate()).map_err(|_| "the generator panics".to_owned())?;
    let generated = match outcome {
        Ok(generated) => generated,
        Err(diagnostics) if diagnostics.is_empty() => return Err("refused without a word".to_owned()),
        Err(_) => return Ok(false),
    };
    let sources = generated.files.iter().filter(|file| file.path.ends_with(".rs"));
    let emitted = sources.filter(|file| !file.path.starts_with("src/support/"));
    let mut faults = emitted.filter_map(|file| {
        let error = syn::parse_file(&file.text).err()?;
        Some(format!("{} does not parse: {error}\n{}", file.path, file.text))
    });
    faults.next().map_or(Ok(true), Err)
}

#[test]
fn changed_descriptions_are_refused_or_make_rust() {
    let mut fixtures = accepted();
    fixtures.push(avido());
    // Not every document is one of serde_json's: numbers may have any size.
    let documents = |fixture: &Fixture| serde_yaml::from_slice(&fixture.text).ok();
    let (fixtures, documents): (Vec<Fixture>, Vec<Value>) =
        fixtures.into_iter().filter_map(|fixture| documents(&fixture).map(|document| (fixture, document))).unzip();
    let mut random = Random(0x5eed);
    let mut accepted = 0;
    for case in 0..CASES {
        let at = random.below(fixtures.len());
        let mut document = documents[at].clone();
        for _ in 0..=random.below(3) {
            change(&mut document, &mut random);
        }
        let text = document.to_string();
        let fixture = Fixture { text: text.clone().into_bytes(), settings: String::new(), ..fixtures[at].clone() };
        match outcome(&fixture) {
            Ok(is_accepted) => accepted += u64::from(is_accepted),
            Err(fault) => panic!("case {case}, from {}: {fault}\n{text}", fixture.path),
        }
    }
    // Were everything refused, nothing would be tested.
    assert!(accepted > CASES / 10, "only {accepted} of {CASES} are accepted");
}

#[test]
fn cut_and_garbled_text_is_refused_or_makes_rust() {
    let fixture = avido();
    let text = fixture.text();
    let mut random = Random(1);
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
        let fixture = Fixture { text: garbled.into_bytes(), ..fixture.clone() };
        if let Err(fault) = outcome(&fixture) {
            panic!("{fault}\n{}", fixture.text());
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

fn described(schemas: &str) -> Fixture {
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
            let fixture = described(&format!(r#"{{"A":{schema}}}"#));
            match (outcome(&fixture), depth) {
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
        let fixture = described(&format!(r#"{{{},"A{LENGTH}":{{"type":"string"}}}}"#, links.join(",")));
        match outcome(&fixture) {
            Ok(true) => {}
            Ok(false) => {
                let codes = errors(&fixture);
                let is_told = codes.iter().all(|code| *code == "too-deep");
                assert!(is_told, "{open}: {codes:?}");
            }
            Err(fault) => panic!("{open}: {}", fault.chars().take(300).collect::<String>()),
        }
    }
}
