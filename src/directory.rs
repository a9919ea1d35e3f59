//! The directory of mandates and other recipients: `recipients.toml`, shipped, and the workspace's own over it.
//!
//! In: their records. Out: a [`Directory`]. It names a holder only where a source gives the term and the term covers the
//! letter's date; otherwise the office is addressed. Addresses and names without a source are not in the shipped file.

use crate::consent::Audience;
use crate::date::{Point, six_years_after};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, did_you_mean};
use crate::records::{Fields, Gendered, Log, Record, Shape};
use crate::text::{Language, Localized, is_country, is_email, is_web_address};
use chrono::NaiveDate;

/// What kind of recipient it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the field's own")]
pub enum Kind {
    SpecialRapporteur,
    IndependentExpert,
    WorkingGroup,
    Office,
    Authority,
    Embassy,
    NationalInstitution,
    Press,
    CoSender,
}

/// The words of `kind`.
pub const KINDS: &[(&str, Kind)] = &[
    ("special-rapporteur", Kind::SpecialRapporteur),
    ("independent-expert", Kind::IndependentExpert),
    ("working-group", Kind::WorkingGroup),
    ("office", Kind::Office),
    ("authority", Kind::Authority),
    ("embassy", Kind::Embassy),
    ("national-institution", Kind::NationalInstitution),
    ("press", Kind::Press),
    ("co-sender", Kind::CoSender),
];

impl Kind {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, k)| *k == self).map_or("", |(w, _)| w)
    }

    /// What a recipient of this kind may read.
    #[must_use]
    pub fn audience(self) -> Audience {
        match self {
            Self::SpecialRapporteur | Self::IndependentExpert | Self::WorkingGroup | Self::Office => Audience::Mandate,
            Self::Authority | Self::Embassy | Self::NationalInstitution => Audience::Government,
            Self::Press | Self::CoSender => Audience::Public,
        }
    }
}

/// Whether one letter tells of a whole case, or one of each person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    /// One letter a case.
    #[default]
    Case,
    /// One letter a person.
    Person,
}

/// A gender, as far as words need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// Woman.
    F,
    /// Man.
    M,
    /// Neither, or both.
    X,
}

/// The words of `gender`.
pub const GENDERS: &[(&str, Gender)] = &[("f", Gender::F), ("m", Gender::M), ("x", Gender::X)];

/// Somebody who holds or held a mandate.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The whole name.
    pub name: String,
    /// The family name, where it is not the second of two words.
    pub family: Option<String>,
    /// `Ms.`, `Mr.`, `Dr.`, as the source prints it.
    pub honorific: Option<String>,
    /// Where a source gives it.
    pub gender: Option<Gender>,
    /// In a working group: `chair`, or a `member`, who is never addressed alone.
    pub is_member: bool,
    /// The first day in office, as far as it is known.
    pub from: Option<Point>,
    /// The last day in office, as far as it is known.
    pub to: Option<Point>,
    /// Where this stands.
    pub source: Option<String>,
    /// The day it was checked.
    pub checked: Option<NaiveDate>,
    /// What to know about it.
    pub note: Option<String>,
}

impl Holder {
    /// Whether the term covers this day however its dates are read. Without a last day: six years from the first
    /// (Human Rights Council resolution 5/1, annex, para. 45).
    #[must_use]
    pub fn certainly_serves_on(&self, day: NaiveDate) -> bool {
        let Some(from) = self.from else { return false };
        let last = self.to.map_or_else(|| from.first().and_then(six_years_after), Point::first);
        from.last().is_some_and(|first| first <= day) && last.is_some_and(|last| day <= last)
    }

    /// The last day the term can reach, if anything is known of it.
    fn last_day(&self) -> Option<NaiveDate> {
        self.to.map_or_else(|| self.from.and_then(Point::last).and_then(six_years_after), Point::last)
    }

