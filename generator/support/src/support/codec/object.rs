//! Objects with known properties: the machinery behind the `object!` tables.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use crate::support::codec::collection::not_this;
use crate::support::codec::context::Context;
use crate::support::codec::rule::Rule;
use crate::support::codec::{Decode, Seed};

/// One property of an object.
#[derive(Debug)]
pub struct Field {
    /// The property's name on the wire.
    pub name: &'static str,
    /// What its value must meet.
    pub rules: &'static [Rule],
}

/// What happens to properties that an object does not list (`additionalProperties`).
#[derive(Debug, Clone, Copy)]
pub enum Extra {
    /// Accepted and dropped.
    Dropped,
    /// Violations in requests, ignored in responses.
    Forbidden,
    /// Kept, each value meeting these rules.
    Kept(&'static [Rule]),
}

/// `additionalProperties` is not mentioned.
pub const fn open(_rules: &'static [Rule]) -> Extra {
    Extra::Dropped
}

/// `additionalProperties: false`.
pub const fn closed(_rules: &'static [Rule]) -> Extra {
    Extra::Forbidden
}

/// `additionalProperties` is `true` or a schema.
pub const fn rest(rules: &'static [Rule]) -> Extra {
    Extra::Kept(rules)
}

/// A struct whose properties an `object!` table lists.
pub trait Object: Sized {
    /// The properties, in document order.
    const FIELDS: &'static [Field];
    /// What happens to others.
    const EXTRA: Extra;
    /// What the object as a whole must meet.
    const RULES: &'static [Rule];

    /// Reads the properties.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn read<'de, A: MapAccess<'de>>(reader: Reader<'_, A>) -> Result<Self, A::Error>;
}

/// Reads an object.
///
/// # Errors
/// As [`Decode::decode`].
pub fn decode_object<'de, T: Object, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<T, D::Error> {
    deserializer.deserialize_any(ObjectVisitor { cx, ty: PhantomData })
}

struct ObjectVisitor<'a, T> {
    cx: &'a Context<'a>,
    ty: PhantomData<T>,
}

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(Reader {
            map,
            cx: self.cx,
            fields: T::FIELDS,
            extra: T::EXTRA,
            rules: T::RULES,
            next: 0,
            current: 0,
            count: 0,
        })
    }

    not_this! { "an object": text boolean number null seq }
}

/// The properties of one object while they are read.
#[derive(Debug)]
pub struct Reader<'a, A> {
    map: A,
    cx: &'a Context<'a>,
    fields: &'static [Field],
    extra: Extra,
    rules: &'static [Rule],
    /// Where the next property probably stands: most objects come in document order.
    next: usize,
    current: usize,
    count: usize,
}

/// What the next property is.
#[derive(Debug)]
pub enum Step {
    /// A listed one, by its index.
    Field(usize),
    /// One that is kept in the map of the others.
    Rest(String),
}

/// A property's value while its object is read.
#[derive(Debug)]
pub enum Slot<T> {
    /// Not met.
    Absent,
    /// Met, and refused.
    Refused,
    /// Met.
    Present(T),
}

