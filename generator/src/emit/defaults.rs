//! Accessors of defaults: methods that give a field's value, or the description's default, which is never sent for it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::emit::docs;
use crate::emit::methods::setter_name;
use crate::emit::rust_type::{Scope, ident};
use crate::model::{Api, Enum, Field, IntegerKind, NumberKind, Type, TypeKind};

/// Methods of every type: a field's method of the same name would hide them.
const TAKEN: &[&str] = &[
    "absent",
    "borrow",
    "clone",
    "cmp",
    "decode",
    "default",
    "deserialize",
    "eq",
    "fmt",
    "from",
    "hash",
    "into",
    "is_absent",
    "ne",
    "new",
    "partial_cmp",
    "serialize",
    "to_owned",
];

/// What the defaults of enums need: the enums, by the names of their types.
pub(crate) struct Defaults<'a>(BTreeMap<&'a str, &'a Enum>);

impl<'a> Defaults<'a> {
    pub(crate) fn of(api: &'a Api) -> Self {
        let kinds: BTreeMap<&str, &TypeKind> = api.types.iter().map(|ty| (ty.name.as_str(), &ty.kind)).collect();
        let enums = kinds.keys().filter_map(|name| {
            let mut kind = kinds.get(name)?;
            // No alias is recursive.
            while let TypeKind::Alias(place) = kind {
                let Type::Named(target) = &place.ty else { return None };
                kind = kinds.get(target.as_str())?;
            }
            match kind {
                TypeKind::Enum(definition) => Some((*name, definition)),
                _ => None,
            }
        });
        Self(enums.collect())
    }

    /// The accessors of a struct's fields.
    pub(crate) fn accessors(&self, fields: &[Field], scope: &Scope<'_>) -> Vec<TokenStream> {
        let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
        taken.extend(fields.iter().map(setter_name));
        fields.iter().filter_map(|field| self.accessor(field, &mut taken, scope)).collect()
    }

    /// `pub fn limit(&self) -> i64 { self.limit.unwrap_or(20) }`
    fn accessor(&self, field: &Field, taken: &mut BTreeSet<String>, scope: &Scope<'_>) -> Option<TokenStream> {
        let default = field.default.as_ref().filter(|_| !field.is_required)?;
        let (ty, value) = self.value(field, default, scope)?;
        let bare = field.name.trim_start_matches("r#");
        let names = [field.name.clone(), format!("{bare}_or_default")];
        let method = ident(names.iter().find(|name| taken.insert((*name).clone()))?);
        let doc = docs::attributes(&[format!("`{}`, or its default: `{default}`.", field.wire_name)]);
        Some(quote! {
            #doc
            pub fn #method(&self) -> #ty {
                #value
            }
        })
    }

    /// The type that the accessor gives, and how. There is none where the default would have to be made anew each time.
    fn value(&self, field: &Field, default: &Value, scope: &Scope<'_>) -> Option<(TokenStream, TokenStream)> {
        let name = ident(&field.name);
        let ty = scope.ty(&field.place.ty);
        Some(match (&field.place.ty, default) {
            (Type::Boolean, Value::Bool(default)) => (ty, quote! { self.#name.unwrap_or(#default) }),
            (Type::String, Value::String(default)) => {
                (quote! { &str }, quote! { self.#name.as_deref().unwrap_or(#default) })
            }
            (Type::Integer(kind), Value::Number(number)) => {
                let default = number.as_i64().filter(|number| fits(*kind, *number))?;
                let default: TokenStream = default.to_string().parse().ok()?;
                (ty, quote! { self.#name.unwrap_or(#default) })
            }
            (Type::Number(kind), Value::Number(number)) => {
                let default = number.as_f64()?;
                #[allow(clippy::cast_possible_truncation, reason = "asks whether it can be one")]
                if *kind == NumberKind::F32 && !(default as f32).is_finite() {
                    return None;
                }
                let default: TokenStream = format!("{default:?}").parse().ok()?;
                (ty, quote! { self.#name.unwrap_or(#default) })
            }
            (Type::Array(item), Value::Array(items)) if items.is_empty() => {
                let item = scope.ty(item);
                (quote! { &[#item] }, quote! { self.#name.as_deref().unwrap_or_default() })
            }
            (Type::Named(enumeration), default) => {
                let definition = self.0.get(enumeration.as_str())?;
                let variant = definition.variants.iter().find(|variant| variant.value == *default)?;
                let variant = ident(&variant.name);
                (quote! { &#ty }, quote! { self.#name.as_ref().unwrap_or(&#ty::#variant) })
            }
            _ => return None,
        })
    }
}

/// Whether the number is one of the type.
fn fits(kind: IntegerKind, number: i64) -> bool {
    match kind {
        IntegerKind::I8 => i8::try_from(number).is_ok(),
        IntegerKind::I16 => i16::try_from(number).is_ok(),
        IntegerKind::I32 => i32::try_from(number).is_ok(),
        IntegerKind::I64 | IntegerKind::I128 => true,
        IntegerKind::U8 => u8::try_from(number).is_ok(),
        IntegerKind::U16 => u16::try_from(number).is_ok(),
        IntegerKind::U32 => u32::try_from(number).is_ok(),
        IntegerKind::U64 | IntegerKind::U128 => number >= 0,
    }
}
