//! One way to treat all kinds of streams: answers that come bit by bit, and uploads.

use load::{Source, Watch, watched};
use traffic_api::client::prelude::*;
use traffic_api::client::{ApiError, Client, Error};
use traffic_api::operations::{
    Body, Event, File, GetBytesParams, GetEventsParams, GetLinesParams, GetSequenceParams, PostFileMultipart, Stream,
};
use traffic_api::types::{Count, Item};

use crate::service::{chunk, item};
use crate::soon;

/// Kinds of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bytes,
    Lines,
    Sequence,
    Events,
}

pub(crate) const KINDS: [Kind; 4] = [Kind::Bytes, Kind::Lines, Kind::Sequence, Kind::Events];

/// An answer.
pub(crate) enum Answer {
    Bytes(Body),
    Items(Stream<Item>),
    Events(Stream<Event<Item>>),
}

impl Answer {
    /// Asks for one.
    pub(crate) async fn open(client: &Client, kind: Kind) -> Self {
        match kind {
            Kind::Bytes => Self::Bytes(soon(client.get_bytes(&GetBytesParams::new(0)).into_future()).await.unwrap()),
            Kind::Lines => Self::Items(soon(client.get_lines(&GetLinesParams::new(0)).into_future()).await.unwrap()),
            Kind::Sequence => {
                Self::Items(soon(client.get_sequence(&GetSequenceParams::new(0)).into_future()).await.unwrap())
            }
            Kind::Events => {
                Self::Events(soon(client.get_events(&GetEventsParams::new(0)).into_future()).await.unwrap())
            }
        }
    }

    /// How many bytes the next piece of it has, whatever sort of piece; what it fails with has its reasons.
    pub(crate) async fn next(&mut self) -> Option<Result<u64, String>> {
        let text = |error: &(dyn std::error::Error + 'static)| {
            let errors = std::iter::successors(Some(error), |error| error.source());
            errors.map(ToString::to_string).collect::<Vec<_>>().join(": ")
        };
        let piece = match self {
            Self::Bytes(body) => soon(body.chunk()).await?.map(|bytes| bytes.len()).map_err(|error| text(&error)),
            Self::Items(items) => soon(items.next()).await?.map(|item| item.text.len()).map_err(|error| text(&error)),
            Self::Events(events) => {
                soon(events.next()).await?.map(|event| event.data.text.len()).map_err(|error| text(&error))
            }
        };
        Some(piece.map(|length| length as u64))
    }

    /// How many bytes all that comes has, and what it fails with.
    pub(crate) async fn rest(&mut self) -> (u64, Option<String>) {
        let mut bytes = 0;
        while let Some(piece) = self.next().await {
            match piece {
                Ok(length) => bytes += length,
                Err(error) => return (bytes, Some(error)),
            }
        }
        (bytes, None)
    }
}

/// What a call ends with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Counted(i64),
    Status(u16),
    Transport,
    Timeout,
}

/// Kinds of uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upload {
    Bytes,
    /// Of a multipart body.
    File,
    Lines,
}

pub(crate) const UPLOADS: [Upload; 3] = [Upload::Bytes, Upload::File, Upload::Lines];

/// Sends so many chunks or items. Gives what the call ends with, and what tells of the source.
pub(crate) fn upload(client: &Client, kind: Upload, limit: u64) -> (impl Future<Output = End> + Send + 'static, Watch) {
    let client = client.clone();
    match kind {
        Upload::Bytes => {
            let (source, watch) = watched(limit, chunk);
            (boxed(async move { end(client.put_bytes(Body::stream(source)).await) }), watch)
        }
        Upload::File => {
            let (source, watch) = watched(limit, chunk);
            let body = PostFileMultipart::new("file", File::new("file.bin", Body::stream(source)));
            (boxed(async move { end(client.post_file(body).await) }), watch)
        }
        Upload::Lines => {
            let (source, watch): (Source<Item>, Watch) = watched(limit, item);
            (boxed(async move { end(client.post_lines(Stream::new(source)).await) }), watch)
        }
    }
}

fn boxed(end: impl Future<Output = End> + Send + 'static) -> std::pin::Pin<Box<dyn Future<Output = End> + Send>> {
    Box::pin(end)
}

pub(crate) fn end<E: ApiError>(result: Result<Count, Error<E>>) -> End {
    match result {
        Ok(count) => End::Counted(count.count),
        Err(Error::Transport(_)) => End::Transport,
        Err(Error::Timeout(_)) => End::Timeout,
        Err(error) => End::Status(error.status().unwrap_or_else(|| panic!("{error:?}")).as_u16()),
    }
}
