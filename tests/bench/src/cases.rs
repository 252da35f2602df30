//! What is compared.

use std::hint::black_box;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};
use avido_api::client::{Client, prelude::*};
use avido_api::support::codec;
use avido_api::types;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::comparison::Case;
use crate::generated;
use crate::hand_written::{self, API_KEY, APPLICATION_ID, CREATED_ID, CheckedList};

const NAME: &str = "Production API Key";

/// How many keys make a body of 100 kB.
const LARGE: u128 = 400;

/// All cases, each of whose sides has answered once as it should.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let mut cases = codec_cases()?;
    cases.extend(router_cases()?);
    cases.extend(client_cases()?);
    Ok(cases)
}

/// A list of as many keys, as JSON.
fn list(length: u128) -> String {
    let item = |index: u128| {
        let id = Uuid::from_u128(CREATED_ID.as_u128() + index);
        serde_json::json!({
            "id": id, "keyId": format!("avido_{index:010}"), "name": format!("Production API Key {index}"),
            "applicationId": id, "createdAt": "2024-01-05T12:34:56.789Z", "updatedAt": "2024-02-29T23:59:59Z",
        })
    };
    serde_json::json!({ "data": (0..length).map(item).collect::<Vec<_>>() }).to_string()
}

fn case(name: &'static str, generated: impl FnMut() + 'static, hand_written: impl FnMut() + 'static) -> Case {
    Case { name, generated: Box::new(generated), hand_written: Box::new(hand_written) }
}

fn codec_cases() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (length, decode, check, encode) in [
        (1000, "decode 1,000 items", "decode and check 1,000 items", "encode 1,000 items"),
        (1, "decode 1 item", "decode and check 1 item", "encode 1 item"),
    ] {
        let text: Rc<str> = list(length).into();
        let ours: types::ApiKeysResponse = serde_json::from_str(&text)?;
        let theirs: hand_written::ApiKeysResponse = serde_json::from_str(&text)?;
        ensure!(codec::to_json(&ours)? == serde_json::to_vec(&theirs)?, "both write the same");
        let checked: CheckedList = serde_json::from_str(&text)?;
        ensure!(checked.data.len() == ours.data.len(), "both read the same");
        let (left, right) = (Rc::clone(&text), Rc::clone(&text));
        cases.push(case(
            decode,
            move || drop(black_box(codec::from_json::<types::ApiKeysResponse>(left.as_bytes()).expect("a list"))),
            move || {
                drop(black_box(
                    serde_json::from_slice::<hand_written::ApiKeysResponse>(right.as_bytes()).expect("a list"),
                ))
            },
        ));
        let (left, right) = (Rc::clone(&text), text);
        cases.push(case(
            check,
            move || {
                drop(black_box(
                    codec::from_json_request::<types::ApiKeysResponse>(left.as_bytes(), &[]).expect("a list"),
                ))
            },
            move || drop(black_box(serde_json::from_slice::<CheckedList>(right.as_bytes()).expect("a list"))),
        ));
        cases.push(case(
            encode,
            move || drop(black_box(codec::to_json(&ours).expect("it can be written"))),
            move || drop(black_box(serde_json::to_vec(&theirs).expect("it can be written"))),
        ));
    }
    Ok(cases)
}

fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("a runtime")
}

fn routers(length: u128) -> Result<(Router, Router)> {
    let text = list(length);
    Ok((generated::router(serde_json::from_str(&text)?), hand_written::router(serde_json::from_str(&text)?)))
}

fn request(method: &str, path: &str, body: &'static str) -> Request<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "api.example.com")
        .header("accept", "application/json")
        .header("user-agent", "bench")
        .header("x-api-key", API_KEY)
        .header("x-application-id", APPLICATION_ID);
    let request = if body.is_empty() {
        request.body(Body::empty())
    } else {
        request.header("content-type", "application/json").body(Body::from(body))
    };
    request.expect("a request")
}

