//! Enums of values of several JSON types: the machinery behind the `json_enum!` tables.

use serde::Deserialize as _;
use serde::de::Deserializer;
use serde_json::Value;

use crate::support::codec::context::Context;
use crate::support::codec::rule::allowed;
use crate::support::codec::schema::is_same;

/// An enum of JSON values that also keeps a value the description does not know.
pub trait JsonEnum: Sized {
    /// The known variants and their values, in document order.
    fn known() -> Vec<(Self, Value)>;

    /// The variant that keeps an unknown value.
    fn unknown(value: Value) -> Self;
}

/// Reads an enum of JSON values.
///
/// # Errors
/// As [`Decode::decode`](crate::support::codec::Decode::decode).
pub fn decode_json_enum<'de, T: JsonEnum, D: Deserializer<'de>>(
    deserializer: D,
    cx: &Context<'_>,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let mut known = T::known();
    match known.iter().position(|(_, known)| is_meant(known, &value, cx.is_text())) {
        Some(index) => Ok(known.swap_remove(index).0),
        None => {
            if cx.is_strict() {
                let values: Vec<String> = known.iter().map(|(_, value)| value.to_string()).collect();
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                cx.violation("enum", allowed(&values));
            }
            Ok(T::unknown(value))
        }
    }
}

/// The variant that a text stands for, where it is not said whether that is a string.
#[allow(dead_code, reason = "not every API has one")]
pub fn json_enum_of_text<T: JsonEnum>(text: &str) -> T {
    let value = Value::String(text.to_owned());
    let mut known = T::known();
    match known.iter().position(|(_, known)| is_meant(known, &value, true)) {
        Some(index) => known.swap_remove(index).0,
        None => T::unknown(value),
    }
}

/// Equal as JSON data, and in a parameter every scalar by its text.
fn is_meant(known: &Value, value: &Value, is_text: bool) -> bool {
    match (known, value) {
        (Value::Number(_) | Value::Bool(_), Value::String(text)) if is_text => {
            serde_json::from_str::<Value>(text).is_ok_and(|value| is_same(known, &value))
        }
        _ => is_same(known, value),
    }
}

/// How an enum of JSON values is read and written, a line a value:
///
/// ```text
/// json_enum! {
///     Limit = open(Unknown);
///     Value10 = 10;
///     Unlimited = "unlimited";
/// }
/// ```
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! json_enum {
    ($ty:ident = open($unknown:ident $(,)?); $($variant:ident = $value:expr;)*) => {
        impl $crate::support::codec::JsonEnum for $crate::types::$ty {
            fn known() -> ::std::vec::Vec<(Self, ::serde_json::Value)> {
                ::std::vec![$((Self::$variant, ::serde_json::Value::from($value))),*]
            }

            fn unknown(value: ::serde_json::Value) -> Self {
                Self::$unknown(value)
            }
        }

        impl $crate::types::$ty {
            /// The value as it stands on the wire.
            #[allow(unreachable_pub, reason = "as reachable as the type")]
            pub fn to_json(&self) -> ::serde_json::Value {
                match self {
                    $(Self::$variant => ::serde_json::Value::from($value),)*
                    Self::$unknown(value) => value.clone(),
                }
            }
        }

        /// A string as it is, any other value as JSON.
        impl ::core::fmt::Display for $crate::types::$ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.to_json() {
                    ::serde_json::Value::String(text) => f.write_str(&text),
                    value => ::core::fmt::Display::fmt(&value, f),
                }
            }
        }

        /// Any text is a value: that which is displayed so, else an unknown string.
        impl ::core::str::FromStr for $crate::types::$ty {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok($crate::support::codec::json_enum_of_text(text))
            }
        }

        $crate::support::codec::decode_as! { $ty, decode_json_enum }

        impl ::serde::Serialize for $crate::types::$ty {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                self.to_json().serialize(serializer)
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use json_enum;
