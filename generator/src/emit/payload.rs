//! What an answer carries, as a Rust type: nothing, its body, or its status and body.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::{Scope, ident};
use crate::emit::size::Sizes;
use crate::emit::{Item, docs};
use crate::model::{MediaKind, MediaType, Operation, Response, Status};

/// Whether the status says itself which one it is.
pub(crate) fn is_fixed(response: &Response) -> bool {
    matches!(response.status, Status::Code(_))
}

/// The one media type that the answer comes in; `lower` leaves no more.
pub(crate) fn media_type(response: &Response) -> Option<&MediaType> {
    response.media_types.first()
}

/// `types::Pet`, `(StatusCode, types::Pet)`, `StatusCode`, or nothing.
fn parts(response: &Response, scope: &Scope<'_>) -> Vec<TokenStream> {
    let status = (!is_fixed(response)).then(|| quote! { StatusCode });
    let body = media_type(response).map(|media| body_type(media, scope));
    [status, body].into_iter().flatten().collect()
}

/// The media type to send: of a range the most general one that fits how the body is written.
pub(crate) fn content_type(media: &MediaType) -> &str {
    if !media.wire_name.contains('*') {
        return &media.wire_name;
    }
    match media.kind {
        MediaKind::Json => "application/json",
        MediaKind::Text => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The type of a body.
pub(crate) fn body_type(media: &MediaType, scope: &Scope<'_>) -> TokenStream {
    match media.kind {
        MediaKind::Json => scope.ty(&media.place.ty),
        MediaKind::Text => quote! { String },
        _ => quote! { bytes::Bytes },
    }
}

/// What a call gives when it succeeds.
pub(crate) fn success_type(operation: &Operation, scope: &Scope<'_>) -> TokenStream {
    match &*operation.successes {
        [] => quote! { () },
        [response] => match &*parts(response, scope) {
            [part] => part.clone(),
            parts => quote! { (#(#parts),*) },
        },
        _ => {
            let name = ident(&response_name(operation));
            quote! { operations::#name }
        }
    }
}

/// The failures a call declares.
pub(crate) fn error_type(operation: &Operation) -> TokenStream {
    match &*operation.failures {
        [] => quote! { std::convert::Infallible },
        _ => {
            let name = ident(&error_name(operation));
            quote! { operations::#name }
        }
    }
}

/// `ListPetsResponse`
pub(crate) fn response_name(operation: &Operation) -> String {
    format!("{}Response", operation.type_stem())
}

/// `ListPetsError`
pub(crate) fn error_name(operation: &Operation) -> String {
    format!("{}Error", operation.type_stem())
}

/// The enums of several successes and of the failures, each with its table.
pub(crate) fn response_items(operation: &Operation, sizes: &Sizes<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    if operation.successes.len() > 1 {
        let doc = format!("What `{}` gives.", operation.wire_name);
        items.push(enum_item(&response_name(operation), &doc, &operation.successes, sizes).into());
        items.push(table(&response_name(operation), "successes", &operation.successes));
    }
    if !operation.failures.is_empty() {
        let doc = format!("The failures that `{}` declares.", operation.wire_name);
        items.push(enum_item(&error_name(operation), &doc, &operation.failures, sizes).into());
        items.push(table(&error_name(operation), "failures", &operation.failures));
    }
    items
}

/// `pub enum GetPetError { NotFound(types::Error), ServerError(StatusCode, types::Error) }`
fn enum_item(name: &str, doc: &str, responses: &[Response], sizes: &Sizes<'_>) -> TokenStream {
    let scope = Scope::elsewhere();
    let name = ident(name);
    let doc = docs::attributes(&[doc.to_owned()]);
    let variants = responses.iter().map(|response| {
        let name = ident(&response.name);
        let docs = docs::attributes(&docs::markdown(&summary(response)));
        let parts = parts(response, &scope);
        let parts = (!parts.is_empty()).then(|| quote! { (#(#parts),*) });
        quote! { #docs #name #parts }
    });
    let bodies = responses.iter().map(|response| media_type(response).map(|media| &media.place.ty));
    let allow = sizes.differ(bodies).then(|| {
        quote! { #[allow(clippy::large_enum_variant, reason = "bodies are held by value")] }
    });
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        #allow
        pub enum #name { #(#variants,)* }
    }
}

/// `404 Not Found: no such pet`
fn summary(response: &Response) -> String {
    let status = status_text(response.status);
    match response.description.trim() {
        "" => format!("{status}."),
        description => format!("{status}: {description}"),
    }
}

/// ```text
/// answers! {
///     GetPetError = failures();
///     NotFound = json(404, "application/json");
/// }
/// ```
fn table(name: &str, role: &str, responses: &[Response]) -> Item {
    let (name, role) = (ident(name), ident(role));
    let mut sorted: Vec<&Response> = responses.iter().collect();
    sorted.sort_by_key(|response| specificity(response.status));
    let mut rows = vec![quote! { #name = #role(); }];
    rows.extend(sorted.into_iter().map(row));
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

/// `ServerError = any_json(500, 599, "application/json");`
fn row(response: &Response) -> TokenStream {
    let name = ident(&response.name);
    let media_type = media_type(response);
    let kind = match media_type.map(|media| media.kind) {
        None => "empty",
        Some(MediaKind::Json) => "json",
        Some(MediaKind::Text) => "text",
        Some(_) => "bytes",
    };
    let kind = if is_fixed(response) { ident(kind) } else { ident(&format!("any_{kind}")) };
    let bounds = match response.status {
        Status::Code(code) => vec![code],
        Status::Range(class) => vec![u16::from(class) * 100, u16::from(class) * 100 + 99],
        Status::Default => vec![100, 999],
    };
    let bounds = bounds.into_iter().map(proc_macro2::Literal::u16_unsuffixed);
    let content_type = media_type.map(content_type).into_iter();
    quote! { #name = #kind(#(#bounds),* #(, #content_type)*); }
}

/// `StatusCode::NOT_FOUND`, or the code where it has no name.
pub(crate) fn status_code(code: u16) -> TokenStream {
    match reason(code) {
        Some(reason) => {
            let name = match code {
                // `http` keeps the name of RFC 7231 and RFC 2324.
                413 => "PAYLOAD_TOO_LARGE".to_owned(),
                418 => "IM_A_TEAPOT".to_owned(),
                422 => "UNPROCESSABLE_ENTITY".to_owned(),
                _ => reason.to_ascii_uppercase().replace([' ', '-'], "_").replace('\'', ""),
            };
            let name = ident(&name);
            quote! { StatusCode::#name }
        }
        None => {
            let code = proc_macro2::Literal::u16_unsuffixed(code);
            quote! { const { crate::support::operation::status(#code) } }
        }
    }
}

/// `404 Not Found`, `4XX`, `default`.
pub(crate) fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => match reason(code) {
            Some(reason) => format!("{code} {reason}"),
            None => code.to_string(),
        },
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "any other status".to_owned(),
    }
}

/// The reason phrases of RFC 9110, section 15, and of the registry's other statuses that `http` names.
pub(crate) fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        100 => "Continue",
        101 => "Switching Protocols",
        102 => "Processing",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        208 => "Already Reported",
        226 => "IM Used",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Payload Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        421 => "Misdirected Request",
        422 => "Unprocessable Entity",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        506 => "Variant Also Negotiates",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        510 => "Not Extended",
        511 => "Network Authentication Required",
        _ => return None,
    })
}
