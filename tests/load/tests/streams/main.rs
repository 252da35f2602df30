//! Streams between a generated client and a generated server, over sockets: none is made that nobody takes, none goes on
//! that nobody waits for, and each ends as documented where a connection does. What is waited for comes far sooner than
//! after `LONG`, which is there so that a failure ends the test.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod backpressure;
mod cancellation;
mod early_answers;
mod exchange;
mod faults;
mod service;

use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(100);

/// More than sockets and what stands between them hold, and far less than what is there.
const BUFFERS: u64 = 64 * 1024 * 1024;
/// How long an item is.
const ITEM: u64 = 64 * 1024;

/// `future`'s output, which must come.
async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future).await.expect("this must end")
}
