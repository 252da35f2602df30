//! Bodies of several named parts (`multipart/form-data`; RFC 7578): the machinery behind the `multipart!` tables.

use bytes::Bytes;

use crate::support::body::Body;

/// How the parts of a body become the fields of a struct, a line a part.
///
/// ```text
/// multipart! {
///     UploadPhotoMultipart = open();                  // or `closed()`: other parts are violations
///     photo = file("photo", &["image/png"]);
///     pages = optional_files("pages", &[]);
///     tags = optional_value("tags", PartShape::List, &[]);
///     meta = value("meta", PartShape::Json, &[]);
/// }
/// ```
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! multipart {
    ($ty:ident = $openness:ident(); $($field:ident = $kind:ident($name:literal $(, $argument:expr)* $(,)?);)*) => {
        #[cfg(feature = "client")]
        impl $crate::support::multipart::WriteParts for $ty {
            fn write(self, parts: &mut $crate::support::multipart::Writer) {
                $(parts.$kind(self.$field, $name $(, $argument)*);)*
            }
        }

        #[cfg(feature = "server")]
        impl $crate::support::multipart::ReadParts for $ty {
            fn read(parts: &mut $crate::support::multipart::Reader) -> ::core::option::Option<Self> {
                $(let $field = parts.$kind($name $(, $argument)*);)*
                parts.$openness();
                ::core::option::Option::Some(Self { $($field: $field?,)* })
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use multipart;

/// A file among the parts of a body. Its content may be a stream.
#[derive(Debug)]
pub struct File {
    /// The name that the sender gives it; without one, that of its part is sent. It is not to be trusted as a path.
    pub file_name: Option<String>,
    /// Its media type; where it is not given, that which the description declares.
    pub media_type: Option<String>,
    /// What it holds.
    pub body: Body,
}

impl File {
    /// A file of this name.
    pub fn new(file_name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { file_name: Some(file_name.into()), media_type: None, body: body.into() }
    }

    /// Gives its media type.
    #[must_use]
    pub fn of_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }
}

impl From<Bytes> for File {
    fn from(bytes: Bytes) -> Self {
        Self { file_name: None, media_type: None, body: bytes.into() }
    }
}

impl From<Body> for File {
    fn from(body: Body) -> Self {
        Self { file_name: None, media_type: None, body }
    }
}

/// How a value that is no file stands in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartShape {
    /// The text of a scalar.
    Text,
    /// A part for each item of an array of scalars.
    List,
    /// JSON.
    Json,
    /// A part of JSON for each item.
    JsonList,
}

/// The name of a part between quotes (HTML Living Standard, 4.10.21.8).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(feature = "client")]
pub use client::{WriteParts, Writer};

#[cfg(feature = "client")]
mod client {
    use std::borrow::Cow;
    use std::collections::VecDeque;
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use bytes::Bytes;
    use http_body::{Body as HttpBody, Frame};
    use serde::Serialize;

    use super::{File, PartShape, quoted};
    use crate::support::body::{Body, BoxError};
    use crate::support::client::RequestBuilder;
    use crate::support::codec::{Context as Cx, Decode, Mode, Report, Rule};
    use crate::support::media;
    use crate::support::parameter::Value;
    use crate::support::violation::{Location, Segment, Violation};

    /// A body of named parts.
    pub trait WriteParts {
        /// Adds its parts.
        fn write(self, parts: &mut Writer);
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
        pieces: VecDeque<Body>,
        violations: Vec<Violation>,
    }

    impl Writer {
        fn new() -> Self {
            // Nothing else tells two hashers apart than their random keys.
            let random = || RandomState::new().build_hasher().finish();
            let boundary = format!("part-{:016x}{:016x}", random(), random());
            Self { boundary, pieces: VecDeque::new(), violations: Vec::new() }
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
            let is_declared =
                media_types.is_empty() || media_types.iter().any(|range| media::is_within(media_type, range));
            if !media_type.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !media::is_within(media_type, "*/*") {
                self.refuse(name, "has a media type that a header cannot carry".into());
            } else if !is_declared {
                self.refuse(name, format!("must be {}", media_types.join(" or ")).into());
            } else if file.file_name.as_deref().is_some_and(is_unquotable) {
                self.refuse(
                    name,
                    "has a file name with a quote or a control character, or a backslash at its end".into(),
                );
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
                        self.part(
                            name,
                            None,
                            Some("application/json"),
                            serde_json::Value::Array(items).to_string().into(),
                        );
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

        fn part(&mut self, name: &str, file_name: Option<&str>, media_type: Option<&str>, body: Body) {
            let mut head = format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"", self.boundary, quoted(name));
            if let Some(file_name) = file_name {
                head.push_str(&format!("; filename=\"{file_name}\""));
            }
            head.push_str("\r\n");
            if let Some(media_type) = media_type {
                head.push_str(&format!("Content-Type: {media_type}\r\n"));
            }
            head.push_str("\r\n");
            self.pieces.extend([head.into(), body, "\r\n".into()]);
        }

        fn refuse(&mut self, name: &'static str, message: Cow<'static, str>) {
            let path = vec![Segment::Key(name.to_owned())];
            self.violations.push(Violation { location: Location::Body, path, code: "unsendable", message });
        }

        /// The body: bytes if all its parts are.
        fn finish(mut self) -> Body {
            self.pieces.push_back(format!("--{}--\r\n", self.boundary).into());
            let bytes: Option<Vec<&Bytes>> = self.pieces.iter().map(Body::as_bytes).collect();
            match bytes {
                Some(bytes) => bytes.into_iter().flatten().copied().collect::<Vec<u8>>().into(),
                None => Body::stream(Chain(self.pieces)),
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
}

#[cfg(feature = "server")]
pub use server::{ReadParts, Reader};

#[cfg(feature = "server")]
mod server {
    use std::convert::Infallible;
    use std::pin::{Pin, pin};
    use std::task::{Context as Cx, Poll, Waker};

    use bytes::Bytes;

    use super::{File, PartShape, quoted};
    use crate::support::codec::{Context, Decode, Mode, Report, Rule};
    use crate::support::media;
    use crate::support::parameter::Value;
    use crate::support::server::Incoming;
    use crate::support::violation::{Location, Violation};

    /// A body of named parts.
    pub trait ReadParts: Sized {
        /// Takes the fields from the parts. `None`: the reader holds its violations.
        fn read(parts: &mut Reader) -> Option<Self>;
    }

    impl Incoming {
        /// A body of named parts. `Some(None)`: there is none.
        pub fn multipart<T: ReadParts>(&mut self, _media_type: &'static str) -> Option<Option<T>> {
            if !self.has_content() {
                return Some(None);
            }
            let boundary = self.content_type().and_then(|content_type| multer::parse_boundary(content_type).ok());
            let Some(parts) = boundary.and_then(|boundary| split(self.read().clone(), boundary)) else {
                self.malformed("the body is not well-formed multipart/form-data");
                return None;
            };
            let mut reader = Reader { parts, mode: self.mode(), violations: Vec::new() };
            let value = T::read(&mut reader);
            let is_sound = reader.violations.is_empty();
            self.refuse(reader.violations);
            value.filter(|_| is_sound).map(Some)
        }
    }

    /// One part, as it came.
    #[derive(Debug)]
    struct Part {
        name: String,
        file_name: Option<String>,
        media_type: Option<String>,
        content: Bytes,
    }

    /// The whole body is in memory: nothing is waited for.
    fn split(body: Bytes, boundary: String) -> Option<Vec<Part>> {
        let mut parts = pin!(async {
            let mut form = multer::Multipart::new(Once(Some(body)), boundary);
            let mut parts = Vec::new();
            while let Some(field) = form.next_field().await? {
                let name = field.name().unwrap_or_default().to_owned();
                let file_name = field.file_name().map(str::to_owned);
                let media_type = field.content_type().map(ToString::to_string);
                parts.push(Part { name, file_name, media_type, content: field.bytes().await? });
            }
            Ok::<_, multer::Error>(parts)
        });
        match parts.as_mut().poll(&mut Cx::from_waker(Waker::noop())) {
            Poll::Ready(parts) => parts.ok(),
            Poll::Pending => None,
        }
    }

    struct Once(Option<Bytes>);

    impl futures_core::Stream for Once {
        type Item = Result<Bytes, Infallible>;

        fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Cx<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.take().map(Ok))
        }
    }

    /// The parts of a body that are not taken yet.
    #[derive(Debug)]
    pub struct Reader {
        parts: Vec<Part>,
        mode: Mode,
        violations: Vec<Violation>,
    }

    impl Reader {
        /// A value that is no file and must be given.
        pub fn value<T: Decode>(&mut self, name: &'static str, shape: PartShape, rules: &'static [Rule]) -> Option<T> {
            let value = self.optional_value(name, shape, rules)?;
            self.given(value, name)
        }

        /// The same, where it may be absent.
        pub fn optional_value<T: Decode>(
            &mut self,
            name: &'static str,
            shape: PartShape,
            rules: &'static [Rule],
        ) -> Option<Option<T>> {
            let parts = self.take(name);
            let report = Report::of_parameters(Location::Body, self.mode);
            let root = Context::root(&report, &[]);
            let cx = root.property(name, rules);
            let found = value(parts, shape, &cx);
            self.violations.extend(report.into_violations());
            let Some(value) = found? else { return Some(None) };
            let is_json = match &value {
                Value::Array(items) => items.iter().all(|item| matches!(item, Value::Json(_))),
                value => matches!(value, Value::Json(_)),
            };
            let report = match is_json {
                true => Report::of_json(Location::Body, self.mode),
                false => Report::of_parameters(Location::Body, self.mode),
            };
            let value = T::decode(value, &Context::root(&report, &[]).property(name, rules)).ok();
            if value.is_none() || self.mode != Mode::Lenient {
                self.violations.extend(report.into_violations());
            }
            value.map(Some)
        }

        /// A file that must be given.
        pub fn file(&mut self, name: &'static str, media_types: &'static [&'static str]) -> Option<File> {
            let file = self.optional_file(name, media_types)?;
            self.given(file, name)
        }

        /// The same, where it may be absent.
        pub fn optional_file(
            &mut self,
            name: &'static str,
            media_types: &'static [&'static str],
        ) -> Option<Option<File>> {
            let mut files = self.optional_files(name, media_types)?.unwrap_or_default();
            if files.len() > 1 {
                self.violation(&[name], "duplicate_field", "must not be given twice");
                return None;
            }
            Some(files.pop())
        }

        /// At least one file of this name.
        pub fn files(&mut self, name: &'static str, media_types: &'static [&'static str]) -> Option<Vec<File>> {
            let files = self.optional_files(name, media_types)?;
            self.given(files, name)
        }

        /// Any number of files of this name.
        pub fn optional_files(
            &mut self,
            name: &'static str,
            media_types: &'static [&'static str],
        ) -> Option<Option<Vec<File>>> {
            let parts = self.take(name);
            let is_declared = |part: &Part| {
                let found = part.media_type.as_deref().unwrap_or("application/octet-stream");
                media_types.is_empty() || media_types.iter().any(|range| media::is_within(found, range))
            };
            if !parts.iter().all(is_declared) {
                self.violation(&[name], "media_type", &format!("must be {}", media_types.join(" or ")));
                return None;
            }
            let file =
                |part: Part| File { file_name: part.file_name, media_type: part.media_type, body: part.content.into() };
            Some((!parts.is_empty()).then(|| parts.into_iter().map(file).collect()))
        }

        /// Parts that nobody took are none of anybody's business.
        pub fn open(&mut self) {
            self.parts.clear();
        }

        /// Parts that nobody took are violations.
        pub fn closed(&mut self) {
            let rest = std::mem::take(&mut self.parts);
            let rest = if self.mode == Mode::Lenient { Vec::new() } else { rest };
            for part in rest {
                self.violation(&[&part.name], "unknown_field", "is not a property of this object");
            }
        }

        fn take(&mut self, name: &str) -> Vec<Part> {
            let quoted = quoted(name);
            let is_own = |part: &Part| part.name == name || part.name == quoted;
            let (own, rest) = std::mem::take(&mut self.parts).into_iter().partition(is_own);
            self.parts = rest;
            own
        }

        fn given<T>(&mut self, value: Option<T>, name: &'static str) -> Option<T> {
            if value.is_none() {
                self.violation(&[name], "missing", "is required");
            }
            value
        }

        fn violation(&mut self, path: &[&str], code: &'static str, message: &str) {
            let report = Report::new(Mode::Strict);
            let root = Context::root(&report, &[]);
            match path {
                [name] => root.property(name, &[]).violation(code, message.to_owned()),
                _ => root.violation(code, message.to_owned()),
            }
            self.violations.extend(report.into_violations());
        }
    }

    /// The value of all parts of one name. `None`: `cx` knows what is wrong; `Some(None)`: there are none.
    fn value(parts: Vec<Part>, shape: PartShape, cx: &Context<'_>) -> Option<Option<Value>> {
        let is_list = matches!(shape, PartShape::List | PartShape::JsonList);
        let is_json = matches!(shape, PartShape::Json | PartShape::JsonList);
        let mut values = Vec::new();
        let mut is_sound = true;
        for (index, part) in parts.iter().enumerate() {
            let item = cx.item(index);
            let cx = if is_list { &item } else { cx };
            match read(part, is_json) {
                Ok(value) => values.push(value),
                Err(reason) => {
                    cx.violation("format", reason);
                    is_sound = false;
                }
            }
        }
        if !is_sound {
            return None;
        }
        match (is_list, values.len()) {
            (_, 0) => Some(None),
            // One part may hold the whole array.
            (true, 1) if matches!(values.first(), Some(Value::Json(serde_json::Value::Array(_)))) => Some(values.pop()),
            (true, _) => Some(Some(Value::Array(values))),
            (false, 1) => Some(values.pop()),
            (false, _) => {
                cx.violation("duplicate_field", "must not be given twice");
                None
            }
        }
    }

    fn read(part: &Part, is_json: bool) -> Result<Value, &'static str> {
        let text = std::str::from_utf8(&part.content).map_err(|_| "must be UTF-8 text")?;
        let says_json = part.media_type.as_deref().is_some_and(|found| media::essence(found) == "application/json");
        if is_json || says_json {
            return serde_json::from_str(text).map(Value::Json).map_err(|_| "must be JSON");
        }
        Ok(Value::Text(text.to_owned()))
    }
}
