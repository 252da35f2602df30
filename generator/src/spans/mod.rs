//! Where in a text the values are that JSON pointers name: a second, span-keeping parse, made only when there is
//! something to show.
//!
//! In: the text of a file, of whatever format. Out: an [`Outline`] that answers pointers with [`Hit`]s, and [`Lines`],
//! which turns offsets into lines and columns.

mod json;
mod lines;
mod outline;
mod toml;
mod yaml;

pub(crate) use lines::Lines;
pub(crate) use outline::{Hit, Outline};

/// Bytes of a text.
pub(crate) type Span = std::ops::Range<usize>;

/// The outline of a text. What does not parse has one as far as it does.
pub(crate) fn outline<'t>(file: &str, text: &'t str) -> Outline<'t> {
    if file.ends_with(".toml") {
        return toml::outline(text);
    }
    let json = if text.trim_start().starts_with(['{', '[']) { json::outline(text) } else { None };
    json.unwrap_or_else(|| yaml::outline(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is marked for the key and for the value at a pointer.
    fn found<'t>(file: &str, text: &'t str, pointer: &str) -> (&'t str, &'t str) {
        let hit = outline(file, text).find(pointer).expect("an outline has a root");
        (hit.key.and_then(|span| text.get(span)).unwrap_or_default(), text.get(hit.value).unwrap_or_default())
    }

    #[test]
    fn pointers_lead_to_keys_and_values_in_each_format() {
        for (file, text) in [
            ("a.json", r#"{"a/b": [1, {"c": "x\"y", "d\u0065": {}}], "n": null}"#),
            ("a.yaml", "a/b:\n  - 1\n  - c: \"x\\\"y\"\n    \"d\\u0065\": {}\nn: null\n"),
            ("b.yaml", "{a/b: [1, {c: \"x\\\"y\", \"d\\u0065\": {}}], n: null}\n"),
        ] {
            assert_eq!(found(file, text, "/a~1b/0").1, "1", "{file}");
            let (key, value) = found(file, text, "/a~1b/1/c");
            assert_eq!((key.trim_matches('"'), value), ("c", "\"x\\\"y\""), "{file}");
            assert_eq!(found(file, text, "/a~1b/1/de"), ("\"d\\u0065\"", "{}"), "{file}");
            assert_eq!(found(file, text, "/n").1, "null", "{file}");
        }
        let toml = "crate = \"a\"\n[rename]\n\"/a~1b\" = 'B'\nx.y = [1, { z = true }]\n";
        assert_eq!(found("codegen.toml", toml, "/rename/~1a~01b"), ("\"/a~1b\"", "'B'"));
        assert_eq!(found("codegen.toml", toml, "/rename/x/y/1/z"), ("z", "true"));
        assert_eq!(found("codegen.toml", toml, "/crate"), ("crate", "\"a\""));
    }

    #[test]
    fn block_scalars_and_empty_values_have_places() {
        let text = "a: |\n  one\n  two\nb:\nc: >-\n  é\n  x\nd: é # y\n";
        assert_eq!(found("a.yaml", text, "/a"), ("a", "|\n  one\n  two\n"));
        assert_eq!(found("a.yaml", text, "/b"), ("b", ""));
        assert_eq!(found("a.yaml", text, "/d"), ("d", "é"));
    }

    #[test]
    fn tags_before_commas_hide_nothing() {
        let text = "a: [!t,!!u,{b: !v,c!: 1}]\nd: 2\n";
        assert_eq!(found("a.yaml", text, "/a/0").1, "!t");
        assert_eq!(found("a.yaml", text, "/a/2/c!"), ("c!", "1"));
        assert_eq!(found("a.yaml", text, "/d"), ("d", "2"));
    }

    #[test]
    fn aliases_and_merges_lead_to_what_they_stand_for() {
        let text = "x: &x {a: 1}\ny: *x\nz: {<<: *x, b: 2}\nl: &l [*l]\nm: &m {<<: *m}\n";
        let hit = outline("a.yaml", text).find("/y/a").expect("it is there");
        assert_eq!((text.get(hit.value), hit.is_exact), (Some("1"), true));
        assert_eq!(hit.aliases.into_iter().map(|span| &text[span]).collect::<Vec<_>>(), ["*x"]);
        assert_eq!(found("a.yaml", text, "/y").1, "*x");
        assert_eq!(found("a.yaml", text, "/z/a").1, "1");
        assert_eq!(found("a.yaml", text, "/l/0/0/0").1, "*l");
        assert_eq!(found("a.yaml", text, "/m/q").0, "m");
    }

    #[test]
    fn repeated_keys_have_a_place_each() {
        for (file, text) in [("a.json", r#"{"a": 1, "a": 2, "b": {"c": 1, "c": 2}}"#), ("a.yaml", "a: 1\na: 2\n")] {
            let hit = outline(file, text).find("/a").expect("it is there");
            assert_eq!(text.get(hit.value), Some("1"));
            assert_eq!(hit.repeated.len(), 1);
        }
    }

    #[test]
    fn what_is_not_there_leads_to_what_is_around_it() {
        let hit = outline("a.yaml", "a:\n  b: 1\n").find("/a/c/d").expect("there is a root");
        assert!(!hit.is_exact);
        assert_eq!(hit.key, Some(0..1));
        let hit = outline("a.yaml", "").find("/a").expect("there is a root");
        assert_eq!((hit.key, hit.value), (None, 0..0));
    }

    #[test]
    fn depth_costs_no_stack() {
        let text = "[".repeat(1_000_000);
        assert!(outline("a.json", &text).find("/0/0").is_some());
        assert!(outline("a.yaml", &format!("a: {text}")).find("/a/0").is_some());
    }

    #[test]
    fn lines_and_columns_count_characters() {
        let text = "é: 1\r\nab: 2\n";
        let lines = Lines::new(text);
        assert_eq!(lines.position(text.find('1').unwrap_or_default()), (1, 4));
        assert_eq!(lines.position(text.find('2').unwrap_or_default()), (2, 5));
        assert_eq!(lines.position(text.len()), (3, 1));
        // The second half of a line's break is no place of its own.
        let is_place = |offset: &usize| !text[*offset..].starts_with('\n') || !text[..*offset].ends_with('\r');
        for offset in text.char_indices().map(|(offset, _)| offset).filter(is_place) {
            let (line, column) = lines.position(offset);
            assert_eq!(lines.offset(line, column), offset);
        }
        assert_eq!(lines.offset(9, 9), text.len());
    }
}
