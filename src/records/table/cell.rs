//! The cells of a row, of whatever kind of table.
//!
//! In: a row as its file has it. Out: [`Cell`]s, those of plain text cut when somebody asks for them.

use super::csv;
use std::borrow::Cow;
use std::ops::ControlFlow;

/// A row of a sheet.
pub(super) struct SheetRow {
    /// As the spreadsheet counts it.
    pub(super) number: u32,
    /// Nobody sees it: it was hidden, or a filter leaves it out.
    pub(super) is_hidden: bool,
    pub(super) cells: Cells,
}

/// Takes the rows of a sheet.
pub(super) type Take<'t> = &'t mut dyn FnMut(SheetRow) -> ControlFlow<()>;

/// A row whose XML is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// The cells of a row.
pub(super) enum Cells {
    /// A row of plain text, not yet cut, and what stands between its cells.
    Text(String, u8),
    /// Cells that know what they are.
    Typed(Vec<Cell<'static>>),
    /// What could be read of a row that is damaged.
    Broken(Vec<Cell<'static>>),
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
            Self::Typed(cells) => cells.iter().map(Cell::borrowed).collect(),
            Self::Broken(_) => return Err(Broken),
        })
    }

    /// One of them: what stands behind it is not read.
    pub(super) fn at(&self, column: usize) -> Option<Cell<'_>> {
        match self {
            Self::Text(text, delimiter) => csv::cells(text, *delimiter).nth(column).map(Cell::plain),
            Self::Typed(cells) | Self::Broken(cells) => cells.get(column).map(Cell::borrowed),
        }
    }

    /// How much they hold, in bytes, near enough.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Text(text, _) => text.len(),
            Self::Typed(cells) | Self::Broken(cells) => cells.iter().map(Cell::size).sum(),
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

    /// How much it holds, in bytes, near enough.
    pub(super) fn size(&self) -> usize {
        24 + if let Self::Text(text) = self { text.len() } else { 0 }
    }

    /// A date or a time as ISO 8601 writes it; no sheet means a zone by its `Z`. A date at midnight is one without an hour.
    pub(super) fn iso(text: &str) -> Self {
        let text = text.strip_suffix('Z').unwrap_or(text);
        let day = text
            .split_once('T')
            .filter(|(_, hour)| matches!(hour.split_once('.').unwrap_or((hour, "")), ("00:00:00" | "00:00", rest) if rest.bytes().all(|b| b == b'0')));
        Self::Date(day.map_or(text, |(day, _)| day).to_owned())
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
