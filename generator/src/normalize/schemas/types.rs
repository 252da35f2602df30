//! `type` names that are none.

use super::{Context, set};
use crate::diagnostic::Place;
use crate::suggest::{Suggestions, nearest};
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
    let Some(name) = unknown_type(members) else {
        return;
    };
    let place = at.child("type");
    if members.contains_key("$ref") {
        let message = format!("there is no type `{name}`; beside a `$ref` it is ignored");
        context.warning("unknown-type", place, message).help("remove it: the `$ref` says what the type is");
        members.shift_remove("type");
    } else if context.names.contains(&name) && members.get("type").is_some_and(is_text) {
        let message = format!("`{name}` is a schema, not a type");
        let target = format!("#/components/schemas/{name}");
        context.warning("type-names-schema", place, message).help(format!("read as `$ref: '{target}'`: write that"));
        members.shift_remove("type");
        set(members, "$ref", Node::string(target));
    } else {
        let message = format!("there is no type `{name}`");
        let help = help_for(&name, &context.names, &mut context.diagnostics.suggestions);
        context.diagnostics.error("unknown-type", Place::Pointer(place), message).help(help);
    }
}

/// The first name in `type` that is no type's.
fn unknown_type(members: &Object) -> Option<String> {
    let names = match members.get("type")? {
        Node::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut names = names.iter().filter_map(Node::as_str);
    names.find(|name| !TYPES.contains(name)).map(str::to_owned)
}

fn is_text(node: &Node) -> bool {
    node.as_str().is_some()
}

fn help_for(name: &str, schemas: &[String], suggestions: &mut Suggestions) -> String {
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    let meant = alias.map(|(_, meant)| *meant);
    if let Some(meant) = meant.or_else(|| nearest(name, TYPES)) {
        return format!("did you mean `{meant}`?");
    }
    match suggestions.nearest(name, schemas.iter().map(String::as_str)) {
        Some(schema) => format!("did you mean `$ref: '#/components/schemas/{schema}'`?"),
        None => format!("the types are {}", TYPES.join(", ")),
    }
}
