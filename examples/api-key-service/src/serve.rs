//! From a listener to a running server, and to its end.

use std::io;
use std::time::Duration;

use avido_api::server::{self, ConnectionLimits};
use axum::Router;
use tokio::net::TcpListener;
use tracing::{info, warn};

/// A head is a few hundred bytes, and the requests under way once the server is told to stop end within their
/// own limit ([`REQUEST_TIMEOUT`](crate::REQUEST_TIMEOUT)).
fn limits() -> ConnectionLimits {
    ConnectionLimits {
        head: 16 * 1024,
        head_time: Duration::from_secs(15),
        grace: Duration::from_secs(25),
        ..ConnectionLimits::default()
    }
}

/// Serves `app` until `stop` is ready; then takes no more connections and ends the requests under way.
pub async fn serve(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    let stop = async {
        stop.await;
        info!("stopping: no more connections, requests under way are ended");
    };
    if !server::serve(listener, app, limits(), stop).await {
        warn!("requests were still under way and are dropped");
    }
}

/// Ready when the process is asked to stop: by SIGINT (Ctrl-C) or SIGTERM.
///
/// # Errors
/// The signals cannot be listened to.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
