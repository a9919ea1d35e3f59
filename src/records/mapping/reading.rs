//! How the cells of a foreign column are read.
//!
//! In: the words of a cell. Out: the words that a case would have, or why nobody can tell. Nothing is guessed: an answer
//! that the mapping does not know is an error, and so is a date whose order nobody declared.

use super::dates::{self, DateOrder};
use crate::diagnostic::Message;
use std::collections::BTreeMap;

/// How a column is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CellRule {
    /// Foreign words and ours; empty: the words are ours.
    pub(super) values: BTreeMap<String, String>,
    /// What stands between several values in one cell.
    pub(super) separator: Option<String>,
    pub(super) dates: Option<DateOrder>,
    /// What stands between the first and the last day of a range.
    pub(super) ranges: Option<String>,
}

impl CellRule {
    /// The several values of a cell.
    pub(crate) fn split<'t>(&'t self, text: &'t str) -> Vec<&'t str> {
        let lines = text.split(['\n', '\r']);
        let parts: Vec<&str> = match self.separator.as_deref() {
            Some(separator) => lines.flat_map(|line| line.split(separator)).collect(),
            None => lines.flat_map(|line| line.split(';')).collect(),
        };
        parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// Our word for a foreign one.
    pub(crate) fn word<'t>(&'t self, text: &'t str) -> Result<&'t str, (Message, Message)> {
        if self.values.is_empty() {
            return Ok(text);
        }
        let known = self.values.get(text).or_else(|| self.values.iter().find(|(word, _)| word.to_lowercase() == text.to_lowercase()).map(|(_, ours)| ours));
        known.map(String::as_str).ok_or_else(|| (say!("the mapping does not know this answer"), say!("add it to `values` of this column, or correct the cell")))
    }

    /// A date as we write it. What is no foreign date is handed on as it is.
    pub(crate) fn date(&self, text: &str) -> Result<String, (Message, Message)> {
        dates::date(text, self.dates, self.ranges.as_deref())
    }

    /// An hour as we write it. What is none is handed on as it is.
    pub(crate) fn time(&self, text: &str) -> Result<String, (Message, Message)> {
        Ok(dates::clock(text, self.dates)?.unwrap_or_else(|| text.to_owned()))
    }

    /// The sign that stands between several values, where it is no space.
    pub(crate) fn sign(&self) -> Option<&str> {
        self.separator.as_deref().filter(|sign| !sign.trim().is_empty())
    }
}

/// Yes and no, as people and forms write them.
pub(crate) fn truth(text: &str) -> Option<bool> {
    // An accent may be a sign of its own.
    match text.trim().to_lowercase().replace("i\u{301}", "í").as_str() {
        "1" | "true" | "yes" | "sí" | "si" | "oui" | "verdadero" | "vrai" => Some(true),
        "0" | "false" | "no" | "non" | "falso" | "faux" => Some(false),
        _ => None,
    }
}
