//! Parts that a server reads.

use http::HeaderMap;

use crate::support::codec::{Context, Decode, Mode, Report, Rule};
use crate::support::media;
use crate::support::multipart::arrival::{Part, Parts};
use crate::support::multipart::{File, PartShape, quoted};
use crate::support::parameter::Value;
use crate::support::server::Incoming;
use crate::support::violation::{Location, Violation};

/// A part with headers of its own.
pub trait ReadPart: Sized {
    /// Takes the fields from the one part that the reader has. `None`: it holds its violations.
    fn read(name: &'static str, part: &mut Reader) -> Option<Self>;
}

/// A body of named parts.
pub trait ReadParts: Sized {
    /// Takes the fields from the parts. `None`: the reader holds its violations.
    fn read(parts: &mut Reader) -> Option<Self>;
}

impl Incoming {
    /// A body of named parts. `Some(None)`: there is none.
    pub fn multipart<T: ReadParts>(&mut self, _media_type: &'static str) -> Option<Option<T>> {
        let Some(parts) = self.taken_apart() else { return Some(None) };
        let Ok(Some(parts)) = parts.downcast::<Parts>().map(|parts| *parts) else {
            self.malformed("the body is not well-formed multipart/form-data");
            return None;
        };
        let mut reader = Reader::new(parts, self.mode());
        let value = T::read(&mut reader);
        let is_sound = reader.violations.is_empty();
        self.refuse(reader.violations);
        value.filter(|_| is_sound).map(Some)
    }
}

/// The parts of a body that are not taken yet.
#[derive(Debug)]
pub struct Reader {
    parts: Vec<Part>,
    mode: Mode,
    violations: Vec<Violation>,
    /// Whether parts may stand behind the last of these, which is not held in memory.
    is_cut: bool,
}

impl Reader {
    fn new(parts: Vec<Part>, mode: Mode) -> Self {
        let is_cut = parts.last().is_some_and(|part| part.content.as_bytes().is_none());
        Self { parts, mode, violations: Vec::new(), is_cut }
    }

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
    pub fn optional_file(&mut self, name: &'static str, media_types: &'static [&'static str]) -> Option<Option<File>> {
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
            let found = part.head.media_type.as_deref().unwrap_or("application/octet-stream");
            media_types.is_empty() || media_types.iter().any(|range| media::is_within(found, range))
        };
        if !parts.iter().all(is_declared) {
            self.violation(&[name], "media_type", &format!("must be {}", media_types.join(" or ")));
            return None;
        }
        let file =
            |Part { head, content }| File { file_name: head.file_name, media_type: head.media_type, body: content };
        Some((!parts.is_empty()).then(|| parts.into_iter().map(file).collect()))
    }

    /// A part with headers that must be given.
    pub fn with_headers<P: ReadPart>(&mut self, name: &'static str) -> Option<P> {
        let part = self.optional_with_headers(name)?;
        self.given(part, name)
    }

    /// The same, where it may be absent.
    pub fn optional_with_headers<P: ReadPart>(&mut self, name: &'static str) -> Option<Option<P>> {
        let mut parts = self.optional_several_with_headers(name)?.unwrap_or_default();
        if parts.len() > 1 {
            self.violation(&[name], "duplicate_field", "must not be given twice");
            return None;
        }
        Some(parts.pop())
    }

    /// At least one part of this name, with headers.
    pub fn several_with_headers<P: ReadPart>(&mut self, name: &'static str) -> Option<Vec<P>> {
        let parts = self.optional_several_with_headers(name)?;
        self.given(parts, name)
    }

    /// Any number of parts of this name, with headers.
    pub fn optional_several_with_headers<P: ReadPart>(&mut self, name: &'static str) -> Option<Option<Vec<P>>> {
        let own = self.take(name);
        let is_there = !own.is_empty();
        let mut parts = Vec::with_capacity(own.len());
        for part in own {
            let mut reader = Self::new(vec![part], self.mode);
            parts.push(P::read(name, &mut reader));
            self.violations.extend(reader.violations);
        }
        let parts: Option<Vec<P>> = parts.into_iter().collect();
        Some(is_there.then_some(parts?))
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
            self.violation(&[&part.head.name], "unknown_field", "is not a property of this object");
        }
    }

    /// The headers of the first part that is left.
    pub fn headers(&self) -> Option<HeaderMap> {
        self.parts.first().map(|part| part.head.headers())
    }

    /// How strictly the parts are read.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Adds violations.
    pub fn refuse(&mut self, violations: Vec<Violation>) {
        self.violations.extend(violations);
    }

    fn take(&mut self, name: &str) -> Vec<Part> {
        let quoted = quoted(name);
        let is_own = |part: &Part| part.head.name == name || part.head.name == quoted;
        let (own, rest) = std::mem::take(&mut self.parts).into_iter().partition(is_own);
        self.parts = rest;
        own
    }

    fn given<T>(&mut self, value: Option<T>, name: &'static str) -> Option<T> {
        if value.is_none() {
            let message = match self.is_cut {
                true => "is required, before a file that is too long to be held in memory",
                false => "is required",
            };
            self.violation(&[name], "missing", message);
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
    let bytes = part.content.as_bytes().ok_or("must not be a file")?;
    let text = std::str::from_utf8(bytes).map_err(|_| "must be UTF-8 text")?;
    let says_json = part.head.media_type.as_deref().is_some_and(|found| media::essence(found) == "application/json");
    if is_json || says_json {
        return serde_json::from_str(text).map(Value::Json).map_err(|_| "must be JSON");
    }
    Ok(Value::Text(text.to_owned()))
}
