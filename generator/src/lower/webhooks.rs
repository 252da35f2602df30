//! Requests that the API makes itself: webhooks (OpenAPI 3.1.1, OpenAPI Object) and callbacks (Callback Object).
//!
//! They become operations like others, of one tag each, whose requests travel from the API.

use std::collections::{HashMap, HashSet};

use openapiv3::ReferenceOr;

use crate::lower::lowering::Lowering;
use crate::lower::operation::{Named, given_id, methods};
use crate::lower::pointer::{self, Placed as _};
use crate::lower::selection::Selectable;
use crate::model::{Tag, Webhook};

/// Methods that a sender, a receiver or every type has already.
const RESERVED_METHODS: &[&str] = &[
    "backoff",
    "by_name",
    "check_requests",
    "clone",
    "limits",
    "map_transport",
    "max_response_body",
    "new",
    "reject",
    "request",
    "reqwest_builder",
    "retries",
    "route",
    "route_by_name",
    "sign",
    "timeout",
    "try_timeout",
    "verify",
    "with_reqwest",
    "with_transport",
];

impl<'a> Lowering<'a> {
    /// Every webhook and callback with its names: webhooks first, then the callbacks of `operations`, each in document
    /// order.
    pub(super) fn name_webhooks(&mut self, operations: &[Named<'a>]) -> Vec<Named<'a>> {
        let mut webhooks = self.collect_webhooks();
        webhooks.extend(collect_callbacks(operations));
        self.claim_names(&mut webhooks, RESERVED_METHODS);
        webhooks
    }

    /// Normalization has put them among the callbacks of the components.
    fn collect_webhooks(&self) -> Vec<Named<'a>> {
        let document = self.document;
        let sections = document.components.iter().flat_map(|components| &components.callbacks);
        let mut webhooks = Vec::new();
        for (section, items) in sections {
            let ReferenceOr::Item(items) = items else { continue };
            for (name, item) in items {
                let at = pointer::child(section, name);
                let declared = declared(item);
                let is_alone = declared.len() == 1;
                for (method, operation) in declared {
                    let stem = if is_alone || method == "post" { name.clone() } else { format!("{name} {method}") };
                    let (path, webhook) = ("", Webhook::Webhook);
                    webhooks.push(named((path, item, &at), (method, operation), (name.clone(), stem), webhook));
                }
            }
        }
        webhooks
    }

    /// Leaves what codegen.toml selects: webhooks by themselves, callbacks with their operations. Gives the places of the
    /// others.
    pub(super) fn select_webhooks(
        &mut self,
        webhooks: &mut Vec<Named<'a>>,
        operations: &[Named<'a>],
    ) -> HashSet<String> {
        let kept: HashSet<&str> = operations.iter().map(|named| named.name.as_str()).collect();
        let mut left_out = HashSet::new();
        webhooks.retain_mut(|named| {
            let id = given_id(named.operation).unwrap_or_else(|| named.wire_name.clone());
            let selectable = Selectable { id: &id, path: "", tags: &named.operation.tags };
            let is_selected = match &mut named.webhook {
                Some(Webhook::Callback(callers)) => {
                    callers.retain(|caller| kept.contains(caller.as_str()));
                    !callers.is_empty() && !self.choices.is_excluded(&selectable)
                }
                _ => self.choices.is_selected(&selectable),
            };
            if !is_selected {
                left_out.extend([named.pointer.clone(), named.place.clone()]);
            }
            is_selected
        });
        left_out
    }

    /// A tag of the webhooks and one of the callbacks, if there are any.
    pub(super) fn webhook_tags(&mut self, webhooks: &[Named<'a>]) -> Vec<Tag> {
        let (callbacks, webhooks): (Vec<_>, Vec<_>) =
            webhooks.iter().partition(|named| matches!(named.webhook, Some(Webhook::Callback(_))));
        let tags = [("webhooks", "Webhooks", webhooks), ("callbacks", "Callbacks", callbacks)];
        let tags = tags.into_iter().filter(|(.., operations)| !operations.is_empty());
        tags.map(|(module, name, operations)| Tag {
            wire_name: module.to_owned(),
            name: name.to_owned(),
            module: module.to_owned(),
            description: None,
            operations: operations.into_iter().map(|named| self.operation(named, &[])).collect(),
        })
        .collect()
    }

    /// What does not count: the API's own credentials are none of a subscriber's business, and its servers are elsewhere.
    pub(super) fn report_ignored(&mut self, named: &Named<'_>) {
        if named.operation.security.iter().flatten().any(|alternative| !alternative.is_empty()) {
            self.report.warning(
                "unsupported-webhook-security",
                &pointer::child(&named.place, "security"),
                "the security of a webhook or a callback is not supported".to_owned(),
                "add it in the sender's `sign`, and check it in the receiver's `verify`",
            );
        }
        let servers = [(&named.operation.servers, &named.place), (&named.item.servers, &named.item_pointer)];
        for (_, owner) in servers.into_iter().filter(|(servers, _)| !servers.is_empty()) {
            self.report.warning(
                "servers-of-webhook",
                &pointer::child(owner, "servers"),
                "a webhook or a callback goes where its receiver says, not to a server of the API".to_owned(),
                "the servers are ignored",
            );
        }
    }
}

/// The callbacks of `operations`. One that several share by reference is one.
fn collect_callbacks<'a>(operations: &[Named<'a>]) -> Vec<Named<'a>> {
    let mut callbacks: Vec<Named<'a>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for caller in operations {
        let section = pointer::child(&caller.place, "callbacks");
        for (key, callback) in &caller.operation.callbacks {
            let at = pointer::child(&section, key);
            for (expression, item) in callback {
                let at = pointer::child(&at, expression);
                let declared = declared(item);
                let is_alone = callback.len() == 1 && declared.len() == 1;
                for (method, operation) in declared {
                    let place = operation.place().unwrap_or_else(|| pointer::child(&at, method));
                    if let Some(Named { webhook: Some(Webhook::Callback(callers)), .. }) =
                        known.get(&place).and_then(|index| callbacks.get_mut(*index))
                    {
                        callers.push(caller.name.clone());
                        continue;
                    }
                    let name = name_of_callback(operation, &place, caller, key);
                    let stem = if is_alone || method == "post" { name.clone() } else { format!("{name} {method}") };
                    let webhook = Webhook::Callback(vec![caller.name.clone()]);
                    known.insert(place, callbacks.len());
                    callbacks.push(named((expression, item, &at), (method, operation), (name, stem), webhook));
                }
            }
        }
    }
    callbacks
}

