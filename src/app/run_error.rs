//! Why a run cannot go on.

use crate::diagnostic::{AppError, Diagnostic, Diagnostics, Message};
use crate::mail::ledger::Failure;
use std::io;

/// Why a run cannot go on.
#[derive(Debug)]
pub(crate) enum RunError {
    /// Something was asked for that cannot be done; nothing was run.
    Usage(AppError),
    /// Something is missing or not as it has to be.
    App(AppError),
    /// Everything that is wrong with files, placed.
    Problems(Diagnostics),
    /// What could not be done, and what the system said.
    System(String, io::Error),
    /// Whoever read standard output went away: there is nothing left to do.
    OutputClosed,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

impl RunError {
    /// Something was asked for that cannot be done, and what to ask for instead.
    pub(crate) fn usage(what: Message, hint: Message) -> Self {
        Self::Usage(AppError::new(what).hint(hint))
    }

    /// Something is not as it has to be, and what to do about it.
    pub(crate) fn app(what: Message, hint: Message) -> Self {
        Self::App(AppError::new(what).hint(hint))
    }
}

impl From<AppError> for RunError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        Self::App(failure.trouble())
    }
}

impl From<Diagnostics> for RunError {
    fn from(problems: Diagnostics) -> Self {
        Self::Problems(problems)
    }
}

impl From<Box<Diagnostic>> for RunError {
    fn from(problem: Box<Diagnostic>) -> Self {
        Self::Problems((*problem).into())
    }
}

/// Says of an error of the system what could not be done.
pub(crate) trait Attempt<T> {
    /// The same, with what was attempted.
    fn attempt(self, what: impl FnOnce() -> String) -> Result<T, RunError>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, what: impl FnOnce() -> String) -> Result<T, RunError> {
        self.map_err(|error| RunError::System(what(), error))
    }
}
