//! What `cargo xtask` does, for its `main` and for the tests of the workspace.

pub mod codegen;
pub mod files;
pub mod output;
pub mod program;
pub mod suite;
