//! The structs and enums of answers in `operations.rs`, and their `answers!` tables.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::methods::MAX_NEW_ARGUMENTS;
use crate::emit::payload::{answer_source, answer_type, error_name, is_fixed, is_plain, parts, response_name};
use crate::emit::rust_type::{Scope, ident};
use crate::emit::size::Sizes;
use crate::emit::status::status_text;
use crate::emit::{Item, contents, docs};
use crate::model::{Api, Header, HeaderStyle, Operation, Response, Shape, Status};

/// What the answers of one operation become.
pub(crate) fn items(api: &Api, operation: &Operation, sizes: &Sizes<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let name = response_name(operation);
    let doc = format!("What `{}` gives.", operation.wire_name);
    match &*operation.successes {
        [] => {}
        [response] if response.headers.is_empty() => {}
        [response] => {
            items.push(struct_item(operation, &name, &doc, response).into());
            items.push(struct_table(api, &name, response));
        }
        responses => {
            items.push(enum_item(operation, &name, &doc, responses, sizes).into());
            items.push(enum_table(api, &name, "successes", responses));
        }
    }
    if !operation.failures.is_empty() {
        let name = error_name(operation);
        let doc = format!("The failures that `{}` declares.", operation.wire_name);
        items.push(enum_item(operation, &name, &doc, &operation.failures, sizes).into());
        items.push(enum_table(api, &name, "failures", &operation.failures));
    }
    items.extend(contents::answer_items(operation, sizes));
    items
}

// ---- types ----

