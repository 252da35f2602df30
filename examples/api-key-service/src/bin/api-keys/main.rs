//! `api-keys create|list|delete`: a small client of the API, on the generated client.

mod failure;
mod table;

use std::io::{self, Write as _};
use std::process::ExitCode;

use avido_api::client::{Client, Credentials, Secret, prelude::*};
use avido_api::types::CreateApiKeyRequest;
use clap::{Parser, Subcommand};
use uuid::Uuid;

use failure::Failure;

/// Creates, lists and deletes the API keys of an application.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where the API is
    #[arg(long, env = "AVIDO_BASE_URL", default_value = "http://127.0.0.1:3000")]
    base_url: String,
    /// An API key of the application; better given by the environment, as others can see arguments
    #[arg(long, env = "AVIDO_API_KEY", hide_env_values = true)]
    api_key: Secret,
    /// The application's id
    #[arg(long, env = "AVIDO_APPLICATION_ID", hide_env_values = true)]
    application_id: Secret,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a key; it is shown this once
    Create {
        /// A name that no other key of the application has
        name: String,
    },
    /// List the application's keys
    List,
    /// Delete a key
    Delete {
        /// The key's id, as `list` shows it
        id: Uuid,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let credentials =
        Credentials { api_key: arguments.api_key.into(), application_id: arguments.application_id.into() };
    let client = Client::with_base_url(&arguments.base_url)?.credentials(credentials);
    match arguments.command {
        Command::Create { name } => create(&client, name).await,
        Command::List => list(&client).await,
        Command::Delete { id } => delete(&client, id).await,
    }
}

async fn create(client: &Client, name: String) -> Result<(), Failure> {
    let created = client.create_application_api_key(&CreateApiKeyRequest { name }).await?.data;
    let mut out = io::stdout().lock();
    writeln!(out, "id    {}", created.id)?;
    writeln!(out, "name  {}", table::printable(&created.name))?;
    writeln!(out, "key   {}", table::printable(&created.key))?;
    out.flush()?;
    eprintln!("Store the key now: it is not shown again.");
    Ok(())
}

async fn list(client: &Client) -> Result<(), Failure> {
    let keys = client.get_application_api_keys().await?.data;
    writeln!(io::stdout(), "{}", table::keys(&keys))?;
    Ok(())
}

async fn delete(client: &Client, id: Uuid) -> Result<(), Failure> {
    client.delete_application_api_key(&id).await?;
    writeln!(io::stdout(), "There is no key {id} (any more).")?;
    Ok(())
}
