//! Rules: the constraints of places, and what they are made of.

use serde::Serialize;

use super::{Place, is_false};

/// A constraint on a value beyond its type, one keyword each (JSON Schema 2020-12, Validation, 6).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// `multipleOf`.
    MultipleOf(Decimal),
    /// `minimum`.
    Minimum(Decimal),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(Decimal),
    /// `maximum`.
    Maximum(Decimal),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(Decimal),
    /// `minLength`, in code points.
    MinLength(u64),
    /// `maxLength`, in code points.
    MaxLength(u64),
    /// `pattern`, by the name of a [`Pattern`].
    Pattern(String),
    /// `enum` of a map's keys.
    OneOf(Vec<String>),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// The only boolean that the `enum` allows.
    Only(bool),
    /// What each item of the array must meet.
    Items(Vec<Rule>),
    /// What each value of the map must meet.
    Values(Vec<Rule>),
    /// What each key of the map must meet (`propertyNames`).
    Keys(Vec<Rule>),
    /// No value (`false`).
    Never,
    /// Null alone.
    Null,
    /// One of these values.
    Listed(Vec<serde_json::Value>),
    /// A value of this place, whatever type it is kept in.
    Fits(Box<Place>),
    /// No value of this place (`not`).
    Not(Box<Place>),
    /// How many items are values of a place.
    Contains {
        /// `minContains`, else 1.
        least: u64,
        /// `maxContains`.
        most: Option<u64>,
        /// `contains`.
        item: Box<Place>,
    },
    /// The place of a value whose key matches the pattern of that name (`patternProperties`).
    Matching(String, Box<Place>),
    /// The place of a value whose key matches none of these patterns (`additionalProperties` beside them).
    Unmatched(Vec<String>, Box<Place>),
    /// Properties whose names match none of these patterns are dropped.
    Known(Vec<String>),
    /// Properties whose names match none of these patterns are violations.
    Closed(Vec<String>),
    /// The properties that must stand beside the first (`dependentRequired`).
    DependentRequired(String, Vec<String>),
    /// Properties that must not all be there (`required` in a `not`).
    NotAll(Vec<String>),
    /// One of these groups of properties must be there, or several (`required` in an `anyOf`).
    AnyRequired(Vec<Vec<String>>),
    /// Exactly one of these groups of properties must be there (`required` in a `oneOf`).
    OneRequired(Vec<Vec<String>>),
}

impl Rule {
    /// The places that these rules hold values against, at any depth.
    pub fn places<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Vec<&'r Place> {
        let mut pending: Vec<&Rule> = rules.into_iter().collect();
        let mut places = Vec::new();
        while let Some(rule) = pending.pop() {
            pending.extend(rule.nested());
            if let Some(place) = rule.place() {
                pending.extend(&place.rules);
                places.push(place);
            }
        }
        places
    }

    /// The place that values are held against.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Fits(place) | Self::Not(place) => Some(place),
            Self::Matching(_, place) | Self::Unmatched(_, place) => Some(place),
            Self::Contains { item, .. } => Some(item),
            _ => None,
        }
    }

    /// The same, to change it.
    pub fn place_mut(&mut self) -> Option<&mut Place> {
        match self {
            Self::Fits(place) | Self::Not(place) => Some(place),
            Self::Matching(_, place) | Self::Unmatched(_, place) => Some(place),
            Self::Contains { item, .. } => Some(item),
            _ => None,
        }
    }

    /// The rules within this one: those of items, values or keys.
    pub fn nested(&self) -> &[Self] {
        match self {
            Self::Items(rules) | Self::Values(rules) | Self::Keys(rules) => rules,
            _ => &[],
        }
    }

    /// The same, to change them.
    pub fn nested_mut(&mut self) -> &mut [Self] {
        match self {
            Self::Items(rules) | Self::Values(rules) | Self::Keys(rules) => rules,
            _ => &mut [],
        }
    }

    /// The names of the patterns that this rule itself asks of a text or a key.
    pub fn patterns(&self) -> &[String] {
        match self {
            Self::Pattern(name) | Self::Matching(name, _) => std::slice::from_ref(name),
            Self::Unmatched(names, _) | Self::Known(names) | Self::Closed(names) => names,
            _ => &[],
        }
    }
}

/// A bound of a number: exact where the description's is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// A whole number.
    Integer(i128),
    /// Any other.
    Float(f64),
}

/// A regular expression of the description.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pattern {
    /// The name of its constant.
    pub name: String,
    /// As the description has it (ECMA-262).
    pub source: String,
    /// The same as its engine reads it.
    pub regex: String,
    /// What runs it.
    pub engine: PatternEngine,
    /// Whether it asks for Unicode properties of characters.
    #[serde(skip_serializing_if = "is_false")]
    pub has_property: bool,
    /// Whether it disregards case somewhere.
    #[serde(skip_serializing_if = "is_false")]
    pub ignores_case: bool,
}

/// What runs a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternEngine {
    /// The `regex` crate, in time linear in the text.
    Linear,
    /// The `fancy-regex` crate, for look-around and back-references.
    Backtracking,
}