/// `pub struct ListPetsResponse { pub link: Option<String>, pub body: Vec<types::Pet> }`, and `new`.
fn struct_item(operation: &Operation, name: &str, doc: &str, response: &Response) -> TokenStream {
    let scope = Scope::elsewhere();
    let doc = docs::attributes(&docs::joined(vec![vec![doc.to_owned()], docs::markdown(&summary(response))]));
    let fields = fields(operation, response, &scope);
    let declarations = fields.iter().map(|Field { docs, name, ty, .. }| quote! { #docs pub #name: #ty });
    let optional = fields.iter().all(|field| !field.is_required).then(|| quote! { , Default });
    let new = constructor(name, &fields);
    let derives = derives(std::slice::from_ref(response));
    let name = ident(name);
    quote! {
        #doc
        #[derive(#derives #optional)]
        pub struct #name { #(#declarations,)* }
        #new
    }
}

/// `pub fn new(body: Vec<types::Pet>) -> Self { Self { link: None, body } }`
fn constructor(name: &str, fields: &[Field]) -> Option<TokenStream> {
    let required = fields.iter().filter(|field| field.is_required);
    let parameters: Vec<_> = required.map(|Field { name, ty, .. }| quote! { #name: #ty }).collect();
    if parameters.is_empty() || parameters.len() > MAX_NEW_ARGUMENTS {
        return None;
    }
    let values = fields.iter().map(|Field { name, is_required, .. }| match is_required {
        true => quote! { #name },
        false => quote! { #name: None },
    });
    let doc = docs::attributes(&["An answer with what is always there.".to_owned()]);
    let name = ident(name);
    Some(quote! {
        impl #name {
            #doc
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }
        }
    })
}

/// `pub enum GetPetError { NotFound(types::Error), ServerError(StatusCode, types::Error) }`
fn enum_item(operation: &Operation, name: &str, doc: &str, responses: &[Response], sizes: &Sizes<'_>) -> TokenStream {
    let scope = Scope::elsewhere();
    let name = ident(name);
    let doc = docs::attributes(&[doc.to_owned()]);
    let variants = responses.iter().map(|response| {
        let name = ident(&response.name);
        let docs = docs::attributes(&docs::markdown(&summary(response)));
        let parts = variant_parts(operation, response, &scope);
        quote! { #docs #name #parts }
    });
    let held = responses.iter().map(|response| {
        let headers = response.headers.iter().map(|header| &header.place.ty);
        headers.chain(response.media_types.iter().map(contents::held)).collect()
    });
    let allow = sizes.differ(held).then(|| {
        quote! { #[allow(clippy::large_enum_variant, reason = "bodies are held by value")] }
    });
    let derives = derives(responses);
    quote! {
        #doc
        #[derive(#derives)]
        #allow
        pub enum #name { #(#variants,)* }
    }
}

/// A stream can be neither cloned nor compared.
fn derives(responses: &[Response]) -> TokenStream {
    if responses.iter().flat_map(|response| &response.media_types).all(is_plain) {
        quote! { Debug, Clone, PartialEq }
    } else {
        quote! { Debug }
    }
}

/// `(types::Error)`, or with headers `{ retry_after: Option<i64>, body: types::Error }`.
fn variant_parts(operation: &Operation, response: &Response, scope: &Scope<'_>) -> Option<TokenStream> {
    if !response.headers.is_empty() {
        let fields = fields(operation, response, scope);
        let fields = fields.iter().map(|Field { docs, name, ty, .. }| quote! { #docs #name: #ty });
        return Some(quote! { { #(#fields),* } });
    }
    let parts = parts(operation, response, scope);
    (!parts.is_empty()).then(|| quote! { (#(#parts),*) })
}

/// One part of an answer that has headers.
struct Field {
    docs: TokenStream,
    name: proc_macro2::Ident,
    ty: TokenStream,
    is_required: bool,
}

/// The status, if it is not fixed, the headers, and the body.
fn fields(operation: &Operation, response: &Response, scope: &Scope<'_>) -> Vec<Field> {
    let field = |doc: &str, name: &str, ty| Field {
        docs: docs::attributes(&[doc.to_owned()]),
        name: ident(name),
        ty,
        is_required: true,
    };
    let status = (!is_fixed(response)).then(|| field("The status.", "status", quote! { StatusCode }));
    let headers = response.headers.iter().map(|header| {
        let ty = scope.ty(&header.place.ty);
        Field {
            docs: docs::item(&header.docs, &format!("The header `{}`.", header.wire_name)),
            name: ident(&header.name),
            ty: if header.is_required { ty } else { scope.option(&ty) },
            is_required: header.is_required,
        }
    });
    let body = answer_type(operation, response, scope).map(|ty| field("The body.", "body", ty));
    status.into_iter().chain(headers).chain(body).collect()
}

/// `404 Not Found: no such pet`
fn summary(response: &Response) -> String {
    let status = status_text(response.status);
    match response.description.trim() {
        "" => format!("{status}."),
        description => format!("{status}: {description}"),
    }
}

// ---- tables ----

/// ```text
/// answers! {
///     ListPetsResponse = success();
///     ListPetsResponse { link, body } = on(200, link = optional("link", HeaderShape::Scalar), …);
/// }
/// ```
fn struct_table(api: &Api, name: &str, response: &Response) -> Item {
    let name = ident(name);
    let fields = pattern(response);
    let source = source(api, response);
    Item::Table { name: "answers", rows: vec![quote! { #name = success(); }, quote! { #name #fields = #source; }] }
}

/// ```text
/// answers! {
///     GetPetError = failures();
///     NotFound(body) = on(404, body = json("application/json"));
/// }
/// ```
fn enum_table(api: &Api, name: &str, role: &str, responses: &[Response]) -> Item {
    let (name, role) = (ident(name), ident(role));
    let mut sorted: Vec<&Response> = responses.iter().collect();
    sorted.sort_by_key(|response| specificity(response.status));
    let mut rows = vec![quote! { #name = #role(); }];
    rows.extend(sorted.into_iter().map(|response| {
        let (variant, fields, source) = (ident(&response.name), pattern(response), source(api, response));
        quote! { #variant #fields = #source; }
    }));
    Item::Table { name: "answers", rows }
}

/// One status before its range, a range before `default`.
fn specificity(status: Status) -> u8 {
    match status {
        Status::Code(_) => 0,
        Status::Range(_) => 1,
        Status::Default => 2,
    }
}

/// `(body)`, `{ link, body }`, `{}`: the parts of a variant, as it is matched and made.
fn pattern(response: &Response) -> TokenStream {
    let status = (!is_fixed(response)).then(|| ident("status"));
    let headers = response.headers.iter().map(|header| ident(&header.name));
    let body = (!response.media_types.is_empty()).then(|| ident("body"));
    let parts: Vec<_> = status.into_iter().chain(headers).chain(body).collect();
    if parts.is_empty() || !response.headers.is_empty() {
        quote! { { #(#parts),* } }
    } else {
        quote! { (#(#parts),*) }
    }
}

/// `on(429, retry_after = optional("retry-after", HeaderShape::Scalar), body = json("application/json"))`
fn source(api: &Api, response: &Response) -> TokenStream {
    let statuses = match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote! { #code }
        }
        Status::Range(class) => range(u16::from(class) * 100, u16::from(class) * 100 + 99),
        Status::Default => range(100, 999),
    };
    let status = (!is_fixed(response)).then(|| quote! { status = status() });
    let headers = response.headers.iter().map(|header| header_source(api, header));
    let body = answer_source(response).map(|(kind, argument)| quote! { body = #kind(#argument) });
    let parts = status.into_iter().chain(headers).chain(body);
    quote! { on(#statuses #(, #parts)*) }
}

fn range(first: u16, last: u16) -> TokenStream {
    let [first, last] = [first, last].map(Literal::u16_unsuffixed);
    quote! { #first..=#last }
}

/// `link = optional("link", HeaderShape::Scalar)`
fn header_source(api: &Api, header: &Header) -> TokenStream {
    let (name, wire_name) = (ident(&header.name), &header.wire_name);
    let kind = ident(if header.is_required { "required" } else { "optional" });
    let shape = header_shape(api, header);
    quote! { #name = #kind(#wire_name, #shape) }
}

/// `HeaderShape::Scalar`
pub(crate) fn header_shape(api: &Api, header: &Header) -> TokenStream {
    let shape = match (header.style, api.shape(&header.place.ty)) {
        (HeaderStyle::Json, _) => "Json",
        (HeaderStyle::Lines, _) => "Lines",
        (_, Shape::Scalar) => "Scalar",
        (_, Shape::Array) => "Array",
        (_, Shape::Union) => "Union",
        (HeaderStyle::Simple, Shape::Object | Shape::Properties(_)) => "Object",
        (HeaderStyle::Exploded, Shape::Object | Shape::Properties(_)) => "Exploded",
    };
    let shape = ident(shape);
    quote! { HeaderShape::#shape }
}
