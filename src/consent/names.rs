//! Names: their initials, and the search for a name that a reader may not see.
//!
//! In: names under their consent, and any text. Out: initials, or where in the text a name (or a telling part of it)
//! stands. Case, accents and hyphens make no difference to the search (design §6.4).

use super::{Confidential, Reader};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
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

    /// The whole name as the language of this code has it.
    #[must_use]
    pub fn in_language(&self, code: &str) -> &str {
        self.translated.iter().find(|(l, _)| l == code).map_or(&self.full, |(_, name)| name)
    }

    /// The recorded initials, or the first letter of each part, particles left out. None for scripts in which a first
    /// letter is a whole name (Chinese, Japanese, Korean) or in which it is not the custom: then they must be recorded.
    #[must_use]
    pub fn initials(&self) -> Option<String> {
        if self.initials.is_some() {
            return self.initials.clone();
        }
        if self.full.chars().any(writes_without_spaces) {
            return None;
        }
        let parts: Vec<String> = self
            .full
            .split_whitespace()
            .filter(|word| !is_particle(&fold(word)))
            .map(|word| word.split(['-', '‐', '‑']).filter_map(initial).collect::<Vec<_>>().join("-"))
            .filter(|part| !part.is_empty())
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

fn initial(word: &str) -> Option<String> {
    let word = word.strip_prefix("ال").filter(|rest| rest.chars().count() > 1).unwrap_or(word);
    let letter = word.graphemes(true).find(|g| g.chars().any(char::is_alphabetic))?;
    Some(format!("{}.", letter.to_uppercase()))
}

fn writes_without_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{30ff}'
        | '\u{3130}'..='\u{318f}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn is_particle(folded: &str) -> bool {
    const PARTICLES: [&str; 30] = [
        "de", "del", "la", "las", "los", "el", "y", "e", "da", "do", "dos", "das", "du", "des", "le", "von", "van", "der", "den", "zu", "di", "della", "bin",
        "ben", "bint", "ibn", "al", "d", "l", "of",
    ];
    PARTICLES.contains(&folded)
}

/// A text in small letters without accents: what two spellings of one name have in common.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|c| !is_combining_mark(*c) && *c != '\u{640}' && !is_invisible(*c)).flat_map(char::to_lowercase).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{61c}' | '\u{feff}' | '\u{2066}'..='\u{2069}')
}

fn words(folded: &str) -> Vec<&str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect()
}

/// How much of a protected name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// One part of three letters or more.
    Part,
    /// The full name, an alias, or two adjacent parts.
    Name,
}

/// A name to look for.
struct Entry {
    id: String,
    /// Full name in each language, aliases: runs of words.
    runs: Vec<Vec<String>>,
    /// The telling parts of a person's name, in order.
    parts: Vec<String>,
    /// Names in scripts without spaces, found anywhere.
    inside: Vec<String>,
}

/// The names that one reader may not see.
#[derive(Default)]
pub struct Watch {
    entries: Vec<Entry>,
}

impl Watch {
    /// Nothing to look for yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks for this name too, unless this reader may see it. `is_person`: also for parts of it, because two words of
    /// an organisation's name ("human rights") are in every letter. `not_names`: words that are a part of the name but
    /// are no sign of it here.
    pub fn add(&mut self, id: &str, name: &Confidential<Name>, is_person: bool, reader: Reader<'_>, not_names: &[String]) {
        if name.disclose(reader).is_none() {
            self.entries.push(Entry::new(id, &name.value, is_person, not_names));
        }
    }

    /// Looks for this name wherever it is protected from anybody.
    pub fn add_protected(&mut self, id: &str, name: &Confidential<Name>, is_person: bool, not_names: &[String]) {
        if name.is_protected() {
            self.entries.push(Entry::new(id, &name.value, is_person, not_names));
        }
    }

    /// Looks for this name, whoever reads.
    pub fn add_always(&mut self, id: &str, name: &Confidential<Name>, is_person: bool, not_names: &[String]) {
        self.entries.push(Entry::new(id, &name.value, is_person, not_names));
    }

    /// Stops looking for names that are this public name: the sender's own.
    pub fn exempt(&mut self, public: &str) {
        let folded = fold(public);
        let own = words(&folded);
        self.entries.retain(|e| !e.runs.iter().any(|run| *run == own));
    }

    /// Whether there is anything to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whose names stand in this text, and how much of each. Ids only, never the words found.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<(&str, Seen)> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let folded = fold(text);
        let words = words(&folded);
        self.entries.iter().filter_map(|e| e.seen(&folded, &words).map(|s| (e.id.as_str(), s))).collect()
    }
}

impl Entry {
    fn new(id: &str, name: &Name, is_person: bool, not_names: &[String]) -> Self {
        let whole = [&name.full].into_iter().chain(name.translated.iter().map(|(_, n)| n)).chain(&name.aliases);
        let mut entry = Self { id: id.to_owned(), runs: Vec::new(), parts: Vec::new(), inside: Vec::new() };
        let not_names: Vec<String> = not_names.iter().map(|n| fold(n)).collect();
        for text in whole {
            let folded = fold(text);
            if text.chars().any(writes_without_spaces) {
                entry.inside.push(folded.split_whitespace().collect());
            }
            let run: Vec<String> = words(&folded).into_iter().map(str::to_owned).collect();
            if !run.is_empty() {
                entry.runs.push(run);
            }
        }
        if is_person {
            let full = fold(&name.full);
            let more = [&name.given, &name.family].into_iter().flatten().map(|n| fold(n)).collect::<Vec<_>>();
            for word in words(&full).into_iter().chain(more.iter().flat_map(|n| words(n))) {
                let fresh = !is_particle(word) && !not_names.iter().any(|n| n == word) && !entry.parts.iter().any(|p| p == word);
                if fresh {
                    entry.parts.push(word.to_owned());
                }
            }
        }
        entry
    }

