//! Pass: makes every `$ref` read `#/components/<section>/<key>`, with the key as it is, neither escaped nor encoded.
//!
//! What a reference reaches elsewhere (`#/paths/~1pets/get/…`, deep in a component, `$defs`, in another file) moves into
//! `components`, and a reference takes its place. It carries `x-pointer`, where it was. An inline schema moved so carries
//! `x-inline: true` besides: for names and sharing it is one still. Files are opened and the structure of objects is
//! checked when a reference first leads there. Reported: references to nothing, and to the wrong kind of object.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use indexmap::IndexSet;

use super::grammar::{Key, Kind, Shape, kind_at};
use super::hoist::{Components, hoisted};
use super::out_of_place::references_out_of_place;
use super::structure::check_structure;
use super::target::{Problem, Reference, Targets, is_bare_reference};
use super::version::Version;
use super::walk::{Visit, walk};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::load::Documents;
use crate::tree::{Node, Pointer, places_around, segments, split_place, whole_file};

/// Checks the root and whatever it refers to, and rewrites every reference but those to Path Items of the root, which
/// become plain `#` and pointer.
pub(super) fn references_outside_components(
    documents: &mut Documents<'_>,
    version: Version,
    components: &mut Components,
    diagnostics: &mut Diagnostics,
) {
    let mut resolver = Resolver {
        documents,
        version,
        diagnostics,
        targets: Targets::default(),
        visited: HashMap::new(),
        ends: HashMap::new(),
        moves: IndexSet::new(),
        homes: HashMap::new(),
        rewrites: Vec::new(),
    };
    let mut pending = VecDeque::from([(String::new(), Kind::OpenApi)]);
    while let Some((place, kind)) = pending.pop_front() {
        for found in resolver.visit(&place, kind) {
            pending.extend(resolver.resolve(&found));
        }
    }
    resolver.move_all(components);
    remove_unknown_fields(&mut documents.root);
}

/// What the check left because references may have led there.
fn remove_unknown_fields(root: &mut Node) {
    let Node::Object(members) = root else { return };
    members.retain(|key, _| !matches!(Kind::OpenApi.key(key), Key::Unknown));
    if let Some(Node::Object(components)) = members.get_mut("components") {
        components.retain(|key, _| !matches!(Kind::Components.key(key), Key::Unknown));
    }
}

/// References whose target may depend on the way to them (JSON Schema 2020-12, 8.2.3.2, and 2019-09). As a rule there is
/// one that they can lead to; then that is it.
const DYNAMIC: [&str; 2] = ["$dynamicRef", "$recursiveRef"];

/// One `$ref`, or what is read as one.
struct Found {
    at: String,
    slot: Slot,
    text: String,
    kind: Kind,
}

impl Found {
    /// Where to say what is to be said of it.
    fn place(&self) -> String {
        match &self.slot {
            Slot::Field(field) => format!("{}/{field}", self.at),
            Slot::Mapping(value) => Pointer::from_text(format!("{}/mapping", self.at)).child(value),
        }
    }
}

/// What holds a reference.
#[derive(Clone, PartialEq)]
enum Slot {
    /// The field of that name.
    Field(&'static str),
    /// The value of a discriminator's `mapping`.
    Mapping(String),
}

/// Where a reference leads in the end.
enum End {
    /// The text is final.
    Text(String),
    /// To what moves from that place.
    Moved(String, Kind),
}

struct Resolver<'r, 'd> {
    documents: &'r mut Documents<'d>,
    version: Version,
    diagnostics: &'r mut Diagnostics,
    targets: Targets,
    /// The places that a walk began at.
    visited: HashMap<String, Kind>,
    /// Where the references lead that stand at a place and are all that does.
    ends: HashMap<String, String>,
    /// What is to be moved, as references meet it.
    moves: IndexSet<(String, Kind)>,
    /// The components that are nothing but a reference to such a place in another file.
    homes: HashMap<(String, Kind), Vec<String>>,
    rewrites: Vec<(String, Slot, End)>,
}

impl Resolver<'_, '_> {
    /// Checks what stands at `place`, and gives the references in it.
    fn visit(&mut self, place: &str, kind: Kind) -> Vec<Found> {
        self.visited.insert(place.to_owned(), kind);
        let shape = Shape::Object(kind);
        let Some(node) = self.documents.at_mut(place) else { return Vec::new() };
        let strays = check_structure(node, &shape, place, self.version, self.diagnostics);
        references_out_of_place(self.documents, &mut self.targets, strays, self.version, self.diagnostics);
        let mut collect = Collect(Vec::new());
        if let Some(node) = self.documents.at_mut(place) {
            walk(node, &shape, &mut Pointer::from_text(place), &mut collect);
        }
        collect.0
    }

