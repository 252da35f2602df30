//! A pattern's text to its tree (ECMA-262, 22.2.1 and B.1.2).

use std::collections::BTreeSet;

use super::{Expression, Group, Item, Node, Shorthand};

/// How deeply groups may nest.
const MAX_DEPTH: usize = 200;

/// The greatest count of a quantifier; the engines stop earlier.
const MAX_COUNT: u32 = 1_000_000;

/// Why a pattern cannot be read, in words that follow "the pattern has".
type Unreadable = &'static str;

/// Takes `source` apart: as it stands, else as the literal `/…/flags` of JavaScript that it is written as.
pub(crate) fn parse(source: &str) -> Result<Expression, Unreadable> {
    let (body, flags) = literal(source).unwrap_or((source, ""));
    let strict = Parser::new(body, flags, true).expression();
    // What is only valid with the flag `v` (operations on classes) would be another pattern without it.
    let mut expression = match strict {
        Err(_) if !flags.contains('v') => Parser::new(body, flags, false).expression()?,
        strict => strict?,
    };
    if body.len() != source.len() {
        expression.repairs.insert(format!("`/…/{flags}` is how JavaScript writes an expression with its flags"));
    }
    Ok(expression)
}

/// The parts of `/^a$/i`; `/a/` and `/a/b/` may be paths.
fn literal(source: &str) -> Option<(&str, &str)> {
    let (body, flags) = source.strip_prefix('/')?.rsplit_once('/')?;
    let are_flags = flags.chars().all(|flag| "dgimsuvy".contains(flag));
    let is_meant = body.starts_with('^') || body.ends_with('$') || !flags.is_empty();
    (are_flags && is_meant && !body.is_empty() && !has_bare_slash(body)).then_some((body, flags))
}

/// Whether `body` has a `/` that would end a literal, or ends in a backslash that would make its end none.
fn has_bare_slash(body: &str) -> bool {
    let (mut is_escaped, mut is_in_class) = (false, false);
    for c in body.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '/' if !is_in_class => return true,
            _ => {}
        }
    }
    is_escaped
}

/// The flags that hold at one place.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    ignores_case: bool,
    of_lines: bool,
    dot_matches_lines: bool,
}

struct Parser {
    text: Vec<char>,
    at: usize,
    /// With the `u` flag: what is not ECMA-262 is an error.
    is_strict: bool,
    flags: Flags,
    is_sticky: bool,
    /// The names of the capturing groups, by number less one.
    groups: Vec<Option<String>>,
    depth: usize,
    repairs: BTreeSet<String>,
    needs_backtracking: bool,
    has_property: bool,
    has_ignored_case: bool,
}

type Parsed<T> = Result<T, Unreadable>;

impl Parser {
    fn new(body: &str, flags: &str, is_strict: bool) -> Self {
        let text: Vec<char> = body.chars().collect();
        let groups = groups(&text);
        let flags_at_start = Flags {
            ignores_case: flags.contains('i'),
            of_lines: flags.contains('m'),
            dot_matches_lines: flags.contains('s'),
        };
        Self {
            text,
            at: 0,
            is_strict,
            flags: flags_at_start,
            is_sticky: flags.contains('y'),
            groups,
            depth: 0,
            repairs: BTreeSet::new(),
            needs_backtracking: false,
            has_property: false,
            has_ignored_case: false,
        }
    }

    fn expression(mut self) -> Parsed<Expression> {
        if !self.is_strict {
            self.leading_flags();
        }
        let mut root = self.choice()?;
        if self.at < self.text.len() {
            return Err("a `)` too many");
        }
        if self.flags.ignores_case {
            self.has_ignored_case = true;
            root = Node::Group { kind: Group::Case { is_ignored: true }, node: Box::new(root) };
        }
        if self.is_sticky {
            let group = Node::Group { kind: Group::Plain, node: Box::new(root) };
            root = Node::Sequence(vec![Node::Start { of_line: false }, group]);
        }
        Ok(Expression {
            root,
            repairs: self.repairs,
            needs_backtracking: self.needs_backtracking,
            has_property: self.has_property,
            ignores_case: self.has_ignored_case,
        })
    }

