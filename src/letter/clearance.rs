//! Draft or cleared: whether a letter may leave.
//!
//! In: a draft and what has to be looked at. Out: a [`Cleared`] letter, or the [`Held`] draft with every reason. This file
//! is the only one that makes a `Cleared`, or takes the draft's mark off a letter:
//!
//! ```
//! use appeal::letter::{Cleared, Draft, Held};
//! fn clear(draft: Draft, today: chrono::NaiveDate) -> Result<Cleared, Held> { draft.clear(today) }
//! ```
//!
//! ```compile_fail,E0451
//! use appeal::letter::{Cleared, Letter};
//! fn forge(letter: Letter) -> Cleared { Cleared { letter } }
//! ```

use super::braces::braces;
use super::document::{Letter, Part, Picture, Status};
use super::passages::{Passages, Spot};
use super::template::DisplayName;
use super::view::View;
use crate::case::{Action, Person, StrayBrace, exempt_sender};
use crate::consent::{Audience, NameMatcher, NameOwner, Reader, Refusal, Seen, refusal};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message};
use crate::organisation::SourceStatus;
use crate::records::Piece;
use chrono::NaiveDate;
use memchr::memmem::Finder;
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A letter that nobody has looked over yet.
pub struct Draft {
    letter: Letter,
    signatures: Vec<Option<Picture>>,
    checks: Checks,
    /// Remarks about the letter, which hold nothing.
    pub remarks: Diagnostics,
}

/// A letter that may leave.
pub struct Cleared {
    letter: Letter,
}

/// A letter that may not leave, and why. It stays a draft.
pub struct Held {
    /// The draft.
    pub letter: Letter,
    /// Why, each with what to do.
    pub reasons: Diagnostics,
}

impl Cleared {
    /// The letter.
    #[must_use]
    pub fn letter(&self) -> &Letter {
        &self.letter
    }
}

impl Draft {
    pub(super) fn new(letter: Letter, signatures: Vec<Option<Picture>>, checks: Checks, remarks: Diagnostics) -> Self {
        Self { letter, signatures, checks, remarks }
    }

    /// The letter, marked as a draft.
    #[must_use]
    pub fn letter(&self) -> &Letter {
        &self.letter
    }

    /// The names in the letter that its reader may not see.
    #[must_use]
    pub fn literal_names(&self) -> Diagnostics {
        let mut reasons = Diagnostics::default();
        self.checks.names(&self.letter, &self.letter.passages(), &mut reasons);
        reasons
    }

    /// Looks for everything that keeps the letter from leaving. In a letter that is held, whatever
    /// was found of a name that the reader may not see is covered.
    ///
    /// # Errors
    /// The draft with all reasons, if there is one.
    #[expect(clippy::result_large_err, reason = "a held letter is no exception: it is written like a cleared one")]
    pub fn clear(self, today: NaiveDate) -> Result<Cleared, Held> {
        let reasons = self.checks.reasons(&self.letter, today);
        let mut letter = self.letter;
        if reasons.is_empty() {
            letter.status = Status::cleared();
            if let Some(Part::Signatures(signatures)) = letter.parts.iter_mut().find(|p| matches!(p, Part::Signatures(_))) {
                for (signature, picture) in signatures.iter_mut().zip(self.signatures) {
                    signature.picture = picture;
                }
            }
            return Ok(Cleared { letter });
        }
        let checks = &self.checks;
        letter.cover(&|text| checks.hidden.cover(text, |id| checks.shown.get(id).cloned().unwrap_or_default()));
        letter.status = Status::held(self.checks.notice, reasons.iter().map(|r| r.message.to_string()).collect());
        Err(Held { letter, reasons })
    }
}

/// What has to be looked at before a letter may leave.
pub(super) struct Checks {
    notice: String,
    location: Location,
    date: NaiveDate,
    audience: Audience,
    consent: Vec<Diagnostic>,
    sender_is_confidential: bool,
    /// Names that this reader may not see.
    hidden: NameMatcher,
    /// Names that not everybody may see: they may not stand in a subject.
    protected: NameMatcher,
    /// How this reader sees those whose names may be found, by id.
    shown: BTreeMap<String, String>,
    /// The case's own prose, for telling where a name stands.
    proses: Vec<(Location, String)>,
    stray_braces: Vec<StrayBrace>,
}

