//! Servers that fail, over sockets: each call ends as the client documents it, after as many tries.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use avido_api::client::{ApiKeys, Attempt, Client, Error, Operation};
use avido_api::types::CreateApiKeyRequest;
use http::HeaderValue;
use tests::service;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower::ServiceExt as _;

/// What becomes of a connection, once a request has come by it.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// These bytes are the answer, and the connection is closed.
    Answer(&'static str),
    /// These bytes come, and nothing more: the connection stays open until the client closes it.
    Stall(&'static str),
    /// These bytes come, and the connection is reset.
    Reset(&'static str),
}

const LISTED: Act =
    Act::Answer("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"data\":[]}");
const BROKEN_OFF: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"da";
const CREATED: Act = Act::Answer(
    "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 78\r\n\r\n\
     {\"data\":{\"id\":\"00000000-0000-0000-0000-000000000000\",\"key\":\"key\",\"name\":\"ab\"}}",
);
const UNAVAILABLE: Act = Act::Answer("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n");
const UNAVAILABLE_NOW: Act =
    Act::Answer("HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n");
const LONG_UNAVAILABLE: Act =
    Act::Answer("HTTP/1.1 503 Service Unavailable\r\nretry-after: 61\r\ncontent-length: 0\r\n\r\n");
const LIMITED_NOW: Act = Act::Answer(
    "HTTP/1.1 429 Too Many Requests\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
     retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 0\r\n\r\n",
);

/// A server that acts by a list, connection by connection, and by its last entry from then on.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
    /// Connections that clients have closed.
    closed: UnboundedReceiver<()>,
}

impl Server {
    async fn start(script: &'static [Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (sender, closed) = unbounded_channel();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let acts = script.iter().copied().chain(std::iter::repeat(*script.last().unwrap()));
            for act in acts {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(connection(stream, act, Arc::clone(&seen), sender.clone()));
            }
        });
        Self { url, requests, closed }
    }

    fn client(&self) -> Client {
        client_of(&self.url)
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

/// A client that does not wait long.
fn client_of(url: &str) -> Client {
    let http = Client::reqwest_builder().no_proxy().build().unwrap();
    let client = Client::with_reqwest(http, url).unwrap().credentials(service::credentials());
    client.backoff(Duration::from_millis(1), Duration::from_millis(2))
}

async fn connection(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<String>>>, closed: UnboundedSender<()>) {
    let Some(request) = read_request(&mut stream).await else { return };
    seen.lock().unwrap().push(request);
    match act {
        Act::Answer(bytes) => {
            let _ = stream.write_all(bytes.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Act::Stall(bytes) => {
            stream.write_all(bytes.as_bytes()).await.unwrap();
            // Nothing more is sent: this ends when the client closes the connection.
            let _ = stream.read(&mut [0; 16]).await;
            let _ = closed.send(());
        }
        Act::Reset(bytes) => {
            stream.write_all(bytes.as_bytes()).await.unwrap();
            stream.set_zero_linger().unwrap();
        }
    }
}

/// Head and body, as text.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Some(text);
        }
    }
}

/// What a call ends with.
#[derive(Debug, PartialEq)]
enum End {
    Success,
    Status(u16),
    Transport,
    Timeout,
    Decode,
}

fn end<T, E: avido_api::client::ApiError>(result: Result<T, Error<E>>) -> End {
    match result {
        Ok(_) => End::Success,
        Err(Error::Transport(_)) => End::Transport,
        Err(Error::Timeout(_)) => End::Timeout,
        Err(Error::Decode(..)) => End::Decode,
        Err(error) => End::Status(error.status().unwrap().as_u16()),
    }
}

#[derive(Debug, Clone, Copy)]
enum Method {
    Get,
    Post,
    /// With an idempotency key.
    PostWithKey,
}

async fn call(client: &Client, method: Method) -> End {
    let body = CreateApiKeyRequest::new("ab");
    match method {
        Method::Get => end(client.get_application_api_keys().await),
        Method::Post => end(client.create_application_api_key(&body).await),
        Method::PostWithKey => {
            let call = client.create_application_api_key(&body).idempotency_key(HeaderValue::from_static("key"));
            end(call.await)
        }
    }
}

