//! Bodies cut into items.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use http_body::Body as HttpBody;

use crate::support::body::{Body, BoxError, Refused};
use crate::support::codec::{self, Decode, Refusal};
use crate::support::stream::{Event, Stream, StreamError};
use crate::support::violation::{Invalid, Location, Violation};

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

/// What opens a stream of events again that has ended.
pub trait Reopen: Send {
    /// The body that goes on after the last event; `None` where none does.
    fn reopen(&mut self, left: Left) -> Reopening;
}

/// A body that is being opened again.
pub type Reopening = Pin<Box<dyn Future<Output = Result<Option<Body>, BoxError>> + Send>>;

/// What a connection of events has left when it ended (HTML Living Standard, 9.2).
#[derive(Debug, Clone, Default)]
pub struct Left {
    /// The last event id; empty for none.
    pub last_id: String,
    /// How long to wait before reconnecting, if the server has said so.
    pub retry: Option<Duration>,
    /// Whether this connection has brought an event.
    pub has_brought: bool,
}

/// A stream of events that may be opened again.
struct Reconnecting {
    reopen: Box<dyn Reopen>,
    left: Left,
    opening: Option<Reopening>,
}

impl Reconnecting {
    /// Notes what an event says of reconnecting.
    fn note(&mut self, record: &[u8]) {
        for (field, value) in fields(&lines(record)) {
            match field {
                "id" if !value.contains('\0') => self.left.last_id = value.to_owned(),
                "retry" => self.left.retry = milliseconds(value).or(self.left.retry),
                "data" => self.left.has_brought = true,
                _ => {}
            }
        }
    }
}

/// A body, cut into the texts of its items.
struct Records {
    body: Body,
    framing: Framing,
    limit: usize,
    reconnecting: Option<Reconnecting>,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no end of an item.
    searched: usize,
    is_done: bool,
}

impl Records {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        loop {
            while let Some(record) = self.take() {
                if !record.iter().all(u8::is_ascii_whitespace) {
                    self.reconnecting.iter_mut().for_each(|it| it.note(&record));
                    return Poll::Ready(Some(Ok(record)));
                }
            }
            if let Err(error) = ready!(self.poll_opening(cx)) {
                self.end();
                return Poll::Ready(Some(Err(StreamError::Failed(error))));
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
                Some(Err(_)) | None if self.reconnecting.is_some() => self.reopen(),
                Some(Err(error)) => {
                    self.end();
                    return Poll::Ready(Some(Err(StreamError::Failed(error))));
                }
                None => self.is_done = true,
            }
        }
    }

    /// Begins to open the body again. What there is of an event is dropped.
    fn reopen(&mut self) {
        self.buffer.clear();
        self.searched = 0;
        if let Some(Reconnecting { reopen, left, opening }) = &mut self.reconnecting {
            *opening = Some(reopen.reopen(left.clone()));
            left.has_brought = false;
        }
    }

    /// Goes on with the body that is being opened, once it is there.
    fn poll_opening(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        let Some(reconnecting) = &mut self.reconnecting else { return Poll::Ready(Ok(())) };
        let Some(opening) = &mut reconnecting.opening else { return Poll::Ready(Ok(())) };
        let opened = ready!(opening.as_mut().poll(cx));
        reconnecting.opening = None;
        match opened? {
            Some(body) => self.body = body,
            None => self.end(),
        }
        Poll::Ready(Ok(()))
    }

    /// Nothing more is read.
    fn end(&mut self) {
        self.is_done = true;
        self.buffer.clear();
        self.searched = 0;
        self.reconnecting = None;
    }

    /// The next item in the buffer, if all of it is there.
    fn take(&mut self) -> Option<Bytes> {
        let rest = self.buffer.get(self.searched..).unwrap_or_default();
        let end = match self.framing {
            Framing::Lines => rest.iter().position(|byte| *byte == b'\n').map(|at| (at, 1)),
            // The text before the first separator is no item, and empty.
            Framing::Sequence => rest.iter().position(|byte| *byte == 0x1e).map(|at| (at, 1)),
            Framing::Events => end_of_event(rest, self.is_done),
        };
        match end {
            Some((at, length)) => {
                let record = self.buffer.split_to(self.searched + at);
                self.buffer.advance(length);
                self.searched = 0;
                Some(record.freeze())
            }
            // An event without its empty line is incomplete and dropped; a line or a sequence may end with the body.
            None if self.is_done && self.framing != Framing::Events && !self.buffer.is_empty() => {
                self.searched = 0;
                Some(self.buffer.split().freeze())
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

/// The text of an event, its lines ended by line feeds.
fn lines(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n")
}

/// The fields in the lines of an event, with their values.
fn fields(lines: &str) -> impl Iterator<Item = (&str, &str)> {
    lines.split('\n').map(|line| {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        (field, value.strip_prefix(' ').unwrap_or(value))
    })
}

/// The value of `retry`.
fn milliseconds(value: &str) -> Option<Duration> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_number).map(Duration::from_millis)
}

/// An event of its text; `None` for one without data.
fn event(text: &[u8]) -> Option<Event<String>> {
    let mut event = Event::default();
    let mut data: Option<String> = None;
    for (field, value) in fields(&lines(text)) {
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
            "retry" => event.retry = milliseconds(value).or(event.retry),
            _ => {}
        }
    }
    event.data = data?;
    Some(event)
}

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

