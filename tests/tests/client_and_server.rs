//! The generated client against the generated server: every status of every operation, in the same process and
//! over a socket; and what comes from servers that do not keep to the description.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fmt::Debug;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avido_api::client::{ApiError, ApiKeys, Body, Call, Client, Credential, Error, Secret};
use avido_api::operations::{CreateApplicationApiKeyError, DeleteApplicationApiKeyError};
use avido_api::types::{ApiKeysResponse, CreateApiKeyRequest};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use tests::service::{self, Next, Service, Stubs};
use tower::service_fn;
use uuid::Uuid;

/// Serves on a port of this machine, until the test's runtime ends.
async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn assert_answer<T, E>(status: u16, found: Result<T, Error<E>>, expected: Result<T, E>)
where
    T: Debug + PartialEq,
    E: ApiError + PartialEq + 'static,
{
    match (found, expected) {
        (Ok(found), Ok(expected)) => assert_eq!(found, expected),
        (Err(error), Err(expected)) => {
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert!(error.to_string().contains(&status.to_string()), "{error}");
            match error {
                Error::Api(found) => assert_eq!(found, expected),
                other => panic!("{status}: {other:?}"),
            }
        }
        (found, expected) => panic!("{status}: {found:?}, not {expected:?}"),
    }
}

async fn every_answer_arrives(service: &Service, client: &Client) {
    let request = CreateApiKeyRequest::new("Production");
    for ((status, answer), (_, expected)) in service::created_answers().into_iter().zip(service::created_answers()) {
        service.answer(Next::Create(answer));
        assert_answer(status, client.create_application_api_key(&request).await, expected);
    }
    for ((status, answer), (_, expected)) in service::listed_answers().into_iter().zip(service::listed_answers()) {
        service.answer(Next::List(answer));
        assert_answer(status, client.get_application_api_keys().await, expected);
    }
    for ((status, answer), (_, expected)) in service::deleted_answers().into_iter().zip(service::deleted_answers()) {
        service.answer(Next::Delete(answer));
        assert_answer(status, client.delete_application_api_key(&service::ID).await, expected);
    }
    assert_eq!(service.calls(), 22);
}

#[tokio::test]
async fn every_status_arrives_in_process() {
    let service = Service::default();
    every_answer_arrives(&service, &service.client()).await;
}

#[tokio::test]
async fn every_status_arrives_over_a_socket() {
    let service = Service::default();
    let url = serve(avido_api::server::router(service.clone())).await;
    let client = Client::with_base_url(&url).unwrap().credentials(service::credentials());
    every_answer_arrives(&service, &client).await;
}

#[tokio::test]
async fn a_base_path_is_kept() {
    let service = Service::default();
    let router = axum::Router::new().nest("/base", avido_api::server::router(service.clone()));
    let url = serve(router).await;
    let client = Client::with_base_url(&format!("{url}/base/")).unwrap().credentials(service::credentials());
    every_answer_arrives(&service, &client).await;
}

#[tokio::test]
async fn a_callers_own_reqwest_client_is_used() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let router = axum::Router::new().fallback({
        let seen = Arc::clone(&seen);
        move |request: Request<axum::body::Body>| {
            seen.lock().unwrap().push(request.headers().get("user-agent").cloned());
            async { StatusCode::NO_CONTENT }
        }
    });
    let url = serve(router).await;
    // The provider is the process's, and may be there already.
    Client::with_base_url(&url).unwrap();
    let own = reqwest::Client::builder().user_agent("tests/1").build().unwrap();
    let client = Client::with_reqwest(own, &url).unwrap();
    client.delete_application_api_key(&service::ID).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [Some(HeaderValue::from_static("tests/1"))]);
}

#[tokio::test]
async fn the_stubs_answer_501() {
    let client = Client::with_transport(avido_api::server::router(Stubs)).credentials(service::credentials());
    let request = CreateApiKeyRequest::new("a");
    let statuses = [
        client.create_application_api_key(&request).await.unwrap_err().status(),
        client.get_application_api_keys().await.unwrap_err().status(),
        client.delete_application_api_key(&service::ID).await.unwrap_err().status(),
    ];
    assert_eq!(statuses, [Some(StatusCode::NOT_IMPLEMENTED); 3]);
}

