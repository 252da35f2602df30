//! Bodies of requests and responses on the client's side of a transport.

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

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
