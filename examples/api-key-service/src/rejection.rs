//! What a refused request is told, in the API's own error schemas.

use avido_api::server::{Rejection, RejectionKind, Response, Violation, json_response};
use avido_api::types::{ErrorResponse, ValidationErrorResponse, ValidationErrorResponseIssue};
use http::StatusCode;

/// The answer to a refused request: its violations one by one, or a message.
pub(crate) fn answer(rejection: &Rejection) -> Response {
    let message = rejection.message();
    match rejection.kind() {
        RejectionKind::Invalid => {
            let issues: Vec<_> = rejection.violations().iter().map(issue).collect();
            json_response(rejection.status(), &ValidationErrorResponse::new(message, issues))
        }
        _ => error(rejection.status(), message),
    }
}

/// An answer in the API's schema for errors.
pub(crate) fn error(status: StatusCode, message: &str) -> Response {
    json_response(status, &ErrorResponse::new(message))
}

fn issue(violation: &Violation) -> ValidationErrorResponseIssue {
    let path: Vec<_> = violation.path.iter().map(ToString::to_string).collect();
    ValidationErrorResponseIssue::new(violation.code, violation.message.as_ref(), path)
}
