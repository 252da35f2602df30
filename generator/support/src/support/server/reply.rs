//! From the types of an operation to an answer.

use std::convert::Infallible;
use std::ops::RangeInclusive;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
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

/// The status that a handler chose, if the description's range has it.
///
/// # Errors
/// It has not; the caller is told of a failure of the server.
pub fn within(status: StatusCode, range: RangeInclusive<u16>) -> Result<StatusCode, Rejection> {
    if range.contains(&status.as_u16()) {
        return Ok(status);
    }
    Err(Rejection::internal(format!("the handler chose {status}, which is not declared").into()))
}

/// An answer with a JSON body.
///
/// # Errors
/// The value cannot be written.
pub fn json<T: Serialize>(status: StatusCode, content_type: &'static str, body: &T) -> Result<Response, Rejection> {
    let text = codec::to_json(body).map_err(|error| Rejection::internal(error.into()))?;
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(response)
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

/// An answer with a text body.
///
/// # Errors
/// None; the signature is that of the others.
pub fn text(status: StatusCode, content_type: &'static str, body: String) -> Result<Response, Rejection> {
    bytes(status, content_type, body)
}

/// An answer with a body as it stands.
///
/// # Errors
/// None; the signature is that of the others.
pub fn bytes(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Result<Response, Rejection> {
    let mut response = Response::new(Body::from(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(response)
}

/// An answer without a body.
///
/// # Errors
/// None; the signature is that of the others.
pub fn empty(status: StatusCode) -> Result<Response, Rejection> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    Ok(response)
}
