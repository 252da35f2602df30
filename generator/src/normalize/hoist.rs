//! Components that the description does not have: what other passes move out of its place.

use std::collections::HashSet;

use crate::tree::{Node, Object};

/// The components to be added, with keys that none of the description's own has.
#[derive(Debug)]
pub(super) struct Components {
    taken: HashSet<(String, String)>,
    /// The same, as far as a name in Rust tells them apart.
    names: HashSet<(String, String)>,
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
            .flat_map(|(section, components)| components.keys().map(|key| (section.clone(), key.clone())));
        let taken: HashSet<(String, String)> = taken.collect();
        let names = taken.iter().map(|(section, key)| (section.clone(), bare(key))).collect();
        Self { taken, names, added: Vec::new() }
    }

    /// `/paths/~1pets/get/parameters/0/schema` becomes `paths.pets.get.parameters.0.schema`.
    pub(super) fn made_up_key(&mut self, section: &'static str, place: &str) -> String {
        let key = key_of(place.strip_prefix("/components/schemas/").unwrap_or(place));
        self.first_free(section, key)
    }

    /// A key for what is named: the first of the names that no other is too much like.
    pub(super) fn claim(&mut self, section: &'static str, names: &[String]) -> String {
        let is_new = |name: &&String| self.names.insert((section.to_owned(), bare(name)));
        let name = names.iter().find(is_new).or(names.last());
        self.first_free(section, name.map_or_else(String::new, |name| key_of(name)))
    }

    fn first_free(&mut self, section: &'static str, key: String) -> String {
        if self.taken.insert((section.to_owned(), key.clone())) {
            return key;
        }
        let mut numbered = (2_u64..).map(|number| format!("{key}-{number}"));
        numbered.find(|key| self.taken.insert((section.to_owned(), key.clone()))).unwrap_or_default()
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
        self.add("schemas", key, hoisted(node, pointer, true));
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

/// What is left of a key in a Rust name, letter case aside.
fn bare(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The parts of `name` that can stand in any key, joined by dots.
fn key_of(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').filter(|part| !part.is_empty());
    let key = parts.collect::<Vec<_>>().join(".");
    if key.is_empty() { "inline".to_owned() } else { key }
}

/// The node with the marks of an object that was moved from `place`: for names and sharing an inline schema is an
/// inline schema still.
pub(super) fn hoisted(node: Node, place: &str, is_inline_schema: bool) -> Node {
    let mut node = match node {
        Node::Bool(accepts) => super::schemas::boolean_schema(accepts),
        other => other,
    };
    if let Node::Object(members) = &mut node {
        if is_inline_schema {
            members.insert("x-inline".to_owned(), Node::Bool(true));
        }
        members.entry("x-pointer".to_owned()).or_insert_with(|| Node::string(place));
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
