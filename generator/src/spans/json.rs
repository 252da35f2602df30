//! The outline of JSON. `serde_json` has read the text before, so this only looks for where things are.

use std::borrow::Cow;

use super::Span;
use super::outline::{Builder, Content, Outline};

/// `None` of what is no JSON after all.
pub(super) fn outline(text: &str) -> Option<Outline<'_>> {
    let bytes = text.as_bytes();
    let mut builder = Builder::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => at += 1,
            b'{' | b'[' => {
                let content = if *byte == b'{' { Content::Object } else { Content::Array };
                if builder.expects_key() {
                    return None;
                }
                builder.begin(at, content);
                at += 1;
            }
            b'}' | b']' => {
                at += 1;
                builder.end(at);
            }
            _ if builder.expects_key() => {
                let span = string(bytes, at)?;
                at = span.end;
                builder.key(unquoted(text.get(span.clone())?)?, span);
            }
            _ => {
                let span = if *byte == b'"' { string(bytes, at)? } else { word(bytes, at) };
                at = span.end;
                builder.value(span, Content::Scalar);
            }
        }
    }
    Some(builder.finish(text.len()))
}

/// The string that begins at `start`, with its quotes.
fn string(bytes: &[u8], start: usize) -> Option<Span> {
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(start..at + 1);
        }
        at += 2;
    }
}

/// A number, `true`, `false` or `null`.
fn word(bytes: &[u8], start: usize) -> Span {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest.iter().position(|byte| b" \t\r\n,:]}".contains(byte)).unwrap_or(rest.len());
    start..start + length.max(1)
}

fn unquoted(string: &str) -> Option<Cow<'_, str>> {
    if string.contains('\\') {
        return serde_json::from_str(string).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(string.trim_matches('"')))
}
