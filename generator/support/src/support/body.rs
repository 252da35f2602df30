//! Bodies that are not taken apart, and those of messages on their way.

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::support::violation::Invalid;

/// Any error, to be handed on.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body: bytes, which can be sent again, or a stream, which can be sent once.
pub struct Body(Inner);

enum Inner {
    Bytes(Bytes),
    /// The lock is never taken: it makes the stream `Sync`, which some transports ask for.
    Stream(Mutex<Pin<Box<dyn HttpBody<Data = Bytes, Error = BoxError> + Send>>>),
}

impl Body {
    /// No body.
    pub const fn empty() -> Self {
        Self(Inner::Bytes(Bytes::new()))
    }

    /// Any stream of bytes.
    pub fn stream<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Inner::Stream(Mutex::new(Box::pin(body.map_err(Into::into)))))
    }

    /// The bytes, if this is not a stream.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Stream(_) => None,
        }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// The stream fails, or it is longer than a server allows.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, ReadError>> {
        loop {
            match self.frame().await? {
                Ok(frame) => match frame.into_data() {
                    Ok(bytes) => return Some(Ok(bytes)),
                    Err(_trailers) => {}
                },
                Err(error) => return Some(Err(ReadError(error))),
            }
        }
    }

    /// Reads the whole body into memory, however long it is.
    ///
    /// # Errors
    /// The stream fails, or it is longer than a server allows.
    pub async fn bytes(self) -> Result<Bytes, ReadError> {
        match self.0 {
            Inner::Bytes(bytes) => Ok(bytes),
            inner => match http_body_util::BodyExt::collect(Self(inner)).await {
                Ok(collected) => Ok(collected.to_bytes()),
                Err(error) => Err(ReadError(error)),
            },
        }
    }

    /// Reads the whole body into memory.
    ///
    /// # Errors
    /// It is longer than `limit` bytes, or its stream fails.
    pub async fn collect(self, limit: usize) -> Result<Bytes, CollectError> {
        match self.0 {
            Inner::Bytes(bytes) if bytes.len() <= limit => Ok(bytes),
            Inner::Bytes(_) => Err(CollectError::TooLarge),
            Inner::Stream(stream) => match Limited::new(Self(Inner::Stream(stream)), limit).collect().await {
                Ok(collected) => Ok(collected.to_bytes()),
                Err(error) if error.is::<LengthLimitError>() => Err(CollectError::TooLarge),
                Err(error) => Err(CollectError::Failed(error)),
            },
        }
    }
}

/// A body ends with an error.
#[derive(Debug)]
pub struct ReadError(BoxError);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body cannot be read")
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.0.as_ref())
    }
}

/// A body cannot be read into memory.
#[derive(Debug)]
pub enum CollectError {
    /// It is longer than allowed.
    TooLarge,
    /// Its stream failed.
    Failed(BoxError),
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Inner::Bytes(bytes))
    }
}

/// Conversions from what bytes are made of.
macro_rules! from {
    ($($ty:ty)*) => {$(
        impl From<$ty> for Body {
            fn from(content: $ty) -> Self {
                Self(Inner::Bytes(Bytes::from(content)))
            }
        }
    )*};
}

from! { Vec<u8> String &'static str &'static [u8] }

/// A body whose media type is chosen by whoever sends it: one of a range such as `image/*`, or one with parameters,
/// such as the boundary of `multipart/mixed`.
#[derive(Debug)]
pub struct Content {
    /// The media type, with its parameters.
    pub media_type: String,
    /// The body.
    pub body: Body,
}

impl Content {
    /// A body of the media type `media_type`.
    pub fn new(media_type: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { media_type: media_type.into(), body: body.into() }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Inner::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Inner::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Inner::Stream(stream) => match stream.get_mut() {
                Ok(stream) => stream.as_mut().poll_frame(cx),
                Err(_) => Poll::Ready(None),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.as_bytes().is_some_and(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        self.as_bytes().map_or_else(SizeHint::default, |bytes| SizeHint::with_exact(bytes.len() as u64))
    }
}

/// A request's body that the server refuses while its handler reads it. Where the handler hands the error on, the
/// answer is 413, 408 or that of a request that breaks the description.
#[derive(Debug)]
pub enum Refused {
    /// It is longer than allowed.
    TooLong,
    /// Nothing came for too long.
    TooSlow,
    /// It ended before it was complete.
    BrokenOff(BoxError),
    /// It breaks the rules of its format.
    Malformed,
    /// What it holds breaks the description.
    Invalid(Invalid),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the body is too long"),
            Self::TooSlow => f.write_str("the body took too long"),
            Self::BrokenOff(_) => f.write_str("the body ended early"),
            Self::Malformed => f.write_str("the body is not well-formed"),
            Self::Invalid(invalid) => invalid.fmt(f),
        }
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BrokenOff(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}
