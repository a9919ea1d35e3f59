//! What is due after letters went out, and who was told of somebody who has withdrawn since.
//!
//! In: letters that were accepted or submitted, what was written down about them, and their cases, where they still have a file.
//! Out: lines, the earliest day first. The days are the field's: a Government has 60 days to answer an allegation letter, and
//! a mandate that has not answered after four weeks is worth an update.

use super::entry::{self, word};
use crate::app::RunError;
use crate::app::cases::{self, Clock};
use crate::app::clock::today;
use crate::app::forget::FORGOTTEN;
use crate::app::workspace::Workspace;
use crate::case::{Action, Case};
use crate::cli::common::Common;
use crate::cli::exit_status::ExitStatus;
use crate::cli::report;
use crate::mail::ledger::{Event, LedgerEntry};
use chrono::{Days, NaiveDate};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A letter without an answer for so long is worth an update.
const PATIENCE: Days = Days::new(28);
/// A Government has so long to answer an allegation letter.
const GOVERNMENT: Days = Days::new(60);

/// Something that is due.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    day: NaiveDate,
    case: String,
    key: String,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    ActBy,
    Update,
    Government,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::ActBy => "act-by",
            Self::Update => "update",
            Self::Government => "government-reply",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::ActBy => "the day to act by",
            Self::Update => "no answer yet: an update may be due",
            Self::Government => "the Government's 60 days end",
        }
    }
}

pub(super) fn run(common: &Common, root: PathBuf, standing: &[&LedgerEntry], events: &[Event], today: NaiveDate) -> Result<ExitStatus, RunError> {
    let sent: Vec<&&LedgerEntry> = standing.iter().filter(|e| is_out(e)).collect();
    let cases = cases(root, &sent)?;
    let mut due: Vec<Due> = sent.iter().flat_map(|entry| of(entry, cases.get(&entry.identity.case), events)).collect();
    due.sort();
    due.dedup();
    let mut rows = Vec::new();
    for Due { day, case, key, what } in due {
        let is_overdue = day < today;
        if common.json {
            let line = json!({ "schema": 1, "case": case, "to": key, "due": day.to_string(), "what": what.word(), "overdue": is_overdue });
            report::json(&line)?;
        } else {
            let late = if is_overdue { "overdue: " } else { "" };
            rows.push(vec![day.to_string(), case, key, format!("{late}{}", what.words())]);
        }
    }
    report::print(&report::table(&rows))?;
    Ok(ExitStatus::Done)
}

fn is_out(entry: &LedgerEntry) -> bool {
    matches!(word(entry), "accepted" | "submitted")
}

fn of(entry: &LedgerEntry, case: Option<&Case>, events: &[Event]) -> Vec<Due> {
    let identity = &entry.identity;
    let about = |event: &&Event| event.case.eq_ignore_ascii_case(&identity.case) && event.key.as_ref().is_none_or(|k| *k == identity.key);
    let newest = |words: &[&str]| events.iter().filter(about).filter(|e| words.contains(&e.event.as_str())).map(|e| e.day).max();
    let communication = newest(&["communication"]);
    if newest(&[FORGOTTEN]).is_some() {
        return Vec::new();
    }
    let answered = newest(&["reply", "communication", "government-reply"]).is_some();
    let is_answered_by_the_government = newest(&["government-reply"]).is_some();
    let mut due = Vec::new();
    let mut add = |day: Option<NaiveDate>, what| {
        due.extend(day.map(|day| Due { day, case: identity.case.clone(), key: identity.key.clone(), what }));
    };
    if !answered {
        add(case.and_then(|c| c.urgency.act_by.as_ref()).map(|a| a.day), What::ActBy);
        let is_last = case.is_none_or(|c| c.action != Action::Withdrawal);
        add(entry::day(entry.begun).filter(|_| is_last).and_then(|d| d.checked_add_days(PATIENCE)), What::Update);
    }
    if !is_answered_by_the_government && case.is_none_or(|c| c.action == Action::AllegationLetter) {
        add(communication.and_then(|d| d.checked_add_days(GOVERNMENT)), What::Government);
    }
    due
}

/// The cases of these letters that still have a sound file.
fn cases(root: PathBuf, sent: &[&&LedgerEntry]) -> Result<BTreeMap<String, Case>, RunError> {
    let Ok((workspace, _)) = Workspace::load(root) else { return Ok(BTreeMap::new()) };
    let mut ids: Vec<String> = sent.iter().map(|e| e.identity.case.clone()).collect();
    ids.dedup();
    ids.retain(|id| workspace.path(&format!("cases/{id}.toml")).is_file());
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let read = cases::each(&workspace, &ids, Clock { date: None, today: today() })?;
    Ok(read.filter_map(|read| Some((read.id, read.case?))).collect())
}

/// Says who was told of somebody whose consent is withdrawn since. A name cannot be taken back, but its readers can be asked.
pub(super) fn withdrawn(root: PathBuf, standing: &[&LedgerEntry]) -> Result<(), RunError> {
    let sent: Vec<&&LedgerEntry> = standing.iter().filter(|e| is_out(e) || word(e) == "in-doubt").collect();
    let cases = cases(root, &sent)?;
    for entry in sent {
        let Some(case) = cases.get(&entry.identity.case).filter(|c| c.action != Action::Withdrawal) else { continue };
        for person in case.everybody() {
            let Some(day) = person.consent.as_ref().and_then(|c| c.withdrawn) else { continue };
            report::note(&say!(
                "`{id}` of `{case}` withdrew the consent on {day}, and `{key}` was told of them: write a case with action = \"withdrawal\"",
                id = person.id,
                case = case.id,
                day = day,
                key = entry.identity.key
            ));
        }
    }
    Ok(())
}
