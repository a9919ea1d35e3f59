//! Lists, plurals, elision: the small words that depend on their neighbours.
//!
//! In: texts. Out: them, joined as the language joins them, by the rules of `words.toml`.

use super::Words;
use crate::consent::fold;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    and: List,
    or: List,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    comma: String,
    last: String,
    before: Vec<Before>,
}

/// Another last word before certain sounds: Spanish "e" before an i, but not before a diphthong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    starts: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    word: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Elision {
    vowels: String,
    words: BTreeMap<String, String>,
}

/// Which numbers take which form: 1 takes "one"; with `modulo = 100`, 103 counts as 3.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plural {
    form: String,
    from: usize,
    to: usize,
    #[serde(default)]
    modulo: Option<usize>,
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
        let first = fold(next).chars().find(|c| c.is_alphanumeric());
        match self.elision.words.get(word) {
            Some(short) if first.is_some_and(|c| self.elision.vowels.contains(c)) => short.clone(),
            _ => format!("{word} "),
        }
    }
}
