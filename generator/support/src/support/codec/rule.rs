//! Constraints on a value beyond its type: one variant a keyword (JSON Schema 2020-12, Validation, 6).

use std::borrow::Cow;

use serde::Serialize;

use crate::support::codec::context::Context;

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
                _ => {}
            }
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
    let mut texts: Vec<String> = items.iter().map(|item| serde_json::to_string(item).unwrap_or_default()).collect();
    texts.sort_unstable();
    texts.windows(2).all(|pair| pair[0] != pair[1])
}
