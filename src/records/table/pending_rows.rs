//! Rows of further sheets that wait for their case.
//!
//! In: rows that say nothing of a case itself. Out: each case with those of its rows, joined by the id, or by the columns that a
//! mapping names; and in the end those that no case took.

use super::gather::CaseRows;
use super::row_filter::LeftOut;
use super::rows::Row;
use crate::diagnostic::{Diagnostic, Diagnostics};
use std::collections::{BTreeSet, HashMap};

/// Rows that wait for their case.
#[derive(Default)]
pub(super) struct PendingRows {
    rows: HashMap<Key, Vec<Row>>,
    /// What the further tables are called.
    tables: BTreeSet<String>,
    /// Rows that are not read, whose own rows are not read either.
    left_out: Vec<Row>,
    remarks: Diagnostics,
}

/// The key of a parent, and its table where that is a further one: each counts its own rows.
type Key = (Option<String>, String);

impl PendingRows {
    /// Keeps a row by its parent's key.
    pub(super) fn push(&mut self, row: Row) {
        if row.is_empty() {
            return;
        }
        let is_first = !self.tables.contains(&row.columns.nest.table);
        if is_first {
            self.tables.insert(row.columns.nest.table.clone());
        }
        if let Some(left_out) = row.left_out(is_first) {
            if let LeftOut::Said(remark) = left_out {
                self.remarks.push(remark);
            }
            self.left_out.push(row);
            return;
        }
        self.rows.entry((row.parent_table(), row.key())).or_default().push(row);
    }

    /// A case with what was kept for its rows: below each row those of its own, so that a fact joins its incident.
    pub(super) fn complete(&mut self, mut case: CaseRows) -> CaseRows {
        if !self.rows.is_empty() {
            let keys: Vec<String> = case.rows.iter().map(Row::key).collect();
            for key in keys {
                // The name of the main table is no sheet's in plain text: whatever is no further table is it.
                let mut tables: Vec<Option<String>> = self.rows.keys().filter(|(_, k)| *k == key).map(|(table, _)| table.clone()).collect();
                tables.retain(|table| table.as_ref().is_none_or(|name| !self.is_further(name)));
                tables.sort();
                for table in tables {
                    let rows = self.rows.remove(&(table, key.clone())).unwrap_or_default();
                    rows.into_iter().for_each(|row| self.take(row, &mut case.rows));
                }
            }
        }
        if case.is_left_out {
            case.rows.clear();
        }
        case
    }

    /// A row, and below it those whose parent it is.
    fn take(&mut self, row: Row, into: &mut Vec<Row>) {
        let (own, table) = (row.own_key(), row.columns.nest.table.clone());
        let is_named = row.columns.nest.parent_table.is_some();
        into.push(row);
        let Some(own) = own else { return };
        let key = if is_named {
            self.rows.keys().find(|(name, k)| *k == own && name.as_ref().is_some_and(|n| is_called(&table, n))).cloned()
        } else {
            Some((None, own))
        };
        let rows = key.and_then(|key| self.rows.remove(&key)).unwrap_or_default();
        rows.into_iter().for_each(|row| self.take(row, into));
    }

    fn is_further(&self, name: &str) -> bool {
        self.tables.iter().any(|table| is_called(table, name))
    }

    /// What is to be said in the end: of rows that are not read, and of each row that no case took, the first of those with its key.
    pub(super) fn next_left(&mut self) -> Option<CaseRows> {
        for row in std::mem::take(&mut self.left_out) {
            self.take(row, &mut Vec::new());
        }
        if !self.remarks.is_empty() {
            return Some(CaseRows::of_problems(std::mem::take(&mut self.remarks)));
        }
        let key = self.rows.iter().min_by_key(|(_, rows)| rows.first().map(|row| row.number)).map(|(key, _)| key.clone())?;
        let row = self.rows.remove(&key)?.into_iter().next()?;
        let problem = Diagnostic::error(say!("no case has the id of this row")).at(row.id_cell());
        let problem = problem.hint(say!("write the id as it stands in the sheet of the cases"));
        Some(CaseRows { rows: vec![row], ..CaseRows::of_problems(problem) })
    }
}

/// Whether a further table has this name, alone or after that of the form, as files have it.
fn is_called(table: &str, name: &str) -> bool {
    table.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with(['-', '_']))
}
