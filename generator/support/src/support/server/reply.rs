//! From the types of an operation to an answer.

use std::convert::Infallible;
use std::ops::RangeInclusive;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::support::body::{self, Content};
use crate::support::codec;
use crate::support::media;
use crate::support::parameter::Value;
use crate::support::server::keep_alive::Events;
use crate::support::server::{Body, Rejection, Response};

/// One of several answers.
pub trait IntoReply {
    /// The answer.
    ///
    /// # Errors
    /// The value cannot be written.
    fn into_reply(self) -> Result<Response, Rejection>;
}

/// The failures of an operation that declares none.
impl IntoReply for Infallible {
    fn into_reply(self) -> Result<Response, Rejection> {
        match self {}
    }
}

/// What an answer's content can be called, in its extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offers(pub(crate) &'static [&'static str]);

/// An answer in the making.
#[derive(Debug)]
pub struct Outgoing(Response);

impl Outgoing {
    /// An answer without headers and body.
    pub fn new(status: StatusCode) -> Self {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        Self(response)
    }

    /// The same with a status that a handler chose, if the description's range has it.
    ///
    /// # Errors
    /// It has not; the caller is told of a failure of the server.
    pub fn within(status: StatusCode, range: RangeInclusive<u16>) -> Result<Self, Rejection> {
        if range.contains(&status.as_u16()) {
            return Ok(Self::new(status));
        }
        Err(Rejection::internal(format!("the handler chose {status}, which is not declared").into()))
    }

    /// Nothing: the answer began with its status.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn status(&mut self, _status: StatusCode) -> Result<(), Rejection> {
        Ok(())
    }

    /// A JSON body.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn json<T: Serialize>(&mut self, body: T, content_type: &'static str) -> Result<(), Rejection> {
        let text = codec::to_json(&body).map_err(|error| Rejection::internal(error.into()))?;
        self.body(text.into(), content_type)
    }

    /// A JSON body that can be called any of several media types.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn json_of<T: Serialize>(&mut self, body: T, content_types: &'static [&'static str]) -> Result<(), Rejection> {
        self.json(body, content_types.first().copied().unwrap_or("application/json"))?;
        self.0.extensions_mut().insert(Offers(content_types));
        Ok(())
    }

    /// A body that is a scalar's text.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn text<T: Serialize>(&mut self, body: T, content_type: &'static str) -> Result<(), Rejection> {
        match Value::of(&body) {
            Ok(Value::Text(text)) => self.body(text.into(), content_type),
            Ok(_) => Err(Rejection::internal("the answer's body is no scalar".into())),
            Err(error) => Err(Rejection::internal(error.into())),
        }
    }

    /// A body as it stands.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn bytes(&mut self, body: Bytes, content_type: &'static str) -> Result<(), Rejection> {
        self.body(body.into(), content_type)
    }

    /// The same, which may be a stream.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn body(&mut self, body: body::Body, content_type: &'static str) -> Result<(), Rejection> {
        self.put(body, HeaderValue::from_static(content_type));
        Ok(())
    }

    /// A body of a media type within `range`.
    ///
    /// # Errors
    /// The handler has chosen another one; the caller is told of a failure of the server.
    pub fn content(&mut self, content: Content, range: &'static str) -> Result<(), Rejection> {
        match HeaderValue::try_from(&content.media_type) {
            Ok(content_type) if media::is_within(&content.media_type, range) => {
                self.put(content.body, content_type);
                Ok(())
            }
            _ => {
                let message =
                    format!("the handler chose the media type {:?}, not one within {range}", content.media_type);
                Err(Rejection::internal(message.into()))
            }
        }
    }

    fn put(&mut self, body: body::Body, content_type: HeaderValue) {
        *self.0.body_mut() = match body.as_bytes() {
            Some(bytes) => Body::from(bytes.clone()),
            None => Body::new(body),
        };
        self.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }

    /// Says that the body is a stream of events.
    pub fn of_events(&mut self) {
        self.0.extensions_mut().insert(Events);
    }

    /// The headers.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.0.headers_mut()
    }

    /// The answer.
    pub fn finish(self) -> Response {
        self.0
    }
}

/// An answer with a JSON body.
///
/// # Errors
/// The value cannot be written.
pub fn json<T: Serialize>(status: StatusCode, content_type: &'static str, body: T) -> Result<Response, Rejection> {
    let mut reply = Outgoing::new(status);
    reply.json(body, content_type)?;
    Ok(reply.finish())
}

/// Makes a success an answer with a JSON body.
pub fn as_json<T: Serialize>(
    status: StatusCode,
    content_type: &'static str,
) -> impl FnOnce(T) -> Result<Response, Rejection> + Send {
    move |body| json(status, content_type, body)
}

/// Makes a success an answer without a body.
pub fn as_empty(status: StatusCode) -> impl FnOnce(()) -> Result<Response, Rejection> + Send {
    move |()| Ok(Outgoing::new(status).finish())
}

/// A response with a JSON body of a type of the API, for `Gate::reject` and for
/// layers: what cannot be written is answered 500 without a body.
pub fn json_response<T: Serialize>(status: StatusCode, body: &T) -> Response {
    json(status, "application/json", body).unwrap_or_else(|rejection| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = rejection.status();
        response
    })
}
