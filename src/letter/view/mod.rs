//! A case as one reader may see it, as data for templates.
//!
//! In: a case, a reader, a language. Out: the data behind the names of [`template::names`](super::template::names), the
//! name table (how each person is shown), and what was withheld. Names are never in the data: marks stand for them. One file a
//! root: people and perpetrators, incidents, the matter, the sender and the recipients.

mod incidents;
mod matter;
mod people;
mod sender;

use super::spec::{LetterContext, LetterSpec};
use super::template::{DisplayName, NameTable, Table, Value, mark};
use super::words::{Addressed, Words, fill};
use crate::case::{Action, Person, Prose, Who};
use crate::consent::{Audience, Disclosure, Reader, disclosure};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Place};
use crate::records::{self, Piece};
use crate::text::Localized;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What one reader may see, and what was kept from them.
pub(super) struct View<'a> {
    pub(super) cx: &'a LetterContext<'a>,
    pub(super) spec: &'a LetterSpec,
    pub(super) reader: Reader<'a>,
    /// Keys of `[parts]`: what was withheld.
    pub(super) withheld: BTreeSet<&'static str>,
    /// Texts that the letter's language lacks, and other errors of this letter.
    pub(super) problems: Diagnostics,
    /// How each person and perpetrator is shown, in full: for rules of sound. Never put into the data.
    names: Vec<String>,
}

fn word<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, v)| v == value).map_or("", |(w, _)| w)
}

impl<'a> View<'a> {
    pub(super) fn new(cx: &'a LetterContext<'a>, spec: &'a LetterSpec, reader: Reader<'a>) -> Self {
        Self { cx, spec, reader, withheld: BTreeSet::new(), problems: Diagnostics::default(), names: Vec::new() }
    }

