//! Workbooks: XLSX and ODS, sheet by sheet and row by row.
//!
//! In: a file that has been looked over ([`super::package`]). Out: the rows of a sheet, one after another, with cells that
//! know what they are: real dates, truth values, the values of formulas. The sheet is never held as a whole.

use super::cell::Cells;
use super::ods;
use super::package::{Kind, Refusal, look_over};
use super::xlsx::Xlsx;
use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;

/// A workbook, open.
pub(super) enum Book<R: Read + Seek> {
    Xlsx(Box<Xlsx<BufReader<R>>>),
    Ods(BufReader<R>),
}

/// Takes the rows of a sheet: the number, and the cells.
pub(super) type Take<'t> = &'t mut dyn FnMut(u32, Cells) -> ControlFlow<()>;

impl<R: Read + Seek> Book<R> {
    /// Looks a workbook over, and opens it.
    pub(super) fn open(input: R) -> Result<Self, Refusal> {
        let mut input = BufReader::new(input);
        Ok(match look_over(&mut input)? {
            Kind::Xlsx => Self::Xlsx(Box::new(Xlsx::new(input)?)),
            Kind::Ods => Self::Ods(input),
        })
    }

    /// The names of its sheets, in order. One whose name begins with `#` is a remark, as a column is.
    pub(super) fn sheets(&mut self) -> Result<Vec<String>, Refusal> {
        let mut names: Vec<String> = match self {
            Self::Xlsx(book) => book.sheets().map(str::to_owned).collect(),
            Self::Ods(input) => ods::sheets(input)?,
        };
        names.retain(|name| !name.starts_with('#'));
        Ok(names)
    }

    /// The rows of a sheet that have anything in them.
    pub(super) fn rows(&mut self, sheet: &str, take: Take<'_>) -> Result<(), Refusal> {
        match self {
            Self::Xlsx(book) => book.rows(sheet, take),
            Self::Ods(input) => ods::rows(input, sheet, take),
        }
    }
}
