//! What a server refuses, over sockets: each status comes as a problem document, through `Gate::reject`, with the limits
//! of its operation. What is waited for comes far sooner than after `LONG`, which is there so that a failure ends the test.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avido_api::operations::{DeleteApplicationApiKeyError, GetApplicationApiKeysError};
use avido_api::server::{
    self, ApiKeys, AuthError, ConnectionLimits, Credentials, Failure, Gate, Limits, Operation, Parts, Rejection,
    RejectionKind, Response,
};
use avido_api::types::ApiKeysResponse;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

/// Lists keys never; deletes one in more time than listing may take.
#[derive(Debug, Clone, Default)]
struct Service(Arc<Mutex<Vec<RejectionKind>>>);

impl Gate for Service {
    type Caller = ();

    async fn authenticate(&self, _: &Parts, credentials: Credentials, _: &[&str]) -> Result<(), Failure<AuthError>> {
        if credentials.api_key.expose() == "slow" { pending().await } else { Ok(()) }
    }

    fn reject(&self, rejection: Rejection) -> Response {
        self.0.lock().unwrap().push(rejection.kind());
        rejection.into_response()
    }

    fn limits(&self, operation: &'static Operation) -> Limits {
        match (operation.id, operation.route()) {
            ("createApplicationApiKey", _) => Limits { body: 64, body_time: SHORT, ..Limits::default() },
            (_, "/v0/api-keys") => Limits { handler_time: Some(SHORT), ..Limits::default() },
            _ => Limits::default(),
        }
    }
}

impl ApiKeys for Service {
    async fn get_application_api_keys(&self, (): ()) -> Result<ApiKeysResponse, Failure<GetApplicationApiKeysError>> {
        pending().await
    }

    async fn delete_application_api_key(&self, (): (), _: Uuid) -> Result<(), Failure<DeleteApplicationApiKeyError>> {
        sleep(2 * SHORT).await;
        Ok(())
    }
}

async fn start() -> (Service, SocketAddr) {
    let (service, listener) = (Service::default(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (app, address) = (server::router(service.clone()), listener.local_addr().unwrap());
    tokio::spawn(server::serve(listener, app, ConnectionLimits::default(), pending()));
    (service, address)
}

/// The head of the answer to a request, and its body. The request is `line`, credentials and `more`; after it, its sender
/// only listens.
async fn send(address: SocketAddr, line: &str, more: &str) -> (String, String) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let text = format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-application-id: a\r\n{more}");
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(LONG, socket.read_to_string(&mut answer)).await.expect("the connection must end").unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

const KEY: &str = "x-api-key: k\r\n";
const JSON: &str = "x-api-key: k\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn every_refusal_is_a_problem_document() {
    use RejectionKind as Kind;
    let (service, address) = start().await;
    let rows = [
        ("GET /nowhere", format!("{KEY}\r\n"), "404 Not Found", Kind::NotFound),
        ("PATCH /v0/api-keys", format!("{KEY}\r\n"), "405 Method Not Allowed", Kind::MethodNotAllowed),
        ("POST /v0/api-keys", "\r\n".to_owned(), "401 Unauthorized", Kind::Unauthenticated),
        (
            "POST /v0/api-keys",
            format!("{KEY}content-type: text/plain\r\ncontent-length: 1\r\n\r\nx"),
            "415 Unsupported Media Type",
            Kind::UnsupportedMediaType,
        ),
        (
            "POST /v0/api-keys",
            format!("{JSON}accept: image/png\r\ncontent-length: 1\r\n\r\nx"),
            "406 Not Acceptable",
            Kind::NotAcceptable,
        ),
        // What is said to be too long is not waited for.
        (
            "POST /v0/api-keys",
            format!("{JSON}content-length: 65\r\n\r\n"),
            "413 Payload Too Large",
            Kind::PayloadTooLarge,
        ),
        (
            "POST /v0/api-keys",
            format!("{JSON}transfer-encoding: chunked\r\n\r\n41\r\n{}\r\n", " ".repeat(65)),
            "413 Payload Too Large",
            Kind::PayloadTooLarge,
        ),
        (
            "POST /v0/api-keys",
            format!("{JSON}content-length: 64\r\n\r\n{{"),
            "408 Request Timeout",
            Kind::RequestTimeout,
        ),
        ("POST /v0/api-keys", format!("{JSON}content-length: 1\r\n\r\n{{"), "400 Bad Request", Kind::Malformed),
        (
            "POST /v0/api-keys",
            format!("{JSON}content-length: 2\r\n\r\n{{}}"),
            "422 Unprocessable Entity",
            Kind::Invalid,
        ),
        ("GET /v0/api-keys", format!("{KEY}\r\n"), "503 Service Unavailable", Kind::Unavailable),
        ("GET /v0/api-keys", "x-api-key: slow\r\n\r\n".to_owned(), "503 Service Unavailable", Kind::Unavailable),
    ];
    for (line, more, status, kind) in rows {
        let (head, body) = send(address, line, &more).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{line} {more:?}: {head}");
        assert!(head.contains("content-type: application/problem+json"), "{head}");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"].to_string(), status[..3], "{body}");
        assert_eq!(problem["title"], status[4..], "{body}");
        assert!(problem["detail"].is_string(), "{body}");
        assert_eq!(head.contains("allow: POST,GET,HEAD"), kind == Kind::MethodNotAllowed, "{head}");
        assert!(!head.contains("retry-after"), "{head}");
        assert_eq!(service.0.lock().unwrap().pop(), Some(kind), "{line} {more:?}");
    }
    assert!(service.0.lock().unwrap().is_empty(), "a request was refused twice");
}

#[tokio::test]
async fn limits_are_those_of_the_operation() {
    let (service, address) = start().await;
    // Slower than another operation may be.
    let (head, _) = send(address, &format!("DELETE /v0/api-keys/{}", Uuid::nil()), &format!("{KEY}\r\n")).await;
    assert!(head.starts_with("HTTP/1.1 204"), "{head}");
    assert!(service.0.lock().unwrap().is_empty());
}
