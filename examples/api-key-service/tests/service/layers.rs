//! What is around the API: slow handlers, slow callers.

use std::future::pending;
use std::time::Duration;

use api_key_service::{Service, layers};
use avido_api::server::Limits;
use axum::Router;
use axum::routing::get;
use serde_json::json;

use crate::http_text::send;
use crate::world::{Way, World, listen};

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_slow_handler_is_given_up() {
    let router = Router::new().route("/slow", get(async || pending::<&'static str>().await));
    let address = listen(layers::around(router, Duration::from_millis(1))).await;
    let answer = send(address, "GET /slow", &[], "").await;
    assert_eq!((answer.status, answer.json()), (503, json!({ "message": "the request took too long" })));
    assert_eq!(answer.header("content-type"), ["application/json"]);
}

/// The head tells of a body that never comes.
#[tokio::test]
async fn a_slow_body_is_given_up() {
    let world = World::start(Way::Socket).await;
    let limits = Limits { body_time: Duration::from_millis(1), ..Limits::default() };
    let service = Service::new(world.store.clone()).with_limits(limits);
    let address = listen(layers::around(avido_api::server::router(service), LONG)).await;
    let headers = [
        format!("X-Api-Key: {}", world.application.key.plaintext.expose()),
        format!("X-Application-Id: {}", world.application.id),
        "Content-Type: application/json".to_owned(),
        "Content-Length: 10".to_owned(),
    ];
    let answer = send(address, "POST /v0/api-keys", &headers, "").await;
    assert_eq!((answer.status, answer.json()), (408, json!({ "message": "the body took too long" })));
}
