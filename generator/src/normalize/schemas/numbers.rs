//! Bounds of numbers.

use super::{Context, has_type, set};
use crate::tree::{Node, Number, Object, Pointer};

/// 3.1's `exclusiveMinimum: 5` is 3.0's `minimum: 5` with `exclusiveMinimum: true`. Of two bounds the tighter one stays.
pub(super) fn numeric_exclusive_limits(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    for (exclusive, inclusive, is_lower) in
        [("exclusiveMinimum", "minimum", true), ("exclusiveMaximum", "maximum", false)]
    {
        let Some(Node::Number(limit)) = members.get(exclusive).cloned() else {
            continue;
        };
        let is_tighter = match members.get(inclusive) {
            Some(Node::Number(other)) if is_lower => limit.as_f64() >= other.as_f64(),
            Some(Node::Number(other)) => limit.as_f64() <= other.as_f64(),
            _ => true,
        };
        if is_tighter {
            set(members, inclusive, Node::Number(limit));
            set(members, exclusive, Node::Bool(true));
        } else {
            members.shift_remove(exclusive);
        }
    }
}

/// `minimum: 1.0` is 1; an integer of at least 0.5 is one of at least 1.
pub(super) fn whole_floats(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let is_integer = has_type(members, "integer");
    for (keyword, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"), ("multipleOf", "")] {
        let Some(Node::Number(Number::Float(value))) = members.get(keyword).cloned() else {
            continue;
        };
        let whole = if value.abs() >= 9e18 {
            continue;
        } else if value.fract() == 0.0 {
            value
        } else if is_integer && keyword == "minimum" {
            members.shift_remove(exclusive);
            value.ceil()
        } else if is_integer && keyword == "maximum" {
            members.shift_remove(exclusive);
            value.floor()
        } else {
            continue;
        };
        set(members, keyword, Node::Number(Number::Int(whole as i128)));
    }
}

/// Numbers that `openapiv3` would round are kept exactly as text: `x-minimum`, `x-maximum`, `x-multiple-of`. An integer's
/// bound beyond 64 bits is only there, because `openapiv3` would not take the schema for an integer's otherwise.
pub(super) fn inexact_numbers(members: &mut Object, _at: &Pointer, _context: &mut Context<'_>) {
    let is_integer = has_type(members, "integer");
    for (keyword, exact) in [("minimum", "x-minimum"), ("maximum", "x-maximum"), ("multipleOf", "x-multiple-of")] {
        let Some(Node::Number(number)) = members.get(keyword).cloned() else {
            continue;
        };
        let is_beyond = match number {
            Number::Int(value) => i64::try_from(value).is_err(),
            Number::Float(_) => false,
        };
        if !number.is_exact_f64() || (is_integer && is_beyond) {
            set(members, exact, Node::string(number.to_string()));
        }
        if is_integer && is_beyond {
            members.shift_remove(keyword);
        }
    }
}