    fn words(&self) -> &'a Words {
        &self.cx.pack.words
    }

    /// Whether this reader may read what has this `share`.
    pub(super) fn may_read(&self, share: Audience) -> bool {
        self.reader.audience >= share
    }

    /// The text in the letter's language, as it stands; without it, an error of this letter.
    pub(super) fn literally(&mut self, text: &'a Localized, path: impl FnOnce() -> String) -> Option<&'a str> {
        let found = text.get(&self.cx.pack.language).map(String::as_str);
        if found.is_none() {
            self.lacks(&path(), None);
        }
        found
    }

    /// The text of a case in the letter's language, with a mark for each reference.
    pub(super) fn need(&mut self, text: &'a Localized, path: impl FnOnce() -> String) -> Option<Cow<'a, str>> {
        self.literally(text, path).map(|text| self.marked(text))
    }

    fn maybe(&mut self, text: Option<&'a Localized>, path: impl FnOnce() -> String) -> Option<Cow<'a, str>> {
        text.and_then(|t| self.need(t, path))
    }

    /// A line with a mark for each reference. A brace that is none stays, and holds the letter.
    pub(super) fn marked(&self, text: &'a str) -> Cow<'a, str> {
        if memchr::memchr(b'{', text.as_bytes()).is_none() {
            return Cow::Borrowed(text);
        }
        let pieces = records::Prose::parse(text, Place::default()).pieces.into_iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Reference(id) => self.cx.case.who(&id).map_or_else(|| format!("{{{id}}}"), |who| mark::reference(self.number(who))),
        });
        Cow::Owned(pieces.collect())
    }

    fn lacks(&mut self, path: &str, location: Option<Location>) {
        let language = &self.cx.pack.words.name;
        let location = location.unwrap_or_else(|| self.cx.case.location.clone());
        self.problems.push(
            Diagnostic::error(say!("`{path}` has no text in {language}", path = path, language = language)).at(location).about(path).hint(say!(
                "write {path}.{code} = \"…\", or render the letter in a language that it has",
                path = path,
                code = self.cx.pack.language
            )),
        );
    }

    /// Prose with a mark for each reference.
    pub(super) fn prose(&mut self, text: &'a Localized<Prose>, path: impl FnOnce() -> String) -> Option<Cow<'a, str>> {
        let Some(prose) = text.get(&self.cx.pack.language) else {
            let location = text.all().next().map(|p| p.location.clone());
            self.lacks(&path(), location);
            return None;
        };
        if let [Piece::Text(whole)] = prose.pieces.as_slice() {
            return Some(Cow::Borrowed(whole));
        }
        let mut out = String::new();
        for piece in &prose.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Reference(who) => out.push_str(&mark::reference(self.number(*who))),
            }
        }
        Some(Cow::Owned(out))
    }

    /// The number of somebody in the name table: victims, then people, then perpetrators.
    pub(super) fn number(&self, who: Who) -> usize {
        let case = self.cx.case;
        match who {
            Who::Victim(n) => n,
            Who::Person(n) => case.victims.len() + n,
            Who::Perpetrator(n) => case.victims.len() + case.people.len() + n,
        }
    }

    /// The names of these people as a list in words, as marks; the last "and" is chosen by how the name sounds.
    fn listed(&self, who: impl Iterator<Item = Who>) -> Option<String> {
        let numbers: Vec<usize> = who.map(|w| self.number(w)).collect();
        let words = self.words();
        let mut out = String::new();
        for (n, number) in numbers.iter().enumerate() {
            if n > 0 && n + 1 == numbers.len() {
                out.push_str(words.last_and(self.names.get(*number).map_or("", String::as_str)));
            } else if n > 0 {
                out.push_str(words.comma());
            }
            out.push_str(&mark::name(*number));
        }
        (!out.is_empty()).then_some(out)
    }

    /// How this reader sees everybody.
    pub(super) fn name_table(&mut self) -> NameTable {
        let case = self.cx.case;
        let mut all: Vec<DisplayName> = Vec::with_capacity(case.victims.len() + case.people.len() + case.perpetrators.len());
        for (number, person) in case.everybody().enumerate() {
            all.push(self.shown(person, number));
        }
        for (n, perpetrator) in case.perpetrators.iter().enumerate() {
            all.push(self.shown_perpetrator(perpetrator, n + 1));
        }
        let words = &self.cx.pack.words;
        // An institution that stands for a name may refer to somebody in turn.
        for number in (0..all.len()).filter(|n| mark::is_in(&all[*n].full)).collect::<Vec<_>>() {
            let full = NameTable::new(all.clone(), Arc::clone(words)).plain(&all[number].full);
            let unnamed = || fill(&words.labels.perpetrator, &[("n", &(number + 1 - case.everybody().count()).to_string())]);
            all[number].full = if mark::is_in(&full) { unnamed() } else { full };
        }
        self.names = all.iter().map(|s| s.full.clone()).collect();
        NameTable::new(all, Arc::clone(words))
    }

    /// What this reader may be told of a person by their number. A withdrawal names nobody; and a letter that tells of one
    /// person names no other victim, because its statements on consent speak for that one alone.
    pub(super) fn disclosure(&self, number: usize, person: &Person) -> Disclosure {
        if self.cx.case.action == Action::Withdrawal {
            return Disclosure::Unnamed;
        }
        let agreed = disclosure(person.consent.as_ref(), self.reader);
        if self.is_another_victim(number) { agreed.min(Disclosure::Unnamed) } else { agreed }
    }

    /// Whether this letter tells of one victim, and this is another.
    pub(super) fn is_another_victim(&self, number: usize) -> bool {
        number < self.cx.case.victims.len() && self.spec.person.is_some_and(|only| only != number)
    }

    /// The victims this letter tells of: all, or the one of a letter a person.
    pub(super) fn victims(&self) -> Vec<(usize, &'a Person)> {
        let all = self.cx.case.victims.iter().enumerate();
        all.filter(|(n, _)| !self.is_another_victim(*n)).collect()
    }

    /// Everything behind the roots of the names, but for `letter`.
    pub(super) fn data(&mut self, addressed: &[Addressed<'_>]) -> Table<'a> {
        let mut root = Table::default();
        let case = self.cx.case;
        let victims = self.victims();
        let list = victims.iter().map(|(n, v)| self.person(v, *n)).collect();
        root.tables("victims", list);
        let first = case.victims.len();
        let list = case.people.iter().enumerate().map(|(n, p)| self.person(p, first + n)).collect();
        root.tables("people", list);
        let first = first + case.people.len();
        let visible: Vec<_> = case.perpetrators.iter().enumerate().filter(|(_, p)| self.may_read(p.share)).collect();
        let list = visible.into_iter().map(|(n, p)| self.perpetrator(p, first + n)).collect();
        root.tables("perpetrators", list);
        root.tables("incidents", self.incidents());
        root.insert("case", Value::Table(self.case()));
        root.insert("organisation", Value::Table(self.organisation()));
        root.tables("recipients", self.recipients(addressed));
        root
    }

    /// Notes what was kept from the reader about those whom the letter mentions, by their numbers in the name table.
    pub(super) fn note_withheld_names(&mut self, mentioned: &BTreeSet<usize>) {
        let case = self.cx.case;
        let people = case.everybody().enumerate().filter(|(n, p)| mentioned.contains(n) && p.name.is_some());
        let mut hidden = people.filter(|(n, p)| self.disclosure(*n, p) != Disclosure::Name);
        let first = case.victims.len() + case.people.len();
        let mut masked = case.perpetrators.iter().enumerate().filter(|(n, p)| mentioned.contains(&(first + n)) && self.may_read(p.share) && self.is_masked(p));
        if hidden.next().is_some() || masked.next().is_some() {
            self.withheld.insert("names");
        }
    }
}
