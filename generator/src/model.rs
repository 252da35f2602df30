//! What will be generated, as plain data: every decision taken, no token and no `openapiv3` type in it.
//!
//! `name` is what Rust sees (a valid identifier, keywords already raw or suffixed), `wire_name` what the
//! description and the wire say. Everything stands in document order.

use serde::Serialize;

/// One API: everything the generated crate is made from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where the API is served, first the default. Empty if the description names none.
    pub servers: Vec<Server>,
    /// Ways to authenticate that some operation uses.
    pub security_schemes: Vec<SecurityScheme>,
    /// Every pattern that a rule names.
    pub patterns: Vec<Pattern>,
    /// One definition per type, in document order.
    pub types: Vec<TypeDefinition>,
    /// The operations, by their first tag, in document order.
    pub tags: Vec<Tag>,
}

impl Api {
    /// Every operation, tag by tag.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.tags.iter().flat_map(|tag| &tag.operations)
    }
}

/// A place where the API is served (OpenAPI 3.1.1, Server Object), variables replaced by their defaults.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Server {
    /// The URL, absolute or relative.
    pub url: String,
    /// What the description says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

// ---- types ----

/// What a reader is told about an item.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Docs {
    /// `title` or `summary`, unless it says no more than the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `description`, CommonMark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `example` or `examples`, as compact JSON.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// Remarks of the generator, such as the rule by which a union is told apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// `deprecated: true`.
    #[serde(skip_serializing_if = "is_false")]
    pub is_deprecated: bool,
}

/// A named type of the generated crate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TypeDefinition {
    /// The Rust type's name.
    pub name: String,
    /// Its documentation.
    pub docs: Docs,
    /// Paths of derives that codegen.toml adds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derives: Vec<String>,
    /// Whether some request carries it.
    pub in_request: bool,
    /// Whether some response carries it.
    pub in_response: bool,
    /// What it is.
    pub kind: TypeKind,
}

/// What a named type is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// An object with known properties.
    Struct(Struct),
    /// A closed or open list of scalar values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A fixed-length array (`prefixItems`).
    Tuple(Tuple),
    /// Another name for a type.
    Alias(Place),
}

/// An object with known properties.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Struct {
    /// The properties.
    pub fields: Vec<Field>,
    /// What happens to properties that are not listed.
    pub additional: AdditionalProperties,
    /// Rules about the object as a whole (`minProperties`, `maxProperties`, …).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// `additionalProperties` (JSON Schema 2020-12, Core, 10.3.2.3).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdditionalProperties {
    /// Not mentioned: accepted and dropped.
    Dropped,
    /// `false`: violations in requests, ignored in responses.
    Forbidden,
    /// Kept in a map; `name` is the field that holds it.
    Kept {
        /// The Rust field.
        name: String,
        /// What the values are.
        values: Place,
    },
}

/// One property of a struct.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The Rust field.
    pub name: String,
    /// The property.
    pub wire_name: String,
    /// Its documentation.
    pub docs: Docs,
    /// The type of the value, without `Option` for absence; `Nullable` included.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is always there.
    pub is_required: bool,
    /// Whether its value must not print.
    #[serde(skip_serializing_if = "is_false")]
    pub is_sensitive: bool,
    /// `default`, where its type fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
}

/// A type at a place, and what that place asks of the value beyond the type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// The type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// The constraints that hold here, in the order of the specification.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// A use of a type.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A [`TypeDefinition`] by its Rust name.
    Named(String),
    /// Any JSON value.
    Any,
    /// `type: boolean`.
    Boolean,
    /// `type: integer`, by format and bounds.
    Integer(IntegerKind),
    /// `type: number`.
    Number(NumberKind),
    /// `type: string` without a format that has a Rust type.
    String,
    /// A string with a format that has a Rust type.
    Formatted(Format),
    /// `type: array`.
    Array(Box<Type>),
    /// An object of which only `additionalProperties` are known; keys are strings.
    Map(Box<Type>),
    /// A value or null.
    Nullable(Box<Type>),
    /// The place where a recursive type is boxed.
    Boxed(Box<Type>),
    /// A type of the user's, by path, from codegen.toml.
    Custom(String),
}

/// The Rust integer type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant is named after the Rust type it stands for")]
pub enum IntegerKind {
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
}

/// The Rust floating-point type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant is named after the Rust type it stands for")]
pub enum NumberKind {
    F32,
    F64,
}

/// A string format with a Rust type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RFC 9562, `uuid::Uuid`.
    Uuid,
    /// RFC 3339, section 5.6, `chrono::DateTime<Utc>`.
    DateTime,
    /// RFC 3339 full-date, `chrono::NaiveDate`.
    Date,
    /// RFC 4648, section 4.
    Base64,
    /// Any bytes; only as a whole body or a part of one.
    Binary,
    /// Dotted decimal, `std::net::Ipv4Addr`.
    Ipv4,
    /// RFC 4291, section 2.2, `std::net::Ipv6Addr`.
    Ipv6,
}

