//! How long generating takes, as a multiple of what serde_json needs to read the same text: the multiple is about the
//! same on any machine, and grows with the description only where the generator's time is not linear in it.
//!
//! `cargo bench --package openapi-rust-generator`

use std::hint::black_box;
use std::time::{Duration, Instant};

use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, generate};
use serde_json::{Map, Value, json};

fn main() {
    println!("operations      bytes     read  generate  multiple");
    for operations in [250, 500, 1_000, 2_000] {
        let text = description(operations).to_string();
        let read = best(|| drop(black_box(serde_json::from_str::<Value>(&text))));
        let generated = best(|| {
            let generated = generate(Description::new("bench.json", text.as_bytes()), &Settings::default());
            assert!(generated.is_ok(), "{:?}", generated.err());
        });
        let multiple = generated.as_secs_f64() / read.as_secs_f64();
        println!("{operations:>10} {:>10} {read:>8.1?} {generated:>9.1?} {multiple:>9.1}", text.len());
    }
}

/// The best of a few runs: others use the machine, too.
fn best(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..5).map(time).min().unwrap_or_default()
}

/// An API of that many operations, each with schemas of its own: what real ones have, over and over.
fn description(operations: usize) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for number in 0..operations {
        let name = format!("Thing{number}");
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        paths.insert(format!("/things{number}/{{id}}"), path(number, &reference));
        schemas.insert(name, thing(number));
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Bench", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn path(number: usize, reference: &Value) -> Value {
    let failure = json!({ "type": "object", "required": ["message"], "properties": {
        "message": { "type": "string", "description": "What went wrong." },
        "details": { "type": "array", "items": { "type": "object", "properties": { "field": { "type": "string" } } } },
    } });
    json!({ "post": {
        "operationId": format!("changeThing{number}"),
        "tags": [format!("tag {}", number % 20)],
        "summary": "Changes a thing",
        "description": "Changes it.\n\nNothing else is changed, and *nobody* is told.",
        "parameters": [
            { "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } },
            { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 100 } },
            { "name": "sort", "in": "query", "schema": { "type": "string", "enum": ["asc", "desc"] } },
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference } } },
        "responses": {
            "200": { "description": "The thing", "content": { "application/json": { "schema": reference } } },
            "404": { "description": "Nothing", "content": { "application/json": { "schema": failure } } },
            "422": { "description": "Refused", "content": { "application/json": { "schema": failure } } },
        },
    } })
}

/// Each needs the next but one, is like all others in part, and different in part.
fn thing(number: usize) -> Value {
    let next = json!({ "$ref": format!("#/components/schemas/Thing{}", number.saturating_sub(1)) });
    json!({ "type": "object", "description": format!("A thing of kind {number}."), "required": ["id", "kind"], "properties": {
        "id": { "type": "string", "format": "uuid", "readOnly": true },
        "kind": { "type": "string", "enum": [format!("kind{number}"), "other"] },
        "name": { "type": ["string", "null"], "minLength": 1, "maxLength": number % 50 + 1 },
        "size": { "type": "integer", "format": "int64", "minimum": 0 },
        "tags": { "type": "array", "items": { "type": "string", "pattern": "^[a-z]+$" } },
        "owner": { "type": "object", "required": ["login"], "properties": {
            "login": { "type": "string" }, "created": { "type": "string", "format": "date-time" } } },
        "previous": { "allOf": [next, { "description": "The one before." }] },
        "value": { "oneOf": [{ "type": "string" }, { "type": "number" }, { "type": "object", "required": ["unit"],
            "properties": { "unit": { "type": "string" }, "amount": { "type": "number" } } }] },
        "labels": { "type": "object", "additionalProperties": { "type": "string" } },
    } })
}
