//! What `cargo xtask` does, for its `main` and for the tests of the workspace.

pub mod codegen;
pub mod explain;
pub mod files;
pub mod mock;
pub mod output;
pub mod program;
pub mod stubs;
pub mod suite;
