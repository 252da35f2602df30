//! The server's machinery: a request is authenticated, read, checked and handed to its handler; what the
//! description forbids never gets there.

mod rejection;
mod failure;
pub(crate) mod upload;
mod incoming;
pub mod reply;
mod security;
mod challenge;
pub(crate) mod keep_alive;
mod endpoint;
#[cfg(feature = "tracing")]
mod telemetry;
mod routes;
#[cfg(feature = "serve")]
mod serve;

pub mod receiver;

use std::time::Duration;

pub use axum::body::Body;
pub use axum::response::Response;
pub use endpoint::{Access, Answer, Authenticated, Endpoint, Guard, Open, OptionallyAuthenticated, answer_with};
pub use failure::{AuthError, Failure, not_implemented};
pub use http::request::Parts;
pub use incoming::{Incoming, TakeApart, TakenApart, TakingApart};
pub use rejection::{Rejection, RejectionKind};
pub use reply::{IntoReply, Outgoing, json_response};
pub use routes::Routes;
pub use security::{FromHead, NoCredentials, api_key, authorization};
#[cfg(feature = "serve")]
pub use serve::{ConnectionLimits, serve};

/// What a request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes a body may have; more is answered 413. 2 MiB by default.
    pub body: usize,
    /// How many bytes of a multipart body are held in memory: its values, and the files for which there is room. The
    /// first file that does not fit is handed on as it comes, and ends with an error where a declared part is behind it;
    /// a value that does not fit is answered 413. 2 MiB by default.
    pub memory: usize,
    /// How long a body may take to arrive; longer is answered 408. 30 seconds by default.
    pub body_time: Duration,
    /// How long a handler may take to give its answer, and `authenticate` before it; longer is answered 503, and what it
    /// is at is dropped. In this time a handler reads a body that it is handed as a stream; a stream that it answers with
    /// is not cut. No limit by default.
    pub handler_time: Option<Duration>,
    /// How long a stream of events may be silent: then a comment is sent, which no client shows. 15 seconds by default.
    pub keep_alive: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 2 * 1024 * 1024,
            memory: 2 * 1024 * 1024,
            body_time: Duration::from_secs(30),
            handler_time: None,
            keep_alive: Some(Duration::from_secs(15)),
        }
    }
}
