//! What a refused request is told, in the API's own error schemas.

use avido_api::server::{Body, Rejection, RejectionKind, Response, Violation};
use avido_api::types::{ErrorResponse, ValidationErrorResponse, ValidationErrorResponseIssue};
use http::{HeaderValue, StatusCode, header};

/// The answer to a refused request: its violations one by one, or a message.
pub(crate) fn answer(rejection: &Rejection) -> Response {
    let message = rejection.message();
    match rejection.kind() {
        RejectionKind::Invalid => {
            let issues: Vec<_> = rejection.violations().iter().map(issue).collect();
            json(rejection.status(), serde_json::to_vec(&ValidationErrorResponse::new(message, issues)))
        }
        _ => error(rejection.status(), message),
    }
}

/// An answer in the API's schema for errors.
pub(crate) fn error(status: StatusCode, message: &str) -> Response {
    json(status, serde_json::to_vec(&ErrorResponse::new(message)))
}

fn issue(violation: &Violation) -> ValidationErrorResponseIssue {
    let path: Vec<_> = violation.path.iter().map(ToString::to_string).collect();
    ValidationErrorResponseIssue::new(violation.code, violation.message.as_ref(), path)
}

fn json(status: StatusCode, body: serde_json::Result<Vec<u8>>) -> Response {
    // Strings and lists of strings can always be written.
    let mut response = Response::new(Body::from(body.unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
