//! `oneOf` and `anyOf`.

use std::rc::Rc;

use serde_json::Value;

use crate::lower::direction::Direction;
use crate::lower::keywords::{Group, Keywords, Kind, Node};
use crate::lower::limits::Limits;
use crate::lower::lowering::{Lowering, docs};
use crate::lower::names::{self, Case, Scope};
use crate::lower::schema::Class;
use crate::model::{JsonType, Member, Place, Rule, Tell, Type, Union, UnionRule};

/// How many combinations of members several unions may have together.
const MAX_PRODUCT: usize = 64;

/// What a schema with `oneOf` or `anyOf` is; none if it has none.
pub(super) fn classify(keywords: &Keywords) -> Option<Class> {
    let group = keywords.groups.first()?;
    let members: Vec<&Node> = values(group).collect();
    Some(match members.as_slice() {
        [] if group.members.iter().any(is_null) => Class::Null,
        [] => Class::Never,
        members if !keywords.describes_object() && (are_enums(members) || is_open_enum(keywords)) => Class::Enum,
        [member] if keywords.describes_object() || keywords.groups.len() > 1 => {
            Class::Only(Node::Inline(Rc::new(with_base(keywords, member))))
        }
        [member] => Class::Only((*member).clone()),
        _ => Class::Union,
    })
}

fn is_null(node: &Node) -> bool {
    matches!(node, Node::Inline(member) if member.is_null)
}

/// The members that have values, null aside.
fn values(group: &Group) -> impl Iterator<Item = &Node> {
    group.members.iter().filter(|node| !matches!(node, Node::Inline(member) if member.is_null || member.is_never))
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
                && member.not.is_empty()
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
    merged.is_conjunction = false;
    merged
}

