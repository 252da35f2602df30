//! A service of its own for each test, in a temporary folder.

use std::future::pending;
use std::net::SocketAddr;

use api_key_service::{NewApplication, Service, Store, app, serve};
use avido_api::client::{Client, Credentials};
use axum::Router;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// How the client reaches the service.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    InProcess,
    Socket,
}

/// A service with one application.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) application: NewApplication,
    pub(crate) folder: TempDir,
    way: Way,
}

impl World {
    pub(crate) async fn start(way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("keys.db")).await.unwrap();
        let application = store.create_application().await.unwrap();
        Self { store, application, folder, way }
    }

    pub(crate) fn app(&self) -> Router {
        app(Service::new(self.store.clone()))
    }

    /// A client without credentials.
    pub(crate) async fn stranger(&self) -> Client {
        client(self.app(), self.way).await
    }

    /// A client that shows these credentials.
    pub(crate) async fn client_with(&self, key: &str, application: &str) -> Client {
        self.stranger().await.credentials(credentials(key, application))
    }

    /// A client of the application.
    pub(crate) async fn client(&self) -> Client {
        self.client_of(&self.application).await
    }

    pub(crate) async fn client_of(&self, application: &NewApplication) -> Client {
        self.client_with(application.key.plaintext.expose(), &application.id.to_string()).await
    }
}

pub(crate) fn credentials(key: &str, application: &str) -> Credentials {
    Credentials { api_key: key.into(), application_id: application.into() }
}

pub(crate) async fn client(app: Router, way: Way) -> Client {
    match way {
        Way::InProcess => Client::with_transport(app),
        Way::Socket => Client::with_base_url(&format!("http://{}", listen(app).await)).unwrap(),
    }
}

/// Serves `app` until the test ends.
pub(crate) async fn listen(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, app, pending()));
    address
}

/// Makes two tests of each function, one for each way.
macro_rules! both_ways {
    ($($test:ident),* $(,)?) => {
        mod in_process {
            $(#[tokio::test] async fn $test() { super::$test(crate::world::Way::InProcess).await; })*
        }
        mod over_a_socket {
            $(#[tokio::test] async fn $test() { super::$test(crate::world::Way::Socket).await; })*
        }
    };
}
pub(crate) use both_ways;
