//! Words without quotes that YAML 1.1 reads as booleans, and YAML 1.2 as text: other tools may see something else.

use crate::diagnostic::{Diagnostics, Place};
use crate::spans::outline;
use crate::tree::{Node, Pointer};

/// Less `y` and `n`, which hardly a parser of YAML 1.1 reads so (YAML 1.1, type "bool").
const WORDS: &[&str] = &["yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"];

/// Warns of each that stands in `text`, which is YAML and holds `tree`.
pub(super) fn boolean_words(text: &str, tree: &Node, diagnostics: &mut Diagnostics) {
    let mut places = Vec::new();
    words_in(tree, &mut Pointer::default(), &mut places);
    // Only a second parse knows which are in quotes.
    if places.is_empty() || !text.lines().any(may_hold_word) {
        return;
    }
    let outline = outline("", text);
    for place in places {
        let value = outline.find(&place).filter(|hit| hit.is_exact).and_then(|hit| text.get(hit.value));
        if let Some(word) = value.filter(|value| WORDS.contains(value)) {
            let boolean = ["yes", "on"].contains(&word.to_ascii_lowercase().as_str());
            let message = format!("`{word}` is text in YAML 1.2, and {boolean} in YAML 1.1");
            diagnostics
                .warning("unquoted-string", Place::Pointer(place), message)
                .help(format!("read as text: write `'{word}'` for text, `{boolean}` for a boolean"));
        }
    }
}

fn words_in(node: &Node, at: &mut Pointer, found: &mut Vec<String>) {
    match node {
        Node::String(text) if WORDS.contains(&text.as_str()) => found.push(at.as_str().to_owned()),
        Node::Object(members) => {
            members.iter().for_each(|(key, member)| at.within(key, |at| words_in(member, at, found)));
        }
        Node::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.within(&index.to_string(), |at| words_in(item, at, found));
            }
        }
        _ => {}
    }
}

/// Whether one of the words stands in a line where a value without quotes may.
fn may_hold_word(line: &str) -> bool {
    let tokens = line.split([' ', '\t', ',', '[', ']', '{', '}']);
    tokens.map(str::trim).any(|token| WORDS.contains(&token))
}
