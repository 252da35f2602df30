//! Why a command did not succeed, for a person to read.

use std::fmt;
use std::io;

use avido_api::client::{ApiError, BuildError, Error};
use avido_api::types::ValidationErrorResponseIssue;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

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

    /// All failures of the API have a message, some of them issues besides.
    fn answered(status: StatusCode, body: &Value) -> Option<Self> {
        let message = format!("{status}: {}", body.get("message")?.as_str()?);
        let issues = body.get("issues").and_then(|issues| Deserialize::deserialize(issues).ok());
        Some(Self { message, issues: issues.unwrap_or_default() })
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

impl<E: ApiError + 'static> From<Error<E>> for Failure {
    fn from(error: Error<E>) -> Self {
        match &error {
            Error::Api(declared) => {
                let body = declared.json().unwrap_or_default();
                Self::answered(declared.status(), &body).unwrap_or_else(|| Self::new(error.to_string()))
            }
            // A status that the description leaves out, such as 413, comes with a message all the same.
            Error::Undeclared(answer) => {
                let body = answer.json().unwrap_or_default();
                Self::answered(answer.status, &body).unwrap_or_else(|| Self::new(error.to_string()))
            }
            _ => Self::new(chain(&error)),
        }
    }
}

/// An error and its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes: Vec<_> = std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    causes.join(": ")
}
