//! `appeal recipients --for CASE`: whom else a joint letter could name, each with why.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::cases::{self, Clock};
use crate::app::items::Items;
use crate::app::sources;
use crate::app::workspace::Workspace;
use crate::diagnostic::{Diagnostics, Message};
use crate::fitness::{Proposal, Why, proposals};
use crate::text::Language;
use chrono::NaiveDate;
use serde_json::json;
use std::sync::Arc;

pub(super) fn run(common: &Common, case: &str, date: Option<NaiveDate>, today: NaiveDate) -> anyhow::Result<ExitStatus> {
    let root = Workspace::find(common.directory.as_deref())?;
    let (workspace, mut problems) = match Workspace::load(root) {
        Ok(loaded) => loaded,
        Err(problems) => return Ok(failed(common, &problems)),
    };
    let sources = sources::named(&workspace, &[case.to_owned()])?;
    for item in Items::new(&workspace.root, sources, Arc::default()) {
        let read = cases::read(&workspace, &item, Clock { date, today });
        let Some(case) = read.case else {
            problems.extend(read.problems);
            return Ok(failed(common, &problems));
        };
        let found = proposals(&case, &workspace.organisation, &workspace.directory, &case.language, today);
        if common.json {
            for proposal in &found {
                let why: Vec<String> = proposal.why.iter().map(|w| report::tell_scripts(&worded(w))).collect();
                report::print(&format!("{}\n", json!({ "schema": 1, "case": case.id, "key": proposal.mandate.key, "why": why })))?;
            }
            continue;
        }
        let rows: Vec<Vec<String>> = found.iter().map(|p| row(p)).collect();
        report::print(&report::table(&rows))?;
        if !common.quiet {
            report::say(&report::tell(&match found.len() {
                0 => say!("no other mandate of the directory is pointed to by this case"),
                _ => say!("hints only: read a mandate's own page before you add its key to `mandates`"),
            }));
        }
    }
    Ok(ExitStatus::Done)
}

fn failed(common: &Common, problems: &Diagnostics) -> ExitStatus {
    report::problems(problems, common.quiet);
    ExitStatus::Failed
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
