//! Streams of items: server-sent events, JSON lines (NDJSON) and JSON text sequences (RFC 7464).

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use serde::Serialize;

use crate::support::body::{Body, BoxError, Refused};
use crate::support::codec::{self, Decode, DecodeError, Refusal};
use crate::support::violation::{Invalid, Location, Violation};

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

// ---- events ----

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

// ---- framing ----

/// How items stand in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events; an item is the lines of one.
    Events,
    /// An item a line.
    Lines,
    /// An item behind each record separator.
    Sequence,
}

/// How strictly items are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Those of an answer.
    Lenient,
    /// Those of a request.
    Strict,
}

/// A body, cut into the texts of its items.
struct Records {
    body: Body,
    framing: Framing,
    limit: usize,
    buffer: Vec<u8>,
    /// How much of the buffer is known to hold no end of an item.
    searched: usize,
    is_done: bool,
}

impl Records {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<u8>, StreamError>>> {
        loop {
            while let Some(record) = self.take() {
                if !record.iter().all(u8::is_ascii_whitespace) {
                    return Poll::Ready(Some(Ok(record)));
                }
            }
            if self.is_done {
                return Poll::Ready(None);
            }
            if self.buffer.len() > self.limit {
                self.end();
                return Poll::Ready(Some(Err(StreamError::TooLong)));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Some(bytes) = frame.data_ref() {
                        self.buffer.extend_from_slice(bytes);
                    }
                }
                Some(Err(error)) => {
                    self.end();
                    return Poll::Ready(Some(Err(StreamError::Failed(error))));
                }
                None => self.is_done = true,
            }
        }
    }

    /// Nothing more is read.
    fn end(&mut self) {
        self.is_done = true;
        self.buffer.clear();
    }

    /// The next item in the buffer, if all of it is there.
    fn take(&mut self) -> Option<Vec<u8>> {
        let rest = self.buffer.get(self.searched..).unwrap_or_default();
        let end = match self.framing {
            Framing::Lines => rest.iter().position(|byte| *byte == b'\n').map(|at| (at, 1)),
            // The text before the first separator is no item, and empty.
            Framing::Sequence => rest.iter().position(|byte| *byte == 0x1e).map(|at| (at, 1)),
            Framing::Events => end_of_event(rest, self.is_done),
        };
        match end {
            Some((at, length)) => {
                let mut record: Vec<u8> = self.buffer.drain(..self.searched + at + length).collect();
                record.truncate(self.searched + at);
                self.searched = 0;
                Some(record)
            }
            // An event without its empty line is incomplete and dropped; a line or a sequence may end with the body.
            None if self.is_done && self.framing != Framing::Events && !self.buffer.is_empty() => {
                self.searched = 0;
                Some(std::mem::take(&mut self.buffer))
            }
            None => {
                self.searched = self.buffer.len().saturating_sub(3);
                None
            }
        }
    }
}

/// Where an empty line begins, and how long the two line ends are.
fn end_of_event(text: &[u8], is_done: bool) -> Option<(usize, usize)> {
    let line_end = |at: usize| match (text.get(at), text.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some(2),
        // Whether a line feed follows is not known yet.
        (Some(b'\r'), None) if !is_done => None,
        (Some(b'\r' | b'\n'), _) => Some(1),
        _ => None,
    };
    (0..text.len()).find_map(|at| {
        let first = line_end(at)?;
        let second = line_end(at + first)?;
        Some((at, first + second))
    })
}

/// The fields of an event; `None` for one without data.
fn event(text: &[u8]) -> Option<Event<String>> {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut event = Event::default();
    let mut data: Option<String> = None;
    for line in text.split('\n') {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => match &mut data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => data = Some(value.to_owned()),
            },
            "event" => event.event = Some(value.to_owned()),
            "id" if !value.contains('\0') => event.id = Some(value.to_owned()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                event.retry = value.parse().ok().map(Duration::from_millis);
            }
            _ => {}
        }
    }
    event.data = data?;
    Some(event)
}

// ---- reading ----

