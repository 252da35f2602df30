//! The one place that knows a clock.

use std::time::Duration;

/// `future`'s output, or `None` after `duration`.
pub(crate) async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
    tokio::time::timeout(duration, future).await.ok()
}
