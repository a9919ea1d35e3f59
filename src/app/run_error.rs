//! Why a run cannot go on.

use super::usage_error::UsageError;
use crate::diagnostic::{AppError, Diagnostics};
use std::io;

/// Why a run cannot go on.
#[derive(Debug)]
pub(crate) enum RunError {
    /// Something was asked for that cannot be done.
    Usage(UsageError),
    /// Something is missing or not as it has to be.
    App(AppError),
    /// Everything that is wrong with a file, placed.
    Problems(Diagnostics),
    /// What could not be done, and what the system said, where it did.
    System(String, Option<io::Error>),
}

impl From<UsageError> for RunError {
    fn from(error: UsageError) -> Self {
        Self::Usage(error)
    }
}

impl From<AppError> for RunError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// Says of an error of the system what could not be done.
pub(crate) trait Attempt<T> {
    /// The same, with what was attempted.
    fn attempt(self, what: impl FnOnce() -> String) -> Result<T, RunError>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, what: impl FnOnce() -> String) -> Result<T, RunError> {
        self.map_err(|error| RunError::System(what(), Some(error)))
    }
}
