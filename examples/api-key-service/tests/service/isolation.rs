//! Applications do not see each other.

use avido_api::client::prelude::*;
use avido_api::types::CreateApiKeyRequest;

use crate::world::{Way, World, both_ways};

both_ways! { applications_share_nothing }

async fn applications_share_nothing(way: Way) {
    let world = World::start(way).await;
    let other = world.store.create_application().await.unwrap();
    let (one, other) = (world.client().await, world.client_of(&other).await);

    // A name is taken in one application only.
    let request = CreateApiKeyRequest::new("Production");
    let key_of_one = one.create_application_api_key(&request).await.unwrap().data;
    let key_of_other = other.create_application_api_key(&request).await.unwrap().data;

    let ids_of_one: Vec<_> = one.get_application_api_keys().await.unwrap().data.iter().map(|key| key.id).collect();
    assert_eq!(ids_of_one, [world.application.key.id, key_of_one.id]);

    // Told like a key that never was, and left alone.
    one.delete_application_api_key(&key_of_other.id).await.unwrap();
    let keys_of_other = other.get_application_api_keys().await.unwrap().data;
    assert!(keys_of_other.iter().any(|key| key.id == key_of_other.id));
}
