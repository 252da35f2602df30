//! Sends a router what nobody would send: whatever comes, it answers, and not with 500.
//!
//! `FUZZ_CASES` says how many requests each router gets.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tower::ServiceExt as _;

/// How many requests a router gets without `FUZZ_CASES`.
const CASES: u32 = 64;

/// How long an answer may take before the router counts as stuck.
const LIMIT: Duration = Duration::from_secs(20);

/// One operation, as far as requests to it are made up.
pub struct Target {
    pub method: &'static str,
    /// The path template, with its query.
    pub path: &'static str,
    /// Names of query parameters, headers and cookies.
    pub query: &'static [&'static str],
    pub headers: &'static [&'static str],
    pub cookies: &'static [&'static str],
    /// Media types of the body.
    pub consumes: &'static [&'static str],
}

/// What means something to some part of a server.
const PIECES: &[&[u8]] = &[
    b"", b"0", b"1", b"-1", b"1.5", b"1e400", b"99999999999999999999999999999999999999999", b"true", b"null", b"\"", b"'", b"{", b"}", b"[", b"]",
    b"[]", b"{}", b"[0]", b"[a]", b"[a][b]", b",", b";", b":", b"=", b"&", b"%", b"%2", b"%2F", b"%00", b"%ff", b"%C3%BC", b"+", b" ", b".", b"..", b"/", b"\\", b"|",
    b"?", b"#", b"*/*", b"text/plain", b"application/json", b";q=0", b";q=x", b"; charset=latin1", b"; boundary=", b"; boundary=X", b"--X", b"--X--",
    b"\r\n", b"\r\n\r\n", b"Content-Disposition: form-data; name=\"", b"filename=\"", b"Content-Type: ", b"Basic dXNlcjpwYXNz", b"Basic ", b"Bearer x", b"data: ", b"\x1e",
    b"2024-02-30T25:00:00Z", b"2024-01-05T12:34:56Z", b"123e4567-e89b-12d3-a456-426614174000", b"AAAA", b"127.0.0.1", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0",
    b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80",
];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec(prop::sample::select(PIECES), 0..4).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 3 => "[a-z0-9]{1,3}".prop_map(String::into_bytes), 1 => vec(any::<u8>(), 0..16)]
}

/// A value as JSON, its names and texts from the description's own.
fn json(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let word = prop::sample::select(words).prop_map(|word| serde_json::Value::from(word).to_string());
    let number = prop::sample::select(&["0", "1", "-1", "1.5", "1e3", "1e400", "99999999999999999999"][..]).prop_map(str::to_owned);
    let other = prop::sample::select(&["null", "true", "false", "\"\"", "\"\\u0000\"", "\"\\ud800\""][..]).prop_map(str::to_owned);
    let key = prop::sample::select(words).prop_map(|word| serde_json::Value::from(word).to_string());
    prop_oneof![word, number, other].prop_recursive(4, 24, 6, move |inner| {
        let entry = (key.clone(), inner.clone()).prop_map(|(key, value)| format!("{key}:{value}"));
        prop_oneof![
            vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec(entry, 0..6).prop_map(|entries| format!("{{{}}}", entries.join(","))),
        ]
    })
}

/// Parts with the description's names, in the boundary `X`.
fn parts(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let part = (prop::sample::select(words), bytes(), option(bytes())).prop_map(|(name, content, file)| {
        let file = file.map(|name| [b"; filename=\"", name.as_slice(), b"\"\r\nContent-Type: image/png"].concat()).unwrap_or_default();
        let head = format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"");
        [head.as_bytes(), &file, b"\r\n\r\n", &content, b"\r\n"].concat()
    });
    vec(part, 0..6).prop_map(|parts| [parts.concat(), b"--X--\r\n".to_vec()].concat())
}

/// Pairs with the description's names.
fn form(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let pair = (prop::sample::select(words), bytes(), bytes()).prop_map(|(name, rest, value)| [name.as_bytes(), &rest, b"=", &value].concat());
    vec(pair, 0..6).prop_map(|pairs| pairs.join(&b'&'))
}

fn option<T: std::fmt::Debug + Clone>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(strategy)
}

fn body(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let json = json(words);
    let lines = vec(self::json(words), 0..4).prop_map(|lines| lines.join("\n\x1e").into_bytes());
    prop_oneof![4 => json.prop_map(String::into_bytes), 2 => bytes(), 2 => form(words), 2 => parts(words), 1 => lines]
}

/// A request in the making: what its parts are chosen from is known when it is sent.
#[derive(Debug, Clone)]
struct Plan {
    target: Index,
    method: Option<Index>,
    /// For path parameters, in turn.
    segments: Vec<Vec<u8>>,
    /// A whole path, instead of the target's.
    path: Option<Vec<u8>>,
    query: Vec<(Index, Vec<u8>, Vec<u8>)>,
    headers: Vec<(Index, Vec<u8>)>,
    cookies: Vec<(Index, Vec<u8>)>,
    content_type: Result<Index, Vec<u8>>,
    body: Vec<u8>,
    /// Whether the body comes in pieces, and whether it breaks off.
    is_stream: bool,
    breaks_off: bool,
}

