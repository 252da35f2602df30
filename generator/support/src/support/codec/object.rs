//! Objects with known properties: the machinery behind the `object!` tables.
//!
//! The code of one object is a pattern and a struct literal; everything else is a [`Table`] and the functions
//! here, which are generic over tuples of fields.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use crate::support::codec::collection::not_this;
use crate::support::codec::context::Context;
use crate::support::codec::names::Names;
use crate::support::codec::rule::Rule;
use crate::support::codec::{Decode, Seed};

/// A struct whose properties an `object!` table lists.
pub trait Object {
    /// What the description says of it.
    const TABLE: &'static Table;
}

/// What the description says of an object.
#[derive(Debug)]
pub struct Table {
    /// The names of the properties on the wire, in document order.
    pub names: &'static [&'static str],
    /// Whether each may be absent or null.
    pub presence: &'static [Presence],
    /// What the value of each must meet; empty if that is nothing at all.
    pub rules: &'static [&'static [Rule]],
    /// What happens to other properties.
    pub extra: Extra,
    /// Properties that do not travel this way (`readOnly`, `writeOnly`): dropped unread.
    pub ignored: &'static [&'static str],
    /// What the object as a whole must meet.
    pub whole: &'static [Rule],
}

impl Table {
    /// What the value of property `index` must meet.
    pub fn rules(&self, index: usize) -> &'static [Rule] {
        self.rules.get(index).copied().unwrap_or_default()
    }

    fn is_required(&self, index: usize) -> bool {
        self.presence[index] == Presence::required
    }
}

/// Whether a property may be absent or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "the words of the tables")]
pub enum Presence {
    /// It is always there.
    required,
    /// It may be absent, but not null: `Option<T>`. A null that stands for absence is a violation in a request.
    optional,
    /// It may be absent, and its type takes null: `Option<Option<T>>`, outside whether it is there, or `Option<Value>`.
    nullable,
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

/// The fields of a struct while it is read: a tuple of at most 16, or a [`Split`].
pub trait Fields: Sized {
    /// The values read so far.
    type Slots;
    /// How many there are.
    const COUNT: usize;

    /// Nothing read yet.
    fn empty() -> Self::Slots;

    /// Reads the value of the property that `step` gave, which is the field `index` of these.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn read<'de, A: MapAccess<'de>>(
        slots: &mut Self::Slots,
        index: usize,
        reader: &mut Reader<'_, A>,
    ) -> Result<(), A::Error>;

    /// The fields, if nothing is wrong with them; the first is property `first` of the object.
    fn finish<'de, A: MapAccess<'de>>(slots: Self::Slots, first: usize, reader: &Reader<'_, A>) -> Option<Self>;
}

/// References to the fields of a struct, to write them: a tuple of at most 16, or a [`Split`].
pub trait FieldRefs {
    /// How many there are.
    const COUNT: usize;

    /// Writes those that are there; the first is property `first` of the object.
    ///
    /// # Errors
    /// As the serializer's.
    fn write<M: SerializeMap>(self, map: &mut M, table: &Table, first: usize) -> Result<(), M::Error>;
}

/// The fields of a struct that has more of them than a tuple holds.
#[derive(Debug)]
pub struct Split<F, G>(pub F, pub G);

impl<F: Fields, G: Fields> Fields for Split<F, G> {
    type Slots = (F::Slots, G::Slots);
    const COUNT: usize = F::COUNT + G::COUNT;

    fn empty() -> Self::Slots {
        (F::empty(), G::empty())
    }

    fn read<'de, A: MapAccess<'de>>(
        slots: &mut Self::Slots,
        index: usize,
        reader: &mut Reader<'_, A>,
    ) -> Result<(), A::Error> {
        match index.checked_sub(F::COUNT) {
            None => F::read(&mut slots.0, index, reader),
            Some(index) => G::read(&mut slots.1, index, reader),
        }
    }

    fn finish<'de, A: MapAccess<'de>>(slots: Self::Slots, first: usize, reader: &Reader<'_, A>) -> Option<Self> {
        match (F::finish(slots.0, first, reader), G::finish(slots.1, first + F::COUNT, reader)) {
            (Some(fields), Some(others)) => Some(Self(fields, others)),
            _ => None,
        }
    }
}

impl<F: FieldRefs, G: FieldRefs> FieldRefs for Split<F, G> {
    const COUNT: usize = F::COUNT + G::COUNT;

