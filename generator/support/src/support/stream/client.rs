//! Streams of the client: answers that it reads, and bodies that it sends.

use std::future::ready;
use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::support::client::{Connection, Reply, RequestBuilder, Unusable};
use crate::support::codec::Decode;
use crate::support::media;
use crate::support::stream::reading::{
    Framing, Left, Reading, Reopen, Reopening, Source, read_event_objects, read_events, read_json, read_text_events,
};
use crate::support::stream::writing::{write_lines, write_sequence};
use crate::support::stream::{Event, Stream};

impl Reply {
    /// Server-sent events whose data is JSON.
    ///
    /// # Errors
    /// The answer is of another media type.
    pub fn events<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<Event<T>>, Unusable> {
        Ok(read_events(self.events_source()?))
    }

    /// Server-sent events whose data is text.
    ///
    /// # Errors
    /// The answer is of another media type.
    pub fn text_events(&mut self, _media_type: &'static str) -> Result<Stream<Event<String>>, Unusable> {
        Ok(read_text_events(self.events_source()?))
    }

    /// Server-sent events that the description describes as objects.
    ///
    /// # Errors
    /// The answer is of another media type.
    pub fn event_objects<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<T>, Unusable> {
        Ok(read_event_objects(self.events_source()?))
    }

    /// A JSON value a line.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn json_lines<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<T>, Unusable> {
        Ok(read_json(self.source()?, (Framing::Lines, Reading::Lenient)))
    }

    /// JSON values behind record separators.
    ///
    /// # Errors
    /// None; the signature is that of the others.
    pub fn json_sequence<T: Decode + Send + 'static>(&mut self, _: &'static str) -> Result<Stream<T>, Unusable> {
        Ok(read_json(self.source()?, (Framing::Sequence, Reading::Lenient)))
    }

    fn events_source(&mut self) -> Result<Source, Unusable> {
        let is_other = self.content_type().is_some_and(|found| media::essence(found) != EVENTS);
        if is_other {
            return Err(self.undeclared());
        }
        let connection = self.take_connection();
        let reopen = connection.map(|it| Box::new(Reconnection { connection: it, in_vain: 0 }) as Box<dyn Reopen>);
        Ok(Source { reopen, ..self.source()? })
    }

    fn source(&mut self) -> Result<Source, Unusable> {
        Ok(Source::new(self.body("")?, self.max_item()))
    }
}

const EVENTS: &str = "text/event-stream";

/// How long to wait before reconnecting, unless the server says otherwise: "probably in the region of a few seconds"
/// (HTML Living Standard, 9.2.3).
const RECONNECTION_TIME: Duration = Duration::from_secs(3);

/// The connections of a stream of events.
struct Reconnection {
    connection: Connection,
    /// How many in a row have brought no event.
    in_vain: u32,
}

impl Reopen for Reconnection {
    fn reopen(&mut self, left: Left) -> Reopening {
        self.in_vain = if left.has_brought { 0 } else { self.in_vain + 1 };
        if self.in_vain > self.connection.retries() {
            return Box::pin(ready(Err("the stream ends time and again without an event".into())));
        }
        let asked = left.retry.unwrap_or(RECONNECTION_TIME);
        if !self.connection.grants(asked) {
            let reason = format!("the API wants the stream to be opened again after {asked:?}, which is too long");
            return Box::pin(ready(Err(reason.into())));
        }
        let wait = asked.saturating_add(self.connection.backoff(self.in_vain));
        let last_id = HeaderValue::try_from(left.last_id).ok().filter(|id| !id.is_empty());
        let again = self.connection.again(wait, HeaderName::from_static("last-event-id"), last_id);
        Box::pin(async move {
            let response = again.await?;
            let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            match response.status() {
                // This is how a server says that it has nothing more to say (9.2.2).
                StatusCode::NO_CONTENT => Ok(None),
                StatusCode::OK if media_type.is_some_and(|found| media::essence(found) == EVENTS) => {
                    Ok(Some(response.into_body()))
                }
                status => Err(format!("the API answered {status} when the stream was opened again").into()),
            }
        })
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
