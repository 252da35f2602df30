//! Streams that count what is taken of them, and say when they are dropped.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use tokio::sync::oneshot;

/// Makes items for as long as somebody takes them, `limit` at most: a stream, and a body where they are bytes.
#[derive(Debug)]
pub struct Source<T> {
    make: fn(u64) -> T,
    limit: u64,
    made: Arc<AtomicU64>,
    #[allow(dead_code, reason = "dropped with the rest")]
    ended: Ended,
}

/// Says when it is dropped.
#[derive(Debug)]
pub struct Ended(#[allow(dead_code, reason = "dropped is all that it is for")] oneshot::Sender<()>);

/// What is known of a source from outside.
#[derive(Debug)]
pub struct Watch {
    made: Arc<AtomicU64>,
    ended: oneshot::Receiver<()>,
}

/// A source, and what tells of it.
pub fn watched<T>(limit: u64, make: fn(u64) -> T) -> (Source<T>, Watch) {
    let made = Arc::new(AtomicU64::new(0));
    let (ended, watch) = Ended::watched();
    (Source { make, limit, made: Arc::clone(&made), ended }, Watch { made, ended: watch })
}

impl Ended {
    /// What says that it is dropped, and what hears it.
    pub fn watched() -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }
}

impl Watch {
    /// How many items have been made.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::SeqCst)
    }

    /// How many items have been made once no more are. A source that does not stop gets beyond `most` sooner or later: the
    /// pause only lets it.
    ///
    /// # Panics
    /// More are made than `most`.
    pub async fn settled(&self, most: u64) -> u64 {
        let mut looks = 0;
        let mut found = self.made();
        while looks < 5 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let now = self.made();
            looks = if now == found && now > 0 { looks + 1 } else { 0 };
            found = now;
            assert!(found <= most, "{found} items are made that nobody takes");
        }
        found
    }

    /// Returns once the source is dropped, which is sooner than a connection ends that nothing moves on (after 30 seconds).
    ///
    /// # Panics
    /// It is not, however long one waits.
    pub async fn ended(self) {
        let ended = tokio::time::timeout(Duration::from_secs(20), self.ended).await;
        assert!(ended.expect("the source must be dropped").is_err());
    }
}

impl<T> Source<T> {
    fn next(&self) -> Option<T> {
        let number = self.made.load(Ordering::SeqCst);
        (number < self.limit).then(|| {
            self.made.store(number + 1, Ordering::SeqCst);
            (self.make)(number)
        })
    }
}

impl<T> futures_core::Stream for Source<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(self.next())
    }
}

impl http_body::Body for Source<Bytes> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.next().map(|bytes| Ok(Frame::data(bytes))))
    }
}
