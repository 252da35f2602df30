//! What a client authenticates with.

use std::fmt;
use std::sync::Arc;

use crate::support::body::BoxError;
use crate::support::client::BoxFuture;
use crate::support::secret::Secret;

/// The credential for one scheme: none, a value, or a provider that is asked before each request.
#[derive(Clone, Default)]
pub struct Credential(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    None,
    Value(Secret),
    Provider(Arc<dyn Fn() -> BoxFuture<'static, Result<Secret, BoxError>> + Send + Sync>),
}

impl Credential {
    /// A credential that is looked up before each request, such as a token that is refreshed.
    pub fn provider<F, Fut>(provide: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Secret, BoxError>> + Send + 'static,
    {
        Self(Source::Provider(Arc::new(move || Box::pin(provide()))))
    }

    /// Whether there is one.
    pub fn is_some(&self) -> bool {
        !matches!(self.0, Source::None)
    }

    pub(crate) async fn get(&self) -> Result<Option<Secret>, BoxError> {
        match &self.0 {
            Source::None => Ok(None),
            Source::Value(secret) => Ok(Some(secret.clone())),
            Source::Provider(provide) => provide().await.map(Some),
        }
    }
}

impl<T: Into<Secret>> From<T> for Credential {
    fn from(value: T) -> Self {
        Self(Source::Value(value.into()))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::None => "None",
            Source::Value(_) => "\"…\"",
            Source::Provider(_) => "Provider",
        })
    }
}
