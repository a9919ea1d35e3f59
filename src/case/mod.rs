//! An appeal's matter, understood.
//!
//! In: a record, the workspace's organisation and directory, and for an update the earlier case. Out: a [`Case`], or every
//! reason why there is none. A half-understood case does not exist:
//!
//! ```
//! use appeal::case::Case;
//! fn title_of(case: &Case) -> &appeal::text::Localized { &case.title }
//! ```
//!
//! ```compile_fail
//! fn forge(matter: appeal::case::Matter) -> appeal::case::Case { appeal::case::Case { matter } }
//! ```

pub mod evidence;
pub mod incident;
pub mod people;
pub mod perpetrators;

mod check;
mod digest;
mod names;
mod prose;
mod read;
mod references;
mod setting;

pub use digest::CaseDigest;
pub use evidence::{Annex, Law, OtherProcedure, Request, RequestText, Source, Step};
pub use incident::{Answer, FACTS, Fact, FactValue, Incident, Reliability, Time};
pub use people::{Age, FULL_NAME, Person, PersonKind, Private, Role, Showable};
pub use perpetrators::{Perpetrator, PerpetratorKind};
pub use prose::{Prose, StrayBrace, Who};
pub use read::id_is_fit;
pub use setting::Setting;

use crate::consent::{Audience, NameMatcher};
use crate::date::Clock;
use crate::diagnostic::Location;
use crate::organisation::{Organisation, SourceStatus};
use crate::text::{Language, Localized};
use chrono::NaiveDate;

/// What kind of letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A violation that goes on or is about to happen.
    UrgentAppeal,
    /// A violation that has happened.
    AllegationLetter,
    /// News to an earlier letter.
    Update,
    /// An earlier letter is taken back.
    Withdrawal,
}

/// The words of `action`.
pub const ACTIONS: &[(&str, Action)] =
    &[("urgent-appeal", Action::UrgentAppeal), ("allegation-letter", Action::AllegationLetter), ("update", Action::Update), ("withdrawal", Action::Withdrawal)];

impl Action {
    /// The word in files, and the name of the template.
    #[must_use]
    pub fn word(self) -> &'static str {
        ACTIONS.iter().find(|(_, a)| *a == self).map_or("", |(w, _)| w)
    }

    /// Whether it speaks about an earlier letter.
    #[must_use]
    pub fn is_about_an_earlier_letter(self) -> bool {
        matches!(self, Self::Update | Self::Withdrawal)
    }
}

/// Why a letter cannot wait.
#[derive(Clone, Debug, Default)]
pub struct Urgency {
    /// Why.
    pub reason: Option<Localized<Prose>>,
    /// By when.
    pub act_by: Option<ActBy>,
    /// What is about to happen.
    pub event: Option<Localized>,
}

/// By when the mandate must act to be of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActBy {
    /// The day.
    pub day: NaiveDate,
    /// The hour, local.
    pub clock: Option<Clock>,
    /// Whose hour it is, as written: an offset (`-06:00`) or the name of a zone.
    pub zone: Option<String>,
}

/// The texts of `[context]`, by key.
pub const CONTEXTS: &[(&str, &str)] = &[
    ("summary", "the matter in a few sentences"),
    ("background", "what came before"),
    ("pattern", "how it is part of a pattern"),
    ("link", "the link to the person's work for human rights"),
    ("risk", "what is feared"),
    ("situation", "how things stand now"),
    ("reprisals", "reprisals for earlier cooperation with the United Nations"),
    ("news", "in an update: what is new"),
    ("corrections", "in an update: what the earlier letter got wrong"),
];

/// One of the texts of `[context]`.
#[derive(Clone, Debug)]
pub struct Context {
    /// Its key.
    pub key: &'static str,
    /// The text.
    pub text: Localized<Prose>,
    /// Who may read it.
    pub share: Audience,
}

/// Whom the mandate can reach, for mandates only.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The name.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// When.
    pub hours: Option<Localized>,
    /// In which languages, by code.
    pub languages: Vec<String>,
    /// By which channel.
    pub channel: Option<Localized>,
}

/// A copy for somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copy {
    /// A recipient of the directory.
    Recipient {
        /// Its key.
        key: String,
        /// Whether a copy is also e-mailed.
        send: bool,
    },
    /// A line that is printed as it stands.
    Line(String),
}

/// The earlier letter that an update or a withdrawal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The case it belongs to.
    pub case: String,
    /// Its date.
    pub date: NaiveDate,
    /// Its reference.
    pub reference: Option<String>,
}

/// Somebody who signs this letter beside the organisation.
#[derive(Clone, Debug)]
pub struct CoSigner {
    /// The name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The office held.
    pub role: Option<Localized>,
}

