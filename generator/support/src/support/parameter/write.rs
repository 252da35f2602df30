//! From values to text.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::operation::{Parameter, Shape, Style};
use crate::support::parameter::{Piece, Refusal, Value, deep};
use crate::support::violation::Location;

/// Everything but RFC 3986's unreserved characters.
pub(super) const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What `allowReserved` leaves as it is in a list: RFC 3986's reserved characters but those that mean something in a
/// query (`&`, `+`, `#`), may not stand in one (`[`, `]`), or are the comma of a list.
const RESERVED_IN_LISTS: &AsciiSet = &ESCAPED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b';')
    .remove(b'=');

/// The same where no list is.
const RESERVED: &AsciiSet = &RESERVED_IN_LISTS.remove(b',');

pub(super) const EMPTY: Refusal = "is empty, which this style cannot carry";
pub(super) const NULL: Refusal = "holds a null, which this style cannot carry";

/// Writes a value. No pieces: nothing is sent.
///
/// # Errors
/// Why the style cannot carry it.
pub fn encode(parameter: &Parameter, value: &Value) -> Result<Vec<Piece<'static>>, Refusal> {
    match (parameter.location, value) {
        _ if parameter.style == Style::Json => Err("is not written as parts"),
        (Location::Path, value) => encode_path(parameter, value).map(unnamed),
        (_, Value::Null) => Ok(Vec::new()),
        (Location::Header, value) => encode_header(parameter, value).map(unnamed),
        (Location::Query | Location::Cookie | Location::Body, value) => encode_named(parameter, parameter.name, value),
    }
}

/// Writes JSON text in the place of a value (`content: application/json`).
///
/// # Errors
/// Why the place cannot carry it.
pub fn encode_json(parameter: &Parameter, text: &str) -> Result<Vec<Piece<'static>>, Refusal> {
    match parameter.location {
        Location::Header => header_text(&ascii(text)).map(unnamed),
        Location::Path => Ok(unnamed(escape(text))),
        Location::Query | Location::Cookie | Location::Body => Ok(vec![pair(parameter.name, escape(text))]),
    }
}

/// JSON text with everything beyond visible ASCII, which stands in strings only, as `\u…`.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            text.push(c);
        } else {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

fn unnamed(value: String) -> Vec<Piece<'static>> {
    vec![Piece::unnamed(value)]
}

fn pair(name: &str, value: String) -> Piece<'static> {
    Piece { name: escape(name).into(), value: value.into() }
}

pub(super) fn escape(text: &str) -> String {
    escape_to(text, ESCAPED)
}

pub(super) fn escape_to(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

fn header_text(text: &str) -> Result<String, Refusal> {
    let is_visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !is_visible || text.trim() != text {
        return Err("holds characters that a header cannot carry");
    }
    Ok(text.to_owned())
}

/// How a text stands in its place.
type Escape<'e> = &'e dyn Fn(&str) -> Result<String, Refusal>;

/// A scalar's text, escaped as the place asks.
fn scalar(value: &Value, escape: Escape<'_>) -> Result<String, Refusal> {
    match value {
        Value::Text(text) => escape(text),
        Value::Null => Err(NULL),
        Value::Array(_) | Value::Object(_) | Value::Json(_) => Err("is nested deeper than this style can carry"),
    }
}

/// The items of an array, or `key,value` of an object (`key=value` if exploded), joined.
fn joined(value: &Value, explode: bool, delimiter: &str, escape: Escape<'_>) -> Result<String, Refusal> {
    let parts: Vec<String> = match value {
        Value::Null | Value::Text(_) | Value::Json(_) => return scalar(value, escape),
        Value::Array(items) => items.iter().map(|item| scalar(item, escape)).collect::<Result<_, _>>()?,
        Value::Object(entries) => {
            let assign = if explode { "=" } else { delimiter };
            let entry =
                |(key, value): &(String, Value)| Ok(format!("{}{assign}{}", escape(key)?, scalar(value, escape)?));
            entries.iter().map(entry).collect::<Result<_, Refusal>>()?
        }
    };
    if parts.is_empty() { Err(EMPTY) } else { Ok(parts.join(delimiter)) }
}

/// Escapes text that does not hold `delimiter`.
fn without(text: &str, delimiter: char, set: &'static AsciiSet) -> Result<String, Refusal> {
    if text.contains(delimiter) { Err("holds the delimiter of its list") } else { Ok(escape_to(text, set)) }
}

/// What is escaped in the value of a query parameter.
fn set_of(parameter: &Parameter, value: &Value) -> &'static AsciiSet {
    let is_list = match value {
        // The text of a union may read as a list.
        Value::Text(_) => parameter.shape == Shape::Union && !parameter.explode,
        _ => !parameter.explode,
    };
    match parameter.allows_reserved {
        false => ESCAPED,
        true if is_list => RESERVED_IN_LISTS,
        true => RESERVED,
    }
}

