//! What became of each letter, for the eye and for scripts, and what it comes to.
//!
//! In: rows. Out: a table or lines of JSON, a summary, and the exit code. The code is about the letters as they stand after the
//! run: a letter that was accepted last week is as good as one that was accepted now.

use crate::app::RunError;
use crate::app::send_state::{Row, SendState};
use crate::cli::common::Common;
use crate::cli::exit_status::ExitStatus;
use crate::cli::progress::Progress;
use crate::cli::report::{self, Rows};
use crate::diagnostic::Diagnostics;
use crate::mail::Identity;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// All letters of a run.
pub(super) struct RunReport<'a> {
    common: &'a Common,
    /// Whether letters that went well have a line too.
    complete: bool,
    rows: Rows,
    counts: BTreeMap<SendState, usize>,
    problems: Diagnostics,
    seen: BTreeSet<Identity>,
}

impl<'a> RunReport<'a> {
    pub(super) fn new(common: &'a Common, complete: bool) -> Self {
        Self { common, complete, rows: Rows::default(), counts: BTreeMap::new(), problems: Diagnostics::default(), seen: BTreeSet::new() }
    }

    /// Whether this letter has its line.
    pub(super) fn has(&self, identity: &Identity) -> bool {
        self.seen.contains(identity)
    }

    /// Adds a letter.
    pub(super) fn add(&mut self, row: Row, progress: &Progress) -> Result<(), RunError> {
        *self.counts.entry(row.state).or_default() += 1;
        self.seen.insert(row.identity.clone());
        let Identity { case, key, language, audience } = &row.identity;
        if self.common.json {
            let line = json!({
                "schema": 1, "case": case, "to": key, "language": language, "audience": audience.word(), "format": "eml", "file": null,
                "digest": row.digest, "address": row.address, "state": row.state.word(), "code": row.code, "words": report::tell_scripts(&row.words),
                "problems": row.problems.iter().map(report::problem_json).collect::<Vec<_>>(),
            });
            return progress.aside(|| report::json(&line));
        }
        self.problems.extend(row.problems);
        let went_well = matches!(row.state, SendState::Accepted | SendState::Rehearsed);
        if self.common.quiet || (went_well && !self.complete) {
            return Ok(());
        }
        self.rows.add(vec![case.clone(), key.clone(), language.clone(), report::tell(&row.words)], progress)
    }

    /// Prints what is left and the summary; says what the exit code is.
    pub(super) fn finish(self) -> Result<ExitStatus, RunError> {
        let Self { common, rows, counts, problems, .. } = self;
        let ending = counts.keys().map(|state| ending(*state)).max().unwrap_or_default();
        let letters: usize = counts.values().sum();
        if common.json {
            let counts: serde_json::Map<String, serde_json::Value> = counts.iter().map(|(s, n)| (s.word().to_owned(), json!(n))).collect();
            report::print(&format!("{}\n", json!({ "schema": 1, "summary": { "letters": letters, "states": counts } })))?;
            return Ok(ending);
        }
        rows.finish()?;
        if !problems.is_empty() {
            report::problems(&problems, common.quiet);
        }
        if !common.quiet {
            let parts: Vec<String> = counts.iter().map(|(state, n)| report::tell(&state.counted(*n))).collect();
            let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
            report::print(&format!("{}{parts}\n", report::tell(&report::letters(letters))))?;
        }
        Ok(ending)
    }
}

/// What a letter that stands so means for the exit code.
fn ending(state: SendState) -> ExitStatus {
    match state {
        SendState::Planned | SendState::Accepted | SendState::Rehearsed => ExitStatus::Done,
        SendState::Error => ExitStatus::Failed,
        SendState::Held => ExitStatus::Held,
        SendState::Deferred | SendState::Refused => ExitStatus::NotAccepted,
        SendState::InFlight | SendState::InDoubt => ExitStatus::Doubt,
    }
}
