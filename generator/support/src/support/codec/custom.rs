//! Types from elsewhere, which codegen.toml puts in the place of a schema or gives to a format.

use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;

use crate::support::codec::Context;
use crate::support::codec::rule::Number;

/// Reads a type by its own `serde::Deserialize`, from a buffered value: what it says of one that it does not take may
/// echo it, and is dropped.
///
/// # Errors
/// As [`Decode::decode`](crate::support::codec::Decode::decode).
pub fn decode_custom<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
    cx: &Context<'_>,
) -> Result<T, D::Error> {
    let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
    let read = match as_scalar(&value, cx) {
        // In a parameter a number is text, which most types take for one, and some do not.
        Some(scalar) => serde_json::from_value(value.clone()).or_else(|_| serde_json::from_value(scalar)),
        None => serde_json::from_value(value.clone()),
    };
    let read = read.map_err(|_| cx.refuse("format", "cannot be read"))?;
    check(&value, cx);
    Ok(read)
}

/// The number or boolean that a parameter's text may stand for.
fn as_scalar(value: &Value, cx: &Context<'_>) -> Option<Value> {
    let text = value.as_str().filter(|_| cx.is_text())?;
    serde_json::from_str(text).ok().filter(|value: &Value| value.is_number() || value.is_boolean())
}

/// The rules of the place hold for what stands on the wire.
fn check(value: &Value, cx: &Context<'_>) {
    match as_scalar(value, cx).as_ref().unwrap_or(value) {
        Value::Number(number) => cx.check_number(match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => Number::Integer(integer.into()),
            (None, Some(integer)) => Number::Integer(integer.into()),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::Bool(boolean) => cx.check_boolean(*boolean),
        _ => {}
    }
    if let Value::String(text) = value {
        cx.check_text(text);
    }
}

/// Makes types readable that implement `serde::Deserialize`.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! custom {
    ($($ty:ty;)*) => {$(
        impl $crate::support::codec::Decode for $ty {
            fn decode<'de, D: ::serde::de::Deserializer<'de>>(
                deserializer: D,
                cx: &$crate::support::codec::Context<'_>,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::support::codec::decode_custom(deserializer, cx)
            }
        }
    )*};
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use custom;
