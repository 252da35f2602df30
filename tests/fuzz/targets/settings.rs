//! Bytes in: a codegen.toml that is refused, or one with which a description is refused or becomes a crate whose sources
//! parse.

#![no_main]

use std::fs;
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mutations::{Verdict, verdict_of};
use openapi_rust_generator::Description;
use openapi_rust_generator::settings::Settings;

/// A description with components, inline types, tags and operations to be chosen and renamed.
static DESCRIPTION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/accept/settings.yaml");
    fs::read(path).expect("the fixtures are beside")
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let settings = Settings::parse("codegen.toml", text);
    let read = |_: &str| Err(io::ErrorKind::NotFound.into());
    let description = Description::new("description.yaml", DESCRIPTION.as_slice()).with_files(&read);
    if let Verdict::Faulty(fault) = verdict_of(description, &settings) {
        panic!("{fault}");
    }
});
