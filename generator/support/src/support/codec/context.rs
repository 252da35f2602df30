//! Where a value stands while it is read, how strictly it is read, and what was wrong so far.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use serde::de;

use crate::support::codec::object::{Presence, Table};
use crate::support::codec::rule::Rule;
use crate::support::violation::{Invalid, Location, Segment, Violation};

/// How many violations of one request are listed.
const MAX_VIOLATIONS: usize = 100;

/// How many trials are made within one of the outermost.
const MAX_NESTED_ATTEMPTS: u32 = 10_000;

/// How many characters of an unknown property's name are kept for the report.
const MAX_KEY_LENGTH: usize = 64;

/// How strictly a value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A response: what the description does not know is survived, and no rule is checked.
    Lenient,
    /// A request: what the description forbids is a violation.
    Strict,
    /// A request already known to be wrong: reading goes on behind what cannot be decoded at all, so
    /// that everything wrong is listed. Only over a buffered value.
    Exhaustive,
}

/// What was found wrong while one value was read.
#[derive(Debug)]
pub struct Report {
    location: Location,
    mode: Cell<Mode>,
    is_text: bool,
    /// The properties of the root that are JSON among text.
    json: Vec<&'static str>,
    violations: RefCell<Vec<Violation>>,
    attempts: Cell<Attempts>,
    /// How many properties were read past.
    dropped: Cell<u32>,
}

/// How deep in attempts the reading is, and how many of those within the outermost were begun.
#[derive(Debug, Clone, Copy, Default)]
struct Attempts {
    depth: u32,
    nested: u32,
}

/// What was going on before an attempt.
#[derive(Debug)]
pub struct Before {
    mode: Mode,
    violations: Vec<Violation>,
    dropped: u32,
}

/// How a trial went.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// Whether nothing was found wrong.
    pub is_clean: bool,
    /// How many properties were read past.
    pub dropped: u32,
}

impl Report {
    /// An empty report on a value of the body.
    pub fn new(mode: Mode) -> Self {
        Self::of(Location::Body, mode, false)
    }

    /// An empty report on parameters: their scalars are written as text.
    pub fn of_parameters(location: Location, mode: Mode) -> Self {
        Self::of(location, mode, true)
    }

    /// An empty report on a parameter that is written as JSON.
    pub fn of_json(location: Location, mode: Mode) -> Self {
        Self::of(location, mode, false)
    }

    /// An empty report on a form: as on parameters, but for the properties that are JSON.
    pub fn of_form(mode: Mode, json: Vec<&'static str>) -> Self {
        Self { json, ..Self::of(Location::Body, mode, true) }
    }

    fn of(location: Location, mode: Mode, is_text: bool) -> Self {
        let mode = Cell::new(mode);
        Self {
            location,
            mode,
            is_text,
            json: Vec::new(),
            violations: RefCell::default(),
            attempts: Cell::default(),
            dropped: Cell::default(),
        }
    }

    /// Everything found.
    pub fn into_violations(self) -> Vec<Violation> {
        self.violations.into_inner()
    }

    /// `value`, if nothing was found wrong with it.
    ///
    /// # Errors
    /// Everything that was.
    pub fn conclude<T>(self, value: T) -> Result<T, Invalid> {
        let violations = self.into_violations();
        if violations.is_empty() { Ok(value) } else { Err(Invalid { violations }) }
    }
}

