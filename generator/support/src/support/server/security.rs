//! Credentials of a request, from its head alone.

use http::header;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::support::operation::{Operation, Requirement, SchemeKind};
use crate::support::secret::Secret;
use crate::support::violation::Location;

/// The credentials of one alternative of a security requirement.
pub trait FromHead: Sized + Send {
    /// The credentials, if the request has all that `alternative` asks for.
    fn from_head(head: &Parts, alternative: &'static [Requirement]) -> Option<Self>;
}

/// The credentials of a description without security schemes.
#[derive(Debug)]
pub struct NoCredentials;

impl FromHead for NoCredentials {
    fn from_head(_head: &Parts, _alternative: &'static [Requirement]) -> Option<Self> {
        None
    }
}

/// Marks the headers that hold credentials: whoever prints the head does not print them.
pub(crate) fn hide(head: &mut Parts, operation: &Operation) {
    let schemes = || operation.security.iter().copied().flatten().map(|requirement| requirement.scheme.kind);
    for (name, value) in &mut head.headers {
        let is_key = |kind| matches!(kind, SchemeKind::ApiKey(Location::Header, key) if *name == key);
        if [header::AUTHORIZATION, header::COOKIE].contains(name) || schemes().any(is_key) {
            value.set_sensitive(true);
        }
    }
}

/// An API key. An empty one is none.
pub fn api_key(head: &Parts, location: Location, name: &str) -> Option<Secret> {
    let value = match location {
        Location::Query => find(head.uri.query()?.split('&'), name)?,
        Location::Cookie => {
            let cookies = head.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
            find(cookies.flat_map(|cookies| cookies.split(';')), name)?
        }
        _ => {
            let mut values = head.headers.get_all(name).iter();
            let value = values.next()?.to_str().ok()?.to_owned();
            if values.next().is_some() {
                return None;
            }
            value
        }
    };
    (!value.is_empty()).then(|| Secret::new(value))
}

fn find<'a>(pairs: impl Iterator<Item = &'a str>, name: &str) -> Option<String> {
    let is_named = |key: &str| percent_decode_str(key).eq(name.bytes());
    let mut values = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| is_named(key));
    let (_, value) = values.next()?;
    let value = percent_decode_str(value).decode_utf8().ok()?;
    values.next().is_none().then(|| value.into_owned())
}

/// What stands behind `scheme` in `Authorization` (RFC 9110, section 11.6.2). Of several such headers none counts.
pub fn authorization(head: &Parts, scheme: &str) -> Option<Secret> {
    let mut values = head.headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let (name, credentials) = value.split_once(' ')?;
    let credentials = credentials.trim();
    (name.eq_ignore_ascii_case(scheme) && !credentials.is_empty()).then(|| Secret::new(credentials))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_from_the_head() {
        let request = http::Request::get("/x?k=a%20b&a%5Fb=1&a_b=2&c%2Dd=3")
            .header("authorization", "bearer abc")
            .header("cookie", "s=1; t=2");
        let (head, ()) = request.body(()).expect("a request").into_parts();
        assert_eq!(api_key(&head, Location::Query, "k"), Some(Secret::new("a b")));
        assert_eq!(api_key(&head, Location::Query, "c-d"), Some(Secret::new("3")));
        assert_eq!(api_key(&head, Location::Query, "a_b"), None);
        assert_eq!(api_key(&head, Location::Cookie, "t"), Some(Secret::new("2")));
        assert_eq!(api_key(&head, Location::Header, "x-key"), None);
        assert_eq!(authorization(&head, "Bearer"), Some(Secret::new("abc")));
        assert_eq!(authorization(&head, "Digest"), None);
    }
}
