//! A service that answers what a test tells it, and counts what reaches its handlers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avido_api::client::{Client, Credentials};
use avido_api::operations::{CreateApplicationApiKeyError, DeleteApplicationApiKeyError, GetApplicationApiKeysError};
use avido_api::server::{self, ApiKeys, AuthError, Failure, Gate, Limits, Parts, Rejection, Response, router};
use avido_api::types::{
    ApiKeyOutput, ApiKeysResponse, CreateApiKeyRequest, CreateApiKeyResponse, CreatedApiKeyOutput, ErrorResponse,
    ValidationErrorResponse, ValidationErrorResponseIssue,
};
use uuid::Uuid;

/// The key that is let in.
pub const API_KEY: &str = "s3cret-api-key";
/// The application that is known.
pub const APPLICATION_ID: &str = "s3cret-application";
/// The plaintext of the key that is created.
pub const PLAINTEXT: &str = "s3cret-plaintext";
/// The key that is created, listed and deleted.
pub const ID: Uuid = Uuid::from_u128(0x123e_4567_e89b_42d3_a456_4266_1417_4000);

/// What creating gives.
pub type Created = Result<CreateApiKeyResponse, CreateApplicationApiKeyError>;
/// What listing gives.
pub type Listed = Result<ApiKeysResponse, GetApplicationApiKeysError>;
/// What deleting gives.
pub type Deleted = Result<(), DeleteApplicationApiKeyError>;

/// What the handlers do next.
#[derive(Debug)]
pub enum Next {
    /// Creating gives this.
    Create(Created),
    /// Listing gives this.
    List(Listed),
    /// Deleting gives this.
    Delete(Deleted),
    /// The handler fails, with this for the log.
    Fail(&'static str),
    /// The handler panics.
    Panic,
}

/// Cheap to clone; clones share everything.
#[derive(Debug, Clone, Default)]
pub struct Service {
    next: Arc<Mutex<Option<Next>>>,
    calls: Arc<AtomicUsize>,
    small: bool,
    own_words: bool,
}

impl Service {
    /// The same with bodies of 64 bytes and 20 milliseconds at most.
    #[must_use]
    pub fn small(self) -> Self {
        Self { small: true, ..self }
    }

    /// The same, which tells refused requests so in its own words.
    #[must_use]
    pub fn in_its_own_words(self) -> Self {
        Self { own_words: true, ..self }
    }

    /// Says what the next handler does.
    ///
    /// # Panics
    /// A handler has panicked while it held the lock.
    pub fn answer(&self, next: Next) {
        *self.next.lock().expect("no handler panics with the lock") = Some(next);
    }

    /// How many requests have reached a handler.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn next<E>(&self) -> Result<Next, Failure<E>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let next = self.next.lock().expect("no handler panics with the lock").take();
        match next.expect("the test says what to do") {
            Next::Fail(message) => Err(Failure::internal(message)),
            Next::Panic => panic!("as the test says"),
            next => Ok(next),
        }
    }

    /// A client in the same process.
    pub fn client(&self) -> Client {
        Client::with_transport(router(self.clone())).credentials(credentials())
    }
}

/// The credentials that are let in.
pub fn credentials() -> Credentials {
    Credentials { api_key: API_KEY.into(), application_id: APPLICATION_ID.into() }
}

impl Gate for Service {
    type Caller = ();

    async fn authenticate(
        &self,
        _: &Parts,
        credentials: server::Credentials,
        _: &[&str],
    ) -> Result<(), Failure<AuthError>> {
        match credentials.api_key.expose() {
            API_KEY if credentials.application_id.expose() == APPLICATION_ID => Ok(()),
            API_KEY => Err(AuthError::NotFound("no such application".to_owned()))?,
            "forbidden" => Err(AuthError::Forbidden("not yours".to_owned()))?,
            "broken" => Err(Failure::internal("the database is down")),
            _ => Err(AuthError::Unauthenticated("a wrong key".to_owned()))?,
        }
    }

    fn reject(&self, rejection: Rejection) -> Response {
        if !self.own_words {
            return rejection.into_response();
        }
        let text = format!("{} {} violations", rejection.status().as_u16(), rejection.violations().len());
        let mut response = Response::new(server::Body::from(text));
        *response.status_mut() = rejection.status();
        response
    }

