//! Diagnostics in, text out: for people as rustc shows them, for tools one JSON object a line.
//!
//! The texts that diagnostics are about are read and parsed a second time here, with the places of everything in them; a
//! run without diagnostics never comes here.

mod human;
mod json;
mod located;
mod selection;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::Description;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::decoded;
use crate::settings::Settings;
use crate::tree::seen_from;
use located::{Located, Texts};
use selection::select;

/// Shows the diagnostics of a description and its settings.
///
/// ```
/// # use openapi_rust_generator::{Description, generate, render::Renderer, settings::Settings};
/// let description = Description::new("spec/pets.yaml", "openapi: 3.1.1\ninfo: { title: Pets }\npaths: {}\n");
/// let settings = Settings::default();
/// let diagnostics = generate(description, &settings).unwrap_err();
/// let shown = Renderer::new(description, &settings).text(&diagnostics);
/// assert!(shown.starts_with(
///     "error[missing-field]: an Info Object without `version`\n --> spec/pets.yaml:2:1\n"
/// ));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Renderer<'a> {
    description: Description<'a>,
    settings: &'a Settings,
    is_colored: bool,
    shows_all: bool,
}

impl<'a> Renderer<'a> {
    /// For what [`generate`](crate::generate) says of these two. Files that the description refers to are read again.
    pub fn new(description: Description<'a>, settings: &'a Settings) -> Self {
        Self { description, settings, is_colored: false, shows_all: false }
    }

    /// Whether text has the colours of a terminal (ANSI).
    #[must_use]
    pub fn colored(self, is_colored: bool) -> Self {
        Self { is_colored, ..self }
    }

    /// Whether text has every diagnostic: otherwise a kind of warning is shown three times, and then counted, and errors
    /// are shown up to a hundred.
    #[must_use]
    pub fn all(self, shows_all: bool) -> Self {
        Self { shows_all, ..self }
    }

    /// What people read: the diagnostics in document order, with the lines that they are about, an empty line after each;
    /// then how many are not shown.
    pub fn text(&self, diagnostics: &[Diagnostic]) -> String {
        if diagnostics.is_empty() {
            return String::new();
        }
        let files = self.files(diagnostics);
        let texts = Texts::new(&files);
        let located = self.located(diagnostics, &texts);
        let selected = select(located, self.shows_all);
        let mut text = String::new();
        for located in &selected.shown {
            text.push_str(&human::text(located, &texts, self.is_colored));
            text.push_str("\n\n");
        }
        for (severity, line) in selected.rest() {
            text.push_str(&human::line(severity, &line, self.is_colored));
            text.push_str("\n\n");
        }
        text
    }

    /// What tools read: all diagnostics in document order, a JSON object on a line of its own each.
    ///
    /// ```json
    /// {"severity":"error","code":"…","message":"…","help":"…","spans":[{"file":"spec/pets.yaml","pointer":"/info",
    /// "line":2,"column":1,"end_line":2,"end_column":5,"is_primary":true,"label":null}],"rendered":"error[…]: …"}
    /// ```
    ///
    /// `help`, `pointer` and `label` may be null, and so may lines and columns, counted from 1 and in characters, of
    /// what is about a whole file. `rendered` is the text for people, without colours.
    pub fn json(&self, diagnostics: &[Diagnostic]) -> String {
        let files = self.files(diagnostics);
        let texts = Texts::new(&files);
        let located = self.located(diagnostics, &texts);
        located.iter().map(|located| json::line(located, &texts, &human::text(located, &texts, false))).collect()
    }

    /// In document order: the root first, the other files as diagnostics name them, the settings last.
    fn located<'d>(&self, diagnostics: &'d [Diagnostic], texts: &Texts<'_>) -> Vec<Located<'d>> {
        let mut order: HashMap<&str, usize> = HashMap::from([(self.description.name, 0)]);
        for diagnostic in diagnostics {
            let next = order.len();
            order.entry(&diagnostic.file).or_insert(next);
        }
        order.insert(&self.settings.source.file, usize::MAX);
        let mut located: Vec<Located<'d>> = diagnostics.iter().map(|found| Located::new(found, texts)).collect();
        located.sort_by_key(|located| {
            let start = located.primary().span.as_ref().map_or(0, |span| span.start);
            (order.get(located.primary().file.as_str()).copied(), start)
        });
        located
    }

    /// The text of every file that has a part in the diagnostics.
    fn files(&self, diagnostics: &[Diagnostic]) -> HashMap<String, String> {
        let own = diagnostics.iter().map(|diagnostic| &diagnostic.file);
        let related = diagnostics.iter().flat_map(|diagnostic| diagnostic.related.iter().map(|related| &related.file));
        let mut files = HashMap::new();
        for file in own.chain(related) {
            if !files.contains_key(file)
                && let Some(bytes) = self.bytes(file)
            {
                let text = decoded(&bytes).unwrap_or_else(|| String::from_utf8_lossy(&bytes));
                files.insert(file.clone(), text.into_owned());
            }
        }
        files
    }

    fn bytes(&self, file: &str) -> Option<Cow<'a, [u8]>> {
        if file == self.description.name {
            return Some(Cow::Borrowed(self.description.text));
        }
        if file == self.settings.source.file {
            return Some(Cow::Borrowed(self.settings.source.text.as_bytes()));
        }
        if let Some(overlay) = self.description.overlays.iter().find(|overlay| overlay.name == file) {
            return Some(Cow::Borrowed(overlay.text));
        }
        let read = self.description.files?;
        read(&seen_from(self.description.name, file)).ok().map(Cow::Owned)
    }
}

/// How many of the diagnostics have that severity.
pub fn count(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}
