//! From a listener to answered requests, and to an orderly end, with the limits that are about connections rather than
//! requests: `axum::serve` has none of them.

use std::any::Any;
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep, timeout};

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
    let unread = Unread::default();
    let io =
        TokioIo::new(Patient { io, patience: limits.write_time, timer: None, unread: unread.clone(), linger: None });
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer.clone()));
        app.call(request.map(|body| unread.watch(body)))
    });
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
    unread: Unread,
    linger: Option<Linger>,
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

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<Io> {
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
        if self.linger.is_none() {
            let closed = Pin::new(&mut self.io).poll_shutdown(cx);
            ready!(self.patiently(cx, closed))?;
        }
        if self.unread.is_some() {
            let this = &mut *self;
            ready!(this.linger.get_or_insert_with(Linger::new).poll(&mut this.io, cx));
        }
        Poll::Ready(Ok(()))
    }
}

/// Takes what a caller still sends that has its answer already, without looking at it. A connection that is closed with
/// something unread is reset, and the answer may be lost with it (RFC 9112, section 9.6).
struct Linger {
    end: Instant,
    silence: Pin<Box<Sleep>>,
}

impl Linger {
    /// How long it is taken, and how long nothing may come.
    const TIME: Duration = Duration::from_secs(30);
    const SILENCE: Duration = Duration::from_secs(5);

    fn new() -> Self {
        Self { end: Instant::now() + Self::TIME, silence: Box::pin(sleep(Self::SILENCE)) }
    }

    /// Ready when the caller has closed the connection as well, or has had its time.
    fn poll(&mut self, io: &mut (impl AsyncRead + Unpin), cx: &mut Context<'_>) -> Poll<()> {
        let mut buffer = [const { MaybeUninit::uninit() }; 8 * 1024];
        loop {
            let mut buffer = ReadBuf::uninit(&mut buffer);
            match Pin::new(&mut *io).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    let now = Instant::now();
                    if now >= self.end {
                        return Poll::Ready(());
                    }
                    self.silence.as_mut().reset((now + Self::SILENCE).min(self.end));
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.silence.as_mut().poll(cx),
            }
        }
    }
}

/// Whether something is left of the body of a connection's last request.
#[derive(Clone, Default)]
struct Unread(Arc<AtomicBool>);

impl Unread {
    fn is_some(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn watch(&self, body: Incoming) -> Watched {
        self.0.store(!body.is_end_stream(), Ordering::Relaxed);
        Watched { body, unread: self.clone() }
    }
}

struct Watched {
    body: Incoming,
    unread: Unread,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let next = Pin::new(&mut self.body).poll_frame(cx);
        let is_over = matches!(next, Poll::Ready(None | Some(Err(_)))) || self.body.is_end_stream();
        self.unread.0.store(!is_over, Ordering::Relaxed);
        next
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
