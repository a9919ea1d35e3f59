//! Rows on their way to their case.
//!
//! In: one row after another. Out: the rows of one case, as soon as a row of another case comes. What a row cannot say
//! itself is decided here: which case it belongs to.

use super::cell::Cell;
use super::row_filter::LeftOut;
use super::rows::Row;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// The rows of one case are no larger together, in bytes.
const LARGEST: usize = 16 << 20;

/// The rows of one case, to be read.
pub struct CaseRows {
    /// The case's id; empty where no row says it.
    pub id: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// What is wrong with them already.
    pub problems: Diagnostics,
    /// Whether the rows are none of a case: they and those that belong to them are not read.
    pub(super) is_left_out: bool,
}

impl CaseRows {
    /// No case, but something to be said.
    pub(super) fn of_problems(problems: impl Into<Diagnostics>) -> Self {
        Self { id: String::new(), rows: Vec::new(), problems: problems.into(), is_left_out: false }
    }
}

/// The case whose rows are being gathered.
#[derive(Default)]
pub(super) struct Gatherer {
    case: Option<CaseRows>,
    bytes: usize,
    any: bool,
}

impl Gatherer {
    /// Adds a row to its case, and gives the one before, if it is another. A row with nothing in it is none.
    pub(super) fn add(&mut self, row: Row, mut problems: Diagnostics) -> Option<CaseRows> {
        let cell = row.cell(row.columns.id);
        if problems.is_empty() && cell.as_ref().is_none_or(|c| *c == Cell::Empty) && row.is_empty() {
            return None;
        }
        let is_first = !std::mem::replace(&mut self.any, true);
        if let Some(left_out) = row.left_out(is_first) {
            let remark = if let LeftOut::Said(remark) = left_out { remark.into() } else { Diagnostics::default() };
            drop(cell);
            return Some(CaseRows { rows: vec![row], is_left_out: true, ..CaseRows::of_problems(remark) });
        }
        let mut id = row.columns.case_id(cell.as_ref(), row.number);
        if id.is_empty() && !problems.has_errors() {
            let hint = say!("every row of a case has its id; give a case that has none a neutral word, such as norte-2026-01");
            problems.push(Diagnostic::error(say!("the row has no id")).at(row.id_cell()).hint(hint));
        }
        // A row of which not even the id can be read, and that has nothing of a case but elements of its tables, goes with the
        // case above: a letter is not written without what may have been a part of it.
        let is_rest = id.is_empty() && {
            let cells = row.cells();
            row.columns.root.leaves.iter().all(|l| cells.get(l.column).is_none_or(|c| *c == Cell::Empty))
        };
        drop(cell);
        if is_rest && let Some(above) = &self.case {
            id.clone_from(&above.id);
        }
        let size = row.size();
        if let Some(case) = self.case.as_mut().filter(|c| c.id == id && !id.is_empty()) {
            case.problems.extend(problems);
            if self.bytes + size > LARGEST {
                let problem = Diagnostic::error(say!("the rows of this case are more than a case can have here (16 MB)"));
                case.problems.push(problem.at(row.id_cell()).hint(say!("give every case an id of its own")));
                return None;
            }
            self.bytes += size;
            case.rows.push(row);
            return None;
        }
        self.bytes = size;
        self.case.replace(CaseRows { id, rows: vec![row], problems, is_left_out: false })
    }

    /// Whether there was any row.
    pub(super) fn any(&self) -> bool {
        self.any
    }

    /// The last case.
    pub(super) fn finish(&mut self) -> Option<CaseRows> {
        self.case.take()
    }
}
