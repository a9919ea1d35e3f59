//! How the cells of a foreign column are read.
//!
//! In: the words of a cell. Out: the words that a case would have, or why nobody can tell. Nothing is guessed: an answer
//! that the mapping does not know is an error, and so is a date whose order nobody declared.

use crate::diagnostic::Message;
use std::collections::BTreeMap;

/// In which order foreign dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// The words for the orders.
pub(super) const ORDERS: &[(&str, DateOrder)] =
    &[("day-month-year", DateOrder::DayMonthYear), ("month-day-year", DateOrder::MonthDayYear), ("year-month-day", DateOrder::YearMonthDay)];

/// How a column is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CellRule {
    /// Foreign words and ours; empty: the words are ours.
    pub(super) values: BTreeMap<String, String>,
    /// What stands between several values in one cell.
    pub(super) separator: Option<String>,
    pub(super) dates: Option<DateOrder>,
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

    /// A day as we write it. What is no foreign date is handed on as it is.
    pub(crate) fn date(&self, text: &str) -> String {
        if let Some((day, _)) = text.split_once(['T', ' '])
            && is_ours(day)
        {
            return day.to_owned();
        }
        let Some(order) = self.dates else { return text.to_owned() };
        let parts: Vec<&str> = text.split(['/', '.', '-']).map(str::trim).collect();
        let (year, month, day) = match (order, parts.as_slice()) {
            (DateOrder::DayMonthYear, [day, month, year]) => (year, month, day),
            (DateOrder::MonthDayYear, [month, day, year]) => (year, month, day),
            (DateOrder::YearMonthDay, [year, month, day]) => (year, month, day),
            _ => return text.to_owned(),
        };
        let short = |n: &str| (1..=2).contains(&n.len());
        // A year of two digits leaves the century open, and what is no number is no date.
        let is_date = year.len() == 4 && short(month) && short(day) && [year, month, day].iter().all(|n| n.bytes().all(|b| b.is_ascii_digit()));
        if is_date { format!("{year}-{month:0>2}-{day:0>2}") } else { text.to_owned() }
    }
}

fn is_ours(day: &str) -> bool {
    chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok() && day.len() == 10
}

/// Yes and no, as people and forms write them.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "1" | "true" | "yes" | "sí" | "si" | "oui" | "verdadero" | "vrai" => Some(true),
        "0" | "false" | "no" | "non" | "falso" | "faux" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_a_date_is_declared_and_never_guessed() {
        let with = |dates| CellRule { dates, ..CellRule::default() };
        assert_eq!(with(None).date("03/04/2021"), "03/04/2021");
        assert_eq!(with(None).date("2021-04-03T10:00:00.000-06:00"), "2021-04-03");
        assert_eq!(with(Some(DateOrder::DayMonthYear)).date("03/04/2021"), "2021-04-03");
        assert_eq!(with(Some(DateOrder::MonthDayYear)).date("3.4.2021"), "2021-03-04");
        assert_eq!(with(Some(DateOrder::DayMonthYear)).date("03/04/21"), "03/04/21");
        assert_eq!(with(Some(DateOrder::DayMonthYear)).date("2021-04-03"), "2021-04-03");
    }
}
