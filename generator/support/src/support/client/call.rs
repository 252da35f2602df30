//! One call: made at once, sent when awaited.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};

use crate::support::body::{Body, BoxError, CollectError};
use crate::support::client::authentication::Shown;
use crate::support::client::retry::{LONGEST_WAIT, Limits, Safety, Tries};
#[cfg(feature = "tracing")]
use crate::support::client::telemetry;
use crate::support::client::upload::Upload;
use crate::support::client::{Answer, Client, Error, Reply, checked_base_url, idle, time};
use crate::support::media;
use crate::support::operation::{Operation, Requirement};

/// A boxed future, `Send` so that it can be spawned.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A call of an operation. Await it to send it; it holds everything it needs.
///
/// `T` is the operation's success, `E` its declared failures. `P` is more than `()` where the success is one page of
/// several.
#[must_use = "a call is not sent until it is awaited"]
pub struct Call<T, E, P = ()>(pub(crate) State<T, E>, pub(crate) P);

pub(crate) enum State<T, E> {
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
    pub(crate) limits: Limits,
    /// Whether a stream of events is opened again where it ends.
    pub(crate) reconnects: bool,
}

/// How much of an answer is read.
#[derive(Clone, Copy)]
pub(crate) enum Reads {
    /// Its head.
    Head,
    /// Its body as well, unless the description says that it is handed on as it comes.
    Body,
}

impl<T, E, P: Default> Call<T, E, P> {
    /// A call that sends nothing and ends with `result`: what a fake of a client trait returns.
    pub fn ready(result: Result<T, Error<E>>) -> Self {
        Self(State::Ready(Box::new(result)), P::default())
    }
}

impl<T, E, P> Call<T, E, P> {
    pub(crate) fn new(prepared: Prepared, decode: fn(Reply) -> Result<T, Error<E>>, pages: P) -> Self {
        Self(State::Prepared(Box::new(prepared), decode), pages)
    }

    /// How long this call may take, all tries included, in the place of the client's timeout.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.map_prepared(|prepared| prepared.limits.timeout = timeout)
    }

    /// How long each try may take, in the place of the client's limit.
    pub fn try_timeout(self, timeout: Duration) -> Self {
        self.map_prepared(|prepared| prepared.limits.try_timeout = timeout)
    }

    /// How long a body that is handed on as it comes may bring nothing, in the place of the client's limit.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.map_prepared(|prepared| prepared.limits.idle_timeout = timeout)
    }

    /// How often this call may be tried again, in the place of the client's number; see
    /// [`Client::retries`].
    pub fn retries(self, retries: u32) -> Self {
        self.map_prepared(|prepared| prepared.limits.retries = retries)
    }

    /// Opens a stream of server-sent events again where its connection ends or fails, as browsers do: after as long as the
    /// server has asked for in `retry` (else three seconds) and a random time, with the id of the last event in
    /// `Last-Event-ID`. The request is made anew each time, so this is for operations whose requests may be repeated and
    /// that go on where they were; streams of most `POST`s, which end when all is said, are not.
    ///
    /// The stream ends with `data: [DONE]`, with 204, and with an error when it cannot be opened again within the tries
    /// that the call has, has been opened that often in a row without an event, or is to wait for more than a minute. Other calls, and those whose body is a
    /// stream, are not changed.
    pub fn reconnecting(self) -> Self {
        self.map_prepared(|prepared| prepared.reconnects = true)
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
            Err(error) => Self(State::Ready(Box::new(Err(Error::Transport(error.into())))), self.1),
        }
    }

    /// Adds an `Idempotency-Key`, under which the API recognises a repeated call: it is tried again like one whose method
    /// is idempotent.
    pub fn idempotency_key(self, key: HeaderValue) -> Self {
        self.header(HeaderName::from_static("idempotency-key"), key)
    }

    /// Sends the request and gives the response as it comes, whatever its status, body unread. The timeout
    /// covers its head, and it is tried again as other calls are.
    ///
    /// # Errors
    /// The request was not sent or no response came; the client's [`Error`] says why.
    pub async fn raw(self) -> Result<Response<Body>, Error<E>> {
        match self.0 {
            State::Ready(result) => match *result {
                Err(error) => Err(error),
                Ok(_) => Err(Error::Transport("a ready call has no response".into())),
            },
            State::Prepared(prepared, _) => Ok(prepared.answer(Reads::Head).await?.into_response()),
        }
    }

    fn map_prepared(mut self, map: impl FnOnce(&mut Prepared)) -> Self {
        if let State::Prepared(prepared, _) = &mut self.0 {
            map(prepared);
        }
        self
    }
}

impl<T: Send + 'static, E: Send + 'static, P> IntoFuture for Call<T, E, P> {
    type Output = Result<T, Error<E>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        match self.0 {
            State::Ready(result) => Box::pin(std::future::ready(*result)),
            State::Prepared(prepared, decode) => Box::pin(async move { decode(prepared.answer(Reads::Body).await?) }),
        }
    }
}

impl<T, E, P> fmt::Debug for Call<T, E, P> {
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

impl Prepared {
    /// The same request once more; a body that is a stream is not in it.
    pub(crate) fn again(&self) -> Self {
        Self {
            client: self.client.clone(),
            operation: self.operation,
            base_url: self.base_url.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            body: self.body.as_bytes().cloned().unwrap_or_default().into(),
            limits: self.limits,
            reconnects: false,
        }
    }

