//! What is wrong with a value, and where.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// One way in which a value breaks the description. It never holds the value itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The part of the request.
    pub location: Location,
    /// The way to the value: the parameter's name, then properties and array indices.
    pub path: Vec<Segment>,
    /// The keyword that is broken, in snake case (`min_length`, `pattern`, …), or one of `missing`, `type`, `format`,
    /// `unknown_field`, `duplicate_field`, and of parts `media_type` and `order`.
    pub code: &'static str,
    /// What the description asks for.
    pub message: Cow<'static, str>,
}

/// The part of a request that a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// A path parameter.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The body.
    Body,
}

impl Location {
    /// The name in lower case, as in OpenAPI's `in`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
        }
    }
}

/// One step of the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A property, or a parameter's name.
    Key(String),
    /// An array index, counted from 0.
    Index(usize),
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => index.fmt(f),
        }
    }
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Key(key) => serializer.serialize_str(key),
            Self::Index(index) => serializer.serialize_u64(*index as u64),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.location.as_str())?;
        for segment in &self.path {
            match segment {
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, ": {}", self.message)
    }
}

/// `{ "in": "body", "path": ["name"], "code": "min_length", "message": "…" }`
impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut violation = serializer.serialize_struct("Violation", 4)?;
        violation.serialize_field("in", self.location.as_str())?;
        violation.serialize_field("path", &self.path)?;
        violation.serialize_field("code", self.code)?;
        violation.serialize_field("message", &self.message)?;
        violation.end()
    }
}

/// A value breaks the description: every violation, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong, in the order it was met.
    pub violations: Vec<Violation>,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.violations.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}
