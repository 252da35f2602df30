//! Every status that the service answers by itself, through the generated client.

use avido_api::client::{Client, Error, prelude::*};
use avido_api::operations::{CreateApplicationApiKeyError, DeleteApplicationApiKeyError};
use avido_api::types::{CreateApiKeyRequest, ValidationErrorResponseIssue};
use uuid::Uuid;

use crate::world::{Way, World, both_ways};

both_ways! {
    a_created_key_is_told_once,
    a_taken_name_conflicts,
    an_invalid_name_is_refused,
    an_invalid_id_is_refused,
    a_deleted_key_is_gone,
    every_key_can_be_deleted,
    strangers_are_unauthenticated,
    unknown_keys_are_unauthenticated,
    keys_of_others_are_forbidden,
    unknown_applications_are_not_found,
    a_failing_store_is_an_internal_error,
}

async fn a_created_key_is_told_once(way: Way) {
    let world = World::start(way).await;
    let client = world.client().await;
    let created = client.create_application_api_key(&CreateApiKeyRequest::new("Production")).await.unwrap().data;
    assert_eq!(created.name, "Production");

    let keys = client.get_application_api_keys().await.unwrap().data;
    let names: Vec<_> = keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["First key", "Production"]);
    let listed = &keys[1];
    assert_eq!((listed.id, listed.application_id), (created.id, world.application.id));
    assert_eq!(listed.created_at, listed.updated_at);
    assert_eq!(listed.key_id.len(), "avido_12345678ab".len());
    assert!(created.key.starts_with(&listed.key_id));
    assert!(!format!("{keys:?}").contains(&created.key));

    let application = world.application.id.to_string();
    let by_new_key = world.client_with(&created.key, &application).await;
    assert_eq!(by_new_key.get_application_api_keys().await.unwrap().data, keys);
}

async fn a_taken_name_conflicts(way: Way) {
    let world = World::start(way).await;
    let client = world.client().await;
    let request = CreateApiKeyRequest::new("Production");
    client.create_application_api_key(&request).await.unwrap();
    match client.create_application_api_key(&request).await {
        Err(Error::Api(CreateApplicationApiKeyError::Conflict(body))) => {
            assert_eq!(body.message, "an API key with this name already exists");
        }
        other => panic!("{other:?}"),
    }
    // Names are told apart to the letter.
    client.create_application_api_key(&CreateApiKeyRequest::new("production")).await.unwrap();
}

async fn an_invalid_name_is_refused(way: Way) {
    let world = World::start(way).await;
    let client = world.client().await;
    for (name, code) in [(String::new(), "min_length"), ("é".repeat(257), "max_length")] {
        match client.create_application_api_key(&CreateApiKeyRequest { name }).await {
            Err(Error::Api(CreateApplicationApiKeyError::UnprocessableEntity(body))) => {
                assert_eq!(places(&body.issues), [(code, vec!["name"])]);
            }
            other => panic!("{other:?}"),
        }
    }
    let longest = CreateApiKeyRequest::new("é".repeat(256));
    assert_eq!(client.create_application_api_key(&longest).await.unwrap().data.name, longest.name);
}

async fn an_invalid_id_is_refused(way: Way) {
    let world = World::start(way).await;
    let no_version = Uuid::from_u128(1);
    match world.client().await.delete_application_api_key(&no_version).await {
        Err(Error::Api(DeleteApplicationApiKeyError::UnprocessableEntity(body))) => {
            assert_eq!(places(&body.issues), [("pattern", vec!["keyId"])]);
        }
        other => panic!("{other:?}"),
    }
}