/// What many APIs send as the data of an event behind the last one, though it is no JSON.
pub(super) const END: &str = "[DONE]";

fn is_end(record: &[u8], framing: Framing) -> bool {
    let data = record.trim_ascii_start().strip_prefix(b"data:");
    let data = data.map(|data| data.strip_prefix(b" ").unwrap_or(data));
    framing == Framing::Events && data == Some(END.as_bytes())
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
    Source { body, limit, reopen }: Source,
    (framing, reading): (Framing, Reading),
    decode: Decoding<T>,
) -> Stream<T> {
    let reconnecting = reopen.map(|reopen| Reconnecting { reopen, left: Left::default(), opening: None });
    let records = Records { body, framing, limit, reconnecting, buffer: BytesMut::new(), searched: 0, is_done: false };
    Stream::of(Box::pin(Read { records, decode, reading }))
}

/// Where items come from.
pub struct Source {
    /// The body that they stand in.
    pub body: Body,
    /// How long one may be.
    pub limit: usize,
    /// What opens the body again; events alone can be.
    pub reopen: Option<Box<dyn Reopen>>,
}

impl Source {
    /// A body that ends when it ends.
    pub fn new(body: Body, limit: usize) -> Self {
        Self { body, limit, reopen: None }
    }
}

/// The items of a body of JSON values.
pub fn read_json<T: Decode + Send + 'static>(source: Source, form: (Framing, Reading)) -> Stream<T> {
    read(source, form, |text, reading| Some(json(text, reading)))
}

/// The events of a body, their data JSON.
pub fn read_events<T: Decode + Send + 'static>(source: Source) -> Stream<Event<T>> {
    read(source, (Framing::Events, Reading::Lenient), |text, reading| {
        let event = event(text)?;
        let data = json(event.data.as_bytes(), reading);
        Some(data.map(|data| event.map(|_| data)))
    })
}

/// The events of a body, their data text.
pub fn read_text_events(source: Source) -> Stream<Event<String>> {
    read(source, (Framing::Events, Reading::Lenient), |text, _| event(text).map(Ok))
}

/// The events of a body whose description describes them as objects: `event`, `id`, `retry` and `data`.
pub fn read_event_objects<T: Decode + Send + 'static>(source: Source) -> Stream<T> {
    read(source, (Framing::Events, Reading::Lenient), event_object)
}

/// An event as an object; `None` for one without data.
pub(super) fn event_object<T: Decode>(text: &[u8], reading: Reading) -> Option<Result<T, StreamError>> {
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
}
