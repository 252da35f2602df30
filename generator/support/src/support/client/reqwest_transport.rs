//! reqwest as a transport.

use std::time::Duration;

use http::uri::Uri;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use reqwest::redirect::Policy;

use crate::support::body::{Body, BoxError};
use crate::support::client::retry::TooManyRedirects;
use crate::support::client::{BoxFuture, Transport};
use crate::support::operation::Operation;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_REDIRECTS: usize = 10;

/// A newtype, so that every other transport can be a `tower` service.
pub(crate) struct ReqwestTransport(reqwest::Client);

/// A builder whose TLS is rustls over ring, unless the process has installed another provider, with ten seconds to
/// connect. Redirects are followed
/// here: reqwest takes every header but its own few along to other origins.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing a race means that another thread has installed one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    reqwest::Client::builder().redirect(Policy::none()).connect_timeout(CONNECT_TIMEOUT)
}

impl ReqwestTransport {
    /// A client with a connection pool of its own.
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        Ok(Self(builder().build()?))
    }

    /// Somebody's client, as it is.
    pub(crate) fn of(client: reqwest::Client) -> Self {
        Self(client)
    }

    async fn execute(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let request = request.map(|body| match body.as_bytes() {
            Some(bytes) => reqwest::Body::from(bytes.clone()),
            None => reqwest::Body::wrap(body),
        });
        // The URL may hold a credential.
        let response = self.0.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
        Ok(Response::from(response).map(Body::stream))
    }

    /// Sends a request that redirects are followed for.
    async fn follow(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let (mut head, mut body) = request.into_parts();
        for _ in 0..MAX_REDIRECTS {
            let again = body.as_bytes().cloned();
            let response = self.execute(Request::from_parts(head.clone(), body)).await?;
            let Some(bytes) = again else { return Ok(response) };
            let Some(next) = redirected(&head.uri, &response) else { return Ok(response) };
            let Some(method) = method_after(response.status(), &head.method) else { return Ok(response) };
            body = if method == head.method { bytes.into() } else { without_body(&mut head.headers) };
            (head.uri, head.method) = (next, method);
        }
        Err(TooManyRedirects.into())
    }
}

/// Where a redirect leads, if that is the same origin: API keys travel in headers of any name, which no HTTP
/// client knows to drop for another one.
fn redirected(from: &Uri, response: &Response<Body>) -> Option<Uri> {
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let base = reqwest::Url::parse(&from.to_string()).ok()?;
    let target = base.join(location).ok()?;
    (target.origin() == base.origin()).then(|| target.as_str().parse().ok())?
}

/// RFC 9110, section 15.4: 307 and 308 keep the method, 303 asks for GET; 301 and 302 are followed for GET and
/// HEAD alone.
fn method_after(status: StatusCode, method: &Method) -> Option<Method> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    match status.as_u16() {
        307 | 308 => Some(method.clone()),
        301 | 302 if is_read => Some(method.clone()),
        303 if is_read => Some(method.clone()),
        303 => Some(Method::GET),
        _ => None,
    }
}

fn without_body(headers: &mut HeaderMap) -> Body {
    headers.remove(header::CONTENT_TYPE);
    Body::empty()
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, BoxError>> {
        let operation = request.extensions().get::<&'static Operation>();
        if operation.is_none_or(|operation| operation.follows_redirects) {
            Box::pin(self.follow(request))
        } else {
            Box::pin(self.execute(request))
        }
    }
}
