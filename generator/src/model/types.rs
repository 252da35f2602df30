//! Types: definitions and their uses.

use serde::Serialize;

use super::{Rule, is_false};

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
    /// The type of which this is the form that requests have; responses have the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_form_of: Option<String>,
    /// Whether values are only held against it, and none is of it: no place but a rule's mentions it.
    #[serde(skip_serializing_if = "is_false")]
    pub is_only_checked: bool,
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
    /// Properties that do not travel the way that the object does: accepted and dropped. Listed only where other
    /// properties are not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
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
    /// Which way it travels.
    #[serde(skip_serializing_if = "Access::is_both")]
    pub access: Access,
    /// Whether its value must not print.
    #[serde(skip_serializing_if = "is_false")]
    pub is_sensitive: bool,
    /// `default`, where its type fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
}

/// Which way a property travels (OpenAPI 3.1.1, Schema Object; JSON Schema 2020-12, Validation, 9.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// To the API and from it.
    #[default]
    Both,
    /// `readOnly`: from the API only, in responses.
    ReadOnly,
    /// `writeOnly`: to the API only, in requests.
    WriteOnly,
}

impl Access {
    /// Whether requests and responses carry the property.
    pub fn is_both(&self) -> bool {
        *self == Self::Both
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant is named after the Rust type it stands for")]
pub enum NumberKind {
    F32,
    F64,
}

/// A string format with a Rust type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
    /// RFC 4648, section 5.
    Base64Url,
    /// Any bytes; only as a whole body or a part of one.
    Binary,
    /// Dotted decimal, `std::net::Ipv4Addr`.
    Ipv4,
    /// RFC 4291, section 2.2, `std::net::Ipv6Addr`.
    Ipv6,
    /// Either of these, `std::net::IpAddr`.
    Ip,
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
    /// Whether such a value may be sent, too.
    #[serde(skip_serializing_if = "is_false")]
    pub is_open: bool,
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
    /// Rules about the value, whichever member it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
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

impl TypeKind {
    /// The places that rules of the definition hold values against, at any depth.
    pub fn checked_places(&self) -> Vec<&Place> {
        let mut rules: Vec<&Rule> = Vec::new();
        match self {
            Self::Struct(it) => {
                rules.extend(&it.rules);
                rules.extend(it.fields.iter().flat_map(|field| &field.place.rules));
                if let AdditionalProperties::Kept { values, .. } = &it.additional {
                    rules.extend(&values.rules);
                }
            }
            Self::Enum(_) => {}
            Self::Union(it) => {
                rules.extend(&it.rules);
                rules.extend(it.members.iter().flat_map(|member| &member.place.rules));
            }
            Self::Tuple(it) => {
                rules.extend(&it.rules);
                rules.extend(it.items.iter().flat_map(|item| &item.rules));
                if let AdditionalItems::Kept(items) = &it.additional {
                    rules.extend(&items.rules);
                }
            }
            Self::Alias(place) => rules.extend(&place.rules),
        }
        Rule::places(rules)
    }
}

/// A type for a format, around one of the user's that a module reads and writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormatType {
    /// The Rust type's name.
    pub name: String,
    /// The format.
    pub format: String,
    /// The path of the type within.
    pub path: String,
    /// The path of the module, as serde's attribute `with` names it.
    pub with: String,
}
