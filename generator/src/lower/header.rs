//! Response headers (OpenAPI 3.1.1, Header Object).

use indexmap::IndexMap;
use openapiv3::ReferenceOr;

use crate::lower::keywords::{Annotations, Node};
use crate::lower::lowering::{Lowering, docs};
use crate::lower::names::{self, Case, Scope};
use crate::lower::parameter::{Written, component_name, resolve, untyped_is_text};
use crate::lower::pointer;
use crate::lower::schema::bare;
use crate::model::{Header, HeaderStyle, Type};

/// Parts of an answer beside its headers.
const RESERVED: &[&str] = &["body", "status", "reply", "self_"];

/// Headers that frame a message: the HTTP implementation reads and writes them.
const FRAMING: &[&str] = &["transfer-encoding", "connection", "trailer", "te", "keep-alive"];

impl Lowering<'_> {
    /// The headers of a response, without Content-Type (OpenAPI 3.1.1, Response Object: it shall be ignored).
    pub(super) fn headers(
        &mut self,
        headers: &IndexMap<String, ReferenceOr<openapiv3::Header>>,
        owner: &str,
        type_name: &str,
    ) -> Vec<Header> {
        let components = self.document.components.as_ref();
        let mut scope = Scope::with_reserved(RESERVED);
        let mut lowered: Vec<Header> = Vec::new();
        for (name, header) in headers {
            let place = pointer::grandchild(owner, "headers", name);
            let found = resolve(header, "headers", place.clone(), |key| {
                components.and_then(|components| components.headers.get(key))
            });
            let Some((header, pointer)) = found else {
                self.dangling(&place);
                continue;
            };
            let wire_name = name.trim().to_ascii_lowercase();
            if wire_name == "content-type" {
                self.report.idle_header(name, &place, "the media type, or `contentType`, says it: remove it");
            } else if lowered.iter().any(|header| header.wire_name == wire_name) {
                let message = format!("the header `{name}` is declared twice");
                let help = "remove one of the two; the first one counts";
                self.report.warning("repeated-parameter", &place, message, help);
            } else if self.can_be_header(&wire_name, &place) {
                let header = self.header(header, &pointer, wire_name, type_name, &mut scope);
                lowered.push(header);
            }
        }
        lowered
    }

    /// Whether HTTP has such a header, for an application to see.
    fn can_be_header(&mut self, wire_name: &str, place: &str) -> bool {
        if !is_token(wire_name) {
            let message = format!("`{wire_name}` cannot be the name of a header");
            self.report.warning("invalid-header-name", place, message, "it is neither read nor written");
            return false;
        }
        if FRAMING.contains(&wire_name) {
            let message = format!("the header `{wire_name}` belongs to the connection");
            self.report.warning("framing-header", place, message, "it is not part of the answer");
            return false;
        }
        true
    }

    fn header(
        &mut self,
        header: &openapiv3::Header,
        pointer: &str,
        wire_name: String,
        type_name: &str,
        scope: &mut Scope,
    ) -> Header {
        let names = match component_name(pointer, "headers") {
            Some(name) => vec![name.clone(), format!("{name}Header")],
            None => vec![names::joined(type_name, &wire_name)],
        };
        let Written { node, mut place, is_json } = self.written(&header.format, pointer, &names);
        let is_lines = wire_name == "set-cookie";
        if is_lines {
            place = bare(Type::Array(Box::new(Type::String)));
        }
        if !is_json {
            untyped_is_text(&mut place.ty, false);
        }
        let mut is_required = header.required;
        // A header has no text for null: it is left out.
        if let Type::Nullable(inner) = place.ty {
            (place.ty, is_required) = (*inner, false);
        }
        let explodes = header.extensions.get("x-explode") == Some(&serde_json::Value::Bool(true));
        let style = match () {
            () if is_lines => HeaderStyle::Lines,
            () if is_json => HeaderStyle::Json,
            () if explodes => HeaderStyle::Exploded,
            () => HeaderStyle::Simple,
        };
        let schema = node.as_ref().and_then(Node::annotations).cloned().unwrap_or_default();
        let annotations = Annotations {
            description: header.description.clone().or(schema.description.clone()),
            is_deprecated: header.deprecated.unwrap_or(false) || schema.is_deprecated,
            ..schema
        };
        let name = match self.choices.value_name(pointer) {
            Some(name) => scope.claim([name]),
            None => scope.claim_text(&wire_name, Case::Snake),
        };
        Header { docs: docs(&annotations, &name), name, wire_name, style, place, is_required }
    }
}

/// RFC 9110, section 5.6.2.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
