//! Streams of the server: bodies that it reads, and answers that it sends.

use serde::Serialize;

use crate::support::body::Body;
use crate::support::codec::Decode;
use crate::support::server::{Incoming, Outgoing, Rejection};
use crate::support::stream::reading::{Framing, Reading, Source, read_json};
use crate::support::stream::writing::{
    write_event_objects, write_events, write_lines, write_sequence, write_text_events,
};
use crate::support::stream::{Event, Stream};

fn reading(request: &Incoming) -> Reading {
    if request.is_lenient() { Reading::Lenient } else { Reading::Strict }
}

impl Incoming {
    /// A body of a JSON value a line.
    pub fn json_lines<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Option<Option<Stream<T>>> {
        let limit = self.limits().body;
        let reading = reading(self);
        Some(self.unread().map(|body| read_json(Source::new(body, limit), (Framing::Lines, reading))))
    }

    /// A body of JSON values behind record separators.
    pub fn json_sequence<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Option<Option<Stream<T>>> {
        let limit = self.limits().body;
        let reading = reading(self);
        Some(self.unread().map(|body| read_json(Source::new(body, limit), (Framing::Sequence, reading))))
    }
}

type Written = Result<(), Rejection>;

impl Outgoing {
    /// Server-sent events whose data is JSON.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn events<T: Serialize + Send + 'static>(&mut self, events: Stream<Event<T>>, to: &'static str) -> Written {
        self.of_events();
        self.stream(write_events(events), to)
    }

    /// Server-sent events whose data is text.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn text_events(&mut self, events: Stream<Event<String>>, media_type: &'static str) -> Written {
        self.of_events();
        self.stream(write_text_events(events), media_type)
    }

    /// Server-sent events that the description describes as objects.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn event_objects<T: Serialize + Decode + Send + 'static>(
        &mut self,
        events: Stream<T>,
        to: &'static str,
    ) -> Written {
        self.of_events();
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
