//! Arrays with a type for each position (`prefixItems`): the machinery behind the `tuple!` tables.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::ser::SerializeSeq;

use crate::support::codec::collection::not_this;
use crate::support::codec::context::Context;
use crate::support::codec::object::Extra;
use crate::support::codec::reader::Slot;
use crate::support::codec::rule::Rule;
use crate::support::codec::{Decode, Seed};

/// A tuple struct whose items a `tuple!` table lists.
pub trait Tuple: Sized + Serialize {
    /// What happens to items that are not listed.
    const EXTRA: Extra;
    /// What the array as a whole must meet.
    const RULES: &'static [Rule];

    /// Reads the items.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn read<'de, A: SeqAccess<'de>>(items: &mut Items<'_, A>) -> Result<Self, A::Error>;
}

/// Reads a tuple.
///
/// # Errors
/// As [`Decode::decode`].
pub fn decode_tuple<'de, T: Tuple, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<T, D::Error> {
    deserializer.deserialize_any(TupleVisitor { cx, ty: PhantomData })
}

struct TupleVisitor<'a, T> {
    cx: &'a Context<'a>,
    ty: PhantomData<T>,
}

impl<'de, T: Tuple> Visitor<'de> for TupleVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        let tuple = T::read(&mut Items { seq, cx: self.cx, next: 0, is_short: false })?;
        if self.cx.is_strict()
            && !(T::RULES.is_empty() && self.cx.rules().is_empty())
            && let Ok(serde_json::Value::Array(items)) = serde_json::to_value(&tuple)
        {
            self.cx.with_rules(T::RULES).check_items(&items, items.len());
            self.cx.check_items(&items, items.len());
        }
        Ok(tuple)
    }

    not_this! { "an array": text boolean number null map }
}

/// The items of one array while they are read.
#[derive(Debug)]
pub struct Items<'a, A> {
    seq: A,
    cx: &'a Context<'a>,
    next: usize,
    is_short: bool,
}

impl<'de, A: SeqAccess<'de>> Items<'_, A> {
    fn next<T: Decode>(&mut self, rules: &'static [Rule]) -> Result<Slot<T>, A::Error> {
        let index = self.next;
        self.next += 1;
        match self.seq.next_element_seed(Seed::new(&self.cx.item(index).with_rules(rules))) {
            Ok(Some(item)) => Ok(Slot::Present(item)),
            Ok(None) => Ok(Slot::Absent),
            Err(_) if self.cx.is_exhaustive() => Ok(Slot::Refused),
            Err(error) => Err(error),
        }
    }

    /// Deals with items that have no place in the struct.
    ///
    /// # Errors
    /// The text is not well-formed.
    pub fn finish(&mut self, extra: Extra) -> Result<(), A::Error> {
        let most = self.next;
        let mut has_more = false;
        while self.seq.next_element::<IgnoredAny>()?.is_some() {
            has_more = true;
        }
        if has_more && matches!(extra, Extra::Forbidden) && self.cx.is_strict() {
            self.cx.violation("max_items", format!("must have at most {most} items"));
        }
        Ok(())
    }

    /// The error of an array that lacks an item; what is wrong is in the report.
    pub fn refused(&self) -> A::Error {
        self.cx.refused()
    }

    #[cold]
    fn missing(&mut self) {
        if !std::mem::replace(&mut self.is_short, true) {
            self.cx.item(self.next - 1).violation("missing", "is required");
        }
    }
}

/// The items of one array while they are written.
#[derive(Debug)]
pub struct ItemWriter<S> {
    seq: S,
    is_at_end: bool,
}

impl<S: SerializeSeq> ItemWriter<S> {
    /// Begins an array.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn new<Z>(serializer: Z) -> Result<Self, S::Error>
    where
        Z: serde::Serializer<SerializeSeq = S, Error = S::Error, Ok = S::Ok>,
    {
        Ok(Self { seq: serializer.serialize_seq(None)?, is_at_end: false })
    }

    /// Ends the array.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.seq.end()
    }
}

/// How the items of a tuple are read and written.
pub mod item {
    /// An item that is always there.
    pub mod required {
        use serde::Serialize;
        use serde::de::SeqAccess;
        use serde::ser::SerializeSeq;

        use super::super::{Decode, ItemWriter, Items, Rule, Slot};

        /// Reads the next item; none if something is wrong with it.
        ///
        /// # Errors
        /// As [`Decode::decode`].
        pub fn read<'de, T: Decode, A: SeqAccess<'de>>(
            items: &mut Items<'_, A>,
            rules: &'static [Rule],
        ) -> Result<Option<T>, A::Error> {
            match items.next(rules)? {
                Slot::Present(item) => Ok(Some(item)),
                Slot::Refused => Ok(None),
                Slot::Absent => {
                    items.missing();
                    Ok(None)
                }
            }
        }

