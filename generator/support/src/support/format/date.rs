//! `format: date` (RFC 3339, section 5.6, `full-date`).

use chrono::NaiveDate;
use serde::de;

use crate::support::codec::{Context, Scalar, scalar};

impl Scalar for NaiveDate {
    const EXPECTED: &'static str = "a string";

    fn from_text<E: de::Error>(text: &str, cx: &Context<'_>) -> Result<Self, E> {
        let date = parse(text, cx.is_strict()).ok_or_else(|| cx.refuse("format", "must be a date (RFC 3339)"))?;
        cx.check_text(text);
        Ok(date)
    }
}

scalar! { NaiveDate }

/// `full-date = 4DIGIT "-" 2DIGIT "-" 2DIGIT`; a response may go on with a time. chrono alone would take a sign.
fn parse(text: &str, is_strict: bool) -> Option<NaiveDate> {
    const LENGTH: usize = "2024-01-05".len();
    let date = if is_strict { text } else { text.get(..LENGTH)? };
    let is_digit_or_hyphen =
        |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    if date.len() != LENGTH || !date.bytes().enumerate().all(is_digit_or_hyphen) {
        return None;
    }
    NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_dates_are_dates() {
        assert!(parse("2024-02-29", true).is_some());
        for text in ["2024-02-30", "2024-2-3", "+2024-02-1", "2024-01-05T00:00:00Z", ""] {
            assert!(parse(text, true).is_none(), "{text}");
        }
        assert!(parse("2024-01-05T00:00:00Z", false).is_some());
    }
}
