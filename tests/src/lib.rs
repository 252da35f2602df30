//! What the tests of the workspace share: the fixtures, and what the generator makes of them.
//!
//! A fixture is a small description below `tests/fixtures/`: `accept/x.yaml` (or `x.json`), with its settings
//! in `x.codegen.toml`, its behaviour in `x.cases.json` and, where data does not say it, in `x.rs`. A description in several
//! files is a folder, `accept/x/openapi.yaml`, with the others beside the root.

mod fixture;
pub mod round_trips;
mod scratch;
pub mod service;

pub use fixture::{Fixture, accepted, avido, chosen, each, named, rejected, root};
pub use scratch::Scratch;

/// The snippets of the README, as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