    fn write<M: SerializeMap>(self, map: &mut M, table: &Table, first: usize) -> Result<(), M::Error> {
        self.0.write(map, table, first)?;
        self.1.write(map, table, first + F::COUNT)
    }
}

macro_rules! fields_of_tuples {
    ($($count:literal: $($field:ident $index:tt)*;)*) => {$(
        #[allow(non_snake_case, unused_variables, clippy::unused_unit, reason = "the shortest tuples")]
        impl<$($field: Decode),*> Fields for ($($field,)*) {
            type Slots = ($(Slot<$field>,)*);
            const COUNT: usize = $count;

            fn empty() -> Self::Slots {
                ($(Slot::<$field>::Absent,)*)
            }

            fn read<'de, A: MapAccess<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                reader: &mut Reader<'_, A>,
            ) -> Result<(), A::Error> {
                match index {
                    $($index => reader.value(&mut slots.$index),)*
                    _ => Ok(()),
                }
            }

            fn finish<'de, A: MapAccess<'de>>(
                slots: Self::Slots,
                first: usize,
                reader: &Reader<'_, A>,
            ) -> Option<Self> {
                let ($($field,)*) = ($(reader.finished(first + $index, slots.$index),)*);
                Some(($($field?,)*))
            }
        }

        #[allow(non_snake_case, unused_variables, reason = "the shortest tuples")]
        impl<$($field: Decode + Serialize),*> FieldRefs for ($(&$field,)*) {
            const COUNT: usize = $count;

            fn write<M: SerializeMap>(self, map: &mut M, table: &Table, first: usize) -> Result<(), M::Error> {
                $(write(map, table, first + $index, self.$index)?;)*
                Ok(())
            }
        }
    )*};
}

fields_of_tuples! {
    0:;
    1: A0 0;
    2: A0 0 A1 1;
    3: A0 0 A1 1 A2 2;
    4: A0 0 A1 1 A2 2 A3 3;
    5: A0 0 A1 1 A2 2 A3 3 A4 4;
    6: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5;
    7: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6;
    8: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7;
    9: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8;
    10: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9;
    11: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9 A10 10;
    12: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9 A10 10 A11 11;
    13: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9 A10 10 A11 11 A12 12;
    14: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9 A10 10 A11 11 A12 12 A13 13;
    15: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9 A10 10 A11 11 A12 12 A13 13 A14 14;
    16: A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9 A10 10 A11 11 A12 12 A13 13 A14 14 A15 15;
}

/// The properties that a struct keeps beside its fields: `(map,)`, or `()` for none.
pub trait Rest: Default {
    /// Reads the value of the property `key`.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn read<'de, A: MapAccess<'de>>(&mut self, key: String, reader: &mut Reader<'_, A>) -> Result<(), A::Error>;
}

impl Rest for () {
    fn read<'de, A: MapAccess<'de>>(&mut self, _key: String, _reader: &mut Reader<'_, A>) -> Result<(), A::Error> {
        Ok(())
    }
}

