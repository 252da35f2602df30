//! The router: paths and methods to endpoints.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, on};

use crate::support::media;
use crate::support::operation::Operation;
use crate::support::parameter;
use crate::support::server::endpoint::{self, Access, Endpoint, Guard};
use crate::support::server::{Body, Rejection, RejectionKind, Response};

/// Answers requests of one operation.
type Handler = Arc<dyn Fn(http::Request<Body>) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

/// Operations of one method and route.
type Choices = Vec<(&'static Operation, Handler)>;

/// A router in the making.
pub struct Routes<S> {
    service: Arc<S>,
    router: Router,
    choices: BTreeMap<(&'static str, String), Choices>,
}

impl<S: Guard> Routes<S> {
    /// No routes yet.
    pub fn new(service: S) -> Self {
        Self { service: Arc::new(service), router: Router::new().without_v07_checks(), choices: BTreeMap::new() }
    }

    /// Adds an operation under `path`, in axum's syntax.
    #[must_use]
    pub fn route<A: Access<S>>(
        self,
        _access: A,
        path: &str,
        operation: &'static Operation,
        endpoint: Endpoint<S, A::Caller>,
    ) -> Self {
        let Ok(filter) = MethodFilter::try_from(operation.method.clone()) else { return self };
        let service = Arc::clone(&self.service);
        let handler = move |request: http::Request<Body>| {
            endpoint::run::<S, A>(Arc::clone(&service), operation, endpoint, request)
        };
        Self { router: self.router.route(path, on(filter, handler)), ..self }
    }

    /// Adds one of several operations that requests of one method and `path` may be for. A request goes to the one that
    /// it has the query and the text around parameters of, and that has no rival of which it has them, too.
    #[must_use]
    pub fn choose<A: Access<S> + 'static>(
        mut self,
        _access: A,
        path: &'static str,
        operation: &'static Operation,
        endpoint: Endpoint<S, A::Caller>,
    ) -> Self {
        let service = Arc::clone(&self.service);
        let handler: Handler = Arc::new(move |request| {
            Box::pin(endpoint::run::<S, A>(Arc::clone(&service), operation, endpoint, request))
        });
        self.choices.entry((path, operation.method.to_string())).or_default().push((operation, handler));
        self
    }

    /// The routes of which operations are chosen.
    fn add_choices(&mut self, refuse: impl Fn() -> Response + Clone + Send + Sync + 'static) {
        for ((path, _), choices) in std::mem::take(&mut self.choices) {
            let Some((first, _)) = choices.first() else { continue };
            let Ok(filter) = MethodFilter::try_from(first.method.clone()) else { continue };
            let (choices, refuse): (Arc<[_]>, _) = (choices.into(), refuse.clone());
            let handler = move |request: http::Request<Body>| {
                let (path, query) = (request.uri().path(), request.uri().query());
                let suited = choices.iter().filter(|(operation, _)| {
                    parameter::suits(operation, path, query) && parameter::rival(operation, path, query).is_none()
                });
                let answer =
                    most_wanted(suited, request.headers()).map(|(_, handler)| handler(request)).ok_or_else(&refuse);
                async move {
                    match answer {
                        Ok(answer) => answer.await,
                        Err(refusal) => refusal,
                    }
                }
            };
            self.router = std::mem::take(&mut self.router).route(path, on(filter, handler));
        }
    }

    /// The router. Unknown paths and methods are answered by the service's `reject` as well.
    pub fn finish(mut self) -> Router {
        let service = Arc::clone(&self.service);
        self.add_choices(move || {
            let rejection = Rejection::new(RejectionKind::NotFound, "no operation has this path and query");
            endpoint::reject(rejection, |rejection| service.reject(rejection))
        });
        let refuse = |kind: RejectionKind, message: &'static str| {
            let service = Arc::clone(&self.service);
            move || {
                let rejection = Rejection::new(kind, message);
                let response = endpoint::reject(rejection, |rejection| service.reject(rejection));
                async move { response }
            }
        };
        let not_found = refuse(RejectionKind::NotFound, "no operation has this path");
        let not_allowed = refuse(RejectionKind::MethodNotAllowed, "no operation of this path has this method");
        self.router.fallback(not_found).method_not_allowed_fallback(not_allowed)
    }
}

/// What is left apart by its answer only goes by `Accept`; of equals the first.
fn most_wanted<'c>(
    mut choices: impl Iterator<Item = &'c (&'static Operation, Handler)>,
    headers: &http::HeaderMap,
) -> Option<&'c (&'static Operation, Handler)> {
    let first = choices.next()?;
    let rest: Vec<_> = choices.collect();
    if rest.is_empty() {
        return Some(first);
    }
    let accept = media::accepted(headers);
    let weight = |choice: &(&'static Operation, Handler)| {
        choice.0.produces.first().map_or(0.0, |media_type| media::weight(&accept, media_type))
    };
    Some(rest.into_iter().fold(first, |best, next| if weight(next) > weight(best) { next } else { best }))
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Routes")
    }
}
