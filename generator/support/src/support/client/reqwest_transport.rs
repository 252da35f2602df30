//! reqwest as a transport.

use std::time::Duration;

use http::{Request, Response};
use reqwest::redirect::{Action, Attempt, Policy};

use crate::support::body::{Body, BoxError};
use crate::support::client::{BoxFuture, Transport};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_REDIRECTS: usize = 10;

/// A newtype, so that every other transport can be a `tower` service.
pub(crate) struct ReqwestTransport(pub(crate) reqwest::Client);

impl ReqwestTransport {
    /// TLS by rustls over ring, unless the process has installed another provider.
    pub(crate) fn default_client() -> Result<reqwest::Client, reqwest::Error> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Losing a race means that another thread has installed one.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::custom(follow_within_origin))
            .build()
    }
}

/// API keys travel in headers of any name, which no HTTP client knows to drop for another origin.
fn follow_within_origin(attempt: Attempt<'_>) -> Action {
    let is_same_origin = attempt.previous().last().is_some_and(|from| from.origin() == attempt.url().origin());
    if is_same_origin && attempt.previous().len() <= MAX_REDIRECTS { attempt.follow() } else { attempt.stop() }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, BoxError>> {
        Box::pin(async move {
            let request = request.map(|body| match body.as_bytes() {
                Some(bytes) => reqwest::Body::from(bytes.clone()),
                None => reqwest::Body::wrap(body),
            });
            // The URL may hold a credential.
            let response = self.0.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
            Ok(Response::from(response).map(Body::stream))
        })
    }
}
