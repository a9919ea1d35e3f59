//! What each mandate asks for and this case lacks.
//!
//! In: a case, who sends it, and a mandate. Out: [`Finding`]s, each a question with the field that answers it. A finding is a
//! question to the person who writes, never a legal judgement, and never repeats a confidential value. Nothing here holds a
//! letter or stops one.

mod answer;
mod condition;
mod others;
mod requirement;
mod wording;

pub use condition::{Condition, DETAILS, Detail, PLAIN, Plain};
pub use others::{Proposal, Why, proposals};
pub use requirement::{Requirement, Requirements, Weight};

use crate::case::{Action, Case};
use crate::diagnostic::Location;
use crate::directory::Mandate;
use crate::organisation::Organisation;
use crate::text::{Language, Localized};
use chrono::NaiveDate;

/// One letter's matter as one mandate will read it.
#[derive(Clone, Copy)]
pub struct Submission<'a> {
    /// The case.
    pub case: &'a Case,
    /// The sender.
    pub organisation: &'a Organisation,
    /// Who will read it.
    pub mandate: &'a Mandate,
    /// The one victim it tells of, for mandates that want a letter a person.
    pub person: Option<usize>,
    /// The letter's language.
    pub language: &'a Language,
    /// This run's today.
    pub today: NaiveDate,
}

/// A question that will come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The requirement's key.
    pub key: String,
    /// How much it weighs.
    pub severity: Weight,
    /// The question, with `{word}` for the word it is about.
    pub question: Localized,
    /// A word of the letter that the question is about: an abbreviation, never a name.
    pub word: Option<String>,
    /// Where the answer belongs.
    pub gaps: Vec<Missing>,
}

/// A field that would answer a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its dotted path, counted from 1: `victims.2.age`.
    pub path: String,
    /// The table it belongs to; none where the case's file as a whole is meant, or another file.
    pub location: Option<Location>,
}

/// How fit a letter is for a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fitness {
    /// Nothing is missing.
    Ready,
    /// So many questions will come back.
    Questions(usize),
    /// Something is missing that the mandate's own rules want first.
    CannotBeProcessed,
}

impl Fitness {
    /// What these findings come to.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(|f| f.severity == Weight::CannotBeProcessed) {
            Self::CannotBeProcessed
        } else if findings.is_empty() {
            Self::Ready
        } else {
            Self::Questions(findings.len())
        }
    }

    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Questions(_) => "questions",
            Self::CannotBeProcessed => "cannot-be-processed",
        }
    }
}

/// What this mandate will ask, in the order of requirements.toml. A withdrawal is asked nothing.
#[must_use]
pub fn findings(submission: &Submission<'_>, requirements: &Requirements) -> Vec<Finding> {
    let action = submission.case.action;
    if action == Action::Withdrawal {
        return Vec::new();
    }
    let read = answer::SubmissionTexts::of(submission);
    requirements.of(submission.mandate).filter(|r| r.actions.contains(&action)).filter_map(|r| read.finding(r)).collect()
}
