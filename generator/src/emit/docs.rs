//! Documentation: a description's CommonMark in, doc attributes that rustdoc takes without a warning out.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Docs, TypeDefinition};

/// The column that paragraphs are wrapped at.
const WIDTH: usize = 100;

/// `#[doc = " …"]`, one for each line.
pub(crate) fn attributes(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {}", one_line(line)) });
    quote! { #(#[doc = #lines])* }
}

/// The line without what ends one, and without characters that rustc refuses in comments.
pub(crate) fn one_line(line: &str) -> String {
    let is_direction = |it: &char| matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    line.chars().filter(|it| !is_direction(it)).map(|it| if it.is_control() { ' ' } else { it }).collect()
}

/// Title, description, examples and notes of an item, and `#[deprecated]`.
pub(crate) fn item(docs: &Docs, fallback: &str) -> TokenStream {
    let mut paragraphs: Vec<Vec<String>> = Vec::new();
    for text in [&docs.title, &docs.description].into_iter().flatten() {
        paragraphs.push(markdown(text));
    }
    if paragraphs.iter().all(Vec::is_empty) {
        paragraphs = vec![markdown(fallback)];
    }
    paragraphs.extend(docs.notes.iter().map(|note| wrapped(note)));
    paragraphs.extend(docs.examples.iter().map(|example| example_lines(example)));
    let lines = joined(paragraphs);
    let lines = attributes(&lines);
    let deprecated = docs.is_deprecated.then(|| quote! { #[deprecated] });
    quote! { #lines #deprecated }
}

/// The docs of a type.
pub(crate) fn definition(ty: &TypeDefinition) -> TokenStream {
    let fallback = match &ty.request_form_of {
        Some(schema) => format!("The `{schema}` schema, as requests have it."),
        None => format!("The `{}` schema.", ty.name),
    };
    let docs = item(&ty.docs, &fallback);
    let hidden = ty.is_only_checked.then(|| quote! { #[doc(hidden)] });
    quote! { #docs #hidden }
}

/// Text of the description's as code, on one line.
pub(crate) fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// Paragraphs with an empty line between them.
pub(crate) fn joined(paragraphs: Vec<Vec<String>>) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(paragraph);
    }
    lines
}

fn example_lines(example: &str) -> Vec<String> {
    const INLINE: usize = 80;
    if example.len() <= INLINE && !example.contains('`') {
        vec![format!("Example: `{example}`")]
    } else {
        let fence = "`".repeat(3.max(longest_backticks(example) + 1));
        vec!["Example:".to_owned(), format!("{fence}json"), example.to_owned(), fence]
    }
}

fn longest_backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// CommonMark made safe for rustdoc, in lines: code without a language becomes a `text` fence, brackets
/// that are no link are escaped, bare URLs bracketed, long paragraphs wrapped.
pub(crate) fn markdown(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    let mut is_code = false;
    let mut is_list = false;
    let mut content = 0;
    for line in text.trim_matches(['\n', '\r', ' ']).lines() {
        let line = line.trim_end().replace('\t', "    ");
        let trimmed = line.trim_start();
        if let Some(open) = &fence {
            let is_end = trimmed.starts_with(open.as_str()) && trimmed.trim_matches(['`', '~']).is_empty();
            lines.push(if is_end { open.clone() } else { line.clone() });
            if is_end {
                fence = None;
            }
            continue;
        }
        let is_indented = line.starts_with("    ") && !trimmed.is_empty() && !is_list;
        let follows_gap = lines.last().is_none_or(String::is_empty);
        if is_indented && (is_code || follows_gap) {
            if !is_code {
                lines.push("```text".to_owned());
                is_code = true;
            }
            lines.push(line[4..].to_owned());
            continue;
        }
        if is_code {
            lines.push("```".to_owned());
            is_code = false;
        }
        // A quote's paragraph goes on without the mark, which clippy wants to see.
        let is_quoted = |line: &String| line.starts_with('>') && !line.trim_matches(['>', ' ']).is_empty();
        let is_lazy = lines.last().is_some_and(is_quoted) && !trimmed.is_empty() && !is_block(trimmed);
        if is_lazy && opening_fence(trimmed).is_none() && list_marker(trimmed).is_none() {
            lines.extend(wrapped(&inline(trimmed)).into_iter().map(|line| format!("> {line}")));
        } else if let Some(open) = opening_fence(trimmed) {
            lines.push(format!("{open}text"));
            fence = Some(open);
            content = content.min(3);
        } else if trimmed.is_empty() {
            lines.push(String::new());
        } else {
            let own = line.len() - trimmed.len();
            let marker = list_marker(trimmed);
            is_list = marker.is_some() || (is_list && !is_block(trimmed) && (own > 0 || !follows_gap));
            let indent = match marker {
                Some(width) => {
                    let indent = own.min(3);
                    content = indent + width;
                    indent
                }
                None if !is_list => 0,
                None if follows_gap => own.min(content),
                None => content,
            };
            let next = match marker {
                Some(_) => " ".repeat(content),
                None if trimmed.starts_with('>') => "> ".to_owned(),
                None => " ".repeat(indent),
            };
            for (index, line) in wrapped(&inline(trimmed)).into_iter().enumerate() {
                lines.push(if index == 0 { format!("{:indent$}{line}", "") } else { format!("{next}{line}") });
            }
        }
    }
    if is_code {
        lines.push("```".to_owned());
    }
    lines.extend(fence);
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines
}

/// The fence that `line` opens, without what it says of the language.
fn opening_fence(line: &str) -> Option<String> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.chars().take_while(|character| *character == mark).count();
    let rest = &line[length..];
    (length >= 3 && !(mark == '`' && rest.contains('`'))).then(|| mark.to_string().repeat(length))
}

/// How far behind its start the text of a list item begins.
fn list_marker(line: &str) -> Option<usize> {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let is_numbered = digits > 0 && matches!(line[digits..].get(..2), Some(". " | ") "));
    if !is_numbered && !["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark)) {
        return None;
    }
    let mark = digits + 1;
    let spaces = line[mark..].chars().take_while(|character| *character == ' ').count();
    Some(mark + if spaces > 4 { 1 } else { spaces })
}

/// Whether a line that is not indented ends a list: a heading, a table, a quote, a rule.
fn is_block(line: &str) -> bool {
    line.starts_with(['#', '|', '>']) || line.chars().all(|character| matches!(character, '-' | '*' | '_' | '='))
}

/// One line outside of code blocks: brackets escaped, URLs bracketed; code spans are left alone.
fn inline(line: &str) -> String {
    let mut output = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let taken = match character {
            '`' => code_span(rest, &mut output),
            '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => {
                output.push_str(&rest[..2]);
                2
            }
            '[' => link(rest, &mut output),
            '<' => autolink(rest, &mut output),
            'h' if starts_url(rest) && !output.ends_with(|before: char| before.is_alphanumeric()) => {
                bare_url(rest, &mut output)
            }
            _ => {
                output.push(character);
                character.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    output
}

fn code_span(rest: &str, output: &mut String) -> usize {
    let ticks = rest.chars().take_while(|character| *character == '`').count();
    let end = rest[ticks..].find(&rest[..ticks]).map(|at| ticks + at + ticks);
    match end {
        Some(end) => {
            output.push_str(&rest[..end]);
            end
        }
        None => {
            output.push_str(&"\\`".repeat(ticks));
            ticks
        }
    }
}

/// `[text](https://…)` stays; any other bracket is text.
fn link(rest: &str, output: &mut String) -> usize {
    if let Some((text, after)) = rest[1..].split_once("](")
        && !text.contains(['[', ']', '<', '`'])
        && starts_url(after)
        && let Some((url, _)) = after.split_once(')')
        && !url.contains([' ', '<', '('])
    {
        let length = 1 + text.len() + 2 + url.len() + 1;
        output.push_str(&rest[..length]);
        return length;
    }
    output.push_str("\\[");
    1
}

/// `<https://…>` stays; any other angle bracket is text.
fn autolink(rest: &str, output: &mut String) -> usize {
    if starts_url(&rest[1..])
        && let Some(end) = rest.find('>')
        && !rest[..end].contains(char::is_whitespace)
    {
        output.push_str(&rest[..=end]);
        return end + 1;
    }
    output.push_str("\\<");
    1
}

fn starts_url(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(|first: char| first.is_alphanumeric()))
    })
}

fn bare_url(rest: &str, output: &mut String) -> usize {
    let end = rest.find(|character: char| character.is_whitespace() || "<>\"'`)]}|\\".contains(character));
    let url = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    output.push('<');
    output.push_str(url);
    output.push('>');
    url.len()
}

/// A paragraph's line, broken between words where that starts no list, heading or quote.
fn wrapped(line: &str) -> Vec<String> {
    if line.chars().count() <= WIDTH || line.starts_with(['|', '#']) {
        return vec![line.to_owned()];
    }
    let mut lines = Vec::new();
    let mut current = String::new();
    let (mut width, mut ticks) = (0, 0);
    for word in line.split(' ') {
        let length = word.chars().count();
        let is_plain = word.starts_with(|first: char| first.is_alphabetic() || first == '`' || first == '(');
        if !current.is_empty() && width + 1 + length > WIDTH && is_plain && ticks % 2 == 0 {
            lines.push(std::mem::take(&mut current));
            width = 0;
        }
        if !current.is_empty() {
            current.push(' ');
            width += 1;
        }
        current.push_str(word);
        width += length;
        ticks += word.matches('`').count();
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_made_safe() {
        let rows = [
            ("an [array] of Vec<String>", "an \\[array\\] of Vec\\<String>"),
            (
                "see [docs](https://a.example/b) or https://a.example.",
                "see [docs](https://a.example/b) or <https://a.example>.",
            ),
            ("[relative](/docs) `[code]<T>`", "\\[relative](/docs) `[code]<T>`"),
            ("an odd ` tick", "an odd \\` tick"),
            ("```\nlet x;\n```", "```text\nlet x;\n```"),
            ("text\n\n    code\n    more\n\nend", "text\n\n```text\ncode\nmore\n```\n\nend"),
            ("- item\n    nested", "- item\n  nested"),
            ("1. item\nlazy\n\nend", "1. item\n   lazy\n\nend"),
            ("- item\n---\nend", "- item\n---\nend"),
            ("> quote\nlazy\n\nend", "> quote\n> lazy\n\nend"),
            ("> quote\n>\nend", "> quote\n>\nend"),
            ("> quote\n# head", "> quote\n# head"),
        ];
        for (text, expected) in rows {
            let expected = expected.replace("\\]", "]");
            assert_eq!(markdown(text).join("\n"), expected, "{text}");
        }
    }

    #[test]
    fn long_paragraphs_are_wrapped() {
        let text = "word ".repeat(50);
        assert!(markdown(&text).iter().all(|line| line.len() <= WIDTH));
        assert_eq!(markdown(&text).join(" "), text.trim_end());
        let next = |start: &str| markdown(&format!("{start}{text}")).get(1).map(|line| line[..4].to_owned());
        let starts = ["", "- ", "10. ", "> "].map(|start| next(start).unwrap_or_default());
        assert_eq!(starts, ["word", "  wo", "    ", "> wo"]);
    }
}
