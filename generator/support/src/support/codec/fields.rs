//! The fields of structs as tuples, so that one function reads and writes the fields of every struct.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::MapAccess;
use serde::ser::SerializeMap;

use crate::support::codec::Decode;
use crate::support::codec::object::Table;
use crate::support::codec::reader::{Reader, Slot};

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
        if let Some(value) = reader.other(&key)? {
            self.0.insert(key, value);
        }
        Ok(())
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
