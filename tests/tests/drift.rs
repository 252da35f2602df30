//! The committed crate is what the generator makes of the committed description.

use std::fmt::Write as _;

use tests::{avido, root};

#[test]
fn the_committed_crate_is_fresh() {
    let generated = avido().generated();
    let differences = xtask::output::check(&root().join("generated"), &generated.files).unwrap();
    let mut report = String::new();
    for difference in &differences {
        writeln!(report, "generated/{difference}").unwrap();
    }
    assert!(differences.is_empty(), "{report}`cargo xtask codegen` repairs it");
}
