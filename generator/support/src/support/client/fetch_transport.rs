//! reqwest as a transport where it is the `fetch` of a browser. That follows redirects as browsers do, and takes no body
//! but a whole one.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};
use send_wrapper::SendWrapper;

use crate::support::body::{Body, BoxError};
use crate::support::client::{BoxFuture, Transport};

/// A newtype, so that every other transport can be a `tower` service.
pub(crate) struct ReqwestTransport(reqwest::Client);

pub(crate) fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
}

impl ReqwestTransport {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        Ok(Self(builder().build()?))
    }

    /// Somebody's client, as it is.
    pub(crate) fn of(client: reqwest::Client) -> Self {
        Self(client)
    }

    async fn execute(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head, body.bytes().await?);
        // The URL may hold a credential.
        let answer = self.0.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let chunks = Chunks(SendWrapper::new(Box::pin(answer.bytes_stream())));
        let mut response = Response::new(Body::stream(chunks));
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, BoxError>> {
        Box::pin(SendWrapper::new(self.execute(request)))
    }
}

/// The body of an answer. What is a browser's belongs to one thread, on which all of this runs.
struct Chunks(SendWrapper<Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>>>>>);

impl HttpBody for Chunks {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|chunk| chunk.map(|chunk| chunk.map(Frame::data).map_err(reqwest::Error::without_url)))
    }
}
