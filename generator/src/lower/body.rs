//! Request bodies and responses, and which response means success.

use openapiv3::ReferenceOr;

use crate::lower::lowering::Lowering;
use crate::lower::media_type::Role;
use crate::lower::names;
use crate::lower::parameter::{component_name, resolve};
use crate::lower::pointer;
use crate::lower::schema::bare;
use crate::lower::status;
use crate::model::{Docs, Format, MediaKind, MediaType, RequestBody, Response, Status, Type};

/// The responses of an operation.
pub(super) struct Responses {
    pub(super) successes: Vec<Response>,
    pub(super) failures: Vec<Response>,
}

impl<'a> Lowering<'a> {
    pub(super) fn request_body(
        &mut self,
        body: &'a ReferenceOr<openapiv3::RequestBody>,
        operation_pointer: &str,
        type_name: &str,
    ) -> Option<RequestBody> {
        let components = self.document.components.as_ref();
        let place = pointer::child(operation_pointer, "requestBody");
        let found = resolve(body, "requestBodies", place.clone(), |key| {
            components.and_then(|components| components.request_bodies.get(key))
        });
        let Some((body, pointer)) = found else {
            self.dangling(&place);
            return None;
        };
        let stem = stem(&pointer, "requestBodies").unwrap_or_else(|| type_name.to_owned());
        let media_types = self.media_types(&body.content, &pointer, &stem, Role::Request);
        if media_types.is_empty() {
            self.report.warning(
                "empty-content",
                &pointer,
                "the request body has no media type".to_owned(),
                "declare one under `content`; the operation takes no body",
            );
            return None;
        }
        Some(RequestBody {
            is_required: body.required,
            media_types,
            docs: Docs {
                description: body.description.clone().filter(|text| !text.trim().is_empty()),
                ..Docs::default()
            },
        })
    }

    /// The responses in document order, `default` last, split into successes and failures.
    pub(super) fn responses(
        &mut self,
        responses: &'a openapiv3::Responses,
        operation_pointer: &str,
        type_name: &str,
    ) -> Responses {
        let place = pointer::child(operation_pointer, "responses");
        let mut all = Vec::new();
        for (code, response) in &responses.responses {
            let (status, key) = match code {
                openapiv3::StatusCode::Code(code) => (Status::Code(*code), code.to_string()),
                openapiv3::StatusCode::Range(class) => {
                    let class = u8::try_from(*class).unwrap_or_default();
                    (Status::Range(class), format!("{class}XX"))
                }
            };
            all.extend(self.response(status, response, pointer::child(&place, &key), type_name));
        }
        if let Some(response) = &responses.default {
            let pointer = pointer::child(&place, "default");
            all.extend(self.response(Status::Default, response, pointer, type_name));
        }
        let mut split = split(all);
        split.failures.iter_mut().flat_map(|failure| &mut failure.media_types).for_each(buffered);
        if split.successes.is_empty() {
            self.report.warning(
                "no-success-response",
                &place,
                "the operation declares no successful response".to_owned(),
                "declare one; any 2xx counts as success, and its body is dropped",
            );
        }
        split
    }

    fn response(
        &mut self,
        status: Status,
        response: &'a ReferenceOr<openapiv3::Response>,
        place: String,
        type_name: &str,
    ) -> Option<Response> {
        let components = self.document.components.as_ref();
        let found = resolve(response, "responses", place.clone(), |key| {
            components.and_then(|components| components.responses.get(key))
        });
        let Some((response, pointer)) = found else {
            self.dangling(&place);
            return None;
        };
        let name = status::name(status);
        let stem = stem(&pointer, "responses").unwrap_or_else(|| names::joined(type_name, &name));
        Some(Response {
            links: self.links(&response.links, &pointer),
            headers: self.headers(&response.headers, &pointer, &stem),
            media_types: self.media_types(&response.content, &pointer, &stem, Role::Answer),
            name,
            status,
            description: response.description.clone(),
        })
    }
}

/// What the inline types of a component's body are named after; the names end in `Body`.
fn stem(pointer: &str, section: &str) -> Option<String> {
    let name = component_name(pointer, section)?;
    Some(name.strip_suffix("Body").filter(|stem| !stem.is_empty()).unwrap_or(&name).to_owned())
}

/// A failure is read whole: it is part of an error.
fn buffered(media: &mut MediaType) {
    if media.kind.is_streamed() {
        media.kind = MediaKind::Bytes;
        media.place = bare(Type::Formatted(Format::Binary));
    }
}

/// Success is 2xx and 101; without a 2xx its 3xx are, else its `default`.
fn split(all: Vec<Response>) -> Responses {
    let is_2xx = |response: &Response| matches!(response.status, Status::Code(200..=299 | 101) | Status::Range(2));
    let is_3xx = |response: &Response| matches!(response.status, Status::Code(300..=399) | Status::Range(3));
    let is_default = |response: &Response| response.status == Status::Default;
    let (successes, failures) = if all.iter().any(is_2xx) {
        all.into_iter().partition(is_2xx)
    } else if all.iter().any(is_3xx) {
        all.into_iter().partition(is_3xx)
    } else {
        all.into_iter().partition(is_default)
    };
    Responses { successes, failures }
}