    /// The family name: as recorded, or the second of two words; otherwise the whole name, never a guess.
    #[must_use]
    pub fn family_name(&self) -> &str {
        if let Some(family) = &self.family {
            return family;
        }
        let mut words = self.name.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(_), Some(family), None) => family,
            _ => &self.name,
        }
    }
}

/// An e-mail address and where it was found.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address.
    pub email: String,
    /// Where it is printed.
    pub source: Option<String>,
    /// The day it was checked.
    pub checked: Option<NaiveDate>,
}

/// A mandate, an office, an authority: whoever can receive a letter.
#[derive(Clone, Debug)]
pub struct Mandate {
    /// Its key.
    pub key: String,
    /// What kind.
    pub kind: Kind,
    /// Its title.
    pub title: Localized<Gendered>,
    /// Where it can be written to.
    pub address: Option<Address>,
    /// An address on older pages. Only ever shown, never used.
    pub older_email: Option<String>,
    /// The lines of its postal address.
    pub postal: Vec<String>,
    /// What it is about.
    pub themes: Vec<String>,
    /// Beginnings of words that point to it in a letter, by language, divided by commas.
    pub words: Option<Localized>,
    /// The country it is about, or belongs to.
    pub country: Option<String>,
    /// The languages it reads.
    pub languages: Vec<String>,
    /// How it takes submissions: `form`, `email`.
    pub route: Vec<String>,
    /// Its own page or form.
    pub form: Option<String>,
    /// One letter a case, or one a person.
    pub per: Per,
    /// Which requirements it has, by key.
    pub asks: Vec<String>,
    /// Its own salutation.
    pub salutation: Option<Localized>,
    /// Its own closing.
    pub closing: Option<Localized>,
    /// The mandate it was merged into.
    pub merged_into: Option<String>,
    /// The day somebody confirmed an address outside the United Nations' domains, or of a holder's time that is over.
    pub confirmed: Option<NaiveDate>,
    /// Where the entry comes from.
    pub source: Option<String>,
    /// The day it was checked.
    pub checked: Option<NaiveDate>,
    /// What to know about it.
    pub note: Option<String>,
    /// Who holds or held it.
    pub holders: Vec<Holder>,
    /// Where the entry stands.
    pub location: Option<Location>,
}

impl Mandate {
    /// The holder to address on this day, if the term of one certainly covers it. If two do, the one who began later.
    #[must_use]
    pub fn holder_on(&self, day: NaiveDate) -> Option<&Holder> {
        self.holders.iter().filter(|h| !h.is_member && h.certainly_serves_on(day)).max_by_key(|h| h.from.and_then(Point::first))
    }

    /// Whether the last holder whose term is known has gone by this day. An address of that time may have gone too, until
    /// somebody has confirmed it since. A working group and its address outlast their members.
    #[must_use]
    pub fn has_an_address_of_the_past_on(&self, day: NaiveDate) -> bool {
        let last = self.holders.iter().filter(|h| !h.is_member && self.kind != Kind::WorkingGroup).filter_map(Holder::last_day).max();
        self.address.is_some() && last.is_some_and(|last| last < day && self.confirmed.is_none_or(|confirmed| confirmed <= last))
    }

    /// The title in this language, of a holder of this gender or of the office.
    #[must_use]
    pub fn title(&self, language: &Language) -> Option<&Gendered> {
        self.title.get(language)
    }

    /// Whether its entry was last checked more than a year before this day.
    #[must_use]
    pub fn is_stale_on(&self, day: NaiveDate) -> bool {
        self.checked.is_some_and(|checked| checked.checked_add_months(chrono::Months::new(12)).is_some_and(|limit| limit < day))
    }
}

/// Everybody who can be written to.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    mandates: Vec<Mandate>,
}

impl Directory {
    /// Understands the directory. Give the workspace's record laid over the shipped one.
    #[must_use]
    pub fn parse(record: &Record) -> (Self, Diagnostics) {
        let (mandates, problems) = Log::read(record, Shape::default, |f| f.each(|key, f| mandate(key, f)));
        (Self { mandates }, problems)
    }

