//! `appeal record`: what happened outside, written into the ledger by hand.

use super::common::{Common, day};
use super::exit_status::ExitStatus;
use super::report;
use crate::app::clock::today;
use crate::app::{RunError, record};
use crate::mail::ledger::{Event, HAPPENED, Happened};
use chrono::NaiveDate;
use serde_json::json;

/// What is to be written down.
#[derive(clap::Args)]
pub(super) struct RecordArgs {
    /// The case
    case: String,
    /// What happened: submitted, reply, communication, government-reply, arrived, lost or other
    #[arg(long, value_name = "WHAT", value_parser = happened)]
    event: Happened,
    /// How it was submitted: form, post or hand
    #[arg(long, value_name = "HOW", value_parser = ["form", "post", "hand"])]
    via: Option<String>,
    /// These recipients; left out: all of the case
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    to: Vec<String>,
    /// The day it happened; left out: today
    #[arg(long, value_name = "D", value_parser = day)]
    date: Option<NaiveDate>,
    /// A reference, such as "AL MEX 6/2021"
    #[arg(long, value_name = "R")]
    reference: Option<String>,
    /// A remark, without names
    #[arg(long, value_name = "T")]
    note: Option<String>,
    /// Who writes it down
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

fn happened(word: &str) -> Result<Happened, String> {
    Happened::parse(word).ok_or_else(|| format!("an event is {}", HAPPENED.iter().map(|(w, _)| *w).collect::<Vec<_>>().join(", ")))
}

pub(super) fn run(common: &Common, args: RecordArgs) -> Result<ExitStatus, RunError> {
    let RecordArgs { case, event, via, to, date, reference, note, by } = args;
    let note = Event { case, key: None, event: event.word().to_owned(), day: date.unwrap_or_else(today), via, reference, note };
    let recorded = record::write(common.directory.as_deref(), &record::Entry { event, note, to, by })?;
    for key in recorded.standing {
        report::say(&format!("{} to {key} stands as sent already; nothing was changed", recorded.entries[0].case));
    }
    for Event { case, key, event, day, via, reference, .. } in recorded.entries {
        if common.json {
            report::json(&json!({ "schema": 1, "case": case, "to": key, "event": event, "day": day.to_string(), "via": via, "reference": reference }))?;
        } else if !common.quiet {
            let to = key.map(|k| format!("  {k}")).unwrap_or_default();
            let via = via.map(|v| format!(" by {v}")).unwrap_or_default();
            report::print(&format!("{case}{to}  {event}{via} on {day}, recorded\n"))?;
        }
    }
    Ok(ExitStatus::Done)
}
