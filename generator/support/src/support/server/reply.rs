//! From the types of an operation to an answer.

use std::convert::Infallible;
use std::ops::RangeInclusive;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::support::codec;
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
        self.body(text.into(), content_type);
        Ok(())
    }

    /// A text body.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn text(&mut self, body: String, content_type: &'static str) -> Result<(), Rejection> {
        self.body(body.into(), content_type);
        Ok(())
    }

    /// A body as it stands.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn bytes(&mut self, body: Bytes, content_type: &'static str) -> Result<(), Rejection> {
        self.body(body.into(), content_type);
        Ok(())
    }

    /// A body of any kind.
    pub fn body(&mut self, body: Body, content_type: &'static str) {
        *self.0.body_mut() = body;
        self.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
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

/// A response with a JSON body of a type of the API, for `Gate::reject` and for
/// layers: what cannot be written is answered 500 without a body.
pub fn json_response<T: Serialize>(status: StatusCode, body: &T) -> Response {
    json(status, "application/json", body).unwrap_or_else(|rejection| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = rejection.status();
        response
    })
}
