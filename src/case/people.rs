//! The people of a case: victims, relatives, witnesses, lawyers, sources.
//!
//! In: their tables. Out: [`Person`]s, whose names are [`Confidential`]. What is contradictory in a consent is an
//! error here; whether a consent suffices is for the clearance of a letter.

use crate::consent::{Audience, Confidential, Consent, Disclosure, GivenBy, Name, NameOwner};
use crate::date::PartialDate;
use crate::diagnostic::{Location, shown};
use crate::directory::{Directory, GENDERS, Gender};
use crate::records::{Fields, Required};
use crate::text::Localized;
use chrono::{Datelike, NaiveDate};

/// What is meant by a victim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the field's own")]
pub enum PersonKind {
    Person,
    Group,
    Organisation,
    Community,
}

/// The words of `kind`.
pub const KINDS: &[(&str, PersonKind)] =
    &[("person", PersonKind::Person), ("group", PersonKind::Group), ("organisation", PersonKind::Organisation), ("community", PersonKind::Community)];

/// What another person has to do with the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the field's own")]
pub enum Role {
    Relative,
    Witness,
    Lawyer,
    Source,
    Other,
}

/// The words of `role`.
pub const ROLES: &[(&str, Role)] =
    &[("relative", Role::Relative), ("witness", Role::Witness), ("lawyer", Role::Lawyer), ("source", Role::Source), ("other", Role::Other)];

/// Nobody was ever shown to be much older.
const OLDEST: u32 = 120;

/// How old, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// So many years.
    Exactly(u32),
    /// About so many (`30~`).
    About(u32),
    /// From so many to so many (`30/35`).
    Between(u32, u32),
}

impl Age {
    fn parse(text: &str) -> Option<Self> {
        let number = |t: &str| (t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse().ok()).flatten();
        if let Some((a, b)) = text.split_once('/') {
            let (a, b) = (number(a)?, number(b)?);
            return (a <= b).then_some(Self::Between(a, b));
        }
        text.strip_suffix('~').map_or_else(|| number(text).map(Self::Exactly), |t| number(t).map(Self::About))
    }

    /// The most it can mean.
    fn most(self) -> u32 {
        match self {
            Self::Exactly(n) | Self::About(n) | Self::Between(_, n) => n,
        }
    }

    /// The least it can mean.
    #[must_use]
    pub fn least(self) -> u32 {
        match self {
            Self::Exactly(n) | Self::About(n) | Self::Between(n, _) => n,
        }
    }
}

/// What may be told of a person although the name may not.
pub const SHOWABLE: &[(&str, Showable)] = &[
    ("gender", Showable::Gender),
    ("age", Showable::Age),
    ("nationality", Showable::Nationality),
    ("occupation", Showable::Occupation),
    ("work", Showable::Work),
    ("status", Showable::Status),
    ("situation", Showable::Situation),
];

/// One of the things that `show-unnamed` may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the fields' own")]
pub enum Showable {
    Gender,
    Age,
    Nationality,
    Occupation,
    Work,
    Status,
    Situation,
}

/// What only mandates may ever read of a person.
#[derive(Clone)]
pub struct Private {
    /// The day of birth.
    pub born: Option<PartialDate>,
    /// An identity document.
    pub document: Option<String>,
    /// Where the person lives.
    pub address: Option<Localized>,
    /// How the person can be reached.
    pub contact: Option<String>,
}

/// What [`Person::records`] calls a name with a given and a family part.
pub const FULL_NAME: &str = "full-name";

/// A victim, or another person of the case.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id that prose refers to.
    pub id: String,
    /// Person, group, organisation or community.
    pub kind: PersonKind,
    /// What another person has to do with the case; none for victims.
    pub role: Option<Role>,
    /// The name, if it is recorded.
    pub name: Option<Confidential<Name>>,
    /// What stands for the name where it may not be told.
    pub code: Option<Localized>,
    /// Where it is recorded.
    pub gender: Option<Gender>,
    /// How old.
    pub age: Option<Age>,
    /// A country code, or words.
    pub nationality: Option<Localized>,
    /// What the person does for a living.
    pub occupation: Option<Localized>,
    /// The work for human rights.
    pub work: Option<Localized>,
    /// The legal status, for instance as a migrant.
    pub status: Option<Localized>,
    /// How the person is now.
    pub situation: Option<Localized>,
    /// What only mandates may read.
    pub private: Confidential<Private>,
    /// Which confidential details are recorded, by key; never what they say.
    recorded: Vec<&'static str>,
    /// What may be told although the name may not.
    pub show_unnamed: Vec<Showable>,
    /// What was agreed to.
    pub consent: Option<Consent>,
    /// Where the person's table begins.
    pub location: Option<Location>,
    /// Where the consent stands, or the person, if there is none.
    pub consent_location: Option<Location>,
}

impl Person {
    /// A group or community without a name: it has nobody whose consent could be asked by name.
    #[must_use]
    pub fn is_unnamed_group(&self) -> bool {
        self.name.is_none() && matches!(self.kind, PersonKind::Group | PersonKind::Community)
    }

