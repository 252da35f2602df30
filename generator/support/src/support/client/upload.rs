//! Request bodies that come bit by bit, and end with their call: nobody makes what the API no longer wants, and a connection
//! that is stuck holds nothing of the caller's.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::Response;
use http_body::{Body as HttpBody, Frame};

use crate::support::body::{Body, BoxError};

/// Ends a request's body when it is dropped.
pub(crate) struct Upload(Option<Arc<Mutex<Sent>>>);

struct Sent {
    /// `None` once the call is over.
    body: Option<Body>,
    waker: Option<Waker>,
}

impl Upload {
    /// The body to be sent, and what ends it; bytes that are there already need no end.
    pub(crate) fn of(body: Body) -> (Body, Self) {
        if body.as_bytes().is_some() {
            return (body, Self(None));
        }
        let sent = Arc::new(Mutex::new(Sent { body: Some(body), waker: None }));
        (Body::stream(Sending(Arc::clone(&sent))), Self(Some(sent)))
    }

    /// The response, which ends the request's body with its own: dropped, or read to the end. With a success, what is still to
    /// be sent may yet be wanted; with anything else, the API has refused it (RFC 9112, section 9.5).
    pub(crate) fn answered(self, response: Response<Body>) -> Response<Body> {
        if self.0.is_none() {
            return response;
        }
        let is_success = response.status().is_success();
        response.map(|body| Body::stream(Answered { body, upload: Some(self), is_success }))
    }

    /// Lets the body be.
    fn release(mut self) {
        self.0 = None;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(sent) = &self.0 else { return };
        let (body, waker) = {
            let mut sent = locked(sent);
            (sent.body.take(), sent.waker.take())
        };
        drop(body);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A body that has panicked is as good as another to be dropped.
fn locked(sent: &Mutex<Sent>) -> MutexGuard<'_, Sent> {
    sent.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Sending(Arc<Mutex<Sent>>);

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut sent = locked(&self.0);
        let Some(body) = &mut sent.body else { return Poll::Ready(Some(Err(Over.into()))) };
        let next = Pin::new(body).poll_frame(cx);
        sent.waker = next.is_pending().then(|| cx.waker().clone());
        next
    }
}

struct Answered {
    body: Body,
    upload: Option<Upload>,
    is_success: bool,
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let next = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(None) = next
            && let Some(upload) = self.upload.take()
            && self.is_success
        {
            upload.release();
        }
        next
    }
}

/// The call is over, and its body with it.
#[derive(Debug)]
struct Over;

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call is over")
    }
}

impl std::error::Error for Over {}
