//! Reading the properties of an object one by one.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::support::codec::context::Context;
use crate::support::codec::names::Names;
use crate::support::codec::object::{Extra, Table};
use crate::support::codec::{Decode, Seed};

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
pub(super) enum Step {
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

impl<'a, 'de, A: MapAccess<'de>> Reader<'a, A> {
    /// Reads what `map` has.
    pub(super) fn new(map: A, cx: &'a Context<'a>, table: &'static Table) -> Self {
        let names = Names::asked_for(cx, [table.whole, cx.rules()]);
        Self { map, cx, table, next: 0, current: 0, count: 0, names }
    }

    /// The next property that has a place in the struct; others are dealt with here.
    pub(super) fn step(&mut self) -> Result<Option<Step>, A::Error> {
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
    pub(super) fn value<T: Decode>(&mut self, slot: &mut Slot<T>) -> Result<(), A::Error> {
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

    /// Reads the value of the property `key`, which the table does not list; `None` if it is refused.
    pub(super) fn other<T: Decode>(&mut self, key: &str) -> Result<Option<T>, A::Error> {
        let rules = if let Extra::Kept(rules) = self.table.extra { rules } else { &[] };
        match self.map.next_value_seed(Seed::new(&self.cx.property(key, rules))) {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.cx.is_exhaustive() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The field that is property `index`, if nothing is wrong with it.
    pub(super) fn finished<T: Decode>(&self, index: usize, slot: Slot<T>) -> Option<T> {
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
    pub(super) fn check_whole(&self) {
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
