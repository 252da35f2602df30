//! What a stage has to say about a description: errors and warnings, each with its place.
//!
//! Stages collect with [`Diagnostics`] and go on; nobody prints here.

use std::fmt;

use crate::normalize::Origins;
use crate::suggest::Suggestions;
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

/// What is marked of an object's member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    /// The value, or the key if the value is an object, an array or nothing.
    #[default]
    Either,
    /// The key.
    Key,
    /// Every key of that name: the last one, and the others as related places.
    EveryKey,
}

/// Another place that a problem has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The file, as the caller named it.
    pub file: String,
    /// Where in that file.
    pub place: Place,
    /// What is there.
    pub label: String,
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
    /// What is marked there.
    pub mark: Mark,
    /// What is to be said at the mark; most often the message says it all.
    pub label: Option<String>,
    /// Other places that it has to do with.
    pub related: Vec<Related>,
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
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(shortened(help.into()));
        self
    }

    /// Says what to mark.
    pub fn mark(&mut self, mark: Mark) -> &mut Self {
        self.mark = mark;
        self
    }

    /// Says something at the mark.
    pub fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = Some(shortened(label.into()));
        self
    }

    /// Adds another place of the same file, or one that begins with its own.
    pub fn related(&mut self, place: Place, label: impl Into<String>) -> &mut Self {
        self.related.push(Related { file: self.file.clone(), place, label: shortened(label.into()) });
        self
    }
}

impl Severity {
    /// `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Without the text of the description at hand: [`Renderer`](crate::render::Renderer) shows its lines.
///
/// ```text
/// error[dangling-reference]: `#/components/schemas/Pat` points at nothing
///   --> spec/pets.yaml#/paths/~1pets/get/responses/200/content/application~1json/schema
///   = help: did you mean `#/components/schemas/Pet`?
/// ```
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}[{}]: {}", self.severity.name(), self.code, self.message)?;
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
    pub(crate) suggestions: Suggestions,
    /// Where the parts of the root are from, if overlays have changed it.
    origins: Origins,
}

impl Diagnostics {
    /// An empty collector for the description that the user calls `file`.
    pub fn new(file: impl Into<String>) -> Self {
        Self {
            root: file.into(),
            file: None,
            list: Vec::new(),
            suggestions: Suggestions::default(),
            origins: Origins::default(),
        }
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
        let message = shortened(message);
        let (mark, label, related, help) = (Mark::default(), None, Vec::new(), None);
        self.list.push(Diagnostic { severity, code, message, file, place, mark, label, related, help });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// Adds what has been found elsewhere.
    pub fn extend(&mut self, found: &[Diagnostic]) {
        self.list.extend_from_slice(found);
    }

    /// Whether anything forbids output.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// What is found in the root from now on may be from an overlay.
    pub(crate) fn set_origins(&mut self, origins: Origins) {
        self.origins = origins;
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
            as_written(&self.root, &self.origins, &mut diagnostic.file, &mut diagnostic.place);
            for related in &mut diagnostic.related {
                as_written(&self.root, &self.origins, &mut related.file, &mut related.place);
            }
        }
        self.list
    }
}

/// How long a text is that anybody reads, in bytes. What it quotes of a description may be megabytes.
const MAX_TEXT: usize = 1_000;

/// The text without its middle, if it is long.
fn shortened(text: String) -> String {
    if text.len() <= MAX_TEXT {
        return text;
    }
    let head = &text[..text.floor_char_boundary(MAX_TEXT * 2 / 3)];
    let tail = &text[text.ceil_char_boundary(text.len() - MAX_TEXT / 3)..];
    format!("{head} … {tail}")
}

/// Takes the file of a place in another file than `root` off the pointer, and leads to the overlay that has it.
fn as_written(root: &str, origins: &Origins, file: &mut String, place: &mut Place) {
    let Place::Pointer(place) = place else { return };
    if let (Some(other), pointer) = split_place(place) {
        *file = beside(root, &other.replace("%23", "#"));
        *place = pointer.to_owned();
    } else if file == root {
        let source = origins.of(place);
        *place = source.pointer;
        *file = source.file.unwrap_or_else(|| root.to_owned());
    }
}
