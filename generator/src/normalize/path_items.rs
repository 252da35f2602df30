//! Pass: puts the Path Items and Callbacks that are referred to where the references are.
//!
//! `openapiv3` has no place for `components.pathItems` (OpenAPI 3.1) and no references to Callbacks.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::document::WEBHOOKS;
use super::grammar::Kind;
use super::hoist::hoisted;
use super::operations::METHODS;
use super::walk::{Visit, walk_document};
use crate::diagnostic::{Diagnostics, Mark, Place};
use crate::tree::{Node, Object, Pointer, segments};

/// Copies what is referred to. Fields beside a Path Item's `$ref` win (OpenAPI 3.1.1, Path Item Object leaves it open).
///
/// `operationId`s are in the first copy only; there cannot be two.
pub(super) fn shared_path_items(tree: &mut Node, diagnostics: &mut Diagnostics) {
    let mut references = References::default();
    walk_document(tree, &mut references);
    let mut shared = HashMap::new();
    for (reference, at) in references.0 {
        if let Some(members) = resolved(tree, &reference, &at, diagnostics) {
            shared.insert(reference, members);
        }
    }
    if !shared.is_empty() {
        let (used, around, reported) = (HashSet::new(), Vec::new(), HashSet::new());
        walk_document(tree, &mut Copies { shared, used, around, reported, diagnostics });
    }
    inline_callbacks(tree, diagnostics);
}

/// Paths that differ in the names of their parameters alone are one path, and are to be written as one (OpenAPI 3.1.1,
/// Paths Object). Of operations that have the method in common, too, routing sees to it which can be told apart.
pub(super) fn equivalent_paths(tree: &Node, diagnostics: &mut Diagnostics) {
    // By the path without names: the first that is so, and the methods of all.
    let mut known: HashMap<String, (&String, HashSet<&str>)> = HashMap::new();
    for (path, item) in tree.get("paths").and_then(Node::as_object).into_iter().flatten() {
        if !path.contains('{') {
            continue;
        }
        let members = item.as_object().into_iter().flat_map(Object::keys).map(String::as_str);
        let methods: HashSet<&str> = members.filter(|member| METHODS.contains(member)).collect();
        let (other, theirs) = known.entry(without_names(path)).or_insert_with(|| (path, HashSet::new()));
        if *other != path && theirs.is_disjoint(&methods) {
            let place = |path: &str| Place::Pointer(Pointer::from_text("/paths").child(path));
            let message = format!("`{path}` and `{other}` are the same path");
            diagnostics
                .warning("equivalent-paths", place(path), message)
                .mark(Mark::Key)
                .related(place(other), "it is here, too")
                .help("read all the same, for they have no method in common: write both as one");
        }
        theirs.extend(methods);
    }
}

/// `/pets/{id}` is `/pets/{}`.
fn without_names(path: &str) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('{');
        text.push_str(part.find('}').and_then(|end| part.get(end..)).unwrap_or(part));
    }
    text
}

/// The references of Path Items, each with the place of the first.
#[derive(Default)]
struct References(IndexMap<String, String>);

impl Visit for References {
    fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
        if let Some(reference) = path_item_reference(kind, node, at) {
            self.0.entry(reference.to_owned()).or_insert_with(|| at.as_str().to_owned());
        }
    }
}

/// A Path Item's `$ref`, but for those among the components, which are gone soon.
fn path_item_reference<'n>(kind: Kind, node: &'n Node, at: &Pointer) -> Option<&'n str> {
    let is_component = at.as_str().starts_with("/components/pathItems/") && segments(at.as_str()).count() == 3;
    node.as_reference().filter(|_| kind == Kind::PathItem && !is_component)
}

struct Copies<'a> {
    shared: HashMap<String, Object>,
    used: HashSet<String>,
    /// The references of the Path Items around, callbacks in between.
    around: Vec<Option<String>>,
    /// Where a circle has been reported; each copy would report it again.
    reported: HashSet<String>,
    diagnostics: &'a mut Diagnostics,
}

impl Visit for Copies<'_> {
    fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
        if kind != Kind::PathItem {
            return;
        }
        let reference = path_item_reference(kind, node, at).map(str::to_owned);
        self.around.push(reference.clone());
        let (Some(reference), Node::Object(members)) = (reference, node) else { return };
        let Some(mut copy) = self.shared.get(&reference).cloned() else { return };
        members.shift_remove("$ref");
        if self.around.iter().filter(|around| around.as_ref() == Some(&reference)).count() > 1 {
            if self.reported.insert(at.as_str().to_owned()) {
                let message = format!("the path item `{reference}` has itself for a callback");
                let place = Place::Pointer(at.as_str().to_owned());
                self.diagnostics.warning("reference-cycle", place, message).help("the inner one is empty");
            }
            return;
        }
        if !self.used.insert(reference) {
            remove_operation_ids(&mut copy);
        }
        for (key, value) in copy {
            members.entry(key).or_insert(value);
        }
    }

    fn leave(&mut self, kind: Kind, _node: &mut Node, _at: &Pointer) {
        if kind == Kind::PathItem {
            self.around.pop();
        }
    }
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

