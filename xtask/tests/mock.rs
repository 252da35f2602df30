//! `cargo xtask mock`, started as people start it, and asked over a socket.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A server that ends with the test.
struct Mock {
    process: Child,
    address: String,
}

impl Mock {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["mock", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { process, address }
    }

    /// The response's head and body.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), body.to_owned())
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

const CREDENTIALS: &str = "x-api-key: key\r\nx-application-id: application\r\n";
const JSON: &str = "content-type: application/json\r\n";

#[test]
fn the_shipped_description_is_served() {
    let mock = Mock::start();
    let keys = "/v0/api-keys";
    let post = |headers: &str, body: &str| mock.send("POST", keys, headers, body);

    let (head, body) = post(&format!("{CREDENTIALS}{JSON}"), r#"{"name":"Production"}"#);
    assert!(head.starts_with("http/1.1 201") && head.contains("content-type: application/json"), "{head}");
    // The example of the response, not of the schema.
    assert!(body.contains(r#""key":"avido_prod_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx""#), "{body}");

    let (head, body) = mock.send("GET", keys, CREDENTIALS, "");
    assert!(head.starts_with("http/1.1 200") && body.contains(r#""createdAt":"2024-01-05T12:34:56.789Z""#), "{body}");
    let (head, body) = mock.send("DELETE", &format!("{keys}/123e4567-e89b-12d3-a456-426614174000"), CREDENTIALS, "");
    assert!(head.starts_with("http/1.1 204") && body.is_empty(), "{head}{body}");

    // What the description forbids is refused, in the description's own words.
    let (head, body) = post(&format!("{CREDENTIALS}{JSON}"), r#"{"name":""}"#);
    assert!(head.starts_with("http/1.1 422") && body.contains(r#""issues":["#), "{head}{body}");
    let (head, body) = post(JSON, r#"{"name":"Production"}"#);
    assert!(head.starts_with("http/1.1 401") && head.contains("www-authenticate: apikey"), "{head}");
    assert_eq!(body, r#"{"message":"Resource not found"}"#);
    // Where it has no words, as a generated server does.
    let (head, body) = mock.send("PUT", keys, CREDENTIALS, "");
    assert!(head.starts_with("http/1.1 405") && head.contains("allow: "), "{head}");
    assert!(
        head.contains("content-type: application/problem+json") && body.contains(r#""status":405"#),
        "{head}{body}"
    );

    let (head, _) = post(&format!("{CREDENTIALS}{JSON}Prefer: code=409\r\n"), r#"{"name":"Production"}"#);
    assert!(head.starts_with("http/1.1 409"), "{head}");
    let (head, _) = post(&format!("{CREDENTIALS}{JSON}Prefer: code=409\r\n"), r#"{"name":7}"#);
    assert!(head.starts_with("http/1.1 422"), "{head}");
}
