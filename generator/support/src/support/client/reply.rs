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
    /// [`Error::Undeclared`] for another status, and what reading its parts may give.
    fn from_reply(reply: Reply) -> Result<Self, Error<E>>;
}

/// The failures of an operation that declares none.
impl<E> FromReply<E> for Infallible {
    fn from_reply(mut reply: Reply) -> Result<Self, Error<E>> {
        Err(reply.undeclared().into())
    }
}

/// An answer, its body read. Its parts are taken from it one by one, the body last.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
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
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }

    /// The status code.
    pub fn code(&self) -> u16 {
        self.status.as_u16()
    }

    /// The status.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn status(&mut self) -> Result<StatusCode, Unusable> {
        Ok(self.status)
    }

    /// The body as JSON. An answer that says it is something else is not what the description declares.
    ///
    /// # Errors
    /// The answer is of another media type, or its body is not a `T`.
    pub fn json<T: Decode>(&mut self, media_type: &'static str) -> Result<T, Unusable> {
        if !self.is_json(media_type) {
            return Err(self.undeclared());
        }
        codec::from_json(&self.body).map_err(|error| self.unusable(error))
    }

    /// The failure that the answer is: a declared one, or one of another kind.
    pub fn failure<E: FromReply<E>>(self) -> Error<E> {
        E::from_reply(self).map_or_else(|error| error, Error::Api)
    }

    /// The body as UTF-8 text.
    ///
    /// # Errors
    /// It is in any other encoding.
    pub fn text(&mut self, _media_type: &'static str) -> Result<String, Unusable> {
        match std::str::from_utf8(&self.body) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(self.unusable(DecodeError::not_text())),
        }
    }

    /// The body as it stands.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn bytes(&mut self, _media_type: &'static str) -> Result<Bytes, Unusable> {
        Ok(std::mem::take(&mut self.body))
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
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
        let (headers, body) = (std::mem::take(&mut self.headers), std::mem::take(&mut self.body));
        Box::new(Answer { status: self.status, headers, body })
    }

    fn is_json(&self, media_type: &str) -> bool {
        let Some(value) = self.headers.get(header::CONTENT_TYPE) else { return true };
        let Ok(value) = value.to_str() else { return false };
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let found = essence(value);
        found == "application/json" || found.ends_with("+json") || found == "text/json" || found == essence(media_type)
    }
}
