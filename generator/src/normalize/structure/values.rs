//! Values that are no objects and no lists.

use super::Check;
use crate::suggest::did_you_mean;
use crate::tree::{Node, Number, Pointer};

impl Check<'_> {
    pub(super) fn string(&mut self, node: &mut Node, at: &Pointer) {
        let text = match node {
            Node::String(_) => return,
            Node::Bool(value) => value.to_string(),
            Node::Number(Number::Float(value)) => format!("{value:?}"),
            Node::Number(number) => number.to_string(),
            _ => return self.wrong(node, "a string", at),
        };
        let message = format!("expected a string, found {}", node.describe());
        self.warning("unquoted-string", at.as_str(), message).help(format!("read as \"{text}\": put it in quotes"));
        *node = Node::String(text);
    }

    pub(super) fn boolean(&mut self, node: &mut Node, at: &Pointer) {
        match node {
            Node::Bool(_) => {}
            Node::String(text) if text == "true" || text == "false" => {
                let value = text == "true";
                self.warning("quoted-value", at.as_str(), "expected a boolean, found a string")
                    .help(format!("read as {value}: remove the quotes"));
                *node = Node::Bool(value);
            }
            _ => self.wrong(node, "a boolean", at),
        }
    }

    pub(super) fn number(&mut self, node: &mut Node, at: &Pointer) {
        match node {
            Node::Number(number) if number.as_f64().is_finite() => {}
            Node::String(text) => match number_in(text) {
                Some(number) if number.as_f64().is_finite() => {
                    self.warning("quoted-value", at.as_str(), "expected a number, found a string")
                        .help(format!("read as {text}: remove the quotes"));
                    *node = Node::Number(number);
                }
                // The parsers give what no `f64` holds as text.
                Some(_) => {
                    let message = format!("`{text}` is beyond all numbers that are read");
                    self.error("wrong-type", at.as_str(), message).help(format!("the largest is {:e}", f64::MAX));
                }
                None => self.wrong(node, "a number", at),
            },
            _ => self.wrong(node, "a finite number", at),
        }
    }

    /// A number above 0 (JSON Schema 2020-12, Validation, 6.2.1).
    pub(super) fn positive(&mut self, node: &mut Node, at: &Pointer) {
        self.number(node, at);
        if let Node::Number(number) = node
            && number.as_f64() <= 0.0
        {
            let message = format!("expected a number above 0, found {number}");
            self.error("invalid-value", at.as_str(), message);
        }
    }

    /// `maxLength: 10.0` is 10 (JSON Schema 2020-12, 4.2.3).
    pub(super) fn natural(&mut self, node: &mut Node, at: &Pointer) {
        if let Node::String(text) = node
            && text.parse::<i128>().is_ok()
        {
            self.number(node, at);
        }
        let whole = match *node {
            Node::Number(Number::Int(value)) => Some(value),
            Node::Number(Number::Float(value)) if value.fract() == 0.0 => Some(value as i128),
            _ => None,
        };
        match whole {
            Some(value) if value >= 0 => {
                let value = value.min(i128::from(i64::MAX)); // No value is longer than that.
                *node = Node::Number(Number::Int(value));
            }
            _ => self.wrong(node, "a whole number from 0", at),
        }
    }

    /// A boolean in 3.0, a number in 3.1.
    pub(super) fn limit(&mut self, node: &mut Node, at: &Pointer) {
        match node {
            Node::Bool(_) => {
                let help = "read all the same: write the limit itself, without `minimum` or `maximum` beside it";
                self.older("exclusive limits that are booleans", help, at);
            }
            _ => {
                self.number(node, at);
                self.newer("exclusive limits that are numbers", at);
            }
        }
    }

    /// Which names there are is a question for the schema passes; but YAML reads `type: null` as no name at all.
    pub(super) fn type_names(&mut self, node: &mut Node, at: &mut Pointer) {
        match node {
            Node::String(name) if name == "null" => _ = self.newer("type `null`", at),
            Node::String(_) => {}
            Node::Null => {
                self.warning("unquoted-string", at.as_str(), "expected a type's name, found null")
                    .help("read as the type \"null\": put it in quotes");
                *node = Node::string("null");
            }
            Node::Array(items) if !items.is_empty() => {
                self.newer("lists of types", at);
                for (index, item) in items.iter_mut().enumerate() {
                    at.within(&index.to_string(), |at| match item {
                        Node::Array(_) => self.wrong(item, "a type's name", at),
                        Node::String(_) => {}
                        _ => self.type_names(item, at),
                    });
                }
            }
            _ => self.wrong(node, "a type's name or a list of names", at),
        }
    }

    pub(super) fn word(&mut self, node: &Node, words: &[&'static str], at: &Pointer) {
        let Node::String(text) = node else {
            return self.wrong(node, "a string", at);
        };
        if !words.contains(&text.as_str()) {
            let message = format!("`{text}` is none of {}", words.join(", "));
            let help = did_you_mean(text, words.iter().copied());
            self.error("invalid-value", at.as_str(), message).help = help;
        }
    }
}

/// The number that a text is, maybe an infinite one.
fn number_in(text: &str) -> Option<Number> {
    // `inf` and `nan` are none.
    let starts_with_digit = text.strip_prefix('-').unwrap_or(text).starts_with(|first: char| first.is_ascii_digit());
    let float = || text.parse().ok().filter(|_| starts_with_digit).map(Number::Float);
    text.parse().ok().map(Number::Int).or_else(float)
}