/// Its `operationId`; the key of one among the components; else its key behind the name of its operation.
fn name_of_callback(operation: &openapiv3::Operation, place: &str, caller: &Named<'_>, key: &str) -> String {
    let component = || match &*pointer::tokens(place) {
        [components, callbacks, key, ..] if components == "components" && callbacks == "callbacks" => Some(key.clone()),
        _ => None,
    };
    given_id(operation).or_else(component).unwrap_or_else(|| format!("{}.{key}", caller.wire_name))
}

fn declared(item: &openapiv3::PathItem) -> Vec<(&'static str, &openapiv3::Operation)> {
    methods(item).into_iter().filter_map(|(method, operation)| Some((method, operation?))).collect()
}

fn named<'a>(
    (path, item, item_pointer): (&'a str, &'a openapiv3::PathItem, &str),
    (method, operation): (&'static str, &'a openapiv3::Operation),
    (wire_name, stem): (String, String),
    webhook: Webhook,
) -> Named<'a> {
    let pointer = pointer::child(item_pointer, method);
    Named {
        path,
        item,
        item_pointer: item_pointer.to_owned(),
        method,
        operation,
        place: operation.place().unwrap_or_else(|| pointer.clone()),
        pointer,
        wire_name,
        stem,
        name: String::new(),
        type_name: String::new(),
        webhook: Some(webhook),
    }
}
