//! What an operation gives, as Rust types: nothing, a body, or a struct or enum of `answers.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::rust_type::{Scope, ident};
use crate::model::{MediaKind, MediaType, Operation, Response, Status};

/// Whether the status says itself which one it is.
pub(crate) fn is_fixed(response: &Response) -> bool {
    matches!(response.status, Status::Code(_))
}

/// The body's type, if there is one; an enum where it comes in several forms.
pub(crate) fn answer_type(operation: &Operation, response: &Response, scope: &Scope<'_>) -> Option<TokenStream> {
    match &*response.media_types {
        [] => None,
        [media] => Some(body_type(media, scope)),
        _ => {
            let name = ident(&content_name(operation, response));
            Some(quote! { operations::#name })
        }
    }
}

/// `types::Pet`, `(StatusCode, types::Pet)`, `StatusCode`, or nothing.
pub(crate) fn parts(operation: &Operation, response: &Response, scope: &Scope<'_>) -> Vec<TokenStream> {
    let status = (!is_fixed(response)).then(|| quote! { StatusCode });
    let body = answer_type(operation, response, scope);
    [status, body].into_iter().flatten().collect()
}

/// How the body of an answer is read and written: `json("application/json")`, or `one_of()` of several forms.
pub(crate) fn answer_source(response: &Response) -> Option<(proc_macro2::Ident, Option<TokenStream>)> {
    match &*response.media_types {
        [] => None,
        [media] => Some(content_source(media)),
        _ => Some((ident("one_of"), None)),
    }
}

/// The method that reads and writes content of this kind, and the media types to call it.
pub(crate) fn content_source(media: &MediaType) -> (proc_macro2::Ident, Option<TokenStream>) {
    if media.also.is_empty() {
        let media_type = media_type(media);
        return (ident(method(media.kind)), Some(quote! { #media_type }));
    }
    let media_types = media.wire_names();
    (ident("json_of"), Some(quote! { &[#(#media_types),*] }))
}

/// The method that reads and writes such a body.
pub(crate) fn method(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Json => "json",
        MediaKind::Form => "form",
        MediaKind::Multipart => "multipart",
        MediaKind::Text => "text",
        MediaKind::Binary => "body",
        MediaKind::Bytes => "bytes",
        MediaKind::Content => "content",
        MediaKind::Events => "events",
        MediaKind::TextEvents => "text_events",
        MediaKind::EventObjects => "event_objects",
        MediaKind::JsonLines => "json_lines",
        MediaKind::JsonSequence => "json_sequence",
    }
}

/// The media type to send: of a range the most general one that fits how the body is written, if not the sender
/// chooses it.
pub(crate) fn media_type(media: &MediaType) -> &str {
    match media.kind {
        _ if !media.wire_name.contains('*') => &media.wire_name,
        MediaKind::Content => &media.wire_name,
        MediaKind::Json => "application/json",
        MediaKind::Text => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The type of a body in one form.
pub(crate) fn body_type(media: &MediaType, scope: &Scope<'_>) -> TokenStream {
    let ty = scope.ty(&media.place.ty);
    match media.kind {
        MediaKind::Json | MediaKind::Form | MediaKind::Text => ty,
        MediaKind::Binary => quote! { operations::Body },
        MediaKind::Bytes => quote! { bytes::Bytes },
        MediaKind::Content => quote! { operations::Content },
        MediaKind::Events => quote! { operations::Stream<operations::Event<#ty>> },
        MediaKind::TextEvents => quote! { operations::Stream<operations::Event<String>> },
        MediaKind::EventObjects | MediaKind::JsonLines | MediaKind::JsonSequence => {
            quote! { operations::Stream<#ty> }
        }
        MediaKind::Multipart => match &media.multipart {
            Some(multipart) => {
                let name = ident(&multipart.name);
                quote! { operations::#name }
            }
            None => ty,
        },
    }
}

/// Whether a value of the body can be cloned and compared.
pub(crate) fn is_plain(media: &MediaType) -> bool {
    !media.kind.is_streamed() && media.kind != MediaKind::Multipart
}

/// The type of a request's body, and whether it is always sent.
pub(crate) fn request_type(operation: &Operation, scope: &Scope<'_>) -> Option<(TokenStream, bool)> {
    let body = operation.request_body.as_ref()?;
    let ty = match &*body.media_types {
        [media] => body_type(media, scope),
        _ => {
            let name = ident(&request_name(operation));
            quote! { operations::#name }
        }
    };
    Some((ty, body.is_required))
}

/// `CreatePetRequestContent`
pub(crate) fn request_name(operation: &Operation) -> String {
    format!("{}RequestContent", operation.type_stem())
}

/// `GetPetNotFoundContent`; what a call gives, if it gives nothing else, is `GetPetResponse`.
pub(crate) fn content_name(operation: &Operation, response: &Response) -> String {
    match &*operation.successes {
        [only] if only.name == response.name && is_fixed(only) && only.headers.is_empty() => response_name(operation),
        _ => format!("{}{}Content", operation.type_stem(), response.name),
    }
}

/// Whether some success comes in several forms.
pub(crate) fn has_choice(operation: &Operation) -> bool {
    operation.successes.iter().any(|response| response.media_types.len() > 1)
}

/// What a call gives when it succeeds.
pub(crate) fn success_type(operation: &Operation, scope: &Scope<'_>) -> TokenStream {
    match &*operation.successes {
        [] => quote! { () },
        [response] if response.headers.is_empty() => match &*parts(operation, response, scope) {
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

/// What a method needs besides that takes this many arguments and `self`: clippy draws the line at seven.
pub(crate) fn many_arguments(count: usize) -> Option<TokenStream> {
    const MOST: usize = 7;
    (count + 1 > MOST)
        .then(|| quote! { #[allow(clippy::too_many_arguments, reason = "they are those of the operation")] })
}
