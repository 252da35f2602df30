//! Every object but the Schema Object: its fixed fields, then its patterned ones.

use super::Version::V31;
use super::{Field, Kind, Shape, optional, optional_of, required, required_in_30};

const SERVERS: Shape = Shape::Array(&Shape::Object(Kind::Server));
const SECURITY: Shape = Shape::Array(&Shape::Object(Kind::SecurityRequirement));
const PARAMETERS: Shape = Shape::Array(&Shape::Object(Kind::Parameter));
const CONTENT: Shape = Shape::Map(&Shape::Object(Kind::MediaType));
const HEADERS: Shape = Shape::Map(&Shape::Object(Kind::Header));
const EXAMPLES: Shape = Shape::Map(&Shape::Object(Kind::Example));
const LINKS: Shape = Shape::Map(&Shape::Object(Kind::Link));
const CALLBACKS: Shape = Shape::Map(&Shape::Object(Kind::Callback));
const PATH_ITEMS: Shape = Shape::Map(&Shape::Object(Kind::PathItem));
const STRINGS: Shape = Shape::Array(&Shape::String);
const SCHEMA: Shape = Shape::Object(Kind::Schema);
const OPERATION: Shape = Shape::Object(Kind::Operation);
const EXTERNAL_DOCS: Shape = Shape::Object(Kind::ExternalDocumentation);
const FLOW: Shape = Shape::Object(Kind::OAuthFlow);
const QUERY_STYLES: &[&str] = &["form", "spaceDelimited", "pipeDelimited", "deepObject"];
const STYLES: &[&str] = &["form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "deepObject"];

/// The fields whose names may be anything of a pattern.
pub(super) fn patterned(kind: Kind, key: &str) -> Option<&'static Shape> {
    const PATH_ITEM: Shape = Shape::Object(Kind::PathItem);
    const RESPONSE: Shape = Shape::Object(Kind::Response);
    match kind {
        Kind::Paths if key.starts_with('/') => Some(&PATH_ITEM),
        Kind::Callback => Some(&PATH_ITEM),
        Kind::Responses if is_status(key) => Some(&RESPONSE),
        Kind::SecurityRequirement => Some(&STRINGS),
        _ => None,
    }
}

/// `404`, `4XX`, `default` (OpenAPI 3.1.1, Responses Object).
fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        b"default" => true,
        [b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => true,
        [b'1'..=b'9', second, third] => second.is_ascii_digit() && third.is_ascii_digit(),
        _ => false,
    }
}

pub(super) fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::OpenApi => OPEN_API,
        Kind::Info => INFO,
        Kind::Contact => CONTACT,
        Kind::License => LICENSE,
        Kind::Server => SERVER,
        Kind::ServerVariable => SERVER_VARIABLE,
        Kind::Components => COMPONENTS,
        Kind::PathItem => PATH_ITEM,
        Kind::Operation => OPERATION_FIELDS,
        Kind::ExternalDocumentation => EXTERNAL_DOCUMENTATION,
        Kind::Parameter => PARAMETER,
        Kind::RequestBody => REQUEST_BODY,
        Kind::MediaType => MEDIA_TYPE,
        Kind::Encoding => ENCODING,
        Kind::Response => RESPONSE,
        Kind::Example => EXAMPLE,
        Kind::Link => LINK,
        Kind::Header => HEADER,
        Kind::Tag => TAG,
        Kind::Discriminator => DISCRIMINATOR,
        Kind::Xml => XML,
        Kind::SecurityScheme => SECURITY_SCHEME,
        Kind::OAuthFlows => OAUTH_FLOWS,
        Kind::OAuthFlow => OAUTH_FLOW,
        Kind::Overlay => OVERLAY,
        Kind::OverlayInfo => OVERLAY_INFO,
        Kind::Action => ACTION,
        Kind::Schema => super::schema::SCHEMA,
        Kind::Paths | Kind::Responses | Kind::Callback | Kind::SecurityRequirement => &[],
    }
}

