//! `$id` and anchors: names that schemas give themselves (JSON Schema 2020-12, 8.2).

use std::collections::{HashMap, HashSet};

use crate::load::Documents;
use crate::tree::{Node, Pointer, beside, places_around, whole_file};

/// The names in the files looked at so far. Files without any are not searched.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    searched: HashSet<String>,
    /// Places by absolute `$id`.
    resources: HashMap<String, String>,
    /// Places by file and anchor; the first one counts.
    anchors: HashMap<(String, String), Vec<String>>,
}

impl Identifiers {
    /// The place that a reference without a file counts from: the schema around `at` that has an `$id`, else the file.
    pub(super) fn resource_around(&mut self, documents: &Documents<'_>, at: &str) -> String {
        let whole = whole_file(at);
        self.search(documents, whole);
        let is_resource = |place: &&str| documents.at(place).is_some_and(|node| id_of(node).is_some());
        let around = self.resources.values().any(|place| whole_file(place) == whole).then(|| places_around(at));
        around.and_then(|mut places| places.find(is_resource)).unwrap_or(whole).to_owned()
    }

    /// The place of the schema whose `$id` is `uri`, as seen from `at`.
    pub(super) fn identified(&mut self, documents: &Documents<'_>, at: &str, uri: &str) -> Option<String> {
        self.search(documents, whole_file(at));
        if self.resources.is_empty() {
            return None;
        }
        let known = |uri: &str| self.resources.get(uri).cloned();
        known(uri).or_else(|| known(&joined(&base_of(documents, at)?, uri)))
    }

    /// The place of an anchor in the file of `base`, rather one within `base` itself.
    pub(super) fn anchor(&mut self, documents: &Documents<'_>, base: &str, name: &str) -> Option<String> {
        let whole = whole_file(base);
        self.search(documents, whole);
        let places = self.anchors.get(&(whole.to_owned(), name.to_owned()))?;
        places.iter().find(|place| place.starts_with(base)).or(places.first()).cloned()
    }

    /// How many schemas in all files call themselves so.
    pub(super) fn count(&self, name: &str) -> usize {
        self.anchors.iter().filter(|((_, known), _)| known == name).map(|(_, places)| places.len()).sum()
    }

    fn search(&mut self, documents: &Documents<'_>, file: &str) {
        if !self.searched.insert(file.to_owned()) {
            return;
        }
        if let Some(root) = documents.at(file).filter(|_| documents.has_identifiers(file)) {
            self.note_all(root, &mut Pointer::from_text(file), file, "");
        }
    }

    /// Notes the names in `node`, which has the resource `base` around it. It nests no deeper than any file may.
    fn note_all(&mut self, node: &Node, at: &mut Pointer, file: &str, base: &str) {
        let own = id_of(node).map(|id| joined(base, id));
        if let Some(uri) = &own {
            self.resources.entry(uri.clone()).or_insert_with(|| at.as_str().to_owned());
        }
        let base = own.as_deref().unwrap_or(base);
        for name in anchors_of(node) {
            let key = (file.to_owned(), name.to_owned());
            self.anchors.entry(key).or_default().push(at.as_str().to_owned());
        }
        match node {
            Node::Object(members) => {
                for (key, member) in members.iter().filter(|(key, _)| !is_data(key)) {
                    at.within(key, |at| self.note_all(member, at, file, base));
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    at.within(&index.to_string(), |at| self.note_all(item, at, file, base));
                }
            }
            _ => {}
        }
    }
}

/// What is no schema, whatever it looks like.
fn is_data(key: &str) -> bool {
    matches!(key, "example" | "examples" | "enum" | "const" | "default")
}

/// An `$id` that makes a resource: `$id: '#name'` is an anchor of older drafts.
fn id_of(node: &Node) -> Option<&str> {
    let id = node.get("$id")?.as_str()?;
    let id = id.strip_suffix('#').unwrap_or(id);
    (!id.is_empty() && !id.starts_with('#')).then_some(id)
}

fn anchors_of(node: &Node) -> impl Iterator<Item = &str> {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    let old = text("$id").and_then(|id| id.strip_prefix('#')).filter(|name| !name.is_empty());
    text("$anchor").into_iter().chain(text("$dynamicAnchor")).chain(old)
}

/// The `$id` around a place, made absolute by those around it.
fn base_of(documents: &Documents<'_>, at: &str) -> Option<String> {
    let ids: Vec<&str> = places_around(at).filter_map(|place| id_of(documents.at(place)?)).collect();
    (!ids.is_empty()).then(|| ids.iter().rev().fold(String::new(), |base, id| joined(&base, id)))
}

/// A URI as seen from another (RFC 3986, 5.2), as far as schemas go.
fn joined(base: &str, uri: &str) -> String {
    if uri.contains("://") || uri.starts_with("urn:") || base.is_empty() {
        return uri.to_owned();
    }
    let Some((scheme, rest)) = base.split_once("://") else {
        return beside(base, uri);
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = match uri.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None => beside(path, uri),
    };
    format!("{scheme}://{authority}/{path}")
}
