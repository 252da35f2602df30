//! How large values are, roughly: where clippy asks for a box, and the description's shape is worth more.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::model::{AdditionalProperties, Api, EnumRepr, Format, IntegerKind, NumberKind, Type, TypeKind};

/// Clippy's `large_enum_variant` speaks up where the largest variant is this much larger than the next, in bytes;
/// the estimate leaves a margin.
const MAX_DIFFERENCE: usize = 160;

/// How deep definitions are looked into; recursion is boxed long before.
const MAX_DEPTH: usize = 32;

/// The sizes of an API's types, in bytes.
pub(crate) struct Sizes<'a> {
    definitions: BTreeMap<&'a str, &'a TypeKind>,
    known: RefCell<BTreeMap<&'a str, usize>>,
}

impl<'a> Sizes<'a> {
    pub(crate) fn of(api: &'a Api) -> Self {
        let definitions = api.types.iter().map(|ty| (ty.name.as_str(), &ty.kind)).collect();
        Self { definitions, known: RefCell::default() }
    }

    /// Whether variants that hold these types differ so much that clippy speaks up.
    pub(crate) fn differ<'t>(&self, variants: impl Iterator<Item = Vec<&'t Type>>) -> bool {
        let size = |types: Vec<&Type>| types.into_iter().map(|ty| self.ty(ty, 0)).sum();
        let mut sizes: Vec<usize> = variants.map(size).collect();
        sizes.sort_unstable();
        match *sizes {
            // What is large is estimated with a large error.
            [.., next, largest] => largest - next + (largest + next) / 8 >= MAX_DIFFERENCE,
            _ => false,
        }
    }

    fn ty(&self, ty: &Type, depth: usize) -> usize {
        match ty {
            Type::Named(name) if depth < MAX_DEPTH => self.named(name, depth),
            Type::Named(_) | Type::String | Type::Array(_) | Type::Map(_) | Type::Custom(_) => 24,
            Type::Any | Type::Formatted(Format::Binary) => 32,
            Type::Boolean => 1,
            Type::Integer(kind) => match kind {
                IntegerKind::I8 | IntegerKind::U8 => 1,
                IntegerKind::I16 | IntegerKind::U16 => 2,
                IntegerKind::I32 | IntegerKind::U32 => 4,
                IntegerKind::I64 | IntegerKind::U64 => 8,
                IntegerKind::I128 | IntegerKind::U128 => 16,
            },
            Type::Number(NumberKind::F32) | Type::Formatted(Format::Date | Format::Ipv4) => 4,
            Type::Number(NumberKind::F64) | Type::Boxed(_) => 8,
            Type::Formatted(Format::Uuid | Format::Ipv6 | Format::DateTime) => 16,
            Type::Formatted(Format::Ip) => 17,
            Type::Formatted(Format::Base64 | Format::Base64Url) => 24,
            Type::Nullable(inner) => self.ty(inner, depth) + 8,
        }
    }

    fn named(&self, name: &str, depth: usize) -> usize {
        const UNKNOWN: usize = 24;
        let Some((name, kind)) = self.definitions.get_key_value(name) else { return UNKNOWN };
        if let Some(size) = self.known.borrow().get(name) {
            return *size;
        }
        let size = self.kind(kind, depth + 1);
        self.known.borrow_mut().insert(name, size);
        size
    }

    fn kind(&self, kind: &TypeKind, depth: usize) -> usize {
        match kind {
            TypeKind::Struct(definition) => {
                let fields = definition.fields.iter();
                let rest = if matches!(definition.additional, AdditionalProperties::Kept { .. }) { 24 } else { 0 };
                fields
                    .map(|field| self.ty(&field.place.ty, depth) + if field.is_required { 0 } else { 8 })
                    .sum::<usize>()
                    + rest
            }
            TypeKind::Enum(definition) if definition.repr == EnumRepr::Integer => 16,
            TypeKind::Enum(_) => 32,
            TypeKind::Union(definition) => {
                definition.members.iter().map(|member| self.ty(&member.place.ty, depth)).max().unwrap_or(0).max(32) + 8
            }
            TypeKind::Tuple(definition) => {
                definition.items.iter().map(|item| self.ty(&item.ty, depth) + 8).sum::<usize>() + 24
            }
            TypeKind::Alias(place) => self.ty(&place.ty, depth),
        }
    }
}
