//! `WWW-Authenticate`: what a caller is told of the credentials that an operation takes (RFC 9110, section 11.6.1).

use http::HeaderValue;

use crate::support::operation::{Operation, Requirement, SchemeKind};

/// A challenge for each scheme, each once. A bearer token among the credentials `shown` is said to be invalid
/// (RFC 6750, section 3.1).
pub(crate) fn of(operation: &Operation, shown: &[&Requirement]) -> Vec<HeaderValue> {
    let requirements = operation.security.iter().copied().flatten();
    let challenges = requirements.filter_map(|requirement| match requirement.scheme.kind {
        // API keys have no registered scheme; theirs says where the key goes.
        SchemeKind::ApiKey(location, name) => {
            Some(format!("ApiKey in=\"{}\", name={}", location.as_str(), quoted(name)))
        }
        // RFC 7617 requires a realm.
        SchemeKind::Basic(realm) => {
            let realm = realm.replace('\\', "\\\\").replace('"', "\\\"");
            Some(format!("Basic realm=\"{realm}\", charset=\"UTF-8\""))
        }
        SchemeKind::Bearer => {
            let is_shown = shown.iter().any(|shown| std::ptr::eq(*shown, requirement));
            Some(bearer(is_shown.then_some("invalid_token"), requirement.scopes))
        }
        SchemeKind::Http(scheme) => Some(scheme.to_owned()),
        SchemeKind::MutualTls => None,
    });
    values(challenges)
}

/// The challenges of a caller whose token has not the scopes that are needed (RFC 6750, section 3.1).
pub(crate) fn of_scopes(shown: &[&Requirement]) -> Vec<HeaderValue> {
    let scoped = |it: &&&Requirement| it.scheme.kind == SchemeKind::Bearer && !it.scopes.is_empty();
    values(shown.iter().filter(scoped).map(|requirement| bearer(Some("insufficient_scope"), requirement.scopes)))
}

/// `Bearer error="invalid_token", scope="read write"`
fn bearer(error: Option<&str>, scopes: &[&str]) -> String {
    let error = error.map(|error| format!("error=\"{error}\""));
    // Other characters no scope can have (RFC 6749, section 3.3).
    let is_scope = |scope: &&&str| scope.bytes().all(|byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~'));
    let scopes: Vec<&str> = scopes.iter().filter(is_scope).copied().collect();
    let scopes = (!scopes.is_empty()).then(|| format!("scope=\"{}\"", scopes.join(" ")));
    let parameters: Vec<String> = error.into_iter().chain(scopes).collect();
    format!("Bearer {}", parameters.join(", ")).trim_end().to_owned()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn values(challenges: impl Iterator<Item = String>) -> Vec<HeaderValue> {
    let mut values: Vec<HeaderValue> = Vec::new();
    for challenge in challenges.filter_map(|challenge| HeaderValue::try_from(challenge).ok()) {
        if !values.contains(&challenge) {
            values.push(challenge);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_grammatical() {
        assert_eq!(bearer(None, &[]), "Bearer");
        assert_eq!(
            bearer(Some("invalid_token"), &["a:b", "c d", "e\"", "f"]),
            "Bearer error=\"invalid_token\", scope=\"a:b f\""
        );
        assert_eq!(quoted("a\"\\"), "\"a\\\"\\\\\"");
    }
}
