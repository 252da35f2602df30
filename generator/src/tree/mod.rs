//! The ordered tree that a description's text becomes, before anything is known about OpenAPI.
//!
//! In: whatever `load` reads. Out: a [`Node`] that keeps document order and whole numbers of up to 128 bits, which
//! neither `serde_json::Value` (keys sorted, 64 bits) nor `serde_yaml::Value` (an error beyond 64 bits) does.

use indexmap::IndexMap;

mod path;
mod pointer;
mod reader;
mod typed;

pub(crate) use path::{beside, seen_from};
pub(crate) use pointer::{Pointer, escape, places_around, segments, split_place, whole_file};
pub(crate) use reader::{MAX_DEPTH, Reader, Refusal};

/// An object's members, in document order.
pub(crate) type Object = IndexMap<String, Node>;

/// One value of a description.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// A mapping with text keys.
    Object(Object),
}

/// A number, whole wherever it can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// A whole number.
    Int(i128),
    /// Any other.
    Float(f64),
}

impl Number {
    /// The nearest 64-bit float.
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Number::Int(value) => value as f64,
            Number::Float(value) => value,
        }
    }

    /// Whether [`Number::as_f64`] is the number itself.
    pub(crate) fn is_exact_f64(self) -> bool {
        match self {
            Number::Int(value) => value as f64 as i128 == value && value != i128::MAX,
            Number::Float(_) => true,
        }
    }
}

/// Decimal digits, without an exponent.
impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Number::Int(value) => write!(f, "{value}"),
            Number::Float(value) => write!(f, "{value}"),
        }
    }
}

impl Node {
    /// A string node.
    pub(crate) fn string(text: impl Into<String>) -> Self {
        Node::String(text.into())
    }

    /// An object of the given members.
    pub(crate) fn object<const N: usize>(members: [(&str, Node); N]) -> Self {
        let members = members.map(|(key, value)| (key.to_owned(), value));
        Node::Object(members.into_iter().collect())
    }

    /// A Reference Object.
    pub(crate) fn reference(target: impl Into<String>) -> Self {
        Node::object([("$ref", Node::string(target))])
    }

    /// The text, if this is a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Node::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if this is an object.
    pub(crate) fn as_object(&self) -> Option<&Object> {
        match self {
            Node::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The members, if this is an object.
    pub(crate) fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Node::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The items, if this is an array.
    pub(crate) fn as_array(&self) -> Option<&[Node]> {
        match self {
            Node::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The member of that key, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.as_object()?.get(key)
    }

    /// The `$ref`, if this is an object that has one.
    pub(crate) fn as_reference(&self) -> Option<&str> {
        self.get("$ref")?.as_str()
    }

    /// The node's JSON type, with its article, for messages.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "a boolean",
            Node::Number(Number::Int(_)) => "an integer",
            Node::Number(Number::Float(_)) => "a number",
            Node::String(_) => "a string",
            Node::Array(_) => "an array",
            Node::Object(_) => "an object",
        }
    }

    /// The node at a JSON pointer (RFC 6901).
    pub(crate) fn at(&self, pointer: &str) -> Option<&Node> {
        segments(pointer).try_fold(self, |node, segment| match node {
            Node::Object(members) => members.get(segment.as_ref()),
            Node::Array(items) => items.get(pointer::index(&segment)?),
            _ => None,
        })
    }

    /// The node at a JSON pointer (RFC 6901).
    pub(crate) fn at_mut(&mut self, pointer: &str) -> Option<&mut Node> {
        segments(pointer).try_fold(self, |node, segment| match node {
            Node::Object(members) => members.get_mut(segment.as_ref()),
            Node::Array(items) => items.get_mut(pointer::index(&segment)?),
            _ => None,
        })
    }
}
