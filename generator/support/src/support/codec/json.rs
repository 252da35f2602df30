//! JSON bodies: from bytes to values and back.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;

use crate::support::codec::Decode;
use crate::support::codec::context::{Context, Mode, Report};
use crate::support::codec::finite::Finite;
use crate::support::codec::rule::Rule;
use crate::support::violation::{Invalid, Location, Violation};

/// A request body cannot be used.
#[derive(Debug)]
pub enum Refusal {
    /// It is not well-formed JSON (RFC 8259).
    Malformed {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// It breaks the description.
    Invalid(Invalid),
}

/// Reads a request body strictly: every violation is found. What can be decoded is read once; what
/// cannot is read again, part by part, to list everything wrong with it.
///
/// # Errors
/// The text is not JSON, or the value breaks the description.
pub fn from_json_request<T: Decode>(text: &[u8], rules: &'static [Rule]) -> Result<T, Refusal> {
    let report = Report::new(Mode::Strict);
    if let Ok(value) = read(text, &Context::root(&report, rules)) {
        return report.conclude(value).map_err(Refusal::Invalid);
    }
    let value: serde_json::Value = serde_json::from_slice(text)
        .map_err(|error| Refusal::Malformed { line: error.line(), column: error.column() })?;
    let report = Report::new(Mode::Exhaustive);
    let cx = Context::root(&report, rules);
    let is_read = T::decode(value, &cx).is_ok();
    let mut violations = report.into_violations();
    if is_read && violations.is_empty() {
        let message = "cannot be read".into();
        violations.push(Violation { location: Location::Body, path: Vec::new(), code: "type", message });
    }
    Err(Refusal::Invalid(Invalid { violations }))
}

/// Reads a request body as leniently as a response's.
///
/// # Errors
/// The text is not JSON, or not of a shape that the type can take.
pub fn from_json_leniently<T: Decode>(text: &[u8]) -> Result<T, Refusal> {
    from_json(text).map_err(|error| match error.violation {
        Some(violation) => Refusal::Invalid(Invalid { violations: vec![violation] }),
        None => Refusal::Malformed { line: error.line, column: error.column },
    })
}

/// Reads a response body leniently.
///
/// # Errors
/// The text is not JSON, or not of a shape that the type can take.
pub fn from_json<T: Decode>(text: &[u8]) -> Result<T, DecodeError> {
    let report = Report::new(Mode::Lenient);
    read(text, &Context::root(&report, &[])).map_err(|error| {
        let violation = report.into_violations().pop();
        // What serde_json says of data may echo it; of syntax it names only the place.
        DecodeError { violation, line: error.line(), column: error.column() }
    })
}

fn read<T: Decode>(text: &[u8], cx: &Context<'_>) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = T::decode(&mut deserializer, cx)?;
    deserializer.end()?;
    Ok(value)
}

/// Writes a body.
///
/// # Errors
/// A number is not finite, or a map key is not a string; no generated type has such a map.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Bytes> {
    let mut text = Vec::with_capacity(128);
    value.serialize(Finite(&mut serde_json::Serializer::new(&mut text)))?;
    Ok(text.into())
}

/// A part of a response cannot be read. It does not hold the part, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    violation: Option<Violation>,
    line: usize,
    column: usize,
}

impl DecodeError {
    /// The body is not UTF-8.
    pub fn not_text() -> Self {
        let message = "must be UTF-8 text".into();
        let violation = Violation { location: Location::Body, path: Vec::new(), code: "format", message };
        Self::of(violation)
    }

    /// What is wrong with an answer, be it its body or a header.
    pub fn of(violation: Violation) -> Self {
        Self { violation: Some(violation), line: 0, column: 0 }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.violation {
            Some(violation) => violation.fmt(f),
            None => write!(f, "not well-formed JSON at line {}, column {}", self.line, self.column),
        }
    }
}

impl std::error::Error for DecodeError {}
