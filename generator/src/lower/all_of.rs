//! `allOf`: every member must hold, so their keywords are merged into one schema (JSON Schema
//! 2020-12, Core, 10.2.1.1).

use std::collections::HashSet;
use std::rc::Rc;

use crate::lower::facets::may_have_facets;
use crate::lower::keywords::{Additional, Keywords, Kind, Node};
use crate::lower::lowering::Lowering;
use crate::lower::scalar;

/// How long a chain of `allOf`s may be.
const MAX_DEPTH: usize = 100;

impl Lowering<'_> {
    /// The schema of `node`, references followed and `allOf` merged.
    pub(super) fn resolve(&mut self, node: &Node) -> Option<Rc<Keywords>> {
        let keywords = self.dereference(node)?;
        Some(self.flatten(&keywords))
    }

    /// The schema of `node`, references followed; none if they go round in a circle.
    pub(super) fn dereference(&self, node: &Node) -> Option<Rc<Keywords>> {
        let mut node = node;
        for _ in 0..=self.components.len() {
            match node {
                Node::Inline(keywords) => return Some(Rc::clone(keywords)),
                Node::Reference { key, .. } => node = &self.components.get(key)?.node,
            }
        }
        None
    }

    /// `keywords` with its `allOf` merged in, and its `anyOf` where that is of facets.
    pub(super) fn flatten(&mut self, keywords: &Rc<Keywords>) -> Rc<Keywords> {
        if keywords.all_of.is_empty() && !may_have_facets(keywords) {
            return Rc::clone(keywords);
        }
        let key = keywords.memo_key().to_owned();
        if let Some(flat) = self.flattened.get(&key).or_else(|| self.joining.get(&key)) {
            return Rc::clone(flat);
        }
        let mut flat = if keywords.all_of.is_empty() { Rc::clone(keywords) } else { self.merge_all_of(keywords, &key) };
        if may_have_facets(&flat) && self.joining.len() < MAX_DEPTH {
            self.joining.insert(key.clone(), Rc::clone(&flat));
            self.join_facets(Rc::make_mut(&mut flat));
            self.joining.remove(&key);
        }
        self.flattened.insert(key, Rc::clone(&flat));
        flat
    }

    fn merge_all_of(&mut self, keywords: &Rc<Keywords>, key: &str) -> Rc<Keywords> {
        let is_circular = self.flattening.iter().any(|flattening| flattening == key);
        if is_circular {
            self.report.error(
                "circular-all-of",
                &keywords.pointer,
                "`allOf` includes the schema it belongs to".to_owned(),
                "refer to the schema from a property, not from `allOf`",
            );
        } else if self.flattening.len() >= MAX_DEPTH {
            self.report.error(
                "too-deep",
                &keywords.pointer,
                format!("more than {MAX_DEPTH} schemas include each other by `allOf`"),
                "merge some of them",
            );
        }
        if is_circular || self.flattening.len() >= MAX_DEPTH {
            return Rc::new(Keywords { all_of: Vec::new(), ..Keywords::clone(keywords) });
        }
        self.flattening.push(key.to_owned());
        let mut flat = self.merge_members(keywords);
        for bounds in flat.limits.take_contradictions() {
            self.contradictory_bounds(&keywords.pointer, bounds);
        }
        let flat = Rc::new(flat);
        self.flattening.pop();
        flat
    }

    fn merge_members(&mut self, keywords: &Keywords) -> Keywords {
        let mut merged = keywords.clone();
        let members = std::mem::take(&mut merged.all_of);
        let own = std::mem::take(&mut merged.properties);
        let mut are_all_nullable = true;
        for node in &members {
            let base = match node {
                Node::Reference { key, .. } => self.bases.get(key).cloned(),
                Node::Inline(_) => None,
            };
            let Some(member) = self.resolve(base.as_ref().unwrap_or(node)) else {
                continue;
            };
            let is_silent = member.is_annotation_only();
            are_all_nullable &= member.is_nullable || (is_silent && members.len() > 1);
            let owner = match node {
                Node::Reference { key, .. } => self.components.get(key).map(|component| component.name.clone()),
                Node::Inline(_) => None,
            };
            self.merge(&mut merged, &member, owner.as_deref(), keywords);
        }
        merged.is_nullable |= are_all_nullable && !members.is_empty();
        for (name, properties) in own {
            merged.properties.entry(name).or_default().extend(properties);
        }
        merged.separate_required_groups();
        merged.settle_unevaluated();
        merged
    }

    /// Adds what `member` says to `merged`. `owner` names the component that `member` is.
    fn merge(&mut self, merged: &mut Keywords, member: &Keywords, owner: Option<&str>, whole: &Keywords) {
        self.merge_kind(merged, member);
        merged.is_null |= member.is_null;
        merged.not.extend(member.not.iter().cloned());
        merged.is_never |= member.is_never;
        self.merge_format(merged, member);
        self.merge_enumeration(merged, member);
        merged.labels.extend(member.labels.iter().cloned());
        merged.limits.intersect(&member.limits);
        for (name, properties) in &member.properties {
            let merged = merged.properties.entry(name.clone()).or_default();
            for property in properties {
                let mut property = property.clone();
                property.owner = property.owner.or_else(|| owner.map(str::to_owned));
                merged.push(property);
            }
        }
        for name in &member.required {
            if !merged.required.contains(name) {
                merged.required.push(name.clone());
            }
        }
        merge_additional(merged, member);
        merged.unevaluated = merged.unevaluated.take().or_else(|| member.unevaluated.clone());
        merged.pattern_properties.extend(member.pattern_properties.iter().cloned());
        merged.property_names.extend(member.property_names.iter().cloned());
        merged.dependent_required.extend(member.dependent_required.iter().cloned());
        merged.contains.extend(member.contains.iter().cloned());
        for group in &member.required_groups {
            if !merged.required_groups.contains(group) {
                merged.required_groups.push(group.clone());
            }
        }
        merged.items.extend(member.items.iter().cloned());
        for (index, theirs) in member.prefix_items.iter().enumerate() {
            match merged.prefix_items.get_mut(index) {
                Some(ours) => *ours = both(Some(ours.clone()), theirs),
                None => merged.prefix_items.push(theirs.clone()),
            }
        }
        self.merge_groups(merged, member, whole);
        merge_annotations(merged, member, owner.is_none());
    }

    fn merge_kind(&mut self, merged: &mut Keywords, member: &Keywords) {
        merged.kind = match (merged.kind, member.kind) {
            (Some(a), Some(b)) if a == b => Some(a),
            (Some(Kind::Integer | Kind::Number), Some(Kind::Integer | Kind::Number)) => Some(Kind::Integer),
            (Some(a), Some(b)) => {
                self.conflict(merged, &format!("types {a:?} and {b:?}").to_lowercase());
                Some(a)
            }
            (a, b) => a.or(b),
        };
    }

    /// Two formats hold, but a value has one type: that of the first.
    fn merge_format(&mut self, merged: &mut Keywords, member: &Keywords) {
        let (Some(ours), Some(theirs)) = (&merged.format, &member.format) else {
            return merged.format = merged.format.take().or_else(|| member.format.clone());
        };
        let kind = merged.kind.unwrap_or(Kind::String);
        let type_of = |format: &str| {
            scalar::scalar_type(kind, &Keywords { format: Some(format.to_owned()), ..Keywords::default() })
        };
        if ours != theirs && type_of(theirs) != type_of("") {
            if type_of(ours) == type_of("") {
                merged.format = Some(theirs.clone());
            } else {
                self.conflict(merged, &format!("formats `{ours}` and `{theirs}`"));
            }
        }
    }

    fn merge_enumeration(&mut self, merged: &mut Keywords, member: &Keywords) {
        let Some(theirs) = &member.enumeration else {
            return;
        };
        let Some(ours) = &merged.enumeration else {
            merged.enumeration = Some(theirs.clone());
            return;
        };
        let both: Vec<_> = ours.iter().filter(|value| theirs.contains(value)).cloned().collect();
        if both.is_empty() {
            self.conflict(merged, "enums without a common value");
        } else {
            merged.enumeration = Some(both);
        }
    }

    /// A parent that lists its children in `oneOf` says nothing new about a child that includes it.
    fn merge_groups(&mut self, merged: &mut Keywords, member: &Keywords, whole: &Keywords) {
        for group in &member.groups {
            let includes_whole = group.members.iter().any(|node| {
                self.dereference(node).is_some_and(|target| {
                    target.memo_key() == whole.memo_key() || self.flattening.iter().any(|key| key == target.memo_key())
                })
            });
            if !includes_whole {
                merged.groups.push(group.clone());
            }
        }
    }

    /// Bounds between which there is no value.
    pub(super) fn contradictory_bounds(&mut self, pointer: &str, (low, high): (&str, &str)) {
        self.report.warning(
            "unsatisfiable",
            pointer,
            format!("`{low}` and `{high}` leave no value"),
            "correct one of the two; neither is checked",
        );
    }

    fn conflict(&mut self, merged: &Keywords, what: &str) {
        self.report.warning(
            "conflicting-all-of",
            &merged.pointer,
            format!("members of `allOf` contradict each other: {what}"),
            "the first one is used",
        );
    }

    /// The component that `keywords` refers to by an `allOf` that adds no property, enum or format to
    /// it, in whatever way it is written:
    ///
    /// ```yaml
    /// allOf: [{ $ref: '#/components/schemas/Pet' }]
    /// nullable: true
    /// description: The pet.
    /// ```
    pub(super) fn wrapped_reference<'k>(&self, keywords: &'k Keywords) -> Option<&'k Node> {
        if self.children.contains(keywords.memo_key()) {
            return None;
        }
        let mut references = keywords.all_of.iter().filter(|node| matches!(node, Node::Reference { .. }));
        let reference = references.next()?;
        if references.next().is_some() {
            return None;
        }
        let has_shaping_member = keywords.all_of.iter().any(|node| match node {
            Node::Inline(member) => member.reshapes() || !member.all_of.is_empty(),
            Node::Reference { .. } => false,
        });
        (!has_shaping_member && !keywords.reshapes()).then_some(reference)
    }

    /// `nodes` without repetitions and without components that another one includes by `allOf`.
    pub(super) fn distinct_nodes(&self, nodes: &[&Node]) -> Vec<Node> {
        let mut seen = HashSet::new();
        let nodes: Vec<&Node> = nodes.iter().copied().filter(|node| seen.insert(node.identity())).collect();
        nodes
            .iter()
            .filter(|node| {
                let is_included =
                    nodes.iter().any(|other| other.identity() != node.identity() && self.includes(other, node));
                !is_included
            })
            .map(|node| (*node).clone())
            .collect()
    }

    /// Whether `node` has `ancestor`, a reference, among its `allOf`, at any depth.
    fn includes(&self, node: &Node, ancestor: &Node) -> bool {
        let Node::Reference { key: wanted, .. } = ancestor else {
            return false;
        };
        let mut seen = HashSet::new();
        let mut pending = vec![node.clone()];
        while let Some(node) = pending.pop() {
            if let Node::Reference { key, .. } = &node {
                if !seen.insert(key.clone()) {
                    continue;
                }
                match self.components.get(key) {
                    Some(component) => pending.push(component.node.clone()),
                    None => continue,
                }
            } else if let Node::Inline(keywords) = &node {
                for member in &keywords.all_of {
                    if matches!(member, Node::Reference { key, .. } if key == wanted) {
                        return true;
                    }
                    pending.push(member.clone());
                }
            }
        }
        false
    }
}

