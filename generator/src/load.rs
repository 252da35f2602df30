//! Bytes in, tree out: a description as YAML or JSON to one ordered [`Node`].
//!
//! The tree keeps document order; keys that YAML reads as numbers are text (`200:`); whole numbers keep 128 bits.
//! Booleans are YAML 1.2's `true` and `false` only: `on`, `off`, `yes` and `no` are text, as their authors meant
//! (YAML 1.2.2, 10.3.2). `<<` merges. Reported: text that does not parse, repeated keys, nesting or aliases beyond all
//! bounds, and words that YAML 1.1 reads as booleans.

use crate::diagnostic::{Diagnostics, Mark, Place};
use crate::tree::{MAX_DEPTH, Node, Reader, Refusal};

mod documents;
mod encoding;
mod words;

pub(crate) use documents::{Documents, Fault};

/// The text of a file, if it is text.
pub(crate) fn decoded(bytes: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    encoding::decode(bytes, &mut Diagnostics::new(""))
}

/// Reads the root of a description. `None` if there is nothing to go on with; what is wrong is in `diagnostics`.
fn load_root(text: &[u8], diagnostics: &mut Diagnostics) -> Option<Node> {
    let tree = load_part(text, diagnostics)?;
    if tree.as_object().is_none() {
        let message = format!("expected a mapping at the root, found {}", tree.describe());
        diagnostics
            .error("not-a-mapping", Place::Pointer(String::new()), message)
            .help("an OpenAPI description begins with `openapi: 3.1.1` or `{ \"openapi\": \"3.1.1\"`");
        return None;
    }
    Some(tree)
}

/// Reads a file of a description, which may hold anything.
pub(crate) fn load_part(text: &[u8], diagnostics: &mut Diagnostics) -> Option<Node> {
    let text = encoding::decode(text, diagnostics)?;
    let text = text.as_ref();
    if text.trim().is_empty() {
        diagnostics.error("empty-description", Place::File, "the file is empty");
        return None;
    }
    // What looks like JSON is read as JSON, which is several times faster. It may still be a YAML flow mapping.
    let json = text.trim_start().starts_with('{').then(|| read_json(text));
    let (outcome, is_yaml) = match json {
        Some(json) if json.is_syntax_error() => {
            let yaml = read_yaml(text);
            if yaml.is_syntax_error() { (json, false) } else { (yaml, true) }
        }
        Some(json) => (json, false),
        None => (read_yaml(text), true),
    };
    let tree = report(outcome, diagnostics)?;
    if is_yaml {
        words::boolean_words(text, &tree, diagnostics);
    }
    Some(tree)
}

/// What one format makes of the text.
struct Outcome {
    result: Result<Node, Failure>,
    duplicates: Vec<String>,
}

impl Outcome {
    fn is_syntax_error(&self) -> bool {
        matches!(self.result, Err(Failure::Syntax { .. }))
    }
}

enum Failure {
    Syntax { code: &'static str, place: Place, message: String },
    Refused(Refusal, Place),
}

fn read_json(text: &str) -> Outcome {
    let reader = Reader::new(text.len(), false);
    let mut json = serde_json::Deserializer::from_str(text);
    json.disable_recursion_limit(); // The reader has its own, the same for both formats.
    let result = reader.read(&mut json).and_then(|node| json.end().map(|()| node));
    let (refusal, duplicates) = reader.into_findings();
    let result = result.map_err(|error| match refusal {
        Some((refusal, pointer)) => Failure::Refused(refusal, Place::Pointer(pointer)),
        None => Failure::Syntax {
            code: "invalid-json",
            place: byte_place(text, error.line(), error.column()),
            message: without_position(&error.to_string()),
        },
    });
    Outcome { result, duplicates }
}

/// More brackets than anybody leaves open in prose. The YAML parser's time grows with the square of them.
const MAX_OPEN_BRACKETS: usize = 2_000;

/// Where brackets nest beyond all bounds, in quotes, comments and prose or not.
pub(crate) fn runaway_brackets(text: &str) -> Option<Place> {
    let mut open = 0_usize;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_OPEN_BRACKETS {
            let before = text.as_bytes().get(..offset).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count();
            let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
            return Some(byte_place(text, line + 1, column + 1));
        }
    }
    None
}

fn read_yaml(text: &str) -> Outcome {
    if let Some(place) = runaway_brackets(text) {
        return Outcome { result: Err(Failure::Refused(Refusal::Depth, place)), duplicates: Vec::new() };
    }
    let reader = Reader::new(text.len(), true);
    let result = reader.read(serde_yaml::Deserializer::from_str(text));
    let (refusal, duplicates) = reader.into_findings();
    let result = result.map_err(|error| {
        let place = error.location().map_or(Place::File, |location| text_place(location.line(), location.column()));
        let message = without_position(&error.to_string());
        match refusal {
            Some((refusal, pointer)) => Failure::Refused(refusal, Place::Pointer(pointer)),
            None if message.ends_with("recursion limit exceeded") => Failure::Refused(Refusal::Depth, place),
            None if message.ends_with("repetition limit exceeded") => Failure::Refused(Refusal::Size, place),
            None if message.contains("more than one document") => {
                let message = "the file holds more than one YAML document".to_owned();
                Failure::Syntax { code: "several-documents", place, message }
            }
            None => Failure::Syntax { code: "invalid-yaml", place, message },
        }
    });
    Outcome { result, duplicates }
}

