//! Why a call did not succeed.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::support::body::BoxError;
use crate::support::codec::{self, Decode, DecodeError};
use crate::support::operation::ApiError;
use crate::support::violation::Invalid;

/// Why a call did not succeed. `E` holds the failures that the operation declares.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E> {
    /// The API answered with a failure that the description declares.
    Api(E),
    /// The API answered with a status or media type that the description does not declare.
    Undeclared(Box<Answer>),
    /// The answer's body is not what the description declares.
    Decode(Box<Answer>, DecodeError),
    /// The answer's body is longer than the client accepts.
    TooLarge(Box<Answer>),
    /// No complete answer came in this time.
    Timeout(Duration),
    /// The request could not be sent, or its answer not be received.
    Transport(BoxError),
    /// The client has none of the credentials that the operation needs, or a provider failed. Nothing was sent.
    Credential(BoxError),
    /// The arguments cannot be sent, or break the description. Nothing was sent.
    Invalid(Invalid),
}

/// An answer that could not be used. Its body may be a secret and does not print.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it was read.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON, read as leniently as a declared one.
    ///
    /// # Errors
    /// The text is not JSON, or not of a shape that the type can take.
    pub fn json<T: Decode>(&self) -> Result<T, DecodeError> {
        codec::from_json(&self.body)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("body_length", &self.body.len()).finish()
    }
}

impl<E: ApiError> Error<E> {
    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            _ => self.answer().map(|answer| answer.status),
        }
    }
}

impl<E> Error<E> {
    /// The answer, if one came that could not be used.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Undeclared(answer) | Self::Decode(answer, _) | Self::TooLarge(answer) => Some(answer),
            _ => None,
        }
    }
}

/// What went wrong, without what [`source`](std::error::Error::source) says of it.
impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => write!(f, "the API answered {error}"),
            Self::Undeclared(answer) => write!(f, "the API answered {}, which it does not declare", answer.status),
            Self::Decode(answer, _) => write!(f, "the API answered {} with a body that cannot be read", answer.status),
            Self::TooLarge(answer) => write!(f, "the API answered {} with a body that is too large", answer.status),
            Self::Timeout(duration) => write!(f, "no complete answer came within {duration:?}"),
            Self::Transport(_) => f.write_str("no answer came"),
            Self::Credential(_) => f.write_str("no credential could be had"),
            Self::Invalid(_) => f.write_str("the request cannot be sent"),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Decode(_, error) => Some(error),
            Self::Transport(error) | Self::Credential(error) => Some(error.as_ref()),
            Self::Invalid(invalid) => Some(invalid),
            // A declared failure is told with its answer.
            Self::Api(error) => error.source(),
            Self::Undeclared(_) | Self::TooLarge(_) | Self::Timeout(_) => None,
        }
    }
}
