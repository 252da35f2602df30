//! Components that the description does not have: what other passes move out of its place.

use std::collections::HashSet;

use super::grammar::Kind;
use crate::tree::{Node, Object};

/// The components to be added, with keys that none of the description's own has.
#[derive(Debug)]
pub(super) struct Components {
    taken: HashSet<(String, String)>,
    added: Vec<(&'static str, String, Node)>,
}

impl Components {
    /// Knows the keys that are taken.
    pub(super) fn new(tree: &Node) -> Self {
        let sections = tree.get("components").and_then(Node::as_object);
        let taken = sections
            .into_iter()
            .flatten()
            .filter_map(|(section, components)| Some((section, components.as_object()?)))
            .flat_map(|(section, components)| components.keys().map(|key| (section.clone(), key.clone())))
            .collect();
        Self { taken, added: Vec::new() }
    }

    /// `/paths/~1pets/get/parameters/0/schema` becomes `paths.pets.get.parameters.0.schema`.
    pub(super) fn made_up_key(&mut self, section: &'static str, pointer: &str) -> String {
        let pointer = pointer.strip_prefix("/components/schemas/").unwrap_or(pointer);
        let mut stem = String::new();
        for part in pointer.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-') {
            if !part.is_empty() {
                if !stem.is_empty() {
                    stem.push('.');
                }
                stem.push_str(part);
            }
        }
        if stem.is_empty() {
            stem.push_str("inline");
        }
        let mut key = stem.clone();
        let mut number = 1;
        while !self.taken.insert((section.to_owned(), key.clone())) {
            number += 1;
            key = format!("{stem}-{number}");
        }
        key
    }

    /// Adds a component under a key from [`Components::made_up_key`].
    pub(super) fn add(&mut self, section: &'static str, key: String, node: Node) {
        self.added.push((section, key, node));
    }

    /// Moves a schema out of its place and leaves a reference there. A reference stays where it is.
    pub(super) fn hoist_schema(&mut self, node: Node, pointer: &str) -> Node {
        if node.as_reference().is_some() {
            return node;
        }
        let key = self.made_up_key("schemas", pointer);
        let reference = Node::reference(format!("#/components/schemas/{key}"));
        self.add("schemas", key, hoisted(node, Kind::Schema, pointer));
        reference
    }

    /// Puts what was added so far into the document, after its own components.
    pub(super) fn move_into(&mut self, tree: &mut Node) {
        let Node::Object(root) = tree else { return };
        for (section, key, node) in self.added.drain(..) {
            if let Some(components) = member_object(root, "components")
                && let Some(components) = member_object(components, section)
            {
                components.insert(key, node);
            }
        }
    }
}

/// The node with the marks of a schema that was moved.
pub(super) fn hoisted(node: Node, kind: Kind, pointer: &str) -> Node {
    if kind != Kind::Schema {
        return node;
    }
    let mut node = match node {
        Node::Bool(accepts) => super::schemas::boolean_schema(accepts),
        other => other,
    };
    if let Node::Object(members) = &mut node {
        members.insert("x-inline".to_owned(), Node::Bool(true));
        members.entry("x-pointer".to_owned()).or_insert_with(|| Node::string(pointer));
    }
    node
}

/// The object under that key, made if there is none.
pub(super) fn member_object<'a>(parent: &'a mut Object, key: &str) -> Option<&'a mut Object> {
    let member = parent.entry(key.to_owned()).or_insert(Node::Null);
    if member.as_object().is_none() {
        *member = Node::Object(Object::new());
    }
    member.as_object_mut()
}
