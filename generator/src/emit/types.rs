//! `types.rs`: one plain type per schema.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::definitions::Definitions;
use crate::emit::rust_type::{Scope, ident, visit_definitions};
use crate::emit::size::Sizes;
use crate::emit::union;
use crate::emit::{File, Item, docs, imports, methods};
use crate::model::{
    AdditionalItems, AdditionalProperties, Api, Enum, EnumRepr, Field, Format, Place, Struct, Tuple, Type,
    TypeDefinition, TypeKind, Variant,
};

pub(crate) fn file(api: &Api) -> File {
    let scope = Scope::types(api);
    let (definitions, sizes) = (Definitions::of(api), Sizes::of(api));
    let definition = |ty| definition(ty, &definitions, &sizes, &scope);
    let mut items: Vec<Item> = api.types.iter().flat_map(definition).collect();
    items.insert(0, uses(api, &items, &scope));
    let docs = docs::markdown(&format!(
        "The types of the {}, one for each schema, in the order of its description.",
        api.title
    ));
    File::rust("src/types.rs", docs, items)
}

/// `use uuid::Uuid;` and the like, for what the definitions name.
fn uses(api: &Api, items: &[Item], scope: &Scope<'_>) -> Item {
    let mut used = BTreeSet::new();
    visit_definitions(api, &mut |ty| visit_names(ty, &mut used));
    if api.types.iter().any(|ty| matches!(&ty.kind, TypeKind::Struct(definition) if has_sensitive_field(definition))) {
        used.insert("Hidden");
    }
    used.extend(imports::paths_of(items, &["LazyLock", "Ipv4Addr", "Ipv6Addr"]));
    imports::uses(|_, name| used.contains(name) && scope.can_use(name))
}

fn visit_names(ty: &Type, used: &mut BTreeSet<&'static str>) {
    match ty {
        Type::Map(inner) => {
            used.insert("BTreeMap");
            visit_names(inner, used);
        }
        Type::Array(inner) | Type::Nullable(inner) | Type::Boxed(inner) => visit_names(inner, used),
        Type::Formatted(format) => used.extend(format_names(*format)),
        Type::Custom(path) if path.starts_with("crate::formats::") => {
            used.insert("formats");
        }
        _ => {}
    }
}

fn format_names(format: Format) -> &'static [&'static str] {
    match format {
        Format::Uuid => &["Uuid"],
        Format::DateTime => &["DateTime", "Utc"],
        Format::Date => &["NaiveDate"],
        Format::Base64 => &["Base64"],
        Format::Base64Url => &["Base64Url"],
        Format::Binary => &["Bytes"],
        Format::Ipv4 => &["Ipv4Addr"],
        Format::Ipv6 => &["Ipv6Addr"],
        Format::Ip => &["IpAddr"],
    }
}

fn definition(ty: &TypeDefinition, definitions: &Definitions<'_>, sizes: &Sizes<'_>, scope: &Scope<'_>) -> Vec<Item> {
    let items = match &ty.kind {
        TypeKind::Struct(definition) => struct_items(ty, definition, definitions, scope),
        TypeKind::Enum(definition) => vec![enum_item(ty, definition, scope)],
        TypeKind::Alias(place) => vec![alias_item(ty, place, scope)],
        TypeKind::Union(definition) => union::items(ty, definition, definitions, sizes, scope),
        TypeKind::Tuple(definition) => vec![tuple_item(ty, definition, scope)],
    };
    items.into_iter().map(Item::from).collect()
}

/// `pub struct Pet { pub id: i64, pub tag: Option<String> }`
pub(crate) fn struct_items(
    ty: &TypeDefinition,
    definition: &Struct,
    definitions: &Definitions<'_>,
    scope: &Scope<'_>,
) -> Vec<TokenStream> {
    struct_items_with(derives(ty, definition), ty, definition, definitions, scope)
}

