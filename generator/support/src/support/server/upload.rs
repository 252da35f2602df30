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
    body::Body::stream(Guarded { body, rest, patience, timer: Box::pin(sleep(patience)) })
}

struct Guarded {
    body: Body,
    /// How many bytes may still come.
    rest: usize,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Poll::Ready(next) = Pin::new(&mut self.body).poll_frame(cx) else {
            ready!(self.timer.as_mut().poll(cx));
            return Poll::Ready(Some(Err(Refused::TooSlow.into())));
        };
        let Some(frame) = next else { return Poll::Ready(None) };
        let frame = frame.map_err(|error| Refused::BrokenOff(error.into()))?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = self.rest.checked_sub(length) else {
            return Poll::Ready(Some(Err(Refused::TooLong.into())));
        };
        let next = tokio::time::Instant::now() + self.patience;
        self.timer.as_mut().reset(next);
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