/// Makes an item of its text; `None` for text without one.
type Decoding<T> = fn(&[u8], Reading) -> Option<Result<T, StreamError>>;

struct Read<T> {
    records: Records,
    decode: Decoding<T>,
    reading: Reading,
}

impl<T> Unpin for Read<T> {}

impl<T> futures_core::Stream for Read<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(self.records.poll(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(record)) if is_end(&record, self.records.framing) => self.records.end(),
                Some(Ok(record)) => {
                    if let Some(item) = (self.decode)(&record, self.reading) {
                        return Poll::Ready(Some(item));
                    }
                }
            }
        }
    }
}

/// `data: [DONE]`, which many APIs send behind the last event, though it is no JSON.
fn is_end(record: &[u8], framing: Framing) -> bool {
    framing == Framing::Events && matches!(record.trim_ascii_start(), b"data: [DONE]" | b"data:[DONE]")
}

fn json<T: Decode>(text: &[u8], reading: Reading) -> Result<T, StreamError> {
    match reading {
        Reading::Lenient => codec::from_json(text).map_err(StreamError::Decode),
        Reading::Strict => codec::from_json_request(text, &[]).map_err(|refusal| {
            let invalid = match refusal {
                Refusal::Invalid(invalid) => invalid,
                Refusal::Malformed { .. } => {
                    let (path, message) = (Vec::new(), "an item must be JSON".into());
                    Invalid { violations: vec![Violation { location: Location::Body, path, code: "format", message }] }
                }
            };
            StreamError::Failed(Refused::Invalid(invalid).into())
        }),
    }
}

/// Cuts a body into items.
fn read<T: Send + 'static>(
    body: Body,
    (framing, limit, reading): (Framing, usize, Reading),
    decode: Decoding<T>,
) -> Stream<T> {
    let records = Records { body, framing, limit, buffer: Vec::new(), searched: 0, is_done: false };
    Stream::of(Box::pin(Read { records, decode, reading }))
}

/// The items of a body of JSON values.
pub fn read_json<T: Decode + Send + 'static>(body: Body, form: (Framing, usize, Reading)) -> Stream<T> {
    read(body, form, |text, reading| Some(json(text, reading)))
}

/// The events of a body, their data JSON.
pub fn read_events<T: Decode + Send + 'static>(body: Body, limit: usize) -> Stream<Event<T>> {
    read(body, (Framing::Events, limit, Reading::Lenient), |text, reading| {
        let event = event(text)?;
        let data = json(event.data.as_bytes(), reading);
        Some(data.map(|data| event.map(|_| data)))
    })
}

/// The events of a body, their data text.
pub fn read_text_events(body: Body, limit: usize) -> Stream<Event<String>> {
    read(body, (Framing::Events, limit, Reading::Lenient), |text, _| event(text).map(Ok))
}

/// The events of a body whose description describes them as objects: `event`, `id`, `retry` and `data`.
pub fn read_event_objects<T: Decode + Send + 'static>(body: Body, limit: usize) -> Stream<T> {
    read(body, (Framing::Events, limit, Reading::Lenient), |text, reading| {
        let event = event(text)?;
        let with_data = |data: serde_json::Value| {
            let mut object = serde_json::Map::new();
            object.extend(event.event.as_ref().map(|name| ("event".to_owned(), name.as_str().into())));
            object.extend(event.id.as_ref().map(|id| ("id".to_owned(), id.as_str().into())));
            object.extend(event.retry.map(|retry| ("retry".to_owned(), (retry.as_millis() as u64).into())));
            object.insert("data".to_owned(), data);
            serde_json::Value::Object(object).to_string()
        };
        // Data is JSON where that is what the description asks for, else text; a string is text.
        if let Ok(data) = serde_json::from_str::<serde_json::Value>(&event.data)
            && !data.is_string()
            && let Ok(item) = json(with_data(data).as_bytes(), reading)
        {
            return Some(Ok(item));
        }
        Some(json(with_data(event.data.as_str().into()).as_bytes(), reading))
    })
}

