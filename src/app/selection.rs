//! Which letters a run makes.

use super::clock::today;
use super::workers::Bundle;
use crate::consent::Audience;
use crate::text::Language;
use chrono::NaiveDate;
use std::path::PathBuf;

/// Which letters: the same on check, render and send.
#[derive(Default)]
pub(crate) struct Selection {
    /// Case ids, files or folders; none means all of `cases/`.
    pub(crate) cases: Vec<String>,
    /// These recipients instead of the case's mandates.
    pub(crate) to: Vec<String>,
    /// One letter for each mandate instead of a joint one.
    pub(crate) separate: bool,
    /// The languages of the letters.
    pub(crate) language: Vec<Language>,
    /// Narrower readers.
    pub(crate) audience: Vec<Audience>,
    /// Another template than the case's action.
    pub(crate) template: Option<String>,
    /// The letters' date, and this run's today.
    pub(crate) date: Option<NaiveDate>,
    /// Addresses of recipients for this run, `KEY=ADDRESS`.
    pub(crate) addresses: Vec<String>,
    /// A mapping for foreign tables.
    pub(crate) map: Option<PathBuf>,
    /// Whether the online form's answers are made too.
    pub(crate) form: bool,
    /// Whether the annexes are listed.
    pub(crate) annexes: bool,
    /// How many cases are worked on together.
    pub(crate) bundle: Bundle,
    /// The day of a plan that is carried out.
    pub(crate) today: Option<NaiveDate>,
    pub(crate) purpose: Purpose,
}

/// What letters are made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be read or written.
    #[default]
    Write,
    /// To be sent, copies by e-mail included.
    Send,
    /// To be sent to this address of one's own, with codes for names.
    Trial(String),
}

impl Selection {
    /// This run's today.
    pub(crate) fn today(&self) -> NaiveDate {
        self.today.or(self.date).unwrap_or_else(today)
    }

    /// The address of a trial.
    pub(crate) fn trial(&self) -> Option<&String> {
        if let Purpose::Trial(address) = &self.purpose { Some(address) } else { None }
    }

    /// Whether nothing was selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.cases.is_empty()
            && self.to.is_empty()
            && !self.separate
            && self.language.is_empty()
            && self.audience.is_empty()
            && self.template.is_none()
            && self.date.is_none()
    }
}
