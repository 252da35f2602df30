//! `readOnly` and `writeOnly`: which properties travel which way, and so which types have two forms.
//!
//! A type that requests and responses carry, and that holds a property of one direction only, by itself or by what it
//! refers to, becomes two: the form of responses keeps the name, the form of requests is called `PetRequest`. A type
//! that travels one way only loses the properties that do not. One that no operation uses stays whole.
//!
//! Rules hold in requests: they do not ask for a property that requests do not carry, and hold values against the
//! request forms of types.

use std::collections::{HashMap, HashSet};

use crate::lower::names::{self, Scope};
use crate::lower::union;
use crate::lower::usage;
use crate::lower::walk;
use crate::model::{
    Access, AdditionalProperties, Api, Field, Place, Rule, Struct, Tell, Type, TypeDefinition, TypeKind, Union,
    UnionRule,
};

/// The way that a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    /// To the API.
    Request,
    /// From the API.
    Response,
}

impl Direction {
    /// Whether a property with this access goes that way.
    pub(super) fn carries(self, access: Access) -> bool {
        match access {
            Access::Both => true,
            Access::ReadOnly => self == Self::Response,
            Access::WriteOnly => self == Self::Request,
        }
    }
}

/// How a union's members are told apart where some property does not travel: by the union's name.
pub(super) type DirectedTells = HashMap<(String, Direction), (UnionRule, Vec<Tell>)>;

/// Gives every type the properties that travel its way. `inline_names` gets the names of the new forms of inline types.
pub(super) fn split(api: &mut Api, names: &mut Scope, inline_names: &mut HashSet<String>, tells: &DirectedTells) {
    let differs = differing(&api.types);
    if !differs.contains(&true) {
        return;
    }
    let (in_request, in_response) = (usage::carried(api, Direction::Request), usage::carried(api, Direction::Response));
    let types: Vec<(TypeDefinition, Forms)> = std::mem::take(&mut api.types)
        .into_iter()
        .zip(differs)
        .zip(in_request.into_iter().zip(in_response))
        .map(|((ty, differs), usage)| (ty, Forms::of(differs, usage)))
        .collect();
    let (lost, read_only) = (lost_requirements(&types), read_only(&types));
    let mut pass = Pass { request_names: HashMap::new(), lost, read_only, tells };
    for (ty, _) in types.iter().filter(|(_, forms)| *forms == Forms::Both) {
        let candidates = ["request", "request form"].map(|suffix| names::joined(&ty.name, suffix));
        let name = names.claim(candidates);
        if inline_names.contains(&ty.name) {
            inline_names.insert(name.clone());
        }
        pass.request_names.insert(ty.name.clone(), name);
    }
    for (ty, forms) in types {
        match forms {
            Forms::Whole => api.types.push(pass.whole(ty)),
            Forms::Only(direction) => api.types.push(pass.only(ty, direction)),
            Forms::Both => api.types.extend(pass.both(ty)),
        }
    }
    for place in walk::places_to_api_mut(api) {
        pass.hold_to_requests(place);
        pass.refer(&mut place.ty);
    }
}

/// Which forms a type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forms {
    /// One, with everything.
    Whole,
    /// That of one direction.
    Only(Direction),
    /// Two.
    Both,
}

impl Forms {
    fn of(differs: bool, usage: (bool, bool)) -> Self {
        match usage {
            _ if !differs => Self::Whole,
            (true, true) => Self::Both,
            (true, false) => Self::Only(Direction::Request),
            (false, true) => Self::Only(Direction::Response),
            (false, false) => Self::Whole,
        }
    }
}

/// Whether the two forms of each type differ: it has a property that only one of them has, or refers to a type that does.
fn differing(types: &[TypeDefinition]) -> Vec<bool> {
    let indices = walk::indices(types);
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); types.len()];
    let mut pending = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        if let TypeKind::Struct(it) = &ty.kind
            && it.fields.iter().any(|field| !field.access.is_both())
        {
            pending.push(index);
        }
        for place in walk::places(&ty.kind) {
            let target = walk::mentioned(&place.ty).and_then(|name| indices.get(name));
            if let Some(users) = target.and_then(|target| users.get_mut(*target)) {
                users.push(index);
            }
        }
    }
    let mut differs = vec![false; types.len()];
    while let Some(index) = pending.pop() {
        if let Some(flag) = differs.get_mut(index)
            && !std::mem::replace(flag, true)
        {
            pending.extend(users.get(index).into_iter().flatten());
        }
    }
    differs
}

