//! The programs of this package, for a few seconds each: what they find with much, they find with less.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::process::Command;

/// What a program prints, which must end well.
fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn the_size_of_what_is_sent_does_not_show_in_memory() {
    run(env!("CARGO_BIN_EXE_large"), &["--bytes", "67108864", "--items", "16000"]);
}

#[test]
fn calls_leave_nothing_behind() {
    run(env!("CARGO_BIN_EXE_leaks"), &["--calls", "3000"]);
}
