//! The same API as somebody would write it who knows serde, axum and reqwest: derived types, extractors, the checks
//! that the description asks for and no others, nothing boxed.
//!
//! The generated server does what this one does not: it keeps a handler's panic and a slow body from harming others,
//! lists all violations of a request, and hides credentials from whoever prints the request's head.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use regex::Regex;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

pub(crate) const API_KEY: &str = "avido_key_0123456789abcdef";
pub(crate) const APPLICATION_ID: &str = "app-123e4567-e89b-12d3-a456-426614174000";
pub(crate) const CREATED_ID: Uuid = Uuid::from_u128(0x123e4567_e89b_42d3_a456_426614174000);

static X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
static X_APPLICATION_ID: HeaderName = HeaderName::from_static("x-application-id");

/// The description's, by way of the generated crate, so that both look for the same.
fn compiled(pattern: &avido_api::support::pattern::Pattern) -> Regex {
    use avido_api::support::codec::TextPattern as _;
    Regex::new(&pattern.source().replace("\\d", "[0-9]")).expect("the generator has compiled it")
}

static UUID: LazyLock<Regex> = LazyLock::new(|| compiled(&avido_api::patterns::UUID));
static DATE_TIME: LazyLock<Regex> = LazyLock::new(|| compiled(&avido_api::patterns::DATE_TIME));

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApiKeyRequest {
    pub(crate) name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CreateApiKeyResponse {
    pub(crate) data: CreatedApiKeyOutput,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CreatedApiKeyOutput {
    pub(crate) id: Uuid,
    pub(crate) key: String,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ApiKeysResponse {
    pub(crate) data: Vec<ApiKeyOutput>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyOutput {
    pub(crate) id: Uuid,
    pub(crate) key_id: String,
    pub(crate) name: String,
    pub(crate) application_id: Uuid,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// The list as a request would hold it: nothing unknown, all constraints met.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckedList {
    pub(crate) data: Vec<CheckedItem>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "what is measured is the reading")]
pub(crate) struct CheckedItem {
    #[serde(deserialize_with = "checked_uuid")]
    pub(crate) id: Uuid,
    pub(crate) key_id: String,
    #[serde(deserialize_with = "filled")]
    pub(crate) name: String,
    #[serde(deserialize_with = "checked_uuid")]
    pub(crate) application_id: Uuid,
    #[serde(deserialize_with = "checked_date_time")]
    pub(crate) created_at: DateTime<Utc>,
    #[serde(deserialize_with = "checked_date_time")]
    pub(crate) updated_at: DateTime<Utc>,
}

/// Text that is borrowed where it holds no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn checked_uuid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    let Text(text) = Text::deserialize(deserializer)?;
    if !UUID.is_match(&text) {
        return Err(D::Error::custom("must be a UUID"));
    }
    text.parse().map_err(D::Error::custom)
}

fn checked_date_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let Text(text) = Text::deserialize(deserializer)?;
    if !DATE_TIME.is_match(&text) {
        return Err(D::Error::custom("must be a date and time"));
    }
    text.parse().map_err(D::Error::custom)
}

fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Err(D::Error::custom("must not be empty")) } else { Ok(text) }
}

struct Service {
    list: ApiKeysResponse,
}

/// A router that answers a list with `list`.
pub(crate) fn router(list: ApiKeysResponse) -> Router {
    Router::new()
        .route("/v0/api-keys", post(create).get(get_list).put(replace_list))
        .route("/v0/api-keys/{keyId}", delete(delete_key))
        .with_state(Arc::new(Service { list }))
}

#[derive(Serialize)]
struct ErrorResponse {
    message: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Refusal {
    Unauthenticated,
    NotAcceptable,
    UnsupportedMediaType,
    Malformed,
    Invalid,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "credentials are required"),
            Self::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, "answers come as application/json"),
            Self::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "the body is not well-formed JSON"),
            Self::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "the request is invalid"),
        };
        (status, Json(ErrorResponse { message })).into_response()
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::JsonDataError(_) => Self::Invalid,
            JsonRejection::MissingJsonContentType(_) => Self::UnsupportedMediaType,
            _ => Self::Malformed,
        }
    }
}

/// Who calls and takes JSON; refused before the body is read.
struct Caller;

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let is_known = only(&parts.headers, &X_API_KEY).is_some_and(|key| key == API_KEY)
            && only(&parts.headers, &X_APPLICATION_ID).is_some_and(|id| id == APPLICATION_ID);
        if !is_known {
            return Err(Refusal::Unauthenticated);
        }
        if takes_json(&parts.headers) { Ok(Self) } else { Err(Refusal::NotAcceptable) }
    }
}

/// The value of a header that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

fn takes_json(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(header::ACCEPT) else { return true };
    let Ok(accept) = accept.to_str() else { return false };
    accept.split(',').any(|range| {
        let essence = range.split(';').next().unwrap_or_default().trim();
        ["application/json", "application/*", "*/*"].iter().any(|known| essence.eq_ignore_ascii_case(known))
    })
}

async fn create(
    _caller: Caller,
    body: Result<Json<CreateApiKeyRequest>, JsonRejection>,
) -> Result<(StatusCode, Json<CreateApiKeyResponse>), Refusal> {
    let Json(body) = body?;
    if !(1..=256).contains(&body.name.chars().count()) {
        return Err(Refusal::Invalid);
    }
    let data = CreatedApiKeyOutput { id: CREATED_ID, key: "avido_0123456789".to_owned(), name: body.name };
    Ok((StatusCode::CREATED, Json(CreateApiKeyResponse { data })))
}

async fn get_list(State(service): State<Arc<Service>>, _caller: Caller) -> Json<ApiKeysResponse> {
    Json(service.list.clone())
}

async fn replace_list(_caller: Caller, list: Result<Json<CheckedList>, JsonRejection>) -> Result<StatusCode, Refusal> {
    let Json(list) = list?;
    assert!(!list.data.is_empty());
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_key(_caller: Caller, Path(key_id): Path<String>) -> Result<StatusCode, Refusal> {
    if !UUID.is_match(&key_id) {
        return Err(Refusal::Invalid);
    }
    let _key_id: Uuid = key_id.parse().map_err(|_| Refusal::Invalid)?;
    Ok(StatusCode::NO_CONTENT)
}
