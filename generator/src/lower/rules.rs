//! Validation keywords to the model's rules, at the place where they hold.

use serde_json::Value;

use crate::lower::keywords::{Contains, Keywords, Kind, only_required};
use crate::lower::limits::{Bound, approximate};
use crate::lower::lowering::Lowering;
use crate::lower::{names, scalar};
use crate::model::{Decimal, NumberKind, Rule, Type};

impl Lowering<'_> {
    /// The rules that `keywords` states about a value of type `ty`; keywords about other JSON types
    /// hold for any such value (JSON Schema 2020-12, Core, 7.6.1). `names` name a pattern's constant.
    pub(super) fn rules(&mut self, keywords: &Keywords, ty: &Type, names: &[String]) -> Vec<Rule> {
        let mut rules = match ty {
            Type::Integer(_) | Type::Number(_) => number_rules(keywords, ty),
            Type::String | Type::Formatted(_) => self.string_rules(keywords, names),
            Type::Array(_) => self.array_rules(keywords, names),
            Type::Map(_) => return self.object_rules(keywords, names.first().map_or("", String::as_str)),
            Type::Boolean => boolean_rules(keywords),
            // A type of the user's for a format: its values are still numbers or strings.
            Type::Custom(_) => match keywords.kind {
                Some(Kind::String) => self.string_rules(keywords, names),
                Some(kind) => number_rules(keywords, &scalar::scalar_type(kind, keywords)),
                None => Vec::new(),
            },
            Type::Named(_) => self.narrowing_rules(keywords, names),
            _ => Vec::new(),
        };
        rules.extend(self.exclusions(keywords, names));
        rules
    }

    /// What stands beside a union or a reference: rules about a value of whatever JSON type it is.
    pub(super) fn value_rules(&mut self, keywords: &Keywords, names: &[String]) -> Vec<Rule> {
        let mut rules = self.narrowing_rules(keywords, names);
        rules.extend(property_counts(keywords));
        rules.extend(self.exclusions(keywords, names));
        rules
    }

    /// `not`, of a value that is kept as it is: of any that is no object.
    pub(super) fn exclusions(&mut self, keywords: &Keywords, names: &[String]) -> Vec<Rule> {
        let base = names.first().map_or("", String::as_str);
        let names = [names::joined(base, "not")];
        keywords
            .not
            .iter()
            .map(|node| match only_required(node) {
                Some(required) => Rule::NotAll(required),
                None => Rule::Not(Box::new(self.checked_place(node, &names))),
            })
            .collect()
    }

    /// `minItems`, `maxItems`, `uniqueItems` and `contains`.
    pub(super) fn array_rules(&mut self, keywords: &Keywords, names: &[String]) -> Vec<Rule> {
        let base = names.first().map_or("", String::as_str);
        let mut rules = array_limits(keywords);
        for Contains { node, least, most } in &keywords.contains {
            let item = Box::new(self.checked_place(node, &[names::joined(base, "contained")]));
            if *least > 0 || most.is_some() {
                rules.push(Rule::Contains { least: *least, most: *most, item });
            }
        }
        rules
    }

    /// What an object must meet as a whole; its type's names begin with `base`.
    pub(super) fn object_rules(&mut self, keywords: &Keywords, base: &str) -> Vec<Rule> {
        let mut rules = property_counts(keywords);
        push_nested(&mut rules, Rule::Keys, self.key_rules(keywords, base));
        for (name, required) in keywords.dependent_required.iter().filter(|(_, required)| !required.is_empty()) {
            rules.push(Rule::DependentRequired(name.clone(), required.clone()));
        }
        for group in &keywords.required_groups {
            rules.push(match group.is_exclusive {
                true => Rule::OneRequired(group.members.clone()),
                false => Rule::AnyRequired(group.members.clone()),
            });
        }
        rules.extend(keywords.not.iter().filter_map(only_required).map(Rule::NotAll));
        self.warn_about_not(keywords);
        rules
    }

    /// What a value of an object's type does not keep cannot be held against another schema.
    pub(super) fn warn_about_not(&mut self, keywords: &Keywords) {
        let is_object = keywords.kind == Some(Kind::Object);
        for node in &keywords.not {
            if !(is_object && only_required(node).is_some()) {
                let message = "`not` is not supported here".to_owned();
                self.report.warning(
                    "unsupported-keyword",
                    node.pointer(),
                    message,
                    "values that it excludes are accepted",
                );
            }
        }
    }

    /// Rules beside a reference: about whatever JSON type it has.
    fn narrowing_rules(&mut self, keywords: &Keywords, names: &[String]) -> Vec<Rule> {
        let number = match keywords.kind {
            Some(kind @ (Kind::Integer | Kind::Number)) => scalar::scalar_type(kind, keywords),
            _ => Type::Number(NumberKind::F64),
        };
        let mut rules = number_rules(keywords, &number);
        rules.extend(self.string_rules(keywords, names));
        rules.extend(self.array_rules(keywords, names));
        rules
    }

    fn string_rules(&mut self, keywords: &Keywords, names: &[String]) -> Vec<Rule> {
        let limits = &keywords.limits;
        let mut rules = Vec::new();
        // Every string has at least no character.
        rules.extend(limits.min_length.filter(|length| *length > 0).map(Rule::MinLength));
        rules.extend(limits.max_length.map(Rule::MaxLength));
        let place = names.first().map_or("", String::as_str);
        for pattern in &limits.patterns {
            rules.extend(self.patterns.rule(
                pattern,
                keywords.format.as_deref(),
                place,
                &keywords.pointer,
                &mut self.report,
            ));
        }
        rules
    }
}