#[tokio::test]
async fn each_fault_ends_as_documented() {
    use Method::{Get, Post, PostWithKey};
    let rows: &[(Method, &'static [Act], End, usize)] = &[
        // No answer.
        (Get, &[Act::Reset(""), LISTED], End::Success, 2),
        (Get, &[Act::Reset("")], End::Transport, 3),
        (Post, &[Act::Reset(""), CREATED], End::Transport, 1),
        (PostWithKey, &[Act::Reset(""), Act::Reset(""), CREATED], End::Success, 3),
        // An answer that breaks off.
        (Get, &[Act::Reset(BROKEN_OFF), LISTED], End::Success, 2),
        (Get, &[Act::Answer(BROKEN_OFF)], End::Transport, 3),
        (Post, &[Act::Reset(BROKEN_OFF), CREATED], End::Transport, 1),
        // What is no HTTP.
        (Get, &[Act::Answer("SSH-2.0-OpenSSH_9.2\r\n")], End::Transport, 3),
        // An answer that is complete, and no JSON.
        (Get, &[Act::Answer("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n{\"da"), LISTED], End::Decode, 1),
        // Unavailable, for now or longer.
        (Get, &[UNAVAILABLE, LISTED], End::Success, 2),
        (Get, &[UNAVAILABLE], End::Status(503), 3),
        (Post, &[UNAVAILABLE, CREATED], End::Status(503), 1),
        (Post, &[UNAVAILABLE_NOW, LIMITED_NOW, CREATED], End::Success, 3),
        (PostWithKey, &[UNAVAILABLE, CREATED], End::Success, 2),
        (
            Get,
            &[Act::Answer("HTTP/1.1 503 \r\nretry-after: 61\r\ncontent-length: 0\r\n\r\n"), LISTED],
            End::Status(503),
            1,
        ),
        (
            Get,
            &[Act::Answer("HTTP/1.1 503 \r\nretry-after: 31\r\ncontent-length: 0\r\n\r\n"), LISTED],
            End::Status(503),
            1,
        ),
        // Other answers.
        (Get, &[Act::Answer("HTTP/1.1 408 \r\ncontent-length: 0\r\n\r\n"), LISTED], End::Success, 2),
        (Get, &[Act::Answer("HTTP/1.1 502 \r\ncontent-length: 0\r\n\r\n"), LISTED], End::Success, 2),
        (Get, &[Act::Answer("HTTP/1.1 504 \r\ncontent-length: 0\r\n\r\n"), LISTED], End::Success, 2),
        (
            Post,
            &[Act::Answer("HTTP/1.1 502 \r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"), CREATED],
            End::Status(502),
            1,
        ),
        (
            Get,
            &[Act::Answer("HTTP/1.1 501 \r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"), LISTED],
            End::Status(501),
            1,
        ),
        (
            Get,
            &[Act::Answer("HTTP/1.1 307 \r\nlocation: /v0/api-keys\r\ncontent-length: 0\r\n\r\n")],
            End::Transport,
            10,
        ),
    ];
    for (method, script, expected, requests) in rows {
        let server = Server::start(script).await;
        let found = call(&server.client(), *method).await;
        assert_eq!((&found, server.requests()), (expected, *requests), "{method:?} {script:?}");
        let requests = server.requests.lock().unwrap();
        assert!(requests.windows(2).all(|two| two[0] == two[1]), "a try differs from another: {requests:?}");
    }
}

#[tokio::test]
async fn a_silent_server_is_left_in_time() {
    let short = Duration::from_millis(20);
    for script in [&[Act::Stall(""), LISTED], &[Act::Stall(BROKEN_OFF), LISTED]] {
        // The whole call is over with its first try.
        let mut server = Server::start(script).await;
        let error = server.client().get_application_api_keys().timeout(short).await.unwrap_err();
        assert!(matches!(error, Error::Timeout(time) if time == short), "{error:?}");
        assert_eq!(server.requests(), 1);
        server.closed.recv().await.unwrap();

        // A try alone is.
        let mut server = Server::start(script).await;
        server.client().get_application_api_keys().try_timeout(short).await.unwrap();
        assert_eq!(server.requests(), 2);
        server.closed.recv().await.unwrap();
    }
    let server = Server::start(&[Act::Stall("")]).await;
    let client = server.client().try_timeout(short);
    let error = client.get_application_api_keys().await.unwrap_err();
    assert!(matches!(error, Error::Timeout(time) if time == short), "{error:?}");
    assert_eq!(server.requests(), 3);
    assert_eq!(call(&client, Method::Post).await, End::Timeout);
    assert_eq!(server.requests(), 4);
}

#[tokio::test]
async fn a_dropped_call_is_cancelled() {
    let mut server = Server::start(&[Act::Stall("")]).await;
    let client = server.client();
    let call = tokio::spawn(client.get_application_api_keys().into_future());
    while server.requests() == 0 {
        tokio::task::yield_now().await;
    }
    call.abort();
    server.closed.recv().await.unwrap();
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn nothing_was_sent_where_nobody_listens() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&attempts);
    let client = client_of(&format!("http://{address}")).map_transport(move |transport| {
        transport.map_request(move |request: http::Request<_>| {
            let (attempt, operation) = (request.extensions().get(), request.extensions().get());
            let (Attempt(number), operation): (&Attempt, &&'static Operation) = (attempt.unwrap(), operation.unwrap());
            seen.lock().unwrap().push((operation.id, *number));
            request
        })
    });
    let error = client.create_application_api_key(&CreateApiKeyRequest::new("ab")).await.unwrap_err();
    let id = "createApplicationApiKey";
    assert_eq!(*attempts.lock().unwrap(), [(id, 1), (id, 2), (id, 3)]);
    let Error::Transport(error) = error else { panic!("{error:?}") };
    assert_eq!(error.to_string(), "the last of 3 tries failed");
    assert!(std::error::Error::source(&*error).is_some());
}

/// Knows no host.
struct NoHosts;

impl reqwest::dns::Resolve for NoHosts {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err("there is no such host".into()) })
    }
}

