//! Descriptions changed in their structure, and what the generator makes of them: it may refuse them, with diagnostics
//! that can be shown, or write Rust.
//!
//! Every choice comes from a [`Choices`]: of a fixed seed, so that a case can be run again, or of a fuzzer's bytes.

mod choices;
mod mutation;
mod odd;
mod tree;
mod verdict;
mod reduction;

pub use choices::{Bytes, Choices, Random};
pub use mutation::{described, mutate};
pub use reduction::reduced;
pub use tree::parsed;
pub use verdict::{Fault, Verdict, verdict, verdict_of};
