//! One call: made at once, sent when awaited.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::body::{Body, BoxError, CollectError};
#[cfg(feature = "tracing")]
use crate::support::client::telemetry;
use crate::support::client::time;
use crate::support::client::{Answer, Client, Credential, Error, Reply, checked_base_url};
use crate::support::media;
use crate::support::operation::{Operation, Requirement, Scheme, SchemeKind};
use crate::support::secret::Secret;
use crate::support::violation::Location;

/// A boxed future, `Send` so that it can be spawned.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A call of an operation. Await it to send it; it holds everything it needs.
///
/// `T` is the operation's success, `E` its declared failures.
#[must_use = "a call is not sent until it is awaited"]
pub struct Call<T, E>(State<T, E>);

enum State<T, E> {
    Ready(Box<Result<T, Error<E>>>),
    Prepared(Box<Prepared>, fn(Reply) -> Result<T, Error<E>>),
}

/// A request, ready to be sent but for its credentials.
pub(crate) struct Prepared {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    /// Scheme, authority and base path; empty for an in-process transport.
    pub(crate) base_url: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

impl<T, E> Call<T, E> {
    /// A call that sends nothing and ends with `result`: what a fake of a client trait returns.
    pub fn ready(result: Result<T, Error<E>>) -> Self {
        Self(State::Ready(Box::new(result)))
    }

    pub(crate) fn new(prepared: Prepared, decode: fn(Reply) -> Result<T, Error<E>>) -> Self {
        Self(State::Prepared(Box::new(prepared), decode))
    }

    /// How long this call may take, in the place of the client's timeout.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.map_prepared(|prepared| prepared.client = prepared.client.clone().timeout(timeout))
    }

    /// Adds a header, in the place of one of the same name, and of a credential that would stand in it.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.map_prepared(|prepared| {
            prepared.headers.insert(name, value);
        })
    }

    /// Sends this call elsewhere than the client's others, with the same credentials. A URL that no client can have for
    /// its base is [`Error::Transport`] when the call is awaited.
    pub fn base_url(self, base_url: &str) -> Self {
        match checked_base_url(base_url) {
            Ok(base_url) => self.map_prepared(|prepared| prepared.base_url = base_url),
            Err(error) => Self::ready(Err(Error::Transport(error.into()))),
        }
    }

    /// Adds an `Idempotency-Key`, under which the API may recognise a repeated call.
    pub fn idempotency_key(self, key: HeaderValue) -> Self {
        self.header(HeaderName::from_static("idempotency-key"), key)
    }

    /// Sends the request and gives the response as it comes, whatever its status, body unread. The timeout
    /// covers its head.
    ///
    /// # Errors
    /// The request was not sent or no response came; the client's [`Error`] says why.
    pub async fn raw(self) -> Result<Response<Body>, Error<E>> {
        match self.0 {
            State::Ready(result) => match *result {
                Err(error) => Err(error),
                Ok(_) => Err(Error::Transport("a ready call has no response".into())),
            },
            State::Prepared(prepared, _) => {
                let timeout = prepared.client.settings.timeout;
                let response = time::timeout(timeout, prepared.send()).await;
                Ok(response.unwrap_or(Err(Failed::Timeout(timeout)))?)
            }
        }
    }

    fn map_prepared(mut self, map: impl FnOnce(&mut Prepared)) -> Self {
        if let State::Prepared(prepared, _) = &mut self.0 {
            map(prepared);
        }
        self
    }
}

impl<T: Send + 'static, E: Send + 'static> IntoFuture for Call<T, E> {
    type Output = Result<T, Error<E>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        match self.0 {
            State::Ready(result) => Box::pin(std::future::ready(*result)),
            State::Prepared(prepared, decode) => Box::pin(async move { decode(prepared.reply().await?) }),
        }
    }
}

impl<T, E> fmt::Debug for Call<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Ready(_) => f.write_str("Call(ready)"),
            State::Prepared(prepared, _) => write!(f, "Call({})", prepared.operation.id),
        }
    }
}

/// Why a call has no answer, whatever its operation.
pub(crate) enum Failed {
    Credential(BoxError),
    Transport(BoxError),
    Timeout(Duration),
    TooLarge(Box<Answer>),
}

impl<E> From<Failed> for Error<E> {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Credential(error) => Self::Credential(error),
            Failed::Transport(error) => Self::Transport(error),
            Failed::Timeout(timeout) => Self::Timeout(timeout),
            Failed::TooLarge(answer) => Self::TooLarge(answer),
        }
    }
}