/// Work that sends a request to `router`.
fn sending(
    router: Router,
    (method, path, body): (&'static str, &'static str, &'static str),
) -> Result<impl FnMut() + use<>> {
    let runtime = runtime()?;
    Ok(move || {
        runtime.block_on(async {
            let Ok(response) = router.clone().oneshot(request(method, path, body)).await;
            let status = response.status();
            let answer = response.into_body().collect().await.expect("an answer").to_bytes();
            assert!(status.is_success(), "{status} {answer:?}");
            black_box(answer);
        });
    })
}

fn router_cases() -> Result<Vec<Case>> {
    let create = ("POST", "/v0/api-keys", r#"{"name":"Production API Key"}"#);
    let delete = ("DELETE", "/v0/api-keys/123e4567-e89b-42d3-a456-426614174000", "");
    let get = ("GET", "/v0/api-keys", "");
    for refused in [
        ("POST", "/v0/api-keys", r#"{"name":""}"#),
        ("POST", "/v0/api-keys", r#"{"name":"a","b":1}"#),
        ("DELETE", "/v0/api-keys/123e4567", ""),
    ] {
        let (ours, theirs) = routers(1)?;
        for router in [ours, theirs] {
            let Ok(response) = runtime()?.block_on(router.oneshot(request(refused.0, refused.1, refused.2)));
            ensure!(response.status() == StatusCode::UNPROCESSABLE_ENTITY, "both check {refused:?}");
        }
    }
    let mut cases = Vec::new();
    for (name, length, sent) in [
        ("router: create", 1, create),
        ("router: path parameter", 1, delete),
        ("router: list of 1", 1, get),
        ("router: list of 1,000", 1000, get),
    ] {
        let (ours, theirs) = routers(length)?;
        cases.push(Case {
            name,
            generated: Box::new(sending(ours, sent)?),
            hand_written: Box::new(sending(theirs, sent)?),
        });
    }
    let large: &'static str = list(LARGE).leak();
    let (_, theirs) = routers(1)?;
    cases.push(Case {
        name: "router: 100 kB in",
        generated: Box::new(sending(
            generated::taking_router(serde_json::from_str(&list(1))?),
            ("PUT", "/v0/api-keys", large),
        )?),
        hand_written: Box::new(sending(theirs, ("PUT", "/v0/api-keys", large))?),
    });
    Ok(cases)
}

/// The base URL of a hand-written service, on a thread of its own for as long as the program runs.
fn serve(length: u128) -> Result<String> {
    let (_, router) = routers(length)?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let runtime = runtime()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, router).await
        })
    });
    Ok(url)
}

fn client_cases() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let url = serve(1)?;
    cases.push(client_create("client: create over loopback", &url)?);
    cases.push(client_list("client: list of 1 over loopback", &url)?);
    cases.push(client_list("client: list of 1,000 over loopback", &serve(1000)?)?);
    cases.push(client_in_process()?);
    Ok(cases)
}

fn clients(url: &str) -> Result<(Client, reqwest::Client)> {
    let ours = generated::with_credentials(Client::with_base_url(url)?);
    // The generated client's reqwest has no TLS provider of its own; its builder sets one.
    Ok((ours, Client::reqwest_builder().build()?))
}

fn client_create(name: &'static str, url: &str) -> Result<Case> {
    let (client, by_hand) = clients(url)?;
    let (left, right) = (runtime()?, runtime()?);
    let url = format!("{url}/v0/api-keys");
    let ours = types::CreateApiKeyRequest::new(NAME);
    let theirs = hand_written::CreateApiKeyRequest { name: NAME.to_owned() };
    Ok(case(
        name,
        move || {
            let created = left.block_on(async { client.create_application_api_key(&ours).await });
            assert_eq!(created.expect("a key").data.name, NAME);
        },
        move || {
            let created = right.block_on(async {
                let request =
                    by_hand.post(&url).header("x-api-key", API_KEY).header("x-application-id", APPLICATION_ID);
                let response = request.header("accept", "application/json").json(&theirs).send().await?;
                response.error_for_status()?.json::<hand_written::CreateApiKeyResponse>().await
            });
            assert_eq!(created.expect("a key").data.name, NAME);
        },
    ))
}

fn client_list(name: &'static str, url: &str) -> Result<Case> {
    let (client, by_hand) = clients(url)?;
    let (left, right) = (runtime()?, runtime()?);
    let url = format!("{url}/v0/api-keys");
    Ok(case(
        name,
        move || {
            let list = left.block_on(async { client.get_application_api_keys().await });
            assert!(!black_box(list.expect("a list")).data.is_empty());
        },
        move || {
            let list = right.block_on(async {
                let request = by_hand.get(&url).header("x-api-key", API_KEY).header("x-application-id", APPLICATION_ID);
                let response = request.header("accept", "application/json").send().await?;
                response.error_for_status()?.json::<hand_written::ApiKeysResponse>().await
            });
            assert!(!black_box(list.expect("a list")).data.is_empty());
        },
    ))
}

/// Both talk to a hand-written router without a network between.
fn client_in_process() -> Result<Case> {
    let (_, router) = routers(1)?;
    let client = generated::with_credentials(Client::with_transport(router.clone()));
    let (left, right) = (runtime()?, runtime()?);
    let ours = types::CreateApiKeyRequest::new(NAME);
    let theirs = hand_written::CreateApiKeyRequest { name: NAME.to_owned() };
    Ok(case(
        "client: create in process",
        move || {
            let created = left.block_on(async { client.create_application_api_key(&ours).await });
            assert_eq!(created.expect("a key").data.name, NAME);
        },
        move || {
            let created: hand_written::CreateApiKeyResponse = right.block_on(async {
                let body: Bytes = serde_json::to_vec(&theirs).expect("it can be written").into();
                let request = Request::post("/v0/api-keys")
                    .header("accept", "application/json")
                    .header("content-type", "application/json")
                    .header("x-api-key", API_KEY)
                    .header("x-application-id", APPLICATION_ID)
                    .body(Body::from(body))
                    .expect("a request");
                let Ok(response) = router.clone().oneshot(request).await;
                assert!(response.status() == StatusCode::CREATED);
                let answer = response.into_body().collect().await.expect("an answer").to_bytes();
                serde_json::from_slice(&answer).expect("a key")
            });
            assert_eq!(created.data.name, NAME);
        },
    ))
}
