//! The API's types by name, for those that mention them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::{Scope, ident, visit_definition, visit_type};
use crate::model::{Api, Member, Place, Rule, Type, TypeDefinition, TypeKind, Union};

/// The definitions of an API.
pub(crate) struct Definitions<'a> {
    types: BTreeMap<&'a str, &'a TypeDefinition>,
}

impl<'a> Definitions<'a> {
    pub(crate) fn of(api: &'a Api) -> Self {
        Self { types: api.types.iter().map(|ty| (ty.name.as_str(), ty)).collect() }
    }

    /// The type with aliases replaced by what they stand for.
    pub(crate) fn resolved(&self, ty: &Type) -> Type {
        let inner = |ty: &Type| Box::new(self.resolved(ty));
        match ty {
            Type::Named(name) => match self.types.get(name.as_str()).map(|ty| &ty.kind) {
                Some(TypeKind::Alias(target)) => self.resolved(&target.ty),
                _ => ty.clone(),
            },
            Type::Array(item) => Type::Array(inner(item)),
            Type::Map(value) => Type::Map(inner(value)),
            Type::Nullable(value) => Type::Nullable(inner(value)),
            Type::Boxed(value) => Type::Boxed(inner(value)),
            ty => ty.clone(),
        }
    }

    /// The definition of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&'a TypeDefinition> {
        self.types.get(name).copied()
    }

    /// The definition that the type is, aliases followed.
    pub(crate) fn definition(&self, ty: &Type) -> Option<&'a TypeDefinition> {
        match self.resolved(ty) {
            Type::Named(name) => self.types.get(name.as_str()).copied(),
            _ => None,
        }
    }

    /// Whether the type is, or holds at any depth, one of the user's.
    pub(crate) fn holds_custom(&self, ty: &Type) -> bool {
        let mut seen = BTreeSet::new();
        let mut pending = vec![ty.clone()];
        while let Some(ty) = pending.pop() {
            if mentions_custom(&ty) {
                return true;
            }
            visit_type(&ty, &mut |ty| {
                if let Type::Named(name) = ty
                    && let Some(definition) = self.named(name)
                    && seen.insert(definition.name.as_str())
                {
                    visit_definition(definition, &mut |ty| pending.push(ty.clone()));
                }
            });
        }
        false
    }

    /// The only value that the description allows at `place`, such as the tag of a union's member.
    pub(crate) fn only_value(&self, place: &Place, scope: &Scope<'_>) -> Option<TokenStream> {
        if place.ty == Type::Boolean {
            return place.rules.iter().find_map(|rule| match rule {
                Rule::Only(value) => Some(quote! { #value }),
                _ => None,
            });
        }
        let definition = self.definition(&place.ty)?;
        match &definition.kind {
            TypeKind::Enum(it) if !it.is_open => match it.variants.as_slice() {
                [variant] => {
                    let (name, variant) = (scope.named(&definition.name), ident(&variant.name));
                    Some(quote! { #name::#variant })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether something turns into the type, a union, by `From`.
    pub(crate) fn is_convertible_union(&self, ty: &Type) -> bool {
        self.definition(ty).is_some_and(|definition| match &definition.kind {
            TypeKind::Union(union) => !self.convertible(&definition.name, union).is_empty(),
            _ => false,
        })
    }

    /// The members of the union `name` that no other member is like.
    pub(crate) fn convertible<'u>(&self, name: &str, union: &'u Union) -> Vec<&'u Member> {
        let sources: Vec<Type> = union.members.iter().map(|member| self.resolved(unboxed(&member.place.ty))).collect();
        let is_own = |source: &Type| *source == Type::Named(name.to_owned());
        let mut counts: HashMap<&Type, usize> = HashMap::new();
        sources.iter().for_each(|source| *counts.entry(source).or_default() += 1);
        let is_only = |source: &Type| counts.get(source) == Some(&1);
        let members = union.members.iter().zip(&sources);
        let convertible = members.filter(|(_, source)| !mentions_custom(source) && !is_own(source) && is_only(source));
        convertible.map(|(member, _)| member).collect()
    }
}

pub(crate) fn unboxed(ty: &Type) -> &Type {
    match ty {
        Type::Boxed(inner) => inner,
        ty => ty,
    }
}

/// Whether the type is, or holds, one of the user's: it may be an alias of any other.
fn mentions_custom(ty: &Type) -> bool {
    match ty {
        Type::Custom(_) => true,
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => mentions_custom(inner),
        _ => false,
    }
}
