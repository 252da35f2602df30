//! Why a command did not succeed, for a person to read.

use std::fmt;
use std::io;

use avido_api::client::{ApiError, BuildError, Error};
use avido_api::operations::{CreateApplicationApiKeyError, DeleteApplicationApiKeyError, GetApplicationApiKeysError};
use avido_api::types::{ErrorResponse, ValidationErrorResponse, ValidationErrorResponseIssue};

use crate::table::printable;

/// Why a command did not succeed: a sentence, and a line for each issue.
///
/// ```text
/// 422 Unprocessable Entity: the request breaks the API's description
///   name: must be at least 1 character long (min_length)
/// ```
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    issues: Vec<ValidationErrorResponseIssue>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), issues: Vec::new() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.message))?;
        for issue in &self.issues {
            // A body that is missing altogether has no path.
            let place = if issue.path.is_empty() { "body".to_owned() } else { issue.path.join(".") };
            let line = format!("{place}: {} ({})", issue.message, issue.code);
            write!(f, "\n  {}", printable(&line))?;
        }
        Ok(())
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(format!("cannot print: {error}"))
    }
}

impl<E: Declared> From<Error<E>> for Failure {
    fn from(error: Error<E>) -> Self {
        match &error {
            Error::Api(declared) => match declared.body() {
                Body::Error(body) => Self::new(format!("{}: {}", declared.status(), body.message)),
                Body::Validation(body) => {
                    Self { message: format!("{}: {}", declared.status(), body.message), issues: body.issues.clone() }
                }
            },
            // A status that the description leaves out, such as 413, comes with a message all the same.
            Error::Undeclared(answer) => match serde_json::from_slice::<ErrorResponse>(&answer.body) {
                Ok(body) => Self::new(format!("{}: {}", answer.status, body.message)),
                Err(_) => Self::new(error.to_string()),
            },
            Error::Transport(source) => Self::new(format!("no answer: {}", chain(source.as_ref()))),
            _ => Self::new(error.to_string()),
        }
    }
}

/// An error and its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes: Vec<_> = std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    causes.join(": ")
}

/// A declared failure, whatever the operation.
trait Declared: ApiError {
    fn body(&self) -> Body<'_>;
}

enum Body<'a> {
    Error(&'a ErrorResponse),
    Validation(&'a ValidationErrorResponse),
}

/// Every operation has its own enum of failures, whose bodies are of the same two types.
macro_rules! declared {
    ($error:ident: $($variant:ident),*) => {
        impl Declared for $error {
            fn body(&self) -> Body<'_> {
                match self {
                    Self::UnprocessableEntity(body) => Body::Validation(body),
                    $(Self::$variant(body))|* => Body::Error(body),
                }
            }
        }
    };
}

declared! { GetApplicationApiKeysError: BadRequest, Unauthorized, Forbidden, NotFound, InternalServerError }
declared! { CreateApplicationApiKeyError: BadRequest, Unauthorized, Forbidden, NotFound, Conflict, InternalServerError }
declared! { DeleteApplicationApiKeyError: BadRequest, Unauthorized, Forbidden, NotFound, InternalServerError }
