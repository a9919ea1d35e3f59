//! The search for names that a reader may not see, and the covering of them in drafts.
//!
//! In: names under their consent, and any text. Out: whose name (or a telling part of it) stands in the text, or the text
//! with every such place covered. Case, accents and hyphens make no difference to the search. What is found
//! is never said: only whose it is.

use super::fold::{Traced, Word, fold, words, writes_without_spaces};
use super::names::is_particle;
use super::{Confidential, Name, Reader};
use std::ops::Range;

/// How much of a protected name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// One part of three letters or more.
    Part,
    /// The full name, an alias, the short form, or two adjacent parts.
    Name,
}

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOwner {
    /// A person's: each part of it is telling.
    Person,
    /// An organisation's or a group's: two of its words ("human rights") may stand in every letter.
    Body,
}

/// A name to look for.
struct NameForms {
    id: String,
    /// Full name in each language, aliases, short form: runs of words.
    runs: Vec<Vec<String>>,
    /// The telling parts of a person's name.
    parts: Vec<String>,
    /// Names in scripts without spaces, found anywhere.
    inside: Vec<String>,
}

/// A place of the folded text, and how much of a name stands there.
struct Hit {
    seen: Seen,
    at: Range<usize>,
}

/// The names that one reader may not see.
#[derive(Default)]
pub struct NameMatcher {
    entries: Vec<NameForms>,
    /// What was declared to be no name: whole texts, in small letters without accents.
    not_names: Vec<String>,
    /// Runs of words in which a part of a name is no sign of it: the sender's own name, "Rodolfo Robles" for a bridge.
    open: Vec<Vec<String>>,
}

impl NameMatcher {
    /// Nothing to look for yet. `not_a_name`: what was declared to be no sign of a name here, one word or several.
    #[must_use]
    pub fn new(not_a_name: &[String]) -> Self {
        let not_names: Vec<String> = not_a_name.iter().map(|n| fold(n)).collect();
        let open = not_names.iter().map(|n| run_of(n)).filter(|run| run.len() > 1).collect();
        Self { entries: Vec::new(), not_names, open }
    }

    /// Looks for this name too, unless this reader may see it.
    pub fn add(&mut self, id: &str, name: &Confidential<Name>, owner: NameOwner, reader: Reader<'_>) {
        if name.disclose(reader).is_none() {
            self.add_always(id, name, owner);
        }
    }

    /// Looks for this name too, unless the world at large may see it.
    pub fn add_protected(&mut self, id: &str, name: &Confidential<Name>, owner: NameOwner) {
        if name.is_protected() {
            self.add_always(id, name, owner);
        }
    }

    /// Looks for this name, whoever reads.
    pub fn add_always(&mut self, id: &str, name: &Confidential<Name>, owner: NameOwner) {
        let name = &name.value;
        let parts = if owner == NameOwner::Person { name.parts() } else { name.recorded_parts() };
        self.push(id, name.forms().chain(&name.aliases).chain(&name.short).map(String::as_str), parts);
    }

    /// Looks for names of somebody accused, whom this reader may not be told of. `known`: what the reader is told instead,
    /// whose words are therefore no sign.
    pub fn add_accused(&mut self, id: &str, names: &[&str], owner: NameOwner, known: &[&str]) {
        let known: Vec<String> = known.iter().flat_map(|k| run_of(&fold(k))).collect();
        let names_of_people = names.iter().filter(|_| owner == NameOwner::Person);
        let parts: Vec<String> = names_of_people.flat_map(|name| Name::of(name).parts()).filter(|p| !known.contains(p)).collect();
        self.push(id, names.iter().copied(), parts);
    }

