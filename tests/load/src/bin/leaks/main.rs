//! Makes calls of all sorts, most of which fail or are given up, and compares what the process holds before and after: tasks,
//! open files and memory. Client and server share it. Exit status 1 if anything is left.

mod held;

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use clap::Parser;
use load::{Server, client_of, watched};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;
use traffic_api::client::prelude::*;
use traffic_api::client::{Client, Error};
use traffic_api::operations::{Body, GetBytesParams, PostCountError, PutBytesError};
use traffic_api::server::{ConnectionLimits, Failure, Gate};
use traffic_api::types::Count;

use crate::held::Held;

/// How many calls are under way at a time.
const AT_ONCE: u64 = 32;
/// Calls before the first look, which fill what is kept on purpose.
const FIRST: u64 = 2000;

/// What 100,000 calls leave behind.
#[derive(Debug, Parser)]
#[command(name = "leaks")]
struct Arguments {
    /// Calls between the two looks
    #[arg(long, default_value_t = 100_000)]
    calls: u64,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    // That a handler has panicked is what is asked for; other panics are told by what waits for their tasks.
    std::panic::set_hook(Box::new(|_| ()));
    let server = Server::start(Service, ConnectionLimits::default()).await;
    make(&server, FIRST).await?;
    let before = Held::settled(None).await?;
    println!("before: {before}");
    make(&server, arguments.calls).await?;
    let after = Held::settled(Some(before)).await?;
    println!("after {} calls: {after}", arguments.calls);
    if after.is_like(before) {
        return Ok(ExitCode::SUCCESS);
    }
    println!("something is left");
    Ok(ExitCode::FAILURE)
}

/// Makes so many calls with clients that are gone then, and their connections with them.
async fn make(server: &Server, calls: u64) -> Result<()> {
    let nobody = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let clients = [server.client(), client_of(nobody).retries(0)];
    let mut under_way = JoinSet::new();
    for number in 0..calls {
        if number >= AT_ONCE {
            under_way.join_next().await.context("calls are under way")????;
        }
        let [client, refused] = clients.clone();
        under_way.spawn(async move { timeout(Duration::from_secs(60), call(client, refused, number)).await });
    }
    while let Some(ended) = under_way.join_next().await {
        ended???;
    }
    Ok(())
}

/// One call, whose end is as documented.
async fn call(client: Client, refused: Client, number: u64) -> Result<()> {
    const SHORT: Duration = Duration::from_millis(2);
    match number % 8 {
        0 => assert_eq!(client.post_count(&Count::new(2)).await?.count, 2),
        1 => match client.post_count(&Count::new(1)).await {
            Err(Error::Api(_)) => {}
            other => bail!("a declared error is expected: {other:?}"),
        },
        // The handler panics.
        2 => match client.post_count(&Count::new(-1)).await {
            Err(Error::Undeclared(_)) => {}
            other => bail!("500 is expected: {other:?}"),
        },
        // The handler never ends.
        3 => drop(timeout(SHORT, client.post_count(&Count::new(-2)).into_future()).await),
        // It is given up by the client.
        4 => match client.post_count(&Count::new(-2)).timeout(SHORT).await {
            Err(Error::Timeout(_)) => {}
            other => bail!("a timeout is expected: {other:?}"),
        },
        // An answer of any length is dropped.
        5 => {
            let mut body = client.get_bytes(&GetBytesParams::new(0)).await?;
            body.chunk().await.context("a chunk")??;
        }
        // A body of any length is refused.
        6 => match client.put_bytes(endless()).await {
            Err(Error::Api(_) | Error::Transport(_)) => {}
            other => bail!("a refusal is expected: {other:?}"),
        },
        _ => match refused.post_count(&Count::new(2)).await {
            Err(Error::Transport(_)) => {}
            other => bail!("nobody listens there: {other:?}"),
        },
    }
    Ok(())
}

fn endless() -> Body {
    static ZEROS: [u8; 4096] = [0; 4096];
    Body::stream(watched(u64::MAX, |_| Bytes::from_static(&ZEROS)).0)
}

struct Service;

impl Gate for Service {}

impl traffic_api::server::Default for Service {
    async fn post_count(&self, body: Count) -> Result<Count, Failure<PostCountError>> {
        match body.count {
            -1 => panic!("as asked"),
            -2 => std::future::pending().await,
            odd if odd % 2 == 1 => Err(PostCountError::Conflict(body).into()),
            _ => Ok(body),
        }
    }

    async fn get_bytes(&self, _: GetBytesParams) -> Result<Body, Failure<Infallible>> {
        Ok(endless())
    }

    async fn put_bytes(&self, _: Body) -> Result<Count, Failure<PutBytesError>> {
        Err(PutBytesError::Unauthorized(Count::new(0)).into())
    }
}
