//! Bodies that a handler reads itself, within the limits.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use tokio::time::{Sleep, sleep};

use crate::support::body::{self, BoxError, Refused};
use crate::support::operation::Operation;
use crate::support::server::{Body, Limits, Rejection, RejectionKind};

/// The body, which ends with an error where it is longer than allowed, or where nothing comes for too long.
pub(crate) fn guarded(body: Body, limits: Limits) -> body::Body {
    let Limits { body: rest, body_time: patience, .. } = limits;
    body::Body::stream(Guarded { body, rest, patience, timer: None })
}

struct Guarded {
    body: Body,
    /// How many bytes may still come.
    rest: usize,
    patience: Duration,
    /// Runs while the handler waits: what it does between two chunks is its own time.
    timer: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Poll::Ready(next) = Pin::new(&mut self.body).poll_frame(cx) else {
            let patience = self.patience;
            ready!(self.timer.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(cx));
            return Poll::Ready(Some(Err(Refused::TooSlow.into())));
        };
        self.timer = None;
        let Some(frame) = next else { return Poll::Ready(None) };
        let frame = frame.map_err(|error| Refused::BrokenOff(error.into()))?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = self.rest.checked_sub(length) else {
            return Poll::Ready(Some(Err(Refused::TooLong.into())));
        };
        self.rest = rest;
        Poll::Ready(Some(Ok(frame)))
    }
}

/// The rejection for what a handler failed with: that of the request where its body is the reason.
pub(crate) fn refused(source: BoxError, operation: &Operation) -> Rejection {
    let first: &(dyn std::error::Error + 'static) = source.as_ref();
    let mut chain = std::iter::successors(Some(first), |error| error.source());
    match chain.find_map(|error| error.downcast_ref::<Refused>()) {
        None => Rejection::internal(source),
        Some(Refused::TooLong) => Rejection::new(RejectionKind::PayloadTooLarge, "the body is too long"),
        Some(Refused::TooSlow) => Rejection::new(RejectionKind::RequestTimeout, "the body took too long"),
        Some(Refused::BrokenOff(_)) => Rejection::new(RejectionKind::Malformed, "the body ended early"),
        Some(Refused::Invalid(invalid)) => {
            Rejection::invalid(invalid.violations.clone(), operation.declares_unprocessable)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc;

    use super::*;

    struct Chunks(mpsc::Receiver<Bytes>);

    impl HttpBody for Chunks {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            self.0.poll_recv(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
        }
    }

    /// A caller that sends nothing for too long while the handler waits is too slow; one that waits for the handler is not.
    #[tokio::test(start_paused = true)]
    async fn only_waiting_for_the_caller_counts() {
        let minute = Duration::from_secs(60);
        let (chunks, receiver) = mpsc::channel(1);
        let limits = Limits { body_time: minute, ..Limits::default() };
        let mut body = guarded(Body::new(Chunks(receiver)), limits);
        let send = |after: Duration| {
            let chunks = chunks.clone();
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                let _ = chunks.send(Bytes::from_static(b"x")).await;
            })
        };
        for _ in 0..3 {
            // The handler is busy; what it then waits for comes in time.
            tokio::time::sleep(10 * minute).await;
            send(minute - Duration::from_secs(1));
            assert_eq!(body.chunk().await.expect("a chunk").expect("no error"), "x");
        }
        send(minute + Duration::from_secs(1));
        let error = body.chunk().await.expect("an error").expect_err("nothing came for too long");
        let source = std::error::Error::source(&error).and_then(|error| error.downcast_ref());
        assert!(matches!(source, Some(Refused::TooSlow)), "{error:?}");
    }
}
