//! How values are read and written.
//!
//! A type is read by one decoder, [`Decode::decode`], whose [`Context`] says how strictly and collects
//! what is wrong. `serde::Deserialize` of the same type is that decoder in its lenient form; writing is
//! `serde::Serialize`. The tables in `codec.rs` are the input of the macros here.

mod context;
mod rule;
mod schema;
mod names;
mod scalar;
mod collection;
mod object;
mod finite;
mod json;

use serde::de::{DeserializeSeed, Deserializer};

pub use context::{Context, Mode, Report};
pub use json::{DecodeError, Refusal, from_json, from_json_leniently, from_json_request, to_json};
pub use object::{Extra, FieldRefs, Fields, Object, Presence, Reader, Rest, RestRef, Slot, Split, Table};
pub use object::{closed, decode_object, encode_object, open, rest};
pub use rule::{Number, Rule, TextPattern};
pub use scalar::{Scalar, decode_scalar};
#[allow(unused_imports, reason = "not every API has such rules")]
pub use schema::{Check, check};
#[allow(unused_imports, reason = "not every API has every kind of type")]
pub(crate) use {object::decode_as, object::fields, object::object, object::rules_of, scalar::scalar};

mod string_enum;
#[allow(unused_imports, reason = "the tables stand in `codec.rs`")]
pub(crate) use string_enum::string_enum;
pub use string_enum::{StringEnum, decode_string_enum};

mod custom;
#[allow(unused_imports, reason = "the tables stand in `codec.rs`")]
pub(crate) use custom::custom;
pub use custom::decode_custom;

mod integer_enum;
#[allow(unused_imports, reason = "the tables stand in `codec.rs`")]
pub(crate) use integer_enum::integer_enum;
pub use integer_enum::{IntegerEnum, decode_integer_enum};

mod json_enum;
#[allow(unused_imports, reason = "the tables stand in `codec.rs`")]
pub(crate) use json_enum::json_enum;
pub use json_enum::{JsonEnum, decode_json_enum, json_enum_of_text};

mod tuple;
#[allow(unused_imports, reason = "the tables stand in `codec.rs`")]
pub(crate) use tuple::tuple;
pub use tuple::{ItemWriter, Items, Tuple, decode_tuple, item};

mod union;
#[allow(unused_imports, reason = "the tables stand in `codec.rs`")]
pub(crate) use union::union;
pub use union::{Member, Tell, Union, UnionRule, decode_union, tell, union_rule, write_member};

/// A type that can be read from any self-describing serde format.
pub trait Decode: Sized {
    /// Reads one value. Violations that leave a usable value are noted in `cx` and reading goes on.
    ///
    /// # Errors
    /// The text is not well-formed, or the value cannot become this type; `cx` knows where and why.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error>;

    /// The value of a property that is not there, where the type has one.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it is that value.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Reads a value in the lenient way of a response.
///
/// # Errors
/// As [`Decode::decode`].
pub fn decode_lenient<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let report = Report::new(Mode::Lenient);
    T::decode(deserializer, &Context::root(&report, &[]))
}

/// [`Decode::decode`] where serde asks for a seed.
pub(crate) struct Seed<'a, T> {
    cx: &'a Context<'a>,
    ty: std::marker::PhantomData<T>,
}

impl<'a, T> Seed<'a, T> {
    pub(crate) fn new(cx: &'a Context<'a>) -> Self {
        Self { cx, ty: std::marker::PhantomData }
    }
}

impl<'de, T: Decode> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer, self.cx)
    }
}
