//! Regular expressions of ECMA-262, as JSON Schema means them: with the `u` flag, so that a text is a sequence of
//! code points.
//!
//! Many published patterns are no valid ones with that flag (`[\w-.]`, `\_`). They are read with the leniencies that
//! ECMA-262's Annex B allows without it; what the flag gives a meaning (`\p{L}`, `\u{1F600}`) keeps it.

use std::collections::BTreeSet;

mod parse;
mod print;

pub(super) use parse::parse;
pub(super) use print::Engine;

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expression {
    root: Node,
    /// What in it is not ECMA-262, and how it was read.
    pub(super) repairs: BTreeSet<String>,
    /// Whether something needs an engine that tracks back.
    needs_backtracking: bool,
    /// Whether `\p{…}` asks for the properties of characters.
    pub(super) has_property: bool,
    /// Whether letters match in either case, somewhere.
    pub(super) ignores_case: bool,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    /// A code point. A surrogate is in no text.
    Character(u32),
    /// `.`, which with the flag `s` matches line terminators too.
    Any {
        matches_lines: bool,
    },
    Class {
        is_negated: bool,
        items: Vec<Item>,
    },
    /// `^`
    Start {
        of_line: bool,
    },
    /// `$`
    End {
        of_line: bool,
    },
    /// `\b` and `\B`
    Boundary {
        is_negated: bool,
    },
    Group {
        kind: Group,
        node: Box<Node>,
    },
    /// `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`
    Look {
        is_behind: bool,
        is_negated: bool,
        node: Box<Node>,
    },
    /// What the group of this number matched; nothing, if it has not.
    Reference(u32),
    Repeat {
        node: Box<Node>,
        least: u32,
        most: Option<u32>,
        is_lazy: bool,
    },
}

/// What parentheses do.
#[derive(Debug, Clone, PartialEq)]
enum Group {
    Capture(Option<String>),
    Plain,
    /// `(?i:…)`, `(?-i:…)`
    Case {
        is_ignored: bool,
    },
}

/// `\d`, `\w` and `\s`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shorthand {
    Digit,
    Word,
    Space,
}

/// A member of a class.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Range(u32, u32),
    Shorthand { kind: Shorthand, is_negated: bool },
    Property { name: String, is_negated: bool },
}

#[cfg(test)]
mod tests;
