//! Items joined to bodies.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use serde::Serialize;

use crate::support::body::{Body, BoxError};
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
