//! What `cargo xtask` does, for its `main` and for the tests of the workspace.

pub mod codegen;
pub mod program;
pub mod output;
pub mod suite;
