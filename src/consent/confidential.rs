//! Consent, and what is kept under it.
//!
//! In: what a person agreed to, and a reader. Out: how much of the person that reader may be told, or why no letter to them
//! may tell of the person.

use super::names::Name;
use chrono::NaiveDate;
use std::fmt;

/// Who reads a letter. Each reader sees less than the one after it: public, government, mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// The press, co-senders, anybody.
    Public,
    /// Authorities, embassies, national institutions.
    Government,
    /// The special procedures and other offices of the United Nations.
    Mandate,
}

impl Audience {
    /// All of them, from the one that sees least.
    pub const ALL: [Self; 3] = [Self::Public, Self::Government, Self::Mandate];

    /// The word in files and flags.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Government => "government",
            Self::Mandate => "mandate",
        }
    }

    /// The audience of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.word() == word)
    }
}

/// How much of a person one audience may be told. From least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disclosure {
    /// Nothing about them at all.
    Nothing,
    /// The facts, not the name.
    Unnamed,
    /// The initials.
    Initials,
    /// The name.
    Name,
}

/// Who spoke for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenBy {
    /// The person.
    Yourself,
    /// A relative.
    Family,
    /// A lawyer.
    Lawyer,
    /// A legal guardian.
    Guardian,
    /// Somebody who speaks for an organisation or a group.
    Representative,
}

/// What a person agreed to, as it was recorded. Every answer may be missing, and a missing answer is not yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// To this submission.
    pub submit: Option<bool>,
    /// Only to these mandates; empty: to all.
    pub only: Vec<String>,
    /// What the mandates may be told.
    pub mandate: Option<Disclosure>,
    /// What the Government may be told.
    pub government: Option<Disclosure>,
    /// What everybody may be told.
    pub public: Option<Disclosure>,
    /// Who gave it.
    pub by: Option<GivenBy>,
    /// The day it was given.
    pub on: Option<NaiveDate>,
    /// How it was given. Never printed.
    pub how: Option<String>,
    /// The day it was taken back, which ends all of it.
    pub withdrawn: Option<NaiveDate>,
}

/// Why a letter that tells of a person may not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No consent is recorded.
    Missing,
    /// `submit` is not true.
    NotGiven,
    /// It was taken back.
    Withdrawn,
    /// It is limited to other mandates than this one.
    Limited(String),
    /// This reader may be told nothing about them.
    Nothing,
    /// No answer is recorded for the Government or for the public.
    Unanswered(Audience),
}

/// One reader of one letter: the audience, and the keys of those it is addressed to.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// What kind of reader.
    pub audience: Audience,
    /// The recipients' keys.
    pub recipients: &'a [String],
}

impl Consent {
    /// What this audience may be told, as recorded. Mandates are told the name unless the record says otherwise.
    #[must_use]
    pub fn towards(&self, audience: Audience) -> Option<Disclosure> {
        match audience {
            Audience::Mandate => Some(self.mandate.unwrap_or(Disclosure::Name)),
            Audience::Government => self.government,
            Audience::Public => self.public,
        }
    }

    /// The same consent, under which nobody is told the name.
    #[must_use]
    pub fn unnamed(mut self) -> Self {
        let at_most = |d: Disclosure| d.min(Disclosure::Unnamed);
        self.mandate = Some(at_most(self.towards(Audience::Mandate).unwrap_or(Disclosure::Unnamed)));
        self.government = self.government.map(at_most);
        self.public = self.public.map(at_most);
        self
    }

    fn refusal(&self, reader: Reader<'_>) -> Option<Refusal> {
        if self.withdrawn.is_some() {
            return Some(Refusal::Withdrawn);
        }
        if self.submit != Some(true) {
            return Some(Refusal::NotGiven);
        }
        if let Some(other) = reader.recipients.iter().find(|key| !self.only.is_empty() && !self.only.contains(key)) {
            return Some(Refusal::Limited(other.clone()));
        }
        if self.towards(reader.audience) == Some(Disclosure::Nothing) {
            return Some(Refusal::Nothing);
        }
        [Audience::Government, Audience::Public].into_iter().find(|a| self.towards(*a).is_none()).map(Refusal::Unanswered)
    }
}

/// Why a letter to this reader that tells of a person with this consent may not go; None if it may.
#[must_use]
pub fn refusal(consent: Option<&Consent>, reader: Reader<'_>) -> Option<Refusal> {
    consent.map_or(Some(Refusal::Missing), |c| c.refusal(reader))
}

