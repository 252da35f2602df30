//! Keywords that no Rust type and no check here can honour: removed, with a warning each.

use super::{Context, boolean_schema, set};
use crate::tree::{Node, Object, Pointer};

const UNSUPPORTED: &[&str] = &[
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependentRequired",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "contentSchema",
];

/// Keywords that say nothing about values. Definitions that are used have been moved into `components` by now.
const SILENT: &[&str] = &[
    "$schema",
    "$id",
    "$anchor",
    "$comment",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
];

/// Without composition, `unevaluatedProperties` is `additionalProperties` (JSON Schema 2020-12, 11.3).
pub(super) fn unevaluated_properties(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let applicators = ["allOf", "anyOf", "oneOf", "$ref", "if", "dependentSchemas", "additionalProperties"];
    if applicators.iter().any(|keyword| members.contains_key(*keyword)) {
        return;
    }
    if let Some(schema) = members.shift_remove("unevaluatedProperties") {
        set(members, "additionalProperties", schema);
    }
}

/// `not`, `if`, `contains` and the like. `not: {}`, which nothing meets, stays.
pub(super) fn unsupported_keywords(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    for keyword in UNSUPPORTED {
        if *keyword == "not" && members.get("not") == Some(&boolean_schema(true)) {
            continue;
        }
        let Some(schema) = members.shift_remove(*keyword) else {
            continue;
        };
        let follows_another = match *keyword {
            "then" | "else" => true,
            "minContains" | "maxContains" => true,
            "unevaluatedProperties" | "unevaluatedItems" => accepts_everything(&schema),
            _ => false,
        };
        if !follows_another {
            let message = format!("`{keyword}` is not supported, and values are not checked against it");
            context.warning("unsupported-keyword", at.child(keyword), message);
        }
    }
}

fn accepts_everything(schema: &Node) -> bool {
    *schema == Node::Bool(true) || *schema == boolean_schema(true)
}

/// `$id`, `$comment`, `$defs` and the like.
pub(super) fn identifiers_and_definitions(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    members.retain(|keyword, _| !SILENT.contains(&keyword.as_str()));
}
