//! Reads a line `[type, value]` at a time, and answers with a line: what the value is written as after it was read
//! as a response, or why it cannot be read, and what is wrong with it as a request.

use std::io::{BufRead as _, Write as _, stdin, stdout};

use api::support::codec::{Decode, Refusal, from_json, from_json_request, to_json};
use serde_json::{Value, json};

fn check<T: Decode + serde::Serialize>(text: &[u8]) -> Value {
    let violations = match from_json_request::<T>(text, &[]) {
        Ok(_) => Vec::new(),
        Err(Refusal::Invalid(invalid)) => invalid.violations.iter().map(ToString::to_string).collect(),
        Err(malformed) => vec![format!("{malformed:?}")],
    };
    match from_json::<T>(text) {
        Ok(value) => {
            let text = to_json(&value).expect("generated types are written as JSON");
            let written: Value = serde_json::from_slice(&text).expect("what is written is JSON");
            json!({ "written": written, "violations": violations })
        }
        Err(error) => json!({ "error": error.to_string(), "violations": violations }),
    }
}

fn main() {
    for line in stdin().lock().lines() {
        let line = line.expect("lines of text");
        let (index, value): (usize, Value) = serde_json::from_str(&line).expect("a type's number and a value");
        let outcome = CHECKS[index](value.to_string().as_bytes());
        writeln!(stdout(), "{outcome}").expect("somebody reads");
    }
}
