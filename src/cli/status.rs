//! `appeal status`: what was sent, how it ended, what is due, a proof of submission.
//!
//! In: the ledger, and of the cases in it that still have a file, what is due and who has withdrawn. Out: a table, lines of
//! JSON, or a receipt. It asks no server, changes nothing, and its exit code is that of the letters as they stand.

mod due;
mod entry;
mod receipt;

use super::common::{Common, day};
use super::exit_status::ExitStatus;
use super::report;
use crate::app::clock::today;
use crate::app::send_state::SendState;
use crate::app::workspace::Workspace;
use crate::app::{RunError, config};
use crate::mail::ledger::LedgerEntry;
use crate::mail::{Identity, Ledger};
use chrono::NaiveDate;
use entry::{line, reply, word};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What is to be listed.
#[derive(clap::Args)]
pub(super) struct StatusArgs {
    /// Cases; none means all
    #[arg(value_name = "CASES")]
    cases: Vec<String>,
    /// What is due: days to act by, letters without an answer, answers of Governments
    #[arg(long, conflicts_with = "receipt")]
    due: bool,
    /// A proof of submission: addresses, digests, times, the server's reply
    #[arg(long)]
    receipt: bool,
    /// Letters that stand so: accepted, submitted, deferred, refused, in-doubt, in-flight, lost or rehearsed
    #[arg(long, value_name = "S", value_delimiter = ',', value_parser = WORDS)]
    state: Vec<String>,
    /// From this day on
    #[arg(long, value_name = "D", value_parser = day)]
    since: Option<NaiveDate>,
    /// Up to this day
    #[arg(long, value_name = "D", value_parser = day)]
    until: Option<NaiveDate>,
    /// As of this day
    #[arg(long, value_name = "D", value_parser = day)]
    date: Option<NaiveDate>,
}

const WORDS: [&str; 8] = ["accepted", "submitted", "deferred", "refused", "in-doubt", "in-flight", "lost", "rehearsed"];

pub(super) fn run(common: &Common, args: &StatusArgs) -> Result<ExitStatus, RunError> {
    let root = Workspace::find(common.directory.as_deref())?;
    let Some(ledger) = Ledger::read(&config::ledger_files(&root).0)? else {
        if common.json {
            report::json(&summary(&[]))?;
        } else if !common.quiet {
            report::say("nothing was sent from here yet");
        }
        return Ok(ExitStatus::Done);
    };
    let entries = ledger.entries()?;
    let standing: Vec<&LedgerEntry> = standing(&entries).into_iter().filter(|entry| args.means(entry)).collect();
    if args.due {
        let day = args.date.unwrap_or_else(today);
        return due::run(common, root, &standing, &ledger.events()?, day);
    }
    if args.receipt {
        return receipt::run(common, &standing, &ledger.events()?);
    }
    // With -v every attempt has its line, else only the one that counts.
    let listed = if common.verbose { entries.iter().filter(|entry| args.means(entry)).collect() } else { standing.clone() };
    if common.json {
        for entry in &listed {
            report::json(&line(entry))?;
        }
        report::json(&summary(&standing))?;
    } else {
        let rows: Vec<Vec<String>> = listed.iter().map(|entry| row(entry)).collect();
        report::print(&report::table(&rows))?;
        if !common.quiet {
            due::withdrawn(root, &standing)?;
        }
    }
    Ok(standing.iter().map(|entry| ending(entry)).max().unwrap_or_default())
}

impl StatusArgs {
    fn means(&self, entry: &LedgerEntry) -> bool {
        let on = entry::day(entry.begun);
        let is_meant = self.cases.is_empty() || self.cases.iter().any(|c| c.eq_ignore_ascii_case(&entry.identity.case));
        let is_wanted = if self.state.is_empty() { word(entry) != SendState::Rehearsed.word() } else { self.state.iter().any(|s| s == word(entry)) };
        is_meant && is_wanted && self.since.is_none_or(|since| on >= Some(since)) && self.until.is_none_or(|until| on <= Some(until))
    }
}

/// The newest attempt at each letter; a rehearsal only where there is nothing else.
fn standing(entries: &[LedgerEntry]) -> Vec<&LedgerEntry> {
    let mut newest: BTreeMap<&Identity, &LedgerEntry> = BTreeMap::new();
    for entry in entries {
        let is_real = entry.purpose != "rehearsal";
        if is_real || newest.get(&entry.identity).is_none_or(|e| e.purpose == "rehearsal") {
            newest.insert(&entry.identity, entry);
        }
    }
    newest.into_values().collect()
}

fn ending(entry: &LedgerEntry) -> ExitStatus {
    match word(entry) {
        "deferred" | "refused" | "lost" => ExitStatus::NotAccepted,
        "in-doubt" | "in-flight" => ExitStatus::Doubt,
        _ => ExitStatus::Done,
    }
}

fn row(entry: &LedgerEntry) -> Vec<String> {
    let Identity { case, key, language, audience } = &entry.identity;
    let how = match (&entry.via, &entry.address) {
        (Some(via), _) => format!("by {via}"),
        (None, Some(address)) => format!("to {address}"),
        (None, None) => String::new(),
    };
    let reply = reply(entry).map(|r| format!(": {r}")).unwrap_or_default();
    let day = entry::day(entry.begun).map(|d| d.to_string()).unwrap_or_default();
    vec![case.clone(), key.clone(), format!("{language} {}", audience.word()), word(entry).to_owned(), day, format!("{how}{reply}")]
}

fn summary(standing: &[&LedgerEntry]) -> Json {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in standing {
        *states.entry(word(entry)).or_default() += 1;
    }
    json!({ "schema": 1, "summary": { "letters": standing.len(), "states": states } })
}
