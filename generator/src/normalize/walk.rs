//! Visits every object of a description in document order, with its kind and its pointer.

use super::grammar::{Key, Kind, Shape};
use crate::tree::{Node, Pointer};

/// What a pass does with each object.
pub(super) trait Visit {
    /// Before the objects inside it.
    fn enter(&mut self, _kind: Kind, _node: &mut Node, _at: &Pointer) {}
    /// After the objects inside it.
    fn leave(&mut self, _kind: Kind, _node: &mut Node, _at: &Pointer) {}
}

/// Visits the whole description.
pub(super) fn walk_document(tree: &mut Node, visit: &mut impl Visit) {
    let root = Shape::Object(Kind::OpenApi);
    walk(tree, &root, &mut Pointer::default(), visit);
}

/// Visits what stands at `at`. What does not have the expected shape is passed over.
pub(super) fn walk(node: &mut Node, shape: &Shape, at: &mut Pointer, visit: &mut impl Visit) {
    match (shape, node) {
        (Shape::Object(kind), node) => object(node, *kind, at, visit),
        (Shape::Array(inner), Node::Array(items)) if holds_objects(inner) => {
            for (index, item) in items.iter_mut().enumerate() {
                at.within(&index.to_string(), |at| walk(item, inner, at, visit));
            }
        }
        (Shape::Map(inner), Node::Object(members)) if holds_objects(inner) => {
            for (key, member) in members.iter_mut() {
                at.within(key, |at| walk(member, inner, at, visit));
            }
        }
        _ => {}
    }
}

fn object(node: &mut Node, kind: Kind, at: &mut Pointer, visit: &mut impl Visit) {
    let mut original = original_place(node);
    let at = original.as_mut().unwrap_or(at);
    visit.enter(kind, node, at);
    if let (false, Node::Object(members)) = (is_reference_object(node, kind), &mut *node) {
        for (key, member) in members.iter_mut() {
            if let Key::Known(shape, _) = kind.key(key)
                && holds_objects(shape)
            {
                at.within(key, |at| walk(member, shape, at, visit));
            }
        }
    }
    visit.leave(kind, node, at);
}

/// The place that its author knows, of an object that has been moved.
pub(super) fn original_place(node: &Node) -> Option<Pointer> {
    node.get("x-pointer").and_then(Node::as_str).map(Pointer::from_text)
}

/// Whether an object that should be of that kind is a Reference Object instead.
pub(super) fn is_reference_object(node: &Node, kind: Kind) -> bool {
    kind.has_reference_object() && node.as_reference().is_some()
}

fn holds_objects(shape: &Shape) -> bool {
    match shape {
        Shape::Object(_) => true,
        Shape::Array(inner) | Shape::Map(inner) => holds_objects(inner),
        _ => false,
    }
}
