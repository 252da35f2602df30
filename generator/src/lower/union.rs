//! `oneOf` and `anyOf`.

use std::rc::Rc;

use serde_json::Value;

use crate::lower::keywords::{Discriminator, Group, Keywords, Kind, Node};
use crate::lower::limits::Limits;
use crate::lower::lowering::{Lowering, docs};
use crate::lower::names::{self, Case, Scope};
use crate::lower::pointer;
use crate::lower::schema::Class;
use crate::lower::tell::constant_text;
use crate::model::{JsonType, Member, Place, Tell, Type, Union, UnionRule};

/// How many unions within unions are looked through for a discriminator's values.
const MAX_UNION_DEPTH: usize = 4;

/// What a schema with `oneOf` or `anyOf` is; none if it has none, or one that only asks for
/// properties:
///
/// ```yaml
/// properties: { id: { type: string }, name: { type: string } }
/// anyOf: [{ required: [id] }, { required: [name] }]
/// ```
pub(super) fn classify(keywords: &Keywords) -> Option<Class> {
    let group = keywords.groups.first()?;
    if asks_for_properties_only(keywords, group) {
        return None;
    }
    let members: Vec<&Node> = values(group).collect();
    Some(match members.as_slice() {
        [] => Class::Null,
        members if !keywords.describes_object() && (are_enums(members) || is_open_enum(keywords)) => Class::Enum,
        [member] if keywords.describes_object() || keywords.groups.len() > 1 => {
            Class::Only(Node::Inline(Rc::new(with_base(keywords, member))))
        }
        [member] => Class::Only((*member).clone()),
        _ => Class::Union,
    })
}

/// Whether one of the members is null, or can be.
pub(super) fn has_null(keywords: &Keywords) -> bool {
    let members = keywords.groups.first().map_or(&[][..], |group| &group.members);
    members.iter().any(|node| matches!(node, Node::Inline(member) if member.is_null || member.is_nullable))
}

/// The members that are not just null.
fn values(group: &Group) -> impl Iterator<Item = &Node> {
    group.members.iter().filter(|node| !matches!(node, Node::Inline(member) if member.is_null))
}

fn are_enums(members: &[&Node]) -> bool {
    members.iter().all(|node| is_enum(node))
}

fn is_enum(node: &Node) -> bool {
    matches!(node, Node::Inline(member)
        if member.enumeration.is_some() && member.all_of.is_empty() && member.groups.is_empty())
}

/// Whether the schema names some texts and takes any other:
///
/// ```yaml
/// anyOf: [{ type: string }, { type: string, enum: [small, large] }]
/// ```
pub(super) fn is_open_enum(keywords: &Keywords) -> bool {
    let Some(group) = keywords.groups.first().filter(|group| !group.is_exclusive && keywords.groups.len() == 1) else {
        return false;
    };
    let is_text = |node: &&Node| match node {
        Node::Inline(member) => {
            member.kind == Some(Kind::String)
                && member.format.is_none()
                && member.enumeration.is_none()
                && member.limits == Limits::default()
                && !member.has_not
                && member.all_of.is_empty()
                && member.groups.is_empty()
        }
        Node::Reference { .. } => false,
    };
    let is_text_enum = |node: &&Node| {
        is_enum(node)
            && matches!(node, Node::Inline(member) if member.enumeration.iter().flatten().all(Value::is_string))
    };
    let (texts, others): (Vec<_>, Vec<_>) = values(group).partition(is_text);
    !texts.is_empty() && !others.is_empty() && others.iter().all(is_text_enum)
}

fn asks_for_properties_only(keywords: &Keywords, group: &Group) -> bool {
    keywords.describes_object()
        && group.members.iter().all(|node| {
            matches!(node, Node::Inline(member)
                if !member.required.is_empty()
                    && member.properties.is_empty()
                    && member.additional.is_none()
                    && member.all_of.is_empty()
                    && member.groups.is_empty())
        })
}

