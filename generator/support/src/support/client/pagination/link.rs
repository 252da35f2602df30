//! The `Link` header (RFC 8288, section 3).

use http::{HeaderMap, header};

/// The target of the first link of this relation that is about what was asked for.
pub(super) fn target(headers: &HeaderMap, relation: &str) -> Option<String> {
    let lines = headers.get_all(header::LINK).iter().filter_map(|line| std::str::from_utf8(line.as_bytes()).ok());
    let links = lines.flat_map(Links);
    let mut wanted = links.filter(|link| {
        link.relations.as_ref().is_some_and(|all| all.split_whitespace().any(|it| it.eq_ignore_ascii_case(relation)))
            // It is about something else (section 3.2).
            && !link.has_anchor
    });
    wanted.next().map(|link| link.target.to_owned())
}

/// One link of a header.
struct Link<'a> {
    target: &'a str,
    /// The first `rel`; others do not count (section 3.3).
    relations: Option<String>,
    has_anchor: bool,
}

/// What is left of a header.
struct Links<'a>(&'a str);

impl<'a> Iterator for Links<'a> {
    type Item = Link<'a>;

    /// `<https://example.com/?page=2>; rel="next"; title="on, and on",` and what follows.
    fn next(&mut self) -> Option<Link<'a>> {
        let (_, rest) = self.0.split_once('<')?;
        let (target, rest) = rest.split_once('>')?;
        self.0 = rest;
        let mut link = Link { target: target.trim(), relations: None, has_anchor: false };
        while let Some((name, value)) = self.parameter() {
            match name.to_ascii_lowercase().as_str() {
                "rel" => drop(link.relations.get_or_insert(value)),
                "anchor" => link.has_anchor = true,
                _ => {}
            }
        }
        Some(link)
    }
}

impl<'a> Links<'a> {
    /// The next parameter of the link; `None` at its end.
    fn parameter(&mut self) -> Option<(&'a str, String)> {
        self.0 = self.0.trim_start().strip_prefix(';')?;
        let end = self.0.find(['=', ';', ',']).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        self.0 = rest;
        let Some(rest) = rest.strip_prefix('=') else { return Some((name.trim(), String::new())) };
        let rest = rest.trim_start();
        let value = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (value, rest) = unquote(quoted);
                self.0 = rest;
                value
            }
            None => {
                let (value, rest) = rest.split_at(rest.find([';', ',']).unwrap_or(rest.len()));
                self.0 = rest;
                value.trim().to_owned()
            }
        };
        Some((name.trim(), value))
    }
}

/// A quoted string without its escapes, and what follows it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => value.push(character),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn next(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::LINK, HeaderValue::from_str(line).unwrap());
        }
        target(&headers, "next")
    }

    #[test]
    fn the_link_of_the_relation_is_found() {
        let two = r#"</1>; rel="prev", </3>; rel="next""#;
        assert_eq!(next(&[two]).as_deref(), Some("/3"));
        assert_eq!(next(&[r#"</1>; rel="prev""#, "</3>;rel=next"]).as_deref(), Some("/3"));
        assert_eq!(next(&[r#"</3> ; REL = "last NEXT" ; title="a"#]).as_deref(), Some("/3"));
        assert_eq!(next(&[r#"< /3 >; title="<x>; rel=\"prev\", y"; rel=next"#]).as_deref(), Some("/3"));
        assert_eq!(next(&["</a,b;c>; crossorigin; rel=next, </d>; rel=last"]).as_deref(), Some("/a,b;c"));
    }

    #[test]
    fn what_is_no_such_link_is_passed_over() {
        assert_eq!(next(&[]), None);
        assert_eq!(next(&["", "rel=next", "</3", "</3>", "</3>; rel", r#"</3>; rel=""#]), None);
        // Only the first `rel` counts, and what is about something else is not followed.
        assert_eq!(next(&["</3>; rel=prev; rel=next", "</3>; rel=next; anchor=\"/other\"", "</3>; rel=nextish"]), None);
        assert_eq!(next(&["</3>; title=\"rel=next\"", "</2>; rel=next"]).as_deref(), Some("/2"));
    }
}