/// A schema in which both hold.
fn both(ours: Option<Node>, theirs: &Node) -> Node {
    match ours {
        Some(ours) if ours.identity() != theirs.identity() => {
            Node::Inline(Rc::new(Keywords::merged(vec![ours, theirs.clone()])))
        }
        _ => theirs.clone(),
    }
}

/// Closed if any member is: the merged schema lists the properties of all.
fn merge_additional(merged: &mut Keywords, member: &Keywords) {
    merged.additional = match (merged.additional.take(), member.additional.clone()) {
        (Some(Additional::Forbidden), _) | (_, Some(Additional::Forbidden)) => Some(Additional::Forbidden),
        (Some(Additional::Schema(ours)), Some(Additional::Schema(theirs))) => {
            Some(Additional::Schema(both(Some(ours), &theirs)))
        }
        (Some(Additional::Schema(schema)), _) | (_, Some(Additional::Schema(schema))) => {
            Some(Additional::Schema(schema))
        }
        (ours, theirs) => ours.or(theirs),
    };
}

/// The words of an inline member are those of the whole; a component's words are about the component.
fn merge_annotations(merged: &mut Keywords, member: &Keywords, is_inline: bool) {
    let ours = &mut merged.annotations;
    let theirs = &member.annotations;
    ours.is_deprecated |= theirs.is_deprecated && is_inline;
    ours.is_read_only |= theirs.is_read_only;
    ours.is_write_only |= theirs.is_write_only;
    if ours.default.is_none() {
        ours.default.clone_from(&theirs.default);
    }
    if is_inline {
        if ours.title.is_none() {
            ours.title.clone_from(&theirs.title);
        }
        if ours.description.is_none() {
            ours.description.clone_from(&theirs.description);
        }
    }
}
