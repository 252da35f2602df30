//! Keywords of objects and arrays, and examples.

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
    let Some(Node::Array(names)) = members.get_mut("required") else {
        return;
    };
    let mut seen = std::collections::HashSet::new();
    let before = names.len();
    names.retain(|name| seen.insert(name.as_str().map(str::to_owned)));
    if names.len() < before {
        let message = "`required` names a property twice";
        context.warning("repeated-value", at.child("required"), message).help("remove the second one");
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

/// `patternProperties` becomes `x-pattern-properties: [[pattern, schema], …]`, each schema a reference.
pub(super) fn pattern_properties(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(Node::Object(patterns)) = members.shift_remove("patternProperties") else {
        return;
    };
    let place = Pointer::from_text(at.child("patternProperties"));
    let hoisted = patterns.into_iter().map(|(pattern, schema)| {
        let schema = context.components.hoist_schema(schema, &place.child(&pattern));
        Node::Array(vec![Node::String(pattern), schema])
    });
    let hoisted = hoisted.collect();
    set(members, "x-pattern-properties", Node::Array(hoisted));
}

/// `propertyNames` becomes `x-property-names: schema`, a reference.
pub(super) fn property_names(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if let Some(names) = members.shift_remove("propertyNames") {
        let schema = context.components.hoist_schema(names, &at.child("propertyNames"));
        set(members, "x-property-names", schema);
    }
}

/// A schema's `examples` (JSON Schema 2020-12, Validation, 9.5) becomes `x-examples`.
pub(super) fn schema_examples(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    if let Some(examples) = members.shift_remove("examples") {
        set(members, "x-examples", examples);
    }
}
