//! Unions in `types.rs`: an enum with a variant for each member.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::definitions::{Definitions, unboxed};
use crate::emit::docs;
use crate::emit::rust_type::{Scope, ident};
use crate::emit::size::Sizes;
use crate::emit::types::extra_derives;
use crate::model::{JsonType, Member, Tell, Type, TypeDefinition, Union, UnionRule};

/// The enum, and a conversion from each member whose type no other member has.
pub(crate) fn items(
    ty: &TypeDefinition,
    definition: &Union,
    definitions: &Definitions<'_>,
    sizes: &Sizes<'_>,
    scope: &Scope<'_>,
) -> Vec<TokenStream> {
    let mut items = vec![enum_item(ty, definition, sizes, scope)];
    items.extend(conversions(ty, definition, definitions, scope));
    items
}

/// `pub enum Shape { Circle(Circle), Square(Square), Unknown(serde_json::Value) }`
fn enum_item(ty: &TypeDefinition, definition: &Union, sizes: &Sizes<'_>, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs::definition(ty);
    let members = definition.members.iter().map(|member| {
        let name = ident(&member.name);
        let docs = docs::item(&member.docs, &look(member, &definition.rule));
        let ty = scope.ty(&member.place.ty);
        quote! { #docs #name(#ty) }
    });
    let held = definition.members.iter().map(|member| vec![&member.place.ty]).chain([vec![&Type::Any]]);
    let allow = sizes.differ(held).then(|| {
        quote! { #[allow(clippy::large_enum_variant, reason = "members are held by value")] }
    });
    let unknown = ident(&definition.unknown);
    let extra = extra_derives(ty);
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq #extra)]
        #allow
        pub enum #name {
            #(#members,)*
            #[doc = " A value that is none of the members."]
            #unknown(serde_json::Value),
        }
    }
}

/// What the values of a member look like.
fn look(member: &Member, rule: &UnionRule) -> String {
    let alternatives = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        values.join(" or ")
    };
    match (&member.tell, rule) {
        (Tell::Tag { values, .. }, UnionRule::Discriminator { property, .. })
        | (Tell::Constant { property, values }, _) => format!("`{property}` is {}.", alternatives(values)),
        (Tell::Property(property), _) => format!("An object with `{property}`."),
        (Tell::Json(types), _) if !types.is_empty() => {
            let types: Vec<&str> = types.iter().copied().map(json_type).collect();
            let mut text = types.join(" or ");
            text[..1].make_ascii_uppercase();
            format!("{text}.")
        }
        (Tell::Listed(_), _) => "One of some values.".to_owned(),
        _ => "Any value.".to_owned(),
    }
}

fn json_type(ty: JsonType) -> &'static str {
    match ty {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}

/// `impl From<Circle> for Shape { … }`
fn conversions(
    ty: &TypeDefinition,
    definition: &Union,
    definitions: &Definitions<'_>,
    scope: &Scope<'_>,
) -> Vec<TokenStream> {
    let name = ident(&ty.name);
    let from = scope.std("From");
    let conversion = |member: &Member| {
        let variant = ident(&member.name);
        let source = scope.ty(unboxed(&member.place.ty));
        let value = match &member.place.ty {
            Type::Boxed(_) => {
                let boxed = scope.std("Box");
                quote! { #boxed::new(value) }
            }
            _ => quote! { value },
        };
        quote! {
            impl #from<#source> for #name {
                fn from(value: #source) -> Self {
                    Self::#variant(#value)
                }
            }
        }
    };
    definitions.convertible(&ty.name, definition).into_iter().map(conversion).collect()
}
