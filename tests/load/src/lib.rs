//! What the programs and tests of this package share: a server over a socket and a client of it, sources that can be
//! watched, and a proxy between the two that fails.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod proxy;
mod source;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use traffic_api::client::Client;
use traffic_api::server::{self, ConnectionLimits};

pub use proxy::{Fault, Leg, Proxy};
pub use source::{Ended, Source, Watch, watched};

/// A generated router behind a socket of its own.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<bool>,
}

impl Server {
    /// Serves on a free port.
    ///
    /// # Panics
    /// There is no port.
    pub async fn start(service: impl server::Default, limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let app = server::router(service);
        let ended = tokio::spawn(server::serve(listener, app, limits, async { drop(stopped.await) }));
        Self { address, stop, ended }
    }

    /// A client with connections of its own.
    pub fn client(&self) -> Client {
        client_of(self.address)
    }

    /// Stops it. Whether all that was under way has ended is what it gives.
    ///
    /// # Panics
    /// It has panicked.
    pub async fn stop(self) -> bool {
        let _ = self.stop.send(());
        self.ended.await.unwrap()
    }
}

/// A client of what listens there, which does not wait long before it tries again.
///
/// # Panics
/// There cannot be one.
pub fn client_of(address: SocketAddr) -> Client {
    let http = Client::reqwest_builder().no_proxy().build().unwrap();
    let client = Client::with_reqwest(http, &format!("http://{address}")).unwrap();
    client.backoff(Duration::from_millis(1), Duration::from_millis(2))
}
