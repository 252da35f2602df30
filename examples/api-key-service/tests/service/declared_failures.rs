//! Every failure that the description declares, also those that the service has no cause for (a list that is
//! 422): a handler that fails with it, through the generated client.

use avido_api::client::{ApiKeys as ApiKeysClient, Error};
use avido_api::operations::{CreateApplicationApiKeyError, DeleteApplicationApiKeyError, GetApplicationApiKeysError};
use avido_api::server::{self, ApiKeys, AuthError, Credentials, Failure, Gate, Parts};
use avido_api::types::{
    ApiKeysResponse, CreateApiKeyRequest, CreateApiKeyResponse, ErrorResponse, ValidationErrorResponse,
    ValidationErrorResponseIssue,
};
use uuid::Uuid;

use crate::world::{Way, both_ways, client, credentials};

both_ways! { lists_fail_as_declared, creates_fail_as_declared, deletes_fail_as_declared, stubs_are_not_implemented, panics_are_internal_errors }

/// Fails with the status that it is shown as an API key: panics for 0, and has no handler for any other.
struct Failing;

impl Gate for Failing {
    type Caller = u16;

    async fn authenticate(&self, _: &Parts, shown: Credentials, _: &[&str]) -> Result<u16, Failure<AuthError>> {
        Ok(shown.api_key.expose().parse()?)
    }
}

fn error() -> ErrorResponse {
    ErrorResponse::new("told")
}

fn validation_error() -> ValidationErrorResponse {
    let issue = ValidationErrorResponseIssue::new("code", "message", ["a".to_owned(), "b".to_owned()]);
    ValidationErrorResponse::new("told", [issue])
}

/// The failure of `$error` that has this status.
macro_rules! failure {
    ($status:expr, $error:ident $(, $code:literal $variant:ident)*) => {
        Err(match $status {
            0 => panic!("this panic is part of a test"),
            400 => $error::BadRequest(error()).into(),
            401 => $error::Unauthorized(error()).into(),
            403 => $error::Forbidden(error()).into(),
            404 => $error::NotFound(error()).into(),
            422 => $error::UnprocessableEntity(validation_error()).into(),
            500 => $error::InternalServerError(error()).into(),
            $($code => $error::$variant(error()).into(),)*
            _ => Failure::NotImplemented,
        })
    };
}

impl ApiKeys for Failing {
    async fn get_application_api_keys(
        &self,
        status: u16,
    ) -> Result<ApiKeysResponse, Failure<GetApplicationApiKeysError>> {
        failure!(status, GetApplicationApiKeysError)
    }

    async fn create_application_api_key(
        &self,
        status: u16,
        _: CreateApiKeyRequest,
    ) -> Result<CreateApiKeyResponse, Failure<CreateApplicationApiKeyError>> {
        failure!(status, CreateApplicationApiKeyError, 409 Conflict)
    }

    async fn delete_application_api_key(
        &self,
        status: u16,
        _: Uuid,
    ) -> Result<(), Failure<DeleteApplicationApiKeyError>> {
        failure!(status, DeleteApplicationApiKeyError)
    }
}

/// Calls with each status, and looks for the same failure on the client's side.
macro_rules! each_comes_back {
    ($way:expr, $statuses:expr, $error:ident $(, $code:literal $variant:ident)*; $call:expr) => {
        for status in $statuses {
            let client = client(server::router(Failing), $way).await;
            let client = client.credentials(credentials(&status.to_string(), "any"));
            let failed = $call(&client).await.unwrap_err();
            assert_eq!(failed.status().unwrap().as_u16(), status);
            let sent: Result<(), Failure<$error>> = failure!(status, $error $(, $code $variant)*);
            match (sent, failed) {
                (Err(Failure::Declared(sent)), Error::Api(received)) => assert_eq!(*sent, received),
                other => panic!("{other:?}"),
            }
        }
    };
}

async fn lists_fail_as_declared(way: Way) {
    each_comes_back!(way, [400, 401, 403, 404, 422, 500], GetApplicationApiKeysError;
        ApiKeysClient::get_application_api_keys);
}

async fn creates_fail_as_declared(way: Way) {
    each_comes_back!(way, [400, 401, 403, 404, 409, 422, 500], CreateApplicationApiKeyError, 409 Conflict;
        |client| ApiKeysClient::create_application_api_key(client, &CreateApiKeyRequest::new("a")));
}

async fn deletes_fail_as_declared(way: Way) {
    each_comes_back!(way, [400, 401, 403, 404, 422, 500], DeleteApplicationApiKeyError;
        |client| ApiKeysClient::delete_application_api_key(client, &Uuid::new_v4()));
}

async fn stubs_are_not_implemented(way: Way) {
    let client = client(server::router(Failing), way).await.credentials(credentials("501", "any"));
    match client.get_application_api_keys().await {
        Err(Error::Undeclared(answer)) => assert_eq!(answer.status.as_u16(), 501),
        other => panic!("{other:?}"),
    }
}

async fn panics_are_internal_errors(way: Way) {
    let client = client(server::router(Failing), way).await;
    for _ in 0..2 {
        match client.clone().credentials(credentials("0", "any")).get_application_api_keys().await {
            // A problem document: this service does not speak the API's error schema.
            Err(error) => assert_eq!(error.status().unwrap().as_u16(), 500),
            other => panic!("{other:?}"),
        }
        let failed = client.clone().credentials(credentials("404", "any")).get_application_api_keys().await;
        assert_eq!(failed.unwrap_err().status().unwrap().as_u16(), 404);
    }
}
