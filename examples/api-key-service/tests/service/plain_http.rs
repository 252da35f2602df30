//! Requests that the generated client cannot send, over a socket.

use std::net::SocketAddr;

use avido_api::client::{Error, prelude::*};
use avido_api::types::CreateApiKeyRequest;
use serde_json::json;

use crate::http_text::{Answer, send};
use crate::world::{Way, World, listen};

const JSON: &str = "Content-Type: application/json";

struct Wire {
    world: World,
    address: SocketAddr,
}

impl Wire {
    async fn start() -> Self {
        let world = World::start(Way::Socket).await;
        let address = listen(world.app()).await;
        Self { world, address }
    }

    /// With the application's credentials.
    async fn send(&self, request_line: &str, headers: &[&str], body: &str) -> Answer {
        let application = &self.world.application;
        let mut headers: Vec<_> = headers.iter().map(|&header| header.to_owned()).collect();
        headers.push(format!("X-Api-Key: {}", application.key.plaintext.expose()));
        headers.push(format!("X-Application-Id: {}", application.id));
        send(self.address, request_line, &headers, body).await
    }
}

/// An `ErrorResponse`, as JSON, and nothing else.
#[track_caller]
fn assert_error(answer: &Answer, status: u16, message: &str) {
    assert_eq!((answer.status, answer.json()), (status, json!({ "message": message })));
    assert_eq!(answer.header("content-type"), ["application/json"]);
}

#[track_caller]
fn assert_issues(answer: &Answer, issues: &[(&str, &[&str])]) {
    let body = answer.json();
    assert_eq!(answer.status, 422, "{body}");
    let told: Vec<_> =
        body["issues"].as_array().unwrap().iter().map(|issue| json!([issue["code"], issue["path"]])).collect();
    assert_eq!(json!(told), json!(issues));
    assert_eq!(answer.header("content-type"), ["application/json"]);
}

#[tokio::test]
async fn what_is_not_json_is_malformed() {
    let wire = Wire::start().await;
    let answer = wire.send("POST /v0/api-keys", &[JSON], r#"{"name":"#).await;
    assert_error(&answer, 400, "the body is not well-formed JSON at line 1, column 8");
    let answer = wire.send("POST /v0/api-keys", &[JSON], r#"{"name":"a"} {"#).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn all_issues_are_told_at_once() {
    let wire = Wire::start().await;
    let answer = wire.send("POST /v0/api-keys", &[JSON], r#"{"name":"","x":1}"#).await;
    assert_issues(&answer, &[("min_length", &["name"]), ("unknown_field", &["x"])]);
    let answer = wire.send("POST /v0/api-keys", &[JSON], r#"{"x":1,"y":2}"#).await;
    assert_issues(&answer, &[("unknown_field", &["x"]), ("unknown_field", &["y"]), ("missing", &["name"])]);
    let answer = wire.send("POST /v0/api-keys", &[JSON], r#"{"name":null}"#).await;
    assert_issues(&answer, &[("type", &["name"])]);
    let answer = wire.send("POST /v0/api-keys", &[JSON], "[]").await;
    assert_issues(&answer, &[("type", &[])]);
    let answer = wire.send("POST /v0/api-keys", &[JSON, "Content-Length: 0"], "").await;
    assert_issues(&answer, &[("missing", &[])]);
}

#[tokio::test]
async fn issues_do_not_echo_values() {
    let wire = Wire::start().await;
    let answer = wire.send("POST /v0/api-keys", &[JSON], r#"{"name":["told-nobody"]}"#).await;
    assert_eq!(answer.status, 422);
    assert!(!answer.body.contains("told-nobody"));
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_an_issue() {
    let wire = Wire::start().await;
    for id in ["x", "avido_12345678ab", "%F0%9F%98%80", "urn:uuid:456e7890-e89b-12d3-a456-426614174000"] {
        let answer = wire.send(&format!("DELETE /v0/api-keys/{id}"), &[], "").await;
        assert_issues(&answer, &[("format", &["keyId"])]);
    }
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let wire = Wire::start().await;
    let answer = wire.send("POST /v0/api-keys", &["Content-Type: text/plain"], r#"{"name":"a"}"#).await;
    assert_error(&answer, 415, "the body must be application/json");
    let answer = wire.send("POST /v0/api-keys", &[], r#"{"name":"a"}"#).await;
    assert_eq!(answer.status, 415);
    let answer =
        wire.send("POST /v0/api-keys", &["Content-Type: Application/JSON; charset=utf-8"], r#"{"name":"a"}"#).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn callers_that_take_no_json_are_refused() {
    let wire = Wire::start().await;
    let answer = wire.send("GET /v0/api-keys", &["Accept: text/html"], "").await;
    assert_error(&answer, 406, "answers come as application/json");
    let answer = wire.send("GET /v0/api-keys", &["Accept: text/html, */*;q=0.1"], "").await;
    assert_eq!(answer.status, 200);
}

/// The length is told beforehand, and the answer comes without a byte of the body.
#[tokio::test]
async fn too_long_bodies_are_refused() {
    let wire = Wire::start().await;
    let answer = wire.send("POST /v0/api-keys", &[JSON, "Content-Length: 16385"], "").await;
    assert_error(&answer, 413, "the body is too long");
}

#[tokio::test]
async fn the_client_is_told_of_too_long_bodies() {
    let world = World::start(Way::InProcess).await;
    let client = world.client().await;
    match client.create_application_api_key(&CreateApiKeyRequest::new("a".repeat(20_000))).await {
        Err(Error::Undeclared(answer)) => assert_eq!(answer.status.as_u16(), 413),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let wire = Wire::start().await;
    for path in ["/", "/v0", "/v0/api-keys/", "/v0/api-keys/a/b"] {
        let answer = wire.send(&format!("GET {path}"), &[], "").await;
        assert_error(&answer, 404, "no operation has this path");
    }
}

#[tokio::test]
async fn other_methods_are_told_the_right_ones() {
    let wire = Wire::start().await;
    let answer = wire.send("PATCH /v0/api-keys", &[], "").await;
    assert_error(&answer, 405, "no operation of this path has this method");
    assert_eq!(allowed(&answer), ["GET", "HEAD", "POST"]);
    let answer = wire.send("GET /v0/api-keys/456e7890-e89b-12d3-a456-426614174000", &[], "").await;
    assert_error(&answer, 405, "no operation of this path has this method");
    assert_eq!(allowed(&answer), ["DELETE"]);
}

fn allowed(answer: &Answer) -> Vec<&str> {
    let mut methods: Vec<_> =
        answer.header("allow").into_iter().flat_map(|value| value.split(',')).map(str::trim).collect();
    methods.sort_unstable();
    methods
}

#[tokio::test]
async fn strangers_are_told_how_to_authenticate() {
    let wire = Wire::start().await;
    let answer = send(wire.address, "GET /v0/api-keys", &[], "").await;
    assert_error(&answer, 401, "credentials are required");
    let challenges = [r#"ApiKey in="header", name="x-api-key""#, r#"ApiKey in="header", name="x-application-id""#];
    assert_eq!(answer.header("www-authenticate"), challenges);
}

/// Two keys at once are no credential, rather than the first of them.
#[tokio::test]
async fn ambiguous_credentials_are_none() {
    let wire = Wire::start().await;
    let answer = wire.send("GET /v0/api-keys", &["X-Api-Key: another"], "").await;
    assert_eq!(answer.status, 401);
}
