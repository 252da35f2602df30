//! `formats.rs`: types of formats that codegen.toml chooses, where a module reads and writes them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::{custom, ident};
use crate::emit::{File, Item, docs};
use crate::model::{Api, FormatType};

/// `src/formats.rs`, if there are any.
pub(crate) fn file(api: &Api) -> Option<File> {
    if api.formats.is_empty() {
        return None;
    }
    let items = api.formats.iter().flat_map(items).map(Item::from).collect();
    let docs = ["Types of formats, each around one that does not read or write itself as the format asks."];
    Some(File::rust("src/formats.rs", docs.map(str::to_owned).to_vec(), items))
}

/// `pub struct DateTime(pub time::OffsetDateTime);`, what it takes to use it as the type within, and its codec.
fn items(ty: &FormatType) -> Vec<TokenStream> {
    let (name, path, with) = (ident(&ty.name), custom(&ty.path), custom(&ty.with));
    let docs = docs::attributes(&[format!(
        "`format: {}`: a `{}` that `{}` reads and writes.",
        ty.format.replace('`', "'"),
        ty.path,
        ty.with
    )]);
    vec![
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            pub struct #name(pub #path);
        },
        quote! {
            impl std::convert::From<#path> for #name {
                fn from(value: #path) -> Self {
                    Self(value)
                }
            }
        },
        quote! {
            impl std::ops::Deref for #name {
                type Target = #path;

                fn deref(&self) -> &#path {
                    &self.0
                }
            }
        },
        quote! {
            impl<'de> serde::Deserialize<'de> for #name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    #with::deserialize(deserializer).map(Self)
                }
            }
        },
        quote! {
            impl serde::Serialize for #name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    #with::serialize(&self.0, serializer)
                }
            }
        },
    ]
}
