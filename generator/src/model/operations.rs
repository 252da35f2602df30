//! Operations: parameters, bodies, answers, and who may call.

use serde::Serialize;

use super::{Docs, Pagination, Place, Type, is_false};

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

impl Tag {
    /// Whether its operations are requests of the API's own.
    pub fn is_outgoing(&self) -> bool {
        self.operations.iter().any(|operation| operation.webhook.is_some())
    }
}

/// How the server's router leads to an operation.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Routing {
    /// What it goes by.
    #[serde(skip_serializing_if = "Choice::is_alone")]
    pub choice: Choice,
    /// The operations, by their names, that a request goes to instead if it suits them as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rivals: Vec<String>,
    /// The templates of other operations that requests to this one may have the path of, and that a router finds first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_at: Vec<Vec<Segment>>,
}

impl Routing {
    fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether some request gets there.
    pub fn is_reachable(&self) -> bool {
        self.choice != Choice::Unreachable
    }
}

/// What a router goes by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// By method and path.
    #[default]
    Alone,
    /// Others may have the same method and path: by what the path's query asks for, or the text around a parameter.
    Chosen,
    /// The same, and what is told apart in no other way by the media type that is asked for.
    ByAnswer,
    /// It does not: the path cannot be told from another's.
    Unreachable,
}

impl Choice {
    fn is_alone(&self) -> bool {
        *self == Self::Alone
    }
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
    /// The path template as written; of a callback the expression that says where it goes, of a webhook empty.
    pub path: String,
    /// What is different where the API makes the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// The template in segments.
    pub segments: Vec<Segment>,
    /// How the server's router leads to it.
    #[serde(skip_serializing_if = "Routing::is_plain")]
    pub routing: Routing,
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
    /// Where it is served, if that is somewhere else than the others: indices into the API's `operation_servers`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<usize>,
    /// How its answer leads to the next one, if that is one page of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
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

/// A request that the API makes itself, to a URL that its user has given (OpenAPI 3.1.1, `webhooks` of the OpenAPI
/// Object, and Callback Object). What it carries goes as responses go, and what it is answered as requests do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Webhook {
    /// An entry of `webhooks`.
    Webhook,
    /// A callback of these operations, by the names of their methods.
    Callback(Vec<String>),
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
    /// Whether reserved characters stand as they are (`allowReserved`).
    #[serde(skip_serializing_if = "is_false")]
    pub allows_reserved: bool,
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

impl Style {
    /// Whether each property of an object becomes a pair of its own, under its own name.
    pub(crate) fn spreads_objects(self, explode: bool) -> bool {
        explode && matches!(self, Self::Form | Self::SpaceDelimited | Self::PipeDelimited)
    }
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

/// One form of a body's content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MediaType {
    /// The Rust variant, where there are several forms.
    pub name: String,
    /// The media type or range, lower case, with its parameters.
    pub wire_name: String,
    /// Further media types of the same content.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// How the content is read and written.
    pub kind: MediaKind,
    /// The content: an item's where it is a stream of items, anything where it has parts.
    #[serde(flatten)]
    pub place: Place,
    /// Properties of a form that are not written as a scalar or as a list of scalars.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<FormProperty>,
    /// The parts of a multipart body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multipart: Option<Multipart>,
}

impl MediaType {
    /// The media type and those of the same content.
    pub fn wire_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.wire_name.as_str()).chain(self.also.iter().map(String::as_str))
    }

    /// The places of the content and of its parts.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        let parts = self.multipart.iter().flat_map(|multipart| &multipart.parts);
        std::iter::once(&self.place).chain(parts.flat_map(|part| {
            let headers = part.headers.iter().flat_map(|headers| &headers.headers);
            std::iter::once(&part.place).chain(headers.map(|header| &header.place))
        }))
    }

    /// The same, to change them.
    pub fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        let parts = self.multipart.iter_mut().flat_map(|multipart| &mut multipart.parts);
        std::iter::once(&mut self.place).chain(parts.flat_map(|part| {
            let headers = part.headers.iter_mut().flat_map(|headers| &mut headers.headers);
            std::iter::once(&mut part.place).chain(headers.map(|header| &mut header.place))
        }))
    }
}

/// How a body is read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// `application/json`, `+json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `text/*`, XML, YAML: a scalar as text.
    Text,
    /// Anything else: bytes, which may be streamed.
    Binary,
    /// Bytes in memory: those of a failure.
    Bytes,
    /// Bytes of a media type that the sender chooses: one of a range, or one with parameters of its own.
    Content,
    /// `text/event-stream`: events whose data is JSON.
    Events,
    /// The same: events whose data is text.
    TextEvents,
    /// The same: events that the schema describes as objects with `event`, `data`, `id` and `retry`.
    EventObjects,
    /// `application/x-ndjson`, `application/jsonl`.
    JsonLines,
    /// `application/json-seq` (RFC 7464).
    JsonSequence,
}