impl Checks {
    /// `everybody`: how this reader sees them; `mentioned`: whom the letter mentions, by their numbers in the name table.
    pub(super) fn new(view: &View<'_>, everybody: &[DisplayName], mentioned: &BTreeSet<usize>, source: SourceStatus, notice: String) -> Self {
        let case = view.cx.case;
        let hidden = hidden_names(view);
        let mut protected = NameMatcher::new(&case.not_a_name);
        for person in case.everybody() {
            if let Some(name) = &person.name {
                protected.add_protected(&person.id, name, person.owner());
            }
        }
        exempt_sender(&mut protected, view.cx.organisation);
        let proses = if hidden.is_empty() {
            Vec::new()
        } else {
            let texts = case.proses().map(|prose| {
                let words = prose.pieces.iter().map(|p| if let Piece::Text(t) = p { t.as_str() } else { "\u{fffc}" });
                (prose.location.clone(), words.collect())
            });
            texts.collect()
        };
        let ids = case.everybody().map(|p| &p.id).chain(case.perpetrators.iter().map(|p| &p.id));
        Self {
            notice,
            location: case.location.clone(),
            date: case.letter_date(view.cx.today),
            audience: view.reader.audience,
            consent: consent_holds(view, mentioned),
            sender_is_confidential: source == SourceStatus::Confidential,
            hidden,
            protected,
            shown: ids.cloned().zip(everybody.iter().map(|s| s.full.clone())).collect(),
            proses,
            stray_braces: case.stray_braces.clone(),
        }
    }

    fn reasons(&self, letter: &Letter, today: NaiveDate) -> Diagnostics {
        let mut reasons: Diagnostics = self.consent.iter().cloned().collect();
        if self.sender_is_confidential && self.audience != Audience::Mandate {
            reasons.push(self.hold(
                say!("the sender is to stay confidential, and this copy would name it"),
                say!("write source = \"open\" in organisation.toml or in the case, if the organisation stands by its name"),
            ));
        }
        if self.date > today {
            reasons.push(self.hold(say!("the letter is dated after today"), say!("correct `date`, or wait for the day")));
        }
        let passages = letter.passages();
        self.placeholders(&passages, &mut reasons);
        braces(&passages, &self.stray_braces, &self.location, &mut reasons);
        self.names(letter, &passages, &mut reasons);
        reasons
    }

    fn hold(&self, message: Message, hint: Message) -> Diagnostic {
        Diagnostic::hold(message).at(self.location.clone()).hint(hint)
    }

    /// The words TODO, TBD, FIXME in capitals.
    fn placeholders(&self, passages: &Passages, reasons: &mut Diagnostics) {
        const PLACEHOLDERS: [&str; 3] = ["TODO", "TBD", "FIXME"];
        static FINDERS: LazyLock<[Finder<'static>; 3]> = LazyLock::new(|| PLACEHOLDERS.map(Finder::new));
        // Nearly every letter has none of them, and to see that is cheaper than to cut it into words.
        if FINDERS.iter().all(|word| word.find(passages.text().as_bytes()).is_none()) {
            return;
        }
        let has_one = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|w| PLACEHOLDERS.contains(&w));
        let mut last = None;
        for (spot, _) in passages.iter().filter(|(_, text)| has_one(text)) {
            if last.replace(spot) != Some(spot) {
                let place = self.proses.iter().find(|(_, t)| has_one(t)).map(|(l, _)| l.clone());
                let message = spot.stands(say!("a placeholder (TODO, TBD or FIXME)"));
                reasons.push(self.hold(message, say!("write what belongs there, or remove it")).at(place.unwrap_or_else(|| self.location.clone())));
            }
        }
    }

    /// Names that this reader may not see, in the letter and in its subject.
    fn names(&self, letter: &Letter, passages: &Passages, reasons: &mut Diagnostics) {
        for (id, seen) in self.protected.find(letter.subject()) {
            if seen == Seen::Name {
                reasons.push(self.hold(
                    say!("the subject contains the name of `{id}`, which not everybody may see", id = id),
                    say!("write a title without names, and a subject without {{list victims}}"),
                ));
            }
        }
        if self.hidden.is_empty() {
            return;
        }
        let places = LazyCell::new(|| self.places_of_names());
        let mut held = BTreeSet::new();
        for (spot, text) in passages.iter() {
            for (id, seen) in self.hidden.find(text) {
                if (seen == Seen::Name || self.audience != Audience::Mandate) && held.insert((spot, id, seen)) {
                    reasons.push(self.name_hold(spot, id, seen, places.get(&(id, seen)).copied()));
                }
            }
        }
    }

    /// Where the case's own prose first has a name, or no less than a part of it.
    fn places_of_names(&self) -> BTreeMap<(&str, Seen), &Location> {
        let mut places = BTreeMap::new();
        for (location, text) in &self.proses {
            for (id, seen) in self.hidden.find(text) {
                places.entry((id, Seen::Part)).or_insert(location);
                if seen == Seen::Name {
                    places.entry((id, Seen::Name)).or_insert(location);
                }
            }
        }
        places
    }

