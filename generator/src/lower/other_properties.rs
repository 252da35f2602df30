//! What an object holds beside its known properties: `additionalProperties`, `patternProperties`, `propertyNames`.

use crate::lower::keywords::{Additional, Keywords, Node, Property};
use crate::lower::lowering::Lowering;
use crate::lower::schema::{Class, bare, classify};
use crate::lower::{binary, names};
use crate::model::{Place, Rule, Type};

/// The other properties of an object.
pub(super) struct OtherProperties {
    /// What their values are.
    pub(super) values: Place,
    /// Which of them there are: [`Rule::Known`] or [`Rule::Closed`]. None: any.
    pub(super) filter: Option<Rule>,
}

impl Lowering<'_> {
    /// The other properties of `flat`.
    ///
    /// Where all patterns, and `additionalProperties` beside them, agree on a type and its rules, that is the values'.
    /// Where they do not, values are any JSON, and each is checked by the patterns that its key matches. Keys that match no
    /// pattern are treated as everywhere: dropped without `additionalProperties`, violations where it is `false`.
    pub(super) fn other_properties(&mut self, flat: &Keywords, base: &str) -> OtherProperties {
        let value_names = [names::joined(base, "value")];
        let additional = match &flat.additional {
            Some(Additional::Schema(node)) => Some(self.place(node, &value_names)),
            _ => None,
        };
        let Some(patterns) = self.pattern_places(flat, base).filter(|patterns| !patterns.is_empty()) else {
            return OtherProperties { values: additional.unwrap_or_else(|| bare(Type::Any)), filter: None };
        };
        let names: Vec<String> = patterns.iter().map(|(name, _)| name.clone()).collect();
        let first = patterns.first().map(|(_, place)| place.clone());
        let is_uniform =
            patterns.iter().map(|(_, place)| place).chain(&additional).all(|place| first.as_ref() == Some(place));
        let values = match first {
            Some(place) if is_uniform && !matches!(flat.additional, Some(Additional::Any)) => place,
            _ => mixed(patterns, additional, &names),
        };
        let filter = match &flat.additional {
            None => Some(Rule::Known(names)),
            Some(Additional::Forbidden) => Some(Rule::Closed(names)),
            Some(Additional::Any | Additional::Schema(_)) => None,
        };
        OtherProperties { values, filter }
    }

    /// The place of each pattern's values, by the pattern's name; none if one of the patterns cannot be told.
    fn pattern_places(&mut self, flat: &Keywords, base: &str) -> Option<Vec<(String, Place)>> {
        let key = names::joined(base, "key");
        let mut places = Vec::new();
        let mut are_all_known = true;
        for (index, (source, node)) in flat.pattern_properties.iter().enumerate() {
            let Some(Rule::Pattern(name)) = self.patterns.rule(source, None, &key, node.pointer(), &mut self.report)
            else {
                are_all_known = false;
                continue;
            };
            let value = if index == 0 { "value".to_owned() } else { format!("value {}", index + 1) };
            places.push((name, self.place(node, &[names::joined(base, &value)])));
        }
        are_all_known.then_some(places)
    }

    /// What every key must meet.
    pub(super) fn key_rules(&mut self, flat: &Keywords, base: &str) -> Vec<Rule> {
        let mut rules = Vec::new();
        for node in &flat.property_names {
            if let Some(texts) = self.listed_texts(node) {
                rules.push(Rule::OneOf(texts));
                continue;
            }
            let place = self.checked_place(node, &[names::joined(base, "key")]);
            match place.ty {
                Type::String | Type::Any => rules.extend(place.rules),
                _ => rules.push(Rule::Fits(Box::new(place))),
            }
        }
        rules
    }

    /// The values of an enum of strings.
    fn listed_texts(&mut self, node: &Node) -> Option<Vec<String>> {
        let flat = self.resolve(node)?;
        flat.enumeration.as_ref()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
    }

    /// `flat` with the schemas that hold for a property by its name alone: those of the patterns that match it, and
    /// `additionalProperties` for one that is required without being declared.
    pub(super) fn with_implied_properties(&mut self, flat: &Keywords) -> Keywords {
        let mut flat = flat.clone();
        let undeclared: Vec<String> =
            flat.required.iter().filter(|name| !flat.properties.contains_key(*name)).cloned().collect();
        for name in &undeclared {
            flat.properties.insert(name.clone(), Vec::new());
        }
        for (name, properties) in &mut flat.properties {
            let matching = flat.pattern_properties.iter().filter(|(source, _)| self.patterns.is_match(source, name));
            let count = properties.len();
            properties.extend(matching.map(|(_, node)| Property { node: node.clone(), owner: None }));
            if let Some(Additional::Schema(node)) = &flat.additional
                && properties.is_empty()
                && count == 0
            {
                properties.push(Property { node: node.clone(), owner: None });
            }
        }
        flat
    }

    /// The place that a value is held against, beside the type that it has. An enum written in place needs no type for that.
    pub(super) fn checked_place(&mut self, node: &Node, names: &[String]) -> Place {
        if let (Node::Inline(_), Some(flat)) = (node, self.resolve(node))
            && let (Class::Enum, Some(values)) = (classify(&flat), &flat.enumeration)
        {
            let ty = if flat.is_nullable { crate::lower::schema::nullable(Type::Any) } else { Type::Any };
            return Place { ty, rules: vec![Rule::Listed(values.clone())] };
        }
        let mut place = self.place(node, names);
        binary::replace(&mut place.ty);
        place
    }
}

/// Any JSON, with what each pattern, and `additionalProperties` for the others, asks of a value.
fn mixed(patterns: Vec<(String, Place)>, additional: Option<Place>, names: &[String]) -> Place {
    let asks = |place: &Place| place.ty != Type::Any || !place.rules.is_empty();
    let matching = patterns.into_iter().filter(|(_, place)| asks(place));
    let mut rules: Vec<Rule> = matching.map(|(name, place)| Rule::Matching(name, Box::new(place))).collect();
    if let Some(place) = additional.filter(asks) {
        rules.push(Rule::Unmatched(names.to_vec(), Box::new(place)));
    }
    Place { ty: Type::Any, rules }
}
