//! The side of the generated code: a service, as its user writes one.

use avido_api::client::{Client, Credentials as ClientCredentials};
use avido_api::server::{self, AuthError, Credentials, Failure, Gate, Parts};
use avido_api::support::operation::Operation;
use avido_api::support::server::{Answer, Authenticated, Incoming, Routes, answer_with, reply};
use avido_api::{operations, types};
use axum::Router;
use axum::http::{Method, StatusCode};
use uuid::Uuid;

use crate::hand_written::{API_KEY, APPLICATION_ID, CREATED_ID};

struct Service {
    list: types::ApiKeysResponse,
}

/// A router that answers a list with `list`.
pub(crate) fn router(list: types::ApiKeysResponse) -> Router {
    server::router(Service { list })
}

/// An operation with a large body, which the API does not have: as the generator would write it.
static REPLACE_LIST: Operation = Operation::new("replaceApplicationApiKeys", Method::PUT, "/v0/api-keys")
    .security(operations::GET_APPLICATION_API_KEYS.security)
    .consumes(&["application/json"]);

fn replace_list_endpoint<'a>(_service: &'a Service, _caller: (), request: &mut Incoming) -> Option<Answer<'a>> {
    let body = request.required_json::<types::ApiKeysResponse>("application/json", &[]);
    request.checked()?;
    let body = body?;
    let handler = async move {
        assert!(!body.data.is_empty());
        Ok::<_, Failure<operations::GetApplicationApiKeysError>>(())
    };
    Some(answer_with(handler, reply::as_empty(StatusCode::NO_CONTENT)))
}

/// A router that takes a list.
pub(crate) fn taking_router(list: types::ApiKeysResponse) -> Router {
    Routes::new(Service { list }).route(Authenticated, REPLACE_LIST.path, &REPLACE_LIST, replace_list_endpoint).finish()
}

/// The client with the credentials that both services take.
pub(crate) fn with_credentials(client: Client) -> Client {
    client.credentials(ClientCredentials { api_key: API_KEY.into(), application_id: APPLICATION_ID.into() })
}

impl Gate for Service {
    type Caller = ();

    async fn authenticate(&self, _: &Parts, credentials: Credentials, _: &[&str]) -> Result<(), Failure<AuthError>> {
        let is_known = credentials.api_key.expose() == API_KEY && credentials.application_id.expose() == APPLICATION_ID;
        if is_known { Ok(()) } else { Err(AuthError::Unauthenticated("unknown credentials".into()).into()) }
    }
}

impl server::ApiKeys for Service {
    async fn create_application_api_key(
        &self,
        _caller: (),
        body: types::CreateApiKeyRequest,
    ) -> Result<types::CreateApiKeyResponse, Failure<operations::CreateApplicationApiKeyError>> {
        Ok(types::CreateApiKeyResponse::new(types::CreatedApiKeyOutput::new(CREATED_ID, "avido_0123456789", body.name)))
    }

    async fn get_application_api_keys(
        &self,
        _caller: (),
    ) -> Result<types::ApiKeysResponse, Failure<operations::GetApplicationApiKeysError>> {
        Ok(self.list.clone())
    }

    async fn delete_application_api_key(
        &self,
        _caller: (),
        _key_id: Uuid,
    ) -> Result<(), Failure<operations::DeleteApplicationApiKeyError>> {
        Ok(())
    }
}
