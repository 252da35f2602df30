//! One operation on the server: the way from a request to its answer, written once.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::support::body;
use crate::support::media;
use crate::support::operation::{DeclaredParts, Operation, Refused, Requirement, SchemeKind};
use crate::support::server::incoming::Received;
use crate::support::server::keep_alive::kept_alive;
use crate::support::server::reply::Offers;
#[cfg(feature = "tracing")]
use crate::support::server::telemetry;
use crate::support::server::{
    AuthError, Body, Failure, FromHead, Incoming, IntoReply, Limits, Rejection, RejectionKind, Response, challenge,
    security, upload,
};

/// What every operation asks of the service: who calls, what a refused request is told, what a request may
/// cost. The API's `Gate` is one.
pub trait Guard: Send + Sync + 'static {
    /// Who calls.
    type Caller: Send + 'static;
    /// What the caller shows.
    type Credentials: FromHead;

    /// Finds out who calls.
    fn authenticate(
        &self,
        head: &Parts,
        credentials: Self::Credentials,
        scopes: &[&str],
    ) -> impl Future<Output = Result<Self::Caller, Failure<AuthError>>> + Send;

    /// Answers a request that its handler does not.
    fn reject(&self, rejection: Rejection) -> Response;

    /// What a request of this operation may cost.
    fn limits(&self, operation: &'static Operation) -> Limits;
}

/// A handler at work, and the answer made of what it gives; or why there is none.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response, Failure<Rejection>>> + Send + 'a>>;

/// One operation of a service `S`: takes the arguments from a request and calls the handler with them. `None`:
/// the request holds its violations.
pub type Endpoint<S, Caller> = for<'a> fn(&'a S, Caller, &mut Incoming) -> Option<Answer<'a>>;

/// The answer that `reply` makes of a handler's success, or that its failure is.
pub fn answer_with<'a, T, E: IntoReply>(
    handler: impl Future<Output = Result<T, Failure<E>>> + Send + 'a,
    reply: impl FnOnce(T) -> Result<Response, Rejection> + Send + 'a,
) -> Answer<'a> {
    let refused = |rejection| Failure::Declared(Box::new(rejection));
    Box::pin(async move {
        match handler.await {
            Ok(success) => reply(success).map_err(refused),
            Err(Failure::Declared(error)) => error.into_reply().map_err(refused),
            Err(Failure::Internal(source)) => Err(Failure::Internal(source)),
            Err(Failure::NotImplemented) => Err(Failure::NotImplemented),
        }
    })
}

/// Who may call an operation.
pub trait Access<S: Guard> {
    /// What its handler learns of the caller.
    type Caller: Send + 'static;

    /// Lets a request in, or not.
    fn enter(
        service: &S,
        head: &Parts,
        operation: &'static Operation,
    ) -> impl Future<Output = Result<Self::Caller, Rejection>> + Send;
}

/// Everybody; nobody is asked.
#[derive(Debug)]
pub struct Open;

/// Callers that show credentials.
#[derive(Debug)]
pub struct Authenticated;

/// Everybody; callers that show credentials are asked.
#[derive(Debug)]
pub struct OptionallyAuthenticated;

impl<S: Guard> Access<S> for Open {
    type Caller = ();

    async fn enter(_service: &S, _head: &Parts, _operation: &'static Operation) -> Result<(), Rejection> {
        Ok(())
    }
}

impl<S: Guard> Access<S> for Authenticated {
    type Caller = S::Caller;

    async fn enter(service: &S, head: &Parts, operation: &'static Operation) -> Result<S::Caller, Rejection> {
        match authenticate(service, head, operation).await? {
            Some(caller) => Ok(caller),
            None => {
                let rejection = Rejection::new(RejectionKind::Unauthenticated, "credentials are required");
                Err(challenged(rejection, operation, &[]))
            }
        }
    }
}

impl<S: Guard> Access<S> for OptionallyAuthenticated {
    type Caller = Option<S::Caller>;

