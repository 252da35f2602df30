//! How the members of a union are told apart.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::lower::direction::Direction;
use crate::lower::keywords::{Additional, Keywords, Kind, Node};
use crate::lower::lowering::Lowering;
use crate::model::{JsonType, Tell, UnionRule};

/// How many unions within unions are looked through.
const MAX_DEPTH: usize = 4;

/// What all values of a schema have in common.
#[derive(Debug, Clone, Default, PartialEq)]
struct Look {
    /// Their JSON types; none: any.
    types: Option<BTreeSet<JsonType>>,
    /// Properties that some of them can have.
    declared: BTreeSet<String>,
    /// Properties that some of them would have if they went the other way.
    absent: BTreeSet<String>,
    /// Properties that all of them have, in document order.
    required: Vec<String>,
    /// Properties with few possible values, in document order.
    constants: Vec<(String, BTreeSet<String>)>,
    /// Whether the values are those of an enum.
    is_listed: bool,
    /// Whether properties that are not declared are kept.
    keeps_others: bool,
}

impl Look {
    fn is_object(&self) -> bool {
        self.types.as_ref().is_some_and(|types| types.iter().eq([&JsonType::Object]))
    }

    fn constant(&self, property: &str) -> Option<&BTreeSet<String>> {
        self.constants.iter().find(|(name, _)| name == property).map(|(_, values)| values)
    }

    /// What the values of either have in common.
    fn or(self, other: Self) -> Self {
        let types = self.types.zip(other.types).map(|(ours, theirs)| &ours | &theirs);
        let constants = self.constants.into_iter().filter_map(|(name, values)| {
            let (_, theirs) = other.constants.iter().find(|(known, _)| *known == name)?;
            Some((name, &values | theirs))
        });
        Self {
            types,
            declared: &self.declared | &other.declared,
            absent: &self.absent | &other.absent,
            constants: constants.collect(),
            required: self.required.into_iter().filter(|name| other.required.contains(name)).collect(),
            is_listed: self.is_listed && other.is_listed,
            keeps_others: self.keeps_others && other.keeps_others,
        }
    }

    /// What the values have in common that both describe.
    fn and(self, other: Self) -> Self {
        let types = match (self.types, other.types) {
            (Some(ours), Some(theirs)) if !ours.is_disjoint(&theirs) => Some(&ours & &theirs),
            (ours, theirs) => ours.or(theirs),
        };
        let mut merged = Self {
            types,
            declared: &self.declared | &other.declared,
            absent: &self.absent | &other.absent,
            required: self.required,
            constants: self.constants,
            is_listed: self.is_listed || other.is_listed,
            keeps_others: self.keeps_others || other.keeps_others,
        };
        merged.required.extend(other.required);
        for (name, values) in other.constants {
            if merged.constant(&name).is_none() {
                merged.constants.push((name, values));
            }
        }
        merged
    }
}

impl Lowering<'_> {
    /// Whether `node` has `property` among its own, or keeps it among others, or is no object at all; where it travels
    /// one way, whether it has it there.
    pub(super) fn declares(&mut self, node: &Node, property: &str, way: Option<Direction>) -> bool {
        let look = self.look(node, way, 0);
        let has_it = look.keeps_others || look.declared.contains(property);
        !look.is_object() || (has_it && !look.absent.contains(property))
    }

    /// How the members of a union without a discriminator are told apart.
    pub(super) fn tells(&mut self, nodes: &[Node], way: Option<Direction>) -> (UnionRule, Vec<Tell>) {
        let mut looks: Vec<Look> = nodes.iter().map(|node| self.look(node, way, 0)).collect();
        for types in looks.iter_mut().filter_map(|look| look.types.as_mut()).filter(|types| types.len() > 1) {
            // Null belongs to the union as a whole.
            types.remove(&JsonType::Null);
        }
        if are_disjoint(&looks) {
            return (UnionRule::Type, looks.iter().map(type_tell).collect());
        }
        let constant = distinguishing_constant(&looks);
        let tells: Vec<Tell> = looks.iter().map(|look| tell(look, constant.as_deref(), &looks)).collect();
        let rule = match constant {
            Some(property) => UnionRule::Constant(property),
            None if tells.iter().any(|tell| matches!(tell, Tell::Property(_))) => UnionRule::Property,
            None => UnionRule::Order,
        };
        (rule, tells)
    }

    fn look(&mut self, node: &Node, way: Option<Direction>, depth: usize) -> Look {
        if let Node::Reference { key, .. } = node
            && self.components.get(key).is_some_and(|component| component.replacement.is_some())
        {
            return Look::default();
        }
        let Some(flat) = self.resolve(node).filter(|_| depth < MAX_DEPTH) else {
            return Look::default();
        };
        let mut look = self.own_look(&flat, way);
        for group in &flat.groups {
            let members = group.members.iter().map(|member| self.look(member, way, depth + 1)).collect::<Vec<_>>();
            if let Some(mut joint) = members.into_iter().reduce(Look::or) {
                joint.declared.extend(group.discriminator.iter().map(|discriminator| discriminator.property.clone()));
                look = look.and(joint);
            }
        }
        if let Some(types) = &mut look.types
            && flat.is_nullable
        {
            types.insert(JsonType::Null);
        }
        look
    }

    fn own_look(&mut self, flat: &Keywords, way: Option<Direction>) -> Look {
        let absent = way.map_or_else(BTreeSet::new, |way| self.absent(flat, way));
        let constants = flat.properties.iter().filter_map(|(name, declarations)| {
            let mut declared = declarations.iter().filter_map(|declaration| self.resolve(&declaration.node));
            let values = declared.find(|target| target.enumeration.is_some() && !target.is_nullable)?;
            let values = values.enumeration.iter().flatten().map(constant_text);
            Some((name.clone(), values.collect::<Option<_>>()?))
        });
        let constants = constants.filter(|(name, _)| !absent.contains(name)).collect();
        Look {
            types: own_types(flat),
            declared: flat.properties.keys().chain(&flat.required).cloned().collect(),
            required: flat.required.iter().filter(|name| !absent.contains(*name)).cloned().collect(),
            absent,
            constants,
            is_listed: flat.enumeration.is_some(),
            keeps_others: matches!(flat.additional, Some(Additional::Any | Additional::Schema(_)))
                || !flat.pattern_properties.is_empty(),
        }
    }

    /// The properties that do not go that way.
    fn absent(&mut self, flat: &Keywords, way: Direction) -> BTreeSet<String> {
        let properties = flat.properties.iter();
        let absent = properties.filter(|(_, declarations)| !way.carries(self.access_of(declarations)));
        absent.map(|(name, _)| name.clone()).collect()
    }
}

