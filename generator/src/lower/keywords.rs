//! One uniform view of a schema: `openapiv3` has a variant per shape and loses what does not fit it,
//! here every keyword has one place.

use std::collections::HashSet;
use std::hash::Hash;
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::Value;

use crate::lower::limits::Limits;

/// A schema where it is used.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// `$ref` to a component schema, by its key.
    Reference {
        /// The key in `components.schemas`.
        key: String,
        /// Where the `$ref` stands.
        pointer: String,
    },
    /// A schema written in place.
    Inline(Rc<Keywords>),
}

impl Node {
    /// Where the schema stands.
    pub(super) fn pointer(&self) -> &str {
        match self {
            Self::Reference { pointer, .. } => pointer,
            Self::Inline(keywords) => &keywords.pointer,
        }
    }

    /// What two nodes have in common if they mean the same schema.
    pub(super) fn identity(&self) -> String {
        match self {
            Self::Reference { key, .. } => format!("#{key}"),
            Self::Inline(keywords) => keywords.memo_key().to_owned(),
        }
    }

    /// The schemas that all hold, where this one was made by merging them; else itself.
    fn conjuncts(&self) -> Vec<Self> {
        match self {
            Self::Inline(keywords) if keywords.is_conjunction => keywords.all_of.clone(),
            node => vec![node.clone()],
        }
    }

    /// `$ref` is followed by nothing else: no title, no description.
    pub(super) fn annotations(&self) -> Option<&Annotations> {
        match self {
            Self::Reference { .. } => None,
            Self::Inline(keywords) => Some(&keywords.annotations),
        }
    }
}

/// The JSON type of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Number,
    Integer,
    Boolean,
    Object,
    Array,
}

/// The name and the description of one value of an enum.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) value: Value,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
}

/// A property, as one of the members of an `allOf` declares it.
#[derive(Debug, Clone)]
pub(super) struct Property {
    /// What it is.
    pub(super) node: Node,
    /// The Rust name of the component it was taken from; without one, the schema at hand.
    pub(super) owner: Option<String>,
}

impl Property {
    /// The property as a schema has it that includes the component `owner`, or an inline member.
    pub(super) fn owned_by(&self, owner: Option<&str>) -> Self {
        Self { node: self.node.clone(), owner: self.owner.clone().or_else(|| owner.map(str::to_owned)) }
    }
}

/// `additionalProperties`.
#[derive(Debug, Clone)]
pub(super) enum Additional {
    Forbidden,
    Any,
    Schema(Node),
}

/// `oneOf` or `anyOf`.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) is_exclusive: bool,
    pub(super) members: Vec<Node>,
    pub(super) discriminator: Option<Discriminator>,
}

impl Group {
    /// What two unions have in common if they are the same.
    pub(super) fn identity(&self) -> (bool, Vec<String>, Option<String>) {
        let members = self.members.iter().map(Node::identity).collect();
        (self.is_exclusive, members, self.discriminator.as_ref().map(|it| it.property.clone()))
    }
}

/// `contains`, `minContains` and `maxContains`.
#[derive(Debug, Clone)]
pub(super) struct Contains {
    pub(super) node: Node,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
}

/// A `oneOf` or `anyOf` whose members only ask for properties.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RequiredGroup {
    pub(super) is_exclusive: bool,
    /// The names that each member asks for.
    pub(super) members: Vec<Vec<String>>,
}

/// OpenAPI 3.1.1, Discriminator Object.
#[derive(Debug, Clone)]
pub(super) struct Discriminator {
    pub(super) property: String,
    pub(super) mapping: IndexMap<String, String>,
}

/// What a schema says about itself without constraining a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Annotations {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Each example with its place.
    pub(super) examples: Vec<(String, Value)>,
    pub(super) default: Option<Value>,
    pub(super) is_deprecated: bool,
    pub(super) is_read_only: bool,
    pub(super) is_write_only: bool,
}

