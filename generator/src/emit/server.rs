//! `server.rs`: the handler trait per tag, whose default bodies are the stubs; `Gate`; `router`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::client::operation_docs;
use crate::emit::imports::Side;
use crate::emit::rust_type::{Scope, ident};
use crate::emit::status::status_code;
use crate::emit::tags::Surface;
use crate::emit::{File, Item, contents, credentials, docs, operations, payload, rules, tags};
use crate::model::{
    Api, Choice, Location, MediaKind, Operation, Parameter, RequestBody, Response, SecurityKind, Segment, Status, Tag,
};

pub(crate) fn files(api: &Api, has_stubs: bool) -> Vec<File> {
    let docs = docs::markdown(&format!(
        "The server of the {}: a handler trait for each tag, `Gate`, which says who calls and what a refused \
         request is told, and the router in front of them.",
        api.title
    ));
    tags::files(Surface::offered(api), Side::Server, docs, KNOWN, root_items(api), |tag| tag_items(api, tag, has_stubs))
}

/// What the root re-exports.
const KNOWN: &[&str] = &[
    "Accept",
    "AuthError",
    "Basic",
    "Body",
    "ConnectionLimits",
    "Location",
    "Operation",
    "Failure",
    "Limits",
    "Parts",
    "Rejection",
    "RejectionKind",
    "Response",
    "Secret",
    "Segment",
    "Violation",
];

fn root_items(api: &Api) -> Vec<Item> {
    let has_security = has_security(api);
    let mut items = vec![reexports(api, has_security).into()];
    items.push(gate(api, has_security).into());
    items.push(guard_impl(has_security).into());
    if has_security {
        items.extend(credentials::items(api).into_iter().map(Item::from));
    }
    items.push(router(api).into());
    items
}

fn has_security(api: &Api) -> bool {
    api.operations().any(|operation| operation.security.iter().any(|requirement| !requirement.schemes.is_empty()))
}

fn reexports(api: &Api, has_security: bool) -> TokenStream {
    let has_basic = api.security_schemes.iter().any(|scheme| scheme.kind == SecurityKind::Basic);
    let basic = (has_security && has_basic).then(|| quote! { pub use crate::support::basic::Basic; });
    let secret = has_security.then(|| quote! { pub use crate::support::secret::Secret; });
    let accept = api.operations().any(payload::has_choice).then(|| quote! { pub use crate::support::content::Accept; });
    let (auth_error, private) = if has_security {
        (Some(quote! { AuthError, }), None)
    } else {
        (None, Some(quote! { use crate::support::server::AuthError; }))
    };
    quote! {
        #private
        #basic
        #accept
        pub use crate::support::operation::Operation;
        #secret
        pub use crate::support::server::{#auth_error Body, Failure, Limits, Parts, Rejection, RejectionKind, Response, json_response};
        #[cfg(feature = "serve")]
        pub use crate::support::server::{ConnectionLimits, serve};
        pub use crate::support::violation::{Location, Segment, Violation};
    }
}

/// The trait that a service implements once for the API.
fn gate(api: &Api, has_security: bool) -> TokenStream {
    let has_certificates = api.security_schemes.iter().any(|scheme| scheme.kind == SecurityKind::MutualTls);
    let certificates = has_certificates.then(|| {
        quote! {
            ///
            /// A client's certificate is not in the head itself. Whatever ends TLS in front of the router has it, and can
            /// hand it on in the extensions of `request`; where there is none, the caller is `Unauthenticated`.
        }
    });
    let authenticate = has_security.then(|| {
        quote! {
            /// Who calls; handlers get it. It is also the place for what else they need from the request.
            type Caller: Send + 'static;

            /// Finds out who calls, from the credentials and the request's head, before its body is read. Where a request
            /// shows the credentials of several alternatives, it is asked for each until one is taken.
            #certificates
            fn authenticate(
                &self,
                request: &Parts,
                credentials: Credentials,
                scopes: &[&str],
            ) -> impl Future<Output = Result<Self::Caller, Failure<AuthError>>> + Send;
        }
    });
    quote! {
        /// What every operation asks of a service.
        pub trait Gate: Send + Sync + 'static {
            #authenticate

            /// Answers a request that its handler does not: as a problem document (RFC 9457), unless a
            /// service speaks the API's own error schema here. This is the place to log
            /// [`Rejection::source`], the error behind a 500.
            fn reject(&self, rejection: Rejection) -> Response {
                rejection.into_response()
            }

            /// What a request may cost. [`Operation::id`] and [`Operation::route`] say what it is for.
            fn limits(&self, operation: &'static Operation) -> Limits {
                let _ = operation;
                Limits::default()
            }
        }
    }
}

