//! A [`Node`] as a serde data source, so that `openapiv3` reads the tree itself and keeps document order.
//!
//! It is read through a reference: serde buffers what it flattens, and buffering a borrowed string is free.
//! A whole number beyond 64 bits is handed over as the nearest float, because those buffers hold no more.

use serde::de::value::{Error, MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{Node, Number};

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Number(number) => number_to(*number, visitor),
            Node::String(text) => visitor.visit_borrowed_str(text),
            Node::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter())),
            Node::Object(members) => {
                let members = members.iter().map(|(key, value)| (Key(key), value));
                visitor.visit_map(MapDeserializer::new(members))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Node::String(text) => {
                let text: StrDeserializer<'_, Error> = text.as_str().into_deserializer();
                text.deserialize_enum(name, variants, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// An object's key, borrowed for as long as the tree lives.
struct Key<'de>(&'de str);

impl<'de> IntoDeserializer<'de> for Key<'de> {
    type Deserializer = serde::de::value::BorrowedStrDeserializer<'de, Error>;

    fn into_deserializer(self) -> Self::Deserializer {
        serde::de::value::BorrowedStrDeserializer::new(self.0)
    }
}

fn number_to<'de, V: Visitor<'de>>(number: Number, visitor: V) -> Result<V::Value, Error> {
    match number {
        Number::Int(value) => {
            if let Ok(value) = i64::try_from(value) {
                visitor.visit_i64(value)
            } else if let Ok(value) = u64::try_from(value) {
                visitor.visit_u64(value)
            } else {
                visitor.visit_f64(value as f64)
            }
        }
        Number::Float(value) => visitor.visit_f64(value),
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use serde::Deserialize;

    use super::*;

    #[test]
    fn typed_reading_keeps_order_and_numbers() {
        let tree = Node::object([
            ("z", Node::Number(Number::Int(-1))),
            ("a", Node::Number(Number::Int(i128::from(u64::MAX) + 1))),
            ("m", Node::Null),
        ]);
        let read = IndexMap::<String, serde_json::Value>::deserialize(&tree).unwrap();
        let read: Vec<_> = read.into_iter().collect();
        assert_eq!(
            read,
            [
                ("z".to_owned(), serde_json::json!(-1)),
                ("a".to_owned(), serde_json::json!(18446744073709551616.0)),
                ("m".to_owned(), serde_json::Value::Null),
            ]
        );
    }
}
