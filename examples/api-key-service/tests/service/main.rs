//! The service as its callers see it: through the generated client, over plain HTTP, as processes.

#![allow(missing_docs, reason = "tests")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod world;
mod process;
mod http_text;

mod statuses;
mod declared_failures;
mod plain_http;
mod isolation;
mod races;
mod restarts;
mod layers;
mod shutdown;
mod secrets;
mod client_command;
