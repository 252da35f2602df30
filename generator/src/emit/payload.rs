//! What an operation gives, as Rust types: nothing, a body, or a struct or enum of `answers.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::{Scope, ident};
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
pub(crate) fn parts(response: &Response, scope: &Scope<'_>) -> Vec<TokenStream> {
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
        [response] if response.headers.is_empty() => match &*parts(response, scope) {
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
