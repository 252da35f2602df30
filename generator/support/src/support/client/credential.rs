//! What a client authenticates with.

use std::fmt;
use std::sync::Arc;

use crate::support::body::BoxError;
use crate::support::client::{BoxFuture, Client};
use crate::support::operation::Scheme;
use crate::support::secret::Secret;

/// The credential for one scheme: none, a value, or a provider that is asked before each request.
#[derive(Clone, Default)]
pub struct Credential(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    None,
    Value(Secret),
    Provider(Arc<dyn Provide>),
}

/// What is asked for a credential before each request.
#[doc(hidden)]
pub trait Provide: Send + Sync {
    /// The credential for `scheme`; not `refused`, which the API has just answered 401 to.
    fn provide<'a>(
        &'a self,
        client: &'a Client,
        scheme: &'static Scheme,
        refused: Option<&'a Secret>,
    ) -> BoxFuture<'a, Result<Secret, BoxError>>;

    /// Whether there may be another credential in the place of one that the API refuses.
    fn renews(&self) -> bool {
        false
    }
}

struct Function<F>(F);

impl<F, Fut> Provide for Function<F>
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<Secret, BoxError>> + Send + 'static,
{
    fn provide<'a>(
        &'a self,
        _client: &'a Client,
        _scheme: &'static Scheme,
        _refused: Option<&'a Secret>,
    ) -> BoxFuture<'a, Result<Secret, BoxError>> {
        Box::pin((self.0)())
    }
}

impl Credential {
    /// A credential that is looked up before each request, such as a token that is refreshed.
    pub fn provider<F, Fut>(provide: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Secret, BoxError>> + Send + 'static,
    {
        Self::from_source(Function(provide))
    }

    /// A credential that `source` gives.
    #[doc(hidden)]
    pub fn from_source(source: impl Provide + 'static) -> Self {
        Self(Source::Provider(Arc::new(source)))
    }

    /// Whether there is one.
    pub fn is_some(&self) -> bool {
        !matches!(self.0, Source::None)
    }

    /// Whether another one can be had in its place.
    pub(crate) fn renews(&self) -> bool {
        matches!(&self.0, Source::Provider(source) if source.renews())
    }

    pub(crate) async fn get(
        &self,
        client: &Client,
        scheme: &'static Scheme,
        refused: Option<&Secret>,
    ) -> Result<Option<Secret>, BoxError> {
        match &self.0 {
            Source::None => Ok(None),
            Source::Value(secret) => Ok(Some(secret.clone())),
            Source::Provider(source) => source.provide(client, scheme, refused).await.map(Some),
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