/// A client of a server that always answers this.
fn client_of(answer: impl Fn() -> Response<String> + Clone + Send + Sync + 'static) -> Client {
    Client::with_transport(service_fn(move |_: Request<Body>| {
        let answer = answer();
        async move { Ok::<_, std::io::Error>(answer) }
    }))
}

fn answer(status: u16, content_type: &str, body: &str) -> Response<String> {
    Response::builder().status(status).header("content-type", content_type).body(body.to_owned()).unwrap()
}

#[tokio::test]
async fn an_undeclared_status_is_kept_with_its_body() {
    for status in [200, 302, 418, 503] {
        let client = client_of(move || answer(status, "text/plain", "teapot"));
        let error = client.create_application_api_key(&CreateApiKeyRequest::new("a")).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        let Error::Undeclared(answer) = error else { panic!("{error:?}") };
        assert_eq!(
            (&*answer.body, &answer.headers["content-type"]),
            (&b"teapot"[..], &HeaderValue::from_static("text/plain"))
        );
    }
}

#[tokio::test]
async fn a_declared_status_in_another_media_type_is_undeclared() {
    let client = client_of(|| answer(404, "text/html", "<html>"));
    let error = client.get_application_api_keys().await.unwrap_err();
    assert!(matches!(error, Error::Undeclared(answer) if answer.status == StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_decode_error() {
    for body in ["", "{", "[]", "{\"data\": 1}", "{\"data\": [{\"id\": \"x\"}]}", "{\"data\": []} x"] {
        let client = client_of(move || answer(200, "application/json", body));
        let error = client.get_application_api_keys().await.unwrap_err();
        let Error::Decode(answer, _) = &error else { panic!("{body}: {error:?}") };
        assert_eq!((answer.status, &*answer.body), (StatusCode::OK, body.as_bytes()));
    }
}

#[tokio::test]
async fn what_a_newer_server_adds_is_survived() {
    let client = client_of(|| answer(200, "application/json; charset=utf-8", "{\"data\": [], \"page\": 1}"));
    assert_eq!(client.get_application_api_keys().await.unwrap(), ApiKeysResponse::new(vec![]));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let client = client_of(|| answer(200, "application/json", "{\"data\": []}"));
    client.clone().max_response_body(12).get_application_api_keys().await.unwrap();
    let error = client.max_response_body(11).get_application_api_keys().await.unwrap_err();
    assert!(matches!(&error, Error::TooLarge(answer) if answer.status == StatusCode::OK), "{error:?}");
}

#[tokio::test]
async fn a_server_that_never_answers_times_out() {
    let client =
        Client::with_transport(service_fn(|_: Request<Body>| pending::<Result<Response<Body>, std::io::Error>>()));
    let short = Duration::from_millis(1);
    let error = client.get_application_api_keys().timeout(short).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(time) if time == short), "{error:?}");
    let error = client.clone().timeout(short).get_application_api_keys().await.unwrap_err();
    assert!(matches!(error, Error::Timeout(time) if time == short), "{error:?}");
    let error = client.get_application_api_keys().timeout(short).raw().await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}

#[tokio::test]
async fn a_refused_connection_is_a_transport_error() {
    // Nobody listens on a port that has just been given back.
    let address = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = Client::with_base_url(&format!("http://{address}")).unwrap();
    let error = client.get_application_api_keys().await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert!(error.status().is_none() && std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_credential_provider_is_asked_for_each_call_and_may_fail() {
    let count = Arc::new(Mutex::new(0));
    let provider = {
        let count = Arc::clone(&count);
        Credential::provider(move || {
            let mut count = count.lock().unwrap();
            *count += 1;
            let result = if *count < 3 { Ok(Secret::new(service::API_KEY)) } else { Err("the vault is shut".into()) };
            async move { result }
        })
    };
    let service = Service::default();
    let mut credentials = service::credentials();
    credentials.api_key = provider;
    let client = service.client().credentials(credentials);
    for _ in 0..2 {
        service.answer(Next::Delete(Ok(())));
        client.delete_application_api_key(&service::ID).await.unwrap();
    }
    let error = client.delete_application_api_key(&service::ID).await.unwrap_err();
    assert!(matches!(&error, Error::Credential(_)), "{error:?}");
    assert_eq!(service.calls(), 2);
}

#[tokio::test]
async fn arguments_are_held_to_the_description_where_the_client_is_told_to() {
    let service = Service::default();
    let empty = CreateApiKeyRequest::new("");
    let error = service.client().check_requests(true).create_application_api_key(&empty).await.unwrap_err();
    let Error::Invalid(invalid) = error else { panic!("{error:?}") };
    assert_eq!(invalid.violations[0].code, "min_length");
    let error = service.client().create_application_api_key(&empty).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(service.calls(), 0);
}

#[tokio::test]
async fn a_call_takes_headers_and_gives_its_raw_response() {
    let seen = Arc::new(Mutex::new(None));
    let client = Client::with_transport(service_fn({
        let seen = Arc::clone(&seen);
        move |request: Request<Body>| {
            *seen.lock().unwrap() = Some(request.into_parts().0);
            async { Ok::<_, std::io::Error>(answer(418, "text/plain", "raw")) }
        }
    }))
    .credentials(service::credentials());
    let call = client.delete_application_api_key(&service::ID);
    let call = call.header(HeaderName::from_static("x-trace"), HeaderValue::from_static("1"));
    let response = call.idempotency_key(HeaderValue::from_static("k")).raw().await.unwrap();
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    assert_eq!(response.into_body().collect(3).await.unwrap(), "raw");
    let head = seen.lock().unwrap().take().unwrap();
    assert_eq!(head.uri, format!("/v0/api-keys/{}", service::ID).as_str());
    assert_eq!(
        (&head.headers["x-trace"], &head.headers["idempotency-key"]),
        (&"1".parse().unwrap(), &"k".parse().unwrap())
    );
    assert!(head.headers["x-api-key"].is_sensitive() && head.headers["x-application-id"].is_sensitive());
}

#[test]
fn a_base_url_must_be_absolute() {
    for url in [
        "",
        "example.com",
        "/v0",
        "ftp://example.com",
        "https://",
        "https://example.com?x=1",
        "https://a/#b",
        "https://u:p@a",
    ] {
        assert!(Client::with_base_url(url).is_err(), "{url}");
    }
    assert!(Client::new().is_ok());
}

/// What a caller's own tests put in the client's place.
struct Fake;

impl ApiKeys for Fake {
    fn create_application_api_key(
        &self,
        _: &CreateApiKeyRequest,
    ) -> Call<avido_api::types::CreateApiKeyResponse, CreateApplicationApiKeyError> {
        Call::ready(Ok(service::created()))
    }

    fn get_application_api_keys(&self) -> Call<ApiKeysResponse, avido_api::operations::GetApplicationApiKeysError> {
        Call::ready(Err(Error::Timeout(Duration::from_secs(1))))
    }

    fn delete_application_api_key(&self, _: &Uuid) -> Call<(), DeleteApplicationApiKeyError> {
        Call::ready(Err(Error::Api(DeleteApplicationApiKeyError::NotFound(service::error()))))
    }
}

#[tokio::test]
async fn a_fake_stands_in_behind_dyn() {
    let client: Box<dyn ApiKeys + Send + Sync> = Box::new(Fake);
    let created = client.create_application_api_key(&CreateApiKeyRequest::new("a")).await.unwrap();
    assert_eq!(created, service::created());
    assert!(matches!(client.get_application_api_keys().await, Err(Error::Timeout(_))));
    let error = tokio::spawn(client.delete_application_api_key(&service::ID).into_future()).await.unwrap().unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
}
