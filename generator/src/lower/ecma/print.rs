//! A pattern's tree to the syntax of the engines of the generated crate.

use std::fmt::Write as _;

use super::{Expression, Group, Item, Node, Shorthand};

const DIGIT: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
/// ECMA-262, WhiteSpace and LineTerminator.
const SPACE: &str = r"\t\n\x0B\x0C\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";
const LINE_TERMINATOR: &str = r"\n\r\x{2028}\x{2029}";
const NOTHING: &str = r"[^\x00-\x{10FFFF}]";
const ANYTHING: &str = "(?s:.)";
const SURROGATES: (u32, u32) = (0xD800, 0xDFFF);

/// What runs a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The `regex` crate: in time linear in the text.
    Linear,
    /// `fancy-regex`, for look-around and back-references.
    Backtracking,
}

impl Expression {
    /// What the pattern needs.
    pub(crate) fn engine(&self) -> Engine {
        if self.needs_backtracking { Engine::Backtracking } else { Engine::Linear }
    }

    /// The pattern as that engine reads it.
    pub(crate) fn print(&self) -> String {
        let mut printer = Printer { out: String::new(), engine: self.engine() };
        printer.node(&self.root);
        printer.out
    }
}

struct Printer {
    out: String,
    engine: Engine,
}

impl Printer {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Sequence(nodes) => nodes.iter().for_each(|node| self.part(node)),
            Node::Choice(branches) => {
                for (index, branch) in branches.iter().enumerate() {
                    self.out.push_str(if index == 0 { "" } else { "|" });
                    self.node(branch);
                }
            }
            Node::Character(code) => self.character(*code),
            Node::Any { matches_lines: true } => self.out.push_str(ANYTHING),
            Node::Any { matches_lines: false } => {
                let _ = write!(self.out, "[^{LINE_TERMINATOR}]");
            }
            Node::Class { is_negated, items } => self.class(*is_negated, items),
            Node::Start { of_line: false } => self.out.push('^'),
            Node::End { of_line: false } => self.out.push('$'),
            Node::Start { of_line: true } => {
                let _ = write!(self.out, "(?:^|(?<=[{LINE_TERMINATOR}]))");
            }
            Node::End { of_line: true } => {
                let _ = write!(self.out, "(?=$|[{LINE_TERMINATOR}])");
            }
            Node::Boundary { is_negated } => self.boundary(*is_negated),
            Node::Group { kind, node } => self.group(kind, node),
            Node::Look { is_behind, is_negated, node } => {
                let behind = if *is_behind { "<" } else { "" };
                let sign = if *is_negated { '!' } else { '=' };
                let _ = write!(self.out, "(?{behind}{sign}");
                self.node(node);
                self.out.push(')');
            }
            // A group that has not matched is no failure in ECMA-262.
            Node::Reference(number) => {
                let _ = write!(self.out, r"(?({number})\{number}|)");
            }
            Node::Repeat { node, least, most, is_lazy } => self.repeat(node, *least, *most, *is_lazy),
        }
    }

    /// A node within a sequence.
    fn part(&mut self, node: &Node) {
        match node {
            Node::Choice(_) => self.enclosed(node),
            node => self.node(node),
        }
    }

    fn enclosed(&mut self, node: &Node) {
        self.out.push_str("(?:");
        self.node(node);
        self.out.push(')');
    }

    fn repeat(&mut self, node: &Node, least: u32, most: Option<u32>, is_lazy: bool) {
        if is_empty(node) {
            return self.repeat_empty(node, least);
        }
        match node {
            Node::Character(_) | Node::Any { .. } | Node::Class { .. } | Node::Group { .. } => self.node(node),
            _ => self.enclosed(node),
        }
        let _ = match (least, most) {
            (0, None) => write!(self.out, "*"),
            (1, None) => write!(self.out, "+"),
            (0, Some(1)) => write!(self.out, "?"),
            (least, None) => write!(self.out, "{{{least},}}"),
            (least, Some(most)) if least == most => write!(self.out, "{{{least}}}"),
            (least, Some(most)) => write!(self.out, "{{{least},{most}}}"),
        };
        self.out.push_str(if is_lazy { "?" } else { "" });
    }

    /// What takes no character is the same once and repeated, and `fancy-regex` does not repeat it. Where it need not
    /// be at all, ECMA-262 takes it never; its groups still count.
    fn repeat_empty(&mut self, node: &Node, least: u32) {
        match (least, self.engine) {
            (0, Engine::Linear) => {}
            (0, Engine::Backtracking) => {
                let _ = write!(self.out, "(?:{NOTHING}");
                self.enclosed(node);
                self.out.push_str("|)");
            }
            _ => self.enclosed(node),
        }
    }

    /// A group's name means nothing to a match, and not every name of ECMA-262 is one elsewhere.
    fn group(&mut self, kind: &Group, node: &Node) {
        match kind {
            Group::Capture(_) => self.out.push('('),
            Group::Plain => self.out.push_str("(?:"),
            Group::Case { is_ignored: true } => self.out.push_str("(?i:"),
            Group::Case { is_ignored: false } => self.out.push_str("(?-i:"),
        }
        self.node(node);
        self.out.push(')');
    }

    /// Between a letter, digit or `_` of ASCII and anything else.
    fn boundary(&mut self, is_negated: bool) {
        let text = match (self.engine, is_negated) {
            (Engine::Linear, false) => r"(?-u:\b)".to_owned(),
            (Engine::Linear, true) => r"(?-u:\B)".to_owned(),
            (Engine::Backtracking, false) => {
                format!("(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))")
            }
            (Engine::Backtracking, true) => {
                format!("(?:(?<=[{WORD}])(?=[{WORD}])|(?<![{WORD}])(?![{WORD}]))")
            }
        };
        self.out.push_str(&text);
    }

    fn class(&mut self, is_negated: bool, items: &[Item]) {
        if let ([Item::Property { .. }], false) = (items, is_negated) {
            return self.items(items);
        }
        let items: Vec<Item> = items.iter().flat_map(without_surrogates).collect();
        if items.is_empty() {
            self.out.push_str(if is_negated { ANYTHING } else { NOTHING });
            return;
        }
        self.out.push_str(if is_negated { "[^" } else { "[" });
        self.items(&items);
        self.out.push(']');
    }

    fn items(&mut self, items: &[Item]) {
        let hyphen = u32::from('-');
        let last = items.len() - 1;
        for (index, item) in items.iter().enumerate() {
            match item {
                // At either end it needs no escape.
                Item::Range(low, high) if (*low, *high) == (hyphen, hyphen) => {
                    self.out.push_str(if index == 0 || index == last { "-" } else { r"\-" });
                }
                Item::Range(low, high) if low == high => self.class_character(*low),
                Item::Range(low, high) => {
                    self.class_character(*low);
                    self.out.push('-');
                    self.class_character(*high);
                }
                Item::Shorthand { kind, is_negated } => {
                    let ranges = match kind {
                        Shorthand::Digit => DIGIT,
                        Shorthand::Word => WORD,
                        Shorthand::Space => SPACE,
                    };
                    let _ = match is_negated {
                        false => write!(self.out, "{ranges}"),
                        true => write!(self.out, "[^{ranges}]"),
                    };
                }
                Item::Property { name, is_negated } => {
                    let letter = if *is_negated { 'P' } else { 'p' };
                    let _ = write!(self.out, r"\{letter}{{{name}}}");
                }
            }
        }
    }

    fn character(&mut self, code: u32) {
        if (SURROGATES.0..=SURROGATES.1).contains(&code) {
            return self.out.push_str(NOTHING);
        }
        self.escaped(code, r"\.+*?()|[]{}^$");
    }

    fn class_character(&mut self, code: u32) {
        self.escaped(code, r"\[]^-&~");
    }

    fn escaped(&mut self, code: u32, special: &str) {
        match char::from_u32(code) {
            Some('\n') => self.out.push_str(r"\n"),
            Some('\r') => self.out.push_str(r"\r"),
            Some('\t') => self.out.push_str(r"\t"),
            Some(c) if special.contains(c) => self.out.extend(['\\', c]),
            Some(c) if c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric() => self.out.push(c),
            _ => {
                let _ = write!(self.out, r"\x{{{code:X}}}");
            }
        }
    }
}

/// Whether `node` only looks at a place.
fn is_empty(node: &Node) -> bool {
    match node {
        Node::Look { .. } | Node::Start { .. } | Node::End { .. } | Node::Boundary { .. } => true,
        Node::Group { node, .. } | Node::Repeat { node, .. } => is_empty(node),
        Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().all(is_empty),
        _ => false,
    }
}

/// The part of `item` that a text can have.
fn without_surrogates(item: &Item) -> Vec<Item> {
    let Item::Range(low, high) = *item else { return vec![item.clone()] };
    let below = (low, high.min(SURROGATES.0 - 1));
    let above = (low.max(SURROGATES.1 + 1), high);
    if low > SURROGATES.1 || high < SURROGATES.0 {
        return vec![item.clone()];
    }
    [below, above].into_iter().filter(|(low, high)| low <= high).map(|(low, high)| Item::Range(low, high)).collect()
}
