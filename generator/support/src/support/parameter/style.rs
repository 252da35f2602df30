//! How the parts of a value stand in a path, a query, a header or a cookie.
//!
//! What a style cannot carry is refused before it is sent: an empty path segment, `.` and `..` (URL
//! parsers remove them), an empty array or object, its own delimiter inside a space- or pipe-delimited
//! item or inside a list in a header, null inside a list, control characters in a header, and anything
//! nested except in `deepObject`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::support::operation::{Parameter, Shape, Style};
use crate::support::parameter::Value;
use crate::support::violation::Location;

/// Everything but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Why a value cannot be sent, or read.
type Refusal = &'static str;

/// One `name=value` of a query or a cookie header, percent-encoded; or a whole path segment or header
/// value, without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The name; empty for a path segment or a header.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Piece {
    /// The pair that `text` is; `None` for one without a name.
    pub fn of(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (!name.is_empty()).then(|| Self { name: name.to_owned(), value: value.to_owned() })
    }
}

/// Writes a value. No pieces: nothing is sent.
///
/// # Errors
/// Why the style cannot carry it.
pub fn encode(parameter: &Parameter, value: &Value) -> Result<Vec<Piece>, Refusal> {
    if parameter.style == Style::Json {
        return Err("is not written as parts");
    }
    match parameter.location {
        Location::Path => encode_path(parameter, value).map(unnamed),
        Location::Header => match value {
            Value::Null => Ok(Vec::new()),
            value => encode_header(parameter, value).map(unnamed),
        },
        Location::Query | Location::Cookie | Location::Body => encode_pairs(parameter, value),
    }
}

/// Writes JSON text in the place of a value (`content: application/json`).
///
/// # Errors
/// Why the place cannot carry it.
pub fn encode_json(parameter: &Parameter, text: &str) -> Result<Vec<Piece>, Refusal> {
    match parameter.location {
        Location::Header => header_text(text).map(unnamed),
        Location::Path => Ok(unnamed(escape(text))),
        Location::Query | Location::Cookie | Location::Body => Ok(vec![pair(parameter.name, &escape(text))]),
    }
}

fn unnamed(value: String) -> Vec<Piece> {
    vec![Piece { name: String::new(), value }]
}

