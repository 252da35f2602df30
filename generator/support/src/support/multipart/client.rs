//! Parts that a client sends.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use serde::Serialize;

use crate::support::body::{Body, BoxError};
use crate::support::client::RequestBuilder;
use crate::support::codec::{Context as Cx, Decode, Mode, Report, Rule};
use crate::support::media;
use crate::support::multipart::{File, PartShape, quoted};
use crate::support::parameter::Value;
use crate::support::violation::{Location, Segment, Violation};

/// A body of named parts.
pub trait WriteParts {
    /// Adds its parts.
    fn write(self, parts: &mut Writer);
}

/// A part with headers of its own.
pub trait WritePart {
    /// Adds the part under its name.
    fn write(self, name: &'static str, parts: &mut Writer);
}

impl RequestBuilder {
    /// Adds a body of named parts.
    pub fn multipart<T: WriteParts>(self, body: T, media_type: &'static str) -> Self {
        let mut parts = Writer::new();
        body.write(&mut parts);
        let content_type = format!("{media_type}; boundary={}", parts.boundary);
        let violations = std::mem::take(&mut parts.violations);
        let request = self.content_of(&content_type, parts.finish());
        violations.into_iter().fold(request, Self::refuse)
    }
}

/// The parts of a body that is being written.
#[derive(Debug)]
pub struct Writer {
    boundary: String,
    parts: Vec<Part>,
    /// Headers of the next part, a line each.
    headers: String,
    violations: Vec<Violation>,
}

#[derive(Debug)]
struct Part {
    name: &'static str,
    is_file: bool,
    head: String,
    content: Body,
}

impl Writer {
    fn new() -> Self {
        // Nothing else tells two hashers apart than their random keys.
        let random = || RandomState::new().build_hasher().finish();
        let boundary = format!("part-{:016x}{:016x}", random(), random());
        Self { boundary, parts: Vec::new(), headers: String::new(), violations: Vec::new() }
    }

    /// A value that is no file.
    pub fn value<T: Serialize + Decode>(
        &mut self,
        value: T,
        name: &'static str,
        shape: PartShape,
        _rules: &'static [Rule],
    ) {
        if let Err(reason) = self.try_value(&value, name, shape) {
            self.refuse(name, reason);
        }
    }

    /// The same, if there is one.
    pub fn optional_value<T: Serialize + Decode>(
        &mut self,
        value: Option<T>,
        name: &'static str,
        shape: PartShape,
        rules: &'static [Rule],
    ) {
        if let Some(value) = value {
            self.value(value, name, shape, rules);
        }
    }

    /// A file.
    pub fn file(&mut self, file: File, name: &'static str, media_types: &'static [&'static str]) {
        let declared = media_types.iter().copied().find(|media_type| !media_type.contains('*'));
        let media_type = file.media_type.as_deref().or(declared).unwrap_or("application/octet-stream");
        let is_declared = media_types.is_empty() || media_types.iter().any(|range| media::is_within(media_type, range));
        if !media_type.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !media::is_within(media_type, "*/*") {
            self.refuse(name, "has a media type that a header cannot carry".into());
        } else if !is_declared {
            self.refuse(name, format!("must be {}", media_types.join(" or ")).into());
        } else if file.file_name.as_deref().is_some_and(is_unquotable) {
            self.refuse(name, "has a file name with a quote or a control character, or a backslash at its end".into());
        } else {
            self.part(name, Some(file.file_name.as_deref().unwrap_or(name)), Some(media_type), file.body);
        }
    }

    /// The same, if there is one.
    pub fn optional_file(&mut self, file: Option<File>, name: &'static str, media_types: &'static [&'static str]) {
        if let Some(file) = file {
            self.file(file, name, media_types);
        }
    }

    /// Files of one name.
    pub fn files(&mut self, files: Vec<File>, name: &'static str, media_types: &'static [&'static str]) {
        if files.is_empty() {
            self.refuse(name, "is empty, which parts cannot carry".into());
        }
        for file in files {
            self.file(file, name, media_types);
        }
    }

    /// The same, if there are any.
    pub fn optional_files(
        &mut self,
        files: Option<Vec<File>>,
        name: &'static str,
        media_types: &'static [&'static str],
    ) {
        if let Some(files) = files {
            self.files(files, name, media_types);
        }
    }

    /// A part with headers.
    pub fn with_headers<P: WritePart>(&mut self, part: P, name: &'static str) {
        part.write(name, self);
        self.headers.clear();
    }

    /// The same, if there is one.
    pub fn optional_with_headers<P: WritePart>(&mut self, part: Option<P>, name: &'static str) {
        if let Some(part) = part {
            self.with_headers(part, name);
        }
    }

    /// Parts of one name, with headers.
    pub fn several_with_headers<P: WritePart>(&mut self, parts: Vec<P>, name: &'static str) {
        if parts.is_empty() {
            self.refuse(name, "is empty, which parts cannot carry".into());
        }
        for part in parts {
            self.with_headers(part, name);
        }
    }

    /// The same, if there are any.
    pub fn optional_several_with_headers<P: WritePart>(&mut self, parts: Option<Vec<P>>, name: &'static str) {
        if let Some(parts) = parts {
            self.several_with_headers(parts, name);
        }
    }

    fn try_value<T: Serialize + Decode>(
        &mut self,
        value: &T,
        name: &'static str,
        shape: PartShape,
    ) -> Result<(), Cow<'static, str>> {
        const EMPTY: Cow<'static, str> = Cow::Borrowed("is empty, which parts cannot carry");
        match shape {
            PartShape::Text | PartShape::List => {
                let parts = Value::of(value).map_err(|error| Cow::Owned(error.to_string()))?;
                let is_text = matches!(parts, Value::Text(_) | Value::Array(_));
                if is_text && !reads_as(value, parts.clone()) {
                    return Err("is read as something else by whoever reads parts".into());
                }
                match parts {
                    Value::Array(items) if items.is_empty() => return Err(EMPTY),
                    Value::Array(items) if shape == PartShape::List => {
                        for item in items {
                            let Value::Text(text) = item else {
                                return Err("holds an item that is no scalar".into());
                            };
                            self.part(name, None, None, text.into());
                        }
                    }
                    Value::Text(text) => self.part(name, None, None, text.into()),
                    _ => self.part(name, None, Some("application/json"), json(value)?.to_string().into()),
                }
            }
            PartShape::Json => self.part(name, None, Some("application/json"), json(value)?.to_string().into()),
            PartShape::JsonList => match json(value)? {
                serde_json::Value::Array(items) if items.is_empty() => return Err(EMPTY),
                // Alone, an array reads as all items.
                serde_json::Value::Array(items)
                    if items.len() == 1 && items.iter().all(serde_json::Value::is_array) =>
                {
                    self.part(name, None, Some("application/json"), serde_json::Value::Array(items).to_string().into());
                }
                serde_json::Value::Array(items) => {
                    for item in items {
                        self.part(name, None, Some("application/json"), item.to_string().into());
                    }
                }
                value => self.part(name, None, Some("application/json"), value.to_string().into()),
            },
        }
        Ok(())
    }

    /// Adds a header to the next part.
    pub fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
    }

