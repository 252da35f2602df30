//! What was acknowledged is there after the end of a process, however it ends.

use std::sync::Arc;

use avido_api::client::{Error, prelude::*};
use avido_api::types::{CreateApiKeyRequest, CreatedApiKeyOutput};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::process::{Server, exported};

#[tokio::test]
async fn keys_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("keys.db");

    let server = Server::start(&database).await;
    let (key, application) = server.first_application().unwrap();
    let request = CreateApiKeyRequest::new("Production");
    let created = server.client(&key, &application).create_application_api_key(&request).await.unwrap().data;
    let before = server.client(&key, &application).get_application_api_keys().await.unwrap();
    assert!(server.stop("TERM").await.status.success());

    let server = Server::start(&database).await;
    assert!(server.first_application().is_none(), "another application was made");
    let after = server.client(&created.key, &application).get_application_api_keys().await.unwrap();
    assert_eq!(before, after);
}

/// Four clients create as fast as they can; once some dozens of keys are acknowledged, the server is killed
/// with others under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("keys.db");
    let server = Server::start(&database).await;
    let (key, application) = server.first_application().unwrap();

    let acknowledged = Arc::new(Semaphore::new(0));
    let mut clients = JoinSet::new();
    for number in 0..4 {
        let client = server.client(&key, &application);
        let acknowledged = Arc::clone(&acknowledged);
        clients.spawn(async move {
            let mut created = Vec::<CreatedApiKeyOutput>::new();
            loop {
                let request = CreateApiKeyRequest::new(format!("{number}: {}", created.len()));
                match client.create_application_api_key(&request).await {
                    Ok(answer) => created.push(answer.data),
                    Err(Error::Transport(_)) => return created,
                    Err(error) => panic!("{error:?}"),
                }
                acknowledged.add_permits(1);
            }
        });
    }
    let _ = acknowledged.acquire_many(40).await.unwrap();
    server.kill().await;
    let created = clients.join_all().await.concat();
    assert!(created.len() >= 40);

    let server = Server::start(&database).await;
    let listed = server.client(&key, &application).get_application_api_keys().await.unwrap().data;
    for created in &created {
        assert!(listed.iter().any(|key| key.id == created.id && key.name == created.name), "{created:?}");
        server.client(&created.key, &application).get_application_api_keys().await.unwrap();
    }
}

#[tokio::test]
async fn another_application_is_made_beside_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("keys.db");
    let server = Server::start(&database).await;

    let made = Command::new(env!("CARGO_BIN_EXE_api-key-service"))
        .args(["create-application", "--database"])
        .arg(&database)
        .output()
        .await
        .unwrap();
    assert!(made.status.success());
    let lines: Vec<_> = String::from_utf8(made.stdout).unwrap().lines().map(str::to_owned).collect();
    let key = exported(&lines, "AVIDO_API_KEY").unwrap();
    let application = exported(&lines, "AVIDO_APPLICATION_ID").unwrap();
    assert_ne!(server.first_application().unwrap().1, application);
    assert_eq!(server.client(&key, &application).get_application_api_keys().await.unwrap().data.len(), 1);
}
