//! Workbooks: XLSX and ODS, sheet by sheet and row by row.
//!
//! In: a file that has been looked over ([`super::package`]). Out: the rows of a sheet, one after another, with cells that
//! know what they are: real dates, truth values, the values of formulas. The sheet is never held as a whole.

use super::ods;
use super::package::Refusal;
use super::rows::Cell;
use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx, XlsxError};
use chrono::Timelike;
use std::borrow::Cow;
use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;

/// A workbook, open.
pub(super) enum Book<R: Read + Seek> {
    Xlsx(Box<Xlsx<BufReader<R>>>),
    Ods(BufReader<R>),
}

/// Takes the rows of a sheet: the number, and the cells.
pub(super) type Take<'t> = &'t mut dyn FnMut(u32, Vec<Cell<'static>>) -> ControlFlow<()>;

impl<R: Read + Seek> Book<R> {
    pub(super) fn xlsx(mut input: BufReader<R>) -> Result<Self, Refusal> {
        input.rewind().map_err(|_| Refusal::Damaged)?;
        Xlsx::new(input).map(|book| Self::Xlsx(Box::new(book))).map_err(|e| refusal(&e))
    }

    pub(super) fn ods(input: BufReader<R>) -> Self {
        Self::Ods(input)
    }

    /// The names of its sheets, in order. One whose name begins with `#` is a remark, as a column is.
    pub(super) fn sheets(&mut self) -> Result<Vec<String>, Refusal> {
        let mut names: Vec<String> = match self {
            Self::Xlsx(book) => {
                let visible = book.sheets_metadata().iter().filter(|s| s.visible == SheetVisible::Visible);
                visible.map(|s| s.name.clone()).collect()
            }
            Self::Ods(input) => ods::sheets(input)?,
        };
        names.retain(|name| !name.starts_with('#'));
        Ok(names)
    }

    /// The rows of a sheet that have anything in them.
    pub(super) fn rows(&mut self, sheet: &str, take: Take<'_>) -> Result<(), Refusal> {
        match self {
            Self::Xlsx(book) => xlsx_rows(book, sheet, take),
            Self::Ods(input) => ods::rows(input, sheet, take),
        }
    }
}

fn refusal(error: &XlsxError) -> Refusal {
    match error {
        XlsxError::Password => Refusal::Password,
        _ => Refusal::Damaged,
    }
}

fn xlsx_rows<R: Read + Seek>(book: &mut Xlsx<BufReader<R>>, sheet: &str, take: Take<'_>) -> Result<(), Refusal> {
    let mut reader = match book.worksheet_cells_reader(sheet) {
        Ok(reader) => reader,
        // A sheet of drawings has no rows.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(refusal(&error)),
    };
    let (mut number, mut row) = (0, Vec::new());
    while let Some(cell) = reader.next_cell().map_err(|e| refusal(&e))? {
        let (line, column) = (cell.get_position().0 + 1, cell.get_position().1 as usize);
        let value = typed(cell.get_value());
        if value == Cell::Empty || column >= super::MOST_COLUMNS {
            continue;
        }
        if line != number && !row.is_empty() {
            let next = Vec::with_capacity(row.len());
            if take(number, std::mem::replace(&mut row, next)).is_break() {
                return Ok(());
            }
        }
        number = line;
        row.resize(row.len().max(column + 1), Cell::Empty);
        row[column] = value;
    }
    if !row.is_empty() {
        let _ = take(number, row);
    }
    Ok(())
}

fn typed(value: &DataRef<'_>) -> Cell<'static> {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => text_of(text),
        DataRef::SharedString(text) => text_of(text),
        #[expect(clippy::cast_precision_loss, reason = "numbers of a sheet are floating ones to begin with")]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::DateTime(moment) => moment_of(*moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Date(text.clone()),
        DataRef::Error(_) => Cell::Error,
    }
}

fn text_of(text: &str) -> Cell<'static> {
    match Cell::plain(Cow::Borrowed(text)) {
        Cell::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
        Cell::Error => Cell::Error,
        _ => Cell::Empty,
    }
}

/// A date, an hour, or both, as the cell shows it: counted from 1900 or from 1904, as the workbook says.
fn moment_of(moment: ExcelDateTime) -> Cell<'static> {
    let Some(read) = moment.as_datetime() else { return Cell::Error };
    if moment.as_f64() < 1.0 {
        return Cell::Date(read.format("%H:%M:%S").to_string());
    }
    if read.num_seconds_from_midnight() == 0 {
        return Cell::Date(read.format("%Y-%m-%d").to_string());
    }
    Cell::Date(read.format("%Y-%m-%dT%H:%M:%S").to_string())
}
