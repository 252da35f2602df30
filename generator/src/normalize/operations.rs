//! Passes over operations, parameters, headers, encodings, responses and links.

use std::collections::HashMap;

use super::grammar::Kind;
use super::target::shown;
use super::walk::{Visit, walk_document};
use crate::diagnostic::{Diagnostics, Place};
use crate::tree::{Node, Object, Pointer};

/// Of two operations with one `operationId`, which must be unique (OpenAPI 3.1.1, Operation Object), the second loses
/// it, and is named after its method and path.
pub(super) fn duplicate_operation_ids(tree: &mut Node, diagnostics: &mut Diagnostics) {
    struct Ids<'a>(HashMap<String, String>, &'a mut Diagnostics);
    impl Visit for Ids<'_> {
        fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
            let id = node.get("operationId").and_then(Node::as_str);
            let Some(id) = id.filter(|_| kind == Kind::Operation) else {
                return;
            };
            let Some(first) = self.0.get(id) else {
                self.0.insert(id.to_owned(), at.as_str().to_owned());
                return;
            };
            let place = Place::Pointer(at.child("operationId"));
            let message = format!("the operation at `{}` has the operationId `{id}`, too", shown(first));
            self.1
                .warning("duplicate-operation-id", place, message)
                .related(Place::Pointer(format!("{first}/operationId")), "it is here, too")
                .help("this one is named after its method and path: give it an operationId of its own");
            if let Node::Object(members) = node {
                members.shift_remove("operationId");
            }
        }
    }
    walk_document(tree, &mut Ids(HashMap::new(), diagnostics));
}

/// The methods that a path item has operations for, in OpenAPI's order.
pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The order in which a path item has its operations, which `openapiv3` does not keep.
fn method_order(members: &mut Object) {
    let methods = members.keys().filter(|key| METHODS.contains(&key.as_str()));
    let methods: Vec<Node> = methods.map(|method| Node::String(method.clone())).collect();
    members.insert("x-methods".to_owned(), Node::Array(methods));
}

/// What `openapiv3` needs to read parameters and responses, or would not keep of them.
pub(super) fn operation_dialect(tree: &mut Node, diagnostics: &mut Diagnostics) {
    struct Dialect<'a>(&'a mut Diagnostics);
    impl Visit for Dialect<'_> {
        fn enter(&mut self, kind: Kind, node: &mut Node, at: &Pointer) {
            if kind.has_reference_object() && node.as_reference().is_some() {
                siblings_of_reference_objects(node);
                return;
            }
            let Node::Object(members) = node else { return };
            match kind {
                Kind::Parameter => {
                    ambiguous_content(members, at, self.0);
                    missing_schema(members, at, self.0);
                    optional_path_parameter(members, at, self.0);
                    style_of_another_location(members, at, self.0);
                }
                Kind::Header => {
                    ambiguous_content(members, at, self.0);
                    missing_schema(members, at, self.0);
                    header_explode(members);
                }
                Kind::PathItem => method_order(members),
                Kind::Encoding => encoding_explode(members),
                Kind::Responses => lower_case_ranges(members),
                Kind::Link => link_to_nothing(members, at, self.0),
                _ => {}
            }
        }
    }
    walk_document(tree, &mut Dialect(diagnostics));
}

/// `summary` and `description` beside a `$ref` that is no schema's override nothing that matters here.
fn siblings_of_reference_objects(node: &mut Node) {
    if let Node::Object(members) = node {
        members.retain(|key, _| key == "$ref");
    }
}

