//! Every accepted fixture compiles without a warning, in every set of features, and behaves as its cases say.
//!
//! The tests share a target folder, so that cargo runs one after the other.

use std::path::Path;
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

#[test]
fn clippy_and_rustdoc_have_nothing_to_say() {
    SCRATCH.cargo(&["clippy", "--workspace", "--exclude", "harness", "--all-features"]);
    SCRATCH.cargo(&["doc", "--workspace", "--exclude", "harness", "--no-deps", "--all-features"]);
}
