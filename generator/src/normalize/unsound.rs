//! What is left of a description that has errors, for the stages that follow: they find what else is wrong with it.
//!
//! What is at fault is taken out: an optional field, a member of a mapping, a whole list (without one item, the others
//! would have other pointers), or else the object that cannot be without it. A Schema Object takes any value instead.
//! What is said later of the objects around such a gap may follow from it, and is not shown.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::grammar::{Key, Kind, Need, Shape};
use super::structure::filling;
use super::walk::{Visit, is_reference_object, original_place, walk_document};
use crate::diagnostic::{Diagnostics, Place, Severity};
use crate::tree::{Node, Object, Pointer, escape, places_around};

/// The objects around what has been taken out. There are none in a description without errors.
#[derive(Debug, Default)]
pub(crate) struct Unsound {
    places: HashSet<String>,
    /// All other objects.
    sound: HashSet<String>,
}

impl Unsound {
    /// Whether what is found at `place`, an object or a field of one, may follow from what has been reported already.
    pub(crate) fn is_around(&self, place: &str) -> bool {
        let is_known = |place: &&str| self.places.contains(*place) || self.sound.contains(*place);
        places_around(place).find(is_known).is_some_and(|object| self.places.contains(object))
    }

    /// Whether nothing has been taken out.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// Takes out what the errors are about. `None` if there is nothing to go on with.
pub(super) fn take_out(tree: &mut Node, diagnostics: &mut Diagnostics) -> Option<Unsound> {
    take_back_what_dangles(tree, diagnostics);
    let root = Shape::Object(Kind::OpenApi);
    let faults = faults(diagnostics, |_| true).map(|place| (place.to_owned(), false)).collect();
    let mut taking = Taking { faults, unsound: Unsound::default(), components: HashMap::new() };
    taking.look(tree, &root, &mut Pointer::default())?;
    let Taking { faults, mut unsound, mut components } = taking;
    // What earlier passes have taken out or changed.
    for place in faults.iter().filter(|(_, is_found)| !**is_found).flat_map(|(place, _)| places_around(place)) {
        unsound.places.insert(place.to_owned());
        if place.starts_with("/components/") {
            let reach = if place.starts_with("/components/schemas/") { Reach::Schemas } else { Reach::Everywhere };
            components.insert(format!("#{place}"), reach);
        }
    }
    follow_references(tree, &mut components);
    let mut marking = Marking { faults, components, unsound, around: Vec::new() };
    walk_document(tree, &mut marking);
    Some(marking.unsound)
}

/// The objects that errors with such a code are about.
fn faults(diagnostics: &Diagnostics, is_meant: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
    let errors = diagnostics.list().iter();
    let errors = errors.filter(move |found| found.severity == Severity::Error && is_meant(found.code));
    errors.filter_map(|found| match &found.place {
        Place::Pointer(place) => Some(place.strip_suffix("/$ref").unwrap_or(place)),
        _ => None,
    })
}

/// What is said of names that lead into something that has errors of its own.
fn take_back_what_dangles(tree: &Node, diagnostics: &mut Diagnostics) {
    let is_dangling = |code: &str| code == "dangling-reference";
    let others: HashSet<String> = faults(diagnostics, |code| !is_dangling(code)).map(str::to_owned).collect();
    let leads_to_error = |target: &str| places_around(target).any(|place| others.contains(place));
    diagnostics.take_back(|found| {
        let Place::Pointer(place) = &found.place else { return false };
        match found.code {
            code if is_dangling(code) => {
                let target = tree.at(place).and_then(Node::as_str).and_then(|target| target.strip_prefix('#'));
                target.is_some_and(leads_to_error)
            }
            "unknown-security-scheme" | "undeclared-security-scheme" => {
                let name = place.rsplit('/').next().unwrap_or_default();
                leads_to_error(&format!("/components/securitySchemes/{name}"))
            }
            _ => false,
        }
    });
}

/// How far up it matters that something is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    #[default]
    Nowhere,
    /// To the first object that is no schema.
    Schemas,
    Everywhere,
}

