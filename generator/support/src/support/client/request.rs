//! A request, put together argument by argument.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Serialize;

use crate::support::body::{Body, Content};
use crate::support::client::call::{Call, Prepared, State};
use crate::support::client::{Client, Error, Reply};
use crate::support::codec::{self, Context, Decode, Mode, Refusal, Report, Rule};
use crate::support::media;
use crate::support::operation::{Operation, Parameter, Style};
use crate::support::parameter::{self, Piece, Value};
use crate::support::violation::{Invalid, Location, Segment, Violation};

/// A request in the making. What is wrong with its arguments is kept until it is sent.
#[derive(Debug)]
pub struct RequestBuilder {
    client: Client,
    operation: &'static Operation,
    /// Path parameters by name, escaped.
    path: Vec<(&'static str, String)>,
    query: Vec<Piece<'static>>,
    cookies: Vec<Piece<'static>>,
    headers: HeaderMap,
    body: Body,
    violations: Vec<Violation>,
}

impl RequestBuilder {
    /// Begins a request.
    pub fn new(client: Client, operation: &'static Operation) -> Self {
        Self {
            client,
            operation,
            path: Vec::new(),
            query: Vec::new(),
            cookies: Vec::new(),
            headers: HeaderMap::new(),
            body: Body::empty(),
            violations: Vec::new(),
        }
    }

