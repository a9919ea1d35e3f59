//! A proof of submission: what a case file can be closed with.
//!
//! In: letters that were accepted or submitted. Out: text that names address, times, digests and the server's reply; no name
//! of a person, no subject and no text of the letter. Whoever has the files can compute the digests anew.

use super::entry::{line, moment, reply, word};
use crate::app::RunError;
use crate::cli::common::Common;
use crate::cli::exit_status::ExitStatus;
use crate::cli::report;
use crate::mail::ledger::{Event, LedgerEntry};

pub(super) fn run(common: &Common, standing: &[&LedgerEntry], events: &[Event]) -> Result<ExitStatus, RunError> {
    let proven: Vec<&&LedgerEntry> = standing.iter().filter(|entry| matches!(word(entry), "accepted" | "submitted")).collect();
    if proven.is_empty() {
        let nothing = say!("there is nothing to prove: no letter of these was accepted or submitted");
        return Err(RunError::app(nothing, say!("`appeal status` says how they stand")));
    }
    for (n, entry) in proven.into_iter().enumerate() {
        if common.json {
            report::json(&line(entry))?;
            continue;
        }
        let text = receipt(entry, events);
        report::print(&if n == 0 { text } else { format!("\n{text}") })?;
    }
    Ok(ExitStatus::Done)
}

fn receipt(entry: &LedgerEntry, events: &[Event]) -> String {
    let identity = &entry.identity;
    let mut lines = vec![("case", identity.case.clone()), ("to", identity.key.clone())];
    lines.extend(entry.address.clone().map(|a| ("address", a)));
    lines.push(("letter", format!("{} {}", identity.language, identity.audience.word())));
    lines.extend(entry.letter_date.map(|d| ("letter dated", d.to_string())));
    if let Some(via) = &entry.via {
        lines.push(("submitted", format!("by {via}, {}", &moment(entry.begun)[..10])));
    } else {
        lines.push(("begun", moment(entry.begun)));
        lines.extend(entry.ended.map(|at| ("accepted", moment(at))));
    }
    lines.extend(reply(entry).map(|r| ("server's reply", r)));
    lines.extend(entry.message_id.clone().map(|id| ("Message-ID", id)));
    lines.extend(entry.letter_digest.clone().map(|d| ("letter SHA-256", d)));
    lines.push(("case SHA-256", entry.case_digest.clone()));
    lines.extend(entry.annexes.iter().map(|(name, digest)| ("annex SHA-256", format!("{digest}  {name}"))));
    lines.extend(entry.run_by.clone().map(|by| ("sent by", by)));
    let about = |event: &&Event| event.case.eq_ignore_ascii_case(&identity.case) && event.key.as_ref().is_none_or(|k| *k == identity.key);
    for event in events.iter().filter(about) {
        let reference = event.reference.as_ref().map(|r| format!(", {r}")).unwrap_or_default();
        lines.push(("recorded", format!("{} on {}{reference}", event.event, event.day)));
    }
    lines.iter().fold(String::new(), |text, (label, value)| text + &format!("{label:<16}{value}\n"))
}
