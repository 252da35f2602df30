//! A crate on disk: written, left alone, refused, checked.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use openapi_rust_generator::{File, MARKER};
use tempfile::TempDir;
use tests::avido;
use xtask::output::{DifferenceKind, Written, check, write};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Every file below `folder` and its text.
fn texts(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(self::texts(&path));
        } else {
            texts.insert(path.clone(), fs::read_to_string(&path).unwrap());
        }
    }
    texts
}

/// Puts the file's last change so far back that any other change shows.
fn make_old(path: &Path) -> SystemTime {
    let old = SystemTime::now() - Duration::from_secs(3600);
    fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn what_did_not_change_is_not_touched() {
    let folder = folder();
    let files = avido().generated().files;
    let all = files.len();
    assert_eq!(write(folder.path(), &files).unwrap(), Written { written: all, unchanged: 0, removed: 0 });
    assert_eq!(check(folder.path(), &files).unwrap(), []);

    let changes: Vec<(PathBuf, SystemTime)> =
        texts(folder.path()).into_keys().map(|path| (path.clone(), make_old(&path))).collect();
    assert_eq!(changes.len(), all);
    fs::write(folder.path().join("src/types.rs"), format!("// {MARKER}\n")).unwrap();
    assert_eq!(write(folder.path(), &files).unwrap(), Written { written: 1, unchanged: all - 1, removed: 0 });
    for (path, changed) in changes {
        let is_old = fs::metadata(&path).unwrap().modified().unwrap() == changed;
        assert_eq!(is_old, !path.ends_with("src/types.rs"), "{}", path.display());
    }
}

#[test]
fn line_ends_that_git_made_are_no_change() {
    let folder = folder();
    let files = avido().generated().files;
    write(folder.path(), &files).unwrap();
    let path = folder.path().join("src/types.rs");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace('\n', "\r\n")).unwrap();
    assert_eq!(check(folder.path(), &files).unwrap(), []);
    assert_eq!(write(folder.path(), &files).unwrap().written, 0);
}

#[test]
fn what_is_no_longer_generated_is_removed_and_nothing_else() {
    let folder = folder();
    let files = avido().generated().files;
    write(folder.path(), &files).unwrap();
    let own = folder.path().join("src/own.rs");
    fs::write(&own, "// by hand\n").unwrap();
    let leftover = folder.path().join("src/client/pets.rs");
    fs::create_dir(leftover.parent().unwrap()).unwrap();
    fs::write(&leftover, format!("// {MARKER} from somewhere. Do not edit.\n")).unwrap();

    let differences = check(folder.path(), &files).unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!((differences[0].path.as_str(), &differences[0].kind), ("src/client/pets.rs", &DifferenceKind::Leftover));
    assert_eq!(write(folder.path(), &files).unwrap().removed, 1);
    assert!(own.exists());
    assert!(!leftover.parent().unwrap().exists(), "the empty folder stays");
}

#[test]
fn a_check_names_what_is_stale_missing_and_left_over() {
    let folder = folder();
    let files = avido().generated().files;
    write(folder.path(), &files).unwrap();
    fs::remove_file(folder.path().join("src/client.rs")).unwrap();
    let types = folder.path().join("src/types.rs");
    let text = fs::read_to_string(&types).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    fs::write(&types, format!("{first}\n//! Another.\n{rest}")).unwrap();
    fs::write(folder.path().join("src/zoo.rs"), format!("// {MARKER}\n")).unwrap();
    let before = texts(folder.path());

    let shown: Vec<String> =
        check(folder.path(), &files).unwrap().iter().map(|difference| difference.to_string()).collect();
    assert_eq!(shown.len(), 3, "{shown:#?}");
    assert_eq!(shown[0], "src/client.rs: missing");
    assert!(shown[1].starts_with("src/types.rs:2: stale\n  found:    //! Another.\n  expected: //! The types"));
    assert_eq!(shown[2], "src/zoo.rs: no longer generated");
    assert_eq!(texts(folder.path()), before, "a check writes nothing");
}

#[test]
fn a_file_that_ends_early_differs_at_its_end() {
    let folder = folder();
    let files = [
        File { path: "Cargo.toml".to_owned(), text: format!("# {MARKER}\n") },
        File { path: "a.rs".to_owned(), text: format!("// {MARKER}\nlast\n") },
    ];
    write(folder.path(), &files).unwrap();
    for (text, shown) in [
        (format!("// {MARKER}\n"), "a.rs:2: stale\n  found:    (end of file)\n  expected: last"),
        (format!("// {MARKER}\nlast\nmore\n"), "a.rs:3: stale\n  found:    more\n  expected: (end of file)"),
        (format!("// {MARKER}\nlast"), "a.rs:3: stale\n  found:    (no line end)\n  expected: (line end)"),
    ] {
        fs::write(folder.path().join("a.rs"), text).unwrap();
        assert_eq!(check(folder.path(), &files).unwrap()[0].to_string(), shown);
    }
}

#[test]
fn a_folder_that_holds_something_else_is_refused() {
    for (name, text) in [("notes.txt", "mine"), ("Cargo.toml", "[package]\nname = \"mine\"\n")] {
        let folder = folder();
        fs::write(folder.path().join(name), text).unwrap();
        let error = write(folder.path(), &avido().generated().files).unwrap_err();
        assert!(error.to_string().contains("holds no generated crate"), "{error:#}");
        assert_eq!(texts(folder.path()).len(), 1, "nothing is written");
    }
}

#[test]
fn a_file_that_was_written_by_hand_is_not_replaced() {
    let folder = folder();
    let files = avido().generated().files;
    write(folder.path(), &files).unwrap();
    let path = folder.path().join("src/types.rs");
    fs::write(&path, "// by hand\n").unwrap();
    fs::remove_file(folder.path().join("src/client.rs")).unwrap();
    let before = texts(folder.path());
    let error = write(folder.path(), &files).unwrap_err();
    assert!(error.to_string().contains("types.rs was not generated"), "{error:#}");
    assert_eq!(texts(folder.path()), before, "nothing is written");
}

#[test]
fn nothing_is_written_where_one_file_cannot_be() {
    let files = avido().generated().files;
    // In the way of a file, of its folder, and of the text that is written beside it.
    for blocked in ["src/types.rs", "src/types.rs.new"] {
        let folder = folder();
        fs::write(folder.path().join("Cargo.toml"), format!("# {MARKER}\n")).unwrap();
        fs::create_dir_all(folder.path().join(blocked)).unwrap();
        let before = texts(folder.path());
        write(folder.path(), &files).unwrap_err();
        assert_eq!(texts(folder.path()), before, "{blocked}");
    }
    let folder = folder();
    fs::write(folder.path().join("Cargo.toml"), format!("# {MARKER}\n")).unwrap();
    fs::write(folder.path().join("src"), "mine").unwrap();
    let before = texts(folder.path());
    write(folder.path(), &files).unwrap_err();
    assert_eq!(texts(folder.path()), before, "src");
}
