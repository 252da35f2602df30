//! Streams of items: server-sent events, JSON lines (NDJSON) and JSON text sequences (RFC 7464).

#[cfg(feature = "client")]
mod client;
pub mod reading;
#[cfg(feature = "server")]
mod server;
pub mod writing;

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::support::body::BoxError;
use crate::support::codec::DecodeError;

type Items<T> = Pin<Box<dyn futures_core::Stream<Item = Result<T, StreamError>> + Send>>;

/// Items that come one after another: whoever receives them takes each as it arrives, by [`next`](Self::next) or as a
/// `futures_core::Stream`; whoever sends them makes one from any such stream.
pub struct Stream<T>(Mutex<Items<T>>);

/// A stream cannot go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamError {
    /// The body ended with an error, or whoever makes the items has failed.
    Failed(BoxError),
    /// An item is longer than is allowed.
    TooLong,
    /// An item of an answer cannot be read.
    Decode(DecodeError),
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed(_) => "the stream failed",
            Self::TooLong => "an item of the stream is too long",
            Self::Decode(_) => "an item of the stream cannot be read",
        })
    }
}

impl std::error::Error for StreamError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error.as_ref()),
            Self::TooLong => None,
            Self::Decode(error) => Some(error),
        }
    }
}

impl<T: Send + 'static> Stream<T> {
    /// A stream of items.
    pub fn new(items: impl futures_core::Stream<Item = T> + Send + 'static) -> Self {
        Self::of(Box::pin(Sound(Box::pin(items))))
    }

    /// A stream of items that may fail; what has been sent by then stays sent.
    pub fn fallible<E: Into<BoxError>>(items: impl futures_core::Stream<Item = Result<T, E>> + Send + 'static) -> Self {
        Self::of(Box::pin(Fallible(Box::pin(items))))
    }

    /// A stream of items that are there already.
    pub fn of_items(items: impl IntoIterator<Item = T, IntoIter: Send + 'static>) -> Self {
        Self::of(Box::pin(Listed(items.into_iter())))
    }

    fn of(items: Items<T>) -> Self {
        Self(Mutex::new(items))
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// The stream cannot go on.
    pub async fn next(&mut self) -> Option<Result<T, StreamError>> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }
}

impl<T> Stream<T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, StreamError>>> {
        match self.0.get_mut() {
            Ok(items) => items.as_mut().poll_next(cx),
            Err(_) => Poll::Ready(None),
        }
    }
}

impl<T> futures_core::Stream for Stream<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<T> fmt::Debug for Stream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

struct Sound<S>(Pin<Box<S>>);

impl<S: futures_core::Stream> futures_core::Stream for Sound<S> {
    type Item = Result<S::Item, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx).map(|item| item.map(Ok))
    }
}

struct Fallible<S>(Pin<Box<S>>);

impl<T, E: Into<BoxError>, S: futures_core::Stream<Item = Result<T, E>>> futures_core::Stream for Fallible<S> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.0.as_mut().poll_next(cx));
        Poll::Ready(next.map(|item| item.map_err(|error| StreamError::Failed(error.into()))))
    }
}

struct Listed<I>(I);

impl<I> Unpin for Listed<I> {}

impl<I: Iterator> futures_core::Stream for Listed<I> {
    type Item = Result<I::Item, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

/// A server-sent event (HTML Living Standard, 9.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event<T> {
    /// The last event id: what a client that reconnects sends as `Last-Event-ID`.
    pub id: Option<String>,
    /// The event's type.
    pub event: Option<String>,
    /// How long a client is to wait before it reconnects.
    pub retry: Option<Duration>,
    /// What it carries.
    pub data: T,
}

impl<T> Event<T> {
    /// An event that carries `data` and says nothing else.
    pub fn new(data: T) -> Self {
        Self { id: None, event: None, retry: None, data }
    }

    fn map<U>(self, map: impl FnOnce(T) -> U) -> Event<U> {
        Event { id: self.id, event: self.event, retry: self.retry, data: map(self.data) }
    }
}
