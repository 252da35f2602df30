//! What the two sides of an exchange leave behind, recorded by a subscriber of its own.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http::{HeaderValue, Method, Request, Response as HttpResponse, StatusCode};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::body::{Body, BoxError};
use crate::support::client::{BoxFuture, Call, Client, Credential, Error, Transport};
use crate::support::operation::{Operation, Parameter, Requirement, Scheme, SchemeKind};
use crate::support::server::{
    Answer, AuthError, Failure, Guard, Incoming, Limits, NoCredentials, Open, Parts, Rejection, Response, Routes,
};
use crate::support::stream::{Event as Sent, Stream, writing::write_text_events};
use crate::support::violation::Location;

// ---- the subscriber ----

type Fields = BTreeMap<&'static str, String>;

#[derive(Debug, Clone, Default)]
struct Span {
    name: &'static str,
    fields: Fields,
    references: usize,
    has_ended: bool,
}

#[derive(Debug, Clone, Default)]
struct Log {
    spans: Vec<Span>,
    /// Target, span and fields.
    events: Vec<(String, String, Fields)>,
}

#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Log>>);

impl Recorder {
    fn change<T>(&self, change: impl FnOnce(&mut Log) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn of(&self, id: &Id, change: impl FnOnce(&mut Span)) {
        let at = usize::try_from(id.into_u64() - 1).expect("few spans");
        self.change(|log| log.spans.get_mut(at).map(change));
    }

    /// The last span of this name.
    fn span(&self, name: &str) -> Span {
        let log = self.change(|log| log.clone());
        log.spans.into_iter().rfind(|span| span.name == name).expect("a span")
    }

    /// A field of the last span of this name.
    pub(crate) fn field(&self, span: &str, field: &str) -> Option<String> {
        self.span(span).fields.get(field).cloned()
    }

    fn events(&self) -> Vec<(String, String, Fields)> {
        self.change(|log| log.events.clone())
    }
}

struct Visitor<'f>(&'f mut Fields);

impl Visit for Visitor<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut new = Span { name: span.metadata().name(), references: 1, ..Span::default() };
        span.record(&mut Visitor(&mut new.fields));
        self.change(|log| {
            log.spans.push(new);
            Id::from_u64(log.spans.len() as u64)
        })
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        self.of(id, |span| values.record(&mut Visitor(&mut span.fields)));
    }

    fn record_follows_from(&self, _id: &Id, _other: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Visitor(&mut fields));
        let at = event.parent().map(|id| id.into_u64() as usize - 1);
        self.change(|log| {
            let span = at.and_then(|at| log.spans.get(at)).map(|span| span.name.to_owned()).unwrap_or_default();
            log.events.push((event.metadata().target().to_owned(), span, fields));
        });
    }

    fn enter(&self, _id: &Id) {}

    fn exit(&self, _id: &Id) {}

    fn clone_span(&self, id: &Id) -> Id {
        self.of(id, |span| span.references += 1);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut has_ended = false;
        self.of(&id, |span| {
            span.references -= 1;
            span.has_ended = span.references == 0;
            has_ended = span.has_ended;
        });
        has_ended
    }
}

// ---- the two sides ----

static KEY: Scheme =
    Scheme { index: 0, name: "key", kind: SchemeKind::ApiKey(Location::Query, "key"), token_url: None };

static ITEM: Operation = Operation::new("changeItem", Method::POST, "/items/{id}")
    .parameters(&[Parameter::path("id"), Parameter::query("filter")])
    .security(&[&[Requirement { scheme: &KEY, scopes: &[] }]])
    .consumes(&["text/plain"])
    .produces(&["text/plain"]);

struct Service;

impl Guard for Service {
    type Caller = ();
    type Credentials = NoCredentials;

    async fn authenticate(&self, _: &Parts, _: NoCredentials, _: &[&str]) -> Result<(), Failure<AuthError>> {
        Ok(())
    }

    fn reject(&self, rejection: Rejection) -> Response {
        rejection.into_response()
    }

    fn limits(&self, _: &'static Operation) -> Limits {
        Limits::default()
    }
}

fn change_item<'a>(_: &'a Service, (): (), request: &mut Incoming) -> Option<Answer<'a>> {
    let id: Option<String> = request.required(Location::Path, "id");
    let id = id?;
    Some(Box::pin(async move {
        match id.as_str() {
            "gone" => Ok(answered(StatusCode::NOT_FOUND, Body::empty())),
            "broken" => Err(Failure::internal("a secret reason")),
            "slow" => std::future::pending().await,
            "stream" => {
                let events = ["one", "two"].map(|data| Sent::new(data.to_owned()));
                Ok(answered(StatusCode::OK, write_text_events(Stream::of_items(events))))
            }
            _ => Ok(answered(StatusCode::OK, Body::from("fine"))),
        }
    }))
}

