//! `client.rs`: a trait per tag, and `Client`, which implements them over HTTP.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::imports::Side;
use crate::emit::rust_type::{Scope, ident};
use crate::emit::tags::Surface;
use crate::emit::{File, Item, contents, docs, operations, pagination, payload, rules, servers, tags};
use crate::model::{
    Api, Location, MediaKind, Operation, Parameter, RequestBody, Response, SecurityKind, SecurityScheme, Server,
    Status, Tag, Type,
};

pub(crate) fn files(api: &Api) -> Vec<File> {
    let mut docs = vec![docs::markdown(&format!(
        "The client of the {}: a trait for each tag, and `Client`, which implements them over HTTP.",
        api.title
    ))];
    docs.extend(servers::note(api).map(|note| docs::markdown(&note)));
    let docs = docs::joined(docs);
    tags::files(Surface::offered(api), Side::Client, docs, KNOWN, root_items(api), |tag| tag_items(api, tag))
}

/// What the root re-exports.
const KNOWN: &[&str] = &[
    "Answer",
    "ApiError",
    "Attempt",
    "Basic",
    "Body",
    "BuildError",
    "Call",
    "Client",
    "ClientCredentials",
    "Credential",
    "Error",
    "Invalid",
    "Location",
    "Operation",
    "Secret",
    "Segment",
    "Transport",
    "Violation",
    "pagination",
];

