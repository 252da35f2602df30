//! The layer that holds answers against the description: around a router, and around a client's transport.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use avido_api::client::{ApiKeys as _, Body, Client};
use avido_api::server::router;
use avido_api::testing::check_responses;
use avido_api::types::{CreateApiKeyRequest, CreateApiKeyResponse, CreatedApiKeyOutput};
use axum::Router;
use http::{Method, Request, Response, StatusCode};
use tests::service::{self, Next, Service, Stubs};
use tower::{ServiceExt as _, service_fn};

/// What the layer says while `work` goes on; nothing if it has nothing to say.
async fn said(work: impl Future<Output = ()> + Send + 'static) -> String {
    match tokio::spawn(work).await {
        Ok(()) => String::new(),
        Err(panic) => *panic.into_panic().downcast::<String>().unwrap(),
    }
}

fn checked(service: &Service) -> Client {
    let router = router(service.clone()).layer(check_responses());
    Client::with_transport(router).credentials(service::credentials())
}

/// What it says of this answer to a list of keys.
async fn said_of(status: u16, headers: &'static [(&str, &str)], body: &'static str) -> String {
    said(async move {
        let transport = service_fn(move |_: Request<Body>| async move {
            let answer = Response::builder().status(status);
            let answer = headers.iter().fold(answer, |answer, (name, value)| answer.header(*name, *value));
            answer.body(Body::from(body))
        });
        let client = Client::with_transport(transport).credentials(service::credentials());
        let client = client.map_transport(|transport| check_responses().layer(transport));
        let _ = client.get_application_api_keys().await;
    })
    .await
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

#[tokio::test]
async fn every_declared_answer_passes() {
    let service = Service::default();
    let client = checked(&service);
    for (_, answer) in service::created_answers() {
        service.answer(Next::Create(answer));
        let _ = client.create_application_api_key(&CreateApiKeyRequest::new("Production")).await;
    }
    for (_, answer) in service::listed_answers() {
        service.answer(Next::List(answer));
        let _ = client.get_application_api_keys().await;
    }
    for (_, answer) in service::deleted_answers() {
        service.answer(Next::Delete(answer));
        let _ = client.delete_application_api_key(&service::ID).await;
    }
    assert_eq!(service.calls(), 22);
}

#[tokio::test]
async fn a_handler_is_told_of_everything_wrong_with_its_answer() {
    let said = said(async {
        let service = Service::default();
        let created = CreatedApiKeyOutput::new(service::ID, "", "");
        service.answer(Next::Create(Ok(CreateApiKeyResponse::new(created))));
        let _ = checked(&service).create_application_api_key(&CreateApiKeyRequest::new("Production")).await;
    })
    .await;
    assert_eq!(
        said,
        "the answer 201 Created of `createApplicationApiKey` is not what the description declares\n\
         - body.data.key: must have at least 1 character\n\
         - body.data.name: must have at least 1 character"
    );
}

#[tokio::test]
async fn answers_from_elsewhere_are_held_against_the_description() {
    assert_eq!(said_of(200, JSON, r#"{"data":[]}"#).await, "");
    assert_eq!(said_of(404, JSON, r#"{"message":"no"}"#).await, "");
    let rows = [
        (418, JSON, "{}", "no answer 418 in `application/json` is declared"),
        (200, &[("content-type", "text/html")], "<p>", "no answer 200 in `text/html` is declared"),
        (200, JSON, r#"{"data":[{"id":"1"}]}"#, "body.data[0].keyId: is required"),
        (404, JSON, "{}", "body.message: is required"),
        (200, JSON, r#"{"data":"#, "not well-formed JSON"),
    ];
    for (status, headers, body, reason) in rows {
        let said = said_of(status, headers, body).await;
        assert!(said.contains("`getApplicationApiKeys`") && said.contains(reason), "{status} {body}: {said}");
    }
}

#[tokio::test]
async fn what_is_not_the_handlers_passes() {
    let app: Router = router(Stubs).layer(check_responses());
    for (method, path, status) in [
        (Method::GET, "/v0/api-keys", StatusCode::NOT_IMPLEMENTED),
        (Method::HEAD, "/v0/api-keys", StatusCode::NOT_IMPLEMENTED),
        (Method::PUT, "/v0/api-keys", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/v0/other", StatusCode::NOT_FOUND),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-api-key", service::API_KEY)
            .header("x-application-id", service::APPLICATION_ID)
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), status);
    }
}