impl<'de, A: MapAccess<'de>> Reader<'_, A> {
    /// The next property that has a place in the struct; others are dealt with here.
    ///
    /// # Errors
    /// The text is not well-formed.
    pub fn step(&mut self) -> Result<Option<Step>, A::Error> {
        loop {
            let seed = KeySeed { fields: self.fields, next: self.next, keeps_unknown: self.keeps_unknown() };
            let Some(key) = self.map.next_key_seed(seed)? else {
                return Ok(None);
            };
            self.count += 1;
            match (key, self.extra) {
                (Key::Field(index), _) => {
                    self.current = index;
                    self.next = index + 1;
                    return Ok(Some(Step::Field(index)));
                }
                (Key::Unknown(key), Extra::Kept(_)) => return Ok(Some(Step::Rest(key))),
                (Key::Unknown(key), Extra::Forbidden) if self.cx.is_strict() => {
                    self.cx.property(&key, &[]).violation("unknown_field", "is not a property of this object");
                    self.map.next_value::<IgnoredAny>()?;
                }
                (Key::Unknown(_), _) => {
                    self.cx.drop_properties(1);
                    self.map.next_value::<IgnoredAny>()?;
                }
            }
        }
    }

    fn keeps_unknown(&self) -> bool {
        match self.extra {
            Extra::Dropped => false,
            Extra::Forbidden => self.cx.is_strict(),
            Extra::Kept(_) => true,
        }
    }

    /// Reads the value of the property that [`step`](Self::step) gave.
    fn value<T: Decode>(&mut self, slot: &mut Slot<T>) -> Result<(), A::Error> {
        let field = &self.fields[self.current];
        let cx = self.cx.property(field.name, field.rules);
        if self.cx.is_strict() && !matches!(slot, Slot::Absent) {
            cx.violation("duplicate_field", "must not be given twice");
        }
        match self.map.next_value_seed(Seed::new(&cx)) {
            Ok(value) => *slot = Slot::Present(value),
            Err(_) if self.cx.is_exhaustive() => *slot = Slot::Refused,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Reads the value of a property that is kept among the others.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    pub fn rest<T: Decode>(&mut self, entries: &mut BTreeMap<String, T>, key: String) -> Result<(), A::Error> {
        let rules = if let Extra::Kept(rules) = self.extra { rules } else { &[] };
        match self.map.next_value_seed(Seed::new(&self.cx.property(&key, rules))) {
            Ok(value) => {
                entries.insert(key, value);
                Ok(())
            }
            Err(_) if self.cx.is_exhaustive() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Checks the object as a whole.
    pub fn finish(&self) {
        if !self.rules.is_empty() {
            self.cx.with_rules(self.rules).check_properties(self.count);
        }
        self.cx.check_properties(self.count);
    }

    /// The error of an object that lacks a part; what is wrong is in the report.
    pub fn refused(&self) -> A::Error {
        self.cx.refused()
    }

    #[cold]
    fn missing(&self, index: usize) {
        self.cx.property(self.fields[index].name, &[]).violation("missing", "is required");
    }
}

enum Key {
    Field(usize),
    Unknown(String),
}

/// Finds a property by its name; keeps the name of an unknown one only where somebody asks for it.
struct KeySeed {
    fields: &'static [Field],
    next: usize,
    keeps_unknown: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, key: &str) -> Result<Key, E> {
        if self.fields.get(self.next).is_some_and(|field| field.name == key) {
            return Ok(Key::Field(self.next));
        }
        Ok(match self.fields.iter().position(|field| field.name == key) {
            Some(index) => Key::Field(index),
            None if self.keeps_unknown => Key::Unknown(key.to_owned()),
            None => Key::Unknown(String::new()),
        })
    }
}

/// The properties of one object while they are written.
#[derive(Debug)]
pub struct Writer<M>(M);

impl<M: SerializeMap> Writer<M> {
    /// Begins an object.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn new<S: Serializer<SerializeMap = M, Error = M::Error, Ok = M::Ok>>(serializer: S) -> Result<Self, M::Error> {
        serializer.serialize_map(None).map(Self)
    }

    /// Writes the properties that are kept in a map.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn rest<T: Serialize>(&mut self, entries: &BTreeMap<String, T>) -> Result<(), M::Error> {
        entries.iter().try_for_each(|(key, value)| self.0.serialize_entry(key, value))
    }

    /// Ends the object.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn end(self) -> Result<M::Ok, M::Error> {
        self.0.end()
    }
}

/// A property that is always there.
pub mod required {
    use super::{Decode, MapAccess, Reader, Serialize, SerializeMap, Slot, Writer};

    /// Reads the value.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    pub fn read<'de, T: Decode, A: MapAccess<'de>>(
        reader: &mut Reader<'_, A>,
        slot: &mut Slot<T>,
    ) -> Result<(), A::Error> {
        reader.value(slot)
    }

    /// The field, if nothing is wrong with it.
    pub fn finish<'de, T, A: MapAccess<'de>>(reader: &Reader<'_, A>, index: usize, slot: Slot<T>) -> Option<T> {
        match slot {
            Slot::Present(value) => Some(value),
            Slot::Refused => None,
            Slot::Absent => {
                reader.missing(index);
                None
            }
        }
    }

    /// Writes the property.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn write<T: Serialize, M: SerializeMap>(writer: &mut Writer<M>, name: &str, value: &T) -> Result<(), M::Error> {
        writer.0.serialize_entry(name, value)
    }
}

/// A property that may be absent, but not null: `Option<T>`.
pub mod optional {
    use super::{Context, Decode, Deserializer, MapAccess, Reader, Serialize, SerializeMap, Slot, Writer};

    /// A value, or a null that stands for absence: a violation in a request.
    #[derive(Debug)]
    pub struct Absentable<T>(Option<T>);

    impl<T: Decode> Decode for Absentable<T> {
        fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error> {
            let value = Option::<T>::decode(deserializer, cx)?;
            if value.is_none() && cx.is_strict() {
                cx.violation("type", "must not be null");
            }
            Ok(Self(value))
        }
    }