fn pair(name: &str, escaped: &str) -> Piece {
    Piece { name: escape(name), value: escaped.to_owned() }
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn header_text(text: &str) -> Result<String, Refusal> {
    let is_visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !is_visible || text.trim() != text {
        return Err("holds characters that a header cannot carry");
    }
    Ok(text.to_owned())
}

/// A scalar's text, escaped as the place asks.
fn scalar(value: &Value, escape: fn(&str) -> Result<String, Refusal>) -> Result<String, Refusal> {
    match value {
        Value::Text(text) => escape(text),
        Value::Null => Err("holds a null, which this style cannot carry"),
        Value::Array(_) | Value::Object(_) | Value::Json(_) => Err("is nested deeper than this style can carry"),
    }
}

/// The items of an array, or `key,value` of an object (`key=value` if exploded), joined.
fn joined(
    value: &Value,
    explode: bool,
    delimiter: &str,
    escape: fn(&str) -> Result<String, Refusal>,
) -> Result<String, Refusal> {
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
    if parts.is_empty() { Err("is empty, which this style cannot carry") } else { Ok(parts.join(delimiter)) }
}

fn encode_path(parameter: &Parameter, value: &Value) -> Result<String, Refusal> {
    let escape = |text: &str| Ok(escape(text));
    let text = match parameter.style {
        Style::Label => {
            let delimiter = if parameter.explode { "." } else { "," };
            format!(".{}", joined(value, parameter.explode, delimiter, escape)?)
        }
        Style::Matrix => encode_matrix(parameter, value)?,
        _ => joined(value, parameter.explode, ",", escape)?,
    };
    match text.as_str() {
        "" => Err("must not be empty"),
        "." | ".." => Err("must not be `.` or `..`"),
        _ => Ok(text),
    }
}

/// `;color=blue,black` or, exploded, `;color=blue;color=black`.
fn encode_matrix(parameter: &Parameter, value: &Value) -> Result<String, Refusal> {
    let escaped = |text: &str| Ok(escape(text));
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

fn encode_header(parameter: &Parameter, value: &Value) -> Result<String, Refusal> {
    let part = |text: &str| match header_text(text)? {
        text if text.contains([',', '=']) => Err("holds a delimiter of its list"),
        text if text.is_empty() => Err("holds an empty item"),
        text => Ok(text),
    };
    match value {
        Value::Text(text) => header_text(text),
        value => joined(value, parameter.explode, ",", part),
    }
}

fn encode_pairs(parameter: &Parameter, value: &Value) -> Result<Vec<Piece>, Refusal> {
    encode_named(parameter, parameter.name, value)
}

/// Writes a value as [`encode`] does in a query, under another name than the parameter's.
///
/// # Errors
/// Why the style cannot carry it.
pub fn encode_named(parameter: &Parameter, name: &str, value: &Value) -> Result<Vec<Piece>, Refusal> {
    let escaped = |text: &str| Ok(escape(text));
    match (parameter.style, value) {
        (_, Value::Null) => Ok(Vec::new()),
        (Style::DeepObject, value) => {
            let mut pieces = Vec::new();
            deep(name, value, &mut pieces)?;
            if pieces.is_empty() { Err("is empty, which this style cannot carry") } else { Ok(pieces) }
        }
        (_, Value::Text(text)) => Ok(vec![pair(name, &escape(text))]),
        (_, Value::Array(items)) if items.is_empty() => Err("is empty, which this style cannot carry"),
        (_, Value::Object(entries)) if entries.is_empty() => Err("is empty, which this style cannot carry"),
        (Style::SpaceDelimited, value) if !parameter.explode => {
            Ok(vec![pair(name, &joined(value, false, "%20", |text| delimited(text, ' '))?)])
        }
        (Style::PipeDelimited, value) if !parameter.explode => {
            Ok(vec![pair(name, &joined(value, false, "%7C", |text| delimited(text, '|'))?)])
        }
        (_, Value::Array(items)) if parameter.explode => {
            items.iter().map(|item| Ok(pair(name, &scalar(item, escaped)?))).collect()
        }
        (_, Value::Object(entries)) if parameter.explode => {
            entries.iter().map(|(key, value)| Ok(pair(key, &scalar(value, escaped)?))).collect()
        }
        (_, value) => Ok(vec![pair(name, &joined(value, false, ",", escaped)?)]),
    }
}

fn delimited(text: &str, delimiter: char) -> Result<String, Refusal> {
    if text.contains(delimiter) { Err("holds the delimiter of its list") } else { Ok(escape(text)) }
}

/// `name[key]=value`, `name[key][inner]=value`, `name[0]=value`.
fn deep(name: &str, value: &Value, pieces: &mut Vec<Piece>) -> Result<(), Refusal> {
    match value {
        Value::Null => {}
        Value::Text(text) => pieces.push(pair(name, &escape(text))),
        Value::Json(_) => return Err("is JSON, which this style cannot carry"),
        // Nothing would be left of it.
        Value::Array(items) if items.is_empty() => return Err("is empty, which this style cannot carry"),
        Value::Object(entries) if entries.is_empty() => return Err("is empty, which this style cannot carry"),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                deep(&format!("{name}[{index}]"), item, pieces)?;
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                if key.contains(['[', ']']) {
                    return Err("has a key with a bracket, which this style cannot carry");
                }
                deep(&format!("{name}[{key}]"), value, pieces)?;
            }
        }
    }
    Ok(())
}

/// Reads a value from the pieces of its place, names and values still percent-encoded: a path's segment
/// or a header as one piece without a name, a query's or cookie header's pairs all. `None`: not given.
///
/// # Errors
/// The text is not percent-encoded UTF-8, or not of the style.
pub fn decode(parameter: &Parameter, pieces: &[Piece]) -> Result<Option<Value>, Refusal> {
    match parameter.location {
        Location::Path => pieces.first().map(|piece| decode_path(parameter, &piece.value)).transpose(),
        Location::Header => pieces.first().map(|piece| decode_header(parameter, &piece.value)).transpose(),
        Location::Query | Location::Cookie | Location::Body => decode_pairs(parameter, pieces),
    }
}

fn unescape(text: &str) -> Result<String, Refusal> {
    let bytes = text.as_bytes();
    let is_whole = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    if !bytes.iter().enumerate().all(|(at, byte)| *byte != b'%' || is_whole(at)) {
        return Err("is not well-formed percent-encoding");
    }
    percent_decode_str(text).decode_utf8().map(Into::into).map_err(|_| "is not UTF-8")
}

