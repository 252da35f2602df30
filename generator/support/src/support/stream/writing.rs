//! Items joined to bodies.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use serde::Serialize;

use crate::support::body::{Body, BoxError};
use crate::support::codec::Decode;
use crate::support::stream::reading::{self, END, Reading};
use crate::support::stream::{Event, Stream};

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
pub fn write_event_objects<T: Serialize + Decode + Send + 'static>(events: Stream<T>) -> Body {
    written(events, |event| {
        let object = serde_json::to_value(&event)?;
        let text = event_text(&event_of(object.clone())?)?;
        let read = reading::event_object::<T>(&text, Reading::Lenient).and_then(Result::ok);
        if read.and_then(|read| serde_json::to_value(read).ok()) != Some(object) {
            return Err("an event reads as something else than it is".into());
        }
        Ok(text)
    })
}

/// The fields of an event that is described as an object.
fn event_of(object: serde_json::Value) -> Result<Event<String>, BoxError> {
    let serde_json::Value::Object(members) = object else { return Err("an event is no object".into()) };
    let mut event = Event::default();
    for (name, value) in members.into_iter().filter(|(_, value)| !value.is_null()) {
        let retry = value.as_u64();
        let text = match value {
            serde_json::Value::String(text) => text,
            value => value.to_string(),
        };
        match (name.as_str(), retry) {
            ("event", _) => event.event = Some(text),
            ("id", _) => event.id = Some(text),
            ("data", _) => event.data = text,
            ("retry", Some(retry)) => event.retry = Some(Duration::from_millis(retry)),
            _ => return Err(format!("an event cannot carry its `{name}`").into()),
        }
    }
    Ok(event)
}

/// The lines of an event.
///
/// # Errors
/// It would be read as something else (HTML Living Standard, 9.2.6, which has one kind of line end), or as the end of
/// the stream.
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
        let Ok(milliseconds) = u64::try_from(retry.as_millis()) else {
            return Err("an event's `retry` is too long".into());
        };
        if retry.subsec_nanos() % 1_000_000 != 0 {
            return Err("an event's `retry` is no whole number of milliseconds".into());
        }
        text.push_str(&format!("retry: {milliseconds}\n"));
    }
    if event.data.contains('\r') {
        return Err("an event's `data` holds a carriage return, which would be read as a line feed".into());
    }
    if text.is_empty() && event.data == END {
        return Err("an event's `data` is `[DONE]`, which would be read as the end of the stream".into());
    }
    for line in event.data.split('\n') {
        text.push_str(&format!("data: {line}\n"));
    }
    text.push('\n');
    Ok(text.into_bytes())
}