impl Reach {
    /// What of it is left above an object of that kind.
    fn above(self, kind: Kind) -> Self {
        match (self, kind) {
            (Reach::Nowhere, _) => Reach::Nowhere,
            (_, Kind::Schema) => Reach::Schemas,
            (Reach::Schemas, _) => Reach::Nowhere,
            (Reach::Everywhere, _) => Reach::Everywhere,
        }
    }
}

/// By reference, how far it matters what is missing in a component.
type Components = HashMap<String, Reach>;

/// The places of errors, and whether they have been found.
type Faults = BTreeMap<String, bool>;

struct Taking {
    faults: Faults,
    unsound: Unsound,
    components: Components,
}

impl Taking {
    /// `None` if it cannot stay where it is.
    fn look(&mut self, node: &mut Node, shape: &Shape, at: &mut Pointer) -> Option<Reach> {
        match (shape, node) {
            (Shape::Object(kind), node) => self.object(node, *kind, at),
            _ if self.is_fault(at) => None,
            (Shape::Array(inner), Node::Array(items)) => {
                let items = items.iter_mut().enumerate();
                let looked: Vec<_> =
                    items.map(|(index, item)| at.within(&index.to_string(), |at| self.look(item, inner, at))).collect();
                looked.into_iter().try_fold(Reach::Nowhere, |most, reach| Some(most.max(reach?)))
            }
            (Shape::Map(inner), Node::Object(members)) => Some(self.members(members, at, |_| Some(inner))),
            _ if self.has_fault_below(at) => None,
            _ => Some(Reach::Nowhere),
        }
    }

    fn object(&mut self, node: &mut Node, kind: Kind, at: &mut Pointer) -> Option<Reach> {
        let mut original = original_place(node);
        let at = original.as_mut().unwrap_or(at);
        let is_reference = is_reference_object(node, kind);
        let has_parameters = node.get("parameters").is_some();
        let mut reach = match node {
            _ if self.is_fault(at) => None,
            Node::Object(members) if !is_reference => self.fields(members, kind, at),
            _ => Some(Reach::Nowhere),
        };
        if reach.is_none() && kind == Kind::Schema {
            let members = node.as_object_mut().map(std::mem::take).unwrap_or_default();
            let marks = members.into_iter().filter(|(key, _)| key == "x-pointer" || key == "x-inline");
            *node = Node::Object(marks.collect());
            reach = Some(Reach::Schemas);
        }
        if reach != Some(Reach::Nowhere) {
            self.unsound.places.insert(at.as_str().to_owned());
        }
        if kind == Kind::PathItem && has_parameters && node.get("parameters").is_none() {
            self.unsound.places.extend(operations(node, at));
        }
        reach.map(|reach| reach.above(kind))
    }

    fn fields(&mut self, members: &mut Object, kind: Kind, at: &mut Pointer) -> Option<Reach> {
        let reach = self.members(members, at, |key| match kind.key(key) {
            Key::Known(shape, _) => Some(shape),
            _ => None,
        });
        for field in kind.fields().iter().filter(|field| field.need != Need::Optional) {
            if !members.contains_key(field.name) {
                members.insert(field.name.to_owned(), filling(kind, field)?);
            }
        }
        Some(reach)
    }

    fn is_fault(&mut self, at: &Pointer) -> bool {
        self.faults.get_mut(at.as_str()).is_some_and(|is_found| {
            *is_found = true;
            true
        })
    }

    fn has_fault_below(&mut self, at: &Pointer) -> bool {
        let inside = format!("{}/", at.as_str());
        let below = self.faults.range_mut(inside.clone()..).take_while(|(place, _)| place.starts_with(&inside));
        below.map(|(_, is_found)| *is_found = true).count() > 0
    }

    /// Removes what cannot stay.
    fn members(
        &mut self,
        members: &mut Object,
        at: &mut Pointer,
        shape: impl Fn(&str) -> Option<&'static Shape>,
    ) -> Reach {
        let mut most = Reach::Nowhere;
        members.retain(|key, member| {
            let reach = at.within(key, |at| match shape(key) {
                Some(shape) => self.look(member, shape, at),
                None => (!self.is_fault(at)).then_some(Reach::Nowhere),
            });
            let matters = reach.unwrap_or(Reach::Everywhere);
            if matters != Reach::Nowhere && at.as_str().starts_with("/components/") {
                self.components.insert(format!("#{}", at.child(key)), matters);
            }
            most = most.max(matters);
            reach.is_some()
        });
        most
    }
}