        /// Writes the item.
        ///
        /// # Errors
        /// As the serializer's.
        pub fn write<T: Serialize, S: SerializeSeq>(writer: &mut ItemWriter<S>, item: &T) -> Result<(), S::Error> {
            writer.seq.serialize_element(item)
        }
    }

    /// An item that the array may end before: `Option<T>`.
    pub mod optional {
        use serde::Serialize;
        use serde::de::SeqAccess;
        use serde::ser::SerializeSeq;

        use super::super::{Decode, ItemWriter, Items, Rule, Slot};

        /// Reads the next item; none if something is wrong with it.
        ///
        /// # Errors
        /// As [`Decode::decode`].
        pub fn read<'de, T: Decode, A: SeqAccess<'de>>(
            items: &mut Items<'_, A>,
            rules: &'static [Rule],
        ) -> Result<Option<Option<T>>, A::Error> {
            Ok(match items.next(rules)? {
                Slot::Present(item) => Some(Some(item)),
                Slot::Refused => None,
                Slot::Absent => Some(None),
            })
        }

        /// Writes the item; the array ends before the first that is not there.
        ///
        /// # Errors
        /// As the serializer's.
        pub fn write<T: Serialize, S: SerializeSeq>(
            writer: &mut ItemWriter<S>,
            item: &Option<T>,
        ) -> Result<(), S::Error> {
            match item {
                Some(item) if !writer.is_at_end => writer.seq.serialize_element(item),
                _ => {
                    writer.is_at_end = true;
                    Ok(())
                }
            }
        }
    }

    /// The items behind the others: `Vec<T>`.
    pub mod rest {
        use serde::Serialize;
        use serde::de::SeqAccess;
        use serde::ser::SerializeSeq;

        use super::super::{Decode, ItemWriter, Items, Rule, Slot};

        /// Reads the items; none if something is wrong with one.
        ///
        /// # Errors
        /// As [`Decode::decode`].
        pub fn read<'de, T: Decode, A: SeqAccess<'de>>(
            items: &mut Items<'_, A>,
            rules: &'static [Rule],
        ) -> Result<Option<Vec<T>>, A::Error> {
            let mut rest = Some(Vec::new());
            loop {
                match (items.next(rules)?, &mut rest) {
                    (Slot::Absent, _) => return Ok(rest),
                    (Slot::Present(item), Some(rest)) => rest.push(item),
                    (Slot::Present(_), None) => {}
                    (Slot::Refused, _) => rest = None,
                }
            }
        }

        /// Writes the items.
        ///
        /// # Errors
        /// As the serializer's.
        pub fn write<T: Serialize, S: SerializeSeq>(writer: &mut ItemWriter<S>, items: &[T]) -> Result<(), S::Error> {
            if writer.is_at_end {
                return Ok(());
            }
            items.iter().try_for_each(|item| writer.seq.serialize_element(item))
        }
    }
}

/// How a tuple is read and written, a line an item:
///
/// ```text
/// tuple! {
///     Point = open();                         // or `closed()`, where no further items may follow
///     _ = rules([UniqueItems]);               // what the array as a whole must meet
///     [0] = required([Minimum(Integer(0))]);
///     [1] = optional();                       // the array may end before it
///     [2] = rest();                           // all further items
/// }
/// ```
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! tuple {
    (
        $ty:ident = $extra:ident();
        $(_ = rules([$($rule_of_all:expr),* $(,)?] $(,)?);)?
        $([$index:tt] = $kind:ident($([$($rule:expr),* $(,)?])? $(,)?);)*
    ) => {
        impl $crate::support::codec::Tuple for $crate::types::$ty {
            const EXTRA: $crate::support::codec::Extra = $crate::support::codec::$extra(&[]);
            const RULES: &'static [$crate::support::codec::Rule] = &[$($($rule_of_all),*)?];

            fn read<'de, A: ::serde::de::SeqAccess<'de>>(
                items: &mut $crate::support::codec::Items<'_, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                let listed = ($($crate::support::codec::item::$kind::read(
                    items,
                    const { &[$($($rule),*)?] },
                )?,)*);
                items.finish(<Self as $crate::support::codec::Tuple>::EXTRA)?;
                ::core::result::Result::Ok(Self($(
                    match listed.$index {
                        ::core::option::Option::Some(item) => item,
                        ::core::option::Option::None => return ::core::result::Result::Err(items.refused()),
                    },
                )*))
            }
        }

        $crate::support::codec::decode_as! { $ty, decode_tuple }

        impl ::serde::Serialize for $crate::types::$ty {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                let mut writer = $crate::support::codec::ItemWriter::new(serializer)?;
                $($crate::support::codec::item::$kind::write(&mut writer, &self.$index)?;)*
                writer.end()
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use tuple;
