//! Parameters: from values to text and back (OpenAPI 3.1.1, Style Values; RFC 6570).

mod value;
mod style;

pub use style::{Piece, decode, decode_named, encode, encode_json, encode_named, unescape_pair};
pub use value::Value;