impl MediaKind {
    /// Whether the body is not read into memory before it is handed on.
    pub fn is_streamed(self) -> bool {
        !matches!(self, Self::Json | Self::Form | Self::Multipart | Self::Text | Self::Bytes)
    }

    /// Whether the body is a stream of items.
    pub fn has_items(self) -> bool {
        self.is_streamed() && !matches!(self, Self::Binary | Self::Content)
    }
}

/// How a property of a form is written (OpenAPI 3.1.1, Encoding Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormProperty {
    /// The property.
    pub wire_name: String,
    /// Its style.
    pub style: Style,
    /// Whether each item or property is a pair of its own.
    pub explode: bool,
    /// Whether reserved characters stand as they are (`allowReserved`).
    #[serde(skip_serializing_if = "is_false")]
    pub allows_reserved: bool,
    /// What its value is.
    #[serde(skip)]
    pub ty: Type,
}

/// The parts of a multipart body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Multipart {
    /// The struct's name.
    pub name: String,
    /// The parts.
    pub parts: Vec<Part>,
    /// Whether other parts are violations (`additionalProperties: false`).
    pub is_closed: bool,
}

impl Multipart {
    /// Whether some part has headers.
    pub fn has_headers(&self) -> bool {
        self.parts.iter().any(|part| part.headers.is_some())
    }
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The Rust field.
    pub name: String,
    /// The part's name.
    pub wire_name: String,
    /// Its documentation.
    pub docs: Docs,
    /// How it is written.
    pub kind: PartKind,
    /// Its value, without `Option` for absence; of no meaning for files.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is always there.
    pub is_required: bool,
    /// The media types that a file may have; empty for any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media_types: Vec<String>,
    /// Its headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<PartHeaders>,
}

impl Part {
    /// Whether it holds files.
    pub fn is_file(&self) -> bool {
        matches!(self.kind, PartKind::File | PartKind::Files)
    }
}

/// The headers of a part (OpenAPI 3.1.1, Encoding Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartHeaders {
    /// The name of the struct that holds them and the part's content.
    pub name: String,
    /// The headers.
    pub headers: Vec<Header>,
}

/// How a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// A file.
    File,
    /// Any number of files.
    Files,
    /// The text of a scalar.
    Text,
    /// A part for each item of an array of scalars.
    List,
    /// JSON.
    Json,
    /// A part of JSON for each item.
    JsonList,
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
    /// What can be called with what the answer says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// A way from an answer to another operation (OpenAPI 3.1.1, Link Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// The key in `links`.
    pub wire_name: String,
    /// The method of the operation that it leads to.
    pub operation: LinkTarget,
    /// What goes where: each parameter with a constant or a runtime expression.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<(String, String)>,
    /// The same for the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkTarget {
    /// An operation, by the name of its method.
    Method(String),
    /// One of another description, or one that is not generated: as the link says.
    Elsewhere(String),
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
    /// How a token is obtained, with OAuth 2.0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<OAuthFlow>,
    /// The scopes of the flows, each with what the description says of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<(String, String)>,
    /// Where an OpenID provider says how a token is obtained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery_url: Option<String>,
}

impl SecurityScheme {
    /// Where a client obtains tokens by itself.
    pub fn client_credentials_url(&self) -> Option<&str> {
        let flow = self.flows.iter().find(|flow| flow.name == "clientCredentials")?;
        flow.token_url.as_deref()
    }
}

/// A way to obtain a token (OpenAPI 3.1.1, OAuth Flow Object).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OAuthFlow {
    /// `clientCredentials`, `authorizationCode` …
    pub name: String,
    /// Where the user says yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_url: Option<String>,
    /// The token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_url: Option<String>,
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

impl SecurityKind {
    /// Whether a request has one place for both.
    pub fn stands_where(&self, other: &Self) -> bool {
        fn header(kind: &SecurityKind) -> Option<&str> {
            match kind {
                SecurityKind::ApiKey { location: Location::Header, parameter } => Some(parameter),
                SecurityKind::Basic | SecurityKind::Bearer | SecurityKind::Http(_) => Some("authorization"),
                _ => None,
            }
        }
        match (self, other) {
            (Self::ApiKey { .. }, Self::ApiKey { .. }) => self == other,
            _ => header(self).is_some_and(|name| header(other) == Some(name)),
        }
    }
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