fn plan(words: &'static [&'static str]) -> impl Strategy<Value = Plan> {
    let head = (any::<Index>(), rarely(any::<Index>()), vec(bytes(), 0..5), rarely(bytes()));
    let rest = (
        vec((any::<Index>(), prop_oneof![8 => Just(Vec::new()), 1 => bytes()], bytes()), 0..6),
        vec((any::<Index>(), bytes()), 0..6),
        vec((any::<Index>(), bytes()), 0..3),
        prop_oneof![6 => any::<Index>().prop_map(Ok), 1 => bytes().prop_map(Err)],
    );
    (head, rest, body(words), prop::bool::weighted(0.2), prop::bool::weighted(0.02)).prop_map(
        |((target, method, segments, path), (query, headers, cookies, content_type), body, is_stream, breaks_off)| Plan {
            target,
            method,
            segments,
            path,
            query,
            headers,
            cookies,
            content_type,
            body,
            is_stream,
            breaks_off,
        },
    )
}

fn rarely<T: std::fmt::Debug + Clone>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.05, strategy)
}

impl Plan {
    fn request(&self, targets: &[Target]) -> Option<Request<Body>> {
        let target = self.target.get(targets);
        let methods = [Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::PATCH, Method::HEAD, Method::OPTIONS, Method::TRACE];
        let method = match self.method {
            Some(method) => method.get(&methods).clone(),
            None => Method::from_bytes(target.method.as_bytes()).ok()?,
        };
        let mut request = Request::builder().method(method).uri(self.uri(target)).body(Body::empty()).ok()?;
        *request.body_mut() = self.body();
        let headers = request.headers_mut();
        for (index, value) in &self.headers {
            let names = [target.headers, &["accept", "authorization", "content-length", "x-other", "expect"]].concat();
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(*index.get(&names)), HeaderValue::try_from(in_header(value))) {
                headers.append(name, value);
            }
        }
        let names = [target.cookies, &["other"]].concat();
        let cookies = self.cookies.iter().map(|(index, value)| [index.get(&names).as_bytes(), b"=", value].concat());
        let cookies = cookies.collect::<Vec<_>>().join(&b"; "[..]);
        if !cookies.is_empty() && let Ok(value) = HeaderValue::try_from(in_header(&cookies)) {
            headers.append(header::COOKIE, value);
        }
        let content_type = match &self.content_type {
            Ok(index) if !target.consumes.is_empty() => {
                let media_type = index.get(target.consumes).replace('*', "x");
                let boundary = if media_type.starts_with("multipart/") { "; boundary=X" } else { "" };
                format!("{media_type}{boundary}").into_bytes()
            }
            Ok(_) => Vec::new(),
            Err(other) => in_header(other),
        };
        if !content_type.is_empty() && let Ok(value) = HeaderValue::try_from(content_type) {
            headers.append(header::CONTENT_TYPE, value);
        }
        Some(request)
    }

    fn uri(&self, target: &Target) -> String {
        let (template, fixed) = target.path.split_once('?').unwrap_or((target.path, ""));
        let template = template.split('#').next().unwrap_or_default();
        let mut segments = self.segments.iter().cycle();
        let mut path = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(&in_uri(before.as_bytes()));
            path.push_str(&segments.next().map_or_else(|| "1".to_owned(), |segment| in_uri(segment)));
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        path.push_str(&in_uri(rest.as_bytes()));
        if let Some(other) = &self.path {
            path = format!("/{}", in_uri(other));
        }
        let names = [target.query, &["other"]].concat();
        let pairs = self.query.iter().map(|(index, rest, value)| format!("{}{}={}", in_uri(index.get(&names).as_bytes()), in_uri(rest), in_uri(value)));
        let query: Vec<String> = std::iter::once(fixed.to_owned()).chain(pairs).filter(|pair| !pair.is_empty()).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    fn body(&self) -> Body {
        if !self.is_stream && !self.breaks_off {
            return Body::from(self.body.clone());
        }
        let mut frames: Vec<Result<Bytes, std::io::Error>> = self.body.chunks(7).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        if self.breaks_off {
            frames.push(Err(std::io::Error::other("broken off")));
        }
        Body::from_stream(Frames(frames.into_iter()))
    }
}

struct Frames(std::vec::IntoIter<Result<Bytes, std::io::Error>>);

impl futures_core::Stream for Frames {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

/// Bytes as far as a URI takes them, a percent sign among them; the others escaped.
fn in_uri(bytes: &[u8]) -> String {
    let escaped = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(*byte).to_string(),
        byte if b"-._~!$&'()*+,;=:@%/[]|".contains(byte) => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(escaped).collect()
}

/// Bytes as far as a header takes them.
fn in_header(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte == b'\t' || *byte >= b' ' && *byte != 0x7f).collect()
}

/// Sends requests, and fails with the smallest that is answered 500, or not at all.
pub fn survives(router: &Router, targets: &[Target], words: &'static [&'static str]) {
    if targets.is_empty() {
        return;
    }
    let words = if words.is_empty() { &["a"][..] } else { words };
    let cases = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config = ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 10_000, ..ProptestConfig::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = proptest::test_runner::TestRunner::new(config).run(&plan(words), |plan| {
        let Some(request) = plan.request(targets) else { return Ok(()) };
        let shown = format!("{} {} {:?}", request.method(), request.uri(), request.headers());
        let answer = async {
            let Ok(response) = router.clone().oneshot(request).await;
            let status = response.status();
            // What a handler streams may end with an error.
            drop(response.into_body().collect().await);
            status
        };
        match runtime.block_on(async { tokio::time::timeout(LIMIT, answer).await }) {
            Ok(StatusCode::INTERNAL_SERVER_ERROR) => Err(TestCaseError::fail(format!("{shown} is answered 500"))),
            Ok(_) => Ok(()),
            Err(_) => Err(TestCaseError::fail(format!("{shown} is not answered"))),
        }
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
