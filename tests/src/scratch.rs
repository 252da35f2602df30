//! A workspace in which the crates of all accepted fixtures are compiled and run.
//!
//! They share one target folder and the versions of this workspace's Cargo.lock, so that nothing is downloaded
//! and a dependency is compiled once. The harness is one more member: it depends on them as a user would, and
//! holds each to its cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use openapi_rust_generator::Generated;
use openapi_rust_generator::model::{Api, Location, MediaType, Operation, SecurityKind, TypeKind};
use serde_json::Value;

use xtask::stubs;

use crate::fixture::{Fixture, accepted, avido, root};

const MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["*"]
exclude = ["target"]

[profile.dev]
debug = false
incremental = false
"#;

const HARNESS_MANIFEST: &str = r#"[package]
name = "harness"
version = "0.1.0"
edition = "2024"
publish = false

[dependencies]
axum = { version = "0.8", default-features = false }
bytes = "1"
chrono = { version = "0.4", default-features = false }
futures-core = "0.3"
http = "1"
http-body = "1"
http-body-util = "0.1"
proptest = { version = "1", default-features = false, features = ["std"] }
serde = { version = "1", default-features = false, features = ["std"] }
serde_json = "1"
tokio = { version = "1", default-features = false, features = ["macros", "rt", "test-util", "time"] }
tower = { version = "0.5", default-features = false, features = ["util"] }
"#;

/// The workspace, written.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    /// The crates that have a feature for webhooks, by the feature.
    webhook_crates: BTreeMap<&'static str, Vec<String>>,
    /// The crates' names, by fixture.
    crates: BTreeMap<String, String>,
}

impl Scratch {
    /// Writes the workspace below `folder`. What did not change is not touched, so that it is not compiled again.
    ///
    /// # Panics
    /// A fixture is not accepted or has no cases, or a file cannot be written.
    pub fn write(folder: &Path) -> Self {
        Self::of(folder, accepted())
    }

    /// The same for these descriptions.
    ///
    /// # Panics
    /// One is not accepted, or a file cannot be written.
    pub fn of(folder: &Path, fixtures: Vec<Fixture>) -> Self {
        let mut scratch = Self { folder: folder.to_owned(), webhook_crates: BTreeMap::new(), crates: BTreeMap::new() };
        let mut members = BTreeSet::from(["harness".to_owned(), "target".to_owned(), "avido".to_owned()]);
        scratch.crate_of(&avido());
        let mut manifest = HARNESS_MANIFEST.to_owned();
        let mut modules = String::new();
        for fixture in fixtures {
            if fixture.name == README_FIXTURE {
                modules.push_str(&readme_modules());
            }
            let name = scratch.crate_of(&fixture);
            let features = webhook_features(&fixture.generated());
            for feature in &features {
                scratch.webhook_crates.entry(feature).or_default().push(name.clone());
            }
            let testing = has_both_sides(&fixture).then_some("testing");
            let features: Vec<String> = features.into_iter().chain(testing).map(|name| format!("\"{name}\"")).collect();
            let (fixture_name, features) = (&fixture.name, features.join(", "));
            writeln!(
                manifest,
                "{fixture_name} = {{ path = \"../{fixture_name}\", package = \"{name}\", features = [{features}] }}"
            )
            .expect("a string takes everything");
            modules.push_str(&module(&fixture));
            scratch.crates.insert(fixture.name.clone(), name);
            members.insert(fixture.name);
        }
        scratch.file("Cargo.toml", MANIFEST);
        scratch.file("Cargo.lock", &read(&root().join("Cargo.lock")));
        scratch.file("harness/Cargo.toml", &manifest);
        scratch.file("harness/src/lib.rs", include_str!("../harness/lib.rs"));
        scratch.file("harness/src/fuzz.rs", include_str!("../harness/fuzz.rs"));
        scratch.file("harness/tests/behaviour.rs", &modules);
        scratch.remove_all_but(&members);
        scratch
    }

