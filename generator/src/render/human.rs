//! One diagnostic as rustc shows it, by rustc's own renderer.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::located::{Located, Spot, Text, Texts};
use crate::diagnostic::Severity;
use crate::spans::Span;

/// Marks that are at most so many lines apart are shown in one piece.
const NEAR: usize = 8;

/// Characters around a mark, of a line that is longer: the renderer, which trims lines to the width of a terminal,
/// would take seconds for a file that is one line.
const REACH: usize = 500;

/// The text, without a line break at its end.
pub(super) fn text(located: &Located<'_>, texts: &Texts<'_>, is_colored: bool) -> String {
    let diagnostic = located.diagnostic;
    let title = level(diagnostic.severity).primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut group = Group::with_title(title);
    let mut corrections = Vec::new();
    let mut is_primary = true;
    let pieces = pieces(located, texts);
    for piece in &pieces {
        group = match &piece.window {
            Some(window) => {
                corrections.extend(window.correction(&piece.file));
                group.element(window.snippet(piece, is_primary))
            }
            None => group.element(Origin::path(piece.file.clone())),
        };
        is_primary = false;
    }
    if let Some(pointer) = located.primary().pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
        group = group.element(Level::NOTE.message(format!("at `#{pointer}`")));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let mut text = renderer(is_colored).render(&[group]);
    for (cut, real) in corrections {
        text = text.replacen(&cut, &real, 1);
    }
    text
}

/// A message about the others.
pub(super) fn line(severity: Severity, message: &str, is_colored: bool) -> String {
    renderer(is_colored).render(&[Group::with_title(level(severity).primary_title(message))])
}

fn renderer(is_colored: bool) -> Renderer {
    if is_colored { Renderer::styled() } else { Renderer::plain() }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    }
}

/// Marks that are shown together.
struct Piece<'s> {
    file: String,
    spots: Vec<&'s Spot>,
    /// None of a file as a whole.
    window: Option<Window>,
}

/// The spots, those that are near to each other in one piece, the primary one first.
fn pieces<'s>(located: &'s Located<'_>, texts: &Texts<'_>) -> Vec<Piece<'s>> {
    let mut pieces: Vec<Piece<'s>> = Vec::new();
    for spot in &located.spots {
        let line_of = |spot: &Spot| Some(texts.get(&spot.file)?.lines.position(spot.span.as_ref()?.start).0);
        let line = line_of(spot);
        let near = pieces.iter_mut().find(|piece| {
            let is_near = |other: &&Spot| match (line_of(other), line) {
                (Some(other), Some(line)) => other.abs_diff(line) <= NEAR,
                _ => false,
            };
            piece.file == spot.file && piece.spots.iter().any(is_near)
        });
        match near {
            Some(piece) => piece.spots.push(spot),
            None => pieces.push(Piece { file: spot.file.clone(), spots: vec![spot], window: None }),
        }
    }
    for piece in &mut pieces {
        piece.window = texts.get(&piece.file).and_then(|text| Window::around(&piece.spots, text));
    }
    pieces
}

/// The lines that hold some marks, as far as they are needed.
struct Window {
    text: String,
    first_line: usize,
    /// Where the text begins.
    start: usize,
    /// Line and column as the renderer will count it, and the column that it is, if the line was cut.
    cut: Option<(usize, usize, usize)>,
}

impl Window {
    fn around(spots: &[&Spot], text: &Text<'_>) -> Option<Self> {
        let spans: Vec<&Span> = spots.iter().filter_map(|spot| spot.span.as_ref()).collect();
        let start = spans.iter().map(|span| span.start).min()?;
        let end = spans.iter().map(|span| span.end).max()?;
        let lines = text.lines.around(start).start..text.lines.around(end).end.max(end);
        let (first_line, column) = text.lines.position(start);
        if lines.len() <= 4 * REACH * spots.len().max(2) {
            let text = text.text.get(lines.clone())?.to_owned();
            return Some(Self { text, first_line, start: lines.start, cut: None });
        }
        // One mark, on one very long line, or marks on it so near that they fit.
        let all = text.text;
        let before = all.get(lines.start..start)?;
        let reach = before.char_indices().rev().nth(REACH).map_or(0, |(offset, _)| offset);
        let after = all.get(end..lines.end)?;
        let behind = after.char_indices().nth(REACH).map_or(after.len(), |(offset, _)| offset);
        let cut_start = lines.start + reach;
        let text = all.get(cut_start..end + behind)?.to_owned();
        let shown_column = all.get(cut_start..start)?.chars().count() + 1;
        Some(Self { text, first_line, start: cut_start, cut: Some((first_line, shown_column, column)) })
    }

    fn snippet<'w>(&'w self, piece: &Piece<'w>, is_primary: bool) -> Snippet<'w, annotate_snippets::Annotation<'w>> {
        let annotations = piece.spots.iter().enumerate().filter_map(|(index, spot)| {
            let span = spot.span.as_ref()?;
            let kind = if is_primary && index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let within = |offset: usize| offset.saturating_sub(self.start).min(self.text.len());
            Some(kind.span(within(span.start)..within(span.end)).label(spot.label.as_deref()))
        });
        Snippet::source(&self.text).path(piece.file.clone()).line_start(self.first_line).annotations(annotations)
    }

    /// What the renderer says of the place in a cut line, and what is true.
    fn correction(&self, file: &str) -> Option<(String, String)> {
        let (line, shown, real) = self.cut?;
        Some((format!("{file}:{line}:{shown}"), format!("{file}:{line}:{real}")))
    }
}
