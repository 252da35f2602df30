//! Path templates (OpenAPI 3.1.1, Path Templating).

use crate::lower::lowering::Lowering;
use crate::lower::pointer;
use crate::model::Segment;

impl Lowering<'_> {
    /// The segments of `path`, without its query and fragment.
    pub(super) fn segments(&mut self, path: &str) -> Vec<Segment> {
        let place = pointer::child("/paths", path);
        let (template, rest) = split_suffix(path);
        if !rest.is_empty() {
            let message = format!("`{rest}` is not part of a path");
            let help = "declare query parameters; clients send a query, and routers choose by it";
            self.report.warning("path-suffix", &place, message, help);
        }
        let Some(template) = template.strip_prefix('/') else {
            self.report.error("invalid-path", &place, format!("path `{path}` does not start with `/`"), "");
            return Vec::new();
        };
        let mut segments = Vec::new();
        for text in split_segments(template) {
            match segment(text) {
                Some(segment) => segments.push(segment),
                None => self.report.error(
                    "invalid-path",
                    &place,
                    format!("segment `{text}` has a brace without its counterpart, or no name"),
                    "write parameters as `{name}`",
                ),
            }
        }
        self.report_repeated_variables(&segments, &place);
        segments
    }

    fn report_repeated_variables(&mut self, segments: &[Segment], place: &str) {
        let names = variables(segments);
        for (index, name) in names.iter().enumerate() {
            if names.get(..index).is_some_and(|before| before.contains(name)) {
                self.report.error(
                    "repeated-path-parameter",
                    place,
                    format!("`{{{name}}}` occurs twice in the path"),
                    "give each its own name",
                );
            }
        }
    }
}

/// The path, and what follows from the first `?` or `#` outside of braces.
pub(super) fn split_suffix(path: &str) -> (&str, &str) {
    let mut is_inside = false;
    for (at, c) in path.char_indices() {
        match c {
            '{' => is_inside = true,
            '}' => is_inside = false,
            '?' | '#' if !is_inside => return path.split_at(at),
            _ => {}
        }
    }
    (path, "")
}

/// Slashes inside of braces do not count.
fn split_segments(template: &str) -> Vec<&str> {
    let mut is_inside = false;
    template
        .split(move |c| {
            match c {
                '{' => is_inside = true,
                '}' => is_inside = false,
                _ => {}
            }
            c == '/' && !is_inside
        })
        .collect()
}

fn segment(text: &str) -> Option<Segment> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if literal.contains('}') || name.is_empty() || name.contains('{') {
            return None;
        }
        if !literal.is_empty() {
            parts.push(Segment::Literal(encoded(literal)));
        }
        parts.push(Segment::Parameter(name.to_owned()));
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    if !rest.is_empty() {
        parts.push(Segment::Literal(encoded(rest)));
    }
    match parts.len() {
        0 => Some(Segment::Literal(String::new())),
        1 => parts.pop(),
        _ => Some(Segment::Mixed(parts)),
    }
}

/// Literal text as it is sent: what RFC 3986 does not allow in a segment is percent-encoded.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The template variables, in order.
pub(super) fn variables(segments: &[Segment]) -> Vec<&str> {
    segments
        .iter()
        .flat_map(|segment| match segment {
            Segment::Literal(_) => Vec::new(),
            Segment::Parameter(name) => vec![name.as_str()],
            Segment::Mixed(parts) => variables(parts),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_mix_text_and_parameters() {
        assert_eq!(segment("a b"), Some(Segment::Literal("a%20b".to_owned())));
        let parameter = |name: &str| Segment::Parameter(name.to_owned());
        let literal = |text: &str| Segment::Literal(text.to_owned());
        assert_eq!(segment("{a}"), Some(parameter("a")));
        assert_eq!(
            segment("{base}...{head}"),
            Some(Segment::Mixed(vec![parameter("base"), literal("..."), parameter("head")]))
        );
        for text in ["{", "}", "{}", "{a", "a}b", "{a{b}}"] {
            assert_eq!(segment(text), None, "{text}");
        }
    }

    #[test]
    fn queries_and_fragments_are_split_off() {
        assert_eq!(split_suffix("/a#b"), ("/a", "#b"));
        assert_eq!(split_suffix("/a?b={c}"), ("/a", "?b={c}"));
        assert_eq!(split_suffix("/{a?}"), ("/{a?}", ""));
    }
}
