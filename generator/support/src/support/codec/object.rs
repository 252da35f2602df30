//! Objects with known properties: the machinery behind the `object!` tables.
//!
//! The code of one object is a pattern and a struct literal; everything else is a [`Table`] and the functions
//! here, which are generic over tuples of fields.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use crate::support::codec::collection::not_this;
use crate::support::codec::context::Context;
use crate::support::codec::fields::{FieldRefs, Fields, Rest, RestRef};
use crate::support::codec::reader::{Reader, Step};
use crate::support::codec::rule::Rule;

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

    pub(super) fn is_required(&self, index: usize) -> bool {
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

/// Reads the fields of an object.
///
/// # Errors
/// As [`Decode::decode`](super::Decode::decode).
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
        let mut reader = Reader::new(map, self.cx, self.table);
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