/// In a query `+` is a space (application/x-www-form-urlencoded).
///
/// # Errors
/// The text is not percent-encoded UTF-8.
pub fn unescape_pair(text: &str) -> Result<String, Refusal> {
    unescape(&text.replace('+', "%20"))
}

fn split(
    shape: Shape,
    text: &str,
    explode: bool,
    delimiter: &str,
    unescape: fn(&str) -> Result<String, Refusal>,
) -> Result<Value, Refusal> {
    match shape {
        Shape::Scalar => unescape(text).map(Value::Text),
        Shape::Array => {
            let items = text.split(delimiter).map(|item| unescape(item).map(Value::Text));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        Shape::Object if explode => {
            let entries = text.split(delimiter).map(|entry| {
                let (key, value) = entry.split_once('=').ok_or("is not a list of `key=value`")?;
                Ok((unescape(key)?, Value::Text(unescape(value)?)))
            });
            entries.collect::<Result<_, _>>().map(Value::Object)
        }
        Shape::Object => {
            let parts: Vec<String> = text.split(delimiter).map(unescape).collect::<Result<_, _>>()?;
            let (pairs, rest) = parts.as_chunks::<2>();
            if !rest.is_empty() {
                return Err("is not a list of keys and values");
            }
            Ok(Value::Object(pairs.iter().map(|[key, value]| (key.clone(), Value::Text(value.clone()))).collect()))
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
        Style::Json => unescape(text).map(Value::Text),
        _ => split(parameter.shape, text, parameter.explode, ",", unescape),
    }
}

fn decode_matrix(parameter: &Parameter, text: &str) -> Result<Value, Refusal> {
    let text = text.strip_prefix(';').ok_or("must begin with a semicolon")?;
    match parameter.shape {
        Shape::Object if parameter.explode => split(Shape::Object, text, true, ";", unescape),
        Shape::Array if parameter.explode => {
            let items = text.split(';').map(|item| matrix_value(parameter, item).and_then(unescape).map(Value::Text));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        shape => split(shape, matrix_value(parameter, text)?, false, ",", unescape),
    }
}

fn matrix_value<'t>(parameter: &Parameter, text: &'t str) -> Result<&'t str, Refusal> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    if unescape(name)? == parameter.name { Ok(value) } else { Err("does not carry its name") }
}

fn decode_header(parameter: &Parameter, text: &str) -> Result<Value, Refusal> {
    let verbatim = |text: &str| Ok(text.trim().to_owned());
    match parameter.style {
        Style::Json => Ok(Value::Text(text.to_owned())),
        _ => split(parameter.shape, text.trim(), parameter.explode, ",", verbatim),
    }
}

fn decode_pairs(parameter: &Parameter, pieces: &[Piece]) -> Result<Option<Value>, Refusal> {
    match (parameter.style, parameter.shape) {
        (Style::DeepObject, _) => decode_deep(parameter.name, pieces),
        (Style::Form, Shape::Object) if parameter.explode => {
            let entries =
                pieces.iter().map(|piece| Ok((unescape_pair(&piece.name)?, Value::Text(unescape_pair(&piece.value)?))));
            let entries: Vec<_> = entries.collect::<Result<_, Refusal>>()?;
            Ok(if entries.is_empty() { None } else { Some(Value::Object(entries)) })
        }
        (style, shape) => {
            let mut values = Vec::new();
            for piece in pieces {
                if unescape_pair(&piece.name)? == parameter.name {
                    values.push(piece.value.as_str());
                }
            }
            let delimiter = match style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            match (values.as_slice(), shape) {
                ([], _) => Ok(None),
                ([value], _) if style == Style::Json => Ok(Some(Value::Text(unescape_pair(value)?))),
                (values, Shape::Array) if parameter.explode && style != Style::Json => {
                    let items = values.iter().map(|value| unescape_pair(value).map(Value::Text));
                    Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
                }
                ([value], Shape::Scalar) => Ok(Some(Value::Text(unescape_pair(value)?))),
                ([value], shape) => {
                    let value = normalized(value, style);
                    split(shape, &value, false, delimiter, unescape_pair).map(Some)
                }
                (_, _) => Err("must not be given twice"),
            }
        }
    }
}

/// The delimiter in its escaped form, in whichever form it came.
fn normalized(value: &str, style: Style) -> String {
    match style {
        Style::SpaceDelimited => value.replace(['+', ' '], "%20"),
        Style::PipeDelimited => value.replace('|', "%7C").replace("%7c", "%7C"),
        _ => value.to_owned(),
    }
}

/// Reads the pieces of one name that no parameter declares: parts of an object or array, a scalar, or several.
///
/// # Errors
/// As [`decode`].
pub fn decode_named(name: &str, pieces: &[Piece], is_deep: bool) -> Result<Option<Value>, Refusal> {
    if is_deep {
        return decode_deep(name, pieces);
    }
    let values = pieces.iter().map(|piece| unescape_pair(&piece.value).map(Value::Text));
    let mut values: Vec<Value> = values.collect::<Result<_, _>>()?;
    Ok(if values.len() > 1 { Some(Value::Array(values)) } else { values.pop() })
}

fn decode_deep(name: &str, pieces: &[Piece]) -> Result<Option<Value>, Refusal> {
    const MAX_DEPTH: usize = 16;
    let mut root = None;
    for piece in pieces {
        let key = unescape_pair(&piece.name)?;
        if key == name && root.is_none() {
            // A union of an object and a scalar, such as Stripe's `metadata=` for none.
            root = Some(Value::Text(unescape_pair(&piece.value)?));
            continue;
        }
        let Some(path) = key.strip_prefix(name).filter(|path| path.starts_with('[')) else { continue };
        let keys: Vec<&str> = path
            .split_inclusive(']')
            .map(|key| key.strip_prefix('[').and_then(|key| key.strip_suffix(']')).ok_or("has unbalanced brackets"))
            .collect::<Result<_, _>>()?;
        if keys.len() > MAX_DEPTH {
            return Err("is nested too deep");
        }
        insert(root.get_or_insert_with(|| Value::Object(Vec::new())), &keys, unescape_pair(&piece.value)?)?;
    }
    Ok(root.map(listed))
}

fn insert(value: &mut Value, keys: &[&str], text: String) -> Result<(), Refusal> {
    let (Value::Object(entries), Some((key, rest))) = (value, keys.split_first()) else {
        return Err("gives one key both a value and parts");
    };
    // `[]` is the next index.
    let key = if key.is_empty() { entries.len().to_string() } else { (*key).to_owned() };
    let at = match position(entries, &key) {
        Some(at) => at,
        None if entries.len() >= MAX_KEYS && key.parse() != Ok(entries.len()) => return Err("has too many keys"),
        None => {
            entries.push((key, Value::Object(Vec::new())));
            entries.len() - 1
        }
    };
    let inner = &mut entries[at].1;
    if !rest.is_empty() {
        return insert(inner, rest, text);
    }
    if *inner != Value::Object(Vec::new()) {
        return Err("gives one key twice");
    }
    *inner = Value::Text(text);
    Ok(())
}

/// How many keys an object may have; an array may have more items.
const MAX_KEYS: usize = 1000;

/// Where `key` stands. What is as long as an array can be holds keys in their order.
fn position(entries: &[(String, Value)], key: &str) -> Option<usize> {
    let is_there = |at: &usize| entries.get(*at).is_some_and(|(known, _)| known == key);
    let by_index = key.parse().ok().filter(is_there);
    by_index.or_else(|| entries.iter().take(MAX_KEYS).position(|(known, _)| known == key))
}

/// Objects whose keys are `0`, `1`, … are arrays.
fn listed(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let is_list =
                !entries.is_empty() && entries.iter().enumerate().all(|(index, (key, _))| *key == index.to_string());
            let entries = entries.into_iter().map(|(key, value)| (key, listed(value)));
            if is_list {
                Value::Array(entries.map(|(_, value)| value).collect())
            } else {
                Value::Object(entries.collect())
            }
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(location: Location, style: Style, explode: bool, shape: Shape) -> Parameter {
        Parameter { name: "color", location, style, explode, shape, rules: &[] }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn written(pieces: &[Piece]) -> String {
        let parts = pieces.iter().map(|piece| match piece.name.as_str() {
            "" => piece.value.clone(),
            name => format!("{name}={}", piece.value),
        });
        parts.collect::<Vec<_>>().join("&")
    }

    /// Twice as many keys take twice as long: a body may hold very many.
    #[test]
    fn many_keys_are_refused_and_many_items_are_not() {
        let deep = parameter(Location::Body, Style::DeepObject, true, Shape::Object);
        let pieces = |key: fn(usize) -> String| -> Vec<Piece> {
            let piece = |at| Piece { name: format!("color[{}]", key(at)), value: "x".to_owned() };
            (0..100_000).map(piece).collect()
        };
        assert_eq!(decode(&deep, &pieces(|at| format!("k{at}"))), Err("has too many keys"));
        for key in [|at: usize| at.to_string(), |_| String::new()] {
            let Ok(Some(Value::Array(items))) = decode(&deep, &pieces(key)) else { panic!("an array") };
            assert_eq!(items.len(), 100_000);
        }
    }

    /// OpenAPI 3.1.1, Style Examples: the strings printed there, both ways.
    #[test]
    fn the_specifications_examples() {
        use Location::{Path, Query};
        use Style::{DeepObject, Form, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};
        let scalar = text("blue");
        let array = Value::Array(["blue", "black", "brown"].map(text).into());
        let object =
            Value::Object([("R", "100"), ("G", "200"), ("B", "150")].map(|(k, v)| (k.to_owned(), text(v))).into());
        let rows: [(_, _, bool, [&str; 3]); 14] = [
            (Path, Matrix, false, [";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
            (Path, Matrix, true, [";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
            (Path, Label, false, [".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
            (Path, Label, true, [".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
            (Path, Simple, false, ["blue", "blue,black,brown", "R,100,G,200,B,150"]),
            (Path, Simple, true, ["blue", "blue,black,brown", "R=100,G=200,B=150"]),
            (Location::Header, Simple, false, ["blue", "blue,black,brown", "R,100,G,200,B,150"]),
            (Location::Header, Simple, true, ["blue", "blue,black,brown", "R=100,G=200,B=150"]),
            (Query, Form, false, ["color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
            (Query, Form, true, ["color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
            (Query, SpaceDelimited, false, ["", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"]),
            (Query, PipeDelimited, false, ["", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"]),
            (Query, DeepObject, true, ["", "", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"]),
            (Location::Cookie, Form, false, ["color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
        ];
        for (location, style, explode, texts) in rows {
            let values = [(&scalar, Shape::Scalar), (&array, Shape::Array), (&object, Shape::Object)];
            for ((value, shape), expected) in values.into_iter().zip(texts) {
                if expected.is_empty() {
                    continue;
                }
                let parameter = parameter(location, style, explode, shape);
                let pieces = encode(&parameter, value).expect("a value the style carries");
                assert_eq!(written(&pieces), expected, "{location:?} {style:?} {explode}");
                assert_eq!(decode(&parameter, &pieces), Ok(Some(value.clone())), "{expected}");
            }
        }
    }

    #[test]
    fn what_a_style_cannot_carry_is_refused() {
        let path = parameter(Location::Path, Style::Simple, false, Shape::Scalar);
        for refused in ["", ".", ".."] {
            assert!(encode(&path, &text(refused)).is_err(), "{refused:?}");
        }
        let pieces = encode(&path, &text("a/b ü%,")).expect("any other text");
        assert_eq!(pieces[0].value, "a%2Fb%20%C3%BC%25%2C");
        assert_eq!(decode(&path, &pieces), Ok(Some(text("a/b ü%,"))));
        let header = parameter(Location::Header, Style::Simple, false, Shape::Array);
        assert!(encode(&header, &Value::Array(vec![text("a,b")])).is_err());
        assert!(encode(&header, &text("a\r\nb: c")).is_err());
        let piped = parameter(Location::Query, Style::PipeDelimited, false, Shape::Array);
        assert!(encode(&piped, &Value::Array(vec![text("a|b")])).is_err());
        assert!(encode(&piped, &Value::Array(vec![])).is_err());
    }

    #[test]
    fn malformed_text_is_refused() {
        let path = parameter(Location::Path, Style::Simple, false, Shape::Scalar);
        for malformed in ["%", "%2", "%zz", "%ff"] {
            assert!(decode(&path, &unnamed(malformed.to_owned())).is_err(), "{malformed}");
        }
    }
}
