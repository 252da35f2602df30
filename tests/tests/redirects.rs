//! Redirects over a socket: followed within one origin, for operations that declare none.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use avido_api::client::{ApiKeys, Client, Credentials, Error};
use avido_api::types::CreateApiKeyRequest;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{StatusCode, header};
use uuid::Uuid;

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn client(base_url: &str) -> Client {
    let credentials = Credentials { api_key: "key".into(), application_id: "application".into() };
    Client::with_base_url(base_url).unwrap().credentials(credentials)
}

fn to(status: u16, location: impl Into<String>) -> Response {
    (StatusCode::from_u16(status).unwrap(), [(header::LOCATION, location.into())]).into_response()
}

fn json(status: u16, body: &'static str) -> Response {
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[tokio::test]
async fn a_read_is_followed_with_its_credentials() {
    for status in [301, 302, 303, 307, 308] {
        let router = Router::new().route("/v0/api-keys", any(move || async move { to(status, "../elsewhere") })).route(
            "/elsewhere",
            any(|request: Request| async move {
                assert_eq!(
                    (request.method().as_str(), &request.headers()["x-api-key"]),
                    ("GET", &"key".parse().unwrap())
                );
                json(200, r#"{"data":[]}"#)
            }),
        );
        let listed = client(&serve(router).await).get_application_api_keys().await.unwrap();
        assert_eq!(listed.data, [], "{status}");
    }
}

#[tokio::test]
async fn a_body_is_sent_again_where_the_method_stays() {
    const CREATED: &str = r#"{"data":{"id":"123e4567-e89b-42d3-a456-426614174000","key":"k","name":"n"}}"#;
    let router = Router::new().route("/v0/api-keys", any(|| async { to(308, "/new") })).route(
        "/new",
        any(|body: String| async move {
            assert_eq!(body, r#"{"name":"n"}"#);
            json(201, CREATED)
        }),
    );
    let client = client(&serve(router).await);
    assert!(client.create_application_api_key(&CreateApiKeyRequest::new("n")).await.is_ok());
}

#[tokio::test]
async fn a_change_is_not_made_a_read() {
    let router = Router::new().route("/v0/api-keys", any(|| async { to(302, "/new") }));
    let error = client(&serve(router).await).create_application_api_key(&CreateApiKeyRequest::new("n")).await;
    assert_eq!(error.unwrap_err().status(), Some(StatusCode::FOUND));
}

#[tokio::test]
async fn another_origin_gets_nothing() {
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    let other = Router::new().fallback(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async { json(200, r#"{"data":[]}"#) }
    });
    let other = serve(other).await;
    let router = Router::new().fallback(move || {
        let target = format!("{other}/v0/api-keys");
        async move { to(307, target) }
    });
    let url = serve(router).await;
    let own = Client::reqwest_builder().build().unwrap();
    let credentials = Credentials { api_key: "key".into(), application_id: "application".into() };
    for client in [client(&url), Client::with_reqwest(own, &url).unwrap().credentials(credentials)] {
        let error = client.get_application_api_keys().await.unwrap_err();
        assert!(matches!(error, Error::Undeclared(answer) if answer.status == 307));
        assert!(client.delete_application_api_key(&Uuid::nil()).await.is_err());
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_circle_ends() {
    let router = Router::new().fallback(|| async { to(307, "/v0/api-keys") });
    assert!(matches!(client(&serve(router).await).get_application_api_keys().await, Err(Error::Transport(_))));
}