/// Adds `nested` under `wrap`, unless there is nothing to add.
pub(super) fn push_nested(rules: &mut Vec<Rule>, wrap: fn(Vec<Rule>) -> Rule, nested: Vec<Rule>) {
    if !nested.is_empty() {
        rules.push(wrap(nested));
    }
}

fn array_limits(keywords: &Keywords) -> Vec<Rule> {
    let limits = &keywords.limits;
    let mut rules = Vec::new();
    rules.extend(limits.min_items.filter(|count| *count > 0).map(Rule::MinItems));
    rules.extend(limits.max_items.map(Rule::MaxItems));
    if limits.has_unique_items {
        rules.push(Rule::UniqueItems);
    }
    rules
}

fn property_counts(keywords: &Keywords) -> Vec<Rule> {
    let limits = &keywords.limits;
    let least = limits.min_properties.filter(|count| *count > 0).map(Rule::MinProperties);
    least.into_iter().chain(limits.max_properties.map(Rule::MaxProperties)).collect()
}

/// `enum: [true]`.
fn boolean_rules(keywords: &Keywords) -> Vec<Rule> {
    match keywords.enumeration.as_deref() {
        Some([Value::Bool(only)]) => vec![Rule::Only(*only)],
        _ => Vec::new(),
    }
}

fn number_rules(keywords: &Keywords, ty: &Type) -> Vec<Rule> {
    let limits = &keywords.limits;
    let (mut multiples, mut minimum, mut maximum) = (limits.multiples.clone(), limits.minimum, limits.maximum);
    match ty {
        Type::Integer(kind) => {
            let (least, greatest) = scalar::range(*kind);
            multiples = multiples.into_iter().filter_map(whole_multiple).collect();
            minimum = minimum
                .map(|bound| whole_bound(bound, f64::ceil))
                .filter(|bound| bound.is_exclusive || !scalar::is_at_most(bound.value, least));
            maximum = maximum
                .map(|bound| whole_bound(bound, f64::floor))
                .filter(|bound| bound.is_exclusive || !scalar::is_at_least(bound.value, greatest));
            minimum = minimum.filter(|bound| scalar::is_at_least(bound.value, least));
            maximum = maximum.filter(|bound| scalar::is_at_most(bound.value, greatest));
        }
        Type::Number(_) => {}
        _ => return Vec::new(),
    }
    let mut rules = Vec::new();
    let is_positive = |value: &Decimal| approximate(*value) > 0.0;
    rules.extend(multiples.into_iter().filter(is_positive).map(Rule::MultipleOf));
    rules.extend(minimum.map(|bound| match bound.is_exclusive {
        true => Rule::ExclusiveMinimum(bound.value),
        false => Rule::Minimum(bound.value),
    }));
    rules.extend(maximum.map(|bound| match bound.is_exclusive {
        true => Rule::ExclusiveMaximum(bound.value),
        false => Rule::Maximum(bound.value),
    }));
    rules
}

/// The whole number nearest to a bound that no integer can be closer to.
fn whole_bound(bound: Bound, round: fn(f64) -> f64) -> Bound {
    match bound.value {
        Decimal::Integer(_) => bound,
        #[allow(clippy::cast_possible_truncation, reason = "saturates, as bounds may")]
        Decimal::Float(value) => Bound { value: Decimal::Integer(round(value) as i128), is_exclusive: false },
    }
}

/// `multipleOf: 1` and `multipleOf: 0.5` are true of every integer.
fn whole_multiple(value: Decimal) -> Option<Decimal> {
    match value {
        Decimal::Integer(1) => None,
        Decimal::Float(value) if (1.0 / value).fract() == 0.0 => None,
        _ => Some(value),
    }
}
