//! Request bodies and responses: their media types, and which response means success.

use indexmap::IndexMap;
use openapiv3::ReferenceOr;

use crate::lower::keywords::{Kind, Node};
use crate::lower::lowering::Lowering;
use crate::lower::names;
use crate::lower::parameter::resolve;
use crate::lower::pointer;
use crate::lower::schema::bare;
use crate::lower::status;
use crate::model::{Docs, Format, MediaKind, MediaType, Place, RequestBody, Response, Status, Type};

/// The responses of an operation.
pub(super) struct Responses {
    pub(super) successes: Vec<Response>,
    pub(super) failures: Vec<Response>,
}

impl<'a> Lowering<'a> {
    pub(super) fn request_body(
        &mut self,
        body: &'a ReferenceOr<openapiv3::RequestBody>,
        operation_pointer: &str,
        type_name: &str,
    ) -> Option<RequestBody> {
        let components = self.document.components.as_ref();
        let place = pointer::child(operation_pointer, "requestBody");
        let found = resolve(body, "requestBodies", place.clone(), |key| {
            components.and_then(|components| components.request_bodies.get(key))
        });
        let Some((body, pointer)) = found else {
            self.dangling(&place);
            return None;
        };
        let media_types = self.media_types(&body.content, &pointer, type_name);
        if media_types.is_empty() {
            self.report.warning(
                "empty-content",
                &pointer,
                "the request body has no media type".to_owned(),
                "declare one under `content`; the operation takes no body",
            );
            return None;
        }
        Some(RequestBody {
            is_required: body.required,
            media_types,
            docs: Docs {
                description: body.description.clone().filter(|text| !text.trim().is_empty()),
                ..Docs::default()
            },
        })
    }

    /// Inline schemas are named `{stem}Body`, in other media types than the first JSON one
    /// `{stem}FormBody` and so on.
    fn media_types(
        &mut self,
        content: &IndexMap<String, openapiv3::MediaType>,
        owner: &str,
        stem: &str,
    ) -> Vec<MediaType> {
        let mut media_types: Vec<MediaType> = Vec::new();
        for (name, media_type) in content {
            let place = pointer::grandchild(owner, "content", name);
            let node = media_type.schema.as_ref().map(|schema| self.convert(schema, pointer::child(&place, "schema")));
            let kind = self.media_kind(name, node.as_ref());
            let wire_name = name.trim().to_ascii_lowercase();
            if media_types.iter().any(|known| known.wire_name == wire_name) {
                let message = format!("the media type {wire_name} is declared twice");
                self.report.warning("repeated-media-type", &place, message, "remove one; the first one is used");
                continue;
            }
            self.warn_about_structure(kind, node.as_ref(), name);
            let place = self.media_place(kind, node.as_ref(), stem);
            media_types.push(MediaType { wire_name, kind, place });
        }
        media_types
    }

    /// Text and bytes are not taken apart, whatever their schema says.
    fn warn_about_structure(&mut self, kind: MediaKind, node: Option<&Node>, media_type: &str) {
        let substitute = match kind {
            MediaKind::Binary => "it is bytes",
            MediaKind::Text => "it is a string",
            _ => return,
        };
        let Some(node) = node else { return };
        if self.resolve(node).is_some_and(|flat| flat.is_shaping() && flat.enumeration.is_none()) {
            let message = format!("content in {media_type} is not taken apart as its schema says");
            self.report.warning("untyped-content", node.pointer(), message, substitute);
        }
    }

    fn media_place(&mut self, kind: MediaKind, node: Option<&Node>, stem: &str) -> Place {
        if let Some(node) = node {
            self.check_examples(node);
        }
        let suffix = match kind {
            MediaKind::Binary => return bare(Type::Formatted(Format::Binary)),
            MediaKind::Text => return self.text_place(node, stem),
            MediaKind::Json => "",
            MediaKind::Form => "Form",
            MediaKind::Multipart => "Multipart",
            MediaKind::EventStream => "Event",
            MediaKind::JsonLines | MediaKind::JsonSequence => "Item",
        };
        let base = format!("{stem}{suffix}");
        match node {
            Some(node) => self.place(node, &[format!("{base}Body")]),
            None => bare(Type::Any),
        }
    }