    fn push<'n>(&mut self, id: &str, whole: impl Iterator<Item = &'n str>, mut parts: Vec<String>) {
        parts.retain(|p| !self.not_names.contains(p));
        let mut entry = NameForms { id: id.to_owned(), runs: Vec::new(), parts, inside: Vec::new() };
        for (n, text) in whole.enumerate() {
            let folded = fold(text);
            // The full name is always looked for; another form may have been declared to be no name.
            if n > 0 && self.not_names.contains(&folded) {
                continue;
            }
            if text.chars().any(writes_without_spaces) {
                entry.inside.push(folded.split_whitespace().collect());
            }
            let run = run_of(&folded);
            if !run.is_empty() && !entry.runs.contains(&run) {
                entry.runs.push(run);
            }
        }
        self.entries.push(entry);
    }

    /// The sender's own public name is no sign of anybody else's, and is not looked for itself.
    pub fn exempt(&mut self, public: &str) {
        let own = run_of(&fold(public));
        if !own.is_empty() {
            self.entries.retain(|e| !e.runs.contains(&own));
            self.open.push(own);
        }
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
        let found = self.hits(&folded);
        found.into_iter().filter_map(|(entry, hits)| Some((entry.id.as_str(), hits.iter().map(|h| h.seen).max()?))).collect()
    }

    /// The text with every name and part of a name covered by what `instead` gives for its owner's id; None if there is
    /// none in it.
    #[must_use]
    pub fn cover(&self, text: &str, instead: impl Fn(&str) -> String) -> Option<String> {
        if self.find(text).is_empty() {
            return None;
        }
        let traced = Traced::new(text);
        let mut places: Vec<(Range<usize>, &str)> = Vec::new();
        for (entry, hits) in self.hits(&traced.folded) {
            places.extend(hits.iter().map(|hit| (traced.origin(&hit.at), entry.id.as_str())));
        }
        places.sort_by_key(|(at, _)| (at.start, std::cmp::Reverse(at.end)));
        let (mut out, mut done) = (String::with_capacity(text.len()), 0);
        for (at, id) in places {
            if at.start >= done {
                out.push_str(&text[done..at.start]);
                out.push_str(&instead(id));
            }
            done = done.max(at.end);
        }
        out.push_str(&text[done..]);
        Some(out)
    }

    /// The places of each name in a folded text; entries without any are left out.
    fn hits(&self, folded: &str) -> Vec<(&NameForms, Vec<Hit>)> {
        let words: Vec<Word<'_>> = words(folded).collect();
        let found = |open: &[Range<usize>]| -> Vec<(&NameForms, Vec<Hit>)> {
            self.entries.iter().map(|e| (e, e.hits(folded, &words, open))).filter(|(_, hits)| !hits.is_empty()).collect()
        };
        let hits = found(&[]);
        if hits.is_empty() || self.open.is_empty() {
            return hits;
        }
        let open: Vec<Range<usize>> = self.open.iter().flat_map(|run| places(run, &words)).collect();
        if open.is_empty() { hits } else { found(&open) }
    }
}

/// The words of a folded text, on their own.
fn run_of(folded: &str) -> Vec<String> {
    words(folded).map(|w| w.text.to_owned()).collect()
}

