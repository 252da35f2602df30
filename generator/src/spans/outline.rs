//! The values of a text as a flat list in its order, and how a pointer finds one.

use std::borrow::Cow;

use super::Span;
use crate::tree::segments;

/// The values of a text.
#[derive(Debug)]
pub(crate) struct Outline<'t> {
    parts: Vec<Part<'t>>,
}

/// One value.
#[derive(Debug)]
pub(super) struct Part<'t> {
    /// The name and where it stands, of an object's member.
    pub(super) key: Option<Key<'t>>,
    pub(super) value: Span,
    pub(super) content: Content,
    /// The index of what comes after it and what is inside it.
    pub(super) next: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Key<'t> {
    pub(super) name: Cow<'t, str>,
    pub(super) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Scalar,
    Array,
    Object,
    /// YAML's `*name`, which stands for the part at that index.
    Alias(usize),
}

/// Where a pointer leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The key of the member, if it is one.
    pub(crate) key: Option<Span>,
    pub(crate) value: Span,
    /// Whether it is an array or an object.
    pub(crate) is_container: bool,
    /// Where the same key stands again.
    pub(crate) repeated: Vec<Span>,
    /// The aliases that the way goes through.
    pub(crate) aliases: Vec<Span>,
    /// Whether it is what the pointer names, rather than what is around that.
    pub(crate) is_exact: bool,
}

/// The most parts that one pointer looks at: merges of merges could go on for ever.
const MAX_STEPS: usize = 10_000_000;

impl<'t> Outline<'t> {
    /// Where `pointer` leads; if that is not there, to the innermost thing around it. `None` of an empty text.
    pub(crate) fn find(&self, pointer: &str) -> Option<Hit> {
        let mut way = Way { outline: self, steps: MAX_STEPS, aliases: Vec::new() };
        let mut at = 0;
        let mut repeated = Vec::new();
        let mut is_exact = true;
        for segment in segments(pointer) {
            let mut members = way.members(at, &segment, 0);
            if members.is_empty() {
                is_exact = false;
                break;
            }
            at = members.remove(0);
            repeated = members;
        }
        let aliases = way.aliases;
        let part = self.parts.get(at)?;
        let key_of = |part: &Part<'_>| part.key.as_ref().map(|key| key.span.clone());
        Some(Hit {
            key: key_of(part),
            value: part.value.clone(),
            is_container: matches!(part.content, Content::Array | Content::Object),
            repeated: repeated.iter().filter_map(|index| key_of(self.parts.get(*index)?)).collect(),
            aliases,
            is_exact,
        })
    }
}

/// The search for one pointer.
struct Way<'o, 't> {
    outline: &'o Outline<'t>,
    steps: usize,
    aliases: Vec<Span>,
}

impl Way<'_, '_> {
    /// The parts of that name or index in the part at `at`.
    fn members(&mut self, at: usize, name: &str, merges: usize) -> Vec<usize> {
        let at = self.behind_alias(at);
        let Some(part) = self.outline.parts.get(at) else { return Vec::new() };
        match part.content {
            Content::Array => {
                let index: Option<usize> = name.parse().ok();
                index.and_then(|index| self.children(at).nth(index)).into_iter().collect()
            }
            Content::Object => {
                let own: Vec<usize> = self.children(at).filter(|child| self.is_called(*child, name)).collect();
                self.steps = self.steps.saturating_sub(part.next - at);
                if own.is_empty() { self.merged(at, name, merges) } else { own }
            }
            Content::Scalar | Content::Alias(_) => Vec::new(),
        }
    }

    /// The same in what `<<` brings in.
    fn merged(&mut self, at: usize, name: &str, merges: usize) -> Vec<usize> {
        if merges > 16 || self.steps == 0 {
            return Vec::new();
        }
        let sources: Vec<usize> = self.children(at).filter(|child| self.is_called(*child, "<<")).collect();
        for source in sources {
            let is_list = self.outline.parts.get(source).is_some_and(|part| part.content == Content::Array);
            let sources = if is_list { self.children(source).collect() } else { vec![source] };
            for source in sources {
                let found = self.members(source, name, merges + 1);
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    }

    fn behind_alias(&mut self, at: usize) -> usize {
        match self.outline.parts.get(at) {
            Some(Part { content: Content::Alias(target), value, .. }) => {
                if !self.aliases.contains(value) {
                    self.aliases.push(value.clone());
                }
                *target
            }
            _ => at,
        }
    }

    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let parts = &self.outline.parts;
        let end = parts.get(at).map_or(0, |part| part.next);
        let inside = move |index: usize| (index < end).then_some(index);
        std::iter::successors(inside(at + 1), move |index| inside(parts.get(*index)?.next))
    }

    fn is_called(&self, at: usize, name: &str) -> bool {
        let key = self.outline.parts.get(at).and_then(|part| part.key.as_ref());
        key.is_some_and(|key| key.name == name)
    }
}

/// Puts an outline together from beginnings and ends, in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Builder<'t> {
    parts: Vec<Part<'t>>,
    /// The objects and arrays that are open, and the key that awaits its value.
    open: Vec<(usize, Option<Key<'t>>)>,
}

impl<'t> Builder<'t> {
    /// Whether what comes next is a key.
    pub(super) fn expects_key(&self) -> bool {
        match self.open.last() {
            Some((index, pending)) => pending.is_none() && self.is_object(*index),
            None => false,
        }
    }

    fn is_object(&self, index: usize) -> bool {
        self.parts.get(index).is_some_and(|part| part.content == Content::Object)
    }

    pub(super) fn key(&mut self, name: impl Into<Cow<'t, str>>, span: Span) {
        if let Some((_, pending)) = self.open.last_mut() {
            *pending = Some(Key { name: name.into(), span });
        }
    }

    /// A value without anything inside it. Gives its index.
    pub(super) fn value(&mut self, value: Span, content: Content) -> usize {
        let index = self.parts.len();
        let key = self.open.last_mut().and_then(|(_, pending)| pending.take());
        self.parts.push(Part { key, value, content, next: index + 1 });
        index
    }

    /// The beginning of an object or an array. Gives its index.
    pub(super) fn begin(&mut self, start: usize, content: Content) -> usize {
        let index = self.value(start..start, content);
        self.open.push((index, None));
        index
    }

    /// The end of what began last.
    pub(super) fn end(&mut self, end: usize) {
        let next = self.parts.len();
        if let Some((index, _)) = self.open.pop()
            && let Some(part) = self.parts.get_mut(index)
        {
            part.value.end = end.max(part.value.start);
            part.next = next;
        }
    }

    /// The outline of a text of that length. What is open ends there.
    pub(super) fn finish(mut self, length: usize) -> Outline<'t> {
        while !self.open.is_empty() {
            self.end(length);
        }
        if self.parts.is_empty() {
            self.value(0..0, Content::Scalar);
        }
        Outline { parts: self.parts }
    }
}