    /// Text is what its schema says if that can be written as text, else a string.
    fn text_place(&mut self, node: Option<&Node>, stem: &str) -> Place {
        let Some(node) = node else {
            return bare(Type::String);
        };
        let kind = self.resolve(node).and_then(|flat| flat.kind);
        match kind {
            Some(Kind::String | Kind::Number | Kind::Integer | Kind::Boolean) => {
                self.place(node, &[format!("{stem}TextBody")])
            }
            _ => bare(Type::String),
        }
    }

    /// By media type; `*/*` is JSON if its schema is more than a string.
    fn media_kind(&mut self, name: &str, node: Option<&Node>) -> MediaKind {
        let essence = name.split(';').next().unwrap_or(name).trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" | "text/json" => MediaKind::Json,
            "application/x-www-form-urlencoded" => MediaKind::Form,
            "text/event-stream" => MediaKind::EventStream,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines"
            | "application/json-lines" => MediaKind::JsonLines,
            "application/json-seq" => MediaKind::JsonSequence,
            "application/xml" => MediaKind::Text,
            _ if essence.ends_with("+json-seq") => MediaKind::JsonSequence,
            _ if essence.ends_with("+json") => MediaKind::Json,
            _ if essence.starts_with("multipart/") => MediaKind::Multipart,
            _ if essence.starts_with("text/") || essence.ends_with("+xml") => MediaKind::Text,
            "*/*" | "application/*" => {
                let flat = node.and_then(|node| self.resolve(node));
                match flat {
                    Some(flat) if flat.kind != Some(Kind::String) && flat.is_shaping() => MediaKind::Json,
                    _ => MediaKind::Binary,
                }
            }
            _ => MediaKind::Binary,
        }
    }

    /// The responses in document order, `default` last, split into successes and failures.
    pub(super) fn responses(
        &mut self,
        responses: &'a openapiv3::Responses,
        operation_pointer: &str,
        type_name: &str,
    ) -> Responses {
        let place = pointer::child(operation_pointer, "responses");
        let mut all = Vec::new();
        for (code, response) in &responses.responses {
            let (status, key) = match code {
                openapiv3::StatusCode::Code(code) => (Status::Code(*code), code.to_string()),
                openapiv3::StatusCode::Range(class) => {
                    let class = u8::try_from(*class).unwrap_or_default();
                    (Status::Range(class), format!("{class}XX"))
                }
            };
            all.extend(self.response(status, response, pointer::child(&place, &key), type_name));
        }
        if let Some(response) = &responses.default {
            let pointer = pointer::child(&place, "default");
            all.extend(self.response(Status::Default, response, pointer, type_name));
        }
        let split = split(all);
        if split.successes.is_empty() {
            self.report.warning(
                "no-success-response",
                &place,
                "the operation declares no successful response".to_owned(),
                "declare one; any 2xx counts as success, and its body is dropped",
            );
        }
        split
    }

    fn response(
        &mut self,
        status: Status,
        response: &'a ReferenceOr<openapiv3::Response>,
        place: String,
        type_name: &str,
    ) -> Option<Response> {
        let components = self.document.components.as_ref();
        let found = resolve(response, "responses", place.clone(), |key| {
            components.and_then(|components| components.responses.get(key))
        });
        let Some((response, pointer)) = found else {
            self.dangling(&place);
            return None;
        };
        let name = status::name(status);
        let stem = names::joined(type_name, &name);
        if !response.links.is_empty() {
            self.report.warning(
                "unsupported-links",
                &pointer::child(&pointer, "links"),
                "links are not supported".to_owned(),
                "call the linked operations by hand",
            );
        }
        Some(Response {
            headers: self.headers(&response.headers, &pointer, &stem),
            media_types: self.media_types(&response.content, &pointer, &stem),
            name,
            status,
            description: response.description.clone(),
        })
    }
}

/// Success is 2xx and 101; without a 2xx its 3xx are, else its `default`.
fn split(all: Vec<Response>) -> Responses {
    let is_2xx = |response: &Response| matches!(response.status, Status::Code(200..=299 | 101) | Status::Range(2));
    let is_3xx = |response: &Response| matches!(response.status, Status::Code(300..=399) | Status::Range(3));
    let is_default = |response: &Response| response.status == Status::Default;
    let (successes, failures) = if all.iter().any(is_2xx) {
        all.into_iter().partition(is_2xx)
    } else if all.iter().any(is_3xx) {
        all.into_iter().partition(is_3xx)
    } else {
        all.into_iter().partition(is_default)
    };
    Responses { successes, failures }
}
