//! `$ref` and what stands beside it.

use super::{Context, set};
use crate::tree::{Node, Object, Pointer, segments};

/// `$ref` with siblings becomes `allOf` of the reference, beside the siblings.
///
/// So 3.1 has it (JSON Schema 2020-12, 8.2.3.1). 3.0 ignores siblings; but `nullable`, `description` and `deprecated` beside
/// a `$ref` are there to be read, and are read so by everybody.
pub(super) fn siblings_of_references(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let Some(target) = members.shift_remove("$ref") else {
        return;
    };
    let reference = Node::object([("$ref", target)]);
    match members.get_mut("allOf") {
        Some(Node::Array(all)) => all.push(reference),
        _ => set(members, "allOf", Node::Array(vec![reference])),
    }
}

/// `$recursiveRef: "#"` (JSON Schema 2019-09) becomes a reference to the component that it is in.
pub(super) fn recursive_references(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
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
