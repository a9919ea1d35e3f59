//! What became of each letter, for the eye and for scripts, and what it comes to.
//!
//! In: rows. Out: a table or lines of JSON, a summary, and the exit code. The code is about the letters as they stand after the
//! run: a letter that was accepted last week is as good as one that was accepted now.

use crate::cli::progress::Progress;
use crate::cli::report::{self, Rows};
use crate::cli::{Common, ExitStatus};
use crate::diagnostic::{Diagnostic, Diagnostics, Message};
use crate::mail::Identity;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How a letter stands after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum SendState {
    Planned,
    Accepted,
    Rehearsed,
    Deferred,
    Refused,
    Held,
    InFlight,
    InDoubt,
    Error,
}

impl SendState {
    /// The word in JSON.
    pub(in crate::cli) fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Accepted => "accepted",
            Self::Rehearsed => "rehearsed",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Held => "held",
            Self::InFlight => "in-flight",
            Self::InDoubt => "in-doubt",
            Self::Error => "error",
        }
    }

    /// So many letters stand so.
    fn counted(self, n: usize) -> Message {
        let one = n == 1;
        match self {
            Self::Planned if one => say!("1 planned"),
            Self::Planned => say!("{n} planned", n = n),
            Self::Accepted if one => say!("1 accepted"),
            Self::Accepted => say!("{n} accepted", n = n),
            Self::Rehearsed if one => say!("1 rehearsed"),
            Self::Rehearsed => say!("{n} rehearsed", n = n),
            Self::Deferred if one => say!("1 deferred"),
            Self::Deferred => say!("{n} deferred", n = n),
            Self::Refused if one => say!("1 refused"),
            Self::Refused => say!("{n} refused", n = n),
            Self::Held if one => say!("1 held"),
            Self::Held => say!("{n} held", n = n),
            Self::InFlight => say!("{n} in-flight", n = n),
            Self::InDoubt => say!("{n} in-doubt", n = n),
            Self::Error => say!("{n} error", n = n),
        }
    }

    /// What a letter that stands so means for the exit code.
    pub(in crate::cli) fn ending(self) -> ExitStatus {
        match self {
            Self::Planned | Self::Accepted | Self::Rehearsed => ExitStatus::Done,
            Self::Error => ExitStatus::Failed,
            Self::Held => ExitStatus::Held,
            Self::Deferred | Self::Refused => ExitStatus::NotAccepted,
            Self::InFlight | Self::InDoubt => ExitStatus::Doubt,
        }
    }
}

/// One letter.
pub(super) struct Row {
    pub(super) identity: Identity,
    pub(super) state: SendState,
    pub(super) address: Option<String>,
    pub(super) digest: Option<String>,
    /// What is said of it: `will send to …`.
    pub(super) words: Message,
    /// The reply's code, where a server gave one.
    pub(super) code: Option<u16>,
    pub(super) problems: Vec<Diagnostic>,
}

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
    pub(super) fn add(&mut self, row: Row, progress: &Progress) -> anyhow::Result<()> {
        *self.counts.entry(row.state).or_default() += 1;
        self.seen.insert(row.identity.clone());
        let Identity { case, key, language, audience } = &row.identity;
        if self.common.json {
            let line = json!({
                "schema": 1, "case": case, "to": key, "language": language, "audience": audience.word(), "format": "eml", "file": null,
                "digest": row.digest, "address": row.address, "state": row.state.word(), "code": row.code, "words": report::tell_scripts(&row.words),
                "problems": row.problems.iter().map(report::problem_json).collect::<Vec<_>>(),
            });
            return progress.aside(|| report::print(&format!("{line}\n")));
        }
        self.problems.extend(row.problems);
        let went_well = matches!(row.state, SendState::Accepted | SendState::Rehearsed);
        if self.common.quiet || (went_well && !self.complete) {
            return Ok(());
        }
        self.rows.add(vec![case.clone(), key.clone(), language.clone(), report::tell(&row.words)], progress)
    }

    /// Prints what is left and the summary; says what the exit code is.
    pub(super) fn finish(self) -> anyhow::Result<ExitStatus> {
        let Self { common, rows, counts, problems, .. } = self;
        let ending = counts.keys().map(|state| state.ending()).max().unwrap_or_default();
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
