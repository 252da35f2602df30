//! Heads of parts (RFC 7578, section 4), and what the head of the body says of them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::support::media;

/// How long a boundary may be (RFC 2046, section 5.1.1).
const MAX_BOUNDARY: usize = 70;

/// The boundary between parts, from the `Content-Type` of their body.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    parameter(content_type, "boundary").filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))
}

/// What stands before the content of a part.
#[derive(Debug)]
pub(crate) struct Head {
    /// The part's name; empty if it has none.
    pub(crate) name: String,
    /// The name of the file that it holds.
    pub(crate) file_name: Option<String>,
    /// `Content-Type`, if it is one.
    pub(crate) media_type: Option<String>,
    lines: Bytes,
}

impl Head {
    /// Reads the lines of a head, without the last line end. `None`: they are not well-formed.
    pub(crate) fn read(lines: Bytes) -> Option<Self> {
        let mut head = Self { name: String::new(), file_name: None, media_type: None, lines: Bytes::new() };
        for field in fields(&String::from_utf8_lossy(&lines)) {
            let (name, value) = field?;
            if name == http::header::CONTENT_DISPOSITION {
                head.name = parameter(value, "name").unwrap_or_default();
                head.file_name = parameter(value, "filename");
            } else if name == http::header::CONTENT_TYPE && media::is_within(value, "*/*") {
                head.media_type = Some(value.to_owned());
            }
        }
        head.lines = lines;
        Some(head)
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// All of it.
    pub(crate) fn headers(&self) -> HeaderMap {
        let text = String::from_utf8_lossy(&self.lines);
        let fields = fields(&text).flatten();
        let values = fields.filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?)));
        values.fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        })
    }
}

/// The lines of a head, `None` for one that is not well-formed. A line end is CR and LF, and nothing goes on in the next
/// line.
fn fields(lines: &str) -> impl Iterator<Item = Option<(HeaderName, &str)>> {
    let lines = lines.split("\r\n").filter(|_| !lines.is_empty());
    lines.map(|line| {
        let (name, value) = line.split_once(':')?;
        let value = value.trim_matches([' ', '\t']);
        let is_text = HeaderValue::from_str(value).is_ok();
        HeaderName::try_from(name).ok().filter(|_| is_text).map(|name| (name, value))
    })
}

/// A parameter of a header's value: a token, or between quotes, in which a quote has a backslash before it. Any other
/// backslash is one: names of files may be paths.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = text.split_once(';')?;
    loop {
        let end = rest.find([';', '='])?;
        let (name, behind) = rest.split_at(end);
        let (value, behind) = match behind.strip_prefix('=') {
            Some(behind) => value(behind)?,
            None => (String::new(), behind),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        (_, rest) = behind.split_once(';')?;
    }
}

/// A parameter's value, and what stands behind it.
fn value(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, behind) = text.split_at(text.find(';').unwrap_or(text.len()));
        return Some((value.trim_end().to_owned(), behind));
    };
    let mut value = String::new();
    let mut rest = quoted;
    loop {
        let (part, behind) = rest.split_at(rest.find('"')?);
        rest = &behind[1..];
        match part.strip_suffix('\\') {
            Some(part) => value.extend([part, "\""]),
            None => return Some((value + part, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_quotes() {
        let rows = [
            (r#"form-data; name="a b"; filename="C:\x\y.txt""#, Some("a b"), Some(r"C:\x\y.txt")),
            (r#"form-data; filename="a; name=\"b\""; NAME = "c=;" "#, Some("c=;"), Some(r#"a; name="b""#)),
            ("form-data;name=a;filename=b ; x", Some("a"), Some("b")),
            (r#"form-data; filename*=UTF-8''x; name="ü""#, Some("ü"), None),
            ("form-data; flag; name=", Some(""), None),
            ("form-data", None, None),
            ("name=a", None, None),
            (r#"form-data; name="a"#, None, None),
            (r#"form-data; name="a\""#, None, None),
        ];
        for (text, name, file_name) in rows {
            assert_eq!(parameter(text, "name").as_deref(), name, "{text}");
            assert_eq!(parameter(text, "filename").as_deref(), file_name, "{text}");
        }
    }

    #[test]
    fn a_boundary_has_a_length() {
        assert_eq!(boundary(r#"multipart/form-data; charset=utf-8; Boundary="a b;c""#).as_deref(), Some("a b;c"));
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(70))), Some("x".repeat(70)));
        assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))), None);
    }

    #[test]
    fn lines_end_with_cr_and_lf() {
        let read = |text: &'static str| Head::read(Bytes::from_static(text.as_bytes()));
        let head = read("content-TYPE:\t a/b; c=d \r\nContent-Disposition: form-data; name=\"n\"\r\nX-A: 1\r\nx-a:2");
        let head = head.expect("a head");
        assert_eq!((&*head.name, head.media_type.as_deref()), ("n", Some("a/b; c=d")));
        let values: Vec<_> = head.headers().get_all("x-a").iter().cloned().collect();
        assert_eq!(values, ["1", "2"]);
        assert_eq!(read("").expect("a head").name, "");
        assert_eq!(read("content-type: what").expect("a head").media_type, None);
        for text in ["a: b\nc: d", "a: b\rc", "a", "a b: c", ": c", "a: b\r\n c", "a: \0", "\r\n"] {
            assert!(read(text).is_none(), "{text:?}");
        }
    }
}