/// A parameter and a header have `schema`, or `content` with one media type (OpenAPI 3.1.1, Parameter Object).
fn ambiguous_content(members: &mut Object, at: &Pointer, diagnostics: &mut Diagnostics) {
    let has_schema = members.contains_key("schema");
    let Some(Node::Object(content)) = members.get_mut("content") else { return };
    let (code, message, help) = match content.len() {
        _ if has_schema => ("ambiguous-content", "`content` beside `schema`", "`content` is ignored: remove it"),
        0 => {
            ("empty-content", "`content` has no media type", "read as `schema: { type: string }`: write one of the two")
        }
        1 => return,
        _ => ("ambiguous-content", "several media types", "the first one is sent and read: remove the others"),
    };
    diagnostics.warning(code, Place::Pointer(at.child("content")), message).help(help);
    let is_empty = content.is_empty();
    content.truncate(1);
    if has_schema || is_empty {
        members.shift_remove("content");
        members.entry("schema".to_owned()).or_insert_with(text_schema);
    }
}

fn missing_schema(members: &mut Object, at: &Pointer, diagnostics: &mut Diagnostics) {
    if !members.contains_key("schema") && !members.contains_key("content") {
        members.insert("schema".to_owned(), text_schema());
        let message = "neither `schema` nor `content` says what the value is";
        diagnostics
            .warning("missing-field", Place::Pointer(at.as_str().to_owned()), message)
            .help("read as `schema: { type: string }`");
    }
}

fn text_schema() -> Node {
    Node::object([("type", Node::string("string"))])
}

fn optional_path_parameter(members: &mut Object, at: &Pointer, diagnostics: &mut Diagnostics) {
    let is_path = members.get("in").and_then(Node::as_str) == Some("path");
    if is_path && members.get("required") != Some(&Node::Bool(true)) {
        members.insert("required".to_owned(), Node::Bool(true));
        let message = "a path parameter cannot be optional";
        diagnostics
            .warning("optional-path-parameter", Place::Pointer(at.as_str().to_owned()), message)
            .help("read as required: write `required: true`");
    }
}

/// Styles by location (OpenAPI 3.1.1, Parameter Object, "Style Values").
fn style_of_another_location(members: &Object, at: &Pointer, diagnostics: &mut Diagnostics) {
    let Some(style) = members.get("style").and_then(Node::as_str) else {
        return;
    };
    let Some(location) = members.get("in").and_then(Node::as_str) else {
        return;
    };
    let styles: &[&str] = match location {
        "path" => &["simple", "label", "matrix"],
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "header" => &["simple"],
        _ => &["form"],
    };
    if !styles.contains(&style) {
        let message = format!("a {location} parameter has no style `{style}`");
        diagnostics
            .error("invalid-style", Place::Pointer(at.child("style")), message)
            .help(format!("the styles of a {location} parameter are {}", styles.join(", ")));
    }
}

/// `openapiv3` has no `explode` for headers: `x-explode`.
fn header_explode(members: &mut Object) {
    if let Some(explode) = members.shift_remove("explode") {
        members.insert("x-explode".to_owned(), explode);
    }
}

/// `explode` is true by default where `style` is `form`, which is the default (OpenAPI 3.1.1, Encoding Object).
fn encoding_explode(members: &mut Object) {
    let style = members.get("style").and_then(Node::as_str);
    if matches!(style, None | Some("form")) && !members.contains_key("explode") {
        members.insert("explode".to_owned(), Node::Bool(true));
    }
}

/// `4xx` is `4XX`.
fn lower_case_ranges(members: &mut Object) {
    let is_lower = |key: &String| key.len() == 3 && key.ends_with(['x']);
    if members.keys().any(is_lower) {
        let upper = |(key, value): (String, Node)| {
            let key = if is_lower(&key) { key.to_ascii_uppercase() } else { key };
            (key, value)
        };
        *members = std::mem::take(members).into_iter().map(upper).collect();
    }
}

fn link_to_nothing(members: &mut Object, at: &Pointer, diagnostics: &mut Diagnostics) {
    if !members.contains_key("operationId") && !members.contains_key("operationRef") {
        members.insert("operationId".to_owned(), Node::string(""));
        let message = "a link without `operationId` or `operationRef`";
        diagnostics.warning("missing-field", Place::Pointer(at.as_str().to_owned()), message);
    }
}