    /// Whether something is recorded that only mandates may read.
    #[must_use]
    pub fn has_private(&self) -> bool {
        self.recorded.iter().any(|key| *key != FULL_NAME)
    }

    /// Whether a confidential detail is recorded: `born`, `document`, `address`, `contact`, or [`FULL_NAME`].
    #[must_use]
    pub fn records(&self, key: &str) -> bool {
        self.recorded.contains(&key)
    }

    /// Whether each part of the name is telling, or only the whole of it.
    #[must_use]
    pub fn owner(&self) -> NameOwner {
        if self.kind == PersonKind::Person { NameOwner::Person } else { NameOwner::Body }
    }
}

/// The words of `share`.
pub const SHARES: &[(&str, Audience)] = &[("public", Audience::Public), ("government", Audience::Government), ("mandate", Audience::Mandate)];

/// What a consent is compared with.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// The letter's date.
    pub(super) letter: NaiveDate,
    /// This run's today.
    pub(super) today: NaiveDate,
    /// Whom a consent can be limited to.
    pub(super) directory: Option<&'a Directory>,
}

/// Reads who may read something; by default `default`.
pub(super) fn share(f: &mut Fields<'_, '_>, default: Audience) -> Audience {
    f.choice("share", "who may read it: public, government or mandate", SHARES).unwrap_or(default)
}

/// Reads a victim.
pub(super) fn victim(f: &mut Fields<'_, '_>, around: Around<'_>) -> Option<Person> {
    let kind = f.must().choice("kind", "person, group, organisation or community", KINDS);
    person(f, around, kind, None)
}

/// Reads a relative, witness, lawyer, source or other person.
pub(super) fn other(f: &mut Fields<'_, '_>, around: Around<'_>) -> Option<Person> {
    let role = f.must().choice("role", "relative, witness, lawyer, source or other", ROLES);
    let kind = f.choice("kind", "person, group, organisation or community", KINDS).unwrap_or(PersonKind::Person);
    person(f, around, Some(kind), role)
}

fn person(f: &mut Fields<'_, '_>, around: Around<'_>, kind: Option<PersonKind>, role: Option<Role>) -> Option<Person> {
    let id = f.must().id("id", "a short id, for references such as {v1}");
    let needs_name = matches!(kind, Some(PersonKind::Person | PersonKind::Organisation)) && role.is_none();
    let needed = if needs_name && !f.is_describing() { Required::Yes } else { Required::No };
    let names = f.required(needed).proper_name("name", "the name; shown only as its owner agreed");
    let full = names.as_ref().and_then(|n| n.all().next().cloned());
    let name = Name {
        full: full.clone().unwrap_or_default(),
        translated: names.map(Localized::into_languages).unwrap_or_default().into_iter().map(|(l, n)| (l.to_string(), n)).collect(),
        given: f.line("given", "the given name"),
        family: f.line("family", "the family name"),
        short: f.line("short", "the form after the first mention"),
        initials: f.line("initials", "the initials, where they are not the first letters"),
        aliases: f.lines("aliases", "other names; searched for like the name"),
    };
    if name.initials.as_ref().is_some_and(|i| name.is_told_by(i)) {
        f.problem("initials", say!("`initials` contains a part of the name"), say!("write the first letters alone, as in M. E."));
    }
    let code = f.proper_name("code", "what stands for the name where it may not be told");
    let gender = f.choice("gender", "f, m or x", GENDERS);
    let age = f.number_or("age", "how many years", "an age: 34, \"30~\" for about, \"30/35\" for between", Age::Exactly, Age::parse);
    let born = f.known("born", "the date of birth");
    let private = Private {
        born,
        document: f.line("document", "an identity document; for mandates only"),
        address: f.proper_name("address", "where the person lives; for mandates only"),
        contact: f.line("contact", "how the person can be reached; for mandates only"),
    };
    let nationality = f.proper_name("nationality", "a country code, or words by language");
    let occupation = f.localized("occupation", "what the person does for a living");
    let work = f.localized("work", "the work for human rights");
    let status = f.localized("status", "the legal status, for instance as a migrant");
    let situation = f.localized("situation", "how the person is now");
    let show_unnamed = f.choices("show-unnamed", "what may be told although the name may not", SHOWABLE);
    let consent = f.table("consent", "what the person agreed to", |f| {
        let consent = consent(f);
        if !f.is_describing() {
            check_consent(f, &consent, around, age, born);
        }
        consent
    });
    if f.has("age") && f.has("born") {
        f.problem("age", say!("`age` and `born` are both given"), say!("keep the one that is known better"));
    }
    if age.is_some_and(|age| age.most() > OLDEST) {
        f.problem("age", say!("nobody is older than 120"), say!("correct the age in years, or write what is known of the birth: born = \"1980\""));
    }
    if !f.is_describing() && born.and_then(PartialDate::first).is_some_and(|first| first > around.letter) {
        f.problem("born", say!("the birth is dated after the letter"), say!("correct one of the two dates"));
    }
    let recorded = recorded(&name, &private);
    Some(Person {
        id: id?,
        kind: kind?,
        role,
        name: full.map(|_| Confidential::new(name, consent.clone())),
        code,
        gender,
        age,
        nationality,
        occupation,
        work,
        status,
        situation,
        recorded,
        private: Confidential::new(private, consent.clone()),
        show_unnamed,
        consent,
        location: f.location(f.place("")),
        consent_location: f.location(f.place("consent")),
    })
}