/// What this reader may be told of a person with this consent. Without a valid one: never the name.
#[must_use]
pub fn disclosure(consent: Option<&Consent>, reader: Reader<'_>) -> Disclosure {
    match (refusal(consent, reader), consent) {
        (Some(Refusal::Nothing), _) => Disclosure::Nothing,
        (None, Some(consent)) => consent.towards(reader.audience).unwrap_or(Disclosure::Unnamed),
        _ => Disclosure::Unnamed,
    }
}

/// A value and its owner's consent, together. It opens for one reader at a time.
#[derive(Clone)]
pub struct Confidential<T> {
    pub(super) value: T,
    consent: Option<Consent>,
}

impl<T> Confidential<T> {
    /// Puts a value under its owner's consent.
    pub fn new(value: T, consent: Option<Consent>) -> Self {
        Self { value, consent }
    }

    /// The value, where this reader may be told it in full.
    #[must_use]
    pub fn disclose(&self, reader: Reader<'_>) -> Option<&T> {
        (disclosure(self.consent.as_ref(), reader) == Disclosure::Name).then_some(&self.value)
    }

    /// The same, told to nobody.
    #[must_use]
    pub fn unnamed(mut self) -> Self {
        self.consent = self.consent.map(Consent::unnamed);
        self
    }

    /// Whether somebody may not be told it: whether the world at large may not.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        let public = Reader { audience: Audience::Public, recipients: &[] };
        self.disclose(public).is_none()
    }
}

impl Confidential<Name> {
    /// The initials of the name in the language of this code, where this reader may be told those, and where they can be
    /// had without a guess and without telling the name.
    #[must_use]
    pub fn initials(&self, reader: Reader<'_>, code: &str) -> Option<String> {
        (disclosure(self.consent.as_ref(), reader) == Disclosure::Initials).then(|| self.value.initials(code)).flatten()
    }
}

impl<T> fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Confidential")
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Confidential, Consent, Disclosure, GivenBy, Reader, Refusal, disclosure, refusal};
    use crate::consent::Name;
    use chrono::NaiveDate;

    fn consent() -> Consent {
        Consent {
            submit: Some(true),
            only: Vec::new(),
            mandate: None,
            government: Some(Disclosure::Initials),
            public: Some(Disclosure::Unnamed),
            by: Some(GivenBy::Yourself),
            on: None,
            how: None,
            withdrawn: None,
        }
    }

    fn to(audience: Audience) -> Reader<'static> {
        Reader { audience, recipients: &[] }
    }

    #[test]
    fn each_audience_is_told_what_was_agreed_for_it() {
        let of = |a| disclosure(Some(&consent()), to(a));
        assert_eq!(of(Audience::Mandate), Disclosure::Name);
        assert_eq!(of(Audience::Government), Disclosure::Initials);
        assert_eq!(of(Audience::Public), Disclosure::Unnamed);
    }

    #[test]
    fn without_a_valid_consent_no_audience_is_told_a_name() {
        let broken = [
            None,
            Some(Consent { submit: None, ..consent() }),
            Some(Consent { submit: Some(false), ..consent() }),
            Some(Consent { withdrawn: NaiveDate::from_ymd_opt(2021, 5, 1), ..consent() }),
            Some(Consent { public: None, ..consent() }),
        ];
        for consent in &broken {
            for audience in Audience::ALL {
                assert!(disclosure(consent.as_ref(), to(audience)) < Disclosure::Initials, "{consent:?} {audience:?}");
            }
        }
    }

    #[test]
    fn a_consent_limited_to_some_mandates_is_none_towards_another() {
        let limited = Consent { only: vec!["migrants".into()], ..consent() };
        let (one, both) = (vec!["migrants".to_owned()], vec!["migrants".to_owned(), "torture".to_owned()]);
        let reader = |recipients| Reader { audience: Audience::Mandate, recipients };
        assert_eq!(refusal(Some(&limited), reader(&one)), None);
        assert_eq!(refusal(Some(&limited), reader(&both)), Some(Refusal::Limited("torture".into())));
    }

    #[test]
    fn debug_prints_nothing_of_a_name() {
        let name = Confidential::new(Name::of("Zenobia Canary"), None);
        assert_eq!(format!("{name:?}"), "Confidential");
    }
}
