//! Which rows of a foreign table are read.
//!
//! In: a row, what a mapping chooses, and the columns in which forms say whether somebody accepted a submission. Out: whether the row
//! is left out, and what is said of it. A row that a mapping does not choose is left out as it was told; all others are said.

use super::super::mapping::{Mapping, plain_words};
use super::cell::Cell;
use crate::diagnostic::Diagnostic;

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

    /// Whether a row whose cells have these words is one that the mapping chooses.
    pub(super) fn chooses(&self, words: impl Fn(usize) -> String) -> bool {
        let is_chosen = |(column, known): &(usize, Vec<String>)| {
            let word = words(*column).trim().to_lowercase();
            known.iter().any(|k| k.to_lowercase() == word)
        };
        self.chosen.iter().all(is_chosen)
    }

    /// The column in which a reviewer refused the row.
    pub(super) fn refused(&self, words: impl Fn(usize) -> String) -> Option<usize> {
        let is_refused = |column: &usize| REFUSALS.contains(&plain_words(&words(*column)).join(" ").as_str());
        self.reviews.iter().copied().find(is_refused)
    }
}

/// Whether nothing but tags of the Humanitarian Exchange Language stands in a row: `#adm1+name`.
pub(super) fn are_tags(cells: &[Cell<'_>]) -> bool {
    let is_word = |word: &str| word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let is_tag = |text: &str| text.strip_prefix('#').is_some_and(|rest| rest.split('+').all(|word| is_word(word.trim())));
    let mut filled = cells.iter().filter(|cell| **cell != Cell::Empty).peekable();
    filled.peek().is_some() && filled.all(|cell| matches!(cell, Cell::Text(text) if is_tag(text.trim())))
}
