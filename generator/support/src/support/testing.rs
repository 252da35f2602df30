//! Answers held against the description, in tests (feature `testing`).

use std::fmt::{self, Write as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use tower_layer::Layer;
use tower_service::Service;

use crate::support::client::{Error, Reply, is_unread};
use crate::support::codec::Rule;
use crate::support::operation::{Operation, Refused};
use crate::support::violation::Violation;

/// What an answer of one operation is held against.
#[derive(Debug)]
pub struct Check {
    operation: &'static Operation,
    rules: &'static [PlaceRules],
    read: fn(Reply) -> Result<(), Unfit>,
}

impl Check {
    /// An answer is what `read` can read.
    pub const fn new(operation: &'static Operation, read: fn(Reply) -> Result<(), Unfit>) -> Self {
        Self { operation, rules: &[], read }
    }

    /// And what meets these rules.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [PlaceRules]) -> Self {
        self.rules = rules;
        self
    }
}

/// What the whole body of an answer, or a header, must meet.
#[derive(Debug)]
pub struct PlaceRules {
    statuses: (u16, u16),
    header: Option<&'static str>,
    rules: &'static [Rule],
}

impl PlaceRules {
    /// Rules of the body of an answer with a status from `first` to `last`.
    pub const fn body(first: u16, last: u16, rules: &'static [Rule]) -> Self {
        Self { statuses: (first, last), header: None, rules }
    }

    /// The same of a header.
    pub const fn header(first: u16, last: u16, name: &'static str, rules: &'static [Rule]) -> Self {
        Self { statuses: (first, last), header: Some(name), rules }
    }
}

/// Why an answer is none that the description declares.
#[derive(Debug)]
pub enum Unfit {
    /// It has another status or media type.
    Undeclared,
    /// It cannot be read.
    Unreadable(String),
}

/// Whether an answer could be read.
///
/// # Errors
/// It could not.
pub fn verdict<T, E>(outcome: Result<T, Error<E>>) -> Result<(), Unfit> {
    match outcome {
        Ok(_) | Err(Error::Api(_)) => Ok(()),
        Err(Error::Undeclared(_)) => Err(Unfit::Undeclared),
        Err(Error::Decode(_, error)) => Err(Unfit::Unreadable(error.to_string())),
        Err(_) => Err(Unfit::Unreadable("it cannot be read".to_owned())),
    }
}

/// What is found wrong with an answer while it is read.
#[derive(Debug)]
pub(crate) struct Scrutiny {
    rules: &'static [PlaceRules],
    status: u16,
    violations: Mutex<Vec<Violation>>,
}

impl Scrutiny {
    /// The rules of a header, or of the body.
    pub(crate) fn rules(&self, header: Option<&str>) -> &'static [Rule] {
        let is_here = |it: &&PlaceRules| it.header == header && (it.statuses.0..=it.statuses.1).contains(&self.status);
        self.rules.iter().find(is_here).map_or(&[], |it| it.rules)
    }

    /// Notes what is wrong.
    pub(crate) fn add(&self, violations: impl IntoIterator<Item = Violation>) {
        self.violations.lock().unwrap_or_else(PoisonError::into_inner).extend(violations);
    }
}

/// A layer that holds answers against the description and panics at the first that is not as it says, naming everything
/// wrong with it, so that the test fails which asked. Around a server's router, or around a client's transport.
///
/// The status, the media type, the headers and the body with all its constraints must be as declared; the items of a
/// stream are not looked at. What the server answers to a request that it refuses with a status that is not declared is
/// not held against it.
#[derive(Debug, Clone, Copy)]
pub struct CheckResponses(&'static [Check]);

impl CheckResponses {
    /// The layer of an API with these operations.
    pub const fn new(checks: &'static [Check]) -> Self {
        Self(checks)
    }

    /// The service with the layer around it.
    pub fn layer<S>(self, inner: S) -> CheckedResponses<S> {
        CheckedResponses { inner, checks: self.0 }
    }
}

impl<S> Layer<S> for CheckResponses {
    type Service = CheckedResponses<S>;

    fn layer(&self, inner: S) -> CheckedResponses<S> {
        Self::layer(*self, inner)
    }
}

/// A service whose answers are held against the description.
#[derive(Debug, Clone)]
pub struct CheckedResponses<S> {
    inner: S,
    checks: &'static [Check],
}

impl<S, B, R> Service<Request<B>> for CheckedResponses<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: http_body::Body<Data = Bytes> + From<Bytes> + Send + 'static,
    R::Error: fmt::Display,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let checks = self.checks;
        let is_head = request.method() == Method::HEAD;
        let sent = request.extensions().get::<&'static Operation>().copied();
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            let operation = sent.or_else(|| response.extensions().get().copied());
            let check = operation.and_then(|it| checks.iter().find(|check| std::ptr::eq(check.operation, it)));
            Ok(match check.filter(|check| !is_head || check.operation.method == Method::HEAD) {
                Some(check) => checked(check, response).await,
                None => response,
            })
        })
    }
}

async fn checked<R>(check: &Check, response: Response<R>) -> Response<R>
where
    R: http_body::Body<Data = Bytes> + From<Bytes>,
    R::Error: fmt::Display,
{
    let (head, body) = response.into_parts();
    let is_stream = is_unread(check.operation, head.status.as_u16(), head.headers.get(header::CONTENT_TYPE));
    let (read, body) = if is_stream {
        (Bytes::new(), body)
    } else {
        match body.collect().await {
            Ok(body) => {
                let body = body.to_bytes();
                (body.clone(), R::from(body))
            }
            Err(error) => panic!("the answer of `{}` breaks off: {error}", check.operation.id),
        }
    };
    let scrutiny = Scrutiny { rules: check.rules, status: head.status.as_u16(), violations: Mutex::default() };
    let scrutiny = Arc::new(scrutiny);
    let reply = Reply::new(head.clone(), read).scrutinized(Arc::clone(&scrutiny));
    let outcome = (check.read)(reply);
    let is_refusal = head.extensions.get::<Refused>().is_some();
    let reasons: Vec<String> = match outcome {
        Err(Unfit::Undeclared) if is_refusal => Vec::new(),
        Err(Unfit::Undeclared) => vec![undeclared(head.status, head.headers.get(header::CONTENT_TYPE))],
        outcome => {
            let violations = std::mem::take(&mut *scrutiny.violations.lock().unwrap_or_else(PoisonError::into_inner));
            let unreadable = outcome.err().filter(|_| violations.is_empty()).map(|unfit| match unfit {
                Unfit::Unreadable(reason) => reason,
                Unfit::Undeclared => String::new(),
            });
            violations.iter().map(ToString::to_string).chain(unreadable).collect()
        }
    };
    assert!(reasons.is_empty(), "{}", message(check.operation, head.status, &reasons));
    Response::from_parts(head, body)
}

fn undeclared(status: StatusCode, content_type: Option<&http::HeaderValue>) -> String {
    match content_type.and_then(|value| value.to_str().ok()) {
        Some(content_type) => format!("no answer {} in `{content_type}` is declared", status.as_u16()),
        None => format!("no answer {} without content is declared", status.as_u16()),
    }
}

fn message(operation: &Operation, status: StatusCode, reasons: &[String]) -> String {
    let mut text = format!("the answer {status} of `{}` is not what the description declares", operation.id);
    for reason in reasons {
        let _ = write!(text, "\n- {reason}");
    }
    text
}
