//! Workbooks: XLSX and ODS, sheet by sheet and row by row.
//!
//! In: a file that has been looked over ([`super::package`]). Out: the rows of a sheet, one after another, with cells that
//! know what they are: real dates, truth values, the values of formulas. The sheet is never held as a whole.

use super::cell::Take;
use super::ods::Ods;
use super::package::{Kind, Refusal, look_over};
use super::xlsx::Xlsx;
use std::io::{BufReader, Read, Seek};

/// A workbook, open.
pub(super) enum Book<R: Read + Seek> {
    Xlsx(Box<Xlsx>),
    Ods(Box<Ods<BufReader<R>>>),
}

/// A sheet as the workbook lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its number among all sheets of the workbook.
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) is_hidden: bool,
}

impl<R: Read + Seek> Book<R> {
    /// Looks a workbook over, and opens it.
    pub(super) fn open(input: R) -> Result<Self, Refusal> {
        let mut input = BufReader::new(input);
        Ok(match look_over(&mut input)? {
            Kind::Xlsx => Self::Xlsx(Box::new(Xlsx::new(input)?)),
            Kind::Ods => Self::Ods(Box::new(Ods::new(input)?)),
        })
    }

    /// Its sheets, in order. One whose name begins with `#` is a remark, as a column is.
    pub(super) fn sheets(&self) -> Vec<Listed> {
        let names: Vec<(String, bool)> = match self {
            Self::Xlsx(book) => book.sheets().collect(),
            Self::Ods(book) => book.sheets().to_vec(),
        };
        let listed = names.into_iter().enumerate().map(|(number, (name, is_hidden))| Listed { number, name, is_hidden });
        listed.filter(|sheet| !sheet.name.starts_with('#')).collect()
    }

    /// The rows of a sheet that have anything in them.
    pub(super) fn rows(&mut self, sheet: usize, take: Take<'_>) -> Result<(), Refusal> {
        match self {
            Self::Xlsx(book) => book.rows(sheet, take),
            Self::Ods(book) => book.rows(sheet, take),
        }
    }
}
