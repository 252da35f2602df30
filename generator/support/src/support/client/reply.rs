//! An answer on its way to the types of its operation.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use crate::support::client::{Answer, Error};
use crate::support::codec::{self, Decode, DecodeError};

/// One of several answers, told by its status.
pub trait FromReply<E>: Sized {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`Error::Undeclared`] for another status, and what reading its body may give.
    fn from_reply(reply: Reply) -> Result<Self, Error<E>>;
}

/// The failures of an operation that declares none.
impl<E> FromReply<E> for Infallible {
    fn from_reply(reply: Reply) -> Result<Self, Error<E>> {
        Err(reply.undeclared())
    }
}

/// An answer, its body read.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The status.
    pub fn status_code(&self) -> StatusCode {
        self.status
    }

    /// The body as JSON. An answer that says it is something else is not what the description declares.
    ///
    /// # Errors
    /// [`Error::Undeclared`] for another media type, [`Error::Decode`] for a body that is not a `T`.
    pub fn json<T: Decode, E>(self) -> Result<T, Error<E>> {
        if !self.is_json() {
            return Err(self.undeclared());
        }
        codec::from_json(&self.body).map_err(|error| Error::Decode(self.into_answer(), error))
    }

    /// The failure that the answer is: a declared one, or one of another kind.
    pub fn failure<E: FromReply<E>>(self) -> Error<E> {
        E::from_reply(self).map_or_else(|error| error, Error::Api)
    }

    /// The body as UTF-8 text.
    ///
    /// # Errors
    /// [`Error::Decode`] for any other encoding.
    pub fn text<E>(self) -> Result<String, Error<E>> {
        match std::str::from_utf8(&self.body) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Error::Decode(self.into_answer(), DecodeError::not_text())),
        }
    }

    /// The body as it stands.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn bytes<E>(self) -> Result<Bytes, Error<E>> {
        Ok(self.body)
    }

    /// The error of an answer that the description does not declare.
    pub fn undeclared<E>(self) -> Error<E> {
        Error::Undeclared(self.into_answer())
    }

    fn into_answer(self) -> Box<Answer> {
        Box::new(Answer { status: self.status, headers: self.headers, body: self.body })
    }

    fn is_json(&self) -> bool {
        let Some(value) = self.headers.get(header::CONTENT_TYPE) else { return true };
        let Ok(value) = value.to_str() else { return false };
        let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json") || essence == "text/json"
    }
}
