//! What a run came to, counted.
//!
//! In: how each letter stands. Out: a sentence, the last line of `--json`, and the exit code's meaning.

use super::letters::LetterState;
use super::{ExitStatus, report};
use crate::diagnostic::Diagnostics;
use serde_json::{Value as Json, json};

/// What a run came to.
#[derive(Default)]
pub(super) struct RunSummary {
    pub(super) cases: usize,
    pub(super) cleared: usize,
    pub(super) held: usize,
    pub(super) errors: usize,
    /// Whether there was an error at all.
    pub(super) failed: bool,
    /// The problems that belong to no letter: those of the workspace's own files.
    pub(super) workspace: Diagnostics,
}

impl RunSummary {
    /// Whether something was wrong with files.
    pub(super) fn has_failed(&self) -> bool {
        self.failed || self.errors > 0
    }

    /// The exit code's meaning.
    pub(super) fn ending(&self) -> ExitStatus {
        if self.held > 0 {
            ExitStatus::Held
        } else if self.errors > 0 || self.failed {
            ExitStatus::Failed
        } else {
            ExitStatus::Done
        }
    }

    /// `1 case, 3 letters: 2 cleared, 1 held`.
    pub(super) fn words(&self) -> String {
        let letters = self.cleared + self.held + self.errors;
        let count = |n: usize, one, many| report::tell(if n == 1 { &one } else { &many });
        let cases = count(self.cases, say!("1 case"), say!("{n} cases", n = self.cases));
        let all = report::tell(&report::letters(letters));
        let counts = [
            (self.cleared, say!("1 cleared"), say!("{n} cleared", n = self.cleared)),
            (self.held, say!("1 held"), say!("{n} held", n = self.held)),
            (self.errors, say!("1 not written because of errors"), say!("{n} not written because of errors", n = self.errors)),
        ];
        let parts: Vec<String> = counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(n, one, many)).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!("{cases}, {all}{parts}")
    }

    /// The last line of `--json`.
    pub(super) fn json(&self) -> Json {
        json!({
            "schema": 1,
            "summary": { "cases": self.cases, "letters": self.cleared + self.held + self.errors, "cleared": self.cleared, "held": self.held, "error": self.errors },
            "problems": self.workspace.clone().sorted().iter().map(report::problem_json).collect::<Vec<_>>(),
        })
    }

    /// A letter that was counted could not be written.
    pub(super) fn lose(&mut self, state: LetterState) {
        match state {
            LetterState::Cleared => self.cleared -= 1,
            LetterState::Held => self.held -= 1,
            LetterState::Error => return,
        }
        self.errors += 1;
    }

    /// One letter more, and how it stands.
    pub(super) fn count(&mut self, state: LetterState) {
        match state {
            LetterState::Cleared => self.cleared += 1,
            LetterState::Held => self.held += 1,
            LetterState::Error => self.errors += 1,
        }
    }
}
