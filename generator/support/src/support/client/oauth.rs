//! OAuth 2.0 client credentials (RFC 6749, section 4.4): tokens that are obtained, kept until shortly before they expire,
//! and obtained anew where the API refuses one.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::support::basic::Basic;
use crate::support::body::{Body, BoxError, CollectError};
use crate::support::client::time::Instant;
use crate::support::client::{BoxFuture, Client, Credential, Provide};
use crate::support::operation::Scheme;
use crate::support::secret::Secret;

/// How long before it expires a token is not used any more; a tenth of its life, if that is shorter.
const MARGIN: Duration = Duration::from_secs(30);

/// How long the answer to a request for a token may be.
const MAX_ANSWER: usize = 1024 * 1024;

/// What a form has as it stands (URL Standard, `application/x-www-form-urlencoded`).
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// A client that obtains its tokens itself: a [`Credential`] for a scheme that has the flow `clientCredentials`.
///
/// A token is asked for when the first call needs it, over the client's own transport, and kept until shortly before it
/// expires. Calls that need one at the same time share one request for it. A token that the API answers 401 to is
/// thrown away, and the call is sent once more with another one, unless its body is a stream.
#[derive(Clone)]
pub struct ClientCredentials {
    id: String,
    secret: Secret,
    scopes: Vec<String>,
    parameters: Vec<(String, String)>,
    token_url: Option<String>,
    is_in_body: bool,
}

impl ClientCredentials {
    /// The client with this id and secret.
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        let (id, secret) = (id.into(), secret.into());
        Self { id, secret, scopes: Vec::new(), parameters: Vec::new(), token_url: None, is_in_body: false }
    }

    /// The scopes to ask for. Without any, the token has those that the authorization server gives by default.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// One more parameter of the request for a token, such as `audience`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Where tokens come from, in the place of the URL that the description has. One that is relative is relative to the
    /// client's base URL.
    #[must_use]
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Sends id and secret in the body, for authorization servers that do not take them by HTTP Basic
    /// (RFC 6749, section 2.3.1).
    #[must_use]
    pub fn in_body(mut self) -> Self {
        self.is_in_body = true;
        self
    }

    fn request(&self, url: &str) -> Result<Request<Body>, http::Error> {
        let mut form = vec![("grant_type", "client_credentials")];
        let scopes = self.scopes.join(" ");
        if !scopes.is_empty() {
            form.push(("scope", &scopes));
        }
        form.extend(self.parameters.iter().map(|(name, value)| (&**name, &**value)));
        let mut request = Request::post(url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        if self.is_in_body {
            form.extend([("client_id", &*self.id), ("client_secret", self.secret.expose())]);
        } else {
            let basic = Secret::from(Basic::new(encoded(&self.id), encoded(self.secret.expose())));
            let mut value = HeaderValue::try_from(format!("Basic {}", basic.expose()))?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        let pairs = form.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        request.body(pairs.collect::<Vec<_>>().join("&").into())
    }
}

/// The secret does not print.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("id", &self.id).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl From<ClientCredentials> for Credential {
    fn from(credentials: ClientCredentials) -> Self {
        Self::from_source(Tokens { credentials, state: Mutex::default(), answers: AtomicU64::new(0) })
    }
}

/// The tokens of one client. Clones of its credential share it.
struct Tokens {
    credentials: ClientCredentials,
    /// Held while a token is asked for: whoever needs one waits here.
    state: Mutex<State>,
    /// How often the token endpoint has been asked.
    answers: AtomicU64,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    failure: Option<TokenError>,
}

struct Token {
    secret: Secret,
    /// When it is not used any more; never, if the answer did not say.
    until: Option<Instant>,
}

impl Provide for Tokens {
    fn provide<'a>(
        &'a self,
        client: &'a Client,
        scheme: &'static Scheme,
        refused: Option<&'a Secret>,
    ) -> BoxFuture<'a, Result<Secret, BoxError>> {
        Box::pin(async move { Ok(self.token(client, scheme, refused).await?) })
    }

    fn renews(&self) -> bool {
        true
    }
}

impl Tokens {
    async fn token(
        &self,
        client: &Client,
        scheme: &'static Scheme,
        refused: Option<&Secret>,
    ) -> Result<Secret, TokenError> {
        let answers = self.answers.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        let has_waited = self.answers.load(Ordering::Acquire) != answers;
        let is_usable = |token: &&Token| {
            let is_fresh = token.until.is_none_or(|until| Instant::now() < until);
            refused != Some(&token.secret) && (is_fresh || has_waited)
        };
        if let Some(token) = state.token.as_ref().filter(is_usable) {
            return Ok(token.secret.clone());
        }
        // Whoever asked meanwhile has asked for all that waited.
        if let Some(failure) = state.failure.as_ref().filter(|_| has_waited) {
            return Err(failure.clone());
        }
        state.token = None;
        let outcome = self.ask(client, scheme).await;
        self.answers.fetch_add(1, Ordering::Release);
        state.failure = outcome.as_ref().err().cloned();
        let token = outcome?;
        let secret = token.secret.clone();
        state.token = Some(token);
        Ok(secret)
    }