/// The credentials that a request was sent with.
type Shown = Vec<(&'static Scheme, Secret)>;

impl Prepared {
    /// Sends the request and reads the whole answer.
    async fn reply(self) -> Result<Reply, Failed> {
        let (timeout, max_body) = (self.client.settings.timeout, self.client.settings.max_body);
        let answer = async {
            let operation = self.operation;
            let (head, body) = self.send().await?.into_parts();
            if is_unread(operation, head.status.as_u16(), head.headers.get(header::CONTENT_TYPE)) {
                return Ok(Reply::streaming(head.status, head.headers, body, max_body));
            }
            match body.collect(max_body).await {
                Ok(body) => Ok(Reply::new(head.status, head.headers, body)),
                Err(CollectError::Failed(error)) => Err(Failed::Transport(error)),
                Err(CollectError::TooLarge) => {
                    let answer = Answer { status: head.status, headers: head.headers, body: Bytes::new() };
                    Err(Failed::TooLarge(Box::new(answer)))
                }
            }
        };
        time::timeout(timeout, answer).await.unwrap_or(Err(Failed::Timeout(timeout)))
    }

    /// Sends the request; where its credentials are refused, and others can be had, once more with those.
    async fn send(self) -> Result<Response<Body>, Failed> {
        let alternative = self.alternative().map_err(|missing| Failed::Credential(missing.into()))?;
        let again = self.again(alternative);
        let (response, shown) = self.attempt(alternative, &Shown::new()).await?;
        match again {
            Some(again) if response.status() == StatusCode::UNAUTHORIZED => {
                Ok(again.attempt(alternative, &shown).await?.0)
            }
            _ => Ok(response),
        }
    }

    /// The same request, if there may be other credentials for it, and its body is no stream.
    fn again(&self, alternative: &[Requirement]) -> Option<Self> {
        let credentials = &self.client.settings.credentials;
        let renews = |it: &Requirement| credentials.get(it.scheme.index).is_some_and(Credential::renews);
        let bytes = self.body.as_bytes().filter(|_| alternative.iter().any(renews))?;
        Some(Self {
            client: self.client.clone(),
            operation: self.operation,
            base_url: self.base_url.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            body: bytes.clone().into(),
        })
    }

    async fn attempt(
        mut self,
        alternative: &'static [Requirement],
        refused: &Shown,
    ) -> Result<(Response<Body>, Shown), Failed> {
        let shown = self.authenticate(alternative, refused).await.map_err(Failed::Credential)?;
        let mut request = Request::builder()
            .method(self.operation.method.clone())
            .uri(self.base_url + &self.target)
            .extension(self.operation)
            .body(self.body)
            .map_err(|error| Failed::Transport(error.into()))?;
        *request.headers_mut() = self.headers;
        #[cfg(feature = "tracing")]
        let sent =
            telemetry::send(&*self.client.transport, self.operation, request, u32::from(!refused.is_empty())).await;
        #[cfg(not(feature = "tracing"))]
        let sent = self.client.transport.send(request).await;
        let response = sent.map_err(Failed::Transport)?;
        Ok((response, shown))
    }

    /// The first alternative that the client has all credentials of. None of them where the operation is open to
    /// everybody, and where the client has no credentials at all: whatever carries its requests may add them.
    fn alternative(&self) -> Result<&'static [Requirement], Missing> {
        let (security, credentials) = (self.operation.security, &self.client.settings.credentials);
        let shows_nothing = |all: &[Requirement]| all.iter().all(|it| it.scheme.kind == SchemeKind::MutualTls);
        let is_complete = |all: &[Requirement]| !shows_nothing(all) && all.iter().all(|it| self.has(it.scheme));
        if let Some(alternative) = security.iter().find(|all| is_complete(all)) {
            return Ok(alternative);
        }
        let is_open = security.is_empty() || security.iter().any(|all| shows_nothing(all));
        if is_open || !credentials.iter().any(Credential::is_some) {
            return Ok(&[]);
        }
        Err(Missing(security))
    }

    /// Whether the client has a credential for the scheme, or the caller has added one to this call.
    fn has(&self, scheme: &Scheme) -> bool {
        let has_own = match scheme.kind {
            SchemeKind::MutualTls => true,
            SchemeKind::ApiKey(Location::Header, name) => self.headers.contains_key(name),
            SchemeKind::ApiKey(..) => false,
            SchemeKind::Basic(_) | SchemeKind::Bearer | SchemeKind::Http(_) => {
                self.headers.contains_key(header::AUTHORIZATION)
            }
        };
        has_own || self.client.settings.credentials.get(scheme.index).is_some_and(Credential::is_some)
    }

    /// Adds the credentials of an alternative, but for those that the caller has added.
    async fn authenticate(&mut self, alternative: &[Requirement], refused: &Shown) -> Result<Shown, BoxError> {
        let client = self.client.clone();
        let mut shown = Vec::with_capacity(alternative.len());
        for Requirement { scheme, .. } in alternative {
            let Some(credential) = client.settings.credentials.get(scheme.index) else { continue };
            let refused = refused.iter().find(|(known, _)| known.index == scheme.index).map(|(_, secret)| secret);
            if let Some(secret) = credential.get(&client, scheme, refused).await? {
                self.add(scheme.kind, secret.expose())?;
                shown.push((*scheme, secret));
            }
        }
        Ok(shown)
    }

    fn add(&mut self, kind: SchemeKind, secret: &str) -> Result<(), BoxError> {
        match kind {
            SchemeKind::ApiKey(Location::Query, name) => {
                let separator = if self.target.contains('?') { '&' } else { '?' };
                self.target.push(separator);
                self.target.push_str(&format!("{}={}", escape(name), escape(secret)));
            }
            SchemeKind::ApiKey(Location::Cookie, name) => {
                let cookie = format!("{name}={}", escape(secret));
                let cookies = match self.headers.get(header::COOKIE).and_then(|value| value.to_str().ok()) {
                    Some(others) => format!("{others}; {cookie}"),
                    None => cookie,
                };
                self.headers.insert(header::COOKIE, sensitive(&cookies)?);
            }
            SchemeKind::ApiKey(_, name) if !self.headers.contains_key(name) => {
                self.headers.insert(HeaderName::try_from(name)?, sensitive(secret)?);
            }
            SchemeKind::Basic(_) => self.authorization("Basic", secret)?,
            SchemeKind::Bearer => self.authorization("Bearer", secret)?,
            SchemeKind::Http(scheme) => self.authorization(scheme, secret)?,
            SchemeKind::ApiKey(..) | SchemeKind::MutualTls => {}
        }
        Ok(())
    }

    fn authorization(&mut self, scheme: &str, credentials: &str) -> Result<(), BoxError> {
        if !self.headers.contains_key(header::AUTHORIZATION) {
            self.headers.insert(header::AUTHORIZATION, sensitive(&format!("{scheme} {credentials}"))?);
        }
        Ok(())
    }
}

