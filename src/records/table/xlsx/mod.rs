//! XLSX: the rows of a sheet, read as a stream.
//!
//! In: a workbook. Out: its sheets, and the rows of one. Calamine reads what the cells hold, from a package that was made
//! plain for it ([`package`]). What it cannot tell is read beside it, cell by cell, in the same order: where a cell stands,
//! whether its row is hidden or damaged, and whether a formula was ever counted (calamine gives a cell's formula or its
//! value, not both in one pass). That reader is always ahead, so that what is too large never comes to calamine.

mod formats;
mod package;
mod positions;

use super::cell::{Cell, Cells, SheetRow, Take};
use super::package::{Allowance, Refusal};
use super::xml::walk_leniently;
use calamine::{DataRef, Reader, XlsxCellReader, XlsxError};
use formats::Formats;
use package::{Plain, Sheet, path, plain};
use positions::{CellHead, Position, SheetPositions};
use std::borrow::Cow;
use std::io::{Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::sync::Arc;
use zip::ZipArchive;

type Bytes = Cursor<Arc<[u8]>>;

/// A workbook, open.
pub(super) struct Xlsx {
    bytes: Arc<[u8]>,
    book: calamine::Xlsx<Bytes>,
    sheets: Vec<Sheet>,
    formats: Formats,
    packed: Vec<u64>,
}

impl Xlsx {
    /// Opens a workbook that has been looked over.
    pub(super) fn new(input: impl Read + Seek) -> Result<Self, Refusal> {
        let Plain { bytes, sheets, formats, packed } = plain(input)?;
        let bytes: Arc<[u8]> = bytes.into();
        let book = calamine::Xlsx::new(Cursor::new(Arc::clone(&bytes))).map_err(|_| Refusal::Damaged)?;
        Ok(Self { bytes, book, sheets, formats, packed })
    }

    /// The names of its sheets, in order, and whether each is hidden.
    pub(super) fn sheets(&self) -> impl Iterator<Item = (String, bool)> {
        self.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.is_hidden))
    }

    /// The rows of a sheet that have anything in them.
    pub(super) fn rows(&mut self, sheet: usize, take: Take<'_>) -> Result<(), Refusal> {
        let Some(part) = self.sheets.get(sheet).and_then(|sheet| sheet.part) else { return Ok(()) };
        let mut parts = ZipArchive::new(Cursor::new(Arc::clone(&self.bytes)))?;
        let allowance = Allowance::new(self.packed.get(part).copied().unwrap_or(0));
        let mut reading = SheetReader {
            name: part.to_string(),
            book: Some(&mut self.book),
            theirs: None,
            formats: &self.formats,
            row: Vec::new(),
            is_broken: false,
            allowance,
        };
        let (mut positions, mut outcome) = (SheetPositions::default(), Ok(()));
        let part = parts.by_name(&path(part))?;
        walk_leniently(part, |event| {
            positions.event(event, &mut |position| match reading.position(position, take) {
                Ok(flow) => flow,
                Err(refusal) => {
                    outcome = Err(refusal);
                    ControlFlow::Break(())
                }
            })
        })?;
        outcome.and(if positions.is_damaged() { Err(Refusal::Damaged) } else { Ok(()) })
    }
}

/// A sheet, half read.
struct SheetReader<'b> {
    name: String,
    /// The workbook, until its reader is asked for.
    book: Option<&'b mut calamine::Xlsx<Bytes>>,
    theirs: Option<XlsxCellReader<'b, Bytes>>,
    formats: &'b Formats,
    row: Vec<Cell<'static>>,
    is_broken: bool,
    allowance: Allowance,
}

impl SheetReader<'_> {
    fn position(&mut self, position: Position<'_>, take: Take<'_>) -> Result<ControlFlow<()>, Refusal> {
        match position {
            Position::Cells => {
                let book = self.book.take().ok_or(Refusal::Damaged)?;
                self.theirs = Some(book.worksheet_cells_reader(&self.name).map_err(|_| Refusal::Damaged)?);
            }
            Position::Cell(head) => self.cell(head)?,
            Position::Row { number, is_hidden, is_broken } => {
                let (cells, is_broken) = (std::mem::take(&mut self.row), is_broken | std::mem::take(&mut self.is_broken));
                if is_broken || !cells.is_empty() {
                    let cells = if is_broken { Cells::Broken(cells) } else { Cells::Typed(cells) };
                    return Ok(take(SheetRow { number, is_hidden, cells }));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Takes a cell from calamine and puts it where it stands.
    fn cell(&mut self, head: &CellHead) -> Result<(), Refusal> {
        let theirs = self.theirs.as_mut().ok_or(Refusal::Damaged)?;
        let value = match theirs.next_cell() {
            // Both read the same cell, or nothing of the sheet can be believed.
            Ok(Some(cell)) if head.is_placed && cell.get_position().1 as usize != head.column => return Err(Refusal::Damaged),
            Ok(Some(cell)) => self.value(head, cell.get_value()),
            Ok(None) => return Err(Refusal::Damaged),
            // Where its XML is damaged, it is not known up to where calamine read.
            Err(XlsxError::Xml(_)) => return Err(Refusal::Damaged),
            Err(_) => head.truth().map_or(Cell::Error, Cell::Bool),
        };
        if value == Cell::Empty || head.column >= super::MOST_COLUMNS {
            return Ok(());
        }
        let empty = (head.column + 1).saturating_sub(self.row.len());
        self.allowance.take(value.size() + empty * Cell::Empty.size())?;
        if self.row.len() <= head.column {
            self.row.resize(head.column + 1, Cell::Empty);
        }
        // No row has two cells of one column.
        self.is_broken |= self.row[head.column] != Cell::Empty;
        self.row[head.column] = value;
        Ok(())
    }

    /// What a cell holds.
    fn value(&self, head: &CellHead, value: &DataRef<'_>) -> Cell<'static> {
        if head.is_uncounted() {
            return Cell::Error;
        }
        if let Some(value) = head.truth() {
            return Cell::Bool(value);
        }
        match value {
            // What is written in another way than all programs do (CDATA) is nothing to calamine.
            DataRef::Empty if head.has_value() => Cell::Error,
            DataRef::Empty => Cell::Empty,
            DataRef::SharedString(_) if !head.is_index() => Cell::Error,
            DataRef::SharedString(text) => Cell::plain(Cow::Borrowed(text)).pending(),
            DataRef::String(text) => Cell::plain(Cow::Borrowed(text)).pending(),
            #[expect(clippy::cast_precision_loss, reason = "numbers of a sheet are floating ones to begin with")]
            DataRef::Int(number) => Cell::Number(*number as f64),
            DataRef::Float(number) if !number.is_finite() => Cell::Error,
            DataRef::Float(number) => self.formats.shown(head.style, *number).map_or(Cell::Number(*number), |text| Cell::Text(Cow::Owned(text))),
            DataRef::Bool(value) => Cell::Bool(*value),
            DataRef::DateTime(moment) => moment.as_datetime().filter(|_| moment.as_f64() >= 0.0).map_or(Cell::Error, |read| {
                let form = match (moment.as_f64() < 1.0, read.format("%H:%M:%S").to_string().as_str()) {
                    (true, _) => "%H:%M:%S",
                    (false, "00:00:00") => "%Y-%m-%d",
                    (false, _) => "%Y-%m-%dT%H:%M:%S",
                };
                Cell::Date(read.format(form).to_string())
            }),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::iso(text.trim()),
            DataRef::Error(_) => Cell::Error,
        }
    }
}