/// The place of one value: a list on the stack that leads back to the root, so that a path costs
/// nothing until something is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    report: &'a Report,
    parent: Option<&'a Context<'a>>,
    step: Step<'a>,
    rules: &'static [Rule],
    presence: Presence,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Context<'a> {
    /// The root of a value that must meet `rules`.
    pub fn root(report: &'a Report, rules: &'static [Rule]) -> Self {
        Self { report, parent: None, step: Step::Root, rules, presence: Presence::required }
    }

    /// The property `key` of the value here.
    pub fn property<'b>(&'b self, key: &'b str, rules: &'static [Rule]) -> Context<'b> {
        Context { report: self.report, parent: Some(self), step: Step::Key(key), rules, presence: Presence::required }
    }

    /// The property `index` of the object here.
    #[inline]
    pub(crate) fn listed<'b>(&'b self, table: &'static Table, index: usize) -> Context<'b> {
        let (name, presence) = (table.names[index], table.presence[index]);
        Context { report: self.report, parent: Some(self), step: Step::Key(name), rules: table.rules(index), presence }
    }

    /// The item `index` of the array here.
    pub fn item<'b>(&'b self, index: usize) -> Context<'b> {
        let rules = self.inner_rules(|rule| match rule {
            Rule::Items(rules) => Some(rules),
            _ => None,
        });
        Context {
            report: self.report,
            parent: Some(self),
            step: Step::Index(index),
            rules,
            presence: Presence::required,
        }
    }

    /// The value under `key` of the map here.
    pub fn entry<'b>(&'b self, key: &'b str) -> Context<'b> {
        let rules = self.inner_rules(|rule| match rule {
            Rule::Values(rules) => Some(rules),
            _ => None,
        });
        self.property(key, rules)
    }

    /// The key `key` of the map here, as a value of its own.
    pub fn key<'b>(&'b self, key: &'b str) -> Context<'b> {
        let rules = self.inner_rules(|rule| match rule {
            Rule::Keys(rules) => Some(rules),
            _ => None,
        });
        self.property(key, rules)
    }

    /// The key under which the value stands in its object.
    pub(super) fn own_key(&self) -> Option<&'a str> {
        match self.step {
            Step::Key(key) => Some(key),
            Step::Root | Step::Index(_) => None,
        }
    }

    /// The same place, asked to meet `rules` instead.
    pub fn with_rules(&self, rules: &'static [Rule]) -> Self {
        Self { rules, ..*self }
    }

    /// The same place, where an `Option` is a value like others.
    pub(crate) fn inside(&self) -> Self {
        Self { presence: Presence::required, ..*self }
    }

    /// Whether the value here is a property that may be absent or null: what that means for an `Option`.
    #[inline]
    pub(crate) fn presence(&self) -> Presence {
        self.presence
    }

    fn inner_rules(&self, pick: fn(&Rule) -> Option<&'static [Rule]>) -> &'static [Rule] {
        self.rules.iter().find_map(pick).unwrap_or(&[])
    }

    /// What this place asks of the value.
    pub fn rules(&self) -> &'static [Rule] {
        self.rules
    }

    /// Whether what the description forbids is a violation.
    pub fn is_strict(&self) -> bool {
        self.report.mode.get() != Mode::Lenient
    }

    /// Whether reading goes on behind a value that cannot be decoded.
    pub fn is_exhaustive(&self) -> bool {
        self.report.mode.get() == Mode::Exhaustive
    }

    /// Whether scalars are written as text, as in a parameter.
    pub fn is_text(&self) -> bool {
        self.report.is_text && !(self.report.json.iter().any(|name| self.is_within(name)))
    }

    /// Whether the place is the root's property `name`, or below it.
    fn is_within(&self, name: &str) -> bool {
        match self.parent {
            Some(parent) if parent.parent.is_some() => parent.is_within(name),
            _ => matches!(self.step, Step::Key(key) if key == name),
        }
    }

    /// Begins to read the value here on trial, in `mode`: what is wrong with it does not count. None
    /// if too many trials within trials were made: where members of a union cannot be told apart and
    /// contain the union, their number doubles with every level.
    pub fn attempt(&self, mode: Mode) -> Option<Before> {
        let Attempts { depth, nested } = self.report.attempts.get();
        let nested = if depth == 0 { 0 } else { nested + 1 };
        if nested > MAX_NESTED_ATTEMPTS {
            return None;
        }
        self.report.attempts.set(Attempts { depth: depth + 1, nested });
        Some(Before {
            mode: self.report.mode.replace(mode),
            violations: self.report.violations.take(),
            dropped: self.report.dropped.replace(0),
        })
    }

    /// Ends a trial.
    pub fn conclude(&self, before: Before) -> Trial {
        let Attempts { depth, nested } = self.report.attempts.get();
        self.report.attempts.set(Attempts { depth: depth - 1, nested });
        self.report.mode.set(before.mode);
        Trial {
            is_clean: self.report.violations.replace(before.violations).is_empty(),
            dropped: self.report.dropped.replace(before.dropped),
        }
    }

    /// Counts properties that are read past, by which members of a union are compared.
    pub fn drop_properties(&self, count: u32) {
        self.report.dropped.set(self.report.dropped.get().saturating_add(count));
    }

    /// Notes that the value here breaks the description.
    #[cold]
    pub fn violation(&self, code: &'static str, message: impl Into<Cow<'static, str>>) {
        let mut violations = self.report.violations.borrow_mut();
        if violations.len() < MAX_VIOLATIONS {
            let message = message.into();
            violations.push(Violation { location: self.report.location, path: self.path(), code, message });
        }
    }

    /// Notes that the value here cannot become the type it should, and returns the error to stop with.
    #[cold]
    pub fn refuse<E: de::Error>(&self, code: &'static str, message: impl Into<Cow<'static, str>>) -> E {
        let message = message.into();
        self.violation(code, message.clone());
        E::custom(Violation { location: self.report.location, path: self.path(), code, message })
    }

    /// [`refuse`](Self::refuse) for a value of another JSON type than `expected`.
    #[cold]
    pub fn mismatch<E: de::Error>(&self, expected: &str, found: &str) -> E {
        self.refuse("type", format!("must be {expected}, not {found}"))
    }

    /// The error of a value whose parts were refused; they are in the report already.
    #[cold]
    pub fn refused<E: de::Error>(&self) -> E {
        match self.report.violations.borrow().last() {
            Some(violation) => E::custom(violation),
            None => E::custom("does not match the description"),
        }
    }

    fn path(&self) -> Vec<Segment> {
        let mut path = self.parent.map_or_else(Vec::new, Context::path);
        match self.step {
            Step::Root => {}
            Step::Key(key) => path.push(Segment::Key(key.chars().take(MAX_KEY_LENGTH).collect())),
            Step::Index(index) => path.push(Segment::Index(index)),
        }
        path
    }
}
