//! `type` names that are none.

use super::{Context, set};
use crate::diagnostic::Place;
use crate::normalize::suggest::nearest;
use crate::tree::{Node, Object, Pointer};

const TYPES: [&str; 7] = ["string", "object", "array", "integer", "number", "boolean", "null"];

/// What other languages call them.
const ALIASES: [(&str, &str); 17] = [
    ("int", "integer"),
    ("int32", "integer"),
    ("int64", "integer"),
    ("long", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("str", "string"),
    ("text", "string"),
    ("date", "string"),
    ("datetime", "string"),
    ("uuid", "string"),
    ("bool", "boolean"),
    ("list", "array"),
    ("map", "object"),
    ("dict", "object"),
    ("file", "string"),
];

/// `type: Pet` means the component `Pet`; any other unknown name is an error, except beside a `$ref`, where 3.0
/// ignores it.
pub(super) fn misspelt_types(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(node) = members.get("type") else {
        return;
    };
    let unknown = match node {
        Node::String(name) => Some(name),
        Node::Array(names) => names.iter().find_map(|node| match node {
            Node::String(name) if !TYPES.contains(&name.as_str()) => Some(name),
            _ => None,
        }),
        _ => None,
    };
    let Some(name) = unknown.filter(|name| !TYPES.contains(&name.as_str())).cloned() else {
        return;
    };
    let place = at.child("type");
    if members.contains_key("$ref") {
        let message = format!("there is no type `{name}`; beside a `$ref` it is ignored");
        context.warning("unknown-type", place, message).help("remove it: the `$ref` says what the type is");
        members.shift_remove("type");
        return;
    }
    if context.names.contains(&name) && matches!(node, Node::String(_)) {
        let message = format!("`{name}` is a schema, not a type");
        context
            .warning("type-names-schema", place, message)
            .help(format!("read as `$ref: '#/components/schemas/{name}'`: write that"));
        members.shift_remove("type");
        set(members, "$ref", Node::string(format!("#/components/schemas/{name}")));
        return;
    }
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(&name));
    let help = match alias.map(|(_, meant)| *meant).or_else(|| nearest(&name, TYPES)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => match nearest(&name, context.names.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `$ref: '#/components/schemas/{meant}'`?"),
            None => format!("the types are {}", TYPES.join(", ")),
        },
    };
    let message = format!("there is no type `{name}`");
    context.diagnostics.error("unknown-type", Place::Pointer(place), message).help(help);
}
