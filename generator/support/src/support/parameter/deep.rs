//! `deepObject`: `name[key]=value`, `name[key][inner]=value`, `name[0]=value`.

use percent_encoding::AsciiSet;

use crate::support::operation::Shape;
use crate::support::parameter::read::unescape_pair;
use crate::support::parameter::write::{EMPTY, NULL, escape, escape_to};
use crate::support::parameter::{Piece, Refusal, Value};

/// How many levels a value may have.
const MAX_DEPTH: usize = 16;

/// How many keys an object may have; an array may have more items.
const MAX_KEYS: usize = 1000;

/// The pieces of a value, of whose texts `set` is escaped. `shape` is its own; what is within tells it by its keys.
pub(super) fn write(
    name: &str,
    shape: Shape,
    value: &Value,
    set: &'static AsciiSet,
) -> Result<Vec<Piece<'static>>, Refusal> {
    let mut writer = Writer { pieces: Vec::new(), set };
    match value {
        Value::Object(entries) if shape.is_object() => writer.entries(name, entries, 0)?,
        value => writer.below(name, value, 0)?,
    }
    Ok(writer.pieces)
}

struct Writer {
    pieces: Vec<Piece<'static>>,
    set: &'static AsciiSet,
}

impl Writer {
    fn below(&mut self, name: &str, value: &Value, depth: usize) -> Result<(), Refusal> {
        match value {
            Value::Null => return Err(NULL),
            Value::Text(text) => {
                self.pieces.push(Piece { name: escape(name).into(), value: escape_to(text, self.set).into() })
            }
            Value::Json(_) => return Err("is JSON, which this style cannot carry"),
            Value::Array(_) if depth == MAX_DEPTH => return Err("is nested too deep"),
            // Nothing would be left of it.
            Value::Array(items) if items.is_empty() => return Err(EMPTY),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(&format!("{name}[{index}]"), item, depth + 1)?;
                }
            }
            Value::Object(entries) if are_positions(entries) && !entries.is_empty() => {
                return Err("has an object whose keys are those of an array, which this style cannot tell apart");
            }
            Value::Object(entries) => self.entries(name, entries, depth)?,
        }
        Ok(())
    }

    fn entries(&mut self, name: &str, entries: &[(String, Value)], depth: usize) -> Result<(), Refusal> {
        match entries.len() {
            0 => return Err(EMPTY),
            _ if depth == MAX_DEPTH => return Err("is nested too deep"),
            1..=MAX_KEYS => {}
            _ => return Err("has too many keys"),
        }
        for (key, value) in entries {
            if key.is_empty() || key.contains(['[', ']']) {
                return Err("has a key that is empty or has a bracket, which this style cannot carry");
            }
            self.below(&format!("{name}[{key}]"), value, depth + 1)?;
        }
        Ok(())
    }
}

/// Reads the value of `name` from all pairs of its place.
pub(super) fn read(name: &str, shape: Shape, pieces: &[Piece<'_>]) -> Result<Option<Value>, Refusal> {
    let mut root = None;
    for piece in pieces {
        let key = unescape_pair(&piece.name)?;
        if key == name && root.is_none() {
            // A union of an object and a scalar, such as Stripe's `metadata=` for none.
            root = Some(Value::Text(unescape_pair(&piece.value)?.into_owned()));
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
        insert(
            root.get_or_insert_with(|| Value::Object(Vec::new())),
            &keys,
            unescape_pair(&piece.value)?.into_owned(),
        )?;
    }
    Ok(root.map(|root| match root {
        Value::Object(entries) if shape.is_object() => {
            Value::Object(entries.into_iter().map(|(key, value)| (key, listed(value))).collect())
        }
        root => listed(root),
    }))
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
    let Some((_, inner)) = entries.get_mut(at) else { return Ok(()) };
    if !rest.is_empty() {
        return insert(inner, rest, text);
    }
    if *inner != Value::Object(Vec::new()) {
        return Err("gives one key twice");
    }
    *inner = Value::Text(text);
    Ok(())
}

/// Where `key` stands. What is as long as an array can be holds keys in their order.
fn position(entries: &[(String, Value)], key: &str) -> Option<usize> {
    let is_there = |at: &usize| entries.get(*at).is_some_and(|(known, _)| known == key);
    let by_index = key.parse().ok().filter(is_there);
    by_index.or_else(|| entries.iter().take(MAX_KEYS).position(|(known, _)| known == key))
}

/// Whether the keys are `0`, `1`, ….
fn are_positions(entries: &[(String, Value)]) -> bool {
    entries.iter().enumerate().all(|(index, (key, _))| *key == index.to_string())
}

/// Objects whose keys are positions are arrays.
fn listed(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let is_list = !entries.is_empty() && are_positions(&entries);
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
    use crate::support::parameter::write::ESCAPED;

    /// Twice as many keys take twice as long: a body may hold very many.
    #[test]
    fn many_keys_are_refused_and_many_items_are_not() {
        let pieces = |key: fn(usize) -> String| -> Vec<Piece<'static>> {
            let piece = |at| Piece { name: format!("color[{}]", key(at)).into(), value: "x".into() };
            (0..100_000).map(piece).collect()
        };
        assert_eq!(read("color", Shape::Object, &pieces(|at| format!("k{at}"))), Err("has too many keys"));
        for key in [|at: usize| at.to_string(), |_| String::new()] {
            let Ok(Some(Value::Array(items))) = read("color", Shape::Array, &pieces(key)) else { panic!("an array") };
            assert_eq!(items.len(), 100_000);
        }
    }

    #[test]
    fn what_is_too_large_is_not_sent_either() {
        let nest = |depth| {
            (0..depth).fold(Value::Text(String::new()), |inner, _| Value::Object(vec![("a".to_owned(), inner)]))
        };
        let pieces = write("color", Shape::Object, &nest(MAX_DEPTH), ESCAPED).expect("as deep as is read");
        assert_eq!(read("color", Shape::Object, &pieces), Ok(Some(nest(MAX_DEPTH))));
        assert_eq!(write("color", Shape::Object, &nest(MAX_DEPTH + 1), ESCAPED), Err("is nested too deep"));
        let wide =
            |keys: usize| Value::Object((0..keys).map(|at| (format!("k{at}"), Value::Text(String::new()))).collect());
        let pieces = write("color", Shape::Object, &wide(MAX_KEYS), ESCAPED).expect("as many as are read");
        assert_eq!(read("color", Shape::Object, &pieces), Ok(Some(wide(MAX_KEYS))));
        assert_eq!(write("color", Shape::Object, &wide(MAX_KEYS + 1), ESCAPED), Err("has too many keys"));
    }
}
