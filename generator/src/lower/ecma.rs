//! ECMA-262 regular expressions (with `u`, and the leniencies of Annex B that descriptions use) to
//! the syntax of the `regex` crate.

use std::iter::Peekable;
use std::str::Chars;

const DIGIT: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
/// ECMA-262, WhiteSpace and LineTerminator.
const SPACE: &str = r"\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";
const NOT_LINE_TERMINATOR: &str = r"[^\n\r\u{2028}\u{2029}]";

/// Why a pattern cannot be written for the `regex` crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsupported {
    LookAround,
    BackReference,
    Malformed,
}

/// `source` for the `regex` crate.
pub(super) fn translate(source: &str) -> Result<String, Unsupported> {
    let (body, flags) = strip_literal(source);
    let mut translation = Translation { rest: body.chars().peekable(), out: String::with_capacity(body.len() + 16) };
    if flags.contains('i') {
        translation.out.push_str("(?i)");
    }
    translation.run()?;
    Ok(translation.out)
}

/// `/^a$/i` is a literal of JavaScript that found its way into a description; `/a/` may be a path.
fn strip_literal(source: &str) -> (&str, &str) {
    let Some((body, flags)) = source.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) else {
        return (source, "");
    };
    let are_flags = flags.chars().all(|c| "dgimsuvy".contains(c));
    let is_literal = body.starts_with('^') || body.ends_with('$') || !flags.is_empty();
    if are_flags && is_literal && !body.ends_with('\\') { (body, flags) } else { (source, "") }
}

struct Translation<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
}