impl<T: Decode> Rest for (BTreeMap<String, T>,) {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: String, reader: &mut Reader<'_, A>) -> Result<(), A::Error> {
        let rules = if let Extra::Kept(rules) = reader.table.extra { rules } else { &[] };
        match reader.map.next_value_seed(Seed::new(&reader.cx.property(&key, rules))) {
            Ok(value) => {
                self.0.insert(key, value);
                Ok(())
            }
            Err(_) if reader.cx.is_exhaustive() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// [`Rest`], to write it.
pub trait RestRef {
    /// Writes the properties.
    ///
    /// # Errors
    /// As the serializer's.
    fn write<M: SerializeMap>(self, map: &mut M) -> Result<(), M::Error>;
}

impl RestRef for () {
    fn write<M: SerializeMap>(self, _map: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<T: Serialize> RestRef for (&BTreeMap<String, T>,) {
    fn write<M: SerializeMap>(self, map: &mut M) -> Result<(), M::Error> {
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))
    }
}

/// Reads the fields of an object.
///
/// # Errors
/// As [`Decode::decode`].
pub fn decode_object<'de, F: Fields, R: Rest, D: Deserializer<'de>>(
    deserializer: D,
    cx: &Context<'_>,
    table: &'static Table,
) -> Result<(F, R), D::Error> {
    deserializer.deserialize_any(ObjectVisitor { cx, table, ty: PhantomData })
}

struct ObjectVisitor<'a, T> {
    cx: &'a Context<'a>,
    table: &'static Table,
    ty: PhantomData<T>,
}

impl<'de, F: Fields, R: Rest> Visitor<'de> for ObjectVisitor<'_, (F, R)> {
    type Value = (F, R);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(F, R), A::Error> {
        let names = Names::asked_for(self.cx, [self.table.whole, self.cx.rules()]);
        let mut reader = Reader { map, cx: self.cx, table: self.table, next: 0, current: 0, count: 0, names };
        let (mut slots, mut rest) = (F::empty(), R::default());
        while let Some(step) = reader.step()? {
            match step {
                Step::Field(index) => F::read(&mut slots, index, &mut reader)?,
                Step::Rest(key) => rest.read(key, &mut reader)?,
            }
        }
        let fields = F::finish(slots, 0, &reader);
        reader.check_whole();
        match fields {
            Some(fields) => Ok((fields, rest)),
            None => Err(self.cx.refused()),
        }
    }

    not_this! { "an object": text boolean number null seq }
}

/// The properties of one object while they are read.
#[derive(Debug)]
pub struct Reader<'a, A> {
    map: A,
    cx: &'a Context<'a>,
    table: &'static Table,
    /// Where the next property probably stands: most objects come in document order.
    next: usize,
    current: usize,
    count: usize,
    names: Names,
}