/// The types that lose a required property, and the direction in which they do.
fn lost_requirements(types: &[(TypeDefinition, Forms)]) -> HashSet<(String, Direction)> {
    let mut lost = HashSet::new();
    for (ty, _) in types {
        let TypeKind::Struct(definition) = &ty.kind else { continue };
        for field in definition.fields.iter().filter(|field| field.is_required) {
            for direction in [Direction::Request, Direction::Response] {
                if !direction.carries(field.access) {
                    lost.insert((ty.name.clone(), direction));
                }
            }
        }
    }
    lost
}

/// The properties of types that requests do not carry.
fn read_only(types: &[(TypeDefinition, Forms)]) -> HashMap<String, Vec<String>> {
    let structs = types.iter().filter_map(|(ty, _)| match &ty.kind {
        TypeKind::Struct(definition) => Some((ty, definition)),
        _ => None,
    });
    let lost = |definition: &Struct| {
        let fields = definition.fields.iter().filter(|field| !Direction::Request.carries(field.access));
        fields.map(|field| field.wire_name.clone()).collect::<Vec<_>>()
    };
    structs.map(|(ty, it)| (ty.name.clone(), lost(it))).filter(|(_, lost)| !lost.is_empty()).collect()
}

struct Pass<'a> {
    /// The names of the request forms, by those of the response forms.
    request_names: HashMap<String, String>,
    /// The properties that the request forms do not have, by the names of the response forms.
    read_only: HashMap<String, Vec<String>>,
    lost: HashSet<(String, Direction)>,
    tells: &'a DirectedTells,
}

impl Pass<'_> {
    /// A type whose forms do not differ.
    fn whole(&self, mut ty: TypeDefinition) -> TypeDefinition {
        self.check_requests(&mut ty.kind);
        ty
    }

    /// Makes the rules of a definition those of requests.
    fn check_requests(&self, kind: &mut TypeKind) {
        self.refer_in(walk::own_rules_mut(kind));
        walk::places_mut(kind).into_iter().for_each(|place| self.hold_to_requests(place));
    }

    /// The same for the rules of a place.
    fn hold_to_requests(&self, place: &mut Place) {
        if let Type::Named(name) = walk::innermost_mut(&mut place.ty)
            && let Some(read_only) = self.read_only.get(name)
        {
            forget(&mut place.rules, read_only);
        }
        self.refer_in(&mut place.rules);
    }

    fn refer_in(&self, rules: &mut [Rule]) {
        for rule in rules {
            self.refer_in(rule.nested_mut());
            if let Some(place) = rule.place_mut() {
                self.hold_to_requests(place);
                self.refer(&mut place.ty);
            }
        }
    }

    /// The one form of a type that travels one way.
    fn only(&self, mut ty: TypeDefinition, direction: Direction) -> TypeDefinition {
        let name = ty.name.clone();
        let dropped = self.make(&mut ty, &name, direction);
        let (way, what) = match direction {
            Direction::Request => ("Requests", "read-only"),
            Direction::Response => ("Responses", "write-only"),
        };
        if !dropped.is_empty() {
            let verb = if dropped.len() == 1 { "it is" } else { "they are" };
            ty.docs.notes.push(format!("{way} do not carry {}: {verb} {what}.", listed(&dropped)));
        }
        ty
    }

    /// The two forms of a type that travels both ways.
    fn both(&self, ty: TypeDefinition) -> [TypeDefinition; 2] {
        let name = ty.name.clone();
        let (mut request, mut response) = (ty.clone(), ty);
        if let Some(name) = self.request_names.get(&name) {
            request.name.clone_from(name);
        }
        let read_only = self.make(&mut request, &name, Direction::Request);
        let write_only = self.make(&mut response, &name, Direction::Response);
        request.docs.examples = request.docs.examples.iter().map(|example| without(example, &read_only)).collect();
        response.docs.notes.push(format!(
            "Responses carry this; requests carry [`{}`]{}.",
            request.name,
            difference(&read_only, &write_only)
        ));
        request
            .docs
            .notes
            .push(format!("Requests carry this; responses carry [`{name}`]{}.", difference(&write_only, &read_only)));
        request.request_form_of = Some(name);
        [response, request]
    }

    /// Makes `ty`, which was called `name`, the form of one direction, and gives the properties that it loses.
    fn make(&self, ty: &mut TypeDefinition, name: &str, direction: Direction) -> Vec<String> {
        let dropped = match &mut ty.kind {
            TypeKind::Struct(definition) => drop_fields(definition, direction),
            _ => Vec::new(),
        };
        if let TypeKind::Union(definition) = &mut ty.kind {
            let told = self.tells.get(&(name.to_owned(), direction));
            self.tell(definition, told, direction, &mut ty.docs.notes);
        }
        self.check_requests(&mut ty.kind);
        if direction == Direction::Request {
            for place in walk::places_mut(&mut ty.kind) {
                self.refer(&mut place.ty);
            }
        }
        dropped
    }

    /// Makes a use of a type one of its request form.
    fn refer(&self, ty: &mut Type) {
        if let Type::Named(name) = walk::innermost_mut(ty)
            && let Some(request) = self.request_names.get(name)
        {
            name.clone_from(request);
        }
    }

    /// Tells the members of a union apart by what travels. Where a member has lost a required property, a value may well
    /// fit another one besides.
    fn tell(
        &self,
        definition: &mut Union,
        told: Option<&(UnionRule, Vec<Tell>)>,
        direction: Direction,
        notes: &mut [String],
    ) {
        let has_lost = definition.members.iter().any(|member| {
            let name = walk::mentioned(&member.place.ty);
            name.is_some_and(|name| self.lost.contains(&(name.to_owned(), direction)))
        });
        definition.is_exclusive &= !has_lost;
        let Some((rule, tells)) = told else { return };
        let before = union::note(definition);
        definition.rule = rule.clone();
        for (member, tell) in definition.members.iter_mut().zip(tells) {
            member.tell = tell.clone();
        }
        for note in notes.iter_mut().filter(|note| **note == before) {
            *note = union::note(definition);
        }
    }
}

