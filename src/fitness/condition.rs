//! What in a case answers a question: the closed set of words that `answered-by` and `when` may use.
//!
//! In: a word of requirements.toml. Out: a [`Condition`]. Whether a case fulfils it is for the neighbour room `answer`.

use crate::case::CONTEXTS;
use crate::case::FACTS;

/// Something that a case says, or that is true of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `victims.age`: each person among the victims has it.
    Persons(Detail),
    /// `any-victim.work`: one victim of whatever kind has it.
    SomeVictim(Detail),
    /// `context.link`: the text is there.
    Context(&'static str),
    /// `arrest`: there is such a fact; `arrest.date`: and each of them has the field.
    Fact(&'static str, Option<&'static str>),
    /// Everything else, a word each.
    Plain(Plain),
}

/// A detail of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the fields' own")]
pub enum Detail {
    FullName,
    Gender,
    Age,
    Nationality,
    Occupation,
    Work,
    Status,
    Situation,
    Document,
    Address,
    Contact,
}

/// The words of [`Detail`], as the fields are called.
pub const DETAILS: &[(&str, Detail)] = &[
    ("name", Detail::FullName),
    ("gender", Detail::Gender),
    ("age", Detail::Age),
    ("nationality", Detail::Nationality),
    ("occupation", Detail::Occupation),
    ("work", Detail::Work),
    ("status", Detail::Status),
    ("situation", Detail::Situation),
    ("document", Detail::Document),
    ("address", Detail::Address),
    ("contact", Detail::Contact),
];

/// A condition that is one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "explained in PLAIN")]
pub enum Plain {
    Identified,
    Organisation,
    Community,
    Consents,
    FamilyConsent,
    Sender,
    SenderAddress,
    Perpetrators,
    StatePerpetrator,
    DescribedPerpetrator,
    Dated,
    MonthKnown,
    Placed,
    Told,
    Chronological,
    Steps,
    StepOutcomes,
    NoSteps,
    OtherProcedures,
    Mentions,
    FirstHand,
    Recent,
    RecentDisappearance,
    Ongoing,
    NotImminent,
    StillAhead,
    SpelledOut,
    Civil,
    ShortOrAnnexed,
}

/// The words of [`Plain`], and what each means.
pub const PLAIN: &[(&str, Plain, &str)] = &[
    ("identified", Plain::Identified, "the mandate is told the name of a victim, or which group or community it is"),
    ("organisation", Plain::Organisation, "a victim is an organisation"),
    ("community", Plain::Community, "a victim is a community or group with a name or a code"),
    ("victims.consent", Plain::Consents, "each named victim has agreed to this submission and answered for Government and public"),
    ("victims.consent.by", Plain::FamilyConsent, "each named victim's consent was given by somebody other than the victim"),
    ("organisation.name", Plain::Sender, "neither the sender nor all who sign are called one of `words`"),
    ("organisation.address", Plain::SenderAddress, "the sender's postal address is given"),
    ("perpetrators", Plain::Perpetrators, "there is a perpetrator, be it of the kind unknown"),
    ("perpetrators.state", Plain::StatePerpetrator, "a perpetrator is of the State or linked to it"),
    ("perpetrators.description", Plain::DescribedPerpetrator, "each perpetrator has a name, rank, institution or description"),
    ("incidents.date", Plain::Dated, "an incident has a date, exact or not"),
    ("month-known", Plain::MonthKnown, "the date of the disappearance has at least a month and a year"),
    ("incidents.place", Plain::Placed, "an incident has a place"),
    ("incidents.account", Plain::Told, "the accounts have at least `limit` letters together"),
    ("chronological", Plain::Chronological, "the incidents stand in the order of their dates"),
    ("steps", Plain::Steps, "there is a step"),
    ("steps.outcome", Plain::StepOutcomes, "each step says what came of it"),
    ("no-steps-because", Plain::NoSteps, "it says why no step was taken"),
    ("other-procedures", Plain::OtherProcedures, "another procedure is named"),
    ("mentions", Plain::Mentions, "a text of the letter has a word that begins with one of `words`"),
    ("first-hand", Plain::FirstHand, "not every incident rests on the media"),
    ("recent", Plain::Recent, "an incident is no more than `limit` months older than the letter"),
    ("recent-disappearance", Plain::RecentDisappearance, "the disappearance is no more than `limit` months older than the letter"),
    ("ongoing", Plain::Ongoing, "something goes on or is about to happen: a risk, an event, an act-by, an open detention"),
    ("not-imminent", Plain::NotImminent, "no act-by, event or removal lies ahead"),
    ("still-ahead", Plain::StillAhead, "`act-by` has not passed"),
    ("spelled-out", Plain::SpelledOut, "each abbreviation is written out once, but for `words`"),
    ("civil", Plain::Civil, "no text has one of `words`"),
    ("short-or-annexed", Plain::ShortOrAnnexed, "the texts have no more than `limit` words, or there is an annex"),
];

impl Condition {
    /// The condition of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if let Some((_, plain, _)) = PLAIN.iter().find(|(w, ..)| *w == word) {
            return Some(Self::Plain(*plain));
        }
        let (head, tail) = word.split_once('.').map_or((word, None), |(head, tail)| (head, Some(tail)));
        let detail = || DETAILS.iter().find(|(w, _)| Some(*w) == tail).map(|(_, d)| *d);
        match head {
            "victims" => return detail().map(Self::Persons),
            "any-victim" => return detail().map(Self::SomeVictim),
            "context" => return CONTEXTS.iter().find(|(key, _)| Some(*key) == tail).map(|(key, _)| Self::Context(key)),
            _ => {}
        }
        let (kind, items) = FACTS.iter().find(|(kind, _)| *kind == head)?;
        match tail {
            None => Some(Self::Fact(kind, None)),
            Some(tail) => items.iter().find(|(key, ..)| *key == tail).map(|(key, ..)| Self::Fact(kind, Some(key))),
        }
    }
}
