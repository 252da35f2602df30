//! Pass: compares every object with the grammar, repairs what has one plain meaning and reports the rest.
//!
//! After it, without an error, every known field holds what the grammar says it holds.

use std::collections::HashMap;

use super::grammar::{Field, Key, Kind, Need, Shape};
use super::version::Version;
use crate::diagnostic::{Diagnostic, Diagnostics, Mark, Place, Severity};
use crate::suggest::did_you_mean;
use crate::tree::{Node, Object, Pointer};

mod other_version;
mod values;

/// Names of our own that later passes attach. A document's own use of them would be mistaken for ours.
const RESERVED: &[&str] = &[
    "x-inline",
    "x-pointer",
    "x-variant",
    "x-null",
    "x-examples",
    "x-prefix-items",
    "x-pattern-properties",
    "x-property-names",
    "x-minimum",
    "x-maximum",
    "x-multiple-of",
    "x-explode",
    "x-mutual-tls",
    "x-enum-labels",
    "x-content-encoding",
    "x-content-media-type",
];

/// Fields that no code is made from: what is wrong in them must not stop anybody.
const DOCUMENTARY: &[&str] = &["examples", "externalDocs", "xml", "links", "contact", "license"];

/// A `$ref` where OpenAPI has no reference, such as that of `paths: { $ref: paths.yaml }`.
#[derive(Debug)]
pub(super) struct Stray {
    pub(super) at: String,
    /// What should stand there.
    pub(super) shape: Shape,
}

/// Lists that are to have something in them (JSON Schema 2020-12, 10.2.1 and 10.3.1.1; OpenAPI 3.1.1, Server Variable
/// Object), and the version that alone wants that (JSON Schema, draft 4, Validation, 5.4.3).
const NEVER_EMPTY: &[(Kind, &str, Option<Version>)] = &[
    (Kind::Schema, "allOf", None),
    (Kind::Schema, "anyOf", None),
    (Kind::Schema, "oneOf", None),
    (Kind::Schema, "prefixItems", None),
    (Kind::Schema, "required", Some(Version::V30)),
    (Kind::ServerVariable, "enum", None),
];

/// The longest name, in bytes, that anything is made from. The generated code repeats each many times.
const MAX_NAME: usize = 1_000;

/// Checks what stands at `at`, and all inside it but what a stray reference is to be replaced by.
pub(super) fn check_structure(
    node: &mut Node,
    shape: &Shape,
    at: &str,
    version: Version,
    diagnostics: &mut Diagnostics,
) -> Vec<Stray> {
    let mut check = Check { version, strays: Vec::new(), diagnostics };
    check.shape(node, shape, &mut Pointer::from_text(at));
    check.strays
}

struct Check<'a> {
    version: Version,
    strays: Vec<Stray>,
    diagnostics: &'a mut Diagnostics,
}

