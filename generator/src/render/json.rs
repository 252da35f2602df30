//! One diagnostic as a JSON object on a line.

use serde::Serialize;

use super::located::{Located, Spot, Texts};

#[derive(Serialize)]
struct Message<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    spans: Vec<Place<'a>>,
    rendered: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    pointer: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    is_primary: bool,
    label: Option<&'a str>,
}

pub(super) fn line(located: &Located<'_>, texts: &Texts<'_>, rendered: &str) -> String {
    let diagnostic = located.diagnostic;
    let spots = located.spots.iter().enumerate();
    let message = Message {
        severity: diagnostic.severity.name(),
        code: diagnostic.code,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        spans: spots.map(|(index, spot)| place(spot, index == 0, texts)).collect(),
        rendered,
    };
    let json = serde_json::to_string(&message).expect("text, numbers and nothing else can be JSON");
    json + "\n"
}

fn place<'a>(spot: &'a Spot, is_primary: bool, texts: &Texts<'_>) -> Place<'a> {
    let lines = texts.get(&spot.file).map(|text| &text.lines);
    let position = |offset: fn(&crate::spans::Span) -> usize| Some(lines?.position(offset(spot.span.as_ref()?)));
    let (start, end) = (position(|span| span.start), position(|span| span.end));
    Place {
        file: &spot.file,
        pointer: spot.pointer.as_deref(),
        line: start.map(|(line, _)| line),
        column: start.map(|(_, column)| column),
        end_line: end.map(|(line, _)| line),
        end_column: end.map(|(_, column)| column),
        is_primary,
        label: spot.label.as_deref(),
    }
}
