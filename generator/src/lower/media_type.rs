//! Media types (OpenAPI 3.1.1, Media Type Object): how a body in each is read and written, and what becomes of several.

use indexmap::IndexMap;
use serde_json::Value;

use crate::lower::keywords::{Kind, Node};
use crate::lower::lowering::Lowering;
use crate::lower::names::{Case, Scope, identifier};
use crate::lower::pointer;
use crate::lower::schema::bare;
use crate::model::{Format, MediaKind, MediaType, Place, Type};

/// What a body belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Request,
    Answer,
}

/// Media types of `application/*` that are text.
const TEXTS: &[&str] = &[
    "application/graphql",
    "application/javascript",
    "application/jwt",
    "application/sdp",
    "application/sql",
    "application/toml",
    "application/x-yaml",
    "application/xml",
    "application/yaml",
];

impl Lowering<'_> {
    /// Inline schemas are named `{stem}Body`, in other media types than JSON `{stem}FormBody` and so on.
    pub(super) fn media_types(
        &mut self,
        content: &IndexMap<String, openapiv3::MediaType>,
        owner: &str,
        stem: &str,
        role: Role,
    ) -> Vec<MediaType> {
        let mut media_types: Vec<MediaType> = Vec::new();
        let mut names = Scope::default();
        for (wire_name, media_type) in content {
            let place = pointer::grandchild(owner, "content", wire_name);
            let node = media_type.schema.as_ref().map(|schema| self.convert(schema, pointer::child(&place, "schema")));
            let kind = self.media_kind(wire_name, node.as_ref(), role);
            let wire_name = wire_name.trim().to_ascii_lowercase();
            if media_types.iter().any(|known| known.wire_names().any(|name| name == wire_name)) {
                let message = format!("the media type {wire_name} is declared twice");
                self.report.warning("repeated-media-type", &place, message, "remove one; the first one is used");
                continue;
            }
            if let Some((other, json)) = content.iter().find(|(name, _)| is_json(&essence(name)))
                && !self.choices.takes_other_notations()
                && self.is_notation(&wire_name, node.as_ref())
                && has_same_schema(media_type, json)
            {
                let message = format!("the same content as {other} in another notation, {wire_name}, is left out");
                let help = "bodies are sent and read as JSON; with `other-notations = true` in codegen.toml it is text";
                self.report.warning("other-notation", &place, message, help);
                continue;
            }
            self.warn_about_structure(kind, node.as_ref(), &wire_name);
            let content = self.media_place(kind, node.as_ref(), stem);
            let is_same =
                |known: &&mut MediaType| kind == MediaKind::Json && known.kind == kind && known.place == content;
            if let Some(known) = media_types.iter_mut().find(is_same) {
                known.also.push(wire_name);
                continue;
            }
            let mut lowered = MediaType {
                name: names.claim(variant_names(&wire_name)),
                wire_name,
                also: Vec::new(),
                kind,
                place: content,
                properties: Vec::new(),
                multipart: None,
            };
            match kind {
                MediaKind::Form => lowered.properties = self.form_properties(&lowered.place.ty, media_type, &place),
                MediaKind::Multipart => self.multipart(&mut lowered, media_type, &place, stem),
                _ => {}
            }
            media_types.push(lowered);
        }
        media_types
    }

    /// Text and bytes are not taken apart, whatever their schema says.
    pub(super) fn warn_about_structure(&mut self, kind: MediaKind, node: Option<&Node>, media_type: &str) {
        let substitute = match kind {
            MediaKind::Binary | MediaKind::Content => "it is bytes",
            MediaKind::Text => "it is a string",
            _ => return,
        };
        let Some(node) = node else { return };
        if self.resolve(node).is_some_and(|flat| flat.is_shaping() && flat.enumeration.is_none()) {
            let message = format!("content in {media_type} is not taken apart as its schema says");
            self.report.warning("untyped-content", node.pointer(), message, substitute);
        }
    }

    /// Whether this is an object or array in XML or YAML.
    fn is_notation(&mut self, wire_name: &str, node: Option<&Node>) -> bool {
        let essence = essence(wire_name);
        let is_notation = ["xml", "yaml"].iter().any(|name| essence.ends_with(name));
        let flat = node.and_then(|node| self.resolve(node));
        is_notation && flat.is_none_or(|flat| flat.kind != Some(Kind::String))
    }

    fn media_place(&mut self, kind: MediaKind, node: Option<&Node>, stem: &str) -> Place {
        if let Some(node) = node {
            self.check_examples(node);
        }
        let suffix = match kind {
            MediaKind::Binary | MediaKind::Bytes | MediaKind::Content => return bare(Type::Formatted(Format::Binary)),
            MediaKind::Text => return self.text_place(node, &[format!("{stem}TextBody")]),
            MediaKind::TextEvents => return bare(Type::String),
            MediaKind::Json => "",
            MediaKind::Form => "Form",
            MediaKind::Multipart => "Multipart",
            MediaKind::Events | MediaKind::EventObjects => "Event",
            MediaKind::JsonLines | MediaKind::JsonSequence => "Item",
        };
        let base = format!("{stem}{suffix}");
        match node {
            Some(node) => self.place(node, &[format!("{base}Body")]),
            None => bare(Type::Any),
        }
    }

    /// Text is what its schema says if that can be written as text, else a string.
    pub(super) fn text_place(&mut self, node: Option<&Node>, names: &[String]) -> Place {
        let Some(node) = node else {
            return bare(Type::String);
        };
        let kind = self.resolve(node).and_then(|flat| flat.kind);
        match kind {
            Some(Kind::String | Kind::Number | Kind::Integer | Kind::Boolean) => self.place(node, names),
            _ => bare(Type::String),
        }
    }

    /// By media type; `*/*` is JSON if its schema is more than a string.
    pub(super) fn media_kind(&mut self, name: &str, node: Option<&Node>, role: Role) -> MediaKind {
        let essence = essence(name);
        match essence.as_str() {
            "application/x-www-form-urlencoded" if role == Role::Request => MediaKind::Form,
            "application/x-www-form-urlencoded" => MediaKind::Text,
            "multipart/form-data" if role == Role::Request => MediaKind::Multipart,
            "text/event-stream" if role == Role::Answer => self.event_kind(node),
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonl"
            | "application/jsonlines"
            | "application/x-jsonlines"
            | "application/json-lines"
            | "application/stream+json" => MediaKind::JsonLines,
            "application/json-seq" => MediaKind::JsonSequence,
            "*/*" | "application/*" => {
                let flat = node.and_then(|node| self.resolve(node));
                match flat {
                    Some(flat) if flat.kind != Some(Kind::String) && flat.is_shaping() => MediaKind::Json,
                    _ => MediaKind::Content,
                }
            }
            _ if essence.ends_with("+json-seq") => MediaKind::JsonSequence,
            _ if is_json(&essence) => MediaKind::Json,
            _ if essence.ends_with("/*") || essence.starts_with("multipart/") => MediaKind::Content,
            _ if essence.starts_with("text/") || essence.ends_with("+xml") || essence.ends_with("+yaml") => {
                MediaKind::Text
            }
            _ if TEXTS.contains(&essence.as_str()) => MediaKind::Text,
            _ => MediaKind::Binary,
        }
    }

    /// Whether a schema describes an event, its data in JSON, or its data as text.
    fn event_kind(&mut self, node: Option<&Node>) -> MediaKind {
        const FIELDS: &[&str] = &["event", "data", "id", "retry"];
        let Some(flat) = node.and_then(|node| self.resolve(node)) else { return MediaKind::TextEvents };
        let is_event =
            flat.properties.contains_key("data") && flat.properties.keys().all(|name| FIELDS.contains(&name.as_str()));
        match flat.kind {
            _ if is_event => MediaKind::EventObjects,
            Some(Kind::String) => MediaKind::TextEvents,
            _ => MediaKind::Events,
        }
    }
}

