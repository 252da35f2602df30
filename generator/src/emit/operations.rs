//! `operations.rs`: what both sides know of each operation, and its parameter, response and error types.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::emit::definitions::Definitions;
use crate::emit::imports::Side;
use crate::emit::rust_type::{Scope, ident};
use crate::emit::security::Requirements;
use crate::emit::size::Sizes;
use crate::emit::status::status_text;
use crate::emit::support::Needs;
use crate::emit::tags::Surface;
use crate::emit::{File, Item, answers, contents, docs, payload, rules, tags, types};
use crate::model::{
    Access, AdditionalProperties, Api, Choice, Docs, Field, FormProperty, Link, LinkTarget, Location, MediaKind,
    MediaType, Operation, Parameter, Part, Response, Shape, Status, Struct, Style, Tag, TypeDefinition, TypeKind,
    Webhook,
};

pub(crate) fn files(api: &Api) -> Vec<File> {
    let root = vec![reexports(api).into()];
    files_of(Surface::offered(api), Side::Both, "The operations", root)
}

/// The same of webhooks and callbacks.
pub(crate) fn webhook_files(api: &Api) -> Vec<File> {
    let root = vec![reexports(api).into()];
    files_of(Surface::webhooks(api), Side::BothOfWebhooks, "Webhooks and callbacks", root)
}

fn files_of(surface: Surface<'_>, side: Side, what: &str, root: Vec<Item>) -> Vec<File> {
    let api = surface.api;
    let root_docs =
        vec![format!("{what}: what both sides know of them, and the types of their parameters, answers and failures.")];
    let requirements = Requirements::of(api);
    let (definitions, sizes) = (Definitions::of(api), Sizes::of(api));
    tags::files(surface, side, root_docs, &[], root, |tag| {
        let operations = tag.operations.iter();
        operations.flat_map(|operation| operation_items(api, operation, &requirements, &definitions, &sizes)).collect()
    })
}