    /// Asks the token endpoint (RFC 6749, section 4.4.2).
    async fn ask(&self, client: &Client, scheme: &'static Scheme) -> Result<Token, TokenError> {
        let url = self.credentials.token_url.as_deref().or(scheme.token_url);
        let url = url.ok_or_else(|| TokenError::unusable("the description names no token endpoint for the scheme"))?;
        let request =
            self.credentials.request(&client.resolved(url)).map_err(|error| TokenError::failed(error.into()))?;
        let asked = Instant::now();
        let response = client.transport.send(request).await.map_err(TokenError::failed)?;
        let (head, body) = response.into_parts();
        let body = body.collect(MAX_ANSWER).await.map_err(|error| match error {
            CollectError::Failed(error) => TokenError::failed(error),
            CollectError::TooLarge => TokenError::unusable("the answer of the token endpoint is too long"),
        })?;
        self.read(&Response::from_parts(head, body), asked)
    }

    /// The token in an answer (RFC 6749, sections 5.1 and 5.2).
    fn read(&self, answer: &Response<Bytes>, asked: Instant) -> Result<Token, TokenError> {
        let members: Map<String, Value> = serde_json::from_slice(answer.body()).unwrap_or_default();
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let Some(token) = text("access_token").filter(|token| !token.is_empty() && answer.status().is_success()) else {
            if answer.status().is_success() && !members.contains_key("error") {
                return Err(TokenError::unusable("the answer of the token endpoint holds no `access_token`"));
            }
            let secret = self.credentials.secret.expose();
            let told =
                |name: &str| text(name).filter(|text| is_harmless(text) && !text.contains(secret)).map(str::to_owned);
            let (code, description) = (told("error"), told("error_description"));
            return Err(TokenError(Arc::new(Reason::Refused { status: answer.status(), code, description })));
        };
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(TokenError::unusable("the token is of a type other than `Bearer`"));
        }
        let lifetime = members.get("expires_in").and_then(seconds);
        let until = lifetime.and_then(|lifetime| asked.checked_add(lifetime - MARGIN.min(lifetime / 10)));
        Ok(Token { secret: Secret::new(token), until })
    }
}

/// A number of seconds, which some servers send as text.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::String(text) => text.trim().parse().ok()?,
        value => value.as_f64()?,
    };
    // One that is too long to count does not expire.
    Duration::try_from_secs_f64(seconds.max(0.0)).ok()
}

/// Whether a text is one that RFC 6749, section 5.2, allows for an error, and no novel.
fn is_harmless(text: &str) -> bool {
    text.len() <= 500 && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, FORM).to_string().replace("%20", "+")
}

/// No token could be had. It is the source of [`Error::Credential`](super::Error::Credential).
#[derive(Clone)]
pub struct TokenError(Arc<Reason>);

enum Reason {
    /// The endpoint has answered with an error.
    Refused { status: StatusCode, code: Option<String>, description: Option<String> },
    /// There is nobody to ask, or no use for the answer.
    Unusable(&'static str),
    /// The endpoint could not be asked.
    Failed(BoxError),
}

impl TokenError {
    fn unusable(reason: &'static str) -> Self {
        Self(Arc::new(Reason::Unusable(reason)))
    }

    fn failed(error: BoxError) -> Self {
        Self(Arc::new(Reason::Failed(error)))
    }

    /// `error` of the token endpoint's answer, such as `invalid_client` (RFC 6749, section 5.2).
    pub fn code(&self) -> Option<&str> {
        match &*self.0 {
            Reason::Refused { code, .. } => code.as_deref(),
            _ => None,
        }
    }

    /// `error_description` of the token endpoint's answer, for developers to read.
    pub fn description(&self) -> Option<&str> {
        match &*self.0 {
            Reason::Refused { description, .. } => description.as_deref(),
            _ => None,
        }
    }

    /// The status of the token endpoint's answer, if it refused.
    pub fn status(&self) -> Option<StatusCode> {
        match &*self.0 {
            Reason::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Reason::Refused { status, code, description } => {
                write!(f, "the token endpoint answered {status}")?;
                let told = [code, description].into_iter().flatten();
                told.into_iter().try_for_each(|text| write!(f, ": {text}"))
            }
            Reason::Unusable(reason) => f.write_str(reason),
            Reason::Failed(_) => f.write_str("the token endpoint could not be asked"),
        }
    }
}

impl fmt::Debug for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenError({self})")
    }
}

impl std::error::Error for TokenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Reason::Failed(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_that_of_the_specification() {
        let body = |request: &Request<Body>| {
            request.body().as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        let client =
            ClientCredentials::new("a:b", "p@ß w").scopes(["read", "write:x"]).parameter("audience", "https://a/");
        let request = client.request("https://a.example/token").expect("a request");
        let expected = "grant_type=client_credentials&scope=read+write%3Ax&audience=https%3A%2F%2Fa%2F";
        assert_eq!(body(&request).as_deref(), Some(expected));
        // `a%3Ab:p%40%C3%9F+w`
        assert_eq!(request.headers()["authorization"], "Basic YSUzQWI6cCU0MCVDMyU5Rit3");
        assert!(request.headers()["authorization"].is_sensitive());
        let request = client.in_body().request("https://a.example/token").expect("a request");
        assert_eq!(body(&request), Some(format!("{expected}&client_id=a%3Ab&client_secret=p%40%C3%9F+w")));
        assert!(!request.headers().contains_key("authorization"));
    }

    #[test]
    fn lifetimes_come_in_several_notations() {
        let rows = [
            ("3600", Some(3600)),
            ("\"60\"", Some(60)),
            ("-1", Some(0)),
            ("1e300", None),
            ("null", None),
            ("\"x\"", None),
        ];
        for (text, expected) in rows {
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(seconds(&value), expected.map(Duration::from_secs), "{text}");
        }
    }
}
