//! Whom a text or a list may refer to.
//!
//! In: the ids of a case's tables, and its texts. Out: references that are known to exist, and a problem for each that does not.

use super::prose::{Prose, StrayBrace, Who};
use crate::diagnostic::{Location, did_you_mean, shown};
use crate::records::{self, Braced, Fields, Piece};
use crate::text::Localized;
use std::collections::{BTreeMap, BTreeSet};

/// The ids that references may name.
pub(super) struct References<'a> {
    pub(super) victims: Ids<'a>,
    pub(super) people: Ids<'a>,
    pub(super) perpetrators: Ids<'a>,
    pub(super) sources: Ids<'a>,
}

/// The ids of one kind of table.
pub(super) struct Ids<'a> {
    /// Which tables.
    table: &'static str,
    /// Of those that were understood, in order.
    sound: Vec<&'a str>,
    /// The number of each of these.
    numbers: BTreeMap<&'a str, usize>,
    /// All that are written. Where a table was not understood its own mistakes have been reported: naming it is no mistake.
    written: BTreeSet<&'a str>,
    /// Whether every table has an id that can be read: where one has not, any id may be the one that was meant.
    whole: bool,
}

impl<'a> Ids<'a> {
    pub(super) fn new(f: &Fields<'_, 'a>, table: &'static str, sound: impl Iterator<Item = &'a str>) -> Self {
        let (written, whole) = f.written_ids(table);
        let sound: Vec<&str> = sound.collect();
        // Of an id that is given twice, the first counts.
        let numbers = sound.iter().enumerate().rev().map(|(n, id)| (*id, n)).collect();
        Self { table, sound, numbers, written: written.into_iter().collect(), whole }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    fn has(&self, id: &str) -> bool {
        !self.whole || self.numbers.contains_key(id) || self.written.contains(id)
    }

    fn all(&self) -> impl Iterator<Item = &'a str> {
        self.sound.iter().chain(&self.written).copied()
    }

    /// The numbers of those that a list names.
    pub(super) fn numbers(&self, f: &Fields<'_, '_>, key: &str, names: &[String]) -> Vec<usize> {
        self.check(f, key, names);
        names.iter().filter_map(|name| self.position(name)).collect()
    }

    /// Reports every id in a list that nothing bears.
    pub(super) fn check(&self, f: &Fields<'_, '_>, key: &str, names: &[String]) {
        for name in names.iter().filter(|name| !self.has(name)) {
            let known: BTreeSet<&str> = self.all().collect();
            let hint = match did_you_mean(name, known.iter().copied()) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None if known.is_empty() => say!("there is no [[{of}]] with an id", of = self.table),
                None => say!("the ids of [[{of}]] are {known}", of = self.table, known = known.into_iter().collect::<Vec<_>>().join(", ")),
            };
            f.problem_in(key, name, say!("`{id}` is not an id of [[{of}]]", id = shown(name), of = self.table), hint);
        }
    }
}

impl References<'_> {
    fn find(&self, id: &str) -> Option<Who> {
        let victim = self.victims.position(id).map(Who::Victim);
        victim.or_else(|| self.people.position(id).map(Who::Person)).or_else(|| self.perpetrators.position(id).map(Who::Perpetrator))
    }

    /// Prose whose references are known to exist; an unknown one is text, and is reported by [`Self::check`].
    pub(super) fn prose(&self, f: &Fields<'_, '_>, text: Localized<records::Prose>) -> Localized<Prose> {
        text.map(|draft| {
            let pieces = draft.pieces.into_iter().map(|piece| match piece {
                Piece::Text(text) => Piece::Text(text),
                Piece::Reference(id) => self.find(&id).map_or_else(|| Piece::Text(format!("{{{id}}}")), Piece::Reference),
            });
            Prose { pieces: pieces.collect(), location: f.location(draft.place).unwrap_or_else(|| Location::whole("")) }
        })
    }

    /// Reports every reference to nobody, in all texts that were read. Gives the pieces of text that have a brace which is no
    /// reference, and where they stand.
    pub(super) fn check(&self, f: &Fields<'_, '_>) -> Vec<StrayBrace> {
        let anybody = [&self.victims, &self.people, &self.perpetrators];
        let mut stray = Vec::new();
        for Braced { text, place, path, is_localized } in f.braced() {
            for piece in records::Prose::parse(&text, place).pieces {
                let words = match piece {
                    Piece::Text(words) => words,
                    Piece::Reference(id) if self.find(&id).is_some() => continue,
                    Piece::Reference(id) => {
                        if is_localized && !anybody.iter().any(|ids| ids.has(&id)) {
                            let hint = match did_you_mean(&id, anybody.iter().flat_map(|ids| ids.all())) {
                                Some(near) => say!("did you mean {near}?", near = format!("{{{near}}}")),
                                None => say!("references name the id of a victim, a person or a perpetrator"),
                            };
                            let reference = format!("{{{}}}", shown(&id));
                            f.problem_at(place, &path, say!("{reference} refers to nobody in this case", reference = reference), hint);
                        }
                        format!("{{{id}}}")
                    }
                };
                // A letter prints each paragraph by itself.
                let braced = words.split("\n\n").filter(|words| words.contains(['{', '}']));
                stray.extend(braced.map(|words| StrayBrace { words: words.to_owned(), location: f.location(place) }));
            }
        }
        stray
    }
}
