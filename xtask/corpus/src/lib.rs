//! `cargo xtask corpus DIR`: a crate from every description below a folder, and whether each compiles.
//!
//! In reading order: [`discovery`] finds the descriptions, [`generation`] makes a crate of each, [`compilation`]
//! checks it with cargo while [`measurement`] watches the compiler, and [`report`] prints what came of it.

pub mod discovery;
pub mod generation;
pub mod measurement;
pub mod compilation;
pub mod report;
pub mod run;
