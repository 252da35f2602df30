//! Operations: their names, tags and parts.

use std::collections::HashSet;

use indexmap::IndexMap;
use openapiv3::ReferenceOr;
use serde_json::Value;

use crate::lower::lowering::{Lowering, says_more};
use crate::lower::names::{self, Case, Scope};
use crate::lower::pointer::{self, Placed};
use crate::lower::selection::Selectable;
use crate::model::{Docs, Operation, Routing, SecurityScheme, Tag, Webhook};

/// Methods that the client, the handler traits or every type have already.
const RESERVED_METHODS: &[&str] = &[
    "authenticate",
    "backoff",
    "check_requests",
    "clone",
    "credentials",
    "idle_timeout",
    "limits",
    "map_transport",
    "max_response_body",
    "new",
    "operation_server",
    "operation_servers",
    "reject",
    "request",
    "reqwest_builder",
    "retries",
    "timeout",
    "try_timeout",
    "with_base_url",
    "with_credentials",
    "with_operation_server",
    "with_operation_servers",
    "with_reqwest",
    "with_server",
    "with_transport",
];

/// What stands beside the traits, or is used beside them, in the client's or the server's modules.
pub(super) const RESERVED_TRAITS: &[&str] = &[
    "Accept",
    "And",
    "Answer",
    "ApiError",
    "Attempt",
    "AuthError",
    "Authenticated",
    "BTreeMap",
    "Basic",
    "Bearer",
    "Body",
    "Box",
    "BoxError",
    "BoxFuture",
    "BuildError",
    "Bytes",
    "Call",
    "Client",
    "ClientCredentials",
    "ConnectionLimits",
    "Credential",
    "Credentials",
    "DateTime",
    "Endpoint",
    "Err",
    "Error",
    "Failure",
    "FromHead",
    "FromReply",
    "Gate",
    "Guard",
    "Incoming",
    "IntoReply",
    "Invalid",
    "Ipv4Addr",
    "Ipv6Addr",
    "Limits",
    "Location",
    "Method",
    "NaiveDate",
    "NoCredentials",
    "None",
    "Number",
    "Ok",
    "Open",
    "Operation",
    "OperationServer",
    "Option",
    "OptionallyAuthenticated",
    "Outgoing",
    "Parts",
    "Rejection",
    "RejectionKind",
    "Reply",
    "Request",
    "RequestBuilder",
    "Requirement",
    "Response",
    "Result",
    "Router",
    "Routes",
    "Rule",
    "Secret",
    "Segment",
    "Send",
    "Server",
    "Some",
    "StatusCode",
    "String",
    "TokenError",
    "Transport",
    "TransportService",
    "Utc",
    "Uuid",
    "Vec",
    "Violation",
];

/// Modules that stand beside those of the tags.
const RESERVED_MODULES: &[&str] =
    &["client", "operations", "pagination", "prelude", "server", "support", "mod_", "self_", "super_", "crate_"];

/// An operation before its parts are lowered.
pub(super) struct Named<'a> {
    pub(super) path: &'a str,
    pub(super) item: &'a openapiv3::PathItem,
    /// Where the path item is referred to.
    pub(super) item_pointer: String,
    pub(super) method: &'static str,
    pub(super) operation: &'a openapiv3::Operation,
    /// What identifies it: its path and method.
    pub(super) pointer: String,
    /// Where it is written: the same, unless its path item is elsewhere.
    pub(super) place: String,
    pub(super) wire_name: String,
    /// What its names are made of.
    pub(super) stem: String,
    /// The method's name.
    pub(super) name: String,
    /// The stem of its types' names.
    pub(super) type_name: String,
    pub(super) webhook: Option<Webhook>,
}

