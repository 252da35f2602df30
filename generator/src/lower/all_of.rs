//! `allOf`: every member must hold, so their keywords are merged into one schema (JSON Schema
//! 2020-12, Core, 10.2.1.1).

use std::collections::HashSet;
use std::rc::Rc;

use crate::lower::facets::may_have_facets;
use crate::lower::keywords::{Additional, Group, Keywords, Kind, Node, Property, add};
use crate::lower::lowering::Lowering;
use crate::lower::scalar;

/// How long a chain of `allOf`s may be.
const MAX_DEPTH: usize = 100;

/// How many types are made of schemas that nobody wrote down together: as many as all subsets, at worst.
///
/// ```yaml
/// A: { properties: { x: { $ref: '#/components/schemas/A' }, y: { allOf: [{ $ref: '#/…/A' }, { $ref: '#/…/B' }] } } }
/// B: { properties: { x: { $ref: '#/components/schemas/C' }, y: { $ref: '#/components/schemas/C' } } }
/// ```
const MAX_CONJUNCTIONS: usize = 10_000;

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
        self.conjunctions += usize::from(keywords.is_conjunction);
        let is_one_too_many = keywords.is_conjunction && self.conjunctions > MAX_CONJUNCTIONS;
        if is_one_too_many && self.conjunctions == MAX_CONJUNCTIONS + 1 {
            self.report.error(
                "too-many-combinations",
                &keywords.pointer,
                format!("`allOf` makes more than {MAX_CONJUNCTIONS} combinations of the schemas of properties"),
                "give the combinations that are meant a schema each, and refer to it",
            );
        }
        if is_circular || is_one_too_many || self.flattening.len() >= MAX_DEPTH {
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
        add(&mut merged.not, &member.not, Node::identity);
        merged.is_never |= member.is_never;
        self.merge_format(merged, member);
        self.merge_enumeration(merged, member);
        add(&mut merged.labels, &member.labels, |it| (it.value.to_string(), it.name.clone(), it.description.clone()));
        merged.limits.intersect(&member.limits);
        for (name, properties) in &member.properties {
            let theirs: Vec<Property> = properties.iter().map(|property| property.owned_by(owner)).collect();
            let ours = merged.properties.entry(name.clone()).or_default();
            add(ours, &theirs, |property| (property.node.identity(), property.owner.clone()));
        }
        add(&mut merged.required, &member.required, Clone::clone);
        merge_additional(merged, member);
        merged.unevaluated = merged.unevaluated.take().or_else(|| member.unevaluated.clone());
        add(&mut merged.pattern_properties, &member.pattern_properties, |(pattern, node)| {
            (pattern.clone(), node.identity())
        });
        add(&mut merged.property_names, &member.property_names, Node::identity);
        add(&mut merged.dependent_required, &member.dependent_required, Clone::clone);
        add(&mut merged.contains, &member.contains, |it| (it.node.identity(), it.least, it.most));
        add(&mut merged.required_groups, &member.required_groups, Clone::clone);
        add(&mut merged.items, &member.items, Node::identity);
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
                self.conflict(merged, member, &format!("types {a:?} and {b:?}").to_lowercase());
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
                self.conflict(merged, member, &format!("formats `{ours}` and `{theirs}`"));
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
            self.conflict(merged, member, "enums without a common value");
        } else {
            merged.enumeration = Some(both);
        }
    }

    /// A parent that lists its children in `oneOf` says nothing new about a child that includes it.
    fn merge_groups(&mut self, merged: &mut Keywords, member: &Keywords, whole: &Keywords) {
        let includes_whole = |node: &Node| {
            self.dereference(node).is_some_and(|target| {
                target.memo_key() == whole.memo_key() || self.flattening.iter().any(|key| key == target.memo_key())
            })
        };
        let news: Vec<Group> =
            member.groups.iter().filter(|group| !group.members.iter().any(includes_whole)).cloned().collect();
        add(&mut merged.groups, &news, Group::identity);
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

    /// `member` says something else than the members before it.
    fn conflict(&mut self, merged: &Keywords, member: &Keywords, what: &str) {
        let message = format!("members of `allOf` contradict each other: {what}");
        self.report.warning_of_two(
            "conflicting-all-of",
            (&merged.pointer, message, "the first one is used"),
            (&member.pointer, "this one contradicts what is before it"),
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
