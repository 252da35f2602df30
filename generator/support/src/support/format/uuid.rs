//! `format: uuid` (RFC 9562, section 4): 8-4-4-4-12 hexadecimal digits.

use serde::de;
use uuid::Uuid;

use crate::support::codec::{Context, Scalar, scalar};

impl Scalar for Uuid {
    const EXPECTED: &'static str = "a string";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        const HYPHENATED: usize = 36;
        match Self::parse_str(text) {
            Ok(uuid) if text.len() == HYPHENATED || !cx.is_strict() => {
                cx.check_text(text);
                Ok(uuid)
            }
            _ => Err(cx.refuse("format", "must be a UUID (RFC 9562)")),
        }
    }
}

scalar! { Uuid }
