//! `appeal import`: foreign tables to case files.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::failed::Failed;
use crate::app::{RunError, import};
use crate::diagnostic::Diagnostics;
use serde_json::json;
use std::path::PathBuf;

/// What is imported, and how it is read.
#[derive(clap::Args)]
pub(super) struct ImportArgs {
    /// A table (CSV, TSV, XLSX, ODS) or records (NDJSON); - is NDJSON on standard input
    file: String,
    /// What the columns of a foreign table mean: a file, or kobotoolbox, odk-central, uwazi
    #[arg(long, value_name = "M")]
    map: Option<PathBuf>,
    /// Print a first mapping for this table, to be looked through; import nothing
    #[arg(long, conflicts_with = "map")]
    suggest_map: bool,
}

pub(super) fn run(common: &Common, args: &ImportArgs) -> Result<ExitStatus, RunError> {
    let directory = common.directory.as_deref();
    if args.suggest_map {
        return report::print(&import::suggest(directory, &args.file)?).map(|()| ExitStatus::Done);
    }
    let (mut failed, mut unread, mut problems) = (Failed::into_folder(None), 0, Diagnostics::default());
    // The files that were written, and what is left to do in them.
    let mut rows = Vec::new();
    let rest = import::run(directory, &args.file, args.map.as_deref(), |workspace, case| {
        if let Some(raw) = &case.failed {
            failed.add(workspace, raw, &report::briefs(&case.problems))?;
        }
        let file = case.file.map(|path| path.display().to_string());
        let (state, words) = match (&file, case.problems.is_empty()) {
            (None, _) => ("error", None),
            (Some(_), true) => ("complete", Some(say!("complete"))),
            (Some(_), false) => ("incomplete", Some(say!("to be completed"))),
        };
        unread += usize::from(file.is_none());
        rows.extend(file.clone().zip(words).map(|(file, words)| vec![file, report::tell(&words)]));
        if common.json {
            let id = Some(case.case).filter(|id| !id.is_empty());
            return report::json(&json!({ "schema": 1, "case": id, "file": file, "state": state, "problems": report::problems_json(&case.problems) }));
        }
        // What is left to be filled in is no problem to a person.
        problems.extend(case.problems.into_iter().filter(|_| file.is_none()));
        Ok(())
    })?;
    problems.extend(rest);
    report::failed_cases(&failed.finish()?);
    if common.json {
        let summary = json!({ "cases": rows.len() + unread, "written": rows.len(), "error": unread });
        report::json(&json!({ "schema": 1, "summary": summary, "problems": report::problems_json(&problems) }))?;
    } else {
        report::problems(&problems, common.quiet);
        if !common.quiet {
            report::print(&report::table(&rows))?;
            report::note(&say!("{written} written, {left} not", written = rows.len(), left = unread));
        }
    }
    Ok(if unread > 0 || problems.has_errors() { ExitStatus::Failed } else { ExitStatus::Done })
}
