//! Overlays: changes to the root of a description, before anything else looks at it (OpenAPI Overlay 1.0 and 1.1).
//!
//! Actions are carried out in order, each on what the former left. Of an overlay with an error nothing is written.

mod origins;

use serde_json::Value;
use serde_json_path::JsonPath;

use super::grammar::{Kind, Shape};
use super::structure::check_structure;
use super::version::Version;
use crate::Overlay;
use crate::diagnostic::{Diagnostics, Place};
use crate::load::load_part;
use crate::tree::{Node, Number, Pointer, segments};
pub(crate) use origins::Origins;
use origins::Source;

/// Applies the overlays to `root`. Diagnostics learn where its parts are from.
pub(crate) fn apply(root: &mut Node, overlays: &[Overlay<'_>], diagnostics: &mut Diagnostics) {
    let mut origins = Origins::default();
    for overlay in overlays {
        let mut found = Diagnostics::new(overlay.name);
        if let Some(actions) = actions(overlay, &mut found) {
            let mut target = Target { root, origins: &mut origins, file: overlay.name, diagnostics: &mut found };
            for (index, action) in actions.iter().enumerate() {
                target.carry_out(action, &format!("/actions/{index}"));
            }
        }
        diagnostics.extend(&found.into_list());
    }
    diagnostics.set_origins(origins);
}

/// The actions of an overlay in which nothing is wrong.
fn actions(overlay: &Overlay<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Node>> {
    let mut tree = load_part(overlay.text, diagnostics)?;
    let strays = check_structure(&mut tree, &Shape::Object(Kind::Overlay), "", Version::V31, diagnostics);
    for stray in strays {
        let message = "an overlay has no references";
        diagnostics.error("invalid-reference", Place::Pointer(stray.at), message).help("write what is meant");
    }
    if let Some(version) = tree.get("overlay").and_then(Node::as_str)
        && !["1.0", "1.1"].iter().any(|known| version == *known || version.starts_with(&format!("{known}.")))
    {
        let message = format!("version {version} of the Overlay Specification is not supported");
        let place = Place::Pointer("/overlay".to_owned());
        diagnostics.error("unsupported-version", place, message).help("write an overlay of version 1.0.0 or 1.1.0");
    }
    if diagnostics.has_errors() {
        return None;
    }
    match tree.as_object_mut()?.shift_remove("actions") {
        Some(Node::Array(actions)) => Some(actions),
        _ => None,
    }
}

/// What an overlay is applied to.
struct Target<'a> {
    root: &'a mut Node,
    origins: &'a mut Origins,
    /// The overlay, as the caller named it.
    file: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl Target<'_> {
    /// Overlay 1.0.0, Action Object.
    fn carry_out(&mut self, action: &Node, at: &str) {
        let places = self.matches(action, "target", at);
        if places.is_empty() {
            return;
        }
        if action.get("remove") == Some(&Node::Bool(true)) {
            return self.remove(places, at);
        }
        match (action.get("update"), action.get("copy")) {
            (Some(update), _) => {
                let pointer = format!("{at}/update");
                let origin = Origins::from(Source { file: Some(self.file.to_owned()), pointer });
                self.update(&places, update, &origin, at);
            }
            (None, Some(_)) => self.copy(&places, action, at),
            (None, None) => {
                let place = Place::Pointer(at.to_owned());
                let message = "the action changes nothing";
                self.diagnostics.warning("idle-action", place, message).help("give it `update` or `remove: true`");
            }
        }
    }

    /// The pointers to what the query in `field` matches. That there is none is reported.
    fn matches(&mut self, action: &Node, field: &str, at: &str) -> Vec<String> {
        let place = Place::Pointer(format!("{at}/{field}"));
        let query = action.get(field).and_then(Node::as_str).unwrap_or_default();
        let path = match JsonPath::parse(query) {
            Ok(path) => path,
            Err(error) => {
                let before = query.get(..error.position()).unwrap_or(query);
                let message = format!("`{query}` is no JSONPath: it is not understood behind `{before}`");
                let help = "a query begins with `$`; names with other characters than letters and digits stand in quotes, as in `$.paths['/pets'].get` (RFC 9535)";
                self.diagnostics.error("invalid-target", place, message).help(help);
                return Vec::new();
            }
        };
        let value = value_of(self.root);
        let found: Vec<String> =
            path.query_located(&value).dedup().iter().map(|node| node.location().to_json_pointer()).collect();
        if found.is_empty() {
            let message = format!("`{query}` matches nothing");
            self.diagnostics
                .warning("unmatched-target", place, message)
                .help("correct it; if the description does not need it any more, remove the action");
        }
        found
    }

    fn remove(&mut self, mut places: Vec<String>, at: &str) {
        // From the end, so that what is still to be removed stays where it is.
        places.sort_by_cached_key(|place| segments(place).map(in_order).collect::<Vec<_>>());
        for place in places.iter().rev() {
            let Some((parent, key)) = place.rsplit_once('/') else {
                let message = "the whole description cannot be removed";
                self.diagnostics.error("invalid-target", Place::Pointer(format!("{at}/target")), message);
                continue;
            };
            let key = segments(&format!("/{key}")).next().unwrap_or_default().into_owned();
            match self.root.at_mut(parent) {
                Some(Node::Object(members)) => {
                    members.shift_remove(&key);
                    self.origins.remove(parent, &key);
                }
                Some(Node::Array(items)) => {
                    if let Some(index) = key.parse().ok().filter(|index| *index < items.len()) {
                        self.origins.remove_item(parent, index, items.len());
                        items.remove(index);
                    }
                }
                _ => {}
            }
        }
    }

    /// Overlay 1.1.0, Action Object, `copy`.
    fn copy(&mut self, places: &[String], action: &Node, at: &str) {
        let sources = self.matches(action, "copy", at);
        match sources.as_slice() {
            [] => {}
            [source] => {
                if let Some(copied) = self.root.at(source).cloned() {
                    let origin = self.origins.part(source);
                    self.update(places, &copied, &origin, at);
                }
            }
            several => {
                let message = format!("`copy` matches {} places, and copies one", several.len());
                self.diagnostics.error("invalid-target", Place::Pointer(format!("{at}/copy")), message);
            }
        }
    }

    fn update(&mut self, places: &[String], update: &Node, origin: &Origins, at: &str) {
        for place in places {
            let mut pointer = Pointer::from_text(place.clone());
            if let Some(node) = self.root.at_mut(place) {
                let mut merge = Merge { origins: self.origins, conflicts: Vec::new() };
                match node {
                    Node::Array(items) if !matches!(update, Node::Array(_)) => {
                        merge.append(items, update, place, origin.clone())
                    }
                    node => merge.merge(node, update, &mut pointer, origin),
                }
                for Conflict { place, source, message } in merge.conflicts {
                    let pointer = if source.file.is_some() { source.pointer } else { format!("{at}/copy") };
                    let found = self.diagnostics.error("overlay-conflict", Place::Pointer(pointer), message);
                    found.help(format!("an action before it can remove `#{place}`"));
                }
            }
        }
    }
}

struct Merge<'a> {
    origins: &'a mut Origins,
    conflicts: Vec<Conflict>,
}