#[cfg(feature = "client")]
mod reading {
    use super::{Event, Framing, Reading, Stream, read_event_objects, read_events, read_json, read_text_events};
    use crate::support::client::{Reply, Unusable};
    use crate::support::codec::Decode;
    use crate::support::media;

    impl Reply {
        /// Server-sent events whose data is JSON.
        ///
        /// # Errors
        /// The answer is of another media type.
        pub fn events<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<Event<T>>, Unusable> {
            self.is_events()?;
            Ok(read_events(self.body("")?, self.max_item()))
        }

        /// Server-sent events whose data is text.
        ///
        /// # Errors
        /// The answer is of another media type.
        pub fn text_events(&mut self, _media_type: &'static str) -> Result<Stream<Event<String>>, Unusable> {
            self.is_events()?;
            Ok(read_text_events(self.body("")?, self.max_item()))
        }

        /// Server-sent events that the description describes as objects.
        ///
        /// # Errors
        /// The answer is of another media type.
        pub fn event_objects<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<T>, Unusable> {
            self.is_events()?;
            Ok(read_event_objects(self.body("")?, self.max_item()))
        }

        /// A JSON value a line.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn json_lines<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<T>, Unusable> {
            Ok(read_json(self.body("")?, (Framing::Lines, self.max_item(), Reading::Lenient)))
        }

        /// JSON values behind record separators.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn json_sequence<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<T>, Unusable> {
            Ok(read_json(self.body("")?, (Framing::Sequence, self.max_item(), Reading::Lenient)))
        }

        fn is_events(&mut self) -> Result<(), Unusable> {
            let is_other = self.content_type().is_some_and(|found| media::essence(found) != "text/event-stream");
            if is_other { Err(self.undeclared()) } else { Ok(()) }
        }
    }
}

#[cfg(feature = "client")]
mod sending {
    use serde::Serialize;

    use super::{Stream, write_lines, write_sequence};
    use crate::support::client::RequestBuilder;

    impl RequestBuilder {
        /// Adds a body of a JSON value a line.
        pub fn json_lines<T: Serialize + Send + 'static>(self, items: Stream<T>, media_type: &'static str) -> Self {
            self.body(write_lines(items), media_type)
        }

        /// Adds a body of JSON values behind record separators.
        pub fn json_sequence<T: Serialize + Send + 'static>(self, items: Stream<T>, media_type: &'static str) -> Self {
            self.body(write_sequence(items), media_type)
        }
    }
}

#[cfg(feature = "server")]
mod receiving {
    use super::{Framing, Reading, Stream, read_json};
    use crate::support::codec::Decode;
    use crate::support::server::Incoming;

    fn reading(request: &Incoming) -> Reading {
        if request.is_lenient() { Reading::Lenient } else { Reading::Strict }
    }

    impl Incoming {
        /// A body of a JSON value a line.
        pub fn json_lines<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Option<Option<Stream<T>>> {
            let limit = self.limits().body;
            let reading = reading(self);
            Some(self.unread().map(|body| read_json(body, (Framing::Lines, limit, reading))))
        }

        /// A body of JSON values behind record separators.
        pub fn json_sequence<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Option<Option<Stream<T>>> {
            let limit = self.limits().body;
            let reading = reading(self);
            Some(self.unread().map(|body| read_json(body, (Framing::Sequence, limit, reading))))
        }
    }
}

#[cfg(feature = "server")]
mod answering {
    use serde::Serialize;

    use super::{Event, Stream, write_event_objects, write_events, write_lines, write_sequence, write_text_events};
    use crate::support::body::Body;
    use crate::support::server::{Outgoing, Rejection};

    type Written = Result<(), Rejection>;

    impl Outgoing {
        /// Server-sent events whose data is JSON.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn events<T: Serialize + Send + 'static>(&mut self, events: Stream<Event<T>>, to: &'static str) -> Written {
            self.stream(write_events(events), to)
        }

