//! A request while its arguments are read.

use std::any::Any;
use std::pin::Pin;

use bytes::Bytes;
use http::header;
use http::request::Parts;

use crate::support::body::{self, Content};
use crate::support::codec::{self, Context, Decode, Mode, Refusal, Report, Rule};
use crate::support::media;
use crate::support::operation::{DeclaredParts, Operation, Parameter};
use crate::support::parameter::{self, Piece, Value};
use crate::support::server::{Limits, Rejection, RejectionKind};
use crate::support::violation::{Location, Violation};

/// How many violations of one request are listed.
const MAX_VIOLATIONS: usize = 100;

/// What takes a body apart while it comes: it gets the body, its `Content-Type`, the parts that it may have and the limits.
pub type TakeApart = fn(body::Body, Option<&str>, &'static DeclaredParts, Limits) -> TakingApart;

/// The same at work.
pub type TakingApart = Pin<Box<dyn Future<Output = Result<TakenApart, Rejection>> + Send>>;

/// What comes of it, of a type that whoever takes it apart knows.
pub type TakenApart = Box<dyn Any + Send>;

/// A request's body, as far as it is read before arguments are taken from it.
pub(crate) enum Received {
    Read(Bytes),
    Unread(body::Body),
    TakenApart(TakenApart),
}

/// A request, its body read unless it is a stream. Arguments are taken from it one by one; each that cannot be had leaves its
/// violations here, so that all of them are told at once.
#[derive(Debug)]
pub struct Incoming {
    operation: &'static Operation,
    head: Parts,
    body: Bytes,
    unread: Option<body::Body>,
    taken_apart: Option<TakenApart>,
    limits: Limits,
    is_lenient: bool,
    violations: Vec<Violation>,
    malformed: Option<String>,
}

impl Incoming {
    pub(crate) fn new(operation: &'static Operation, head: Parts, received: Received, limits: Limits) -> Self {
        let (body, unread, taken_apart) = match received {
            Received::Read(body) => (body, None, None),
            Received::Unread(body) => (Bytes::new(), Some(body), None),
            Received::TakenApart(parts) => (Bytes::new(), None, Some(parts)),
        };
        let (violations, malformed) = (Vec::new(), None);
        Self { operation, head, body, unread, taken_apart, limits, is_lenient: false, violations, malformed }
    }

    /// The same, read as a response is: what the description does not know is survived, and no constraint is checked.
    pub fn leniently(self) -> Self {
        Self { is_lenient: true, ..self }
    }

    /// Whether it is read so.
    pub fn is_lenient(&self) -> bool {
        self.is_lenient
    }

    /// How strictly it is read.
    pub fn mode(&self) -> Mode {
        if self.is_lenient { Mode::Lenient } else { Mode::Exhaustive }
    }

    /// Nothing, if nothing is wrong with the request so far.
    pub fn checked(&self) -> Option<()> {
        (self.malformed.is_none() && self.violations.is_empty()).then_some(())
    }

    /// What its sender is told of a request that has something wrong with it.
    pub(crate) fn refused(mut self) -> Rejection {
        self.violations.truncate(MAX_VIOLATIONS);
        match self.malformed {
            Some(message) => Rejection::new(RejectionKind::Malformed, message).with_violations(self.violations),
            None => Rejection::invalid(self.violations, self.operation.declares_unprocessable),
        }
    }

    /// A parameter that must be given.
    pub fn required<T: Decode>(&mut self, location: Location, name: &str) -> Option<T> {
        match self.optional(location, name)? {
            Some(value) => Some(value),
            None => {
                let report = Report::of_parameters(location, Mode::Strict);
                Context::root(&report, &[]).property(name, &[]).violation("missing", "is required");
                self.violations.extend(report.into_violations());
                None
            }
        }
    }

    /// A parameter that may be absent.
    pub fn optional<T: Decode>(&mut self, location: Location, name: &str) -> Option<Option<T>> {
        let parameter = self.operation.parameter(location, name)?;
        let (value, violations) = parameter::read(parameter, &self.pieces(parameter), self.mode());
        if self.is_lenient {
            // As in a response: one that cannot be read is absent.
            return Some(value.flatten());
        }
        self.violations.extend(violations);
        value
    }

    /// A JSON body that must be given.
    pub fn required_json<T: Decode>(&mut self, media_type: &'static str, rules: &'static [Rule]) -> Option<T> {
        let body = self.json(media_type, rules)?;
        self.given(body)
    }

    /// A JSON body. `Some(None)`: there is none.
    pub fn json<T: Decode>(&mut self, _media_type: &'static str, rules: &'static [Rule]) -> Option<Option<T>> {
        if self.body.is_empty() {
            return Some(None);
        }
        let read = match self.is_lenient {
            true => codec::from_json_leniently(&self.body),
            false => codec::from_json_request(&self.body, rules),
        };
        match read {
            Ok(value) => Some(Some(value)),
            Err(Refusal::Malformed { line, column }) => {
                self.malformed(format!("the body is not well-formed JSON at line {line}, column {column}"));
                None
            }
            Err(Refusal::Invalid(invalid)) => {
                self.violations.extend(invalid.violations);
                None
            }
        }
    }

    /// A body that is a scalar's text, in UTF-8. `Some(None)`: there is none.
    pub fn text<T: Decode>(&mut self, _media_type: &'static str, rules: &'static [Rule]) -> Option<Option<T>> {
        if !self.has_content() {
            return Some(None);
        }
        let report = Report::of_parameters(Location::Body, self.mode());
        let cx = Context::root(&report, rules);
        let value = match std::str::from_utf8(&self.body) {
            Ok(text) => T::decode(Value::Text(text.to_owned()), &cx).ok(),
            Err(_) => {
                cx.violation("format", "must be UTF-8 text");
                None
            }
        };
        if value.is_none() || !self.is_lenient {
            self.violations.extend(report.into_violations());
        }
        value.map(Some)
    }

    /// A body as it comes. `Some(None)`: there is none.
    pub fn body(&mut self, _media_type: &'static str) -> Option<Option<body::Body>> {
        Some(self.unread())
    }

    /// The same with its media type.
    pub fn content(&mut self, _range: &'static str) -> Option<Option<Content>> {
        let media_type = self.content_type().unwrap_or("application/octet-stream").to_owned();
        Some(self.unread().map(|body| Content { media_type, body }))
    }

    /// What must be given, and is not there if it is `None`.
    pub fn given<T>(&mut self, body: Option<T>) -> Option<T> {
        if body.is_none() {
            let report = Report::new(Mode::Strict);
            Context::root(&report, &[]).violation("missing", "a body is required");
            self.violations.extend(report.into_violations());
        }
        body
    }

    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// What the request may cost.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The declared media type that the body is of; empty if it is of none.
    pub fn media_type(&self) -> &'static str {
        let found = match self.is_lenient {
            true => media::choose_leniently(self.content_type(), self.operation.consumes),
            false => self.content_type().and_then(|found| media::choose(found, self.operation.consumes)),
        };
        found.unwrap_or_default()
    }

    /// `Content-Type`.
    pub fn content_type(&self) -> Option<&str> {
        self.head.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// `Accept`; anything, if it is not there.
    pub fn accepted(&self) -> String {
        media::accepted(&self.head.headers).into_owned()
    }

    /// Whether there is a body: even an empty one is, if it has a media type.
    pub fn has_content(&self) -> bool {
        !self.body.is_empty() || self.head.headers.contains_key(header::CONTENT_TYPE)
    }

    /// The body in memory.
    pub fn read(&self) -> &Bytes {
        &self.body
    }

    /// The body that is not in memory, if there is one.
    pub fn unread(&mut self) -> Option<body::Body> {
        self.unread.take()
    }

    /// What has come of the body, if it is one that is taken apart while it comes.
    pub fn taken_apart(&mut self) -> Option<TakenApart> {
        self.taken_apart.take()
    }

    /// The request cannot be parsed.
    pub fn malformed(&mut self, message: impl Into<String>) {
        self.malformed = Some(message.into());
    }

    /// What is wrong with the request.
    pub fn refuse(&mut self, violations: Vec<Violation>) {
        self.violations.extend(violations);
    }

    /// What stands in the request at the parameter's place, still percent-encoded.
    fn pieces(&self, parameter: &Parameter) -> Vec<Piece<'_>> {
        let mut pieces: Vec<Piece<'_>> = match parameter.location {
            Location::Path => {
                let value = parameter::value_of(self.operation, self.head.uri.path(), parameter.name);
                value.into_iter().map(Piece::unnamed).collect()
            }
            Location::Header => {
                let values: Vec<&str> =
                    self.head.headers.get_all(parameter.name).iter().filter_map(|value| value.to_str().ok()).collect();
                match &*values {
                    [] => Vec::new(),
                    [value] => vec![Piece::unnamed(*value)],
                    values => vec![Piece::unnamed(values.join(","))],
                }
            }
            Location::Cookie => {
                let headers = self.head.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
                headers.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| Piece::of(cookie.trim())).collect()
            }
            Location::Query | Location::Body => {
                self.head.uri.query().unwrap_or_default().split('&').filter_map(Piece::of).collect()
            }
        };
        if parameter.is_spread() {
            let is_own = |name: &str| self.operation.is_part_of(parameter, name);
            pieces.retain(|piece| parameter::unescape_pair(&piece.name).is_ok_and(|name| is_own(&name)));
        }
        pieces
    }
}