/// Whether two media types have the same content, wherever their schemas stand.
fn has_same_schema(one: &openapiv3::MediaType, other: &openapiv3::MediaType) -> bool {
    let (Some(one), Some(other)) = (&one.schema, &other.schema) else { return true };
    let content = |schema| serde_json::to_value(schema).map(without_places).ok();
    one == other || content(one) == content(other)
}

/// A schema without what normalization says of its place.
fn without_places(schema: Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(name, _)| name != "x-pointer");
            Value::Object(members.map(|(name, member)| (name, without_places(member))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_places).collect()),
        scalar => scalar,
    }
}

/// The media type without its parameters.
pub(super) fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or(name).trim().to_ascii_lowercase()
}

fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json") || essence.ends_with("+json")
}

/// `application/json` → `Json`, `image/png` → `Png`, else `ImagePng`, with parameters `JsonVersion2`.
fn variant_names(wire_name: &str) -> [String; 3] {
    let essence = essence(wire_name);
    let (kind, name) = essence.split_once('/').unwrap_or(("", &essence));
    let short = match essence.as_str() {
        "text/plain" => "text",
        "application/octet-stream" => "binary",
        "application/x-www-form-urlencoded" => "form",
        "multipart/form-data" => "multipart",
        "text/event-stream" => "events",
        "*/*" => "other",
        _ if name == "*" => kind,
        _ => name.strip_prefix("x-").unwrap_or(name),
    };
    let parameters = wire_name.split_once(';').map_or("", |(_, parameters)| parameters);
    let full = format!("{kind} {name} {parameters}");
    [short.to_owned(), format!("{short} {parameters}"), full].map(|text| identifier(&text, Case::UpperCamel))
}