    async fn enter(service: &S, head: &Parts, operation: &'static Operation) -> Result<Self::Caller, Rejection> {
        authenticate(service, head, operation).await
    }
}

/// The caller, by the first alternative that the request shows all credentials of and that the service takes. Of several
/// refusals the first counts, unless a later one knows the caller.
async fn authenticate<S: Guard>(
    service: &S,
    head: &Parts,
    operation: &'static Operation,
) -> Result<Option<S::Caller>, Rejection> {
    let is_optional = operation.security.iter().any(|alternative| alternative.is_empty());
    let is_of_the_connection = |requirement: &Requirement| requirement.scheme.kind == SchemeKind::MutualTls;
    let mut shown: Vec<&Requirement> = Vec::new();
    let mut refusal: Option<AuthError> = None;
    for alternative in operation.security.iter().filter(|alternative| !alternative.is_empty()) {
        let Some(credentials) = S::Credentials::from_head(head, alternative) else { continue };
        let scopes: Vec<&str> = alternative.iter().flat_map(|requirement| requirement.scopes).copied().collect();
        match service.authenticate(head, credentials, &scopes).await {
            Ok(caller) => return Ok(Some(caller)),
            Err(Failure::Declared(error)) => {
                shown.extend(*alternative);
                let is_unknown = |error: &AuthError| matches!(error, AuthError::Unauthenticated(_));
                if is_optional && is_unknown(&error) && alternative.iter().all(is_of_the_connection) {
                    continue; // Nobody knows whether there was a certificate.
                }
                if refusal.as_ref().is_none_or(|first| is_unknown(first) && !is_unknown(&error)) {
                    refusal = Some(*error);
                }
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    match refusal {
        Some(error) => Err(challenged(error.into(), operation, &shown)),
        None => Ok(None),
    }
}

/// Answers a request.
pub(crate) fn run<S: Guard, A: Access<S>>(
    service: Arc<S>,
    operation: &'static Operation,
    endpoint: Endpoint<S, A::Caller>,
    request: http::Request<Body>,
) -> impl Future<Output = Response> + Send {
    #[cfg(feature = "tracing")]
    return telemetry::serve(operation, request, move |request| answer::<S, A>(service, operation, endpoint, request));
    #[cfg(not(feature = "tracing"))]
    answer::<S, A>(service, operation, endpoint, request)
}

async fn answer<S: Guard, A: Access<S>>(
    service: Arc<S>,
    operation: &'static Operation,
    endpoint: Endpoint<S, A::Caller>,
    request: http::Request<Body>,
) -> Response {
    let mut response = match unharmed(pin!(serve::<S, A>(&service, operation, endpoint, request))).await {
        Ok(response) => response,
        Err(rejection) => reject(rejection, |rejection| service.reject(rejection)),
    };
    if response.status() == StatusCode::UNAUTHORIZED && !response.headers().contains_key(header::WWW_AUTHENTICATE) {
        // A handler's own.
        for challenge in challenge::of(operation, &[]) {
            response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
        }
    }
    response.extensions_mut().insert(operation);
    response
}

/// The rejection with what it must say of the credentials that the operation takes; `shown` are those that were refused.
fn challenged(rejection: Rejection, operation: &Operation, shown: &[&Requirement]) -> Rejection {
    let challenges = match rejection.kind() {
        RejectionKind::Unauthenticated => challenge::of(operation, shown),
        RejectionKind::Forbidden => challenge::of_scopes(shown),
        _ => Vec::new(),
    };
    let name = header::WWW_AUTHENTICATE;
    challenges.into_iter().fold(rejection, |rejection, challenge| rejection.with_header(name.clone(), challenge))
}

/// The answer that a service makes of a refused request, with the headers that it must carry.
pub(crate) fn reject(rejection: Rejection, answer: impl FnOnce(Rejection) -> Response) -> Response {
    #[cfg(feature = "tracing")]
    if let Some(source) = rejection.source() {
        tracing::error!(error = source as &(dyn std::error::Error + 'static), "a handler failed");
    }
    let headers = rejection.headers().clone();
    // Nothing is left to say for a service that panics while it refuses.
    let answer = catch_unwind(AssertUnwindSafe(|| answer(rejection)));
    let mut response = answer.unwrap_or_else(|_| {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    });
    for name in headers.keys().filter(|name| !response.headers().contains_key(*name)).cloned().collect::<Vec<_>>() {
        for value in headers.get_all(&name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response.extensions_mut().insert(Refused);
    response
}

/// In this order: credentials, from the head alone; media types; the body; all arguments together.
async fn serve<S: Guard, A: Access<S>>(
    service: &S,
    operation: &'static Operation,
    endpoint: Endpoint<S, A::Caller>,
    request: http::Request<Body>,
) -> Result<Response, Rejection> {
    let (mut head, body) = request.into_parts();
    head.extensions.insert(operation);
    security::hide(&mut head, operation);
    let limits = service.limits(operation);
    let caller = within(limits.handler_time, pin!(A::enter(service, &head, operation))).await??;
    let media_type = check_media_types(&head, &body, operation)?;
    let body = receive(body, &head, (operation, media_type), &limits).await?;
    let accept = media::accepted(&head.headers).into_owned();
    let answer = {
        let mut incoming = Incoming::new(operation, head, body, limits);
        endpoint(service, caller, &mut incoming).ok_or_else(|| incoming.refused())?
    };
    finish(answer, &accept, operation, limits).await
}

/// The answer of a handler at work.
pub(crate) async fn finish(
    answer: Answer<'_>,
    accept: &str,
    operation: &'static Operation,
    limits: Limits,
) -> Result<Response, Rejection> {
    match within(limits.handler_time, pin!(answer)).await? {
        Ok(response) => Ok(kept_alive(negotiated(response, accept), limits.keep_alive)),
        Err(Failure::Declared(rejection)) => Err(*rejection),
        Err(Failure::Internal(source)) => Err(upload::refused(source, operation.declares_unprocessable)),
        Err(Failure::NotImplemented) => Err(Failure::<AuthError>::NotImplemented.into()),
    }
}

/// What the service gives, if it gives it in time. Not 504, which is for gateways whose upstream is silent (RFC 9110,
/// section 15.6.5); and without `Retry-After`, which would let clients send again what may have been done.
pub(crate) async fn within<T>(
    limit: Option<Duration>,
    work: Pin<&mut impl Future<Output = T>>,
) -> Result<T, Rejection> {
    let Some(limit) = limit else { return Ok(work.await) };
    let too_slow = |_| Rejection::new(RejectionKind::Unavailable, "the server took too long");
    tokio::time::timeout(limit, work).await.map_err(too_slow)
}

/// The future's outcome; a panic in it, of whatever part of the service, is a failure, and harms nobody else.
///
/// A future that another one owns is kept twice in that, before it is polled and after: it is pinned where it is made.
pub(crate) fn unharmed(
    mut future: Pin<&mut impl Future<Output = Result<Response, Rejection>>>,
) -> impl Future<Output = Result<Response, Rejection>> {
    poll_fn(move |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll,
        Err(_) => Poll::Ready(Err(Rejection::internal("the service panicked".into()))),
    })
}

/// A body of another media type is refused, and so is a caller that takes none of what is given. Gives the declared
/// media type of the body; empty if there is none.
fn check_media_types(head: &Parts, body: &Body, operation: &Operation) -> Result<&'static str, Rejection> {
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let found = content_type.and_then(|content_type| media::choose(content_type, operation.consumes));
    if found.is_none() && !operation.consumes.is_empty() && !http_body::Body::is_end_stream(body) {
        let message = format!("the body must be {}", operation.consumes.join(" or "));
        return Err(Rejection::new(RejectionKind::UnsupportedMediaType, message));
    }
    if !operation.produces.is_empty() && !media::accepts(&media::accepted(&head.headers), operation.produces) {
        let message = format!("answers come as {}", operation.produces.join(" or "));
        return Err(Rejection::new(RejectionKind::NotAcceptable, message));
    }
    Ok(found.unwrap_or_default())
}

/// The answer, its content called what the caller wants most of what it can be called.
fn negotiated(mut response: Response, accept: &str) -> Response {
    if let Some(Offers(offers)) = response.extensions_mut().remove()
        && let Some(best) = media::best(accept, offers)
    {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(best));
    }
    response
}

/// The body of an operation's media type, as far as it is read before arguments are taken from it.
async fn receive(
    body: Body,
    head: &Parts,
    (operation, media_type): (&'static Operation, &'static str),
    limits: &Limits,
) -> Result<Received, Rejection> {
    if operation.consumes.is_empty() {
        return Ok(Received::Read(Bytes::new()));
    }
    if http_body::Body::size_hint(&body).lower() > limits.body as u64 {
        return Err(too_large());
    }
    if operation.bodies.is_some_and(|bodies| bodies.unread.contains(&media_type)) {
        return Ok(Received::Unread(upload::guarded(body, *limits)));
    }
    if let Some(declared) = operation.parts_of(media_type) {
        return take_apart(upload::guarded(body, *limits), head, declared, *limits).await;
    }
    read(body, limits).await.map(Received::Read)
}

/// A body of parts, taken apart.
pub(crate) async fn take_apart(
    body: body::Body,
    head: &Parts,
    declared: &'static DeclaredParts,
    limits: Limits,
) -> Result<Received, Rejection> {
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    (declared.take_apart)(body, content_type, declared, limits).await.map(Received::TakenApart)
}

fn too_large() -> Rejection {
    Rejection::new(RejectionKind::PayloadTooLarge, "the body is too long")
}

/// The whole body, within the limits.
pub(crate) async fn read(body: Body, limits: &Limits) -> Result<Bytes, Rejection> {
    if http_body::Body::size_hint(&body).lower() > limits.body as u64 {
        return Err(too_large());
    }
    match tokio::time::timeout(limits.body_time, Limited::new(body, limits.body).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if is_too_large(error.as_ref()) => Err(too_large()),
        Ok(Err(_)) => Err(Rejection::new(RejectionKind::Malformed, "the body ended early")),
        Err(_) => Err(Rejection::new(RejectionKind::RequestTimeout, "the body took too long")),
    }
}

/// Also for a limit that a layer around the router has set.
fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<LengthLimitError>())
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use http::Method;
    use tokio::time::sleep;

    use super::*;
    use crate::support::body::BoxError;

    static NEWS: Operation = Operation::new("getNews", Method::GET, "/news");
    const SHORT: Duration = Duration::from_millis(5);

    fn limits() -> Limits {
        Limits { handler_time: Some(SHORT), ..Limits::default() }
    }

    #[tokio::test]
    async fn a_stream_may_take_longer_than_its_handler() {
        struct Slow(Pin<Box<tokio::time::Sleep>>, bool);
        impl futures_core::Stream for Slow {
            type Item = Result<Bytes, BoxError>;

            fn poll_next(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Option<Self::Item>> {
                std::task::ready!(self.0.as_mut().poll(cx));
                let is_first = !std::mem::replace(&mut self.1, true);
                Poll::Ready(is_first.then(|| Ok(Bytes::from_static(b"news"))))
            }
        }
        let body = Body::from_stream(Slow(Box::pin(sleep(2 * SHORT)), false));
        let answer = finish(Box::pin(async { Ok(Response::new(body)) }), "*/*", &NEWS, limits()).await;
        let body = answer.expect("an answer").into_body();
        assert_eq!(body.collect().await.expect("no error").to_bytes(), "news");
    }

    #[tokio::test]
    async fn a_handler_that_takes_too_long_is_unavailable() {
        let rejection = finish(Box::pin(pending()), "*/*", &NEWS, limits()).await.expect_err("no answer");
        assert_eq!((rejection.kind(), rejection.status().as_u16()), (RejectionKind::Unavailable, 503));
        assert!(rejection.headers().is_empty());
    }
}
