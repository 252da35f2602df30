//! Bytes in: diagnostics, or a crate whose sources parse.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mutations::{Verdict, verdict};

fuzz_target!(|text: &[u8]| {
    if let Verdict::Faulty(fault) = verdict(text) {
        panic!("{fault}");
    }
});
