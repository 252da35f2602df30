//! `Cargo.toml`: exactly the dependencies that this API needs, with literal versions.

use std::fmt::Write as _;

use crate::emit::File;
use crate::emit::sides::{Feature, Side, Sides};
use crate::emit::support::Needs;
use crate::model::{Api, Operation, TypeDefinition, TypeKind};
use crate::settings::Settings;

pub(crate) fn rustfmt_toml() -> File {
    File::text("rustfmt.toml", "disable_all_formatting = true\n")
}

pub(crate) fn cargo_toml(api: &Api, settings: &Settings, crate_name: &str) -> File {
    let needs = Needs::of(api);
    let (regex, fancy_regex) = (regex(&needs), fancy_regex(&needs));
    let sides = Sides::of(api, settings);
    let mut dependencies: Vec<(&str, &str)> = vec![
        ("bytes", r#""1""#),
        ("serde", r#"{ version = "1", default-features = false, features = ["std"] }"#),
        // Without the feature a number is read as one of its neighbours now and then.
        ("serde_json", if needs.float { r#"{ version = "1", features = ["float_roundtrip"] }"# } else { r#""1""# }),
    ];
    if sides.has_any() {
        dependencies.extend([
            ("http", r#"{ version = "1", optional = true }"#),
            ("http-body", r#"{ version = "1", optional = true }"#),
            ("http-body-util", r#"{ version = "0.1", optional = true }"#),
            ("percent-encoding", r#"{ version = "2", optional = true }"#),
            (
                "tokio",
                if sides.has_client && needs.oauth {
                    r#"{ version = "1", default-features = false, features = ["sync", "time"], optional = true }"#
                } else {
                    r#"{ version = "1", default-features = false, features = ["time"], optional = true }"#
                },
            ),
        ]);
    }
    if sides.has_sending() {
        dependencies.extend([
            ("httpdate", r#"{ version = "1", optional = true }"#),
            ("tower-service", r#"{ version = "0.3", optional = true }"#),
        ]);
    }
    if sides.has_client {
        dependencies.push(("tower-layer", r#"{ version = "0.3", optional = true }"#));
    }
    if sides.has_answering() {
        dependencies.extend([
            ("axum", r#"{ version = "0.8", default-features = false, optional = true }"#),
            ("hyper", r#"{ version = "1.12", features = ["http1", "server"], optional = true }"#),
            ("hyper-util", r#"{ version = "0.1", features = ["service", "tokio"], optional = true }"#),
        ]);
    }
    if sides.has_any() {
        dependencies
            .push(("tracing", r#"{ version = "0.1", default-features = false, features = ["std"], optional = true }"#));
    }
    if (sides.has_any() && needs.stream) || (sides.has_client && needs.pagination) {
        dependencies.push(("futures-core", r#"{ version = "0.3", default-features = false, optional = true }"#));
    }
    if sides.has_answering() && needs.multipart {
        dependencies.push(("memchr", r#"{ version = "2", optional = true }"#));
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
        description = toml::Value::String(format!("{} of the {}.", contents(sides), api.title.trim())),
        features = features(sides, &needs),
    );
    for (name, value) in lines {
        let _ = writeln!(text, "{name} = {value}");
    }
    if sides.has_sending() {
        text.push_str(&for_targets(settings));
    }
    text.push_str(&lints(api, sides));
    File::text("Cargo.toml", text)
}

/// What sends requests needs on machines of their own, and in browsers.
const NATIVE: &[(&str, &str)] = &[
    (
        "reqwest",
        r#"{ version = "0.13", default-features = false, features = ["rustls-no-provider"], optional = true }"#,
    ),
    (
        "rustls",
        r#"{ version = "0.23", default-features = false, features = ["ring", "std", "tls12"], optional = true }"#,
    ),
];
const BROWSER: &[(&str, &str)] = &[
    ("futures-core", r#"{ version = "0.3", default-features = false, optional = true }"#),
    ("gloo-timers", r#"{ version = "0.4", features = ["futures"], optional = true }"#),
    ("js-sys", r#"{ version = "0.3", optional = true }"#),
    ("reqwest", r#"{ version = "0.13", default-features = false, features = ["stream"], optional = true }"#),
    ("send_wrapper", r#"{ version = "0.6", features = ["futures"], optional = true }"#),
];

/// The dependencies of each kind of target, but for those that the settings give for all.
fn for_targets(settings: &Settings) -> String {
    let mut text = String::new();
    for (target, dependencies) in
        [(r#"cfg(not(target_arch = "wasm32"))"#, NATIVE), (r#"cfg(target_arch = "wasm32")"#, BROWSER)]
    {
        let _ = write!(text, "\n[target.'{target}'.dependencies]\n");
        for (name, value) in dependencies.iter().filter(|(name, _)| !settings.dependencies.contains_key(*name)) {
            let _ = writeln!(text, "{name} = {value}");
        }
    }
    text
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

/// What sends requests needs.
const SENDING_DEPENDENCIES: &[&str] = &[
    "futures-core",
    "gloo-timers",
    "http",
    "http-body",
    "http-body-util",
    "httpdate",
    "js-sys",
    "percent-encoding",
    "reqwest",
    "rustls",
    "send_wrapper",
    "tokio",
    "tower-service",
];

/// What answers them needs.
fn answering_dependencies(needs: &Needs) -> Vec<&'static str> {
    let mut dependencies = vec!["axum", "http", "http-body", "http-body-util", "percent-encoding", "tokio"];
    dependencies.extend(needs.stream.then_some("futures-core"));
    dependencies.extend(needs.multipart.then_some("memchr"));
    dependencies.sort_unstable();
    dependencies
}

/// What `serve` needs besides.
const SERVING_DEPENDENCIES: &str = r#""axum/http1", "axum/tokio", "dep:hyper", "dep:hyper-util", "tokio/macros", "tokio/net", "tokio/rt", "tokio/sync""#;

fn optional_dependencies(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"dep:{name}\"")).collect::<Vec<_>>().join(", ")
}

/// What the crate holds.
fn contents(sides: Sides) -> &'static str {
    match (sides.has_client, sides.has_server) {
        (true, true) => "Types, client and server",
        (true, false) => "Types and client",
        (false, true) => "Types and server",
        (false, false) => "Types",
    }
}

/// `[features]`: one for each side, and more.
fn features(sides: Sides, needs: &Needs) -> String {
    let features = sides.features();
    if features.is_empty() {
        return String::new();
    }
    let default: Vec<String> =
        features.iter().filter(|it| it.is_default()).map(|it| format!("\"{}\"", it.name())).collect();
    let mut text = format!("\n[features]\ndefault = [{}]\n", default.join(", "));
    for feature in features {
        let brings = feature.brings();
        let enabled = match feature {
            Feature::Side(Side::Client | Side::Sender) => optional_dependencies(SENDING_DEPENDENCIES),
            Feature::Side(Side::Server | Side::Receiver) => optional_dependencies(&answering_dependencies(needs)),
            Feature::Serve => {
                let side = if sides.has_server { Side::Server } else { Side::Receiver };
                format!("\"{}\", {SERVING_DEPENDENCIES}", side.feature())
            }
            Feature::Tracing => optional_dependencies(&["tracing"]),
            Feature::Testing => format!("\"client\", {}", optional_dependencies(&["tower-layer"])),
        };
        let first = brings.get(..1).unwrap_or_default().to_ascii_uppercase();
        let rest = brings.get(1..).unwrap_or_default();
        let _ = write!(text, "# {first}{rest}.\n{} = [{enabled}]\n", feature.name());
    }
    text
}

/// The features that this crate does not have; the support code asks for them all the same.
fn missing_features(sides: Sides) -> Vec<&'static str> {
    let all = [
        // A crate with a receiver alone, say, has a feature for what answers.
        (sides.has_sending(), Side::Client.feature()),
        (sides.has_answering(), Side::Server.feature()),
        (sides.has_client, "testing"),
    ];
    all.into_iter().filter(|(is_there, _)| !is_there).map(|(_, feature)| feature).collect()
}

/// `[lints.rust]`, where rustc would warn of what cannot be otherwise.
fn lints(api: &Api, sides: Sides) -> String {
    let mut lints = String::new();
    if has_foreign_names(api) {
        // Names are the description's, in its script.
        lints.push_str("confusable_idents = \"allow\"\nmixed_script_confusables = \"allow\"\n");
        lints.push_str("uncommon_codepoints = \"allow\"\n");
    }
    let missing: Vec<String> = missing_features(sides).iter().map(|feature| format!("\"{feature}\"")).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let _ = writeln!(
            lints,
            "unexpected_cfgs = {{ level = \"warn\", check-cfg = ['cfg(feature, values({missing}))'] }}"
        );
    }
    if lints.is_empty() { lints } else { format!("\n[lints.rust]\n{lints}") }
}

/// Whether some name has letters outside of ASCII.
fn has_foreign_names(api: &Api) -> bool {
    let in_type = |ty: &TypeDefinition| {
        !ty.name.is_ascii()
            || match &ty.kind {
                TypeKind::Struct(definition) => definition.fields.iter().any(|field| !field.name.is_ascii()),
                TypeKind::Enum(definition) => definition.variants.iter().any(|variant| !variant.name.is_ascii()),
                TypeKind::Union(definition) => definition.members.iter().any(|member| !member.name.is_ascii()),
                TypeKind::Tuple(_) | TypeKind::Alias(_) => false,
            }
    };
    let in_operation = |operation: &Operation| {
        !operation.name.is_ascii() || operation.parameters.iter().any(|parameter| !parameter.name.is_ascii())
    };
    api.types.iter().any(in_type)
        || api.tags.iter().any(|tag| !tag.name.is_ascii() || !tag.module.is_ascii())
        || api.all_operations().any(in_operation)
}
