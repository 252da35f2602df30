//! The credentials of a request.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::body::BoxError;
use crate::support::client::Credential;
use crate::support::client::call::Prepared;
use crate::support::operation::{Requirement, Scheme, SchemeKind};
use crate::support::secret::Secret;
use crate::support::violation::Location;

/// The credentials that a request was sent with.
pub(crate) type Shown = Vec<(&'static Scheme, Secret)>;

/// What of a request may hold credentials.
pub(crate) struct Head {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
}

impl Prepared {
    /// The first alternative that the client has all credentials of. None of them where the operation is open to
    /// everybody, and where the client has no credentials at all: whatever carries its requests may add them.
    pub(crate) fn alternative(&self) -> Result<&'static [Requirement], Missing> {
        let (security, credentials) = (self.operation.security, &self.client.settings.credentials);
        let shows_nothing = |all: &[Requirement]| all.iter().all(|it| it.scheme.kind == SchemeKind::MutualTls);
        let is_complete = |all: &[Requirement]| !shows_nothing(all) && all.iter().all(|it| self.has(it.scheme));
        if let Some(alternative) = security.iter().find(|all| is_complete(all)) {
            return Ok(alternative);
        }
        let is_open = security.is_empty() || security.iter().any(|all| shows_nothing(all));
        if is_open || !credentials.iter().any(Credential::is_some) {
            return Ok(&[]);
        }
        Err(Missing(security))
    }

    /// Whether the client has a credential for the scheme, or the caller has added one to this call.
    fn has(&self, scheme: &Scheme) -> bool {
        let has_own = match scheme.kind {
            SchemeKind::MutualTls => true,
            SchemeKind::ApiKey(Location::Header, name) => self.headers.contains_key(name),
            SchemeKind::ApiKey(..) => false,
            SchemeKind::Basic(_) | SchemeKind::Bearer | SchemeKind::Http(_) => {
                self.headers.contains_key(header::AUTHORIZATION)
            }
        };
        has_own || self.client.settings.credentials.get(scheme.index).is_some_and(Credential::is_some)
    }

    /// Whether another credential may be had in the place of one that the API refuses.
    pub(crate) fn renews(&self, alternative: &[Requirement]) -> bool {
        let credentials = &self.client.settings.credentials;
        alternative.iter().any(|it| credentials.get(it.scheme.index).is_some_and(Credential::renews))
    }

    /// Target and headers with the credentials of an alternative, but for those that the caller has added.
    pub(crate) async fn authenticated(
        &self,
        alternative: &[Requirement],
        refused: &Shown,
    ) -> Result<(Head, Shown), BoxError> {
        let mut head = Head { target: self.target.clone(), headers: self.headers.clone() };
        let mut shown = Vec::with_capacity(alternative.len());
        for Requirement { scheme, .. } in alternative {
            let Some(credential) = self.client.settings.credentials.get(scheme.index) else { continue };
            let refused = refused.iter().find(|(known, _)| known.index == scheme.index).map(|(_, secret)| secret);
            if let Some(secret) = credential.get(&self.client, scheme, refused).await? {
                head.add(scheme.kind, secret.expose())?;
                shown.push((*scheme, secret));
            }
        }
        Ok((head, shown))
    }
}

impl Head {
    fn add(&mut self, kind: SchemeKind, secret: &str) -> Result<(), BoxError> {
        match kind {
            SchemeKind::ApiKey(Location::Query, name) => {
                let separator = if self.target.contains('?') { '&' } else { '?' };
                self.target.push(separator);
                self.target.push_str(&format!("{}={}", escape(name), escape(secret)));
            }
            SchemeKind::ApiKey(Location::Cookie, name) => {
                let cookie = format!("{name}={}", escape(secret));
                let cookies = match self.headers.get(header::COOKIE).and_then(|value| value.to_str().ok()) {
                    Some(others) => format!("{others}; {cookie}"),
                    None => cookie,
                };
                self.headers.insert(header::COOKIE, sensitive(&cookies)?);
            }
            SchemeKind::ApiKey(_, name) if !self.headers.contains_key(name) => {
                self.headers.insert(HeaderName::try_from(name)?, sensitive(secret)?);
            }
            SchemeKind::Basic(_) => self.authorization("Basic", secret)?,
            SchemeKind::Bearer => self.authorization("Bearer", secret)?,
            SchemeKind::Http(scheme) => self.authorization(scheme, secret)?,
            SchemeKind::ApiKey(..) | SchemeKind::MutualTls => {}
        }
        Ok(())
    }

    fn authorization(&mut self, scheme: &str, credentials: &str) -> Result<(), BoxError> {
        if !self.headers.contains_key(header::AUTHORIZATION) {
            self.headers.insert(header::AUTHORIZATION, sensitive(&format!("{scheme} {credentials}"))?);
        }
        Ok(())
    }
}

/// An operation needs credentials that the client does not have.
#[derive(Debug)]
pub(crate) struct Missing(&'static [&'static [Requirement]]);

/// ``the operation needs credentials for `session` and `key`, or `token` ``
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operation needs credentials for ")?;
        for (index, alternative) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", or " })?;
            for (index, requirement) in alternative.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { " and " })?;
                write!(f, "`{}`", requirement.scheme.name)?;
            }
        }
        f.write_str(", which the client does not have")
    }
}

impl std::error::Error for Missing {}

/// A header value that does not print.
fn sensitive(text: &str) -> Result<HeaderValue, BoxError> {
    let mut value =
        HeaderValue::try_from(text).map_err(|_| "a credential holds characters that a header cannot carry")?;
    value.set_sensitive(true);
    Ok(value)
}

/// All but what stands for itself wherever it is (RFC 3986, section 2.3).
fn escape(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}