/// Every keyword of one schema.
#[derive(Debug, Clone, Default)]
pub(super) struct Keywords {
    pub(super) pointer: String,
    pub(super) kind: Option<Kind>,
    pub(super) is_null: bool,
    pub(super) is_nullable: bool,
    pub(super) format: Option<String>,
    pub(super) enumeration: Option<Vec<Value>>,
    /// What is said of single values of the enum.
    pub(super) labels: Vec<Label>,
    pub(super) properties: IndexMap<String, Vec<Property>>,
    pub(super) required: Vec<String>,
    pub(super) additional: Option<Additional>,
    /// `unevaluatedProperties`: `additional`, once every schema that is applied is merged in.
    pub(super) unevaluated: Option<Additional>,
    pub(super) pattern_properties: Vec<(String, Node)>,
    pub(super) property_names: Vec<Node>,
    pub(super) dependent_required: Vec<(String, Vec<String>)>,
    pub(super) required_groups: Vec<RequiredGroup>,
    pub(super) items: Vec<Node>,
    pub(super) prefix_items: Vec<Node>,
    pub(super) contains: Vec<Contains>,
    pub(super) all_of: Vec<Node>,
    pub(super) groups: Vec<Group>,
    pub(super) discriminator: Option<Discriminator>,
    /// What no value may be.
    pub(super) not: Vec<Node>,
    /// Whether there is no value at all.
    pub(super) is_never: bool,
    pub(super) limits: Limits,
    pub(super) annotations: Annotations,
    /// What stands for the schema where its place is not enough: it was made by merging several.
    pub(super) memo: Option<String>,
    /// Whether it says nothing but `allOf`, of schemas that are written elsewhere.
    pub(super) is_conjunction: bool,
}

impl Keywords {
    /// What tells this schema from all others.
    pub(super) fn memo_key(&self) -> &str {
        self.memo.as_deref().unwrap_or(&self.pointer)
    }

    /// A schema in which all of `nodes` hold, at the place of the last.
    pub(super) fn merged(nodes: Vec<Node>) -> Self {
        let pointer = nodes.last().map(|node| node.pointer().to_owned()).unwrap_or_default();
        let mut conjuncts: IndexMap<String, Node> = IndexMap::new();
        for node in nodes.iter().flat_map(Node::conjuncts) {
            conjuncts.entry(node.identity()).or_insert(node);
        }
        let identities: Vec<&str> = conjuncts.keys().map(String::as_str).collect();
        Self {
            pointer,
            memo: Some(identities.join(" & ")),
            all_of: conjuncts.into_values().collect(),
            is_conjunction: true,
            ..Self::default()
        }
    }

    /// The schemas written right below this one, in document order; references are not followed.
    pub(super) fn children(&self) -> Vec<Node> {
        let mut nodes: Vec<&Node> = self.all_of.iter().collect();
        nodes.extend(self.groups.iter().flat_map(|group| &group.members));
        nodes.extend(self.properties.values().flatten().map(|property| &property.node));
        nodes.extend(&self.prefix_items);
        nodes.extend(&self.items);
        nodes.extend(self.contains.iter().map(|contains| &contains.node));
        nodes.extend(self.pattern_properties.iter().map(|(_, node)| node));
        nodes.extend(&self.property_names);
        for additional in [&self.additional, &self.unevaluated] {
            if let Some(Additional::Schema(node)) = additional {
                nodes.push(node);
            }
        }
        let is_inline = |node: &&Node| matches!(node, Node::Inline(_));
        nodes.into_iter().filter(is_inline).cloned().collect()
    }

    /// Whether anything is said of an object's properties.
    pub(super) fn describes_object(&self) -> bool {
        !self.properties.is_empty()
            || !self.required.is_empty()
            || self.additional.is_some()
            || self.unevaluated.is_some()
            || !self.pattern_properties.is_empty()
            || !self.property_names.is_empty()
            || !self.dependent_required.is_empty()
            || !self.required_groups.is_empty()
    }

    /// Whether anything is said of an array's items.
    pub(super) fn describes_array(&self) -> bool {
        !self.items.is_empty() || !self.prefix_items.is_empty() || !self.contains.is_empty()
    }

    /// Whether the schema chooses a type by itself, beyond narrowing the one it refers to.
    pub(super) fn is_shaping(&self) -> bool {
        self.describes_object()
            || self.enumeration.is_some()
            || self.describes_array()
            || !self.groups.is_empty()
            || !self.all_of.is_empty()
            || self.is_never
    }

    /// Whether the schema, its `allOf` aside, makes another type of what it is merged with.
    pub(super) fn reshapes(&self) -> bool {
        self.describes_object()
            || self.enumeration.is_some()
            || self.describes_array()
            || !self.groups.is_empty()
            || self.is_never
            || self.format.is_some()
            || self.limits.are_about_objects()
            || self.is_null
    }

    /// Whether every value is one of the schema's.
    pub(super) fn accepts_everything(&self) -> bool {
        self.is_annotation_only() && !self.is_nullable
    }

    /// Whether the schema says nothing that a type could keep.
    pub(super) fn is_annotation_only(&self) -> bool {
        !self.is_shaping()
            && self.kind.is_none()
            && self.format.is_none()
            && !self.is_null
            && self.not.is_empty()
            && self.limits == Limits::default()
    }
}

impl Keywords {
    pub(super) fn require(&mut self, names: &[String]) {
        add(&mut self.required, names, Clone::clone);
    }

