//! Pass: makes every `$ref` read `#/components/<section>/<key>`, with the key as it is, neither escaped nor encoded.
//!
//! What a reference reaches elsewhere (`#/paths/~1pets/get/…`, deep in a component, `$defs`) moves into `components` under a
//! made-up key, and a reference takes its place. A schema moved so carries `x-inline: true` (for names and sharing it
//! is an inline schema still) and `x-pointer`, where it was. Reported: references to nothing, to the wrong kind of object,
//! to other files.

use std::collections::{HashMap, HashSet};

use super::grammar::{Kind, Shape, kind_at};
use super::hoist::{Components, hoisted};
use super::structure::check_object;
use super::suggest::nearest;
use super::version::Version;
use super::walk::{Visit, walk};
use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Pointer, fragment, segments};

/// Rewrites every reference but those to Path Items, which become plain `#` and pointer.
pub(super) fn references_outside_components(
    tree: &mut Node,
    version: Version,
    components: &mut Components,
    diagnostics: &mut Diagnostics,
) {
    let mut resolver = Resolver { hoists: Vec::new(), keys: HashMap::new(), components };
    let mut pending = vec![(String::new(), Kind::OpenApi)];
    let mut seen = HashSet::new();
    let mut rewrites = Vec::new();
    while let Some((root, kind)) = pending.pop() {
        for found in collect(tree, &root, kind) {
            match resolver.resolve(tree, &found, diagnostics) {
                Some(Target::Component(text)) if text == found.reference => {}
                Some(Target::Component(text)) => rewrites.push((found.at, text)),
                Some(Target::Unvisited(text, pointer)) => {
                    rewrites.push((found.at, text));
                    if seen.insert(pointer.clone())
                        && let Some(node) = tree.at_mut(&pointer)
                    {
                        let mut at = Pointer::from_text(pointer.as_str());
                        check_object(node, found.kind, &mut at, version, diagnostics);
                        pending.push((pointer, found.kind));
                    }
                }
                None => {}
            }
        }
    }
    for (at, text) in rewrites {
        if let Some(reference) = tree.at_mut(&at).and_then(|node| node.as_object_mut()?.get_mut("$ref")) {
            *reference = Node::String(text);
        }
    }
    resolver.hoist_all(tree);
}

/// One `$ref`.
struct Found {
    at: String,
    reference: String,
    kind: Kind,
}

fn collect(tree: &mut Node, root: &str, kind: Kind) -> Vec<Found> {
    struct Collect(Vec<Found>);
    impl Visit for Collect {
        fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
            if let Some(reference) = node.as_reference()
                && kind.may_be_reference()
            {
                self.0.push(Found { at: at.as_str().to_owned(), reference: reference.to_owned(), kind });
            }
        }
    }
    let mut collect = Collect(Vec::new());
    if let Some(node) = tree.at_mut(root) {
        walk(node, &Shape::Object(kind), &mut Pointer::from_text(root), &mut collect);
    }
    collect.0
}

/// Where a reference leads, as the text to put in its place.
enum Target {
    /// To something that is checked and collected anyway.
    Component(String),
    /// To a place that the grammar does not reach, such as `#/definitions/Pet`.
    Unvisited(String, String),
}

struct Resolver<'a> {
    /// What is to be moved: pointer, kind, key.
    hoists: Vec<(String, Kind, String)>,
    keys: HashMap<(String, Kind), String>,
    components: &'a mut Components,
}

impl Resolver<'_> {
    fn resolve(&mut self, tree: &Node, found: &Found, diagnostics: &mut Diagnostics) -> Option<Target> {
        let mut at = found.at.clone();
        let mut reference = found.reference.clone();
        let mut passed = HashSet::new();
        loop {
            let pointer = target_pointer(tree, &at, &reference, found, diagnostics)?;
            if let Some(text) = component_reference(&pointer, found.kind) {
                return Some(Target::Component(text));
            }
            let kind = kind_at(segments(&pointer));
            if kind.is_some_and(|kind| kind != found.kind) || pointer.is_empty() {
                let actual = kind.map_or("the whole document", Kind::describe);
                wrong_kind(found, &reference, actual, diagnostics);
                return None;
            }
            if found.kind == Kind::PathItem {
                let text = format!("#{pointer}");
                return Some(match kind {
                    Some(_) => Target::Component(text),
                    None => Target::Unvisited(text, pointer),
                });
            }
            // A reference to a reference is one to where that leads.
            match tree.at(&pointer) {
                Some(Node::Object(members)) if members.len() == 1 && members.contains_key("$ref") => {
                    let next = members.get("$ref").and_then(Node::as_str)?.to_owned();
                    if !passed.insert(pointer.clone()) {
                        let message = format!("`{}` leads back to itself", found.reference);
                        report(diagnostics, "reference-cycle", found, message);
                        return None;
                    }
                    (at, reference) = (pointer, next);
                }
                _ => {
                    let text = self.hoist(&pointer, found.kind)?;
                    return Some(match kind {
                        Some(_) => Target::Component(text),
                        None => Target::Unvisited(text, pointer),
                    });
                }
            }
        }
    }

    /// Notes that what is at `pointer` moves, and gives the reference to where it will be.
    fn hoist(&mut self, pointer: &str, kind: Kind) -> Option<String> {
        let section = kind.section()?;
        let components = &mut *self.components;
        let hoists = &mut self.hoists;
        let key = self.keys.entry((pointer.to_owned(), kind)).or_insert_with(|| {
            let key = components.made_up_key(section, pointer);
            hoists.push((pointer.to_owned(), kind, key.clone()));
            key
        });
        Some(format!("#/components/{section}/{key}"))
    }

    /// Moves the deepest first, so that the pointers of the others stay true.
    fn hoist_all(mut self, tree: &mut Node) {
        self.hoists.sort_by_key(|(pointer, ..)| std::cmp::Reverse(segments(pointer).count()));
        for (pointer, kind, key) in self.hoists {
            let (Some(section), Some(place)) = (kind.section(), tree.at_mut(&pointer)) else {
                continue;
            };
            let reference = Node::reference(format!("#/components/{section}/{key}"));
            let node = std::mem::replace(place, reference);
            self.components.add(section, key, hoisted(node, kind, &pointer));
        }
    }
}

