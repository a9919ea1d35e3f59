//! A letter as data, for other programs.
//!
//! In: a letter. Out: one line of JSON: the letter as it is serialised, and what has to be known of its clearance. `schema` is raised
//! when a key changes its meaning or goes away; new keys may come.

use crate::letter::Letter;
use serde::Serialize;

/// What a program that reads it can count on.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Line<'a> {
    schema: u32,
    #[serde(flatten)]
    letter: &'a Letter,
    state: &'static str,
    /// Whoever prints a draft prints its mark on every page, and why it is one.
    mark: Option<&'a str>,
    notice: Option<&'a str>,
    reasons: &'a [String],
}

/// Writes the line.
#[must_use]
pub(super) fn write(letter: &Letter) -> String {
    let status = &letter.status;
    let line = Line {
        schema: SCHEMA,
        letter,
        state: if status.is_draft() { "draft" } else { "cleared" },
        mark: status.is_draft().then_some(&letter.draft_label),
        notice: status.is_draft().then_some(status.notice()),
        reasons: status.reasons(),
    };
    // As a value, so that its keys stand in the order of the alphabet, wherever a field stands.
    let line = serde_json::to_value(line).expect("every key of a letter is text");
    format!("{line}\n")
}
