//! What a stage has to say about a description: errors and warnings, each with its place.
//!
//! Stages collect with [`Diagnostics`] and go on; nobody prints here.

use std::fmt;

use crate::tree::{beside, split_place};

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Output is written, but the description says something that was repaired or cannot be honoured.
    Warning,
    /// No output is written.
    Error,
}

/// Where in a description something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line and a column, both counted from 1, of text that does not parse.
    Text {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// A JSON pointer (RFC 6901) into the document; the empty pointer is its root.
    Pointer(String),
}

/// One problem of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Stable name of the kind of problem, kebab-case.
    pub code: &'static str,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// The file, as the caller named it.
    pub file: String,
    /// Where in that file.
    pub place: Place,
    /// What to do about it.
    pub help: Option<String>,
}

/// The codes of diagnostics about what has no type of its own in the generated crate: a schema that says something
/// and became any JSON value, content that became bytes or text, an operation, member or property that is left out.
pub const UNTYPED: &[&str] = &[
    "other-notation",
    "unrouted-operation",
    "unsupported-part-headers",
    "unsupported-union",
    "untyped-content",
    "untyped-schema",
];

impl Diagnostic {
    /// Whether the generated crate has no type for something that the description says: see [`UNTYPED`].
    pub fn is_untyped(&self) -> bool {
        UNTYPED.contains(&self.code)
    }

    /// Adds what to do about it.
    pub fn help(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }
}

/// ```text
/// error[dangling-reference]: `#/components/schemas/Pat` points at nothing
///   --> spec/pets.yaml#/paths/~1pets/get/responses/200/content/application~1json/schema
///   = help: did you mean `#/components/schemas/Pet`?
/// ```
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        writeln!(f, "{severity}[{}]: {}", self.code, self.message)?;
        match &self.place {
            Place::File => write!(f, "  --> {}", self.file)?,
            Place::Text { line, column } => write!(f, "  --> {}:{line}:{column}", self.file)?,
            Place::Pointer(pointer) => write!(f, "  --> {}#{pointer}", self.file)?,
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}

/// The collector of one run: every stage adds to it, in document order.
#[derive(Debug)]
pub struct Diagnostics {
    root: String,
    /// The file that is being read, if it is not the root.
    file: Option<String>,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty collector for the description that the user calls `file`.
    pub fn new(file: impl Into<String>) -> Self {
        Self { root: file.into(), file: None, list: Vec::new() }
    }

    /// Collects from `read` what is wrong with a file that the description refers to. Its path is relative to the
    /// description's folder.
    pub(crate) fn in_file<T>(&mut self, path: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.file.replace(path.to_owned());
        let outcome = read(self);
        self.file = around;
        outcome
    }

    /// Reports a problem that forbids any output. Chain [`Diagnostic::help`] on what it returns.
    pub fn error(&mut self, code: &'static str, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.report(Severity::Error, code, place, message.into())
    }

    /// Reports a repair or a degradation: output is written all the same.
    pub fn warning(&mut self, code: &'static str, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.report(Severity::Warning, code, place, message.into())
    }

    fn report(&mut self, severity: Severity, code: &'static str, place: Place, message: String) -> &mut Diagnostic {
        let place = match (&self.file, place) {
            (Some(file), Place::Pointer(pointer)) if pointer.starts_with('/') || pointer.is_empty() => {
                Place::Pointer(format!("{file}#{pointer}"))
            }
            (_, place) => place,
        };
        let file = self.file.as_ref().map_or_else(|| self.root.clone(), |file| beside(&self.root, file));
        self.list.push(Diagnostic { severity, code, message, file, place, help: None });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// Whether anything forbids output.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Takes back what `is_wrong` says of.
    pub fn take_back(&mut self, is_wrong: impl Fn(&Diagnostic) -> bool) {
        self.list.retain(|diagnostic| !is_wrong(diagnostic));
    }

    /// Everything reported so far. The pointer of a place in another file begins with that file here.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Everything reported, in order.
    pub fn into_list(mut self) -> Vec<Diagnostic> {
        for diagnostic in &mut self.list {
            if let Place::Pointer(place) = &mut diagnostic.place
                && let (Some(file), pointer) = split_place(place)
            {
                diagnostic.file = beside(&self.root, &file.replace("%23", "#"));
                *place = pointer.to_owned();
            }
        }
        self.list
    }
}