    /// The fixture's crate, as `cargo xtask codegen --out` writes it; gives its name.
    fn crate_of(&self, fixture: &Fixture) -> String {
        let generated = fixture.generated();
        let folder = self.folder.join(&fixture.name);
        xtask::output::write(&folder, &generated.files).unwrap_or_else(|error| panic!("{}: {error:#}", fixture.path));
        generated.crate_name
    }

    fn file(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        if fs::read_to_string(&path).is_ok_and(|found| found == text) {
            return;
        }
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// The name of a fixture's crate, if that is here.
    pub fn crate_name(&self, fixture: &str) -> Option<&str> {
        self.crates.get(fixture).map(String::as_str)
    }

    /// The crates that have this feature, which is one for webhooks.
    pub fn crates_with(&self, feature: &str) -> &[String] {
        self.webhook_crates.get(feature).map_or(&[], Vec::as_slice)
    }

    /// Removes the crates of fixtures that are no more.
    fn remove_all_but(&self, members: &BTreeSet<String>) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let leftover = |path: &PathBuf| {
            path.is_dir() && path.file_name().is_some_and(|name| !members.contains(&*name.to_string_lossy()))
        };
        for folder in entries.map(|entry| entry.path()).filter(leftover) {
            fs::remove_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
    }

    /// Runs cargo in the workspace, offline and with every warning denied.
    ///
    /// # Panics
    /// It fails.
    pub fn cargo(&self, arguments: &[&str]) {
        self.cargo_with(arguments, &[]);
    }

    /// The same, with more in the environment.
    ///
    /// # Panics
    /// It fails.
    pub fn cargo_with(&self, arguments: &[&str], environment: &[(&str, &str)]) {
        let (command, rest) = arguments.split_first().expect("a command");
        let output = Command::new(env!("CARGO"))
            .args([command, "--offline", "--quiet", "--target-dir", "target"])
            .args(rest)
            .current_dir(&self.folder)
            .env("RUSTFLAGS", "-D warnings")
            .env("RUSTDOCFLAGS", "-D warnings")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .envs(environment.iter().copied())
            .output()
            .unwrap_or_else(|error| panic!("cargo does not start: {error}"));
        assert!(
            output.status.success(),
            "`cargo {}` in {} fails:\n{}{}",
            arguments.join(" "),
            self.folder.display(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Whether the crate has a client and a server.
fn has_both_sides(fixture: &Fixture) -> bool {
    !fixture.settings.contains("client = false") && !fixture.settings.contains("server = false")
}

/// The features that a crate has for webhooks; they are not on by default.
fn webhook_features(generated: &Generated) -> Vec<&'static str> {
    let manifest = generated.files.iter().find(|file| file.path == "Cargo.toml").map_or("", |file| &file.text);
    ["webhook-sender", "webhook-receiver"]
        .into_iter()
        .filter(|feature| manifest.contains(&format!("\n{feature} = ")))
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fixture that those snippets of the README are about which are not about the API in `spec/`.
const README_FIXTURE: &str = "weather";

/// Those snippets, each in a module of its own.
fn readme_modules() -> String {
    let readme = read(&root().join("README.md"));
    let snippets = readme.split("\n```rust,ignore\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    let snippets = snippets.filter(|(snippet, _)| snippet.contains(&format!("{README_FIXTURE}_api::")));
    let modules = snippets.enumerate().map(|(index, (snippet, _))| {
        format!(
            "#[allow(dead_code)]\nmod readme_{index} {{\nuse ::{README_FIXTURE} as {README_FIXTURE}_api;\n{snippet}\n}}\n\n"
        )
    });
    let modules: Vec<String> = modules.collect();
    assert!(!modules.is_empty(), "the README has no snippets about `{README_FIXTURE}_api`");
    modules.concat()
}

/// The harness's tests of one fixture.
///
/// ```text
/// mod strings {
///     use strings as api;
///     harness::machinery!();
///     …
/// }
/// ```
fn module(fixture: &Fixture) -> String {
    let generated = fixture.generated();
    let cases = fixture.beside("cases.json");
    let text = match fs::read_to_string(&cases) {
        Ok(text) => text,
        // What is no fixture is only fuzzed.
        Err(_) if !fixture.path.starts_with("tests/fixtures/") => {
            let (name, api) = (&fixture.name, &generated.api);
            let router = "api::server::router(Service)";
            return format!(
                "mod {name} {{\n    use ::{name} as api;\n{}\n{}}}\n\n",
                stubs::service(api),
                fuzzing(api, router)
            );
        }
        Err(_) => panic!("{} has no cases: write {}", fixture.path, cases.display()),
    };
    let list: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", cases.display()));
    let list = list.as_array().filter(|list| !list.is_empty());
    let list = list.unwrap_or_else(|| panic!("{} lists no cases", cases.display()));
    let schemas: BTreeSet<&str> = list.iter().filter_map(|case| case["schema"].as_str()).collect();
    for schema in &schemas {
        let is_known = generated.api.types.iter().any(|ty| ty.name == **schema);
        assert!(is_known, "{}: there is no type `{schema}`", cases.display());
    }
    let arms: String = schemas
        .iter()
        .map(|schema| format!("            {schema:?} => schema::<api::types::{schema}>(case),\n"))
        .collect();
    let has_stubs = !fixture.settings.contains("stubs = false") && !fixture.settings.contains("server = false");
    let more = fixture.beside("rs");
    let has_router = fs::read_to_string(&more).is_ok_and(|text| text.contains("\nfn router()"));
    let has_receiver = webhook_features(&generated).contains(&"webhook-receiver");
    let (service, router) = if has_router {
        (String::new(), "Some(router())")
    } else if has_stubs && has_receiver {
        let service = stubs::service(&generated.api) + &receiver(&generated.api);
        (service, "Some(api::server::router(Service).nest(\"/webhooks\", receiver()))")
    } else if has_stubs {
        (stubs::service(&generated.api), "Some(api::server::router(Service))")
    } else {
        (String::new(), "None")
    };
    // What a handler of a fixture answers on purpose is no fault; those of these give back what they get.
    let gives_back = ["streams", "uploads"].contains(&fixture.name.as_str());
    let fuzzing = match (has_stubs, has_router) {
        (false, _) => String::new(),
        (true, true) if gives_back => fuzzing(&generated.api, "router()"),
        (true, true) => format!(
            "\n    mod stubs {{\n    use super::api;\n{}{}    }}\n",
            stubs::service(&generated.api),
            fuzzing(&generated.api, "api::server::router(Service)")
        ),
        (true, false) => fuzzing(&generated.api, "api::server::router(Service)"),
    };
    // Whatever a fixture's service answers is what its description says; but what refuses requests are problem documents,
    // where one declares another schema.
    let is_declared = fixture.name != "responses";
    let router = match is_declared && has_both_sides(fixture) {
        true => format!("{router}.map(|router: axum::Router| router.layer(api::testing::check_responses()))"),
        false => router.to_owned(),
    };
    let more = if more.is_file() { format!("    include!({more:?});\n") } else { String::new() };
    let name = &fixture.name;
    format!(
        "mod {name} {{\n    use ::{name} as api;\n    harness::machinery!();\n{service}\n    \
         #[tokio::test]\n    async fn cases() {{\n        \
         let schemas = |name: &str, case: &harness::Case| match name {{\n{arms}            \
         _ => Err(format!(\"there is no type {{name}}: {{case:?}}\")),\n        }};\n        \
         harness::run(include_str!({cases:?}), schemas, {router}).await;\n    }}\n{fuzzing}{more}}}\n\n"
    )
}

/// The test that sends a router anything.
fn fuzzing(api: &Api, router: &str) -> String {
    let targets: String = api.operations().map(|operation| target(api, operation)).collect();
    let mut words = BTreeSet::new();
    for ty in &api.types {
        words.insert(ty.name.as_str());
        match &ty.kind {
            TypeKind::Struct(definition) => {
                words.extend(definition.fields.iter().map(|field| field.wire_name.as_str()))
            }
            TypeKind::Enum(definition) => {
                words.extend(definition.variants.iter().filter_map(|variant| variant.value.as_str()));
            }
            _ => {}
        }
    }
    let forms = api.operations().flat_map(|operation| &operation.request_body).flat_map(|body| &body.media_types);
    let parts = forms.filter_map(|media| media.multipart.as_ref()).flat_map(|multipart| &multipart.parts);
    words.extend(parts.map(|part| part.wire_name.as_str()));
    let words: Vec<&str> = words.into_iter().collect();
    format!(
        "\n    #[test]\n    fn survives_anything() {{\n        let router = {router};\n        \
         harness::fuzz::survives(&router, &[\n{targets}        ], &{words:?});\n    }}\n"
    )
}

fn target(api: &Api, operation: &Operation) -> String {
    let schemes = operation.security.iter().flat_map(|requirement| &requirement.schemes);
    let kinds = schemes.filter_map(|required| api.security_schemes.get(required.scheme)).map(|scheme| &scheme.kind);
    let keys: Vec<(Location, &str)> = kinds
        .filter_map(|kind| match kind {
            SecurityKind::ApiKey { location, parameter } => Some((*location, parameter.as_str())),
            _ => None,
        })
        .collect();
    let names = |location: Location| -> Vec<&str> {
        let own = operation.parameters.iter().filter(|parameter| parameter.location == location);
        let keys = keys.iter().filter(|(place, _)| *place == location).map(|(_, name)| *name);
        own.map(|parameter| parameter.wire_name.as_str()).chain(keys).collect()
    };
    let consumes: Vec<&str> =
        operation.request_body.iter().flat_map(|body| &body.media_types).flat_map(MediaType::wire_names).collect();
    format!(
        "            harness::fuzz::Target {{ method: {:?}, path: {:?}, query: &{:?}, headers: &{:?}, cookies: &{:?}, \
         consumes: &{consumes:?} }},\n",
        operation.method,
        operation.path,
        names(Location::Query),
        names(Location::Header),
        names(Location::Cookie),
    )
}

/// The routes of webhooks and callbacks, received by the same service: each has a route under the name of its method. A delivery with a header
/// `signature: wrong` is refused.
fn receiver(api: &Api) -> String {
    let tags: String = api
        .webhooks
        .iter()
        .map(|tag| format!("    impl api::webhooks::receiver::{} for Service {{}}\n", tag.name))
        .collect();
    let routes: String = api
        .webhook_operations()
        .map(|operation| format!("\n            .route(\"/{0}\", receiver.{0}())", operation.name))
        .collect();
    format!(
        "\n    impl api::webhooks::receiver::Gate for Service {{\n        type Delivery = ();\n\n        \
         async fn verify(\n            &self,\n            _: &'static api::webhooks::receiver::Operation,\n            \
         head: &api::webhooks::receiver::Parts,\n            _: &api::webhooks::receiver::Bytes,\n        \
         ) -> Result<(), api::webhooks::receiver::Failure<api::webhooks::receiver::AuthError>> {{\n            \
         match head.headers.get(\"signature\").is_some_and(|value| value == \"wrong\") {{\n                \
         true => Err(api::webhooks::receiver::AuthError::Unauthenticated(\"wrong\".to_owned()).into()),\n                \
         false => Ok(()),\n            }}\n        }}\n    }}\n{tags}\n    \
         fn receiver() -> axum::Router {{\n        \
         let receiver = api::webhooks::receiver::Receiver::new(Service);\n        axum::Router::new(){routes}\n    }}\n"
    )
}
