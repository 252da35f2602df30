//! Regular expressions of the description with look-around or back-references.

use std::sync::OnceLock;

use fancy_regex::{Regex, RegexBuilder};

use crate::support::codec::TextPattern;

/// How often a match may track back: a text that makes it go on and on is refused.
const MAX_STEPS: usize = 100_000;

/// How many bytes a text may have: looking around at each of its places takes the square of that, without ever
/// tracking back.
const MAX_LENGTH: usize = 16 * 1024;

/// A regular expression that no linear engine runs, compiled when it is first needed.
#[derive(Debug)]
pub struct BacktrackingPattern {
    source: &'static str,
    regex: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl BacktrackingPattern {
    /// A pattern that means the same to `fancy-regex` as in ECMA-262.
    pub const fn new(source: &'static str) -> Self {
        Self::translated(source, source)
    }

    /// `source` as the description has it (ECMA-262), `regex` the same for `fancy-regex`.
    pub const fn translated(source: &'static str, regex: &'static str) -> Self {
        Self { source, regex, compiled: OnceLock::new() }
    }
}

impl TextPattern for BacktrackingPattern {
    fn source(&self) -> &'static str {
        self.source
    }

    /// A text that takes too long to tell, or is too long for that, does not match. The generator has compiled the pattern, so that there is
    /// one.
    fn is_match(&self, text: &str) -> bool {
        if text.len() > MAX_LENGTH {
            return false;
        }
        let compile = || RegexBuilder::new(self.regex).backtrack_limit(MAX_STEPS).build().ok();
        let compiled = self.compiled.get_or_init(compile);
        compiled.as_ref().is_none_or(|regex| regex.is_match(text).unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_text_is_refused_soon() {
        static PATTERN: BacktrackingPattern = BacktrackingPattern::new("^(?!x)(?:(?:a|a)+(?=.))+$");
        assert!(!PATTERN.is_match(&"a".repeat(MAX_LENGTH)));
        static LOOKING: BacktrackingPattern = BacktrackingPattern::new("^(?:(?!.*z)a)*$");
        assert!(LOOKING.is_match("aaa"));
        assert!(!LOOKING.is_match(&"a".repeat(2 * MAX_LENGTH)));
    }

    #[test]
    fn a_long_text_is_read_to_its_end() {
        static PATTERN: BacktrackingPattern = BacktrackingPattern::new("^(?!.*--)[a-z-]+(?<!-)$");
        let text = "ab-c".repeat(4_000);
        assert!(PATTERN.is_match(&text));
        assert!(!PATTERN.is_match(&format!("{text}-")));
        assert!(!PATTERN.is_match(&format!("{text}--c")));
    }
}