fn report(outcome: Outcome, diagnostics: &mut Diagnostics) -> Option<Node> {
    for pointer in outcome.duplicates {
        let key = crate::tree::segments(&pointer).last().unwrap_or_default();
        let message = format!("`{key}` is in this object twice");
        diagnostics
            .error("duplicate-key", Place::Pointer(pointer.clone()), message)
            .mark(Mark::EveryKey)
            .help("remove one of the two, or merge them");
    }
    match outcome.result {
        Ok(node) => Some(node),
        Err(Failure::Syntax { code, place, message }) => {
            let found = diagnostics.error(code, place, message.as_str());
            if code == "several-documents" {
                found.help("a description is the one document of its file: split the file where `---` stands");
            } else if message.contains("cannot start any token") {
                found.help("YAML is indented with spaces, never with tabs; text that begins with `@`, `` ` `` or `%` needs quotes");
            } else if message.contains("mapping values are not allowed") {
                found.help("text that contains `: ` needs quotes; otherwise look at the indentation of this line and the one above");
            } else if message.contains("did not find expected key") {
                found.help(
                    "this line is indented more or less than those that it belongs to, or a quote above it is not closed",
                );
            } else if message.contains("unknown anchor") {
                found.help("`&name` must stand before `*name`; text that begins with `*` needs quotes");
            }
            None
        }
        Err(Failure::Refused(Refusal::Depth, place)) => {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            diagnostics
                .error("nesting-too-deep", place, message)
                .help("move the inner schemas to `components/schemas` and refer to them");
            None
        }
        Err(Failure::Refused(Refusal::Size, place)) => {
            let message = "aliases multiply the document beyond any use";
            diagnostics.error("too-many-aliases", place, message).help("use `$ref` instead of YAML aliases");
            None
        }
    }
}

/// A position of the parsers, who may say line 0 for the very beginning.
fn text_place(line: usize, column: usize) -> Place {
    Place::Text { line: line.max(1), column: column.max(1) }
}

/// The same of a column that counts bytes.
fn byte_place(text: &str, line: usize, column: usize) -> Place {
    let line_text = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let before = line_text.as_bytes().get(..column.saturating_sub(1)).unwrap_or(line_text.as_bytes());
    text_place(line, String::from_utf8_lossy(before).chars().count() + 1)
}

