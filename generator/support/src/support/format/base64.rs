//! `format: byte` and `contentEncoding: base64` (RFC 4648, section 4), `base64url` (section 5).

use std::fmt;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde::de;
use serde::{Serialize, Serializer};

use crate::support::codec::{Context, Scalar, scalar};

/// With or without padding.
const EITHER: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

const LENIENT: GeneralPurpose = GeneralPurpose::new(&STANDARD, EITHER);
const LENIENT_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, EITHER);

macro_rules! bytes {
    ($(#[$docs:meta])* $ty:ident, $writer:expr, $strict:expr, $lenient:expr, $message:literal) => {
        $(#[$docs])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $ty(pub Vec<u8>);

        impl fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($ty), "({} bytes)"), self.0.len())
            }
        }

        impl<T: Into<Vec<u8>>> From<T> for $ty {
            fn from(bytes: T) -> Self {
                Self(bytes.into())
            }
        }

        impl Scalar for $ty {
            const EXPECTED: &'static str = "a string";

            fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
                let engine = if cx.is_strict() { &$strict } else { &$lenient };
                let bytes = engine.decode(text).map_err(|_| cx.refuse("format", $message))?;
                cx.check_text(text);
                Ok(Self(bytes))
            }
        }

        scalar! { $ty }

        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$writer.encode(&self.0))
            }
        }
    };
}

bytes! {
    /// Bytes that are written as base64 text. Responses are read with or without padding.
    Base64, BASE64_STANDARD, BASE64_STANDARD, LENIENT, "must be base64 (RFC 4648)"
}

bytes! {
    /// Bytes that are written as base64 text in the alphabet for URLs, without padding; read with or without it.
    Base64Url, BASE64_URL_SAFE_NO_PAD, LENIENT_URL_SAFE, LENIENT_URL_SAFE, "must be base64url (RFC 4648)"
}
