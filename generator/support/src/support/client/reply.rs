//! An answer on its way to the types of its operation.

use std::convert::Infallible;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, Response, StatusCode, header};

use crate::support::body::{Body, Content};
use crate::support::client::{Answer, Connection, Error};
use crate::support::codec::{self, Context, Decode, DecodeError, Mode, Report};
use crate::support::parameter::Value;
#[cfg(feature = "testing")]
use crate::support::testing::Scrutiny;
use crate::support::violation::{Location, Violation};

/// One of several answers, told by its status.
pub trait FromReply<E>: Sized {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`Error::Undeclared`] for another status, and what reading its parts may give.
    fn from_reply(reply: Reply) -> Result<Self, Error<E>>;
}

/// The failures of an operation that declares none.
impl<E> FromReply<E> for Infallible {
    fn from_reply(mut reply: Reply) -> Result<Self, Error<E>> {
        Err(reply.undeclared().into())
    }
}

/// An answer, its body read unless it is a stream. Its parts are taken from it one by one, the body last.
#[derive(Debug)]
pub struct Reply {
    head: Parts,
    body: Bytes,
    unread: Option<Body>,
    /// What `unread` comes by, if it is to be opened again where it ends.
    connection: Option<Connection>,
    max_body: usize,
    /// What notes everything that is not as the description says, where somebody asks.
    #[cfg(feature = "testing")]
    scrutiny: Option<std::sync::Arc<Scrutiny>>,
}

/// An answer that is not what the description declares.
#[derive(Debug)]
pub struct Unusable {
    answer: Box<Answer>,
    /// `None`: it has an undeclared status or media type.
    error: Option<DecodeError>,
}

impl<E> From<Unusable> for Error<E> {
    fn from(Unusable { answer, error }: Unusable) -> Self {
        match error {
            None => Self::Undeclared(answer),
            Some(error) => Self::Decode(answer, error),
        }
    }
}

