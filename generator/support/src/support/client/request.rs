//! A request, put together argument by argument.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Serialize;

use crate::support::body::Body;
use crate::support::client::call::{Call, Prepared};
use crate::support::client::{Client, Error, Reply};
use crate::support::codec::{self, Context, Decode, Mode, Refusal, Report, Rule};
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
    query: Vec<Piece>,
    cookies: Vec<Piece>,
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
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        self.parameter(Location::Path, name, value)
    }

    /// Adds the query parameter `name`; nothing for `None`.
    pub fn query<T>(self, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        self.parameter(Location::Query, name, value)
    }

    /// Adds the header parameter `name`; nothing for `None`.
    pub fn header<T>(self, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        self.parameter(Location::Header, name, value)
    }

    /// Adds the cookie parameter `name`; nothing for `None`.
    pub fn cookie<T>(self, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        self.parameter(Location::Cookie, name, value)
    }

    fn parameter<T>(mut self, location: Location, name: &'static str, value: &T) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        let Some(parameter) = self.operation.parameter(location, name) else { return self };
        match encode(parameter, value) {
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

    fn place(&mut self, parameter: &'static Parameter, pieces: Vec<Piece>) {
        match parameter.location {
            Location::Path => self.path.extend(pieces.into_iter().map(|piece| (parameter.name, piece.value))),
            Location::Header => {
                for piece in pieces {
                    match (HeaderName::try_from(parameter.name), HeaderValue::try_from(piece.value)) {
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

    /// Adds a JSON body of the media type `content_type`.
    pub fn json<T>(mut self, content_type: &'static str, body: &T, rules: &'static [Rule]) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        match codec::to_json(body) {
            Ok(text) => {
                if self.client.settings.checks_requests {
                    self.violations.extend(check_json::<T::Owned>(&text, rules));
                }
                self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
                self.body = text.into();
            }
            Err(error) => {
                self.violations.push(Violation {
                    location: Location::Body,
                    path: Vec::new(),
                    code: "unsendable",
                    message: Cow::Owned(error.to_string()),
                });
            }
        }
        self
    }

    /// [`json`](Self::json), if there is a body.
    pub fn optional_json<T>(self, content_type: &'static str, body: Option<&T>, rules: &'static [Rule]) -> Self
    where
        T: Serialize + ToOwned<Owned: Decode> + ?Sized,
    {
        match body {
            Some(body) => self.json(content_type, body, rules),
            None => self,
        }
    }

    /// Adds a body of the media type `content_type` as it stands, if there is one.
    pub fn bytes(mut self, content_type: &'static str, body: Option<Bytes>) -> Self {
        if let Some(body) = body {
            self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            self.body = body.into();
        }
        self
    }

    /// Ends the request; `decode` turns its answer into the operation's types.
    pub fn call<T, E>(self, decode: fn(Reply) -> Result<T, Error<E>>) -> Call<T, E> {
        if !self.violations.is_empty() {
            return Call::ready(Err(Error::Invalid(Invalid { violations: self.violations })));
        }
        let target = self.target();
        let mut headers = self.headers;
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|piece| format!("{}={}", piece.name, piece.value)).collect();
            if let Ok(value) = HeaderValue::try_from(cookies.join("; ")) {
                headers.insert(header::COOKIE, value);
            }
        }
        if !self.operation.produces.is_empty()
            && let Ok(accept) = HeaderValue::try_from(self.operation.produces.join(", "))
        {
            headers.entry(header::ACCEPT).or_insert(accept);
        }
        let prepared = Prepared { client: self.client, operation: self.operation, target, headers, body: self.body };
        Call::new(prepared, decode)
    }

    /// Base URL, path and query.
    fn target(&self) -> String {
        let mut target = self.client.settings.base_url.clone();
        let mut rest = self.operation.route();
        while let Some((before, after)) = rest.split_once('{')
            && let Some((name, after)) = after.split_once('}')
        {
            target.push_str(before);
            if let Some((_, value)) = self.path.iter().find(|(known, _)| *known == name) {
                target.push_str(value);
            }
            rest = after;
        }
        target.push_str(rest);
        let fixed = self.operation.fixed_query().map(str::to_owned);
        let pieces = self.query.iter().map(|piece| format!("{}={}", piece.name, piece.value));
        for (index, pair) in fixed.into_iter().chain(pieces).enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(&pair);
        }
        target
    }
}

fn encode<T: Serialize + ?Sized>(parameter: &Parameter, value: &T) -> Result<Vec<Piece>, Cow<'static, str>> {
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

fn unsendable(location: Location, name: &str, message: impl Into<Cow<'static, str>>) -> Violation {
    Violation { location, path: vec![Segment::Key(name.to_owned())], code: "unsendable", message: message.into() }
}

/// What a server would say of the parameter.
fn check<T: Decode>(parameter: &'static Parameter, pieces: &[Piece]) -> Vec<Violation> {
    let report = Report::of_parameters(parameter.location, Mode::Exhaustive);
    let root = Context::root(&report, &[]);
    let cx = root.property(parameter.name, parameter.rules);
    match parameter::decode(parameter, pieces) {
        Ok(Some(value)) => drop(T::decode(value, &cx)),
        Ok(None) => {}
        Err(reason) => cx.violation("format", reason),
    }
    report.into_violations()
}

/// What a server would say of the body.
fn check_json<T: Decode>(text: &Bytes, rules: &'static [Rule]) -> Vec<Violation> {
    match codec::from_json_request::<T>(text, rules) {
        Err(Refusal::Invalid(invalid)) => invalid.violations,
        _ => Vec::new(),
    }
}
