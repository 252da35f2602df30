//! Where webhooks and callbacks arrive: a delivery is verified as it came, read, and handed to its handler.

use std::pin::{Pin, pin};
use std::sync::Arc;

use axum::routing::{MethodFilter, MethodRouter, any, on};
use bytes::Bytes;
use http::header;
use http::request::Parts;

use crate::support::media;
use crate::support::operation::Operation;
use crate::support::server::endpoint::{self, Endpoint};
use crate::support::server::incoming::Received;
#[cfg(feature = "tracing")]
use crate::support::server::telemetry;
use crate::support::server::{AuthError, Body, Failure, Incoming, Limits, Rejection, RejectionKind, Response};

/// What every webhook and callback asks of a service that receives them.
pub trait Gate: Send + Sync + 'static {
    /// What handlers learn of a delivery besides what is described, such as its id; `()` for nothing.
    type Delivery: Send + 'static;

    /// Finds out whether a delivery is genuine, by its signature for instance: from its head and its whole body, to the
    /// byte as they came, before anything in them is read. What is refused here reaches no handler.
    ///
    /// `webhook` says what arrived: [`Operation::id`] is the webhook's name.
    fn verify(
        &self,
        webhook: &'static Operation,
        head: &Parts,
        body: &Bytes,
    ) -> impl Future<Output = Result<Self::Delivery, Failure<AuthError>>> + Send;

    /// Answers a delivery that its handler does not: as a problem document (RFC 9457), unless a service answers
    /// something else here. This is the place to log [`Rejection::source`], the error behind a 500.
    fn reject(&self, rejection: Rejection) -> Response {
        rejection.into_response()
    }

    /// What a delivery may cost, of whatever webhook: which it is, is known once its body is read.
    fn limits(&self) -> Limits {
        Limits::default()
    }
}

/// Receives webhooks and callbacks for a service: gives each a route, to be put where the API sends it; in a router with
/// a state, behind `.with_state(())`. Cheap to clone; clones share the service.
pub struct Receiver<S>(Arc<S>);

impl<S> Clone for Receiver<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> std::fmt::Debug for Receiver<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receiver")
    }
}

