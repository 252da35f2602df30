//! Which type a schema becomes.

use std::rc::Rc;

use serde_json::Value;

use crate::lower::keywords::{Keywords, Kind, Node};
use crate::lower::lowering::Lowering;
use crate::lower::other_properties::OtherProperties;
use crate::lower::{example, names, object, pointer, rules, scalar, union};
use crate::model::{AdditionalItems, Place, Rule, Tuple, Type, TypeKind};

/// How deeply schemas without a name of their own may nest.
const MAX_DEPTH: usize = 100;

/// How many references and unions are looked through for null.
const MAX_NULL_DEPTH: usize = 16;

/// What a schema, references followed and `allOf` merged, is.
pub(super) enum Class {
    Struct,
    Enum,
    Union,
    Tuple,
    /// A union that leaves one member.
    Only(Node),
    Map,
    Array,
    Scalar(Kind),
    Null,
    /// A schema without a value.
    Never,
    Any,
}

impl Class {
    /// Whether the schema gets a type of its own.
    pub(super) fn is_definition(&self) -> bool {
        matches!(self, Self::Struct | Self::Enum | Self::Union | Self::Tuple)
    }
}

/// A type without any rule.
pub(super) fn bare(ty: Type) -> Place {
    Place { ty, rules: Vec::new() }
}

/// `ty` or null.
pub(super) fn nullable(ty: Type) -> Type {
    match ty {
        Type::Nullable(_) => ty,
        _ => Type::Nullable(Box::new(ty)),
    }
}

/// What `keywords`, already flat, is.
pub(super) fn classify(keywords: &Keywords) -> Class {
    if keywords.is_never {
        return Class::Never;
    }
    if let Some(values) = &keywords.enumeration {
        let is_boolean = !values.is_empty() && values.iter().all(Value::is_boolean);
        if !is_boolean || keywords.kind.is_some_and(|kind| kind != Kind::Boolean) {
            return Class::Enum;
        }
    }
    if let Some(class) = union::classify(keywords) {
        return class;
    }
    match keywords.kind {
        Some(Kind::Object) if object::is_struct(keywords) => Class::Struct,
        Some(Kind::Object) => Class::Map,
        Some(Kind::Array) if !keywords.prefix_items.is_empty() => Class::Tuple,
        Some(Kind::Array) => Class::Array,
        Some(kind) => Class::Scalar(kind),
        None if keywords.is_null => Class::Null,
        None if keywords.enumeration.is_some() => Class::Scalar(Kind::Boolean),
        None => Class::Any,
    }
}