/// What the next property is.
enum Step {
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
    fn step(&mut self) -> Result<Option<Step>, A::Error> {
        loop {
            let names = self.table.names;
            let seed = KeySeed { names, next: self.next, keeps_unknown: self.keeps_unknown() };
            let Some(key) = self.map.next_key_seed(seed)? else {
                return Ok(None);
            };
            self.count += 1;
            self.names.note(|| match &key {
                Key::Field(index) => names[*index].into(),
                Key::Unknown(key) => key.clone().into(),
            });
            match (key, self.table.extra) {
                (Key::Field(index), _) => {
                    self.current = index;
                    self.next = index + 1;
                    return Ok(Some(Step::Field(index)));
                }
                (Key::Unknown(key), _) if self.table.ignored.contains(&key.as_str()) => {
                    self.map.next_value::<IgnoredAny>()?;
                }
                (Key::Unknown(key), Extra::Kept(rules)) if self.cx.admits(rules, &key) => {
                    return Ok(Some(Step::Rest(key)));
                }
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
        match self.table.extra {
            Extra::Dropped => self.names.are_kept(),
            Extra::Forbidden => self.cx.is_strict(),
            Extra::Kept(_) => true,
        }
    }

    /// Reads the value of the property that [`step`](Self::step) gave.
    fn value<T: Decode>(&mut self, slot: &mut Slot<T>) -> Result<(), A::Error> {
        let cx = self.cx.listed(self.table, self.current);
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

    /// The field that is property `index`, if nothing is wrong with it.
    fn finished<T: Decode>(&self, index: usize, slot: Slot<T>) -> Option<T> {
        match slot {
            Slot::Present(value) => Some(value),
            Slot::Refused => None,
            Slot::Absent if self.table.is_required(index) => {
                self.missing(index);
                None
            }
            Slot::Absent => T::absent(),
        }
    }

    /// Checks the object as a whole.
    fn check_whole(&self) {
        for cx in [self.cx.with_rules(self.table.whole), *self.cx] {
            if !cx.rules().is_empty() {
                cx.check_names(self.names.iter());
                cx.check_properties(self.count);
            }
        }
    }

    #[cold]
    fn missing(&self, index: usize) {
        self.cx.property(self.table.names[index], &[]).violation("missing", "is required");
    }
}

enum Key {
    Field(usize),
    Unknown(String),
}

/// Finds a property by its name; keeps the name of an unknown one only where somebody asks for it.
struct KeySeed {
    names: &'static [&'static str],
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
        if self.names.get(self.next).is_some_and(|name| *name == key) {
            return Ok(Key::Field(self.next));
        }
        Ok(match self.names.iter().position(|name| *name == key) {
            Some(index) => Key::Field(index),
            None if self.keeps_unknown => Key::Unknown(key.to_owned()),
            None => Key::Unknown(String::new()),
        })
    }
}

/// Writes an object.
///
/// # Errors
/// As the serializer's.
pub fn encode_object<F: FieldRefs, R: RestRef, S: Serializer>(
    serializer: S,
    table: &Table,
    fields: F,
    rest: R,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    fields.write(&mut map, table, 0)?;
    rest.write(&mut map)?;
    map.end()
}

/// Writes property `index` if it is there.
fn write<T: Decode + Serialize, M: SerializeMap>(
    map: &mut M,
    table: &Table,
    index: usize,
    value: &T,
) -> Result<(), M::Error> {
    if value.is_absent() && !table.is_required(index) {
        return Ok(());
    }
    map.serialize_entry(table.names[index], value)
}

/// How a struct is read and written, a line a property:
///
/// ```text
/// object! {
///     Pet = closed();                          // or `open()`, or `rest(additional_properties)`
///     _ = ignored(["born"]);                   // properties that do not travel this way
///     id = required("id");                     // the field, and the property
///     tag = optional("tag", [MaxLength(20)]);  // what its value must meet
/// }
/// ```
#[allow(unused_macros, reason = "not every API has an object")]
macro_rules! object {
    (
        $ty:ident = $extra:ident($($rest:ident)? $(, [$($rest_rule:expr),* $(,)?])? $(,)?);
        $(_ = rules([$($object_rule:expr),* $(,)?] $(,)?);)?
        $(_ = ignored([$($ignored:literal),* $(,)?] $(,)?);)?
        $($field:ident = $kind:ident($name:literal $(, [$($rule:expr),* $(,)?])? $(,)?);)*
    ) => {
        impl $crate::support::codec::Object for $crate::types::$ty {
            const TABLE: &'static $crate::support::codec::Table = &$crate::support::codec::Table {
                names: &[$($name),*],
                presence: &[$($crate::support::codec::Presence::$kind),*],
                rules: $crate::support::codec::rules_of!($([$([$($rule),*])?])*),
                extra: $crate::support::codec::$extra(const { &[$($($rest_rule),*)?] }),
                ignored: &[$($($ignored),*)?],
                whole: &[$($($object_rule),*)?],
            };
        }

        impl $crate::support::codec::Decode for $crate::types::$ty {
            fn decode<'de, D: ::serde::Deserializer<'de>>(
                deserializer: D,
                cx: &$crate::support::codec::Context<'_>,
            ) -> ::core::result::Result<Self, D::Error> {
                let table = <Self as $crate::support::codec::Object>::TABLE;
                match $crate::support::codec::decode_object(deserializer, cx, table) {
                    ::core::result::Result::Ok(($crate::support::codec::fields!($($field)*), ($($rest,)?))) => {
                        ::core::result::Result::Ok(Self { $($field,)* $($rest)? })
                    }
                    ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $crate::types::$ty {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::support::codec::decode_lenient(deserializer)
            }
        }

        impl ::serde::Serialize for $crate::types::$ty {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                let table = <Self as $crate::support::codec::Object>::TABLE;
                let Self { $($field,)* $($rest)? } = self;
                $crate::support::codec::encode_object(
                    serializer,
                    table,
                    $crate::support::codec::fields!($($field)*),
                    ($($rest,)?),
                )
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use object;

/// The fields of a struct as a pattern or an expression: a tuple, or several.
#[allow(unused_macros, reason = "not every API has an object")]
macro_rules! fields {
    (
        $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident
        $i:ident $j:ident $k:ident $l:ident $m:ident $n:ident $o:ident $p:ident
        $($others:ident)+
    ) => {
        $crate::support::codec::Split(
            ($a, $b, $c, $d, $e, $f, $g, $h, $i, $j, $k, $l, $m, $n, $o, $p),
            $crate::support::codec::fields!($($others)+),
        )
    };
    ($($field:ident)*) => { ($($field,)*) };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use fields;

/// The rules of each property; an empty list if no property has any.
#[allow(unused_macros, reason = "not every API has an object")]
macro_rules! rules_of {
    ($([])*) => { &[] };
    ($([$([$($rule:expr),*])?])*) => { &[$(&[$($($rule),*)?]),*] };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use rules_of;

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
