//! Neither the plaintext key nor the two request keys print, wherever they are held.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::error::Error as StdError;
use std::future::pending;
use std::time::Duration;

use avido_api::client::{ApiError, ApiKeys as _, Body, Client, Credential, Error};
use avido_api::server;
use avido_api::types::CreateApiKeyRequest;
use http::{Request, Response};
use tests::service::{self, API_KEY, APPLICATION_ID, PLAINTEXT, Service};
use tower::service_fn;

fn assert_silent(text: &str) {
    for secret in [PLAINTEXT, API_KEY, APPLICATION_ID] {
        assert!(!text.contains(secret), "{secret} is in: {text}");
    }
}

/// In every way an error prints, with everything behind it.
fn assert_silent_error<E: ApiError + 'static>(error: &Error<E>) {
    assert_silent(&format!("{error:?} {error:#?} {error}"));
    let mut source = error.source();
    while let Some(error) = source {
        assert_silent(&format!("{error:?} {error}"));
        source = error.source();
    }
}

#[test]
fn types_do_not_print_them() {
    let created = service::created();
    assert_eq!(created.data.key, PLAINTEXT);
    assert_silent(&format!("{created:?} {created:#?} {:?}", created.data));
    assert!(format!("{created:?}").contains("Production"), "the rest prints");
}

#[test]
fn credentials_do_not_print_them() {
    let credentials = service::credentials();
    assert_silent(&format!("{credentials:?} {credentials:#?}"));
    let provider = Credential::provider(|| async { Ok(API_KEY.into()) });
    assert_silent(&format!("{provider:?}"));
    let credentials = server::Credentials { api_key: API_KEY.into(), application_id: APPLICATION_ID.into() };
    assert_silent(&format!("{credentials:?} {credentials:#?} {:?}", credentials.api_key));
}

#[test]
fn clients_and_calls_do_not_print_them() {
    let client = Service::default().client();
    let call = client.create_application_api_key(&CreateApiKeyRequest::new(PLAINTEXT));
    assert_silent(&format!("{client:?} {client:#?} {call:?} {call:#?}"));
}

/// A client of a server that always answers this.
fn client_of(status: u16, content_type: &'static str, body: String) -> Client {
    let answer = move |_: Request<Body>| {
        let answer = Response::builder().status(status).header("content-type", content_type);
        let answer = answer.header("x-echo", API_KEY).body(body.clone()).unwrap();
        async move { Ok::<_, std::io::Error>(answer) }
    };
    Client::with_transport(service_fn(answer)).credentials(service::credentials())
}

#[tokio::test]
async fn errors_do_not_print_them() {
    let request = CreateApiKeyRequest::new("a");
    let json = "application/json";
    let answers = [
        client_of(418, "text/plain", PLAINTEXT.to_owned()),
        client_of(201, "text/plain", PLAINTEXT.to_owned()),
        client_of(201, json, format!("{{\"data\": \"{PLAINTEXT}\"}}")),
        client_of(
            201,
            json,
            format!("{{\"data\": {{\"id\": \"{PLAINTEXT}\", \"key\": \"{PLAINTEXT}\", \"name\": \"\"}}}}"),
        ),
        client_of(201, json, format!("{{\"data\": {{\"key\": \"{PLAINTEXT}\", \"key\": \"{PLAINTEXT}\"}}}}")),
        client_of(201, json, format!("{{\"data\": {PLAINTEXT}")),
        client_of(201, json, format!("\"{PLAINTEXT}\"")),
        client_of(201, json, PLAINTEXT.repeat(10)).max_response_body(10),
    ];
    for client in answers {
        let error = client.create_application_api_key(&request).await.unwrap_err();
        assert!(!matches!(error, Error::Api(_)));
        assert_silent_error(&error);
    }
}

#[tokio::test]
async fn errors_without_an_answer_do_not_print_them() {
    // A header cannot carry it; the error must not show what it was.
    let mut credentials = service::credentials();
    credentials.api_key = format!("{API_KEY}\n").into();
    let client = Service::default().client().credentials(credentials);
    let error = client.get_application_api_keys().await.unwrap_err();
    assert!(matches!(error, Error::Credential(_)), "{error:?}");
    assert_silent_error(&error);

    let address = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = Client::with_base_url(&format!("http://{address}")).unwrap().credentials(service::credentials());
    let error = client.get_application_api_keys().await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_silent_error(&error);

    let client =
        Client::with_transport(service_fn(|_: Request<Body>| pending::<Result<Response<Body>, std::io::Error>>()));
    let client = client.credentials(service::credentials());
    let error = client.get_application_api_keys().timeout(Duration::ZERO).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    assert_silent_error(&error);

    let long = CreateApiKeyRequest::new(PLAINTEXT.repeat(100));
    let error = Service::default().client().check_requests(true).create_application_api_key(&long).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error:?}");
    assert_silent_error(&error);
}