/// `#/components/schemas/Pet` for the pointer `/components/schemas/Pet`, if that is the section for `kind`.
fn component_reference(pointer: &str, kind: Kind) -> Option<String> {
    let mut parts = segments(pointer);
    let (root, section, key) = (parts.next()?, parts.next()?, parts.next()?);
    let is_component = root == "components" && Some(section.as_ref()) == kind.section();
    (is_component && parts.next().is_none()).then(|| format!("#/components/{section}/{key}"))
}

/// The pointer that a reference stands for; it leads to something.
fn target_pointer(
    tree: &Node,
    at: &str,
    reference: &str,
    found: &Found,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    if !reference.starts_with('#') {
        let message = format!("`{reference}` is in another file, which is not supported yet");
        report(diagnostics, "external-reference", found, message).help("bundle the description into one file first");
        return None;
    }
    let pointer = fragment(reference);
    if let Some(pointer) = &pointer
        && tree.at(pointer).is_some()
    {
        return Some(pointer.clone());
    }
    if let Some(repaired) = pointer.and_then(|pointer| through_references(tree, &pointer)) {
        let message = format!("`{reference}` goes through a reference, read as `#{repaired}`");
        let place = Place::Pointer(found.at.clone());
        diagnostics.warning("indirect-reference", place, message).help("a JSON pointer does not follow references");
        return Some(repaired);
    }
    if let Some(repaired) = nearest_definitions(tree, at, reference) {
        let message = format!("`{reference}` points at nothing, read as `#{repaired}`");
        diagnostics
            .warning("relative-reference", Place::Pointer(found.at.clone()), message)
            .help("a reference begins at the root of the document, not at the schema around it");
        return Some(repaired);
    }
    let message = format!("`{reference}` points at nothing");
    let help = suggestion(tree, reference, found.kind);
    report(diagnostics, "dangling-reference", found, message).help = help;
    None
}

fn wrong_kind(found: &Found, reference: &str, actual: &str, diagnostics: &mut Diagnostics) {
    let expected = found.kind.describe();
    let message = format!("`{reference}` is {actual}, where {expected} is expected");
    report(diagnostics, "invalid-reference", found, message);
}

/// `#/components/schemas/Pet/properties/name` where `Pet` is itself a reference: the pointer to what is meant.
fn through_references(tree: &Node, pointer: &str) -> Option<String> {
    let mut place = Pointer::default();
    for segment in segments(pointer) {
        for _ in 0..100 {
            if tree.at(&place.child(&segment)).is_some() {
                break;
            }
            let reference = tree.at(place.as_str())?.as_reference()?;
            place = Pointer::from_text(fragment(reference)?);
        }
        place = Pointer::from_text(place.child(&segment));
    }
    tree.at(place.as_str()).map(|_| place.as_str().to_owned())
}

/// `#/$defs/Name` where only a schema around the reference has such `$defs`.
fn nearest_definitions(tree: &Node, at: &str, reference: &str) -> Option<String> {
    let rest = fragment(reference).filter(|rest| rest.starts_with("/$defs/"))?;
    std::iter::successors(Some(at), |around| Some(around.rsplit_once('/')?.0))
        .map(|around| format!("{around}{rest}"))
        .find(|candidate| tree.at(candidate).is_some())
}

fn suggestion(tree: &Node, reference: &str, kind: Kind) -> Option<String> {
    let section = kind.section()?;
    let (_, name) = reference.rsplit_once('/')?;
    let components = tree.get("components")?.get(section)?.as_object()?;
    let meant = nearest(name, components.keys().map(String::as_str))?;
    Some(format!("did you mean `#/components/{section}/{meant}`?"))
}

fn report<'d>(
    diagnostics: &'d mut Diagnostics,
    code: &'static str,
    found: &Found,
    message: String,
) -> &'d mut crate::diagnostic::Diagnostic {
    let place = Place::Pointer(found.at.clone());
    match found.kind {
        // No code is made from these.
        Kind::Example | Kind::Link => diagnostics.warning(code, place, message),
        _ => diagnostics.error(code, place, message),
    }
}
