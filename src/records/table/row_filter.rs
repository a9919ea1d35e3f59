//! Which rows of a foreign table are read.
//!
//! In: a row, what a mapping chooses, and the columns in which forms say whether somebody accepted a submission. Out: whether the row
//! is left out, and what is said of it. A row that a mapping does not choose is left out as it was told; all others are said.

use super::super::mapping::{Mapping, plain_words};
use super::cell::Cell;
use super::rows::Row;
use crate::diagnostic::{Diagnostic, shown};

/// Headers under which forms keep what a reviewer said, as they stand and as their labels are.
const REVIEWS: &[&str] = &[
    "validation status",
    "estado de validacion",
    "estado de la validacion",
    "statut de validation",
    "reviewstate",
    "review state",
    "system reviewstate",
    "estado de revision",
    "estado de la revision",
    "etat de revision",
    "statut de revision",
    "etat de la revision",
];
/// What a reviewer says of a submission that is not to be used.
const REFUSALS: &[&str] = &[
    "not approved",
    "validation status not approved",
    "rejected",
    "not accepted",
    "no aprobado",
    "no aprobada",
    "rechazado",
    "rechazada",
    "non approuve",
    "non approuvee",
    "pas approuve",
    "pas approuvee",
    "rejete",
    "rejetee",
    "refuse",
    "refusee",
];

/// Which rows are read.
#[derive(Default)]
pub(super) struct RowFilter {
    /// Columns, and the words of which a row has one.
    chosen: Vec<(usize, Vec<String>)>,
    /// Columns of what a reviewer said.
    reviews: Vec<usize>,
}

/// Why a row is not read.
pub(super) enum LeftOut {
    /// The mapping does not choose it.
    NotChosen,
    /// Something else, which is said.
    Said(Diagnostic),
}

impl RowFilter {
    /// What a mapping chooses of a table with these columns.
    pub(super) fn new(mapping: &Mapping, cells: &[String]) -> Self {
        let at = |name: &str| cells.iter().position(|cell| cell.trim() == name);
        let chosen: Vec<_> = mapping.rows().iter().filter_map(|(name, words)| Some((at(name)?, words.clone()))).collect();
        let is_review = |(column, cell): &(usize, &String)| {
            // A mapping that chooses by this column has looked at it.
            REVIEWS.contains(&plain_words(cell).join(" ").as_str()) && !chosen.iter().any(|(c, _)| c == column)
        };
        let reviews = cells.iter().enumerate().filter(is_review).map(|(column, _)| column).collect();
        Self { chosen, reviews }
    }

    /// Its columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.chosen.iter().map(|(column, _)| *column).chain(self.reviews.iter().copied())
    }

    /// Why a row is not read, if it is not. Tags stand only above the first row that is one.
    pub(super) fn leaves_out(&self, row: &Row, is_first: bool) -> Option<LeftOut> {
        if is_first && has_tags(row) {
            let remark = Diagnostic::warning(say!("the row has the tags of HXL and is left out")).at(row.columns.location(row.number, 0));
            return Some(LeftOut::Said(remark.hint(say!("nothing is to be done: such a row says what the columns mean, and is no case"))));
        }
        let words = |column: usize| row.cell(column).as_ref().map(Cell::words).unwrap_or_default();
        let is_chosen = |(column, known): &(usize, Vec<String>)| {
            let word = words(*column).trim().to_lowercase();
            known.iter().any(|k| k.to_lowercase() == word)
        };
        if !self.chosen.iter().all(is_chosen) {
            return Some(LeftOut::NotChosen);
        }
        let refused = self.reviews.iter().find(|column| REFUSALS.contains(&plain_words(&words(**column)).join(" ").as_str()))?;
        let name = shown(row.columns.headers.get(*refused).map_or("", |h| h.trim()));
        let remark = Diagnostic::warning(say!("a reviewer did not approve this row: it is left out")).at(row.columns.location(row.number, *refused));
        let hint = say!("to read such rows, let the mapping choose them by this column: [rows] and below it \"{name}\" = [\"…\"]", name = name);
        Some(LeftOut::Said(remark.hint(hint)))
    }
}

/// Whether nothing but tags of the Humanitarian Exchange Language stands in a row: `#adm1+name`.
fn has_tags(row: &Row) -> bool {
    let cells = row.cells();
    let is_word = |word: &str| word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let is_tag = |text: &str| text.strip_prefix('#').is_some_and(|rest| rest.split('+').all(|word| is_word(word.trim())));
    let mut filled = cells.iter().filter(|cell| **cell != Cell::Empty).peekable();
    filled.peek().is_some() && filled.all(|cell| matches!(cell, Cell::Text(text) if is_tag(text.trim())))
}
