//! Inheritance: a component with a discriminator, and others that include it by `allOf` (OpenAPI 3.1.1, Discriminator
//! Object, "Examples").
//!
//! ```yaml
//! Pet: { type: object, discriminator: { propertyName: kind }, properties: { kind: { type: string } } }
//! Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { lives: { type: integer } } }] }
//! ```
//!
//! `Pet` is two things: what a `Cat` includes, and, wherever else it is used, any of the schemas that include it. So it
//! becomes a union of those, told apart by the discriminator; what it says itself is kept for them to include. If there
//! are values that are a `Pet` and no more than that, these are of a type `PetBase`, one more member of the union.

use std::collections::HashSet;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::lower::keywords::{Annotations, Discriminator, Group, Keywords, Node};
use crate::lower::lowering::{Component, Lowering};
use crate::lower::names;

/// A component that others inherit from.
struct Parent {
    discriminator: Discriminator,
    /// What it says itself.
    own: Rc<Keywords>,
    /// The components that include it, by way of others or not, and those that its mapping names, in document order.
    children: Vec<String>,
    /// The key of the component for values that are the parent's and no child's, if there are any.
    base: Option<String>,
}

impl Lowering<'_> {
    /// Makes unions of the parents among the components, which have their names already.
    pub(super) fn read_inheritance(&mut self) {
        let parents = self.parents();
        for (key, parent) in &parents {
            self.keep_base(key, parent);
            let children = parent.children.iter().filter_map(|child| self.components.get(child));
            self.children.extend(children.map(|child| child.node.identity()));
        }
        for (key, parent) in &parents {
            let union = self.union_of_children(key, parent, &parents);
            if let Some(component) = self.components.get_mut(key) {
                component.node = Node::Inline(Rc::new(union));
            }
        }
        for (key, parent) in &parents {
            self.add_base(key, parent);
        }
    }

    fn parents(&self) -> IndexMap<String, Parent> {
        let marked = self.components.iter().filter(|(_, component)| component.replacement.is_none());
        let marked: Vec<_> = marked
            .filter_map(|(key, component)| match &component.node {
                Node::Inline(own) => Some((key, own, own.discriminator.as_ref()?)),
                Node::Reference { .. } => None,
            })
            .collect();
        if marked.is_empty() {
            return IndexMap::new();
        }
        let ancestors: Vec<(&String, HashSet<String>)> = (self.components.iter())
            .filter(|(_, component)| !component.is_inline)
            .map(|(key, component)| (key, self.ancestors(&component.node)))
            .collect();
        let mut parents = IndexMap::new();
        for (key, own, discriminator) in marked {
            let mapped: HashSet<String> =
                discriminator.mapping.values().filter_map(|target| self.mapped_key(target)).collect();
            let is_child = |child: &String, ancestors: &HashSet<String>| {
                // One that adds nothing is another name for the parent, unless the mapping says otherwise.
                mapped.contains(child) || (ancestors.contains(key) && !self.is_another_name(child))
            };
            let children = ancestors.iter().filter(|(child, ancestors)| *child != key && is_child(child, ancestors));
            let children: Vec<String> = children.map(|(child, _)| (*child).clone()).collect();
            if children.is_empty() {
                continue;
            }
            let has_values = self.has_own_values(key, own, discriminator, &mapped);
            let base = has_values.then(|| self.base_key(key));
            let parent = Parent { discriminator: discriminator.clone(), own: Rc::clone(own), children, base };
            parents.insert(key.clone(), parent);
        }
        parents
    }

    /// The components that `node` includes by `allOf`, at any depth.
    fn ancestors(&self, node: &Node) -> HashSet<String> {
        let mut ancestors = HashSet::new();
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            match node {
                Node::Inline(keywords) => pending.extend(&keywords.all_of),
                Node::Reference { key, .. } => {
                    if ancestors.insert(key.clone())
                        && let Some(component) = self.components.get(key)
                    {
                        pending.push(&component.node);
                    }
                }
            }
        }
        ancestors
    }

    fn is_another_name(&self, key: &str) -> bool {
        match self.components.get(key).map(|component| &component.node) {
            Some(Node::Inline(keywords)) => self.wrapped_reference(keywords).is_some(),
            Some(Node::Reference { .. }) => true,
            None => false,
        }
    }

    /// Whether some values are the parent's and no child's: the mapping names it, or there is none and the discriminator
    /// takes its name.
    fn has_own_values(
        &self,
        key: &str,
        own: &Keywords,
        discriminator: &Discriminator,
        mapped: &HashSet<String>,
    ) -> bool {
        if !discriminator.mapping.is_empty() {
            return mapped.contains(key);
        }
        let declarations = own.properties.get(&discriminator.property).into_iter().flatten();
        let mut listed = declarations.filter_map(|it| self.dereference(&it.node)?.enumeration.clone());
        listed.all(|values| values.iter().any(|value| value == key))
    }

    fn base_key(&self, key: &str) -> String {
        let mut base = format!("{key} base");
        while self.components.contains_key(&base) {
            base.push('_');
        }
        base
    }

    /// Keeps what the parent says for its children to include.
    fn keep_base(&mut self, key: &str, parent: &Parent) {
        let Some(component) = self.components.get(key) else { return };
        let mut base = Keywords {
            discriminator: None,
            annotations: Annotations { examples: Vec::new(), ..parent.own.annotations.clone() },
            memo: Some(format!("{} as base", parent.own.memo_key())),
            ..Keywords::clone(&parent.own)
        };
        for property in base.properties.values_mut().flatten() {
            property.owner.get_or_insert_with(|| component.name.clone());
        }
        self.bases.insert(key.to_owned(), Node::Inline(Rc::new(base)));
    }

    /// Any of the children; one that is a parent itself stands for its own values, those of its children are here, too.
    fn union_of_children(&self, key: &str, parent: &Parent, parents: &IndexMap<String, Parent>) -> Keywords {
        let reference = |key: &String| Node::Reference { key: key.clone(), pointer: parent.own.pointer.clone() };
        let with_own_values = |child: &String| match parents.get(child) {
            Some(parent) => parent.base.clone(),
            None => Some(child.clone()),
        };
        let mut discriminator = parent.discriminator.clone();
        for target in discriminator.mapping.values_mut() {
            let base = self.mapped_key(target).and_then(|key| parents.get(&key)?.base.clone());
            *target = base.unwrap_or_else(|| std::mem::take(target));
        }
        for child in std::iter::once(key).chain(parent.children.iter().map(String::as_str)) {
            // A value that is implied is the name of the component, not that of its base.
            if let Some(base) = parents.get(child).and_then(|it| it.base.clone())
                && !discriminator.mapping.values().any(|target| *target == base)
            {
                discriminator.mapping.insert(child.to_owned(), base);
            }
        }
        let members = parent.base.iter().cloned().chain(parent.children.iter().filter_map(with_own_values));
        let members = members.map(|member| reference(&member)).collect();
        Keywords {
            pointer: parent.own.pointer.clone(),
            is_nullable: parent.own.is_nullable,
            groups: vec![Group { is_exclusive: false, members, discriminator: Some(discriminator) }],
            annotations: parent.own.annotations.clone(),
            ..Keywords::default()
        }
    }

    /// Makes a component for the values that are the parent's and no child's, behind the parent.
    fn add_base(&mut self, key: &str, parent: &Parent) {
        let (Some(base), Some(node)) = (&parent.base, self.bases.get(key)) else { return };
        let Some((index, _, component)) = self.components.get_full(key) else { return };
        let base_component = Component {
            name: self.type_names.claim([names::joined(&component.name, "base")]),
            node: node.clone(),
            is_inline: component.is_inline,
            is_nullable: false,
            replacement: None,
        };
        self.components.shift_insert(index + 1, base.clone(), base_component);
    }
}
