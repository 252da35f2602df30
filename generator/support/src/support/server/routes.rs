//! The router: paths and methods to endpoints.

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, on};

use crate::support::operation::Operation;
use crate::support::server::endpoint::{self, Access, Endpoint, Guard};
use crate::support::server::{Body, Rejection, RejectionKind};

/// A router in the making.
pub struct Routes<S> {
    service: Arc<S>,
    router: Router,
}

impl<S: Guard> Routes<S> {
    /// No routes yet.
    pub fn new(service: S) -> Self {
        Self { service: Arc::new(service), router: Router::new().without_v07_checks() }
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
        Self { router: self.router.route(path, on(filter, handler)), service: self.service }
    }

    /// The router. Unknown paths and methods are answered by the service's `reject` as well.
    pub fn finish(self) -> Router {
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

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Routes")
    }
}
