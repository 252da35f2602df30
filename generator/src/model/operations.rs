//! Operations: parameters, bodies, answers, and who may call.

use serde::Serialize;

use super::{Docs, Place, is_true};

/// The operations that share a first tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tag {
    /// The tag; empty for operations without one.
    pub wire_name: String,
    /// The traits' name.
    pub name: String,
    /// The module's name.
    pub module: String,
    /// What the description says of the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The operations.
    pub operations: Vec<Operation>,
}

/// One operation (OpenAPI 3.1.1, Operation Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// `operationId`, or a name made from method and path.
    pub wire_name: String,
    /// The method's name, in snake case.
    pub name: String,
    /// The stem of the operation's type names, in upper camel case.
    pub type_name: String,
    /// The HTTP method, upper case.
    pub method: String,
    /// The path template as written.
    pub path: String,
    /// The template in segments.
    pub segments: Vec<Segment>,
    /// Whether the server's router leads to it: not where it cannot tell its path from another's.
    #[serde(skip_serializing_if = "is_true")]
    pub is_routed: bool,
    /// `summary`, `description`, `deprecated`.
    pub docs: Docs,
    /// Path parameters in template order, then the others in document order.
    pub parameters: Vec<Parameter>,
    /// The body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body: Option<RequestBody>,
    /// Answers that mean success.
    pub successes: Vec<Response>,
    /// Answers that mean failure.
    pub failures: Vec<Response>,
    /// Who may call: alternatives, tried in order. Empty: everybody, and nobody is asked.
    pub security: Vec<SecurityRequirement>,
}

impl Operation {
    /// The stem of the operation's type names, without what sets a name apart from a keyword (`Self_`).
    pub fn type_stem(&self) -> &str {
        self.type_name.trim_end_matches('_')
    }

    /// The parameters that stand in one place.
    pub fn parameters_in(&self, location: Location) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.location == location)
    }
}

/// One segment of a path template, between two slashes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// Fixed text, percent-encoded as it is sent.
    Literal(String),
    /// One parameter, by its wire name.
    Parameter(String),
    /// Text and parameters mixed.
    Mixed(Vec<Segment>),
}

/// A parameter (OpenAPI 3.1.1, Parameter Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// The argument's or field's name.
    pub name: String,
    /// The parameter's name.
    pub wire_name: String,
    /// Where it stands.
    pub location: Location,
    /// How it is written.
    pub style: Style,
    /// Whether arrays and objects make a parameter of each item or property.
    pub explode: bool,
    /// The value, without `Option` for absence.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is always sent.
    pub is_required: bool,
    /// `default`, where its type fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// Its documentation.
    pub docs: Docs,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

/// How a parameter is written (OpenAPI 3.1.1, Style Values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// Not a style: the parameter has `content`, and is written as that media type (JSON).
    Json,
}

/// What an operation is sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequestBody {
    /// Whether it is always sent.
    pub is_required: bool,
    /// The alternatives; never empty.
    pub media_types: Vec<MediaType>,
    /// What the description says of it.
    pub docs: Docs,
}

/// A body's content in one media type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MediaType {
    /// The media type or range, lower case, with its parameters.
    pub wire_name: String,
    /// How the content is read and written.
    pub kind: MediaKind,
    /// The content.
    #[serde(flatten)]
    pub place: Place,
}

/// How a body is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// `application/json`, `+json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/*`.
    Multipart,
    /// `text/*`, XML: a string.
    Text,
    /// Anything else: bytes.
    Binary,
    /// `text/event-stream`.
    EventStream,
    /// `application/x-ndjson`, `application/jsonl`.
    JsonLines,
    /// `application/json-seq` (RFC 7464).
    JsonSequence,
}

/// One declared answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Response {
    /// The Rust variant, named after the status.
    pub name: String,
    /// When it is given.
    pub status: Status,
    /// `description`.
    pub description: String,
    /// Declared headers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The alternatives; empty for no body.
    pub media_types: Vec<MediaType>,
}

/// The key of a Responses Object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// One status, such as 404.
    Code(u16),
    /// A class, such as 4 for `4XX`.
    Range(u8),
    /// `default`.
    Default,
}

/// A declared response header.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Header {
    /// The Rust field.
    pub name: String,
    /// The header's name, lower case.
    pub wire_name: String,
    /// How its value is written.
    pub style: HeaderStyle,
    /// Its value.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is always there.
    pub is_required: bool,
    /// Its documentation.
    pub docs: Docs,
}

/// How a header is written (OpenAPI 3.1.1, Header Object).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderStyle {
    /// `simple`.
    Simple,
    /// `simple` with `explode`.
    Exploded,
    /// The header has `content`, and is written as that media type (JSON).
    Json,
    /// A header line for each item: `Set-Cookie`.
    Lines,
}

/// A way to authenticate (OpenAPI 3.1.1, Security Scheme Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SecurityScheme {
    /// The key in `components.securitySchemes`.
    pub wire_name: String,
    /// The field that holds the credential, in snake case.
    pub name: String,
    /// What the description says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where the credential stands.
    pub kind: SecurityKind,
}

/// Where a credential stands in a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityKind {
    /// `apiKey`: a header, query or cookie parameter.
    ApiKey {
        /// Header, query or cookie.
        location: Location,
        /// The parameter's name; a header's in lower case.
        parameter: String,
    },
    /// `http` with the `basic` scheme (RFC 7617).
    Basic,
    /// `http` with the `bearer` scheme, `oauth2`, `openIdConnect` (RFC 6750).
    Bearer,
    /// `http` with another scheme of the IANA registry.
    Http(String),
    /// `mutualTLS`: nothing in the request itself.
    MutualTls,
}

/// Schemes that must be satisfied together. Empty: no credential at all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SecurityRequirement {
    /// The schemes.
    pub schemes: Vec<RequiredScheme>,
}

/// One scheme of a requirement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequiredScheme {
    /// Index in [`Api::security_schemes`](super::Api::security_schemes).
    pub scheme: usize,
    /// Scopes or roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}
