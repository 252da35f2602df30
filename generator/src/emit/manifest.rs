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
    let (regex, fancy_regex) = (regex(&needs), fancy_regex(&needs));
    let sides = Sides::of(settings);
    let mut dependencies: Vec<(&str, &str)> = vec![
        ("bytes", r#""1""#),
        ("serde", r#"{ version = "1", default-features = false, features = ["std"] }"#),
        // Without the feature a number is read as one of its neighbours now and then.
        ("serde_json", if needs.float { r#"{ version = "1", features = ["float_roundtrip"] }"# } else { r#""1""# }),
    ];
    if sides.has_client || sides.has_server {
        dependencies.extend([
            ("http", r#"{ version = "1", optional = true }"#),
            ("http-body", r#"{ version = "1", optional = true }"#),
            ("http-body-util", r#"{ version = "0.1", optional = true }"#),
            ("percent-encoding", r#"{ version = "2", optional = true }"#),
            ("tokio", r#"{ version = "1", default-features = false, features = ["time"], optional = true }"#),
        ]);
    }
    if sides.has_client {
        dependencies.extend([
            (
                "reqwest",
                r#"{ version = "0.13", default-features = false, features = ["rustls-no-provider"], optional = true }"#,
            ),
            (
                "rustls",
                r#"{ version = "0.23", default-features = false, features = ["ring", "std", "tls12"], optional = true }"#,
            ),
            ("tower-service", r#"{ version = "0.3", optional = true }"#),
        ]);
    }
    if sides.has_server {
        dependencies.extend([
            ("axum", r#"{ version = "0.8", default-features = false, optional = true }"#),
            ("tracing", r#"{ version = "0.1", default-features = false, features = ["std"], optional = true }"#),
        ]);
    }
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
        dependencies.push(("regex", &regex));
    }
    if needs.fancy_regex {
        dependencies.push(("fancy-regex", &fancy_regex));
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
{features}
[dependencies]
"#,
        description = toml::Value::String(format!("{} of the {}.", sides.contents(), api.title.trim())),
        features = sides.features(),
    );
    for (name, value) in lines {
        let _ = writeln!(text, "{name} = {value}");
    }
    text.push_str(&sides.lints());
    File::text("Cargo.toml", text)
}

/// Tables of Unicode only where a pattern asks for them.
fn regex(needs: &Needs) -> String {
    let features = [
        (true, "perf"),
        (true, "std"),
        (needs.regex_properties, "unicode-bool"),
        (needs.regex_case, "unicode-case"),
        (needs.regex_properties, "unicode-gencat"),
        (needs.regex_properties, "unicode-script"),
    ];
    let features = features.iter().filter(|(is_needed, _)| *is_needed).map(|(_, name)| format!("\"{name}\""));
    let features: Vec<String> = features.collect();
    format!(r#"{{ version = "1", default-features = false, features = [{}] }}"#, features.join(", "))
}

fn fancy_regex(needs: &Needs) -> String {
    let unicode = if needs.fancy_regex_unicode { r#""unicode", "# } else { "" };
    format!(
        r#"{{ version = "0.20", default-features = false, features = ["perf", "std", {unicode}"variable-lookbehinds"] }}"#
    )
}

const CLIENT_FEATURE: &str = r#"# The client traits and `Client`, which implements them over HTTP.
client = ["dep:http", "dep:http-body", "dep:http-body-util", "dep:percent-encoding", "dep:reqwest", "dep:rustls", "dep:tokio", "dep:tower-service"]
"#;

const SERVER_FEATURE: &str = r#"# The handler traits and the router.
server = ["dep:axum", "dep:http", "dep:http-body", "dep:http-body-util", "dep:percent-encoding", "dep:tokio"]
# Logs what handlers fail with.
tracing = ["dep:tracing"]
"#;

/// The sides of the API that are generated.
struct Sides {
    has_client: bool,
    has_server: bool,
}

impl Sides {
    fn of(settings: &Settings) -> Self {
        Self { has_client: settings.has_client(), has_server: settings.has_server() }
    }

    /// What the crate holds.
    fn contents(&self) -> &'static str {
        match (self.has_client, self.has_server) {
            (true, true) => "Types, client and server",
            (true, false) => "Types and client",
            (false, true) => "Types and server",
            (false, false) => "Types",
        }
    }

    /// `[features]`: one for each side, all on by default.
    fn features(&self) -> String {
        let sides = [(self.has_client, "client", CLIENT_FEATURE), (self.has_server, "server", SERVER_FEATURE)];
        let sides: Vec<_> = sides.into_iter().filter(|(is_there, ..)| *is_there).collect();
        if sides.is_empty() {
            return String::new();
        }
        let names: Vec<String> = sides.iter().map(|(_, name, _)| format!("\"{name}\"")).collect();
        let features: String = sides.iter().map(|(_, _, feature)| *feature).collect();
        format!("\n[features]\ndefault = [{}]\n{features}", names.join(", "))
    }

    /// The support code asks for either side's feature, also for one that this crate does not have.
    fn lints(&self) -> String {
        let missing = match (self.has_client, self.has_server) {
            (true, true) => return String::new(),
            (true, false) => r#""server""#,
            (false, true) => r#""client""#,
            (false, false) => r#""client", "server""#,
        };
        format!(
            "\n[lints.rust]\nunexpected_cfgs = {{ level = \"warn\", check-cfg = ['cfg(feature, values({missing}))'] }}\n"
        )
    }
}
