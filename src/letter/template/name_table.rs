//! The marks that stand for names while a template runs, and the name table they stand for.
//!
//! In: how this reader may see each person and perpetrator. Out: names in the place of marks, the full form at the first
//! mention and the short one later. Marks are private-use characters, which cleaned text never contains.

use crate::letter::words::{Words, capitalized};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) const PLACEHOLDER: char = '\u{e000}';
pub(super) const END: char = '\u{e001}';
/// Begins the mark of a name: the full form.
pub(super) const NAME: char = '\u{e002}';
/// Begins the mark of a reference in prose: the short form, once the full one has been read.
pub(super) const REFERENCE: char = '\u{e003}';
/// Begins the mark of a name with a large first letter.
pub(super) const CAPITAL: char = '\u{e004}';
/// Stands for the statements on consent.
pub(in crate::letter) const STATEMENTS: &str = "\u{e005}";

/// How a reader sees somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName {
    /// The name, the initials, the code.
    pub full: String,
    /// The form after the first mention.
    pub short: Option<String>,
}

/// Everybody whom the letter can mention, and who has been mentioned.
pub struct NameTable {
    shown: Vec<DisplayName>,
    mentioned: Vec<bool>,
    words: Arc<Words>,
}

/// Writes the mark of this kind and number.
pub(super) fn write_mark(kind: char, number: usize, out: &mut String) {
    out.push(kind);
    out.push_str(itoa::Buffer::new().format(number));
    out.push(END);
}

/// The mark of a name, and of a reference to it.
pub mod mark {
    use super::{CAPITAL, NAME, REFERENCE, write_mark};

    fn of(kind: char, number: usize) -> String {
        let mut out = String::with_capacity(9);
        write_mark(kind, number, &mut out);
        out
    }

    /// Whether there is one in a text.
    #[must_use]
    pub fn is_in(text: &str) -> bool {
        text.contains([NAME, REFERENCE, CAPITAL])
    }

    /// The full form.
    #[must_use]
    pub fn name(number: usize) -> String {
        of(NAME, number)
    }

    /// The full form at first, later the short one.
    #[must_use]
    pub fn reference(number: usize) -> String {
        of(REFERENCE, number)
    }
}

/// Whether a text begins with the mark of a name.
pub(super) fn begins_with_a_name(text: &str) -> bool {
    text.starts_with([NAME, REFERENCE, CAPITAL])
}

pub(super) fn capital_mark(text: &str) -> String {
    text.replacen([NAME, REFERENCE], &CAPITAL.to_string(), 1)
}

/// The text with its first mark replaced by the name it stands for: for rules of sound.
pub(super) fn first_name(text: &str, names: &[String]) -> String {
    let Some(rest) = text.strip_prefix([NAME, REFERENCE, CAPITAL]) else { return text.to_owned() };
    let number = rest.split(END).next().and_then(|n| n.parse::<usize>().ok());
    number.and_then(|n| names.get(n)).cloned().unwrap_or_default()
}

impl NameTable {
    /// Nobody has been mentioned yet.
    #[must_use]
    pub fn new(shown: Vec<DisplayName>, words: Arc<Words>) -> Self {
        Self { mentioned: vec![false; shown.len()], shown, words }
    }

    /// The same, as if nobody had been mentioned.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self::new(self.shown.clone(), Arc::clone(&self.words))
    }

    /// The full forms.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.shown.iter().map(|s| s.full.clone()).collect()
    }

    /// Everybody, as this reader sees them.
    #[must_use]
    pub fn shown(&self) -> &[DisplayName] {
        &self.shown
    }

    /// Who has been mentioned, by number.
    #[must_use]
    pub fn mentioned(&self) -> BTreeSet<usize> {
        self.mentioned.iter().enumerate().filter(|(_, said)| **said).map(|(n, _)| n).collect()
    }

    /// A text without marks, in full forms, each of them a mention.
    pub fn told(&mut self, text: &str) -> String {
        let mut rest = text;
        while let Some(at) = rest.find([NAME, REFERENCE, CAPITAL]) {
            let (number, tail) = number_at(&rest[at..]);
            if let Some(mentioned) = number.and_then(|n| self.mentioned.get_mut(n)) {
                *mentioned = true;
            }
            rest = tail;
        }
        self.plain(text)
    }

    /// A text without marks, in full forms.
    #[must_use]
    pub fn plain(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find([NAME, REFERENCE, CAPITAL]) {
            out.push_str(&rest[..at]);
            let is_reference = rest[at..].starts_with(REFERENCE);
            let (number, tail) = number_at(&rest[at..]);
            if let Some(shown) = number.and_then(|n| self.shown.get(n)) {
                let name = self.join(&mut out, shown.full.clone());
                let name = if is_reference && begins_a_sentence(&out) { capitalized(&name) } else { name };
                // Initials end with the full stop of the sentence.
                rest = if name.ends_with('.') { tail.strip_prefix('.').filter(|t| !t.starts_with('.')).unwrap_or(tail) } else { tail };
                out.push_str(&name);
                continue;
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// Fits the words before a name to it (`de` before a vowel, before an article), and the name to them.
    pub(super) fn join(&self, before: &mut String, name: String) -> String {
        let Some(meeting) = self.words.meet(before, &name) else { return name };
        before.truncate(meeting.keep);
        before.push_str(&meeting.small);
        name[meeting.skip..].to_owned()
    }

    /// Mentions somebody by a mark of this kind.
    pub(super) fn say(&mut self, kind: char, number: usize) -> String {
        let Some(shown) = self.shown.get(number) else { return String::new() };
        let first = !std::mem::replace(&mut self.mentioned[number], true);
        match kind {
            REFERENCE if !first => shown.short.clone().unwrap_or_else(|| shown.full.clone()),
            CAPITAL => capitalized(&shown.full),
            _ => shown.full.clone(),
        }
    }
}

/// Whether what follows this text begins a sentence.
pub(super) fn begins_a_sentence(before: &str) -> bool {
    let text = before.trim_end();
    text.is_empty() || (text.len() < before.len() && text.ends_with(['.', '!', '?', '…'])) || text.ends_with(['¿', '¡'])
}

/// The number behind a mark's first character, and what follows the mark.
pub(super) fn number_at(text: &str) -> (Option<usize>, &str) {
    let mut chars = text.chars();
    chars.next();
    let (digits, tail) = chars.as_str().split_once(END).unwrap_or((chars.as_str(), ""));
    (digits.parse().ok(), tail)
}