/// `member` together with what stands beside the union.
fn with_base(keywords: &Keywords, member: &Node) -> Keywords {
    let base = Keywords {
        groups: keywords.groups.get(1..).unwrap_or_default().to_vec(),
        annotations: Default::default(),
        is_nullable: false,
        memo: Some(format!("{} without union", keywords.memo_key())),
        ..keywords.clone()
    };
    let mut merged = Keywords::merged(vec![Node::Inline(Rc::new(base)), member.clone()]);
    let identity = member.identity();
    merged.memo = Some(format!("{} with {identity}", keywords.memo_key()));
    merged
}

impl Lowering<'_> {
    /// The type of a union that leaves one member, with the rules that stand beside it.
    pub(super) fn only_member(&mut self, flat: &Keywords, node: &Node, names: &[String]) -> Place {
        let mut place = self.place(node, names);
        let own =
            Keywords { kind: flat.kind.or_else(|| self.resolve(node).and_then(|member| member.kind)), ..flat.clone() };
        let ty = crate::lower::scalar::bare_type(&place.ty).clone();
        if !matches!(ty, Type::Named(_)) {
            place.rules.extend(self.rules(&own, &ty, names));
        }
        place
    }

    pub(super) fn union_kind(&mut self, flat: &Keywords, name: &str) -> Union {
        let Some(group) = flat.groups.first() else {
            return union_of(Vec::new(), UnionRule::Order, false);
        };
        let nodes: Vec<Node> = values(group).cloned().collect();
        let wholes: Vec<Node> = nodes.iter().map(|node| whole_member(flat, node)).collect();
        let rule =
            group.discriminator.as_ref().and_then(|discriminator| self.discriminator_rule(discriminator, &nodes, flat));
        let (rule, tells) = match rule {
            Some(rule) => {
                let tells = self.tag_tells(&rule, &wholes);
                (rule, tells)
            }
            None => self.tells(&wholes),
        };
        let texts: Vec<String> = nodes.iter().zip(&tells).map(|(node, tell)| self.member_text(node, tell)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let variants = Scope::default().claim_all(&texts, Case::UpperCamel);
        let members = nodes.iter().zip(&wholes).zip(variants).zip(tells);
        let members = members.map(|(((node, whole), variant), tell)| self.member(node, whole, variant, tell, name));
        union_of(members.collect(), rule, group.is_exclusive)
    }

    /// Each member's values of the discriminator.
    fn tag_tells(&mut self, rule: &UnionRule, nodes: &[Node]) -> Vec<Tell> {
        let UnionRule::Discriminator { property, mapping } = rule else {
            return Vec::new();
        };
        let tag = |(index, node): (usize, &Node)| {
            let values =
                mapping.iter().filter(|(_, mapped)| *mapped == index).map(|(value, _)| value.clone()).collect();
            Tell::Tag { values, is_declared: self.declares(node, property) }
        };
        nodes.iter().enumerate().map(tag).collect()
    }

    fn member(&mut self, node: &Node, whole: &Node, variant: String, tell: Tell, name: &str) -> Member {
        let mut place = self.place(whole, &[names::joined(name, &variant)]);
        // Null belongs to the union as a whole.
        if let (Node::Inline(_), Type::Nullable(inner)) = (node, &place.ty) {
            place.ty = Type::clone(inner);
        }
        let docs = node.annotations().map(|annotations| docs(annotations, &variant));
        Member { name: variant, place, tell, docs: docs.unwrap_or_default() }
    }

    /// OpenAPI 3.1.1, Discriminator Object: the mapping's values, then each member's own: those its
    /// property allows, else its component's key.
    fn discriminator_rule(
        &mut self,
        discriminator: &Discriminator,
        nodes: &[Node],
        flat: &Keywords,
    ) -> Option<UnionRule> {
        let keys: Vec<Option<String>> = nodes.iter().map(|node| self.key_of(node)).collect();
        let mut mapping = self.declared_mapping(discriminator, &keys, flat);
        let own: Vec<_> = nodes.iter().map(|node| self.values_of(node, &discriminator.property)).collect();
        let mapped: Vec<usize> = mapping.iter().map(|(_, index)| *index).collect();
        for (index, values) in own.iter().enumerate() {
            if mapped.contains(&index) {
                continue;
            }
            // A parent's list of all values is no member's own.
            let is_shared = |value: &String| {
                own.iter().enumerate().any(|(other, theirs)| {
                    let lists_more = theirs.len() > values.len() || mapped.contains(&other);
                    other != index && theirs.contains(value) && !(values.len() == 1 && lists_more)
                })
            };
            let mut own: Vec<String> = values.iter().filter(|value| !is_shared(value)).cloned().collect();
            if own.is_empty() {
                // A key that normalization made up is nobody's value.
                let key = keys.get(index).cloned().flatten();
                own.extend(key.filter(|key| self.components.get(key).is_some_and(|component| !component.is_inline)));
            }
            for value in own {
                if !mapping.iter().any(|(known, _)| *known == value) {
                    mapping.push((value, index));
                }
            }
        }
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
                None => self.report.warning(
                    "dangling-mapping",
                    &pointer::grandchild(&pointer::child(&flat.pointer, "discriminator"), "mapping", value),
                    format!("`{target}` is not a member of the union"),
                    "the value is not known; name one of the members",
                ),
            }
        }
        mapping
    }

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
    fn mapped_key(&self, target: &str) -> Option<String> {
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

    /// A union whose only member is `ty`: an alias cannot refer to itself, an enum can.
    pub(super) fn wrapping_union(ty: Place) -> Union {
        let tell = Tell::Json(Vec::new());
        let member = Member { name: "Value".to_owned(), place: ty, tell, docs: Default::default() };
        union_of(vec![member], UnionRule::Order, false)
    }
}