    /// What one entry may contain.
    #[must_use]
    pub fn shape() -> Shape {
        Log::shape(|f| mandate("", f))
    }

    /// The entry of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Mandate> {
        self.mandates.iter().find(|m| m.key == key)
    }

    /// All entries, in the order of the files.
    pub fn iter(&self) -> std::slice::Iter<'_, Mandate> {
        self.mandates.iter()
    }

    /// The key that a mistyped one may have meant.
    #[must_use]
    pub fn nearest(&self, key: &str) -> Option<&str> {
        did_you_mean(key, self.mandates.iter().map(|m| m.key.as_str()))
    }

    /// What is stale, lapsed or without an address on this day, for `recipients --check`.
    #[must_use]
    pub fn check(&self, today: NaiveDate) -> Diagnostics {
        let mut found = Diagnostics::default();
        for m in self.mandates.iter().filter(|m| m.merged_into.is_none()) {
            let mut say = |message, hint| found.push(Diagnostic::warning(message).at(m.location.clone()).about(m.key.clone()).hint(hint));
            if m.is_stale_on(today) {
                say(
                    say!("{key}: the entry was last checked more than a year ago", key = m.key),
                    say!("look at the mandate's page and write the day as checked = {today}", today = today),
                );
            }
            let has_terms = m.kind.audience() == Audience::Mandate && m.kind != Kind::Office;
            if has_terms && m.holder_on(today).is_none() {
                say(
                    say!("{key}: no holder whose term certainly covers today; the office is addressed", key = m.key),
                    say!("if you know the holder, write [[{key}.holders]] in the workspace's recipients.toml", key = m.key),
                );
            }
            if m.has_an_address_of_the_past_on(today) {
                say(
                    say!("{key}: the mandate changed hands, and nobody has confirmed its address since", key = m.key),
                    say!(
                        "ask the mandate by another way; then write email and confirmed = {today} below [{key}] in recipients.toml",
                        key = m.key,
                        today = today
                    ),
                );
            }
            if m.address.is_none() && m.kind.audience() == Audience::Mandate {
                say(say!("{key}: no e-mail address", key = m.key), say!("use the online form, or write the address into the workspace's recipients.toml"));
            }
        }
        found
    }
}

fn mandate(key: &str, f: &mut Fields<'_, '_>) -> Option<Mandate> {
    const EMAIL: &str = "an e-mail address";
    const WEB: &str = "a web address that begins with https://";
    let email = |t: &str| is_email(t).then(|| t.to_owned());
    let kind = f.must().choice("kind", "what kind of recipient", KINDS);
    let title = f.must().gendered("title", "its title, by language");
    let address = f.line_as("email", "where it can be written to", EMAIL, email);
    let email_source = f.line("email-source", "where the address is printed");
    let email_checked = f.day("email-checked", "the day the address was checked");
    let older_email = f.line_as("older-email", "an address on older pages, never used", EMAIL, email);
    let _ = f.line("older-email-source", "where the older address is printed");
    let location = f.location(f.place(""));
    let entry = Mandate {
        key: key.to_owned(),
        kind: kind.unwrap_or(Kind::Office),
        title: title.clone().unwrap_or_else(|| Localized::by_language(Vec::new())),
        address: address.map(|email| Address { email, source: email_source, checked: email_checked }),
        older_email,
        postal: f.lines("address", "the lines of its postal address"),
        themes: f.lines("themes", "what it is about"),
        words: f.localized("words", "beginnings of words that point to it in a letter, by language, divided by commas"),
        country: f.line_as("country", "the country it is about or belongs to", "a country code such as \"MX\"", |t| is_country(t).then(|| t.to_owned())),
        languages: f.list("languages", "the languages it reads", "a language code such as \"es\"", |t| Language::parse(t).map(|l| l.code().to_owned())),
        route: f.choices("route", "how it takes submissions", &[("form", "form"), ("email", "email")]).into_iter().map(str::to_owned).collect(),
        form: f.line_as("form", "its own page or form", WEB, |t| is_web_address(t).then(|| t.to_owned())),
        per: f.choice("per", "one letter a case, or one a person", &[("case", Per::Case), ("person", Per::Person)]).unwrap_or_default(),
        asks: f.lines("asks", "the requirements it has, by key"),
        salutation: f.localized("salutation", "its own salutation"),
        closing: f.localized("closing", "its own closing"),
        merged_into: f.line("merged-into", "the key of the mandate it was merged into"),
        confirmed: f.day("confirmed", "the day the address was confirmed: one outside un.org and ohchr.org, or of a mandate that changed hands"),
        source: f.line("source", "where the entry comes from"),
        checked: f.day("checked", "the day the entry was checked"),
        note: f.line("note", "what to know about it"),
        holders: f.tables("holders", "who holds or held it", holder),
        location,
    };
    kind.and(title).map(|_| entry)
}

