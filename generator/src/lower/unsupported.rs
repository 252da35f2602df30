//! What the emitters cannot express yet, degraded where the meaning survives and refused where it does not; each
//! with a diagnostic at its place.

use crate::diagnostic::Diagnostics;
use crate::lower::pointer;
use crate::lower::report::Report;
use crate::lower::walk;
use crate::model::{Api, Format, MediaKind, MediaType, Operation, Place, Type};

/// Leaves bodies and answers in one media type each, of a kind that can be read and written.
pub(crate) fn leave_out_unsupported(api: &mut Api, diagnostics: &mut Diagnostics) {
    let report = &mut Report::new(diagnostics);
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
pub(crate) fn text_for_binary(ty: &mut Type) {
    match ty {
        Type::Formatted(Format::Binary) => *ty = Type::String,
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Boxed(inner) => text_for_binary(inner),
        _ => {}
    }
}

fn request_body(operation: &mut Operation, place: &str, report: &mut Report<'_>) {
    let Some(body) = &mut operation.request_body else { return };
    let place = pointer::child(place, "requestBody");
    one_media_type(&mut body.media_types, &place, report);
    for media in &mut body.media_types {
        if !is_read(media.kind) {
            let message = format!("a request body in {} is not put together from its parts", media.wire_name);
            let help = "its body is bytes; `Call::header` sets a `Content-Type` with parameters, such as a boundary";
            report.warning("unsupported-media-type", &place, message, help);
            as_bytes(media);
        }
    }
}

/// Whether content of this kind is more than bytes to the emitters, or is bytes.
fn is_read(kind: MediaKind) -> bool {
    matches!(kind, MediaKind::Json | MediaKind::Text | MediaKind::Binary)
}

fn as_bytes(media: &mut MediaType) {
    media.kind = MediaKind::Binary;
    media.place = Place { ty: Type::Formatted(Format::Binary), rules: Vec::new() };
}

fn answers(operation: &mut Operation, place: &str, report: &mut Report<'_>) {
    for response in operation.successes.iter_mut().chain(&mut operation.failures) {
        let status = match response.status {
            crate::model::Status::Code(code) => code.to_string(),
            crate::model::Status::Range(class) => format!("{class}XX"),
            crate::model::Status::Default => "default".to_owned(),
        };
        let place = pointer::grandchild(place, "responses", &status);
        response.headers.iter_mut().for_each(|header| text_for_binary(&mut header.place.ty));
        one_media_type(&mut response.media_types, &place, report);
        for media in &mut response.media_types {
            if !is_read(media.kind) {
                let message = format!("an answer in {} is not taken apart", media.wire_name);
                report.warning("unsupported-media-type", &place, message, "its body is bytes");
                as_bytes(media);
            }
        }
    }
}

fn text_in_json(media: &mut MediaType, place: &str, report: &mut Report<'_>) {
    match media.kind {
        MediaKind::Json => text_for_binary(&mut media.place.ty),
        MediaKind::Text if media.place.ty != Type::String => {
            let message = format!("content in {} is a string, whatever its schema says", media.wire_name);
            report.warning("untyped-content", place, message, "parse it in the handler, or behind the call");
            media.place = Place { ty: Type::String, rules: Vec::new() };
        }
        _ => {}
    }
}

/// Leaves the first JSON media type, else the first that is read, else the first.
fn one_media_type(media_types: &mut Vec<MediaType>, place: &str, report: &mut Report<'_>) {
    let first = |wanted: fn(MediaKind) -> bool| media_types.iter().position(|media| wanted(media.kind));
    let chosen = first(|kind| kind == MediaKind::Json).or_else(|| first(is_read)).unwrap_or(0);
    if media_types.is_empty() {
        return;
    }
    let chosen = media_types.remove(chosen);
    let left_out: Vec<String> = media_types.drain(..).map(|media| media.wire_name).collect();
    if !left_out.is_empty() {
        let message = format!("of several media types {} is used, {} left out", chosen.wire_name, left_out.join(", "));
        report.warning("unsupported-media-types", place, message, "one media type for a body is supported");
    }
    media_types.push(chosen);
    media_types.iter_mut().for_each(|media| text_in_json(media, place, report));
}
