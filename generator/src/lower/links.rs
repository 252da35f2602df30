//! Links (OpenAPI 3.1.1, Link Object): from an answer to the operation that takes what is in it.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use openapiv3::{LinkOperation, ReferenceOr};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::lower::lowering::Lowering;
use crate::lower::operation::{Named, given_id};
use crate::lower::parameter::resolve;
use crate::lower::pointer;
use crate::model::{Link, LinkTarget};

/// Every operation of the description, by what a link may call it.
#[derive(Debug, Default)]
pub(super) struct LinkTargets {
    /// The names of methods, by `operationId`.
    by_id: HashMap<String, String>,
    /// The same by place.
    by_place: HashMap<String, String>,
    /// The methods that are generated.
    kept: HashSet<String>,
}

impl LinkTargets {
    /// Notes operations that links may lead to.
    pub(super) fn note(&mut self, operations: &[Named<'_>]) {
        for named in operations {
            if let Some(id) = given_id(named.operation) {
                self.by_id.entry(id).or_insert_with(|| named.name.clone());
            }
            for place in [&named.pointer, &named.place] {
                self.by_place.entry(place.clone()).or_insert_with(|| named.name.clone());
            }
        }
    }

    /// Notes those that are generated.
    pub(super) fn keep(&mut self, operations: &[Named<'_>]) {
        self.kept = operations.iter().map(|named| named.name.clone()).collect();
    }

    fn target(&self, method: &str, text: &str) -> LinkTarget {
        match self.kept.contains(method) {
            true => LinkTarget::Method(method.to_owned()),
            false => LinkTarget::Elsewhere(text.to_owned()),
        }
    }
}

impl Lowering<'_> {
    /// The links of the response at `place`.
    pub(super) fn links(&mut self, links: &IndexMap<String, ReferenceOr<openapiv3::Link>>, place: &str) -> Vec<Link> {
        let section = pointer::child(place, "links");
        links.iter().filter_map(|(name, link)| self.link(name, link, pointer::child(&section, name))).collect()
    }

    fn link(&mut self, name: &str, link: &ReferenceOr<openapiv3::Link>, place: String) -> Option<Link> {
        let components = self.document.components.as_ref();
        let found =
            resolve(link, "links", place.clone(), |key| components.and_then(|components| components.links.get(key)));
        // A reference to nothing has been reported.
        let (link, place) = found?;
        let operation = match &link.operation {
            LinkOperation::OperationId(id) => self.link_by_id(id, &place)?,
            LinkOperation::OperationRef(reference) => self.link_by_reference(reference, &place)?,
        };
        Some(Link {
            wire_name: name.to_owned(),
            operation,
            parameters: link.parameters.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
            body: link.request_body.as_ref().map(text),
            description: link.description.clone().filter(|text| !text.trim().is_empty()),
        })
    }

    fn link_by_id(&mut self, id: &str, place: &str) -> Option<LinkTarget> {
        if let Some(method) = self.link_targets.by_id.get(id) {
            return Some(self.link_targets.target(method, id));
        }
        // One without either has been reported.
        if !id.is_empty() {
            let message = format!("no operation has the operationId `{id}`");
            self.dangling_link(&pointer::child(place, "operationId"), message);
        }
        None
    }

    /// `#/paths/~1pets/get`, percent-encoded; what is in another document is somebody else's.
    fn link_by_reference(&mut self, reference: &str, place: &str) -> Option<LinkTarget> {
        let Some(fragment) = reference.strip_prefix('#') else {
            return Some(LinkTarget::Elsewhere(reference.to_owned()));
        };
        let decoded = percent_decode_str(fragment).decode_utf8().unwrap_or_default();
        let targets = &self.link_targets;
        if let Some(method) = targets.by_place.get(&*decoded).or_else(|| targets.by_place.get(fragment)) {
            return Some(targets.target(method, reference));
        }
        let message = format!("`{reference}` points at no operation");
        self.dangling_link(&pointer::child(place, "operationRef"), message);
        None
    }

    fn dangling_link(&mut self, place: &str, message: String) {
        self.report.warning("dangling-link", place, message, "the link is left out");
    }
}

/// A constant or an expression.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
