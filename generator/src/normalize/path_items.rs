//! Pass: puts the Path Items and Callbacks that are referred to where the references are.
//!
//! `openapiv3` has no place for `components.pathItems` (OpenAPI 3.1) and no references to Callbacks.

use super::hoist::hoisted;
use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Object, Pointer};

/// Copies what is referred to. Fields beside a Path Item's `$ref` win (OpenAPI 3.1.1, Path Item Object leaves it open).
///
/// `operationId`s are in the first copy only; there cannot be two.
pub(super) fn shared_path_items(tree: &mut Node, diagnostics: &mut Diagnostics) {
    let mut taken = std::collections::HashSet::new();
    for section in ["paths", "webhooks"] {
        let Some(Node::Object(items)) = tree.get(section) else {
            continue;
        };
        let references: Vec<(String, String)> =
            items.iter().filter_map(|(path, item)| Some((path.clone(), item.as_reference()?.to_owned()))).collect();
        let root = Pointer::from_text(format!("/{section}"));
        for (path, reference) in references {
            let at = root.child(&path);
            let Some(mut target) = resolved(tree, &reference, &at, diagnostics) else {
                continue;
            };
            if !taken.insert(reference) {
                remove_operation_ids(&mut target);
            }
            if let Some(Node::Object(members)) = tree.at_mut(&at) {
                members.shift_remove("$ref");
                for (key, value) in target {
                    members.entry(key).or_insert(value);
                }
            }
        }
    }
    inline_callbacks(tree);
}

/// The members of the Path Item at the end of a chain of references.
fn resolved(tree: &Node, reference: &str, at: &str, diagnostics: &mut Diagnostics) -> Option<Object> {
    let mut members = Object::new();
    let mut reference = Some(reference.to_owned());
    for _ in 0..100 {
        let Some(text) = reference else {
            return Some(members);
        };
        let pointer = text.strip_prefix('#')?;
        let target = tree.at(pointer)?.as_object()?;
        let place = target.get("x-pointer").and_then(Node::as_str).unwrap_or(pointer);
        for (key, value) in target.iter().filter(|(key, _)| !matches!(key.as_str(), "$ref" | "x-pointer")) {
            members.entry(key.clone()).or_insert_with(|| with_places(value.clone(), &format!("{place}/{key}")));
        }
        reference = target.get("$ref").and_then(Node::as_str).map(str::to_owned);
    }
    let message = "the path item leads back to itself";
    diagnostics.error("reference-cycle", Place::Pointer(at.to_owned()), message);
    None
}

/// A field of a Path Item that was at `place`: each operation and each parameter with the mark of where it was.
fn with_places(field: Node, place: &str) -> Node {
    match field {
        Node::Object(_) if field.as_reference().is_none() => hoisted(field, place, false),
        Node::Array(items) => {
            let items = items.into_iter().enumerate();
            Node::Array(items.map(|(index, item)| with_places(item, &format!("{place}/{index}"))).collect())
        }
        _ => field,
    }
}

fn remove_operation_ids(members: &mut Object) {
    for (_, operation) in members.iter_mut() {
        if let Node::Object(operation) = operation {
            operation.shift_remove("operationId");
        }
    }
}

/// Callbacks that are references, of the operations in `paths`. Callbacks in callbacks are dropped: nothing reads them.
fn inline_callbacks(tree: &mut Node) {
    let components = tree.at("/components/callbacks").cloned().unwrap_or(Node::Null);
    let Some(Node::Object(paths)) = tree.as_object_mut().and_then(|root| root.get_mut("paths")) else {
        return;
    };
    for operation in paths.values_mut().filter_map(Node::as_object_mut).flat_map(Object::values_mut) {
        let Some(Node::Object(callbacks)) = operation.as_object_mut().and_then(|members| members.get_mut("callbacks"))
        else {
            continue;
        };
        for callback in callbacks.values_mut() {
            if let Some(reference) = callback.as_reference() {
                let name = reference.strip_prefix("#/components/callbacks/").unwrap_or_default();
                *callback = components.get(name).cloned().unwrap_or(Node::Null);
            }
            prune_callback(callback);
        }
        callbacks.retain(|_, callback| callback.as_object().is_some());
    }
}

fn prune_callback(callback: &mut Node) {
    let Node::Object(items) = callback else {
        return;
    };
    items.retain(|key, item| !key.starts_with("x-") && item.as_reference().is_none());
    for operation in items.values_mut().filter_map(Node::as_object_mut).flat_map(Object::values_mut) {
        if let Node::Object(operation) = operation {
            operation.shift_remove("callbacks");
        }
    }
}