/// Takes out the fields that do not travel that way, and gives their properties.
fn drop_fields(definition: &mut Struct, direction: Direction) -> Vec<String> {
    let fields = std::mem::take(&mut definition.fields);
    let (kept, dropped): (Vec<Field>, Vec<Field>) =
        fields.into_iter().partition(|field| direction.carries(field.access));
    definition.fields = kept;
    let dropped: Vec<String> = dropped.into_iter().map(|field| field.wire_name).collect();
    forget(&mut definition.rules, &dropped);
    if definition.additional != AdditionalProperties::Dropped {
        definition.ignored.clone_from(&dropped);
    }
    dropped
}

/// Makes rules ask nothing of properties that do not travel. Where one alternative asks for nothing else, every object is
/// one of that.
fn forget(rules: &mut Vec<Rule>, lost: &[String]) {
    let is_lost = |name: &String| lost.contains(name);
    let forget = |names: &mut Vec<String>| {
        names.retain(|name| !lost.contains(name));
        !names.is_empty()
    };
    rules.retain_mut(|rule| match rule {
        Rule::DependentRequired(name, required) => !is_lost(name) && forget(required),
        Rule::NotAll(names) => !names.iter().any(is_lost),
        Rule::AnyRequired(groups) | Rule::OneRequired(groups) => groups.iter_mut().all(forget),
        Rule::Items(rules) | Rule::Values(rules) => {
            self::forget(rules, lost);
            !rules.is_empty()
        }
        _ => true,
    });
}

/// `, without ``id``, but with ``password```
fn difference(without: &[String], with: &[String]) -> String {
    match (without, with) {
        ([], []) => String::new(),
        ([], with) => format!(", with {}", listed(with)),
        (without, []) => format!(", without {}", listed(without)),
        (without, with) => format!(", without {}, but with {}", listed(without), listed(with)),
    }
}

/// The properties in words, as code.
fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.replace('`', "'"))).collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

/// An example, which is JSON text, without these properties.
fn without(example: &str, names: &[String]) -> String {
    match serde_json::from_str(example) {
        Ok(serde_json::Value::Object(mut properties)) => {
            properties.retain(|name, _| !names.contains(name));
            serde_json::Value::Object(properties).to_string()
        }
        _ => example.to_owned(),
    }
}
