//! Keywords that no Rust type and no check here can honour: removed, with a warning each, unless another keyword says the
//! same.

use super::members::without_repetitions;
use super::{Context, boolean_schema};
use crate::tree::{Node, Object, Pointer};

const UNSUPPORTED: &[&str] = &["if", "then", "else", "dependentSchemas", "unevaluatedItems", "contentSchema"];

/// Keywords that say nothing about values. Definitions that are used have been moved into `components` by now.
const SILENT: &[&str] =
    &["$schema", "$id", "$anchor", "$comment", "$dynamicAnchor", "$vocabulary", "$defs", "definitions"];

/// Keywords beside which it depends on the value what is evaluated.
const CONDITIONAL: [&str; 2] = ["if", "dependentSchemas"];

/// `dependencies` (JSON Schema, draft 4 to 7) is `dependentRequired` where it lists names, else `dependentSchemas`.
pub(super) fn dependencies(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(Node::Object(dependencies)) = members.shift_remove("dependencies") else {
        return;
    };
    let mut required = Object::new();
    let at = Pointer::from_text(at.child("dependencies"));
    for (name, mut dependency) in dependencies {
        let message = format!("`{name}` depends on a property twice");
        without_repetitions(&mut dependency, at.child(&name), &message, context);
        match dependency {
            Node::Array(names) if names.iter().all(|name| name.as_str().is_some()) => {
                required.insert(name, Node::Array(names));
            }
            schema if accepts_everything(&schema) => {}
            _ => {
                let message = "`dependencies` by a schema is not supported, and values are not checked against it";
                context.warning("unsupported-keyword", at.child(&name), message);
            }
        }
    }
    if let Some(Node::Object(others)) = members.get_mut("dependentRequired") {
        required.retain(|name, _| !others.contains_key(name));
        others.extend(required);
    } else if !required.is_empty() {
        members.insert("dependentRequired".to_owned(), Node::Object(required));
    }
}

/// `unevaluatedProperties` is `additionalProperties` where no other schema is applied. Lowering sees to those that are.
pub(super) fn unevaluated_properties(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if members.contains_key("additionalProperties") {
        // Nothing is left for it.
        members.shift_remove("unevaluatedProperties");
    }
    if CONDITIONAL.iter().any(|keyword| members.contains_key(*keyword))
        && let Some(schema) = members.shift_remove("unevaluatedProperties")
        && !accepts_everything(&schema)
    {
        unsupported("unevaluatedProperties", at, context);
    }
}

/// `unevaluatedItems` is `items` where nothing else evaluates some.
pub(super) fn unevaluated_items(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let applicators = ["allOf", "anyOf", "oneOf", "$ref", "contains", "if", "dependentSchemas"];
    if applicators.iter().any(|keyword| members.contains_key(*keyword)) {
        return;
    }
    if let Some(schema) = members.shift_remove("unevaluatedItems") {
        members.entry("items".to_owned()).or_insert(schema);
    }
}

/// `if`, `dependentSchemas` and the like.
pub(super) fn unsupported_keywords(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    for keyword in UNSUPPORTED {
        let Some(schema) = members.shift_remove(*keyword) else {
            continue;
        };
        let says_nothing = match *keyword {
            "then" | "else" => true,
            "unevaluatedItems" => accepts_everything(&schema),
            _ => false,
        };
        if !says_nothing {
            unsupported(keyword, at, context);
        }
    }
}

fn unsupported(keyword: &str, at: &Pointer, context: &mut Context<'_>) {
    let message = format!("`{keyword}` is not supported, and values are not checked against it");
    context.warning("unsupported-keyword", at.child(keyword), message);
}

fn accepts_everything(schema: &Node) -> bool {
    *schema == Node::Bool(true) || *schema == boolean_schema(true)
}

/// `$id`, `$comment`, `$defs` and the like.
pub(super) fn identifiers_and_definitions(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    members.retain(|keyword, _| !SILENT.contains(&keyword.as_str()));
}
