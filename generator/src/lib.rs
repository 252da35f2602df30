//! Turns an OpenAPI description (3.0 or 3.1) into the source files of a Rust crate.
//!
//! One straight road, a module per stage, in the order data flows:
//!
//! ```text
//! text ─load→ tree ─normalize→ openapiv3::OpenAPI ─lower→ model::Api ─emit→ items ─format→ files
//! ```
//!
//! Nothing here writes a file, prints or spawns a process; the same input gives the same bytes.

pub mod diagnostic;
pub mod settings;

mod tree;
mod load;
mod normalize;
mod lower;
pub mod model;
