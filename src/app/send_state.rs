//! How a letter stands after a run that sends, and what is said of it.

use crate::diagnostic::{Diagnostic, Message};
use crate::mail::Identity;

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
