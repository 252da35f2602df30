//! In JSON, in text and in parameters `format: binary` is text: only a body, or a part of one, is bytes.

use crate::lower::walk;
use crate::model::{Api, Format, MediaKind, Type};

/// Replaces bytes where there can be none.
pub(super) fn text_for_binary(api: &mut Api) {
    for definition in &mut api.types {
        walk::places_mut(&mut definition.kind).into_iter().for_each(|place| replace(&mut place.ty));
    }
    for operation in api.all_operations_mut() {
        operation.parameters.iter_mut().for_each(|parameter| replace(&mut parameter.place.ty));
        let responses = operation.successes.iter_mut().chain(&mut operation.failures);
        let (mut headers, mut answers) = (Vec::new(), Vec::new());
        for response in responses {
            headers.extend(&mut response.headers);
            answers.extend(&mut response.media_types);
        }
        headers.into_iter().for_each(|header| replace(&mut header.place.ty));
        let requests = operation.request_body.iter_mut().flat_map(|body| &mut body.media_types);
        for media in requests.chain(answers) {
            if !matches!(media.kind, MediaKind::Binary | MediaKind::Bytes | MediaKind::Content) {
                replace(&mut media.place.ty);
            }
            let parts = media.multipart.iter_mut().flat_map(|multipart| &mut multipart.parts);
            for part in parts {
                if !part.is_file() {
                    replace(&mut part.place.ty);
                }
                let headers = part.headers.iter_mut().flat_map(|headers| &mut headers.headers);
                headers.for_each(|header| replace(&mut header.place.ty));
            }
        }
    }
}

/// Replaces bytes in a type.
pub(super) fn replace(ty: &mut Type) {
    match ty {
        Type::Formatted(Format::Binary) => *ty = Type::String,
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => replace(inner),
        _ => {}
    }
}