/// A webhook, and what reads it for a service.
pub type Arrival<S, Delivery> = (&'static Operation, Endpoint<S, Delivery>);

impl<S: Gate> Receiver<S> {
    /// A receiver for `service`.
    pub fn new(service: S) -> Self {
        Self(Arc::new(service))
    }

    /// The route of one webhook.
    #[doc(hidden)]
    pub fn route(&self, webhook: &'static Operation, endpoint: Endpoint<S, S::Delivery>) -> MethodRouter {
        let Ok(filter) = MethodFilter::try_from(webhook.method.clone()) else { return MethodRouter::new() };
        on(filter, self.handler(move |_: &Parts, _: &Bytes| Ok((webhook, endpoint))))
    }

    /// The route of all of `webhooks`, told apart by what `name` finds.
    #[doc(hidden)]
    pub fn route_by_name<F, const N: usize>(&self, name: F, webhooks: [Arrival<S, S::Delivery>; N]) -> MethodRouter
    where
        F: Fn(&Parts, &Bytes) -> Option<String> + Send + Sync + 'static,
    {
        any(self.handler(move |head: &Parts, body: &Bytes| {
            let found = name(head, body);
            let mut named = webhooks.iter().filter(|(webhook, _)| found.as_deref() == Some(webhook.id)).peekable();
            let (kind, message) = match named.peek() {
                Some(_) => (RejectionKind::MethodNotAllowed, "the webhook has another method"),
                None => (RejectionKind::NotFound, "no webhook has this name"),
            };
            let arrival = named.find(|(webhook, _)| webhook.method == head.method);
            arrival.copied().ok_or_else(|| Rejection::new(kind, message))
        }))
    }

    /// Answers deliveries of the webhook that `choose` finds.
    fn handler<F>(&self, choose: F) -> impl Fn(http::Request<Body>) -> BoxFuture + Clone + Send + Sync + 'static
    where
        F: Fn(&Parts, &Bytes) -> Chosen<S> + Send + Sync + 'static,
    {
        let (service, choose) = (Arc::clone(&self.0), Arc::new(choose));
        move |request| {
            let (service, choose) = (Arc::clone(&service), Arc::clone(&choose));
            Box::pin(async move {
                match endpoint::unharmed(pin!(receive(&*service, request, &*choose))).await {
                    Ok(response) => response,
                    Err(rejection) => endpoint::reject(rejection, |rejection| service.reject(rejection)),
                }
            })
        }
    }
}

/// What has arrived, or why nobody takes it.
type Chosen<S> = Result<Arrival<S, <S as Gate>::Delivery>, Rejection>;

type BoxFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// In this order: the whole body; what arrived; whether it is genuine; its media type; all arguments together.
async fn receive<S: Gate>(
    service: &S,
    request: http::Request<Body>,
    choose: &(dyn Fn(&Parts, &Bytes) -> Chosen<S> + Send + Sync),
) -> Result<Response, Rejection> {
    let (mut head, body) = request.into_parts();
    let limits = service.limits();
    let body = endpoint::read(body, &limits).await?;
    let (webhook, endpoint) = choose(&head, &body)?;
    head.extensions.insert(webhook);
    #[cfg(feature = "tracing")]
    let facts = (telemetry::host(&head), crate::support::telemetry::Size::Known(body.len() as u64));
    let answer = async {
        let delivered = endpoint::unharmed(pin!(deliver(service, (webhook, endpoint), head, body, limits))).await;
        delivered.unwrap_or_else(|rejection| endpoint::reject(rejection, |rejection| service.reject(rejection)))
    };
    #[cfg(feature = "tracing")]
    let mut response = telemetry::observed(webhook, facts, answer).await;
    #[cfg(not(feature = "tracing"))]
    let mut response = answer.await;
    response.extensions_mut().insert(webhook);
    Ok(response)
}

async fn deliver<S: Gate>(
    service: &S,
    (webhook, endpoint): Arrival<S, S::Delivery>,
    head: Parts,
    body: Bytes,
    limits: Limits,
) -> Result<Response, Rejection> {
    let verified = endpoint::within(limits.handler_time, pin!(service.verify(webhook, &head, &body))).await?;
    let delivery = verified.map_err(Rejection::from)?;
    let media_type = media_type(&head, &body, webhook)?;
    let is_unread = webhook.bodies.is_some_and(|bodies| bodies.unread.contains(&media_type));
    let has_content = !body.is_empty() || head.headers.contains_key(header::CONTENT_TYPE);
    let body = match webhook.parts_of(media_type) {
        _ if webhook.consumes.is_empty() => Received::Read(Bytes::new()),
        _ if is_unread => Received::Unread(body.into()),
        Some(declared) if has_content => {
            // All of it is in memory already.
            let limits = Limits { memory: usize::MAX, ..limits };
            endpoint::take_apart(body.into(), &head, declared, limits).await?
        }
        _ => Received::Read(body),
    };
    let accept = media::accepted(&head.headers).into_owned();
    let answer = {
        let mut incoming = Incoming::new(webhook, head, body, limits).leniently();
        endpoint(service, delivery, &mut incoming).ok_or_else(|| incoming.refused())?
    };
    endpoint::finish(answer, &accept, webhook, limits).await
}

/// The declared media type of the body; empty if there is none. As of an answer, a missing one is the first declared.
fn media_type(head: &Parts, body: &Bytes, webhook: &Operation) -> Result<&'static str, Rejection> {
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let found = media::choose_leniently(content_type, webhook.consumes);
    if found.is_none() && !webhook.consumes.is_empty() && !body.is_empty() {
        let message = format!("the body must be {}", webhook.consumes.join(" or "));
        return Err(Rejection::new(RejectionKind::UnsupportedMediaType, message));
    }
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};

    use http::{Method, Request, StatusCode};
    use tower_service::Service as _;

    use super::*;
    use crate::support::server::{answer_with, reply};
    use crate::types::Pet;

    static NEW_PET: Operation = Operation::new("newPet", Method::POST, "").consumes(&["application/json"]);

    struct Service;

    impl Gate for Service {
        type Delivery = usize;

        fn verify(
            &self,
            webhook: &'static Operation,
            head: &Parts,
            body: &Bytes,
        ) -> impl Future<Output = Result<usize, Failure<AuthError>>> + Send {
            let signature = head.headers.get("signature").and_then(|value| value.to_str().ok());
            let is_genuine = signature == Some(&*format!("{} {}", webhook.id, body.len()));
            let verdict = if is_genuine { Ok(body.len()) } else { Err(AuthError::Unauthenticated("no".to_owned())) };
            let verdict: Ready<Result<usize, Failure<AuthError>>> = ready(verdict.map_err(Failure::from));
            verdict
        }
    }

    fn new_pet<'a>(_: &'a Service, _: usize, request: &mut Incoming) -> Option<endpoint::Answer<'a>> {
        let body = request.required_json::<Pet>("application/json", &[]);
        request.checked()?;
        let status = body?.status;
        let handler = async move {
            if status == crate::types::Status::Active {
                Ok(())
            } else {
                Err(Failure::<std::convert::Infallible>::internal("gone"))
            }
        };
        Some(answer_with(handler, reply::as_empty(StatusCode::NO_CONTENT)))
    }

    async fn status(mut route: MethodRouter, signature: &str, body: &str) -> u16 {
        let request = Request::post("/anywhere").header("signature", signature).body(Body::from(body.to_owned()));
        let Ok(response) = route.call(request.expect("a request")).await;
        response.status().as_u16()
    }

    #[tokio::test]
    async fn a_delivery_is_verified_before_it_is_read() {
        let receiver = Receiver::new(Service);
        let route = || receiver.route(&NEW_PET, new_pet);
        let pet = r#"{ "id": "936da01f-9abd-4d9d-80c7-02af85c822a8", "name": "Rex", "status": "active", "more": 1 }"#;
        let signature = format!("newPet {}", pet.len());
        assert_eq!(status(route(), &signature, pet).await, 204);
        assert_eq!(status(route(), "", pet).await, 401);
        assert_eq!(status(route(), "", "{").await, 401);
        assert_eq!(status(route(), "newPet 1", "{").await, 400);
        assert_eq!(status(route(), "newPet 2", "{}").await, 400);
    }

    #[tokio::test]
    async fn deliveries_are_told_apart_by_name() {
        let receiver = Receiver::new(Service);
        let route =
            |name: &'static str| receiver.route_by_name(move |_, _| Some(name.to_owned()), [(&NEW_PET, new_pet as _)]);
        assert_eq!(status(route("newPet"), "newPet 1", "{").await, 400);
        assert_eq!(status(route("newCat"), "newPet 1", "{").await, 404);
        let Ok(response) = route("newPet").call(Request::get("/").body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), 405);
    }
}