    /// Notes what becomes of a reference. Gives the place that it leads to if that has not been visited.
    fn resolve(&mut self, found: &Found) -> Option<(String, Kind)> {
        if let Slot::Mapping(_) = found.slot
            && self.names_component(&found.text)
        {
            return None;
        }
        let place = self.end_of_chain(found)?;
        if found.slot == Slot::Field("$dynamicRef")
            && let count @ 2.. = self.targets.namesakes(&found.text)
        {
            let message = format!("{count} schemas have the anchor of `{}`; the one at `{place}` is used", found.text);
            let at = Place::Pointer(found.place());
            self.diagnostics.warning("dynamic-reference", at, message).help("refer to the one that is meant by `$ref`");
        }
        if let Some(text) = component_reference(&place, found.kind) {
            self.rewrite(found, End::Text(text));
            return None;
        }
        let (kind, is_visited) = self.kind_of(&place);
        if kind.is_some_and(|kind| kind != found.kind) {
            let actual = kind
                .map_or("something else", |kind| if place.is_empty() { "the whole document" } else { kind.describe() });
            self.wrong_kind(found, actual);
            return None;
        }
        if found.kind == Kind::PathItem && split_place(&place).0.is_none() {
            self.rewrite(found, End::Text(format!("#{place}")));
        } else {
            self.note_home(found, &place);
            self.moves.insert((place.clone(), found.kind));
            self.rewrite(found, End::Moved(place.clone(), found.kind));
        }
        if is_visited {
            return None;
        }
        self.visited.insert(place.clone(), found.kind);
        Some((place, found.kind))
    }

    /// Whether a mapping's value is the name of a component.
    fn names_component(&self, text: &str) -> bool {
        let schemas = self.documents.root.at("/components/schemas").and_then(Node::as_object);
        schemas.is_some_and(|schemas| schemas.contains_key(text))
    }

    /// A reference to a reference is one to where that leads.
    fn end_of_chain(&mut self, found: &Found) -> Option<String> {
        let mut at = found.at.clone();
        let mut text = found.text.clone();
        let mut passed = IndexSet::new();
        let reported_at = found.place();
        let end = loop {
            let reference = Reference { at: &at, text: &text, reported_at: &reported_at };
            let place = match self.targets.find(self.documents, reference, self.diagnostics) {
                Ok(place) => place,
                Err(problem) => {
                    self.report(found, reference, problem);
                    return None;
                }
            };
            if let Some(end) = self.ends.get(&place) {
                break end.clone();
            }
            let next = self.documents.at(&place).filter(|node| is_bare_reference(node)).and_then(Node::as_reference);
            match next.map(str::to_owned) {
                Some(next) if component_reference(&place, found.kind).is_none() => {
                    if !passed.insert(place.clone()) {
                        let message = format!("`{}` leads back to itself", found.text);
                        self.say(found, "reference-cycle", message);
                        return None;
                    }
                    (at, text) = (place, next);
                }
                _ => break place,
            }
        };
        self.ends.extend(passed.into_iter().map(|place| (place, end.clone())));
        Some(end)
    }

    /// What stands at a place, as far as is known, and whether it has been visited.
    fn kind_of(&self, place: &str) -> (Option<Kind>, bool) {
        for around in places_around(place) {
            if let Some(kind) = self.visited.get(around) {
                let inside = place.get(around.len()..).unwrap_or_default();
                let kind = kind_at(*kind, segments(inside));
                return (kind, kind.is_some());
            }
        }
        let is_description = self.documents.at(whole_file(place)).is_some_and(|root| root.get("openapi").is_some());
        let kind = is_description.then(|| kind_at(Kind::OpenApi, segments(place))).flatten();
        (kind, false)
    }

    fn rewrite(&mut self, found: &Found, end: End) {
        let is_final = matches!(&end, End::Text(text) if *text == found.text);
        if !is_final || found.slot != Slot::Field("$ref") {
            self.rewrites.push((found.at.clone(), found.slot.clone(), end));
        }
    }

    /// `components: { schemas: { Order: { $ref: schemas/Order.yaml } } }`: there the schema will be.
    fn note_home(&mut self, found: &Found, place: &str) {
        let is_bare = || self.documents.at(&found.at).is_some_and(is_bare_reference);
        if split_place(place).0.is_some()
            && component_reference(&found.at, found.kind).is_some()
            && is_bare()
            && let Some(key) = segments(&found.at).nth(2)
        {
            self.homes.entry((place.to_owned(), found.kind)).or_default().push(key.into_owned());
        }
    }

