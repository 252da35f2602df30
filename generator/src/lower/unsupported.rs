//! What the emitters cannot express yet, degraded where the meaning survives and refused where it does not; each
//! with a diagnostic at its place.

use crate::lower::pointer;
use crate::lower::report::Report;
use crate::lower::walk;
use crate::model::{Api, Format, MediaKind, MediaType, Operation, Place, Type};

/// Bodies and answers in one media type each, of a kind that can be read and written.
pub(super) fn degrade(api: &mut Api, report: &mut Report<'_>) {
    for definition in &mut api.types {
        walk::places_mut(&mut definition.kind).into_iter().for_each(|place| text_for_binary(&mut place.ty));
    }
    for operation in api.tags.iter_mut().flat_map(|tag| &mut tag.operations) {
        let place = operation_pointer(operation);
        request_body(operation, &place, report);
        answers(operation, &place, report);
        operation.parameters.iter_mut().for_each(|parameter| text_for_binary(&mut parameter.place.ty));
    }
}

fn operation_pointer(operation: &Operation) -> String {
    pointer::grandchild("/paths", &operation.path, &operation.method.to_ascii_lowercase())
}

/// In JSON and in parameters `format: binary` is text: only a body, or a part of one, is bytes.
fn text_for_binary(ty: &mut Type) {
    match ty {
        Type::Formatted(Format::Binary) => *ty = Type::String,
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => text_for_binary(inner),
        _ => {}
    }
}

fn request_body(operation: &mut Operation, place: &str, report: &mut Report<'_>) {
    let Some(body) = &mut operation.request_body else { return };
    let place = pointer::child(place, "requestBody");
    let is_supported = |media: &MediaType| {
        matches!(media.kind, MediaKind::Json | MediaKind::Text | MediaKind::Binary) && !media.wire_name.contains('*')
    };
    match one_media_type(&mut body.media_types, is_supported) {
        Some(left_out) => warn_about_media_types(&left_out, &place, report),
        None => {
            let names: Vec<&str> = body.media_types.iter().map(|media| media.wire_name.as_str()).collect();
            let message = format!("a request body in {} is not supported", names.join(" or "));
            report.error("unsupported-media-type", &place, message, "offer it as JSON, text or bytes");
        }
    }
}

fn answers(operation: &mut Operation, place: &str, report: &mut Report<'_>) {
    for response in operation.successes.iter_mut().chain(&mut operation.failures) {
        let status = match response.status {
            crate::model::Status::Code(code) => code.to_string(),
            crate::model::Status::Range(class) => format!("{class}XX"),
            crate::model::Status::Default => "default".to_owned(),
        };
        let place = pointer::grandchild(place, "responses", &status);
        if !response.headers.is_empty() {
            let names: Vec<&str> = response.headers.iter().map(|header| header.wire_name.as_str()).collect();
            let message = format!("response headers are not supported: {}", names.join(", "));
            report.warning("unsupported-response-headers", &place, message, "they are neither read nor written");
            response.headers.clear();
        }
        if let Some(left_out) = one_media_type(&mut response.media_types, |_| true) {
            warn_about_media_types(&left_out, &place, report);
        }
        for media in &mut response.media_types {
            if !matches!(media.kind, MediaKind::Json | MediaKind::Text | MediaKind::Binary) {
                let message = format!("an answer in {} is not read item by item", media.wire_name);
                report.warning("unsupported-media-type", &place, message, "its body is bytes");
                media.kind = MediaKind::Binary;
            }
            if media.kind == MediaKind::Binary {
                media.place = Place { ty: Type::Formatted(Format::Binary), rules: Vec::new() };
            }
            text_in_json(media);
        }
    }
}

fn text_in_json(media: &mut MediaType) {
    match media.kind {
        MediaKind::Json => text_for_binary(&mut media.place.ty),
        MediaKind::Text => media.place.ty = Type::String,
        _ => {}
    }
}

/// Leaves the first JSON media type, else the first that `is_supported`; gives the names of the others. None if
/// nothing is supported.
fn one_media_type(media_types: &mut Vec<MediaType>, is_supported: impl Fn(&MediaType) -> bool) -> Option<Vec<String>> {
    if media_types.is_empty() {
        return Some(Vec::new());
    }
    let json = media_types.iter().position(|media| media.kind == MediaKind::Json && is_supported(media));
    let chosen = json.or_else(|| media_types.iter().position(is_supported))?;
    let chosen = media_types.swap_remove(chosen);
    let left_out = std::mem::replace(media_types, vec![chosen]);
    media_types.iter_mut().for_each(text_in_json);
    Some(left_out.into_iter().map(|media| media.wire_name).collect())
}

fn warn_about_media_types(left_out: &[String], place: &str, report: &mut Report<'_>) {
    if !left_out.is_empty() {
        let message = format!("several media types are not supported: {} left out", left_out.join(", "));
        report.warning("unsupported-media-types", place, message, "the first JSON one is used, else the first");
    }
}
