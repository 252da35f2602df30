//! One call: made at once, sent when awaited.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};

use crate::support::body::{Body, BoxError, CollectError};
use crate::support::client::time;
use crate::support::client::{Answer, Client, Error, Reply, checked_base_url};
use crate::support::media;
use crate::support::operation::{Operation, Scheme, SchemeKind};
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

    /// Adds a header, in the place of one of the same name.
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
                time::timeout(timeout, prepared.send()).await.unwrap_or(Err(Error::Timeout(timeout)))
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

impl Prepared {
    /// Sends the request and reads the whole answer.
    async fn reply<E>(self) -> Result<Reply, Error<E>> {
        let (timeout, max_body) = (self.client.settings.timeout, self.client.settings.max_body);
        let answer = async {
            let operation = self.operation;
            let (head, body) = self.send().await?.into_parts();
            if is_unread(operation, head.status.as_u16(), head.headers.get(header::CONTENT_TYPE)) {
                return Ok(Reply::streaming(head.status, head.headers, body, max_body));
            }
            match body.collect(max_body).await {
                Ok(body) => Ok(Reply::new(head.status, head.headers, body)),
                Err(CollectError::Failed(error)) => Err(Error::Transport(error)),
                Err(CollectError::TooLarge) => {
                    let answer = Answer { status: head.status, headers: head.headers, body: Bytes::new() };
                    Err(Error::TooLarge(Box::new(answer)))
                }
            }
        };
        time::timeout(timeout, answer).await.unwrap_or(Err(Error::Timeout(timeout)))
    }

    async fn send<E>(mut self) -> Result<Response<Body>, Error<E>> {
        self.authenticate().await.map_err(Error::Credential)?;
        let mut request = Request::builder()
            .method(self.operation.method.clone())
            .uri(self.base_url + &self.target)
            .extension(self.operation)
            .body(self.body)
            .map_err(|error| Error::Transport(error.into()))?;
        *request.headers_mut() = self.headers;
        self.client.transport.send(request).await.map_err(Error::Transport)
    }

    /// Adds the credentials of the first alternative that the client has all of. Without one the request
    /// goes as it is, for the API to answer.
    async fn authenticate(&mut self) -> Result<(), BoxError> {
        let settings = self.client.settings.clone();
        let has = |scheme: &Scheme| settings.credentials.get(scheme.index).is_some_and(|known| known.is_some());
        let alternatives = self.operation.security.iter();
        let Some(alternative) = alternatives.filter(|all| !all.is_empty()).find(|all| {
            all.iter().all(|requirement| requirement.scheme.kind == SchemeKind::MutualTls || has(requirement.scheme))
        }) else {
            return Ok(());
        };
        for requirement in *alternative {
            let credential = settings.credentials.get(requirement.scheme.index);
            if let Some(credential) = credential
                && let Some(secret) = credential.get().await?
            {
                self.add(requirement.scheme.kind, secret.expose())?;
            }
        }
        Ok(())
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
            SchemeKind::ApiKey(_, name) => {
                self.headers.insert(HeaderName::try_from(name)?, sensitive(secret)?);
            }
            SchemeKind::Basic(_) => self.authorization("Basic", secret)?,
            SchemeKind::Bearer => self.authorization("Bearer", secret)?,
            SchemeKind::Http(scheme) => self.authorization(scheme, secret)?,
            SchemeKind::MutualTls => {}
        }
        Ok(())
    }

    fn authorization(&mut self, scheme: &str, credentials: &str) -> Result<(), BoxError> {
        self.headers.insert(header::AUTHORIZATION, sensitive(&format!("{scheme} {credentials}"))?);
        Ok(())
    }
}

/// Whether an answer's body is handed on as it comes.
fn is_unread(operation: &Operation, status: u16, media_type: Option<&HeaderValue>) -> bool {
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

fn escape(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
