//! `api-keys`, as somebody at a terminal sees it.

use std::process::Output;

use tokio::process::Command;

use crate::world::{Way, World, listen};

/// Runs `api-keys` with the credentials of the world's application.
async fn api_keys(world: &World, base_url: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_api-keys"))
        .args(arguments)
        .env("AVIDO_BASE_URL", base_url)
        .env("AVIDO_API_KEY", world.application.key.plaintext.expose())
        .env("AVIDO_APPLICATION_ID", world.application.id.to_string())
        .output()
        .await
        .unwrap()
}

async fn start() -> (World, String) {
    let world = World::start(Way::Socket).await;
    let base_url = format!("http://{}", listen(world.app()).await);
    (world, base_url)
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The value in a line `name  value`.
fn value<'a>(output: &'a Output, name: &str) -> &'a str {
    text(&output.stdout).lines().find_map(|line| line.strip_prefix(name)).unwrap().trim()
}

#[tokio::test]
async fn keys_are_created_listed_and_deleted() {
    let (world, base_url) = start().await;

    let created = api_keys(&world, &base_url, &["create", "Production"]).await;
    assert_eq!(created.status.code(), Some(0));
    assert_eq!(value(&created, "name"), "Production");
    let (id, key) = (value(&created, "id"), value(&created, "key"));
    assert_eq!(text(&created.stderr), "Store the key now: it is not shown again.\n");

    let listed = api_keys(&world, &base_url, &["list"]).await;
    let lines: Vec<_> = text(&listed.stdout).lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    let column = lines[0].find("NAME").unwrap();
    let characters = |line: &str| line.chars().skip(column).collect::<String>();
    assert!(characters(lines[1]).starts_with("First key"), "{lines:?}");
    assert!(characters(lines[2]).starts_with("Production"), "{lines:?}");
    assert!(lines[2].contains(id) && lines[2].contains(&key[..16]));
    assert!(!text(&listed.stdout).contains(key));

    for _ in 0..2 {
        let deleted = api_keys(&world, &base_url, &["delete", id]).await;
        assert_eq!(deleted.status.code(), Some(0));
    }
    let listed = api_keys(&world, &base_url, &["list"]).await;
    assert_eq!(text(&listed.stdout).lines().count(), 2);
}

#[tokio::test]
async fn failures_are_explained() {
    let (world, base_url) = start().await;
    let long = "a".repeat(20_000);
    let cases: [(&[&str], &str); 8] = [
        (&["create", "First key"], "error: 409 Conflict: an API key with this name already exists\n"),
        (
            &["create", ""],
            "error: 422 Unprocessable Entity: the request breaks the API's description\n  name: must have at least 1 character (min_length)\n",
        ),
        (&["create", &long], "error: 413 Payload Too Large: the body is too long\n"),
        (&["--api-key", "x", "list"], "error: 401 Unauthorized: the API key is unknown\n"),
        (&["--application-id", "x", "list"], "error: 404 Not Found: no application has this id\n"),
        (&["--base-url", "localhost", "list"], "error: the client cannot be made: "),
        (&["--base-url", "http://127.0.0.1:1", "list"], "error: no answer came: "),
        (
            &["delete", "00000000-0000-0000-0000-000000000001"],
            "error: 422 Unprocessable Entity: the request breaks the API's description\n  keyId: must match ",
        ),
    ];
    for (arguments, expected) in cases {
        let failed = api_keys(&world, &base_url, arguments).await;
        assert_eq!(failed.status.code(), Some(1), "{arguments:?}");
        assert!(text(&failed.stderr).starts_with(expected), "{arguments:?}: {}", text(&failed.stderr));
        assert_eq!(text(&failed.stdout), "");
    }
    let other = world.store.create_application().await.unwrap();
    let forbidden = api_keys(&world, &base_url, &["--application-id", &other.id.to_string(), "list"]).await;
    assert_eq!(text(&forbidden.stderr), "error: 403 Forbidden: the API key belongs to another application\n");
}

#[tokio::test]
async fn wrong_arguments_do_not_show_the_key() {
    let (world, base_url) = start().await;
    for arguments in [&["--help"][..], &["list", "--nonsense"], &["delete", "x"], &[]] {
        let output = api_keys(&world, &base_url, arguments).await;
        let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(!printed.contains(world.application.key.plaintext.expose()), "{printed}");
        assert!(!printed.contains(&world.application.id.to_string()), "{printed}");
        assert_eq!(output.status.code(), Some(if arguments == ["--help"] { 0 } else { 2 }));
    }
}
