//! Sends webhooks and callbacks: requests of the API's own, each to a URL that somebody has given.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, Uri};

use crate::support::body::{Body, BoxError, CollectError};
use crate::support::client::reqwest_transport::{self, ReqwestTransport};
use crate::support::client::{BoxFuture, BuildError, Client, RequestBuilder, Transport, TransportService};
use crate::support::operation::Operation;
use crate::support::violation::{Location, Segment, Violation};

/// Sends webhooks and callbacks over HTTP. Cheap to clone; clones share connections.
///
/// Redirects are not followed: the URL is what its owner has registered. Whether a URL may be called at all (none of
/// your own network, for instance) is for you to say, when it is registered and when its name is resolved.
#[derive(Clone)]
pub struct Sender {
    client: Client,
}

impl Sender {
    /// A sender over a connection pool of its own, with ten seconds to connect.
    ///
    /// # Errors
    /// The TLS backend cannot start.
    pub fn new() -> Result<Self, BuildError> {
        Ok(Self::of(Client::over(ReqwestTransport::new().map_err(BuildError::new)?, String::new())))
    }

    /// The same over your own `reqwest::Client`: proxies, roots, resolver, user agent and redirects are as it says.
    pub fn with_reqwest(client: reqwest::Client) -> Self {
        Self::of(Client::over(ReqwestTransport::of(client), String::new()))
    }

    /// A builder for a `reqwest::Client` of your own, to give to [`with_reqwest`](Self::with_reqwest). TLS is
    /// rustls over ring, unless the process has installed another provider.
    pub fn reqwest_builder() -> reqwest::ClientBuilder {
        reqwest_transport::builder()
    }

    /// A sender over any transport: a `tower` stack, or a receiver's router in the same process.
    pub fn with_transport(transport: impl Transport + 'static) -> Self {
        Self::of(Client::with_transport(transport))
    }

    fn of(client: Client) -> Self {
        Self { client }
    }

    /// Puts layers around this sender's transport, which `wrap` gets as a `tower` service.
    #[must_use]
    pub fn map_transport<T: Transport + 'static>(self, wrap: impl FnOnce(TransportService) -> T) -> Self {
        Self::of(self.client.map_transport(wrap))
    }

    /// Signs what is sent: `sign` gets the head of each request, to add headers to, and its whole body as it will go.
    /// Its extensions hold a `&'static Operation`, which names the webhook. Clones sign each for themselves: make one
    /// for each subscriber's secret.
    #[must_use]
    pub fn sign<F>(self, sign: F) -> Self
    where
        F: Fn(&mut Parts, &Bytes) -> Result<(), BoxError> + Send + Sync + 'static,
    {
        let Client { transport, settings } = self.client;
        Self::of(Client { transport: Arc::new(Signing { sign: Box::new(sign), transport }), settings })
    }

    /// How long a call may take from sending to the end of its answer, with all its tries and the waits between them; 30
    /// seconds by default. A call can be given its own.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self::of(self.client.timeout(timeout))
    }

    /// How long each try of a call may take; by default as long as the call. A call can be given its own.
    #[must_use]
    pub fn try_timeout(self, timeout: Duration) -> Self {
        Self::of(self.client.try_timeout(timeout))
    }

    /// How often a call may be tried again where that is safe; twice by default. See [`Client::retries`].
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        Self::of(self.client.retries(retries))
    }

    /// The bounds of the random wait before a call is tried again: the first one, which doubles with each try, and the
    /// longest. By default half a second and eight seconds.
    #[must_use]
    pub fn backoff(self, first: Duration, longest: Duration) -> Self {
        Self::of(self.client.backoff(first, longest))
    }

    /// How many bytes an answer may have; 32 MiB by default.
    #[must_use]
    pub fn max_response_body(self, bytes: usize) -> Self {
        Self::of(self.client.max_response_body(bytes))
    }

    /// Whether what is sent is held to the description's constraints before; it is not by default.
    #[must_use]
    pub fn check_requests(self, checks: bool) -> Self {
        Self::of(self.client.check_requests(checks))
    }

    /// Begins a request to `url`.
    #[doc(hidden)]
    pub fn request(&self, url: &str, webhook: &'static Operation) -> RequestBuilder {
        match target(url) {
            Ok(url) => RequestBuilder::new(self.client.clone().set(|settings| settings.base_url = url), webhook),
            Err(message) => RequestBuilder::new(self.client.clone(), webhook).refuse(Violation {
                location: Location::Path,
                path: vec![Segment::Key("url".to_owned())],
                code: "format",
                message: message.into(),
            }),
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// The URL without its fragment, which is nobody's but its owner's.
fn target(url: &str) -> Result<String, &'static str> {
    let url = url.split('#').next().unwrap_or_default();
    let uri: Uri = url.parse().map_err(|_| "must be an absolute URL")?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err("must begin with http:// or https:// and a host");
    }
    Ok(url.to_owned())
}

type Sign = dyn Fn(&mut Parts, &Bytes) -> Result<(), BoxError> + Send + Sync;

struct Signing {
    sign: Box<Sign>,
    transport: Arc<dyn Transport>,
}

/// How much of a streamed body is collected to be signed.
const MAX_SIGNED: usize = 32 * 1024 * 1024;

impl Transport for Signing {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, BoxError>> {
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let body = match body.as_bytes() {
                Some(bytes) => bytes.clone(),
                None => body.collect(MAX_SIGNED).await.map_err(|error| match error {
                    CollectError::Failed(error) => error,
                    CollectError::TooLarge => "the body is too large to be signed".into(),
                })?,
            };
            (self.sign)(&mut head, &body)?;
            self.transport.send(Request::from_parts(head, Body::from(body))).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_absolute_and_loses_its_fragment() {
        assert_eq!(target("https://a.example/hook?x=1#y").as_deref(), Ok("https://a.example/hook?x=1"));
        for url in ["", "/hook", "a.example/hook", "ftp://a.example", "https://", "https:///hook", "https://a b"] {
            assert!(target(url).is_err(), "{url}");
        }
    }
}