    fn seen(&self, folded: &str, words: &[&str]) -> Option<Seen> {
        if self.inside.iter().any(|name| folded.contains(name.as_str())) || self.runs.iter().any(|run| stands_in(run, words)) {
            return Some(Seen::Name);
        }
        let mut last: Option<&str> = None;
        let mut part = false;
        for word in words {
            if let Some(known) = self.parts.iter().find(|p| p == word) {
                if last.is_some_and(|l| l != known.as_str()) {
                    return Some(Seen::Name);
                }
                last = Some(known);
                part |= known.chars().count() >= 3;
            } else if !is_particle(word) {
                if self.is_two_parts(word) {
                    return Some(Seen::Name);
                }
                last = None;
            }
        }
        part.then_some(Seen::Part)
    }

    /// `jeanluc` for the parts `jean` and `luc`.
    fn is_two_parts(&self, word: &str) -> bool {
        self.parts.iter().filter_map(|a| word.strip_prefix(a.as_str())).any(|rest| !rest.is_empty() && self.parts.iter().any(|b| b == rest))
    }
}

/// Whether these words stand one after another, hyphens or no hyphens.
fn stands_in(run: &[String], words: &[&str]) -> bool {
    let whole: usize = run.iter().map(String::len).sum();
    (0..words.len()).any(|start| {
        if !run[0].starts_with(words[start]) && !words[start].starts_with(run[0].as_str()) {
            return false;
        }
        let mut letters = run.iter().flat_map(|w| w.bytes());
        let mut length = 0;
        for word in &words[start..] {
            if !word.bytes().all(|b| letters.next() == Some(b)) {
                return false;
            }
            length += word.len();
            if length >= whole {
                return length == whole;
            }
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Audience;

    fn watch(name: &str, is_person: bool, not_names: &[&str]) -> Watch {
        let mut watch = Watch::new();
        let not_names: Vec<String> = not_names.iter().map(|n| (*n).to_owned()).collect();
        let reader = Reader { audience: Audience::Public, recipients: &[] };
        watch.add("v1", &Confidential::new(Name::of(name), None), is_person, reader, &not_names);
        watch
    }

    fn seen(name: &str, text: &str) -> Option<Seen> {
        watch(name, true, &[]).find(text).first().map(|(_, s)| *s)
    }

    #[test]
    fn initials_are_first_letters_without_particles() {
        let initials = |n| Name::of(n).initials();
        assert_eq!(initials("María Ejemplo").as_deref(), Some("M. E."));
        assert_eq!(initials("Jean-Luc de la Tour").as_deref(), Some("J.-L. T."));
        assert_eq!(initials("Íñigo Óscar").as_deref(), Some("Í. Ó."));
        assert_eq!(initials("Дмитрий Иванов").as_deref(), Some("Д. И."));
        assert_eq!(initials("محمد الحسن").as_deref(), Some("م. ح."));
        assert_eq!(initials("张伟"), None);
        assert_eq!(Name { initials: Some("Z.W.".into()), ..Name::of("张伟") }.initials().as_deref(), Some("Z.W."));
    }

    #[test]
    fn a_name_is_found_whatever_its_case_accents_and_hyphens() {
        for text in ["habló MARIA EJEMPLO ayer", "María-Ejemplo", "mariaejemplo", "Ejemplo, María", "d’Ejemplo María"] {
            assert_eq!(seen("María Ejemplo", text), Some(Seen::Name), "{text}");
        }
        assert_eq!(seen("Jean-Luc Martin", "Jeanluc partit"), Some(Seen::Name));
        assert_eq!(seen("Jean-Luc Martin", "Jean Luc partit"), Some(Seen::Name));
        assert_eq!(seen("María de la Cruz", "María Cruz"), Some(Seen::Name));
    }

    #[test]
    fn one_part_is_a_part_and_a_part_of_a_word_is_nothing() {
        assert_eq!(seen("María Ejemplo", "la señora Ejemplo dijo"), Some(Seen::Part));
        assert_eq!(seen("María Ejemplo", "un buen ejemplar"), None);
        assert_eq!(seen("Bo Li", "Bo dijo que Li"), None);
        assert_eq!(seen("María de la Cruz", "el día de la toma"), None);
    }

    #[test]
    fn a_word_declared_not_a_name_is_none() {
        assert_eq!(watch("Luis Robles", true, &["Robles"]).find("el puente Rodolfo Robles"), vec![]);
    }

    #[test]
    fn two_words_of_an_organisation_are_not_its_name() {
        let watch = watch("Centro de Derechos Humanos Ejemplo", false, &[]);
        assert!(watch.find("defensa de los derechos humanos").is_empty());
        assert_eq!(watch.find("el CENTRO DE DERECHOS HUMANOS EJEMPLO"), vec![("v1", Seen::Name)]);
    }

    #[test]
    fn names_in_scripts_without_spaces_are_found_inside_a_sentence() {
        assert_eq!(seen("张伟", "据报道张伟被捕"), Some(Seen::Name));
        assert_eq!(seen("محمّد علي", "قال محمد علي أمس"), Some(Seen::Name));
    }

    proptest::proptest! {
        #[test]
        fn a_name_is_found_in_any_sentence_around_it(before in "[a-z ,.]{0,30}", after in "[a-z ,.]{0,30}") {
            proptest::prop_assert_eq!(seen("Zenobia Canary", &format!("{before} ZENÓBIA canary {after}")), Some(Seen::Name));
        }

        #[test]
        fn searching_never_panics(name in ".{1,30}", text in ".{0,80}") {
            let _ = seen(&name, &text);
            let _ = Name::of(&name).initials();
        }
    }
}