fn answered(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(axum::body::Body::new(body));
    *response.status_mut() = status;
    response
}

fn client() -> Client {
    let router = Routes::new(Service).route(Open, "/items/{id}", &ITEM, change_item).finish();
    Client::with_transport(router).with_credentials(vec![Credential::from("hidden key")])
}

fn call(client: &Client, id: &str) -> Call<(), Infallible> {
    let request = client.request(&ITEM).path("id", id).query("filter", "hidden filter");
    request.text("hidden body", "text/plain", &[]).call(|_| Ok(()))
}

fn fields<'f>(fields: &[(&'static str, &'f str)]) -> BTreeMap<&'static str, &'f str> {
    fields.iter().copied().collect()
}

fn shown(span: &Fields) -> BTreeMap<&'static str, &str> {
    span.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Records what `run` does.
pub(crate) async fn recorded<T>(run: impl Future<Output = T>) -> (Recorder, T) {
    let recorder = Recorder::default();
    let guard = tracing::subscriber::set_default(recorder.clone());
    let outcome = run.await;
    drop(guard);
    (recorder, outcome)
}

// ---- the tests ----

#[tokio::test]
async fn a_call_has_a_span_and_metrics_on_both_sides() {
    let (recorder, status) = recorded(async {
        let response = call(&client(), "hidden id").raw().await.expect("an answer");
        let status = response.status();
        assert_eq!(response.into_body().bytes().await.expect("a body"), "fine");
        status
    })
    .await;
    assert_eq!(status, 200);

    let common = [
        ("otel.name", "POST /items/{id}"),
        ("http.request.method", "POST"),
        ("openapi.operation_id", "changeItem"),
        ("http.request.body.size", "11"),
        ("http.response.status_code", "200"),
        ("http.response.body.size", "4"),
    ];
    let of_client = [("otel.kind", "client"), ("url.template", "/items/{id}")];
    let of_server = [("otel.kind", "server"), ("http.route", "/items/{id}")];
    for (name, own) in [("http.client.request", of_client), ("http.server.request", of_server)] {
        let span = recorder.span(name);
        assert!(span.has_ended, "{name}");
        assert_eq!(shown(&span.fields), fields(&[&common[..], &own].concat()), "{name}");
    }

    let mut events = recorder.events();
    let attributes =
        [("http.request.method", "POST"), ("openapi.operation_id", "changeItem"), ("http.response.status_code", "200")];
    for (side, template) in [("client", "url.template"), ("server", "http.route")] {
        let at = events.iter().position(|(_, span, _)| *span == format!("http.{side}.request")).expect("an event");
        let (target, _, mut event) = events.remove(at);
        assert_eq!(target, "openapi_rust_support::metrics");
        let duration = event.remove(format!("histogram.http.{side}.request.duration").as_str()).expect("a duration");
        assert!(duration.parse::<f64>().is_ok_and(|seconds| seconds >= 0.0), "{duration}");
        let sizes =
            [format!("histogram.http.{side}.request.body.size"), format!("histogram.http.{side}.response.body.size")];
        assert_eq!(sizes.map(|name| event.remove(name.as_str())), [Some("11".to_owned()), Some("4".to_owned())]);
        assert_eq!(shown(&event), fields(&[&attributes[..], &[(template, "/items/{id}")]].concat()));
    }
    assert_eq!(events, []);
}

#[tokio::test]
async fn nothing_says_what_callers_have_written() {
    for id in ["hidden id", "gone", "broken"] {
        let (recorder, _) = recorded(async { call(&client(), id).raw().await.map(drop) }).await;
        let said = format!("{:?}", recorder.change(|log| log.clone()));
        assert!(!said.contains("hidden"), "{said}");
    }
}

#[tokio::test]
async fn failures_are_errors_to_whose_they_are() {
    let rows = [("gone", Some("404"), None), ("broken", Some("500"), Some("500"))];
    for (id, to_client, to_server) in rows {
        let (recorder, _) = recorded(async { call(&client(), id).raw().await.map(drop) }).await;
        for (name, error) in [("http.client.request", to_client), ("http.server.request", to_server)] {
            let span = recorder.span(name);
            assert!(span.has_ended, "{id} {name}");
            let status = error.map(|_| "ERROR");
            assert_eq!(span.fields.get("error.type").map(String::as_str), error, "{id} {name}");
            assert_eq!(span.fields.get("otel.status_code").map(String::as_str), status, "{id} {name}");
        }
    }
}

