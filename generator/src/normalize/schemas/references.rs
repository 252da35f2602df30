//! `$ref` and what stands beside it.

use super::{Context, set};
use crate::normalize::version::Version;
use crate::tree::{Node, Object, Pointer, segments};

/// What counts beside a `$ref` in 3.0, too: everybody reads it so.
const ANNOTATIONS: [&str; 11] = [
    "$ref",
    "title",
    "description",
    "nullable",
    "deprecated",
    "readOnly",
    "writeOnly",
    "default",
    "example",
    "externalDocs",
    "xml",
];

/// `$ref` with siblings becomes `allOf` of the reference, beside the siblings: so 3.1 has it (JSON Schema 2020-12,
/// 8.2.3.1). 3.0 ignores siblings (OpenAPI 3.0.4, Reference Object).
pub(super) fn siblings_of_references(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if members.contains_key("$ref") && context.version == Version::V30 {
        ignore_constraints(members, at, context);
    }
    let Some(target) = members.shift_remove("$ref") else {
        return;
    };
    if members.is_empty() {
        set(members, "$ref", target);
        return;
    }
    let reference = Node::object([("$ref", target)]);
    match members.get_mut("allOf") {
        Some(Node::Array(all)) => all.push(reference),
        _ => set(members, "allOf", Node::Array(vec![reference])),
    }
}

/// A `type` says again what the `$ref` leads to; of everything else somebody expects that it counts.
fn ignore_constraints(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    members.retain(|keyword, _| {
        let is_kept = ANNOTATIONS.contains(&keyword.as_str()) || keyword.starts_with("x-");
        if !is_kept && keyword != "type" {
            let message = format!("`{keyword}` beside a `$ref` does not count in OpenAPI 3.0");
            let help = "put the `$ref` into an `allOf` beside it";
            context.warning("ignored-sibling", at.child(keyword), message).help(help);
        }
        is_kept
    });
}

/// `$recursiveRef: "#"` (JSON Schema 2019-09) becomes a reference to the component that it is in.
pub(super) fn recursive_references(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if members.shift_remove("$recursiveAnchor").is_some() {
        let message = "`$recursiveAnchor` is JSON Schema 2019-09's, and ignored";
        context
            .warning("recursive-reference", at.child("$recursiveAnchor"), message)
            .help("remove it, and write `$ref` for each `$recursiveRef`");
    }
    for keyword in ["$recursiveRef", "$dynamicRef"] {
        if members.shift_remove(keyword).is_none() {
            continue;
        }
        let place = at.child(keyword);
        let mut path = segments(at.as_str());
        let is_in_component = (path.next().as_deref(), path.next().as_deref()) == (Some("components"), Some("schemas"));
        match path.next().filter(|_| is_in_component) {
            Some(name) => {
                let target = format!("#/components/schemas/{name}");
                let message = format!("`{keyword}` is read as a reference to `{name}`, the schema that it is in");
                context.warning("recursive-reference", place, message).help(format!("write `$ref: '{target}'`"));
                set(members, "$ref", Node::string(target));
            }
            None => {
                let message = format!("`{keyword}` is not supported here, and ignored");
                context
                    .warning("unsupported-keyword", place, message)
                    .help("move the schema to `components/schemas` and refer to it with `$ref`");
            }
        }
    }
}
