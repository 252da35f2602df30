//! How the properties of forms and multipart bodies are written (OpenAPI 3.1.1, Encoding Object).

use std::collections::HashSet;

use openapiv3::{Encoding, QueryStyle};

use crate::lower::direction::Direction;
use crate::lower::lowering::Lowering;
use crate::lower::media_type::essence;
use crate::lower::names::{Scope, joined};
use crate::lower::pointer;
use crate::lower::schema::bare;
use crate::lower::walk;
use crate::model::{
    AdditionalProperties, Field, FormProperty, Format, MediaKind, MediaType, Multipart, Part, PartHeaders, PartKind,
    Struct, Style, Type, TypeKind,
};

/// What a value is made of, as far as it matters to its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Scalar,
    Binary,
    Any,
    Object,
    Scalars,
    Binaries,
    Objects,
}

/// Headers that no part has of its own: the first holds the names of the part and of its file (RFC 7578, section 4.2),
/// the second is for an answer as a whole, and the only one that takes several lines.
const NOT_OF_PARTS: &[&str] = &["content-disposition", "set-cookie"];

impl Lowering<'_> {
    /// The properties of a form that are not written as a scalar or a list of scalars.
    pub(super) fn form_properties(
        &mut self,
        ty: &Type,
        media_type: &openapiv3::MediaType,
        place: &str,
    ) -> Vec<FormProperty> {
        let fields = self.fields_of(ty, &mut HashSet::new());
        self.report_unknown_encodings(&fields, media_type, place);
        let properties = fields.into_iter().filter_map(|field| {
            let encoding = media_type.encoding.get(&field.wire_name);
            let written = self.form_style(&field.place.ty, encoding);
            let is_json = matches!(written, Some((Style::Json, _)));
            let allows_reserved = !is_json && encoding.is_some_and(|encoding| encoding.allow_reserved);
            let (style, explode) = written.or(allows_reserved.then_some((Style::Form, true)))?;
            Some(FormProperty { wire_name: field.wire_name, style, explode, allows_reserved, ty: field.place.ty })
        });
        properties.collect()
    }

    /// `None` for what every reader and writer of forms does by itself.
    fn form_style(&self, ty: &Type, encoding: Option<&Encoding>) -> Option<(Style, bool)> {
        let shape = self.shape_of(ty, 0);
        if let Some(style) = encoding.and_then(|encoding| encoding.style.as_ref()) {
            let explode = encoding.is_some_and(|encoding| encoding.explode);
            return match (style, shape) {
                (QueryStyle::Form, Shape::Scalar | Shape::Binary | Shape::Any) => None,
                (QueryStyle::Form, _) => Some((Style::Form, explode)),
                (QueryStyle::SpaceDelimited, _) => Some((Style::SpaceDelimited, explode)),
                (QueryStyle::PipeDelimited, _) => Some((Style::PipeDelimited, explode)),
                (QueryStyle::DeepObject, _) => Some((Style::DeepObject, true)),
            };
        }
        let content_type = encoding.and_then(|encoding| encoding.content_type.as_deref());
        let is_json = content_type.is_some_and(|content_type| essence(content_type).ends_with("json"));
        match shape {
            _ if is_json => Some((Style::Json, shape == Shape::Objects)),
            Shape::Object => Some((Style::Json, false)),
            Shape::Objects => Some((Style::Json, true)),
            Shape::Scalars | Shape::Binaries => Some((Style::Form, true)),
            Shape::Scalar | Shape::Binary | Shape::Any => None,
        }
    }

    /// Turns the content of a multipart body into its parts, if it is an object whose properties are known.
    pub(super) fn multipart(
        &mut self,
        lowered: &mut MediaType,
        media_type: &openapiv3::MediaType,
        place: &str,
        stem: &str,
    ) {
        let ty = std::mem::replace(&mut lowered.place, bare(Type::Any)).ty;
        let mut fields = self.fields_of(&ty, &mut HashSet::new());
        self.report_unknown_encodings(&fields, media_type, place);
        fields.retain(|field| Direction::Request.carries(field.access));
        if fields.is_empty() {
            let help = "its body is bytes; the sender gives the media type with its boundary";
            let message = "the parts of the body are not declared".to_owned();
            self.report.warning("undeclared-parts", place, message, help);
            lowered.kind = MediaKind::Content;
            lowered.place = bare(Type::Formatted(Format::Binary));
            return;
        }
        let is_closed = self.is_closed(&ty);
        let mut parts: Vec<Part> = fields.into_iter().map(|field| self.part(field, media_type)).collect();
        let mut names = Scope::default();
        for part in &mut parts {
            part.headers = self.part_headers(part, media_type, place, (stem, &mut names));
        }
        lowered.multipart = Some(Multipart { name: format!("{stem}Multipart"), parts, is_closed });
        if let Type::Named(name) = &ty
            && self.inline_names.contains(name)
        {
            // The struct of its parts stands for it.
            self.replaced.insert(name.clone());
        }
    }

    /// The headers that a part is declared to have (OpenAPI 3.1.1, Encoding Object).
    fn part_headers(
        &mut self,
        part: &Part,
        media_type: &openapiv3::MediaType,
        place: &str,
        (stem, names): (&str, &mut Scope),
    ) -> Option<PartHeaders> {
        let encoding = media_type.encoding.get(&part.wire_name)?;
        let place = pointer::grandchild(place, "encoding", &part.wire_name);
        let is_own = |name: &str| !NOT_OF_PARTS.iter().any(|other| name.trim().eq_ignore_ascii_case(other));
        let mut declared = encoding.headers.clone();
        declared.retain(|name, _| is_own(name));
        for name in encoding.headers.keys().filter(|name| !is_own(name)) {
            let place = pointer::grandchild(&place, "headers", name);
            let message = format!("`{name}` is no header that a part may be given");
            self.report.warning("framing-header", &place, message, "it gets no field");
        }
        if declared.is_empty() {
            return None;
        }
        if matches!(part.kind, PartKind::List | PartKind::JsonList) {
            let message = "headers of the items of a list are not supported".to_owned();
            self.report.warning("unsupported-part-headers", &place, message, "they are neither read nor written");
            return None;
        }
        let name = names.claim([joined(&joined(stem, &part.wire_name), "part")]);
        let headers = self.headers(&declared, &place, &name);
        (!headers.is_empty()).then_some(PartHeaders { name, headers })
    }

    fn part(&self, field: Field, media_type: &openapiv3::MediaType) -> Part {
        let encoding = media_type.encoding.get(&field.wire_name);
        let content_type = encoding.and_then(|encoding| encoding.content_type.as_deref());
        let media_types: Vec<String> =
            content_type.into_iter().flat_map(|list| list.split(',')).map(|name| name.trim().to_owned()).collect();
        let says = |is_such: fn(&str) -> bool| media_types.iter().any(|name| is_such(&essence(name)));
        let says_json = says(|name| name.ends_with("json"));
        let says_text = says(|name| name.starts_with("text/plain") || name.ends_with("urlencoded"));
        let kind = match self.shape_of(&field.place.ty, 0) {
            Shape::Binary => PartKind::File,
            Shape::Binaries => PartKind::Files,
            Shape::Any | Shape::Scalar if says_json => PartKind::Json,
            Shape::Any | Shape::Scalar if says_text => PartKind::Text,
            // Without a type it is `application/octet-stream`.
            Shape::Any => PartKind::File,
            Shape::Scalar if media_types.is_empty() => PartKind::Text,
            Shape::Scalar => PartKind::File,
            Shape::Scalars if says_json => PartKind::Json,
            Shape::Scalars => PartKind::List,
            Shape::Object => PartKind::Json,
            Shape::Objects => PartKind::JsonList,
        };
        let is_file = matches!(kind, PartKind::File | PartKind::Files);
        let mut place = if is_file { bare(Type::Formatted(Format::Binary)) } else { field.place };
        let mut is_required = field.is_required;
        // A part has no text for null: it is left out.
        if let (Type::Nullable(inner), true) = (&place.ty, kind != PartKind::Json) {
            (place.ty, is_required) = ((**inner).clone(), false);
        }
        Part {
            name: field.name,
            wire_name: field.wire_name,
            docs: field.docs,
            kind,
            place,
            is_required,
            media_types: if is_file { media_types } else { Vec::new() },
            headers: None,
        }
    }

    fn report_unknown_encodings(&mut self, fields: &[Field], media_type: &openapiv3::MediaType, place: &str) {
        for name in media_type.encoding.keys() {
            if !fields.iter().any(|field| field.wire_name == *name) {
                let place = pointer::grandchild(place, "encoding", name);
                let message = format!("there is no property `{name}` to encode");
                self.report.warning("unused-encoding", &place, message, "it is ignored");
            }
        }
    }

    fn definition(&self, name: &str) -> Option<&TypeKind> {
        let slot = self.definition_slots.get(name)?;
        self.definitions.get(*slot)?.as_ref().map(|definition| &definition.kind)
    }

    /// The properties of an object; of a union those of all its members.
    fn fields_of(&self, ty: &Type, visited: &mut HashSet<String>) -> Vec<Field> {
        let name = match ty {
            Type::Named(name) => name,
            Type::Nullable(inner) | Type::Boxed(inner) => return self.fields_of(inner, visited),
            _ => return Vec::new(),
        };
        if !visited.insert(name.clone()) {
            return Vec::new();
        }
        match self.definition(name) {
            Some(TypeKind::Struct(Struct { fields, .. })) => fields.clone(),
            Some(TypeKind::Alias(place)) => self.fields_of(&place.ty, visited),
            Some(TypeKind::Union(union)) => {
                let mut fields: Vec<Field> = Vec::new();
                for member in &union.members {
                    for mut field in self.fields_of(&member.place.ty, visited) {
                        if !fields.iter().any(|known| known.wire_name == field.wire_name) {
                            field.is_required = false;
                            fields.push(field);
                        }
                    }
                }
                fields
            }
            _ => Vec::new(),
        }
    }

    fn is_closed(&self, ty: &Type) -> bool {
        let kind = walk::mentioned(ty).and_then(|name| self.definition(name));
        matches!(kind, Some(TypeKind::Struct(definition)) if definition.additional == AdditionalProperties::Forbidden)
    }

    fn shape_of(&self, ty: &Type, depth: usize) -> Shape {
        const MAX_DEPTH: usize = 32;
        if depth > MAX_DEPTH {
            return Shape::Object;
        }
        match ty {
            Type::Formatted(Format::Binary) => Shape::Binary,
            Type::Any => Shape::Any,
            Type::Map(_) => Shape::Object,
            Type::Array(item) => match self.shape_of(item, depth + 1) {
                Shape::Scalar => Shape::Scalars,
                Shape::Binary => Shape::Binaries,
                _ => Shape::Objects,
            },
            Type::Nullable(inner) | Type::Boxed(inner) => self.shape_of(inner, depth + 1),
            Type::Named(name) => match self.definition(name) {
                Some(TypeKind::Enum(_)) => Shape::Scalar,
                Some(TypeKind::Alias(place)) => self.shape_of(&place.ty, depth + 1),
                Some(TypeKind::Union(union)) => {
                    let mut shapes = union.members.iter().map(|member| self.shape_of(&member.place.ty, depth + 1));
                    if shapes.all(|shape| shape == Shape::Scalar) { Shape::Scalar } else { Shape::Object }
                }
                Some(TypeKind::Tuple(_)) => Shape::Objects,
                // One that is being lowered at the moment holds itself.
                Some(TypeKind::Struct(_)) | None => Shape::Object,
            },
            _ => Shape::Scalar,
        }
    }
}
