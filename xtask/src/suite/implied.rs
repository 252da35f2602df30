//! Where a value has another type than the one that a schema without `type` implies by its keywords.

use std::collections::BTreeSet;

use serde_json::Value;

/// The keywords of each type, in the order in which they decide.
const KEYWORDS: [(&str, &[&str]); 4] = [
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependencies",
            "unevaluatedProperties",
        ],
    ),
    (
        "array",
        &[
            "items",
            "prefixItems",
            "additionalItems",
            "contains",
            "minItems",
            "maxItems",
            "uniqueItems",
            "unevaluatedItems",
        ],
    ),
    ("string", &["minLength", "maxLength", "pattern", "format"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
];

/// How many schemas may follow each other without a step into the value.
const MAX_STEPS: usize = 20;

/// The paths of such values in `data`.
pub(super) fn other_types(schema: &Value, data: &Value) -> BTreeSet<Vec<String>> {
    let mut search = Search { root: schema, found: BTreeSet::new() };
    search.visit(schema, data, &mut Vec::new(), MAX_STEPS);
    search.found
}

/// Whether a value may be excluded because a part of the schema accepts it.
pub(super) fn has_exclusion(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => {
            members.contains_key("oneOf") || members.contains_key("not") || members.values().any(has_exclusion)
        }
        Value::Array(items) => items.iter().any(has_exclusion),
        _ => false,
    }
}

struct Search<'s> {
    root: &'s Value,
    found: BTreeSet<Vec<String>>,
}

impl<'s> Search<'s> {
    fn visit(&mut self, schema: &'s Value, data: &Value, path: &mut Vec<String>, steps: usize) {
        let Value::Object(members) = schema else { return };
        if steps == 0 {
            return;
        }
        let implied = KEYWORDS.iter().find(|(_, keywords)| keywords.iter().any(|key| members.contains_key(*key)));
        if let Some((implied, _)) = implied
            && !members.contains_key("type")
            && type_of(data) != *implied
        {
            self.found.insert(path.clone());
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for member in members.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.visit(member, data, path, steps - 1);
            }
        }
        if let Some(not) = members.get("not") {
            self.visit(not, data, path, steps - 1);
        }
        let target = members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        if let Some(target) = target.and_then(|pointer| self.root.pointer(pointer)) {
            self.visit(target, data, path, steps - 1);
        }
        match data {
            Value::Object(properties) => {
                for (name, value) in properties {
                    let own = members.get("properties").and_then(|named| named.get(name));
                    let patterns = members.get("patternProperties").and_then(Value::as_object);
                    let patterns = patterns.into_iter().flat_map(|patterns| patterns.values());
                    let inner = own.into_iter().chain(members.get("additionalProperties")).chain(patterns);
                    for schema in inner {
                        self.step(schema, value, name.clone(), path);
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let prefix = members.get("prefixItems").and_then(|schemas| schemas.get(index));
                    let inner = prefix.into_iter().chain(members.get("items")).chain(members.get("contains"));
                    for schema in inner {
                        self.step(schema, item, index.to_string(), path);
                    }
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, schema: &'s Value, data: &Value, step: String, path: &mut Vec<String>) {
        path.push(step);
        self.visit(schema, data, path, MAX_STEPS);
        path.pop();
    }
}

fn type_of(data: &Value) -> &'static str {
    match data {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
