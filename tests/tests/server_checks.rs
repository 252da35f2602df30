//! What the server refuses, in which order, and how it says so. The requests are raw: no client is in between.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tests::service::{self, API_KEY, APPLICATION_ID, Next, Service};
use tower::ServiceExt as _;

type Body = axum::body::Body;

/// A request that nothing is wrong with.
fn good(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header("x-api-key", API_KEY).header("x-application-id", APPLICATION_ID)
}

fn create(body: &'static str) -> Request<Body> {
    let request = good("POST", "/v0/api-keys").header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body)).unwrap()
}

async fn send(service: &Service, request: Request<Body>) -> Response<Body> {
    let Ok(response) = avido_api::server::router(service.clone()).oneshot(request).await;
    response
}

/// The answer as a problem document (RFC 9457).
async fn problem(response: Response<Body>) -> Value {
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let status = response.status();
    let problem: Value = serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(problem["status"], status.as_u16());
    problem
}

/// Sends a request that is refused before its handler, and gives the answer's document.
async fn refused(service: &Service, request: Request<Body>, status: u16) -> Value {
    let response = send(service, request).await;
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(service.calls(), 0, "a handler was called");
    problem(response).await
}

#[tokio::test]
async fn checks_come_in_order() {
    let service = Service::default().small();
    let long = || Body::from(" ".repeat(65));
    // Each request has every fault from its own on.
    let bad = |builder: http::request::Builder| {
        builder.header(header::CONTENT_TYPE, "text/plain").header(header::ACCEPT, "image/png").body(long()).unwrap()
    };
    refused(&service, bad(Request::post("/nowhere")), 404).await;

    let response = send(&service, bad(Request::patch("/v0/api-keys"))).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "POST,GET,HEAD");
    problem(response).await;

    let response = send(&service, bad(Request::post("/v0/api-keys"))).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenges: Vec<_> = response.headers().get_all(header::WWW_AUTHENTICATE).iter().collect();
    assert_eq!(
        challenges,
        ["ApiKey in=\"header\", name=\"x-api-key\"", "ApiKey in=\"header\", name=\"x-application-id\""]
    );
    problem(response).await;

    let as_caller = |key: &str, id: &str| {
        bad(Request::post("/v0/api-keys").header("x-api-key", key).header("x-application-id", id))
    };
    let problem = refused(&service, as_caller("wrong", APPLICATION_ID), 401).await;
    assert_eq!(problem["detail"], "a wrong key");
    refused(&service, as_caller("forbidden", APPLICATION_ID), 403).await;
    refused(&service, as_caller(API_KEY, "another"), 404).await;
    refused(&service, bad(good("POST", "/v0/api-keys")), 415).await;

    let typed = || good("POST", "/v0/api-keys").header(header::CONTENT_TYPE, "application/json");
    refused(&service, typed().header(header::ACCEPT, "image/png").body(long()).unwrap(), 406).await;
    refused(&service, typed().body(long()).unwrap(), 413).await;
    refused(&service, create("{\"name\": "), 400).await;
    refused(&service, create("{\"name\": \"\"}"), 422).await;
}

#[tokio::test]
async fn every_violation_is_listed() {
    let service = Service::default();
    let problem = refused(&service, create("{\"name\": \"\", \"more\": 1}"), 422).await;
    let violations = problem["violations"].as_array().unwrap();
    let brief: Vec<Value> = violations.iter().map(|found| json!([found["in"], found["path"], found["code"]])).collect();
    assert_eq!(brief, [json!(["body", ["name"], "min_length"]), json!(["body", ["more"], "unknown_field"])]);

    let path = good("DELETE", "/v0/api-keys/not-a-uuid").body(Body::empty()).unwrap();
    let problem = refused(&service, path, 422).await;
    assert_eq!(problem["violations"][0]["in"], "path");
    assert_eq!(problem["violations"][0]["path"], json!(["keyId"]));
    assert!(!problem.to_string().contains("not-a-uuid"), "values are not echoed: {problem}");
}

