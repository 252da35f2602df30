//! Reads every case strictly, as in a request, and prints what has become of each.

use serde_json::{Value, json};

macro_rules! ask {
    ($api:ident, $ty:ident) => {
        Box::new(|text: &[u8]| {
            use $api::support::codec::{Refusal, from_json_request};
            match from_json_request::<$api::types::$ty>(text, &[]) {
                Ok(_) => json!("Valid"),
                Err(Refusal::Invalid(invalid)) => {
                    let violations = invalid.violations.iter().map(|violation| {
                        let path = violation.path.iter().skip(1).map(ToString::to_string).collect::<Vec<_>>();
                        json!({ "code": violation.code, "path": path })
                    });
                    json!({ "Invalid": violations.collect::<Vec<_>>() })
                }
                Err(_) => json!("Malformed"),
            }
        })
    };
}

fn reader(name: &str) -> Box<dyn Fn(&[u8]) -> Value> {
    match name {
        // arms
        _ => panic!("there is no type {name}"),
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("the cases");
    let cases = std::fs::read(path).expect("the cases");
    let cases: Vec<(String, String)> = serde_json::from_slice(&cases).expect("the cases");
    let answers: Vec<Value> = cases.iter().map(|(name, text)| reader(name)(text.as_bytes())).collect();
    println!("{}", Value::Array(answers));
}
