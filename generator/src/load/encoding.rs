//! Bytes to text: UTF-8, and UTF-16 as YAML and old editors write it.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostics, Place};

/// The text of a file, without a byte order mark. `None` if it is no text, which is in `diagnostics` then.
pub(super) fn decode<'a>(bytes: &'a [u8], diagnostics: &mut Diagnostics) -> Option<Cow<'a, str>> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => refuse(Place::File, "the file is UTF-32", diagnostics),
        // A byte order mark, or an ASCII character first (YAML 1.2.2, 5.2).
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes, diagnostics),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes, diagnostics),
        [1..=0x7f, 0, ..] => utf16(bytes, u16::from_le_bytes, diagnostics),
        [0, 1..=0x7f, ..] => utf16(bytes, u16::from_be_bytes, diagnostics),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest, diagnostics),
        _ => utf8(bytes, diagnostics),
    }
}

fn utf8<'a>(bytes: &'a [u8], diagnostics: &mut Diagnostics) -> Option<Cow<'a, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(error) => {
            let (sound, _) = bytes.split_at_checked(error.valid_up_to())?;
            let before = String::from_utf8_lossy(sound);
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            refuse(Place::Text { line, column }, "the file is not UTF-8", diagnostics)
        }
    }
}

fn utf16<'a>(bytes: &[u8], unit: fn([u8; 2]) -> u16, diagnostics: &mut Diagnostics) -> Option<Cow<'a, str>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() => Some(Cow::Owned(text)),
        _ => refuse(Place::File, "the file begins as UTF-16, but is not", diagnostics),
    }
}

fn refuse<T>(place: Place, message: &str, diagnostics: &mut Diagnostics) -> Option<T> {
    diagnostics.error("not-utf-8", place, message).help("save the file as UTF-8");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<String, Place> {
        let mut diagnostics = Diagnostics::new("test.yaml");
        match decode(bytes, &mut diagnostics) {
            Some(text) => Ok(text.into_owned()),
            None => Err(diagnostics.into_list().remove(0).place),
        }
    }

    #[test]
    fn unicode_is_read_in_each_encoding() {
        let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for bytes in [
            "é: 1\n".as_bytes().to_vec(),
            "\u{feff}é: 1\n".as_bytes().to_vec(),
            utf16("\u{feff}é: 1\n", u16::to_le_bytes),
            utf16("\u{feff}é: 1\n", u16::to_be_bytes),
        ] {
            assert_eq!(decoded(&bytes).as_deref(), Ok("é: 1\n"), "{bytes:x?}");
        }
        assert_eq!(decoded(&utf16("a: é", u16::to_le_bytes)).as_deref(), Ok("a: é"));
        assert_eq!(decoded(&utf16("a: é", u16::to_be_bytes)).as_deref(), Ok("a: é"));
        assert_eq!(decoded(b"").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_no_text_has_a_place() {
        assert_eq!(decoded(b"a: 1\nb: \xe9\n"), Err(Place::Text { line: 2, column: 4 }));
        assert_eq!(decoded(&[0xff, 0xfe, 0x61]), Err(Place::File));
        assert_eq!(decoded(&[0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), Err(Place::File));
    }
}
