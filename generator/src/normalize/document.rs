//! Pass: the root as `openapiv3` reads it.

use super::grammar::Kind;
use super::hoist::member_object;
use super::walk::{Visit, walk_document};
use crate::tree::{Node, Pointer};

/// Missing `paths` and `responses` (optional in 3.1) are empty ones.
pub(super) fn missing_sections(tree: &mut Node) {
    struct Responses;
    impl Visit for Responses {
        fn enter(&mut self, kind: Kind, node: &mut Node, _at: &Pointer) {
            if let (Kind::Operation, Node::Object(members)) = (kind, node) {
                member_object(members, "responses");
            }
        }
    }
    walk_document(tree, &mut Responses);
    if let Node::Object(root) = tree {
        member_object(root, "paths");
    }
}

/// `webhooks` becomes `x-webhooks: [[name, path item], …]`; `components.pathItems` and
/// `components.callbacks` have been copied to where they are used.
pub(super) fn webhooks(tree: &mut Node) {
    let Node::Object(root) = tree else { return };
    if let Some(Node::Object(items)) = root.shift_remove("webhooks") {
        let pairs = items.into_iter().map(|(name, item)| Node::Array(vec![Node::String(name), item]));
        root.insert("x-webhooks".to_owned(), Node::Array(pairs.collect()));
    }
    if let Some(Node::Object(components)) = root.get_mut("components") {
        components.shift_remove("pathItems");
        components.shift_remove("callbacks");
    }
}
