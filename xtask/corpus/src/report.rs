//! What came of each description: the verdict, the table, and what failed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use comfy_table::{Cell, CellAlignment, Table, presets};
use openapi_rust_generator::diagnostic::{Diagnostic, Place, Severity};

use crate::compilation::Compilation;
use crate::discovery::Description;
use crate::generation::{self, Generation, Outcome, Size};

/// One line of the table.
#[derive(Debug)]
pub struct Row {
    /// The description.
    pub description: Description,
    /// What the generator made of it.
    pub generation: Generation,
    /// What came of compiling that, if it was asked for and there is a crate.
    pub compilation: Option<Compilation>,
}

/// Whether a description is handled as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Passed(&'static str),
    /// It is not, and why.
    Failed(String),
}

impl Row {
    /// A crate must be generated, and compile if that was tried. A description that the manifest marks as invalid
    /// may be refused instead, with a place for each error.
    pub fn verdict(&self) -> Verdict {
        match &self.generation.outcome {
            Outcome::Broken(why) => Verdict::Failed(why.clone()),
            Outcome::Refused(diagnostics) => {
                if !self.description.is_invalid {
                    Verdict::Failed("refused".to_owned())
                } else if errors(diagnostics).all(|error| error.place != Place::File) {
                    Verdict::Passed("invalid, reported")
                } else {
                    Verdict::Failed("refused without a place".to_owned())
                }
            }
            Outcome::Written { .. } => {
                match self.compilation.as_ref().and_then(|compilation| compilation.failure.as_ref()) {
                    Some((step, _)) => Verdict::Failed(format!("cargo {step} fails")),
                    None => Verdict::Passed("passed"),
                }
            }
        }
    }

    /// Why it failed, at length; empty if it did not.
    fn failure(&self) -> String {
        match (self.verdict(), &self.generation.outcome) {
            (Verdict::Passed(_), _) => String::new(),
            (Verdict::Failed(why), Outcome::Broken(_)) => why,
            (_, Outcome::Refused(diagnostics)) => {
                let errors: Vec<Diagnostic> = errors(diagnostics).cloned().collect();
                generation::render(&self.description, &errors).trim_end().to_owned()
            }
            (_, Outcome::Written { .. }) => {
                let failure = self.compilation.as_ref().and_then(|compilation| compilation.failure.as_ref());
                failure.map(|(_, said)| said.trim_end().to_owned()).unwrap_or_default()
            }
        }
    }

    /// Everything that was said: the generator's diagnostics, and what cargo wrote.
    pub fn log(&self) -> String {
        let mut log = generation::render(&self.description, self.generation.diagnostics());
        if !matches!(self.generation.outcome, Outcome::Refused(_)) {
            log.push_str(&self.failure());
        }
        log
    }

    fn untyped(&self) -> impl Iterator<Item = &Diagnostic> {
        self.generation.diagnostics().iter().filter(|diagnostic| diagnostic.is_untyped())
    }
}

fn errors(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error)
}

