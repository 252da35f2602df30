//! Keywords of objects and arrays, and examples.

use std::collections::HashSet;

use super::{Context, boolean_schema, set};
use crate::tree::{Node, Number, Object, Pointer};

/// `additionalProperties` is the one place where a boolean stays a boolean.
pub(super) fn boolean_additional_properties(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    if let Some(node) = members.get_mut("additionalProperties") {
        for accepts in [true, false] {
            if *node == boolean_schema(accepts) {
                *node = Node::Bool(accepts);
            }
        }
    }
}

/// Names in `required` count once.
pub(super) fn repeated_required(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if let Some(names) = members.get_mut("required") {
        let message = "`required` names a property twice";
        without_repetitions(names, at.child("required"), message, context);
    }
}

/// A list of names, each once.
pub(super) fn without_repetitions(names: &mut Node, place: String, message: &str, context: &mut Context<'_>) {
    let Node::Array(names) = names else { return };
    let mut seen = HashSet::new();
    let before = names.len();
    names.retain(|name| seen.insert(name.as_str().map(str::to_owned)));
    if names.len() < before {
        context.warning("repeated-value", place, message).help("remove the second one");
    }
}

/// `prefixItems` becomes `x-prefix-items: [schema, …]`, each a reference. `items: false` beside it, and so no further item, is
/// `maxItems`.
pub(super) fn prefix_items(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(Node::Array(items)) = members.shift_remove("prefixItems") else {
        return;
    };
    if members.get("items") == Some(&boolean_schema(false)) {
        members.shift_remove("items");
        let length = items.len() as i128;
        let limit = match members.get("maxItems") {
            Some(Node::Number(Number::Int(limit))) => length.min(*limit),
            _ => length,
        };
        set(members, "maxItems", Node::Number(Number::Int(limit)));
    }
    let place = |index: usize| format!("{}/{index}", at.child("prefixItems"));
    let hoisted = items
        .into_iter()
        .enumerate()
        .map(|(index, item)| context.components.hoist_schema(item, &place(index)))
        .collect();
    set(members, "x-prefix-items", Node::Array(hoisted));
}

/// `patternProperties` becomes `x-pattern-properties: [[pattern, schema], …]`.
pub(super) fn pattern_properties(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    if let Some(Node::Object(patterns)) = members.shift_remove("patternProperties") {
        let pairs = patterns.into_iter().map(|(pattern, schema)| Node::Array(vec![Node::String(pattern), schema]));
        let pairs = pairs.collect();
        set(members, "x-pattern-properties", Node::Array(pairs));
    }
}

/// `propertyNames` becomes `x-property-names: schema`.
pub(super) fn property_names(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    if let Some(names) = members.shift_remove("propertyNames") {
        set(members, "x-property-names", names);
    }
}

/// `items: false` is `maxItems: 0`.
pub(super) fn no_items(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    if members.get("items") == Some(&boolean_schema(false)) {
        members.shift_remove("items");
        set(members, "maxItems", Node::Number(Number::Int(0)));
    }
}

/// `contains` with its counts becomes `x-contains: [schema, least, most]`, `most` null without `maxContains`. The counts
/// alone say nothing (JSON Schema 2020-12, Validation, 6.4.4).
pub(super) fn contains(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let least = members.shift_remove("minContains").unwrap_or(Node::Number(Number::Int(1)));
    let most = members.shift_remove("maxContains").unwrap_or(Node::Null);
    if let Some(schema) = members.shift_remove("contains") {
        set(members, "x-contains", Node::Array(vec![schema, least, most]));
    }
}

/// `dependentRequired` becomes `x-dependent-required`.
pub(super) fn dependent_required(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if let Some(mut names) = members.shift_remove("dependentRequired") {
        let at = Pointer::from_text(at.child("dependentRequired"));
        for (name, others) in names.as_object_mut().into_iter().flatten() {
            let message = format!("`{name}` depends on a property twice");
            without_repetitions(others, at.child(name), &message, context);
        }
        set(members, "x-dependent-required", names);
    }
}

/// `unevaluatedProperties` becomes `x-unevaluated-properties`, a boolean or a schema.
pub(super) fn unevaluated_properties(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let Some(mut schema) = members.shift_remove("unevaluatedProperties") else {
        return;
    };
    for accepts in [true, false] {
        if schema == boolean_schema(accepts) {
            schema = Node::Bool(accepts);
        }
    }
    set(members, "x-unevaluated-properties", schema);
}

/// A schema's `examples` (JSON Schema 2020-12, Validation, 9.5) becomes `x-examples`.
pub(super) fn schema_examples(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    if let Some(examples) = members.shift_remove("examples") {
        set(members, "x-examples", examples);
    }
}