impl Lowering<'_> {
    /// The type of `node` where it is used. `names` are those its type may get, best first.
    pub(super) fn place(&mut self, node: &Node, names: &[String]) -> Place {
        if self.depth >= MAX_DEPTH {
            self.too_deep(node.pointer());
            return bare(Type::Any);
        }
        self.depth += 1;
        let place = match node {
            Node::Reference { key, .. } => match self.moved_scalar(key) {
                Some(keywords) => self.inline(&keywords, names),
                None => bare(self.reference(key)),
            },
            Node::Inline(keywords) => self.inline(keywords, names),
        };
        self.depth -= 1;
        place
    }

    /// The type in which all of `nodes` hold.
    pub(super) fn joint_place(&mut self, nodes: &[&Node], names: &[String]) -> Place {
        if let [node] = nodes {
            return self.place(node, names);
        }
        let nodes = self.distinct_nodes(nodes);
        match nodes.as_slice() {
            [] => bare(Type::Any),
            [node] => self.place(node, names),
            _ => self.place(&Node::Inline(Rc::new(Keywords::merged(nodes))), names),
        }
    }

    /// The schema of a component that normalization made, if it needs no name.
    fn moved_scalar(&mut self, key: &str) -> Option<Rc<Keywords>> {
        let component = self.components.get(key).filter(|it| it.is_inline && it.replacement.is_none())?;
        let Node::Inline(keywords) = component.node.clone() else {
            return None;
        };
        let flat = self.flatten(&keywords);
        matches!(classify(&flat), Class::Scalar(_)).then_some(keywords)
    }

    fn reference(&self, key: &str) -> Type {
        let Some(component) = self.components.get(key) else {
            return Type::Any;
        };
        let ty = match &component.replacement {
            Some(path) => Type::Custom(path.clone()),
            None => Type::Named(component.name.clone()),
        };
        if component.is_nullable { nullable(ty) } else { ty }
    }

    fn inline(&mut self, keywords: &Rc<Keywords>, names: &[String]) -> Place {
        let place = self.inline_place(keywords, names);
        self.note_use(&keywords.pointer, &place.ty);
        place
    }

    fn inline_place(&mut self, keywords: &Rc<Keywords>, names: &[String]) -> Place {
        if let Some(path) = self.choices.replacement(&keywords.pointer) {
            let is_nullable = self.node_is_nullable(&Node::Inline(Rc::clone(keywords)), 0);
            let ty = Type::Custom(path);
            return bare(if is_nullable { nullable(ty) } else { ty });
        }
        if let Some(reference) = self.wrapped_reference(keywords).cloned() {
            return self.narrowed(&reference, keywords, names);
        }
        let flat = self.flatten(keywords);
        let class = classify(&flat);
        let mut place = if class.is_definition() {
            bare(self.inline_definition(&flat, &class, names))
        } else {
            self.anonymous(&flat, &class, names)
        };
        if self.is_nullable(&flat) {
            place.ty = nullable(place.ty);
        }
        place
    }

    /// The type of `reference` with the rules that stand beside it.
    fn narrowed(&mut self, reference: &Node, keywords: &Rc<Keywords>, names: &[String]) -> Place {
        let mut place = self.place(reference, names);
        let mut limits = keywords.limits.clone();
        let mut is_nullable = keywords.is_nullable;
        for member in &keywords.all_of {
            if let Node::Inline(member) = member {
                limits.intersect(&member.limits);
                is_nullable |= member.is_nullable;
            }
        }
        if let Some(target) = self.resolve(reference) {
            let (pointer, not) = (keywords.pointer.clone(), keywords.not.clone());
            let own = Keywords { kind: target.kind, pointer, limits, not, ..Keywords::default() };
            let ty = scalar::bare_type(&place.ty).clone();
            place.rules.extend(match classify(&target) {
                Class::Struct | Class::Map => self.object_rules(&own, ""),
                _ => self.rules(&own, &ty, names),
            });
        }
        if is_nullable {
            place.ty = nullable(place.ty);
        }
        place
    }

    /// The name of the definition that `flat`, an inline schema, becomes; made at its first use.
    fn inline_definition(&mut self, flat: &Rc<Keywords>, class: &Class, names: &[String]) -> Type {
        let key = flat.memo_key().to_owned();
        if let Some(ty) = self.inline_types.get(&key) {
            return ty.clone();
        }
        let name = match self.choices.type_name(&flat.pointer) {
            Some(name) => self.type_names.claim([name]),
            None => self.type_names.claim(names.iter().cloned()),
        };
        let ty = Type::Named(name.clone());
        self.inline_types.insert(key, ty.clone());
        self.inline_names.insert(name.clone());
        let slot = self.reserve();
        let kind = self.kind(flat, class, &name);
        self.define(slot, &name, &flat.annotations, &flat.pointer, kind);
        ty
    }

    /// What the definition `name` is.
    fn kind(&mut self, flat: &Rc<Keywords>, class: &Class, name: &str) -> TypeKind {
        self.warn_about_unsupported(flat, class);
        match class {
            Class::Struct => TypeKind::Struct(self.struct_kind(flat, name)),
            Class::Enum => TypeKind::Enum(self.enum_kind(flat, name)),
            Class::Union => TypeKind::Union(self.union_kind(flat, name)),
            Class::Tuple => TypeKind::Tuple(self.tuple_kind(flat, name)),
            _ => TypeKind::Alias(self.anonymous(flat, class, &[name.to_owned()])),
        }
    }

    /// The type of a schema that needs no definition.
    fn anonymous(&mut self, flat: &Rc<Keywords>, class: &Class, names: &[String]) -> Place {
        self.warn_about_unsupported(flat, class);
        match class {
            Class::Array => self.array(flat, names),
            Class::Map => self.map(flat, names),
            Class::Only(node) => self.only_member(flat, node, names),
            Class::Null => Place { ty: nullable(Type::Any), rules: vec![Rule::Null] },
            Class::Never => Place { ty: Type::Any, rules: vec![Rule::Never] },
            Class::Any => {
                // `not` is checked on any JSON value.
                let says_more = !Keywords { not: Vec::new(), ..Keywords::clone(flat) }.is_annotation_only();
                if says_more {
                    self.report.warning(
                        "untyped-schema",
                        &flat.pointer,
                        "the schema says something of its values, but not of which type they are".to_owned(),
                        "add a `type`; they are any JSON values, unchecked",
                    );
                }
                let rules = self.rules(flat, &Type::Any, names);
                Place { ty: Type::Any, rules }
            }
            Class::Scalar(kind) => {
                let ty = self.scalar(*kind, flat);
                let rules = self.rules(flat, &ty, names);
                Place { ty, rules }
            }
            Class::Struct | Class::Enum | Class::Union | Class::Tuple => bare(Type::Any),
        }
    }

    fn array(&mut self, flat: &Keywords, names: &[String]) -> Place {
        let base = names.first().map_or("", String::as_str);
        let nodes: Vec<&Node> = flat.items.iter().collect();
        let items = self.joint_place(&nodes, &names::item_names(base));
        let ty = Type::Array(Box::new(items.ty));
        let mut rules = self.rules(flat, &ty, names);
        rules::push_nested(&mut rules, Rule::Items, items.rules);
        Place { ty, rules }
    }

    fn map(&mut self, flat: &Keywords, names: &[String]) -> Place {
        let base = names.first().map_or("", String::as_str);
        let OtherProperties { values, filter } = self.other_properties(flat, base);
        let ty = Type::Map(Box::new(values.ty));
        let mut rules = self.rules(flat, &ty, names);
        rules.extend(filter);
        rules::push_nested(&mut rules, Rule::Values, values.rules);
        Place { ty, rules }
    }

    fn tuple_kind(&mut self, flat: &Keywords, name: &str) -> Tuple {
        let items: Vec<Place> = flat
            .prefix_items
            .iter()
            .enumerate()
            .map(|(index, node)| self.place(node, &[names::joined(name, &format!("item {}", index + 1))]))
            .collect();
        let limits = &flat.limits;
        let count = |limit: u64| usize::try_from(limit).unwrap_or(usize::MAX);
        let most = limits.max_items.map(count);
        let additional = if most.is_some_and(|most| most <= items.len()) {
            AdditionalItems::Forbidden
        } else if flat.items.is_empty() && !is_checked_whole(flat) {
            AdditionalItems::Dropped
        } else {
            let nodes: Vec<&Node> = flat.items.iter().collect();
            AdditionalItems::Kept(self.joint_place(&nodes, &names::item_names(name)))
        };
        let required = limits.min_items.map_or(0, count);
        let mut rules = self.array_rules(flat, &[name.to_owned()]);
        rules.extend(self.exclusions(flat, &[name.to_owned()]));
        rules.retain(|rule| match rule {
            Rule::MinItems(_) => required > items.len(),
            Rule::MaxItems(_) => most.is_some_and(|most| most != items.len()),
            _ => true,
        });
        Tuple { required: required.min(items.len()), items, additional, rules }
    }

    fn warn_about_unsupported(&mut self, flat: &Keywords, class: &Class) {
        if matches!(class, Class::Enum) {
            self.warn_about_not(flat);
            self.warn_about_values(flat);
        }
        if flat.discriminator.is_some() && flat.groups.is_empty() {
            self.report.warning(
                "idle-discriminator",
                &pointer::child(&flat.pointer, "discriminator"),
                "the discriminator has nothing to choose from".to_owned(),
                "beside it stands neither `oneOf` nor `anyOf`, and no component has the schema in its `allOf`; it is ignored",
            );
        }
        if let Some(values) = &flat.enumeration
            && !values.is_empty()
            && values.iter().all(|value| example::check_kind(flat.kind, value).is_some())
        {
            let kind = flat.kind.map(|kind| format!("{kind:?}").to_lowercase()).unwrap_or_default();
            self.report.warning(
                "unsatisfiable",
                &flat.pointer,
                format!("no value of the enum is of type `{kind}`"),
                "the enum's values are accepted",
            );
        }
        if flat.groups.len() > 1 && !matches!(class, Class::Union | Class::Only(_)) {
            self.report.warning(
                "unsupported-union",
                &flat.pointer,
                "several `oneOf` or `anyOf` of listed values that must all hold are not supported".to_owned(),
                "the first one is used",
            );
        }
    }

    /// Values of an enum that other keywords exclude.
    fn warn_about_values(&mut self, flat: &Keywords) {
        for value in flat.enumeration.iter().flatten() {
            if let Some(reason) = example::check_scalar(self, flat, value) {
                let message = format!("a value of the enum breaks another keyword: {reason}");
                self.report.warning("unsatisfiable", &flat.pointer, message, "correct one of the two; it is accepted");
            }
        }
    }

    /// Whether null is a value of `flat` beside those of its type.
    fn is_nullable(&mut self, flat: &Keywords) -> bool {
        !matches!(classify(flat), Class::Any | Class::Never) && (flat.is_nullable || self.has_null(flat, 0))
    }

    /// Whether null is a value of each of the unions of `flat`.
    fn has_null(&mut self, flat: &Keywords, depth: usize) -> bool {
        let mut groups = flat.groups.iter();
        !flat.groups.is_empty()
            && groups.all(|group| group.members.iter().any(|member| self.node_is_nullable(member, depth + 1)))
    }

    /// Whether null is a value of `node`, and not one of a type that takes any value.
    fn node_is_nullable(&mut self, node: &Node, depth: usize) -> bool {
        if depth > MAX_NULL_DEPTH {
            return false;
        }
        let keywords = match node {
            Node::Reference { key, .. } => match self.components.get(key) {
                Some(component) => return self.node_is_nullable(&component.node.clone(), depth + 1),
                None => return false,
            },
            Node::Inline(keywords) => keywords,
        };
        if let Some(reference) = self.wrapped_reference(keywords).cloned() {
            let members = keywords.all_of.iter();
            let mut members = members.filter_map(|member| match member {
                Node::Inline(member) => Some(member.is_nullable),
                Node::Reference { .. } => None,
            });
            return keywords.is_nullable
                || members.any(|is_nullable| is_nullable)
                || self.node_is_nullable(&reference, depth + 1);
        }
        let flat = self.flatten(keywords);
        match classify(&flat) {
            Class::Any | Class::Never => false,
            Class::Null => true,
            _ => flat.is_nullable || self.has_null(&flat, depth),
        }
    }

    /// Names the components that normalization made, and tells which components can be null.
    pub(super) fn prepare_components(&mut self) {
        for index in 0..self.components.len() {
            let Some((_, component)) = self.components.get_index(index) else {
                continue;
            };
            let pointer = component.node.pointer().to_owned();
            let is_unnamed = component.name.is_empty();
            let node = component.node.clone();
            let is_nullable = self.node_is_nullable(&node, 0);
            let name = is_unnamed.then(|| self.name_of_place(&pointer));
            if let Some((_, component)) = self.components.get_index_mut(index) {
                component.is_nullable = is_nullable;
                if let Some(name) = name {
                    self.inline_names.insert(name.clone());
                    component.name = name;
                }
            }
        }
    }

    /// Defines the type of each component.
    pub(super) fn lower_components(&mut self) {
        for index in 0..self.components.len() {
            let Some((key, component)) = self.components.get_index(index) else {
                continue;
            };
            if component.replacement.is_none() {
                let (key, name, node) = (key.clone(), component.name.clone(), component.node.clone());
                if self.moved_scalar(&key).is_some() {
                    continue;
                }
                self.lower_component(&name, &node);
                let ty = self.reference(&key);
                self.note_use(node.pointer(), &ty);
            }
        }
    }

    fn lower_component(&mut self, name: &str, node: &Node) {
        let slot = self.reserve();
        let keywords = match node {
            Node::Reference { pointer, .. } => {
                let kind = TypeKind::Alias(not_null(self.place(node, &[])));
                self.define(slot, name, &Default::default(), pointer, kind);
                return;
            }
            Node::Inline(keywords) => keywords,
        };
        let names = [name.to_owned()];
        let (kind, annotations) = if self.wrapped_reference(keywords).is_some() {
            let place = self.inline(keywords, &names);
            (TypeKind::Alias(not_null(place)), keywords.annotations.clone())
        } else {
            let flat = self.flatten(keywords);
            let class = classify(&flat);
            let kind = match self.kind(&flat, &class, name) {
                TypeKind::Alias(place) => TypeKind::Alias(not_null(place)),
                kind => kind,
            };
            (kind, flat.annotations.clone())
        };
        self.define(slot, name, &annotations, &keywords.pointer, kind);
    }
}

/// Whether something is asked of an array that only all of its items can tell.
fn is_checked_whole(flat: &Keywords) -> bool {
    let limits = &flat.limits;
    limits.max_items.is_some() || limits.has_unique_items || !flat.contains.is_empty() || !flat.not.is_empty()
}

/// A component's type is that of its values but null: each use says that null is one, too.
fn not_null(place: Place) -> Place {
    match place.ty {
        Type::Nullable(inner) => Place { ty: *inner, ..place },
        _ => place,
    }
}
