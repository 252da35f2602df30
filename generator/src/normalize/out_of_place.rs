//! Pass: replaces each `$ref` where OpenAPI has none by what it refers to.
//!
//! ```yaml
//! paths: { $ref: paths.yaml }      # read as `paths: { /pets: { $ref: 'paths.yaml#/~1pets' }, … }`
//! ```
//!
//! What can be referred to stays where it is, and a reference to it takes its place; so every part keeps the place
//! that its author knows.

use std::collections::{HashSet, VecDeque};

use percent_encoding::percent_decode_str;

use super::grammar::{Key, Shape};
use super::structure::{Stray, check_structure};
use super::target::{Problem, Reference, Targets};
use super::version::Version;
use crate::diagnostic::{Diagnostics, Place, Severity};
use crate::load::Documents;
use crate::tree::{Node, Pointer};

/// Replaces the stray references, and those that come to light by it.
pub(super) fn references_out_of_place(
    documents: &mut Documents<'_>,
    targets: &mut Targets,
    strays: Vec<Stray>,
    version: Version,
    diagnostics: &mut Diagnostics,
) {
    let mut strays = VecDeque::from(strays);
    while let Some(stray) = strays.pop_front() {
        let Some(spread) = replacement(documents, targets, &stray, diagnostics) else { continue };
        let message = "OpenAPI has no `$ref` here; what it refers to is read in its place";
        let found = diagnostics.warning("misplaced-reference", Place::Pointer(stray.at.clone()), message);
        if stray.shape != Shape::String {
            found.help("refer to the single objects inside");
        }
        let Some(node) = documents.at_mut(&stray.at) else { continue };
        let own = std::mem::replace(node, spread);
        if let (Node::Object(members), Node::Object(own)) = (&mut *node, own) {
            members.extend(own.into_iter().filter(|(key, _)| key != "$ref"));
        }
        strays.extend(check_structure(node, &stray.shape, &stray.at, version, diagnostics));
    }
}

/// What takes the reference's place: a copy, or the text of a file that holds nothing else.
fn replacement(
    documents: &mut Documents<'_>,
    targets: &mut Targets,
    stray: &Stray,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let place = end_of_chain(documents, targets, stray, diagnostics)?;
    let Some(text) = documents.at(&place)?.as_reference().map(str::to_owned) else {
        let spread = documents.at(&place).cloned()?;
        return Some(spread_out(spread, &stray.shape, &Pointer::from_text(place), &stray.at, documents));
    };
    let path = percent_decode_str(&text).decode_utf8().ok()?;
    match documents.text(&place, &path, diagnostics) {
        Ok(text) => Some(Node::String(text)),
        Err(fault) => {
            let reference = Reference { at: &place, text: &text, reported_at: &place };
            Problem::File(fault).report(reference, Severity::Error, diagnostics);
            None
        }
    }
}

/// Whether a reference in the place of a text leads to a file that is a text, such as `about.md`.
fn leads_to_text(stray: &Stray, reference: &str) -> bool {
    stray.shape == Shape::String && !reference.contains('#') && !is_data_file(reference)
}

fn is_data_file(path: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|extension| path.ends_with(extension))
}

/// Where the reference leads, by way of others that are as much out of place; or the last one, if it leads to a text.
fn end_of_chain(
    documents: &mut Documents<'_>,
    targets: &mut Targets,
    stray: &Stray,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let mut place = stray.at.clone();
    let mut passed = HashSet::from([place.clone()]);
    while let Some(text) = documents.at(&place).and_then(Node::as_reference).map(str::to_owned)
        && !leads_to_text(stray, &text)
    {
        let reference = Reference { at: &place, text: &text, reported_at: &stray.at };
        let next = match targets.find(documents, reference, diagnostics) {
            Ok(next) => next,
            Err(problem) => {
                problem.report(reference, Severity::Error, diagnostics);
                return None;
            }
        };
        // Neither a circle nor a part of itself.
        if !passed.insert(next.clone()) || stray.at.starts_with(&format!("{next}/")) {
            let message = format!("`{text}` leads back to itself");
            diagnostics.error("reference-cycle", Place::Pointer(stray.at.clone()), message);
            return None;
        }
        place = next;
    }
    Some(place)
}

/// A copy of the node at `place`, for the file of `at`: with a reference for each object inside that can be referred to.
fn spread_out(node: Node, shape: &Shape, place: &Pointer, at: &str, documents: &Documents<'_>) -> Node {
    let inside = |key: &str, inner: Node, shape: &Shape| {
        let place = Pointer::from_text(place.child(key));
        spread_out(inner, shape, &place, at, documents)
    };
    let refers = matches!(shape, Shape::Object(kind) if kind.may_be_reference()) || node.as_reference().is_some();
    match (shape, node) {
        (Shape::Object(_) | Shape::Map(_) | Shape::Array(_) | Shape::String, Node::Object(_) | Node::Bool(_))
            if refers =>
        {
            Node::reference(documents.reference(at, place.as_str()))
        }
        (Shape::Object(kind), Node::Object(members)) => {
            let spread = |(key, member): (String, Node)| match kind.key(&key) {
                Key::Known(shape, _) => (key.clone(), inside(&key, member, shape)),
                _ => (key, member),
            };
            Node::Object(members.into_iter().map(spread).collect())
        }
        (Shape::Map(inner), Node::Object(members)) => {
            let spread = |(key, member): (String, Node)| (key.clone(), inside(&key, member, inner));
            Node::Object(members.into_iter().map(spread).collect())
        }
        (Shape::Array(inner), Node::Array(items)) => {
            let spread = |(index, item): (usize, Node)| inside(&index.to_string(), item, inner);
            Node::Array(items.into_iter().enumerate().map(spread).collect())
        }
        (_, node) => node,
    }
}
