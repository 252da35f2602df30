//! `cargo xtask corpus` as people run it, on folders made for it.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use corpus::compilation::Workspace;
use corpus::discovery::discover;
use tempfile::TempDir;

const PETS: &str = "openapi: 3.0.3\ninfo: { title: Pets, version: '1' }\npaths:\n  /pets:\n    get:\n      \
                    operationId: getPets\n      responses: { '204': { description: none } }\n";
const DANGLING: &str = "{\"openapi\": \"3.1.0\", \"info\": {\"title\": \"Toys\", \"version\": \"1\"}, \"paths\": {\"/toys\": \
                        {\"$ref\": \"#/components/pathItems/Toys\"}}}";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, out: &Path, more: &[&str]) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corpus"));
    let output = command.arg(folder).arg("--out").arg(out).args(more).output().unwrap();
    let shown = [&output.stdout[..], &output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown).into_owned();
    (output, shown)
}

#[test]
fn every_root_document_is_found_once_and_named() {
    let folder = folder(&[
        ("pets.yaml", PETS),
        ("toys.json", DANGLING),
        ("one/openapi.yaml", PETS),
        ("one/schemas/pet.yaml", "type: object\n"),
        ("two/openapi.yaml", PETS),
        ("two/pets.json", DANGLING),
        ("two/notes.yaml", "a: b\n"),
        ("three/pets.yml", PETS),
        (".git/pets.yaml", PETS),
        ("README.md", "openapi: 3.0.3\n"),
    ]);
    let found = discover(folder.path(), &[]).unwrap();
    let root = folder.path().canonicalize().unwrap();
    let shown: Vec<(&str, &str)> = found
        .iter()
        .map(|found| (found.name.as_str(), found.path.strip_prefix(&root).unwrap().to_str().unwrap()))
        .collect();
    let expected = [
        ("one", "one/openapi.yaml"),
        ("openapi", "two/openapi.yaml"),
        ("pets", "pets.yaml"),
        ("three-pets", "three/pets.yml"),
        ("toys", "toys.json"),
        ("two-pets", "two/pets.json"),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn what_is_refused_fails_unless_the_manifest_says_invalid() {
    let corpus = folder(&[("pets.yaml", PETS), ("toys.json", DANGLING)]);
    let out = corpus.path().join("out");
    let (output, shown) = run(corpus.path(), &out, &[]);
    assert_eq!(output.status.code(), Some(1), "{shown}");
    assert!(shown.contains("1 passed, 1 failed\n"), "{shown}");
    assert!(shown.contains("toys failed:\n    error[dangling-reference]: "), "{shown}");
    assert!(shown.contains("toys.json:1:93") && shown.contains("at `#/paths/~1toys/$ref`"), "{shown}");
    assert!(out.join("pets/src/lib.rs").is_file() && !out.join("toys").exists());
    assert!(fs::read_to_string(out.join("logs/toys.txt")).unwrap().contains("error[dangling-reference]"));

    fs::write(corpus.path().join("MANIFEST.tsv"), "file\tnotes\ntoys.json\tINVALID: dangling\npets.yaml\t\n").unwrap();
    let (output, shown) = run(corpus.path(), &out, &[]);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("invalid, reported") && shown.ends_with("2 passed, 0 failed\n"), "{shown}");
}

#[test]
fn only_some_are_generated_on_request() {
    let corpus = folder(&[("pets.yaml", PETS), ("toys.json", DANGLING)]);
    let out = corpus.path().join("out");
    let (output, shown) = run(corpus.path(), &out, &["--only", "pets"]);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.ends_with("1 passed, 0 failed\n") && !shown.contains("toys"), "{shown}");
}

#[test]
fn what_cannot_be_used_is_named() {
    let corpus = folder(&[("pets.yaml", PETS), ("nothing/a.yaml", "a: b\n"), ("bad/pets.yaml", PETS)]);
    let path = corpus.path();
    fs::write(path.join("bad/MANIFEST.tsv"), "file\tnotes\ncats.yaml\tINVALID\n").unwrap();
    let out = path.join("out");
    let cases: [(&str, &[&str], &str); 5] = [
        ("nowhere", &[], "nowhere is no folder"),
        ("pets.yaml", &[], "`cargo xtask codegen --spec` takes a single description"),
        ("nothing", &[], "there is no OpenAPI description below"),
        ("", &["--only", "cats"], "is called `cats`; there are: bad-pets, pets"),
        ("bad", &[], "names cats.yaml, which is not there"),
    ];
    for (folder, more, message) in cases {
        let (output, shown) = run(&path.join(folder), &out, more);
        assert_eq!(output.status.code(), Some(1), "{shown}");
        assert!(shown.starts_with("error: ") && shown.contains(message), "`{message}` is not in: {shown}");
        assert!(!out.exists());
    }
    let (output, _) = run(path, &out, &["--nonsense"]);
    assert_eq!(output.status.code(), Some(2));
}

/// Crates without dependencies, so that this takes a moment only.
#[test]
fn compiling_measures_rustc_and_tells_which_step_fails() {
    let member = |name: &str, text: &str| {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        [(format!("{name}/Cargo.toml"), manifest), (format!("{name}/src/lib.rs"), text.to_owned())]
    };
    let crates = [
        member("is-fine", "//! Fine.\n"),
        member("is-unused", "use std::fmt;\n"),
        member("is-unidiomatic", "/// One.\npub fn one(list: &Vec<u8>) -> bool { return list.len() == 0 }\n"),
        member("is-misdocumented", "//! See [`Nothing`].\n"),
    ];
    let files: Vec<(&str, &str)> = crates.iter().flatten().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let corpus = folder(&files);
    let lock = corpus.path().join("empty.lock");
    fs::write(&lock, "version = 4\n").unwrap();
    let members = ["is-fine", "is-unused", "is-unidiomatic", "is-misdocumented"];
    let wrapper = Path::new(env!("CARGO_BIN_EXE_corpus"));
    let workspace = Workspace::write(corpus.path(), &members, &lock, wrapper).unwrap();
    let compile = |name: &str| workspace.compile(name, |_| ()).unwrap();

    let fine = compile("is-fine");
    assert_eq!(fine.failure, None);
    let check = fine.check.unwrap();
    assert!(check.memory > 20_000_000, "{check:?}");
    assert!(check.time <= fine.time, "{check:?}");
    // Nothing is compiled again, and what was measured is still known.
    assert_eq!(compile("is-fine").check, Some(check));

    let failures = [
        ("is-unused", "check", "unused"),
        ("is-unidiomatic", "clippy", "ptr_arg"),
        ("is-misdocumented", "doc", "Nothing"),
    ];
    for (name, step, said) in failures {
        let (failed, text) = compile(name).failure.unwrap();
        assert_eq!(failed, step, "{text}");
        assert!(text.contains(said), "{text}");
    }
}
