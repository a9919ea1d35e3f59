//! `appeal recipients --for CASE`: whom else a joint letter could name, each with why.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::RunError;
use crate::app::cases::{self, Clock};
use crate::app::clock::today;
use crate::app::workspace::Workspace;
use crate::diagnostic::Message;
use crate::fitness::{Proposal, Why, proposals};
use crate::text::Language;
use chrono::NaiveDate;
use serde_json::json;

pub(super) fn run(common: &Common, case: &str, date: Option<NaiveDate>) -> Result<ExitStatus, RunError> {
    let (workspace, mut problems) = Workspace::open(common.directory.as_deref())?;
    let clock = Clock { date, today: date.unwrap_or_else(today) };
    for read in cases::each(&workspace, &[case.to_owned()], clock)? {
        let Some(case) = read.case else {
            problems.extend(read.problems);
            return Err(problems.into());
        };
        let found = proposals(&case, &workspace.organisation, &workspace.directory, &case.language, clock.today);
        if common.json {
            for proposal in &found {
                let why: Vec<String> = proposal.why.iter().map(|w| report::tell_scripts(&worded(w))).collect();
                report::json(&json!({ "schema": 1, "case": case.id, "key": proposal.mandate.key, "why": why }))?;
            }
            continue;
        }
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        report::print(&report::table(&rows))?;
        if !common.quiet {
            report::note(&match found.len() {
                0 => say!("no other mandate of the directory is pointed to by this case"),
                _ => say!("hints only: read a mandate's own page before you add its key to `mandates`"),
            });
        }
    }
    Ok(ExitStatus::Done)
}

fn row(proposal: &Proposal<'_>) -> Vec<String> {
    let english = Language::parse("en").expect("en is a language code");
    let title = proposal.mandate.title(&english).map(|t| t.any.clone()).unwrap_or_default();
    let short: String = if title.chars().count() > 60 { title.chars().take(59).chain(['…']).collect() } else { title };
    let why: Vec<String> = proposal.why.iter().map(|w| report::tell(&worded(w))).collect();
    vec![proposal.mandate.key.clone(), short, why.join("; ")]
}

fn worded(why: &Why) -> Message {
    match why {
        Why::Country(code) => say!("it is about {country}", country = code),
        Why::Fact(kind) => say!("the case has [[incidents.{kind}]]", kind = kind),
        Why::Word(word) => say!("the letter says \"{word}…\"", word = word),
    }
}
