//! The URL of a server whose description leaves parts of it open (OpenAPI 3.1.1, Server Object).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::support::client::BuildError;

/// What stands for itself in a path (RFC 3986, section 3.3), `/` and `%` aside, is not in here.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The URL that `template` is with `values` for its variables. In a path they are percent-encoded; elsewhere they must
/// be what can stand there, so that none leads to another host than the template has.
///
/// # Errors
/// A value cannot stand in its place.
pub fn server_url(template: &str, values: &[(&str, &str)]) -> Result<String, BuildError> {
    let mut url = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{')
        && let Some((name, after)) = after.split_once('}')
    {
        url.push_str(before);
        let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        if !fill(&mut url, value, after) {
            return Err(BuildError::new(format!("{value:?} cannot stand for `{name}` in the server's URL")));
        }
        rest = after;
    }
    url.push_str(rest);
    Ok(url)
}

/// The same where the URL is relative to `description_url`, the place of the API's description.
///
/// # Errors
/// A value cannot stand in its place, or `description_url` is no URL.
pub fn relative_server_url(
    description_url: &str,
    template: &str,
    values: &[(&str, &str)],
) -> Result<String, BuildError> {
    let base = reqwest::Url::parse(description_url).map_err(BuildError::new)?;
    let url = base.join(&server_url(template, values)?).map_err(BuildError::new)?;
    Ok(url.into())
}

/// Adds a value to the URL so far; whether it can stand between that and what comes `after`.
fn fill(url: &mut String, value: &str, after: &str) -> bool {
    let authority = url.split_once("://").map(|(_, rest)| rest);
    match authority {
        None if url.is_empty() && after.starts_with("://") => {
            url.push_str(value);
            matches!(value, "http" | "https")
        }
        // The variable is a whole URL, or its beginning.
        None if url.is_empty() => {
            url.push_str(value);
            !value.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '\\'))
        }
        Some(authority) if !authority.contains('/') => {
            // A path may follow a host that is a variable altogether.
            let is_whole = authority.is_empty() && (after.is_empty() || after.starts_with('/'));
            let (host, path) = match value.split_once('/') {
                Some((host, path)) if is_whole => (host, Some(path)),
                _ => (value, None),
            };
            url.push_str(host);
            let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | ':' | '[' | ']');
            host.chars().all(is_host)
                && path.is_none_or(|path| {
                    url.push('/');
                    fill_path(url, path)
                })
        }
        _ => fill_path(url, value),
    }
}

/// Adds a value to a path, but for one with segments that lead elsewhere.
fn fill_path(url: &mut String, value: &str) -> bool {
    for (index, text) in value.split('%').enumerate() {
        // What is percent-encoded already stays so.
        let is_escape = text.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if index > 0 {
            url.push_str(if is_escape { "%" } else { "%25" });
        }
        url.extend(utf8_percent_encode(text, PATH));
    }
    let is_dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    !value.split('/').any(is_dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_their_places() {
        let rows = [
            ("{scheme}://a.example/v1", &[("scheme", "https")][..], Some("https://a.example/v1")),
            ("{scheme}://a.example/v1", &[("scheme", "ftp")], None),
            (
                "https://{region}.a.example:{port}",
                &[("region", "eu"), ("port", "8443")],
                Some("https://eu.a.example:8443"),
            ),
            ("https://{tenant}.a.example", &[("tenant", "evil.example/")], None),
            ("https://{tenant}.a.example", &[("tenant", "evil.example?")], None),
            ("https://{tenant}.a.example", &[("tenant", "user@evil")], None),
            ("https://{tenant}.a.example", &[("tenant", "a b")], None),
            ("https://{host}", &[("host", "a.example/v 1")], Some("https://a.example/v%201")),
            ("https://{host}/x", &[("host", "[::1]:80")], Some("https://[::1]:80/x")),
            (
                "https://a.example/{base}/x",
                &[("base", "v1/a b?#é%20%")],
                Some("https://a.example/v1/a%20b%3F%23%C3%A9%20%25/x"),
            ),
            ("https://a.example/{base}/x", &[("base", "a/../b")], None),
            ("https://a.example/{base}/x", &[("base", "%2e%2E")], None),
            ("{base}/v1", &[("base", "https://a.example/x")], Some("https://a.example/x/v1")),
            ("{base}/v1", &[("base", "https://a.example?x=")], None),
            ("/{base}", &[("base", "a b")], Some("/a%20b")),
        ];
        for (template, values, expected) in rows {
            assert_eq!(server_url(template, values).ok().as_deref(), expected, "{template} {values:?}");
        }
    }

    #[test]
    fn a_relative_url_is_relative_to_the_description() {
        let url = |description, template| relative_server_url(description, template, &[("v", "1")]).ok();
        assert_eq!(url("https://a.example/docs/openapi.yaml", "/v{v}").as_deref(), Some("https://a.example/v1"));
        assert_eq!(url("https://a.example/docs/openapi.yaml", "./v{v}").as_deref(), Some("https://a.example/docs/v1"));
        assert_eq!(url("https://a.example/docs/openapi.yaml", "../{v}").as_deref(), Some("https://a.example/1"));
        assert_eq!(url("openapi.yaml", "/v1"), None);
    }
}
