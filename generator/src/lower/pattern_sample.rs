//! Texts that a regular expression matches.

use regex_syntax::hir::{Class, Hir, HirKind};

/// How many more repetitions than the least are tried.
const MORE: u32 = 40;

/// How long a text gets, in bytes.
const MAX_LENGTH: usize = 1_000;

/// Texts that `expression` matches, the shortest first, unless look-around decides: whoever takes one holds it against
/// the expression.
pub(super) fn candidates(expression: &str) -> impl Iterator<Item = String> + use<> {
    let hir = regex_syntax::parse(expression).ok();
    (0..=MORE).filter_map(move |more| {
        let mut text = String::new();
        write(hir.as_ref()?, more, &mut text).then_some(text)
    })
}

/// Appends a text of `hir` in which what may be repeated, outermost, is repeated `more` times beyond its least. False if
/// there is none, or it is too long.
fn write(hir: &Hir, more: u32, text: &mut String) -> bool {
    if text.len() > MAX_LENGTH {
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(literal) => {
                text.push_str(literal);
                true
            }
            Err(_) => false,
        },
        HirKind::Class(Class::Unicode(class)) => {
            let ranges: Vec<(char, char)> = class.iter().map(|range| (range.start(), range.end())).collect();
            character(&ranges).map(|character| text.push(character)).is_some()
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => {
            let count = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(more));
            (0..count).all(|_| write(&repetition.sub, 0, text))
        }
        HirKind::Capture(capture) => write(&capture.sub, more, text),
        HirKind::Concat(parts) => parts.iter().all(|part| write(part, more, text)),
        HirKind::Alternation(parts) => parts.first().is_some_and(|part| write(part, more, text)),
    }
}

/// A character that reads well, if the class has one.
fn character(ranges: &[(char, char)]) -> Option<char> {
    let has = |wanted: char| ranges.iter().any(|(first, last)| (*first..=*last).contains(&wanted));
    let readable = ('a'..='z').chain('A'..='Z').chain('1'..='9').chain(['0', '-', '_', '.', ' ']);
    readable.into_iter().find(|wanted| has(*wanted)).or_else(|| ranges.first().map(|(first, _)| *first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_match_their_expression() {
        let rows = [
            ("^[0-9]{3}-[a-z]+$", "111-a"),
            ("^(cat|dog)s?$", "cat"),
            (r"^\p{Lu}\d*$", "A"),
            ("abc", "abc"),
            ("^sk_[A-Za-z0-9]{4,}$", "sk_aaaa"),
        ];
        for (expression, text) in rows {
            assert_eq!(candidates(expression).next().as_deref(), Some(text), "{expression}");
        }
        assert!(candidates("a*").any(|text| text.len() == 20));
        assert_eq!(candidates("(?:a{50}){50}").next(), None);
        assert_eq!(candidates("(").next(), None);
    }
}
