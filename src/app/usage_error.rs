//! Something typed that cannot be done (exit 2).

use crate::diagnostic::{AppError, Message};

/// What cannot be done, and what to type instead.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) AppError);

impl UsageError {
    /// What cannot be done.
    pub(crate) fn new(what: Message) -> Self {
        Self(AppError::new(what))
    }

    /// What to type instead.
    pub(crate) fn hint(self, hint: Message) -> Self {
        Self(self.0.hint(hint))
    }
}

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for UsageError {}
