//! `appeal forget`: what tells of a case, and its removal.
//!
//! In: a case. Out: a line for each file, what becomes of it and why; and, after a confirmation, their removal.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::clock::{now, today};
use crate::app::forget::{self, Deed, Traces};
use crate::app::workspace::Workspace;
use crate::app::{Attempt, RunError};
use crate::diagnostic::AppError;
use serde_json::json;
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

/// What is to be forgotten.
#[derive(clap::Args)]
pub(super) struct ForgetArgs {
    /// The case
    case: String,
    /// Its annexes, too, unless another file names them
    #[arg(long)]
    annexes: bool,
    /// First copy what goes into this new folder
    #[arg(long, value_name = "DIR")]
    archive: Option<PathBuf>,
    /// Although a disappearance is open, an answer is awaited or a withdrawal was not sent
    #[arg(long)]
    even_so: bool,
    /// Without a question
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(common: &Common, args: &ForgetArgs) -> Result<ExitStatus, RunError> {
    let root = Workspace::find(common.directory.as_deref())?;
    let traces = forget::find(root, &args.case, args.annexes, common.config.as_deref(), today())?;
    show(common, &traces)?;
    if !args.even_so && !traces.against.is_empty() {
        traces.against.iter().for_each(report::note);
        return Err(RunError::app(say!("nothing was removed"), say!("add --even-so if {case} is to be forgotten all the same", case = args.case)));
    }
    if args.archive.is_none() && !common.quiet {
        report::say(&report::tell(&say!("`--archive DIR` first copies what goes into a new folder")));
    }
    if !args.yes && (common.no_input || !std::io::stdin().is_terminal()) {
        return Err(RunError::usage(say!("nobody is there to say yes"), say!("look at what would be removed, then add --yes")));
    }
    if !args.yes && !is_confirmed(&args.case)? {
        return Err(AppError::new(say!("nothing was removed")).into());
    }
    if let Some(folder) = &args.archive {
        traces.archive(folder)?;
    }
    let case = &args.case;
    traces.remove(now(), today())?;
    if !common.quiet && !common.json {
        let limits = say!("{case} is forgotten here; backups, disks, mail servers and readers may still have it", case = case);
        report::say(&report::tell(&limits));
    }
    Ok(ExitStatus::Done)
}

fn show(common: &Common, traces: &Traces) -> Result<(), RunError> {
    let mut rows = Vec::new();
    for step in &traces.steps {
        let (word, deed) = match step.deed {
            Deed::Remove => ("removed", say!("goes")),
            Deed::Rewrite(_) => ("rewritten", say!("changes")),
            Deed::Keep => ("kept", say!("stays")),
        };
        let file = step.path.display().to_string();
        if common.json {
            let why = report::tell_scripts(&step.why);
            report::json(&json!({ "schema": 1, "cases": traces.ids, "file": file, "state": word, "why": why }))?;
        } else {
            rows.push(vec![report::tell(&deed), file, report::tell(&step.why)]);
        }
    }
    report::print(&report::table(&rows))
}

fn is_confirmed(case: &str) -> Result<bool, RunError> {
    report::say(&report::tell(&say!("Type {case} to forget it:", case = case)));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).attempt(|| "the answer could not be read".into())?;
    Ok(line.trim() == case)
}