    fn part(&mut self, name: &'static str, file_name: Option<&str>, media_type: Option<&str>, content: Body) {
        let mut head = format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"", self.boundary, quoted(name));
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{file_name}\""));
        }
        head.push_str("\r\n");
        if let Some(media_type) = media_type {
            head.push_str(&format!("Content-Type: {media_type}\r\n"));
        }
        head.push_str(&std::mem::take(&mut self.headers));
        head.push_str("\r\n");
        self.parts.push(Part { name, is_file: file_name.is_some(), head, content });
    }

    /// Says why a part cannot be sent.
    pub fn refuse(&mut self, name: &'static str, message: Cow<'static, str>) {
        let path = vec![Segment::Key(name.to_owned())];
        self.violations.push(Violation { location: Location::Body, path, code: "unsendable", message });
    }

    /// The body: bytes if all its parts are. Values go before files, and the longest files last, so that a server can hand
    /// those on as they come. Parts of one name stay in their order.
    fn finish(mut self) -> Body {
        let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
        for part in self.parts.iter().filter(|part| part.is_file) {
            let length = part.content.as_bytes().map_or(usize::MAX, Bytes::len);
            let sum = lengths.entry(part.name).or_default();
            *sum = sum.saturating_add(length);
        }
        self.parts.sort_by_key(|part| lengths.get(part.name));
        let of_part = |part: Part| [part.head.into(), part.content, "\r\n".into()];
        let mut pieces: VecDeque<Body> = self.parts.into_iter().flat_map(of_part).collect();
        pieces.push_back(format!("--{}--\r\n", self.boundary).into());
        let bytes: Option<Vec<&Bytes>> = pieces.iter().map(Body::as_bytes).collect();
        match bytes {
            Some(bytes) => bytes.into_iter().flatten().copied().collect::<Vec<u8>>().into(),
            None => Body::stream(Chain(pieces)),
        }
    }
}

fn json<T: Serialize>(value: &T) -> Result<serde_json::Value, Cow<'static, str>> {
    serde_json::to_value(value).map_err(|error| Cow::Owned(error.to_string()))
}

/// Whether a name cannot stand between quotes so that it is read as it is.
fn is_unquotable(name: &str) -> bool {
    name.contains('"') || name.ends_with('\\') || name.chars().any(char::is_control)
}

/// Whether a server reads the value from its text as what it is.
fn reads_as<T: Serialize + Decode>(value: &T, parts: Value) -> bool {
    let report = Report::of_parameters(Location::Body, Mode::Lenient);
    let read = T::decode(parts, &Cx::root(&report, &[])).ok();
    read.is_some_and(|read| serde_json::to_value(read).ok() == serde_json::to_value(value).ok())
}

/// Bodies one after another.
struct Chain(VecDeque<Body>);

impl HttpBody for Chain {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        while let Some(first) = self.0.front_mut() {
            match ready!(Pin::new(first).poll_frame(cx)) {
                Some(Ok(frame)) if frame.is_data() => return Poll::Ready(Some(Ok(frame))),
                Some(Ok(_trailers)) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => drop(self.0.pop_front()),
            }
        }
        Poll::Ready(None)
    }
}
