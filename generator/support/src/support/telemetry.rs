//! What an exchange of a request and its answer leaves behind: a span and, at its end, an event that carries metrics,
//! with the names of OpenTelemetry's semantic conventions for HTTP.
//!
//! A span has `otel.name`, `otel.kind` and `otel.status_code`, which tracing-opentelemetry makes its own of. The event
//! has `histogram.…` fields, which its `MetricsLayer` records, with the other fields for attributes. Neither has
//! anything that callers write but the size of bodies: no value of a parameter, no header, no query, no body.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tracing::Span;

use crate::support::operation::Operation;

/// Which side of an exchange this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one that sends the request.
    Client,
    /// The one that answers it.
    Server,
}

/// An exchange, until the answer's body has ended or nobody reads it any more.
#[derive(Debug)]
pub struct Exchange {
    span: Span,
    role: Role,
    operation: &'static Operation,
    host: Option<Host>,
    begun: Instant,
    request: Size,
    response: Option<u64>,
    status: Option<StatusCode>,
    error: Option<&'static str>,
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// `server.address`.
    pub address: String,
    /// `server.port`.
    pub port: Option<u16>,
}

/// The size of a request's body.
#[derive(Debug, Clone)]
pub enum Size {
    /// It is known from the beginning.
    Known(u64),
    /// It is what has passed by the end.
    Counted(Arc<AtomicU64>),
}

impl Exchange {
    /// Begins an exchange in `span`, which has the fields that `span!` gives it.
    pub fn new(span: Span, role: Role, operation: &'static Operation, host: Option<Host>, request: Size) -> Self {
        if let Some(host) = &host {
            span.record("server.address", &*host.address);
            span.record("server.port", host.port);
        }
        let (status, error, response) = (None, None, None);
        Self { span, role, operation, host, begun: Instant::now(), request, response, status, error }
    }

    /// The span.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Notes that there is no answer.
    pub fn fail(mut self, error: &'static str) {
        self.error = Some(error);
    }

    /// Goes on with the answer's body.
    pub fn answered<B: HttpBody<Data = Bytes>>(mut self, response: Response<B>) -> Response<Watched<B>> {
        let status = response.status();
        self.status = Some(status);
        self.response = Some(0);
        self.span.record("http.response.status_code", status.as_u16());
        response.map(|body| Watched { body, watch: Watch::Answer(Box::new(self)) })
    }

    /// Whether the answer says that something is wrong: to a server that is only what is its own fault.
    fn is_error(&self, status: StatusCode) -> bool {
        status.is_server_error() || self.role == Role::Client && status.is_client_error()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let status = self.status.map(|status| status.as_u16());
        let text = self.status.filter(|status| self.is_error(*status)).map(|status| status.as_str().to_owned());
        // Whoever waited for the answer is gone.
        let error = self.error.or((status.is_none()).then_some("cancelled"));
        let error = error.map(str::to_owned).or(text);
        if let Some(error) = &error {
            self.span.record("error.type", error);
            self.span.record("otel.status_code", "ERROR");
        }
        let request = match &self.request {
            Size::Known(size) => *size,
            Size::Counted(size) => size.load(Ordering::Relaxed),
        };
        self.span.record("http.request.body.size", request);
        self.span.record("http.response.body.size", self.response);
        let facts = Facts { request, status, error: error.as_deref(), duration: self.begun.elapsed(), exchange: self };
        match self.role {
            Role::Client => facts.of_client(),
            Role::Server => facts.of_server(),
        }
    }
}

/// What the event at the end of an exchange says.
struct Facts<'e> {
    exchange: &'e Exchange,
    request: u64,
    status: Option<u16>,
    error: Option<&'e str>,
    /// In seconds.
    duration: Option<f64>,
}

/// The fields are those of both sides but for the names of metrics and templates.
macro_rules! event {
    ($facts:ident, $duration:literal, $request:literal, $response:literal, $template:literal) => {{
        let Facts { exchange, request, status, error, duration } = $facts;
        tracing::event!(
            target: concat!(env!("CARGO_CRATE_NAME"), "::metrics"),
            parent: &exchange.span,
            tracing::Level::INFO,
            { $duration } = duration,
            { $request } = request,
            { $response } = exchange.response,
            "http.request.method" = exchange.operation.method.as_str(),
            { $template } = template(exchange.operation),
            "openapi.operation_id" = exchange.operation.id,
            "http.response.status_code" = status,
            "error.type" = error,
            "server.address" = exchange.host.as_ref().map(|host| &*host.address),
            "server.port" = exchange.host.as_ref().and_then(|host| host.port),
        );
    }};
}

