//! Strings, numbers, booleans, and strings that become a typed value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::support::codec::Decode;
use crate::support::codec::context::Context;
use crate::support::codec::rule::Number;

/// A type made from one JSON scalar. What a type does not take is a mismatch.
pub trait Scalar: Sized {
    /// What the description asks for, with its article.
    const EXPECTED: &'static str;

    /// From a string; in a parameter, from the text of any scalar.
    fn from_text<E: de::Error>(_text: &str, cx: &Context<'_>) -> Result<Self, E> {
        Err(cx.mismatch(Self::EXPECTED, "a string"))
    }

    /// From a boolean.
    fn from_boolean<E: de::Error>(_boolean: bool, cx: &Context<'_>) -> Result<Self, E> {
        Err(cx.mismatch(Self::EXPECTED, "a boolean"))
    }

    /// From a number.
    fn from_number<E: de::Error>(_number: Number, cx: &Context<'_>) -> Result<Self, E> {
        Err(cx.mismatch(Self::EXPECTED, "a number"))
    }

    /// From an integer that is too large for a [`Number`].
    fn from_large<E: de::Error>(integer: u128, cx: &Context<'_>) -> Result<Self, E> {
        Self::from_number(Number::Float(integer as f64), cx)
    }
}

struct ScalarVisitor<'a, T> {
    cx: &'a Context<'a>,
    ty: PhantomData<T>,
}

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text, self.cx)
    }

    fn visit_bool<E: de::Error>(self, boolean: bool) -> Result<T, E> {
        T::from_boolean(boolean, self.cx)
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<T, E> {
        T::from_number(Number::Integer(integer.into()), self.cx)
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<T, E> {
        T::from_number(Number::Integer(integer.into()), self.cx)
    }

    fn visit_i128<E: de::Error>(self, integer: i128) -> Result<T, E> {
        T::from_number(Number::Integer(integer), self.cx)
    }

    fn visit_u128<E: de::Error>(self, integer: u128) -> Result<T, E> {
        match i128::try_from(integer) {
            Ok(integer) => T::from_number(Number::Integer(integer), self.cx),
            Err(_) => T::from_large(integer, self.cx),
        }
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<T, E> {
        T::from_number(Number::Float(float), self.cx)
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        Err(self.cx.mismatch(T::EXPECTED, "null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Err(self.cx.mismatch(T::EXPECTED, "an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<T, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Err(self.cx.mismatch(T::EXPECTED, "an object"))
    }
}

impl Scalar for String {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        cx.check_text(text);
        Ok(text.to_owned())
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        match text {
            "true" if cx.is_text() => Self::from_boolean(true, cx),
            "false" if cx.is_text() => Self::from_boolean(false, cx),
            _ => Err(cx.mismatch(Self::EXPECTED, "a string")),
        }
    }

    fn from_boolean<E: de::Error>(boolean: bool, cx: &Context<'_>) -> Result<Self, E> {
        cx.check_boolean(boolean);
        Ok(boolean)
    }
}

#[cold]
fn out_of_range<E: de::Error>(cx: &Context<'_>, least: impl fmt::Display, greatest: impl fmt::Display) -> E {
    cx.refuse("format", format!("must be between {least} and {greatest}"))
}

/// JSON has one kind of number: `1.0` is an integer (JSON Schema 2020-12, Core, 4.2.3).
macro_rules! integer {
    ($($ty:ident)*) => {$(
        impl Scalar for $ty {
            const EXPECTED: &'static str = "an integer";

            fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
                match (text.parse::<i128>(), text.parse::<u128>()) {
                    (Ok(integer), _) if cx.is_text() => Self::from_number(Number::Integer(integer), cx),
                    (_, Ok(integer)) if cx.is_text() => Self::from_large(integer, cx),
                    _ => Err(cx.mismatch(Self::EXPECTED, "a string")),
                }
            }

            #[inline]
            fn from_number<E: de::Error>(number: Number, cx: &Context<'_>) -> Result<Self, E> {
                let integer = match number {
                    Number::Integer(integer) => integer,
                    // What saturates here is out of the range of every type.
                    Number::Float(float) if float.fract() == 0.0 => float as i128,
                    Number::Float(_) => return Err(cx.mismatch(Self::EXPECTED, "a fraction")),
                };
                let value = Self::try_from(integer).map_err(|_| out_of_range(cx, Self::MIN, Self::MAX))?;
                cx.check_number(Number::Integer(integer));
                Ok(value)
            }

            fn from_large<E: de::Error>(integer: u128, cx: &Context<'_>) -> Result<Self, E> {
                let value = Self::try_from(integer).map_err(|_| out_of_range(cx, Self::MIN, Self::MAX))?;
                cx.check_number(Number::Float(integer as f64));
                Ok(value)
            }
        }
    )*};
}

integer! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 }

macro_rules! float {
    ($($ty:ident)*) => {$(
        impl Scalar for $ty {
            const EXPECTED: &'static str = "a number";

            fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
                match text.parse::<f64>() {
                    Ok(float) if cx.is_text() && !text.contains(is_letter_of_no_number) => {
                        Self::from_number(Number::Float(float), cx)
                    }
                    _ => Err(cx.mismatch(Self::EXPECTED, "a string")),
                }
            }

            fn from_number<E: de::Error>(number: Number, cx: &Context<'_>) -> Result<Self, E> {
                let float = match number {
                    Number::Integer(integer) => integer as f64,
                    Number::Float(float) => float,
                };
                if float.abs() > Self::MAX as f64 {
                    return Err(out_of_range(cx, format_args!("{:e}", Self::MIN), format_args!("{:e}", Self::MAX)));
                }
                cx.check_number(number);
                Ok(float as $ty)
            }
        }
    )*};
}

float! { f32 f64 }

/// Rust reads `inf` and `nan` as numbers, too.
fn is_letter_of_no_number(c: char) -> bool {
    c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')
}

/// Makes a [`Scalar`] readable.
macro_rules! scalar {
    ($($ty:ty)*) => {$(
        impl $crate::support::codec::Decode for $ty {
            fn decode<'de, D: serde::de::Deserializer<'de>>(
                deserializer: D,
                cx: &$crate::support::codec::Context<'_>,
            ) -> Result<Self, D::Error> {
                $crate::support::codec::decode_scalar(deserializer, cx)
            }
        }
    )*};
}
pub(crate) use scalar;

scalar! { String bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 }

/// Beyond 64 bits a number is only exact where its digits are asked for; where the type is still in doubt, they are not.
macro_rules! wide {
    ($($ty:ident $method:ident)*) => {$(
        impl Decode for $ty {
            fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error> {
                if cx.is_exhaustive() || cx.is_text() {
                    return decode_scalar(deserializer, cx);
                }
                deserializer.$method(ScalarVisitor { cx, ty: PhantomData })
            }
        }
    )*};
}

wide! { i128 deserialize_i128 u128 deserialize_u128 }

/// Reads a scalar: every JSON type that it is not is a violation that does not echo the value.
///
/// # Errors
/// As [`Decode::decode`].
pub fn decode_scalar<'de, T: Scalar, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<T, D::Error> {
    deserializer.deserialize_any(ScalarVisitor { cx, ty: PhantomData })
}

/// Any JSON value, as it stands.
impl Decode for serde_json::Value {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D, cx: &Context<'_>) -> Result<Self, D::Error> {
        let value = serde::Deserialize::deserialize(deserializer)?;
        cx.check_value(&value);
        Ok(value)
    }
}