    fn limits(&self, _: &'static server::Operation) -> Limits {
        if self.small {
            Limits { body: 64, body_time: Duration::from_millis(20), ..Limits::default() }
        } else {
            Limits::default()
        }
    }
}

impl ApiKeys for Service {
    async fn create_application_api_key(
        &self,
        (): (),
        _: CreateApiKeyRequest,
    ) -> Result<CreateApiKeyResponse, Failure<CreateApplicationApiKeyError>> {
        match self.next()? {
            Next::Create(result) => Ok(result?),
            _ => panic!("another operation was meant"),
        }
    }

    async fn get_application_api_keys(&self, (): ()) -> Result<ApiKeysResponse, Failure<GetApplicationApiKeysError>> {
        match self.next()? {
            Next::List(result) => Ok(result?),
            _ => panic!("another operation was meant"),
        }
    }

    async fn delete_application_api_key(
        &self,
        (): (),
        key_id: Uuid,
    ) -> Result<(), Failure<DeleteApplicationApiKeyError>> {
        assert_eq!(key_id, ID);
        match self.next()? {
            Next::Delete(result) => Ok(result?),
            _ => panic!("another operation was meant"),
        }
    }
}

/// The stubs, and nothing else.
#[derive(Debug)]
pub struct Stubs;

impl Gate for Stubs {
    type Caller = ();

    async fn authenticate(&self, _: &Parts, _: server::Credentials, _: &[&str]) -> Result<(), Failure<AuthError>> {
        Ok(())
    }
}

impl ApiKeys for Stubs {}

/// A created key, with its plaintext.
pub fn created() -> CreateApiKeyResponse {
    CreateApiKeyResponse::new(CreatedApiKeyOutput::new(ID, PLAINTEXT, "Production"))
}

/// One of each answer that creating declares.
pub fn created_answers() -> Vec<(u16, Created)> {
    use CreateApplicationApiKeyError as E;
    vec![
        (201, Ok(created())),
        (400, Err(E::BadRequest(error()))),
        (401, Err(E::Unauthorized(error()))),
        (403, Err(E::Forbidden(error()))),
        (404, Err(E::NotFound(error()))),
        (409, Err(E::Conflict(error()))),
        (422, Err(E::UnprocessableEntity(invalid()))),
        (500, Err(E::InternalServerError(error()))),
    ]
}

/// One of each answer that listing declares.
pub fn listed_answers() -> Vec<(u16, Listed)> {
    use GetApplicationApiKeysError as E;
    let at = "2024-01-05T12:34:56.789Z".parse().expect("a date-time");
    let key = ApiKeyOutput::new(ID, "avido_1", "Production", ID, at, at);
    vec![
        (200, Ok(ApiKeysResponse::new(vec![key]))),
        (400, Err(E::BadRequest(error()))),
        (401, Err(E::Unauthorized(error()))),
        (403, Err(E::Forbidden(error()))),
        (404, Err(E::NotFound(error()))),
        (422, Err(E::UnprocessableEntity(invalid()))),
        (500, Err(E::InternalServerError(error()))),
    ]
}

/// One of each answer that deleting declares.
pub fn deleted_answers() -> Vec<(u16, Deleted)> {
    use DeleteApplicationApiKeyError as E;
    vec![
        (204, Ok(())),
        (400, Err(E::BadRequest(error()))),
        (401, Err(E::Unauthorized(error()))),
        (403, Err(E::Forbidden(error()))),
        (404, Err(E::NotFound(error()))),
        (422, Err(E::UnprocessableEntity(invalid()))),
        (500, Err(E::InternalServerError(error()))),
    ]
}

/// The body of a failure.
pub fn error() -> ErrorResponse {
    ErrorResponse::new("as the test says")
}

/// The body of a refusal.
pub fn invalid() -> ValidationErrorResponse {
    let issue = ValidationErrorResponseIssue::new("min_length", "too short", vec!["name".to_owned()]);
    ValidationErrorResponse::new("as the test says", vec![issue])
}
