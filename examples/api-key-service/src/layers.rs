//! What happens to every request around the API: a line in the log, a time limit. A panic of a handler ends in
//! the generated router, as a 500.

use std::time::{Duration, Instant};

use avido_api::server::Response;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{self, Next};
use http::StatusCode;
use tracing::{Instrument as _, info, info_span};

use crate::rejection;

/// Puts the layers around `router`: the log outermost, so that it tells of the other as well.
pub fn around(router: Router, time_limit: Duration) -> Router {
    router
        .layer(middleware::from_fn(move |request, next| limit_time(time_limit, request, next)))
        .layer(middleware::from_fn(log))
}

/// One line a request: method, path template, status, milliseconds. Never a header, a body or the path
/// itself, any of which may hold a secret.
async fn log(request: Request, next: Next) -> Response {
    let template = request.extensions().get::<MatchedPath>();
    let path = template.map_or("(unknown)", MatchedPath::as_str);
    let span = info_span!("request", method = %request.method(), path);
    async {
        let start = Instant::now();
        let response = next.run(request).await;
        let latency_ms = start.elapsed().as_micros() as f64 / 1000.0;
        info!(status = response.status().as_u16(), latency_ms, "answered");
        response
    }
    .instrument(span.clone())
    .await
}

/// What takes too long is dropped; a transaction that it has not committed is rolled back.
async fn limit_time(limit: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => rejection::error(StatusCode::SERVICE_UNAVAILABLE, "the request took too long"),
    }
}
