//! Patterns against what an engine of ECMA-262 says of them; `verdicts.mjs` makes the table.

#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;

use super::{Engine, parse};

/// Whether `text` matches, as the generated crate tells it.
fn is_match(source: &str, text: &str) -> Result<bool, String> {
    let expression = parse(source)?;
    let translation = expression.print();
    match expression.engine() {
        Engine::Linear => {
            let regex = regex::Regex::new(&translation).map_err(|error| error.to_string())?;
            Ok(regex.is_match(text))
        }
        Engine::Backtracking => {
            let regex = fancy_regex::Regex::new(&translation).map_err(|error| error.to_string())?;
            regex.is_match(text).map_err(|error| error.to_string())
        }
    }
}

/// Where the table does not hold, and why.
const OTHERWISE: &[(&str, &str)] = &[
    (r"^\p{Nonsense}$", "without the `u` flag it means `p{Nonsense}`, which nobody means"),
    (r"^[\p{L}-z]$", r"invalid with the `u` flag, and `\p` means a property in either case"),
    ("(?P<a>a)", "invalid, and read with a remark"),
    ("(?i)a", "invalid, and read with a remark"),
];

#[test]
fn patterns_mean_what_they_mean_to_an_ecma_engine() {
    let table: Vec<Value> = serde_json::from_str(include_str!("verdicts.json")).unwrap();
    assert!(table.len() > 150);
    let mut wrong = Vec::new();
    for row in &table {
        let source = row["pattern"].as_str().unwrap();
        let mut failures = Vec::new();
        if row["invalid"] == true && is_match(source, "").is_ok() {
            failures.push("is read, although it is invalid".to_owned());
        }
        for (list, expected) in [("matches", true), ("rejects", false)] {
            for text in row[list].as_array().into_iter().flatten() {
                let verdict = is_match(source, text.as_str().unwrap());
                if verdict != Ok(expected) {
                    failures.push(format!("{text}: {expected}, not {verdict:?}"));
                }
            }
        }
        let is_listed = OTHERWISE.iter().any(|(listed, _)| *listed == source);
        if failures.is_empty() == is_listed {
            wrong.push(format!("{source} ({:?}): {failures:#?}", parse(source).map(|it| it.print())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_needs_no_other_spelling_stays_as_it_is() {
    for source in ["^[a-z0-9-]+$", "^(?:a|b)*?c{2,3}$", r"^\(a\)\.$", "^/v1/[^/]+$", "^sha256:[a-f0-9]{64}$", "ä+"] {
        assert_eq!(parse(source).unwrap().print(), source);
    }
    assert_eq!(parse(r"^\d[\w.]$").unwrap().print(), "^[0-9][0-9A-Za-z_.]$");
}

#[test]
fn only_what_looks_around_or_back_tracks_back() {
    for (source, engine) in [
        (r"^(a|b)\d\b$", Engine::Linear),
        ("/^a.$/is", Engine::Linear),
        ("^(?!a)", Engine::Backtracking),
        ("(?<=a)b", Engine::Backtracking),
        (r"(a)\1", Engine::Backtracking),
        ("/^a/m", Engine::Backtracking),
    ] {
        assert_eq!(parse(source).unwrap().engine(), engine, "{source}");
    }
}

#[test]
fn other_dialects_are_read_with_a_remark() {
    for (source, text, other) in [
        (r"\Aab\z", "ab", "xab"),
        (r"\Aab\Z", "ab", "abx"),
        ("(?i)^ab$", "AB", "a"),
        ("(?P<year>^[0-9]{4}$)", "2024", "24"),
        ("/^a$/", "a", "b"),
        ("/a/i", "A", "b"),
    ] {
        assert_eq!((is_match(source, text), is_match(source, other)), (Ok(true), Ok(false)), "{source}");
        assert_eq!(parse(source).unwrap().repairs.len(), 1 + usize::from(source.contains(r"\A")), "{source}");
    }
    for source in ["/a/", "/a/b/", "/v1/users/i", "^/a/$", r"/a\/"] {
        assert!(parse(source).unwrap().repairs.is_empty(), "{source}");
    }
}

#[test]
fn case_is_disregarded_where_the_pattern_says_so() {
    assert_eq!(is_match("^(?i:a)b$", "Ab"), Ok(true));
    assert_eq!(is_match("^(?i:a)b$", "AB"), Ok(false));
    assert_eq!(is_match("/^a(?-i:b)$/i", "Ab"), Ok(true));
    assert_eq!(is_match("/^a(?-i:b)$/i", "AB"), Ok(false));
}

#[test]
fn operations_on_classes_are_not_read_as_something_else() {
    assert!(parse(r"/^[\p{L}--[a-z]]$/v").is_err());
    assert!(parse("/^[[a-z]&&[aeiou]]$/v").is_err());
    assert_eq!(is_match(r"/^\p{L}$/v", "ä"), Ok(true));
}

#[test]
fn depth_has_an_end() {
    assert!(parse(&"(".repeat(100_000)).is_err());
    assert!(parse(&format!("{}a{}", "(?:".repeat(150), ")".repeat(150))).is_ok());
}