/// The table of all descriptions.
pub fn table(rows: &[Row], is_compiled: bool) -> String {
    let mut header =
        vec!["description", "version", "operations", "types", "files", "lines", "ms", "warnings", "errors", "untyped"];
    if is_compiled {
        header.extend(["check s", "cpu s", "peak MB", "all s"]);
    }
    header.push("result");
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(&header);
    for row in rows {
        table.add_row(cells(row, is_compiled));
    }
    let last = header.len() - 1;
    for (index, column) in table.column_iter_mut().enumerate() {
        let is_number = (2..last).contains(&index);
        column.set_cell_alignment(if is_number { CellAlignment::Right } else { CellAlignment::Left });
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn cells(row: &Row, is_compiled: bool) -> Vec<Cell> {
    let generation = &row.generation;
    let size = match generation.outcome {
        Outcome::Written { size, .. } => Some(size),
        _ => None,
    };
    let number = |of: fn(Size) -> usize| Cell::new(size.map_or_else(|| "-".to_owned(), |size| of(size).to_string()));
    let mut cells = vec![
        Cell::new(&row.description.name),
        Cell::new(&row.description.version),
        number(|size| size.operations),
        number(|size| size.types),
        number(|size| size.files),
        number(|size| size.lines),
        Cell::new(generation.time.as_millis()),
        Cell::new(generation.count(Severity::Warning)),
        Cell::new(generation.count(Severity::Error)),
        Cell::new(row.untyped().count()),
    ];
    if is_compiled {
        let check = row.compilation.as_ref().and_then(|compilation| compilation.check);
        let or_dash = |text: Option<String>| Cell::new(text.unwrap_or_else(|| "-".to_owned()));
        cells.push(or_dash(check.map(|check| seconds(check.time))));
        cells.push(or_dash(check.map(|check| seconds(check.cpu))));
        cells.push(or_dash(check.map(|check| (check.memory / 1_000_000).to_string())));
        let all = row.compilation.as_ref().map(|compilation| compilation.time);
        cells.push(or_dash(all.map(seconds)));
    }
    cells.push(match row.verdict() {
        Verdict::Passed(how) => Cell::new(how),
        Verdict::Failed(why) => Cell::new(format!("FAILED: {why}")),
    });
    cells
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}

/// What has no type of its own in all descriptions, by the code of its diagnostic.
pub fn untyped(rows: &[Row]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in rows.iter().flat_map(Row::untyped) {
        *counts.entry(diagnostic.code).or_default() += 1;
    }
    if counts.is_empty() {
        return String::new();
    }
    let counts: Vec<String> = counts.iter().map(|(code, count)| format!("{count} {code}")).collect();
    format!("untyped: {}\n", counts.join(", "))
}

/// How much of a failure is shown; the whole of it is in the log.
const SHOWN_LINES: usize = 40;

/// Why the descriptions failed that did.
pub fn failures(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let failure = row.failure();
        if failure.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{} failed:", row.description.name);
        for line in failure.lines().take(SHOWN_LINES) {
            let _ = writeln!(text, "{}", format!("    {line}").trim_end());
        }
        if let Some(left) = failure.lines().count().checked_sub(SHOWN_LINES).filter(|left| *left > 0) {
            let _ = writeln!(text, "    … and {left} more lines in its log");
        }
        text.push('\n');
    }
    text
}

/// How many passed, and how many failed.
pub fn counts(rows: &[Row]) -> (usize, usize) {
    let passed = rows.iter().filter(|row| matches!(row.verdict(), Verdict::Passed(_))).count();
    (passed, rows.len() - passed)
}

#[cfg(test)]
mod tests {
    use openapi_rust_generator::diagnostic::Diagnostics;

    use super::*;
    use crate::measurement::Measurement;

    fn row(is_invalid: bool, outcome: Outcome, compilation: Option<Compilation>) -> Row {
        let description =
            Description { name: "pets".to_owned(), path: "pets.yaml".into(), version: "3.1.0".to_owned(), is_invalid };
        Row { description, generation: Generation { time: Duration::from_millis(7), outcome }, compilation }
    }

    fn refused(place: Place) -> Outcome {
        let mut diagnostics = Diagnostics::new("pets.yaml");
        diagnostics.error("dangling-reference", place, "points at nothing");
        Outcome::Refused(diagnostics.into_list())
    }

    fn written() -> Outcome {
        Outcome::Written { size: Size { operations: 3, types: 4, files: 5, lines: 600 }, warnings: Vec::new() }
    }

    fn place() -> Place {
        Place::Pointer("/paths".to_owned())
    }

    #[test]
    fn only_what_is_marked_invalid_may_be_refused_and_only_with_places() {
        assert!(matches!(row(true, refused(place()), None).verdict(), Verdict::Passed("invalid, reported")));
        assert_eq!(row(false, refused(place()), None).verdict(), Verdict::Failed("refused".to_owned()));
        assert!(matches!(row(true, refused(Place::File), None).verdict(), Verdict::Failed(_)));
        assert!(matches!(row(true, Outcome::Broken("no".to_owned()), None).verdict(), Verdict::Failed(_)));
    }

    #[test]
    fn a_crate_must_compile_even_if_the_description_is_marked_invalid() {
        let failed = || Compilation { failure: Some(("clippy", "error: a\n  b".to_owned())), ..Compilation::default() };
        for is_invalid in [true, false] {
            assert_eq!(row(is_invalid, written(), None).verdict(), Verdict::Passed("passed"));
            let row = row(is_invalid, written(), Some(failed()));
            assert_eq!(row.verdict(), Verdict::Failed("cargo clippy fails".to_owned()));
            assert_eq!(failures(&[row]), "pets failed:\n    error: a\n      b\n\n");
        }
    }

    #[test]
    fn the_table_has_what_was_measured() {
        let check =
            Measurement { time: Duration::from_millis(1234), cpu: Duration::from_millis(987), memory: 567_800_000 };
        let compilation = Compilation { check: Some(check), time: Duration::from_secs(9), failure: None };
        let rows = [row(false, written(), Some(compilation)), row(false, refused(place()), None)];
        let table = table(&rows, true);
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines[1],
            ["pets", "3.1.0", "3", "4", "5", "600", "7", "0", "0", "0", "1.2", "1.0", "567", "9.0", "passed"]
        );
        let refused =
            ["pets", "3.1.0", "-", "-", "-", "-", "7", "0", "1", "0", "-", "-", "-", "-", "FAILED:", "refused"];
        assert_eq!(lines[2], refused);
        assert_eq!(counts(&rows), (1, 1));
    }

    #[test]
    fn a_long_failure_is_cut() {
        let text = "line\n".repeat(SHOWN_LINES + 3);
        let compilation = Compilation { failure: Some(("check", text)), ..Compilation::default() };
        let shown = failures(&[row(false, written(), Some(compilation))]);
        assert!(shown.ends_with("    line\n    … and 3 more lines in its log\n\n"), "{shown}");
    }
}
