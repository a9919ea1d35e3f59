//! What a run came to, counted.
//!
//! In: how each letter stands. Out: how many stand so.

use super::batch::LetterState;
use crate::diagnostic::Diagnostics;

/// What a run came to.
#[derive(Default)]
pub(crate) struct RunSummary {
    pub(crate) cases: usize,
    pub(crate) cleared: usize,
    pub(crate) held: usize,
    pub(crate) errors: usize,
    /// Whether there was an error at all.
    pub(crate) failed: bool,
    /// The problems that belong to no letter: those of the workspace's own files.
    pub(crate) workspace: Diagnostics,
}

impl RunSummary {
    /// Whether something was wrong with files.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed || self.errors > 0
    }

    /// A letter that was counted could not be written.
    pub(crate) fn lose(&mut self, state: LetterState) {
        match state {
            LetterState::Cleared => self.cleared -= 1,
            LetterState::Held => self.held -= 1,
            LetterState::Error => return,
        }
        self.errors += 1;
    }

    /// One letter more, and how it stands.
    pub(crate) fn count(&mut self, state: LetterState) {
        match state {
            LetterState::Cleared => self.cleared += 1,
            LetterState::Held => self.held += 1,
            LetterState::Error => self.errors += 1,
        }
    }
}