/// A name is whole if its parts are recorded, if it has two words, or if its script writes no spaces.
fn recorded(name: &Name, private: &Private) -> Vec<&'static str> {
    let parts = name.full.split_whitespace().count();
    let whole = (name.given.is_some() && name.family.is_some()) || parts > 1 || (!name.full.is_empty() && name.initials("en").is_none());
    let all = [
        ("born", private.born.is_some()),
        ("document", private.document.is_some()),
        ("address", private.address.is_some()),
        ("contact", private.contact.is_some()),
        (FULL_NAME, whole),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(key, _)| key).collect()
}

fn consent(f: &mut Fields<'_, '_>) -> Consent {
    const LEVELS: &[(&str, Disclosure)] =
        &[("name", Disclosure::Name), ("initials", Disclosure::Initials), ("unnamed", Disclosure::Unnamed), ("nothing", Disclosure::Nothing)];
    const BY: &[(&str, GivenBy)] = &[
        ("self", GivenBy::Yourself),
        ("family", GivenBy::Family),
        ("lawyer", GivenBy::Lawyer),
        ("guardian", GivenBy::Guardian),
        ("representative", GivenBy::Representative),
    ];
    Consent {
        submit: f.flag("submit", "whether the person agreed to this submission"),
        only: f.lines("only", "the only mandates it may go to"),
        mandate: f.choice("mandate", "what the mandates may be told; by default the name", LEVELS),
        government: f.choice("government", "what the Government may be told", LEVELS),
        public: f.choice("public", "what everybody may be told", LEVELS),
        by: f.choice("by", "who gave it", BY),
        on: f.day("on", "the day it was given"),
        how: f.line("how", "how it was given; never printed"),
        withdrawn: f.day("withdrawn", "the day it was taken back, which ends all of it"),
    }
}

/// What contradicts itself: wider consent further out, `self` under 18, given after the letter or today.
fn check_consent(f: &Fields<'_, '_>, consent: &Consent, around: Around<'_>, age: Option<Age>, born: Option<PartialDate>) {
    let (mandate, government, public) = (consent.towards(Audience::Mandate), consent.government, consent.public);
    if government.is_some() && government > mandate {
        f.problem(
            "government",
            say!("the consent tells the Government more than the mandates"),
            say!("government may be at most what mandate is: nothing, unnamed, initials, name, from the least to the most"),
        );
    }
    if public.is_some() && (public > mandate || (government.is_some() && public > government)) {
        f.problem(
            "public",
            say!("the consent tells the public more than the Government or the mandates"),
            say!("public may be at most what government is: nothing, unnamed, initials, name, from the least to the most"),
        );
    }
    if consent.by == Some(GivenBy::Yourself) {
        let at = consent.on.unwrap_or(around.letter);
        let youngest = age.map(Age::least).or_else(|| born.and_then(PartialDate::last).and_then(|b| years_between(b, at)));
        if youngest.is_some_and(|n| n < 18) {
            f.problem("by", say!("somebody under 18 cannot give this consent alone"), say!("record who gave it for them: by = \"guardian\" or \"family\""));
        }
    }
    if consent.on.is_some_and(|on| on > around.letter.min(around.today)) {
        f.problem("on", say!("the consent is dated after the letter or after today"), say!("correct on = …, or date the letter later"));
    }
    for key in &consent.only {
        if let Some(directory) = around.directory.filter(|d| d.get(key).is_none()) {
            unknown_recipient(f, directory, "only", key);
        }
    }
    if consent.submit == Some(true) {
        for key in ["by", "on", "how"].into_iter().filter(|key| !f.has(key)) {
            f.remark(
                "submit",
                say!("the consent does not say `{key}`", key = key),
                say!("record who gave it (by), when (on) and how; it is never printed, but you may be asked"),
            );
        }
    }
}

/// Reports a key that is in no directory.
pub(super) fn unknown_recipient(f: &Fields<'_, '_>, directory: &Directory, at: &str, key: &str) {
    if key == "TODO" {
        return f.problem(at, say!("`{at}` is still to be filled in", at = at), say!("`appeal recipients` lists the keys"));
    }
    let hint = match directory.nearest(key) {
        Some(near) => say!("did you mean `{near}`?", near = near),
        None => say!("`appeal recipients` lists the keys; add your own in recipients.toml"),
    };
    f.problem_in(at, key, say!("`{key}` is not in the directory", key = shown(key)), hint);
}

/// Whole years from one day to another, as ages are counted.
fn years_between(born: NaiveDate, at: NaiveDate) -> Option<u32> {
    let years = at.year() - born.year() - i32::from((at.month(), at.day()) < (born.month(), born.day()));
    u32::try_from(years).ok()
}
