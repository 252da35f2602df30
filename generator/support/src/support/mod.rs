//! What the generated code stands on.

pub mod violation;
pub mod pattern;
pub mod backtracking;
pub mod secret;
pub mod basic;
pub mod codec;
pub mod format;
pub mod operation;
pub mod answer;
pub mod parameter;
#[cfg(any(feature = "client", feature = "server"))]
pub mod header;
#[cfg(any(feature = "client", feature = "server"))]
pub mod media;
#[cfg(any(feature = "client", feature = "server"))]
pub mod content;
#[cfg(any(feature = "client", feature = "server"))]
pub mod form;
#[cfg(any(feature = "client", feature = "server"))]
pub mod multipart;
#[cfg(any(feature = "client", feature = "server"))]
pub mod stream;
#[cfg(any(feature = "client", feature = "server"))]
pub mod body;
#[cfg(feature = "tracing")]
pub mod telemetry;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "testing")]
pub mod testing;
