//! Holds generated crates to cases that are written down as data.
//!
//! ```json
//! { "schema": "Pet", "direction": "request", "json": { "id": 1 }, "expect": { "id": 1 } }
//! { "schema": "Pet", "direction": "request", "json": {}, "violations": [{ "path": ["id"], "code": "missing" }] }
//! { "schema": "Pet", "direction": "response", "json": {}, "error": true }
//! { "request": "POST /pets?x=1", "headers": {}, "json": {}, "status": 400, "violations": [], "answer": { "allow": "GET" } }
//! { "request": "GET /pets", "status": 200, "answer": { "set-cookie": ["a=1", "b=2"], "x-none": null }, "body": [] }
//! ```
//!
//! Without `expect`, `violations` and `error` a value is expected back as it is. `text` in the place of `json` is
//! sent as it stands. Of violations the listed members and their number are compared. `answer` lists
//! headers, null for one that is not there, a list for several of one name. `body` is the text of the answer, or what
//! it is as JSON. The stubs answer 501: the request has reached its handler. Where `x.rs` has a function `router`,
//! that is asked instead.

use axum::Router;
use axum::body::Body;
use http::{Request, Response, header};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value};
use tower::ServiceExt as _;

pub mod fuzz;

/// One case.
pub type Case = Map<String, Value>;

/// What has become of a value.
pub enum Outcome {
    /// It was read; this is what it is written as.
    Read(Value),
    /// It breaks the description.
    Violations(Vec<Value>),
    /// It cannot be read.
    Error(String),
}

const KNOWN: &[&str] =
    &["schema", "direction", "json", "text", "expect", "violations", "error", "request", "headers", "status", "answer", "body"];

/// `schema::<T>(case)` for the types of `api`, whose support code is its own.
#[macro_export]
macro_rules! machinery {
    () => {
        #[allow(dead_code, reason = "a fixture may list requests only")]
        fn schema<T>(case: &::harness::Case) -> Result<::harness::Outcome, String>
        where
            T: api::support::codec::Decode + ::harness::Serialize,
        {
            use api::support::codec::{Refusal, from_json, from_json_request};
            let text = ::harness::text(case);
            let write = |value: &T| ::harness::Outcome::Read(::harness::to_value(value));
            Ok(match ::harness::direction(case)? {
                ::harness::Direction::Request => match from_json_request::<T>(&text, &[]) {
                    Ok(value) => write(&value),
                    Err(Refusal::Invalid(invalid)) => {
                        ::harness::Outcome::Violations(invalid.violations.iter().map(::harness::to_value).collect())
                    }
                    Err(malformed) => ::harness::Outcome::Error(format!("{malformed:?}")),
                },
                ::harness::Direction::Response => match from_json::<T>(&text) {
                    Ok(value) => write(&value),
                    Err(error) => ::harness::Outcome::Error(error.to_string()),
                },
            })
        }
    };
}

pub use serde::Serialize;

/// The way a value travels.
pub enum Direction {
    Request,
    Response,
}

/// `direction` of a case.
pub fn direction(case: &Case) -> Result<Direction, String> {
    match case.get("direction").and_then(Value::as_str) {
        Some("request") => Ok(Direction::Request),
        Some("response") => Ok(Direction::Response),
        _ => Err("`direction` is `request` or `response`".to_owned()),
    }
}

/// The value as it is written: by way of its text, in which a number of single precision is a short one.
pub fn to_value<T: Serialize>(value: &T) -> Value {
    let text = serde_json::to_string(value).expect("generated types are written as JSON");
    serde_json::from_str(&text).expect("what is written can be read")
}

/// The text of a case.
pub fn text(case: &Case) -> Vec<u8> {
    match (case.get("text"), case.get("json")) {
        (Some(text), None) => text.as_str().expect("`text` is a string").as_bytes().to_vec(),
        (None, Some(json)) => json.to_string().into_bytes(),
        (None, None) => Vec::new(),
        (Some(_), Some(_)) => panic!("`text` and `json` exclude each other"),
    }
}

