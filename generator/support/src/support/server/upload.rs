//! Bodies that a handler reads itself, within the limits.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{error, io};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use tokio::time::{Sleep, sleep};

use crate::support::body::{self, BoxError, Refused};
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
    /// Runs while something is waited for: how long the handler takes is not its sender's business.
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
        let Some(frame) = next else { return Poll::Ready(None) };
        let frame = frame.map_err(|error| Refused::BrokenOff(error.into()))?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = self.rest.checked_sub(length) else {
            return Poll::Ready(Some(Err(Refused::TooLong.into())));
        };
        (self.rest, self.timer) = (rest, None);
        Poll::Ready(Some(Ok(frame)))
    }
}

/// The rejection for what a handler failed with: that of the request where its body is the reason.
pub(crate) fn refused(source: BoxError, declares_unprocessable: bool) -> Rejection {
    match reason(source.as_ref()) {
        None => Rejection::internal(source),
        Some(Refused::TooLong) => Rejection::new(RejectionKind::PayloadTooLarge, "the body is too long"),
        Some(Refused::TooSlow) => Rejection::new(RejectionKind::RequestTimeout, "the body took too long"),
        Some(Refused::BrokenOff(_)) => Rejection::new(RejectionKind::Malformed, "the body ended early"),
        Some(Refused::Malformed) => Rejection::new(RejectionKind::Malformed, "the body is not well-formed"),
        Some(Refused::Invalid(invalid)) => Rejection::invalid(invalid.violations.clone(), declares_unprocessable),
    }
}

/// The refusal behind an error. An `io::Error`, which handlers that write to disk make of it, has it inside.
fn reason<'e>(mut error: &'e (dyn error::Error + 'static)) -> Option<&'e Refused> {
    loop {
        if let Some(refused) = error.downcast_ref() {
            return Some(refused);
        }
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        error = match inside {
            Some(inside) => inside,
            None => error.source()?,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Bytes, with nothing for once between them; at last nothing.
    struct Halting(u8);

    impl HttpBody for Halting {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0 += 1;
            match self.0 {
                1 | 3 | 5 => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x"))))),
                2 | 4 => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                _ => Poll::Pending,
            }
        }
    }

    #[tokio::test]
    async fn time_runs_while_something_is_waited_for() {
        let patience = Duration::from_millis(5);
        let limits = Limits { body_time: patience, ..Limits::default() };
        let mut body = guarded(Body::new(Halting(0)), limits);
        for _ in 0..3 {
            assert_eq!(body.chunk().await.expect("a chunk").expect("no error"), "x");
            sleep(2 * patience).await; // A slow handler is no slow sender.
        }
        let error = body.chunk().await.expect("an error").expect_err("nothing comes");
        assert!(matches!(reason(&error), Some(Refused::TooSlow)));
    }

    #[test]
    fn the_reason_is_found_in_any_error() {
        let plain: BoxError = Refused::TooLong.into();
        let of_io: BoxError = io::Error::other(Refused::TooLong).into();
        let deeper: BoxError = io::Error::other(io::Error::other(Refused::TooLong)).into();
        for error in [plain, of_io, deeper] {
            assert_eq!(refused(error, false).kind(), RejectionKind::PayloadTooLarge);
        }
        assert_eq!(refused(io::Error::other("the disk is full").into(), false).kind(), RejectionKind::Internal);
        assert_eq!(refused("no".into(), false).kind(), RejectionKind::Internal);
    }
}
