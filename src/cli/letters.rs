//! The letters of a run, and what is said of them: problems as they come, and how far the run is.
//!
//! In: a selection, and what a command does with a letter. Out: what the run came to.

use super::common::Common;
use super::progress::Progress;
use super::report::{self, Report};
use crate::app::batch::{Batch, Made, Readers};
use crate::app::failed::Failed;
use crate::app::run_summary::RunSummary;
use crate::app::workspace::Workspace;
use crate::app::{RunError, Selection};
use crate::consent::Audience;
use serde_json::{Value as Json, json};

/// Makes everything that was selected. What failed is put into `failed`; `prepare` works on a letter beside others; `then` takes what
/// it gave, in the order of the input, or, where letters are sent, the most urgent first.
///
/// # Errors
/// There is no workspace, an argument means nothing, or `then` fails.
pub(super) fn each<T: Send>(
    common: &Common,
    selection: &Selection,
    readers: Readers,
    mut failed: Option<Failed>,
    prepare: impl Fn(&Workspace, &Made) -> T + Sync,
    mut then: impl FnMut(T, &Progress) -> Result<(), RunError>,
) -> Result<RunSummary, RunError> {
    let root = Workspace::find(common.directory.as_deref())?;
    let batch = match Batch::open(root, selection) {
        Ok(batch) => batch,
        Err(RunError::Problems(problems)) => {
            if !common.json {
                report::problems(&problems, common.quiet);
            }
            return Ok(RunSummary { failed: true, workspace: problems, ..RunSummary::default() });
        }
        Err(error) => return Err(error),
    };
    let progress = Progress::of(common.quiet, &batch.sources);
    let mut report = Report::new(common);
    let mut sum = RunSummary { workspace: batch.problems.clone(), ..RunSummary::default() };
    report.add(batch.problems.clone(), &progress);
    batch.run(readers, progress.bytes_read(), prepare, |workspace, done| {
        sum.cases += usize::from(!done.is_remark);
        if let (Some(failed), Some(raw)) = (&mut failed, &done.failed) {
            failed.add(workspace, raw, &report::briefs(&done.problems))?;
        }
        report.add(done.problems, &progress);
        for (state, letter) in done.letters {
            sum.count(state);
            then(letter, &progress)?;
        }
        progress.step();
        Ok::<(), RunError>(())
    })?;
    progress.finish();
    if let Some(failed) = failed {
        report::failed_cases(&failed.finish()?);
    }
    sum.failed = report.has_errors();
    report.finish();
    Ok(sum)
}

/// The line of `--json` of a letter, without what belongs to a format.
pub(super) fn line(made: &Made) -> Json {
    json!({
        "schema": 1,
        "case": made.case,
        "to": Some(&made.to).filter(|t| !t.is_empty()),
        "language": Some(&made.language).filter(|l| !l.is_empty()),
        "audience": made.audience.map(Audience::word),
        "state": made.state.word(),
        "problems": report::problems_json(&made.problems),
    })
}
