//! Diagnostics with the spans of their places.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Mark, Place};
use crate::spans::{Hit, Lines, Outline, Span, outline};

/// The files that diagnostics are about, each looked through when it is first asked for.
pub(super) struct Texts<'t> {
    texts: HashMap<&'t str, Text<'t>>,
}

pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) lines: Lines<'t>,
    file: &'t str,
    outline: OnceCell<Outline<'t>>,
}

impl<'t> Texts<'t> {
    /// The texts by the names of their files.
    pub(super) fn new(files: &'t HashMap<String, String>) -> Self {
        let text = |(file, text): (&'t String, &'t String)| {
            (file.as_str(), Text { text, lines: Lines::new(text), file, outline: OnceCell::new() })
        };
        Self { texts: files.iter().map(text).collect() }
    }

    pub(super) fn get(&self, file: &str) -> Option<&Text<'t>> {
        self.texts.get(file)
    }
}

/// A place in a text.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) file: String,
    pub(super) pointer: Option<String>,
    /// What is marked; none of a file as a whole, and of a file without a text.
    pub(super) span: Option<Span>,
    pub(super) label: Option<String>,
}

/// A diagnostic and where it is to be shown.
pub(super) struct Located<'d> {
    pub(super) diagnostic: &'d Diagnostic,
    /// The primary one first.
    pub(super) spots: Vec<Spot>,
}

impl<'d> Located<'d> {
    pub(super) fn new(diagnostic: &'d Diagnostic, texts: &Texts<'_>) -> Self {
        let text = texts.get(&diagnostic.file);
        let hit = text.and_then(|text| text.hit(&diagnostic.place));
        let mut repeated = hit.as_ref().map(|hit| hit.repeated.clone()).unwrap_or_default();
        let first = hit.as_ref().and_then(|hit| hit.key.clone());
        let (span, label) = match (diagnostic.mark, repeated.pop()) {
            (Mark::EveryKey, Some(last)) => {
                repeated.extend(first);
                (Some(last), Some("again here".to_owned()))
            }
            _ => {
                repeated.clear();
                (text.and_then(|text| text.span(&diagnostic.place, hit.as_ref(), diagnostic.mark)), None)
            }
        };
        let spot = |span, label: Option<String>, pointer| Spot { file: diagnostic.file.clone(), pointer, span, label };
        let label = label.or_else(|| diagnostic.label.clone());
        let mut spots = vec![spot(span, label, pointer(&diagnostic.place))];
        spots.extend(repeated.into_iter().map(|span| spot(Some(span), Some("it is here, too".to_owned()), None)));
        let aliases = hit.map(|hit| hit.aliases).unwrap_or_default();
        spots
            .extend(aliases.into_iter().map(|span| spot(Some(span), Some("used through this alias".to_owned()), None)));
        spots.extend(diagnostic.related.iter().map(|related| {
            let text = texts.get(&related.file);
            let span = text.and_then(|text| text.span(&related.place, text.hit(&related.place).as_ref(), Mark::Either));
            let (file, label) = (related.file.clone(), Some(related.label.clone()));
            Spot { file, pointer: pointer(&related.place), span, label }
        }));
        Self { diagnostic, spots }
    }

    pub(super) fn primary(&self) -> &Spot {
        self.spots.first().expect("the first spot is the diagnostic's own")
    }
}

fn pointer(place: &Place) -> Option<String> {
    match place {
        Place::Pointer(pointer) => Some(pointer.clone()),
        Place::File | Place::Text { .. } => None,
    }
}

impl Text<'_> {
    fn hit(&self, place: &Place) -> Option<Hit> {
        match place {
            Place::Pointer(pointer) => self.outline.get_or_init(|| outline(self.file, self.text)).find(pointer),
            Place::File | Place::Text { .. } => None,
        }
    }

    /// What to mark of a place.
    fn span(&self, place: &Place, hit: Option<&Hit>, mark: Mark) -> Option<Span> {
        match (place, hit) {
            (Place::Text { line, column }, _) => Some(self.word(self.lines.offset(*line, *column))),
            (_, Some(hit)) => Some(self.marked(hit, mark)),
            _ => None,
        }
    }

    fn marked(&self, hit: &Hit, mark: Mark) -> Span {
        let is_key = mark != Mark::Either || hit.is_container || hit.value.is_empty() || !hit.is_exact;
        match &hit.key {
            Some(key) if is_key => key.clone(),
            _ => self.first_line(&hit.value),
        }
    }

    /// What a position is the beginning of, as far as anybody can tell.
    fn word(&self, start: usize) -> Span {
        let line = self.lines.around(start);
        let rest = self.text.get(start..line.end.max(start)).unwrap_or_default();
        let word = rest.find(|c: char| !(c.is_alphanumeric() || "-_$".contains(c))).unwrap_or(rest.len());
        let first = rest.chars().next().map_or(0, char::len_utf8);
        start..start + word.max(first)
    }

    /// Of what takes several lines, the first.
    fn first_line(&self, span: &Span) -> Span {
        let line = self.lines.around(span.start);
        let end = span.end.min(line.end).max(span.start);
        let text = self.text.get(span.start..end).unwrap_or_default();
        span.start..span.start + text.trim_end().len()
    }
}