impl NameForms {
    fn hits(&self, folded: &str, words: &[Word<'_>], open: &[Range<usize>]) -> Vec<Hit> {
        let within = |at: &Range<usize>| open.iter().any(|o| o.start <= at.start && at.end <= o.end);
        let well_within = |at: &Range<usize>| open.iter().any(|o| o.start <= at.start && at.end <= o.end && o.len() > at.len());
        let mut hits = Vec::new();
        for name in self.inside.iter().filter(|n| !n.is_empty()) {
            hits.extend(folded.match_indices(name.as_str()).map(|(at, _)| Hit { seen: Seen::Name, at: at..at + name.len() }));
        }
        for run in &self.runs {
            hits.extend(places(run, words).into_iter().filter(|at| !well_within(at)).map(|at| Hit { seen: Seen::Name, at }));
        }
        if !self.parts.is_empty() {
            self.parts_in(words, within, &mut hits);
        }
        hits
    }

    /// Single parts of three letters or more, two adjacent parts (particles may stand between), and `jeanluc`.
    fn parts_in(&self, words: &[Word<'_>], within: impl Fn(&Range<usize>) -> bool, hits: &mut Vec<Hit>) {
        let mut last: Option<(&str, usize)> = None;
        for word in words {
            let at = word.at..word.end();
            if within(&at) {
                last = None;
            } else if let Some(part) = self.parts.iter().find(|p| is_word(word.text, p)) {
                let length = |t: &str| t.chars().take(3).count();
                match last {
                    // Two single letters are initials, and no name.
                    Some((before, begin)) if before != part && length(before).max(length(part)) > 1 => hits.push(Hit { seen: Seen::Name, at: begin..at.end }),
                    _ if length(part) == 3 => hits.push(Hit { seen: Seen::Part, at: at.clone() }),
                    _ => {}
                }
                last = Some((part, at.start));
            } else if !is_particle(word.text) {
                if self.is_two_parts(word.text) {
                    hits.push(Hit { seen: Seen::Name, at });
                }
                last = None;
            }
        }
    }

    /// `jeanluc` for the parts `jean` and `luc`.
    fn is_two_parts(&self, word: &str) -> bool {
        let two = |a: &str, b: &str| a.chars().count() > 1 || b.chars().count() > 1;
        self.parts.iter().filter_map(|a| Some((a, word.strip_prefix(a.as_str())?))).any(|(a, rest)| self.parts.iter().any(|b| b == rest && two(a, b)))
    }
}

/// Small words that Arabic and Hebrew write in one with the next: "and", "to", "by".
const JOINED: [char; 12] = ['و', 'ف', 'ب', 'ل', 'ك', 'ו', 'ה', 'ב', 'ל', 'מ', 'ש', 'כ'];

fn is_word(word: &str, part: &str) -> bool {
    word == part || word.strip_prefix(JOINED).is_some_and(|rest| rest == part)
}

/// Where these words stand one after another, hyphens or no hyphens.
fn places(run: &[String], words: &[Word<'_>]) -> Vec<Range<usize>> {
    (0..words.len()).filter_map(|start| end_of(run, &words[start..]).map(|end| words[start].at..end)).collect()
}

/// Where the run ends that begins with the first of these words.
fn end_of(run: &[String], words: &[Word<'_>]) -> Option<usize> {
    let first = words.first()?.text;
    let begins = |word: &str| run[0].starts_with(word) || word.starts_with(run[0].as_str());
    let first = if begins(first) { first } else { first.strip_prefix(JOINED).filter(|rest| !rest.is_empty() && begins(rest))? };
    let whole: usize = run.iter().map(String::len).sum();
    let mut letters = run.iter().flat_map(|w| w.bytes());
    let mut length = 0;
    for (n, word) in words.iter().enumerate() {
        let text = if n == 0 { first } else { word.text };
        if !text.bytes().all(|b| letters.next() == Some(b)) {
            return None;
        }
        length += text.len();
        if length >= whole {
            return (length == whole).then(|| word.end());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{NameMatcher, NameOwner, Seen};
    use crate::consent::{Audience, Confidential, Name, Reader};

    fn matcher(name: &str, owner: NameOwner, not_names: &[&str]) -> NameMatcher {
        let not_names: Vec<String> = not_names.iter().map(|n| (*n).to_owned()).collect();
        let mut matcher = NameMatcher::new(&not_names);
        let reader = Reader { audience: Audience::Public, recipients: &[] };
        matcher.add("v1", &Confidential::new(Name::of(name), None), owner, reader);
        matcher
    }

    fn seen(name: &str, text: &str) -> Option<Seen> {
        matcher(name, NameOwner::Person, &[]).find(text).first().map(|(_, s)| *s)
    }

    fn covered(name: &str, text: &str) -> Option<String> {
        matcher(name, NameOwner::Person, &[]).cover(text, |id| format!("<{id}>"))
    }

    #[test]
    fn a_name_is_found_whatever_its_case_accents_and_hyphens() {
        for text in ["habló MARIA EJEMPLO ayer", "María-Ejemplo", "mariaejemplo", "Ejemplo, María", "d’Ejemplo María", "https://a.org/maria-ejemplo.html"]
        {
            assert_eq!(seen("María Ejemplo", text), Some(Seen::Name), "{text}");
        }
        assert_eq!(seen("Jean-Luc Martin", "Jeanluc partit"), Some(Seen::Name));
        assert_eq!(seen("Jean-Luc Martin", "Jean Luc partit"), Some(Seen::Name));
        assert_eq!(seen("María de la Cruz", "María Cruz"), Some(Seen::Name));
        assert_eq!(seen("O’Brien", "OBrien said"), Some(Seen::Name));
    }

    #[test]
    fn one_part_is_a_part_and_a_part_of_a_word_is_nothing() {
        assert_eq!(seen("María Ejemplo", "la señora Ejemplo dijo"), Some(Seen::Part));
        assert_eq!(seen("María Ejemplo", "un buen ejemplar"), None);
        assert_eq!(seen("Bo Li", "Bo dijo que Li"), None);
        assert_eq!(seen("María de la Cruz", "el día de la toma"), None);
        assert_eq!(seen("Ben Smith", "then Ben left"), Some(Seen::Part));
        assert_eq!(seen("J. R. Canary", "J. R. C. left"), None);
    }

    #[test]
    fn a_word_declared_not_a_name_is_none() {
        assert_eq!(matcher("Luis Robles", NameOwner::Person, &["Robles"]).find("el puente Rodolfo Robles"), vec![]);
    }

    #[test]
    fn several_words_declared_not_a_name_are_none_only_together() {
        let matcher = matcher("Luis Robles", NameOwner::Person, &["Rodolfo Robles"]);
        assert_eq!(matcher.find("el puente Rodolfo Robles"), vec![]);
        assert_eq!(matcher.find("el señor Robles"), vec![("v1", Seen::Part)]);
        assert_eq!(matcher.find("Luis Robles en el puente Rodolfo Robles"), vec![("v1", Seen::Name)]);
    }

    #[test]
    fn the_senders_own_name_is_no_sign_of_another() {
        let mut matcher = matcher("María Ejemplo", NameOwner::Person, &[]);
        matcher.exempt("Red Ejemplo");
        assert_eq!(matcher.find("la Red Ejemplo solicita"), vec![]);
        assert_eq!(matcher.find("la Red Ejemplo y Ejemplo"), vec![("v1", Seen::Part)]);
        matcher.exempt("María Ejemplo");
        assert!(matcher.is_empty());
    }

    #[test]
    fn two_words_of_an_organisation_are_not_its_name() {
        let matcher = matcher("Centro de Derechos Humanos Ejemplo", NameOwner::Body, &[]);
        assert!(matcher.find("defensa de los derechos humanos").is_empty());
        assert_eq!(matcher.find("el CENTRO DE DERECHOS HUMANOS EJEMPLO"), vec![("v1", Seen::Name)]);
    }

    #[test]
    fn the_short_form_is_a_name_unless_it_is_declared_to_be_none() {
        let name = Name { short: Some("el Colectivo".into()), ..Name::of("Centro Ejemplo") };
        let found = |not: &[String]| {
            let mut matcher = NameMatcher::new(not);
            matcher.add_always("v1", &Confidential::new(name.clone(), None), NameOwner::Body);
            matcher.find("ayer el colectivo").len()
        };
        assert_eq!(found(&[]), 1);
        assert_eq!(found(&["el Colectivo".into()]), 0);
    }

    #[test]
    fn names_in_scripts_without_spaces_are_found_inside_a_sentence() {
        assert_eq!(seen("张伟", "据报道张伟被捕"), Some(Seen::Name));
        assert_eq!(seen("محمّد علي", "قال محمد علي أمس"), Some(Seen::Name));
        assert_eq!(seen("محمد علي", "ومحمد على"), Some(Seen::Name));
        assert_eq!(seen("דוד כהן", "לדוד כהן"), Some(Seen::Name));
    }

    #[test]
    fn a_name_is_covered_where_it_stands_and_nothing_else() {
        assert_eq!(covered("María Ejemplo", "Ayer MARÍA EJEMPLO, y la Sra. Ejemplo.").as_deref(), Some("Ayer <v1>, y la Sra. <v1>."));
        assert_eq!(covered("María Ejemplo", "Mari\u{301}a\u{301} Ejemplo\u{301}!").as_deref(), Some("<v1>!"));
        assert_eq!(covered("张伟", "据报道张伟被捕").as_deref(), Some("据报道<v1>被捕"));
        assert_eq!(covered("María Ejemplo", "nadie"), None);
    }

    proptest::proptest! {
        #[test]
        fn a_name_is_found_in_any_sentence_around_it(before in "[a-z ,.]{0,30}", after in "[a-z ,.]{0,30}") {
            proptest::prop_assert_eq!(seen("Zenobia Canary", &format!("{before} ZENÓBIA canary {after}")), Some(Seen::Name));
        }

        #[test]
        fn searching_never_panics(name in ".{1,30}", text in ".{0,80}") {
            let _ = seen(&name, &text);
            let _ = covered(&name, &text);
            let _ = Name::of(&name).initials("es");
        }

        #[test]
        fn what_was_covered_is_found_no_more(text in "(María|Ejemplo|MARIA|ejem|plo|de|la|[ .,-]|[a-zñ]{1,3}|\u{301}|\u{200b}){0,14}") {
            let matcher = matcher("María Ejemplo", NameOwner::Person, &[]);
            if let Some(covered) = matcher.cover(&text, |_| " # ".into()) {
                proptest::prop_assert_eq!(matcher.find(&covered), vec![]);
            }
        }
    }
}
