//! What happened: incidents, and the typed facts that particular mandates ask for.
//!
//! In: `[[incidents]]`. Out: [`Incident`]s with [`Fact`]s. Which facts there are, and of what type, is one table of data:
//! [`FACTS`]. A new one is a new row.

use super::people::share;
use super::prose::{Prose, Who};
use super::references::References;
use crate::consent::Audience;
use crate::date::{Clock, PartialDate};
use crate::diagnostic::Place;
use crate::records::Fields;
use crate::text::Localized;

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Its id.
    pub id: Option<String>,
    /// When, as far as it is known.
    pub date: PartialDate,
    /// Why the date is not known, or what is known of it.
    pub date_note: Option<Localized>,
    /// The time of day.
    pub time: Option<Time>,
    /// Where.
    pub place_name: Option<Localized>,
    /// To whom, as numbers of the case's victims.
    pub victims: Vec<usize>,
    /// By whom, as numbers of the case's perpetrators.
    pub perpetrators: Vec<usize>,
    /// A heading.
    pub heading: Option<Localized>,
    /// What happened.
    pub account: Localized<Prose>,
    /// How the sender knows.
    pub reliability: Option<Reliability>,
    /// Where it can be read, as numbers of the case's sources.
    pub sources: Vec<usize>,
    /// Who may read of it.
    pub share: Audience,
    /// What mandates ask for.
    pub facts: Vec<Fact>,
    /// Where it stands.
    pub place: Place,
}

/// A time of day: by the clock, or in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Time {
    /// By the clock.
    Clock(Clock),
    /// In words.
    Words(Localized),
}

/// How the sender knows of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the field's own")]
pub enum Reliability {
    Direct,
    Witness,
    Media,
    Reported,
}

/// The words of `reliability`.
pub const RELIABILITIES: &[(&str, Reliability)] =
    &[("direct", Reliability::Direct), ("witness", Reliability::Witness), ("media", Reliability::Media), ("reported", Reliability::Reported)];

/// What is known of an arrest, a detention, a disappearance.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Which table of [`FACTS`].
    pub kind: &'static str,
    /// Whom it concerns, as numbers of the case's victims.
    pub victims: Vec<usize>,
    /// The fields that are recorded, in the order of [`FACTS`].
    pub items: Vec<(&'static str, FactValue)>,
}

/// One field of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactValue {
    /// A date.
    Date(PartialDate),
    /// A time of day.
    Time(Time),
    /// Yes, no, or unknown.
    Answer(Answer),
    /// Words.
    Text(Localized),
    /// Words of the mandate's own, such as categories.
    Codes(Vec<&'static str>),
}

/// Yes, no, or unknown: never a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the field's own")]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// The words of an answer.
pub const ANSWERS: &[(&str, Answer)] = &[("yes", Answer::Yes), ("no", Answer::No), ("unknown", Answer::Unknown)];

/// Of what type a field of a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactType {
    /// A date as far as it is known.
    Date,
    /// A time of day.
    Time,
    /// yes, no or unknown.
    Answer,
    /// A text in the letter's language.
    Text,
    /// A proper name, in every language.
    Name,
    /// The categories of the Working Group on Arbitrary Detention (its methods of work, A/HRC/36/38, para. 8).
    Categories,
}

/// One field of a fact: its key, its type, its meaning.
pub type FactField = (&'static str, FactType, &'static str);

/// The facts and their fields: what each mandate asks for beyond the account (facts of its questionnaire).
pub const FACTS: &[(&str, &[FactField])] = &[
    (
        "arrest",
        &[
            ("date", FactType::Date, "when"),
            ("time", FactType::Time, "at what time"),
            ("place", FactType::Name, "where"),
            ("by", FactType::Name, "by which forces"),
            ("warrant", FactType::Answer, "whether a warrant was shown"),
            ("authority", FactType::Name, "which authority ordered it"),
            ("law", FactType::Text, "the law invoked"),
            ("reasons", FactType::Text, "the reasons given"),
        ],
    ),
    (
        "detention",
        &[
            ("from", FactType::Date, "since when"),
            ("to", FactType::Date, "until when"),
            ("place", FactType::Name, "where, with transfers"),
            ("authority", FactType::Name, "which authority ordered it or holds the person"),
            ("law", FactType::Text, "the law invoked"),
            ("charges", FactType::Text, "the charges"),
            ("family", FactType::Answer, "whether the family has access"),
            ("lawyer", FactType::Answer, "whether a lawyer has access"),
            ("doctor", FactType::Answer, "whether a doctor has access"),
            ("next-hearing", FactType::Date, "the next hearing"),
            ("categories", FactType::Categories, "the categories of arbitrary detention that apply"),
            ("why-arbitrary", FactType::Text, "why it is arbitrary"),
        ],
    ),
    (
        "disappearance",
        &[
            ("date", FactType::Date, "when; at least the month and the year"),
            ("last-seen", FactType::Text, "where the person was taken or last seen"),
            ("seen-by", FactType::Text, "who saw it; no names"),
            ("search", FactType::Text, "what was done to find the person, or why nothing"),
        ],
    ),
    (
        "ill-treatment",
        &[
            ("forms", FactType::Text, "in what form"),
            ("injuries", FactType::Text, "the injuries"),
            ("care", FactType::Text, "the medical care"),
            ("reported-to", FactType::Text, "who was told"),
        ],
    ),
    (
        "killing",
        &[
            ("cause", FactType::Text, "the cause of death"),
            ("force", FactType::Text, "what force was used, and by whom"),
            ("investigation", FactType::Text, "whether it is investigated"),
        ],
    ),
    (
        "expulsion",
        &[("to", FactType::Name, "to which country"), ("order", FactType::Answer, "whether there is an order"), ("at", FactType::Date, "when it is to happen")],
    ),
];