/// A list of scalar values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Enum {
    /// The JSON type that all values share.
    pub repr: EnumRepr,
    /// The known values.
    pub variants: Vec<Variant>,
    /// The variant that keeps a value the description does not know.
    pub unknown: String,
}

/// The JSON type of an enum's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnumRepr {
    /// Strings.
    String,
    /// Integers.
    Integer,
    /// Anything else, or several: values are compared as JSON data.
    Json,
}

/// One known value of an enum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variant {
    /// The Rust variant.
    pub name: String,
    /// The value.
    pub value: serde_json::Value,
    /// Its documentation.
    pub docs: Docs,
}

/// One of several types (`oneOf`, `anyOf`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Union {
    /// The members, in document order.
    pub members: Vec<Member>,
    /// How a value's member is found.
    pub rule: UnionRule,
    /// `oneOf`: a request in which two members fit is refused.
    pub is_exclusive: bool,
    /// The variant that keeps a value of no member.
    pub unknown: String,
}

/// One member of a union.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// The Rust variant.
    pub name: String,
    /// What it holds.
    pub place: Place,
    /// What its values look like.
    pub tell: Tell,
    /// Its documentation.
    pub docs: Docs,
}

/// What the values of a union's member look like.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// The discriminator has one of these values.
    Tag {
        /// The values; the first is written where the member does not declare the discriminator.
        values: Vec<String>,
        /// Whether the member declares the discriminator.
        is_declared: bool,
    },
    /// An object in which a property has one of some values.
    Constant {
        /// The property.
        property: String,
        /// Its values, those that are no strings as JSON text.
        values: Vec<String>,
    },
    /// An object that has a property which no other member knows.
    Property(String),
    /// A value of one of these JSON types; empty: of any.
    Json(Vec<JsonType>),
    /// The same for an enum that shares a type with another member: it is tried first.
    Listed(Vec<JsonType>),
}

/// A JSON type (JSON Schema 2020-12, Validation, 6.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are JSON Schema's")]
pub enum JsonType {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// How a value's member is found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnionRule {
    /// By the value of a property (OpenAPI 3.1.1, Discriminator Object): value, index of the member.
    Discriminator {
        /// The property.
        property: String,
        /// Value and member.
        mapping: Vec<(String, usize)>,
    },
    /// By its JSON type: no two members have one in common.
    Type,
    /// By the value of this property, after the JSON type.
    Constant(String),
    /// By a required property that no other member knows, after the JSON type.
    Property,
    /// In order: the first member that fits.
    Order,
}

/// A fixed-length array.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tuple {
    /// The items.
    pub items: Vec<Place>,
    /// How many of them are always there; the array may end before any of the others.
    pub required: usize,
    /// What happens to further items.
    pub additional: AdditionalItems,
    /// Rules about the array as a whole (`uniqueItems`, `maxItems`, …).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// `items` beside `prefixItems` (JSON Schema 2020-12, Core, 10.3.1.2).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdditionalItems {
    /// Not mentioned: accepted and dropped.
    Dropped,
    /// `false`: violations in requests, ignored in responses.
    Forbidden,
    /// Kept in a list behind the others.
    Kept(Place),
}

/// A constraint on a value beyond its type, one keyword each (JSON Schema 2020-12, Validation, 6).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// `multipleOf`.
    MultipleOf(Decimal),
    /// `minimum`.
    Minimum(Decimal),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(Decimal),
    /// `maximum`.
    Maximum(Decimal),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(Decimal),
    /// `minLength`, in code points.
    MinLength(u64),
    /// `maxLength`, in code points.
    MaxLength(u64),
    /// `pattern`, by the name of a [`Pattern`].
    Pattern(String),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// The only boolean that the `enum` allows.
    Only(bool),
    /// What each item of the array must meet.
    Items(Vec<Rule>),
    /// What each value of the map must meet.
    Values(Vec<Rule>),
    /// What each key of the map must meet (`propertyNames`).
    Keys(Vec<Rule>),
}

/// A bound of a number: exact where the description's is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// A whole number.
    Integer(i128),
    /// Any other.
    Float(f64),
}

/// A regular expression of the description.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pattern {
    /// The name of its constant.
    pub name: String,
    /// As the description has it (ECMA-262).
    pub source: String,
    /// The same for the `regex` crate.
    pub regex: String,
}

// ---- operations ----

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
    /// Its value.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is always there.
    pub is_required: bool,
    /// Its documentation.
    pub docs: Docs,
}

// ---- security ----

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
    /// Index in [`Api::security_schemes`].
    pub scheme: usize,
    /// Scopes or roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !value
}