impl Lowering<'_> {
    /// The type of a union that leaves one member, with the rules that stand beside it.
    pub(super) fn only_member(&mut self, flat: &Keywords, node: &Node, names: &[String]) -> Place {
        let mut place = self.place(node, names);
        let member = self.resolve(node);
        let kind = flat.kind.or_else(|| member.as_ref().and_then(|member| member.kind));
        let own = Keywords { kind, ..flat.clone() };
        let ty = crate::lower::scalar::bare_type(&place.ty).clone();
        let rules = match ty {
            Type::Named(_) if member.is_some_and(|member| member.kind == Some(Kind::Object)) => {
                self.object_rules(&own, "")
            }
            Type::Named(_) => self.value_rules(&own, names),
            _ => self.rules(&own, &ty, names),
        };
        for rule in rules {
            if !place.rules.contains(&rule) {
                place.rules.push(rule);
            }
        }
        place
    }

    pub(super) fn union_kind(&mut self, flat: &Keywords, name: &str) -> Union {
        let Some(group) = flat.groups.first() else {
            return union_of(Vec::new(), UnionRule::Order, false, Vec::new());
        };
        let nodes: Vec<Node> = values(group).cloned().collect();
        let is_product = self.is_product(flat);
        let wholes: Vec<Node> = nodes.iter().map(|node| self.whole_member(flat, node, is_product)).collect();
        let rule =
            group.discriminator.as_ref().and_then(|discriminator| self.discriminator_rule(discriminator, &nodes, flat));
        let (rule, tells) = self.told(rule, &wholes, name);
        let named = nodes.iter().zip(&wholes).map(|(node, whole)| match (node, flat.kind) {
            (Node::Inline(_), Some(Kind::String | Kind::Number | Kind::Integer | Kind::Boolean)) => whole,
            _ => node,
        });
        let texts: Vec<String> = named.zip(&tells).map(|(node, tell)| self.member_text(node, tell)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let variants = Scope::default().claim_all(&texts, Case::UpperCamel);
        let members = nodes.iter().zip(&wholes).zip(variants).zip(tells);
        let members = members.map(|(((node, whole), variant), tell)| self.member(node, whole, variant, tell, name));
        let members: Vec<Member> = members.collect();
        let mut rules = self.value_rules(flat, &[name.to_owned()]);
        if !is_product && !flat.describes_object() {
            rules.extend(self.other_groups(flat, name));
        }
        union_of(members, rule, group.is_exclusive, rules)
    }

    /// Whether several unions are told by one: a member of the first, in which the others stand. They are all of objects.
    pub(super) fn is_product(&mut self, flat: &Keywords) -> bool {
        let count = flat.groups.iter().try_fold(1_usize, |count, group| count.checked_mul(group.members.len()));
        let mut members = flat.groups.iter().flat_map(|group| &group.members);
        flat.groups.len() > 1
            && count.is_some_and(|count| count <= MAX_PRODUCT)
            && members.all(|node| self.resolve(node).is_some_and(|member| member.kind == Some(Kind::Object)))
    }

    /// How the members are told apart: by `rule`, if there is one. Where properties travel one way only, that depends on
    /// the way.
    fn told(&mut self, rule: Option<UnionRule>, nodes: &[Node], name: &str) -> (UnionRule, Vec<Tell>) {
        let tell = |this: &mut Self, way| match &rule {
            Some(rule) => (rule.clone(), this.tag_tells(rule, nodes, way)),
            None => this.tells(nodes, way),
        };
        let told = tell(self, None);
        if self.conversion.has_access {
            for way in [Direction::Request, Direction::Response] {
                let directed = tell(self, Some(way));
                if directed != told {
                    self.directed_tells.insert((name.to_owned(), way), directed);
                }
            }
        }
        told
    }

    /// Several unions that must all hold: a value is of the type of the first, and is held against the others.
    fn other_groups(&mut self, flat: &Keywords, name: &str) -> Vec<Rule> {
        let others = flat.groups.iter().enumerate().skip(1);
        let nodes: Vec<Node> = others
            .map(|(index, group)| {
                let memo = Some(format!("{} union {index}", flat.memo_key()));
                let groups = vec![group.clone()];
                Node::Inline(Rc::new(Keywords { pointer: flat.pointer.clone(), memo, groups, ..Keywords::default() }))
            })
            .collect();
        let names = [names::joined(name, "also")];
        nodes.iter().map(|node| Rule::Fits(Box::new(self.checked_place(node, &names)))).collect()
    }

    /// `node` with what stands beside the union, as far as that shapes its type:
    ///
    /// ```yaml
    /// type: integer
    /// oneOf: [{ maximum: 0 }, { minimum: 10 }]
    /// ```
    fn whole_member(&mut self, flat: &Keywords, node: &Node, is_product: bool) -> Node {
        let shapes = match (flat.kind, self.resolve(node).and_then(|member| member.kind)) {
            (Some(ours), Some(theirs)) if !are_compatible(ours, theirs) => false,
            (Some(Kind::Array), _) => flat.describes_array(),
            (Some(Kind::Object) | None, _) => false,
            (Some(ours), theirs) => {
                matches!(node, Node::Inline(_)) && (flat.format.is_some() || theirs.is_none_or(|theirs| theirs != ours))
            }
        };
        if !(is_product || flat.describes_object() || shapes) {
            return node.clone();
        }
        // The rules are the union's.
        let mut shape = Keywords { limits: Limits::default(), not: Vec::new(), contains: Vec::new(), ..flat.clone() };
        if !(is_product || flat.describes_object()) {
            shape.groups.truncate(1);
        }
        Node::Inline(Rc::new(with_base(&shape, node)))
    }

    fn member(&mut self, node: &Node, whole: &Node, variant: String, tell: Tell, name: &str) -> Member {
        let mut place = self.place(whole, &[names::joined(name, &variant)]);
        // Null belongs to the union as a whole.
        if let Type::Nullable(inner) = place.ty {
            place.ty = *inner;
        }
        let docs = node.annotations().map(|annotations| docs(annotations, &variant));
        Member { name: variant, place, tell, docs: docs.unwrap_or_default() }
    }

    /// A union whose only member is `ty`: an alias cannot refer to itself, an enum can.
    pub(super) fn wrapping_union(ty: Place) -> Union {
        let tell = Tell::Json(Vec::new());
        let member = Member { name: "Value".to_owned(), place: ty, tell, docs: Default::default() };
        union_of(vec![member], UnionRule::Order, false, Vec::new())
    }
}

/// Whether there are values of both.
fn are_compatible(ours: Kind, theirs: Kind) -> bool {
    let is_number = |kind| matches!(kind, Kind::Integer | Kind::Number);
    ours == theirs || is_number(ours) && is_number(theirs)
}

fn union_of(members: Vec<Member>, rule: UnionRule, is_exclusive: bool, rules: Vec<Rule>) -> Union {
    let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
    Union { unknown: names::unknown_variant(&names), members, rule, is_exclusive, rules }
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