/// Runs all cases, and fails with all that fail.
pub async fn run(
    cases: &str,
    schemas: impl Fn(&str, &Case) -> Result<Outcome, String>,
    router: Option<Router>,
) {
    let cases: Vec<Case> = serde_json::from_str(cases).expect("a list of cases");
    let mut failures = Vec::new();
    for case in &cases {
        if let Err(reason) = one(case, &schemas, router.as_ref()).await {
            failures.push(format!("{}\n    {reason}", Value::Object(case.clone())));
        }
    }
    assert!(failures.is_empty(), "{} of {} cases fail:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

async fn one(
    case: &Case,
    schemas: impl Fn(&str, &Case) -> Result<Outcome, String>,
    router: Option<&Router>,
) -> Result<(), String> {
    if let Some(unknown) = case.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("a case has no member `{unknown}`"));
    }
    match (case.get("schema").and_then(Value::as_str), case.get("request").and_then(Value::as_str), router) {
        (Some(schema), None, _) => value(case, schemas(schema, case)?),
        (None, Some(line), Some(router)) => request(case, line, router).await,
        (None, Some(_), None) => Err("without stubs there is nobody to ask".to_owned()),
        _ => Err("a case has either `schema` or `request`".to_owned()),
    }
}

/// Compares what has become of a value.
fn value(case: &Case, outcome: Outcome) -> Result<(), String> {
    let wants_error = case.contains_key("error");
    let violations = case.get("violations").and_then(Value::as_array);
    match outcome {
        Outcome::Read(value) => {
            let expected = case.get("expect").or(case.get("json"));
            let is_expected = !wants_error && violations.is_none() && expected == Some(&value);
            if is_expected { Ok(()) } else { Err(format!("read, and written as {value}")) }
        }
        Outcome::Violations(found) => match violations {
            Some(expected) => compare(expected, &found),
            None => Err(format!("refused: {}", Value::Array(found))),
        },
        Outcome::Error(message) if !wants_error => Err(format!("cannot be read: {message}")),
        Outcome::Error(_) => Ok(()),
    }
}

/// By the members that are listed; the order is that of the text, which a list of cases does not keep.
fn compare(expected: &[Value], found: &[Value]) -> Result<(), String> {
    let is_same = |expected: &Value, found: &Value| {
        expected.as_object().is_some_and(|members| members.iter().all(|(name, value)| found.get(name) == Some(value)))
    };
    let mut rest: Vec<&Value> = found.iter().collect();
    let fits = expected.iter().all(|expected| {
        let at = rest.iter().position(|found| is_same(expected, found));
        at.map(|at| rest.swap_remove(at)).is_some()
    });
    if fits && rest.is_empty() { Ok(()) } else { Err(format!("violations: {}", Value::Array(found.to_vec()))) }
}

/// Sends a request, and compares status, headers and violations of the answer.
async fn request(case: &Case, line: &str, router: &Router) -> Result<(), String> {
    let (method, target) = line.split_once(' ').ok_or("`request` is a method and a path")?;
    let body = text(case);
    let mut request = Request::builder().method(method).uri(target);
    if case.contains_key("json") {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in case.get("headers").and_then(Value::as_object).into_iter().flatten() {
        request = request.header(name, value.as_str().ok_or("a header is a string")?);
    }
    let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
    let Ok(response) = router.clone().oneshot(request).await;
    answer(case, response).await
}

async fn answer(case: &Case, response: Response<Body>) -> Result<(), String> {
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    let shown = String::from_utf8_lossy(&body);
    let expected = case.get("status").and_then(Value::as_u64).ok_or("a request has a `status`")?;
    if u64::from(head.status.as_u16()) != expected {
        return Err(format!("answered {}: {shown}", head.status));
    }
    for (name, value) in case.get("answer").and_then(Value::as_object).into_iter().flatten() {
        let found: Vec<&str> = head.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        let expected: Vec<&str> = match value {
            Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
            value => value.as_str().into_iter().collect(),
        };
        if found != expected {
            return Err(format!("`{name}` is {found:?}"));
        }
    }
    match case.get("body") {
        None => {}
        Some(Value::String(text)) if *text == shown => {}
        Some(json) if serde_json::from_slice::<Value>(&body).is_ok_and(|found| found == *json) => {}
        Some(_) => return Err(format!("the body is {shown}")),
    }
    let Some(violations) = case.get("violations").and_then(Value::as_array) else { return Ok(()) };
    let problem: Value = serde_json::from_slice(&body).map_err(|error| format!("{error}: {shown}"))?;
    let found = problem["violations"].as_array().cloned().unwrap_or_default();
    compare(violations, &found)
}
