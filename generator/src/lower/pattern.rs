//! The regular expressions of a description: each once, under the name of its constant.

use std::collections::HashMap;

use regex::Regex;

use crate::lower::ecma::{self, Unsupported};
use crate::lower::names::{self, Case, Scope};
use crate::lower::pointer;
use crate::lower::report::Report;
use crate::model::{Pattern, Rule};

/// Every pattern met so far.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    list: Vec<Pattern>,
    scope: Scope,
    by_source: HashMap<String, Result<Known, String>>,
}

#[derive(Debug)]
struct Known {
    regex: Regex,
    /// The constant's name, once a rule uses the pattern.
    name: Option<String>,
}

impl Patterns {
    /// The rule for `source` in the schema at `pointer`, which the type `place` or a field of it has.
    ///
    /// The constant is named after the format, which several places share (`UUID`), else after the
    /// first place that has the pattern.
    pub(super) fn rule(
        &mut self,
        source: &str,
        format: Option<&str>,
        place: &str,
        pointer: &str,
        report: &mut Report<'_>,
    ) -> Option<Rule> {
        let known = self.by_source.entry(source.to_owned()).or_insert_with(|| compile(source));
        let known = match known {
            Ok(known) => known,
            Err(reason) => {
                report.warning(
                    "unsupported-pattern",
                    &pointer::child(pointer, "pattern"),
                    reason.clone(),
                    "the text is taken as it is, unchecked",
                );
                return None;
            }
        };
        if let Some(name) = &known.name {
            return Some(Rule::Pattern(name.clone()));
        }
        let candidates =
            [format, Some(place)].into_iter().flatten().map(|text| names::identifier(text, Case::ShoutySnake));
        let name = self.scope.claim(candidates);
        known.name = Some(name.clone());
        self.list.push(Pattern {
            name: name.clone(),
            source: source.to_owned(),
            regex: known.regex.as_str().to_owned(),
        });
        Some(Rule::Pattern(name))
    }

    /// Whether `text` matches `source`; true if that cannot be told.
    pub(super) fn is_match(&mut self, source: &str, text: &str) -> bool {
        self.by_source
            .entry(source.to_owned())
            .or_insert_with(|| compile(source))
            .as_ref()
            .map_or(true, |known| known.regex.is_match(text))
    }

    /// The patterns that rules use, in the order in which they were met.
    pub(super) fn into_list(self) -> Vec<Pattern> {
        self.list
    }
}

/// The `regex` crate's form of `source`, compiled as the generated crate will compile it.
fn compile(source: &str) -> Result<Known, String> {
    let translation = ecma::translate(source).map_err(|unsupported| {
        let what = match unsupported {
            Unsupported::LookAround => "look-around",
            Unsupported::BackReference => "a back-reference",
            Unsupported::Malformed => "an unclosed class or escape",
        };
        format!("pattern `{source}` has {what}, which is not supported")
    })?;
    match Regex::new(&translation) {
        Ok(regex) => Ok(Known { regex, name: None }),
        Err(error) => Err(format!("pattern `{source}` is not supported: {}", reason(&translation, &error))),
    }
}

/// One line of what is wrong; `regex` answers with a drawing of several.
fn reason(translation: &str, error: &regex::Error) -> String {
    match regex_syntax::parse(translation) {
        Err(regex_syntax::Error::Parse(error)) => error.kind().to_string(),
        Err(regex_syntax::Error::Translate(error)) => error.kind().to_string(),
        _ => error.to_string().lines().last().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;

    #[test]
    fn a_pattern_has_one_constant_named_after_its_format() {
        let mut diagnostics = Diagnostics::new("test.yaml");
        let mut report = Report::new(&mut diagnostics);
        let mut patterns = Patterns::default();
        let mut rule = |source, format, place| patterns.rule(source, format, place, "/a", &mut report);
        let uuid = Some(Rule::Pattern("UUID".to_owned()));
        assert_eq!(rule("^a$", Some("uuid"), "PetId"), uuid);
        assert_eq!(rule("^a$", None, "PetName"), uuid);
        let other = Some(Rule::Pattern("PET_ID".to_owned()));
        assert_eq!(rule("^b$", Some("uuid"), "PetId"), other);
        assert_eq!(patterns.into_list().len(), 2);
    }

    #[test]
    fn an_unsupported_pattern_is_reported_and_gives_no_rule() {
        let mut diagnostics = Diagnostics::new("test.yaml");
        let mut report = Report::new(&mut diagnostics);
        let mut patterns = Patterns::default();
        for source in ["^(?!a)", r"(a)\1", "(", "a{1000}{1000}{1000}"] {
            assert_eq!(patterns.rule(source, None, "A", "/a", &mut report), None);
        }
        let codes: Vec<_> = diagnostics.list().iter().map(|d| d.code).collect();
        assert_eq!(codes, ["unsupported-pattern"; 4]);
    }
}
