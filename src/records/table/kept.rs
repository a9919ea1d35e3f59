//! Rows of further sheets that wait for their case.
//!
//! In: rows that say nothing of a case itself. Out: each case with those of its rows, joined by the id, or by the columns that a
//! mapping names; and in the end those that no case took.

use super::gather::CaseRows;
use super::rows::Row;
use crate::diagnostic::Diagnostic;
use std::collections::HashMap;

/// Rows that wait for their case.
#[derive(Default)]
pub(super) struct Kept {
    rows: HashMap<String, Vec<Row>>,
}

impl Kept {
    /// Keeps a row by its key.
    pub(super) fn push(&mut self, row: Row) {
        self.rows.entry(row.key()).or_default().push(row);
    }

    /// A case with what was kept for its rows.
    pub(super) fn complete(&mut self, mut case: CaseRows) -> CaseRows {
        if !self.rows.is_empty() {
            let more: Vec<Row> = case.rows.iter().filter_map(|row| self.rows.remove(&row.key())).flatten().collect();
            case.rows.extend(more);
        }
        case
    }

    /// A row that no case took, the first of those with its key.
    pub(super) fn next_left(&mut self) -> Option<CaseRows> {
        let key = self.rows.iter().min_by_key(|(_, rows)| rows.first().map(|row| row.number)).map(|(key, _)| key.clone())?;
        let row = self.rows.remove(&key)?.into_iter().next()?;
        let problem = Diagnostic::error(say!("no case has the id of this row")).at(row.id_cell());
        let problem = problem.hint(say!("write the id as it stands in the sheet of the cases"));
        Some(CaseRows { id: String::new(), rows: vec![row], problems: problem.into() })
    }
}