// Overlay 1.1.0, which adds to 1.0.0 `copy` and the description.
const OVERLAY: &[Field] = &[
    required("overlay", Shape::String),
    required("info", Shape::Object(Kind::OverlayInfo)),
    optional("extends", Shape::String),
    required("actions", Shape::Array(&Shape::Object(Kind::Action))),
];

const OVERLAY_INFO: &[Field] =
    &[required("title", Shape::String), required("version", Shape::String), optional("description", Shape::String)];

const ACTION: &[Field] = &[
    required("target", Shape::String),
    optional("description", Shape::String),
    optional("update", Shape::Any),
    optional("copy", Shape::String),
    optional("remove", Shape::Boolean),
];

const OPEN_API: &[Field] = &[
    required("openapi", Shape::String),
    required("info", Shape::Object(Kind::Info)),
    optional_of(V31, "jsonSchemaDialect", Shape::String),
    optional("servers", SERVERS),
    required_in_30("paths", Shape::Object(Kind::Paths)),
    optional_of(V31, "webhooks", PATH_ITEMS),
    // What descriptions of 3.0 write, which has no webhooks.
    optional("x-webhooks", PATH_ITEMS),
    optional("components", Shape::Object(Kind::Components)),
    optional("security", SECURITY),
    optional("tags", Shape::Array(&Shape::Object(Kind::Tag))),
    optional("externalDocs", EXTERNAL_DOCS),
];

const INFO: &[Field] = &[
    required("title", Shape::String),
    optional_of(V31, "summary", Shape::String),
    optional("description", Shape::String),
    optional("termsOfService", Shape::String),
    optional("contact", Shape::Object(Kind::Contact)),
    optional("license", Shape::Object(Kind::License)),
    required("version", Shape::String),
];

const CONTACT: &[Field] =
    &[optional("name", Shape::String), optional("url", Shape::String), optional("email", Shape::String)];

const LICENSE: &[Field] =
    &[required("name", Shape::String), optional_of(V31, "identifier", Shape::String), optional("url", Shape::String)];

const SERVER: &[Field] = &[
    required("url", Shape::String),
    optional("description", Shape::String),
    optional("variables", Shape::Map(&Shape::Object(Kind::ServerVariable))),
];

const SERVER_VARIABLE: &[Field] =
    &[optional("enum", STRINGS), required("default", Shape::String), optional("description", Shape::String)];

const COMPONENTS: &[Field] = &[
    optional("schemas", Shape::Map(&SCHEMA)),
    optional("responses", Shape::Map(&Shape::Object(Kind::Response))),
    optional("parameters", Shape::Map(&Shape::Object(Kind::Parameter))),
    optional("examples", EXAMPLES),
    optional("requestBodies", Shape::Map(&Shape::Object(Kind::RequestBody))),
    optional("headers", HEADERS),
    optional("securitySchemes", Shape::Map(&Shape::Object(Kind::SecurityScheme))),
    optional("links", LINKS),
    optional("callbacks", CALLBACKS),
    optional_of(V31, "pathItems", PATH_ITEMS),
];

const PATH_ITEM: &[Field] = &[
    optional("$ref", Shape::String),
    optional("summary", Shape::String),
    optional("description", Shape::String),
    optional("get", OPERATION),
    optional("put", OPERATION),
    optional("post", OPERATION),
    optional("delete", OPERATION),
    optional("options", OPERATION),
    optional("head", OPERATION),
    optional("patch", OPERATION),
    optional("trace", OPERATION),
    optional("servers", SERVERS),
    optional("parameters", PARAMETERS),
];

const OPERATION_FIELDS: &[Field] = &[
    optional("tags", STRINGS),
    optional("summary", Shape::String),
    optional("description", Shape::String),
    optional("externalDocs", EXTERNAL_DOCS),
    optional("operationId", Shape::String),
    optional("parameters", PARAMETERS),
    optional("requestBody", Shape::Object(Kind::RequestBody)),
    required_in_30("responses", Shape::Object(Kind::Responses)),
    optional("callbacks", CALLBACKS),
    optional("deprecated", Shape::Boolean),
    optional("security", SECURITY),
    optional("servers", SERVERS),
];

