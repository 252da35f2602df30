//! The server's `Credentials`: what a caller shows, from the head of a request.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::ident;
use crate::emit::{docs, operations, security};
use crate::model::{Api, SecurityKind, SecurityRequirement};

/// A struct where the description has one alternative, an enum of them otherwise.
pub(crate) fn items(api: &Api) -> Vec<TokenStream> {
    let mut alternatives: Vec<Vec<usize>> = Vec::new();
    for requirement in security::requirements(api) {
        let schemes = scheme_indices(requirement);
        if !schemes.is_empty() && !alternatives.contains(&schemes) {
            alternatives.push(schemes);
        }
    }
    match &*alternatives {
        [schemes] => credentials_struct(api, schemes),
        alternatives => credentials_enum(api, alternatives),
    }
}

fn scheme_indices(requirement: &SecurityRequirement) -> Vec<usize> {
    requirement.schemes.iter().map(|required| required.scheme).collect()
}

/// One field of the credentials.
struct CredentialField {
    docs: TokenStream,
    name: proc_macro2::Ident,
    ty: TokenStream,
    /// The expression that reads it from the request's head.
    value: TokenStream,
}

/// A field for each scheme that stands in the request.
fn credential_fields(api: &Api, schemes: &[usize]) -> Vec<CredentialField> {
    let schemes = schemes.iter().filter_map(|index| api.security_schemes.get(*index));
    let fields = schemes.filter_map(|scheme| {
        let secret = quote! { Secret };
        let (ty, value) = match &scheme.kind {
            SecurityKind::ApiKey { location, parameter } => {
                let location = operations::location(*location);
                (secret, quote! { api_key(head, #location, #parameter)? })
            }
            SecurityKind::Basic => (quote! { Basic }, quote! { Basic::decode(&authorization(head, "Basic")?)? }),
            SecurityKind::Bearer => (secret, quote! { authorization(head, "Bearer")? }),
            SecurityKind::Http(scheme) => (secret, quote! { authorization(head, #scheme)? }),
            SecurityKind::MutualTls => return None,
        };
        let docs = docs::attributes(&docs::markdown(scheme.description.as_deref().unwrap_or(&scheme.wire_name)));
        Some(CredentialField { docs, name: ident(&scheme.name), ty, value })
    });
    fields.collect()
}

fn credentials_struct(api: &Api, schemes: &[usize]) -> Vec<TokenStream> {
    let fields = credential_fields(api, schemes);
    let members = fields.iter().map(|CredentialField { docs, name, ty, .. }| quote! { #docs pub #name: #ty });
    let values = fields.iter().map(|CredentialField { name, value, .. }| quote! { #name: #value });
    let head = if fields.is_empty() {
        quote! { _head }
    } else {
        quote! { head }
    };
    let item = quote! {
        /// What a caller shows. It does not print.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Credentials { #(#members,)* }
    };
    let implementation = quote! {
        impl FromHead for Credentials {
            fn from_head(#head: &Parts, _alternative: &'static [Requirement]) -> Option<Self> {
                Some(Self { #(#values),* })
            }
        }
    };
    vec![item, implementation]
}

fn credentials_enum(api: &Api, alternatives: &[Vec<usize>]) -> Vec<TokenStream> {
    let variants = alternatives.iter().map(|schemes| {
        let name = ident(&alternative_name(api, schemes));
        let fields = credential_fields(api, schemes);
        let members = fields.iter().map(|CredentialField { docs, name, ty, .. }| quote! { #docs #name: #ty });
        let doc = docs::attributes(&[alternative_doc(api, schemes)]);
        if fields.is_empty() {
            quote! { #doc #name }
        } else {
            quote! { #doc #name { #(#members),* } }
        }
    });
    let arms = alternatives.iter().map(|schemes| {
        let name = ident(&alternative_name(api, schemes));
        let fields = credential_fields(api, schemes);
        let values = fields.iter().map(|CredentialField { name, value, .. }| quote! { #name: #value });
        let indices = schemes.iter().map(|index| proc_macro2::Literal::usize_unsuffixed(*index));
        if fields.is_empty() {
            quote! { [#(#indices),*] => Self::#name }
        } else {
            quote! { [#(#indices),*] => Self::#name { #(#values),* } }
        }
    });
    let item = quote! {
        /// What a caller shows: one alternative. It does not print.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Credentials { #(#variants,)* }
    };
    let implementation = quote! {
        impl FromHead for Credentials {
            fn from_head(head: &Parts, alternative: &'static [Requirement]) -> Option<Self> {
                let schemes: Vec<usize> = alternative.iter().map(|requirement| requirement.scheme.index).collect();
                Some(match *schemes {
                    #(#arms,)*
                    _ => return None,
                })
            }
        }
    };
    vec![item, implementation]
}

fn alternative_name(api: &Api, schemes: &[usize]) -> String {
    let names = schemes.iter().filter_map(|index| api.security_schemes.get(*index));
    let names = names.map(|scheme| heck::ToUpperCamelCase::to_upper_camel_case(scheme.name.trim_start_matches("r#")));
    names.collect::<Vec<_>>().join("And")
}

fn alternative_doc(api: &Api, schemes: &[usize]) -> String {
    let names = schemes.iter().filter_map(|index| api.security_schemes.get(*index));
    names.map(|scheme| format!("`{}`", scheme.wire_name)).collect::<Vec<_>>().join(" and ")
}