/// What bodies are made of that no description names.
fn reexports(api: &Api) -> TokenStream {
    let needs = Needs::of(api);
    let body = needs.body.then(|| quote! { pub use crate::support::body::{Body, Content}; });
    let multipart = needs.multipart.then(|| quote! { pub use crate::support::multipart::File; });
    let stream = needs.stream.then(|| quote! { pub use crate::support::stream::{Event, Stream, StreamError}; });
    quote! { #body #multipart #stream }
}

// ---- operations ----

fn operation_items(
    api: &Api,
    operation: &Operation,
    requirements: &Requirements<'_>,
    definitions: &Definitions<'_>,
    sizes: &Sizes<'_>,
) -> Vec<Item> {
    let mut items = vec![Item::from(operation_item(api, operation, requirements))];
    items.extend(params_struct(operation, definitions));
    items.extend(contents::request_items(api, operation, definitions, sizes));
    items.extend(answers::items(api, operation, sizes));
    items
}

/// The name of the operation's static.
pub(crate) fn constant(operation: &Operation) -> proc_macro2::Ident {
    ident(&operation.name.trim_start_matches("r#").to_ascii_uppercase())
}

/// The method and where it goes, in words: `` `GET /pets` ``.
pub(crate) fn route(operation: &Operation) -> String {
    let (method, path) = (&operation.method, docs::code(&operation.path));
    match &operation.webhook {
        None => docs::code(&format!("{method} {}", operation.path)),
        Some(Webhook::Webhook) => format!("`{method}`: webhook {}", docs::code(&operation.wire_name)),
        Some(Webhook::Callback(callers)) => {
            let callers: Vec<String> = callers.iter().map(|name| docs::code(name)).collect();
            format!("`{method}` to {path}: callback of {}", callers.join(", "))
        }
    }
}

/// `pub static LIST_PETS: Operation = Operation::new("listPets", Method::GET, "/pets").parameters(&[…])…;`
fn operation_item(api: &Api, operation: &Operation, requirements: &Requirements<'_>) -> TokenStream {
    let name = constant(operation);
    let doc = docs::attributes(&[route(operation)]);
    let id = &operation.wire_name;
    // Where a webhook goes is not the description's to say.
    let path = if operation.webhook.is_some() { "" } else { &operation.path };
    let method = ident(&operation.method);
    let parameters = list("parameters", operation.parameters.iter().map(|it| parameter(api, it)));
    let security = list("security", operation.security.iter().map(|requirement| requirements.path(requirement)));
    let requests = operation.request_body.iter().flat_map(|body| &body.media_types);
    let consumes = list("consumes", requests.flat_map(MediaType::wire_names));
    let produces = list("produces", produces(operation).into_iter());
    let parts = list("parts", operation.request_body.iter().flat_map(|body| &body.media_types).filter_map(parts));
    let bodies = bodies(api, operation);
    let is_redirect = |response: &Response| matches!(response.status, Status::Code(300..400) | Status::Range(3));
    // A webhook goes to the URL that was registered, and nowhere else.
    let redirects =
        operation.webhook.is_some() || operation.successes.iter().chain(&operation.failures).any(is_redirect);
    let redirects = redirects.then(|| quote! { .follows_no_redirects() });
    let unprocessable = operation.failures.iter().any(|response| response.status == Status::Code(422));
    let unprocessable = unprocessable.then(|| quote! { .declares_unprocessable() });
    let server = api.servers_of(operation).find(|server| server.has_defaults()).map(|server| {
        let url = server.default_url();
        let url = url.trim_end_matches('/');
        quote! { .server(#url) }
    });
    let rivals = list("rivals", operation.routing.rivals.iter().filter_map(|name| rival(api, operation, name)));
    quote! {
        #doc
        pub static #name: Operation = Operation::new(#id, Method::#method, #path)
            #server #parameters #security #consumes #parts #produces #bodies #redirects #unprocessable #rivals;
    }
}

/// `&GET_JSON`: an operation that some requests to `operation` would go to.
fn rival(api: &Api, operation: &Operation, name: &str) -> Option<TokenStream> {
    let is_of = |tag: &&Tag, name: &str| tag.operations.iter().any(|operation| operation.name == name);
    let tag = api.tags.iter().find(|tag| is_of(tag, name))?;
    let rival = constant(tag.operations.iter().find(|operation| operation.name == name)?);
    if is_of(&tag, &operation.name) { Some(quote! { &#rival }) } else { Some(quote! { &crate::operations::#rival }) }
}

/// `.consumes(&["application/json"])`, unless there is none.
fn list(method: &str, items: impl Iterator<Item = impl ToTokens>) -> Option<TokenStream> {
    let (method, mut items) = (ident(method), items.peekable());
    items.peek().is_some().then(|| quote! { .#method(&[#(#items),*]) })
}

/// The media types of all answers, each once; those with a type of their own first.
fn produces(operation: &Operation) -> Vec<&str> {
    let responses = operation.successes.iter().chain(&operation.failures);
    let mut forms: Vec<&MediaType> = responses.flat_map(|response| &response.media_types).collect();
    if payload::has_choice(operation) {
        forms.sort_by_key(|media| media.kind != MediaKind::Json);
    }
    let mut names: Vec<&str> = Vec::new();
    for name in forms.into_iter().flat_map(MediaType::wire_names) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `DeclaredParts::new("multipart/form-data", &["title"], &["photo"]).closed()`
fn parts(media: &MediaType) -> Option<TokenStream> {
    let multipart = media.multipart.as_ref()?;
    let (files, values): (Vec<_>, Vec<_>) = multipart.parts.iter().partition(|part| part.is_file());
    let names = |parts: Vec<&Part>| parts.into_iter().map(|part| part.wire_name.clone()).collect::<Vec<_>>();
    let (media_type, files, values) = (&media.wire_name, names(files), names(values));
    let closed = multipart.is_closed.then(|| quote! { .closed() });
    Some(quote! { const { DeclaredParts::new(#media_type, &[#(#values),*], &[#(#files),*])#closed } })
}

/// `.bodies(&Bodies { form: &[…], unread: &["image/png"], streams: &[…], is_weighed: false })`
fn bodies(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let requests: Vec<&MediaType> = operation.request_body.iter().flat_map(|body| &body.media_types).collect();
    let form: Vec<TokenStream> =
        requests.iter().flat_map(|media| &media.properties).map(|property| form_property(api, property)).collect();
    let unread: Vec<&str> = unread(requests.into_iter());
    let streams: Vec<TokenStream> = operation.successes.iter().filter_map(streamed).collect();
    let is_weighed = payload::has_choice(operation) || operation.routing.choice == Choice::ByAnswer;
    if form.is_empty() && unread.is_empty() && streams.is_empty() && !is_weighed {
        return None;
    }
    Some(quote! {
        .bodies(&Bodies {
            form: &[#(#form),*],
            unread: &[#(#unread),*],
            streams: &[#(#streams),*],
            is_weighed: #is_weighed,
        })
    })
}

fn unread<'a>(forms: impl Iterator<Item = &'a MediaType>) -> Vec<&'a str> {
    forms.filter(|media| media.kind.is_streamed()).flat_map(MediaType::wire_names).collect()
}

/// `Parameter::property("tags").style(Style::SpaceDelimited).explode(false).array()`
fn form_property(api: &Api, property: &FormProperty) -> TokenStream {
    let name = &property.wire_name;
    let style = written(property.style, property.explode, (Style::Form, true));
    let shape = shaped(api.shape(&property.ty), property.style.spreads_objects(property.explode));
    let reserved = property.allows_reserved.then(|| quote! { .allows_reserved() });
    quote! { Parameter::property(#name) #style #shape #reserved }
}

/// `Streamed { statuses: (200, 200), media_types: &["image/png"], unread: &["image/png"] }`
fn streamed(response: &Response) -> Option<TokenStream> {
    let unread = unread(response.media_types.iter());
    if unread.is_empty() {
        return None;
    }
    let (first, last) = match response.status {
        Status::Code(code) => (code, code),
        Status::Range(class) => (u16::from(class) * 100, u16::from(class) * 100 + 99),
        Status::Default => (100, 999),
    };
    let [first, last] = [first, last].map(proc_macro2::Literal::u16_unsuffixed);
    let media_types = response.media_types.iter().flat_map(MediaType::wire_names);
    Some(quote! {
        Streamed { statuses: (#first, #last), media_types: &[#(#media_types),*], unread: &[#(#unread),*] }
    })
}

/// `Parameter::query("ids").explode(false).array().rules(&[MaxItems(10)])`
fn parameter(api: &Api, parameter: &Parameter) -> TokenStream {
    let name = &parameter.wire_name;
    let (location, default) = match parameter.location {
        Location::Path => (quote! { path }, (Style::Simple, false)),
        Location::Query => (quote! { query }, (Style::Form, true)),
        Location::Header => (quote! { header }, (Style::Simple, false)),
        Location::Cookie => (quote! { cookie }, (Style::Form, true)),
    };
    let style = written(parameter.style, parameter.explode, default);
    let shape = shaped(api.shape(&parameter.place.ty), parameter.style.spreads_objects(parameter.explode));
    let reserved = parameter.allows_reserved.then(|| quote! { .allows_reserved() });
    let is_ambiguous = parameter.style != Style::Json && api.is_ambiguous(&parameter.place.ty);
    let ambiguous = is_ambiguous.then(|| quote! { .ambiguous() });
    let rules = &parameter.place.rules;
    let rules = (!rules.is_empty()).then(|| {
        let rules = rules::list(rules);
        quote! { .rules(&[#rules]) }
    });
    quote! { Parameter::#location(#name) #style #shape #reserved #ambiguous #rules }
}

/// `.style(Style::DeepObject).explode(true)`, as far as it is not the `default`.
fn written(style: Style, explode: bool, default: (Style, bool)) -> TokenStream {
    let other_style = (style != default.0).then(|| {
        let style = self::style(style);
        quote! { .style(#style) }
    });
    let other_explode = (explode != default.1).then(|| quote! { .explode(#explode) });
    quote! { #other_style #other_explode }
}

/// The names of properties matter only where they stand among other parameters.
fn shaped(shape: Shape, is_spread: bool) -> Option<TokenStream> {
    match shape {
        Shape::Scalar => None,
        Shape::Array => Some(quote! { .array() }),
        Shape::Properties(names) if is_spread => Some(quote! { .properties(&[#(#names),*]) }),
        Shape::Object | Shape::Properties(_) => Some(quote! { .object() }),
        Shape::Union => Some(quote! { .union() }),
    }
}

pub(crate) fn location(location: Location) -> TokenStream {
    match location {
        Location::Path => quote! { Location::Path },
        Location::Query => quote! { Location::Query },
        Location::Header => quote! { Location::Header },
        Location::Cookie => quote! { Location::Cookie },
    }
}

fn style(style: Style) -> TokenStream {
    match style {
        Style::Simple => quote! { Style::Simple },
        Style::Label => quote! { Style::Label },
        Style::Matrix => quote! { Style::Matrix },
        Style::Form => quote! { Style::Form },
        Style::SpaceDelimited => quote! { Style::SpaceDelimited },
        Style::PipeDelimited => quote! { Style::PipeDelimited },
        Style::DeepObject => quote! { Style::DeepObject },
        Style::Json => quote! { Style::Json },
    }
}

/// The struct of the query, header and cookie parameters.
fn params_struct(operation: &Operation, definitions: &Definitions<'_>) -> Vec<Item> {
    let Some(name) = params_name(operation) else { return Vec::new() };
    let fields = operation.parameters.iter().filter(|parameter| parameter.location != Location::Path).map(field);
    let docs = Docs {
        description: Some(format!("Query, header and cookie parameters of `{}`.", operation.wire_name)),
        ..Docs::default()
    };
    let definition = Struct {
        fields: fields.collect(),
        additional: AdditionalProperties::Dropped,
        ignored: Vec::new(),
        rules: Vec::new(),
    };
    let ty = TypeDefinition {
        name,
        docs,
        derives: Vec::new(),
        request_form_of: None,
        is_only_checked: false,
        in_request: true,
        in_response: false,
        kind: TypeKind::Struct(definition.clone()),
    };
    let items = types::struct_items(&ty, &definition, definitions, &Scope::elsewhere());
    items.into_iter().map(Item::from).collect()
}

/// `ListPetsParams`, if there are any.
pub(crate) fn params_name(operation: &Operation) -> Option<String> {
    let has_any = operation.parameters.iter().any(|parameter| parameter.location != Location::Path);
    has_any.then(|| format!("{}Params", operation.type_stem()))
}

fn field(parameter: &Parameter) -> Field {
    let mut docs = parameter.docs.clone();
    if docs.title.is_none() && docs.description.is_none() {
        let place = match parameter.location {
            Location::Path => "path parameter",
            Location::Query => "query parameter",
            Location::Header => "header",
            Location::Cookie => "cookie",
        };
        docs.description = Some(format!("The {place} `{}`.", parameter.wire_name));
    }
    Field {
        name: parameter.name.clone(),
        wire_name: parameter.wire_name.clone(),
        docs,
        place: parameter.place.clone(),
        is_required: parameter.is_required,
        access: Access::Both,
        is_sensitive: false,
        default: parameter.default.clone(),
    }
}

/// The answers of an operation in words, for the docs of its methods.
pub(crate) fn status_lines(operation: &Operation) -> Vec<String> {
    let responses = operation.successes.iter().chain(&operation.failures);
    responses.flat_map(list_item).collect()
}

/// `- 404 Not Found: there is no such pet`, further lines indented.
fn list_item(response: &Response) -> Vec<String> {
    let lines = docs::markdown(response.description.trim());
    let (first, rest) = lines.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let rest = rest.iter().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") });
    let first = format!("- {}: {first}", status_text(response.status));
    std::iter::once(first.trim_end().to_owned()).chain(rest).collect()
}

/// What can be called with what an operation answers, for the docs of its methods.
pub(crate) fn link_lines(operation: &Operation) -> Vec<Vec<String>> {
    let responses = operation.successes.iter().chain(&operation.failures);
    let lines: Vec<String> =
        responses.flat_map(|response| response.links.iter().flat_map(|link| link_item(response, link))).collect();
    if lines.is_empty() { Vec::new() } else { vec![vec!["Links:".to_owned()], lines] }
}

/// `- 200 OK, `toys`: `list_toys` with `pet_id` from `$response.body#/id`. The toys of the pet.`
fn link_item(response: &Response, link: &Link) -> Vec<String> {
    let target = match &link.operation {
        LinkTarget::Method(name) => docs::code(name.trim_start_matches("r#")),
        LinkTarget::Elsewhere(text) => docs::code(text),
    };
    let parameters = link.parameters.iter().map(|(name, value)| (docs::code(name), value));
    let body = link.body.iter().map(|value| ("the body".to_owned(), value));
    let arguments = parameters.chain(body).map(|(name, value)| {
        let is_expression = value.starts_with('$') || value.contains("{$");
        format!("{name} {} {}", if is_expression { "from" } else { "=" }, docs::code(value))
    });
    let arguments: Vec<String> = arguments.collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!(" with {}", arguments.join(", ")) };
    let first = format!("- {}, {}: {target}{arguments}.", status_text(response.status), docs::code(&link.wire_name));
    let description = link.description.as_ref().map(|text| docs::markdown(text.trim())).unwrap_or_default();
    let rest = description.iter().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") });
    std::iter::once(first).chain(rest).collect()
}
