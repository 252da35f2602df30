//! Parameters: from values to text and back (OpenAPI 3.1.1, Style Values; RFC 6570).

mod value;
mod style;

pub use style::{Piece, decode, encode, encode_json};
pub use value::Value;
