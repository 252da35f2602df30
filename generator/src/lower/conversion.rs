//! `openapiv3`'s schemas to [`Keywords`].

use std::rc::Rc;

use indexmap::IndexMap;
use openapiv3::ReferenceOr;
use serde_json::Value;

use crate::lower::keywords::{Additional, Contains, Group, Keywords, Kind, Label, Node, Property};
use crate::lower::limits::Limits;
use crate::lower::pointer;

/// How deeply schemas may nest without a `$ref` in between.
const MAX_DEPTH: usize = 100;

/// What conversion could not keep.
#[derive(Debug, Default)]
pub(super) struct Conversion {
    /// Places of schemas that nest too deeply.
    pub(super) too_deep: Vec<String>,
    /// Places of references that do not name a component schema.
    pub(super) dangling: Vec<String>,
    /// Places of schemas with bounds that exclude each other, and their keywords.
    pub(super) contradictions: Vec<(String, (&'static str, &'static str))>,
    /// Whether some schema is read-only or write-only.
    pub(super) has_access: bool,
    /// Places of schemas that cannot be understood, and why.
    pub(super) invalid: Vec<(String, String)>,
    depth: usize,
}

impl Conversion {
    /// The schema at `pointer`.
    pub(super) fn node(&mut self, schema: &ReferenceOr<openapiv3::Schema>, pointer: String) -> Node {
        match schema {
            ReferenceOr::Reference { reference } => self.reference(reference, pointer),
            ReferenceOr::Item(schema) => self.inline(schema, pointer),
        }
    }

    fn boxed(&mut self, schema: &ReferenceOr<Box<openapiv3::Schema>>, pointer: String) -> Node {
        match schema {
            ReferenceOr::Reference { reference } => self.reference(reference, pointer),
            ReferenceOr::Item(schema) => self.inline(schema, pointer),
        }
    }

    fn reference(&mut self, reference: &str, pointer: String) -> Node {
        match pointer::component_key(reference, "schemas") {
            Some(key) => Node::Reference { key, pointer },
            None => {
                self.dangling.push(pointer.clone());
                Node::Inline(Rc::new(Keywords { pointer, ..Keywords::default() }))
            }
        }
    }

    fn inline(&mut self, schema: &openapiv3::Schema, pointer: String) -> Node {
        // A schema that normalization moved to the components is known by the place it came from.
        let original = schema.schema_data.extensions.get("x-pointer").and_then(Value::as_str);
        let mut keywords = Keywords { pointer: original.map_or(pointer, str::to_owned), ..Keywords::default() };
        // One schema for each of several types stands at the same place.
        if let Some(variant) = schema.schema_data.extensions.get("x-variant").and_then(Value::as_str) {
            keywords.memo = Some(format!("{} as {variant}", keywords.pointer));
        }
        if self.depth >= MAX_DEPTH {
            self.too_deep.push(keywords.pointer.clone());
            return Node::Inline(Rc::new(keywords));
        }
        self.depth += 1;
        annotate(&mut keywords, &schema.schema_data);
        self.has_access |= schema.schema_data.read_only || schema.schema_data.write_only;
        self.kind(&mut keywords, &schema.schema_kind);
        self.extensions(&mut keywords, &schema.schema_data.extensions);
        if let Some(discriminator) = &schema.schema_data.discriminator {
            keywords.attach_discriminator(discriminator);
        }
        keywords.imply_kind();
        keywords.separate_null();
        keywords.separate_required_groups();
        keywords.settle_unevaluated();
        let contradictions = keywords.limits.take_contradictions();
        self.contradictions.extend(contradictions.into_iter().map(|found| (keywords.pointer.clone(), found)));
        self.depth -= 1;
        Node::Inline(Rc::new(keywords))
    }

    fn kind(&mut self, keywords: &mut Keywords, kind: &openapiv3::SchemaKind) {
        match kind {
            openapiv3::SchemaKind::Type(ty) => self.typed(keywords, ty),
            openapiv3::SchemaKind::OneOf { one_of } => self.group(keywords, "oneOf", one_of),
            openapiv3::SchemaKind::AnyOf { any_of } => self.group(keywords, "anyOf", any_of),
            openapiv3::SchemaKind::AllOf { all_of } => self.all_of(keywords, all_of),
            openapiv3::SchemaKind::Not { not } => self.not(keywords, not),
            openapiv3::SchemaKind::Any(any) => self.any(keywords, any),
        }
    }