/// An operation needs credentials that the client does not have.
#[derive(Debug)]
struct Missing(&'static [&'static [Requirement]]);

/// ``the operation needs credentials for `session` and `key`, or `token` ``
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operation needs credentials for ")?;
        for (index, alternative) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", or " })?;
            for (index, requirement) in alternative.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { " and " })?;
                write!(f, "`{}`", requirement.scheme.name)?;
            }
        }
        f.write_str(", which the client does not have")
    }
}

impl std::error::Error for Missing {}

/// Whether an answer's body is handed on as it comes.
pub(crate) fn is_unread(operation: &Operation, status: u16, media_type: Option<&HeaderValue>) -> bool {
    let streams = operation.bodies.map_or(&[][..], |bodies| bodies.streams);
    let Some(answer) = streams.iter().find(|answer| (answer.statuses.0..=answer.statuses.1).contains(&status)) else {
        return false;
    };
    let media_type = media_type.and_then(|value| value.to_str().ok());
    match (media::choose_leniently(media_type, answer.media_types), answer.media_types) {
        (Some(found), _) => answer.unread.contains(&found),
        // A server that calls its one body something else gives that body nevertheless.
        (None, [_]) => !answer.unread.is_empty(),
        (None, _) => false,
    }
}

/// A header value that does not print.
fn sensitive(text: &str) -> Result<HeaderValue, BoxError> {
    let mut value =
        HeaderValue::try_from(text).map_err(|_| "a credential holds characters that a header cannot carry")?;
    value.set_sensitive(true);
    Ok(value)
}

/// All but what stands for itself wherever it is (RFC 3986, section 2.3).
fn escape(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}