impl Check<'_> {
    fn shape(&mut self, node: &mut Node, shape: &Shape, at: &mut Pointer) {
        if node.as_reference().is_some() && takes_no_reference(shape) {
            self.strays.push(Stray { at: at.as_str().to_owned(), shape: *shape });
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::String => self.string(node, at),
            Shape::Boolean => self.boolean(node, at),
            Shape::Number => self.number(node, at),
            Shape::Natural => self.natural(node, at),
            Shape::Positive => self.positive(node, at),
            Shape::Limit => self.limit(node, at),
            Shape::Type => self.type_names(node, at),
            Shape::Word(words) => self.word(node, words, at),
            Shape::Object(Kind::Schema) if matches!(node, Node::Bool(_)) => {
                self.newer("booleans in place of Schema Objects", at);
            }
            Shape::Object(kind) => self.object(node, *kind, at),
            Shape::Array(inner) => match node {
                Node::Array(items) => {
                    for (index, item) in items.iter_mut().enumerate() {
                        at.within(&index.to_string(), |at| self.shape(item, inner, at));
                    }
                }
                _ => self.wrong(node, "an array", at),
            },
            Shape::Map(inner) => match node {
                Node::Object(members) => {
                    self.names_within_reason(members, at);
                    for (key, member) in members.iter_mut() {
                        at.within(key, |at| {
                            self.fill_in_null(member, inner, at);
                            self.shape(member, inner, at);
                        });
                    }
                }
                _ => self.wrong(node, "an object", at),
            },
        }
    }

    fn object(&mut self, node: &mut Node, kind: Kind, at: &mut Pointer) {
        let Node::Object(members) = node else {
            return self.wrong(node, kind.describe(), at);
        };
        if let Some(reference) = members.get("$ref")
            && kind.has_reference_object()
        {
            if reference.as_str().is_none() {
                at.within("$ref", |at| self.wrong(reference, "a string", at));
            }
            return self.siblings_of_reference(members, kind, at);
        }
        self.remove_what_does_not_count(members, kind, at);
        self.names_within_reason(members, at);
        if matches!(kind, Kind::Operation | Kind::Parameter) {
            self.values_within_reason(members, at);
        }
        match kind {
            Kind::Responses => self.statuses_beyond_http(members, at),
            Kind::Components => self.names_of_components(members, at),
            Kind::OpenApi => self.repeated_tags(members, at),
            Kind::SecurityScheme if members.get("type").and_then(Node::as_str) == Some("mutualTLS") => {
                at.within("type", |at| self.newer("`mutualTLS`", at));
            }
            _ => {}
        }
        members.retain(|key, member| match kind.key(key) {
            Key::Known(shape, only) => at.within(key, |at| {
                self.field_of_other_version(key, only, at);
                self.fill_in_null(member, shape, at);
                if key == "additionalProperties" && matches!(member, Node::Bool(_)) {
                    return true; // 3.0 has booleans, too.
                }
                if DOCUMENTARY.contains(&key.as_str()) {
                    return self.documentary(member, shape, at);
                }
                self.shape(member, shape, at);
                true
            }),
            _ => true,
        });
        self.required_fields(members, kind, at);
    }

    /// Whether a field that only documents is sound. What is wrong with it is a warning.
    fn documentary(&mut self, node: &mut Node, shape: &Shape, at: &mut Pointer) -> bool {
        let mut diagnostics = Diagnostics::new("");
        let mut check = Check { version: self.version, strays: Vec::new(), diagnostics: &mut diagnostics };
        check.shape(node, shape, at);
        self.strays.append(&mut check.strays);
        let is_sound = !diagnostics.has_errors();
        for found in diagnostics.into_list() {
            let warning = self.diagnostics.warning(found.code, found.place, found.message).mark(found.mark);
            warning.help = match found.severity {
                Severity::Error => Some(format!("`{}` is ignored", at.as_str().rsplit('/').next().unwrap_or_default())),
                Severity::Warning => found.help,
            };
        }
        is_sound
    }

    /// Empty, unknown and reserved fields.
    fn remove_what_does_not_count(&mut self, members: &mut Object, kind: Kind, at: &Pointer) {
        members.retain(|key, member| match kind.key(key) {
            Key::Extension => !RESERVED.contains(&key.as_str()),
            Key::Known(Shape::Any | Shape::Type | Shape::Object(_), _) => true,
            Key::Known(..) if *member == Node::Null && kind != Kind::SecurityRequirement => {
                let message = format!("`{key}` has no value and is ignored");
                self.warning("null-value", &at.child(key), message).help("remove the field, or give it a value");
                false
            }
            Key::Known(..) if is_empty_list(member) && self.is_never_empty(kind, key) => {
                self.warning("empty-list", &at.child(key), format!("`{key}` is empty and ignored"))
                    .help("remove the field, or list something");
                false
            }
            Key::Known(..) => true,
            Key::Unknown => {
                self.unknown_field(key, kind, at);
                // References may lead into it still: `#/definitions/Pet`.
                member.as_object().is_some() && matches!(kind, Kind::OpenApi | Kind::Components)
            }
        });
    }

    fn is_never_empty(&self, kind: Kind, key: &str) -> bool {
        let mut lists = NEVER_EMPTY.iter().filter(|(_, _, only)| only.is_none_or(|version| version == self.version));
        lists.any(|(of, field, _)| (*of, *field) == (kind, key))
    }

    /// HTTP has statuses from 100 to 599; three digits are sent and read all the same (RFC 9110, section 15).
    fn statuses_beyond_http(&mut self, members: &Object, at: &Pointer) {
        for status in members.keys().filter(|key| key.len() == 3 && key.starts_with(['6', '7', '8', '9'])) {
            let message = format!("`{status}` is no status of HTTP");
            self.warning("invalid-status", &at.child(status), message)
                .help("statuses are 100 to 599; many programs take it for a 500");
        }
    }

    /// OpenAPI 3.1.1, Components Object.
    fn names_of_components(&mut self, members: &Object, at: &Pointer) {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_name = |key: &str| !key.is_empty() && key.bytes().all(is_part);
        for (section, components) in members {
            let names = components.as_object().into_iter().flat_map(Object::keys);
            for name in names.filter(|name| !section.starts_with("x-") && !is_name(name)) {
                let place = Pointer::from_text(at.child(section)).child(name);
                let message = format!("`{name}` is no name that a component can have");
                self.warning("component-name", &place, message)
                    .mark(Mark::Key)
                    .help("read all the same; names are of letters, digits, `.`, `-` and `_` of ASCII");
            }
        }
    }

    /// Tags are told apart by their names (OpenAPI 3.1.1, OpenAPI Object, `tags`).
    fn repeated_tags(&mut self, members: &Object, at: &Pointer) {
        let tags = members.get("tags").and_then(Node::as_array).unwrap_or_default();
        let at = Pointer::from_text(at.child("tags"));
        let mut seen: HashMap<&str, String> = HashMap::new();
        for (index, tag) in tags.iter().enumerate() {
            let Some(name) = tag.get("name").and_then(Node::as_str) else { continue };
            let place = at.child(&index.to_string());
            if let Some(first) = seen.get(name) {
                self.warning("repeated-value", &place, format!("the tag `{name}` is declared twice"))
                    .related(Place::Pointer(first.clone()), "it is here, too")
                    .help("remove the second one");
            } else {
                seen.insert(name, place);
            }
        }
    }

    /// Nothing but `summary` and `description` counts beside the `$ref` of a Reference Object (OpenAPI 3.1.1, Reference
    /// Object).
    fn siblings_of_reference(&mut self, members: &Object, kind: Kind, at: &Pointer) {
        let counts = |key: &str| matches!(key, "$ref" | "summary" | "description") || key.starts_with("x-");
        for key in members.keys().filter(|key| !counts(key)) {
            let message = format!("`{key}` beside a `$ref` to {} does not count", kind.describe());
            self.warning("ignored-sibling", &at.child(key), message)
                .mark(Mark::Key)
                .help("remove it, or write what the `$ref` leads to in its place");
        }
    }

    /// Removes and reports keys that are too long to be names.
    fn names_within_reason(&mut self, members: &mut Object, at: &Pointer) {
        members.retain(|key, _| key.len() <= MAX_NAME || self.name_too_long(key, at.as_str()));
    }

    /// The same for the names that operations and parameters have as values.
    fn values_within_reason(&mut self, members: &mut Object, at: &Pointer) {
        members.retain(|key, member| match (key.as_str(), member) {
            ("operationId" | "name", Node::String(id)) => {
                id.len() <= MAX_NAME || self.name_too_long(id, &at.child(key))
            }
            ("tags", Node::Array(tags)) => {
                let is_short = |tag: &Node| tag.as_str().is_none_or(|tag| tag.len() <= MAX_NAME);
                tags.retain(|tag| {
                    is_short(tag) || self.name_too_long(tag.as_str().unwrap_or_default(), &at.child(key))
                });
                true
            }
            _ => true,
        });
    }

    /// Gives false.
    fn name_too_long(&mut self, name: &str, at: &str) -> bool {
        let start: String = name.chars().take(20).collect();
        let message = format!("the name `{start}…` is {} bytes long", name.len());
        self.error("name-too-long", at, message).help(format!("{MAX_NAME} bytes at most"));
        false
    }

    fn unknown_field(&mut self, key: &str, kind: Kind, at: &Pointer) {
        let place = at.child(key);
        match kind {
            Kind::Paths => {
                let message = format!("expected a path that begins with `/`, found `{key}`");
                self.error("invalid-path", &place, message).help(format!("write `/{key}`"));
            }
            Kind::Responses => {
                let message = format!("`{key}` is no status code");
                self.error("invalid-status", &place, message)
                    .help("a status code such as `404`, a range such as `4XX`, or `default`");
            }
            _ => {
                let message = format!("`{key}` is no field of {} and is ignored", kind.describe());
                let known = kind.fields().iter().map(|field| field.name);
                let help = did_you_mean(key, known);
                let found = self.warning("unknown-field", &place, message).mark(Mark::Key);
                found.help = help;
            }
        }
    }

    fn required_fields(&mut self, members: &mut Object, kind: Kind, at: &Pointer) {
        let has_content = ["paths", "components", "webhooks"].iter().any(|key| members.contains_key(*key));
        if kind == Kind::OpenApi && self.version == Version::V31 && !has_content {
            let message = "an OpenAPI Object without `paths`, `components` and `webhooks`";
            self.warning("missing-field", at.as_str(), message).help("nothing is generated: write one of the three");
        }
        for field in kind.fields() {
            if field.need == Need::Optional || members.contains_key(field.name) {
                continue;
            }
            let message = format!("{} without `{}`", kind.describe(), field.name);
            let Some(repair) = repair(kind, field) else {
                self.error("missing-field", at.as_str(), message);
                continue;
            };
            members.insert(field.name.to_owned(), repair);
            if field.need == Need::Required || self.version == Version::V30 {
                self.warning("missing-field", at.as_str(), message)
                    .help(format!("read as if `{}` were there and empty", field.name));
            }
        }
    }

    /// `application/json:` with nothing behind it means an empty object.
    fn fill_in_null(&mut self, member: &mut Node, shape: &Shape, at: &Pointer) {
        if *member == Node::Null && matches!(shape, Shape::Array(_)) {
            *member = Node::Array(Vec::new());
            let message = "nothing where a list is expected";
            self.warning("null-value", at.as_str(), message).help("read as an empty list: write `[]`");
        }
        if *member == Node::Null && matches!(shape, Shape::Object(_)) {
            *member = Node::Object(Object::new());
            self.warning("null-value", at.as_str(), "nothing where an object is expected")
                .help("read as an empty object: write `{}`");
        }
    }

    fn wrong(&mut self, node: &Node, expected: &str, at: &Pointer) {
        let message = format!("expected {expected}, found {}", node.describe());
        let help = correction(node, expected, at);
        self.error("wrong-type", at.as_str(), message).help = help;
    }

    fn error(&mut self, code: &'static str, at: &str, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.error(code, Place::Pointer(at.to_owned()), message)
    }

    fn warning(&mut self, code: &'static str, at: &str, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.warning(code, Place::Pointer(at.to_owned()), message)
    }
}

