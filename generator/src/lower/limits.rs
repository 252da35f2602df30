//! The validation keywords of one schema (JSON Schema 2020-12, Validation, 6.2 to 6.5), and their
//! union where an `allOf` merges schemas.

use indexmap::IndexMap;
use serde_json::Value;

use crate::model::Decimal;

/// A bound of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub(super) value: Decimal,
    pub(super) is_exclusive: bool,
}

/// What a schema asks of a value beyond its type.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Limits {
    pub(super) minimum: Option<Bound>,
    pub(super) maximum: Option<Bound>,
    pub(super) multiples: Vec<Decimal>,
    pub(super) min_length: Option<u64>,
    pub(super) max_length: Option<u64>,
    pub(super) patterns: Vec<String>,
    pub(super) min_items: Option<u64>,
    pub(super) max_items: Option<u64>,
    pub(super) has_unique_items: bool,
    pub(super) min_properties: Option<u64>,
    pub(super) max_properties: Option<u64>,
}

impl Limits {
    pub(super) fn of_string(string: &openapiv3::StringType) -> Self {
        Self {
            min_length: count(string.min_length),
            max_length: count(string.max_length),
            patterns: string.pattern.iter().cloned().collect(),
            ..Self::default()
        }
    }

    pub(super) fn of_number(number: &openapiv3::NumberType) -> Self {
        Self {
            minimum: bound(number.minimum.map(decimal), number.exclusive_minimum),
            maximum: bound(number.maximum.map(decimal), number.exclusive_maximum),
            multiples: number.multiple_of.map(decimal).into_iter().collect(),
            ..Self::default()
        }
    }

    pub(super) fn of_integer(integer: &openapiv3::IntegerType) -> Self {
        let whole = |value: Option<i64>| value.map(|value| Decimal::Integer(i128::from(value)));
        Self {
            minimum: bound(whole(integer.minimum), integer.exclusive_minimum),
            maximum: bound(whole(integer.maximum), integer.exclusive_maximum),
            multiples: whole(integer.multiple_of).into_iter().collect(),
            ..Self::default()
        }
    }

    pub(super) fn of_object(object: &openapiv3::ObjectType) -> Self {
        Self {
            min_properties: count(object.min_properties),
            max_properties: count(object.max_properties),
            ..Self::default()
        }
    }

    pub(super) fn of_array(array: &openapiv3::ArrayType) -> Self {
        Self {
            min_items: count(array.min_items),
            max_items: count(array.max_items),
            has_unique_items: array.unique_items,
            ..Self::default()
        }
    }

    pub(super) fn of_any(any: &openapiv3::AnySchema) -> Self {
        let is_exclusive = |flag: Option<bool>| flag.unwrap_or(false);
        Self {
            minimum: bound(any.minimum.map(decimal), is_exclusive(any.exclusive_minimum)),
            maximum: bound(any.maximum.map(decimal), is_exclusive(any.exclusive_maximum)),
            multiples: any.multiple_of.map(decimal).into_iter().collect(),
            min_length: count(any.min_length),
            max_length: count(any.max_length),
            patterns: any.pattern.iter().cloned().collect(),
            min_items: count(any.min_items),
            max_items: count(any.max_items),
            has_unique_items: any.unique_items.unwrap_or(false),
            min_properties: count(any.min_properties),
            max_properties: count(any.max_properties),
        }
    }

    /// The exact numbers that normalization carries beside those `openapiv3` rounds.
    pub(super) fn apply_exact(&mut self, extensions: &IndexMap<String, Value>) {
        let exact = |key: &str| extensions.get(key).and_then(exact_decimal);
        if let Some(value) = exact("x-minimum") {
            let is_exclusive = self.minimum.is_some_and(|bound| bound.is_exclusive);
            self.minimum = bound(Some(value), is_exclusive);
        }
        if let Some(value) = exact("x-maximum") {
            let is_exclusive = self.maximum.is_some_and(|bound| bound.is_exclusive);
            self.maximum = bound(Some(value), is_exclusive);
        }
        if let Some(value) = exact("x-exclusive-minimum") {
            self.minimum = bound(Some(value), true);
        }
        if let Some(value) = exact("x-exclusive-maximum") {
            self.maximum = bound(Some(value), true);
        }
        if let Some(value) = exact("x-multiple-of") {
            self.multiples = vec![value];
        }
    }