    /// Adds the path parameter `name`.
    pub fn path<T>(self, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode + Serialize> + ?Sized,
    {
        self.parameter(Location::Path, name, value)
    }

    /// Adds the query parameter `name`; nothing for `None`.
    pub fn query<T>(self, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode + Serialize> + ?Sized,
    {
        self.parameter(Location::Query, name, value)
    }

    /// Adds the header parameter `name`; nothing for `None`.
    pub fn header<T>(self, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode + Serialize> + ?Sized,
    {
        self.parameter(Location::Header, name, value)
    }

    /// Adds the cookie parameter `name`; nothing for `None`.
    pub fn cookie<T>(self, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode + Serialize> + ?Sized,
    {
        self.parameter(Location::Cookie, name, value)
    }

    fn parameter<T>(mut self, location: Location, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode + Serialize> + ?Sized,
    {
        let Some(parameter) = self.operation.parameter(location, name) else { return self };
        let pieces = encode(parameter, value).and_then(|pieces| {
            is_told_apart(self.operation, parameter, &pieces)?;
            if parameter.is_ambiguous && !parameter::reads_as::<T::Owned>(parameter, &pieces, value) {
                return Err(Cow::Borrowed("reads as another member of its union"));
            }
            Ok(pieces)
        });
        match pieces {
            Ok(pieces) => {
                if self.client.settings.checks_requests && !pieces.is_empty() {
                    self.violations.extend(check::<T::Owned>(parameter, &pieces));
                }
                self.place(parameter, pieces);
            }
            Err(reason) => self.violations.push(unsendable(location, name, reason)),
        }
        self
    }

    fn place(&mut self, parameter: &'static Parameter, pieces: Vec<Piece<'static>>) {
        match parameter.location {
            Location::Path => {
                self.path.extend(pieces.into_iter().map(|piece| (parameter.name, piece.value.into_owned())))
            }
            Location::Header => {
                for piece in pieces {
                    match (HeaderName::try_from(parameter.name), HeaderValue::try_from(piece.value.into_owned())) {
                        (Ok(name), Ok(value)) => {
                            self.headers.append(name, value);
                        }
                        _ => self.violations.push(unsendable(
                            Location::Header,
                            parameter.name,
                            Cow::Borrowed("cannot be sent in a header"),
                        )),
                    }
                }
            }
            Location::Cookie => self.cookies.extend(pieces),
            Location::Query | Location::Body => self.query.extend(pieces),
        }
    }

    /// Adds a JSON body.
    pub fn json<T>(mut self, body: &T, media_type: &'static str, rules: &'static [Rule]) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        match codec::to_json(body) {
            Ok(text) => {
                if self.checks() {
                    self.violations.extend(check_json::<T::Owned>(&text, rules));
                }
                self.body(text.into(), media_type)
            }
            Err(error) => self.unsendable_body(error.to_string()),
        }
    }

    /// [`json`](Self::json), if there is a body.
    pub fn optional_json<T>(self, body: Option<&T>, media_type: &'static str, rules: &'static [Rule]) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        match body {
            Some(body) => self.json(body, media_type, rules),
            None => self,
        }
    }

    /// Adds a body that is a scalar's text.
    pub fn text<T>(mut self, body: &T, media_type: &'static str, rules: &'static [Rule]) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        let text = match Value::of(body) {
            Ok(Value::Text(text)) => text,
            Ok(_) => return self.unsendable_body("is no scalar".to_owned()),
            Err(error) => return self.unsendable_body(error.to_string()),
        };
        if self.checks() {
            let report = Report::of_parameters(Location::Body, Mode::Exhaustive);
            drop(T::Owned::decode(Value::Text(text.clone()), &Context::root(&report, rules)));
            self.violations.extend(report.into_violations());
        }
        self.body(text.into(), media_type)
    }

    /// Adds a body as it stands.
    pub fn body(self, body: Body, media_type: &'static str) -> Self {
        self.content_of(media_type, body)
    }

    /// Adds a body of a media type within `range`.
    pub fn content(self, content: Content, range: &'static str) -> Self {
        if !media::is_within(&content.media_type, range) {
            return self.unsendable_body(format!("must be of a media type within {range}"));
        }
        self.content_of(&content.media_type, content.body)
    }

    /// Adds a body of any media type.
    pub fn content_of(mut self, media_type: &str, body: Body) -> Self {
        match HeaderValue::try_from(media_type) {
            Ok(media_type) => {
                self.headers.insert(header::CONTENT_TYPE, media_type);
                self.body = body;
                self
            }
            Err(_) => self.unsendable_body("has a media type that a header cannot carry".to_owned()),
        }
    }

    fn unsendable_body(self, message: String) -> Self {
        let message = Cow::Owned(message);
        self.refuse(Violation { location: Location::Body, path: Vec::new(), code: "unsendable", message })
    }

    /// Keeps what is wrong with an argument: the request is not sent.
    #[must_use]
    pub fn refuse(mut self, violation: Violation) -> Self {
        self.violations.push(violation);
        self
    }

    /// Whether arguments are held to the description before they are sent.
    pub fn checks(&self) -> bool {
        self.client.settings.checks_requests
    }

    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Ends the request; `decode` turns its answer into the operation's types.
    pub fn call<T, E>(self, decode: fn(Reply) -> Result<T, Error<E>>) -> Call<T, E> {
        self.call_of(decode, ())
    }

    /// The same for an answer of which `pages` says whether it is one page of several.
    pub(crate) fn call_of<T, E, P>(self, decode: fn(Reply) -> Result<T, Error<E>>, pages: P) -> Call<T, E, P> {
        match self.prepared() {
            Ok(prepared) => Call::new(prepared, decode, pages),
            Err(invalid) => Call(State::Ready(Box::new(Err(Error::Invalid(invalid)))), pages),
        }
    }

    /// The request, or what is wrong with its arguments.
    fn prepared(mut self) -> Result<Prepared, Invalid> {
        let target = self.target();
        if !self.violations.is_empty() {
            return Err(Invalid { violations: self.violations });
        }
        let mut headers = self.headers;
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|piece| format!("{}={}", piece.name, piece.value)).collect();
            if let Ok(value) = HeaderValue::try_from(cookies.join("; ")) {
                headers.insert(header::COOKIE, value);
            }
        }
        if !self.operation.produces.is_empty()
            && let Ok(accept) = HeaderValue::try_from(accepted(self.operation))
        {
            headers.entry(header::ACCEPT).or_insert(accept);
        }
        let base_url = self.client.base_url(self.operation).into_owned();
        let (operation, body, limits) = (self.operation, self.body, self.client.settings.limits);
        let client = self.client;
        Ok(Prepared { client, operation, base_url, target, headers, body, limits, reconnects: false })
    }