    /// Sends the request, again where that is safe and promises something, and reads the answer.
    pub(crate) async fn answer(mut self, reads: Reads) -> Result<Reply, Failed> {
        let safety = Safety::of(&self.operation.method, &self.headers, self.body.as_bytes().is_some());
        let mut tries = Tries::begin(self.limits, safety, Arc::clone(&self.client.settings.budget));
        loop {
            let outcome = time::timeout(tries.time(), self.attempt(reads, tries.count)).await;
            let outcome = outcome.unwrap_or_else(|| Err(tries.timeout()));
            let Some(wait) = tries.next(&outcome) else {
                let mut outcome = tries.end(outcome);
                if let (Ok(reply), true) = (&mut outcome, self.reconnects && safety != Safety::Once) {
                    reply.set_connection(Connection(Box::new(self)));
                }
                return outcome;
            };
            // Its connection is free while nothing is sent.
            drop(outcome);
            time::sleep(wait).await;
        }
    }

    /// One try.
    async fn attempt(&mut self, reads: Reads, number: u32) -> Result<Reply, Failed> {
        let (head, body) = self.send(number).await?.into_parts();
        let max_body = self.client.settings.max_body;
        let is_unread = match reads {
            Reads::Head => true,
            Reads::Body => is_unread(self.operation, head.status.as_u16(), head.headers.get(header::CONTENT_TYPE)),
        };
        if is_unread {
            return Ok(Reply::streaming(head, idle::bounded(body, self.limits.idle_timeout), max_body));
        }
        match body.collect(max_body).await {
            Ok(body) => Ok(Reply::new(head, body)),
            Err(CollectError::Failed(error)) => Err(Failed::Transport(error)),
            Err(CollectError::TooLarge) => {
                let answer = Answer { status: head.status, headers: head.headers, body: Bytes::new() };
                Err(Failed::TooLarge(Box::new(answer)))
            }
        }
    }

    /// Sends the request; where its credentials are refused, and others can be had, once more with those.
    async fn send(&mut self, number: u32) -> Result<Response<Body>, Failed> {
        let alternative = self.alternative().map_err(|missing| Failed::Credential(missing.into()))?;
        let renews = self.body.as_bytes().is_some() && self.renews(alternative);
        let (response, shown) = self.send_once(alternative, &Shown::new(), number).await?;
        if renews && response.status() == StatusCode::UNAUTHORIZED {
            drop(response);
            return Ok(self.send_once(alternative, &shown, number).await?.0);
        }
        Ok(response)
    }

    async fn send_once(
        &mut self,
        alternative: &'static [Requirement],
        refused: &Shown,
        number: u32,
    ) -> Result<(Response<Body>, Shown), Failed> {
        let (head, shown) = self.authenticated(alternative, refused).await.map_err(Failed::Credential)?;
        let body = match self.body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => std::mem::replace(&mut self.body, Body::empty()),
        };
        let (body, upload) = Upload::of(body);
        let mut request = Request::builder()
            .method(self.operation.method.clone())
            .uri(self.base_url.clone() + &head.target)
            .extension(self.operation)
            .extension(Attempt(number))
            .body(body)
            .map_err(|error| Failed::Transport(error.into()))?;
        *request.headers_mut() = head.headers;
        #[cfg(feature = "tracing")]
        let resends = number.saturating_sub(1) + u32::from(!refused.is_empty());
        #[cfg(feature = "tracing")]
        let sent = telemetry::send(&*self.client.transport, self.operation, request, resends).await;
        #[cfg(not(feature = "tracing"))]
        let sent = self.client.transport.send(request).await;
        let response = sent.map_err(Failed::Transport)?;
        Ok((upload.answered(response), shown))
    }
}

/// What a stream came by, to be opened again.
#[doc(hidden)]
pub struct Connection(Box<Prepared>);

impl Connection {
    /// How many tries there may be after the first.
    pub fn retries(&self) -> u32 {
        self.0.limits.retries
    }

    /// Whether a server may ask for so long a wait, as with `Retry-After`.
    pub fn grants(&self, wait: Duration) -> bool {
        wait <= LONGEST_WAIT
    }

    /// A random time to wait in addition, the longer the more connections have been in vain.
    pub fn backoff(&self, in_vain: u32) -> Duration {
        self.0.limits.wait(in_vain)
    }

    /// Sends the request again, after `wait` and with this header, or without one of its name.
    pub fn again(
        &self,
        wait: Duration,
        name: HeaderName,
        value: Option<HeaderValue>,
    ) -> BoxFuture<'static, Result<Response<Body>, BoxError>> {
        let mut again = self.0.again();
        match value {
            Some(value) => again.headers.insert(name, value),
            None => again.headers.remove(name),
        };
        Box::pin(async move {
            time::sleep(wait).await;
            match again.answer(Reads::Head).await {
                Ok(reply) => Ok(reply.into_response()),
                Err(failed) => Err(Error::<Infallible>::from(failed).into()),
            }
        })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

/// Which try of its call a request is, from 1: in the request's extensions, for layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt(pub u32);

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
