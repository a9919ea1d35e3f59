//! Whether a case answers a question.
//!
//! In: a submission and a requirement. Out: a [`Finding`], or none. A name is never opened here: that it is recorded, and
//! what its owner agreed to, is all that is asked.

use super::condition::{Condition, Detail, Plain};
use super::requirement::Requirement;
use super::submission::{Finding, Missing, Submission};
use super::wording::{self, Passage};
use crate::case::{Action, FULL_NAME, Fact, FactValue, Incident, PerpetratorKind, Person, PersonKind, Reliability};
use crate::consent::{Audience, Disclosure, GivenBy, Reader, disclosure, fold, refusal};
use crate::date::{PartialDate, Point};
use crate::diagnostic::{Location, Place};
use crate::text::Localized;
use chrono::{Months, NaiveDate};

/// A submission and its texts, gathered once for all questions.
pub(super) struct SubmissionTexts<'a> {
    of: &'a Submission<'a>,
    texts: Vec<Passage>,
    letter: NaiveDate,
}

/// A condition that does not hold: where it could be mended, and the word it is about.
#[derive(Default)]
struct Miss {
    gaps: Vec<Missing>,
    word: Option<String>,
}

fn miss(holds: bool) -> Result<(), Miss> {
    if holds { Ok(()) } else { Err(Miss::default()) }
}

impl<'a> SubmissionTexts<'a> {
    pub(super) fn of(of: &'a Submission<'a>) -> Self {
        Self { of, texts: wording::texts(of), letter: of.case.letter_date(of.today) }
    }

    /// The question, if it is to be asked.
    pub(super) fn finding(&self, r: &Requirement) -> Option<Finding> {
        let applies = r.when.is_empty() || r.when.iter().any(|c| self.fulfils(*c, r, r.when_words.as_ref()).is_ok());
        if !applies {
            return None;
        }
        let mut missed = Miss::default();
        for (n, condition) in r.answered_by.iter().enumerate() {
            match self.fulfils(*condition, r, r.words.as_ref()) {
                Ok(()) => return None,
                Err(found) if n == 0 => missed = found,
                Err(_) => {}
            }
        }
        if missed.gaps.is_empty() {
            missed.gaps.push(Missing { path: r.field.clone(), location: None });
        }
        Some(Finding { key: r.key.clone(), severity: r.severity, question: r.question.clone(), word: missed.word, gaps: missed.gaps })
    }

    fn fulfils(&self, condition: Condition, r: &Requirement, words: Option<&Localized>) -> Result<(), Miss> {
        match condition {
            Condition::Persons(detail) => self.persons(r, |p| has(p, detail)),
            Condition::SomeVictim(detail) => miss(self.victims().any(|(_, v)| has(v, detail))),
            Condition::Context(key) => miss(self.of.case.context(key).is_some()),
            Condition::Fact(kind, item) => self.fact(kind, item),
            Condition::Plain(Plain::Mentions) => miss(wording::mentions(&self.texts, &self.words(words))),
            Condition::Plain(Plain::Civil) => self.wording(wording::with_a_word(&self.texts, &self.words(words))),
            Condition::Plain(Plain::SpelledOut) => self.wording(wording::abbreviation(self.of, &self.texts, &self.words(words))),
            Condition::Plain(Plain::Sender) => miss(!self.anonymous(&words_of_all(words))),
            Condition::Plain(plain) => self.plain(plain, r),
        }
    }

    /// The words of a list in the letter's language, folded.
    fn words(&self, list: Option<&Localized>) -> Vec<String> {
        list.and_then(|l| l.get(self.of.language)).map(|text| divided(text)).unwrap_or_default()
    }

    fn wording(&self, found: Option<(usize, Option<String>)>) -> Result<(), Miss> {
        match found {
            None => Ok(()),
            Some((n, word)) => {
                let text = &self.texts[n];
                Err(Miss { gaps: vec![Self::gap(text.path.clone(), text.location.clone())], word })
            }
        }
    }