fn root_items(api: &Api) -> Vec<Item> {
    let has_schemes = !api.security_schemes.is_empty();
    let credential = has_schemes.then(|| quote! { Credential, });
    let secret = has_schemes.then(|| quote! { pub use crate::support::secret::Secret; });
    let has_basic = api.security_schemes.iter().any(|scheme| scheme.kind == SecurityKind::Basic);
    let basic = has_basic.then(|| quote! { pub use crate::support::basic::Basic; });
    let has_tokens = api.security_schemes.iter().any(|scheme| scheme.client_credentials_url().is_some());
    let tokens = has_tokens.then(|| quote! { pub use crate::support::client::oauth::{ClientCredentials, TokenError}; });
    let pagination = pagination::is_needed(api).then(|| quote! { pub use crate::support::client::pagination; });
    let mut items = vec![Item::from(quote! {
        #basic
        pub use crate::support::body::Body;
        pub use crate::support::client::{Answer, Attempt, BuildError, Call, Client, #credential Error, Transport, TransportService};
        #pagination
        #tokens
        pub use crate::support::operation::{ApiError, Operation};
        #secret
        pub use crate::support::violation::{Invalid, Location, Segment, Violation};
    })];
    items.push(prelude(&api.tags).into());
    items.extend(constructors(api).map(Item::from));
    items.extend(servers::items(api));
    items.extend(credentials(api).map(Item::from));
    items.extend(pagination::page_impls(api));
    items
}

/// `pub mod prelude { pub use super::{Pets, Stores}; }`
pub(crate) fn prelude(tags: &[Tag]) -> TokenStream {
    let names: Vec<_> = tags.iter().map(|tag| ident(&tag.name)).collect();
    let names = match &*names {
        [name] => quote! { #name as _ },
        names => quote! { {#(#names as _),*} },
    };
    if tags.is_empty() {
        return TokenStream::new();
    }
    let doc = match tags.iter().any(Tag::is_outgoing) {
        true => quote! { #[doc = " The traits, to send by."] },
        false => quote! { #[doc = " The client traits, to call operations by."] },
    };
    quote! {
        #doc
        pub mod prelude {
            pub use super::#names;
        }
    }
}

/// `Client::new`, where the description names a server; `Client::with_server`, where there is a choice;
/// `Client::credentials`, where it names a scheme.
fn constructors(api: &Api) -> Option<TokenStream> {
    let goes_elsewhere = api.operations().any(|operation| !operation.servers.is_empty());
    let new = api.default_server().map(|server| new_function(api, server, goes_elsewhere));
    let with_server = api.has_server_choice().then(|| with_server_function(goes_elsewhere));
    let operation_servers = goes_elsewhere.then(|| {
        quote! {
            /// Whether the operations that the description serves elsewhere than the others are sent there, with the
            /// credentials that they need. Those of a client of one of the description's servers are; a client with a
            /// base URL or a transport of its own sends everything there, unless it is told so here.
            #[must_use]
            pub fn operation_servers(self, go_there: bool) -> Self {
                self.with_operation_servers(go_there)
            }
        }
    });
    let operation_server = api.has_operation_server_choice().then(|| {
        quote! {
            /// Sends the operations that the description serves there to this server, whatever the client's own is. One
            /// call is sent elsewhere by [`Call::base_url`].
            ///
            /// # Errors
            /// What is given for a variable of the server cannot stand in its URL.
            pub fn operation_server(self, server: OperationServer) -> Result<Self, BuildError> {
                self.with_operation_server(server.operations(), &server.url()?)
            }
        }
    });
    let credentials = (!api.security_schemes.is_empty()).then(|| {
        let names = api.security_schemes.iter().map(|scheme| ident(&scheme.name));
        quote! {
            /// What the client authenticates with. An operation is sent with the credentials of its first
            /// alternative that is complete here. Where none is, that is an error, and nothing is sent; a client without
            /// any credentials sends everything as it is.
            #[must_use]
            pub fn credentials(self, credentials: Credentials) -> Self {
                self.with_credentials(vec![#(credentials.#names),*])
            }
        }
    });
    let functions: Vec<TokenStream> =
        [new, with_server, operation_servers, operation_server, credentials].into_iter().flatten().collect();
    (!functions.is_empty()).then(|| quote! { impl Client { #(#functions)* } })
}

/// `pub fn new() -> Result<Self, BuildError>`
fn new_function(api: &Api, server: &Server, goes_elsewhere: bool) -> TokenStream {
    let url = server.default_url();
    let is_first = api.servers.first() == Some(server);
    let which = if is_first {
        "first server of the description"
    } else {
        "first server of the description with a complete URL"
    };
    let what = server.description.as_ref().map(|text| format!(" ({})", text.trim())).unwrap_or_default();
    let doc = docs::attributes(&docs::joined(vec![
        docs::markdown(&format!("A client of the {which}: {url}{what}.")),
        vec!["# Errors".to_owned()],
        vec!["The TLS backend cannot start.".to_owned()],
    ]));
    let body = match (api.has_server_choice(), goes_elsewhere) {
        (true, _) => {
            let server = servers::ready_server(server);
            quote! { Self::with_server(#server) }
        }
        (false, true) => quote! { Ok(Self::with_base_url(#url)?.operation_servers(true)) },
        (false, false) => quote! { Self::with_base_url(#url) },
    };
    quote! {
        #doc
        pub fn new() -> Result<Self, BuildError> {
            #body
        }
    }
}

/// `pub fn with_server(server: Server) -> Result<Self, BuildError>`
fn with_server_function(goes_elsewhere: bool) -> TokenStream {
    let body = if goes_elsewhere {
        quote! { Ok(Self::with_base_url(&server.url()?)?.operation_servers(true)) }
    } else {
        quote! { Self::with_base_url(&server.url()?) }
    };
    quote! {
        /// A client of one of the description's servers.
        ///
        /// # Errors
        /// What is given for a variable of the server cannot stand in its URL, or the TLS backend cannot start.
        pub fn with_server(server: Server) -> Result<Self, BuildError> {
            #body
        }
    }
}

/// `pub struct Credentials { pub api_key: Credential }`
fn credentials(api: &Api) -> Option<TokenStream> {
    if api.security_schemes.is_empty() {
        return None;
    }
    let fields = api.security_schemes.iter().map(|scheme| {
        let name = ident(&scheme.name);
        let text = scheme.description.clone().unwrap_or_default();
        let place = match &scheme.kind {
            SecurityKind::ApiKey { location: Location::Query, parameter } => format!("Query parameter `{parameter}`."),
            SecurityKind::ApiKey { location: Location::Cookie, parameter } => format!("Cookie `{parameter}`."),
            SecurityKind::ApiKey { parameter, .. } => format!("Header `{parameter}`."),
            SecurityKind::Basic => "`Authorization: Basic …`: a `Basic` of user and password.".to_owned(),
            SecurityKind::Bearer => "`Authorization: Bearer …`: the token.".to_owned(),
            SecurityKind::Http(scheme) => format!("`Authorization: {scheme} …`: what follows the scheme."),
            SecurityKind::MutualTls => "A client certificate of the connection: nothing here.".to_owned(),
        };
        let mut paragraphs = vec![docs::markdown(&text), vec![place]];
        paragraphs.extend(token_docs(scheme));
        let doc = docs::attributes(&docs::joined(paragraphs));
        quote! { #doc pub #name: Credential }
    });
    Some(quote! {
        /// What a client authenticates with: a value, a provider, or nothing for each scheme. It does not
        /// print.
        #[derive(Debug, Clone, Default)]
        pub struct Credentials { #(#fields,)* }
    })
}

/// Where a token comes from, and what it can be for.
fn token_docs(scheme: &SecurityScheme) -> Vec<Vec<String>> {
    let mut paragraphs = Vec::new();
    if let Some(url) = scheme.client_credentials_url() {
        paragraphs.push(docs::markdown(&format!(
            "A `ClientCredentials` obtains tokens from `{url}`, and renews them, by itself."
        )));
    }
    for flow in scheme.flows.iter().filter(|flow| flow.name != "clientCredentials") {
        let authorization = flow.authorization_url.iter().map(|url| format!("users are asked at `{url}`"));
        let token = flow.token_url.iter().map(|url| format!("tokens come from `{url}`"));
        let places = authorization.chain(token).collect::<Vec<_>>().join(", ");
        paragraphs.push(docs::markdown(&format!("Flow `{}`: {places}.", flow.name)));
    }
    if let Some(url) = &scheme.discovery_url {
        paragraphs.push(docs::markdown(&format!("How to obtain one is at `{url}`.")));
    }
    if !scheme.scopes.is_empty() {
        let line = |(scope, text): &(String, String)| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.is_empty() { format!("- `{scope}`") } else { format!("- `{scope}`: {text}") }
        };
        let lines: Vec<String> = scheme.scopes.iter().map(line).collect();
        paragraphs.push(vec!["Scopes:".to_owned()]);
        paragraphs.push(docs::markdown(&lines.join("\n")));
    }
    paragraphs
}

pub(crate) fn tag_items(api: &Api, tag: &Tag) -> Vec<Item> {
    let mut items = vec![trait_item(api, tag).into(), impl_item(tag).into()];
    items.extend(tag.operations.iter().map(decode_function).map(Item::from));
    items
}

fn trait_item(api: &Api, tag: &Tag) -> TokenStream {
    let name = ident(&tag.name);
    let text = tag.description.clone().unwrap_or_default();
    let docs = docs::attributes(&docs::joined(vec![
        vec![if tag.is_outgoing() { tags::sentence("Sends", tag) } else { tags::sentence("Calls of", tag) }],
        docs::markdown(&text),
    ]));
    let methods = tag.operations.iter().map(|operation| {
        let docs = operation_docs(api, operation, pagination::doc_lines(operation));
        let signature = signature(operation);
        let arguments = operation.parameters_in(Location::Path).count()
            + usize::from(operations::params_name(operation).is_some())
            + usize::from(operation.request_body.is_some())
            + usize::from(operation.webhook.is_some());
        let allow = payload::many_arguments(arguments);
        quote! { #docs #allow #signature; }
    });
    quote! { #docs pub trait #name { #(#methods)* } }
}

/// Summary, description, what else there is to say on one side, `POST /v0/api-keys`, and the statuses.
pub(crate) fn operation_docs(api: &Api, operation: &Operation, side: Vec<String>) -> TokenStream {
    let mut paragraphs: Vec<Vec<String>> = [&operation.docs.title, &operation.docs.description]
        .into_iter()
        .flatten()
        .map(|text| docs::markdown(text))
        .collect();
    paragraphs.push(side);
    paragraphs.push(vec![operations::route(operation)]);
    paragraphs.push(servers::own_servers(api, operation));
    paragraphs.push(operations::status_lines(operation));
    paragraphs.extend(operations::link_lines(operation));
    let lines = docs::attributes(&docs::joined(paragraphs));
    let deprecated = operation.docs.is_deprecated.then(|| quote! { #[deprecated] });
    quote! { #lines #deprecated }
}

/// `fn get_pet(&self, pet_id: i64) -> Call<types::Pet, operations::GetPetError>`
fn signature(operation: &Operation) -> TokenStream {
    let scope = Scope::elsewhere();
    let name = ident(&operation.name);
    let path = operation.parameters_in(Location::Path).map(|parameter| {
        let (name, ty) = (ident(&parameter.name), scope.argument(&parameter.place.ty));
        quote! { #name: #ty }
    });
    let params = operations::params_name(operation).map(|name| {
        let name = ident(&name);
        quote! { params: &operations::#name }
    });
    let body = body_argument(operation, &scope).map(|(ty, is_required)| {
        if is_required {
            quote! { body: #ty }
        } else {
            quote! { body: Option<#ty> }
        }
    });
    let url = operation.webhook.is_some().then(|| quote! { url: &str });
    let arguments = url.into_iter().chain(path).chain(params).chain(body);
    let success = payload::success_type(operation, &scope);
    let error = payload::error_type(operation);
    let pages = pagination::marker(operation);
    quote! { fn #name(&self, #(#arguments),*) -> Call<#success, #error #pages> }
}

/// How a body is given to a method, and whether it is always sent: what is written at once by reference, streams and
/// forms to choose from by value.
pub(crate) fn body_argument(operation: &Operation, scope: &Scope<'_>) -> Option<(TokenStream, bool)> {
    let body = operation.request_body.as_ref()?;
    let (ty, is_required) = payload::request_type(operation, scope)?;
    let ty = match &*body.media_types {
        [media] => match (media.kind, &media.place.ty) {
            (MediaKind::Json | MediaKind::Form, ty @ (Type::Array(_) | Type::String)) => scope.argument(ty),
            (MediaKind::Text, ty) => scope.argument(ty),
            (MediaKind::Json | MediaKind::Form, _) => quote! { &#ty },
            _ => ty,
        },
        _ => ty,
    };
    Some((ty, is_required))
}

fn impl_item(tag: &Tag) -> TokenStream {
    let name = ident(&tag.name);
    let methods = tag.operations.iter().map(method);
    let implementor = ident(if tag.is_outgoing() { "Sender" } else { "Client" });
    quote! { impl #name for #implementor { #(#methods)* } }
}

/// ```text
/// fn get_pet(&self, pet_id: i64) -> Call<types::Pet, operations::GetPetError> {
///     self.request(&operations::GET_PET).path("petId", &pet_id).call(get_pet)
/// }
/// ```
fn method(operation: &Operation) -> TokenStream {
    let signature = signature(operation);
    let (constant, decode) = (operations::constant(operation), ident(&operation.name));
    // An argument of the same name is nearer.
    let is_hidden = operation.parameters_in(Location::Path).any(|parameter| parameter.name == operation.name);
    let decode = if is_hidden {
        quote! { self::#decode }
    } else {
        quote! { #decode }
    };
    let parameters = operation.parameters.iter().map(parameter_call);
    let url = operation.webhook.is_some().then(|| quote! { url, });
    let request = quote! { self.request(#url &operations::#constant) #(#parameters)* };
    let end = pagination::call(operation, &decode);
    let body = match operation.request_body.as_ref() {
        None => quote! { #request.#end },
        Some(body) => match (body_call(operation, body), body.is_required) {
            ((call, _), true) => quote! { #request.#call.#end },
            ((_, Some(optional)), false) => quote! { #request.#optional.#end },
            ((call, None), false) => quote! {
                let request = #request;
                let request = match body {
                    Some(body) => request.#call,
                    None => request,
                };
                request.#end
            },
        },
    };
    quote! { #signature { #body } }
}

/// `.query("limit", &params.limit)`
fn parameter_call(parameter: &Parameter) -> TokenStream {
    let (name, wire_name) = (ident(&parameter.name), &parameter.wire_name);
    match parameter.location {
        Location::Path => match parameter.place.ty {
            Type::Boolean | Type::Integer(_) | Type::Number(_) => quote! { .path(#wire_name, &#name) },
            _ => quote! { .path(#wire_name, #name) },
        },
        Location::Query => quote! { .query(#wire_name, &params.#name) },
        Location::Header => quote! { .header(#wire_name, &params.#name) },
        Location::Cookie => quote! { .cookie(#wire_name, &params.#name) },
    }
}

/// `json(body, "application/json", &[])`, and the same for a body that may be absent, if there is such a method.
fn body_call(operation: &Operation, body: &RequestBody) -> (TokenStream, Option<TokenStream>) {
    let [media] = &*body.media_types else { return (quote! { one_of(body) }, None) };
    let (kind, media_type) = (ident(payload::method(media.kind)), payload::media_type(media));
    let rules = rules::argument(&media.place.rules);
    let scope = Scope::elsewhere();
    let argument = body_argument(operation, &scope).map(|(ty, _)| ty.to_string());
    // Scalars are taken by value.
    let is_by_value = media.kind == MediaKind::Text && argument.is_some_and(|ty| !ty.starts_with('&'));
    match media.kind {
        MediaKind::Json => {
            (quote! { json(body, #media_type, #rules) }, Some(quote! { optional_json(body, #media_type, #rules) }))
        }
        MediaKind::Text if is_by_value => (quote! { text(&body, #media_type, #rules) }, None),
        kind_of_body if contents::takes_rules(kind_of_body) => (quote! { #kind(body, #media_type, #rules) }, None),
        _ => (quote! { #kind(body, #media_type) }, None),
    }
}

/// ```text
/// fn get_pet(mut reply: Reply) -> Result<types::Pet, Error<operations::GetPetError>> {
///     match reply.code() {
///         200 => Ok(reply.json("application/json")?),
///         _ => Err(reply.failure()),
///     }
/// }
/// ```
fn decode_function(operation: &Operation) -> TokenStream {
    let name = ident(&operation.name);
    let scope = Scope::elsewhere();
    let (success, error) = (payload::success_type(operation, &scope), payload::error_type(operation));
    let statuses = operation.successes.iter().map(|response| response.status);
    let patterns = statuses.filter(|status| !is_in_range(*status, operation)).map(status_pattern);
    let has_default = operation.successes.iter().any(|response| response.status == Status::Default);
    let (value, reads_body) = match &*operation.successes {
        [] => (quote! { Ok(()) }, false),
        [response] if response.headers.is_empty() => (success_value(response), takes_parts(response)),
        _ => (quote! { FromReply::from_reply(reply) }, false),
    };
    let body = match (operation.successes.is_empty(), has_default) {
        (true, _) => quote! { match reply.code() { 200..=299 => #value, _ => Err(reply.failure()) } },
        (_, true) => value,
        _ => quote! { match reply.code() { #(#patterns)|* => #value, _ => Err(reply.failure()) } },
    };
    let mutability = reads_body.then(|| quote! { mut });
    quote! {
        pub(crate) fn #name(#mutability reply: Reply) -> Result<#success, Error<#error>> {
            #body
        }
    }
}

/// Whether a range among the successes holds this one status.
fn is_in_range(status: Status, operation: &Operation) -> bool {
    let Status::Code(code) = status else { return false };
    u8::try_from(code / 100)
        .is_ok_and(|class| operation.successes.iter().any(|response| response.status == Status::Range(class)))
}

/// `200`, `200..=299`, `_`
fn status_pattern(status: Status) -> TokenStream {
    let literal = proc_macro2::Literal::u16_unsuffixed;
    match status {
        Status::Code(code) => {
            let code = literal(code);
            quote! { #code }
        }
        Status::Range(class) => {
            let (first, last) = (literal(u16::from(class) * 100), literal(u16::from(class) * 100 + 99));
            quote! { #first..=#last }
        }
        Status::Default => quote! { _ },
    }
}

/// Whether the success has a status or a body to take from the reply.
fn takes_parts(response: &Response) -> bool {
    !payload::is_fixed(response) || !response.media_types.is_empty()
}

/// What the one success of an operation is read as.
fn success_value(response: &Response) -> TokenStream {
    let read = payload::answer_source(response).map(|(kind, argument)| quote! { reply.#kind(#argument)? });
    match (payload::is_fixed(response), read) {
        (true, None) => quote! { Ok(()) },
        (true, Some(read)) => quote! { Ok(#read) },
        (false, None) => quote! { Ok(reply.status()?) },
        (false, Some(read)) => quote! { Ok((reply.status()?, #read)) },
    }
}