async fn a_deleted_key_is_gone(way: Way) {
    let world = World::start(way).await;
    let client = world.client().await;
    let created = client.create_application_api_key(&CreateApiKeyRequest::new("Production")).await.unwrap().data;
    let by_new_key = world.client_with(&created.key, &world.application.id.to_string()).await;

    client.delete_application_api_key(&created.id).await.unwrap();
    assert_eq!(statuses(&by_new_key).await, [401; 3]);
    assert_eq!(client.get_application_api_keys().await.unwrap().data.len(), 1);
    // Whether or not the key existed.
    client.delete_application_api_key(&created.id).await.unwrap();
    client.delete_application_api_key(&Uuid::new_v4()).await.unwrap();
    // Its name is free again.
    client.create_application_api_key(&CreateApiKeyRequest::new("Production")).await.unwrap();
}

/// The key that the request is made with, and the last one, too.
async fn every_key_can_be_deleted(way: Way) {
    let world = World::start(way).await;
    let client = world.client().await;
    client.delete_application_api_key(&world.application.key.id).await.unwrap();
    assert_eq!(statuses(&client).await, [401; 3]);
}

async fn strangers_are_unauthenticated(way: Way) {
    let world = World::start(way).await;
    assert_eq!(statuses(&world.stranger().await).await, [401; 3]);
    assert_eq!(statuses(&world.client_with("", "").await).await, [401; 3]);
}

async fn unknown_keys_are_unauthenticated(way: Way) {
    let world = World::start(way).await;
    let application = world.application.id.to_string();
    let key = world.application.key.plaintext.expose();
    let other_secret = format!("{}{}", &key[..key.len() - 1], if key.ends_with('0') { '1' } else { '0' });
    let unknown = format!("avido_{}", "0".repeat(64));
    for key in [&other_secret, &unknown, &key[..16], "avido_", "x"] {
        assert_eq!(statuses(&world.client_with(key, &application).await).await, [401; 3], "{key}");
    }
    // Who has no key learns nothing about applications.
    assert_eq!(statuses(&world.client_with(&unknown, "x").await).await, [401; 3]);
}

async fn keys_of_others_are_forbidden(way: Way) {
    let world = World::start(way).await;
    let other = world.store.create_application().await.unwrap();
    let client = world.client_with(other.key.plaintext.expose(), &world.application.id.to_string()).await;
    assert_eq!(statuses(&client).await, [403; 3]);
}

async fn unknown_applications_are_not_found(way: Way) {
    let world = World::start(way).await;
    let key = world.application.key.plaintext.expose();
    let id = world.application.id;
    let unknown = Uuid::new_v4().to_string();
    for application in [&unknown, "x", &id.simple().to_string(), &id.urn().to_string()] {
        assert_eq!(statuses(&world.client_with(key, application).await).await, [404; 3], "{application}");
    }
    let upper_case = id.to_string().to_uppercase();
    assert!(world.client_with(key, &upper_case).await.get_application_api_keys().await.is_ok());
}

async fn a_failing_store_is_an_internal_error(way: Way) {
    let world = World::start(way).await;
    let client = world.client().await;
    world.store.close().await;
    assert_eq!(statuses(&client).await, [500; 3]);
    match client.create_application_api_key(&CreateApiKeyRequest::new("a")).await {
        Err(Error::Api(CreateApplicationApiKeyError::InternalServerError(body))) => {
            assert_eq!(body.message, "the server failed");
        }
        other => panic!("{other:?}"),
    }
}

/// What list, create and delete fail with.
async fn statuses(client: &Client) -> [u16; 3] {
    let listed = client.get_application_api_keys().await.unwrap_err().status();
    let created = client.create_application_api_key(&CreateApiKeyRequest::new("a")).await.unwrap_err().status();
    let deleted = client.delete_application_api_key(&Uuid::new_v4()).await.unwrap_err().status();
    [listed, created, deleted].map(|status| status.unwrap().as_u16())
}

/// Code and path of each.
fn places(issues: &[ValidationErrorResponseIssue]) -> Vec<(&str, Vec<&str>)> {
    issues.iter().map(|issue| (issue.code.as_str(), issue.path.iter().map(String::as_str).collect())).collect()
}
