//! A service that manages the API keys of applications: the system that the Avido pages describe, on the
//! generated crate `avido-api`.
//!
//! A request passes [`layers`], then the generated router, then [`Service`], then [`Store`].

mod key;
mod store;
mod service;
mod rejection;
pub mod layers;
mod serve;

pub use serve::{serve, stop_signal};
pub use service::{Application, Service};
pub use store::{CreatedKey, NewApplication, OpenError, Store, StoreError};

use std::time::Duration;

use axum::Router;

/// How long a request may take from its head to its answer. Longer than a body may take to arrive
/// ([`Service::new`]), so that a slow caller is told 408 and a slow server 503.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The whole service as an axum router: the API and the layers around it.
pub fn app(service: Service) -> Router {
    layers::around(avido_api::server::router(service), REQUEST_TIMEOUT)
}
