//! The beginning of a table, for whoever wants to know what is in it before it is read.
//!
//! In: a table of plain text or a workbook. Out: its header and its first rows, as words. Nothing is understood here.

use super::book::Book;
use super::cell::{Cell, SheetRow};
use super::csv;
use super::encoding::{Bytes, Letters};
use std::io::{Read, Seek};
use std::ops::ControlFlow;

/// How many rows are looked at.
const ROWS: usize = 200;

/// A header and the rows below it.
pub struct Preview {
    /// The names of the columns.
    pub headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Preview {
    /// The beginning of a table of plain text; none if it cannot be read.
    #[must_use]
    pub fn of_text(input: impl Read) -> Option<Self> {
        let input = Bytes::new(input).ok()?;
        let mut letters = Letters::new(input.is_utf16());
        let mut lines = csv::Lines::new(input);
        let mut rows = Vec::new();
        let mut delimiter = None;
        while rows.len() <= ROWS {
            let Ok(Some(line)) = lines.next() else { break };
            let text = letters.read(line.bytes).ok().filter(|_| line.fault.is_none())?;
            if line.number == 1
                && let Some(said) = csv::said_delimiter(&text)
            {
                delimiter = Some(said);
                continue;
            }
            let delimiter = match delimiter {
                Some(delimiter) => delimiter,
                None => *delimiter.insert(csv::delimiter(&text, lines.ahead().ok()?)),
            };
            lines.set_delimiter(delimiter);
            rows.push(csv::cells(&text, delimiter).map(|c| Cell::plain(c).words()).collect());
        }
        Self::of_rows(rows)
    }

    /// The beginning of the first sheet that has rows; none if the workbook cannot be read.
    #[must_use]
    pub fn of_book(input: impl Read + Seek) -> Option<Self> {
        let mut book = Book::open(input).ok()?;
        for sheet in book.sheets().into_iter().filter(|sheet| !sheet.is_hidden) {
            let mut rows: Vec<Vec<String>> = Vec::new();
            let mut take = |row: SheetRow| {
                rows.push(row.cells.words());
                if rows.len() <= ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            book.rows(sheet.number, &mut take).ok()?;
            if rows.len() > 1 {
                return Self::of_rows(rows);
            }
        }
        None
    }

    fn of_rows(rows: Vec<Vec<String>>) -> Option<Self> {
        let mut rows = rows.into_iter().skip_while(|row| row.iter().all(|c| c.trim().is_empty()));
        let headers = rows.next()?.iter().map(|c| c.trim().to_owned()).collect();
        Some(Self { headers, rows: rows.collect() })
    }

    /// What stands in a column, row by row; empty cells too.
    pub fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(at).map_or("", |c| c.trim()))
    }
}