    fn report(&mut self, found: &Found, reference: Reference<'_>, problem: Problem) {
        if found.slot != Slot::Field("$ref") {
            return;
        }
        let help = match problem {
            Problem::Nothing => self.suggestion(reference),
            Problem::File(_) => self.without_hash(reference),
        };
        if let Some(said) = problem.report(reference, severity(found.kind), self.diagnostics)
            && help.is_some()
        {
            said.help = help;
        }
    }

    /// `/components/schemas/Pet` for `#/components/schemas/Pet`.
    fn without_hash(&mut self, reference: Reference<'_>) -> Option<String> {
        let text = format!("#/{}", reference.text.strip_prefix('/').unwrap_or(reference.text));
        let meant = Reference { text: &text, ..reference };
        self.targets.find(self.documents, meant, &mut Diagnostics::new("")).ok()?;
        Some(format!("did you mean `{text}`?"))
    }

    /// The nearest name beside the one that is not there, or that of a part on the way to it.
    fn suggestion(&mut self, reference: Reference<'_>) -> Option<String> {
        self.nearest_beside(reference).or_else(|| {
            let (section, name) = reference.text.strip_prefix("#/components/")?.split_once('/')?;
            let components = self.documents.at("/components")?.as_object()?;
            let meant = self.diagnostics.suggestions.nearest(section, components.keys().map(String::as_str))?;
            let found = components.get(meant)?.get(name)?;
            found.as_object().map(|_| format!("did you mean `#/components/{meant}/{name}`?"))
        })
    }

    fn nearest_beside(&mut self, reference: Reference<'_>) -> Option<String> {
        let (around, name) = reference.text.rsplit_once('/')?;
        let around = if around.contains('#') { around } else { reference.text.split_once('#')?.0 };
        let outer = Reference { text: around, ..reference };
        let place = self.targets.find(self.documents, outer, &mut Diagnostics::new("")).ok()?;
        let known = self.documents.at(&place)?.as_object()?;
        let meant = self.diagnostics.suggestions.nearest(name, known.keys().map(String::as_str))?;
        Some(format!("did you mean `{around}/{meant}`?"))
    }

    fn wrong_kind(&mut self, found: &Found, actual: &str) {
        if found.slot == Slot::Field("$ref") {
            let expected = found.kind.describe();
            let message = format!("`{}` is {actual}, where {expected} is expected", found.text);
            self.say(found, "invalid-reference", message);
        }
    }

    fn say(&mut self, found: &Found, code: &'static str, message: String) -> &mut Diagnostic {
        let place = Place::Pointer(found.place());
        match severity(found.kind) {
            Severity::Error => self.diagnostics.error(code, place, message),
            Severity::Warning => self.diagnostics.warning(code, place, message),
        }
    }

    /// Moves everything, the deepest first, so that the places of the others stay true.
    fn move_all(mut self, components: &mut Components) {
        let keys = self.keys(components);
        let text = |place: &(String, Kind)| {
            let key = keys.get(place)?;
            Some(format!("#/components/{}/{key}", place.1.section()?))
        };
        for (at, slot, end) in std::mem::take(&mut self.rewrites) {
            let text = match end {
                End::Text(text) => Some(text),
                End::Moved(place, kind) => text(&(place, kind)),
            };
            if let (Some(text), Some(Node::Object(members))) = (text, self.documents.at_mut(&at)) {
                slot.set(members, text);
            }
        }
        let mut deepest_first: Vec<&(String, Kind)> = self.moves.iter().collect();
        deepest_first.sort_by_key(|(place, _)| Reverse(segments(place).count()));
        let mut moved = HashMap::new();
        for target in deepest_first {
            if let (Some(text), Some(node)) = (text(target), self.documents.at_mut(&target.0)) {
                moved.insert(target, std::mem::replace(node, Node::reference(text)));
            }
        }
        for target in &self.moves {
            let (place, kind) = target;
            let (Some(node), Some(key), Some(section)) = (moved.remove(target), keys.get(target), kind.section())
            else {
                continue;
            };
            let node = hoisted(node, place, *kind == Kind::Schema && is_inline(place));
            let home = Pointer::from_text(format!("/components/{section}")).child(key);
            match self.documents.root.at_mut(&home) {
                Some(home) => *home = node,
                None => components.add(section, key.clone(), node),
            }
        }
    }

