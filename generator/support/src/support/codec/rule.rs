//! Constraints on a value beyond its type: one variant a keyword (JSON Schema 2020-12, Validation, 6).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::support::codec::context::Context;
use crate::support::codec::schema::Check;

/// One constraint of a place.
#[derive(Debug)]
pub enum Rule {
    /// `multipleOf`.
    MultipleOf(Number),
    /// `minimum`.
    Minimum(Number),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(Number),
    /// `maximum`.
    Maximum(Number),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(Number),
    /// `minLength`, in code points.
    MinLength(usize),
    /// `maxLength`, in code points.
    MaxLength(usize),
    /// `pattern`.
    Pattern(&'static dyn TextPattern),
    /// `enum` of a map's keys.
    OneOf(&'static [&'static str]),
    /// `minItems`.
    MinItems(usize),
    /// `maxItems`.
    MaxItems(usize),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(usize),
    /// `maxProperties`.
    MaxProperties(usize),
    /// The only boolean allowed.
    Only(bool),
    /// What each item of an array must meet.
    Items(&'static [Rule]),
    /// What each value of a map must meet.
    Values(&'static [Rule]),
    /// What each key of a map must meet (`propertyNames`).
    Keys(&'static [Rule]),
    /// No value (`false`).
    Never,
    /// Null alone.
    Null,
    /// One of these values, as JSON text.
    Listed(&'static [&'static str]),
    /// One that fits this type and these rules, too.
    Fits(Check, &'static [Rule]),
    /// None that fits this type and these rules.
    Not(Check, &'static [Rule]),
    /// The least and the greatest number of items that fit this type and these rules (`contains`).
    Contains(usize, usize, Check, &'static [Rule]),
    /// The type and the rules of a value whose key matches (`patternProperties`).
    Matching(&'static dyn TextPattern, Check, &'static [Rule]),
    /// The type and the rules of a value whose key matches none of these (`additionalProperties` beside them).
    Unmatched(&'static [&'static dyn TextPattern], Check, &'static [Rule]),
    /// Properties whose names match none of these are dropped.
    Known(&'static [&'static dyn TextPattern]),
    /// Properties whose names match none of these are violations.
    Closed(&'static [&'static dyn TextPattern]),
    /// The properties that must stand beside the first (`dependentRequired`).
    DependentRequired(&'static str, &'static [&'static str]),
    /// Properties that must not all be there (`required` in a `not`).
    NotAll(&'static [&'static str]),
    /// One of these groups of properties must be there, or several (`required` in an `anyOf`).
    AnyRequired(&'static [&'static [&'static str]]),
    /// Exactly one of these groups of properties must be there (`required` in a `oneOf`).
    OneRequired(&'static [&'static [&'static str]]),
}

/// A regular expression of the description.
pub trait TextPattern: std::fmt::Debug + Sync {
    /// The pattern as the description has it (ECMA-262).
    fn source(&self) -> &'static str;

    /// Whether the pattern matches somewhere in `text`.
    fn is_match(&self, text: &str) -> bool;
}

/// A number of the description or of a value.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// A whole number.
    Integer(i128),
    /// Any other.
    Float(f64),
}

impl Number {
    fn as_f64(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
        }
    }

    fn is_less_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left < right,
            _ => self.as_f64() < other.as_f64(),
        }
    }

    /// Whether dividing by `divisor` leaves nothing. Decimal fractions such as 0.01 have no exact
    /// binary form, so the quotient may be off by what their rounding explains.
    fn is_multiple_of(self, divisor: Self) -> bool {
        match (self, divisor) {
            (Self::Integer(value), Self::Integer(divisor)) => divisor == 0 || value % divisor == 0,
            _ => {
                let quotient = self.as_f64() / divisor.as_f64();
                let distance = (quotient - quotient.round()).abs();
                distance <= quotient.abs() * f64::EPSILON * 4.0
            }
        }
    }
}

/// The same as JSON data; a whole number beyond 64 bits as far as a float holds it.
impl From<Number> for Value {
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(integer) => match serde_json::Number::from_i128(integer) {
                Some(number) => Value::Number(number),
                None => Value::from(integer as f64),
            },
            Number::Float(float) => Value::from(float),
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => float.fmt(f),
        }
    }
}

impl Context<'_> {
    /// Checks the text of a string, or of a value that is written as one.
    #[inline]
    pub fn check_text(&self, text: &str) {
        if !self.is_strict() {
            return;
        }
        for rule in self.rules() {
            match rule {
                Rule::MinLength(least) if text.len() < *least || text.chars().count() < *least => {
                    self.violation("min_length", format!("must have at least {}", count(*least, "character")));
                }
                Rule::MaxLength(most) if text.len() > *most && text.chars().count() > *most => {
                    self.violation("max_length", format!("must have at most {}", count(*most, "character")));
                }
                Rule::Pattern(pattern) if !pattern.is_match(text) => {
                    self.violation("pattern", format!("must match {}", pattern.source()));
                }
                Rule::OneOf(values) if !values.contains(&text) => self.violation("enum", allowed(values)),
                _ => {}
            }
        }
        self.check_whole(|| Value::from(text));
    }

    /// Checks a number.
    #[inline]
    pub fn check_number(&self, number: Number) {
        if !self.is_strict() {
            return;
        }
        for rule in self.rules() {
            match rule {
                Rule::Minimum(bound) if number.is_less_than(*bound) => {
                    self.violation("minimum", format!("must be at least {bound}"));
                }
                Rule::ExclusiveMinimum(bound) if !bound.is_less_than(number) => {
                    self.violation("exclusive_minimum", format!("must be greater than {bound}"));
                }
                Rule::Maximum(bound) if bound.is_less_than(number) => {
                    self.violation("maximum", format!("must be at most {bound}"));
                }
                Rule::ExclusiveMaximum(bound) if !number.is_less_than(*bound) => {
                    self.violation("exclusive_maximum", format!("must be less than {bound}"));
                }
                Rule::MultipleOf(divisor) if !number.is_multiple_of(*divisor) => {
                    self.violation("multiple_of", format!("must be a multiple of {divisor}"));
                }
                _ => {}
            }
        }
        self.check_whole(|| number.into());
    }

    /// Checks a boolean.
    pub fn check_boolean(&self, boolean: bool) {
        if !self.is_strict() {
            return;
        }
        for rule in self.rules() {
            match rule {
                Rule::Only(only) if boolean != *only => self.violation("enum", format!("must be {only}")),
                _ => {}
            }
        }
        self.check_whole(|| Value::from(boolean));
    }

    /// Checks the items of an array of `number`; those that cannot be decoded are not among `items`.
    #[inline]
    pub fn check_items<T: Serialize>(&self, items: &[T], number: usize) {
        if !self.is_strict() {
            return;
        }
        for rule in self.rules() {
            match rule {
                Rule::MinItems(least) if number < *least => {
                    self.violation("min_items", format!("must have at least {}", count(*least, "item")));
                }
                Rule::MaxItems(most) if number > *most => {
                    self.violation("max_items", format!("must have at most {}", count(*most, "item")));
                }
                Rule::UniqueItems if !are_unique(items) => {
                    self.violation("unique_items", "must not have two equal items");
                }
                Rule::Contains(least, most, check, rules) => self.check_contains(items, *least, *most, *check, rules),
                _ => {}
            }
        }
        self.check_whole(|| serde_json::to_value(items).unwrap_or_default());
    }

    #[cold]
    fn check_contains<T: Serialize>(
        &self,
        items: &[T],
        least: usize,
        most: usize,
        check: Check,
        rules: &'static [Rule],
    ) {
        let fits = |(index, item): &(usize, &T)| {
            serde_json::to_value(item).is_ok_and(|item| self.item(*index).fits(&item, check, rules))
        };
        let number = items.iter().enumerate().filter(fits).count();
        if number < least {
            let code = if least == 1 { "contains" } else { "min_contains" };
            self.violation(code, format!("must have at least {} of those asked for", count(least, "item")));
        }
        if number > most {
            let message = format!("must have at most {} of those counted", count(most, "item"));
            self.violation("max_contains", message);
        }
    }

    /// Checks the number of properties of an object or a map.
    #[inline]
    pub fn check_properties(&self, properties: usize) {
        if !self.is_strict() {
            return;
        }
        for rule in self.rules() {
            match rule {
                Rule::MinProperties(least) if properties < *least => {
                    self.violation("min_properties", format!("must have at least {}", properties_count(*least)));
                }
                Rule::MaxProperties(most) if properties > *most => {
                    self.violation("max_properties", format!("must have at most {}", properties_count(*most)));
                }
                _ => {}
            }
        }
    }
}

fn count(number: usize, noun: &str) -> Cow<'static, str> {
    let plural = if number == 1 { "" } else { "s" };
    Cow::Owned(format!("{number} {noun}{plural}"))
}