    fn typed(&mut self, keywords: &mut Keywords, ty: &openapiv3::Type) {
        match ty {
            openapiv3::Type::String(string) => {
                keywords.kind = Some(Kind::String);
                keywords.format = format_text(&string.format);
                keywords.enumeration = values(&string.enumeration);
                keywords.limits = Limits::of_string(string);
            }
            openapiv3::Type::Number(number) => {
                keywords.kind = Some(Kind::Number);
                keywords.format = format_text(&number.format);
                keywords.enumeration = values(&number.enumeration);
                keywords.limits = Limits::of_number(number);
            }
            openapiv3::Type::Integer(integer) => {
                keywords.kind = Some(Kind::Integer);
                keywords.format = format_text(&integer.format);
                keywords.enumeration = values(&integer.enumeration);
                keywords.limits = Limits::of_integer(integer);
            }
            openapiv3::Type::Boolean(boolean) => {
                keywords.kind = Some(Kind::Boolean);
                keywords.enumeration = values(&boolean.enumeration);
            }
            openapiv3::Type::Object(object) => {
                keywords.kind = Some(Kind::Object);
                keywords.limits = Limits::of_object(object);
                self.properties(keywords, &object.properties);
                keywords.require(&object.required);
                self.additional(keywords, object.additional_properties.as_ref());
            }
            openapiv3::Type::Array(array) => {
                keywords.kind = Some(Kind::Array);
                keywords.limits = Limits::of_array(array);
                self.items(keywords, array.items.as_ref());
            }
        }
    }

    fn any(&mut self, keywords: &mut Keywords, any: &openapiv3::AnySchema) {
        keywords.kind = any.typ.as_deref().and_then(kind_named);
        keywords.is_null = any.typ.as_deref() == Some("null");
        keywords.format.clone_from(&any.format);
        keywords.enumeration = (!any.enumeration.is_empty()).then(|| any.enumeration.clone());
        keywords.limits = Limits::of_any(any);
        if let Some(not) = &any.not {
            self.not(keywords, not);
        }
        self.properties(keywords, &any.properties);
        keywords.require(&any.required);
        self.additional(keywords, any.additional_properties.as_ref());
        self.items(keywords, any.items.as_ref());
        self.all_of(keywords, &any.all_of);
        self.group(keywords, "oneOf", &any.one_of);
        self.group(keywords, "anyOf", &any.any_of);
    }

    /// What excludes every value is `false`.
    fn not(&mut self, keywords: &mut Keywords, not: &ReferenceOr<openapiv3::Schema>) {
        let node = self.node(not, pointer::child(&keywords.pointer, "not"));
        match &node {
            Node::Inline(excluded) if excluded.accepts_everything() => keywords.is_never = true,
            _ => keywords.not.push(node),
        }
    }

    fn properties(
        &mut self,
        keywords: &mut Keywords,
        properties: &IndexMap<String, ReferenceOr<Box<openapiv3::Schema>>>,
    ) {
        for (name, schema) in properties {
            let pointer = pointer::grandchild(&keywords.pointer, "properties", name);
            let node = self.boxed(schema, pointer);
            let property = Property { node, owner: None };
            keywords.properties.insert(name.clone(), vec![property]);
        }
    }

    fn additional(&mut self, keywords: &mut Keywords, additional: Option<&openapiv3::AdditionalProperties>) {
        keywords.additional = additional.map(|additional| match additional {
            openapiv3::AdditionalProperties::Any(false) => Additional::Forbidden,
            openapiv3::AdditionalProperties::Any(true) => Additional::Any,
            openapiv3::AdditionalProperties::Schema(schema) => {
                let pointer = pointer::child(&keywords.pointer, "additionalProperties");
                Additional::Schema(self.node(schema, pointer))
            }
        });
    }

    fn items(&mut self, keywords: &mut Keywords, items: Option<&ReferenceOr<Box<openapiv3::Schema>>>) {
        if let Some(items) = items {
            let pointer = pointer::child(&keywords.pointer, "items");
            keywords.items.push(self.boxed(items, pointer));
        }
    }

    fn all_of(&mut self, keywords: &mut Keywords, members: &[ReferenceOr<openapiv3::Schema>]) {
        keywords.all_of = self.members(&keywords.pointer, "allOf", members);
    }

    fn group(&mut self, keywords: &mut Keywords, keyword: &str, members: &[ReferenceOr<openapiv3::Schema>]) {
        if members.is_empty() {
            return;
        }
        keywords.groups.push(Group {
            is_exclusive: keyword == "oneOf",
            members: self.members(&keywords.pointer, keyword, members),
            discriminator: None,
        });
    }

    fn members(&mut self, parent: &str, keyword: &str, members: &[ReferenceOr<openapiv3::Schema>]) -> Vec<Node> {
        members
            .iter()
            .enumerate()
            .map(|(index, member)| self.node(member, pointer::element(parent, keyword, index)))
            .collect()
    }

