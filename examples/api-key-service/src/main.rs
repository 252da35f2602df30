//! `api-key-service serve` and `api-key-service create-application`.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use api_key_service::{NewApplication, Service, Store, app, serve, stop_signal};
use clap::{Parser, Subcommand};
use tokio::net::TcpListener;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// Manages the API keys of applications.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server; the first start makes an application and prints its key
    Serve {
        /// Where to listen
        #[arg(long, env = "AVIDO_LISTEN", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        #[command(flatten)]
        database: Database,
    },
    /// Make another application and print its key
    CreateApplication {
        #[command(flatten)]
        database: Database,
    },
}

#[derive(Debug, clap::Args)]
struct Database {
    /// The SQLite file, made if there is none
    #[arg(long = "database", env = "AVIDO_DATABASE", default_value = "api-keys.db")]
    path: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    log_to_stderr()?;
    match arguments.command {
        Command::Serve { listen, database } => run_server(listen, &database.path).await,
        Command::CreateApplication { database } => create_application(&database.path).await,
    }
}

/// `RUST_LOG` says how much; by default a line for each request.
fn log_to_stderr() -> anyhow::Result<()> {
    let filter =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env().context("RUST_LOG")?;
    let is_terminal = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(is_terminal).init();
    Ok(())
}

async fn run_server(listen: SocketAddr, database: &Path) -> anyhow::Result<()> {
    let stop = stop_signal().context("cannot listen to signals")?;
    let store = open(database).await?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    if let Some(application) = store.create_first_application().await? {
        print_application(&application)?;
    }
    writeln!(io::stdout(), "Listening on http://{}", listener.local_addr()?)?;
    serve(listener, app(Service::new(store.clone())), stop).await;
    store.close().await;
    Ok(())
}

async fn create_application(database: &Path) -> anyhow::Result<()> {
    let store = open(database).await?;
    print_application(&store.create_application().await?)?;
    store.close().await;
    Ok(())
}

async fn open(database: &Path) -> anyhow::Result<Store> {
    Store::open(database).await.with_context(|| format!("the database {}", database.display()))
}

/// To standard output, for whoever started this to keep; never to the log.
fn print_application(application: &NewApplication) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "A new application. Its key is shown this once, so keep it:")?;
    writeln!(out, "export AVIDO_APPLICATION_ID={}", application.id)?;
    writeln!(out, "export AVIDO_API_KEY={}", application.key.plaintext.expose())
}