    /// A discriminator belongs to the `oneOf` or `anyOf` beside it; without one it marks a parent.
    pub(super) fn attach_discriminator(&mut self, discriminator: &openapiv3::Discriminator) {
        let discriminator =
            Discriminator { property: discriminator.property_name.clone(), mapping: discriminator.mapping.clone() };
        match self.groups.first_mut() {
            Some(group) => group.discriminator = Some(discriminator),
            None => self.discriminator = Some(discriminator),
        }
    }

    /// A schema without `type` has the one that its keywords are about.
    pub(super) fn imply_kind(&mut self) {
        if self.kind.is_some() || self.is_null {
            return;
        }
        let format = self.format.as_deref();
        self.kind = if self.describes_object() || self.limits.are_about_objects() {
            Some(Kind::Object)
        } else if self.describes_array() || self.limits.are_about_arrays() {
            Some(Kind::Array)
        } else if self.limits.are_about_strings() || format.is_some_and(|format| STRING_FORMATS.contains(&format)) {
            Some(Kind::String)
        } else if format.is_some_and(|format| INTEGER_FORMATS.contains(&format)) {
            Some(Kind::Integer)
        } else if self.limits.are_about_numbers() || matches!(format, Some("float" | "double")) {
            Some(Kind::Number)
        } else {
            None
        };
    }

    /// A `oneOf` or `anyOf` that only asks for properties makes no union of an object:
    ///
    /// ```yaml
    /// properties: { id: { type: string }, name: { type: string } }
    /// anyOf: [{ required: [id] }, { required: [name] }]
    /// ```
    pub(super) fn separate_required_groups(&mut self) {
        if !self.describes_object() && self.kind != Some(Kind::Object) {
            return;
        }
        let required_groups = &mut self.required_groups;
        self.groups.retain(|group| {
            let members: Option<Vec<Vec<String>>> = group.members.iter().map(only_required).collect();
            let Some(members) = members.filter(|_| group.discriminator.is_none()) else {
                return true;
            };
            let group = RequiredGroup { is_exclusive: group.is_exclusive, members };
            if !required_groups.contains(&group) {
                required_groups.push(group);
            }
            false
        });
    }

    /// What no schema has evaluated is additional, where all of them are known (JSON Schema 2020-12, Core, 11.3).
    pub(super) fn settle_unevaluated(&mut self) {
        if self.all_of.is_empty() && self.groups.is_empty() {
            let unevaluated = self.unevaluated.take();
            self.additional = self.additional.take().or(unevaluated);
        }
    }

    /// Null among the enum's values is nullability; an enum of nothing else is null itself.
    pub(super) fn separate_null(&mut self) {
        let Some(values) = &mut self.enumeration else {
            return;
        };
        let count = values.len();
        values.retain(|value| !value.is_null());
        self.is_nullable |= values.len() < count;
        if values.is_empty() {
            self.is_null |= count > 0;
            self.enumeration = None;
        }
    }
}

/// Adds to `ours` what it does not have of `theirs`: what is said several times holds once.
pub(super) fn add<T: Clone, K: Hash + Eq>(ours: &mut Vec<T>, theirs: &[T], identity: impl Fn(&T) -> K) {
    if theirs.is_empty() {
        return;
    }
    let mut known: HashSet<K> = ours.iter().map(&identity).collect();
    ours.extend(theirs.iter().filter(|it| known.insert(identity(it))).cloned());
}

/// The names that a schema requires, if it says nothing else.
pub(super) fn only_required(node: &Node) -> Option<Vec<String>> {
    let Node::Inline(member) = node else {
        return None;
    };
    let Keywords { kind, required, .. } = &**member;
    let says_more = !member.properties.is_empty()
        || member.additional.is_some()
        || member.unevaluated.is_some()
        || !member.pattern_properties.is_empty()
        || !member.property_names.is_empty()
        || !member.dependent_required.is_empty()
        || !member.required_groups.is_empty()
        || !member.all_of.is_empty()
        || !member.groups.is_empty()
        || !member.not.is_empty()
        || member.enumeration.is_some()
        || member.is_nullable
        || member.is_never
        || member.limits != Limits::default();
    (*kind == Some(Kind::Object) && !required.is_empty() && !says_more).then(|| required.clone())
}

const STRING_FORMATS: &[&str] = &[
    "uuid",
    "date-time",
    "date",
    "time",
    "duration",
    "byte",
    "binary",
    "ipv4",
    "ipv6",
    "password",
    "email",
    "hostname",
    "uri",
    "uri-reference",
    "uri-template",
    "url",
    "base64url",
    "ip",
    "json-pointer",
    "regex",
];

const INTEGER_FORMATS: &[&str] =
    &["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "uint", "unix-time", "unixtime"];