/// A value as it is compared: a string, or the JSON text of another scalar.
pub(super) fn constant_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
        value => Some(value.to_string()),
    }
}

fn own_types(flat: &Keywords) -> Option<BTreeSet<JsonType>> {
    if let Some(values) = &flat.enumeration {
        return Some(values.iter().map(type_of).collect());
    }
    let ty = match flat.kind {
        Some(Kind::String) => JsonType::String,
        Some(Kind::Number) => JsonType::Number,
        Some(Kind::Integer) => JsonType::Integer,
        Some(Kind::Boolean) => JsonType::Boolean,
        Some(Kind::Object) => JsonType::Object,
        Some(Kind::Array) => JsonType::Array,
        None if flat.is_null => JsonType::Null,
        None => return None,
    };
    Some([ty].into())
}

fn type_of(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Null,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() != 0.0) => JsonType::Number,
        Value::Number(_) => JsonType::Integer,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}

/// Whether no value has a JSON type that two members take.
fn are_disjoint(looks: &[Look]) -> bool {
    let mut seen = BTreeSet::new();
    looks.iter().all(|look| {
        let Some(types) = &look.types else { return false };
        // Every integer is a number.
        let is_numeric = types.contains(&JsonType::Number);
        let mut types = types.iter().filter(|ty| !(is_numeric && **ty == JsonType::Integer));
        types.all(|ty| seen.insert(if *ty == JsonType::Integer { JsonType::Number } else { *ty }))
    })
}

fn type_tell(look: &Look) -> Tell {
    Tell::Json(look.types.iter().flatten().copied().collect())
}

/// The property that tells most objects apart: each has its own values of it, or one value.
fn distinguishing_constant(looks: &[Look]) -> Option<String> {
    let objects: Vec<&Look> = looks.iter().filter(|look| look.is_object()).collect();
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for (property, _) in objects.iter().flat_map(|look| &look.constants) {
        if !counts.iter().any(|(known, _)| known == property) {
            let values: Vec<_> = objects.iter().filter_map(|look| look.constant(property)).collect();
            counts.push((property, if distinguishes(&values) { values.len() } else { 0 }));
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().filter(|count| *count > 1)?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(property, _)| property.to_owned())
}

fn distinguishes(values: &[&BTreeSet<String>]) -> bool {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values.iter().copied().flatten() {
        *seen.entry(value).or_default() += 1;
    }
    let are_disjoint = seen.values().all(|count| *count == 1);
    seen.len() > 1 && (are_disjoint || values.iter().all(|values| values.len() == 1))
}

fn tell(look: &Look, constant: Option<&str>, looks: &[Look]) -> Tell {
    if !look.is_object() {
        return match type_tell(look) {
            Tell::Json(types) if look.is_listed => Tell::Listed(types),
            tell => tell,
        };
    }
    if let Some(property) = constant
        && let Some(values) = look.constant(property)
    {
        return Tell::Constant { property: property.to_owned(), values: values.iter().cloned().collect() };
    }
    let others = || looks.iter().filter(|other| !std::ptr::eq(*other, look));
    let own = look.required.iter().find(|name| {
        // A member that takes other properties, too, could have it.
        others().all(|other| !other.declared.contains(*name) && !other.keeps_others)
    });
    own.map_or_else(|| type_tell(look), |name| Tell::Property(name.clone()))
}
