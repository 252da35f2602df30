//! The outline of YAML, by the same grammar as the first parse: libyaml's.

use std::collections::HashMap;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use libyaml_safer::{Event, EventData, Parser};

use crate::load::runaway_brackets;

use super::Span;
use super::outline::{Builder, Content, Outline};

pub(super) fn outline(text: &str) -> Outline<'_> {
    if runaway_brackets(text).is_some() {
        return Builder::default().finish(0);
    }
    // It panics where a block scalar ends with the text, and not with a line.
    let mut parser = Parser::new();
    parser.set_input(text.as_bytes().chain(b"\n".as_slice()));
    let mut reading = Reading { text, builder: Builder::default(), anchors: HashMap::new(), in_key: 0 };
    // It panics at a tag before a comma, `[!a,b]`, which the first parse reads: what is after it has no place then.
    while let Ok(Ok(event)) = catch_unwind(AssertUnwindSafe(|| parser.parse())) {
        if matches!(event.data, EventData::DocumentEnd { .. } | EventData::StreamEnd) {
            break;
        }
        reading.event(event);
    }
    reading.builder.finish(text.len())
}

struct Reading<'t> {
    text: &'t str,
    builder: Builder<'t>,
    /// What the anchors name so far.
    anchors: HashMap<String, usize>,
    /// How deep in a key that is an object or an array, which nothing leads to.
    in_key: usize,
}

impl Reading<'_> {
    fn event(&mut self, event: Event) {
        let span = offset(event.start_mark.index)..offset(event.end_mark.index);
        match event.data {
            EventData::MappingStart { .. } | EventData::SequenceStart { .. }
                if self.in_key > 0 || self.builder.expects_key() =>
            {
                self.in_key += 1;
            }
            EventData::MappingEnd | EventData::SequenceEnd if self.in_key > 0 => {
                self.in_key -= 1;
                if self.in_key == 0 {
                    self.builder.key("", span);
                }
            }
            _ if self.in_key > 0 => {}
            EventData::MappingStart { anchor, .. } => {
                let index = self.builder.begin(span.start, Content::Object);
                self.anchor(anchor, index);
            }
            EventData::SequenceStart { anchor, .. } => {
                let index = self.builder.begin(span.start, Content::Array);
                self.anchor(anchor, index);
            }
            EventData::MappingEnd | EventData::SequenceEnd => self.builder.end(self.trimmed(span.end)),
            EventData::Scalar { value, .. } if self.builder.expects_key() => self.builder.key(value, span),
            EventData::Alias { .. } if self.builder.expects_key() => self.builder.key("", span),
            EventData::Scalar { anchor, .. } => {
                let index = self.builder.value(self.without_properties(span), Content::Scalar);
                self.anchor(anchor, index);
            }
            EventData::Alias { anchor } => {
                let target = self.anchors.get(&anchor).copied();
                self.builder.value(span, target.map_or(Content::Scalar, Content::Alias));
            }
            _ => {}
        }
    }

    fn anchor(&mut self, anchor: Option<String>, index: usize) {
        self.anchors.extend(anchor.map(|anchor| (anchor, index)));
    }

    /// An object in block style ends where the next token begins: the space before that is not its own.
    fn trimmed(&self, end: usize) -> usize {
        self.text.get(..end).map_or(end, |text| text.trim_end().len())
    }

    /// A scalar's span begins with its anchor and its tag.
    fn without_properties(&self, mut span: Span) -> Span {
        while let Some(text) = self.text.get(span.clone())
            && text.starts_with(['&', '!'])
            && let Some(length) = text.find([' ', '\n'])
        {
            let rest = text.get(length..).unwrap_or_default();
            span.start += length + (rest.len() - rest.trim_start().len());
        }
        span
    }
}

fn offset(index: u64) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
