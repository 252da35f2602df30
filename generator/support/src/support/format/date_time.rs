//! `format: date-time` (RFC 3339, section 5.6).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::de;

use crate::support::codec::{Context, Scalar, scalar};

impl Scalar for DateTime<Utc> {
    const EXPECTED: &'static str = "a string";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        let parsed = if cx.is_strict() { parse(text) } else { parse(text).or_else(|| parse_leniently(text)) };
        let parsed = parsed.ok_or_else(|| cx.refuse("format", "must be a date-time (RFC 3339)"))?;
        cx.check_text(text);
        Ok(parsed)
    }
}

scalar! { DateTime<Utc> }

/// `date-time = full-date "T" full-time`; chrono alone would take a space for the `T`.
fn parse(text: &str) -> Option<DateTime<Utc>> {
    if !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
        return None;
    }
    Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
}

/// Also without seconds, without an offset (taken as UTC), and with a space for the `T`.
fn parse_leniently(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(parsed) = DateTime::parse_from_rfc3339(text) {
        return Some(parsed.to_utc());
    }
    for format in ["%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z"] {
        if let Ok(parsed) = DateTime::parse_from_str(&text.replace(['Z', 'z'], "+00:00"), format) {
            return Some(parsed.to_utc());
        }
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()).map(|naive| naive.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_held_to_the_grammar() {
        assert!(parse("2024-01-05T12:34:56.789Z").is_some());
        assert!(parse("2024-01-05t12:34:56+02:00").is_some());
        for text in ["2024-01-05 12:34:56Z", "2024-01-05T12:34Z", "2024-01-05T12:34:56", "2024-02-30T00:00:00Z"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn responses_are_read_generously() {
        let expected = parse("2024-01-05T12:34:00Z");
        for text in ["2024-01-05T12:34Z", "2024-01-05 12:34:00Z", "2024-01-05T12:34:00", "2024-01-05T14:34+02:00"] {
            assert_eq!(parse_leniently(text), expected, "{text}");
        }
    }
}
