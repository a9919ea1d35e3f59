//! Where names stand in a text, at a cost that hardly grows with the number of names.
//!
//! In: the forms of many names, each with its owner's number. Out: every place of a folded text at which one of them, or
//! a telling part of one, stands.

use super::fold::Word;
use super::names::is_particle;
use std::collections::BTreeMap;
use std::ops::Range;

/// How much of a protected name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// One part of three letters or more.
    Part,
    /// The full name, an alias, the short form, or two adjacent parts.
    Name,
}

/// A name to look for.
pub(super) struct NameForms {
    pub(super) id: String,
    /// Full name in each language, aliases, short form: runs of words.
    pub(super) runs: Vec<Vec<String>>,
    /// The telling parts of a person's name.
    pub(super) parts: Vec<String>,
    /// Names in scripts without spaces, found anywhere.
    pub(super) inside: Vec<String>,
}

/// A place of the folded text, and how much of whose name stands there.
pub(super) struct Hit {
    /// The number of the name.
    pub(super) owner: usize,
    pub(super) seen: Seen,
    pub(super) at: Range<usize>,
}

/// The forms of all names.
pub(super) struct NameIndex {
    /// Full names, aliases, short forms, the words of each put together.
    runs: SortedTexts,
    /// The telling parts of people's names.
    parts: SortedTexts,
    /// Names in scripts without spaces, found anywhere.
    inside: SortedTexts,
}

impl NameIndex {
    pub(super) fn new(names: &[NameForms]) -> Self {
        Self {
            runs: SortedTexts::new(names, |name| name.runs.iter().map(|run| run.concat())),
            parts: SortedTexts::new(names, |name| name.parts.iter().cloned()),
            inside: SortedTexts::new(names, |name| name.inside.iter().cloned()),
        }
    }

