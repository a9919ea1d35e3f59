//! How an attempt ended.
//!
//! In: what a server said, or that it said nothing. Out: an [`Outcome`]. It is never "delivered": a server that takes a
//! message has accepted it, no more.

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

    /// What a refusal before the content means: 4xx not now, anything else not at all.
    #[must_use]
    pub fn of_refusal(reply: Reply) -> Self {
        if reply.code.is_some_and(|c| (500..600).contains(&c)) { Self::Refused(reply) } else { Self::Deferred(reply) }
    }
}