const CATEGORIES: &[(&str, &str)] = &[("I", "I"), ("II", "II"), ("III", "III"), ("IV", "IV"), ("V", "V")];

/// Reads an incident.
pub(super) fn incident(f: &mut Fields<'_, '_>, references: &References<'_>) -> Option<Incident> {
    let place = f.place("");
    let id = f.id("id", "a short id");
    let date = f.must().known("date", "when, as far as it is known");
    let date_note = f.localized("date-note", "why the date is not known, or what is known of it");
    if date == Some(PartialDate::Unknown) && date_note.is_none() {
        f.problem("date", say!("the date is unknown and nothing says why"), say!("add date-note = \"…\", for instance what came before and after"));
    }
    let time = time(f, "time", "the time of day: 13:00, 13:00~, 13:00/15:00, or words by language");
    let place_name = f.proper_name("place", "where: a proper name, in every language");
    let names = f.ids("victims", "to whom: ids of victims");
    let victims = references.victims.numbers(f, "victims", &names);
    let names = f.ids("perpetrators", "by whom: ids of perpetrators");
    let perpetrators = references.perpetrators.numbers(f, "perpetrators", &names);
    let heading = f.localized("heading", "a heading");
    let account = f.must().prose("account", "what happened, with {id} for people and perpetrators");
    let account = account.map(|a| references.prose(f, a));
    let reliability = f.choice("reliability", "how the sender knows: direct, witness, media or reported", RELIABILITIES);
    let names = f.ids("sources", "where it can be read: ids of sources");
    let sources = references.sources.numbers(f, "sources", &names);
    let share = share(f, Audience::Public);
    let mut facts = Vec::new();
    for (kind, items) in FACTS {
        facts.extend(f.tables(kind, "facts that particular mandates ask for", |f| Some(fact(f, kind, items, references))));
    }
    Some(Incident {
        id,
        date: date?,
        date_note,
        time,
        place_name,
        victims,
        perpetrators,
        heading,
        account: account?,
        reliability,
        sources,
        share,
        facts,
        place,
    })
}

fn fact(f: &mut Fields<'_, '_>, kind: &'static str, items: &'static [FactField], references: &References<'_>) -> Fact {
    let names = f.must().ids("victims", "whom it concerns: ids of victims");
    let victims = references.victims.numbers(f, "victims", &names);
    let mut values = Vec::new();
    for (key, kind, doc) in items {
        let value = match kind {
            FactType::Date => f.known(key, doc).map(FactValue::Date),
            FactType::Time => time(f, key, doc).map(FactValue::Time),
            FactType::Answer => f.choice(key, doc, ANSWERS).map(FactValue::Answer),
            FactType::Text => f.paragraphs(key, doc).map(FactValue::Text),
            FactType::Name => f.proper_name(key, doc).map(FactValue::Text),
            FactType::Categories => Some(f.choices(key, doc, CATEGORIES)).filter(|c| !c.is_empty()).map(FactValue::Codes),
        };
        values.extend(value.map(|v| (*key, v)));
    }
    Fact { kind, victims, items: values }
}

/// Reads a time of day.
fn time(f: &mut Fields<'_, '_>, key: &'static str, doc: &'static str) -> Option<Time> {
    match f.time(key, doc)? {
        (Some(clock), _) => Some(Time::Clock(clock)),
        (None, Some(words)) => Some(Time::Words(words)),
        (None, None) => None,
    }
}

impl Incident {
    /// Whether its account or its list of victims tells of this victim.
    #[must_use]
    pub fn concerns(&self, victim: usize) -> bool {
        self.victims.contains(&victim) || self.account.all().any(|p| p.mentions(Who::Victim(victim)))
    }
}
