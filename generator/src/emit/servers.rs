//! The client's `Server`: a choice of where the API is served.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::ident;
use crate::emit::{Item, docs};
use crate::model::{Api, Operation, Server, ServerEnum, ServerVariable};

/// An enum of servers.
struct Choice<'a> {
    api: &'a Api,
    name: proc_macro2::Ident,
    docs: TokenStream,
    servers: &'a [Server],
    /// The server that nothing has to be said of.
    default: Option<&'a Server>,
}

/// The enums of servers and those of what stands in their URLs, where there is a choice.
pub(crate) fn items(api: &Api) -> Vec<Item> {
    let mut items = Vec::new();
    if api.has_server_choice() {
        let docs = quote! {
            /// Where the API is served, for `Client::with_server`.
        };
        let default = api.default_server();
        let choice = Choice { api, name: ident("Server"), docs, servers: &api.servers, default };
        items.extend([server_enum(&choice), server_impl(&choice)]);
        items.extend(default.and_then(|server| server.constructor.as_deref()).map(default_impl));
    }
    if api.has_operation_server_choice() {
        let docs = quote! {
            /// Where operations are served that are not served where the others are, for `Client::operation_server` and
            /// `Call::base_url`.
        };
        let servers = &api.operation_servers;
        let choice = Choice { api, name: ident("OperationServer"), docs, servers, default: None };
        items.extend([server_enum(&choice), server_impl(&choice), served_operations(&choice)]);
    }
    items.extend(api.server_enums.iter().flat_map(|it| [value_enum(it), value_impl(it)]));
    items.into_iter().map(Item::from).collect()
}

/// What the docs of the client say of servers that are not among its constructors.
pub(crate) fn note(api: &Api) -> Option<String> {
    let server = api.servers.first().filter(|server| !api.has_server_choice() && server.base.is_some())?;
    let description_url = format!("https://example.com{}", if server.url.starts_with('/') { "" } else { "/" });
    Some(format!(
        "The API is served at `{url}`, relative to where its description is: for one from `https://example.com` that is \
         `Client::with_base_url(\"{description_url}{path}\")`.",
        url = server.url,
        path = server.url.trim_end_matches('/'),
    ))
}

fn has_fields(server: &Server) -> bool {
    server.base.is_some() || !server.variables.is_empty()
}

/// `https://{region}.example.com` as docs have it.
fn shown(url: &str) -> String {
    if url.contains('{') || !url.contains("://") { format!("`{url}`") } else { format!("<{url}>") }
}