#[tokio::test]
async fn what_the_description_forbids_never_reaches_a_handler() {
    let service = Service::default();
    let long = format!("{{\"name\": \"{}\"}}", "x".repeat(257));
    let bodies: Vec<(&'static str, u16)> = vec![
        ("", 422),
        ("null", 422),
        ("[]", 422),
        ("{}", 422),
        ("{\"name\": null}", 422),
        ("{\"name\": 1}", 422),
        ("{\"name\": \"a\", \"name\": \"b\"}", 422),
        (Box::leak(long.into_boxed_str()), 422),
        ("{\"name\": \"a\"} x", 400),
        ("{'name': 'a'}", 400),
    ];
    for (body, status) in bodies {
        refused(&service, create(body), status).await;
    }
    for id in ["123e4567-e89b-92d3-a456-426614174000", "%7B123e4567-e89b-42d3-a456-426614174000%7D", "%FF", "a%2Fb"] {
        let request = good("DELETE", &format!("/v0/api-keys/{id}")).body(Body::empty()).unwrap();
        refused(&service, request, 422).await;
    }
}

#[tokio::test]
async fn empty_and_repeated_credentials_are_none() {
    let service = Service::default();
    let empty = Request::get("/v0/api-keys").header("x-api-key", "").header("x-application-id", APPLICATION_ID);
    refused(&service, empty.body(Body::empty()).unwrap(), 401).await;
    let twice = good("GET", "/v0/api-keys").header("x-api-key", "another").body(Body::empty()).unwrap();
    refused(&service, twice, 401).await;
}

#[tokio::test]
async fn failures_of_a_handler_are_not_echoed() {
    let service = Service::default();
    for next in [Next::Fail("the database is at 10.0.0.7"), Next::Panic] {
        service.answer(next);
        let response = send(&service, create("{\"name\": \"a\"}")).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let problem = problem(response).await;
        assert!(!problem.to_string().contains("10.0.0.7") && !problem.to_string().contains("test"), "{problem}");
    }
    let broken = Request::get("/v0/api-keys").header("x-api-key", "broken").header("x-application-id", APPLICATION_ID);
    let response = send(&service, broken.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!problem(response).await.to_string().contains("database"));
}

#[tokio::test]
async fn a_service_may_refuse_in_its_own_words() {
    let service = Service::default().in_its_own_words();
    let text = async |request| {
        let response = send(&service, request).await;
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    };
    assert_eq!(text(create("{\"name\": \"\", \"x\": 1}")).await, "422 2 violations");
    assert_eq!(text(Request::get("/nowhere").body(Body::empty()).unwrap()).await, "404 0 violations");
    service.answer(Next::Fail("x"));
    assert_eq!(text(create("{\"name\": \"a\"}")).await, "500 0 violations");

    // The headers that an answer must carry are there all the same.
    let response = send(&service, Request::get("/v0/api-keys").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers().get_all(header::WWW_AUTHENTICATE).iter().count(), 2);
    let response = send(&service, Request::put("/v0/api-keys").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()[header::ALLOW], "POST,GET,HEAD");
}

#[tokio::test]
async fn answers_are_what_the_types_say() {
    let service = Service::default();
    for (status, answer) in service::created_answers() {
        service.answer(Next::Create(answer));
        let response = send(&service, create("{\"name\": \"a\"}")).await;
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    }
    service.answer(Next::Delete(Ok(())));
    let path = format!("/v0/api-keys/{}", service::ID);
    let response = send(&service, good("DELETE", &path).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(!response.headers().contains_key(header::CONTENT_TYPE));
    assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
}

/// A body that never comes.
struct Endless;

impl http_body::Body for Endless {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let request = good("POST", "/v0/api-keys").header(header::CONTENT_TYPE, "application/json");
    let problem = refused(&Service::default().small(), request.body(Body::new(Endless)).unwrap(), 408).await;
    assert_eq!(problem["title"], "Request Timeout");
}
