//! The client's machinery: a request is made from plain data at once, sent when its [`Call`] is awaited.

mod credential;
mod transport;
#[cfg(not(target_arch = "wasm32"))]
mod reqwest_transport;
#[cfg(target_arch = "wasm32")]
#[path = "fetch_transport.rs"]
mod reqwest_transport;
mod time;
mod error;
mod reply;
mod request;
#[cfg(feature = "tracing")]
mod telemetry;
mod call;
mod authentication;
mod retry;
mod idle;
mod upload;

pub mod sender;

pub mod server_url;

pub mod oauth;

pub mod pagination;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;

#[cfg(feature = "testing")]
pub(crate) use call::is_unread;
pub use call::{Attempt, BoxFuture, Call, Connection};
pub use credential::{Credential, Provide};
pub use error::{Answer, Error};
pub use reply::{FromReply, Reply, Unusable};
pub use request::RequestBuilder;
pub use transport::{Transport, TransportService};

use crate::support::body::BoxError;
use crate::support::operation::Operation;
use reqwest_transport::ReqwestTransport;
use retry::{Budget, Limits};

/// How long a buffered response body may be, unless the client says otherwise: 32 MiB.
const DEFAULT_MAX_BODY: usize = 32 * 1024 * 1024;

/// Calls the API over HTTP. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    settings: Arc<Settings>,
}

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Scheme, authority and path without a slash at its end; empty for an in-process transport.
    base_url: String,
    /// Whether operations with a server of their own are sent there.
    uses_own_servers: bool,
    /// Where operations are sent that have been given a server, by their ids.
    operation_servers: HashMap<&'static str, Arc<str>>,
    credentials: Vec<Credential>,
    limits: Limits,
    budget: Arc<Budget>,
    max_body: usize,
    checks_requests: bool,
}

impl Client {
    /// A client of the API at `base_url`, such as `https://api.example.com/v1`, over a connection pool
    /// of its own: ten seconds to connect; redirects of operations that declare none are followed within
    /// one origin, so that no credential goes elsewhere.
    ///
    /// # Errors
    /// The URL is not absolute or not http(s), or the TLS backend cannot start.
    pub fn with_base_url(base_url: &str) -> Result<Self, BuildError> {
        let base_url = checked_base_url(base_url)?;
        Ok(Self::over(ReqwestTransport::new().map_err(BuildError::new)?, base_url))
    }

    /// The same over your own `reqwest::Client`: proxies, roots, client certificates and user agent are as it says.
    /// One from [`reqwest_builder`](Self::reqwest_builder) leaves redirects to be followed here, within one origin;
    /// a policy of its own leads wherever it leads, with every header.
    ///
    /// # Errors
    /// The URL is not absolute or not http(s).
    pub fn with_reqwest(client: reqwest::Client, base_url: &str) -> Result<Self, BuildError> {
        let base_url = checked_base_url(base_url)?;
        Ok(Self::over(ReqwestTransport::of(client), base_url))
    }

    /// A builder for a `reqwest::Client` of your own, to give to [`with_reqwest`](Self::with_reqwest). TLS is
    /// rustls over ring, unless the process has installed another provider; `reqwest::Client::builder()` itself
    /// needs one of reqwest's TLS features or an installed provider.
    pub fn reqwest_builder() -> reqwest::ClientBuilder {
        reqwest_transport::builder()
    }

    /// A client over any transport: a `tower` stack, or a server's router in the same process. Requests
    /// carry the path alone, without scheme and authority.
    pub fn with_transport(transport: impl Transport + 'static) -> Self {
        Self::over(transport, String::new())
    }

    fn over(transport: impl Transport + 'static, base_url: String) -> Self {
        let settings = Settings {
            base_url,
            uses_own_servers: false,
            operation_servers: HashMap::new(),
            credentials: Vec::new(),
            limits: Limits::default(),
            budget: Budget::full(),
            max_body: DEFAULT_MAX_BODY,
            checks_requests: false,
        };
        Self { transport: Arc::new(transport), settings: Arc::new(settings) }
    }

