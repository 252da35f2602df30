//! Rules that hold a value against another schema than that of its type: `not`, `contains`, `patternProperties`.

use serde_json::Value;

use crate::support::codec::Decode;
use crate::support::codec::context::{Context, Mode};
use crate::support::codec::rule::{Number, Rule, allowed};

/// Reads a value as some type, and leaves what is wrong with it in the context's report.
pub type Check = fn(&Value, &Context<'_>);

/// The [`Check`] of a type.
#[allow(dead_code, reason = "not every API has such a rule")]
pub fn check<T: Decode>(value: &Value, cx: &Context<'_>) {
    // The error says no more than the report.
    let _ = T::decode(value, cx);
}

impl Rule {
    /// Whether the rule is about a value as a whole.
    pub(super) fn is_about_values(&self) -> bool {
        matches!(
            self,
            Self::Never
                | Self::Null
                | Self::Listed(_)
                | Self::Fits(..)
                | Self::Not(..)
                | Self::Matching(..)
                | Self::Unmatched(..)
        )
    }
}

impl Context<'_> {
    /// Checks a value of any JSON type.
    pub fn check_value(&self, value: &Value) {
        if !self.is_strict() || self.rules().is_empty() {
            return;
        }
        match value {
            Value::String(text) => {
                self.check_text(text);
                self.check_number_in(text);
            }
            Value::Number(number) => self.check_number(match number.as_i128() {
                Some(integer) => Number::Integer(integer),
                None => Number::Float(number.as_f64().unwrap_or_default()),
            }),
            Value::Bool(boolean) => self.check_boolean(*boolean),
            Value::Null => self.check_whole(|| Value::Null),
            Value::Array(items) => self.check_items(items, items.len()),
            Value::Object(properties) => {
                self.check_whole(|| value.clone());
                self.check_names(properties.keys().map(String::as_str));
                self.check_properties(properties.len());
            }
        }
    }

    /// In a parameter every scalar is text: one that is a number must meet the rules about numbers.
    fn check_number_in(&self, text: &str) {
        let is_about_number = |rule: &Rule| {
            matches!(
                rule,
                Rule::Minimum(_)
                    | Rule::ExclusiveMinimum(_)
                    | Rule::Maximum(_)
                    | Rule::ExclusiveMaximum(_)
                    | Rule::MultipleOf(_)
            )
        };
        if self.is_text() && self.rules().iter().any(is_about_number) {
            match (text.parse::<i128>(), text.parse::<f64>()) {
                (Ok(integer), _) => self.check_number(Number::Integer(integer)),
                (_, Ok(float)) if float.is_finite() => self.check_number(Number::Float(float)),
                _ => {}
            }
        }
    }

    /// Checks the rules about a value as a whole; `value` gives it, if there are any.
    pub(super) fn check_whole(&self, value: impl FnOnce() -> Value) {
        if self.rules().iter().any(Rule::is_about_values) {
            self.check_schemas(&value());
        }
    }

    #[cold]
    fn check_schemas(&self, value: &Value) {
        for rule in self.rules() {
            match rule {
                Rule::Never => self.violation("not", "must not be given"),
                Rule::Null if !value.is_null() => self.violation("type", "must be null"),
                Rule::Listed(known) if !known.iter().any(|known| is_listed(known, value)) => {
                    self.violation("enum", allowed(known));
                }
                Rule::Fits(check, rules) => check(value, &self.with_rules(rules)),
                Rule::Not(check, rules) if self.fits(value, *check, rules) => {
                    self.violation("not", "must not match the schema that is excluded");
                }
                Rule::Matching(pattern, check, rules) if self.own_key().is_some_and(|key| pattern.is_match(key)) => {
                    check(value, &self.with_rules(rules));
                }
                Rule::Unmatched(patterns, check, rules)
                    if !self.own_key().is_some_and(|key| patterns.iter().any(|pattern| pattern.is_match(key))) =>
                {
                    check(value, &self.with_rules(rules));
                }
                _ => {}
            }
        }
    }

    /// Whether the value here fits a schema; nothing is noted.
    pub(super) fn fits(&self, value: &Value, check: Check, rules: &'static [Rule]) -> bool {
        let Some(before) = self.attempt(Mode::Strict) else { return false };
        check(value, &self.with_rules(rules));
        self.conclude(before).is_clean
    }

    /// Whether a map whose values meet `rules` keeps the property `key`.
    pub(super) fn admits(&self, rules: &[Rule], key: &str) -> bool {
        rules.iter().all(|rule| match rule {
            Rule::Known(patterns) => patterns.iter().any(|pattern| pattern.is_match(key)),
            Rule::Closed(patterns) => {
                let is_known = patterns.iter().any(|pattern| pattern.is_match(key));
                if !is_known && self.is_strict() {
                    self.property(key, &[]).violation("unknown_field", "is not a property of this object");
                }
                is_known
            }
            _ => true,
        })
    }
}

/// Whether a text is the JSON of the value.
fn is_listed(known: &str, value: &Value) -> bool {
    serde_json::from_str(known).is_ok_and(|known| is_same(&known, value))
}

/// Equal as JSON data: numbers by value (JSON Schema 2020-12, Core, 4.2.2).
pub(super) fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || (left.is_f64() || right.is_f64()) && left.as_f64() == right.as_f64()
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let has_same =
                |(name, value): (&String, &Value)| right.get(name).is_some_and(|other| is_same(value, other));
            left.len() == right.len() && left.iter().all(has_same)
        }
        _ => left == right,
    }
}
