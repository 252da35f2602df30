//! Pass: compares every object with the grammar, repairs what has one plain meaning and reports the rest.
//!
//! After it, without an error, every known field holds what the grammar says it holds.

use super::grammar::{Field, Key, Kind, Need, Shape};
use super::version::Version;
use crate::diagnostic::{Diagnostic, Diagnostics, Mark, Place, Severity};
use crate::suggest::did_you_mean;
use crate::tree::{Node, Number, Object, Pointer};

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
            Shape::Limit if matches!(node, Node::Bool(_)) => {}
            Shape::Limit => self.number(node, at),
            Shape::Type => self.type_names(node, at),
            Shape::Word(words) => self.word(node, words, at),
            Shape::Object(Kind::Schema) if matches!(node, Node::Bool(_)) => {}
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
            return;
        }
        self.remove_what_does_not_count(members, kind, at);
        self.names_within_reason(members, at);
        if matches!(kind, Kind::Operation | Kind::Parameter) {
            self.values_within_reason(members, at);
        }
        if kind == Kind::Responses {
            self.statuses_beyond_http(members, at);
        }
        members.retain(|key, member| match kind.key(key) {
            Key::Known(shape) => at.within(key, |at| {
                self.fill_in_null(member, shape, at);
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
            let warning = self.diagnostics.warning(found.code, found.place, found.message);
            warning.help = match found.severity {
                Severity::Error => Some(format!("`#{}` is ignored", at.as_str())),
                Severity::Warning => found.help,
            };
        }
        is_sound
    }

    /// Empty, unknown and reserved fields.
    fn remove_what_does_not_count(&mut self, members: &mut Object, kind: Kind, at: &Pointer) {
        members.retain(|key, member| match kind.key(key) {
            Key::Extension => !RESERVED.contains(&key.as_str()),
            Key::Known(Shape::Any | Shape::Type | Shape::Object(_)) => true,
            Key::Known(_) if *member == Node::Null && kind != Kind::SecurityRequirement => {
                let message = format!("`{key}` has no value and is ignored");
                self.warning("null-value", &at.child(key), message).help("remove the field, or give it a value");
                false
            }
            Key::Known(_) => true,
            Key::Unknown => {
                self.unknown_field(key, kind, at);
                // References may lead into it still: `#/definitions/Pet`.
                member.as_object().is_some() && matches!(kind, Kind::OpenApi | Kind::Components)
            }
        });
    }

    /// HTTP has statuses from 100 to 599; three digits are sent and read all the same (RFC 9110, section 15).
    fn statuses_beyond_http(&mut self, members: &Object, at: &Pointer) {
        for status in members.keys().filter(|key| key.len() == 3 && key.starts_with(['6', '7', '8', '9'])) {
            let message = format!("`{status}` is no status of HTTP");
            self.warning("invalid-status", &at.child(status), message)
                .help("statuses are 100 to 599; many programs take it for a 500");
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

    fn string(&mut self, node: &mut Node, at: &Pointer) {
        let text = match node {
            Node::String(_) => return,
            Node::Bool(value) => value.to_string(),
            Node::Number(Number::Float(value)) => format!("{value:?}"),
            Node::Number(number) => number.to_string(),
            _ => return self.wrong(node, "a string", at),
        };
        let message = format!("expected a string, found {}", node.describe());
        self.warning("unquoted-string", at.as_str(), message).help(format!("read as \"{text}\": put it in quotes"));
        *node = Node::String(text);
    }

    fn boolean(&mut self, node: &mut Node, at: &Pointer) {
        match node {
            Node::Bool(_) => {}
            Node::String(text) if text == "true" || text == "false" => {
                let value = text == "true";
                self.warning("quoted-value", at.as_str(), "expected a boolean, found a string")
                    .help(format!("read as {value}: remove the quotes"));
                *node = Node::Bool(value);
            }
            _ => self.wrong(node, "a boolean", at),
        }
    }

    fn number(&mut self, node: &mut Node, at: &Pointer) {
        match node {
            Node::Number(number) if number.as_f64().is_finite() => {}
            Node::String(text) => match number_in(text) {
                Some(number) if number.as_f64().is_finite() => {
                    self.warning("quoted-value", at.as_str(), "expected a number, found a string")
                        .help(format!("read as {text}: remove the quotes"));
                    *node = Node::Number(number);
                }
                // The parsers give what no `f64` holds as text.
                Some(_) => {
                    let message = format!("`{text}` is beyond all numbers that are read");
                    self.error("wrong-type", at.as_str(), message).help(format!("the largest is {:e}", f64::MAX));
                }
                None => self.wrong(node, "a number", at),
            },
            _ => self.wrong(node, "a finite number", at),
        }
    }

    /// `maxLength: 10.0` is 10 (JSON Schema 2020-12, 4.2.3).
    fn natural(&mut self, node: &mut Node, at: &Pointer) {
        if let Node::String(text) = node
            && text.parse::<i128>().is_ok()
        {
            self.number(node, at);
        }
        let whole = match *node {
            Node::Number(Number::Int(value)) => Some(value),
            Node::Number(Number::Float(value)) if value.fract() == 0.0 => Some(value as i128),
            _ => None,
        };
        match whole {
            Some(value) if value >= 0 => {
                let value = value.min(i128::from(i64::MAX)); // No value is longer than that.
                *node = Node::Number(Number::Int(value));
            }
            _ => self.wrong(node, "a whole number from 0", at),
        }
    }

    /// Which names there are is a question for the schema passes; but YAML reads `type: null` as no name at all.
    fn type_names(&mut self, node: &mut Node, at: &mut Pointer) {
        match node {
            Node::String(_) => {}
            Node::Null => {
                self.warning("unquoted-string", at.as_str(), "expected a type's name, found null")
                    .help("read as the type \"null\": put it in quotes");
                *node = Node::string("null");
            }
            Node::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter_mut().enumerate() {
                    at.within(&index.to_string(), |at| match item {
                        Node::Array(_) => self.wrong(item, "a type's name", at),
                        _ => self.type_names(item, at),
                    });
                }
            }
            _ => self.wrong(node, "a type's name or a list of names", at),
        }
    }

    fn word(&mut self, node: &Node, words: &[&'static str], at: &Pointer) {
        let Node::String(text) = node else {
            return self.wrong(node, "a string", at);
        };
        if !words.contains(&text.as_str()) {
            let message = format!("`{text}` is none of {}", words.join(", "));
            let help = did_you_mean(text, words.iter().copied());
            self.error("invalid-value", at.as_str(), message).help = help;
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

/// The number that a text is, maybe an infinite one.
fn number_in(text: &str) -> Option<Number> {
    // `inf` and `nan` are none.
    let starts_with_digit = text.strip_prefix('-').unwrap_or(text).starts_with(|first: char| first.is_ascii_digit());
    let float = || text.parse().ok().filter(|_| starts_with_digit).map(Number::Float);
    text.parse().ok().map(Number::Int).or_else(float)
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