fn is_empty_list(node: &Node) -> bool {
    node.as_array().is_some_and(<[_]>::is_empty)
}

/// What a required field means that is not there, if it means anything.
fn repair(kind: Kind, field: &Field) -> Option<Node> {
    match (kind, field.name) {
        (Kind::Response, "description") => Some(Node::string("")),
        (Kind::License, "name") => Some(Node::string("")),
        (Kind::OAuthFlow, "scopes") | (Kind::RequestBody, "content") => Some(Node::Object(Object::new())),
        _ if field.need == Need::RequiredIn30 => Some(Node::Object(Object::new())),
        _ => None,
    }
}

/// What stands in for a required field that is missing or cannot stay, so that the rest can be looked at.
pub(super) fn filling(kind: Kind, field: &Field) -> Option<Node> {
    match (kind, field.name) {
        (Kind::OpenApi, "info") => Some(Node::object([("title", Node::string("")), ("version", Node::string(""))])),
        (Kind::Info, _) => Some(Node::string("")),
        _ => repair(kind, field),
    }
}

/// Whether `{ $ref: … }` cannot be what OpenAPI wants: neither a reference, nor a mapping that has such a key.
fn takes_no_reference(shape: &Shape) -> bool {
    match shape {
        Shape::Object(kind) => !kind.may_be_reference() && *kind != Kind::SecurityRequirement,
        Shape::Array(_) | Shape::String => true,
        Shape::Map(inner) => !matches!(inner, Shape::String | Shape::Any),
        _ => false,
    }
}

/// What was meant, of mistakes that are made often.
fn correction(node: &Node, expected: &str, at: &Pointer) -> Option<String> {
    let field = at.as_str().rsplit('/').next().unwrap_or_default();
    match (field, node) {
        ("required", Node::Bool(_)) => {
            Some("list the property's name under `required` of the object that has it".to_owned())
        }
        ("additionalProperties", Node::String(text)) if ["no", "off", "n"].contains(&text.as_str()) => {
            Some("write `false`".to_owned())
        }
        ("additionalProperties", Node::String(text)) if ["yes", "on", "y"].contains(&text.as_str()) => {
            Some("write `true`".to_owned())
        }
        ("enum" | "required" | "tags", Node::String(text)) if text.len() < 40 => Some(format!("write `[{text}]`")),
        (_, Node::Array(_)) if expected == "an object" => {
            Some("write its keys without `-` in front of them".to_owned())
        }
        _ => None,
    }
}
