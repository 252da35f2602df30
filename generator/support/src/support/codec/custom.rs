//! Types from elsewhere, which codegen.toml puts in the place of a schema.

/// Reads types by their own `serde::Deserialize`, from a buffered value: what they say of one that they do not
/// take may echo it, and is dropped.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! custom {
    ($($ty:ty;)*) => {$(
        impl $crate::support::codec::Decode for $ty {
            fn decode<'de, D: ::serde::de::Deserializer<'de>>(
                deserializer: D,
                cx: &$crate::support::codec::Context<'_>,
            ) -> ::core::result::Result<Self, D::Error> {
                let value = <::serde_json::Value as $crate::support::codec::Decode>::decode(deserializer, cx)?;
                ::serde_json::from_value(value).map_err(|_| cx.refuse("format", "cannot be read"))
            }
        }
    )*};
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use custom;
