//! The real binaries, as processes.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use avido_api::client::Client;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;

use crate::world::credentials;

/// A server that runs; killed when dropped.
pub(crate) struct Server {
    pub(crate) base_url: String,
    /// What it has printed so far.
    pub(crate) printed: Vec<String>,
    child: Child,
    rest: Lines<BufReader<ChildStdout>>,
    log: JoinHandle<String>,
}

/// What a server leaves behind.
pub(crate) struct Remains {
    pub(crate) status: ExitStatus,
    pub(crate) printed: Vec<String>,
    pub(crate) log: String,
}

impl Server {
    /// Starts a server and waits until it listens.
    pub(crate) async fn start(database: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_api-key-service"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(database)
            .env("RUST_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // The log is read all the time: a full pipe would stop the server.
        let mut stderr = child.stderr.take().unwrap();
        let log = tokio::spawn(async move {
            let mut log = String::new();
            stderr.read_to_string(&mut log).await.unwrap();
            log
        });
        let mut rest = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut printed = Vec::new();
        loop {
            let Some(line) = rest.next_line().await.unwrap() else { panic!("{}", log.await.unwrap()) };
            printed.push(line.clone());
            if let Some(base_url) = line.strip_prefix("Listening on ") {
                return Self { base_url: base_url.to_owned(), printed, child, rest, log };
            }
        }
    }

    /// Key and id of the application that was made at the first start.
    pub(crate) fn first_application(&self) -> Option<(String, String)> {
        Some((exported(&self.printed, "AVIDO_API_KEY")?, exported(&self.printed, "AVIDO_APPLICATION_ID")?))
    }

    pub(crate) fn client(&self, key: &str, application: &str) -> Client {
        Client::with_base_url(&self.base_url).unwrap().credentials(credentials(key, application))
    }

    /// SIGKILL: the server gets no chance to do anything.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks the server to stop.
    pub(crate) async fn stop(mut self, signal: &str) -> Remains {
        let id = self.child.id().unwrap().to_string();
        let told = Command::new("kill").args(["-s", signal, &id]).status().await.unwrap();
        assert!(told.success());
        let ended = async {
            while let Some(line) = self.rest.next_line().await.unwrap() {
                self.printed.push(line);
            }
            self.child.wait().await.unwrap()
        };
        // Far longer than it takes: a server that does not stop fails the test, rather than hang it.
        let status = tokio::time::timeout(Duration::from_secs(60), ended).await.expect("the server must end");
        Remains { status, printed: self.printed, log: self.log.await.unwrap() }
    }
}

/// The value in a line `export NAME=value`.
pub(crate) fn exported(lines: &[String], name: &str) -> Option<String> {
    let prefix = format!("export {name}=");
    lines.iter().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
}
