//! A service whose handlers wait for what a test says.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use load::{Ended, Source, Watch, watched};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{oneshot, watch};
use traffic_api::operations::{
    Body, Event, GetBytesParams, GetEventsParams, GetLinesParams, GetSequenceParams, PostCountError, PostFileMultipart,
    PutBytesError, Stream,
};
use traffic_api::server::{Failure, Gate, Limits, Operation};
use traffic_api::types::{Count, Item};

use crate::{ITEM, SHORT};

/// How far handlers are to read their body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// Not at all.
    Nothing,
    /// Until so many chunks or items have come.
    Some(u64),
    /// To its end.
    All,
    /// No further; then they answer 401.
    Refuse,
}

/// What a handler tells the test.
#[derive(Debug)]
pub(crate) enum Told {
    /// It has been called; what is given says when it is dropped.
    Called(oneshot::Receiver<()>),
    /// It has made an answer of what can be watched.
    Answered(Watch),
    /// It has read this many bytes or items of its body, which has ended.
    Whole(u64),
    /// The body has failed.
    Broken(String),
}

/// The service.
pub(crate) struct Scripted {
    told: UnboundedSender<Told>,
    read: watch::Receiver<Read>,
    limits: Limits,
    /// How many items answers have.
    items: u64,
}

/// What a handler has read of a body.
struct ReadBytes {
    count: Count,
    /// Whether the body has ended, or the handler has had enough.
    is_whole: bool,
}

/// A service, what its handlers tell, and what tells them how far to read.
pub(crate) fn scripted(
    read: Read,
    items: u64,
    limits: Limits,
) -> (Scripted, UnboundedReceiver<Told>, watch::Sender<Read>) {
    let (told, receiver) = unbounded_channel();
    let (sender, read) = watch::channel(read);
    (Scripted { told, read, limits, items }, receiver, sender)
}

/// Any size, and no patience with callers that send nothing.
pub(crate) fn impatient() -> Limits {
    Limits { body_time: SHORT, ..patient() }
}

/// Any size, and files that are handed on as they come however short they are.
pub(crate) fn patient() -> Limits {
    Limits { body: usize::MAX, memory: 1024, body_time: Duration::from_secs(600), ..Limits::default() }
}

pub(crate) fn chunk(_: u64) -> Bytes {
    static CHUNK: [u8; ITEM as usize] = [b'x'; ITEM as usize];
    Bytes::from_static(&CHUNK)
}

pub(crate) fn item(number: u64) -> Item {
    Item::new(number as i64, "x".repeat(ITEM as usize))
}

impl Gate for Scripted {
    fn limits(&self, _: &'static Operation) -> Limits {
        self.limits
    }
}

impl Scripted {
    fn tell(&self, told: Told) {
        let _ = self.told.send(told);
    }

    fn called(&self) -> Ended {
        let (guard, ended) = Ended::watched();
        self.tell(Told::Called(ended));
        guard
    }

    fn answer<T>(&self, make: fn(u64) -> T) -> Source<T> {
        let (source, watch) = watched(self.items, make);
        self.tell(Told::Answered(watch));
        source
    }

    /// Reads as far as it is told.
    async fn read<E: 'static>(&self, mut body: Body) -> Result<ReadBytes, Failure<E>> {
        let (mut chunks, mut bytes) = (0, 0);
        let is_whole = loop {
            if !self.reads_on(chunks).await {
                break false;
            }
            match body.chunk().await {
                Some(Ok(chunk)) => bytes += chunk.len() as u64,
                Some(Err(error)) => {
                    self.tell(Told::Broken(format!("{:?}", std::error::Error::source(&error))));
                    return Err(error.into());
                }
                None => {
                    self.tell(Told::Whole(bytes));
                    break true;
                }
            }
            chunks += 1;
        };
        Ok(ReadBytes { count: Count::new(bytes as i64), is_whole })
    }

    /// Whether the next item is to be read, when that is known.
    async fn reads_on(&self, count: u64) -> bool {
        let mut read = self.read.clone();
        let decided = read.wait_for(|read| match read {
            Read::Nothing => false,
            Read::Some(most) => count < *most,
            Read::All | Read::Refuse => true,
        });
        *decided.await.unwrap() != Read::Refuse
    }
}

impl traffic_api::server::Default for Scripted {
    async fn put_bytes(&self, body: Body) -> Result<Count, Failure<PutBytesError>> {
        let _guard = self.called();
        let read = self.read(body).await?;
        if read.is_whole { Ok(read.count) } else { Err(PutBytesError::Unauthorized(read.count).into()) }
    }

    async fn post_file(&self, body: PostFileMultipart) -> Result<Count, Failure<Infallible>> {
        let _guard = self.called();
        Ok(self.read(body.file.body).await?.count)
    }

    async fn post_lines(&self, mut body: Stream<Item>) -> Result<Count, Failure<Infallible>> {
        let _guard = self.called();
        let mut count = 0;
        while self.reads_on(count).await {
            match body.next().await {
                Some(Ok(_)) => count += 1,
                Some(Err(error)) => {
                    self.tell(Told::Broken(format!("{error:?}")));
                    return Err(error.into());
                }
                None => {
                    self.tell(Told::Whole(count));
                    break;
                }
            }
        }
        Ok(Count::new(count as i64))
    }

    async fn post_count(&self, body: Count) -> Result<Count, Failure<PostCountError>> {
        let _guard = self.called();
        self.reads_on(0).await;
        Ok(body)
    }

    async fn get_bytes(&self, _: GetBytesParams) -> Result<Body, Failure<Infallible>> {
        Ok(Body::stream(self.answer(chunk)))
    }

    async fn get_lines(&self, _: GetLinesParams) -> Result<Stream<Item>, Failure<Infallible>> {
        Ok(Stream::new(self.answer(item)))
    }

    async fn get_sequence(&self, _: GetSequenceParams) -> Result<Stream<Item>, Failure<Infallible>> {
        Ok(Stream::new(self.answer(item)))
    }

    async fn get_events(&self, _: GetEventsParams) -> Result<Stream<Event<Item>>, Failure<Infallible>> {
        Ok(Stream::new(self.answer(|number| Event::new(item(number)))))
    }
}

/// What a service tells next, which must be that it is called.
pub(crate) async fn called(told: &mut UnboundedReceiver<Told>) -> oneshot::Receiver<()> {
    match crate::soon(told.recv()).await {
        Some(Told::Called(ended)) => ended,
        other => panic!("{other:?}"),
    }
}

/// What a service tells next, which must be that it answers.
pub(crate) async fn answered(told: &mut UnboundedReceiver<Told>) -> Watch {
    match crate::soon(told.recv()).await {
        Some(Told::Answered(watch)) => watch,
        other => panic!("{other:?}"),
    }
}

/// Returns once what is watched is dropped.
pub(crate) async fn dropped(ended: oneshot::Receiver<()>) {
    crate::soon(ended).await.unwrap_err();
}
