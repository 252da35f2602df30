//! Bytes in, each two a choice: which description is changed, and how. Out: diagnostics, or a crate whose sources parse.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mutations::{Bytes, Choices as _, Verdict, described, mutate, parsed, verdict};

/// The accepted fixtures that are in one file.
static ORIGINS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/accept");
    let entries = fs::read_dir(folder).expect("the fixtures are beside");
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let texts = paths.iter().filter_map(|path| fs::read(path).ok());
    texts.filter(|text| parsed(text).is_some_and(|document| document.get("openapi").is_some())).collect()
});

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Bytes(bytes);
    let origin = &ORIGINS[choices.below(ORIGINS.len())];
    let Some(mut document) = parsed(origin) else { return };
    mutate(&mut document, &mut choices);
    let text = described(&document);
    if let Verdict::Faulty(fault) = verdict(text.as_bytes()) {
        panic!("{fault}\n{text}");
    }
});
