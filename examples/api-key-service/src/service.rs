//! The API's operations.

use std::time::Duration;

use avido_api::operations::{CreateApplicationApiKeyError, DeleteApplicationApiKeyError, GetApplicationApiKeysError};
use avido_api::server::{
    ApiKeys, AuthError, Credentials, Failure, Gate, Limits, Operation, Parts, Rejection, Response,
};
use avido_api::types::{
    ApiKeysResponse, CreateApiKeyRequest, CreateApiKeyResponse, CreatedApiKeyOutput, ErrorResponse,
};
use uuid::Uuid;

use crate::rejection;
use crate::store::{Store, StoreError};

/// The longest request is a name of 256 characters; escaped (`\ud83d\ude00`) it takes 3 KiB.
const MAX_BODY: usize = 16 * 1024;
const MAX_BODY_TIME: Duration = Duration::from_secs(10);

/// The API's operations on a store.
#[derive(Debug)]
pub struct Service {
    store: Store,
    limits: Limits,
}

/// Who calls: an application, by one of its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: Uuid,
}

impl Service {
    /// The service on `store`: a body may have 16 KiB and take 10 seconds to arrive.
    pub fn new(store: Store) -> Self {
        Self { store, limits: Limits { body: MAX_BODY, body_time: MAX_BODY_TIME, ..Limits::default() } }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

impl Gate for Service {
    type Caller = Application;

    /// The key comes first: who has none learns nothing about applications.
    async fn authenticate(
        &self,
        _request: &Parts,
        credentials: Credentials,
        _scopes: &[&str],
    ) -> Result<Application, Failure<AuthError>> {
        let Some(owner) = self.store.application_of(&credentials.api_key).await? else {
            return Err(AuthError::Unauthenticated("the API key is unknown".to_owned()).into());
        };
        let Some(id) = application_id(credentials.application_id.expose()) else {
            return Err(AuthError::NotFound("no application has this id".to_owned()).into());
        };
        if id == owner {
            Ok(Application { id })
        } else if self.store.has_application(id).await? {
            Err(AuthError::Forbidden("the API key belongs to another application".to_owned()).into())
        } else {
            Err(AuthError::NotFound("no application has this id".to_owned()).into())
        }
    }

    fn reject(&self, rejection: Rejection) -> Response {
        rejection::answer(&rejection)
    }

    fn limits(&self, _: &'static Operation) -> Limits {
        self.limits
    }
}

impl ApiKeys for Service {
    async fn get_application_api_keys(
        &self,
        caller: Application,
    ) -> Result<ApiKeysResponse, Failure<GetApplicationApiKeysError>> {
        Ok(ApiKeysResponse { data: self.store.keys(caller.id).await? })
    }

    async fn create_application_api_key(
        &self,
        caller: Application,
        body: CreateApiKeyRequest,
    ) -> Result<CreateApiKeyResponse, Failure<CreateApplicationApiKeyError>> {
        let created = match self.store.create_key(caller.id, &body.name).await {
            Err(StoreError::NameTaken) => {
                let body = ErrorResponse::new("an API key with this name already exists");
                return Err(CreateApplicationApiKeyError::Conflict(body).into());
            }
            created => created?,
        };
        let data = CreatedApiKeyOutput::new(created.id, created.plaintext.expose(), body.name);
        Ok(CreateApiKeyResponse { data })
    }

    async fn delete_application_api_key(
        &self,
        caller: Application,
        key_id: Uuid,
    ) -> Result<(), Failure<DeleteApplicationApiKeyError>> {
        Ok(self.store.delete_key(caller.id, key_id).await?)
    }
}

/// An id in the one form that the API gives: hyphenated. Anything else is no application's.
fn application_id(text: &str) -> Option<Uuid> {
    const HYPHENATED: usize = uuid::fmt::Hyphenated::LENGTH;
    if text.len() == HYPHENATED { Uuid::try_parse(text).ok() } else { None }
}