    /// `(?i)` in front, as other dialects write the flags.
    fn leading_flags(&mut self) {
        let Some(length) = self.text.iter().position(|c| *c == ')') else { return };
        let ['(', '?', flags @ ..] = &self.text[..length] else { return };
        if flags.is_empty() || !flags.iter().all(|flag| "ims".contains(*flag)) {
            return;
        }
        self.flags.ignores_case |= flags.contains(&'i');
        self.flags.of_lines |= flags.contains(&'m');
        self.flags.dot_matches_lines |= flags.contains(&'s');
        let flags: String = flags.iter().collect();
        self.at = length + 1;
        self.repairs.insert(format!("`(?{flags})` is read as the flags of the whole expression"));
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Takes `text` if it is next.
    fn take_if(&mut self, text: &str) -> bool {
        let length = text.chars().count();
        let is_next = self.text[self.at..].iter().copied().take(length).eq(text.chars());
        self.at += if is_next { length } else { 0 };
        is_next
    }

    fn choice(&mut self) -> Parsed<Node> {
        let mut branches = vec![self.sequence()?];
        while self.take_if("|") {
            branches.push(self.sequence()?);
        }
        Ok(if branches.len() == 1 { branches.swap_remove(0) } else { Node::Choice(branches) })
    }

    fn sequence(&mut self) -> Parsed<Node> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
            self.at += 1;
            let node = self.term(c)?;
            nodes.push(self.quantified(node)?);
        }
        Ok(if nodes.len() == 1 { nodes.swap_remove(0) } else { Node::Sequence(nodes) })
    }

    fn term(&mut self, c: char) -> Parsed<Node> {
        Ok(match c {
            '^' => self.start(self.flags.of_lines),
            '$' => self.end(self.flags.of_lines),
            '(' => self.group()?,
            '[' => self.class()?,
            '.' => Node::Any { matches_lines: self.flags.dot_matches_lines },
            '\\' => self.escape()?,
            '*' | '+' | '?' => return Err("nothing to repeat"),
            '{' if self.braces().is_some() => return Err("nothing to repeat"),
            '{' | '}' | ']' if self.is_strict => return Err("a bracket that opens or closes nothing"),
            c => Node::Character(c.into()),
        })
    }

    fn start(&mut self, of_line: bool) -> Node {
        self.needs_backtracking |= of_line;
        Node::Start { of_line }
    }

    fn end(&mut self, of_line: bool) -> Node {
        self.needs_backtracking |= of_line;
        Node::End { of_line }
    }

    /// `node` with the quantifier behind it, if there is one.
    fn quantified(&mut self, node: Node) -> Parsed<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                let Some((least, most, length)) = self.braces() else {
                    self.at -= 1;
                    return Ok(node);
                };
                self.at += length - 1;
                (least, most)
            }
            _ => return Ok(node),
        };
        self.at += 1;
        match node {
            Node::Start { .. } | Node::End { .. } | Node::Boundary { .. } => return Err("nothing to repeat"),
            Node::Look { is_behind, .. } if is_behind || self.is_strict => return Err("nothing to repeat"),
            _ => {}
        }
        if most.is_some_and(|most| most < least) {
            return Err("a quantifier whose numbers are out of order");
        }
        let is_lazy = self.take_if("?");
        Ok(Node::Repeat { node: Box::new(node), least, most, is_lazy })
    }

    /// What stands behind `{` in `{2}`, `{2,}` and `{2,3}`: the numbers, and how long it is.
    fn braces(&self) -> Option<(u32, Option<u32>, usize)> {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|c| *c == '}')?;
        let text: String = rest[..length].iter().collect();
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
            is_number.then(|| text.parse().unwrap_or(u32::MAX).min(MAX_COUNT))
        };
        let (least, most) = match text.split_once(',') {
            None => (number(&text)?, Some(number(&text)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        Some((least, most, length + 1))
    }

    /// What stands behind `(`, up to its `)`.
    fn group(&mut self) -> Parsed<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("groups that nest too deeply");
        }
        let flags = self.flags;
        let kind = self.group_kind()?;
        let node = Box::new(self.choice()?);
        if !self.take_if(")") {
            return Err("a group that is not closed");
        }
        self.flags = flags;
        self.depth -= 1;
        Ok(match kind {
            Opened::Look { is_behind, is_negated } => Node::Look { is_behind, is_negated, node },
            Opened::Group(kind) => Node::Group { kind, node },
        })
    }

    fn group_kind(&mut self) -> Parsed<Opened> {
        if !self.take_if("?") {
            return Ok(Opened::Group(Group::Capture(None)));
        }
        for (text, is_behind, is_negated) in
            [("=", false, false), ("!", false, true), ("<=", true, false), ("<!", true, true)]
        {
            if self.take_if(text) {
                self.needs_backtracking = true;
                return Ok(Opened::Look { is_behind, is_negated });
            }
        }
        if self.take_if(":") {
            return Ok(Opened::Group(Group::Plain));
        }
        if !self.is_strict && self.take_if("P") {
            self.repairs.insert("`(?P<…>…)` is read as `(?<…>…)`".to_owned());
        }
        if self.take_if("<") {
            return Ok(Opened::Group(Group::Capture(Some(self.name()?))));
        }
        self.modifiers()
    }

    /// `i`, `-i`, `ims-` and a colon (ECMA-262, 2025).
    fn modifiers(&mut self) -> Parsed<Opened> {
        let mut is_added = true;
        let before = self.flags.ignores_case;
        loop {
            match self.take() {
                Some('-') if is_added => is_added = false,
                Some('i') => self.flags.ignores_case = is_added,
                Some('m') => self.flags.of_lines = is_added,
                Some('s') => self.flags.dot_matches_lines = is_added,
                Some(':') => break,
                _ => return Err("a group of an unknown kind"),
            }
        }
        let is_ignored = self.flags.ignores_case;
        self.has_ignored_case |= is_ignored;
        Ok(Opened::Group(if is_ignored == before { Group::Plain } else { Group::Case { is_ignored } }))
    }

    /// A group's name and the `>` behind it.
    fn name(&mut self) -> Parsed<String> {
        let length = self.text[self.at..].iter().position(|c| *c == '>').ok_or("a group's name that is not closed")?;
        let name: String = self.text[self.at..self.at + length].iter().collect();
        self.at += length + 1;
        let is_name = !name.starts_with(|c: char| c.is_ascii_digit())
            && !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        if is_name { Ok(name) } else { Err("a group's name that is none") }
    }

    /// What follows a backslash outside of a class.
    fn escape(&mut self) -> Parsed<Node> {
        let c = self.take().ok_or("a backslash with nothing behind it")?;
        Ok(match c {
            'b' | 'B' => Node::Boundary { is_negated: c == 'B' },
            'k' if self.is_strict || self.groups.iter().any(Option::is_some) => self.named_reference()?,
            '1'..='9' => self.numbered_reference(c)?,
            'A' | 'Z' | 'z' if !self.is_strict => self.foreign_anchor(c),
            _ => match self.class_escape(c)? {
                Item::Range(code, _) => Node::Character(code),
                item => Node::Class { is_negated: false, items: vec![item] },
            },
        })
    }

    /// `\A`, `\Z` and `\z` of other dialects. With the `u` flag they are errors; nobody writes them for letters.
    fn foreign_anchor(&mut self, c: char) -> Node {
        let anchor = if c == 'A' { '^' } else { '$' };
        self.repairs.insert(format!("`\\{c}` is read as `{anchor}`"));
        if c == 'A' { self.start(false) } else { self.end(false) }
    }

    fn named_reference(&mut self) -> Parsed<Node> {
        if !self.take_if("<") {
            return Err("a reference without a name");
        }
        let name = self.name()?;
        let index = self.groups.iter().position(|group| group.as_deref() == Some(&name));
        let index = index.ok_or("a reference to no group")?;
        self.reference(index + 1)
    }

    /// `\1`; without the `u` flag, more than there are groups is an octal number.
    fn numbered_reference(&mut self, first: char) -> Parsed<Node> {
        let rest = self.text[self.at..].iter().take_while(|c| c.is_ascii_digit());
        let digits: String = std::iter::once(first).chain(rest.copied()).collect();
        match digits.parse::<usize>() {
            Ok(number) if number <= self.groups.len() => {
                self.at += digits.len() - 1;
                self.reference(number)
            }
            _ if self.is_strict => Err("a reference to no group"),
            _ if matches!(first, '8' | '9') => Ok(Node::Character(first.into())),
            _ => Ok(Node::Character(self.octal(first))),
        }
    }

    fn reference(&mut self, number: usize) -> Parsed<Node> {
        self.needs_backtracking = true;
        u32::try_from(number).map(Node::Reference).map_err(|_| "too many groups")
    }

    /// Up to three octal digits, no more than 377.
    fn octal(&mut self, first: char) -> u32 {
        let mut code = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else { break };
            if code * 8 + digit > 0o377 {
                break;
            }
            code = code * 8 + digit;
            self.at += 1;
        }
        code
    }

    /// `[…]`
    fn class(&mut self) -> Parsed<Node> {
        let is_negated = self.take_if("^");
        let mut items = Vec::new();
        loop {
            let first = match self.take() {
                None => return Err("a class that is not closed"),
                Some(']') => break,
                Some(c) => self.class_atom(c)?,
            };
            let is_range = self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|c| *c != ']');
            if !is_range {
                items.push(first);
                continue;
            }
            self.at += 1;
            let c = self.take().ok_or("a class that is not closed")?;
            let last = self.class_atom(c)?;
            match (&first, &last) {
                (Item::Range(low, _), Item::Range(high, _)) if low > high => {
                    return Err("a class with a range that is out of order");
                }
                (Item::Range(low, _), Item::Range(high, _)) => items.push(Item::Range(*low, *high)),
                _ if self.is_strict => return Err("a class with a range that ends in a class"),
                _ => items.extend([first, Item::Range('-'.into(), '-'.into()), last]),
            }
        }
        Ok(Node::Class { is_negated, items })
    }

    fn class_atom(&mut self, c: char) -> Parsed<Item> {
        if c != '\\' {
            return Ok(character(c.into()));
        }
        match self.take().ok_or("a class that is not closed")? {
            'b' => Ok(character(8)),
            '-' => Ok(character('-'.into())),
            digit @ '1'..='7' if !self.is_strict => Ok(character(self.octal(digit))),
            // Without the `u` flag digits and `_` are control letters too, in a class.
            'c' if !self.is_strict && self.peek().is_some_and(|c| c.is_ascii_digit() || c == '_') => {
                let code = self.take().map_or(0, u32::from);
                Ok(character(code % 32))
            }
            c => self.class_escape(c),
        }
    }

    /// ECMA-262, CharacterClassEscape and CharacterEscape: what means the same within a class and outside.
    fn class_escape(&mut self, c: char) -> Parsed<Item> {
        Ok(match c {
            'd' | 'D' => Item::Shorthand { kind: Shorthand::Digit, is_negated: c == 'D' },
            'w' | 'W' => Item::Shorthand { kind: Shorthand::Word, is_negated: c == 'W' },
            's' | 'S' => Item::Shorthand { kind: Shorthand::Space, is_negated: c == 'S' },
            'p' | 'P' => return self.property(c),
            'f' => character(0x0C),
            'n' => character(0x0A),
            'r' => character(0x0D),
            't' => character(0x09),
            'v' => character(0x0B),
            '0' if !self.peek().is_some_and(|c| c.is_ascii_digit()) => character(0),
            '0' if !self.is_strict => character(self.octal('0')),
            'c' => match self.peek().filter(char::is_ascii_alphabetic) {
                Some(letter) => {
                    self.at += 1;
                    character(u32::from(letter) % 32)
                }
                None if self.is_strict => return Err("an escape that is none"),
                None => {
                    self.at -= 1;
                    character('\\'.into())
                }
            },
            'x' => return self.numeric_escape('x', Self::hexadecimal_byte),
            'u' => return self.numeric_escape('u', Self::unicode),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => {
                character(c.into())
            }
            _ if self.is_strict => return Err("an escape that is none"),
            _ => character(c.into()),
        })
    }

    fn numeric_escape(&mut self, letter: char, read: fn(&mut Self) -> Option<u32>) -> Parsed<Item> {
        match read(self) {
            Some(code) => Ok(character(code)),
            None if self.is_strict => Err("an escape that is none"),
            None => Ok(character(letter.into())),
        }
    }

    fn hexadecimal_byte(&mut self) -> Option<u32> {
        self.hexadecimal(2)
    }

    /// `{1F600}`, `2028`, or the pair `D83D\uDE00`, behind `\u`.
    fn unicode(&mut self) -> Option<u32> {
        if self.peek() == Some('{') {
            let length = self.text[self.at..].iter().position(|c| *c == '}')?;
            let digits: String = self.text[self.at + 1..self.at + length].iter().collect();
            let code = u32::from_str_radix(&digits, 16).ok().filter(|code| *code <= 0x10_FFFF)?;
            self.at += length + 1;
            return Some(code);
        }
        let unit = self.hexadecimal(4)?;
        let behind = self.at;
        if (0xD800..0xDC00).contains(&unit) && self.take_if("\\u") {
            if let Some(low @ 0xDC00..0xE000) = self.hexadecimal(4) {
                return Some(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            }
            self.at = behind;
        }
        Some(unit)
    }

    fn hexadecimal(&mut self, length: usize) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + length)?;
        let code = digits.iter().try_fold(0, |code, c| Some(code * 16 + c.to_digit(16)?))?;
        self.at += length;
        Some(code)
    }

    /// `{Lu}`, `{Script=Greek}`, and `L` as other dialects write it, behind `\p`.
    fn property(&mut self, c: char) -> Parsed<Item> {
        let name: String = if self.take_if("{") {
            let length = self.text[self.at..].iter().position(|c| *c == '}').ok_or("a property that is not closed")?;
            let name = self.text[self.at..self.at + length].iter().collect();
            self.at += length + 1;
            name
        } else {
            let letter = self.peek().filter(|c| !self.is_strict && c.is_ascii_uppercase());
            self.at += 1;
            letter.ok_or("a property without a name")?.to_string()
        };
        if name.is_empty() || !name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'=')) {
            return Err("a property that is not known");
        }
        self.has_property = true;
        Ok(Item::Property { name, is_negated: c == 'P' })
    }
}

/// What `(` opens.
enum Opened {
    Look { is_behind: bool, is_negated: bool },
    Group(Group),
}

fn character(code: u32) -> Item {
    Item::Range(code, code)
}

/// The capturing groups of a pattern and their names, in order.
fn groups(text: &[char]) -> Vec<Option<String>> {
    let mut groups = Vec::new();
    let (mut is_in_class, mut at) = (false, 0);
    while let Some(c) = text.get(at) {
        at += 1;
        match c {
            '\\' => at += 1,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '(' if !is_in_class => match &text[at..] {
                ['?', '<', c, ..] | ['?', 'P', '<', c, ..] if !matches!(c, '=' | '!') => {
                    let name = text[at..].iter().skip_while(|c| **c != '<').skip(1).take_while(|c| **c != '>');
                    groups.push(Some(name.collect()));
                }
                ['?', ..] => {}
                _ => groups.push(None),
            },
            _ => {}
        }
    }
    groups
}
