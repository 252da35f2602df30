//! What stands between client and server, and fails on purpose.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing more is carried, either way, and no connection is closed: the other end seems to be there, and is not.
    Freeze,
    /// Both ends are told that the connection is reset.
    Reset,
    /// Both ends are told that nothing more comes.
    Close,
    /// A little is carried now and then, this way.
    Slow,
}

/// A way through the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// A proxy, which ends with its connections when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    #[allow(dead_code, reason = "dropped with the rest")]
    connections: JoinSet<()>,
}

impl Proxy {
    /// Carries everything to `server` and back, until `after` bytes have gone one way on a connection; then `fault` happens.
    ///
    /// # Panics
    /// There is no port.
    pub async fn start(server: SocketAddr, leg: Leg, after: usize, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut connections = JoinSet::new();
        connections.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(server).await else { continue };
                connections.spawn(connection(client, server, (leg, after, fault)));
            }
        });
        Self { address, connections }
    }
}

async fn connection(mut client: TcpStream, mut server: TcpStream, (leg, after, fault): (Leg, usize, Fault)) {
    {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        let faulty = |this| (this == leg).then_some((after, fault));
        tokio::select! {
            end = carry(from_client, to_server, faulty(Leg::Up)) => end,
            end = carry(from_server, to_client, faulty(Leg::Down)) => end,
        }
    }
    match fault {
        Fault::Freeze => std::future::pending().await,
        Fault::Reset => {
            // They are reset when they are dropped.
            let _ = (client.set_zero_linger(), server.set_zero_linger());
        }
        Fault::Close | Fault::Slow => {
            let _ = (client.shutdown().await, server.shutdown().await);
        }
    }
}

/// Until one of the ends is gone, or it is time for the fault.
async fn carry(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, fault: Option<(usize, Fault)>) {
    let mut buffer = vec![0; 16 * 1024];
    let mut carried = 0;
    loop {
        let room = match fault {
            Some((after, _)) if carried < after => buffer.len().min(after - carried),
            Some((_, Fault::Slow)) => {
                tokio::time::sleep(Duration::from_millis(1)).await;
                1024
            }
            Some(_) => return,
            None => buffer.len(),
        };
        let Ok(length @ 1..) = from.read(&mut buffer[..room]).await else { return };
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
        carried += length;
    }
}