impl Facts<'_> {
    fn of_client(self) {
        event!(
            self,
            "histogram.http.client.request.duration",
            "histogram.http.client.request.body.size",
            "histogram.http.client.response.body.size",
            "url.template"
        );
    }

    fn of_server(self) {
        event!(
            self,
            "histogram.http.server.request.duration",
            "histogram.http.server.request.body.size",
            "histogram.http.server.response.body.size",
            "http.route"
        );
    }
}

/// The path template, without a query or a fragment; a webhook has none.
pub fn template(operation: &Operation) -> Option<&'static str> {
    Some(operation.route()).filter(|route| !route.is_empty())
}

/// `GET /pets/{petId}`.
pub fn name(operation: &Operation) -> String {
    match template(operation) {
        Some(template) => format!("{} {template}", operation.method),
        None => operation.method.to_string(),
    }
}

/// A body that is watched until it ends.
#[derive(Debug)]
pub struct Watched<B> {
    body: B,
    watch: Watch,
}

#[derive(Debug)]
enum Watch {
    /// Of a request: its size counts.
    Request(Arc<AtomicU64>),
    /// Of an answer: the exchange ends with it.
    Answer(Box<Exchange>),
    /// The end has been seen.
    Over,
}

impl<B> Watched<B> {
    /// A request's body, and its size.
    pub fn counted(body: B) -> (Self, Size) {
        let size = Arc::new(AtomicU64::new(0));
        (Self { body, watch: Watch::Request(Arc::clone(&size)) }, Size::Counted(size))
    }
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let watched = &mut *self;
        let span = match &watched.watch {
            Watch::Answer(exchange) => Some(exchange.span.clone()),
            _ => None,
        };
        let poll = {
            let _entered = span.as_ref().map(Span::enter);
            Pin::new(&mut watched.body).poll_frame(cx)
        };
        let is_end = match &poll {
            Poll::Pending => false,
            Poll::Ready(Some(Ok(frame))) => {
                watched.watch.add(frame.data_ref().map_or(0, Bytes::len) as u64);
                // Nobody has to ask again to learn that this was all.
                watched.body.is_end_stream()
            }
            Poll::Ready(Some(Err(_))) => {
                if let Watch::Answer(exchange) = &mut watched.watch {
                    exchange.error = Some("body");
                }
                true
            }
            Poll::Ready(None) => true,
        };
        if is_end {
            watched.watch = Watch::Over;
        }
        poll
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Watch {
    fn add(&mut self, bytes: u64) {
        match self {
            Self::Request(size) => {
                size.fetch_add(bytes, Ordering::Relaxed);
            }
            Self::Answer(exchange) => *exchange.response.get_or_insert(0) += bytes,
            Self::Over => {}
        }
    }
}

/// When something began, where there is a clock.
#[derive(Debug, Clone, Copy)]
struct Instant(#[cfg(not(target_family = "wasm"))] std::time::Instant);

impl Instant {
    #[cfg(not(target_family = "wasm"))]
    fn now() -> Self {
        Self(std::time::Instant::now())
    }

    #[cfg(not(target_family = "wasm"))]
    fn elapsed(self) -> Option<f64> {
        Some(self.0.elapsed().as_secs_f64())
    }

    #[cfg(target_family = "wasm")]
    fn now() -> Self {
        Self()
    }

    #[cfg(target_family = "wasm")]
    fn elapsed(self) -> Option<f64> {
        None
    }
}

/// A span with the fields of both sides; those that are not known yet are empty. `$template` is what a side calls the
/// path template, `$more` what it has besides.
macro_rules! span {
    ($operation:expr, $name:literal, $kind:literal, $template:literal $(, $more:literal = $value:expr)*) => {
        tracing::info_span!(
            $name,
            "otel.name" = $crate::support::telemetry::name($operation),
            "otel.kind" = $kind,
            "otel.status_code" = tracing::field::Empty,
            "http.request.method" = $operation.method.as_str(),
            { $template } = $crate::support::telemetry::template($operation),
            "openapi.operation_id" = $operation.id,
            "server.address" = tracing::field::Empty,
            "server.port" = tracing::field::Empty,
            "http.request.body.size" = tracing::field::Empty,
            "http.response.status_code" = tracing::field::Empty,
            "http.response.body.size" = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
            $({ $more } = $value,)*
        )
    };
}
pub(crate) use span;