/// `pub enum Server { Production, Regional { region: ServerRegion } }`
fn server_enum(choice: &Choice<'_>) -> TokenStream {
    let Choice { name: enum_name, docs: enum_docs, .. } = choice;
    let default = choice.default.filter(|server| !has_fields(server)).map(|server| &server.name);
    let derived = default.is_some().then(|| quote! { Default, });
    let variants = choice.servers.iter().map(|server| {
        let name = ident(&server.name);
        let text = server.description.clone().unwrap_or_default();
        let docs =
            docs::attributes(&docs::joined(vec![docs::markdown(&text), vec![format!("{}.", shown(&server.url))]]));
        let marker = (default == Some(&server.name)).then(|| quote! { #[default] });
        if !has_fields(server) {
            return quote! { #docs #marker #name };
        }
        let variables = server.variables.iter().map(variable_field);
        let base = server.base.iter().map(|base| {
            let base = ident(base);
            quote! {
                /// Where the API's description is, such as `https://example.com/openapi.yaml`: the URL of the server is
                /// relative to it.
                #base: String
            }
        });
        let fields = variables.chain(base);
        quote! { #docs #name { #(#fields),* } }
    });
    quote! {
        #enum_docs
        #[derive(Debug, Clone, #derived PartialEq, Eq, Hash)]
        pub enum #enum_name { #(#variants),* }
    }
}

fn variable_field(variable: &ServerVariable) -> TokenStream {
    let (name, ty) = (ident(&variable.name), variable_type(variable));
    let text = variable.description.clone().unwrap_or_default();
    let default = match &variable.default {
        Some(default) if default.is_empty() => "Default: nothing.".to_owned(),
        Some(default) => format!("Default: `{default}`."),
        None => format!("What stands for `{{{}}}`.", variable.wire_name),
    };
    let docs = docs::attributes(&docs::joined(vec![docs::markdown(&text), vec![default]]));
    quote! { #docs #name: #ty }
}

fn variable_type(variable: &ServerVariable) -> TokenStream {
    match &variable.ty {
        Some(ty) => {
            let ty = ident(ty);
            quote! { #ty }
        }
        None => quote! { String },
    }
}

/// `Server::url`, and a constructor for each server with variables that have defaults.
fn server_impl(choice: &Choice<'_>) -> TokenStream {
    let enum_name = &choice.name;
    let constructors: Vec<TokenStream> = choice
        .servers
        .iter()
        .filter_map(|server| server.constructor.as_ref().map(|name| (server, ident(name))))
        .map(|(server, name)| {
            let variant = ident(&server.name);
            let values = defaults(choice.api, server);
            let doc = format!(
                " [`{}`](Self::{}) with the defaults of its variables: {}.",
                server.name,
                server.name,
                shown(&server.default_url())
            );
            quote! {
                #[doc = #doc]
                #[must_use]
                pub fn #name() -> Self {
                    Self::#variant { #(#values),* }
                }
            }
        })
        .collect();
    let arms = choice.servers.iter().map(|server| {
        let (variant, url) = (ident(&server.name), &server.url);
        let fields = server.variables.iter().map(|variable| ident(&variable.name));
        let base = server.base.as_ref().map(|base| ident(base));
        let fields: Vec<_> = fields.chain(base.clone()).collect();
        let pattern = if fields.is_empty() { None } else { Some(quote! { { #(#fields),* } }) };
        let values = server.variables.iter().map(|variable| {
            let (name, wire_name) = (ident(&variable.name), &variable.wire_name);
            let value = if variable.ty.is_some() {
                quote! { #name.as_str() }
            } else {
                quote! { #name }
            };
            quote! { (#wire_name, #value) }
        });
        let value = match base {
            Some(base) => quote! { relative_server_url(#base, #url, &[#(#values),*]) },
            None => quote! { server_url(#url, &[#(#values),*]) },
        };
        quote! { Self::#variant #pattern => #value }
    });
    quote! {
        impl #enum_name {
            #(#constructors)*

            /// The URL, to be the base of a client.
            ///
            /// # Errors
            /// What is given for a variable cannot stand where the URL has the variable.
            pub fn url(&self) -> Result<String, BuildError> {
                match self { #(#arms),* }
            }
        }
    }
}

/// `region: ServerRegion::Eu`
fn defaults<'a>(api: &'a Api, server: &'a Server) -> impl Iterator<Item = TokenStream> + 'a {
    server.variables.iter().map(|variable| {
        let name = ident(&variable.name);
        let default = variable.default.as_deref().unwrap_or_default();
        let values = variable.ty.as_ref().and_then(|ty| api.server_enums.iter().find(|known| known.name == *ty));
        let variant =
            values.and_then(|it| it.values.iter().find(|value| value.wire_name == default).map(|value| (it, value)));
        match variant {
            Some((ty, value)) => {
                let (ty, value) = (ident(&ty.name), ident(&value.name));
                quote! { #name: #ty::#value }
            }
            None if default.is_empty() => quote! { #name: String::new() },
            None => quote! { #name: #default.to_owned() },
        }
    })
}

/// `Server::regional()`, or `Server::Production`: what nothing has to be said of.
pub(crate) fn ready_server(server: &Server) -> TokenStream {
    match &server.constructor {
        Some(constructor) => {
            let name = ident(constructor);
            quote! { Server::#name() }
        }
        None => {
            let name = ident(&server.name);
            quote! { Server::#name }
        }
    }
}

/// The server of `Client::new`.
fn default_impl(constructor: &str) -> TokenStream {
    let name = ident(constructor);
    quote! {
        impl std::default::Default for Server {
            fn default() -> Self {
                Self::#name()
            }
        }
    }
}

/// `pub enum ServerRegion { Eu, Us }`
fn value_enum(it: &ServerEnum) -> TokenStream {
    let name = ident(&it.name);
    let doc = format!(" What `{}` can be in the URL of a server.", it.wire_name);
    let variants = it.values.iter().map(|value| {
        let (name, doc) = (ident(&value.name), docs::attributes(&[shown_value(&value.wire_name)]));
        quote! { #doc #name }
    });
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum #name { #(#variants),* }
    }
}

fn shown_value(value: &str) -> String {
    if value.is_empty() { "Nothing.".to_owned() } else { format!("`{value}`") }
}

fn value_impl(it: &ServerEnum) -> TokenStream {
    let name = ident(&it.name);
    let arms = it.values.iter().map(|value| {
        let (variant, text) = (ident(&value.name), &value.wire_name);
        quote! { Self::#variant => #text }
    });
    quote! {
        impl #name {
            /// What stands in the URL.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { #(#arms),* }
            }
        }
    }
}

/// `fn operations(&self) -> &'static [&'static str]`
fn served_operations(choice: &Choice<'_>) -> TokenStream {
    let Choice { api, name: enum_name, servers, .. } = choice;
    let arms = servers.iter().enumerate().map(|(index, server)| {
        let name = ident(&server.name);
        let rest = has_fields(server).then(|| quote! { { .. } });
        let ids = api.operations().filter(|it| it.servers.contains(&index)).map(|it| &it.wire_name);
        quote! { Self::#name #rest => &[#(#ids),*] }
    });
    quote! {
        impl #enum_name {
            /// The ids of the operations that are served there.
            fn operations(&self) -> &'static [&'static str] {
                match self { #(#arms),* }
            }
        }
    }
}

/// `Served at <https://uploads.example.com>.`, for the docs of an operation.
pub(crate) fn own_servers(api: &Api, operation: &Operation) -> Vec<String> {
    let default = api.servers_of(operation).position(Server::has_defaults);
    let lines = api.servers_of(operation).enumerate().map(|(index, server)| {
        let text = server.description.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let text = if text.is_empty() { String::new() } else { format!(": {text}") };
        let url = shown(&server.url);
        let default = match (Some(index) == default, server.variables.is_empty()) {
            (true, false) => format!(", by default {}", shown(&server.default_url())),
            (true, true) if operation.servers.len() > 1 => " (the default)".to_owned(),
            _ => String::new(),
        };
        format!("{url}{default}{text}")
    });
    let lines: Vec<String> = lines.collect();
    let mut docs = match &*lines {
        [] => return Vec::new(),
        [line] => format!("Served at {line}"),
        lines => {
            let items: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
            format!("Served at one of these:\n\n{}", items.join("\n"))
        }
    };
    if default.is_none() {
        docs.push_str(
            "\n\nIt is sent there by a client that is told what stands in the URL; others send it with the rest.",
        );
    }
    docs::markdown(&docs)
}
