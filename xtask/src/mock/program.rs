//! Answers from a description's examples, and refuses what the description forbids. Written by `cargo xtask mock`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use http_body_util::BodyExt as _;
use serde::Deserialize;

/// By operation, what it can answer.
type Answers = BTreeMap<String, Vec<Answer>>;

#[derive(Deserialize)]
struct Answer {
    status: Status,
    headers: Vec<(String, String)>,
    media_type: Option<String>,
    #[serde(default)]
    content: String,
    example: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Code(u16),
    Range(u16),
    Default,
}

/// What the caller wants, of what can be chosen (`Prefer: code=404, example=unknown`; RFC 7240).
#[derive(Default)]
struct Preference {
    code: Option<u16>,
    example: Option<String>,
    /// The ranges of `Accept`.
    accepted: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let answers: Answers = serde_json::from_str(include_str!("../answers.json"))?;
    let app = api::server::router(Service).layer(middleware::from_fn_with_state(Arc::new(answers), answer));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}

/// Lets the router check the request; where it would call a handler, an answer of the description goes out.
async fn answer(State(answers): State<Arc<Answers>>, request: Request, next: Next) -> Response {
    let line = format!("{} {}", request.method(), request.uri().path());
    let preference = Preference::of(request.headers());
    let (mut head, body) = next.run(request).await.into_parts();
    let operation = head.extensions.get::<&'static api::server::Operation>().copied();
    let answers = operation.and_then(|operation| answers.get(operation.id)).map_or(&[][..], Vec::as_slice);
    let mut refusal = None;
    let chosen = if head.status == StatusCode::NOT_IMPLEMENTED && operation.is_some() {
        head.headers.clear();
        preference.success(answers)
    } else {
        refusal = body.collect().await.ok().map(http_body_util::Collected::to_bytes);
        preference.of_status(answers, head.status.as_u16()).map(|answer| (answer, head.status))
    };
    let content = match chosen {
        Some((answer, status)) => answer.write(&mut head, status),
        None => refusal.clone().map_or_else(Body::empty, Body::from),
    };
    let id = operation.map_or("", |operation| operation.id);
    let reason = refusal.map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default();
    println!("{}", [&line, head.status.as_str(), id, &reason].map(|part| part.trim()).join(" ").trim_end());
    Response::from_parts(head, content)
}

impl Answer {
    /// The status of the answer, where the caller has not asked for one.
    fn code(&self) -> u16 {
        match self.status {
            Status::Code(code) => code,
            Status::Range(class) => class * 100,
            Status::Default => 200,
        }
    }

    /// How well it is an answer of this status; none if it is not.
    fn fit(&self, code: u16) -> Option<u8> {
        match self.status {
            Status::Code(own) => (own == code).then_some(2),
            Status::Range(class) => (class == code / 100).then_some(1),
            Status::Default => Some(0),
        }
    }

    /// Makes the head that of this answer, and gives its content.
    fn write(&self, head: &mut axum::http::response::Parts, status: StatusCode) -> Body {
        head.status = status;
        head.headers.remove(header::CONTENT_TYPE);
        head.headers.remove(header::CONTENT_LENGTH);
        let media_type = self.media_type.as_deref().map(concrete).map(|media_type| ("content-type", media_type));
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(media_type);
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                head.headers.append(name, value);
            }
        }
        Body::from(self.content.clone())
    }
}

/// A media type of the range.
fn concrete(range: &str) -> &str {
    match range.split_once('/') {
        Some(("*" | "application", "*")) => "application/octet-stream",
        Some(("text", "*")) => "text/plain",
        Some(("image", "*")) => "image/png",
        _ => range,
    }
}

impl Preference {
    fn of(headers: &HeaderMap) -> Self {
        let texts = |name: HeaderName| {
            let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
            values.collect::<Vec<_>>().join(",")
        };
        let mut preference = Self { accepted: texts(header::ACCEPT), ..Self::default() };
        for wanted in texts(HeaderName::from_static("prefer")).split([',', ';']) {
            match wanted.split_once('=').map(|(name, value)| (name.trim(), value.trim().trim_matches('"'))) {
                Some(("code", code)) => preference.code = code.parse().ok(),
                Some(("example", name)) => preference.example = Some(name.to_owned()),
                _ => {}
            }
        }
        preference
    }

    /// What goes out for a request that the description allows: the status that the caller prefers; else the first
    /// success that is declared, else the first redirection, else `default`.
    fn success<'a>(&self, answers: &'a [Answer]) -> Option<(&'a Answer, StatusCode)> {
        if let Some(code) = self.code
            && let Ok(status) = StatusCode::from_u16(code)
            && let Some(answer) = self.of_status(answers, code)
        {
            return Some((answer, status));
        }
        let classes = [200..300, 300..400];
        let first = |class: &std::ops::Range<u16>| {
            answers.iter().find(|it| !matches!(it.status, Status::Default) && class.contains(&it.code()))
        };
        let default = || answers.iter().find(|answer| matches!(answer.status, Status::Default));
        let code = classes.iter().find_map(first).or_else(default)?.code();
        Some((self.of_status(answers, code)?, StatusCode::from_u16(code).ok()?))
    }

    /// The declared answer of this status: of several the one that the caller names, or accepts most.
    fn of_status<'a>(&self, answers: &'a [Answer], code: u16) -> Option<&'a Answer> {
        let best = answers.iter().filter_map(|answer| answer.fit(code)).max()?;
        let fitting = || answers.iter().filter(|answer| answer.fit(code) == Some(best));
        let is_named = |answer: &&Answer| self.example.is_some() && answer.example == self.example;
        let by_weight = |answer: &&Answer| answer.media_type.as_deref().map_or(1000, |found| self.weight(found));
        // Of equals, the first that is declared.
        fitting().find(is_named).or_else(|| fitting().rev().max_by_key(by_weight))
    }

    /// How much the caller wants a media type, in thousandths (RFC 9110, section 12.5.1).
    fn weight(&self, media_type: &str) -> u32 {
        if self.accepted.trim().is_empty() {
            return 1000;
        }
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let found = essence(media_type);
        let weights = self.accepted.split(',').filter_map(|range| {
            let quality = range.split(';').skip(1).find_map(|it| it.trim().strip_prefix("q=")?.parse::<f32>().ok());
            let range = essence(range);
            let specificity = match range.strip_suffix("/*") {
                _ if range == found => 2,
                Some("*") => 0,
                Some(class) if found.starts_with(&format!("{class}/")) => 1,
                _ => return None,
            };
            Some((specificity, (quality.unwrap_or(1.0) * 1000.0) as u32))
        });
        weights.max_by_key(|(specificity, _)| *specificity).map_or(0, |(_, weight)| weight)
    }
}
