//! One sheet of a workbook, as `SpreadsheetML` (ISO/IEC 29500, transitional).
//!
//! In: rows of text, how they look, and what the cells below them may hold. Out: XML. All cells to be filled in are text, so that
//! no program makes a day of March out of `2021-03`.

use crate::ooxml::{DECLARATION, escape};
use std::fmt::Write as _;

/// The namespace of a workbook's parts.
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Points from one line of a cell to the next.
const LINE: usize = 13;

/// A sheet.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) columns: Vec<Column>,
    /// How many rows stay in sight; 0 where nothing is to be filled in.
    pub(super) header: usize,
    /// The last row with drop-downs.
    pub(super) last: usize,
}

/// A text that stands in a sheet from the beginning.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) look: Look,
}

/// How a cell looks: the number of its format in `styles.xml`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A cell to be filled in, or a word of a list.
    Entry = 1,
    /// What a sheet is for.
    Lead = 2,
    /// What several columns have in common.
    Group = 3,
    /// What a column means.
    About = 4,
    /// The name of a column.
    Header = 5,
    /// The name of a column that no case can do without.
    Needed = 6,
    /// A paragraph to read.
    Prose = 7,
}

/// A column.
#[derive(Default)]
pub(super) struct Column {
    /// In characters.
    pub(super) width: usize,
    pub(super) picks: Picks,
}

/// What a drop-down offers.
#[derive(Default)]
pub(super) enum Picks {
    /// There is none.
    #[default]
    None,
    /// These words, as a formula has them, and whether anything else is refused.
    Words(String, bool),
    /// What stands in this column (from 0) of this sheet. Something else may be typed.
    Cells(String, usize),
}

impl Sheet {
    pub(super) fn xml(&self) -> String {
        let mut out =
            format!("{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\" showGridLines=\"{}\">", u8::from(self.header > 0));
        if self.header > 0 {
            let cell = self.header + 1;
            let _ = write!(
                out,
                "<pane xSplit=\"1\" ySplit=\"{}\" topLeftCell=\"B{cell}\" activePane=\"bottomRight\" state=\"frozen\"/>\
                 <selection pane=\"bottomRight\" activeCell=\"B{cell}\" sqref=\"B{cell}\"/>",
                self.header
            );
        }
        out.push_str("</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>");
        for (number, column) in self.columns.iter().enumerate() {
            let _ = write!(out, "<col min=\"{n}\" max=\"{n}\" width=\"{}\" style=\"{}\" customWidth=\"1\"/>", column.width, Look::Entry as u8, n = number + 1);
        }
        out.push_str("</cols><sheetData>");
        for (number, row) in self.rows.iter().enumerate() {
            self.row(number + 1, row, &mut out);
        }
        out.push_str("</sheetData>");
        self.validations(&mut out);
        out.push_str("<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.5\" bottom=\"0.5\" header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"landscape\"/></worksheet>");
        out
    }

    fn row(&self, number: usize, cells: &[Cell], out: &mut String) {
        // Programs do not measure the lines of a cell that nobody has opened yet.
        let lines = |(cell, column): (&Cell, &Column)| match cell.look {
            Look::About | Look::Prose => (cell.text.chars().count() * 23 / 20).div_ceil(column.width.max(1)).max(1),
            _ => 1,
        };
        let height = cells.iter().zip(&self.columns).map(lines).max().unwrap_or(1) * LINE + 6;
        let _ = write!(out, "<row r=\"{number}\" ht=\"{height}\" customHeight=\"1\">");
        for (column, cell) in cells.iter().enumerate().filter(|(_, c)| !c.text.is_empty() || matches!(c.look, Look::Header | Look::Needed)) {
            let _ = write!(out, "<c r=\"{}{number}\" s=\"{}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", letters(column), cell.look as u8);
            escape(&cell.text, out);
            out.push_str("</t></is></c>");
        }
        out.push_str("</row>");
    }

    fn validations(&self, out: &mut String) {
        let picked: Vec<(usize, &Picks)> = self.columns.iter().map(|c| &c.picks).enumerate().filter(|(_, p)| !matches!(p, Picks::None)).collect();
        if picked.is_empty() {
            return;
        }
        let _ = write!(out, "<dataValidations count=\"{}\">", picked.len());
        for (column, picks) in picked {
            let (formula, is_strict) = match picks {
                Picks::None => continue,
                Picks::Words(formula, is_strict) => (formula.clone(), *is_strict),
                Picks::Cells(sheet, column) => (format!("'{sheet}'!${c}${}:${c}${}", self.header + 1, self.last, c = letters(*column)), false),
            };
            let _ = write!(
                out,
                "<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"{}\" sqref=\"{c}{}:{c}{}\"><formula1>",
                u8::from(is_strict),
                self.header + 1,
                self.last,
                c = letters(column)
            );
            escape(&formula, out);
            out.push_str("</formula1></dataValidation>");
        }
        out.push_str("</dataValidations>");
    }
}

/// The letters of a column: 0 is A.
pub(super) fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_count_as_spreadsheets_do() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
