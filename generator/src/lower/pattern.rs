//! The regular expressions of a description: each once, under the name of its constant.

use std::collections::HashMap;

use crate::lower::ecma::{self, Engine, Expression};
use crate::lower::names::{self, Case, Scope};
use crate::lower::pointer;
use crate::lower::report::Report;
use crate::model::{Pattern, PatternEngine, Rule};

/// Every pattern met so far.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    list: Vec<Pattern>,
    scope: Scope,
    by_source: HashMap<String, Result<Known, String>>,
}

#[derive(Debug)]
struct Known {
    expression: Expression,
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
        let place_of_pattern = pointer::child(pointer, "pattern");
        let known = match known {
            Ok(known) => known,
            Err(reason) => {
                let message = format!("pattern `{source}` {reason}");
                let help = "the text is taken as it is, unchecked";
                report.warning("unsupported-pattern", &place_of_pattern, message, help);
                return None;
            }
        };
        for repair in &known.expression.repairs {
            let message = format!("pattern `{source}` is not ECMA-262's: {repair}");
            report.warning("foreign-pattern", &place_of_pattern, message, "write it as JSON Schema means it");
        }
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
            engine: match known.regex {
                Regex::Linear(_) => PatternEngine::Linear,
                Regex::Backtracking(_) => PatternEngine::Backtracking,
            },
            has_property: known.expression.has_property,
            ignores_case: known.expression.ignores_case,
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

    /// The text of `source` for an engine that runs in linear time; none if it needs another.
    pub(super) fn linear(&mut self, source: &str) -> Option<String> {
        match self.by_source.entry(source.to_owned()).or_insert_with(|| compile(source)) {
            Ok(Known { regex: Regex::Linear(regex), .. }) => Some(regex.as_str().to_owned()),
            _ => None,
        }
    }

    /// The patterns that rules use, in the order in which they were met.
    pub(super) fn into_list(self) -> Vec<Pattern> {
        self.list
    }
}

/// A pattern, compiled by the engine that will run it in the generated crate.
#[derive(Debug)]
enum Regex {
    Linear(regex::Regex),
    Backtracking(fancy_regex::Regex),
}

impl Regex {
    fn as_str(&self) -> &str {
        match self {
            Self::Linear(regex) => regex.as_str(),
            Self::Backtracking(regex) => regex.as_str(),
        }
    }

    fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Linear(regex) => regex.is_match(text),
            Self::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }
}

/// `source`, compiled as the generated crate will compile it; else why it cannot be.
fn compile(source: &str) -> Result<Known, String> {
    let expression = ecma::parse(source).map_err(|what| format!("has {what}"))?;
    let text = expression.print();
    let regex = match expression.engine() {
        Engine::Linear => regex::Regex::new(&text).map(Regex::Linear).map_err(|error| reason(&text, &error)),
        Engine::Backtracking => {
            fancy_regex::Regex::new(&text).map(Regex::Backtracking).map_err(|error| error.to_string())
        }
    };
    let regex = regex.map_err(|reason| format!("is not supported: {}", reason.lines().last().unwrap_or_default()))?;
    Ok(Known { expression, regex, name: None })
}

/// One line of what is wrong; `regex` answers with a drawing of several.
fn reason(text: &str, error: &regex::Error) -> String {
    match regex_syntax::parse(text) {
        Err(regex_syntax::Error::Parse(error)) => error.kind().to_string(),
        Err(regex_syntax::Error::Translate(error)) => error.kind().to_string(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::normalize::Unsound;
    use crate::settings::Settings;

    #[test]
    fn a_pattern_has_one_constant_named_after_its_format() {
        let mut diagnostics = Diagnostics::new("test.yaml");
        let unsound = Unsound::default();
        let mut report = Report::new(&mut diagnostics, &Settings::default(), &unsound);
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
        let unsound = Unsound::default();
        let mut report = Report::new(&mut diagnostics, &Settings::default(), &unsound);
        let mut patterns = Patterns::default();
        for source in ["(", r"[a", r"\p{Nonsense}", "(?:a{1000}){1000}"] {
            assert_eq!(patterns.rule(source, None, "A", "/a", &mut report), None);
        }
        let codes: Vec<_> = diagnostics.list().iter().map(|d| d.code).collect();
        assert_eq!(codes, ["unsupported-pattern"; 4]);
    }
}