        /// Server-sent events whose data is text.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn text_events(&mut self, events: Stream<Event<String>>, media_type: &'static str) -> Written {
            self.stream(write_text_events(events), media_type)
        }

        /// Server-sent events that the description describes as objects.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn event_objects<T: Serialize + Send + 'static>(&mut self, events: Stream<T>, to: &'static str) -> Written {
            self.stream(write_event_objects(events), to)
        }

        /// A JSON value a line.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn json_lines<T: Serialize + Send + 'static>(&mut self, items: Stream<T>, to: &'static str) -> Written {
            self.stream(write_lines(items), to)
        }

        /// JSON values behind record separators.
        ///
        /// # Errors
        /// None; the signature is that of the others.
        pub fn json_sequence<T: Serialize + Send + 'static>(&mut self, items: Stream<T>, to: &'static str) -> Written {
            self.stream(write_sequence(items), to)
        }

        fn stream(&mut self, body: Body, media_type: &'static str) -> Written {
            self.headers_mut().insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-cache"));
            self.body(body, media_type)
        }
    }
}

// ---- writing ----

struct Written<T> {
    items: Stream<T>,
    encode: fn(T) -> Result<Vec<u8>, BoxError>,
}

impl<T: Send + 'static> HttpBody for Written<T> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let encode = self.encode;
        let next = ready!(self.items.poll(cx));
        Poll::Ready(next.map(|item| {
            let text = item.map_err(BoxError::from).and_then(encode)?;
            Ok(Frame::data(text.into()))
        }))
    }
}

fn written<T: Send + 'static>(items: Stream<T>, encode: fn(T) -> Result<Vec<u8>, BoxError>) -> Body {
    Body::stream(Written { items, encode })
}

/// A JSON value a line.
pub fn write_lines<T: Serialize + Send + 'static>(items: Stream<T>) -> Body {
    written(items, |item| {
        let mut text = serde_json::to_vec(&item)?;
        text.push(b'\n');
        Ok(text)
    })
}

/// A JSON value behind each record separator, and a line feed behind it (RFC 7464, section 2.2).
pub fn write_sequence<T: Serialize + Send + 'static>(items: Stream<T>) -> Body {
    written(items, |item| {
        let mut text = vec![0x1e];
        serde_json::to_writer(&mut text, &item)?;
        text.push(b'\n');
        Ok(text)
    })
}

/// Events whose data is JSON.
pub fn write_events<T: Serialize + Send + 'static>(events: Stream<Event<T>>) -> Body {
    written(events, |event| {
        let data = serde_json::to_string(&event.data)?;
        event_text(&event.map(|_| data))
    })
}

/// Events whose data is text.
pub fn write_text_events(events: Stream<Event<String>>) -> Body {
    written(events, |event| event_text(&event))
}

/// Events that the description describes as objects.
pub fn write_event_objects<T: Serialize + Send + 'static>(events: Stream<T>) -> Body {
    written(events, |event| {
        let mut object = serde_json::to_value(&event)?;
        let mut text = |name: &str| object.get_mut(name).map(serde_json::Value::take).filter(|value| !value.is_null());
        let plain = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            value => value.to_string(),
        };
        let (event, id, retry) = (text("event").map(plain), text("id").map(plain), text("retry"));
        let retry = retry.and_then(|retry| retry.as_u64()).map(Duration::from_millis);
        let data = text("data").map(plain).unwrap_or_default();
        event_text(&Event { id, event, retry, data })
    })
}

fn event_text(event: &Event<String>) -> Result<Vec<u8>, BoxError> {
    let mut text = String::new();
    for (name, value) in [("id", &event.id), ("event", &event.event)] {
        let Some(value) = value else { continue };
        if value.contains(['\r', '\n', '\0']) {
            return Err(format!("an event's `{name}` holds a line break").into());
        }
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(retry) = event.retry {
        text.push_str(&format!("retry: {}\n", retry.as_millis()));
    }
    for line in event.data.replace("\r\n", "\n").split(['\n', '\r']) {
        text.push_str(&format!("data: {line}\n"));
    }
    text.push('\n');
    Ok(text.into_bytes())
}
