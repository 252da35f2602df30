//! Keys and ids of applications are nowhere but in the answer that gives them.

use std::fmt::Debug;

use avido_api::client::{Client, Error, prelude::*};
use avido_api::types::CreateApiKeyRequest;
use axum::Router;
use http::{StatusCode, header};
use tokio::process::Command;
use uuid::Uuid;

use crate::http_text::send;
use crate::process::Server;
use crate::world::{Way, World, credentials};

const WRONG_KEY: &str = "avido_0000000000000000000000000000000000000000000000000000000000000bad";

/// Everything that can be asked, the log as loud as it gets.
#[tokio::test]
async fn the_log_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("keys.db")).await;
    let (key, application) = server.first_application().unwrap();
    let client = server.client(&key, &application);
    let other_application = Uuid::new_v4().to_string();

    let created = client.create_application_api_key(&CreateApiKeyRequest::new("told-nobody")).await.unwrap().data;
    client.create_application_api_key(&CreateApiKeyRequest::new("told-nobody")).await.unwrap_err();
    client.create_application_api_key(&CreateApiKeyRequest::new("")).await.unwrap_err();
    client.get_application_api_keys().await.unwrap();
    server.client(WRONG_KEY, &application).get_application_api_keys().await.unwrap_err();
    server.client(&key, &other_application).get_application_api_keys().await.unwrap_err();
    client.delete_application_api_key(&created.id).await.unwrap();
    server.client(&created.key, &application).get_application_api_keys().await.unwrap_err();
    // A key at a wrong place.
    let address = server.base_url.strip_prefix("http://").unwrap().parse().unwrap();
    send(address, &format!("DELETE /v0/api-keys/{key}?key={key}"), &[], "").await;
    send(address, &format!("GET /{key}"), &[format!("X-Api-Key: {key}")], &key).await;
    let base_url = server.base_url.clone();
    api_keys(&base_url, &key, &application, &["create", "By command"]).await;

    let remains = server.stop("TERM").await;
    assert!(remains.log.matches("answered").count() >= 11, "{}", remains.log);
    for secret in [&key, &application, &created.key, WRONG_KEY, &other_application, "told-nobody", "By command"] {
        assert!(!remains.log.contains(secret), "{secret}: {}", remains.log);
    }
    // Standard output has the first key, once.
    let printed = remains.printed.join("\n");
    assert_eq!(printed.matches(&key).count(), 1);
    assert!(!printed.contains(&created.key));
}

async fn api_keys(base_url: &str, key: &str, application: &str, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_api-keys"))
        .args(arguments)
        .envs([("AVIDO_BASE_URL", base_url), ("AVIDO_API_KEY", key), ("AVIDO_APPLICATION_ID", application)])
        .output()
        .await
        .unwrap();
    assert!(output.status.success());
}

#[tokio::test]
async fn the_database_holds_no_key() {
    let world = World::start(Way::InProcess).await;
    let created = world.client().await.create_application_api_key(&CreateApiKeyRequest::new("a")).await.unwrap().data;
    for file in std::fs::read_dir(world.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for key in [created.key.as_str(), world.application.key.plaintext.expose()] {
            let (visible, hidden) = key.split_at("avido_12345678ab".len());
            assert!(!contains(&bytes, hidden), "{visible}");
        }
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn nothing_prints_a_secret() {
    let world = World::start(Way::Socket).await;
    let key = world.application.key.plaintext.expose();
    let application = world.application.id.to_string();
    let client = world.client().await;
    let created = client.create_application_api_key(&CreateApiKeyRequest::new("a")).await.unwrap();

    let secrets = [key, &application, &created.data.key, WRONG_KEY];
    let silent = |value: &dyn Debug| {
        let printed = format!("{value:?} {value:#?}");
        assert!(!secrets.iter().any(|secret| printed.contains(secret)), "{printed}");
    };
    silent(&credentials(key, &application));
    silent(&client);
    silent(&client.get_application_api_keys());
    silent(&created);
    silent(&created.data);
    silent(&world.application.key);

    let wrong = world.client_with(WRONG_KEY, &application).await;
    let unreachable = Client::with_base_url("http://127.0.0.1:1").unwrap().credentials(credentials(key, &application));
    let unsendable = world.client_with(&format!("{WRONG_KEY}\n"), &application).await;
    for client in [wrong, unreachable, unsendable] {
        assert_silent_error(&client.get_application_api_keys().await.unwrap_err(), &secrets);
    }
}

/// A 201 that cannot be read holds a key all the same.
#[tokio::test]
async fn answers_that_cannot_be_read_do_not_print() {
    let answers = [
        (StatusCode::CREATED, format!(r#"{{"data":{{"key":"{WRONG_KEY}","id":"{WRONG_KEY}","name":"a"}}}}"#)),
        (StatusCode::CREATED, format!(r#"{{"data":"{WRONG_KEY}"}}"#)),
        (StatusCode::CREATED, format!(r#"{{"data":{{"key":"{WRONG_KEY}"#)),
        (StatusCode::IM_A_TEAPOT, WRONG_KEY.to_owned()),
    ];
    for (status, body) in answers {
        let router = Router::new().fallback(async move || (status, [(header::CONTENT_TYPE, "application/json")], body));
        let client = Client::with_transport(router);
        let error = client.create_application_api_key(&CreateApiKeyRequest::new("a")).await.unwrap_err();
        assert!(matches!(error, Error::Decode(..) | Error::Undeclared(_)), "{error:?}");
        assert_silent_error(&error, &[WRONG_KEY]);
    }
}

fn assert_silent_error(error: &(impl std::error::Error + 'static), secrets: &[&str]) {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let printed: String = causes.map(|error| format!("{error} {error:?} {error:#?}\n")).collect();
    assert!(!secrets.iter().any(|secret| printed.contains(secret)), "{printed}");
}
