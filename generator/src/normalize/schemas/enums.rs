//! `const` and `enum`.

use super::{Context, set};
use crate::tree::{Node, Object, Pointer};

/// `const: x` is `enum: [x]` (JSON Schema 2020-12, Validation, 6.1.3).
pub(super) fn constants(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(value) = members.shift_remove("const") else {
        return;
    };
    if let Some(Node::Array(values)) = members.get("enum")
        && !values.contains(&value)
    {
        context
            .warning("contradiction", at.child("const"), "`enum` does not have the value of `const`")
            .help("`enum` is ignored: remove one of the two");
    }
    set(members, "enum", Node::Array(vec![value]));
}

/// Values in `enum` count once.
pub(super) fn repeated_values(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    let Some(Node::Array(values)) = members.get_mut("enum") else {
        return;
    };
    let mut kept: Vec<Node> = Vec::with_capacity(values.len());
    let mut seen = std::collections::HashSet::new();
    let mut repeated = None;
    for value in values.drain(..) {
        let is_new = match &value {
            Node::String(text) => seen.insert(text.clone()),
            other => !kept.contains(other),
        };
        if is_new {
            kept.push(value);
        } else {
            repeated.get_or_insert(value);
        }
    }
    *values = kept;
    if let Some(value) = repeated {
        let message = match value.as_str() {
            Some(text) => format!("`enum` has `{text}` twice"),
            None => format!("`enum` has {} twice", value.describe()),
        };
        context.warning("repeated-value", at.child("enum"), message).help("remove the second one");
    }
}
