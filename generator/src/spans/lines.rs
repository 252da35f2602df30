//! Offsets to lines and columns, and back.

use std::cell::OnceCell;

use super::Span;

/// Where the lines of a text begin.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// How many characters begin before each block of [`BLOCK`] bytes, once somebody asks.
    blocks: OnceCell<Vec<usize>>,
}

const BLOCK: usize = 4096;

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let after_breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|offset| offset + 1);
        Self { text, starts: std::iter::once(0).chain(after_breaks).collect(), blocks: OnceCell::new() }
    }

    /// Line and column of an offset, both counted from 1, the column in characters.
    pub(crate) fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        (line, self.characters_before(offset).saturating_sub(self.characters_before(start)) + 1)
    }

    /// How many characters begin before an offset. Lines may be as long as the text, and asked about often.
    fn characters_before(&self, offset: usize) -> usize {
        let text = self.text.as_bytes();
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
        let blocks = self.blocks.get_or_init(|| {
            let ends = text.chunks(BLOCK).scan(0, |before, block| {
                *before += count(block);
                Some(*before)
            });
            std::iter::once(0).chain(ends).collect()
        });
        let offset = offset.min(text.len());
        let block = offset / BLOCK;
        let rest = text.get(block * BLOCK..offset).unwrap_or_default();
        blocks.get(block).copied().unwrap_or_default() + count(rest)
    }

    /// The offset of a line and a column; of what lies beyond the text, its end.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let Some(start) = self.starts.get(line.saturating_sub(1)).copied() else { return self.text.len() };
        let rest = self.text.get(start..self.end(start)).unwrap_or_default();
        let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(offset, _)| offset);
        start + within
    }

    /// The line that an offset is in, without its break.
    pub(crate) fn around(&self, offset: usize) -> Span {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        start..self.end(start)
    }

    /// Where the line that begins at `start` ends, without its break.
    fn end(&self, start: usize) -> usize {
        let next = self.starts.partition_point(|other| *other <= start);
        match self.starts.get(next) {
            Some(next) => {
                let line = self.text.get(start..next - 1).unwrap_or_default();
                start + line.strip_suffix('\r').unwrap_or(line).len()
            }
            None => self.text.len(),
        }
    }
}
