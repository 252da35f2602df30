//! Streams of the client: answers that it reads, and bodies that it sends.

use serde::Serialize;

use crate::support::client::{Reply, RequestBuilder, Unusable};
use crate::support::codec::Decode;
use crate::support::media;
use crate::support::stream::reading::{Framing, Reading, read_event_objects, read_events, read_json, read_text_events};
use crate::support::stream::writing::{write_lines, write_sequence};
use crate::support::stream::{Event, Stream};

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
