//! What is asked about, and what is found: a letter's matter before one mandate, and the questions that will come back.
//!
//! In: a case, who sends it, a mandate. Out: the same for every question; and a question with the fields that answer it.

use super::requirement::Weight;
use crate::case::Case;
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
