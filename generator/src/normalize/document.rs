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

/// An extension called `x-webhooks` that holds no Path Items is somebody else's.
pub(super) fn foreign_webhooks(tree: &mut Node) {
    let Node::Object(root) = tree else { return };
    let holds_path_items =
        |items: &Node| items.as_object().is_some_and(|items| items.values().all(|item| item.as_object().is_some()));
    if root.get("x-webhooks").is_some_and(|items| !holds_path_items(items)) {
        root.shift_remove("x-webhooks");
    }
}

/// `openapiv3` has no place for `webhooks`: they become the only `components.callbacks`, under the pointers of where
/// they were. The others, and `components.pathItems`, have been copied to where they are used.
pub(super) fn webhooks(tree: &mut Node) {
    let Node::Object(root) = tree else { return };
    let webhooks: Vec<(&str, Node)> =
        WEBHOOKS.iter().filter_map(|key| Some((*key, root.shift_remove(*key)?))).collect();
    if let Some(Node::Object(components)) = root.get_mut("components") {
        components.shift_remove("pathItems");
        components.shift_remove("callbacks");
    }
    if webhooks.is_empty() {
        return;
    }
    if let Some(components) = member_object(root, "components")
        && let Some(callbacks) = member_object(components, "callbacks")
    {
        callbacks.extend(webhooks.into_iter().map(|(key, items)| (format!("/{key}"), items)));
    }
}

/// Where webhooks stand in a description.
pub(super) const WEBHOOKS: &[&str] = &["webhooks", "x-webhooks"];