    fn plain(&self, plain: Plain, r: &Requirement) -> Result<(), Miss> {
        let case = self.of.case;
        let limit = r.limit.unwrap_or_default();
        let months_ago = |n: u32| self.letter.checked_sub_months(Months::new(n)).unwrap_or(NaiveDate::MIN);
        match plain {
            Plain::Identified => miss(self.victims().any(|(_, v)| self.identified(v))),
            Plain::Organisation => miss(self.victims().any(|(_, v)| v.kind == PersonKind::Organisation)),
            Plain::Community => {
                miss(self.victims().any(|(_, v)| matches!(v.kind, PersonKind::Community | PersonKind::Group) && (v.name.is_some() || v.code.is_some())))
            }
            Plain::Consents => self.consents(),
            Plain::FamilyConsent => self.persons(r, |p| p.consent.as_ref().and_then(|c| c.by).is_some_and(|by| by != GivenBy::Yourself)),
            Plain::SenderAddress => miss(!self.of.organisation.address.is_empty()),
            Plain::Perpetrators => miss(!case.perpetrators.is_empty()),
            Plain::StatePerpetrator => miss(case.perpetrators.iter().any(|p| p.kind == PerpetratorKind::State || p.link_to_state.is_some())),
            Plain::DescribedPerpetrator => {
                let described = |p: &crate::case::Perpetrator| p.name.is_some() || p.institution.is_some() || p.rank.is_some() || p.description.is_some();
                miss(!case.perpetrators.is_empty() && case.perpetrators.iter().all(described))
            }
            Plain::Dated => miss(self.incidents().any(|(_, i)| i.date != PartialDate::Unknown)),
            Plain::MonthKnown => miss(self.disappearances().any(month_known)),
            Plain::Placed => miss(self.incidents().any(|(_, i)| i.place_name.is_some())),
            Plain::Told => miss(wording::letters(&self.texts, "account") >= limit as usize),
            Plain::Chronological => self.chronological(),
            Plain::Steps => miss(!case.steps.is_empty()),
            Plain::StepOutcomes => self.step_outcomes(),
            Plain::NoSteps => miss(case.no_steps_because.is_some()),
            Plain::OtherProcedures => miss(!case.other_procedures.is_empty()),
            Plain::FirstHand => miss(!self.rests_on_media()),
            Plain::Recent => {
                let last = self.incidents().filter_map(|(_, i)| i.date.last()).max();
                miss(last.is_none_or(|last| last >= months_ago(limit)))
            }
            Plain::RecentDisappearance => miss(self.disappearances().filter_map(PartialDate::last).max().is_none_or(|last| last >= months_ago(limit))),
            Plain::Ongoing => miss(self.ongoing()),
            Plain::NotImminent => miss(!self.imminent()),
            Plain::StillAhead => miss(case.urgency.act_by.as_ref().is_none_or(|a| a.day >= self.of.today)),
            Plain::ShortOrAnnexed => miss(!case.annexes.is_empty() || wording::count(&self.texts) <= limit as usize),
            // These look at words and were answered before.
            Plain::Mentions | Plain::Civil | Plain::SpelledOut | Plain::Sender => Ok(()),
        }
    }

    /// A place of the case's own file.
    fn at(&self, place: Place) -> Option<Location> {
        (place.line > 0).then(|| Location { line: place.line, column: place.column, ..self.of.case.location.clone() })
    }

    fn gap(path: String, location: Option<Location>) -> Missing {
        Missing { path, location }
    }

    /// The victims this letter tells of.
    fn victims(&self) -> impl Iterator<Item = (usize, &'a Person)> {
        let only = self.of.person;
        self.of.case.victims.iter().enumerate().filter(move |(n, _)| only.is_none_or(|o| o == *n))
    }

    /// Each person must pass; otherwise the gaps are theirs.
    fn persons(&self, r: &Requirement, passes: impl Fn(&Person) -> bool) -> Result<(), Miss> {
        let field = r.field.strip_prefix("victims.").unwrap_or(&r.field);
        let lacking = self.victims().filter(|(_, v)| v.kind == PersonKind::Person && !passes(v));
        let gaps: Vec<Missing> = lacking.map(|(n, v)| Self::gap(format!("victims.{}.{field}", n + 1), v.location.clone())).collect();
        if gaps.is_empty() { Ok(()) } else { Err(Miss { gaps, word: None }) }
    }

    fn incidents(&self) -> impl Iterator<Item = (usize, &'a Incident)> {
        let only = self.of.person;
        self.of.case.incidents.iter().enumerate().filter(move |(_, i)| only.is_none_or(|o| i.victims.is_empty() || i.concerns(o)))
    }

    fn facts(&self, kind: &'a str) -> impl Iterator<Item = (usize, &'a Incident, &'a Fact)> {
        let only = self.of.person;
        let all = self.incidents().flat_map(|(n, i)| i.facts.iter().map(move |f| (n, i, f)));
        all.filter(move |(_, _, f)| f.kind == kind && only.is_none_or(|o| f.victims.contains(&o)))
    }

    fn fact(&self, kind: &'static str, item: Option<&'static str>) -> Result<(), Miss> {
        let Some(item) = item else { return miss(self.facts(kind).next().is_some()) };
        let lacking = self.facts(kind).filter(|(_, _, f)| !f.items.iter().any(|(key, _)| *key == item));
        let gaps: Vec<Missing> = lacking.map(|(n, i, _)| Self::gap(format!("incidents.{}.{kind}.{item}", n + 1), self.at(i.place))).collect();
        match (gaps.is_empty(), self.facts(kind).next().is_some()) {
            (true, true) => Ok(()),
            _ => Err(Miss { gaps, word: None }),
        }
    }

