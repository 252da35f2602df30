//! Parameters: from values to text and back (OpenAPI 3.1.1, Style Values; RFC 6570).
//!
//! Whatever is written reads as the same value, or it is refused before it is sent. What a place or a style cannot
//! carry:
//!
//! | Where | Refused |
//! |---|---|
//! | everywhere but in JSON | null; an empty array or object; anything nested, except in `deepObject` |
//! | path | what leaves its segment empty or makes it `.` or `..`, which URL parsers remove; in a segment of several parts, text that ends the parameter too early; what makes the path another operation's, or the query, which a path may have, too |
//! | exploded `label` | a dot in an item, a key or a value |
//! | query, cookie | in an exploded object a key that is another parameter's name; in a cookie an empty key as well |
//! | `spaceDelimited`, `pipeDelimited` | the delimiter in an item, a key or a value |
//! | `deepObject` | a key that is empty or has a bracket; below the first level an object whose keys are `0`, `1`, …, which reads as an array; more than 16 levels or 1,000 keys |
//! | header | anything but visible ASCII and blanks within; in a list an empty item or one with a comma, in an exploded object a key with `=` |
//! | union | what reads as another member: an array of one item is that item, `5` the string is 5 the integer |

use std::borrow::Cow;

mod deep;
mod path;
mod read;
mod value;
mod write;

pub use path::{blamed, fill, rival, suits, value_of};
pub use read::{decode, decode_named, read, reads_as, unescape_pair};
pub use value::Value;
pub use write::{encode, encode_json, encode_named};

/// Why a value cannot be sent, or read.
type Refusal = &'static str;

/// One `name=value` of a query or a cookie header, percent-encoded; or a whole path segment or header
/// value, without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'t> {
    /// The name; empty for a path segment or a header.
    pub name: Cow<'t, str>,
    /// The value.
    pub value: Cow<'t, str>,
}

impl<'t> Piece<'t> {
    /// The pair that `text` is; `None` for no text.
    pub fn of(text: &'t str) -> Option<Self> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (!text.is_empty()).then_some(Self { name: name.into(), value: value.into() })
    }

    /// A piece without a name.
    pub fn unnamed(value: impl Into<Cow<'t, str>>) -> Self {
        Self { name: "".into(), value: value.into() }
    }
}
