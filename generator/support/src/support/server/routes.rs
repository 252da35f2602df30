//! The router: paths and methods to endpoints.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, on};

use crate::support::operation::Operation;
use crate::support::parameter;
use crate::support::server::endpoint::{self, Access, Endpoint, Guard};
use crate::support::server::{Body, Rejection, RejectionKind, Response};
use crate::support::violation::Location;

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

    /// Adds one of several operations of one method and `path`. A request goes to the first that it has the query and
    /// the text around parameters of, those that ask for more first.
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
        for ((path, _), mut choices) in std::mem::take(&mut self.choices) {
            choices.sort_by_key(|(operation, _)| Reverse(demands(operation)));
            let Some((first, _)) = choices.first() else { continue };
            let Ok(filter) = MethodFilter::try_from(first.method.clone()) else { continue };
            let (choices, refuse): (Arc<[_]>, _) = (choices.into(), refuse.clone());
            let handler = move |request: http::Request<Body>| {
                let chosen = choices.iter().find(|(operation, _)| suits(operation, request.uri()));
                let answer = chosen.map(|(_, handler)| handler(request)).ok_or_else(&refuse);
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

/// How much an operation's path asks for: pairs of the query, and text around parameters.
fn demands(operation: &Operation) -> (usize, usize) {
    let pairs = operation.fixed_query().map_or(0, |query| query.split('&').count());
    let text = operation.route().chars().filter(|c| !matches!(c, '{' | '}')).count();
    let names: usize = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location == Location::Path)
        .map(|parameter| parameter.name.chars().count())
        .sum();
    (pairs, text.saturating_sub(names))
}

/// Whether a request to `uri` has what the operation's path asks for.
fn suits(operation: &Operation, uri: &http::Uri) -> bool {
    let has = |wanted: &str| uri.query().is_some_and(|query| query.split('&').any(|pair| pair == wanted));
    let mut path_parameters = operation.parameters.iter().filter(|parameter| parameter.location == Location::Path);
    operation.fixed_query().is_none_or(|query| query.split('&').all(has))
        && path_parameters.all(|parameter| parameter::value_of(operation, uri.path(), parameter.name).is_some())
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Routes")
    }
}
