//! An entry of the ledger, in words and as a line of JSON.

use crate::app::send_state::SendState;
use crate::mail::Identity;
use crate::mail::ledger::LedgerEntry;
use chrono::NaiveDate;
use serde_json::{Value as Json, json};

/// How a letter stands. What went to a trial address is a rehearsal, whatever the server said.
pub(super) fn word(entry: &LedgerEntry) -> &str {
    match entry.outcome.as_deref() {
        None => SendState::InFlight.word(),
        Some("accepted") if entry.purpose == "rehearsal" => SendState::Rehearsed.word(),
        Some(word) => word,
    }
}

pub(super) fn day(at: i64) -> Option<NaiveDate> {
    chrono::DateTime::from_timestamp(at, 0).map(|t| t.date_naive())
}

/// A moment as RFC 3339, UTC.
pub(super) fn moment(at: i64) -> String {
    chrono::DateTime::from_timestamp(at, 0).map_or_else(String::new, |t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

pub(super) fn reply(entry: &LedgerEntry) -> Option<String> {
    match (entry.code, entry.reply.as_deref().filter(|r| !r.is_empty())) {
        (Some(code), Some(text)) => Some(format!("{code} {text}")),
        (Some(code), None) => Some(code.to_string()),
        (None, text) => text.map(str::to_owned),
    }
}

pub(super) fn line(entry: &LedgerEntry) -> Json {
    let Identity { case, key, language, audience } = &entry.identity;
    json!({
        "schema": 1, "case": case, "to": key, "language": language, "audience": audience.word(), "state": word(entry),
        "address": entry.address, "via": entry.via, "letter-date": entry.letter_date.map(|d| d.to_string()),
        "begun": moment(entry.begun), "ended": entry.ended.map(moment), "code": entry.code, "reply": entry.reply,
        "message-id": entry.message_id, "digest": entry.letter_digest, "case-digest": entry.case_digest,
        "annexes": entry.annexes.iter().map(|(name, digest)| json!({ "name": name, "digest": digest })).collect::<Vec<_>>(),
        "by": entry.run_by, "released": entry.released,
    })
}
