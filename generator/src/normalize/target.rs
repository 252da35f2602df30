//! Where a `$ref` leads: in the same file, in another one, to a pointer, an anchor or an `$id`.

use percent_encoding::percent_decode_str;

use super::identifiers::Identifiers;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::load::{Documents, Fault};
use crate::tree::{Node, Pointer, places_around, segments, whole_file};

/// How many characters of a reference a message shows.
const MAX_SHOWN: usize = 300;

/// A `$ref` with that text, which stands at `at`; what is to be said of it is said at `reported_at`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference<'r> {
    pub(super) at: &'r str,
    pub(super) text: &'r str,
    pub(super) reported_at: &'r str,
}

/// Why a reference leads nowhere.
#[derive(Debug)]
pub(super) enum Problem {
    /// Its file cannot be used.
    File(Fault),
    /// There is nothing at its place.
    Nothing,
}

/// Finds targets, in the files that have been opened and those that it opens.
#[derive(Debug, Default)]
pub(super) struct Targets {
    identifiers: Identifiers,
}

impl Targets {
    /// The place that a reference leads to. There is something at that place.
    pub(super) fn find(
        &mut self,
        documents: &mut Documents<'_>,
        reference: Reference<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<String, Problem> {
        let (uri, fragment) = reference.text.split_once('#').unwrap_or((reference.text, ""));
        let base = if uri.is_empty() {
            self.identifiers.resource_around(documents, reference.at)
        } else {
            self.file(documents, reference.at, uri, diagnostics).map_err(Problem::File)?
        };
        let fragment = percent_decode_str(fragment).decode_utf8().map_err(|_| Problem::Nothing)?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.identifiers.anchor(documents, &base, &fragment).ok_or(Problem::Nothing);
        }
        let place = format!("{base}{fragment}");
        if documents.at(&place).is_some() {
            return Ok(place);
        }
        // An embedded resource has a root of its own, but not everybody counts from it.
        let whole = whole_file(&base);
        if base != whole {
            let place = format!("{whole}{fragment}");
            if documents.at(&place).is_some() {
                return Ok(place);
            }
        }
        if let Some(place) = self.through_references(documents, &place, diagnostics) {
            let message = format!("`{}` goes through a reference, read as `{}`", reference.text, shown(&place));
            diagnostics
                .warning("indirect-reference", Place::Pointer(reference.reported_at.to_owned()), message)
                .help("a JSON pointer does not follow references");
            return Ok(place);
        }
        let nearest = uri.is_empty().then(|| nearest_definitions(documents, reference.at, &fragment)).flatten();
        if let Some(place) = nearest {
            let message = format!("`{}` points at nothing, read as `{}`", reference.text, shown(&place));
            diagnostics
                .warning("relative-reference", Place::Pointer(reference.reported_at.to_owned()), message)
                .help("a reference begins at the root of the document, not at the schema around it");
            return Ok(place);
        }
        Err(Problem::Nothing)
    }

    /// How many schemas the anchor in a reference names.
    pub(super) fn namesakes(&self, text: &str) -> usize {
        text.split_once('#').map_or(0, |(_, anchor)| self.identifiers.count(anchor))
    }

    /// The place of what a URI without fragment names: a schema by its `$id`, else a file by its path.
    fn file(
        &mut self,
        documents: &mut Documents<'_>,
        at: &str,
        uri: &str,
        diagnostics: &mut Diagnostics,
    ) -> Result<String, Fault> {
        if let Some(place) = self.identifiers.identified(documents, at, uri) {
            return Ok(place);
        }
        let path = percent_decode_str(uri).decode_utf8().map_err(|_| Fault::Missing)?;
        documents.open(at, &path, diagnostics)
    }

    /// `#/components/schemas/Pet/properties/name` where `Pet` is itself a reference: the place that is meant.
    fn through_references(
        &mut self,
        documents: &mut Documents<'_>,
        place: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let mut reached = Pointer::from_text(whole_file(place));
        for segment in segments(place) {
            for _ in 0..100 {
                if documents.at(&reached.child(&segment)).is_some() {
                    break;
                }
                let text = documents.at(reached.as_str())?.as_reference()?.to_owned();
                let (uri, fragment) = text.split_once('#').unwrap_or((&text, ""));
                let base = match uri {
                    "" => whole_file(reached.as_str()).to_owned(),
                    _ => self.file(documents, reached.as_str(), uri, diagnostics).ok()?,
                };
                let fragment = percent_decode_str(fragment).decode_utf8().ok()?;
                reached = Pointer::from_text(format!("{base}{fragment}"));
            }
            reached = Pointer::from_text(reached.child(&segment));
        }
        documents.at(reached.as_str()).map(|_| reached.as_str().to_owned())
    }
}

/// `#/$defs/Name` where only a schema around the reference has such `$defs`.
fn nearest_definitions(documents: &Documents<'_>, at: &str, fragment: &str) -> Option<String> {
    if !fragment.starts_with("/$defs/") && !fragment.starts_with("/definitions/") {
        return None;
    }
    let mut candidates = places_around(at).map(|around| format!("{around}{fragment}"));
    candidates.find(|candidate| documents.at(candidate).is_some())
}

/// A place as a reference would name it.
pub(super) fn shown(place: &str) -> String {
    if place.is_empty() || place.starts_with('/') { format!("#{place}") } else { place.to_owned() }
}

impl Problem {
    /// Says what is wrong with the reference. `None` if that has been said already.
    pub(super) fn report<'d>(
        self,
        reference: Reference<'_>,
        severity: Severity,
        diagnostics: &'d mut Diagnostics,
    ) -> Option<&'d mut Diagnostic> {
        let text: String = reference.text.chars().take(MAX_SHOWN).collect();
        let (code, message, help) = match self {
            Problem::Nothing => ("dangling-reference", format!("`{text}` points at nothing"), None),
            Problem::File(Fault::Broken) => return None,
            Problem::File(Fault::Remote) => (
                "remote-reference",
                format!("`{text}` is not on this disk, and nothing is fetched"),
                Some("save the file beside the description, and refer to it by its path"),
            ),
            Problem::File(Fault::Absolute) => (
                "absolute-reference",
                format!("`{text}` is an absolute path"),
                Some("write the path from this file's folder"),
            ),
            Problem::File(Fault::NoReader) => (
                "external-reference",
                format!("`{text}` is in another file, and the generator has not been told how to read it"),
                Some("`Description::with_files` tells it"),
            ),
            Problem::File(Fault::Missing) if text.contains('\\') => {
                ("missing-file", format!("`{text}`: there is no such file"), Some("separate folders by `/`"))
            }
            Problem::File(Fault::Missing) => (
                "missing-file",
                format!("`{text}`: there is no such file"),
                Some("a path begins at the folder of the file that it is written in"),
            ),
            Problem::File(Fault::Unreadable(reason)) => {
                ("unreadable-file", format!("`{text}` cannot be read: {reason}"), None)
            }
        };
        let place = Place::Pointer(reference.reported_at.to_owned());
        let found = match severity {
            Severity::Error => diagnostics.error(code, place, message),
            Severity::Warning => diagnostics.warning(code, place, message),
        };
        found.help = help.map(str::to_owned);
        Some(found)
    }
}

/// Whether a node is a reference and nothing else.
pub(super) fn is_bare_reference(node: &Node) -> bool {
    node.as_object().is_some_and(|members| members.len() == 1) && node.as_reference().is_some()
}