/// Callbacks that are references are copied, too, each operation with the mark of where it was. Webhooks and callbacks
/// have no callbacks of their own: nobody would send them.
fn inline_callbacks(tree: &mut Node, diagnostics: &mut Diagnostics) {
    let components = tree.at("/components/callbacks").cloned().unwrap_or(Node::Null);
    let Node::Object(root) = tree else { return };
    let mut callbacks = Callbacks { components: &components, diagnostics };
    if let Some(Node::Object(paths)) = root.get_mut("paths") {
        for (operation, at) in operations("/paths", paths) {
            callbacks.inline(operation, &at);
        }
    }
    for key in WEBHOOKS {
        if let Some(Node::Object(items)) = root.get_mut(*key) {
            for (operation, at) in operations(&format!("/{key}"), items) {
                callbacks.drop_inner(operation, &at);
            }
        }
    }
}

/// The operations of the Path Items at `at`, each with its place.
fn operations<'n>(at: &str, items: &'n mut Object) -> Vec<(&'n mut Object, Pointer)> {
    let at = Pointer::from_text(at);
    let mut operations = Vec::new();
    for (key, item) in items.iter_mut() {
        let item_at = Pointer::from_text(at.child(key));
        for (method, operation) in item.as_object_mut().into_iter().flat_map(Object::iter_mut) {
            let Node::Object(operation) = operation else { continue };
            let original = operation.get("x-pointer").and_then(Node::as_str).map(str::to_owned);
            let place = original.unwrap_or_else(|| item_at.child(method));
            operations.push((operation, Pointer::from_text(place)));
        }
    }
    operations
}

struct Callbacks<'a> {
    components: &'a Node,
    diagnostics: &'a mut Diagnostics,
}

impl Callbacks<'_> {
    /// Of the operation at `at`.
    fn inline(&mut self, operation: &mut Object, at: &Pointer) {
        let Some(Node::Object(callbacks)) = operation.get_mut("callbacks") else { return };
        for (name, callback) in callbacks.iter_mut() {
            let mut place = Pointer::from_text(at.child("callbacks")).child(name);
            if let Some(reference) = callback.as_reference() {
                let key = reference.strip_prefix("#/components/callbacks/").unwrap_or_default();
                let found = self.components.get(key).cloned().unwrap_or(Node::Null);
                let original = found.get("x-pointer").and_then(Node::as_str).map(str::to_owned);
                place = original.unwrap_or_else(|| Pointer::from_text("/components/callbacks").child(key));
                *callback = marked(found, &Pointer::from_text(place.as_str()));
            }
            let Node::Object(items) = callback else { continue };
            items.retain(|key, _| !key.starts_with("x-"));
            for (operation, at) in operations(&place, items) {
                self.drop_inner(operation, &at);
            }
        }
        callbacks.retain(|_, callback| callback.as_object().is_some());
    }

    /// Of a webhook or a callback, at `at`.
    fn drop_inner(&mut self, operation: &mut Object, at: &Pointer) {
        let dropped = operation.shift_remove("callbacks");
        let mut callbacks = dropped.as_ref().and_then(Node::as_object).into_iter().flat_map(Object::values);
        if callbacks.any(has_operations) {
            let message = "a callback of a webhook or of a callback is not supported";
            let place = Place::Pointer(at.child("callbacks"));
            self.diagnostics.warning("nested-callback", place, message).help("nothing is generated for it");
        }
    }
}

fn has_operations(callback: &Node) -> bool {
    let items = callback.as_object().into_iter().flat_map(Object::values);
    callback.as_reference().is_some()
        || items.filter_map(Node::as_object).flat_map(Object::keys).any(|key| !key.starts_with("x-"))
}

/// A callback that was at `at`: what is in its Path Items with the marks of where it was.
fn marked(callback: Node, at: &Pointer) -> Node {
    let Node::Object(items) = callback else { return callback };
    let items = items.into_iter().map(|(key, item)| {
        let Node::Object(members) = item else { return (key, item) };
        let place = at.child(&key);
        let members = members.into_iter().map(|(field, value)| {
            let place = format!("{place}/{field}");
            (field, with_places(value, &place))
        });
        (key, Node::Object(members.collect()))
    });
    Node::Object(items.collect())
}