    /// Puts layers around this client's transport, which `wrap` gets as a `tower` service. The base URL
    /// stays.
    #[must_use]
    pub fn map_transport<T: Transport + 'static>(self, wrap: impl FnOnce(TransportService) -> T) -> Self {
        let transport = wrap(TransportService(self.transport));
        Self { transport: Arc::new(transport), settings: self.settings }
    }

    /// How long a call may take from sending to the end of its body (of a body that is handed on as it comes: to its
    /// beginning), with all its tries and the waits between them; 30 seconds by default. A call can be given its own.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.limits.timeout = timeout)
    }

    /// How long each try of a call may take; by default as long as the call. A call can be given its own.
    #[must_use]
    pub fn try_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.limits.try_timeout = timeout)
    }

    /// How long a body that is handed on as it comes may bring nothing before it ends with an error; five minutes by
    /// default. A call can be given its own.
    #[must_use]
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.limits.idle_timeout = timeout)
    }

    /// How often a call may be tried again where that is safe; twice by default. A call can be given its own number.
    ///
    /// Tried again is:
    ///
    /// - a call by an idempotent method (GET, HEAD, OPTIONS, TRACE, PUT, DELETE) or with an idempotency key, when no
    ///   complete answer comes, or it is 408, 429, 502, 503 or 504;
    /// - any other call when no connection can be made, or the answer is 429 or 503 with `Retry-After`;
    /// - no call whose body is a stream.
    ///
    /// It waits for a random time, up to half a second at first and up to twice as long each further time, or for as
    /// long as `Retry-After` says and that. An answer that asks for a wait of more than a minute, or for a longer one
    /// than the call's timeout leaves, stands. A client and its clones may make a hundred such tries, and one more for
    /// every ten calls, so that they do not multiply an outage.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        self.set(|settings| settings.limits.retries = retries)
    }

    /// The bounds of the random wait before a call is tried again: the first one, which doubles with each try, and the
    /// longest. By default half a second and eight seconds.
    #[must_use]
    pub fn backoff(self, first: Duration, longest: Duration) -> Self {
        self.set(|settings| settings.limits.backoff = (first, longest))
    }

    /// How many bytes a response body may have; 32 MiB by default.
    #[must_use]
    pub fn max_response_body(self, bytes: usize) -> Self {
        self.set(|settings| settings.max_body = bytes)
    }

    /// Whether arguments are held to the description's constraints before they are sent; they are not by
    /// default, as a server may have loosened them.
    #[must_use]
    pub fn check_requests(self, checks: bool) -> Self {
        self.set(|settings| settings.checks_requests = checks)
    }

    /// The credentials, in the order of the description's schemes.
    #[doc(hidden)]
    #[must_use]
    pub fn with_credentials(self, credentials: Vec<Credential>) -> Self {
        self.set(|settings| settings.credentials = credentials)
    }

    /// Whether operations with a server of their own are sent there.
    #[doc(hidden)]
    #[must_use]
    pub fn with_operation_servers(self, go_there: bool) -> Self {
        self.set(|settings| settings.uses_own_servers = go_there)
    }

    /// Sends these operations, by their ids, to the server at `url`.
    ///
    /// # Errors
    /// The URL is not absolute or not http(s).
    #[doc(hidden)]
    pub fn with_operation_server(self, operations: &'static [&'static str], url: &str) -> Result<Self, BuildError> {
        let url: Arc<str> = checked_base_url(url)?.into();
        let chosen = operations.iter().map(|id| (*id, Arc::clone(&url)));
        Ok(self.set(|settings| settings.operation_servers.extend(chosen)))
    }

    fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }

    /// Where an operation is sent: scheme, authority and base path.
    pub(crate) fn base_url(&self, operation: &Operation) -> Cow<'_, str> {
        let Settings { base_url, uses_own_servers, operation_servers, .. } = &*self.settings;
        if let Some(url) = operation_servers.get(operation.id) {
            return Cow::Borrowed(url);
        }
        match operation.server.filter(|_| *uses_own_servers) {
            None => Cow::Borrowed(base_url),
            Some(server) => Cow::Owned(self.resolved(server).trim_end_matches('/').to_owned()),
        }
    }

    /// A URL of the description. One that is relative is taken relative to the client's base URL, for want of the
    /// description's.
    pub(crate) fn resolved(&self, url: &str) -> String {
        let base_url = &self.settings.base_url;
        let is_complete = url.contains("://") || base_url.is_empty();
        let base = if is_complete { None } else { reqwest::Url::parse(&format!("{base_url}/")).ok() };
        base.and_then(|base| base.join(url).ok()).map_or_else(|| url.to_owned(), String::from)
    }

    /// Begins a request.
    #[doc(hidden)]
    pub fn request(&self, operation: &'static Operation) -> RequestBuilder {
        RequestBuilder::new(self.clone(), operation)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.settings.base_url).finish_non_exhaustive()
    }
}

/// A client cannot be made.
#[derive(Debug)]
pub struct BuildError(BoxError);

impl BuildError {
    fn new(error: impl Into<BoxError>) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the client cannot be made: {}", self.0)
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

fn checked_base_url(base_url: &str) -> Result<String, BuildError> {
    let uri: Uri = base_url.parse().map_err(BuildError::new)?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err(BuildError::new("the base URL must begin with http:// or https:// and a host"));
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(BuildError::new("the base URL must have no user and no password: they are credentials"));
    }
    if uri.query().is_some() || base_url.contains('#') {
        return Err(BuildError::new("the base URL must have no query and no fragment"));
    }
    Ok(base_url.trim_end_matches('/').to_owned())
}
