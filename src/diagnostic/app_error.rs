//! Why something cannot go on, where no place in a file is meant.
//!
//! In: a sentence and what to do. Out: an error that the edge can tell in the language of its reader.

use super::{Catalogue, Message};
use std::fmt;

/// Why something cannot go on, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppError {
    what: Message,
    hint: Option<Message>,
}

impl AppError {
    /// What is wrong.
    #[must_use]
    pub fn new(what: Message) -> Self {
        Self { what, hint: None }
    }

    /// What is wrong, without what to do.
    #[must_use]
    pub fn what(&self) -> &Message {
        &self.what
    }

    /// What to do.
    #[must_use]
    pub fn hint(mut self, hint: Message) -> Self {
        self.hint = Some(hint);
        self
    }

    /// In the language of this catalogue, the hint on a line of its own.
    #[must_use]
    pub fn tell(&self, catalogue: &Catalogue) -> String {
        let what = catalogue.tell(&self.what);
        self.hint.as_ref().map_or(what.clone(), |hint| format!("{what}\n  {}: {}", catalogue.tell(&say!("hint")), catalogue.tell(hint)))
    }
}

impl fmt::Display for AppError {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(&Catalogue::default()))
    }
}

impl std::error::Error for AppError {}