#[tokio::test]
async fn the_span_of_a_dropped_call_ends() {
    let (recorder, ()) = recorded(async {
        let client = client();
        let mut call = pin!(call(&client, "slow").raw());
        poll_fn(|cx| {
            assert!(call.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
    })
    .await;
    for name in ["http.client.request", "http.server.request"] {
        let span = recorder.span(name);
        assert!(span.has_ended, "{name}");
        assert_eq!(span.fields.get("error.type").map(String::as_str), Some("cancelled"), "{name}");
        assert_eq!(span.fields.get("http.response.status_code"), None, "{name}");
    }
    assert_eq!(recorder.events().len(), 2);
}

#[tokio::test]
async fn the_span_of_a_stream_ends_with_its_body() {
    let (recorder, ()) = recorded(async {
        let recorder = || tracing::dispatcher::get_default(|it| it.downcast_ref::<Recorder>().cloned()).expect("one");
        let has_ended = || ["http.client.request", "http.server.request"].map(|name| recorder().span(name).has_ended);
        let response = call(&client(), "stream").raw().await.expect("an answer");
        let mut body = response.into_body();
        assert_eq!(body.chunk().await.expect("a chunk").expect("bytes"), "data: one\n\n");
        assert_eq!(has_ended(), [false, false]);
        assert_eq!(body.chunk().await.expect("a chunk").expect("bytes"), "data: two\n\n");
        assert!(body.chunk().await.is_none());
        assert_eq!(has_ended(), [true, true]);
    })
    .await;
    assert_eq!(
        recorder.span("http.client.request").fields.get("http.response.body.size").map(String::as_str),
        Some("22")
    );
}

struct Broken;

impl Transport for Broken {
    fn send(&self, _request: Request<Body>) -> BoxFuture<'_, Result<HttpResponse<Body>, BoxError>> {
        Box::pin(async { Err("refused".into()) })
    }
}

#[tokio::test]
async fn a_request_that_does_not_get_through_is_an_error() {
    let (recorder, outcome) = recorded(async {
        let client = Client::with_base_url("https://user-service.example:8443/v1").expect("a client");
        call(&client.map_transport(|_| Broken), "hidden id").await
    })
    .await;
    assert!(matches!(outcome, Err(Error::Transport(_))));
    let span = recorder.span("http.client.request");
    let expected = fields(&[
        ("otel.name", "POST /items/{id}"),
        ("otel.kind", "client"),
        ("otel.status_code", "ERROR"),
        ("http.request.method", "POST"),
        ("url.template", "/items/{id}"),
        ("openapi.operation_id", "changeItem"),
        ("server.address", "user-service.example"),
        ("server.port", "8443"),
        ("http.request.body.size", "11"),
        ("error.type", "transport"),
    ]);
    assert_eq!(shown(&span.fields), expected);
}

/// Answers 503 twice, and then 204.
struct Unavailable(AtomicU32);

impl Transport for Unavailable {
    fn send(&self, _request: Request<Body>) -> BoxFuture<'_, Result<HttpResponse<Body>, BoxError>> {
        let is_up = self.0.fetch_add(1, Ordering::Relaxed) == 2;
        let mut response = HttpResponse::new(Body::empty());
        *response.status_mut() = if is_up { StatusCode::NO_CONTENT } else { StatusCode::SERVICE_UNAVAILABLE };
        response.headers_mut().insert("retry-after", HeaderValue::from_static("0"));
        Box::pin(async { Ok(response) })
    }
}

#[tokio::test]
async fn each_try_of_a_call_has_a_span_that_says_how_many_there_were_before() {
    let (recorder, _) = recorded(async {
        let client = Client::with_base_url("https://user-service.example:8443/v1").expect("a client");
        let client = client.backoff(Duration::ZERO, Duration::ZERO).map_transport(|_| Unavailable(AtomicU32::new(0)));
        call(&client, "hidden id").await
    })
    .await;
    let spans = recorder.change(|log| log.clone()).spans;
    let tries = spans.iter().filter(|span| span.name == "http.client.request");
    let field = |span: &Span, name: &str| span.fields.get(name).cloned().unwrap_or_default();
    let found: Vec<_> = tries
        .map(|span| {
            (field(span, "http.request.resend_count"), field(span, "http.response.status_code"), span.has_ended)
        })
        .collect();
    let expected = [("", "503"), ("1", "503"), ("2", "204")];
    assert_eq!(found, expected.map(|(resends, status)| (resends.to_owned(), status.to_owned(), true)));
}