impl Reply {
    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        Self {
            head,
            body,
            unread: None,
            connection: None,
            max_body: 0,
            #[cfg(feature = "testing")]
            scrutiny: None,
        }
    }

    /// An answer whose body is handed on as it comes; `max_body` is how long an item of it may be.
    pub(crate) fn streaming(head: Parts, body: Body, max_body: usize) -> Self {
        Self { unread: Some(body), max_body, ..Self::new(head, Bytes::new()) }
    }

    /// The answer as it came.
    pub(crate) fn into_response(self) -> Response<Body> {
        Response::from_parts(self.head, self.unread.unwrap_or_else(|| self.body.into()))
    }

    pub(crate) fn set_connection(&mut self, connection: Connection) {
        self.connection = Some(connection).filter(|_| self.unread.is_some());
    }

    /// What the body comes by, if it is to be opened again where it ends.
    pub fn take_connection(&mut self) -> Option<Connection> {
        self.connection.take()
    }

    /// The same, read strictly besides: `scrutiny` is told of all that is wrong.
    #[cfg(feature = "testing")]
    pub(crate) fn scrutinized(self, scrutiny: std::sync::Arc<Scrutiny>) -> Self {
        Self { scrutiny: Some(scrutiny), ..self }
    }

    /// What is to be told of all that is wrong.
    #[cfg(feature = "testing")]
    pub(crate) fn scrutiny(&self) -> Option<&Scrutiny> {
        self.scrutiny.as_deref()
    }

    /// The status code.
    pub fn code(&self) -> u16 {
        self.head.status.as_u16()
    }

    /// The status.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn status(&mut self) -> Result<StatusCode, Unusable> {
        Ok(self.head.status)
    }

    /// The body as JSON. An answer that says it is something else is not what the description declares.
    ///
    /// # Errors
    /// The answer is of another media type, or its body is not a `T`.
    pub fn json<T: Decode>(&mut self, media_type: &'static str) -> Result<T, Unusable> {
        if !self.is_json(media_type) {
            return Err(self.undeclared());
        }
        #[cfg(feature = "testing")]
        if let Some(scrutiny) = self.scrutiny()
            && let Err(codec::Refusal::Invalid(invalid)) =
                codec::from_json_request::<T>(&self.body, scrutiny.rules(None))
        {
            scrutiny.add(invalid.violations);
        }
        codec::from_json(&self.body).map_err(|error| self.unusable(error))
    }

    /// The body as JSON that can be called any of several media types.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn json_of<T: Decode>(&mut self, media_types: &'static [&'static str]) -> Result<T, Unusable> {
        self.json(media_types.first().copied().unwrap_or_default())
    }

    /// The failure that the answer is: a declared one, or one of another kind.
    pub fn failure<E: FromReply<E>>(self) -> Error<E> {
        E::from_reply(self).map_or_else(|error| error, Error::Api)
    }

    /// The body as the text of a scalar, in UTF-8.
    ///
    /// # Errors
    /// It is in any other encoding, or not of the scalar's type.
    pub fn text<T: Decode>(&mut self, _media_type: &'static str) -> Result<T, Unusable> {
        let Ok(text) = std::str::from_utf8(&self.body) else {
            return Err(self.unusable(DecodeError::not_text()));
        };
        #[cfg(feature = "testing")]
        if let Some(scrutiny) = self.scrutiny() {
            let report = Report::of_parameters(Location::Body, Mode::Exhaustive);
            let _ = T::decode(Value::Text(text.to_owned()), &Context::root(&report, scrutiny.rules(None)));
            scrutiny.add(report.into_violations());
        }
        let report = Report::of_parameters(Location::Body, Mode::Lenient);
        T::decode(Value::Text(text.to_owned()), &Context::root(&report, &[])).map_err(|_| {
            let message = "cannot be read".into();
            let unread = Violation { location: Location::Body, path: Vec::new(), code: "type", message };
            self.unusable(DecodeError::of(report.into_violations().pop().unwrap_or(unread)))
        })
    }

    /// The body as it stands.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn bytes(&mut self, _media_type: &'static str) -> Result<Bytes, Unusable> {
        Ok(std::mem::take(&mut self.body))
    }

    /// The body as it comes.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn body(&mut self, _media_type: &'static str) -> Result<Body, Unusable> {
        Ok(self.unread.take().unwrap_or_else(|| std::mem::take(&mut self.body).into()))
    }

    /// The body as it comes, with its media type.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn content(&mut self, _range: &'static str) -> Result<Content, Unusable> {
        let media_type = self.content_type().unwrap_or("application/octet-stream").to_owned();
        Ok(Content { media_type, body: self.body("")? })
    }

    /// `Content-Type`.
    pub fn content_type(&self) -> Option<&str> {
        self.head.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// How long an item of a stream may be.
    pub fn max_item(&self) -> usize {
        self.max_body
    }

    /// The body, as far as it was read.
    pub fn read_body(&self) -> &Bytes {
        &self.body
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// What becomes of an answer that the description does not declare.
    pub fn undeclared(&mut self) -> Unusable {
        Unusable { answer: self.take(), error: None }
    }

    /// What becomes of an answer a part of which cannot be read.
    #[cold]
    pub fn unusable(&mut self, error: DecodeError) -> Unusable {
        Unusable { answer: self.take(), error: Some(error) }
    }

    /// The answer as it came.
    fn take(&mut self) -> Box<Answer> {
        let (headers, body) = (std::mem::take(&mut self.head.headers), std::mem::take(&mut self.body));
        Box::new(Answer { status: self.head.status, headers, body })
    }

    fn is_json(&self, media_type: &str) -> bool {
        let Some(value) = self.head.headers.get(header::CONTENT_TYPE) else { return true };
        let Ok(value) = value.to_str() else { return false };
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let found = essence(value);
        found == "application/json" || found.ends_with("+json") || found == "text/json" || found == essence(media_type)
    }
}
