//! `openapiv3::OpenAPI` in, [`Api`](crate::model::Api) out: every decision is taken here.
//!
//! In order: component schemas and operations are named, schemas become types, operations are put
//! together; then, on the model, types get the forms that requests and responses have, equal inline types are
//! shared, recursion is boxed, rules of aliases are copied to their uses and types are marked by direction.
//! All problems are collected.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::diagnostic::Diagnostics;
use crate::model::Api;
use crate::normalize::Normalized;
use crate::settings::Settings;

mod report;
mod pointer;
mod names;
mod choices;
mod selection;
mod keywords;
mod limits;
mod conversion;
mod lowering;
mod all_of;
mod facets;
mod inheritance;
mod schema;
mod scalar;
mod formats;
mod object;
mod other_properties;
mod enumeration;
mod tell;
mod member_name;
mod discriminator;
mod union;
mod rules;
mod ecma;
mod pattern;
mod example;
mod pattern_sample;
mod sample;
mod place_name;
mod path;
mod routing;
mod status;
mod parameter;
mod header;
mod links;
mod body;
mod media_type;
pub(crate) mod answers;
mod encoding;
mod security;
mod servers;
mod operation;
mod webhooks;
mod pagination;
mod walk;
mod direction;
mod share;
mod recursion;
mod inherit;
mod usage;
mod binary;
#[cfg(test)]
mod tests;

pub(crate) use lowering::Notes;

use choices::Choices;
use lowering::Lowering;
use names::Scope;
use report::Report;

/// The model of a description; none if that has errors, which are in `diagnostics` then. `notes` is filled with
/// what else is known of it.
pub(crate) fn lower(
    normalized: &Normalized,
    settings: &Settings,
    notes: Option<&mut Notes>,
    diagnostics: &mut Diagnostics,
) -> Option<Api> {
    let Normalized { description: document, unsound } = normalized;
    let mut lowering = Lowering {
        document,
        choices: Choices::new(settings),
        report: Report::new(diagnostics, settings, unsound),
        components: IndexMap::new(),
        patterns: pattern::Patterns::default(),
        formats: formats::Formats::default(),
        type_names: Scope::default(),
        definitions: Vec::new(),
        definition_slots: HashMap::new(),
        inline_names: HashSet::new(),
        inline_types: HashMap::new(),
        flattened: HashMap::new(),
        flattening: Vec::new(),
        conjunctions: 0,
        joining: HashMap::new(),
        link_targets: links::LinkTargets::default(),
        named_places: HashMap::new(),
        left_out: HashSet::new(),
        candidates: Vec::new(),
        replaced: HashSet::new(),
        conversion: conversion::Conversion::default(),
        bases: HashMap::new(),
        children: HashSet::new(),
        directed_tells: HashMap::new(),
        depth: 0,
        notes: notes.is_some().then(Notes::default),
    };
    let mut api = lowering.api();
    if let (Some(notes), Some(noted)) = (notes, lowering.notes.take()) {
        *notes = noted;
        notes.types.iter_mut().for_each(|(_, ty)| binary::replace(ty));
    }
    let places = lowering.component_places();
    binary::text_for_binary(&mut api);
    usage::leave_out_replaced(&mut api, &lowering.replaced);
    let (mut left_out, candidates) = (lowering.left_out, lowering.candidates);
    let mut report = lowering.report;
    if lowering.choices.has_selection() {
        let types = selection::leave_out_types(&mut api);
        left_out.extend(types.iter().filter_map(|name| places.get(name).cloned()));
        report.take_back_warnings(&left_out);
    }
    lowering.choices.report_unused(&mut report);
    let mut inline_names = lowering.inline_names;
    direction::split(&mut api, &mut lowering.type_names, &mut inline_names, &lowering.directed_tells);
    share::share(&mut api.types, &inline_names);
    recursion::wrap_recursive_aliases(&mut api.types);
    for name in recursion::infinite_types(&api.types) {
        if let Some(place) = places.get(name) {
            let name = pointer::tokens(place).pop().unwrap_or_default();
            report.error(
                "infinite-type",
                place,
                format!("`{name}` requires itself: it has no finite value"),
                "make a property in the circle optional or nullable",
            );
        }
    }
    recursion::box_recursion(&mut api.types);
    inherit::inherit_rules(&mut api);
    selection::leave_out_patterns(&mut api);
    usage::mark_usage(&mut api);
    usage::mark_checked(&mut api, &inline_names);
    parameter::report_open_objects(&api, &mut report);
    if unsound.is_empty() {
        pagination::paginate(&mut api, settings, &candidates, &mut report);
    } else {
        // They may be meant for what has errors.
        report.take_back_settings();
    }
    (!report.has_errors()).then_some(api)
}

impl Lowering<'_> {
    fn api(&mut self) -> Api {
        self.read_components();
        let mut operations = self.name_operations();
        let mut webhooks = self.name_webhooks(&operations);
        self.note_named_places(operations.iter().chain(&webhooks));
        self.link_targets.note(&operations);
        self.left_out = self.select(&mut operations);
        let left_out = self.select_webhooks(&mut webhooks, &operations);
        self.left_out.extend(left_out);
        self.link_targets.keep(&operations);
        self.candidates = pagination::Candidate::all(&operations);
        self.prepare_components();
        self.lower_components();
        let nodes: Vec<_> = self.components.values().map(|it| it.node.clone()).collect();
        for node in &nodes {
            self.check_examples(node);
        }
        let mut security_schemes = self.security_schemes(&operations);
        let mut tags = self.tags(&operations, &security_schemes);
        security::leave_out_unused(&mut security_schemes, &mut tags);
        let webhooks = self.webhook_tags(&webhooks);
        let servers = self.servers(&mut tags, &operations);
        self.report_conversion();
        let document = self.document;
        Api {
            title: document.info.title.clone(),
            version: document.info.version.clone(),
            description: document.info.description.clone(),
            servers: servers.shared,
            operation_servers: servers.own,
            server_enums: servers.enums,
            security_schemes,
            patterns: std::mem::take(&mut self.patterns).into_list(),
            formats: std::mem::take(&mut self.formats).into_list(),
            types: std::mem::take(&mut self.definitions).into_iter().flatten().collect(),
            tags,
            webhooks,
        }
    }

    /// Where each component stands, by its Rust name.
    fn component_places(&self) -> HashMap<String, String> {
        self.components
            .values()
            .map(|component| (component.name.clone(), component.node.pointer().to_owned()))
            .collect()
    }
}
