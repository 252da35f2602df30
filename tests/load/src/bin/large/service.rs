//! A service that counts what comes, and gives as much as it is asked for.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use load::watched;
use traffic_api::operations::{
    Body, Event, GetBytesParams, GetEventsParams, GetLinesParams, GetSequenceParams, PostFileMultipart, PutBytesError,
    Stream,
};
use traffic_api::server::{Failure, Gate, Limits, Operation};
use traffic_api::types::{Count, Item};

use crate::exchange::bytes_of;

/// How many bytes are made at once.
pub(crate) const CHUNK: u64 = 64 * 1024;

/// The service.
pub(crate) struct Large;

impl Gate for Large {
    fn limits(&self, _: &'static Operation) -> Limits {
        Limits { body: usize::MAX, body_time: Duration::from_secs(600), ..Limits::default() }
    }
}

impl traffic_api::server::Default for Large {
    async fn put_bytes(&self, body: Body) -> Result<Count, Failure<PutBytesError>> {
        let count = bytes_of(body).await.map_err(|error| Failure::internal(error.into_boxed_dyn_error()))?;
        Ok(counted(count))
    }

    async fn post_file(&self, body: PostFileMultipart) -> Result<Count, Failure<Infallible>> {
        let count = bytes_of(body.file.body).await.map_err(|error| Failure::internal(error.into_boxed_dyn_error()))?;
        Ok(counted(count))
    }

    async fn post_lines(&self, mut body: Stream<Item>) -> Result<Count, Failure<Infallible>> {
        let mut count = 0;
        while let Some(item) = body.next().await {
            count += i64::from(item?.number == count);
        }
        Ok(Count::new(count))
    }

    async fn get_bytes(&self, params: GetBytesParams) -> Result<Body, Failure<Infallible>> {
        Ok(chunks(params.count.unsigned_abs()))
    }

    async fn get_lines(&self, params: GetLinesParams) -> Result<Stream<Item>, Failure<Infallible>> {
        Ok(Stream::new(watched(params.count.unsigned_abs(), item).0))
    }

    async fn get_sequence(&self, params: GetSequenceParams) -> Result<Stream<Item>, Failure<Infallible>> {
        Ok(Stream::new(watched(params.count.unsigned_abs(), item).0))
    }

    async fn get_events(&self, params: GetEventsParams) -> Result<Stream<Event<Item>>, Failure<Infallible>> {
        Ok(Stream::new(watched(params.count.unsigned_abs(), |number| Event::new(item(number))).0))
    }
}

fn counted(count: u64) -> Count {
    Count::new(count.try_into().unwrap_or(i64::MAX))
}

/// So many zeros, a multiple of [`CHUNK`], made as they are taken.
pub(crate) fn chunks(count: u64) -> Body {
    static ZEROS: [u8; CHUNK as usize] = [0; CHUNK as usize];
    let (source, _) = watched(count / CHUNK, |_| Bytes::from_static(&ZEROS));
    Body::stream(source)
}

/// An item of some kilobytes, so that it shows where items are kept.
pub(crate) fn item(number: u64) -> Item {
    Item::new(number as i64, "x".repeat(4000))
}
