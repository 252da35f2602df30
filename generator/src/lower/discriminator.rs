//! Discriminators: which values of a property mean which members (OpenAPI 3.1.1, Discriminator Object).
//!
//! A member that the mapping names has the values that it has there. Another one has those that its own schema allows,
//! without those that others claim for themselves; else the key of its component. Several can have one value:
//!
//! ```yaml
//! discriminator: { propertyName: type }
//! oneOf:
//!   - properties: { type: { const: message }, role: { const: user } }
//!   - properties: { type: { const: message }, role: { const: system } }
//!   - properties: { type: { const: call } }
//! ```

use crate::lower::direction::Direction;
use crate::lower::keywords::{Discriminator, Keywords, Node};
use crate::lower::lowering::Lowering;
use crate::lower::pointer;
use crate::lower::tell::constant_text;
use crate::model::{Tell, UnionRule};

/// How many unions within unions are looked through for a discriminator's values.
const MAX_UNION_DEPTH: usize = 4;

impl Lowering<'_> {
    /// The rule of a union with a discriminator; none if some member has no value of it.
    pub(super) fn discriminator_rule(
        &mut self,
        discriminator: &Discriminator,
        nodes: &[Node],
        flat: &Keywords,
    ) -> Option<UnionRule> {
        let keys: Vec<Option<String>> = nodes.iter().map(|node| self.key_of(node)).collect();
        let mut mapping = self.declared_mapping(discriminator, &keys, flat);
        let allowed: Vec<_> = nodes.iter().map(|node| self.values_of(node, &discriminator.property)).collect();
        // A key that normalization made up is nobody's value.
        let is_name = |key: &String| self.components.get(key).is_some_and(|component| !component.is_inline);
        let keys: Vec<Option<String>> = keys.into_iter().map(|key| key.filter(is_name)).collect();
        let own: Vec<Vec<String>> = (0..nodes.len())
            .map(|index| {
                let is_mapped = mapping.iter().any(|(_, mapped)| *mapped == index);
                if is_mapped { Vec::new() } else { own_values(index, &allowed, &keys, &mapping) }
            })
            .collect();
        let own = own.into_iter().enumerate();
        mapping.extend(own.flat_map(|(index, values)| values.into_iter().map(move |value| (value, index))));
        if nodes.iter().enumerate().any(|(index, _)| !mapping.iter().any(|(_, it)| *it == index)) {
            self.report.warning(
                "unreachable-member",
                &pointer::child(&flat.pointer, "discriminator"),
                "the discriminator has no value for one of the members".to_owned(),
                "map a value to it; the discriminator is not used",
            );
            return None;
        }
        Some(UnionRule::Discriminator { property: discriminator.property.clone(), mapping })
    }

    /// Each member's values of the discriminator.
    pub(super) fn tag_tells(&mut self, rule: &UnionRule, nodes: &[Node], way: Option<Direction>) -> Vec<Tell> {
        let UnionRule::Discriminator { property, mapping } = rule else {
            return Vec::new();
        };
        let tag = |(index, node): (usize, &Node)| {
            let values =
                mapping.iter().filter(|(_, mapped)| *mapped == index).map(|(value, _)| value.clone()).collect();
            Tell::Tag { values, is_declared: self.declares(node, property, way) }
        };
        nodes.iter().enumerate().map(tag).collect()
    }

    /// The values that the mapping declares, with the members they name.
    fn declared_mapping(
        &mut self,
        discriminator: &Discriminator,
        keys: &[Option<String>],
        flat: &Keywords,
    ) -> Vec<(String, usize)> {
        let mut mapping: Vec<(String, usize)> = Vec::new();
        for (value, target) in &discriminator.mapping {
            let index =
                self.mapped_key(target).and_then(|key| keys.iter().position(|known| known.as_ref() == Some(&key)));
            match index {
                Some(index) => mapping.push((value.clone(), index)),
                None => self.dangling_mapping(value, target, keys, flat),
            }
        }
        mapping
    }

    fn dangling_mapping(&mut self, value: &str, target: &str, keys: &[Option<String>], flat: &Keywords) {
        let (path, name) = target.split_at(target.rfind('/').map_or(0, |slash| slash + 1));
        let nearest = self.report.nearest(name, keys.iter().flatten().map(String::as_str));
        let help = match nearest {
            Some(meant) => format!("the value is not known; did you mean `{path}{meant}`?"),
            None => "the value is not known; name one of the members".to_owned(),
        };
        self.report.warning(
            "dangling-mapping",
            &pointer::grandchild(&pointer::child(&flat.pointer, "discriminator"), "mapping", value),
            format!("`{target}` is not a member of the union"),
            &help,
        );
    }

    /// The key of the component that a member is.
    fn key_of(&self, node: &Node) -> Option<String> {
        match node {
            Node::Reference { key, .. } => Some(key.clone()),
            Node::Inline(keywords) => match self.wrapped_reference(keywords)? {
                Node::Reference { key, .. } => Some(key.clone()),
                Node::Inline(_) => None,
            },
        }
    }

    /// The component that a mapping names: by reference, by key, or by a file's last part.
    pub(super) fn mapped_key(&self, target: &str) -> Option<String> {
        let last = target.rsplit(['/', '#']).next().unwrap_or(target);
        [pointer::component_key(target, "schemas"), Some(target.to_owned()), Some(last.to_owned())]
            .into_iter()
            .flatten()
            .find(|key| self.components.contains_key(key))
    }

    /// The values that a member's own schema allows for `property`.
    fn values_of(&mut self, node: &Node, property: &str) -> Vec<String> {
        let mut values = Vec::new();
        let mut pending = vec![(node.clone(), 0)];
        while let Some((node, depth)) = pending.pop() {
            let Some(flat) = self.resolve(&node).filter(|_| depth < MAX_UNION_DEPTH) else {
                continue;
            };
            for declaration in flat.properties.get(property).into_iter().flatten() {
                let target = self.resolve(&declaration.node);
                let allowed = target.iter().flat_map(|target| target.enumeration.iter().flatten());
                values.extend(allowed.filter_map(constant_text));
            }
            // A member that is a union itself has the values of its members.
            let members = flat.groups.iter().flat_map(|group| &group.members).rev();
            pending.extend(members.map(|member| (member.clone(), depth + 1)));
        }
        values
    }
}

/// The values that mean the member `index`, which the mapping does not name.
fn own_values(
    index: usize,
    allowed: &[Vec<String>],
    keys: &[Option<String>],
    mapping: &[(String, usize)],
) -> Vec<String> {
    let key_at = |index: usize| keys.get(index).cloned().flatten();
    let allowed_at = |index: usize| allowed.get(index).map_or(&[][..], Vec::as_slice);
    let is_mapped = |value: &String| mapping.iter().any(|(known, _)| known == value);
    // What a member allows alone, or is called itself, it claims.
    let claims = |index: usize, value: &String| match allowed_at(index) {
        [only] => only == value,
        list => list.contains(value) && key_at(index).as_ref() == Some(value),
    };
    let own = allowed_at(index);
    if let Some(claimed) = own.iter().find(|value| claims(index, value) && !is_mapped(value)) {
        return vec![claimed.clone()];
    }
    let is_claimed =
        |value: &String| is_mapped(value) || (0..allowed.len()).any(|other| other != index && claims(other, value));
    let rest: Vec<String> = own.iter().filter(|value| !is_claimed(value)).cloned().collect();
    if rest.is_empty() { key_at(index).into_iter().collect() } else { rest }
}
