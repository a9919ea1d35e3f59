//! The cells of a row, of whatever kind of table.
//!
//! In: a row as its file has it. Out: [`Cell`]s, read when somebody asks for them, so that a row that is handed to another thread
//! is one piece of memory.

use super::csv;
use super::xlsx::{Broken, SheetRow};
use std::borrow::Cow;

/// The cells of a row.
pub(super) enum Cells {
    /// A row of plain text, not yet cut, and what stands between its cells.
    Text(String, u8),
    /// A row of an XLSX, not yet read.
    Sheet(SheetRow),
    /// Cells that know what they are.
    Typed(Vec<Cell<'static>>),
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(f64),
    Bool(bool),
    /// A date, a time, or both, as we write them.
    Date(String),
    /// A formula that has no value: `#REF!`.
    Error,
}

/// What a formula without a value leaves in a table of plain text.
const ERRORS: [&str; 8] = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"];

impl Cells {
    /// The cells of the row.
    pub(super) fn read(&self) -> Result<Vec<Cell<'_>>, Broken> {
        Ok(match self {
            Self::Text(text, delimiter) => {
                let mut cells = Vec::with_capacity(text.len() / 32);
                cells.extend(csv::cells(text, *delimiter).map(Cell::plain));
                cells
            }
            Self::Sheet(row) => return row.cells(),
            Self::Typed(cells) => cells.iter().map(Cell::borrowed).collect(),
        })
    }

    /// One of them: what stands behind it is not read.
    pub(super) fn at(&self, column: usize) -> Option<Cell<'_>> {
        match self {
            Self::Text(text, delimiter) => csv::cells(text, *delimiter).nth(column).map(Cell::plain),
            Self::Sheet(row) => row.cell(column),
            Self::Typed(cells) => cells.get(column).map(Cell::borrowed),
        }
    }

    /// How much they hold, in bytes, near enough.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Text(text, _) => text.len(),
            Self::Sheet(row) => row.size(),
            Self::Typed(cells) => cells.iter().map(|c| if let Cell::Text(text) = c { text.len() + 24 } else { 24 }).sum(),
        }
    }

    /// Reads those of an XLSX once and for all.
    pub(super) fn make_typed(&mut self) {
        if let Self::Sheet(row) = self
            && let Ok(cells) = row.cells()
        {
            *self = Self::Typed(cells.iter().map(Cell::pending).collect());
        }
    }

    /// What a person sees in each of them.
    pub(super) fn words(&self) -> Vec<String> {
        self.read().unwrap_or_default().iter().map(Cell::words).collect()
    }
}

impl<'a> Cell<'a> {
    /// The same, with a text of its own.
    pub(super) fn pending(&self) -> Cell<'static> {
        match self {
            Self::Text(text) => Cell::Text(Cow::Owned(text.clone().into_owned())),
            Self::Empty => Cell::Empty,
            Self::Number(number) => Cell::Number(*number),
            Self::Bool(value) => Cell::Bool(*value),
            Self::Date(text) => Cell::Date(text.clone()),
            Self::Error => Cell::Error,
        }
    }

    /// The same, without a text of its own.
    fn borrowed(&self) -> Cell<'_> {
        match self {
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)),
            other => other.clone(),
        }
    }

    pub(super) fn plain(text: Cow<'a, str>) -> Self {
        fn said(text: &str) -> &str {
            let trimmed = text.trim();
            // A quote before a sign keeps a spreadsheet from taking the text for a formula; it is no part of it.
            trimmed.strip_prefix('\'').filter(|t| t.starts_with(['=', '+', '-', '@'])).unwrap_or(trimmed)
        }
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(said(text)),
            Cow::Owned(text) => Cow::Owned(said(&text).to_owned()),
        };
        match text.as_ref() {
            "" => Self::Empty,
            word if word.starts_with('#') && ERRORS.contains(&word) => Self::Error,
            _ => Self::Text(text),
        }
    }

    /// What a person sees in it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Date(text) => text.clone(),
            Self::Error => "#REF!".to_owned(),
        }
    }
}
