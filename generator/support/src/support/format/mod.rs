//! String formats with a type of their own: one file each, copied where the description uses it.
//!
//! A request's text must meet the format's own grammar, which the type's parser is often too generous
//! for, before its other rules are looked at; a response's is read as generously as the parser allows.

pub mod uuid;
pub mod date_time;
pub mod date;
pub mod base64;
pub mod ip;