    /// Reads the value.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    pub fn read<'de, T: Decode, A: MapAccess<'de>>(
        reader: &mut Reader<'_, A>,
        slot: &mut Slot<Absentable<T>>,
    ) -> Result<(), A::Error> {
        reader.value(slot)
    }

    /// The field, if nothing is wrong with it.
    pub fn finish<'de, T, A: MapAccess<'de>>(
        _reader: &Reader<'_, A>,
        _index: usize,
        slot: Slot<Absentable<T>>,
    ) -> Option<Option<T>> {
        match slot {
            Slot::Present(value) => Some(value.0),
            Slot::Refused => None,
            Slot::Absent => Some(None),
        }
    }

    /// Writes the property if it is there.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn write<T: Serialize, M: SerializeMap>(
        writer: &mut Writer<M>,
        name: &str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        value.as_ref().map_or(Ok(()), |value| writer.0.serialize_entry(name, value))
    }
}

/// A property that may be absent or null: `Option<Option<T>>`, outside whether it is there.
pub mod nullable {
    use super::{Decode, MapAccess, Reader, Slot};

    pub use super::optional::write;

    /// Reads the value.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    pub fn read<'de, T: Decode, A: MapAccess<'de>>(
        reader: &mut Reader<'_, A>,
        slot: &mut Slot<Option<T>>,
    ) -> Result<(), A::Error> {
        reader.value(slot)
    }

    /// The field, if nothing is wrong with it.
    pub fn finish<'de, T, A: MapAccess<'de>>(
        _reader: &Reader<'_, A>,
        _index: usize,
        slot: Slot<Option<T>>,
    ) -> Option<Option<Option<T>>> {
        match slot {
            Slot::Present(value) => Some(Some(value)),
            Slot::Refused => None,
            Slot::Absent => Some(None),
        }
    }
}

/// How a struct is read and written, a line a property:
///
/// ```text
/// object! {
///     Pet = closed();                          // or `open()`, or `rest(additional_properties)`
///     id = required("id");                     // the field, and the property
///     tag = optional("tag", [MaxLength(20)]);  // what its value must meet
/// }
/// ```
#[allow(unused_macros, reason = "not every API has an object")]
macro_rules! object {
    (
        $ty:ident = $extra:ident($($rest:ident)? $(, [$($rest_rule:expr),* $(,)?])? $(,)?);
        $(_ = rules([$($object_rule:expr),* $(,)?] $(,)?);)?
        $($field:ident = $kind:ident($name:literal $(, [$($rule:expr),* $(,)?])? $(,)?);)*
    ) => {
        impl $crate::support::codec::Object for $crate::types::$ty {
            const FIELDS: &'static [$crate::support::codec::Field] = &[
                $($crate::support::codec::Field { name: $name, rules: &[$($($rule),*)?] }),*
            ];
            const EXTRA: $crate::support::codec::Extra = $crate::support::codec::$extra(&[$($($rest_rule),*)?]);
            const RULES: &'static [$crate::support::codec::Rule] = &[$($($object_rule),*)?];

            #[allow(unused_assignments, unused_mut, unused_variables, reason = "the last field's")]
            fn read<'de, A: ::serde::de::MapAccess<'de>>(
                mut reader: $crate::support::codec::Reader<'_, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = $crate::support::codec::Slot::Absent;)*
                $(let mut $rest = ::std::collections::BTreeMap::new();)?
                while let ::core::option::Option::Some(step) = reader.step()? {
                    match step {
                        $crate::support::codec::Step::Field(index) => {
                            let mut here = 0;
                            $(
                                if index == here {
                                    $crate::support::codec::$kind::read(&mut reader, &mut $field)?;
                                    continue;
                                }
                                here += 1;
                            )*
                        }
                        $crate::support::codec::Step::Rest(key) => {
                            $(reader.rest(&mut $rest, key)?;)?
                        }
                    }
                }
                let mut here = 0;
                $(
                    let $field = $crate::support::codec::$kind::finish(&reader, here, $field);
                    here += 1;
                )*
                reader.finish();
                ::core::result::Result::Ok(Self {
                    $($field: match $field {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => return ::core::result::Result::Err(reader.refused()),
                    },)*
                    $($rest,)?
                })
            }
        }

        $crate::support::codec::decode_as! { $ty, decode_object }

        impl ::serde::Serialize for $crate::types::$ty {
            #[allow(unused_mut, reason = "an object may have no property")]
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                let mut writer = $crate::support::codec::Writer::new(serializer)?;
                $($crate::support::codec::$kind::write(&mut writer, $name, &self.$field)?;)*
                $(writer.rest(&self.$rest)?;)?
                writer.end()
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use object;

/// `Decode` by one of the decoders here, and `Deserialize` by `Decode`.
#[allow(unused_macros, reason = "not every API has a named type")]
macro_rules! decode_as {
    ($ty:ident, $decoder:ident) => {
        impl $crate::support::codec::Decode for $crate::types::$ty {
            fn decode<'de, D: ::serde::Deserializer<'de>>(
                deserializer: D,
                cx: &$crate::support::codec::Context<'_>,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::support::codec::$decoder(deserializer, cx)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $crate::types::$ty {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::support::codec::decode_lenient(deserializer)
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use decode_as;