/// An update that is of another kind than what is there.
struct Conflict {
    place: String,
    source: Source,
    message: String,
}

impl Merge<'_> {
    /// Objects are merged, lists appended to, other values replaced.
    fn merge(&mut self, node: &mut Node, update: &Node, at: &mut Pointer, origin: &Origins) {
        match (node, update) {
            (Node::Object(members), Node::Object(updates)) => {
                for (key, update) in updates {
                    let origin = origin.child(key);
                    match members.get_mut(key) {
                        Some(member) => at.within(key, |at| self.merge(member, update, at, &origin)),
                        None => {
                            members.insert(key.clone(), update.clone());
                            self.origins.set(at.as_str(), key, origin);
                        }
                    }
                }
            }
            (Node::Array(items), Node::Array(updates)) => {
                for (index, update) in updates.iter().enumerate() {
                    self.append(items, update, at.as_str(), origin.child(&index.to_string()));
                }
            }
            (node @ (Node::Object(_) | Node::Array(_)), update)
            | (node, update @ (Node::Object(_) | Node::Array(_))) => {
                self.conflict(node.describe(), update, at, origin);
            }
            (node, update) => {
                *node = update.clone();
                self.origins.replace(at.as_str(), origin.clone());
            }
        }
    }

    fn append(&mut self, items: &mut Vec<Node>, item: &Node, at: &str, origin: Origins) {
        self.origins.set(at, &items.len().to_string(), origin);
        items.push(item.clone());
    }

    fn conflict(&mut self, found: &str, update: &Node, at: &Pointer, origin: &Origins) {
        let message = format!("the update has {} where `#{}` is {found}", update.describe(), at.as_str());
        self.conflicts.push(Conflict { place: at.as_str().to_owned(), source: origin.source(), message });
    }
}

/// Items by number, members by name.
fn in_order(segment: std::borrow::Cow<'_, str>) -> (Option<usize>, String) {
    (segment.parse().ok(), segment.into_owned())
}

/// The value that queries look at.
fn value_of(node: &Node) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Bool(value) => Value::Bool(*value),
        Node::Number(Number::Int(value)) => match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(value), _) => Value::from(value),
            (_, Ok(value)) => Value::from(value),
            _ => Value::from(*value as f64),
        },
        Node::Number(Number::Float(value)) => Value::from(*value),
        Node::String(text) => Value::String(text.clone()),
        Node::Array(items) => items.iter().map(value_of).collect(),
        Node::Object(members) => members.iter().map(|(key, member)| (key.clone(), value_of(member))).collect(),
    }
}