    /// Path and query.
    fn target(&mut self) -> String {
        let mut target = String::with_capacity(self.operation.path.len());
        match parameter::fill(self.operation, &self.path) {
            Ok(path) => target.push_str(&path),
            Err(refused) => {
                // What could not be written at all is known already.
                let is_written = |name: &str| self.path.iter().any(|(written, _)| *written == name);
                let refused = refused.into_iter().filter(|(name, _)| is_written(name));
                self.violations.extend(refused.map(|(name, reason)| unsendable(Location::Path, name, reason)));
            }
        }
        let fixed = self.operation.fixed_query().map(str::to_owned);
        let pieces = self.query.iter().map(|piece| format!("{}={}", piece.name, piece.value));
        let query = fixed.into_iter().chain(pieces).collect::<Vec<_>>().join("&");
        self.refuse_other_path(&target, &query);
        if !query.is_empty() {
            // The URL of a webhook may have a query of its own.
            target.push(if self.client.settings.base_url.contains('?') { '&' } else { '?' });
            target.push_str(&query);
        }
        target
    }

    /// Refuses a path or a query that is another operation's.
    fn refuse_other_path(&mut self, path: &str, query: &str) {
        let Some(rival) = parameter::rival(self.operation, path, Some(query)) else { return };
        let message = format!("makes the path that of `{}`: {} {}", rival.id, rival.method, rival.path);
        let (location, name) = parameter::blamed(self.operation, rival).unwrap_or((Location::Path, ""));
        self.violations.push(unsendable(location, name, message));
    }
}

/// What the operation gives; where that is a choice, the first most.
fn accepted(operation: &Operation) -> String {
    if !operation.bodies.is_some_and(|bodies| bodies.is_weighed) {
        return operation.produces.join(", ");
    }
    let weighed = operation.produces.iter().enumerate().map(|(index, media_type)| match index {
        0 => (*media_type).to_owned(),
        _ => format!("{media_type};q=0.{}", 10 - index.min(9)),
    });
    weighed.collect::<Vec<_>>().join(", ")
}

fn encode<T: Serialize + ?Sized>(parameter: &Parameter, value: &T) -> Result<Vec<Piece<'static>>, Cow<'static, str>> {
    if parameter.style == Style::Json {
        return match serde_json::to_string(value) {
            Ok(text) if text == "null" => Ok(Vec::new()),
            Ok(text) => parameter::encode_json(parameter, &text).map_err(Cow::Borrowed),
            Err(error) => Err(Cow::Owned(error.to_string())),
        };
    }
    let value = Value::of(value).map_err(|error| Cow::Owned(error.to_string()))?;
    parameter::encode(parameter, &value).map_err(Cow::Borrowed)
}

/// Refuses an object that is spread among other parameters, if one of its keys is theirs.
fn is_told_apart(operation: &Operation, parameter: &Parameter, pieces: &[Piece<'_>]) -> Result<(), Cow<'static, str>> {
    let is_own = |piece: &Piece<'_>| {
        parameter::unescape_pair(&piece.name).is_ok_and(|name| operation.is_part_of(parameter, &name))
    };
    if parameter.is_spread() && !pieces.iter().all(is_own) {
        return Err(Cow::Borrowed("has a key that is another parameter's name"));
    }
    Ok(())
}

fn unsendable(location: Location, name: &str, message: impl Into<Cow<'static, str>>) -> Violation {
    Violation { location, path: vec![Segment::Key(name.to_owned())], code: "unsendable", message: message.into() }
}

/// What a server would say of the parameter.
fn check<T: Decode>(parameter: &'static Parameter, pieces: &[Piece<'_>]) -> Vec<Violation> {
    parameter::read::<T>(parameter, pieces, Mode::Exhaustive).1
}

/// What a server would say of the body.
fn check_json<T: Decode>(text: &Bytes, rules: &'static [Rule]) -> Vec<Violation> {
    match codec::from_json_request::<T>(text, rules) {
        Err(Refusal::Invalid(invalid)) => invalid.violations,
        _ => Vec::new(),
    }
}
