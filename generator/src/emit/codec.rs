//! `codec.rs`: how the types are read and written, a table each.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::imports::{self, Side};
use crate::emit::rust_type::{self, ident, visit_types};
use crate::emit::support::Needs;
use crate::emit::{File, Item, rules};
use crate::model::{AdditionalProperties, Api, Enum, EnumRepr, Field, Struct, Type, TypeDefinition, TypeKind};

pub(crate) fn file(api: &Api) -> File {
    let mut items: Vec<Item> = api.types.iter().filter_map(table).collect();
    items.extend(custom(api));
    items.insert(0, imports::of(&items, Side::Both, &[]));
    let docs = [
        "How the types are read and written: a table for each, a line for each property or value.",
        "",
        "`name = required(\"name\", [MinLength(1)])` reads: the field `name` is the property `\"name\"`, always",
        "there, at least one character long. Rules hold for requests; responses are read leniently.",
    ];
    File::rust("src/codec.rs", docs.map(str::to_owned).to_vec(), items)
}

fn table(ty: &TypeDefinition) -> Option<Item> {
    match &ty.kind {
        TypeKind::Struct(definition) => Some(object(ty, definition)),
        TypeKind::Enum(definition) if definition.repr == EnumRepr::String => Some(string_enum(ty, definition)),
        _ => None,
    }
}

/// ```text
/// object! {
///     Pet = closed();
///     id = required("id");
/// }
/// ```
fn object(ty: &TypeDefinition, definition: &Struct) -> Item {
    let name = ident(&ty.name);
    let head = match &definition.additional {
        AdditionalProperties::Dropped => quote! { #name = open(); },
        AdditionalProperties::Forbidden => quote! { #name = closed(); },
        AdditionalProperties::Kept { name: rest, values } => {
            let rest = ident(rest);
            let rules = rules_argument(&values.rules);
            quote! { #name = rest(#rest #rules); }
        }
    };
    let mut rows = vec![head];
    if !definition.rules.is_empty() {
        let rules = rules::list(&definition.rules);
        rows.push(quote! { _ = rules([#rules]); });
    }
    rows.extend(definition.fields.iter().map(property));
    Item::Table { name: "object", rows }
}

/// `tag = optional("tag", [MaxLength(20)]);`
fn property(field: &Field) -> TokenStream {
    let kind = match (&field.place.ty, field.is_required) {
        (_, true) => ident("required"),
        (Type::Nullable(_), false) => ident("nullable"),
        (_, false) => ident("optional"),
    };
    let (name, wire_name) = (ident(&field.name), &field.wire_name);
    let rules = rules_argument(&field.place.rules);
    quote! { #name = #kind(#wire_name #rules); }
}

fn rules_argument(rules: &[crate::model::Rule]) -> TokenStream {
    if rules.is_empty() {
        return TokenStream::new();
    }
    let rules = rules::list(rules);
    quote! { , [#rules] }
}

/// Types that the support code reads in every crate.
const KNOWN: &[&str] =
    &["String", "bool", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "u16", "u32", "u64", "u8", "Value"];

/// The types of codegen.toml's `replace`, sorted.
///
/// ```text
/// custom! {
///     rust_decimal::Decimal;
/// }
/// ```
fn custom(api: &Api) -> Option<Item> {
    let mut paths = BTreeSet::new();
    visit_types(api, &mut |ty| {
        if let Type::Custom(path) = ty {
            paths.insert(path.clone());
        }
    });
    let needs = Needs::of(api);
    let is_known = |path: &str| {
        let name = path.rsplit("::").next().unwrap_or(path);
        match name {
            "Uuid" => needs.uuid && path == "uuid::Uuid",
            "NaiveDate" => needs.date,
            "Ipv4Addr" | "Ipv6Addr" => needs.ip,
            _ => KNOWN.contains(&name) || path.starts_with("crate::types::"),
        }
    };
    let rows: Vec<TokenStream> = paths
        .iter()
        .filter(|path| !is_known(path))
        .map(|path| {
            let path = rust_type::custom(path);
            quote! { #path; }
        })
        .collect();
    (!rows.is_empty()).then_some(Item::Table { name: "custom", rows })
}

/// ```text
/// string_enum! {
///     Status = open(Unknown);
///     Active = "active";
/// }
/// ```
fn string_enum(ty: &TypeDefinition, definition: &Enum) -> Item {
    let (name, unknown) = (ident(&ty.name), ident(&definition.unknown));
    let mut rows = vec![quote! { #name = open(#unknown); }];
    rows.extend(definition.variants.iter().map(|variant| {
        let (name, value) = (ident(&variant.name), variant.value.as_str().unwrap_or_default());
        quote! { #name = #value; }
    }));
    Item::Table { name: "string_enum", rows }
}
