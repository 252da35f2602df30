//! What values are made of, as far as it matters to their writing in parameters.

use std::collections::HashSet;

use super::{AdditionalItems, AdditionalProperties, Api, EnumRepr, Type, TypeDefinition, TypeKind};

/// What the values of a type are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// One scalar.
    Scalar,
    /// An array.
    Array,
    /// An object of any properties.
    Object,
    /// An object of these properties.
    Properties(Vec<String>),
    /// Any of these.
    Union,
}

impl Shape {
    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object | Self::Properties(_))
    }
}

impl Api {
    /// What the values of `ty` are made of.
    pub fn shape(&self, ty: &Type) -> Shape {
        self.shape_within(ty, 0)
    }

    fn definition(&self, name: &str) -> Option<&TypeDefinition> {
        self.types.iter().find(|ty| ty.name == name)
    }

    /// What the type is, if it has a definition.
    pub fn kind(&self, ty: &Type) -> Option<&TypeKind> {
        match ty {
            Type::Named(name) => self.definition(name).map(|ty| &ty.kind),
            _ => None,
        }
    }

    fn shape_within(&self, ty: &Type, depth: usize) -> Shape {
        const MAX_DEPTH: usize = 32;
        if depth > MAX_DEPTH {
            return Shape::Union;
        }
        match ty {
            Type::Array(_) => Shape::Array,
            Type::Map(_) => Shape::Object,
            Type::Any => Shape::Union,
            Type::Nullable(inner) | Type::Boxed(inner) => self.shape_within(inner, depth + 1),
            Type::Named(name) => match self.definition(name).map(|ty| &ty.kind) {
                Some(TypeKind::Struct(definition)) => match definition.additional {
                    AdditionalProperties::Dropped => {
                        Shape::Properties(definition.fields.iter().map(|field| field.wire_name.clone()).collect())
                    }
                    // They take, or refuse, whatever belongs to nothing else.
                    _ => Shape::Object,
                },
                Some(TypeKind::Tuple(_)) => Shape::Array,
                Some(TypeKind::Alias(place)) => self.shape_within(&place.ty, depth + 1),
                Some(TypeKind::Union(union)) => {
                    let shapes = union.members.iter().map(|member| self.shape_within(&member.place.ty, depth + 1));
                    let shapes: Vec<Shape> = shapes.collect();
                    match () {
                        () if shapes.iter().all(|shape| *shape == Shape::Scalar) => Shape::Scalar,
                        () if shapes.iter().all(Shape::is_object) => Shape::Object,
                        () => Shape::Union,
                    }
                }
                _ => Shape::Scalar,
            },
            _ => Shape::Scalar,
        }
    }

    /// Whether two values of `ty` can have one text: some part of it is a union, or anything. What a type of the user's
    /// is made of, nobody knows.
    pub fn is_ambiguous(&self, ty: &Type) -> bool {
        self.is_ambiguous_within(ty, &mut HashSet::new())
    }

    fn is_ambiguous_within<'a>(&'a self, ty: &'a Type, visited: &mut HashSet<&'a str>) -> bool {
        match ty {
            Type::Any | Type::Custom(_) => true,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => {
                self.is_ambiguous_within(inner, visited)
            }
            Type::Named(name) if visited.insert(name) => {
                let mut is_such = |ty| self.is_ambiguous_within(ty, visited);
                match self.definition(name).map(|ty| &ty.kind) {
                    Some(TypeKind::Struct(it)) => {
                        let kept = match &it.additional {
                            AdditionalProperties::Kept { values, .. } => Some(&values.ty),
                            _ => None,
                        };
                        it.fields.iter().map(|field| &field.place.ty).chain(kept).any(is_such)
                    }
                    Some(TypeKind::Tuple(it)) => {
                        let kept = match &it.additional {
                            AdditionalItems::Kept(items) => Some(&items.ty),
                            _ => None,
                        };
                        it.items.iter().map(|item| &item.ty).chain(kept).any(is_such)
                    }
                    Some(TypeKind::Alias(place)) => is_such(&place.ty),
                    Some(TypeKind::Enum(it)) => it.repr == EnumRepr::Json,
                    Some(TypeKind::Union(_)) => true,
                    None => false,
                }
            }
            _ => false,
        }
    }
}
