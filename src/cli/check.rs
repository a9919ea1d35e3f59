//! `appeal check`: read everything, report everything, write nothing.

use super::letters::{self, Readers};
use super::{Common, Ending, Selection, report};

pub(super) fn run(common: &Common, selection: &Selection) -> anyhow::Result<Ending> {
    let sum = letters::each(common, selection, Readers::All, |_, made| if common.json { report::print(&format!("{}\n", made.json())) } else { Ok(()) })?;
    if common.json {
        report::print(&format!("{}\n", sum.json()))?;
    } else {
        report::problems(&sum.problems, common.quiet);
        if !common.quiet && (sum.cases > 0 || !sum.problems.has_errors()) {
            report::print(&format!("{}\n", sum.words()))?;
        }
    }
    Ok(sum.ending())
}
