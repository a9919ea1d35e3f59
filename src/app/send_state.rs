//! How a letter stands after a run that sends, and what is said of it.

use crate::diagnostic::{Diagnostic, Message};
use crate::mail::{Email, Identity};

/// How a letter stands after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SendState {
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
    pub(crate) fn word(self) -> &'static str {
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
    pub(crate) fn counted(self, n: usize) -> Message {
        let (one, many) = match self {
            Self::Planned => (say!("1 planned"), say!("{n} planned", n = n)),
            Self::Accepted => (say!("1 accepted"), say!("{n} accepted", n = n)),
            Self::Rehearsed => (say!("1 rehearsed"), say!("{n} rehearsed", n = n)),
            Self::Deferred => (say!("1 deferred"), say!("{n} deferred", n = n)),
            Self::Refused => (say!("1 refused"), say!("{n} refused", n = n)),
            Self::Held => (say!("1 held"), say!("{n} held", n = n)),
            Self::InFlight => return say!("{n} in-flight", n = n),
            Self::InDoubt => return say!("{n} in-doubt", n = n),
            Self::Error => return say!("{n} error", n = n),
        };
        if n == 1 { one } else { many }
    }
}

/// One letter.
pub(crate) struct Row {
    pub(crate) identity: Identity,
    pub(crate) state: SendState,
    pub(crate) address: Option<String>,
    pub(crate) digest: Option<String>,
    /// What is said of it: `will send to …`.
    pub(crate) words: Message,
    /// The reply's code, where a server gave one.
    pub(crate) code: Option<u16>,
    pub(crate) problems: Vec<Diagnostic>,
}

impl Row {
    /// A letter of which nothing more is known.
    pub(crate) fn new(identity: Identity, state: SendState, words: Message) -> Self {
        Self { identity, state, address: None, digest: None, words, code: None, problems: Vec::new() }
    }

    /// A letter that will be sent.
    pub(crate) fn planned(email: &Email) -> Self {
        let words = say!("will send to {address}", address = email.address());
        let (address, digest) = (Some(email.address().to_owned()), Some(email.digest().to_owned()));
        Self { address, digest, ..Self::new(email.identity().clone(), SendState::Planned, words) }
    }

    /// The same letter, as it stands now.
    pub(crate) fn now(self, state: SendState, words: Message) -> Self {
        Self { state, words, ..self }
    }

    /// The same letter, with why it stands so.
    pub(crate) fn because(self, problem: Diagnostic) -> Self {
        Self { problems: vec![problem], ..self }
    }
}
