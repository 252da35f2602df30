//! `Cargo.toml`: exactly the dependencies that this API needs, with literal versions.

use std::fmt::Write as _;

use crate::emit::File;
use crate::emit::support::Needs;
use crate::model::Api;
use crate::settings::Settings;

pub(crate) fn rustfmt_toml() -> File {
    File::text("rustfmt.toml", "disable_all_formatting = true\n")
}

pub(crate) fn cargo_toml(api: &Api, settings: &Settings, crate_name: &str) -> File {
    let needs = Needs::of(api);
    let mut dependencies: Vec<(&str, &str)> = vec![
        ("axum", r#"{ version = "0.8", default-features = false, optional = true }"#),
        ("bytes", r#""1""#),
        ("http", r#"{ version = "1", optional = true }"#),
        ("http-body", r#"{ version = "1", optional = true }"#),
        ("http-body-util", r#"{ version = "0.1", optional = true }"#),
        ("percent-encoding", r#"{ version = "2", optional = true }"#),
        (
            "reqwest",
            r#"{ version = "0.13", default-features = false, features = ["rustls-no-provider"], optional = true }"#,
        ),
        (
            "rustls",
            r#"{ version = "0.23", default-features = false, features = ["ring", "std", "tls12"], optional = true }"#,
        ),
        ("serde", r#"{ version = "1", default-features = false, features = ["std"] }"#),
        // Numbers are written as they were read.
        ("serde_json", r#"{ version = "1", features = ["float_roundtrip"] }"#),
        ("tokio", r#"{ version = "1", default-features = false, features = ["time"], optional = true }"#),
        ("tower-service", r#"{ version = "0.3", optional = true }"#),
        ("tracing", r#"{ version = "0.1", default-features = false, features = ["std"], optional = true }"#),
    ];
    if needs.basic {
        dependencies.push(("base64", r#""0.22""#));
    }
    if needs.base64 && !needs.basic {
        dependencies.push(("base64", r#""0.22""#));
    }
    if needs.chrono {
        dependencies.push(("chrono", r#"{ version = "0.4", default-features = false, features = ["serde", "std"] }"#));
    }
    if needs.uuid {
        dependencies.push(("uuid", r#"{ version = "1", features = ["serde"] }"#));
    }
    if needs.regex {
        dependencies.push(("regex", r#"{ version = "1", default-features = false, features = ["perf", "std"] }"#));
    }
    let mut lines: Vec<(String, String)> =
        dependencies.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (name, value) in &settings.dependencies {
        lines.retain(|(known, _)| known != name);
        lines.push((name.clone(), value.to_string()));
    }
    lines.sort();
    let mut text = format!(
        r#"[package]
name = "{crate_name}"
version = "0.1.0"
description = {description}
edition = "2024"
rust-version = "1.95"
publish = false

[features]
default = ["client", "server"]
# The client traits and `Client`, which implements them over HTTP.
client = ["dep:http", "dep:http-body", "dep:http-body-util", "dep:percent-encoding", "dep:reqwest", "dep:rustls", "dep:tokio", "dep:tower-service"]
# The handler traits and the router.
server = ["dep:axum", "dep:http", "dep:http-body", "dep:http-body-util", "dep:percent-encoding", "dep:tokio"]
# Logs what handlers fail with.
tracing = ["dep:tracing"]

[dependencies]
"#,
        description = toml::Value::String(format!("Types, client and server of the {}.", api.title.trim())),
    );
    for (name, value) in lines {
        let _ = writeln!(text, "{name} = {value}");
    }
    File::text("Cargo.toml", text)
}