    fn name_hold(&self, spot: &Spot, id: &str, seen: Seen, place: Option<&Location>) -> Diagnostic {
        let what = match seen {
            Seen::Name => say!("the name of `{id}`, which this reader may not see,", id = id),
            Seen::Part => say!("a part of the name of `{id}`, which this reader may not see,", id = id),
        };
        let message = spot.stands(what);
        let reference = format!("{{{id}}}");
        let hint = match (spot, place, seen) {
            (Spot::Signatures, ..) => say!("choose with signed-by who signs, or leave this copy out"),
            (_, Some(_), Seen::Name) => say!("write {reference} instead", reference = reference),
            (_, Some(_), Seen::Part) => {
                say!("write {reference} instead; a word that is no name here can be declared: not-a-name = [\"…\"]", reference = reference)
            }
            (_, None, _) => say!(
                "write it without the name; where somebody else who may be named bears it too, let both be shown by initials, or declare that it is no sign of a name here: not-a-name = [\"…\"]"
            ),
        };
        self.hold(message, hint).at(place.unwrap_or(&self.location).clone())
    }
}

/// The names that this reader may not see, but for the sender's own.
fn hidden_names(view: &View<'_>) -> NameMatcher {
    let case = view.cx.case;
    let mut hidden = NameMatcher::new(&case.not_a_name);
    for (number, person) in case.everybody().enumerate() {
        if let Some(name) = &person.name {
            if case.action == Action::Withdrawal || view.is_another_victim(number) {
                hidden.add_always(&person.id, name, person.owner());
            } else {
                hidden.add(&person.id, name, person.owner(), view.reader);
            }
        }
    }
    exempt_sender(&mut hidden, view.cx.organisation);
    for who in case.perpetrators.iter().filter(|who| view.is_masked(who) || !view.may_read(who.share)) {
        if let Some(name) = &who.name {
            let owner = if who.individual { NameOwner::Person } else { NameOwner::Body };
            let told = if view.may_read(who.share) { [&who.rank, &who.institution] } else { [&None, &None] };
            let told: Vec<&str> = told.into_iter().flatten().flat_map(|t| t.all().map(String::as_str)).collect();
            let names: Vec<&str> = name.all().map(String::as_str).collect();
            hidden.add_accused(&who.id, &names, owner, &told);
        }
    }
    hidden
}

/// Why a letter that tells of these people may not go: of every victim it is about, and of whomever else it mentions.
fn consent_holds(view: &View<'_>, mentioned: &BTreeSet<usize>) -> Vec<Diagnostic> {
    let case = view.cx.case;
    if case.action == Action::Withdrawal {
        return Vec::new();
    }
    let told = |number: usize| !view.is_another_victim(number) || mentioned.contains(&number);
    let victims = case.victims.iter().enumerate().filter(|(n, _)| told(*n)).filter_map(|(_, v)| consent_hold(v, view.reader, &case.location));
    // Of others no consent is asked as long as they are not named; but "nothing" is nothing of anybody.
    let first = case.victims.len();
    let people = case.people.iter().enumerate().filter(|(n, _)| mentioned.contains(&(first + n)));
    let people = people.filter(|(_, p)| refusal(p.consent.as_ref(), view.reader) == Some(Refusal::Nothing));
    victims.chain(people.filter_map(|(_, p)| consent_hold(p, view.reader, &case.location))).collect()
}

/// Why a letter that tells of this person may not go to this reader.
fn consent_hold(person: &Person, reader: Reader<'_>, case: &Location) -> Option<Diagnostic> {
    if person.is_unnamed_group() && person.consent.is_none() {
        return None;
    }
    let id = &person.id;
    let (message, hint) = match refusal(person.consent.as_ref(), reader)? {
        Refusal::Missing => (say!("no consent of `{id}` is recorded", id = id), say!("ask, and record the answer in [victims.consent]")),
        Refusal::NotGiven => {
            (say!("`{id}` has not agreed to this submission", id = id), say!("without submit = true no letter tells of them; ask, or leave them out"))
        }
        Refusal::Withdrawn => {
            (say!("`{id}` has withdrawn the consent", id = id), say!("if a letter went out before, write a case with action = \"withdrawal\""))
        }
        Refusal::Limited(key) => (
            say!("`{id}` has agreed to some recipients only, and `{key}` is not among them", id = id, key = key),
            say!("ask, and add the key to only = […], or leave this recipient out"),
        ),
        Refusal::Nothing => {
            (say!("this reader may be told nothing about `{id}`", id = id), say!("no copy for this reader can be made of a letter that tells of them"))
        }
        Refusal::Unanswered(audience) => (
            say!("the consent of `{id}` has no answer for `{audience}`", id = id, audience = audience.word()),
            say!("ask, and record it: {audience} = \"name\", \"initials\", \"unnamed\" or \"nothing\"", audience = audience.word()),
        ),
    };
    let location = person.consent_location.clone().unwrap_or_else(|| case.clone());
    Some(Diagnostic::hold(message).at(location).about(format!("{id}.consent")).hint(hint))
}
