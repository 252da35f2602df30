//! Descriptions that a careless generator would take hours or all memory for: each is refused, or makes Rust.
//!
//! They are made here, since some are large. None is timed: where a bound is lost, the test does not end.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fmt::Write as _;

use mutations::{Verdict, verdict};
use serde_json::{Map, Value, json};

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A description with these schemas.
fn schemas(schemas: impl IntoIterator<Item = (String, Value)>) -> Value {
    let schemas: Map<String, Value> = schemas.into_iter().collect();
    json!({
        "openapi": "3.1.1",
        "info": { "title": "Bounds", "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
    })
}

/// `C0` to `C59`, each made of the next one's reference; `last` is `C60`.
fn chain(link: impl Fn(usize, Value) -> Value, last: Value) -> Value {
    let links = (0..60).map(|index| (format!("C{index}"), link(index, reference(&format!("C{}", index + 1)))));
    schemas(links.chain([("C60".to_owned(), last)]))
}

/// A description whose only operation has these members.
fn operation(members: Value) -> Value {
    let mut description = schemas([]);
    description["paths"]["/a"]["get"] = members;
    description["paths"]["/a"]["get"]["responses"]["204"]["description"] = json!("fine");
    description
}

#[track_caller]
fn is_accepted(description: &Value) {
    match verdict(description.to_string().as_bytes()) {
        Verdict::Accepted(_) => {}
        Verdict::Refused(found) => panic!("{}", found[0]),
        Verdict::Faulty(fault) => panic!("{fault}"),
    }
}

#[track_caller]
fn is_refused(text: &str, code: &str) {
    match verdict(text.as_bytes()) {
        Verdict::Accepted(_) => panic!("it is accepted"),
        Verdict::Refused(found) => {
            assert!(found.iter().any(|found| found.code == code), "no `{code}`: {}", found[0]);
            assert!(found.iter().all(|found| found.to_string().len() < 5_000), "nobody reads that");
        }
        Verdict::Faulty(fault) => panic!("{fault}"),
    }
}

#[test]
fn all_of_that_includes_the_same_twice() {
    let last = json!({ "type": "object", "properties": { "z": { "type": "integer" } } });
    is_accepted(&chain(|_, next| json!({ "allOf": [next, next] }), last.clone()));
    let deeper = |index, next: Value| {
        let own = json!({ "type": "object", "properties": { format!("p{index}"): { "type": "string" } } });
        json!({ "allOf": [next, { "allOf": [next, own] }] })
    };
    is_accepted(&chain(deeper, last));
    let of_items = |index, next: Value| json!({ "allOf": [next, { "allOf": [next, { "prefixItems": [{ "type": "string", "minLength": index }] }] }] });
    is_accepted(&chain(of_items, json!({ "type": "array", "prefixItems": [{ "type": "string" }] })));
}

#[test]
fn schemas_that_mention_the_next_one_twice() {
    let text = || json!({ "type": "string" });
    is_accepted(&chain(|_, next| json!({ "anyOf": [next, next, { "type": "null" }] }), text()));
    is_accepted(&chain(|_, next| json!({ "oneOf": [next, { "type": "array", "items": next }] }), text()));
    is_accepted(&chain(|_, next| json!({ "type": "object", "not": { "anyOf": [next, next] } }), text()));
    is_accepted(&chain(|_, next| json!({ "patternProperties": { "^x": next, "^y": next } }), json!({})));
    let both = |_, next: Value| json!({ "type": "object", "required": ["a", "b"], "properties": { "a": next, "b": next }, "default": {} });
    let mut description = chain(both, text());
    // Its parameters and examples are made of these schemas, too.
    let schema = reference("C0");
    description["paths"]["/a"]["post"] = json!({
        "parameters": [{ "name": "q", "in": "query", "style": "deepObject", "schema": schema }],
        "responses": { "200": { "description": "fine", "content": { "application/json": { "schema": schema } } } },
    });
    is_accepted(&description);
}

#[test]
fn unions_that_must_all_hold() {
    let either = |index| {
        let member = |name: String| json!({ "type": "object", "required": [name], "properties": { name: {} } });
        json!({ "oneOf": [member(format!("a{index}")), member(format!("b{index}"))] })
    };
    let unions: Vec<Value> = (0..30).map(either).collect();
    is_accepted(&schemas([("Union".to_owned(), json!({ "allOf": unions }))]));
}

/// Each of the components is a state of an automaton that is not deterministic; a type for each set of them would make
/// it so.
#[test]
fn combinations_without_end() {
    let both = |target: &Value| json!({ "type": "object", "properties": { "a": target, "b": target } });
    let mut states: Vec<(String, Value)> =
        (1..30).map(|index| (format!("S{index}"), both(&reference(&format!("S{}", index + 1))))).collect();
    states.push(("S30".to_owned(), json!({ "type": "object" })));
    let (here, next) = (reference("S0"), reference("S1"));
    let first = json!({ "type": "object", "properties": { "a": here, "b": { "allOf": [here, next] } } });
    states.push(("S0".to_owned(), first));
    is_refused(&schemas(states).to_string(), "too-many-combinations");
}

#[test]
fn many_parameters() {
    let parameter = |index| json!({ "name": format!("q{index}"), "in": "query", "schema": {} });
    let with = |count| operation(json!({ "parameters": (0..count).map(parameter).collect::<Vec<_>>() }));
    is_accepted(&with(1_000));
    is_refused(&with(20_000).to_string(), "too-many-parameters");
}

#[test]
fn many_problems() {
    let object = |property: &dyn Fn(usize) -> Value| {
        let properties: Map<String, Value> = (0..10).map(|index| (format!("p{index}"), property(index))).collect();
        json!({ "type": "object", "properties": properties })
    };
    let dangling = |component| object(&|property| reference(&format!("Missing{component}And{property}")));
    let dangling = schemas((0..2_000).map(|index| (format!("Component{index}"), dangling(index))));
    is_refused(&dangling.to_string(), "dangling-reference");
    let unknown = |component| object(&|property| json!({ "type": format!("type{component}And{property}") }));
    let unknown = schemas((0..2_000).map(|index| (format!("Component{index}"), unknown(index))));
    is_refused(&unknown.to_string(), "unknown-type");
}

#[test]
fn long_lists() {
    let names = || (0..100_000).map(|index| format!("p{index}")).collect::<Vec<_>>();
    is_accepted(&schemas([("Required".to_owned(), json!({ "type": "object", "required": names() }))]));
    is_accepted(&schemas([("Enum".to_owned(), json!({ "type": "string", "enum": names()[..10_000] }))]));
}

#[test]
fn references_in_a_row_and_in_a_circle() {
    let mut components: Vec<_> =
        (0..5_000).map(|index| (format!("C{index}"), reference(&format!("C{}", index + 1)))).collect();
    components.push(("C5000".to_owned(), json!({ "type": "string" })));
    is_accepted(&schemas(components.clone()));
    components.push(("C5000".to_owned(), reference("C0")));
    is_refused(&schemas(components).to_string(), "reference-cycle");
}

#[test]
fn nesting_and_aliases() {
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    is_refused(&deep, "nesting-too-deep");
    is_refused(&format!("openapi: 3.1.1\nx: {}{}", "[".repeat(100_000), "]".repeat(100_000)), "nesting-too-deep");
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for index in 1..12 {
        let alias = format!("*a{}", index - 1);
        writeln!(bomb, "a{index}: &a{index} [{}]", vec![alias; 10].join(", ")).unwrap();
    }
    is_refused(&bomb, "too-many-aliases");
}

#[test]
fn long_names_and_patterns() {
    let name = "x".repeat(2_000_000);
    let object = json!({ "type": "object", "properties": { name.as_str(): {} } });
    let description = schemas([("Object".to_owned(), object)]);
    is_refused(&description.to_string(), "name-too-long");
    is_refused(&schemas([("Text".to_owned(), json!({ "type": name }))]).to_string(), "unknown-type");
    for pattern in ["(a|b)".repeat(50_000), "((((a{1,1000}){1,1000}){1,1000}){1,1000})".to_owned()] {
        is_accepted(&schemas([("Text".to_owned(), json!({ "type": "string", "pattern": pattern }))]));
    }
}