const EXTERNAL_DOCUMENTATION: &[Field] = &[optional("description", Shape::String), required("url", Shape::String)];

const PARAMETER: &[Field] = &[
    required("name", Shape::String),
    required("in", Shape::Word(&["query", "header", "path", "cookie"])),
    optional("description", Shape::String),
    optional("required", Shape::Boolean),
    optional("deprecated", Shape::Boolean),
    optional("allowEmptyValue", Shape::Boolean),
    optional("style", Shape::Word(STYLES)),
    optional("explode", Shape::Boolean),
    optional("allowReserved", Shape::Boolean),
    optional("schema", SCHEMA),
    optional("example", Shape::Any),
    optional("examples", EXAMPLES),
    optional("content", CONTENT),
];

const REQUEST_BODY: &[Field] =
    &[optional("description", Shape::String), required("content", CONTENT), optional("required", Shape::Boolean)];

const MEDIA_TYPE: &[Field] = &[
    optional("schema", SCHEMA),
    optional("example", Shape::Any),
    optional("examples", EXAMPLES),
    optional("encoding", Shape::Map(&Shape::Object(Kind::Encoding))),
];

const ENCODING: &[Field] = &[
    optional("contentType", Shape::String),
    optional("headers", HEADERS),
    optional("style", Shape::Word(QUERY_STYLES)),
    optional("explode", Shape::Boolean),
    optional("allowReserved", Shape::Boolean),
];

const RESPONSE: &[Field] = &[
    required("description", Shape::String),
    optional("headers", HEADERS),
    optional("content", CONTENT),
    optional("links", LINKS),
];

const EXAMPLE: &[Field] = &[
    optional("summary", Shape::String),
    optional("description", Shape::String),
    optional("value", Shape::Any),
    optional("externalValue", Shape::String),
];

const LINK: &[Field] = &[
    optional("operationRef", Shape::String),
    optional("operationId", Shape::String),
    optional("parameters", Shape::Map(&Shape::Any)),
    optional("requestBody", Shape::Any),
    optional("description", Shape::String),
    optional("server", Shape::Object(Kind::Server)),
];

const HEADER: &[Field] = &[
    optional("description", Shape::String),
    optional("required", Shape::Boolean),
    optional("deprecated", Shape::Boolean),
    optional("style", Shape::Word(&["simple"])),
    optional("explode", Shape::Boolean),
    optional("schema", SCHEMA),
    optional("example", Shape::Any),
    optional("examples", EXAMPLES),
    optional("content", CONTENT),
    // Parameter fields without a meaning for headers, but common enough to pass.
    optional("allowReserved", Shape::Boolean),
    optional("allowEmptyValue", Shape::Boolean),
];

const TAG: &[Field] =
    &[required("name", Shape::String), optional("description", Shape::String), optional("externalDocs", EXTERNAL_DOCS)];

const DISCRIMINATOR: &[Field] =
    &[required("propertyName", Shape::String), optional("mapping", Shape::Map(&Shape::String))];

const XML: &[Field] = &[
    optional("name", Shape::String),
    optional("namespace", Shape::String),
    optional("prefix", Shape::String),
    optional("attribute", Shape::Boolean),
    optional("wrapped", Shape::Boolean),
];

const SECURITY_SCHEME: &[Field] = &[
    required("type", Shape::Word(&["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"])),
    optional("description", Shape::String),
    optional("name", Shape::String),
    optional("in", Shape::Word(&["query", "header", "cookie"])),
    optional("scheme", Shape::String),
    optional("bearerFormat", Shape::String),
    optional("flows", Shape::Object(Kind::OAuthFlows)),
    optional("openIdConnectUrl", Shape::String),
];

const OAUTH_FLOWS: &[Field] = &[
    optional("implicit", FLOW),
    optional("password", FLOW),
    optional("clientCredentials", FLOW),
    optional("authorizationCode", FLOW),
];

const OAUTH_FLOW: &[Field] = &[
    optional("authorizationUrl", Shape::String),
    optional("tokenUrl", Shape::String),
    optional("refreshUrl", Shape::String),
    required("scopes", Shape::Map(&Shape::String)),
];
