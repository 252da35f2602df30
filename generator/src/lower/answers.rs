//! What each operation can answer, with content: the description's examples, and values made up where it gives none.

use openapiv3::ReferenceOr;
use serde::Serialize;
use serde_json::Value;

use crate::lower::keywords::Node;
use crate::lower::lowering::Lowering;
use crate::lower::media_type::Role;
use crate::lower::parameter::resolve;
use crate::lower::pointer;
use crate::model::{MediaKind, Status};

/// What an operation can answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answers {
    /// Its `operationId`, or the name made from method and path.
    pub operation: String,
    /// Its declared answers in document order, `default` last; one for each media type and each example.
    pub answers: Vec<Answer>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// When it is given.
    pub status: Status,
    /// The headers that have a value, by name, each as it is written.
    pub headers: Vec<(String, String)>,
    /// The media type of the content; none for an answer without content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The content as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// The key of the example in `examples`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

impl<'a> Lowering<'a> {
    /// Notes what an operation can answer, if somebody asked.
    pub(super) fn note_answers(&mut self, operation: &str, responses: &'a openapiv3::Responses, operation_place: &str) {
        if self.notes.is_none() {
            return;
        }
        let place = pointer::child(operation_place, "responses");
        let mut answers = Vec::new();
        for (code, response) in &responses.responses {
            let status = match code {
                openapiv3::StatusCode::Code(code) => Status::Code(*code),
                openapiv3::StatusCode::Range(class) => Status::Range(u8::try_from(*class).unwrap_or_default()),
            };
            answers.extend(self.answers(status, response, &place));
        }
        if let Some(response) = &responses.default {
            answers.extend(self.answers(Status::Default, response, &place));
        }
        if let Some(notes) = &mut self.notes {
            notes.answers.push(Answers { operation: operation.to_owned(), answers });
        }
    }

    fn answers(&mut self, status: Status, response: &'a ReferenceOr<openapiv3::Response>, place: &str) -> Vec<Answer> {
        let components = self.document.components.as_ref();
        let found = resolve(response, "responses", place.to_owned(), |key| {
            components.and_then(|components| components.responses.get(key))
        });
        let Some((response, place)) = found else { return Vec::new() };
        let headers = self.header_values(response, &place);
        let mut answers = Vec::new();
        for (media_type, content) in &response.content {
            let place = pointer::child(&pointer::grandchild(&place, "content", media_type), "schema");
            let node = content.schema.as_ref().map(|schema| self.convert(schema, place));
            let kind = self.media_kind(media_type, node.as_ref(), Role::Answer);
            for (example, value) in self.contents(content, node.as_ref()) {
                answers.push(Answer {
                    status,
                    headers: headers.clone(),
                    media_type: Some(media_type.trim().to_owned()),
                    content: written(kind, &value),
                    example,
                });
            }
        }
        if answers.is_empty() {
            answers.push(Answer { status, headers, media_type: None, content: String::new(), example: None });
        }
        answers
    }

    /// The content's examples; a value made up if there are none.
    fn contents(&mut self, content: &openapiv3::MediaType, node: Option<&Node>) -> Vec<(Option<String>, Value)> {
        let mut values: Vec<(Option<String>, Value)> = Vec::new();
        values.extend(content.example.clone().map(|value| (None, value)));
        for (name, example) in &content.examples {
            let components = self.document.components.as_ref();
            let found = resolve(example, "examples", String::new(), |key| {
                components.and_then(|components| components.examples.get(key))
            });
            let value = found.and_then(|(example, _)| example.value.clone());
            values.extend(value.map(|value| (Some(name.clone()), value)));
        }
        if values.is_empty() {
            let value = node.and_then(|node| self.sample(node));
            values.push((None, value.unwrap_or(Value::Null)));
        }
        values
    }

    /// Optional headers without an example are left out.
    fn header_values(&mut self, response: &'a openapiv3::Response, place: &str) -> Vec<(String, String)> {
        let components = self.document.components.as_ref();
        let mut values = Vec::new();
        for (name, header) in &response.headers {
            let place = pointer::grandchild(place, "headers", name);
            let found =
                resolve(header, "headers", place, |key| components.and_then(|components| components.headers.get(key)));
            let Some((header, place)) = found.filter(|_| !name.eq_ignore_ascii_case("content-type")) else { continue };
            let node = match &header.format {
                openapiv3::ParameterSchemaOrContent::Schema(schema) => {
                    Some(self.convert(schema, pointer::child(&place, "schema")))
                }
                openapiv3::ParameterSchemaOrContent::Content(_) => None,
            };
            let has_example = node.as_ref().is_some_and(|node| self.has_example(node));
            let example = header.example.clone();
            let value = match node {
                Some(node) if example.is_none() && (header.required || has_example) => self.sample(&node),
                _ => example,
            };
            values.extend(value.and_then(|value| Some((name.clone(), in_header(&value)?))));
        }
        values
    }

    fn has_example(&mut self, node: &Node) -> bool {
        self.resolve(node).is_some_and(|flat| !flat.annotations.examples.is_empty())
    }
}

/// The value as content of this kind.
fn written(kind: MediaKind, value: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let items = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        item => vec![item.clone()],
    };
    match kind {
        MediaKind::Json => value.to_string(),
        MediaKind::JsonLines => items(value).iter().map(|item| format!("{item}\n")).collect(),
        MediaKind::JsonSequence => items(value).iter().map(|item| format!("\u{1e}{item}\n")).collect(),
        MediaKind::Events | MediaKind::TextEvents if text(value).contains("data:") => text(value),
        MediaKind::Events => items(value).iter().map(|item| format!("data: {item}\n\n")).collect(),
        MediaKind::TextEvents => format!("data: {}\n\n", text(value).replace('\n', "\ndata: ")),
        MediaKind::EventObjects if value.is_string() => text(value),
        MediaKind::EventObjects => items(value).iter().map(event).collect(),
        _ => text(value),
    }
}

/// An event with the fields of an object.
fn event(value: &Value) -> String {
    let mut lines = String::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.lines().for_each(|line| lines.push_str(&format!("{name}: {line}\n")));
    }
    lines + "\n"
}

/// In style `simple`; none for what it cannot carry.
fn in_header(value: &Value) -> Option<String> {
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    let text = match value {
        Value::Array(items) => items.iter().map(scalar).collect::<Option<Vec<_>>>()?.join(","),
        Value::Object(members) => {
            let pairs = members.iter().map(|(name, value)| Some(format!("{name},{}", scalar(value)?)));
            pairs.collect::<Option<Vec<_>>>()?.join(",")
        }
        value => scalar(value)?,
    };
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte)).then_some(text)
}