#[tokio::test]
async fn nothing_was_sent_to_a_host_that_is_not_found() {
    let http = Client::reqwest_builder().no_proxy().dns_resolver(Arc::new(NoHosts)).build().unwrap();
    let client = Client::with_reqwest(http, "http://api.example").unwrap().backoff(Duration::ZERO, Duration::ZERO);
    let error = client.create_application_api_key(&CreateApiKeyRequest::new("ab")).await.unwrap_err();
    let Error::Transport(error) = error else { panic!("{error:?}") };
    assert_eq!(error.to_string(), "the last of 3 tries failed");
}

#[tokio::test]
async fn a_wish_of_more_than_a_minute_is_not_granted() {
    let server = Server::start(&[LONG_UNAVAILABLE, LISTED]).await;
    let error = server.client().timeout(Duration::from_secs(600)).get_application_api_keys().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.requests()), (503, 1));
}

#[tokio::test]
async fn the_number_of_tries_is_the_clients_or_the_calls() {
    let server = Server::start(&[UNAVAILABLE]).await;
    for (client, call, expected) in [(None, Some(0), 1), (Some(0), None, 1), (Some(0), Some(1), 2), (Some(4), None, 5)]
    {
        server.requests.lock().unwrap().clear();
        let client = client.map_or(server.client(), |retries| server.client().retries(retries));
        let listed = client.get_application_api_keys();
        let listed = match call {
            Some(retries) => listed.retries(retries),
            None => listed,
        };
        assert_eq!(end(listed.await), End::Status(503));
        assert_eq!(server.requests(), expected);
    }
}

#[tokio::test]
async fn a_raw_answer_is_tried_for_as_well() {
    let server = Server::start(&[UNAVAILABLE, LISTED]).await;
    let response = server.client().get_application_api_keys().raw().await.unwrap();
    assert_eq!((response.status().as_u16(), server.requests()), (200, 2));
    let server = Server::start(&[UNAVAILABLE]).await;
    let response = server.client().get_application_api_keys().raw().await.unwrap();
    assert_eq!((response.status().as_u16(), server.requests()), (503, 3));
}

#[tokio::test]
async fn retries_do_not_multiply_an_outage() {
    let count = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&count);
    let unavailable = tower::service_fn(move |_: http::Request<avido_api::client::Body>| {
        *seen.lock().unwrap() += 1;
        async { Ok::<_, std::convert::Infallible>(http::Response::builder().status(503).body(String::new()).unwrap()) }
    });
    let client = Client::with_transport(unavailable).backoff(Duration::ZERO, Duration::ZERO);
    for _ in 0..1000 {
        // Clones share what is left.
        assert_eq!(call(&client.clone().retries(2), Method::Get).await, End::Status(503));
    }
    let count = *count.lock().unwrap();
    assert!((1190..=1200).contains(&count), "{count} requests of 1000 calls");
}