impl Translation<'_> {
    fn run(&mut self) -> Result<(), Unsupported> {
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => self.escape()?,
                '.' => self.out.push_str(NOT_LINE_TERMINATOR),
                '[' => self.class()?,
                '(' => self.open_group()?,
                '{' => self.brace(),
                _ => self.out.push(c),
            }
        }
        Ok(())
    }

    /// `(?=`, `(?!`, `(?<=` and `(?<!` look around; `(?:` and `(?<name>` are the same here and there.
    fn open_group(&mut self) -> Result<(), Unsupported> {
        let mut ahead = self.rest.clone();
        if ahead.next() == Some('?') {
            match ahead.next() {
                Some('=' | '!') => return Err(Unsupported::LookAround),
                Some('<') if matches!(ahead.next(), Some('=' | '!')) => {
                    return Err(Unsupported::LookAround);
                }
                _ => {}
            }
        }
        self.out.push('(');
        Ok(())
    }

    /// `{` that begins no quantifier is itself (ECMA-262, Annex B).
    fn brace(&mut self) {
        let mut ahead = self.rest.clone();
        let mut digits = 0;
        while ahead.next_if(char::is_ascii_digit).is_some() {
            digits += 1;
        }
        if ahead.next_if_eq(&',').is_some() {
            while ahead.next_if(char::is_ascii_digit).is_some() {}
        }
        if digits > 0 && ahead.next() == Some('}') {
            self.out.push('{');
        } else {
            self.out.push_str(r"\{");
        }
    }

    /// What follows a backslash outside of a class.
    fn escape(&mut self) -> Result<(), Unsupported> {
        let Some(c) = self.rest.next() else {
            return Err(Unsupported::Malformed);
        };
        match c {
            'b' => self.out.push_str(r"(?-u:\b)"),
            'B' => self.out.push_str(r"(?-u:\B)"),
            '1'..='9' | 'k' => return Err(Unsupported::BackReference),
            _ => match shorthand(c) {
                Some((ranges, false)) => self.out.push_str(&format!("[{ranges}]")),
                Some((ranges, true)) => self.out.push_str(&format!("[^{ranges}]")),
                None => self.character_escape(c),
            },
        }
        Ok(())
    }

    /// `[…]`, whose members the `regex` crate reads with more operators than ECMA-262 has.
    fn class(&mut self) -> Result<(), Unsupported> {
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        if self.rest.next_if_eq(&']').is_some() {
            let class = if is_negated { "(?s:.)" } else { r"[^\x00-\u{10FFFF}]" };
            self.out.push_str(class);
            return Ok(());
        }
        self.out.push_str(if is_negated { "[^" } else { "[" });
        let mut can_begin_range = false;
        loop {
            match self.rest.next() {
                None => return Err(Unsupported::Malformed),
                Some(']') => break,
                Some('-') => can_begin_range = self.hyphen(can_begin_range),
                Some('\\') => can_begin_range = self.class_escape()?,
                Some(c) => {
                    self.class_character(c);
                    can_begin_range = true;
                }
            }
        }
        self.out.push(']');
        Ok(())
    }

    /// `-` is a range between two characters, else itself. Returns whether what it ended in can begin
    /// a range.
    fn hyphen(&mut self, can_begin_range: bool) -> bool {
        let mut ahead = self.rest.clone();
        let is_range = can_begin_range
            && match ahead.next() {
                None | Some(']') => false,
                Some('\\') => ahead.next().is_some_and(|c| shorthand(c).is_none()),
                Some(_) => true,
            };
        if !is_range {
            self.out.push_str(r"\-");
            return true;
        }
        self.out.push('-');
        match self.rest.next() {
            Some('\\') => {
                if let Some(c) = self.rest.next() {
                    self.class_character_escape(c);
                }
            }
            Some('-') => self.out.push_str(r"\-"),
            Some(c) => self.class_character(c),
            None => {}
        }
        false
    }

    /// What follows a backslash in a class. Returns whether it can begin a range.
    fn class_escape(&mut self) -> Result<bool, Unsupported> {
        let Some(c) = self.rest.next() else {
            return Err(Unsupported::Malformed);
        };
        match shorthand(c) {
            Some((ranges, false)) => self.out.push_str(ranges),
            Some((ranges, true)) => self.out.push_str(&format!("[^{ranges}]")),
            None => {
                self.class_character_escape(c);
                return Ok(!matches!(c, 'p' | 'P'));
            }
        }
        Ok(false)
    }

    fn class_character_escape(&mut self, c: char) {
        match c {
            'b' => self.out.push_str(r"\x08"),
            '-' => self.out.push_str(r"\-"),
            _ => self.character_escape(c),
        }
    }

    fn class_character(&mut self, c: char) {
        if matches!(c, '[' | '&' | '~' | '^') {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    /// ECMA-262, CharacterEscape: one character, however it is written.
    fn character_escape(&mut self, c: char) {
        match c {
            'f' | 'n' | 'r' | 't' | 'v' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'p' | 'P' => {
                self.out.push('\\');
                self.out.push(c);
            }
            '0' => self.out.push_str(r"\x00"),
            'x' => self.hexadecimal(2, c),
            'u' => self.unicode_escape(),
            'c' => match self.rest.next_if(char::is_ascii_alphabetic) {
                Some(letter) => self.code_point(u32::from(letter) % 32),
                None => self.out.push_str(r"\\c"),
            },
            _ => self.out.push_str(&regex_syntax::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }

    /// `\u{1F600}`, `\u2028`, or a surrogate pair `\uD83D\uDE00`.
    fn unicode_escape(&mut self) {
        if self.rest.peek() == Some(&'{') {
            self.out.push_str(r"\u");
            for c in self.rest.by_ref() {
                self.out.push(c);
                if c == '}' {
                    break;
                }
            }
            return;
        }
        let Some(unit) = self.take_hexadecimal(4) else {
            self.out.push('u');
            return;
        };
        if (0xD800..0xDC00).contains(&unit) {
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('\\') && ahead.next() == Some('u') {
                self.rest = ahead;
                if let Some(low @ 0xDC00..0xE000) = self.take_hexadecimal(4) {
                    self.code_point(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
                    return;
                }
            }
        }
        self.code_point(unit);
    }

    fn hexadecimal(&mut self, length: usize, otherwise: char) {
        match self.take_hexadecimal(length) {
            Some(code) => self.code_point(code),
            None => self.out.push(otherwise),
        }
    }

    fn take_hexadecimal(&mut self, length: usize) -> Option<u32> {
        let digits: String = self.rest.clone().take(length).collect();
        if digits.len() != length || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let code = u32::from_str_radix(&digits, 16).ok()?;
        self.rest.by_ref().take(length).for_each(drop);
        Some(code)
    }

    fn code_point(&mut self, code: u32) {
        self.out.push_str(&format!(r"\u{{{code:X}}}"));
    }
}

/// The ranges of `\d`, `\w`, `\s`, and whether the letter means all but those.
fn shorthand(c: char) -> Option<(&'static str, bool)> {
    Some(match c {
        'd' => (DIGIT, false),
        'D' => (DIGIT, true),
        'w' => (WORD, false),
        'W' => (WORD, true),
        's' => (SPACE, false),
        'S' => (SPACE, true),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_is_translated() {
        for (source, translation) in [
            (r"^\d{4}-\w+$", r"^[0-9]{4}-[0-9A-Za-z_]+$"),
            (r"[\w-.]", r"[0-9A-Za-z_\-.]"),
            (r"[\w\-]", r"[0-9A-Za-z_\-]"),
            (r"[a-z&&[-]", r"[a-z\&\&\[\-]"),
            (r"[+--]", r"[+-\-]"),
            (r"[^]", r"(?s:.)"),
            (r"[]", r"[^\x00-\u{10FFFF}]"),
            (r"\/a\_", "/a_"),
            (r"\u2028\uD83D\uDE00\cJ\x41", r"\u{2028}\u{1F600}\u{A}\u{41}"),
            (r"a{,5}{x}{2}", r"a\{,5}\{x}{2}"),
            (r"/^a\/b$/", "^a/b$"),
            (r"/a/b/", "/a/b/"),
            (r"a.b", r"a[^\n\r\u{2028}\u{2029}]b"),
            (r"(?:a)(?<b>c)", "(?:a)(?<b>c)"),
            (r"[\b]", r"[\x08]"),
        ] {
            assert_eq!(translate(source).as_deref(), Ok(translation), "{source}");
            assert!(regex::Regex::new(translation).is_ok(), "{translation}");
        }
    }

    #[test]
    fn what_needs_backtracking_is_refused() {
        for (source, reason) in [
            ("(?=a)", Unsupported::LookAround),
            ("(?<!a)b", Unsupported::LookAround),
            (r"(a)\1", Unsupported::BackReference),
            (r"[a", Unsupported::Malformed),
            (r"a\", Unsupported::Malformed),
        ] {
            assert_eq!(translate(source), Err(reason), "{source}");
        }
    }
}