    /// What normalization carries along because OpenAPI 3.0 has no keyword for it.
    fn extensions(&mut self, keywords: &mut Keywords, extensions: &IndexMap<String, Value>) {
        if extensions.is_empty() {
            return;
        }
        let parent = keywords.pointer.clone();
        keywords.limits.apply_exact(extensions);
        if extensions.get("x-null") == Some(&Value::Bool(true)) {
            keywords.is_null = true;
        }
        if let Some(Value::Array(examples)) = extensions.get("x-examples") {
            let places = (0..examples.len()).map(|i| pointer::element(&parent, "examples", i));
            keywords.annotations.examples.extend(places.zip(examples.iter().cloned()));
        }
        if let Some(Value::Array(items)) = extensions.get("x-prefix-items") {
            keywords.prefix_items = items
                .iter()
                .enumerate()
                .map(|(index, item)| self.carried(item, pointer::element(&parent, "prefixItems", index)))
                .collect();
        }
        if let Some(Value::Array(labels)) = extensions.get("x-enum-labels") {
            keywords.labels.extend(labels.iter().filter_map(label));
        }
        if let Some(schema) = extensions.get("x-property-names") {
            let pointer = pointer::child(&parent, "propertyNames");
            keywords.property_names = vec![self.carried(schema, pointer)];
        }
        if let Some([schema, least, most]) = extensions.get("x-contains").and_then(Value::as_array).map(Vec::as_slice) {
            let node = self.carried(schema, pointer::child(&parent, "contains"));
            keywords.contains = vec![Contains { node, least: least.as_u64().unwrap_or(1), most: most.as_u64() }];
        }
        keywords.unevaluated = extensions.get("x-unevaluated-properties").map(|schema| match schema {
            Value::Bool(false) => Additional::Forbidden,
            Value::Bool(true) => Additional::Any,
            schema => Additional::Schema(self.carried(schema, pointer::child(&parent, "unevaluatedProperties"))),
        });
        if let Some(Value::Object(names)) = extensions.get("x-dependent-required") {
            let dependent = names.iter().map(|(name, names)| {
                let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
                (name.clone(), names.map(str::to_owned).collect())
            });
            keywords.dependent_required = dependent.collect();
        }
        if let Some(Value::Array(pairs)) = extensions.get("x-pattern-properties") {
            for pair in pairs {
                if let Some([Value::String(pattern), schema]) = pair.as_array().map(Vec::as_slice) {
                    let pointer = pointer::grandchild(&parent, "patternProperties", pattern);
                    let node = self.carried(schema, pointer);
                    keywords.pattern_properties.push((pattern.clone(), node));
                }
            }
        }
    }

    /// A schema inside an extension.
    fn carried(&mut self, schema: &Value, pointer: String) -> Node {
        match serde_json::from_value::<ReferenceOr<openapiv3::Schema>>(schema.clone()) {
            Ok(schema) => self.node(&schema, pointer),
            Err(error) => {
                self.invalid.push((pointer.clone(), error.to_string()));
                Node::Inline(Rc::new(Keywords { pointer, ..Keywords::default() }))
            }
        }
    }
}

/// `[value, name, description]`
fn label(node: &Value) -> Option<Label> {
    let [value, name, description] = node.as_array()?.as_slice() else { return None };
    let text = |node: &Value| node.as_str().map(str::to_owned);
    Some(Label { value: value.clone(), name: text(name), description: text(description) })
}

fn kind_named(name: &str) -> Option<Kind> {
    Some(match name {
        "string" => Kind::String,
        "number" => Kind::Number,
        "integer" => Kind::Integer,
        "boolean" => Kind::Boolean,
        "object" => Kind::Object,
        "array" => Kind::Array,
        _ => return None,
    })
}

fn annotate(keywords: &mut Keywords, data: &openapiv3::SchemaData) {
    keywords.is_nullable = data.nullable;
    let annotations = &mut keywords.annotations;
    annotations.title.clone_from(&data.title);
    annotations.description.clone_from(&data.description);
    annotations.default.clone_from(&data.default);
    annotations.is_deprecated = data.deprecated;
    annotations.is_read_only = data.read_only;
    annotations.is_write_only = data.write_only;
    if let Some(example) = &data.example {
        let pointer = pointer::child(&keywords.pointer, "example");
        annotations.examples.push((pointer, example.clone()));
    }
}

/// A format as the description writes it.
fn format_text<T: serde::Serialize>(format: &openapiv3::VariantOrUnknownOrEmpty<T>) -> Option<String> {
    match format {
        openapiv3::VariantOrUnknownOrEmpty::Item(format) => {
            serde_json::to_value(format).ok().and_then(|value| value.as_str().map(str::to_owned))
        }
        openapiv3::VariantOrUnknownOrEmpty::Unknown(format) => Some(format.clone()),
        openapiv3::VariantOrUnknownOrEmpty::Empty => None,
    }
}

fn values<T: Clone + Into<Value>>(enumeration: &[Option<T>]) -> Option<Vec<Value>> {
    if enumeration.is_empty() {
        return None;
    }
    let value = |value: &Option<T>| value.clone().map_or(Value::Null, Into::into);
    Some(enumeration.iter().map(value).collect())
}
