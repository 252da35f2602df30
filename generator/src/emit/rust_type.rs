//! Uses of types, as one file sees them.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::model::{
    AdditionalItems, AdditionalProperties, Api, Format, IntegerKind, MediaType, NumberKind, Rule, Type, TypeDefinition,
    TypeKind,
};

/// An identifier; raw ones (`r#type`) come as the model has them.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// How one file names types: `types.rs` without a path, but around names that it defines itself; the
/// others through `types::`.
pub(crate) struct Scope<'a> {
    /// What leads to the API's types.
    types: TokenStream,
    /// Names of the file's own that hide others.
    defined: BTreeSet<&'a str>,
    /// The crate's name where it is used from outside: every name is given with its path.
    library: Option<Ident>,
}

impl<'a> Scope<'a> {
    /// The scope of `types.rs`.
    pub(crate) fn types(api: &'a Api) -> Self {
        let defined = api.types.iter().map(|ty| ty.name.as_str()).collect();
        Self { types: TokenStream::new(), defined, library: None }
    }

    /// The scope of any other file.
    pub(crate) fn elsewhere() -> Self {
        Self { types: quote! { types:: }, defined: BTreeSet::new(), library: None }
    }

    /// The scope of somebody who depends on the crate `library` and has no `use`.
    pub(crate) fn outside(library: &Ident) -> Self {
        Self { types: quote! { #library::types:: }, defined: BTreeSet::new(), library: Some(library.clone()) }
    }

    /// The type itself.
    pub(crate) fn ty(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Named(name) => self.named(name),
            Type::Any => quote! { serde_json::Value },
            Type::Boolean => quote! { bool },
            Type::Integer(kind) => integer(*kind),
            Type::Number(NumberKind::F32) => quote! { f32 },
            Type::Number(NumberKind::F64) => quote! { f64 },
            Type::String => self.std("String"),
            Type::Formatted(format) => self.format(*format),
            Type::Array(item) => {
                let (vec, item) = (self.std("Vec"), self.ty(item));
                quote! { #vec<#item> }
            }
            Type::Map(value) => {
                let (map, string, value) = (self.std("BTreeMap"), self.std("String"), self.ty(value));
                quote! { #map<#string, #value> }
            }
            Type::Nullable(inner) => self.option(&self.ty(inner)),
            Type::Boxed(inner) => {
                let (boxed, inner) = (self.std("Box"), self.ty(inner));
                quote! { #boxed<#inner> }
            }
            Type::Custom(path) => self.custom(path),
        }
    }

    /// A type of the user's; one that this crate defines itself goes by its path from here.
    fn custom(&self, path: &str) -> TokenStream {
        match (path.strip_prefix("crate::"), &self.library) {
            (Some(rest), Some(library)) => {
                let rest = custom(rest);
                quote! { #library::#rest }
            }
            // `use crate::formats;`
            (Some(rest), None) if rest.starts_with("formats::") => custom(rest),
            _ => custom(path),
        }
    }

    /// `Option<…>`
    pub(crate) fn option(&self, inner: &TokenStream) -> TokenStream {
        let option = self.std("Option");
        quote! { #option<#inner> }
    }

    /// How an argument of the type is taken: scalars as they are, strings as `&str`, others by reference.
    pub(crate) fn argument(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Boolean | Type::Integer(_) | Type::Number(_) => self.ty(ty),
            Type::String => quote! { &str },
            Type::Array(item) => {
                let item = self.ty(item);
                quote! { &[#item] }
            }
            ty => {
                let ty = self.ty(ty);
                quote! { &#ty }
            }
        }
    }

    /// A definition of this API.
    pub(crate) fn named(&self, name: &str) -> TokenStream {
        let (types, name) = (&self.types, ident(name));
        quote! { #types #name }
    }

    /// A name of the standard library or of a `use`, by its full path where this file defines the name
    /// itself.
    pub(crate) fn std(&self, name: &str) -> TokenStream {
        let ident = ident(name);
        let is_prelude = matches!(name, "Option" | "Vec" | "String" | "Box" | "Into" | "Default");
        if !self.defined.contains(name) && (is_prelude || self.library.is_none()) {
            return quote! { #ident };
        }
        let root = self.library.clone().unwrap_or_else(|| Ident::new("crate", Span::call_site()));
        match name {
            "Option" => quote! { std::option::Option },
            "Vec" => quote! { std::vec::Vec },
            "String" => quote! { std::string::String },
            "Box" => quote! { std::boxed::Box },
            "BTreeMap" => quote! { std::collections::BTreeMap },
            "From" => quote! { std::convert::From },
            "Into" => quote! { std::convert::Into },
            "Default" => quote! { std::default::Default },
            "LazyLock" => quote! { std::sync::LazyLock },
            "Uuid" => quote! { uuid::Uuid },
            "DateTime" => quote! { chrono::DateTime },
            "Utc" => quote! { chrono::Utc },
            "NaiveDate" => quote! { chrono::NaiveDate },
            "Ipv4Addr" => quote! { std::net::Ipv4Addr },
            "Ipv6Addr" => quote! { std::net::Ipv6Addr },
            "IpAddr" => quote! { std::net::IpAddr },
            "Base64" => quote! { #root::support::format::base64::Base64 },
            "Base64Url" => quote! { #root::support::format::base64::Base64Url },
            "Bytes" => quote! { bytes::Bytes },
            "Hidden" => quote! { crate::support::secret::Hidden },
            _ => quote! { #ident },
        }
    }

    /// Whether a `use` for `name` would clash with a definition.
    pub(crate) fn can_use(&self, name: &str) -> bool {
        !self.defined.contains(name)
    }

    fn format(&self, format: Format) -> TokenStream {
        match format {
            Format::Uuid => self.std("Uuid"),
            Format::DateTime => {
                let (date_time, utc) = (self.std("DateTime"), self.std("Utc"));
                quote! { #date_time<#utc> }
            }
            Format::Date => self.std("NaiveDate"),
            Format::Base64 => self.std("Base64"),
            Format::Base64Url => self.std("Base64Url"),
            Format::Binary => self.std("Bytes"),
            Format::Ipv4 => self.std("Ipv4Addr"),
            Format::Ipv6 => self.std("Ipv6Addr"),
            Format::Ip => self.std("IpAddr"),
        }
    }
}

fn integer(kind: IntegerKind) -> TokenStream {
    match kind {
        IntegerKind::I8 => quote! { i8 },
        IntegerKind::I16 => quote! { i16 },
        IntegerKind::I32 => quote! { i32 },
        IntegerKind::I64 => quote! { i64 },
        IntegerKind::I128 => quote! { i128 },
        IntegerKind::U8 => quote! { u8 },
        IntegerKind::U16 => quote! { u16 },
        IntegerKind::U32 => quote! { u32 },
        IntegerKind::U64 => quote! { u64 },
        IntegerKind::U128 => quote! { u128 },
    }
}

/// A path that `lower` has parsed.
pub(crate) fn custom(path: &str) -> TokenStream {
    path.parse().unwrap_or_else(|_| quote! { serde_json::Value })
}

/// Every type that some definition or operation uses, nested ones and those that rules ask for included.
pub(crate) fn visit_types(api: &Api, visit: &mut dyn FnMut(&Type)) {
    visit_definitions(api, &mut |ty| visit_type(ty, visit));
    let checked = api.types.iter().flat_map(|definition| definition.kind.checked_places());
    checked.for_each(|place| visit_type(&place.ty, visit));
    for operation in api.all_operations() {
        operation.parameters.iter().for_each(|parameter| visit_type(&parameter.place.ty, visit));
        let bodies = operation.request_body.iter().flat_map(|body| &body.media_types);
        let parameters = operation.parameters.iter().flat_map(|parameter| &parameter.place.rules);
        let in_bodies = bodies.clone().flat_map(MediaType::places).flat_map(|place| &place.rules);
        let checked = Rule::places(parameters.chain(in_bodies));
        checked.into_iter().for_each(|place| visit_type(&place.ty, visit));
        let responses = operation.successes.iter().chain(&operation.failures);
        let answers = responses.clone().flat_map(|response| &response.media_types);
        bodies.chain(answers).flat_map(MediaType::places).for_each(|place| visit_type(&place.ty, visit));
        responses.flat_map(|response| &response.headers).for_each(|header| visit_type(&header.place.ty, visit));
    }
}

/// Every type that a definition mentions; the types in it are the visitor's to visit.
pub(crate) fn visit_definitions(api: &Api, visit: &mut dyn FnMut(&Type)) {
    api.types.iter().for_each(|definition| visit_definition(definition, visit));
}

/// The same of one definition.
pub(crate) fn visit_definition(definition: &TypeDefinition, visit: &mut dyn FnMut(&Type)) {
    match &definition.kind {
        TypeKind::Struct(ty) => {
            ty.fields.iter().for_each(|field| visit(&field.place.ty));
            if let AdditionalProperties::Kept { values, .. } = &ty.additional {
                visit(&Type::Map(Box::new(values.ty.clone())));
            }
        }
        TypeKind::Alias(place) => visit(&place.ty),
        TypeKind::Union(ty) => ty.members.iter().for_each(|member| visit(&member.place.ty)),
        TypeKind::Tuple(ty) => {
            ty.items.iter().for_each(|item| visit(&item.ty));
            if let AdditionalItems::Kept(items) = &ty.additional {
                visit(&Type::Array(Box::new(items.ty.clone())));
            }
        }
        TypeKind::Enum(_) => {}
    }
}

/// Whether clippy finds one of the types of an API too deep for a signature.
pub(crate) fn are_complex(api: &Api) -> bool {
    /// Clippy's `type_complexity`, less what the result around a type counts.
    const MOST: usize = 250 - 60;
    let mut are_complex = false;
    visit_types(api, &mut |ty| are_complex |= complexity(ty, 2) > MOST);
    are_complex
}

/// What clippy counts for a type at that depth.
fn complexity(ty: &Type, depth: usize) -> usize {
    let own = 10 * depth;
    match ty {
        Type::Map(inner) => own + 10 * (depth + 1) + complexity(inner, depth + 1),
        Type::Array(inner) | Type::Nullable(inner) | Type::Boxed(inner) => own + complexity(inner, depth + 1),
        _ => own,
    }
}

pub(crate) fn visit_type(ty: &Type, visit: &mut dyn FnMut(&Type)) {
    visit(ty);
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => visit_type(inner, visit),
        _ => {}
    }
}