fn holder(f: &mut Fields<'_, '_>) -> Option<Holder> {
    const FORM: &str = "a date: 2020-05-01, 2020-05 or 2020";
    let point = |t: &str| Point::parse(t).filter(|p| !p.about);
    let name = f.must().line("name", "the whole name");
    let holder = Holder {
        name: name.clone().unwrap_or_default(),
        family: f.line("family", "the family name, where it is not the second of two words"),
        honorific: f.line("honorific", "Ms., Mr. or Dr., as the source prints it"),
        gender: f.choice("gender", "where a source gives it", GENDERS),
        is_member: f.choice("role", "in a working group: chair or member", &[("chair", false), ("member", true)]).unwrap_or(false),
        from: f.line_as("from", "the first day in office", FORM, point),
        to: f.line_as("to", "the last day in office", FORM, point),
        source: f.line("source", "where this stands"),
        checked: f.day("checked", "the day it was checked"),
        note: f.line("note", "what to know about it"),
    };
    name.map(|_| holder)
}

#[cfg(test)]
mod tests {
    use super::Holder;
    use crate::date::{Point, day};
    use chrono::NaiveDate;

    fn holder_of(name: &str, from: Option<&str>, to: Option<&str>) -> Holder {
        let point = |t: Option<&str>| t.map(|t| Point::parse(t).expect("a date of the test"));
        Holder {
            name: name.into(),
            family: None,
            honorific: None,
            gender: None,
            is_member: false,
            from: point(from),
            to: point(to),
            source: None,
            checked: None,
            note: None,
        }
    }

    fn on(text: &str) -> NaiveDate {
        day(text).expect("a day of the test")
    }

    #[test]
    fn a_term_covers_a_day_only_if_every_reading_does() {
        let lawlor = holder_of("Mary Lawlor", Some("2020-05-01"), Some("2026-04-30"));
        assert!(lawlor.certainly_serves_on(on("2021-04-28")) && lawlor.certainly_serves_on(on("2026-04-30")));
        assert!(!lawlor.certainly_serves_on(on("2026-05-01")) && !lawlor.certainly_serves_on(on("2020-04-30")));
        let vague = holder_of("A B", Some("2020"), Some("2026-04"));
        assert!(!vague.certainly_serves_on(on("2020-06-01")), "may begin in December 2020");
        assert!(vague.certainly_serves_on(on("2021-01-01")));
        assert!(!vague.certainly_serves_on(on("2026-04-15")), "may end on 1 April 2026");
        let open = holder_of("A B", Some("2020-05"), None);
        assert!(open.certainly_serves_on(on("2026-04-30")) && !open.certainly_serves_on(on("2026-05-01")));
        assert!(!holder_of("A B", None, Some("2030")).certainly_serves_on(on("2026-01-01")));
    }

    #[test]
    fn a_family_name_is_never_guessed() {
        assert_eq!(holder_of("Mary Lawlor", None, None).family_name(), "Lawlor");
        assert_eq!(holder_of("Astrid Puentes Riaño", None, None).family_name(), "Astrid Puentes Riaño");
    }
}
