//! Which diagnostics people are shown: a few of each kind of warning, so that none is buried under another.

use std::collections::BTreeMap;

use super::located::Located;
use crate::diagnostic::Severity;

/// Warnings of one code.
const WARNINGS_OF_A_KIND: usize = 3;

/// Errors of all kinds.
const ERRORS: usize = 100;

pub(super) struct Selected<'d> {
    pub(super) shown: Vec<Located<'d>>,
    more_errors: usize,
    /// By code, how many warnings are not shown, and how many there are.
    more_warnings: BTreeMap<&'static str, (usize, usize)>,
}

pub(super) fn select(all: Vec<Located<'_>>, shows_all: bool) -> Selected<'_> {
    let mut selected = Selected { shown: Vec::new(), more_errors: 0, more_warnings: BTreeMap::new() };
    let mut errors = 0;
    for located in all {
        let is_shown = match located.diagnostic.severity {
            Severity::Error => {
                errors += 1;
                errors <= ERRORS
            }
            Severity::Warning => {
                let (_, count) = selected.more_warnings.entry(located.diagnostic.code).or_default();
                *count += 1;
                *count <= WARNINGS_OF_A_KIND
            }
        };
        match located.diagnostic.severity {
            _ if is_shown || shows_all => selected.shown.push(located),
            Severity::Error => selected.more_errors += 1,
            Severity::Warning => selected.more_warnings.entry(located.diagnostic.code).or_default().0 += 1,
        }
    }
    selected.more_warnings.retain(|_, (more, _)| *more > 0);
    selected
}

impl Selected<'_> {
    /// What to say of those that are not shown.
    pub(super) fn rest(&self) -> Vec<(Severity, String)> {
        let mut lines = Vec::new();
        if !self.more_warnings.is_empty() {
            let counts =
                self.more_warnings.iter().map(|(code, (more, count))| format!("{more} more `{code}` (of {count})"));
            lines.push((Severity::Warning, format!("not shown: {}", counts.collect::<Vec<_>>().join(", "))));
        }
        if self.more_errors > 0 {
            lines.push((Severity::Error, format!("not shown: {} more errors", self.more_errors)));
        }
        lines
    }
}
