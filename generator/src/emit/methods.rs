//! What can be done with a struct: `new`, setters, and accessors of defaults.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::definitions::{Definitions, unboxed};
use crate::emit::rust_type::{Scope, ident};
use crate::emit::{defaults, docs};
use crate::model::{AdditionalProperties, Field, Struct, Type, TypeDefinition};

/// The most required fields that `new` takes.
pub(crate) const MAX_NEW_ARGUMENTS: usize = 7;

/// `impl Pet { … }`, and `Default` where a value needs nothing to be given.
pub(crate) fn items(
    ty: &TypeDefinition,
    definition: &Struct,
    definitions: &Definitions<'_>,
    scope: &Scope<'_>,
) -> Vec<TokenStream> {
    let name = ident(&ty.name);
    let (new, default) = constructor(ty, definition, definitions, scope);
    let optional = definition.fields.iter().filter(|field| !field.is_required && ty.in_request);
    let setters: Vec<_> = optional.map(|field| setter(field, definitions, scope)).collect();
    let defaults = defaults::accessors(&definition.fields, definitions, scope);
    let mut items = Vec::new();
    if new.is_some() || !setters.is_empty() || !defaults.is_empty() {
        items.push(quote! { impl #name { #new #(#setters)* #(#defaults)* } });
    }
    items.extend(default);
    items
}

/// `pub fn new(name: impl Into<String>) -> Self`, or an `impl Default` if there is nothing to give. A field with only
/// one value has that.
fn constructor(
    ty: &TypeDefinition,
    definition: &Struct,
    definitions: &Definitions<'_>,
    scope: &Scope<'_>,
) -> (Option<TokenStream>, Option<TokenStream>) {
    let (mut parameters, mut values) = (Vec::new(), Vec::new());
    for field in &definition.fields {
        let name = ident(&field.name);
        let only = field.is_required.then(|| definitions.only_value(&field.place, scope)).flatten();
        values.push(match (field.is_required, only) {
            (false, _) => quote! { #name: None },
            (true, Some(value)) => quote! { #name: #value },
            (true, None) => {
                let argument = Argument::of(&field.name, &field.place.ty, definitions, scope);
                let (ty, value) = (&argument.ty, &argument.value);
                parameters.push(quote! { #name: #ty });
                if argument.is_given_as_is {
                    quote! { #name }
                } else {
                    quote! { #name: #value }
                }
            }
        });
    }
    let has_required = definition.fields.iter().any(|field| field.is_required);
    if !has_required || parameters.len() > MAX_NEW_ARGUMENTS {
        return (None, None);
    }
    let rest = match &definition.additional {
        AdditionalProperties::Kept { name, .. } => {
            let (name, map) = (ident(name), scope.std("BTreeMap"));
            Some(quote! { #name: #map::new(), })
        }
        _ => None,
    };
    let body = quote! { Self { #(#values,)* #rest } };
    if parameters.is_empty() {
        let (name, default) = (ident(&ty.name), scope.std("Default"));
        return (None, Some(quote! { impl #default for #name { fn default() -> Self { #body } } }));
    }
    let docs = docs::attributes(&[format!("Creates {} `{}` from its required fields.", article(&ty.name), ty.name)]);
    let new = quote! {
        #docs
        pub fn new(#(#parameters),*) -> Self {
            #body
        }
    };
    (Some(new), None)
}

fn article(name: &str) -> &'static str {
    if name.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// `with_tag`
pub(super) fn setter_name(field: &Field) -> String {
    format!("with_{}", field.name.trim_start_matches("r#").trim_start_matches('_'))
}

/// `pub fn with_tag(mut self, tag: impl Into<String>) -> Self`
fn setter(field: &Field, definitions: &Definitions<'_>, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&field.name);
    let method = ident(&setter_name(field));
    let Argument { ty, value, .. } = Argument::of(&field.name, &field.place.ty, definitions, scope);
    let docs = docs::attributes(&[format!("Sets `{}`.", field.wire_name)]);
    quote! {
        #docs
        #[must_use]
        pub fn #method(mut self, #name: #ty) -> Self {
            self.#name = Some(#value);
            self
        }
    }
}

/// How a field's value is given: `impl Into<…>` where there is something that turns into it.
struct Argument {
    ty: TokenStream,
    value: TokenStream,
    is_given_as_is: bool,
}

impl Argument {
    fn of(name: &str, ty: &Type, definitions: &Definitions<'_>, scope: &Scope<'_>) -> Self {
        let (name, tokens) = (ident(name), scope.ty(ty));
        let into = scope.std("Into");
        if let Type::Boxed(inner) = ty
            && definitions.is_convertible_union(inner)
        {
            let (boxed, inner) = (scope.std("Box"), scope.ty(unboxed(inner)));
            let value = quote! { #boxed::new(#name.into()) };
            return Self { ty: quote! { impl #into<#inner> }, value, is_given_as_is: false };
        }
        if takes_into(&definitions.resolved(ty)) || definitions.is_convertible_union(ty) {
            return Self { ty: quote! { impl #into<#tokens> }, value: quote! { #name.into() }, is_given_as_is: false };
        }
        Self { ty: tokens, value: quote! { #name }, is_given_as_is: true }
    }
}

fn takes_into(ty: &Type) -> bool {
    match ty {
        Type::String | Type::Array(_) | Type::Map(_) | Type::Any | Type::Nullable(_) | Type::Boxed(_) => true,
        Type::Custom(path) => path.starts_with("crate::formats::"),
        _ => false,
    }
}
