//! `codec.rs`: how the types are read and written, a table each.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};
use serde_json::Value;

use crate::emit::imports::{self, Side};
use crate::emit::rust_type::{self, ident, visit_types};
use crate::emit::support::Needs;
use crate::emit::{File, Item, rules};
use crate::model::{
    AdditionalItems, AdditionalProperties, Api, Enum, EnumRepr, Field, JsonType, Member, Place, Struct, Tell, Tuple,
    Type, TypeDefinition, TypeKind, Union, UnionRule,
};

pub(crate) fn file(api: &Api) -> File {
    let null_takers = null_takers(api);
    let mut items: Vec<Item> = api.types.iter().filter_map(|ty| table(ty, &null_takers)).collect();
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

/// The types of which null is a value like any other: they are any JSON value, or may be.
fn null_takers(api: &Api) -> BTreeSet<&str> {
    let mut takers = BTreeSet::new();
    loop {
        let known = takers.len();
        for ty in &api.types {
            let takes_null = match &ty.kind {
                TypeKind::Alias(place) => takes_null(&place.ty, &takers),
                TypeKind::Union(it) => it.members.iter().any(|member| takes_null(&member.place.ty, &takers)),
                TypeKind::Struct(_) | TypeKind::Enum(_) | TypeKind::Tuple(_) => false,
            };
            if takes_null {
                takers.insert(ty.name.as_str());
            }
        }
        if takers.len() == known {
            return takers;
        }
    }
}

fn takes_null(ty: &Type, takers: &BTreeSet<&str>) -> bool {
    match ty {
        Type::Any | Type::Nullable(_) => true,
        Type::Boxed(inner) => takes_null(inner, takers),
        Type::Named(name) => takers.contains(name.as_str()),
        _ => false,
    }
}

fn table(ty: &TypeDefinition, null_takers: &BTreeSet<&str>) -> Option<Item> {
    match &ty.kind {
        TypeKind::Struct(definition) => Some(object(ty, definition, null_takers)),
        TypeKind::Enum(definition) => Some(enumeration(ty, definition)),
        TypeKind::Union(definition) => Some(union(ty, definition)),
        TypeKind::Tuple(definition) => Some(tuple(ty, definition)),
        TypeKind::Alias(_) => None,
    }
}

/// ```text
/// object! {
///     Pet = closed();
///     id = required("id");
/// }
/// ```
fn object(ty: &TypeDefinition, definition: &Struct, null_takers: &BTreeSet<&str>) -> Item {
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
    if !definition.ignored.is_empty() {
        let ignored = &definition.ignored;
        rows.push(quote! { _ = ignored([#(#ignored),*]); });
    }
    rows.extend(definition.fields.iter().map(|field| property(field, null_takers)));
    Item::Table { name: "object", rows }
}

/// `tag = optional("tag", [MaxLength(20)]);`
fn property(field: &Field, null_takers: &BTreeSet<&str>) -> TokenStream {
    let kind = match (field.is_required, takes_null(&field.place.ty, null_takers)) {
        (true, _) => ident("required"),
        (false, true) => ident("nullable"),
        (false, false) => ident("optional"),
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
const KNOWN: &[&str] = &[
    "String",
    "std::string::String",
    "bool",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "serde_json::Value",
];

/// The types of codegen.toml's `replace` and `formats`, sorted.
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
            paths.insert(path.split_whitespace().collect::<String>());
        }
    });
    let needs = Needs::of(api);
    let is_known = |path: &str| match path.trim_start_matches("::") {
        "uuid::Uuid" => needs.uuid,
        "chrono::DateTime<chrono::Utc>" => needs.date_time,
        "chrono::NaiveDate" => needs.date,
        "std::net::IpAddr" | "std::net::Ipv4Addr" | "std::net::Ipv6Addr" => needs.ip,
        path => KNOWN.contains(&path) || path.starts_with("crate::types::"),
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

/// The same for integers, and for JSON values of any type:
///
/// ```text
/// string_enum! {
///     Status = open(Unknown);
///     Active = "active";
/// }
/// ```
fn enumeration(ty: &TypeDefinition, definition: &Enum) -> Item {
    let (name, unknown) = (ident(&ty.name), ident(&definition.unknown));
    let mut rows = vec![match definition.is_open {
        true => quote! { #name = any(#unknown); },
        false => quote! { #name = open(#unknown); },
    }];
    rows.extend(definition.variants.iter().map(|variant| {
        let (name, value) = (ident(&variant.name), literal(&variant.value));
        quote! { #name = #value; }
    }));
    let name = match definition.repr {
        EnumRepr::String => "string_enum",
        EnumRepr::Integer => "integer_enum",
        EnumRepr::Json => "json_enum",
    };
    Item::Table { name, rows }
}

/// A JSON value as a Rust expression.
fn literal(value: &Value) -> TokenStream {
    match value {
        Value::Array(_) | Value::Object(_) | Value::Null => {
            let json = json(value);
            quote! { serde_json::json!(#json) }
        }
        scalar => json(scalar),
    }
}

/// A JSON value as `json!` takes it.
pub(crate) fn json(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote! { null },
        Value::Bool(boolean) => quote! { #boolean },
        Value::Number(number) => number_literal(number).to_token_stream(),
        Value::String(text) => quote! { #text },
        Value::Array(items) => {
            let items = items.iter().map(json);
            quote! { [#(#items),*] }
        }
        Value::Object(properties) => {
            let properties = properties.iter().map(|(name, value)| {
                let value = json(value);
                quote! { #name: #value }
            });
            quote! { { #(#properties),* } }
        }
    }
}

/// A number; an integer without a suffix is an `i32` where nothing else says its type.
fn number_literal(number: &serde_json::Number) -> Literal {
    match (number.as_i64(), number.as_u64()) {
        (Some(integer), _) if i32::try_from(integer).is_ok() => Literal::i64_unsuffixed(integer),
        (Some(integer), _) => Literal::i64_suffixed(integer),
        (None, Some(integer)) => Literal::u64_suffixed(integer),
        (None, None) => Literal::f64_unsuffixed(number.as_f64().unwrap_or_default()),
    }
}

/// ```text
/// union! {
///     Shape = discriminator("kind", Unknown);
///     Circle = tag("circle");
/// }
/// ```
fn union(ty: &TypeDefinition, definition: &Union) -> Item {
    let (name, unknown) = (ident(&ty.name), ident(&definition.unknown));
    let head = match (&definition.rule, definition.is_exclusive) {
        (UnionRule::Discriminator { property, .. }, _) => quote! { #name = discriminator(#property, #unknown); },
        (_, true) => quote! { #name = one_of(#unknown); },
        (_, false) => quote! { #name = any_of(#unknown); },
    };
    let mut rows = vec![head];
    if !definition.rules.is_empty() {
        let rules = rules::list(&definition.rules);
        rows.push(quote! { _ = rules([#rules]); });
    }
    rows.extend(definition.members.iter().map(member));
    Item::Table { name: "union", rows }
}

/// `Circle = tag("circle");`
fn member(member: &Member) -> TokenStream {
    let name = ident(&member.name);
    let rules = rules_argument(&member.place.rules);
    match &member.tell {
        Tell::Tag { values, is_declared: true } => quote! { #name = tag(#(#values),* #rules); },
        Tell::Tag { values, is_declared: false } => quote! { #name = added_tag(#(#values),* #rules); },
        Tell::Constant { property, values } => quote! { #name = constant(#property #(, #values)* #rules); },
        Tell::Property(property) => quote! { #name = property(#property #rules); },
        Tell::Json(types) if types.is_empty() => quote! { #name = json("any" #rules); },
        Tell::Json(types) => {
            let types = types.iter().copied().map(json_type);
            quote! { #name = json(#(#types),* #rules); }
        }
        Tell::Listed(types) => {
            let types = types.iter().copied().map(json_type);
            quote! { #name = listed(#(#types),* #rules); }
        }
    }
}

fn json_type(ty: JsonType) -> &'static str {
    match ty {
        JsonType::Null => "null",
        JsonType::Boolean => "boolean",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::String => "string",
        JsonType::Array => "array",
        JsonType::Object => "object",
    }
}

/// ```text
/// tuple! {
///     Point = closed();
///     [0] = required([Minimum(Integer(0))]);
///     [1] = optional();
/// }
/// ```
fn tuple(ty: &TypeDefinition, definition: &Tuple) -> Item {
    let name = ident(&ty.name);
    let mut rows = vec![match &definition.additional {
        AdditionalItems::Dropped | AdditionalItems::Kept(_) => quote! { #name = open(); },
        AdditionalItems::Forbidden => quote! { #name = closed(); },
    }];
    if !definition.rules.is_empty() {
        let rules = rules::list(&definition.rules);
        rows.push(quote! { _ = rules([#rules]); });
    }
    let item = |(index, kind, place): (usize, &str, &Place)| {
        let (index, kind) = (Literal::usize_unsuffixed(index), ident(kind));
        let rules = (!place.rules.is_empty()).then(|| rules::list(&place.rules));
        let rules = rules.map(|rules| quote! { [#rules] });
        quote! { [#index] = #kind(#rules); }
    };
    let kind = |index| if index < definition.required { "required" } else { "optional" };
    rows.extend(definition.items.iter().enumerate().map(|(index, place)| item((index, kind(index), place))));
    if let AdditionalItems::Kept(place) = &definition.additional {
        rows.push(item((definition.items.len(), "rest", place)));
    }
    Item::Table { name: "tuple", rows }
}
