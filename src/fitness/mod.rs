//! What each mandate asks for and this case lacks.
//!
//! In: a case, who sends it, and a mandate. Out: [`Finding`]s, each a question with the field that answers it. A finding is a
//! question to the person who writes, never a legal judgement, and never repeats a confidential value. Nothing here holds a
//! letter or stops one.

mod answer;
mod condition;
mod others;
mod requirement;
mod submission;
mod wording;

pub use condition::{Condition, DETAILS, Detail, PLAIN, Plain};
pub use others::{Proposal, Why, proposals};
pub use requirement::{Requirement, Requirements, Weight};
pub use submission::{Finding, Missing, Submission};

use crate::case::Action;

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
