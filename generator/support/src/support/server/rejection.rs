//! Requests that are not answered by their handler.

use std::fmt;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::support::body::BoxError;
use crate::support::server::{Body, Response};
use crate::support::violation::Violation;

/// Why a request is not answered by its handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// 404: no operation has this path, or `authenticate` says that what is asked for is unknown.
    NotFound,
    /// 405: no operation of this path has this method.
    MethodNotAllowed,
    /// 401: credentials are missing or wrong.
    Unauthenticated,
    /// 403: the caller may not do this.
    Forbidden,
    /// 415: the operation takes no body of this media type.
    UnsupportedMediaType,
    /// 406: the operation gives none of the media types that are accepted.
    NotAcceptable,
    /// 413: the body is too long.
    PayloadTooLarge,
    /// 408: the body took too long.
    RequestTimeout,
    /// 400: the request cannot be parsed.
    Malformed,
    /// 422 where the operation declares it, else 400: the request breaks the description.
    Invalid,
    /// 500: the handler failed.
    Internal,
    /// 503: the handler took too long.
    Unavailable,
    /// 501: there is no handler yet.
    NotImplemented,
}

/// A request that is not answered by its handler: what `Gate::reject` makes an answer of.
#[derive(Debug)]
pub struct Rejection(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: RejectionKind,
    status: StatusCode,
    message: String,
    violations: Vec<Violation>,
    headers: HeaderMap,
    source: Option<BoxError>,
}

impl Rejection {
    /// A rejection for what layers around the router refuse; `message` is for the caller.
    pub fn new(kind: RejectionKind, message: impl Into<String>) -> Self {
        let status = match kind {
            RejectionKind::NotFound => StatusCode::NOT_FOUND,
            RejectionKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            RejectionKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RejectionKind::Forbidden => StatusCode::FORBIDDEN,
            RejectionKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            RejectionKind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            RejectionKind::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            RejectionKind::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            RejectionKind::Malformed | RejectionKind::Invalid => StatusCode::BAD_REQUEST,
            RejectionKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            RejectionKind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        };
        let message = message.into();
        let (violations, headers) = (Vec::new(), HeaderMap::new());
        Self(Box::new(Parts { kind, status, message, violations, headers, source: None }))
    }

    pub(crate) fn invalid(violations: Vec<Violation>, declares_unprocessable: bool) -> Self {
        let mut rejection = Self::new(RejectionKind::Invalid, "the request breaks the API's description");
        if declares_unprocessable {
            rejection.0.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        rejection.0.violations = violations;
        rejection
    }

    pub(crate) fn internal(source: BoxError) -> Self {
        let mut rejection = Self::new(RejectionKind::Internal, "the server failed");
        rejection.0.source = Some(source);
        rejection
    }

    pub(crate) fn with_violations(mut self, violations: Vec<Violation>) -> Self {
        self.0.violations = violations;
        self
    }

    pub(crate) fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// Why.
    pub fn kind(&self) -> RejectionKind {
        self.0.kind
    }

    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Why, for the caller to read. It never holds a value of the request.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Everything wrong with the request, capped at 100.
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// Headers that the answer must carry (`Allow`, `WWW-Authenticate`). They are added to whatever
    /// `reject` answers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The error behind a 500: for the log, never for the caller.
    pub fn source(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// The answer as a problem document (RFC 9457).
    pub fn into_response(self) -> Response {
        let body = serde_json::to_vec(&Problem(&self)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.0.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.status, self.0.message)
    }
}

struct Problem<'a>(&'a Rejection);

/// `{ "title": "Bad Request", "status": 400, "detail": "…", "violations": [ … ] }`
impl Serialize for Problem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(rejection) = self;
        let mut problem = serializer.serialize_struct("Problem", 4)?;
        problem.serialize_field("title", rejection.0.status.canonical_reason().unwrap_or("Error"))?;
        problem.serialize_field("status", &rejection.0.status.as_u16())?;
        problem.serialize_field("detail", &rejection.0.message)?;
        if !rejection.0.violations.is_empty() {
            problem.serialize_field("violations", &rejection.0.violations)?;
        }
        problem.end()
    }
}
