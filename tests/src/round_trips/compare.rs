//! What was given and what came back, as JSON data: numbers by value; date-times, UUIDs, base64 and floats of 32 bits by
//! meaning, where the schema says that they are such. Properties of one direction need not come back.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde_json::{Map, Number, Value};

use crate::round_trips::examples::resolve;

/// One difference.
#[derive(Debug)]
pub(super) struct Difference {
    /// Where, with `*` for any item.
    pub(super) path: String,
    /// Whether a property is missing that the schema neither declares nor keeps.
    pub(super) is_dropped: bool,
    what: String,
}

impl Difference {
    pub(super) fn unreadable(error: &str) -> Self {
        Self { path: String::new(), is_dropped: false, what: format!("cannot be read: {error}") }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}", self.path, self.what)
    }
}

/// How `written` differs from `given`, an example of the schema at `schema`.
pub(super) fn differences(document: &Value, schema: &str, given: &Value, written: &Value) -> Vec<Difference> {
    let mut comparison = Comparison { document, found: Vec::new() };
    let schemas = document.pointer(schema).into_iter().collect();
    comparison.value("", schemas, given, written);
    comparison.found
}

struct Comparison<'a> {
    document: &'a Value,
    found: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    fn note(&mut self, path: &str, is_dropped: bool, what: String) {
        self.found.push(Difference { path: path.to_owned(), is_dropped, what });
    }

    fn value(&mut self, path: &str, schemas: Vec<&'a Value>, given: &Value, written: &Value) {
        let schemas = self.applicable(schemas);
        match (given, written) {
            (Value::Object(given), Value::Object(written)) => self.object(path, &schemas, given, written),
            (Value::Array(given), Value::Array(written)) if given.len() == written.len() => {
                for (index, (given, written)) in given.iter().zip(written).enumerate() {
                    self.value(&format!("{path}/*"), items(&schemas, index), given, written);
                }
            }
            (Value::String(given), Value::String(written)) if means_the_same(&schemas, given, written) => {}
            (Value::Number(given), Value::Number(written)) if is_same_float(&schemas, given, written) => {}
            _ if is_equal(given, written) => {}
            _ => self.note(path, false, format!("{} became {}", shown(given), shown(written))),
        }
    }

    fn object(&mut self, path: &str, schemas: &[&'a Value], given: &Map<String, Value>, written: &Map<String, Value>) {
        for (name, given) in given {
            let place = format!("{path}/{name}");
            let declared = properties(schemas, name);
            match (written.get(name), declared) {
                (Some(written), declared) => self.value(&place, declared.unwrap_or_default(), given, written),
                (None, None) => self.note(&place, true, "is dropped".to_owned()),
                (None, Some(declared)) if self.travels_one_way(&declared) => {
                    self.note(&place, true, "is not sent this way".to_owned());
                }
                (None, Some(_)) => self.note(&place, false, format!("is lost: {}", shown(given))),
            }
        }
        for (name, written) in written.iter().filter(|(name, _)| !given.contains_key(*name)) {
            self.note(&format!("{path}/{name}"), false, format!("is new: {}", shown(written)));
        }
    }

    /// Whether a property is `readOnly` or `writeOnly`.
    fn travels_one_way(&self, declared: &[&'a Value]) -> bool {
        let is_set = |schema: &Value, keyword: &str| schema.get(keyword) == Some(&Value::Bool(true));
        let schemas = self.applicable(declared.to_vec());
        schemas.iter().any(|schema| is_set(schema, "readOnly") || is_set(schema, "writeOnly"))
    }

    /// All schemas that say something of a value of which `schemas` do.
    fn applicable(&self, schemas: Vec<&'a Value>) -> Vec<&'a Value> {
        let mut all: Vec<&Value> = Vec::new();
        let mut pending = schemas;
        while let Some(schema) = pending.pop() {
            if all.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            all.push(schema);
            pending.extend(resolve(self.document, schema).map(|(_, target)| target));
            for list in ["allOf", "anyOf", "oneOf"] {
                pending.extend(schema.get(list).and_then(Value::as_array).into_iter().flatten());
            }
        }
        all
    }
}

/// What the schemas say of a property; none if they neither declare nor keep it.
fn properties<'a>(schemas: &[&'a Value], name: &str) -> Option<Vec<&'a Value>> {
    let declared: Vec<&Value> =
        schemas.iter().filter_map(|schema| schema.get("properties")?.as_object()?.get(name)).collect();
    if !declared.is_empty() {
        return Some(declared);
    }
    let others = schemas.iter().flat_map(|schema| {
        let patterns = schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::values);
        patterns.chain(schema.get("additionalProperties").filter(|schema| **schema != Value::Bool(false)))
    });
    let others: Vec<&Value> = others.collect();
    if others.is_empty() { None } else { Some(others) }
}

