//! Requests at the same time.

use avido_api::client::{Error, prelude::*};
use avido_api::operations::CreateApplicationApiKeyError;
use avido_api::types::CreateApiKeyRequest;
use tokio::task::JoinSet;

use api_key_service::Store;

use crate::world::{Way, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_creates_gets_the_name() {
    let world = World::start(Way::Socket).await;
    let client = world.client().await;
    let mut creates = JoinSet::new();
    for _ in 0..24 {
        let client = client.clone();
        creates.spawn(async move { client.create_application_api_key(&CreateApiKeyRequest::new("Production")).await });
    }
    let mut created = 0;
    for result in creates.join_all().await {
        match result {
            Ok(_) => created += 1,
            Err(Error::Api(CreateApplicationApiKeyError::Conflict(_))) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(created, 1);
    assert_eq!(client.get_application_api_keys().await.unwrap().data.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_creates_of_many_names_all_succeed() {
    let world = World::start(Way::Socket).await;
    let client = world.client().await;
    let mut creates = JoinSet::new();
    for number in 0..48 {
        let client = client.clone();
        let request = CreateApiKeyRequest::new(format!("key {number}"));
        creates.spawn(async move { client.create_application_api_key(&request).await });
    }
    for result in creates.join_all().await {
        result.unwrap();
    }
    assert_eq!(client.get_application_api_keys().await.unwrap().data.len(), 49);
}

/// As two servers do that are started at once on a new file.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_first_application_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.db");
    let (one, other) = tokio::join!(Store::open(&path), Store::open(&path));
    let (one, other) = (one.unwrap(), other.unwrap());
    let made = tokio::join!(one.create_first_application(), other.create_first_application());
    let made = [made.0.unwrap(), made.1.unwrap()];
    assert_eq!(made.iter().flatten().count(), 1);
    assert!(one.create_first_application().await.unwrap().is_none());
}
