//! Regular expressions of the description.

use std::sync::OnceLock;

use regex::Regex;

use crate::support::codec::TextPattern;

/// A regular expression, compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    regex: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that means the same to the `regex` crate as in ECMA-262.
    pub const fn new(source: &'static str) -> Self {
        Self::translated(source, source)
    }

    /// `source` as the description has it (ECMA-262), `regex` the same for the `regex` crate.
    pub const fn translated(source: &'static str, regex: &'static str) -> Self {
        Self { source, regex, compiled: OnceLock::new() }
    }
}

impl TextPattern for Pattern {
    fn source(&self) -> &'static str {
        self.source
    }

    /// In time linear in the text's length. The generator has compiled the pattern, so that there is one.
    fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(self.regex).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}
