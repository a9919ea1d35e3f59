//! What mandates ask for: `requirements.toml`, shipped, and the workspace's own over it.
//!
//! In: its record. Out: [`Requirements`]. Each has its source; one that rests on general knowledge of a document nobody read
//! says so in its note, and is never more than a question.

use super::condition::Condition;
use crate::case::{ACTIONS, Action};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::directory::{Directory, Mandate};
use crate::records::{Fields, Log, Record, Shape};
use crate::text::Localized;
use chrono::NaiveDate;

/// How much it weighs when a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The mandate will write back, or set the letter aside.
    WillBeAsked,
    /// The mandate's own rules want it before anything else.
    CannotBeProcessed,
}

/// The words of `severity`.
const WEIGHTS: &[(&str, Weight)] = &[("will-be-asked", Weight::WillBeAsked), ("cannot-be-processed", Weight::CannotBeProcessed)];

impl Weight {
    /// The word in files and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        WEIGHTS.iter().find(|(_, w)| *w == self).map_or("", |(word, _)| word)
    }
}

/// One thing that a mandate asks for.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its key, which `asks` of the directory names.
    pub key: String,
    /// The question to the person who writes.
    pub question: Localized,
    /// What in the case answers it: any of these.
    pub answered_by: Vec<Condition>,
    /// It is asked only where one of these holds; empty: always.
    pub when: Vec<Condition>,
    /// In which letters it is asked.
    pub actions: Vec<Action>,
    /// Asked by every mandate.
    pub common: bool,
    /// How much it weighs.
    pub severity: Weight,
    /// The field to fill in.
    pub field: String,
    /// The words that a condition looks for, by language, divided by commas.
    pub words: Option<Localized>,
    /// The words that `when = ["mentions"]` looks for.
    pub when_words: Option<Localized>,
    /// The months, words or letters that a condition counts.
    pub limit: Option<u32>,
    /// Where it is asked.
    pub source: Option<String>,
    /// The day the source was read.
    pub checked: Option<NaiveDate>,
    /// What to know about it.
    pub note: Option<String>,
}

/// All requirements, in the order of the files.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    all: Vec<Requirement>,
}

impl Requirements {
    /// Understands the file. Give the workspace's record laid over the shipped one.
    #[must_use]
    pub fn parse(record: &Record) -> (Self, Diagnostics) {
        let (all, problems) = Log::read(record, Self::shape, |f| f.each(|key, f| requirement(key, f)));
        (Self { all }, problems)
    }

    /// What one requirement may contain.
    #[must_use]
    pub fn shape() -> Shape {
        Log::shape(|f| requirement("", f))
    }

    /// What this mandate asks for: the common ones, then its own.
    pub fn of<'a>(&'a self, mandate: &'a Mandate) -> impl Iterator<Item = &'a Requirement> {
        let common = self.all.iter().filter(|r| r.common);
        common.chain(self.all.iter().filter(|r| !r.common && mandate.asks.contains(&r.key)))
    }

    /// Keys in `asks` that are no requirement.
    #[must_use]
    pub fn check(&self, directory: &Directory) -> Diagnostics {
        let mut found = Diagnostics::default();
        for mandate in directory.iter() {
            for key in mandate.asks.iter().filter(|key| !self.all.iter().any(|r| r.key == **key)) {
                let hint = match did_you_mean(key, self.all.iter().map(|r| r.key.as_str())) {
                    Some(near) => say!("did you mean `{near}`?", near = near),
                    None => say!("write [{key}] in the workspace's requirements.toml", key = key),
                };
                found.push(
                    Diagnostic::error(say!("`{key}` in `asks` is not a requirement", key = crate::diagnostic::shown(key)))
                        .at(mandate.location.clone())
                        .about(format!("{}.asks", mandate.key))
                        .hint(hint),
                );
            }
        }
        found
    }
}

fn requirement(key: &str, f: &mut Fields<'_, '_>) -> Option<Requirement> {
    const FORM: &str = "a condition such as \"victims.age\", \"context.link\", \"arrest.date\" or \"mentions\"";
    let question = f.must().localized("question", "the question to the person who writes");
    let answered_by = f.must().list("answered-by", "what in the case answers it: any of these", FORM, Condition::parse);
    let field = f.must().line("field", "the field to fill in");
    let severity = f.must().choice("severity", "what happens without an answer", WEIGHTS);
    let actions = f.choices("actions", "in which letters it is asked; left out: urgent appeals and allegation letters", ACTIONS);
    let requirement = Requirement {
        key: key.to_owned(),
        question: question.clone().unwrap_or_else(|| Localized::by_language(Vec::new())),
        answered_by,
        when: f.list("when", "it is asked only where one of these holds", FORM, Condition::parse),
        actions: if actions.is_empty() { vec![Action::UrgentAppeal, Action::AllegationLetter] } else { actions },
        common: f.flag("common", "whether every mandate asks it").unwrap_or(false),
        severity: severity.unwrap_or(Weight::WillBeAsked),
        field: field.clone().unwrap_or_default(),
        words: f.localized("words", "the words that the condition looks for, by language, divided by commas"),
        when_words: f.localized("when-words", "the words that when = [\"mentions\"] looks for"),
        limit: f.number_or("limit", "the months, words or letters that the condition counts", "a number", |n| n, |_| None),
        source: f.line("source", "where it is asked"),
        checked: f.day("checked", "the day the source was read"),
        note: f.line("note", "what to know about it"),
    };
    (question.is_some() && field.is_some() && severity.is_some()).then_some(requirement)
}
