//! Lines and columns of a text.
//!
//! In: a text and the place of a byte. Out: the line and the column that a person counts.

use crate::diagnostic::Place;
use std::cell::Cell;
use std::ops::Range;

/// Finds the line and the column of a byte.
pub(super) struct LineIndex<'s> {
    source: &'s str,
    starts: Vec<usize>,
    /// A place that was asked for, and its column: the next one is often further on in the same line.
    last: Cell<(usize, usize)>,
}

impl<'s> LineIndex<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        let starts = std::iter::once(0).chain(source.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { source, starts, last: Cell::new((0, 0)) }
    }

    pub(super) fn place(&self, at: usize) -> Place {
        let line = self.starts.partition_point(|s| *s <= at).max(1);
        let start = self.starts[line - 1];
        let (last, before) = self.last.get();
        let (from, before) = if (start..=at).contains(&last) { (last, before) } else { (start, 0) };
        let column = before + self.source.get(from..at).map_or(0, |t| t.chars().count());
        self.last.set((at, column));
        Place { file: 0, line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column + 1).unwrap_or(u32::MAX) }
    }

    pub(super) fn line_at(&self, at: usize) -> Range<usize> {
        let line = self.starts.partition_point(|s| *s <= at).max(1);
        let start = self.starts[line - 1];
        let end = self.starts.get(line).map_or(self.source.len(), |next| next - 1);
        start..end
    }
}
