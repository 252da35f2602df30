//! Enums of strings: the machinery behind the `string_enum!` tables.

use serde::de::{self, Deserializer};

use crate::support::codec::context::Context;
use crate::support::codec::rule::allowed;
use crate::support::codec::{Scalar, decode_scalar};

/// An enum of strings that also keeps a value the description does not know.
pub trait StringEnum: Sized {
    /// The known values, in document order.
    const VALUES: &'static [&'static str];
    /// Whether a request may have others.
    const TAKES_OTHERS: bool;

    /// The variant of a text, known or not, and whether it is known.
    fn of_text(text: &str) -> (Self, bool);
}

/// Reads an enum of strings.
///
/// # Errors
/// As [`Decode::decode`](crate::support::codec::Decode::decode).
pub fn decode_string_enum<'de, T: StringEnum, D: Deserializer<'de>>(
    deserializer: D,
    cx: &Context<'_>,
) -> Result<T, D::Error> {
    decode_scalar::<Text<T>, D>(deserializer, cx).map(|text| text.0)
}

struct Text<T>(T);

impl<T: StringEnum> Scalar for Text<T> {
    const EXPECTED: &'static str = "a string";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        let (value, is_known) = T::of_text(text);
        if !is_known && !T::TAKES_OTHERS && cx.is_strict() {
            cx.violation("enum", allowed(T::VALUES));
        }
        Ok(Self(value))
    }
}

/// How an enum of strings is read and written, a line a value:
///
/// ```text
/// string_enum! {
///     Status = open(Unknown); // or `any(Unknown)`: others are no violation
///     Active = "active";
/// }
/// ```
#[allow(unused_macros, reason = "not every API has an enum")]
macro_rules! string_enum {
    (@takes_others open) => { false };
    (@takes_others any) => { true };
    ($ty:ident = $kind:ident($unknown:ident $(,)?); $($variant:ident = $value:literal;)*) => {
        impl $crate::support::codec::StringEnum for $crate::types::$ty {
            const VALUES: &'static [&'static str] = &[$($value),*];
            const TAKES_OTHERS: bool = $crate::support::codec::string_enum!(@takes_others $kind);

            fn of_text(text: &str) -> (Self, bool) {
                match text {
                    $($value => (Self::$variant, true),)*
                    _ => (Self::$unknown(::std::borrow::ToOwned::to_owned(text)), false),
                }
            }
        }

        impl $crate::types::$ty {
            /// The value as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => value,
                }
            }
        }

        impl ::core::fmt::Display for $crate::types::$ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        /// Any text is a value; one that the description does not know is kept as it is.
        impl ::core::str::FromStr for $crate::types::$ty {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok($crate::support::codec::StringEnum::of_text(text).0)
            }
        }

        $crate::support::codec::decode_as! { $ty, decode_string_enum }

        impl ::serde::Serialize for $crate::types::$ty {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use string_enum;
