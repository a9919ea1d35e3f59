//! Names and their initials.
//!
//! In: what a record says a person is called. Out: the name in a language, and initials that betray no more than they are
//! meant to. Who may see either is decided one room above.

use super::fold::{fold, words, writes_without_spaces};
use std::fmt;
use unicode_segmentation::UnicodeSegmentation;

/// What a person is called. Printed by nobody but the letter, and by that only under consent.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// The whole name.
    pub full: String,
    /// The whole name as other languages have it, by language code: for organisations.
    pub translated: Vec<(String, String)>,
    /// The given name, where the record says which it is.
    pub given: Option<String>,
    /// The family name, where the record says which it is.
    pub family: Option<String>,
    /// The form after the first mention: `Sra. Ejemplo`.
    pub short: Option<String>,
    /// The initials, where they are not the first letters.
    pub initials: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name")
    }
}

impl Name {
    /// A name of which no more is known than its full form.
    #[must_use]
    pub fn of(full: &str) -> Self {
        Self { full: full.to_owned(), translated: Vec::new(), given: None, family: None, short: None, initials: None, aliases: Vec::new() }
    }

    /// The whole name as the language of this code has it; None where it is given by language and not in this one.
    #[must_use]
    pub fn in_language(&self, code: &str) -> Option<&str> {
        if self.translated.is_empty() {
            return Some(&self.full);
        }
        self.translated.iter().find(|(l, _)| l == code).map(|(_, name)| name.as_str())
    }

    /// The recorded initials, or the first letter of each part, particles left out. None for scripts in which a first
    /// letter is a whole name (Chinese, Japanese, Korean) or in which it is not the custom: then they must be recorded.
    /// None also where they would say the name: `J. R.` of somebody who is called J. R.
    #[must_use]
    pub fn initials(&self, code: &str) -> Option<String> {
        let initials = match &self.initials {
            Some(recorded) => recorded.clone(),
            None => first_letters(self.in_language(code).unwrap_or(&self.full))?,
        };
        (!self.is_told_by(&initials)).then_some(initials)
    }

    /// Whether a text that is to stand for the name says it, or a part of two letters or more.
    #[must_use]
    pub fn is_told_by(&self, text: &str) -> bool {
        let folded = fold(text);
        let told: Vec<&str> = words(&folded).map(|w| w.text).collect();
        self.forms().any(|form| {
            let form = fold(form);
            let parts: Vec<&str> = words(&form).map(|w| w.text).collect();
            let is_part = |word: &&str| word.chars().count() > 1 && !is_particle(word) && parts.contains(word);
            !told.is_empty() && (told == parts || told.iter().any(is_part))
        })
    }

    /// The whole name in each language it is given in.
    pub(super) fn forms(&self) -> impl Iterator<Item = &String> {
        [&self.full].into_iter().chain(self.translated.iter().map(|(_, name)| name))
    }

    /// The words of the name that are telling: all but particles, once each, in small letters without accents.
    pub(super) fn parts(&self) -> Vec<String> {
        parts_of(self.forms().chain(&self.given).chain(&self.family))
    }

    /// The same, of the names recorded as a given and a family name alone: a family is a group with a telling name.
    pub(super) fn recorded_parts(&self) -> Vec<String> {
        parts_of(self.given.iter().chain(&self.family))
    }
}

fn parts_of<'n>(names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for name in names {
        let first_is_name = begins_with_a_name(name);
        for (n, word) in words(&fold(name)).enumerate() {
            let telling = (n == 0 && first_is_name) || !is_particle(word.text);
            if telling && !parts.iter().any(|p| p == word.text) {
                parts.push(word.text.to_owned());
            }
        }
    }
    parts
}

fn first_letters(name: &str) -> Option<String> {
    if name.chars().any(writes_without_spaces) {
        return None;
    }
    let first_is_name = begins_with_a_name(name);
    let parts: Vec<String> = name
        .split_whitespace()
        .enumerate()
        .filter(|(n, word)| (*n == 0 && first_is_name) || !is_particle(&fold(word)))
        .map(|(_, word)| word.split(['-', '‐', '‑']).filter_map(initial).collect::<Vec<_>>().join("-"))
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn initial(word: &str) -> Option<String> {
    let word = word.strip_prefix("ال").filter(|rest| rest.chars().count() > 1).unwrap_or(word);
    let letter = word.graphemes(true).find(|g| g.chars().any(char::is_alphabetic))?;
    Some(format!("{}.", letter.to_uppercase()))
}

/// Words between the parts of a name that are never a name.
const ARTICLES: [&str; 18] = ["de", "del", "la", "las", "los", "el", "y", "e", "da", "do", "dos", "das", "du", "des", "le", "d", "l", "of"];
/// Words between the parts of a name that are a name where one begins with them: Ben, Van, Al.
const JOINTS: [&str; 12] = ["von", "van", "der", "den", "zu", "di", "della", "bin", "ben", "bint", "ibn", "al"];

/// Whether this word, in small letters without accents, only joins the parts of a name.
pub(super) fn is_particle(folded: &str) -> bool {
    ARTICLES.contains(&folded) || JOINTS.contains(&folded)
}

/// Whether a name begins with a word that elsewhere would only join: Ben in "Ben Smith", but not bin in "bin Said".
fn begins_with_a_name(name: &str) -> bool {
    let first = name.split_whitespace().next().unwrap_or_default();
    first.starts_with(char::is_uppercase) && JOINTS.contains(&fold(first).as_str())
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn initials_are_first_letters_without_particles() {
        let initials = |n| Name::of(n).initials("es");
        assert_eq!(initials("María Ejemplo").as_deref(), Some("M. E."));
        assert_eq!(initials("Jean-Luc de la Tour").as_deref(), Some("J.-L. T."));
        assert_eq!(initials("Íñigo Óscar").as_deref(), Some("Í. Ó."));
        assert_eq!(initials("Дмитрий Иванов").as_deref(), Some("Д. И."));
        assert_eq!(initials("محمد الحسن").as_deref(), Some("م. ح."));
        assert_eq!(initials("Ben Smith").as_deref(), Some("B. S."));
        assert_eq!(initials("Usama bin Said").as_deref(), Some("U. S."));
        assert_eq!(initials("张伟"), None);
        assert_eq!(Name { initials: Some("Z.W.".into()), ..Name::of("张伟") }.initials("es").as_deref(), Some("Z.W."));
    }

    #[test]
    fn initials_that_would_say_the_name_are_none() {
        assert_eq!(Name::of("J. R.").initials("es"), None);
        assert_eq!(Name::of("X").initials("es"), None);
        let recorded = |name, initials: &str| Name { initials: Some(initials.into()), ..Name::of(name) }.initials("es");
        assert_eq!(recorded("María Ejemplo", "M. Ejemplo"), None);
        assert_eq!(recorded("María Ejemplo", "MARIA"), None);
        assert_eq!(recorded("Juan C. Pérez", "J. C. P.").as_deref(), Some("J. C. P."));
    }

    #[test]
    fn initials_are_those_of_the_letters_language() {
        let name = Name {
            translated: vec![("es".into(), "Zenobia Canario".into()), ("ru".into(), "Зенобия Канарейка".into())], ..Name::of("Zenobia Canario")
        };
        assert_eq!(name.initials("ru").as_deref(), Some("З. К."));
        assert_eq!(name.in_language("fr"), None);
    }
}
