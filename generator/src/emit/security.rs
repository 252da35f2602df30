//! `security.rs`: the schemes, and each set of them that some operation requires, as static data for both sides.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::imports::{self, Side};
use crate::emit::rust_type::ident;
use crate::emit::{File, Item, docs, operations};
use crate::model::{Api, SecurityKind, SecurityRequirement, SecurityScheme};

/// What the requirements of the operations are called.
pub(crate) struct Requirements<'a> {
    /// The schemes' statics, by index.
    schemes: Vec<String>,
    /// The distinct requirements, in document order, and their statics.
    requirements: Vec<(&'a SecurityRequirement, String)>,
}

impl<'a> Requirements<'a> {
    pub(crate) fn of(api: &'a Api) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut claim = |name: String| {
            let numbered = (2..).map(|number| format!("{name}_{number}"));
            let free = std::iter::once(name.clone()).chain(numbered).find(|name| !names.contains(name));
            let name = free.unwrap_or(name);
            names.push(name.clone());
            name
        };
        let schemes: Vec<String> = api.security_schemes.iter().map(|scheme| claim(scheme_constant(scheme))).collect();
        let requirements = requirements(api).into_iter();
        let requirements = requirements.map(|requirement| (requirement, claim(requirement_constant(api, requirement))));
        let requirements = requirements.collect();
        Self { schemes, requirements }
    }

    /// `security::REQUIRE_API_KEY`
    pub(crate) fn path(&self, requirement: &SecurityRequirement) -> TokenStream {
        let known = self.requirements.iter().find(|(known, _)| *known == requirement);
        let name = known.map(|(_, name)| ident(name));
        quote! { security::#name }
    }

    /// `src/security.rs`, if something is required.
    pub(crate) fn file(&self, api: &Api) -> Option<File> {
        if self.requirements.is_empty() {
            return None;
        }
        let schemes = api.security_schemes.iter().zip(&self.schemes).enumerate();
        let mut items: Vec<Item> =
            schemes.map(|(index, (scheme, name))| scheme_item(api, index, scheme, name).into()).collect();
        items.extend(
            self.requirements.iter().map(|(requirement, name)| self.requirement_item(requirement, name).into()),
        );
        items.insert(0, imports::of(&items, Side::Both, &[]));
        let docs = vec!["Ways to authenticate, and those of them that operations require.".to_owned()];
        Some(File::rust("src/security.rs", docs, items))
    }

    /// `pub static REQUIRE_API_KEY: &[Requirement] = &[Requirement { scheme: &API_KEY, scopes: &[] }];`
    fn requirement_item(&self, requirement: &SecurityRequirement, name: &str) -> TokenStream {
        let name = ident(name);
        let members = requirement.schemes.iter().filter_map(|required| {
            let scheme = ident(self.schemes.get(required.scheme)?);
            let scopes = &required.scopes;
            Some(quote! { Requirement { scheme: &#scheme, scopes: &[#(#scopes),*] } })
        });
        quote! { pub static #name: &[Requirement] = &[#(#members),*]; }
    }
}

/// The distinct alternatives, in document order.
pub(crate) fn requirements(api: &Api) -> Vec<&SecurityRequirement> {
    let mut distinct: Vec<&SecurityRequirement> = Vec::new();
    for requirement in api.operations().flat_map(|operation| &operation.security) {
        if !distinct.contains(&requirement) {
            distinct.push(requirement);
        }
    }
    distinct
}

/// `static API_KEY: Scheme = Scheme { index: 0, kind: SchemeKind::ApiKey(Location::Header, "x-api-key"), … };`
fn scheme_item(api: &Api, index: usize, scheme: &SecurityScheme, name: &str) -> TokenStream {
    let (name, wire_name) = (ident(name), &scheme.wire_name);
    let index = proc_macro2::Literal::usize_unsuffixed(index);
    let kind = match &scheme.kind {
        SecurityKind::ApiKey { location, parameter } => {
            let location = operations::location(*location);
            quote! { SchemeKind::ApiKey(#location, #parameter) }
        }
        SecurityKind::Basic => {
            let realm = realm(api);
            quote! { SchemeKind::Basic(#realm) }
        }
        SecurityKind::Bearer => quote! { SchemeKind::Bearer },
        SecurityKind::Http(scheme) => quote! { SchemeKind::Http(#scheme) },
        SecurityKind::MutualTls => quote! { SchemeKind::MutualTls },
    };
    let token_url = match scheme.client_credentials_url() {
        Some(url) => quote! { Some(#url) },
        None => quote! { None },
    };
    let text = scheme.description.clone().unwrap_or_default();
    let docs =
        docs::attributes(&docs::joined(vec![docs::markdown(&text), vec![format!("Scheme `{}`.", scheme.wire_name)]]));
    quote! {
        #docs
        static #name: Scheme = Scheme { index: #index, name: #wire_name, kind: #kind, token_url: #token_url };
    }
}

/// The API's title, as far as a header carries it.
fn realm(api: &Api) -> String {
    let title: String = api.title.chars().filter(|c| matches!(c, ' '..='~')).collect();
    let title = title.trim();
    if title.is_empty() { "api".to_owned() } else { title.to_owned() }
}

fn scheme_constant(scheme: &SecurityScheme) -> String {
    scheme.name.trim_start_matches("r#").to_ascii_uppercase()
}

/// `REQUIRE_API_KEY_AND_TOKEN_READ`, with the scopes.
fn requirement_constant(api: &Api, requirement: &SecurityRequirement) -> String {
    let parts = requirement.schemes.iter().filter_map(|required| {
        let name = scheme_constant(api.security_schemes.get(required.scheme)?);
        let scopes = required.scopes.iter().map(|scope| heck::ToShoutySnakeCase::to_shouty_snake_case(&**scope));
        let scopes = scopes.map(|scope| format!("_{}", scope.replace(|c: char| !c.is_alphanumeric(), "_")));
        Some(format!("{name}{}", scopes.collect::<String>()))
    });
    let name = parts.collect::<Vec<_>>().join("_AND_");
    if name.is_empty() { "NO_CREDENTIALS".to_owned() } else { format!("REQUIRE_{name}") }
}
