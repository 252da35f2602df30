//! The many spellings of “or null”, all of which become `nullable: true`.

use super::{Context, keep_pointer, set, set_nullable};
use crate::normalize::version::Version;
use crate::tree::{Node, Object, Pointer};

/// Beside a `$ref`, `nullable` says nothing by the letter of 3.0. It is there to be read.
pub(super) fn nullable_beside_reference(members: &mut Object, at: &Pointer, context: &mut Context<'_>) {
    if members.get("nullable") != Some(&Node::Bool(true)) {
        return;
    }
    if context.version == Version::V30 && members.contains_key("$ref") {
        let message = "beside a `$ref`, OpenAPI 3.0 ignores `nullable`";
        context
            .warning("nullable-beside-reference", at.child("nullable"), message)
            .help("read as null being allowed: write `allOf: [{ $ref: … }]` beside `nullable`");
    }
}

/// A schema that accepts null alone.
pub(super) fn only_null(members: &mut Object) {
    set(members, "enum", Node::Array(vec![Node::Null]));
    set(members, "x-null", Node::Bool(true));
    set_nullable(members);
}

fn is_only_null(node: &Node) -> bool {
    node.get("x-null") == Some(&Node::Bool(true))
}

/// `anyOf: [T, {type: "null"}]` is `nullable: true` and `allOf: [T]`; with more members than one left, `anyOf` stays.
pub(super) fn null_members(members: &mut Object, at: &Pointer, _context: &mut Context<'_>) {
    for keyword in ["anyOf", "oneOf"] {
        let Some(Node::Array(union)) = members.get_mut(keyword) else {
            continue;
        };
        if !union.iter().any(is_only_null) {
            continue;
        }
        let place = at.child(keyword);
        let mut rest = Vec::new();
        for (index, mut member) in std::mem::take(union).into_iter().enumerate() {
            if !is_only_null(&member) {
                keep_pointer(&mut member, format!("{place}/{index}"));
                rest.push(member);
            }
        }
        match (rest.len(), members.get_mut("allOf")) {
            (0, _) => {
                members.shift_remove(keyword);
                only_null(members);
                continue;
            }
            (1, Some(Node::Array(all))) => {
                all.append(&mut rest);
                members.shift_remove(keyword);
            }
            (1, _) => {
                set(members, "allOf", Node::Array(rest));
                members.shift_remove(keyword);
            }
            _ => set(members, keyword, Node::Array(rest)),
        }
        set_nullable(members);
    }
}

/// `enum: [a, null]` is `nullable: true` and `enum: [a]`; `enum: [null]` accepts null alone.
///
/// Where `type` leaves null out, the list was still written to have it.
pub(super) fn null_in_enums(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let Some(Node::Array(values)) = members.get_mut("enum") else {
        return;
    };
    let before = values.len();
    values.retain(|value| *value != Node::Null);
    if values.len() == before {
        return;
    }
    if values.is_empty() {
        members.shift_remove("type");
        only_null(members);
    } else {
        set_nullable(members);
    }
}
