//! `readOnly` and `writeOnly` where they say nothing.

use super::Context;
use crate::tree::{Node, Object, Pointer, segments};

/// Keywords whose schema is no property.
const ONE: [&str; 7] =
    ["additionalProperties", "contains", "items", "not", "propertyNames", "schema", "unevaluatedProperties"];

/// Keywords of which each schema is none. Those of `allOf`, `oneOf` and `anyOf` may speak for the property around them.
const SEVERAL: [&str; 2] = ["patternProperties", "prefixItems"];

/// Both are about properties (OpenAPI 3.0.4, Schema Object); a schema elsewhere is that of no property.
pub(super) fn idle_access(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    for keyword in ["readOnly", "writeOnly"] {
        if members.get(keyword) == Some(&Node::Bool(true)) && !is_of_property(at) {
            let message = format!("`{keyword}` says something of properties only, and is ignored here");
            context.warning("idle-access", at.child(keyword), message);
        }
    }
}

/// Whether the schema at that place is a property's, or may be.
fn is_of_property(at: &Pointer) -> bool {
    let segments: Vec<_> = segments(at.as_str()).collect();
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    match segments.as_slice() {
        [.., "properties", _] => true,
        [.., parent, _] if SEVERAL.contains(parent) => false,
        [.., last] => !ONE.contains(last) || segments.len() == 3 && segments.first() == Some(&"components"),
        [] => true,
    }
}
