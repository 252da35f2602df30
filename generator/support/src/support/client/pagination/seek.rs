//! Single values of a JSON text, without reading the rest of it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::Path;

/// What stands at `path`; `None` where there is nothing.
pub(super) fn value(text: &[u8], path: Path) -> Option<Value> {
    seek(text, path, PhantomData)
}

/// The items of a page, as far as it matters.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Items {
    pub(super) count: u64,
    /// What stands at a path in the last one.
    pub(super) last: Option<Value>,
    /// Whether the last one is an object.
    pub(super) are_objects: bool,
}

/// The items at `path`, and what stands at `last` in the last one.
pub(super) fn items(text: &[u8], path: Path, last: Path) -> Items {
    seek(text, path, List(last)).unwrap_or_default()
}

fn seek<'de, S: DeserializeSeed<'de>>(text: &'de [u8], path: Path, goal: S) -> Option<S::Value> {
    // A text that is no JSON, or has something else on the way, is for the operation's decoder to refuse.
    Seek { path, goal }.deserialize(&mut serde_json::Deserializer::from_slice(text)).ok().flatten()
}

/// Goes to the value at `path`, and reads it as `goal` says.
struct Seek<S> {
    path: Path,
    goal: S,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seek<S> {
    type Value = Option<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.path.is_empty() {
            return self.goal.deserialize(deserializer).map(Some);
        }
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Seek<S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut goal = Some(self.goal);
        let mut found = None;
        let Some((name, rest)) = self.path.split_first() else { return Ok(None) };
        while let Some(is_meant) = map.next_key_seed(Is(name))? {
            match goal.take_if(|_| is_meant) {
                Some(goal) => found = map.next_value_seed(Seek { path: rest, goal })?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// Whether a key is this one.
struct Is(&'static str);

impl<'de> DeserializeSeed<'de> for Is {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Is {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

/// A list, and the way to what matters of its last item.
struct List(Path);

impl<'de> DeserializeSeed<'de> for List {
    type Value = Items;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Items, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List {
    type Value = Items;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Items, A::Error> {
        let mut items = Items::default();
        while let Some((is_object, value)) = list.next_element_seed(Item(self.0))? {
            items = Items { count: items.count + 1, last: value, are_objects: is_object };
        }
        Ok(items)
    }
}

/// Whether an item is an object, and what stands at this path in it.
struct Item(Path);

impl<'de> DeserializeSeed<'de> for Item {
    type Value = (bool, Option<Value>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item {
    type Value = (bool, Option<Value>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        if self.0.is_empty() {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok((true, None));
        }
        let value = Seek { path: self.0, goal: PhantomData::<Value> }.visit_map(map)?;
        Ok((true, value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok((false, None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok((false, None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok((false, None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok((false, None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok((false, None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok((false, None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok((false, None))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_found_among_others() {
        let text = br#" {"a": {"b": [1]}, "next": {"a": [{"x": 1}], "b": "c", "d": null}, "b": 5, "next": 6} "#;
        assert_eq!(value(text, &["b"]), Some(json!(5)));
        assert_eq!(value(text, &["next", "b"]), Some(json!("c")));
        assert_eq!(value(text, &["next", "d"]), Some(Value::Null));
        assert_eq!(value(text, &["next", "c"]), None);
        assert_eq!(value(text, &["b", "c"]), None);
        assert_eq!(value(br#"{"n\u0065xt": 1}"#, &["next"]), Some(json!(1)));
        assert_eq!(value(b"[1]", &["next"]), None);
        assert_eq!(value(b"{", &["next"]), None);
    }

    #[test]
    fn items_are_counted_whatever_they_are() {
        let text = br#"{"data": [{"id": 1}, [2], "3", 4, -5, 6.5, true, null, {"x": {}, "id": "seven"}]}"#;
        let found = Items { count: 9, last: Some(json!("seven")), are_objects: true };
        assert_eq!(items(text, &["data"], &["id"]), found);
        assert_eq!(items(text, &["data"], &[]), Items { last: None, ..found });
        assert_eq!(items(b"[1, 2]", &[], &["id"]), Items { count: 2, last: None, are_objects: false });
        assert_eq!(items(br#"{"data": null}"#, &["data"], &[]), Items::default());
        assert_eq!(items(b"{}", &["data"], &[]), Items::default());
    }
}
