//! Sends bodies of any size and streams of any length through a generated client and a generated server, which are processes
//! of their own, and prints how much memory each has held at most: once for a hundredth, once for all of it. Exit status 1 if
//! the size of what is sent shows in the memory.

mod exchange;
mod service;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand, ValueEnum as _};
use load::{Server, client_of};
use traffic_api::server::ConnectionLimits;

use crate::exchange::Exchange;
use crate::service::{CHUNK, Large};

/// How many bytes more a process may hold for all of it than for a hundredth of it. A body of 64 MiB does not fit in.
const TOLERANCE: u64 = 24 << 20;

/// Large bodies and long streams, in as much memory as small ones.
#[derive(Debug, Parser)]
#[command(name = "large")]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,

    /// Bytes of a body
    #[arg(long, default_value_t = 1 << 30)]
    bytes: u64,

    /// Items of a stream
    #[arg(long, default_value_t = 1_000_000)]
    items: u64,
}

/// What a process of its own does for the program.
#[derive(Debug, Subcommand)]
enum Role {
    /// Prints an address, and serves there until standard input ends
    #[command(hide = true)]
    Serve,
    /// Makes one call
    #[command(hide = true)]
    Call { exchange: Exchange, count: u64, address: SocketAddr },
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    match arguments.role {
        None => compare(&arguments),
        Some(role) => run(role),
    }
}

#[tokio::main]
async fn run(role: Role) -> Result<ExitCode> {
    match role {
        Role::Serve => {
            let server = Server::start(Large, ConnectionLimits::default()).await;
            println!("{}", server.address);
            tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await??;
        }
        Role::Call { exchange, count, address } => {
            let client = client_of(address).timeout(Duration::from_secs(3600));
            let arrived = exchange.run(&client, count).await?;
            if arrived != count {
                bail!("{arrived} have arrived of {count}");
            }
        }
    }
    println!("{}", peak()?);
    Ok(ExitCode::SUCCESS)
}

/// Makes all exchanges, and compares what they take.
fn compare(arguments: &Arguments) -> Result<ExitCode> {
    let mut is_constant = true;
    println!("exchange               count      seconds   client MiB   server MiB");
    for exchange in Exchange::value_variants() {
        let counts = if exchange.is_of_bytes() {
            [arguments.bytes / 100, arguments.bytes].map(|bytes| bytes.next_multiple_of(CHUNK))
        } else {
            [arguments.items / 100, arguments.items]
        };
        let [small, large] = counts.map(|count| measure(*exchange, count));
        let (small, large) = (small?, large?);
        for (small, large) in small.into_iter().zip(large) {
            is_constant &= large <= small + TOLERANCE;
        }
    }
    if is_constant {
        return Ok(ExitCode::SUCCESS);
    }
    println!("the size of what is sent shows in the memory");
    Ok(ExitCode::FAILURE)
}

/// The peaks of a client and a server that make one exchange, in bytes.
fn measure(exchange: Exchange, count: u64) -> Result<[u64; 2]> {
    let program = env::current_exe()?;
    let mut server = Command::new(&program).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut told = BufReader::new(server.stdout.take().context("the server has no output")?);
    let mut address = String::new();
    told.read_line(&mut address)?;
    let name = exchange.to_possible_value().context("an exchange has a name")?;
    let start = Instant::now();
    let call = Command::new(&program).args(["call", name.get_name(), &count.to_string(), address.trim()]).output();
    let time = start.elapsed();
    drop(server.stdin.take());
    let mut of_server = String::new();
    told.read_line(&mut of_server)?;
    server.wait()?;
    let call = call?;
    if !call.status.success() {
        bail!("{}: {}", name.get_name(), String::from_utf8_lossy(&call.stderr));
    }
    let peaks = [std::str::from_utf8(&call.stdout)?.trim().parse()?, of_server.trim().parse()?];
    let [of_client, of_server] = peaks.map(|bytes: u64| bytes as f64 / f64::from(1 << 20));
    let time = time.as_secs_f64();
    println!("{:<15} {count:>12} {time:>12.2} {of_client:>12.1} {of_server:>12.1}", name.get_name());
    io::stdout().flush()?;
    Ok(peaks)
}

/// How many bytes of memory this process has had at most (`VmHWM` of proc(5)).
fn peak() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("the system does not say what a process holds")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes << 10)
}
