//! Whom else a joint letter could name: mandates whose theme or country is this case's.
//!
//! In: a case and the directory, whose entries say which words point to them. Out: [`Proposal`]s, each with why. A proposal
//! is a hint: whether the matter is a mandate's own is for the person who writes, and then for the mandate.

use super::submission::Submission;
use super::wording::{mentions, texts};
use crate::case::Case;
use crate::consent::{Audience, fold};
use crate::directory::{Directory, Mandate};
use crate::organisation::Organisation;
use crate::text::Language;
use chrono::NaiveDate;

/// A mandate that could be named too.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// Which.
    pub mandate: &'a Mandate,
    /// Why, at least one reason.
    pub why: Vec<Why>,
}

/// Why a mandate could be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is about this country.
    Country(String),
    /// The case records such a fact (`detention`).
    Fact(&'static str),
    /// A text of the letter has a word that begins so.
    Word(String),
}

/// The facts of a case that are a mandate's own theme, by a theme of the directory.
const THEMES_OF_FACTS: &[(&str, &str)] = &[
    ("detention", "arbitrary-detention"),
    ("arrest", "arbitrary-detention"),
    ("disappearance", "enforced-disappearances"),
    ("ill-treatment", "torture"),
    ("killing", "extrajudicial-executions"),
    ("expulsion", "migrants"),
];

/// Mandates that this case does not name yet and that could be named: those of its country first, then by facts, then by
/// words.
pub fn proposals<'a>(case: &Case, organisation: &Organisation, directory: &'a Directory, language: &Language, today: NaiveDate) -> Vec<Proposal<'a>> {
    let mut found: Vec<Proposal<'a>> = Vec::new();
    for mandate in directory.iter() {
        let is_mandate = mandate.kind.audience() == Audience::Mandate && mandate.kind != crate::directory::Kind::Office;
        if !is_mandate || mandate.merged_into.is_some() || case.mandates.contains(&mandate.key) {
            continue;
        }
        let mut why = Vec::new();
        why.extend(mandate.country.iter().filter(|c| case.countries.contains(c)).map(|c| Why::Country(c.clone())));
        let facts = case.incidents.iter().flat_map(|i| &i.facts).map(|f| f.kind);
        for kind in facts {
            let hit = THEMES_OF_FACTS.iter().any(|(fact, theme)| *fact == kind && mandate.themes.iter().any(|t| t == theme));
            if hit && !why.contains(&Why::Fact(kind)) {
                why.push(Why::Fact(kind));
            }
        }
        if let Some(list) = mandate.words.as_ref().and_then(|w| w.get(language)) {
            let submission = Submission { case, organisation, mandate, person: None, language, today };
            let texts = texts(&submission);
            why.extend(list.split(',').map(|w| w.trim().to_owned()).find(|w| !w.is_empty() && mentions(&texts, &[fold(w)])).map(Why::Word));
        }
        if !why.is_empty() {
            found.push(Proposal { mandate, why });
        }
    }
    let rank = |p: &Proposal<'_>| match p.why.first() {
        Some(Why::Country(_)) => 0,
        Some(Why::Fact(_)) => 1,
        _ => 2,
    };
    found.sort_by_key(rank);
    found
}