    /// Each target's key in its section: that of its home; a name of its own for what is no inline schema, which those
    /// of short and simple places choose first, whatever refers to them first; else one made of its place.
    fn keys(&self, components: &mut Components) -> HashMap<(String, Kind), String> {
        let mut keys = HashMap::new();
        let mut named: Vec<&(String, Kind)> = Vec::new();
        for target in &self.moves {
            let Some(section) = target.1.section() else { continue };
            let own_name = names_of(&target.0).remove(0);
            if let Some(homes) = self.homes.get(target) {
                let home = homes.iter().find(|home| **home == own_name).or(homes.first());
                keys.extend(home.map(|home| (target.clone(), home.clone())));
            } else if is_inline(&target.0) {
                keys.insert(target.clone(), components.made_up_key(section, &target.0));
            } else {
                named.push(target);
            }
        }
        named.sort_by_key(|(place, _)| (place.matches('/').count(), place));
        for target in named {
            let Some(section) = target.1.section() else { continue };
            keys.insert(target.clone(), components.claim(section, &names_of(&target.0)));
        }
        keys
    }
}

impl Slot {
    fn set(&self, holder: &mut crate::tree::Object, text: String) {
        match self {
            Slot::Field(field) => {
                if *field != "$ref" {
                    holder.shift_remove(*field);
                }
                holder.insert("$ref".to_owned(), Node::String(text));
            }
            Slot::Mapping(value) => {
                if let Some(Node::Object(mapping)) = holder.get_mut("mapping") {
                    mapping.insert(value.clone(), Node::String(text));
                }
            }
        }
    }
}

struct Collect(Vec<Found>);

impl Visit for Collect {
    fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
        let mut found = |slot, text: &str, kind| {
            self.0.push(Found { at: at.as_str().to_owned(), slot, text: text.to_owned(), kind });
        };
        if let Some(text) = node.as_reference()
            && kind.may_be_reference()
        {
            found(Slot::Field("$ref"), text, kind);
        } else if kind == Kind::Schema {
            for field in DYNAMIC {
                if let Some(text) = node.get(field).and_then(Node::as_str) {
                    found(Slot::Field(field), text, kind);
                }
            }
        }
        if kind == Kind::Discriminator
            && let Some(mapping) = node.get("mapping").and_then(Node::as_object)
        {
            for (value, target) in mapping {
                if let Some(text) = target.as_str().filter(|text| looks_like_reference(text)) {
                    found(Slot::Mapping(value.clone()), text, Kind::Schema);
                }
            }
        }
    }
}

/// A mapping's value is a name or a reference (OpenAPI 3.1.1, Discriminator Object).
fn looks_like_reference(text: &str) -> bool {
    text.contains(['#', '/']) || [".yaml", ".yml", ".json"].iter().any(|extension| text.ends_with(extension))
}

/// `#/components/schemas/Pet` for the place `/components/schemas/Pet`, if that is the section for `kind`.
fn component_reference(place: &str, kind: Kind) -> Option<String> {
    if split_place(place).0.is_some() {
        return None;
    }
    let mut parts = segments(place);
    let (root, section, key) = (parts.next()?, parts.next()?, parts.next()?);
    let is_component = root == "components" && Some(section.as_ref()) == kind.section();
    (is_component && parts.next().is_none()).then(|| format!("#/components/{section}/{key}"))
}

/// Whether a schema at that place is one of a schema's parts, or of an operation's, rather than a definition.
fn is_inline(place: &str) -> bool {
    const PARTS: [&str; 12] = [
        "properties",
        "patternProperties",
        "additionalProperties",
        "items",
        "prefixItems",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "schema",
        "$defs",
        "definitions",
    ];
    let (file, pointer) = split_place(place);
    let mut segments = segments(pointer).peekable();
    let first = segments.peek().map(|first| first.as_ref().to_owned());
    let is_in_objects =
        file.is_none() && matches!(first.as_deref(), Some("components" | "paths" | "webhooks" | "x-webhooks"));
    let in_definitions = matches!(first.as_deref(), Some("definitions" | "$defs"));
    is_in_objects || segments.skip(usize::from(in_definitions)).any(|segment| PARTS.contains(&segment.as_ref()))
}

/// What a definition may be called: after the last part of its place, with the part before it if that is taken.
fn names_of(place: &str) -> Vec<String> {
    let (file, pointer) = split_place(place);
    let stem = |part: &str| part.rsplit_once('.').map_or(part, |(stem, _)| stem).to_owned();
    let mut parts: Vec<String> = file.iter().flat_map(|file| file.split('/')).map(stem).collect();
    let is_name = |part: &str| !matches!(part, "components" | "schemas" | "$defs" | "definitions");
    parts.extend(segments(pointer).map(|part| part.into_owned()).filter(|part| is_name(part)));
    parts.retain(|part| part.contains(char::is_alphanumeric));
    let last = parts.pop().unwrap_or_default();
    match parts.pop() {
        Some(before) => vec![last.clone(), format!("{before}.{last}")],
        None => vec![last],
    }
}

/// No code is made from examples and links.
fn severity(kind: Kind) -> Severity {
    if matches!(kind, Kind::Example | Kind::Link) { Severity::Warning } else { Severity::Error }
}