    fn reader<T>(&self, then: impl FnOnce(Reader<'_>) -> T) -> T {
        then(Reader { audience: Audience::Mandate, recipients: std::slice::from_ref(&self.of.mandate.key) })
    }

    /// Whether the mandate can tell who is meant. A missing consent is another question.
    fn identified(&self, v: &Person) -> bool {
        if v.name.is_none() {
            return v.code.is_some() || v.situation.is_some() || v.status.is_some() || v.work.is_some();
        }
        let consent = v.consent.as_ref();
        self.reader(|reader| disclosure(consent, reader) == Disclosure::Name || refusal(consent, reader).is_some())
    }

    fn consents(&self) -> Result<(), Miss> {
        let lacking = self.victims().filter(|(_, v)| v.name.is_some() && self.reader(|reader| refusal(v.consent.as_ref(), reader).is_some()));
        let gaps: Vec<Missing> = lacking.map(|(n, v)| Self::gap(format!("victims.{}.consent", n + 1), v.consent_location.clone())).collect();
        if gaps.is_empty() { Ok(()) } else { Err(Miss { gaps, word: None }) }
    }

    fn anonymous(&self, words: &[String]) -> bool {
        let organisation = self.of.organisation;
        let is_one = |name: &str| words.contains(&fold(name.trim()));
        let signed_by = &self.of.case.signed_by;
        let mut signers = organisation.signatories.iter().filter(|s| signed_by.is_empty() || signed_by.contains(&s.id)).map(|s| s.name.as_str());
        organisation.name.all().any(|n| is_one(n)) || signers.all(is_one)
    }

    fn disappearances(&self) -> impl Iterator<Item = PartialDate> {
        // A disappearance without a date of its own happened when the incident did.
        self.facts("disappearance").map(|(_, i, f)| date_of(f, "date").unwrap_or(i.date))
    }

    fn chronological(&self) -> Result<(), Miss> {
        let dated: Vec<(usize, &Incident, NaiveDate)> = self.incidents().filter_map(|(n, i)| Some((n, i, i.date.first()?))).collect();
        match dated.windows(2).find(|pair| pair[1].2 < pair[0].2) {
            None => Ok(()),
            Some(pair) => Err(Miss { gaps: vec![Self::gap(format!("incidents.{}.date", pair[1].0 + 1), self.at(pair[1].1.place))], word: None }),
        }
    }

    fn step_outcomes(&self) -> Result<(), Miss> {
        let lacking = self.of.case.steps.iter().enumerate().filter(|(_, s)| s.outcome.is_none());
        let gaps: Vec<Missing> = lacking.map(|(n, s)| Self::gap(format!("steps.{}.outcome", n + 1), self.at(s.place))).collect();
        if gaps.is_empty() { miss(!self.of.case.steps.is_empty()) } else { Err(Miss { gaps, word: None }) }
    }

    fn rests_on_media(&self) -> bool {
        let mut all = self.incidents().map(|(_, i)| i.reliability).peekable();
        all.peek().is_some() && all.all(|r| r == Some(Reliability::Media))
    }

    /// A date that the letter says lies ahead of it.
    fn imminent(&self) -> bool {
        let urgency = &self.of.case.urgency;
        let ahead = |date: Option<NaiveDate>| date.is_some_and(|d| d >= self.letter);
        let removal = self.facts("expulsion").any(|(_, _, f)| ahead(date_of(f, "at").and_then(PartialDate::last)));
        urgency.act_by.as_ref().is_some_and(|a| a.day >= self.letter) || urgency.event.is_some() || removal
    }

    fn ongoing(&self) -> bool {
        let case = self.of.case;
        let held = self.facts("detention").any(|(_, _, f)| date_of(f, "to").is_none());
        let gone = self.facts("disappearance").next().is_some();
        self.imminent() || held || gone || case.context("risk").is_some() || case.urgency.act_by.is_some() || case.action != Action::UrgentAppeal
    }
}

/// The words of a list in every language: a sender's name is in whatever language it likes.
fn words_of_all(list: Option<&Localized>) -> Vec<String> {
    list.iter().flat_map(|l| l.all()).flat_map(|text| divided(text)).collect()
}

fn divided(text: &str) -> Vec<String> {
    text.split(',').map(|w| fold(w.trim())).filter(|w| !w.is_empty()).collect()
}

fn has(person: &Person, detail: Detail) -> bool {
    match detail {
        Detail::FullName => person.records(FULL_NAME) || (person.kind != PersonKind::Person && person.name.is_some()),
        Detail::Gender => person.gender.is_some(),
        Detail::Age => person.age.is_some() || person.records("born"),
        Detail::Nationality => person.nationality.is_some(),
        Detail::Occupation => person.occupation.is_some(),
        Detail::Work => person.work.is_some(),
        Detail::Status => person.status.is_some(),
        Detail::Situation => person.situation.is_some(),
        Detail::Document => person.records("document"),
        Detail::Address => person.records("address"),
        Detail::Contact => person.records("contact"),
    }
}

fn date_of(fact: &Fact, key: &str) -> Option<PartialDate> {
    fact.items.iter().find(|(k, _)| *k == key).and_then(|(_, value)| match value {
        FactValue::Date(known) => Some(*known),
        _ => None,
    })
}

fn month_known(date: PartialDate) -> bool {
    let precise = |p: Point| p.month.is_some();
    match date {
        PartialDate::At(p) => precise(p),
        PartialDate::Span(a, b) | PartialDate::Between(a, b) => precise(a) && precise(b),
        PartialDate::Unknown => false,
    }
}
