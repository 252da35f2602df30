//! Streams of events with nothing to say: a comment now and then keeps what is between server and client from closing
//! the connection, and shows the server that the client is gone (HTML Living Standard, 9.2.7).

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use tokio::time::{Instant, Sleep, sleep};

use crate::support::server::{Body, Response};

/// A line that is no event's, and the empty line behind it.
const COMMENT: &[u8] = b": keep-alive\n\n";

/// Says of an answer, in its extensions, that it is a stream of events: between two frames it is between two events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Events;

/// The answer, with a comment wherever a stream of events is silent for `interval`.
pub(crate) fn kept_alive(mut response: Response, interval: Option<Duration>) -> Response {
    match (response.extensions_mut().remove::<Events>(), interval) {
        (Some(Events), Some(interval)) => response.map(|body| Body::new(KeptAlive { body, interval, timer: None })),
        _ => response,
    }
}

struct KeptAlive {
    body: Body,
    interval: Duration,
    /// Made when the stream is first silent.
    timer: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for KeptAlive {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let interval = self.interval;
        if let Poll::Ready(next) = Pin::new(&mut self.body).poll_frame(cx) {
            if let Some(timer) = &mut self.timer {
                timer.as_mut().reset(Instant::now() + interval);
            }
            return Poll::Ready(next);
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(interval)));
        ready!(timer.as_mut().poll(cx));
        timer.as_mut().reset(Instant::now() + interval);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(COMMENT)))))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::BodyExt as _;

    use super::*;
    use crate::support::body;
    use crate::support::stream::reading::{Source, read_text_events};

    /// Waits for ever, unless there is something left.
    struct Then(Option<&'static str>, usize);

    impl HttpBody for Then {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.1 > 0 {
                self.1 -= 1;
                return Poll::Pending;
            }
            Poll::Ready(self.0.take().map(|text| Ok(Frame::data(text.into()))))
        }
    }

    fn events(body: Then) -> Response {
        let mut response = Response::new(Body::new(body));
        response.extensions_mut().insert(Events);
        response
    }

    const SHORT: Option<Duration> = Some(Duration::from_millis(1));

    #[tokio::test]
    async fn silence_is_broken_by_comments() {
        let mut body = kept_alive(events(Then(None, usize::MAX)), SHORT).into_body();
        for _ in 0..3 {
            let frame = body.frame().await.expect("a frame").expect("no error");
            assert_eq!(frame.into_data().expect("data"), COMMENT);
        }
    }

    #[tokio::test]
    async fn comments_are_no_events() {
        // Each poll that finds nothing is followed by one with the comment.
        let body = kept_alive(events(Then(Some("data: a\n\n"), 3)), SHORT).into_body();
        let mut events = read_text_events(Source::new(body::Body::stream(body), 100));
        let mut found = Vec::new();
        while let Some(event) = events.next().await {
            found.push(event.expect("an event").data);
        }
        assert_eq!(found, ["a"]);
    }

    #[tokio::test]
    async fn what_is_not_events_or_not_to_be_kept_alive_stays_as_it_is() {
        let text = async |response: Response| response.into_body().collect().await.expect("no error").to_bytes();
        let plain = Response::new(Body::from("x"));
        assert_eq!(text(kept_alive(plain, SHORT)).await, "x");
        assert_eq!(text(kept_alive(events(Then(Some("data: a\n\n"), 0)), None)).await, "data: a\n\n");
    }
}
