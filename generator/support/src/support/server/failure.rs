//! How a handler fails.

use std::any::Any;
use std::fmt;
use std::future::{Ready, ready};

use crate::support::body::BoxError;
use crate::support::server::{Rejection, RejectionKind};

/// How a handler fails: with a failure that its operation declares, or otherwise. `?` turns the declared
/// error into the one, and any other error into the other.
pub enum Failure<E> {
    /// A failure that the description declares.
    Declared(Box<E>),
    /// Any other: logged, never shown to the caller, answered 500.
    Internal(BoxError),
    /// There is no handler yet: answered 501.
    NotImplemented,
}

impl<E> Failure<E> {
    /// A failure that the description does not declare, from an error or a message for the log.
    pub fn internal(error: impl Into<BoxError>) -> Self {
        Self::Internal(error.into())
    }
}

impl<E: 'static, X: std::error::Error + Send + Sync + 'static> From<X> for Failure<E> {
    fn from(error: X) -> Self {
        let mut error = Some(error);
        let declared = (&mut error as &mut dyn Any).downcast_mut::<Option<E>>().and_then(Option::take);
        match (declared, error) {
            (Some(declared), _) => Self::Declared(Box::new(declared)),
            (None, Some(error)) => Self::Internal(Box::new(error)),
            (None, None) => Self::Internal("an error was taken twice".into()),
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(error) => f.debug_tuple("Declared").field(error).finish(),
            Self::Internal(error) => f.debug_tuple("Internal").field(error).finish(),
            Self::NotImplemented => f.write_str("NotImplemented"),
        }
    }
}

/// The body of a stub.
pub fn not_implemented<T, E>() -> Ready<Result<T, Failure<E>>> {
    ready(Err(Failure::NotImplemented))
}

/// Why nobody is let in. The message is for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthError {
    /// The credentials are wrong: 401.
    Unauthenticated(String),
    /// The caller is known, and may not do this: 403.
    Forbidden(String),
    /// What the credentials name does not exist: 404.
    NotFound(String),
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unauthenticated(message) | Self::Forbidden(message) | Self::NotFound(message)) = self;
        f.write_str(message)
    }
}

impl std::error::Error for AuthError {}

impl From<AuthError> for Rejection {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unauthenticated(message) => Self::new(RejectionKind::Unauthenticated, message),
            AuthError::Forbidden(message) => Self::new(RejectionKind::Forbidden, message),
            AuthError::NotFound(message) => Self::new(RejectionKind::NotFound, message),
        }
    }
}

impl<E: Into<Rejection>> From<Failure<E>> for Rejection {
    fn from(failure: Failure<E>) -> Self {
        match failure {
            Failure::Declared(error) => (*error).into(),
            Failure::Internal(source) => Self::internal(source),
            Failure::NotImplemented => Self::new(RejectionKind::NotImplemented, "there is no handler yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_mark_tells_declared_errors_from_others() {
        fn fails(with_declared: bool) -> Result<(), Failure<AuthError>> {
            if with_declared {
                Err(AuthError::Forbidden("no".to_owned()))?;
            }
            "x".parse::<u8>()?;
            Ok(())
        }
        assert!(matches!(fails(true), Err(Failure::Declared(error)) if matches!(*error, AuthError::Forbidden(_))));
        assert!(matches!(fails(false), Err(Failure::Internal(error)) if error.is::<std::num::ParseIntError>()));
    }
}