fn guard_impl(has_security: bool) -> TokenStream {
    let (caller, credentials) = if has_security {
        (quote! { S::Caller }, quote! { Credentials })
    } else {
        (quote! { () }, quote! { NoCredentials })
    };
    let body = if has_security {
        quote! {
            fn authenticate(
                &self,
                head: &Parts,
                credentials: Credentials,
                scopes: &[&str],
            ) -> impl Future<Output = Result<S::Caller, Failure<AuthError>>> + Send {
                Gate::authenticate(self, head, credentials, scopes)
            }
        }
    } else {
        quote! {
            async fn authenticate(&self, _: &Parts, _: NoCredentials, _: &[&str]) -> Result<(), Failure<AuthError>> {
                Ok(())
            }
        }
    };
    quote! {
        impl<S: Gate> Guard for S {
            type Caller = #caller;
            type Credentials = #credentials;

            #body

            fn reject(&self, rejection: Rejection) -> Response {
                Gate::reject(self, rejection)
            }

            fn limits(&self, operation: &'static Operation) -> Limits {
                Gate::limits(self, operation)
            }
        }
    }
}

// ---- router ----

/// `pub fn router<S: Pets + Stores>(service: S) -> Router`
fn router(api: &Api) -> TokenStream {
    let traits = api.tags.iter().map(|tag| ident(&tag.name));
    let bound = if api.tags.is_empty() {
        quote! { Gate }
    } else {
        quote! { #(#traits)+* }
    };
    let steps = api.tags.iter().filter(|tag| is_routed(tag)).map(|tag| {
        let routes = routes_name(tag);
        quote! { let routes = #routes(routes); }
    });
    quote! {
        /// The router of the API, with the paths as its description has them: nest it below the base path
        /// that the service is reached at.
        pub fn router<S: #bound>(service: S) -> Router {
            let routes = Routes::new(service);
            #(#steps)*
            routes.finish()
        }
    }
}

fn is_routed(tag: &Tag) -> bool {
    tag.operations.iter().any(|operation| operation.routing.is_reachable())
}

fn routes_name(tag: &Tag) -> proc_macro2::Ident {
    ident(&format!("{}_routes", tag.module.trim_start_matches("r#")))
}

/// `pub(crate) fn pets_routes<S: Pets>(routes: Routes<S>) -> Routes<S> { routes.route(Open, …) }`
fn routes(api: &Api, tag: &Tag) -> TokenStream {
    let (name, bound) = (routes_name(tag), ident(&tag.name));
    let reachable = tag.operations.iter().filter(|operation| operation.routing.is_reachable());
    let routes = reachable.flat_map(|operation| {
        let access = ident(access_name(operation));
        let (constant, endpoint) = (operations::constant(operation), endpoint_name(operation));
        let own = (if operation.routing.choice == Choice::Alone { "route" } else { "choose" }, &operation.segments);
        let others = operation.routing.also_at.iter().map(|segments| ("choose", segments));
        std::iter::once(own).chain(others).map(move |(method, segments)| {
            let (method, path) = (ident(method), axum_path(api, segments));
            quote! { .#method(#access, #path, &operations::#constant, #endpoint) }
        })
    });
    quote! {
        pub(crate) fn #name<S: #bound>(routes: Routes<S>) -> Routes<S> {
            routes #(#routes)*
        }
    }
}

pub(crate) fn endpoint_name(operation: &Operation) -> proc_macro2::Ident {
    ident(&format!("{}_endpoint", operation.name.trim_start_matches("r#").trim_end_matches('_')))
}

/// The path in axum's syntax. A segment that mixes text and parameters is one parameter; where templates differ
/// in a parameter's name only, it is named after its position, so that they are one route.
fn axum_path(api: &Api, segments: &[Segment]) -> String {
    let segments = segments.iter().enumerate().map(|(index, segment)| match segment {
        Segment::Literal(text) => text.replace('{', "{{").replace('}', "}}"),
        Segment::Parameter(name) if is_unrivalled(api, segments, index) => format!("{{{name}}}"),
        Segment::Parameter(_) | Segment::Mixed(_) => format!("{{p{index}}}"),
    });
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

/// Whether every route with the same segments before this one has the same parameter here, of a name that axum
/// takes.
fn is_unrivalled(api: &Api, segments: &[Segment], index: usize) -> bool {
    let Some(Segment::Parameter(name)) = segments.get(index) else { return false };
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let is_same_place = |other: &[Segment]| other.len() > index && is_same_shape(&other[..index], &segments[..index]);
    let routed = api.operations().filter(|other| other.routing.is_reachable());
    let rivals = routed.map(|other| &*other.segments).filter(|other| is_same_place(other));
    is_plain
        && rivals.into_iter().all(|other| match &other[index] {
            Segment::Literal(_) => true,
            Segment::Parameter(rival) => rival == name,
            Segment::Mixed(_) => false,
        })
}

fn is_same_shape(one: &[Segment], other: &[Segment]) -> bool {
    one.iter().zip(other).all(|pair| match pair {
        (Segment::Literal(one), Segment::Literal(other)) => one == other,
        (Segment::Literal(_), _) | (_, Segment::Literal(_)) => false,
        _ => true,
    })
}

// ---- handlers ----

fn tag_items(api: &Api, tag: &Tag, has_stubs: bool) -> Vec<Item> {
    let mut items = Vec::new();
    if api.tags.len() > 1 {
        items.push(quote! { use crate::server::Gate; }.into());
    }
    items.push(trait_item(api, tag, has_stubs).into());
    if is_routed(tag) {
        items.push(routes(api, tag).into());
    }
    let routed = tag.operations.iter().filter(|operation| operation.routing.is_reachable());
    items.extend(routed.map(|operation| endpoint(tag, operation).into()));
    items
}

pub(crate) fn trait_item(api: &Api, tag: &Tag, has_stubs: bool) -> TokenStream {
    let name = ident(&tag.name);
    let text = tag.description.clone().unwrap_or_default();
    let stubs = if has_stubs { "A method that is left out answers 501." } else { "" };
    let docs = docs::attributes(&docs::joined(vec![
        vec![format!("{} {stubs}", tags::sentence("Handlers of", tag)).trim().to_owned()],
        docs::markdown(&text),
    ]));
    let methods = tag.operations.iter().map(|operation| handler(api, operation, has_stubs));
    quote! { #docs pub trait #name: Gate { #(#methods)* } }
}

/// What a handler gets: its name and its type.
fn arguments(operation: &Operation) -> Vec<(proc_macro2::Ident, TokenStream)> {
    let scope = Scope::elsewhere();
    let mut arguments: Vec<_> = operation
        .parameters_in(Location::Path)
        .map(|parameter| (ident(&parameter.name), scope.ty(&parameter.place.ty)))
        .collect();
    arguments.extend(operations::params_name(operation).map(|name| {
        let name = ident(&name);
        (ident("params"), quote! { operations::#name })
    }));
    if payload::has_choice(operation) {
        arguments.push((ident("accept"), quote! { Accept }));
    }
    arguments.extend(payload::request_type(operation, &scope).map(|(ty, is_required)| {
        (
            ident("body"),
            if is_required {
                ty
            } else {
                quote! { Option<#ty> }
            },
        )
    }));
    arguments
}

fn access_name(operation: &Operation) -> &'static str {
    let (open, closed): (Vec<_>, Vec<_>) = operation.security.iter().partition(|all| all.schemes.is_empty());
    match (open.is_empty(), closed.is_empty()) {
        (_, true) => "Open",
        (true, false) => "Authenticated",
        (false, false) => "OptionallyAuthenticated",
    }
}

/// `caller: Self::Caller`, where somebody is asked; `delivery: Self::Delivery`, where the API is who calls.
fn caller(operation: &Operation, service: &TokenStream) -> Option<(proc_macro2::Ident, TokenStream)> {
    match access_name(operation) {
        _ if operation.webhook.is_some() => Some((ident("delivery"), quote! { #service::Delivery })),
        "Open" => None,
        "Authenticated" => Some((ident("caller"), quote! { #service::Caller })),
        _ => Some((ident("caller"), quote! { Option<#service::Caller> })),
    }
}

/// `fn get_pet(&self, caller: Self::Caller, pet_id: i64) -> impl Future<…> + Send { … }`
fn handler(api: &Api, operation: &Operation, has_stubs: bool) -> TokenStream {
    let docs = operation_docs(api, operation, Vec::new());
    let unrouted = (!operation.routing.is_reachable()).then(|| {
        quote! {
            #[doc = ""]
            #[doc = " The router cannot tell this operation's path from another's: no request gets here."]
        }
    });
    let name = ident(&operation.name);
    let scope = Scope::elsewhere();
    let mut names = Vec::new();
    let mut parameters = Vec::new();
    let caller = caller(operation, &quote! { Self });
    for (name, ty) in caller.into_iter().chain(arguments(operation)) {
        parameters.push(quote! { #name: #ty });
        names.push(name);
    }
    let (success, error) = (payload::success_type(operation, &scope), payload::error_type(operation));
    let ignored = match &*names {
        [] => None,
        [name] => Some(quote! { let _ = #name; }),
        names => Some(quote! { let _ = (#(#names),*); }),
    };
    let body = if has_stubs {
        quote! { { #ignored not_implemented() } }
    } else {
        quote! { ; }
    };
    let allow = payload::many_arguments(parameters.len());
    quote! {
        #docs
        #unrouted
        #allow
        fn #name(&self, #(#parameters),*) -> impl Future<Output = Result<#success, Failure<#error>>> + Send #body
    }
}

/// ```text
/// fn get_pet_endpoint<'a, S: Pets>(service: &'a S, caller: S::Caller, request: &mut Incoming) -> Option<Answer<'a>> {
///     let path_pet_id = request.required(Location::Path, "petId");
///     request.checked()?;
///     let handler = service.get_pet(caller, path_pet_id?);
///     Some(answer_with(handler, reply::as_json(StatusCode::OK, "application/json")))
/// }
/// ```
pub(crate) fn endpoint(tag: &Tag, operation: &Operation) -> TokenStream {
    let (endpoint, tag) = (endpoint_name(operation), ident(&tag.name));
    let method = ident(&operation.name);
    let (caller_parameter, caller_argument) = match caller(operation, &quote! { S }) {
        Some((name, ty)) => (quote! { #name: #ty }, Some(quote! { #name, })),
        None => (quote! { (): () }, None),
    };
    let (steps, arguments) = parse(operation);
    let is_read = !steps.is_empty() || payload::has_choice(operation);
    let request = ident(if is_read { "request" } else { "_request" });
    let checked = (!steps.is_empty()).then(|| quote! { request.checked()?; });
    let reply = success_reply(operation);
    quote! {
        fn #endpoint<'a, S: #tag>(service: &'a S, #caller_parameter, #request: &mut Incoming) -> Option<Answer<'a>> {
            #(#steps)*
            #checked
            let handler = service.#method(#caller_argument #(#arguments),*);
            Some(answer_with(handler, #reply))
        }
    }
}

/// Takes each argument from the request before any of them is given up, so that all violations are found; and
/// the arguments.
fn parse(operation: &Operation) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let mut steps = Vec::new();
    let mut arguments = Vec::new();
    for parameter in operation.parameters_in(Location::Path) {
        let local = local("path", parameter);
        let read = read_parameter(parameter);
        steps.push(quote! { let #local = #read; });
        arguments.push(quote! { #local? });
    }
    if let Some(params) = operations::params_name(operation) {
        let params = ident(&params);
        let others = operation.parameters.iter().filter(|parameter| parameter.location != Location::Path);
        let mut fields = Vec::new();
        for parameter in others {
            let name = ident(&parameter.name);
            let local = local("params", parameter);
            let read = read_parameter(parameter);
            steps.push(quote! { let #local = #read; });
            fields.push(quote! { #name: #local? });
        }
        arguments.push(quote! { operations::#params { #(#fields),* } });
    }
    if payload::has_choice(operation) {
        arguments.push(quote! { request.accept() });
    }
    if let Some(body) = &operation.request_body {
        let read = read_body(body);
        steps.push(quote! { let body = #read; });
        arguments.push(quote! { body? });
    }
    (steps, arguments)
}

/// `path_pet_id`: no parameter is called like another local.
fn local(place: &str, parameter: &Parameter) -> proc_macro2::Ident {
    ident(&format!("{place}_{}", parameter.name.trim_start_matches("r#")))
}

/// `request.required(Location::Path, "petId")`
fn read_parameter(parameter: &Parameter) -> TokenStream {
    let (location, name) = (operations::location(parameter.location), &parameter.wire_name);
    match (&parameter.place.ty, parameter.is_required) {
        (_, true) => quote! { request.required(#location, #name) },
        (_, false) => quote! { request.optional(#location, #name) },
    }
}

/// `request.required_json("application/json", &[])`
fn read_body(body: &RequestBody) -> TokenStream {
    let read = match &*body.media_types {
        [media] => {
            let (kind, media_type) = (ident(payload::method(media.kind)), payload::media_type(media));
            let rules = contents::takes_rules(media.kind).then(|| {
                let rules = rules::argument(&media.place.rules);
                quote! { , #rules }
            });
            if media.kind == MediaKind::Json && body.is_required {
                return quote! { request.required_json(#media_type #rules) };
            }
            quote! { request.#kind(#media_type #rules) }
        }
        _ => quote! { request.one_of() },
    };
    if body.is_required {
        quote! { #read.and_then(|body| request.given(body)) }
    } else {
        read
    }
}

/// What makes an answer of a success: a function, or a closure.
fn success_reply(operation: &Operation) -> TokenStream {
    let [response] = &*operation.successes else {
        return if operation.successes.is_empty() {
            quote! { reply::as_empty(StatusCode::NO_CONTENT) }
        } else {
            quote! { IntoReply::into_reply }
        };
    };
    if !response.headers.is_empty() {
        return quote! { IntoReply::into_reply };
    }
    match (&*response.media_types, response.status) {
        ([], Status::Code(code)) => {
            let code = status_code(code);
            quote! { reply::as_empty(#code) }
        }
        ([media], Status::Code(code)) if media.kind == MediaKind::Json && media.also.is_empty() => {
            let (code, media_type) = (status_code(code), payload::media_type(media));
            quote! { reply::as_json(#code, #media_type) }
        }
        (media_types, _) => {
            let reply = reply_expression(response);
            let pattern = match (payload::is_fixed(response), !media_types.is_empty()) {
                (true, true) => quote! { body },
                (true, false) => quote! { () },
                (false, true) => quote! { (status, body) },
                (false, false) => quote! { status },
            };
            quote! { |#pattern| { #reply } }
        }
    }
}

/// The answer of a body or a status, or both.
fn reply_expression(response: &Response) -> TokenStream {
    let begin = match response.status {
        Status::Code(code) => {
            let code = status_code(code);
            quote! { Outgoing::new(#code) }
        }
        Status::Range(class) => within(u16::from(class) * 100, u16::from(class) * 100 + 99),
        Status::Default => within(100, 999),
    };
    let Some((kind, argument)) = payload::answer_source(response) else { return quote! { Ok(#begin.finish()) } };
    let argument = argument.into_iter();
    quote! {
        let mut reply = #begin;
        reply.#kind(body #(, #argument)*)?;
        Ok(reply.finish())
    }
}

/// `Outgoing::within(status, 500..=599)?`
fn within(first: u16, last: u16) -> TokenStream {
    let [first, last] = [first, last].map(proc_macro2::Literal::u16_unsuffixed);
    quote! { Outgoing::within(status, #first..=#last)? }
}