impl<'a> Lowering<'a> {
    /// Every operation with its names, in document order.
    pub(super) fn name_operations(&mut self) -> Vec<Named<'a>> {
        let mut operations = self.collect_operations();
        self.claim_names(&mut operations, RESERVED_METHODS);
        operations
    }

    /// Names operations whose methods and types stand together.
    pub(super) fn claim_names(&mut self, operations: &mut [Named<'a>], reserved: &[&str]) {
        let mut methods = Scope::with_reserved(reserved);
        let mut types = Scope::default();
        for named in &mut *operations {
            let name = self.choices.value_name(&named.pointer);
            if let Some(name) = name.or_else(|| self.choices.value_name(&named.place)) {
                let type_name = names::identifier(&name, Case::UpperCamel);
                named.name = methods.claim([name]);
                named.type_name = types.claim([type_name]);
            }
        }
        for named in operations.iter_mut().filter(|named| named.name.is_empty()) {
            let name = names::identifier(&named.stem, Case::Snake);
            let is_reserved = RESERVED_METHODS.contains(&name.as_str());
            named.name = methods.claim([if is_reserved { format!("{name}_") } else { name }]);
            named.type_name = types.claim_text(&named.stem, Case::UpperCamel);
        }
    }

    /// Leaves the operations that codegen.toml selects. Gives the places of the others.
    pub(super) fn select(&mut self, operations: &mut Vec<Named<'a>>) -> HashSet<String> {
        let (selected, left_out): (Vec<_>, Vec<_>) = std::mem::take(operations).into_iter().partition(|named| {
            let (id, path, tags) = (&named.wire_name, named.path, &named.operation.tags);
            self.choices.is_selected(&Selectable { id, path, tags })
        });
        *operations = selected;
        let mut places: HashSet<String> = left_out.into_iter().flat_map(|named| [named.pointer, named.place]).collect();
        // Paths can share their operations.
        for named in operations {
            places.remove(&named.place);
        }
        places
    }

    fn collect_operations(&mut self) -> Vec<Named<'a>> {
        let document = self.document;
        let mut operations = Vec::new();
        for (path, item) in document.paths.iter() {
            let place = pointer::child("/paths", path);
            let ReferenceOr::Item(item) = item else {
                self.dangling(&place);
                continue;
            };
            for (method, operation) in methods(item) {
                let Some(operation) = operation else {
                    continue;
                };
                let pointer = pointer::child(&place, method);
                let wire_name = given_id(operation).unwrap_or_else(|| name_of_route(method, path));
                operations.push(Named {
                    path,
                    item,
                    item_pointer: place.clone(),
                    method,
                    operation,
                    place: operation.place().unwrap_or_else(|| pointer.clone()),
                    pointer,
                    stem: wire_name.clone(),
                    wire_name,
                    name: String::new(),
                    type_name: String::new(),
                    webhook: None,
                });
            }
        }
        operations
    }

    /// The operations by their first tag; tags in the order in which operations name them.
    pub(super) fn tags(&mut self, operations: &[Named<'a>], schemes: &[SecurityScheme]) -> Vec<Tag> {
        let mut by_tag: IndexMap<&str, Vec<Operation>> = IndexMap::new();
        for named in operations {
            let tag = named.operation.tags.first().map_or("", String::as_str);
            let operation = self.operation(named, schemes);
            by_tag.entry(tag).or_default().push(operation);
        }
        let mut in_order: Vec<&mut Operation> = by_tag.values_mut().flatten().collect();
        self.plan_routes(&mut in_order);
        let mut traits = Scope::with_reserved(RESERVED_TRAITS);
        let mut modules = Scope::with_reserved(RESERVED_MODULES);
        let document = self.document;
        by_tag
            .into_iter()
            .map(|(wire_name, operations)| {
                let text = if wire_name.is_empty() { "default" } else { wire_name };
                let name = names::identifier(text, Case::UpperCamel);
                let suffixed = format!("{name}Api");
                let declared = document.tags.iter().find(|tag| tag.name == wire_name);
                Tag {
                    wire_name: wire_name.to_owned(),
                    name: traits.claim([name, suffixed]),
                    module: modules.claim([names::module(text)]),
                    description: declared.and_then(|tag| tag.description.clone()),
                    operations,
                }
            })
            .collect()
    }

    pub(super) fn operation(&mut self, named: &Named<'a>, schemes: &[SecurityScheme]) -> Operation {
        let operation = named.operation;
        let pointer = &named.place;
        let type_name = &named.type_name;
        let segments = if named.webhook.is_some() { Vec::new() } else { self.segments(named.path) };
        let parameters = self.parameters((named.item, &named.item_pointer), (operation, pointer), &segments, type_name);
        let request_body = operation.request_body.as_ref().and_then(|body| self.request_body(body, pointer, type_name));
        let responses = self.responses(&operation.responses, pointer, type_name);
        if named.webhook.is_none() {
            self.note_answers(&named.wire_name, &operation.responses, pointer);
        }
        let security = match named.webhook {
            None => self.security(operation, pointer, schemes),
            Some(_) => {
                self.report_ignored(named);
                Vec::new()
            }
        };
        Operation {
            wire_name: named.wire_name.clone(),
            name: named.name.clone(),
            type_name: type_name.clone(),
            method: named.method.to_ascii_uppercase(),
            path: named.path.to_owned(),
            webhook: named.webhook.clone(),
            segments,
            routing: Routing::default(),
            docs: docs(named),
            parameters,
            request_body,
            successes: responses.successes,
            failures: responses.failures,
            security,
            servers: Vec::new(),
            pagination: None,
        }
    }
}

/// The operations of a path item: in the order that normalization carries along as `x-methods`,
/// because `openapiv3` forgets it, else in that of the specification.
pub(super) fn methods(item: &openapiv3::PathItem) -> Vec<(&'static str, Option<&openapiv3::Operation>)> {
    let mut methods = vec![
        ("get", item.get.as_ref()),
        ("put", item.put.as_ref()),
        ("post", item.post.as_ref()),
        ("delete", item.delete.as_ref()),
        ("options", item.options.as_ref()),
        ("head", item.head.as_ref()),
        ("patch", item.patch.as_ref()),
        ("trace", item.trace.as_ref()),
    ];
    if let Some(order) = item.extensions.get("x-methods").and_then(Value::as_array) {
        methods.sort_by_key(|(method, _)| order.iter().position(|name| name == method).unwrap_or(usize::MAX));
    }
    methods
}

/// `operationId`, if it says anything.
pub(super) fn given_id(operation: &openapiv3::Operation) -> Option<String> {
    operation.operation_id.clone().filter(|id| !id.trim().is_empty())
}

/// `get` and `/users/{id}` → `get_users_by_id`.
fn name_of_route(method: &str, path: &str) -> String {
    let mut name = method.to_owned();
    let path = path.split(['?', '#']).next().unwrap_or(path);
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if part.starts_with('{') {
            name.push_str(" by");
        }
        name.push(' ');
        name.push_str(part);
    }
    names::identifier(&name, Case::Snake)
}

fn docs(named: &Named<'_>) -> Docs {
    let operation = named.operation;
    let own = |text: &Option<String>, shared: &Option<String>| {
        text.clone().or_else(|| shared.clone()).filter(|text| !text.trim().is_empty())
    };
    Docs {
        title: own(&operation.summary, &named.item.summary).filter(|summary| says_more(summary, &named.name)),
        description: own(&operation.description, &named.item.description),
        is_deprecated: operation.deprecated,
        ..Docs::default()
    }
}
