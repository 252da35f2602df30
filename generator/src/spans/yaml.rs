//! The outline of YAML, by the same grammar as the first parse: libyaml's.

use std::borrow::Cow;
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
    let bytes = without_bare_tags(text);
    // It panics where a block scalar ends with the text, and not with a line.
    let mut parser = Parser::new();
    parser.set_input(bytes.chain(b"\n".as_slice()));
    let mut reading = Reading { text, builder: Builder::default(), anchors: HashMap::new(), in_key: 0 };
    // Should it panic elsewhere, what is after that has no place.
    while let Ok(Ok(event)) = catch_unwind(AssertUnwindSafe(|| parser.parse())) {
        if matches!(event.data, EventData::DocumentEnd { .. } | EventData::StreamEnd) {
            break;
        }
        reading.event(event);
    }
    reading.builder.finish(text.len())
}

/// The text with a word of the same length for each tag that a comma follows, `[!a,b]`: the parser panics at those, which
/// the first parse reads. Nobody asks what a scalar says.
fn without_bare_tags(text: &str) -> Cow<'_, [u8]> {
    let mut bytes = Cow::Borrowed(text.as_bytes());
    for start in memchr::memchr_iter(b'!', text.as_bytes()) {
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",[]{}".contains(byte);
        let length = text.as_bytes().get(start..).and_then(|rest| rest.iter().position(is_end)).unwrap_or_default();
        if text.as_bytes().get(start + length) == Some(&b',')
            && let Some(tag) = bytes.to_mut().get_mut(start..start + length)
        {
            tag.fill(b'x');
        }
    }
    bytes
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
