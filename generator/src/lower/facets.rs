//! `anyOf` of facets: objects that have no property in common and need none, so that a value can be several at once.
//! Their properties stand side by side in one type; a union would keep those of one member only.
//!
//! ```yaml
//! anyOf:
//!   - properties: { first: { type: string }, prev: { type: string } }
//!   - properties: { next: { type: string }, last: { type: string } }
//!   - {}
//! ```

use std::collections::HashSet;
use std::rc::Rc;

use crate::lower::keywords::{Additional, Group, Keywords, Kind, Node};
use crate::lower::limits::Limits;
use crate::lower::lowering::Lowering;

/// Whether one of the groups may be of facets, by the look of it.
pub(super) fn may_have_facets(keywords: &Keywords) -> bool {
    keywords.groups.iter().any(|group| {
        let may_be_facet = |node: &Node| match node {
            Node::Reference { .. } => true,
            Node::Inline(member) => {
                member.is_null || member.groups.is_empty() && matches!(member.kind, None | Some(Kind::Object))
            }
        };
        !group.is_exclusive
            && group.discriminator.is_none()
            && group.members.len() > 1
            && group.members.iter().all(may_be_facet)
    })
}

impl Lowering<'_> {
    /// Moves the properties of facets into the schema itself.
    pub(super) fn join_facets(&mut self, keywords: &mut Keywords) {
        for group in std::mem::take(&mut keywords.groups) {
            let Some(facets) = self.facets(&group, keywords) else {
                keywords.groups.push(group);
                continue;
            };
            keywords.kind = Some(Kind::Object);
            for (owner, facet) in facets {
                keywords.is_nullable |= facet.is_nullable || facet.is_null;
                for (name, properties) in &facet.properties {
                    let joined = keywords.properties.entry(name.clone()).or_default();
                    joined.extend(properties.iter().cloned().map(|mut property| {
                        property.owner = property.owner.or_else(|| owner.clone());
                        property
                    }));
                }
            }
        }
    }

    /// The members of `group`, each with the name of the component that it is, if they are facets.
    fn facets(&mut self, group: &Group, base: &Keywords) -> Option<Vec<(Option<String>, Rc<Keywords>)>> {
        let is_closed = matches!(base.additional, Some(Additional::Forbidden)) || base.unevaluated.is_some();
        if is_closed || !may_have_facets(&Keywords { groups: vec![group.clone()], ..Keywords::default() }) {
            return None;
        }
        let mut facets = Vec::new();
        let mut names: HashSet<String> = base.properties.keys().cloned().collect();
        let mut count = 0;
        for node in &group.members {
            let facet = self.resolve(node)?;
            let component = match node {
                Node::Reference { key, .. } => self.components.get(key),
                Node::Inline(_) => None,
            };
            if component.is_some_and(|component| component.replacement.is_some()) {
                return None;
            }
            let owner = component.map(|component| component.name.clone());
            let says_nothing = facet.is_annotation_only() || facet.is_null;
            if !says_nothing {
                count += 1;
                let is_facet = is_facet(&facet) && facet.properties.keys().all(|name| names.insert(name.clone()));
                if !is_facet || self.has_tag(&facet) {
                    return None;
                }
            }
            facets.push((owner, facet));
        }
        (count > 1).then_some(facets)
    }

    /// Whether one of the properties has only one value, which tells the object from others.
    fn has_tag(&mut self, facet: &Keywords) -> bool {
        let nodes: Vec<Node> = facet.properties.values().flatten().map(|property| property.node.clone()).collect();
        nodes.iter().any(|node| {
            let target = self.dereference(node);
            target.is_some_and(|target| target.enumeration.as_ref().is_some_and(|values| values.len() == 1))
        })
    }
}

fn is_facet(member: &Keywords) -> bool {
    member.kind == Some(Kind::Object)
        && !member.properties.is_empty()
        && member.required.is_empty()
        && member.additional.is_none()
        && member.pattern_properties.is_empty()
        && member.property_names.is_empty()
        && member.unevaluated.is_none()
        && member.dependent_required.is_empty()
        && member.required_groups.is_empty()
        && member.enumeration.is_none()
        && member.groups.is_empty()
        && member.discriminator.is_none()
        && member.not.is_empty()
        && !member.is_never
        && member.limits == Limits::default()
}
