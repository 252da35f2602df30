//! Bodies that may not fall silent.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};

use crate::support::body::{Body, BoxError};
use crate::support::client::{BoxFuture, time};

/// `body`, which ends with an error where it brings nothing for as long as `limit`.
pub(crate) fn bounded(body: Body, limit: Duration) -> Body {
    if limit == Duration::MAX || body.as_bytes().is_some() {
        return body;
    }
    Body::stream(Bounded { body, limit, timer: None })
}

struct Bounded {
    body: Body,
    limit: Duration,
    /// Runs while nothing comes.
    timer: Option<BoxFuture<'static, ()>>,
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.timer = None;
            return Poll::Ready(frame);
        }
        let timer = this.timer.get_or_insert_with(|| Box::pin(time::sleep(this.limit)));
        if timer.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        // The connection is closed with what is left.
        this.body = Body::empty();
        this.timer = None;
        Poll::Ready(Some(Err(Silent(this.limit).into())))
    }
}

/// Nothing came for too long.
#[derive(Debug)]
struct Silent(Duration);

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing came for {:?}", self.0)
    }
}

impl std::error::Error for Silent {}
