//! From a listener to answered requests, and to an orderly end, with the limits that are about connections rather than
//! requests: `axum::serve` has none of them.

use std::any::Any;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep, timeout};

/// What connections may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// How many there are at once; more wait to be accepted. 10,000 by default.
    pub count: usize,
    /// How long the head of a request may take to arrive, and a connection be idle before it; then it is closed.
    /// 30 seconds by default.
    pub head_time: Duration,
    /// How many bytes the head of a request may have; more is answered 431. 64 KiB by default.
    pub head: usize,
    /// How many headers it may have; more is answered 431. 100 by default.
    pub headers: usize,
    /// How long a caller may take none of an answer; then the connection is closed. 30 seconds by default.
    pub write_time: Duration,
    /// How long requests under way may take once the server is told to stop; then they are dropped. 25 seconds by
    /// default.
    pub grace: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            count: 10_000,
            head_time: Duration::from_secs(30),
            head: 64 * 1024,
            headers: 100,
            write_time: Duration::from_secs(30),
            grace: Duration::from_secs(25),
        }
    }
}

/// Serves `app` over HTTP/1.1 until `stop` is ready. Then takes no more connections, closes the idle ones, and lets the
/// requests under way end, for as long as [`ConnectionLimits::grace`]. Whether all of them have ended is what it gives.
///
/// A request's extensions have the caller's address, as axum's `ConnectInfo`. A panic in the body of an answer ends its
/// connection and no other.
pub async fn serve<L>(mut listener: L, app: Router, limits: ConnectionLimits, stop: impl Future<Output = ()>) -> bool
where
    L: Listener,
    L::Addr: Clone + Send + Sync + 'static,
{
    let (stopping, is_stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = stop.as_mut() => break,
            Some(_ended) = connections.join_next() => {}
            (io, peer) = listener.accept(), if connections.len() < limits.count.max(1) => {
                connections.spawn(connection(io, peer, app.clone(), limits, is_stopping.clone()));
            }
        }
    }
    drop((listener, stopping));
    let ended = async { while connections.join_next().await.is_some() {} };
    // What is still under way is dropped with the set.
    timeout(limits.grace, ended).await.is_ok()
}

async fn connection<Io, Peer>(
    mut io: Io,
    peer: Peer,
    app: Router,
    limits: ConnectionLimits,
    mut is_stopping: watch::Receiver<()>,
) where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    Peer: Clone + Send + Sync + 'static,
{
    if let Some(stream) = (&mut io as &mut dyn Any).downcast_mut::<TcpStream>() {
        // Items of a stream go out as they come. A connection that is gone by now fails when it is read.
        let _ = stream.set_nodelay(true);
    }
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer.clone()));
        app.call(request)
    });
    let io = TokioIo::new(Patient { io, patience: limits.write_time, timer: None });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_headers(limits.headers)
        .max_header_size(limits.head);
    let mut connection = pin!(builder.serve_connection(io, service).with_upgrades());
    // The caller is told what can be told; that it has hung up, or is too slow, is nobody else's business.
    tokio::select! {
        _ended = connection.as_mut() => return,
        _closed = is_stopping.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ended = connection.await;
}

/// A connection that fails where its other end takes nothing for too long.
struct Patient<Io> {
    io: Io,
    patience: Duration,
    /// Runs while something waits to be taken.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<Io> Patient<Io> {
    fn patiently<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.timer = None;
            return written;
        }
        let patience = self.patience;
        ready!(self.timer.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the caller takes nothing of its answer")))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Patient<Io> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Patient<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.patiently(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        self.patiently(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.patiently(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.io).poll_shutdown(cx);
        self.patiently(cx, closed)
    }
}
