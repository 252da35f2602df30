//! Every accepted fixture compiles without a warning, in every set of features, and behaves as its cases say.
//!
//! The tests share a target folder, so that cargo runs one after the other.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use tests::Scratch;

static SCRATCH: LazyLock<Scratch> = LazyLock::new(|| {
    // Those of a few are not removed and made again all the time.
    let folder = if tests::chosen().is_some() { "chosen" } else { "fixtures" };
    Scratch::write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder))
});

#[test]
fn fixtures_behave_as_their_cases_say() {
    SCRATCH.cargo(&["test", "--package", "harness"]);
}

#[test]
fn fixtures_compile_with_each_set_of_features() {
    for features in ["client,tracing", "server", ""] {
        SCRATCH.cargo(&[
            "check",
            "--workspace",
            "--exclude",
            "harness",
            "--no-default-features",
            "--features",
            features,
        ]);
    }
    for (feature, also) in
        [("webhook-sender", ""), ("webhook-receiver", ""), ("webhook-sender", "server"), ("webhook-receiver", "client")]
    {
        let features = format!("{feature},{also}");
        let mut arguments = vec!["check", "--no-default-features", "--features", &features];
        let crates = SCRATCH.crates_with(feature);
        arguments.extend(crates.iter().flat_map(|name| ["--package", name]));
        if !crates.is_empty() {
            SCRATCH.cargo(&arguments);
        }
    }
}

/// Of several kinds, what the support code does differently there.
const IN_BROWSERS: [(&str, &str); 6] = [
    ("streams", "client"),
    ("multipart", "client"),
    ("oauth", "client"),
    ("security", "client"),
    ("settings", "client"),
    ("webhooks", "webhook-sender"),
];

#[test]
fn clients_compile_for_browsers() {
    const TARGET: &str = "wasm32-unknown-unknown";
    let rustc = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let folder = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    if !folder.is_ok_and(|folder| Path::new(&folder).is_dir()) {
        eprintln!("SKIPPED: the target {TARGET} is not installed: rustup target add {TARGET}");
        return;
    }
    for (fixture, feature) in IN_BROWSERS {
        let Some(name) = SCRATCH.crate_name(fixture) else { continue };
        SCRATCH.cargo(&[
            "check",
            "--package",
            name,
            "--target",
            TARGET,
            "--no-default-features",
            "--features",
            feature,
        ]);
    }
}

#[test]
fn clippy_and_rustdoc_have_nothing_to_say() {
    SCRATCH.cargo(&["clippy", "--workspace", "--exclude", "harness", "--all-features"]);
    SCRATCH.cargo(&["doc", "--workspace", "--exclude", "harness", "--no-deps", "--all-features"]);
}
