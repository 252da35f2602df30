//! A field that is renamed in the description changes the lines that name it, and no other.

use std::collections::BTreeMap;

use openapi_rust_generator::File;
use tests::{Fixture, avido};

/// Lines of `files` that are not among those of `others`, with their files; a line as often as it stands there.
fn lines_only_in<'a>(files: &'a [File], others: &[File]) -> Vec<(&'a str, &'a str)> {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for file in others {
        file.text.lines().for_each(|line| *known.entry((&file.path, line)).or_default() += 1);
    }
    let lines = files.iter().flat_map(|file| file.text.lines().map(|line| (file.path.as_str(), line)));
    lines
        .filter(|line| match known.get_mut(line) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .collect()
}

/// `from` as the name of a property, and what it is required by, in the schema `schema`.
fn renamed(fixture: &Fixture, schema: &str, from: &str, to: &str) -> Fixture {
    let text = fixture.text();
    let start = text.find(&format!("    {schema}:\n")).expect("the schema is there");
    let (before, rest) = text.split_at(start);
    let end = rest.find("additionalProperties: false").expect("the schema is closed");
    let (schema, after) = rest.split_at(end);
    let changed = schema.replace(&format!(" {from}:\n"), &format!(" {to}:\n"));
    let changed = changed.replace(&format!("- {from}\n"), &format!("- {to}\n"));
    assert_ne!(changed, schema);
    Fixture { text: format!("{before}{changed}{after}").into_bytes(), ..fixture.clone() }
}

#[test]
fn renaming_a_field_touches_the_lines_that_name_it() {
    let fixture = avido();
    let before = fixture.generated().files;
    let after = renamed(&fixture, "ApiKeyOutput", "keyId", "publicKeyId").generated().files;
    let (removed, added) = (lines_only_in(&before, &after), lines_only_in(&after, &before));
    assert!(!added.is_empty());
    for (path, line) in &removed {
        assert!(line.contains("key_id"), "{path}: {line}");
    }
    for (path, line) in &added {
        assert!(line.contains("public_key_id"), "{path}: {line}");
    }
    // The field, the argument and its use in `new`, and the row of the codec's table.
    let places: Vec<&str> = added.iter().map(|(path, _)| *path).collect();
    assert_eq!(places, ["src/codec.rs", "src/types.rs", "src/types.rs", "src/types.rs"], "{added:#?}");
}