/// The places of the operations of a path, all of which have its parameters.
fn operations(item: &Node, at: &Pointer) -> impl Iterator<Item = String> {
    let members = item.as_object().into_iter().flatten();
    members.map(|(key, member)| original_place(member).map_or_else(|| at.child(key), |place| place.as_str().to_owned()))
}

/// Adds the components that refer to those where something is missing.
fn follow_references(tree: &Node, components: &mut Components) {
    let mut users: HashMap<&str, Vec<(String, bool)>> = HashMap::new();
    let sections = tree.get("components").and_then(Node::as_object);
    for (section, members) in sections.into_iter().flatten() {
        for (key, component) in members.as_object().into_iter().flatten() {
            for target in references_in(component) {
                let user = format!("#/components/{section}/{}", escape(key));
                users.entry(target).or_default().push((user, section == "schemas"));
            }
        }
    }
    let mut next: Vec<(String, Reach)> = components.iter().map(|(target, reach)| (target.clone(), *reach)).collect();
    while let Some((target, reach)) = next.pop() {
        for (user, is_schema) in users.get(target.as_str()).into_iter().flatten() {
            let known = components.get(user).copied().unwrap_or_default();
            if (reach == Reach::Everywhere || *is_schema) && known < reach {
                components.insert(user.clone(), reach);
                next.push((user.clone(), reach));
            }
        }
    }
}

fn references_in(node: &Node) -> Vec<&str> {
    let mut found = Vec::new();
    let mut next = vec![node];
    while let Some(node) = next.pop() {
        found.extend(node.as_reference());
        match node {
            Node::Object(members) => next.extend(members.values()),
            Node::Array(items) => next.extend(items),
            _ => {}
        }
    }
    found
}

/// Marks the objects around references to components where something is missing.
struct Marking {
    faults: Faults,
    components: Components,
    unsound: Unsound,
    /// Of each object that the walk is in.
    around: Vec<Reach>,
}

impl Marking {
    fn reach_of(&self, target: &str) -> Reach {
        let is_in_fault = || {
            let place = target.strip_prefix('#').unwrap_or(target);
            places_around(place).any(|place| self.faults.contains_key(place))
        };
        let reach = || if is_in_fault() { Reach::Everywhere } else { Reach::Nowhere };
        self.components.get(target).copied().unwrap_or_else(reach)
    }
}

impl Visit for Marking {
    fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
        let parameters = node.get("parameters").and_then(Node::as_array).unwrap_or_default();
        let mut parameters = parameters.iter().filter_map(Node::as_reference);
        if kind == Kind::PathItem && parameters.any(|target| self.reach_of(target) == Reach::Everywhere) {
            self.unsound.places.extend(operations(node, at));
        }
        let reach = match (kind, &*node) {
            (Kind::SecurityRequirement, Node::Object(members)) => {
                let schemes = members.keys().map(|name| format!("#/components/securitySchemes/{}", escape(name)));
                schemes.map(|scheme| self.reach_of(&scheme)).max().unwrap_or_default()
            }
            // The operation that is meant may be gone.
            (Kind::Link, _) => Reach::Schemas,
            _ => node.as_reference().map_or(Reach::Nowhere, |target| self.reach_of(target)),
        };
        self.around.push(reach);
    }

    fn leave(&mut self, kind: Kind, _node: &mut Node, at: &Pointer) {
        let reach = self.around.pop().unwrap_or_default();
        // Some objects only say how the one around them is to be read.
        let stands_alone = !matches!(kind, Kind::Discriminator | Kind::Encoding);
        if reach != Reach::Nowhere {
            self.unsound.places.insert(at.as_str().to_owned());
        } else if stands_alone && !self.unsound.places.contains(at.as_str()) {
            self.unsound.sound.insert(at.as_str().to_owned());
        }
        if let Some(outer) = self.around.last_mut() {
            *outer = reach.above(kind).max(*outer);
        }
    }
}
