//! Form bodies (`application/x-www-form-urlencoded`; OpenAPI 3.1.1, Encoding Object).
//!
//! A scalar is `name=value`, an array of scalars a pair for each item. What is written otherwise stands in the
//! operation's table `form`: a `Parameter` for each such property.

use std::collections::HashMap;

use crate::support::operation::{Parameter, Shape, Style};
use crate::support::parameter::{self, Piece, Value};

#[cfg(feature = "client")]
mod client {
    use std::borrow::Cow;

    use serde::Serialize;

    use super::{Parameter, Piece, Style, Value, parameter};
    use crate::support::client::RequestBuilder;
    use crate::support::codec::{Context, Decode, Mode, Rule};
    use crate::support::violation::{Location, Segment, Violation};

    type Refusal = (String, Cow<'static, str>);

    impl RequestBuilder {
        /// Adds a form body.
        pub fn form<T>(self, body: &T, media_type: &'static str, rules: &'static [Rule]) -> Self
        where
            T: Serialize + ToOwned<Owned: Decode + Serialize> + ?Sized,
        {
            let table = self.operation().bodies.map_or(&[][..], |bodies| bodies.form);
            let json = table.iter().any(|property| property.style == Style::Json);
            let json = json.then(|| serde_json::to_value(body).unwrap_or_default());
            let written = Value::of(body)
                .map_err(|error| vec![(String::new(), Cow::Owned(error.to_string()))])
                .and_then(|value| write(value, json.as_ref(), table))
                .and_then(|pieces| {
                    is_read_back(body, &pieces, table)?;
                    Ok(pieces)
                });
            let pieces = match written {
                Ok(pieces) => pieces,
                Err(refusals) => {
                    return refusals.into_iter().fold(self, |request, (name, message)| {
                        let path = if name.is_empty() { Vec::new() } else { vec![Segment::Key(name)] };
                        request.refuse(Violation { location: Location::Body, path, code: "unsendable", message })
                    });
                }
            };
            let pairs: Vec<String> = pieces.iter().map(|piece| format!("{}={}", piece.name, piece.value)).collect();
            let request = self.body(pairs.join("&").into(), media_type);
            if !request.checks() {
                return request;
            }
            match super::read::<T::Owned>(&pieces, table, (crate::support::codec::Mode::Exhaustive, rules)) {
                Ok(_) => request,
                Err(violations) => violations.into_iter().fold(request, Self::refuse),
            }
        }
    }

    /// Refuses a body of which a server would read something else.
    fn is_read_back<T>(body: &T, pieces: &[Piece<'_>], table: &'static [Parameter]) -> Result<(), Vec<Refusal>>
    where
        T: Serialize + ToOwned<Owned: Decode + Serialize> + ?Sized,
    {
        let report = super::report(table, Mode::Lenient);
        let cx = Context::root(&report, &[]);
        let read = T::Owned::decode(Value::Object(super::entries(pieces, table, &cx)), &cx).ok();
        let [sent, read] = [serde_json::to_value(body).ok(), read.and_then(|read| serde_json::to_value(read).ok())];
        if sent == read {
            return Ok(());
        }
        const REASON: Cow<'static, str> = Cow::Borrowed("is read as something else by whoever reads forms");
        // Without a value nobody knows which property it is.
        let properties = sent.iter().filter(|_| read.is_some()).filter_map(serde_json::Value::as_object).flatten();
        let is_lost = |(name, value): &(&String, &serde_json::Value)| {
            read.as_ref().and_then(|read| read.get(name.as_str())) != Some(*value)
        };
        let mut lost: Vec<Refusal> = properties.filter(is_lost).map(|(name, _)| (name.clone(), REASON)).collect();
        if lost.is_empty() {
            lost.push((String::new(), REASON));
        }
        Err(lost)
    }

    fn write(
        value: Value,
        json: Option<&serde_json::Value>,
        table: &'static [Parameter],
    ) -> Result<Vec<Piece<'static>>, Vec<Refusal>> {
        let Value::Object(entries) = value else {
            return Err(vec![(String::new(), Cow::Borrowed("is not an object, which is all that a form carries"))]);
        };
        let (mut pieces, mut refused) = (Vec::new(), Vec::new());
        for (name, value) in entries {
            let written = match table.iter().find(|property| property.name == name) {
                _ if value == Value::Null => Err("is null, which a form cannot carry"),
                Some(property) if property.style == Style::Json => {
                    json_pieces(property, json.and_then(|json| json.get(&name)).unwrap_or_default())
                }
                Some(property) => parameter::encode(property, &value),
                None if super::root(&name).is_some() => Err("has a name that is that of a part of another property"),
                None => parameter::encode_named(&unlisted("", &value), &name, &value),
            };
            match written {
                Ok(written) => pieces.extend(written),
                Err(reason) => refused.push((name, Cow::Borrowed(reason))),
            }
        }
        if refused.is_empty() { Ok(pieces) } else { Err(refused) }
    }

    /// How a property is written that no table lists.
    fn unlisted(name: &'static str, value: &Value) -> Parameter {
        let style = match value {
            Value::Object(_) => Style::DeepObject,
            Value::Array(items) if items.iter().any(|item| !matches!(item, Value::Text(_))) => Style::DeepObject,
            _ => Style::Form,
        };
        Parameter::property(name).style(style)
    }

    /// JSON text; for an exploded array, one for each item.
    fn json_pieces(property: &Parameter, value: &serde_json::Value) -> Result<Vec<Piece<'static>>, &'static str> {
        match value {
            serde_json::Value::Array(items) if property.explode && items.is_empty() => {
                Err("is empty, which this style cannot carry")
            }
            serde_json::Value::Array(items) if property.explode => {
                let pieces = items.iter().map(|item| parameter::encode_json(property, &item.to_string()));
                Ok(pieces.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
            }
            value => parameter::encode_json(property, &value.to_string()),
        }
    }
}

/// What a form carries, or everything wrong with it.
#[cfg(any(feature = "client", feature = "server"))]
fn read<T: crate::support::codec::Decode>(
    pieces: &[Piece<'_>],
    table: &'static [Parameter],
    (mode, rules): (crate::support::codec::Mode, &'static [crate::support::codec::Rule]),
) -> Result<T, Vec<crate::support::violation::Violation>> {
    use crate::support::codec::Context;
    let report = report(table, mode);
    let cx = Context::root(&report, rules);
    let value = Value::Object(entries(pieces, table, &cx));
    let decoded = T::decode(value, &cx).ok();
    let violations = report.into_violations();
    match decoded {
        Some(value) if violations.is_empty() || mode == crate::support::codec::Mode::Lenient => Ok(value),
        _ => Err(violations),
    }
}

/// A report on a form, some of whose properties are JSON.
fn report(table: &[Parameter], mode: crate::support::codec::Mode) -> crate::support::codec::Report {
    let json = table.iter().filter(|property| property.style == Style::Json).map(|property| property.name);
    crate::support::codec::Report::of_form(mode, json.collect())
}

/// The properties of a form: those of the table by their style, the others by their names.
fn entries(pieces: &[Piece<'_>], table: &[Parameter], cx: &crate::support::codec::Context<'_>) -> Vec<(String, Value)> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    let mut rest: Vec<(String, &Piece<'_>)> = Vec::new();
    for piece in pieces {
        match parameter::unescape_pair(&piece.name) {
            Ok(name) => rest.push((name.into_owned(), piece)),
            Err(reason) => cx.violation("format", format!("a name {reason}")),
        }
    }
    for property in table {
        // The parts of an exploded object stand among the properties of the form.
        let is_own = |name: &str| match property.shape {
            Shape::Properties(names) if property.is_spread() => names.contains(&name),
            _ => property.is_spread() || is_of(name, property.name),
        };
        let own = rest.iter().filter(|(name, _)| is_own(name)).map(|(_, piece)| (*piece).clone()).collect::<Vec<_>>();
        // One that takes any property leaves them to those that have their names.
        if !(property.is_spread() && property.shape == Shape::Object) {
            rest.retain(|(name, _)| !is_own(name));
        }
        match decode(property, &own) {
            Ok(Some(value)) => entries.push((property.name.to_owned(), value)),
            Ok(None) => {}
            Err(reason) => cx.property(property.name, &[]).violation("format", reason),
        }
    }
    for (key, is_deep, own) in by_property(rest) {
        match parameter::decode_named(&key, &own, is_deep) {
            Ok(Some(value)) => entries.push((key, value)),
            Ok(None) => {}
            Err(reason) => cx.property(&key, &[]).violation("format", reason),
        }
    }
    entries
}

/// The pairs that no table lists, by the property they belong to, and whether they are parts of it.
fn by_property<'t>(pairs: Vec<(String, &Piece<'t>)>) -> Vec<(String, bool, Vec<Piece<'t>>)> {
    let mut indices: HashMap<String, usize> = HashMap::new();
    let mut properties: Vec<(String, bool, Vec<Piece<'t>>)> = Vec::new();
    for (name, piece) in pairs {
        let (key, is_deep) = root(&name).map_or((name.as_str(), false), |root| (root, true));
        let index = *indices.entry(key.to_owned()).or_insert(properties.len());
        match properties.get_mut(index) {
            Some((_, is_any_deep, own)) => {
                *is_any_deep |= is_deep;
                own.push(piece.clone());
            }
            None => properties.push((key.to_owned(), is_deep, vec![piece.clone()])),
        }
    }
    properties
}

/// The property that a pair of this name is a part of: `a` of `a[b]`.
fn root(name: &str) -> Option<&str> {
    let (root, _) = name.split_once('[')?;
    (!root.is_empty() && name.ends_with(']')).then_some(root)
}

/// Whether a pair of this name belongs to the property: `a`, `a[b]`, `a[]`.
fn is_of(name: &str, property: &str) -> bool {
    name.strip_prefix(property).is_some_and(|rest| rest.is_empty() || rest.starts_with('[') && rest.ends_with(']'))
}

fn decode(property: &Parameter, pieces: &[Piece<'_>]) -> Result<Option<Value>, &'static str> {
    if property.style != Style::Json {
        return parameter::decode(property, pieces);
    }
    let mut values = Vec::new();
    for piece in pieces {
        let text = parameter::unescape_pair(&piece.value)?;
        values.push(Value::Json(serde_json::from_str(&text).map_err(|_| "must be JSON")?));
    }
    match (property.shape, values.len()) {
        (_, 0) => Ok(None),
        (Shape::Array, _) if property.explode => Ok(Some(Value::Array(values))),
        (_, 1) => Ok(values.pop()),
        _ => Err("must not be given twice"),
    }
}

#[cfg(feature = "server")]
mod server {
    use super::read;
    use crate::support::codec::{Decode, Rule};
    use crate::support::parameter::Piece;
    use crate::support::server::Incoming;

    impl Incoming {
        /// A form body. `Some(None)`: there is none.
        pub fn form<T: Decode>(&mut self, _media_type: &'static str, rules: &'static [Rule]) -> Option<Option<T>> {
            // An empty form has no bytes, but a media type.
            if !self.has_content() {
                return Some(None);
            }
            let table = self.operation().bodies.map_or(&[][..], |bodies| bodies.form);
            let Ok(text) = std::str::from_utf8(self.read()) else {
                self.malformed("the body is not well-formed application/x-www-form-urlencoded");
                return None;
            };
            let pieces: Vec<Piece<'_>> = text.trim().split('&').filter_map(Piece::of).collect();
            match read(&pieces, table, (self.mode(), rules)) {
                Ok(value) => Some(Some(value)),
                Err(violations) => {
                    self.refuse(violations);
                    None
                }
            }
        }
    }
}
