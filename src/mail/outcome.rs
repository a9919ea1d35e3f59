//! How an attempt ended, and whether the run can go on.
//!
//! In: what a server said, or that it said nothing. Out: an [`Outcome`]. It is never "delivered": a server that takes a
//! message has accepted it, no more.

use crate::diagnostic::AppError;
use crate::text::{Lines, clean};

/// As many characters of a server's reply are kept.
const KEPT: usize = 200;

/// What was answered: the code, if there was one, and the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code of three digits.
    pub code: Option<u16>,
    /// The words, cleaned and cut.
    pub text: String,
}

impl Reply {
    /// What a server said.
    #[must_use]
    pub fn new(code: Option<u16>, text: &str) -> Self {
        Self { code, text: clean(text, Lines::One).0.chars().take(KEPT).collect() }
    }

    /// What happened where nothing was said.
    #[must_use]
    pub fn none(what: &str) -> Self {
        Self::new(None, what)
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code {
            Some(code) => write!(f, "{code} {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Accepted(Reply),
    /// Not now; the server cannot have taken it.
    Deferred(Reply),
    /// Not at all.
    Refused(Reply),
    /// The server may have taken it. A person decides.
    InDoubt(Reply),
    /// It lies in a rehearsal's mailbox, and counts as nothing.
    Rehearsed(Reply),
}

impl Outcome {
    /// The word in the ledger and in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Deferred(_) => "deferred",
            Self::Refused(_) => "refused",
            Self::InDoubt(_) => "in-doubt",
            Self::Rehearsed(_) => "rehearsed",
        }
    }

    /// What was answered.
    #[must_use]
    pub fn reply(&self) -> &Reply {
        match self {
            Self::Accepted(reply) | Self::Deferred(reply) | Self::Refused(reply) | Self::InDoubt(reply) | Self::Rehearsed(reply) => reply,
        }
    }
}

/// How a letter ended, and what that means for those after it.
#[derive(Debug)]
pub(super) struct AttemptEnd {
    pub(super) outcome: Outcome,
    /// Whether the connection is of no more use.
    pub(super) over: bool,
    /// Why no other letter would fare better.
    pub(super) stops: Option<Fault>,
}

impl From<Outcome> for AttemptEnd {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, over: false, stops: None }
    }
}

/// Why nothing can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The configuration or the account has to be put in order: a wrong password, a wrong certificate, no STARTTLS.
    Configuration(AppError),
    /// It may be otherwise in a while.
    Passing(AppError),
}

impl Fault {
    /// What it is, and what to do.
    #[must_use]
    pub fn trouble(&self) -> &AppError {
        let (Self::Configuration(trouble) | Self::Passing(trouble)) = self;
        trouble
    }
}
