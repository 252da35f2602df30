//! From text to values.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde::Serialize;

use crate::support::codec::{Context, Decode, Mode, Report};
use crate::support::operation::{Parameter, Shape, Style};
use crate::support::parameter::{Piece, Refusal, Value, deep};
use crate::support::violation::{Location, Violation};

/// Reads a value from the pieces of its place, names and values still percent-encoded: a path's segment
/// or a header as one piece without a name, a query's or cookie header's pairs all; of an exploded object, those
/// that are its own. `None`: not given.
///
/// # Errors
/// The text is not percent-encoded UTF-8, or not of the style.
pub fn decode(parameter: &Parameter, pieces: &[Piece<'_>]) -> Result<Option<Value>, Refusal> {
    match parameter.location {
        Location::Path => pieces.first().map(|piece| decode_path(parameter, &piece.value)).transpose(),
        Location::Header => pieces.first().map(|piece| decode_header(parameter, &piece.value)).transpose(),
        Location::Query | Location::Body => decode_pairs(parameter, pieces, unescape_pair),
        Location::Cookie => decode_pairs(parameter, pieces, unescape),
    }
}

/// Reads a value of its type: a server's way with a request, or a client's with what it is about to send. `None`: it cannot be
/// read, as the violations say; `Some(None)`: not given.
pub fn read<T: Decode>(parameter: &Parameter, pieces: &[Piece<'_>], mode: Mode) -> (Option<Option<T>>, Vec<Violation>) {
    let report = match parameter.style {
        Style::Json => Report::of_json(parameter.location, mode),
        _ => Report::of_parameters(parameter.location, mode),
    };
    let root = Context::root(&report, &[]);
    let cx = root.property(parameter.name, parameter.rules);
    let value = match decode(parameter, pieces) {
        Ok(None) => Some(None),
        Ok(Some(Value::Text(text))) if parameter.style == Style::Json => match serde_json::from_str(&text) {
            Ok(json) => T::decode(Value::Json(json), &cx).ok().map(Some),
            Err(_) => {
                cx.violation("format", "must be JSON");
                None
            }
        },
        Ok(Some(value)) => T::decode(value, &cx).ok().map(Some),
        Err(reason) => {
            cx.violation("format", reason);
            None
        }
    };
    (value, report.into_violations())
}

/// Whether the pieces of `value` read as what it is: a union may read as another of its members.
pub fn reads_as<T: Decode + Serialize>(
    parameter: &Parameter,
    pieces: &[Piece<'_>],
    value: &(impl Serialize + ?Sized),
) -> bool {
    match read::<T>(parameter, pieces, Mode::Lenient).0 {
        Some(Some(read)) => serde_json::to_value(read).ok() == serde_json::to_value(value).ok(),
        Some(None) => pieces.is_empty(),
        None => false,
    }
}

/// Text as a place has it, and what it stands for.
type Unescape = for<'t> fn(&'t str) -> Result<Cow<'t, str>, Refusal>;

fn unescape(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if !text.contains('%') {
        return Ok(text.into());
    }
    let bytes = text.as_bytes();
    let is_whole = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    if !bytes.iter().enumerate().all(|(at, byte)| *byte != b'%' || is_whole(at)) {
        return Err("is not well-formed percent-encoding");
    }
    percent_decode_str(text).decode_utf8().map_err(|_| "is not UTF-8")
}

/// In a query `+` is a space (application/x-www-form-urlencoded).
///
/// # Errors
/// The text is not percent-encoded UTF-8.
pub fn unescape_pair(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if !text.contains('+') {
        return unescape(text);
    }
    unescape(&text.replace('+', "%20")).map(|text| text.into_owned().into())
}

/// The text of a scalar.
fn scalar(text: &str, unescape: Unescape) -> Result<Value, Refusal> {
    unescape(text).map(|text| Value::Text(text.into_owned()))
}

fn split(shape: Shape, text: &str, explode: bool, delimiter: &str, unescape: Unescape) -> Result<Value, Refusal> {
    match shape {
        Shape::Scalar => scalar(text, unescape),
        // The delimiter itself is escaped in a scalar.
        Shape::Union if !text.contains(delimiter) => scalar(text, unescape),
        Shape::Array | Shape::Union => {
            let items = text.split(delimiter).map(|item| scalar(item, unescape));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        Shape::Object | Shape::Properties(_) if explode => {
            let entries = text.split(delimiter).map(|entry| {
                let (key, value) = entry.split_once('=').ok_or("is not a list of `key=value`")?;
                Ok((unescape(key)?.into_owned(), scalar(value, unescape)?))
            });
            entries.collect::<Result<_, _>>().map(Value::Object)
        }
        Shape::Object | Shape::Properties(_) => {
            let parts: Vec<Cow<'_, str>> = text.split(delimiter).map(unescape).collect::<Result<_, _>>()?;
            let (pairs, rest) = parts.as_chunks::<2>();
            if !rest.is_empty() {
                return Err("is not a list of keys and values");
            }
            let entry = |[key, value]: &[Cow<'_, str>; 2]| (key.to_string(), Value::Text(value.to_string()));
            Ok(Value::Object(pairs.iter().map(entry).collect()))
        }
    }
}

fn decode_path(parameter: &Parameter, text: &str) -> Result<Value, Refusal> {
    match parameter.style {
        Style::Label => {
            let text = text.strip_prefix('.').ok_or("must begin with a dot")?;
            let delimiter = if parameter.explode { "." } else { "," };
            split(parameter.shape, text, parameter.explode, delimiter, unescape)
        }
        Style::Matrix => decode_matrix(parameter, text),
        Style::Json => scalar(text, unescape),
        _ => split(parameter.shape, text, parameter.explode, ",", unescape),
    }
}

fn decode_matrix(parameter: &Parameter, text: &str) -> Result<Value, Refusal> {
    let text = text.strip_prefix(';').ok_or("must begin with a semicolon")?;
    match parameter.shape {
        Shape::Object | Shape::Properties(_) if parameter.explode => split(parameter.shape, text, true, ";", unescape),
        Shape::Array if parameter.explode => matrix_items(parameter, text),
        Shape::Union if parameter.explode && text.contains(';') => matrix_items(parameter, text),
        shape => split(shape, matrix_value(parameter, text)?, false, ",", unescape),
    }
}

fn matrix_items(parameter: &Parameter, text: &str) -> Result<Value, Refusal> {
    let items = text.split(';').map(|item| matrix_value(parameter, item).and_then(|text| scalar(text, unescape)));
    items.collect::<Result<_, _>>().map(Value::Array)
}

fn matrix_value<'t>(parameter: &Parameter, text: &'t str) -> Result<&'t str, Refusal> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    if unescape(name)? == parameter.name { Ok(value) } else { Err("does not carry its name") }
}

fn decode_header(parameter: &Parameter, text: &str) -> Result<Value, Refusal> {
    let verbatim: Unescape = |text| Ok(text.trim().into());
    match parameter.style {
        Style::Json => Ok(Value::Text(text.to_owned())),
        _ => split(parameter.shape, text.trim(), parameter.explode, ",", verbatim),
    }
}

fn decode_pairs(parameter: &Parameter, pieces: &[Piece<'_>], unescape: Unescape) -> Result<Option<Value>, Refusal> {
    if parameter.style == Style::DeepObject {
        return deep::read(parameter.name, parameter.shape, pieces);
    }
    if parameter.is_spread() {
        let entries =
            pieces.iter().map(|piece| Ok((unescape(&piece.name)?.into_owned(), scalar(&piece.value, unescape)?)));
        let entries: Vec<_> = entries.collect::<Result<_, Refusal>>()?;
        return Ok(if entries.is_empty() { None } else { Some(Value::Object(entries)) });
    }
    let mut values = Vec::new();
    for piece in pieces {
        if unescape(&piece.name)? == parameter.name {
            values.push(&*piece.value);
        }
    }
    let takes_many = parameter.explode && parameter.style != Style::Json;
    match (values.as_slice(), parameter.shape) {
        ([], _) => Ok(None),
        ([value], _) if parameter.style == Style::Json => scalar(value, unescape).map(Some),
        ([value], Shape::Union) if takes_many => scalar(value, unescape).map(Some),
        (values, Shape::Array | Shape::Union) if takes_many => {
            let items = values.iter().map(|value| scalar(value, unescape));
            Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
        }
        ([value], Shape::Scalar) => scalar(value, unescape).map(Some),
        ([value], shape) => {
            let (value, delimiter) = normalized(value, parameter.style);
            split(shape, &value, false, delimiter, unescape).map(Some)
        }
        (_, _) => Err("must not be given twice"),
    }
}

/// The list with its delimiter in its escaped form, in whichever form it came; and that.
fn normalized(value: &str, style: Style) -> (String, &'static str) {
    match style {
        Style::SpaceDelimited => (value.replace(['+', ' '], "%20"), "%20"),
        Style::PipeDelimited => (value.replace('|', "%7C").replace("%7c", "%7C"), "%7C"),
        _ => (value.to_owned(), ","),
    }
}

/// Reads the pieces of one name that no parameter declares: parts of an object or array, a scalar, or several.
///
/// # Errors
/// As [`decode`].
pub fn decode_named(name: &str, pieces: &[Piece<'_>], is_deep: bool) -> Result<Option<Value>, Refusal> {
    if is_deep {
        return deep::read(name, Shape::Union, pieces);
    }
    let values = pieces.iter().map(|piece| scalar(&piece.value, unescape_pair));
    let mut values: Vec<Value> = values.collect::<Result<_, _>>()?;
    Ok(if values.len() > 1 { Some(Value::Array(values)) } else { values.pop() })
}