    /// Both must hold: the narrower bound of each pair stays.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.minimum = tighter(self.minimum, other.minimum, |a, b| a > b);
        self.maximum = tighter(self.maximum, other.maximum, |a, b| a < b);
        for multiple in &other.multiples {
            if !self.multiples.contains(multiple) {
                self.multiples.push(*multiple);
            }
        }
        self.min_length = self.min_length.max(other.min_length);
        self.max_length = smaller(self.max_length, other.max_length);
        self.min_items = self.min_items.max(other.min_items);
        self.max_items = smaller(self.max_items, other.max_items);
        self.min_properties = self.min_properties.max(other.min_properties);
        self.max_properties = smaller(self.max_properties, other.max_properties);
        self.has_unique_items |= other.has_unique_items;
        for pattern in &other.patterns {
            if !self.patterns.contains(pattern) {
                self.patterns.push(pattern.clone());
            }
        }
    }

    /// Takes out the pairs of bounds between which there is no value, and gives their keywords.
    pub(super) fn take_contradictions(&mut self) -> Vec<(&'static str, &'static str)> {
        let mut found = Vec::new();
        if let (Some(low), Some(high)) = (self.minimum, self.maximum) {
            let (least, most) = (approximate(low.value), approximate(high.value));
            let is_empty = (low.is_exclusive || high.is_exclusive) && least.total_cmp(&most).is_eq();
            if least > most || is_empty {
                (self.minimum, self.maximum) = (None, None);
                found.push(("minimum", "maximum"));
            }
        }
        let pairs = [
            (&mut self.min_length, &mut self.max_length, ("minLength", "maxLength")),
            (&mut self.min_items, &mut self.max_items, ("minItems", "maxItems")),
            (&mut self.min_properties, &mut self.max_properties, ("minProperties", "maxProperties")),
        ];
        for (least, most, keywords) in pairs {
            if least.zip(*most).is_some_and(|(least, most)| least > most) {
                (*least, *most) = (None, None);
                found.push(keywords);
            }
        }
        found
    }

    pub(super) fn are_about_strings(&self) -> bool {
        self.min_length.is_some() || self.max_length.is_some() || !self.patterns.is_empty()
    }

    pub(super) fn are_about_numbers(&self) -> bool {
        self.minimum.is_some() || self.maximum.is_some() || !self.multiples.is_empty()
    }

    pub(super) fn are_about_arrays(&self) -> bool {
        self.min_items.is_some() || self.max_items.is_some() || self.has_unique_items
    }

    pub(super) fn are_about_objects(&self) -> bool {
        self.min_properties.is_some() || self.max_properties.is_some()
    }
}

/// A number's value, for comparison.
pub(super) fn approximate(value: Decimal) -> f64 {
    match value {
        #[allow(clippy::cast_precision_loss, reason = "bounds are compared, not kept")]
        Decimal::Integer(value) => value as f64,
        Decimal::Float(value) => value,
    }
}

fn tighter(a: Option<Bound>, b: Option<Bound>, is_tighter: fn(f64, f64) -> bool) -> Option<Bound> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let (x, y) = (approximate(a.value), approximate(b.value));
            let takes_second = is_tighter(y, x) || (x.total_cmp(&y).is_eq() && b.is_exclusive);
            Some(if takes_second { b } else { a })
        }
        (a, b) => a.or(b),
    }
}

fn smaller(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn count(value: Option<usize>) -> Option<u64> {
    value.and_then(|value| u64::try_from(value).ok())
}

fn bound(value: Option<Decimal>, is_exclusive: bool) -> Option<Bound> {
    value.map(|value| Bound { value, is_exclusive })
}

/// A float that is whole becomes an integer.
pub(super) fn decimal(value: f64) -> Decimal {
    if value.fract() == 0.0 && value.abs() < 1e36 {
        #[allow(clippy::cast_possible_truncation, reason = "whole, and within range")]
        Decimal::Integer(value as i128)
    } else {
        Decimal::Float(value)
    }
}

fn exact_decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    if let Ok(value) = text.parse::<i128>() {
        return Some(Decimal::Integer(value));
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimum(value: i128, is_exclusive: bool) -> Limits {
        Limits { minimum: bound(Some(Decimal::Integer(value)), is_exclusive), ..Limits::default() }
    }

    #[test]
    fn the_narrower_bound_stays() {
        let mut limits = minimum(3, false);
        limits.intersect(&minimum(5, false));
        limits.intersect(&minimum(5, true));
        limits.intersect(&minimum(1, true));
        assert_eq!(limits, minimum(5, true));
    }

    #[test]
    fn bounds_without_a_value_between_them_go() {
        let mut limits = Limits { max_items: Some(2), min_items: Some(2), ..minimum(3, false) };
        limits.maximum = minimum(3, false).minimum;
        assert_eq!(limits.take_contradictions(), []);
        limits.minimum = minimum(3, true).minimum;
        limits.max_items = Some(1);
        assert_eq!(limits.take_contradictions(), [("minimum", "maximum"), ("minItems", "maxItems")]);
        assert_eq!(limits, Limits::default());
    }

    #[test]
    fn exact_numbers_win_over_rounded_ones() {
        let mut limits =
            Limits { maximum: bound(Some(decimal(18_446_744_073_709_552_000.0)), true), ..Limits::default() };
        let text = Value::String("18446744073709551615".to_owned());
        limits.apply_exact(&IndexMap::from([("x-maximum".to_owned(), text)]));
        let exact = bound(Some(Decimal::Integer(u64::MAX.into())), true);
        assert_eq!(limits.maximum, exact);
    }
}