// ---- paths ----

fn encode_path(parameter: &Parameter, value: &Value) -> Result<String, Refusal> {
    let escaped: Escape<'_> = &|text| Ok(escape(text));
    match (parameter.style, value) {
        // A dot is not escaped: to RFC 3986, `%2E` is the same.
        (Style::Label, Value::Array(_) | Value::Object(_)) if parameter.explode => {
            Ok(format!(".{}", joined(value, true, ".", &|text| without(text, '.', ESCAPED))?))
        }
        (Style::Label, value) => Ok(format!(".{}", joined(value, false, ",", escaped)?)),
        (Style::Matrix, value) => encode_matrix(parameter, value),
        (_, value) => joined(value, parameter.explode, ",", escaped),
    }
}

/// `;color=blue,black` or, exploded, `;color=blue;color=black`.
fn encode_matrix(parameter: &Parameter, value: &Value) -> Result<String, Refusal> {
    let escaped: Escape<'_> = &|text| Ok(escape(text));
    let name = escape(parameter.name);
    match value {
        Value::Text(text) if text.is_empty() => Ok(format!(";{name}")),
        Value::Array(items) if parameter.explode && !items.is_empty() => {
            let parts = items.iter().map(|item| Ok(format!(";{name}={}", scalar(item, escaped)?)));
            parts.collect()
        }
        Value::Object(_) if parameter.explode => Ok(format!(";{}", joined(value, true, ";", escaped)?)),
        value => Ok(format!(";{name}={}", joined(value, false, ",", escaped)?)),
    }
}

// ---- headers ----

fn encode_header(parameter: &Parameter, value: &Value) -> Result<String, Refusal> {
    let part = |text: &str| match header_text(text)? {
        text if text.contains(',') => Err("holds the delimiter of its list"),
        text if text.is_empty() => Err("holds an empty item"),
        text => Ok(text),
    };
    match value {
        Value::Text(text) => header_text(text),
        Value::Object(entries) if parameter.explode && entries.iter().any(|(key, _)| key.contains('=')) => {
            Err("has a key with `=`, which this style cannot carry")
        }
        value => joined(value, parameter.explode, ",", &part),
    }
}

// ---- queries, cookies and forms ----

/// Writes a value as [`encode`] does in a query, under another name than the parameter's.
///
/// # Errors
/// Why the style cannot carry it.
pub fn encode_named(parameter: &Parameter, name: &str, value: &Value) -> Result<Vec<Piece<'static>>, Refusal> {
    let set = set_of(parameter, value);
    let escaped: Escape<'_> = &|text| Ok(escape_to(text, set));
    match (parameter.style, value) {
        (Style::DeepObject, value) => deep::write(name, parameter.shape, value, set),
        (_, Value::Array(items)) if items.is_empty() => Err(EMPTY),
        (_, Value::Object(entries)) if entries.is_empty() => Err(EMPTY),
        (_, Value::Object(_)) if parameter.shape == Shape::Union => Err("is an object, which this style cannot tell"),
        (_, Value::Array(items)) if parameter.explode => {
            items.iter().map(|item| Ok(pair(name, scalar(item, escaped)?))).collect()
        }
        (_, Value::Object(entries)) if parameter.explode => {
            if parameter.location == Location::Cookie && entries.iter().any(|(key, _)| key.is_empty()) {
                return Err("has an empty key, which a cookie cannot carry");
            }
            entries.iter().map(|(key, value)| Ok(pair(key, scalar(value, escaped)?))).collect()
        }
        (Style::SpaceDelimited, Value::Array(_) | Value::Object(_)) => {
            Ok(vec![pair(name, joined(value, false, "%20", &|text| without(text, ' ', set))?)])
        }
        (Style::PipeDelimited, Value::Array(_) | Value::Object(_)) => {
            Ok(vec![pair(name, joined(value, false, "%7C", &|text| without(text, '|', set))?)])
        }
        (_, value) => Ok(vec![pair(name, joined(value, false, ",", escaped)?)]),
    }
}
