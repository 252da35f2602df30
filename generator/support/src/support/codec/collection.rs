//! Arrays, maps, values that may be null, and boxes.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::support::codec::context::Context;
use crate::support::codec::names::Names;
use crate::support::codec::object::Presence;
use crate::support::codec::{Decode, Seed};

/// How many items an array may claim in advance and get memory for.
const MAX_PREALLOCATION: usize = 1024;

impl<T: Decode> Decode for Box<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error> {
        T::decode(deserializer, cx).map(Box::new)
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error> {
        if cx.presence() == Presence::nullable {
            return T::decode(deserializer, &cx.inside()).map(Some);
        }
        let value = deserializer.deserialize_option(OptionVisitor { cx, ty: PhantomData })?;
        if value.is_none() && cx.presence() == Presence::optional && cx.is_strict() {
            cx.violation("type", "must not be null");
        }
        Ok(value)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

struct OptionVisitor<'a, T> {
    cx: &'a Context<'a>,
    ty: PhantomData<T>,
}

impl<'de, T: Decode> Visitor<'de> for OptionVisitor<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::decode(deserializer, self.cx).map(Some)
    }
}

impl<T: Decode + Serialize> Decode for Vec<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ArrayVisitor { cx, ty: PhantomData })
    }
}

struct ArrayVisitor<'a, T> {
    cx: &'a Context<'a>,
    ty: PhantomData<T>,
}

impl<'de, T: Decode + Serialize> Visitor<'de> for ArrayVisitor<'_, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::with_capacity(access.size_hint().unwrap_or(0).min(MAX_PREALLOCATION));
        let mut count = 0;
        for index in 0.. {
            match access.next_element_seed(Seed::new(&self.cx.item(index))) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break,
                Err(_) if self.cx.is_exhaustive() => {}
                Err(error) => return Err(error),
            }
            count += 1;
        }
        self.cx.check_items(&items, count);
        if items.len() == count { Ok(items) } else { Err(self.cx.refused()) }
    }

    not_this! { "an array": text boolean number null map }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MapVisitor { cx, ty: PhantomData })
    }
}

struct MapVisitor<'a, T> {
    cx: &'a Context<'a>,
    ty: PhantomData<T>,
}

impl<'de, T: Decode> Visitor<'de> for MapVisitor<'_, T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut entries = BTreeMap::new();
        let (mut dropped, mut refused) = (0, 0);
        let mut names = Names::asked_for(self.cx, [self.cx.rules(), &[]]);
        while let Some(key) = access.next_key::<String>()? {
            names.note(|| key.clone().into());
            if !self.cx.admits(self.cx.rules(), &key) {
                access.next_value::<IgnoredAny>()?;
                dropped += 1;
                continue;
            }
            match access.next_value_seed(Seed::new(&self.cx.entry(&key))) {
                Ok(value) => {
                    entries.insert(key, value);
                }
                Err(_) if self.cx.is_exhaustive() => refused += 1,
                Err(error) => return Err(error),
            }
        }
        self.cx.check_names(names.iter());
        self.cx.check_properties(entries.len() + dropped + refused);
        if refused == 0 { Ok(entries) } else { Err(self.cx.refused()) }
    }

    not_this! { "an object": text boolean number null seq }
}

/// The `visit_…` methods for JSON types that a value must not have.
macro_rules! not_this {
    ($expected:literal: $($kind:ident)*) => {
        $(not_this! { @$kind $expected })*
    };
    (@text $expected:literal) => {
        fn visit_str<E: serde::de::Error>(self, _text: &str) -> Result<Self::Value, E> {
            Err(self.cx.mismatch($expected, "a string"))
        }
    };
    (@boolean $expected:literal) => {
        fn visit_bool<E: serde::de::Error>(self, _boolean: bool) -> Result<Self::Value, E> {
            Err(self.cx.mismatch($expected, "a boolean"))
        }
    };
    (@number $expected:literal) => {
        fn visit_i64<E: serde::de::Error>(self, _number: i64) -> Result<Self::Value, E> {
            Err(self.cx.mismatch($expected, "a number"))
        }

        fn visit_u64<E: serde::de::Error>(self, _number: u64) -> Result<Self::Value, E> {
            Err(self.cx.mismatch($expected, "a number"))
        }

        fn visit_f64<E: serde::de::Error>(self, _number: f64) -> Result<Self::Value, E> {
            Err(self.cx.mismatch($expected, "a number"))
        }
    };
    (@null $expected:literal) => {
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Err(self.cx.mismatch($expected, "null"))
        }
    };
    (@seq $expected:literal) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Err(self.cx.mismatch($expected, "an array"))
        }
    };
    (@map $expected:literal) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            while entries.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
            Err(self.cx.mismatch($expected, "an object"))
        }
    };
}
pub(crate) use not_this;
