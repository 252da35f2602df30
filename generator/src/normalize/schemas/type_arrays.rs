//! 3.1's lists of types (JSON Schema 2020-12, Validation, 6.1.1).

use super::members::without_repetitions;
use super::null::only_null;
use super::{Context, set, set_nullable};
use crate::tree::{Node, Number, Object, Pointer};

/// Keywords by the type that they concern.
const STRING: &[&str] = &["minLength", "maxLength", "pattern", "x-content-encoding", "x-content-media-type"];
const NUMBER: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "x-minimum",
    "x-maximum",
    "x-multiple-of",
];
const OBJECT: &[&str] = &[
    "properties",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "x-pattern-properties",
    "x-property-names",
    "x-dependent-required",
    "x-unevaluated-properties",
];
const ARRAY: &[&str] = &["items", "minItems", "maxItems", "uniqueItems", "x-prefix-items", "x-contains"];
const NUMBER_FORMATS: &[&str] =
    &["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "uint", "unix-time", "float", "double"];

/// `type: [T, "null"]` is `nullable: true` and `type: T`. Several other types are an `anyOf` of one schema per type, each with
/// the keywords that concern it:
///
/// ```yaml
/// type: [string, integer]        anyOf:
/// minLength: 1              →      - { type: string, minLength: 1 }
/// minimum: 0                       - { type: integer, minimum: 0 }
/// ```
pub(super) fn type_arrays(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if let Some(names) = members.get_mut("type") {
        without_repetitions(names, at.child("type"), "`type` names a type twice", context);
    }
    let mut names: Vec<String> = match members.get("type") {
        Some(Node::Array(names)) => names.iter().filter_map(Node::as_str).map(str::to_owned).collect(),
        Some(Node::String(name)) if name == "null" => vec![name.clone()],
        _ => return,
    };
    let count = names.len();
    names.retain(|name| name != "null");
    let is_nullable = names.len() < count;
    if names.iter().any(|name| name == "number") {
        names.retain(|name| name != "integer");
    }
    members.shift_remove("type");
    if is_nullable && !names.is_empty() {
        set_nullable(members);
    }
    match names.as_slice() {
        [] => only_null(members),
        [name] => set(members, "type", Node::string(name.as_str())),
        _ => split(members, &names, at),
    }
}

fn split(members: &mut Object, names: &[String], at: &Pointer) {
    let mut variants: Vec<Object> = Vec::new();
    let values = members.shift_remove("enum");
    let format = members.shift_remove("format");
    for name in names {
        let mut variant = Object::new();
        set(&mut variant, "type", Node::string(name.as_str()));
        for keyword in keywords(name) {
            if let Some(value) = members.get(*keyword) {
                set(&mut variant, keyword, value.clone());
            }
        }
        if let Some(format) = &format
            && format_concerns(format, name)
        {
            set(&mut variant, "format", format.clone());
        }
        if let Some(Node::Array(values)) = &values {
            let values: Vec<Node> = values.iter().filter(|value| is_of(value, name)).cloned().collect();
            if values.is_empty() {
                continue;
            }
            set(&mut variant, "enum", Node::Array(values));
        }
        set(&mut variant, "x-pointer", Node::string(at.as_str()));
        set(&mut variant, "x-variant", Node::string(name.as_str()));
        variants.push(variant);
    }
    for keyword in [STRING, NUMBER, OBJECT, ARRAY].concat() {
        members.shift_remove(keyword);
    }
    let any = Node::Array(variants.into_iter().map(Node::Object).collect());
    if members.contains_key("anyOf") {
        let beside = Node::object([("anyOf", any)]);
        match members.get_mut("allOf") {
            Some(Node::Array(all)) => all.push(beside),
            _ => set(members, "allOf", Node::Array(vec![beside])),
        }
    } else {
        set(members, "anyOf", any);
    }
}

fn keywords(name: &str) -> &'static [&'static str] {
    match name {
        "string" => STRING,
        "integer" | "number" => NUMBER,
        "object" => OBJECT,
        "array" => ARRAY,
        _ => &[],
    }
}

fn format_concerns(format: &Node, name: &str) -> bool {
    let is_numeric = format.as_str().is_some_and(|format| NUMBER_FORMATS.contains(&format));
    match name {
        "string" => !is_numeric,
        "integer" | "number" => is_numeric,
        _ => false,
    }
}

fn is_of(value: &Node, name: &str) -> bool {
    match value {
        Node::Null => name == "null",
        Node::Bool(_) => name == "boolean",
        Node::Number(Number::Int(_)) => name == "integer" || name == "number",
        Node::Number(Number::Float(_)) => name == "number",
        Node::String(_) => name == "string",
        Node::Array(_) => name == "array",
        Node::Object(_) => name == "object",
    }
}
