//! OpenAPI's objects as a table: which fields an object has, what stands in them, which must be there.
//!
//! Drawn from the field tables of OpenAPI 3.0.4 and 3.1.1, section "Schema" each, and JSON Schema 2020-12 for Schema
//! Objects. Both versions share one table: what only one of them knows is accepted in the other with a warning, because
//! its meaning is plain. The structure check reads it, and so does the walk by which every other pass finds its objects.

use super::version::Version;

mod objects;
mod schema;

/// One of OpenAPI's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub(super) enum Kind {
    OpenApi,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    ExternalDocumentation,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Callback,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    SecurityRequirement,
    Overlay,
    OverlayInfo,
    Action,
}

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything at all.
    Any,
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A finite number.
    Number,
    /// A number above 0.
    Positive,
    /// A whole number from 0.
    Natural,
    /// `exclusiveMinimum`: a boolean in 3.0, a number in 3.1.
    Limit,
    /// `type`: one name, or in 3.1 a list of names.
    Type,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of OpenAPI's objects, or a reference to one where its kind allows that.
    Object(Kind),
    /// A list.
    Array(&'static Shape),
    /// A mapping from names that the author chooses.
    Map(&'static Shape),
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Optional,
    Required,
    /// Required in 3.0, optional in 3.1.
    RequiredIn30,
}

/// A fixed field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) need: Need,
    /// The version that alone has it.
    pub(super) only: Option<Version>,
}

const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Optional, only: None }
}

const fn optional_of(only: Version, name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Optional, only: Some(only) }
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Required, only: None }
}

const fn required_in_30(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::RequiredIn30, only: None }
}

/// What a key of an object is.
pub(super) enum Key {
    /// A fixed or patterned field, and the version that alone has it.
    Known(&'static Shape, Option<Version>),
    /// `x-…`.
    Extension,
    /// Nothing of OpenAPI's.
    Unknown,
}

impl Kind {
    /// The object's fixed fields.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Kind::Schema => schema::SCHEMA,
            _ => objects::fields(self),
        }
    }

    /// What `key` is in an object of this kind.
    pub(super) fn key(self, key: &str) -> Key {
        if let Some(field) = self.fields().iter().find(|field| field.name == key) {
            return Key::Known(&field.shape, field.only);
        }
        if key.starts_with("x-") && self != Kind::SecurityRequirement {
            return Key::Extension;
        }
        match objects::patterned(self, key) {
            Some(shape) => Key::Known(shape, None),
            None => Key::Unknown,
        }
    }

    /// Whether a `$ref` may stand for it.
    pub(super) fn may_be_reference(self) -> bool {
        self.section().is_some()
    }

    /// Whether a `$ref` for it is a Reference Object, in which nothing else counts. A Schema's and a Path Item's `$ref` is
    /// a field like others.
    pub(super) fn has_reference_object(self) -> bool {
        self.may_be_reference() && !matches!(self, Kind::Schema | Kind::PathItem)
    }

    /// The section of `components` that holds such objects.
    pub(super) fn section(self) -> Option<&'static str> {
        Some(match self {
            Kind::Schema => "schemas",
            Kind::Response => "responses",
            Kind::Parameter => "parameters",
            Kind::Example => "examples",
            Kind::RequestBody => "requestBodies",
            Kind::Header => "headers",
            Kind::SecurityScheme => "securitySchemes",
            Kind::Link => "links",
            Kind::Callback => "callbacks",
            Kind::PathItem => "pathItems",
            _ => return None,
        })
    }

    /// The object's name in messages, with its article.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Kind::OpenApi => "an OpenAPI Object",
            Kind::Info => "an Info Object",
            Kind::Contact => "a Contact Object",
            Kind::License => "a License Object",
            Kind::Server => "a Server Object",
            Kind::ServerVariable => "a Server Variable Object",
            Kind::Components => "a Components Object",
            Kind::Paths => "a Paths Object",
            Kind::PathItem => "a Path Item Object",
            Kind::Operation => "an Operation Object",
            Kind::ExternalDocumentation => "an External Documentation Object",
            Kind::Parameter => "a Parameter Object",
            Kind::RequestBody => "a Request Body Object",
            Kind::MediaType => "a Media Type Object",
            Kind::Encoding => "an Encoding Object",
            Kind::Responses => "a Responses Object",
            Kind::Response => "a Response Object",
            Kind::Callback => "a Callback Object",
            Kind::Example => "an Example Object",
            Kind::Link => "a Link Object",
            Kind::Header => "a Header Object",
            Kind::Tag => "a Tag Object",
            Kind::Schema => "a Schema Object",
            Kind::Discriminator => "a Discriminator Object",
            Kind::Xml => "an XML Object",
            Kind::SecurityScheme => "a Security Scheme Object",
            Kind::OAuthFlows => "an OAuth Flows Object",
            Kind::OAuthFlow => "an OAuth Flow Object",
            Kind::SecurityRequirement => "a Security Requirement Object",
            Kind::Overlay => "an Overlay Object",
            Kind::OverlayInfo => "an Info Object",
            Kind::Action => "an Action Object",
        }
    }
}

/// The kind of object that a pointer into an object of kind `from` leads to, as far as the table knows.
pub(super) fn kind_at<'a>(from: Kind, segments: impl Iterator<Item = impl AsRef<str> + 'a>) -> Option<Kind> {
    let from = Shape::Object(from);
    let mut shape = &from;
    for segment in segments {
        shape = match shape {
            Shape::Object(kind) => match kind.key(segment.as_ref()) {
                Key::Known(shape, _) => shape,
                _ => return None,
            },
            Shape::Array(inner) | Shape::Map(inner) => inner,
            _ => return None,
        };
    }
    match shape {
        Shape::Object(kind) => Some(*kind),
        _ => None,
    }
}
