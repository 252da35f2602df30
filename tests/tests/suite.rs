//! `cargo xtask suite` over a suite of two files: what it counts, and what it has to say about its list.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use xtask::suite::{Arguments, Count, Outcome, ask};

const MIN_LENGTH: &str = r#"[{
    "description": "minLength", "schema": { "minLength": 2 }, "tests": [
        { "description": "longer", "data": "foo", "valid": true },
        { "description": "shorter", "data": "f", "valid": false },
        { "description": "no string", "data": 1, "valid": true },
        { "description": "said to be wrong", "data": "bar", "valid": false }
    ]
}]"#;

const TYPE: &str = r#"[
    { "description": "integer", "schema": { "type": "integer" }, "tests": [
        { "description": "another type", "data": "foo", "valid": true }
    ] },
    { "description": "nothing that there is", "schema": { "type": "text" }, "tests": [
        { "description": "a schema that is refused accepts nothing and refuses nothing", "data": 1, "valid": false }
    ] }
]"#;

/// Asks the two files, with this list. Crates and target folder are shared, so that cargo runs one after the other.
fn asked(list: &str) -> Outcome {
    let folder = TempDir::new().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("tests/draft2020-12/minLength.json", MIN_LENGTH);
    write("tests/draft4/optional/type.json", TYPE);
    write("list.toml", list);
    let listed = Some(folder.path().join("list.toml"));
    let arguments = Arguments { suite: folder.path().to_owned(), listed, only: Vec::new() };
    ask(&arguments, &Path::new(env!("CARGO_TARGET_TMPDIR")).join("suite")).expect("answers")
}

#[test]
fn verdicts_are_counted_and_held_against_the_list() {
    let outcome = asked("[passed]\n[keywords]\n[tests]\n");
    let count = |passed, ruled_out, listed, wrong| Count { passed, ruled_out, listed, wrong };
    assert_eq!(outcome.counts["draft2020-12/minLength"], count(2, 1, 0, 1));
    assert_eq!(outcome.counts["draft4/optional/type"], count(0, 0, 0, 2));
    assert_eq!(outcome.problems.len(), 3, "{:#?}", outcome.problems);
    assert!(outcome.problems[0].contains("expected: invalid\n  found:    valid"), "{}", outcome.problems[0]);
    assert!(outcome.problems[1].contains("expected: valid\n  found:    invalid: type at /"), "{}", outcome.problems[1]);
    assert!(outcome.problems[2].contains("the schema is refused: unknown-type"), "{}", outcome.problems[2]);

    let list = "[passed]\n\"draft2020-12\" = 2\n[keywords]\n\"draft4/optional/type\" = \"a reason\"\n[tests]\n";
    let outcome = asked(&format!("{list}\"draft2020-12/minLength/minLength/said to be wrong\" = \"a reason\"\n"));
    assert_eq!(outcome.counts["draft2020-12/minLength"], count(2, 1, 1, 0));
    assert_eq!(outcome.problems, [""; 0]);

    let list = "[passed]\n\"draft2020-12\" = 3\n[keywords]\n\"draft4/not\" = \"\"\n[tests]\n";
    let stale = "\"draft2020-12/minLength/minLength/longer\" = \"\"\n\"draft4/optional/type/integer\" = \"\"\n";
    let outcome = asked(&format!("{list}{stale}"));
    let has = |text: &str| outcome.problems.iter().any(|problem| problem == text);
    assert!(has("listed, but no test of it goes otherwise: draft4/not"), "{:#?}", outcome.problems);
    assert!(has("listed, but no test of it goes otherwise: draft2020-12/minLength/minLength/longer"));
    assert!(has("draft2020-12: 2 tests pass, fewer than 3"));
    assert_eq!(outcome.counts["draft4/optional/type"], count(0, 0, 1, 1));
}