    /// Every place of a name, those of one name together. `open`: where a part of a name is no sign of it.
    pub(super) fn hits(&self, folded: &str, words: &[Word<'_>], open: &[Range<usize>]) -> Vec<Hit> {
        let mut hits = Vec::new();
        if !self.inside.0.is_empty() {
            for (start, _) in folded.char_indices() {
                for (end, names) in self.inside.prefixes(chars(&folded[start..])) {
                    hits.extend(names.iter().map(|(_, owner)| Hit { owner: *owner, seen: Seen::Name, at: start..start + end }));
                }
            }
        }
        let well_within = |at: &Range<usize>| open.iter().any(|o| o.start <= at.start && at.end <= o.end && o.len() > at.len());
        self.runs.places(words, |owner, at| {
            if !well_within(&at) {
                hits.push(Hit { owner, seen: Seen::Name, at });
            }
        });
        if !self.parts.0.is_empty() {
            self.parts_in(words, open, &mut hits);
        }
        hits.sort_by_key(|hit| hit.owner);
        hits
    }

    /// Single parts of three letters or more, two adjacent parts (particles may stand between), and `jeanluc`.
    fn parts_in(&self, words: &[Word<'_>], open: &[Range<usize>], hits: &mut Vec<Hit>) {
        let length = |part: &str| part.chars().take(3).count();
        // For each name of which a part has just been read: that part, and where it begins.
        let mut last: BTreeMap<usize, (&str, usize)> = BTreeMap::new();
        for word in words {
            let at = word.at..word.end();
            if open.iter().any(|o| o.start <= at.start && at.end <= o.end) {
                last.clear();
                continue;
            }
            let mut here: BTreeMap<usize, &str> = BTreeMap::new();
            for text in readings(word.text) {
                for (part, owner) in self.parts.equal(text) {
                    here.entry(*owner).or_insert(part);
                }
            }
            for (owner, part) in &here {
                match last.get(owner) {
                    // Two single letters are initials, and no name.
                    Some((before, begin)) if before != part && length(before).max(length(part)) > 1 => {
                        hits.push(Hit { owner: *owner, seen: Seen::Name, at: *begin..at.end });
                    }
                    _ if length(part) == 3 => hits.push(Hit { owner: *owner, seen: Seen::Part, at: at.clone() }),
                    _ => {}
                }
            }
            let mut two = self.two_parts(word.text).filter(|owner| !here.contains_key(owner)).peekable();
            if (two.peek().is_some() || !last.is_empty()) && !is_particle(word.text) {
                hits.extend(two.map(|owner| Hit { owner, seen: Seen::Name, at: at.clone() }));
                last.clear();
            }
            last.extend(here.into_iter().map(|(owner, part)| (owner, (part, at.start))));
        }
    }

    /// Whose name has the two parts that this word is made of: `jeanluc` for `jean` and `luc`.
    fn two_parts<'n>(&'n self, word: &'n str) -> impl Iterator<Item = usize> + 'n {
        self.parts.prefixes(chars(word)).filter(|(end, _)| *end < word.len()).flat_map(|(end, firsts)| {
            let seconds = if firsts.is_empty() { &[] } else { self.parts.equal(&word[end..]) };
            let are_initials = word.chars().count() == 2;
            firsts.iter().map(|(_, owner)| *owner).filter(move |owner| !are_initials && seconds.binary_search_by_key(owner, |(_, o)| *o).is_ok())
        })
    }
}

/// Texts in order, each with its owner's number. Those that begin alike stand together, so a search narrows a range of them.
pub(super) struct SortedTexts(Vec<(String, usize)>);

impl SortedTexts {
    pub(super) fn new<'o, T, I: Iterator<Item = String>>(owners: &'o [T], texts: impl Fn(&'o T) -> I) -> Self {
        let owned = owners.iter().enumerate().flat_map(|(owner, t)| texts(t).map(move |text| (text, owner)));
        let mut all: Vec<(String, usize)> = owned.filter(|(text, _)| !text.is_empty()).collect();
        all.sort();
        Self(all)
    }

    /// For each piece, the length of all pieces up to it and the texts that they make together, until no text goes on so.
    fn prefixes<'s, 't>(&'s self, pieces: impl Iterator<Item = &'t str>) -> impl Iterator<Item = (usize, &'s [(String, usize)])> {
        let (mut rest, mut length) = (self.0.as_slice(), 0);
        pieces.map_while(move |piece| {
            // All that is left begins with the pieces before this one.
            let from = rest.partition_point(|(text, _)| &text.as_bytes()[length..] < piece.as_bytes());
            let count = rest[from..].partition_point(|(text, _)| text.as_bytes()[length..].starts_with(piece.as_bytes()));
            rest = &rest[from..from + count];
            length += piece.len();
            (!rest.is_empty()).then(|| (length, &rest[..rest.partition_point(|(text, _)| text.len() == length)]))
        })
    }

    /// The texts that are this one, ordered by owner.
    fn equal(&self, text: &str) -> &[(String, usize)] {
        self.prefixes(std::iter::once(text)).next().map_or(&[], |(_, texts)| texts)
    }

    /// Whose texts stand where, each as one word or as several one after another: hyphens make no difference.
    pub(super) fn places(&self, words: &[Word<'_>], mut found: impl FnMut(usize, Range<usize>)) {
        for (start, word) in words.iter().enumerate().filter(|_| !self.0.is_empty()) {
            for first in readings(word.text) {
                let pieces = std::iter::once(first).chain(words[start + 1..].iter().map(|w| w.text));
                for (last, (_, texts)) in words[start..].iter().zip(self.prefixes(pieces)) {
                    texts.iter().for_each(|(_, owner)| found(*owner, word.at..last.end()));
                }
            }
        }
    }
}

/// Small words that Arabic and Hebrew write in one with the next: "and", "to", "by".
const JOINED: [char; 12] = ['و', 'ف', 'ب', 'ل', 'ك', 'ו', 'ה', 'ב', 'ל', 'מ', 'ש', 'כ'];

/// The word, and what is left of it without a small word joined to it.
fn readings(word: &str) -> impl Iterator<Item = &str> {
    std::iter::once(word).chain(word.strip_prefix(JOINED).filter(|rest| !rest.is_empty()))
}

fn chars(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()])
}
