//! Every keyword of JSON Schema, draft 4 and 2020-12, and of OpenAPI's Schema Object: it makes a difference, or a warning
//! names it, or it is on the list of those that say nothing about values.

use serde_json::{Value, json};

use crate::settings::Settings;
use crate::{Description, generate};

/// Keywords with a value each, beside what they need to matter.
fn keywords() -> Vec<(&'static str, Value, Value)> {
    let object = || json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } });
    let array = || json!({ "type": "array", "items": { "type": "integer" } });
    let string = || json!({ "type": "string" });
    let number = || json!({ "type": "number" });
    let schema = || json!({ "type": "string", "minLength": 3 });
    let nested = || json!({ "properties": { "a": { "minLength": 3 } } });
    vec![
        ("type", json!("string"), json!({})),
        ("enum", json!(["x", "y"]), string()),
        ("const", json!("x"), string()),
        ("format", json!("uuid"), string()),
        ("nullable", json!(true), string()),
        ("multipleOf", json!(2), number()),
        ("minimum", json!(2), number()),
        ("maximum", json!(2), number()),
        ("exclusiveMinimum", json!(2), number()),
        ("exclusiveMaximum", json!(2), number()),
        ("minLength", json!(2), string()),
        ("maxLength", json!(2), string()),
        ("pattern", json!("^a"), string()),
        ("contentEncoding", json!("base64"), string()),
        ("contentMediaType", json!("image/png"), string()),
        ("contentSchema", schema(), string()),
        ("items", schema(), json!({ "type": "array" })),
        ("prefixItems", json!([schema()]), array()),
        ("additionalItems", schema(), array()),
        ("unevaluatedItems", schema(), json!({ "type": "array", "contains": { "type": "integer" } })),
        ("contains", schema(), array()),
        ("minContains", json!(2), json!({ "type": "array", "contains": { "type": "integer" } })),
        ("maxContains", json!(2), json!({ "type": "array", "contains": { "type": "integer" } })),
        ("minItems", json!(2), array()),
        ("maxItems", json!(2), array()),
        ("uniqueItems", json!(true), array()),
        ("properties", json!({ "c": schema() }), json!({ "type": "object" })),
        ("patternProperties", json!({ "^x": schema() }), object()),
        ("additionalProperties", schema(), object()),
        ("unevaluatedProperties", json!(false), object()),
        ("propertyNames", schema(), object()),
        ("required", json!(["a"]), object()),
        ("minProperties", json!(2), object()),
        ("maxProperties", json!(2), object()),
        ("dependentRequired", json!({ "a": ["b"] }), object()),
        ("dependentSchemas", json!({ "a": nested() }), object()),
        ("dependencies", json!({ "a": ["b"] }), object()),
        ("dependencies", json!({ "a": nested() }), object()),
        ("allOf", json!([nested()]), object()),
        ("anyOf", json!([{ "type": "integer" }, { "type": "boolean" }]), json!({})),
        ("oneOf", json!([{ "type": "integer" }, { "type": "boolean" }]), json!({})),
        ("not", json!({ "const": "x" }), string()),
        ("not", nested(), object()),
        ("if", nested(), object()),
        ("then", nested(), json!({ "type": "object", "if": { "required": ["a"] } })),
        ("else", nested(), json!({ "type": "object", "if": { "required": ["a"] } })),
        ("$ref", json!("#/components/schemas/Other"), json!({})),
        ("$dynamicRef", json!("#"), json!({})),
        ("$recursiveRef", json!("#"), json!({})),
        ("discriminator", json!({ "propertyName": "a" }), object()),
        ("title", json!("A title"), string()),
        ("description", json!("Words."), string()),
        ("default", json!(3), string()),
        ("example", json!("x"), string()),
        ("examples", json!(["x"]), string()),
        ("deprecated", json!(true), object()),
        ("readOnly", json!(true), string()),
        ("writeOnly", json!(true), string()),
        ("xml", json!({ "name": "x" }), object()),
        ("externalDocs", json!({ "url": "https://example.com" }), object()),
        ("id", json!("x"), string()),
        ("$id", json!("x"), string()),
        ("$schema", json!("x"), string()),
        ("$anchor", json!("x"), string()),
        ("$comment", json!("x"), string()),
        ("$dynamicAnchor", json!("x"), string()),
        ("$recursiveAnchor", json!(true), string()),
        ("$vocabulary", json!({}), string()),
        ("$defs", json!({ "X": schema() }), string()),
        ("definitions", json!({ "X": schema() }), string()),
    ]
}

/// They say nothing about values, or about notations that are not read.
const SILENT: &[&str] = &[
    "xml",
    "externalDocs",
    "$id",
    "$schema",
    "$anchor",
    "$comment",
    "$dynamicAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
    // In JSON it is a text, whatever is in it.
    "contentMediaType",
    // The warning stands at `if`.
    "then",
    "else",
];

/// The model of a property with that schema, and the places that are complained about.
fn outcome(schema: &Value) -> (String, Vec<String>) {
    let description = json!({
        "openapi": "3.1.0",
        "info": { "title": "Keywords", "version": "1" },
        "paths": { "/": { "put": {
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Holder" } } } },
            "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Holder" } } } } },
        } } },
        "components": { "schemas": {
            "Holder": { "type": "object", "properties": { "held": schema } },
            "Other": { "type": "string", "minLength": 2 },
        } },
    });
    let text = description.to_string();
    let generated = generate(Description::new("test.json", text.as_bytes()), &Settings::default());
    let (model, found) = match generated {
        Ok(generated) => (serde_json::to_string(&generated.api).expect("a model"), generated.warnings),
        Err(found) => (String::new(), found),
    };
    (model, found.iter().map(|found| format!("{:?}", found.place)).collect())
}

#[test]
fn every_keyword_makes_a_difference_or_is_named() {
    for (keyword, value, beside) in keywords() {
        let mut schema = beside.clone();
        schema[keyword] = value.clone();
        let (before, _) = outcome(&beside);
        let (after, places) = outcome(&schema);
        let place = format!("/components/schemas/Holder/properties/held/{keyword}");
        let is_named = places.iter().any(|found| found.contains(&place));
        let is_silent = before == after && !is_named;
        assert_eq!(is_silent, SILENT.contains(&keyword), "{keyword}: {value} beside {beside}: {places:?}");
    }
}
