//! An asked-for end: nothing new, and what is under way is finished.

use std::sync::Arc;
use std::time::Duration;

use api_key_service::serve;
use axum::Router;
use axum::routing::get;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};

use crate::http_text::send;
use crate::process::Server;

#[tokio::test]
async fn requests_under_way_are_finished() {
    let (entered, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (entered, released) = (Arc::clone(&entered), Arc::clone(&released));
        async move || {
            entered.notify_one();
            released.notified().await;
            "finished"
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, Router::new().route("/", get(handler)), async { drop(stopped.await) }));

    let answer = tokio::spawn(async move { send(address, "GET /", &[], "").await });
    entered.notified().await;
    stop.send(()).unwrap();
    // The listener is closed while the request is under way.
    let closed = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    // Far longer than it takes: a listener that stays open fails the test, rather than hang it.
    tokio::time::timeout(Duration::from_secs(60), closed).await.expect("the listener must be closed");
    assert!(!server.is_finished());
    released.notify_one();
    assert_eq!(answer.await.unwrap().body, "finished");
    server.await.unwrap();
}

#[tokio::test]
async fn signals_end_the_server_in_order() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&folder.path().join("keys.db")).await;
        let remains = server.stop(signal).await;
        assert!(remains.status.success(), "{signal}: {}", remains.status);
        assert!(remains.log.contains("stopping"));
        // The log of writes is merged into the file, which is all there is to keep.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{signal}");
    }
}