/// What a case says. Only [`Case::parse`] makes a [`Case`] of it.
#[derive(Clone, Debug)]
pub struct Matter {
    /// The case's id: the stem of its file.
    pub id: String,
    /// Its file.
    pub location: Location,
    /// The matter, in a few words without a protected name.
    pub title: Localized,
    /// What kind of letter.
    pub action: Action,
    /// The States concerned, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// How the State is to be called, where its code misleads.
    pub state_as: Option<Localized>,
    /// To whom, by key, in this order.
    pub mandates: Vec<String>,
    /// Copies.
    pub cc: Vec<Copy>,
    /// The sender's own reference.
    pub reference: Option<String>,
    /// The letter's date, if the file gives one.
    pub date: Option<NaiveDate>,
    /// The language of the letter and of plain strings.
    pub language: Language,
    /// Where it says so.
    pub language_location: Option<Location>,
    /// Which signatories sign; empty: all.
    pub signed_by: Vec<String>,
    /// Who else signs.
    pub co_signers: Vec<CoSigner>,
    /// Why no step was taken.
    pub no_steps_because: Option<Localized>,
    /// Words that are a part of a name but no sign of it here.
    pub not_a_name: Vec<String>,
    /// Whether the sender stays confidential, where it differs from the organisation's rule.
    pub source: Option<SourceStatus>,
    /// Why it cannot wait.
    pub urgency: Urgency,
    /// What surrounds the facts.
    pub context: Vec<Context>,
    /// Whom the mandate can reach.
    pub contact: Option<Contact>,
    /// The alleged victims.
    pub victims: Vec<Person>,
    /// Other people.
    pub people: Vec<Person>,
    /// The alleged perpetrators.
    pub perpetrators: Vec<Perpetrator>,
    /// What happened.
    pub incidents: Vec<Incident>,
    /// What was done about it.
    pub steps: Vec<Step>,
    /// What the mandate is asked.
    pub requests: Vec<Request>,
    /// The standards that apply.
    pub law: Vec<Law>,
    /// Where it can be read.
    pub sources: Vec<Source>,
    /// What goes with the letter.
    pub annexes: Vec<Annex>,
    /// Other procedures that have the matter.
    pub other_procedures: Vec<OtherProcedure>,
    /// The earlier letter, for updates and withdrawals.
    pub earlier: Option<Earlier>,
    /// Texts with a brace that is no reference, piece by piece.
    pub stray_braces: Vec<StrayBrace>,
    /// Whether the file itself gives the letter's date.
    pub is_dated: bool,
}

/// A case that has been understood as a whole.
#[derive(Clone, Debug)]
pub struct Case {
    matter: Matter,
}

impl Case {
    /// The same case for a trial: nobody in it is named, to any reader, and nobody can be reached.
    #[must_use]
    pub fn unnamed(mut self) -> Self {
        let matter = &mut self.matter;
        matter.contact = None;
        for person in matter.victims.iter_mut().chain(&mut matter.people) {
            person.name = person.name.take().map(crate::consent::Confidential::unnamed);
            person.private = person.private.clone().unnamed();
            person.consent = person.consent.take().map(crate::consent::Consent::unnamed);
        }
        self
    }
}

impl std::ops::Deref for Case {
    type Target = Matter;

    fn deref(&self) -> &Matter {
        &self.matter
    }
}

impl Matter {
    /// The letter's date on a run of this day.
    #[must_use]
    pub fn letter_date(&self, today: NaiveDate) -> NaiveDate {
        self.date.unwrap_or(today)
    }

    /// The people of a reference, or the perpetrator's place in the list.
    #[must_use]
    pub fn person(&self, who: Who) -> Option<&Person> {
        match who {
            Who::Victim(n) => self.victims.get(n),
            Who::Person(n) => self.people.get(n),
            Who::Perpetrator(_) => None,
        }
    }

    /// Whom a reference with this id means: the first who bears it.
    #[must_use]
    pub fn who(&self, id: &str) -> Option<Who> {
        let victim = self.victims.iter().position(|p| p.id == id).map(Who::Victim);
        let person = || self.people.iter().position(|p| p.id == id).map(Who::Person);
        victim.or_else(person).or_else(|| self.perpetrators.iter().position(|p| p.id == id).map(Who::Perpetrator))
    }

    /// Victims and other people.
    pub fn everybody(&self) -> impl Iterator<Item = &Person> {
        self.victims.iter().chain(&self.people)
    }

    /// The texts of `[context]` under this key.
    #[must_use]
    pub fn context(&self, key: &str) -> Option<&Context> {
        self.context.iter().find(|c| c.key == key)
    }

    /// Everybody's names, whoever may see them: no message may repeat a part of one.
    #[must_use]
    pub fn names(&self) -> NameMatcher {
        let mut matcher = NameMatcher::new(&[]);
        self.add_names(&mut matcher);
        matcher
    }

    fn add_names(&self, matcher: &mut NameMatcher) {
        for person in self.everybody() {
            if let Some(name) = &person.name {
                matcher.add_always(&person.id, name, person.owner());
            }
        }
    }

    /// Every prose of the case: for telling where a name stands.
    pub fn proses(&self) -> impl Iterator<Item = &Prose> {
        let texts = self.incidents.iter().map(|i| &i.account);
        let texts = texts.chain(self.context.iter().map(|c| &c.text)).chain(self.requests.iter().filter_map(Request::own));
        let texts = texts.chain(self.urgency.reason.iter()).chain(self.steps.iter().filter_map(|s| s.outcome.as_ref()));
        texts.flat_map(Localized::all)
    }
}

/// The sender's own public name is no sign of a name that is to be kept.
pub(crate) fn exempt_sender(matcher: &mut NameMatcher, organisation: &Organisation) {
    organisation.name.all().chain(&organisation.acronym).for_each(|name| matcher.exempt(name));
}
