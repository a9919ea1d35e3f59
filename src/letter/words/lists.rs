//! Lists, plurals, elision: the small words that depend on their neighbours.
//!
//! In: texts. Out: them, joined as the language joins them, by the rules of `words.toml`.

use super::tables::{List, Plural, Words};
use crate::consent::fold;
use std::borrow::Cow;

/// How the words before a name change where they meet it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// How many bytes of the text before stay.
    pub keep: usize,
    /// What stands between them and the name.
    pub small: String,
    /// How many bytes of the name are left out: an article that the small word has taken in.
    pub skip: usize,
}

impl List {
    fn join<T: AsRef<str>>(&self, items: &[T]) -> String {
        let Some((last, rest)) = items.split_last() else { return String::new() };
        let mut out = String::new();
        for (n, item) in rest.iter().enumerate() {
            if n > 0 {
                out.push_str(&self.comma);
            }
            out.push_str(item.as_ref());
        }
        if !rest.is_empty() {
            out.push_str(self.word_before(last.as_ref()));
        }
        out.push_str(last.as_ref());
        out
    }

    fn word_before(&self, next: &str) -> &str {
        if self.before.is_empty() {
            return &self.last;
        }
        let sound = fold(&next.chars().filter(|c| !c.is_control()).skip_while(|c| !c.is_alphanumeric()).take(6).collect::<String>());
        let hit =
            self.before.iter().find(|b| b.starts.iter().any(|s| sound.starts_with(s.as_str())) && !b.except.iter().any(|e| sound.starts_with(e.as_str())));
        hit.map_or(self.last.as_str(), |b| b.word.as_str())
    }
}

impl Words {
    /// `a, b and c`.
    #[must_use]
    pub fn and<T: AsRef<str>>(&self, items: &[T]) -> String {
        self.lists.and.join(items)
    }

    /// `a, b or c`.
    #[must_use]
    pub fn or<T: AsRef<str>>(&self, items: &[T]) -> String {
        self.lists.or.join(items)
    }

    /// The word that joins the last item of a list: "y", or "e" before this one.
    #[must_use]
    pub fn last_and(&self, next: &str) -> &str {
        self.lists.and.word_before(next)
    }

    /// The comma of a list.
    #[must_use]
    pub fn comma(&self) -> &str {
        &self.lists.and.comma
    }

    /// The name of the form that this number takes: "one", "few", "other".
    #[must_use]
    pub fn plural(&self, number: usize) -> &str {
        let fits = |p: &&Plural| {
            let n = p.modulo.map_or(number, |m| number % m.max(1));
            (p.from..=p.to).contains(&n)
        };
        self.plurals.iter().find(fits).map_or("other", |p| p.form.as_str())
    }

    /// A small word as it stands before this text: `d’` before Amina, `de ` before Rosa.
    #[must_use]
    pub fn elided(&self, word: &str, next: &str) -> String {
        match self.elision.words.get(word) {
            Some(short) if self.begins_with_a_vowel(next) => short.clone(),
            _ => format!("{word} "),
        }
    }

    /// What the words before a name become where they meet it: "de " and "les familles" are "des " and "familles", "de " and
    /// "Amina" are "d'" and "Amina", "y " and "Inés" are "e " and "Inés". Who writes a reference does not know which form each
    /// reader will see. Nothing where nothing changes.
    #[must_use]
    pub fn meet(&self, before: &str, name: &str) -> Option<Meeting> {
        let (keep, small) = self.small_word(before)?;
        // Whoever wrote "d'" before an h or a y knows how the name sounds.
        let first = fold(name).chars().find(|c| c.is_alphanumeric());
        if !before.ends_with([' ', '\u{a0}']) && first.is_some_and(|c| "hy".contains(c)) {
            return None;
        }
        let lower = small.to_lowercase();
        let contracted = self.elision.contractions.iter().find_map(|(two, one)| {
            let (word, article) = two.split_once(' ')?;
            let is_article = name.strip_prefix(article).is_some_and(|rest| rest.starts_with(' '));
            (word == lower && is_article).then(|| (format!("{one} "), article.len() + 1))
        });
        let (new, skip) = contracted.unwrap_or_else(|| (self.before_sound(&lower, name), 0));
        let new = if small.starts_with(char::is_uppercase) { capitalized(&new) } else { new };
        (before[keep..].replace('\u{a0}', " ").replace('’', "'") != new).then_some(Meeting { keep, small: new, skip })
    }

    /// The last word of a text if a name follows it, and where it begins; an elided one in its full form.
    fn small_word<'t>(&'t self, before: &'t str) -> Option<(usize, Cow<'t, str>)> {
        if let Some(text) = before.strip_suffix([' ', '\u{a0}']) {
            let keep = last_word(text);
            return (keep < text.len()).then(|| (keep, (&text[keep..]).into()));
        }
        let text = before.strip_suffix(['\'', '’'])?;
        let keep = last_word(text);
        // "l'" may have been "le" or "la": it stays.
        let mut full = self.elision.words.iter().filter(|(_, short)| short.trim_end_matches('\'') == text[keep..].to_lowercase());
        let (word, _) = full.next().filter(|_| full.next().is_none())?;
        let word = if text[keep..].starts_with(char::is_uppercase) { capitalized(word) } else { word.clone() };
        Some((keep, word.into()))
    }

    /// A small word, by the sound of what follows it, and the space after it.
    fn before_sound(&self, word: &str, next: &str) -> String {
        for list in [&self.lists.and, &self.lists.or] {
            let is_joint = list.last.trim() == word || list.before.iter().any(|b| b.word.trim() == word);
            if is_joint && !list.before.is_empty() {
                return list.word_before(next).trim_start().to_owned();
            }
        }
        self.elided(word, next)
    }

    fn begins_with_a_vowel(&self, text: &str) -> bool {
        fold(text).chars().find(|c| c.is_alphanumeric()).is_some_and(|c| self.elision.vowels.contains(c))
    }
}

/// Where the last word of a text begins.
fn last_word(text: &str) -> usize {
    text.char_indices().rev().take_while(|(_, c)| c.is_alphabetic()).last().map_or(text.len(), |(at, _)| at)
}

/// The text with a large first letter.
pub(in crate::letter) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len() + 1);
    out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    out.push_str(chars.as_str());
    out
}