/// The same for a struct that holds a stream, and can be neither cloned nor compared.
pub(crate) fn unique_struct_items(
    ty: &TypeDefinition,
    definition: &Struct,
    definitions: &Definitions<'_>,
    scope: &Scope<'_>,
) -> Vec<TokenStream> {
    let default = definition.fields.iter().all(|field| !field.is_required).then(|| quote! { , Default });
    struct_items_with(quote! { #[derive(Debug #default)] }, ty, definition, definitions, scope)
}

fn struct_items_with(
    derives: TokenStream,
    ty: &TypeDefinition,
    definition: &Struct,
    definitions: &Definitions<'_>,
    scope: &Scope<'_>,
) -> Vec<TokenStream> {
    let name = ident(&ty.name);
    let docs = docs::definition(ty);
    let fields = definition.fields.iter().map(|field| struct_field(field, scope));
    let rest = rest_field(definition, scope);
    let item = quote! {
        #docs
        #derives
        pub struct #name { #(#fields,)* #rest }
    };
    let mut items = vec![item];
    items.extend(methods::items(ty, definition, definitions, scope));
    items.extend(debug_impl(ty, definition, scope));
    items
}

/// `#[derive(Debug, Clone, PartialEq)]`, without `Debug` where a field must not print.
fn derives(ty: &TypeDefinition, definition: &Struct) -> TokenStream {
    let debug = (!has_sensitive_field(definition)).then(|| quote! { Debug, });
    let default = definition.fields.iter().all(|field| !field.is_required).then(|| quote! { , Default });
    let extra = extra_derives(ty);
    quote! { #[derive(#debug Clone, PartialEq #default #extra)] }
}

pub(super) fn extra_derives(ty: &TypeDefinition) -> TokenStream {
    let paths = ty.derives.iter().filter_map(|path| path.parse::<TokenStream>().ok());
    quote! { #(, #paths)* }
}

fn has_sensitive_field(definition: &Struct) -> bool {
    definition.fields.iter().any(|field| field.is_sensitive)
}

/// `pub tag: Option<String>`
fn struct_field(field: &Field, scope: &Scope<'_>) -> TokenStream {
    let docs = docs::item(&field.docs, &format!("The `{}` property.", field.wire_name));
    let name = ident(&field.name);
    let ty = field_type(field, scope);
    quote! { #docs pub #name: #ty }
}

fn field_type(field: &Field, scope: &Scope<'_>) -> TokenStream {
    let ty = scope.ty(&field.place.ty);
    if field.is_required { ty } else { scope.option(&ty) }
}

/// `pub additional_properties: BTreeMap<String, i64>`
fn rest_field(definition: &Struct, scope: &Scope<'_>) -> Option<TokenStream> {
    let AdditionalProperties::Kept { name, values } = &definition.additional else { return None };
    let name = ident(name);
    let ty = scope.ty(&Type::Map(Box::new(values.ty.clone())));
    Some(quote! {
        #[doc = " Properties that the description does not list."]
        pub #name: #ty,
    })
}

/// `Debug` that hides sensitive fields.
fn debug_impl(ty: &TypeDefinition, definition: &Struct, scope: &Scope<'_>) -> Option<TokenStream> {
    if !has_sensitive_field(definition) {
        return None;
    }
    let name = ident(&ty.name);
    let text = &ty.name;
    let fields = definition.fields.iter().map(|field| {
        let (name, text) = (ident(&field.name), field.name.trim_start_matches("r#"));
        let hidden = scope.std("Hidden");
        let hidden = quote! { &#hidden };
        let value = match (field.is_sensitive, field.is_required) {
            (false, _) => quote! { &self.#name },
            (true, true) => hidden,
            (true, false) => quote! { &self.#name.as_ref().map(|_| #hidden) },
        };
        quote! { .field(#text, #value) }
    });
    let rest = match &definition.additional {
        AdditionalProperties::Kept { name, .. } => {
            let ident = ident(name);
            Some(quote! { .field(#name, &self.#ident) })
        }
        _ => None,
    };
    Some(quote! {
        /// Values that must not print are hidden.
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#text)#(#fields)*#rest.finish()
            }
        }
    })
}

/// `pub enum Status { Active, Gone, Unknown(String) }`
fn enum_item(ty: &TypeDefinition, definition: &Enum, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs::definition(ty);
    let variants = definition.variants.iter().map(|variant| {
        let name = ident(&variant.name);
        let docs = variant_docs(variant, &definition.repr);
        quote! { #docs #name }
    });
    let unknown = ident(&definition.unknown);
    let (derives, value) = match definition.repr {
        EnumRepr::String => (quote! { PartialEq, Eq, PartialOrd, Ord, Hash }, scope.std("String")),
        EnumRepr::Integer => (quote! { Copy, PartialEq, Eq, PartialOrd, Ord, Hash }, quote! { i64 }),
        EnumRepr::Json => (quote! { PartialEq, Eq, Hash }, quote! { serde_json::Value }),
    };
    let extra = extra_derives(ty);
    let unknown_docs =
        if definition.is_open { " Any other value." } else { " A value that the description does not know." };
    quote! {
        #docs
        #[derive(Debug, Clone, #derives #extra)]
        pub enum #name {
            #(#variants,)*
            #[doc = #unknown_docs]
            #unknown(#value),
        }
    }
}

/// What the description says of a value, and the value.
fn variant_docs(variant: &Variant, repr: &EnumRepr) -> TokenStream {
    let value = value_text(&variant.value, repr);
    let mut docs = variant.docs.clone();
    // A note is printed as it is.
    let is_plain = value.matches('`').count() == 2 && !value.contains('\n');
    if is_plain && (docs.title.is_some() || docs.description.is_some()) {
        docs.notes.insert(0, value.clone());
    }
    docs::item(&docs, &value)
}

/// ``The value `active`.``, with quotes where a value need not be a string.
fn value_text(value: &serde_json::Value, repr: &EnumRepr) -> String {
    match (value.as_str(), repr) {
        (Some(text), EnumRepr::String) => format!("The value `{text}`."),
        _ => format!("The value `{value}`."),
    }
}

/// `pub type Pets = Vec<Pet>;`
fn alias_item(ty: &TypeDefinition, place: &Place, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs::definition(ty);
    let target = scope.ty(&place.ty);
    quote! { #docs pub type #name = #target; }
}

/// `pub struct Point(pub f64, pub Option<f64>);`
fn tuple_item(ty: &TypeDefinition, definition: &Tuple, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs::definition(ty);
    let items = definition.items.iter().enumerate().map(|(index, place)| {
        let ty = scope.ty(&place.ty);
        if index < definition.required { ty } else { scope.option(&ty) }
    });
    let rest = match &definition.additional {
        AdditionalItems::Kept(place) => Some(scope.ty(&Type::Array(Box::new(place.ty.clone())))),
        AdditionalItems::Dropped | AdditionalItems::Forbidden => None,
    };
    let extra = extra_derives(ty);
    let fields = items.chain(rest);
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq #extra)]
        pub struct #name(#(pub #fields),*);
    }
}
