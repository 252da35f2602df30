//! Enums of integers: the machinery behind the `integer_enum!` tables.

use serde::de::{self, Deserializer};

use crate::support::codec::context::Context;
use crate::support::codec::rule::Number;
use crate::support::codec::rule::allowed;
use crate::support::codec::{Scalar, decode_scalar};

/// An enum of integers that also keeps a value the description does not know.
pub trait IntegerEnum: Sized {
    /// The known values, in document order.
    const VALUES: &'static [i64];

    /// The variant of an integer, known or not, and whether it is known.
    fn of_integer(integer: i64) -> (Self, bool);
}

/// Reads an enum of integers.
///
/// # Errors
/// As [`Decode::decode`](crate::support::codec::Decode::decode).
pub fn decode_integer_enum<'de, T: IntegerEnum, D: Deserializer<'de>>(
    deserializer: D,
    cx: &Context<'_>,
) -> Result<T, D::Error> {
    decode_scalar::<Integer<T>, D>(deserializer, cx).map(|integer| integer.0)
}

struct Integer<T>(T);

impl<T: IntegerEnum> Scalar for Integer<T> {
    const EXPECTED: &'static str = "an integer";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        let integer = i64::from_text::<E>(text, cx)?;
        Self::from_number(Number::Integer(integer.into()), cx)
    }

    fn from_number<E: de::Error>(number: Number, cx: &Context<'_>) -> Result<Self, E> {
        let (value, is_known) = T::of_integer(i64::from_number(number, cx)?);
        if cx.is_strict() && !is_known {
            let values: Vec<String> = T::VALUES.iter().map(i64::to_string).collect();
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            cx.violation("enum", allowed(&values));
        }
        Ok(Self(value))
    }
}

/// How an enum of integers is read and written, a line a value:
///
/// ```text
/// integer_enum! {
///     Priority = open(Unknown);
///     Value1 = 1;
/// }
/// ```
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! integer_enum {
    ($ty:ident = open($unknown:ident $(,)?); $($variant:ident = $value:literal;)*) => {
        impl $crate::support::codec::IntegerEnum for $crate::types::$ty {
            const VALUES: &'static [i64] = &[$($value),*];

            fn of_integer(integer: i64) -> (Self, bool) {
                match integer {
                    $($value => (Self::$variant, true),)*
                    _ => (Self::$unknown(integer), false),
                }
            }
        }

        impl $crate::types::$ty {
            /// The value as it stands on the wire.
            #[allow(unreachable_pub, reason = "as reachable as the type")]
            pub fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => *value,
                }
            }
        }

        impl ::core::fmt::Display for $crate::types::$ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        /// Any integer is a value; one that the description does not know is kept as it is.
        impl ::core::convert::From<i64> for $crate::types::$ty {
            fn from(integer: i64) -> Self {
                $crate::support::codec::IntegerEnum::of_integer(integer).0
            }
        }

        impl ::core::str::FromStr for $crate::types::$ty {
            type Err = ::core::num::ParseIntError;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                text.parse::<i64>().map(Self::from)
            }
        }

        $crate::support::codec::decode_as! { $ty, decode_integer_enum }

        impl ::serde::Serialize for $crate::types::$ty {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.as_i64())
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use integer_enum;
