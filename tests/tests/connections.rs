//! `server::serve` and its limits, over sockets. What is waited for comes far sooner than after `LONG`, which is there so
//! that a failure ends the test.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use avido_api::server::{Body, ConnectionLimits, serve};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use bytes::Bytes;
use http_body::Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

/// A server, and what stops it and then says whether everything has ended.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<bool>,
}

async fn start(app: Router, limits: ConnectionLimits) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let app = app.route("/peer", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()));
    let ended = tokio::spawn(serve(listener, app, limits, async { drop(stopped.await) }));
    Server { address, stop, ended }
}

impl Server {
    /// Sends `text`, and gives what comes until the connection is closed; `None` if it is cut.
    async fn send(&self, text: &str) -> Option<String> {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(text.as_bytes()).await.unwrap();
        rest(&mut socket).await
    }

    async fn is_well(&self) {
        let answer = self.send("GET /peer HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        assert!(answer.ends_with("127.0.0.1"), "{answer}");
    }
}

async fn rest(socket: &mut TcpStream) -> Option<String> {
    let mut answer = String::new();
    let read = tokio::time::timeout(LONG, socket.read_to_string(&mut answer)).await;
    read.expect("the connection must end").ok().map(|_| answer)
}

/// Chunks as they come; says when it is dropped.
struct Chunks(mpsc::Receiver<Bytes>, #[allow(dead_code, reason = "dropped with the rest")] Option<oneshot::Sender<()>>);

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// An app that answers one request to `/` with what is sent, and says when it drops the answer.
fn streaming() -> (Router, mpsc::Sender<Bytes>, oneshot::Receiver<()>) {
    let (chunks, receiver) = mpsc::channel(1);
    let (dropped, is_dropped) = oneshot::channel();
    let body = Arc::new(Mutex::new(Some(Chunks(receiver, Some(dropped)))));
    let app = Router::new().route("/", get(async move || Body::new(body.lock().unwrap().take().unwrap())));
    (app, chunks, is_dropped)
}

const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn slow_heads_and_idle_connections_are_closed() {
    let server = start(Router::new(), ConnectionLimits { head_time: SHORT, ..ConnectionLimits::default() }).await;
    assert_eq!(server.send("GET /pe").await.as_deref(), Some(""));
    assert_eq!(server.send("").await.as_deref(), Some(""));
    let answer = server.send("GET /peer HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(answer.ends_with("127.0.0.1"), "{answer}");
    server.is_well().await;
}

#[tokio::test]
async fn heads_have_limits() {
    let limits = ConnectionLimits { head: 1024, headers: 8, ..ConnectionLimits::default() };
    let server = start(Router::new(), limits).await;
    let long = format!("GET /peer HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(2048));
    let many = format!("GET /peer HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(9));
    for head in [long, many] {
        let answer = server.send(&head).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    let answer = server.send("\0\u{1}garbage\r\n\r\n").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    server.is_well().await;
}

/// The caller asks and then reads nothing: its connection is closed, and the answer's stream dropped.
#[tokio::test]
async fn a_caller_that_takes_nothing_is_given_up() {
    let (app, chunks, is_dropped) = streaming();
    let server = start(app, ConnectionLimits { write_time: SHORT, ..ConnectionLimits::default() }).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(GET.as_bytes()).await.unwrap();
    let chunk = Bytes::from(vec![b'x'; 1024 * 1024]);
    let endless = async { while chunks.send(chunk.clone()).await.is_ok() {} };
    tokio::time::timeout(LONG, endless).await.expect("the stream must end");
    assert!(is_dropped.await.is_err());
    server.is_well().await;
}

/// A slow caller slows the stream down: no more is made than buffers hold. A caller that hangs up ends it.
#[tokio::test]
async fn a_vanishing_caller_drops_the_stream() {
    let (app, chunks, is_dropped) = streaming();
    let server = start(app, ConnectionLimits::default()).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(GET.as_bytes()).await.unwrap();
    chunks.send(Bytes::from_static(b"first")).await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"first\r\n") {
        assert_ne!(tokio::time::timeout(LONG, socket.read_buf(&mut seen)).await.unwrap().unwrap(), 0);
    }
    drop(socket);
    tokio::time::timeout(LONG, is_dropped).await.expect("the stream must be dropped").unwrap_err();
    server.is_well().await;
}

struct Panicking;

impl http_body::Body for Panicking {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("in a body")
    }
}

#[tokio::test]
async fn a_panicking_body_ends_its_connection_alone() {
    let app = Router::new().route("/", get(async || Body::new(Panicking)));
    let server = start(app, ConnectionLimits::default()).await;
    let answer = server.send(GET).await.unwrap_or_default();
    assert!(!answer.ends_with("0\r\n\r\n"), "a complete answer: {answer}");
    server.is_well().await;
}

#[tokio::test]
async fn streams_that_can_end_do() {
    let (app, chunks, _) = streaming();
    let server = start(app, ConnectionLimits::default()).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(GET.as_bytes()).await.unwrap();
    chunks.send(Bytes::from_static(b"first")).await.unwrap();
    socket.readable().await.unwrap();
    server.stop.send(()).unwrap();
    chunks.send(Bytes::from_static(b"last")).await.unwrap();
    drop(chunks);
    let answer = rest(&mut socket).await.unwrap();
    assert!(answer.ends_with("5\r\nfirst\r\n4\r\nlast\r\n0\r\n\r\n"), "{answer}");
    assert!(tokio::time::timeout(LONG, server.ended).await.unwrap().unwrap());
}

#[tokio::test]
async fn streams_that_do_not_end_are_dropped() {
    let (app, chunks, is_dropped) = streaming();
    let server = start(app, ConnectionLimits { grace: SHORT, ..ConnectionLimits::default() }).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(GET.as_bytes()).await.unwrap();
    chunks.send(Bytes::from_static(b"first")).await.unwrap();
    socket.readable().await.unwrap();
    server.stop.send(()).unwrap();
    assert!(!tokio::time::timeout(LONG, server.ended).await.unwrap().unwrap());
    tokio::time::timeout(LONG, is_dropped).await.expect("the stream must be dropped").unwrap_err();
}

/// With room for one connection, the second is answered once the first is gone.
#[tokio::test]
async fn connections_are_counted() {
    let server = start(Router::new(), ConnectionLimits { count: 1, ..ConnectionLimits::default() }).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(b"GET /peer HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    first.readable().await.unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    second.write_all(b"GET /peer HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    // The server has had its turn to accept it, had it wanted to: this one is answered by the same task afterwards.
    first.write_all(b"GET /peer HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut seen = Vec::new();
    while seen.windows(9).filter(|it| it == b"127.0.0.1").count() < 2 {
        assert_ne!(tokio::time::timeout(LONG, first.read_buf(&mut seen)).await.unwrap().unwrap(), 0);
    }
    assert!(second.try_read(&mut [0; 1]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));
    drop(first);
    assert!(rest(&mut second).await.unwrap().ends_with("127.0.0.1"));
}