fn union_of(members: Vec<Member>, rule: UnionRule, is_exclusive: bool) -> Union {
    let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
    Union { unknown: names::unknown_variant(&names), members, rule, is_exclusive }
}

/// `node` with what stands beside the union.
fn whole_member(flat: &Keywords, node: &Node) -> Node {
    match flat.describes_object() {
        true => Node::Inline(Rc::new(with_base(flat, node))),
        false => node.clone(),
    }
}

/// What the docs of a union say about how its members are told apart.
pub(super) fn note(union: &Union) -> String {
    let is_complete = |is_told: fn(&Tell) -> bool| union.members.iter().all(|member| is_told(&member.tell));
    let rest = |is_complete: bool| if is_complete { "" } else { ", then its JSON type, then the best fit" };
    let has_objects = union.members.iter().filter(|it| it.tell == Tell::Json(vec![JsonType::Object])).count() > 1;
    match &union.rule {
        UnionRule::Discriminator { property, .. } => format!(
            "The property `{property}` tells which member a value is. A value without it is the one that it fits, if that is clear."
        ),
        UnionRule::Type => "The JSON type of a value tells which member it is.".to_owned(),
        UnionRule::Constant(property) => {
            let rest = rest(is_complete(|tell| matches!(tell, Tell::Constant { .. })));
            format!("The property `{property}` tells which member a value is{rest}.")
        }
        UnionRule::Property => {
            let rest = rest(is_complete(|tell| matches!(tell, Tell::Property(_))));
            format!("A property that no other member has tells which member a value is{rest}.")
        }
        UnionRule::Order if union.members.iter().any(|member| matches!(member.tell, Tell::Listed(_))) => {
            "A value is the first member that it fits, those with listed values before the others.".to_owned()
        }
        UnionRule::Order if has_objects => {
            "A value is the member that it fits and that knows most of its properties, the first of several.".to_owned()
        }
        UnionRule::Order => "A value is the first member that it fits.".to_owned(),
    }
}
