//! Objects with known properties.

use std::collections::HashSet;

use crate::lower::example;
use crate::lower::keywords::{Additional, Annotations, Keywords, Node, Property};
use crate::lower::lowering::{Lowering, docs};
use crate::lower::names::{self, Case, Scope};
use crate::lower::other_properties::OtherProperties;
use crate::model::{Access, AdditionalProperties, Field, Struct};

/// Whether an object schema is a struct: it names properties, allows none, or keeps only some: a map keeps all.
pub(super) fn is_struct(keywords: &Keywords) -> bool {
    let has_patterns = !keywords.pattern_properties.is_empty();
    let keeps_few = match keywords.additional {
        None => has_patterns,
        Some(Additional::Forbidden) => !has_patterns,
        Some(Additional::Any | Additional::Schema(_)) => false,
    };
    !keywords.properties.is_empty() || !keywords.required.is_empty() || keeps_few
}

impl Lowering<'_> {
    pub(super) fn struct_kind(&mut self, flat: &Keywords, name: &str) -> Struct {
        let flat = &self.with_implied_properties(flat);
        let wire_names: Vec<&str> = flat.properties.keys().map(String::as_str).collect();
        let mut scope = Scope::default();
        let names = self.field_names(flat, &wire_names, &mut scope);
        let required: HashSet<&str> = flat.required.iter().map(String::as_str).collect();
        let fields = wire_names
            .iter()
            .zip(names)
            .map(|(wire_name, field)| {
                let properties = flat.properties.get(*wire_name).map_or(&[][..], Vec::as_slice);
                let is_required = required.contains(wire_name);
                self.field(properties, wire_name, field, name, is_required)
            })
            .collect();
        self.warn_about_requirements(flat);
        let rules = self.object_rules(flat, name);
        let additional = self.additional_properties(flat, name, &mut scope);
        Struct { fields, additional, ignored: Vec::new(), rules }
    }

    /// Renamed fields choose first.
    fn field_names(&mut self, flat: &Keywords, wire_names: &[&str], scope: &mut Scope) -> Vec<String> {
        let mut renamed = Vec::with_capacity(wire_names.len());
        for wire_name in wire_names {
            let properties = flat.properties.get(*wire_name).map_or(&[][..], Vec::as_slice);
            let name = properties.iter().find_map(|property| self.choices.value_name(property.node.pointer()));
            renamed.push(name.map(|name| scope.claim([name])));
        }
        let others: Vec<&str> = (wire_names.iter().zip(&renamed))
            .filter(|(_, name)| name.is_none())
            .map(|(wire_name, _)| *wire_name)
            .collect();
        let mut others = scope.claim_all(&others, Case::Snake).into_iter();
        renamed.into_iter().map(|name| name.or_else(|| others.next()).unwrap_or_default()).collect()
    }

    fn field(
        &mut self,
        properties: &[Property],
        wire_name: &str,
        name: String,
        parent: &str,
        is_required: bool,
    ) -> Field {
        let nodes: Vec<&Node> = properties.iter().map(|property| &property.node).collect();
        let owner = owner(properties);
        let base = names::joined(owner.unwrap_or(parent), wire_name);
        let place = self.joint_place(&nodes, &[base]);
        let none = Annotations::default();
        let annotations = nodes.iter().rev().find_map(|node| node.annotations());
        let annotations = annotations.unwrap_or(&none);
        let access = self.access_of(properties);
        if access.is_both() {
            self.warn_about_idle_access(properties);
        }
        let default = nodes.last().and_then(|node| self.default_of(node, annotations));
        let mut docs = docs(annotations, &name);
        docs.notes.extend(access_note(access));
        Field {
            docs,
            name,
            wire_name: wire_name.to_owned(),
            is_sensitive: self.is_sensitive(&nodes),
            place,
            is_required,
            access,
            default,
        }
    }

    /// `default`, if it is a value of the schema it stands in.
    pub(super) fn default_of(&mut self, node: &Node, annotations: &Annotations) -> Option<serde_json::Value> {
        let (default, place) = match &annotations.default {
            Some(default) => (default.clone(), node.pointer().to_owned()),
            // That of the component is that of its uses.
            None => {
                let target = self.resolve(node)?;
                (target.annotations.default.clone()?, target.pointer.clone())
            }
        };
        match example::mismatch(self, node, &default) {
            None => Some(default),
            Some(reason) => {
                self.report.warning(
                    "default-mismatch",
                    &crate::lower::pointer::child(&place, "default"),
                    format!("the default contradicts its schema: {reason}"),
                    "correct it; it is ignored",
                );
                None
            }
        }
    }

    /// `format: password`, or named by a setting.
    fn is_sensitive(&mut self, nodes: &[&Node]) -> bool {
        let mut is_sensitive = false;
        for node in nodes {
            is_sensitive |= self.choices.is_sensitive(node.pointer());
            is_sensitive |= self.is_said(node, |flat| flat.format.as_deref() == Some("password"));
        }
        is_sensitive
    }

    /// Whether a schema says something of all its values but null: itself, or each member of a union.
    ///
    /// ```yaml
    /// anyOf: [{ type: string, format: password, writeOnly: true }, { type: 'null' }]
    /// ```
    fn is_said(&mut self, node: &Node, says: fn(&Keywords) -> bool) -> bool {
        let Some(flat) = self.resolve(node) else {
            return false;
        };
        says(&flat)
            || flat.groups.iter().any(|group| {
                let members = group.members.iter().filter_map(|member| self.resolve(member));
                let mut members = members.filter(|member| !member.is_null && !member.is_never).peekable();
                members.peek().is_some() && members.all(|member| says(&member))
            })
    }

    /// Reports requirements that no object meets.
    fn warn_about_requirements(&mut self, flat: &Keywords) {
        let is_closed = matches!(flat.additional, Some(Additional::Forbidden)) && flat.pattern_properties.is_empty();
        for name in &flat.required {
            let declarations = flat.properties.get(name).map_or(&[][..], Vec::as_slice);
            let mut nodes = declarations.iter().map(|property| &property.node);
            if nodes.any(|node| self.resolve(node).is_some_and(|flat| flat.is_never)) {
                let message = format!("the required property `{name}` has no value");
                self.report.warning(
                    "unsatisfiable",
                    &flat.pointer,
                    message,
                    "its schema is `false`; no request has one",
                );
            } else if declarations.is_empty() && is_closed {
                let message = format!("`{name}` is required, but neither declared nor allowed");
                let declared = flat.properties.iter().filter(|(_, declarations)| !declarations.is_empty());
                let help = match self.report.nearest(name, declared.map(|(name, _)| name.as_str())) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "declare it in `properties`; any value is accepted".to_owned(),
                };
                self.report.warning("unsatisfiable", &flat.pointer, message, &help);
            }
        }
    }

    /// Which way a property travels: one declaration that says so is enough, wherever it stands (JSON Schema 2020-12,
    /// Validation, 9.4).
    pub(super) fn access_of(&mut self, properties: &[Property]) -> Access {
        let (mut is_read_only, mut is_write_only) = (false, false);
        for property in properties {
            is_read_only |= self.is_said(&property.node, |flat| flat.annotations.is_read_only);
            is_write_only |= self.is_said(&property.node, |flat| flat.annotations.is_write_only);
        }
        match (is_read_only, is_write_only) {
            (true, false) => Access::ReadOnly,
            (false, true) => Access::WriteOnly,
            (false, false) => Access::Both,
            (true, true) => {
                let place = properties.last().map_or("", |property| property.node.pointer());
                self.report.warning(
                    "contradictory-access",
                    place,
                    "`readOnly` and `writeOnly` exclude each other".to_owned(),
                    "remove one of the two; requests and responses carry the property",
                );
                Access::Both
            }
        }
    }

    /// Reports members of unions that say of some values of a property which way it travels.
    fn warn_about_idle_access(&mut self, properties: &[Property]) {
        for property in properties {
            let Node::Inline(keywords) = &property.node else { continue };
            for member in keywords.groups.iter().flat_map(|group| &group.members) {
                if let Node::Inline(member) = member
                    && (member.annotations.is_read_only || member.annotations.is_write_only)
                {
                    self.report.warning(
                        "idle-access",
                        &member.pointer,
                        "a property is read-only or write-only as a whole".to_owned(),
                        "say so beside the union, or in all of its members; it is ignored",
                    );
                }
            }
        }
    }

    fn additional_properties(&mut self, flat: &Keywords, name: &str, scope: &mut Scope) -> AdditionalProperties {
        if flat.pattern_properties.is_empty() {
            match &flat.additional {
                Some(Additional::Forbidden) => return AdditionalProperties::Forbidden,
                None => return AdditionalProperties::Dropped,
                Some(Additional::Any | Additional::Schema(_)) => {}
            }
        }
        let OtherProperties { mut values, filter } = self.other_properties(flat, name);
        values.rules.extend(filter);
        AdditionalProperties::Kept { name: scope.claim_text("additional_properties", Case::Snake), values }
    }
}

/// What a reader is told of a property that travels one way.
fn access_note(access: Access) -> Option<String> {
    let note = match access {
        Access::Both => return None,
        Access::ReadOnly => "Read-only: requests do not carry it.",
        Access::WriteOnly => "Write-only: responses do not carry it.",
    };
    Some(note.to_owned())
}

/// The component whose property it is; none for the schema at hand: if several declare it, that which does so last.
fn owner(properties: &[Property]) -> Option<&str> {
    let is_own = |property: &Property| property.owner.is_none();
    let (last, others) = properties.split_last()?;
    match others.iter().any(is_own) {
        true => None,
        false => last.owner.as_deref(),
    }
}