fn items<'a>(schemas: &[&'a Value], index: usize) -> Vec<&'a Value> {
    let item =
        |schema: &&'a Value| schema.get("prefixItems").and_then(|items| items.get(index)).or(schema.get("items"));
    schemas.iter().filter_map(item).collect()
}

fn has(schemas: &[&Value], keyword: &str, value: &str) -> bool {
    schemas.iter().any(|schema| schema.get(keyword).is_some_and(|it| it == value))
}

/// `0.00743999984115362` and `0.00744` are one float of 32 bits.
fn is_same_float(schemas: &[&Value], given: &Number, written: &Number) -> bool {
    let float = |number: &Number| number.as_f64().map(|number| number as f32);
    has(schemas, "format", "float") && float(given) == float(written)
}

fn means_the_same(schemas: &[&Value], given: &str, written: &str) -> bool {
    let has = |keyword: &str, value: &str| has(schemas, keyword, value);
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    let bytes = |text: &str| STANDARD.decode(text).ok();
    given == written
        || has("format", "uuid") && given.eq_ignore_ascii_case(written)
        || has("format", "date-time") && instant(given).is_some_and(|given| Some(given) == instant(written))
        || (has("format", "byte") || has("contentEncoding", "base64"))
            && bytes(given).is_some_and(|given| Some(given) == bytes(written))
}

fn is_equal(given: &Value, written: &Value) -> bool {
    match (given, written) {
        (Value::Number(given), Value::Number(written)) => given == written || given.as_f64() == written.as_f64(),
        _ => given == written,
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_is_compared_by_meaning() {
        let document = json!({ "schema": {
            "properties": {
                "id": { "format": "uuid" }, "at": { "$ref": "#/at" }, "data": { "format": "byte" }, "n": {}, "text": {},
                "float": { "format": "float" },
                "list": { "items": { "properties": { "at": { "$ref": "#/at" } } } },
                "secret": { "writeOnly": true },
                "map": { "additionalProperties": { "properties": { "a": {} } } }
            },
            "anyOf": [{ "properties": { "b": {} } }]
        }, "at": { "format": "date-time" } });
        let id = "123E4567-e89b-12d3-a456-426614174000";
        let rows = [
            (json!({ "id": id }), json!({ "id": id.to_lowercase() }), None),
            (json!({ "text": id }), json!({ "text": id.to_lowercase() }), Some(("/text", false))),
            (json!({ "at": "2020-01-01T01:00:00+01:00" }), json!({ "at": "2020-01-01T00:00:00Z" }), None),
            (json!({ "at": "2020-01-01T01:00:00Z" }), json!({ "at": "2020-01-01T00:00:00Z" }), Some(("/at", false))),
            (json!({ "n": 1 }), json!({ "n": 1.0 }), None),
            (json!({ "n": 1 }), json!({ "n": "1" }), Some(("/n", false))),
            (json!({ "n": 0.00743999984115362 }), json!({ "n": 0.00744 }), Some(("/n", false))),
            (json!({ "float": 0.00743999984115362 }), json!({ "float": 0.00744 }), None),
            (json!({ "float": 0.0074 }), json!({ "float": 0.00744 }), Some(("/float", false))),
            (json!({ "other": 1 }), json!({}), Some(("/other", true))),
            (json!({ "b": 1 }), json!({}), Some(("/b", false))),
            (json!({ "secret": 1 }), json!({}), Some(("/secret", true))),
            (json!({}), json!({ "b": 1 }), Some(("/b", false))),
            (
                json!({ "map": { "k": { "a": 1, "b": 1 } } }),
                json!({ "map": { "k": { "a": 1 } } }),
                Some(("/map/k/b", true)),
            ),
            (json!({ "map": { "k": {} } }), json!({ "map": {} }), Some(("/map/k", false))),
            (json!({ "list": [{ "at": 1, "x": 1 }] }), json!({ "list": [{ "at": 1 }] }), Some(("/list/*/x", true))),
            (json!({ "list": [1] }), json!({ "list": [] }), Some(("/list", false))),
        ];
        for (given, written, expected) in rows {
            let found = differences(&document, "/schema", &given, &written);
            let found: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.is_dropped)).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{given} {written}");
        }
    }
}