/// ``must be one of `a`, `b` ``
pub(crate) fn allowed(values: &[&str]) -> String {
    const MOST: usize = 20;
    if let [only] = values {
        return format!("must be `{only}`");
    }
    let mut list = values.iter().take(MOST).map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    if values.len() > MOST {
        list.push_str(&format!(" and {} more", values.len() - MOST));
    }
    format!("must be one of {list}")
}

fn properties_count(number: usize) -> Cow<'static, str> {
    if number == 1 { Cow::Borrowed("1 property") } else { Cow::Owned(format!("{number} properties")) }
}

/// Whether no two items are equal as JSON data.
fn are_unique<T: Serialize>(items: &[T]) -> bool {
    let text = |item: &T| canonical_text(serde_json::to_value(item).unwrap_or_default());
    let mut texts: Vec<String> = items.iter().map(text).collect();
    texts.sort_unstable();
    texts.windows(2).all(|pair| pair[0] != pair[1])
}

/// A text that equal values have in common: numbers by value, properties sorted.
fn canonical_text(value: Value) -> String {
    let inner = |values: Vec<String>| values.join(",");
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", inner(items.into_iter().map(canonical_text).collect())),
        Value::Object(properties) => {
            let property = |(name, value)| format!("{}:{}", Value::String(name), canonical_text(value));
            let mut properties: Vec<String> = properties.into_iter().map(property).collect();
            properties.sort_unstable();
            format!("{{{}}}", inner(properties))
        }
        value => value.to_string(),
    }
}