/// The message without the ` at line 3 column 7` that both parsers append.
fn without_position(message: &str) -> String {
    let mut message = message;
    while let Some((text, position)) = message.rsplit_once(" at line ") {
        if !position.chars().all(|c| c.is_ascii_digit() || " column".contains(c)) {
            break;
        }
        message = text;
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Number;

    fn loaded(text: &str) -> (Option<Node>, Vec<(&'static str, Place)>) {
        let mut diagnostics = Diagnostics::new("test.yaml");
        let tree = load_root(text.as_bytes(), &mut diagnostics);
        let found = diagnostics.into_list().into_iter();
        (tree, found.map(|found| (found.code, found.place)).collect())
    }

    fn pointer(text: &str) -> Place {
        Place::Pointer(text.to_owned())
    }

    #[test]
    fn keys_are_text_and_large_numbers_survive() {
        let (tree, found) = loaded("200: x\n1.10: off\nn: -9223372036854776000\nnull: ~\n");
        assert_eq!(found, [("unquoted-string", pointer("/1.10"))]);
        let expected = Node::object([
            ("200", Node::string("x")),
            ("1.10", Node::string("off")),
            ("n", Node::Number(Number::Int(-9_223_372_036_854_776_000))),
            ("null", Node::Null),
        ]);
        assert_eq!(tree, Some(expected));
    }

    #[test]
    fn only_words_without_quotes_may_be_read_as_booleans() {
        let text = "a: [On, 'on', no way, {b: no}]\nc: \"off\"\nd:\n  - yes # or no\ne: |-\n  yes\n";
        let at = |place| ("unquoted-string", pointer(place));
        let (tree, found) = loaded(text);
        assert_eq!(found, [at("/a/0"), at("/a/3/b"), at("/d/0")]);
        assert_eq!(tree.unwrap().at("/a/0"), Some(&Node::string("On")));
        assert_eq!(loaded(r#"{"a": "yes", "b": ["no"]}"#).1, []);
    }

    #[test]
    fn json_and_yaml_agree_on_large_numbers() {
        let (json, _) = loaded(r#"{"n": 18446744073709552000, "m": 1.5}"#);
        let (yaml, _) = loaded("n: 18446744073709552000\nm: 1.5");
        assert!(json.is_some());
        assert_eq!(json, yaml);
    }

    #[test]
    fn repeated_keys_are_errors_in_both_formats() {
        for text in ["a:\n  b/c: 1\n  b/c: 2\n", r#"{"a": {"b/c": 1, "b/c": 2}}"#] {
            assert_eq!(loaded(text).1, [("duplicate-key", pointer("/a/b~1c"))]);
        }
    }

    /// YAML 1.2.2, 10.3.2, not 1.1; in a list, so that what they mean as keys does not matter.
    #[test]
    fn scalars_are_those_of_yaml_1_2() {
        let int = |value| Node::Number(Number::Int(value));
        let cases = [
            ("y", Node::string("y")),
            ("true", Node::Bool(true)),
            ("False", Node::Bool(false)),
            ("'true'", Node::string("true")),
            ("~", Node::Null),
            ("Null", Node::Null),
            ("18:00", Node::string("18:00")),
            ("2026-08-24", Node::string("2026-08-24")),
            ("2026-08-24T14:15:22Z", Node::string("2026-08-24T14:15:22Z")),
            ("1_000", Node::string("1_000")),
            ("0o17", int(15)),
            ("0x1F", int(31)),
            ("+12", int(12)),
            ("1e3", Node::Number(Number::Float(1000.0))),
            ("1.0", Node::Number(Number::Float(1.0))),
            ("1.2.3", Node::string("1.2.3")),
            ("007", Node::string("007")),
            ("99999999999999999999999999999999999999", int(99_999_999_999_999_999_999_999_999_999_999_999_999)),
            ("-.inf", Node::Number(Number::Float(f64::NEG_INFINITY))),
            ("=", Node::string("=")),
            ("!!str 12", Node::string("12")),
            ("\"a\\tb\"", Node::string("a\tb")),
        ];
        for (text, expected) in cases {
            let (tree, found) = loaded(&format!("a: [{text}]"));
            assert_eq!(
                (tree.as_ref().and_then(|tree| tree.at("/a/0")), found),
                (Some(&expected), Vec::new()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_yaml_has_besides_is_right_or_reported() {
        let codes = |text: &str| loaded(text).1.into_iter().map(|found| found.0).collect::<Vec<_>>();
        assert_eq!(codes("a: 1\r\nb:\r\n  - 2\r\n"), Vec::<&str>::new());
        assert_eq!(codes("%YAML 1.2\n---\na: 1\n...\n"), Vec::<&str>::new());
        assert_eq!(codes("a: &x {b: 1}\nc: *x\n"), Vec::<&str>::new());
        for (text, code) in [
            ("a: 1\n---\nb: 2\n", "several-documents"),
            ("a:\n\tb: 1\n", "invalid-yaml"),
            ("a: *nowhere\n", "invalid-yaml"),
            ("? [a]\n: 1\n", "invalid-yaml"),
            ("'200': 1\n200: 2\n", "duplicate-key"),
            ("a: &x [*x]\n", "nesting-too-deep"),
            ("a: !custom {b: 1}\n", "invalid-yaml"),
            ("---\n", "not-a-mapping"),
        ] {
            assert_eq!(codes(text), [code], "{text}");
        }
    }

    #[test]
    fn merge_keys_fill_in() {
        let (tree, _) = loaded("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n");
        let b = tree.unwrap().at("/b").cloned();
        let expected = Node::object([("y", Node::Number(Number::Int(3))), ("x", Node::Number(Number::Int(1)))]);
        assert_eq!(b, Some(expected));
    }

    #[test]
    fn text_that_does_not_parse_has_a_position() {
        let place = |line, column| Place::Text { line, column };
        assert_eq!(loaded("a: b: c").1, [("invalid-yaml", place(1, 5))]);
        assert_eq!(loaded("{\n \"a\": ]").1, [("invalid-json", place(2, 7))]);
        assert_eq!(loaded("{\n \"éé\": ]").1, [("invalid-json", place(2, 8))]);
        assert_eq!(loaded(" \n").1, [("empty-description", Place::File)]);
        assert_eq!(loaded("# only\n").1, [("not-a-mapping", pointer(""))]);
        assert_eq!(loaded("- a").1, [("not-a-mapping", pointer(""))]);
    }

    #[test]
    fn nesting_has_one_limit_for_both_formats() {
        for (open, close) in [("{\"a\":", "}"), ("{a: ", "}")] {
            let nested = |depth: usize| [&open.repeat(depth), "1", &close.repeat(depth)].concat();
            assert_eq!(loaded(&nested(MAX_DEPTH)).1, []);
            for depth in [MAX_DEPTH + 1, 1_000, 100_000] {
                let codes: Vec<_> = loaded(&nested(depth)).1.into_iter().map(|f| f.0).collect();
                assert_eq!(codes, ["nesting-too-deep"]);
            }
        }
    }

    #[test]
    fn alias_bombs_are_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text += &format!("a{level}: &a{level} [{aliases}]\n");
        }
        let codes: Vec<_> = loaded(&text).1.into_iter().map(|found| found.0).collect();
        assert_eq!(codes, ["too-many-aliases"]);
    }
}
