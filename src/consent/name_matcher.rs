//! The search for names that a reader may not see, and the covering of them in drafts.
//!
//! In: names under their consent, and any text. Out: whose name (or a telling part of it) stands in the text, or the text
//! with every such place covered. Case, accents and hyphens make no difference to the search. What is found
//! is never said: only whose it is.

use super::confidential::{Confidential, Reader};
use super::fold::{Traced, Word, fold, words, writes_without_spaces};
use super::name_index::{Hit, NameForms, NameIndex, Seen, SortedTexts};
use super::names::Name;
use std::ops::Range;
use std::sync::OnceLock;

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOwner {
    /// A person's: each part of it is telling.
    Person,
    /// An organisation's or a group's: two of its words ("human rights") may stand in every letter.
    Body,
}

/// The names that one reader may not see.
#[derive(Default)]
pub struct NameMatcher {
    names: Vec<NameForms>,
    /// What was declared to be no name: whole texts, in small letters without accents.
    not_names: Vec<String>,
    /// Runs of words in which a part of a name is no sign of it: the sender's own name, "Rodolfo Robles" for a bridge.
    open: Vec<Vec<String>>,
    /// Both, made for the search; empty as long as names are added.
    index: OnceLock<(NameIndex, SortedTexts)>,
}

impl NameMatcher {
    /// Nothing to look for yet. `not_a_name`: what was declared to be no sign of a name here, one word or several.
    #[must_use]
    pub fn new(not_a_name: &[String]) -> Self {
        let not_names: Vec<String> = not_a_name.iter().map(|n| fold(n)).collect();
        let open = not_names.iter().map(|n| run_of(n)).filter(|run| run.len() > 1).collect();
        Self { names: Vec::new(), not_names, open, index: OnceLock::new() }
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
        self.names.push(entry);
        self.index.take();
    }

    /// The sender's own public name is no sign of anybody else's, and is not looked for itself.
    pub fn exempt(&mut self, public: &str) {
        let own = run_of(&fold(public));
        if !own.is_empty() {
            self.names.retain(|e| !e.runs.contains(&own));
            self.open.push(own);
            self.index.take();
        }
    }

    /// Whether there is anything to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whose names stand in this text, and how much of each. Ids only, never the words found.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<(&str, Seen)> {
        if self.names.is_empty() {
            return Vec::new();
        }
        let hits = self.hits(&fold(text));
        let one_name = hits.chunk_by(|a, b| a.owner == b.owner);
        one_name.filter_map(|of| Some((self.names[of[0].owner].id.as_str(), of.iter().map(|h| h.seen).max()?))).collect()
    }

    /// The text with every name and part of a name covered by what `instead` gives for its owner's id; None if there is
    /// none in it.
    #[must_use]
    pub fn cover(&self, text: &str, instead: impl Fn(&str) -> String) -> Option<String> {
        if self.find(text).is_empty() {
            return None;
        }
        let traced = Traced::new(text);
        let hits = self.hits(&traced.folded).into_iter();
        let mut places: Vec<(Range<usize>, &str)> = hits.map(|hit| (traced.origin(&hit.at), self.names[hit.owner].id.as_str())).collect();
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

    /// The places of all names in a folded text, those of one name together.
    fn hits(&self, folded: &str) -> Vec<Hit> {
        let (names, open) = self.index.get_or_init(|| (NameIndex::new(&self.names), SortedTexts::new(&self.open, |run| [run.concat()].into_iter())));
        let words: Vec<Word<'_>> = words(folded).collect();
        let hits = names.hits(folded, &words, &[]);
        if hits.is_empty() || self.open.is_empty() {
            return hits;
        }
        let mut places = Vec::new();
        open.places(&words, |_, at| places.push(at));
        if places.is_empty() { hits } else { names.hits(folded, &words, &places) }
    }
}

/// The words of a folded text, on their own.
fn run_of(folded: &str) -> Vec<String> {
    words(folded).map(|w| w.text.to_owned()).collect()
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
        fn among_many_names_each_is_found_as_it_is_alone(
            names in proptest::collection::vec("(ana|bo|luz|de|van|anabo|张伟|ולי|לי)( |-)(bo|luz|ana|cruz|伟|לי)( (ana|x|bo))?", 1..6),
            text in "((ana|bo|luz|de|van|cruz|anabo|boluz|ana-luz|x|张伟|וולי|לי)( |, |-|)){0,12}",
        ) {
            let not_names = ["Bo Luz".to_owned()];
            let mut all = NameMatcher::new(&not_names);
            let mut alone = Vec::new();
            for (n, name) in names.iter().enumerate() {
                let (id, name) = (n.to_string(), Confidential::new(Name::of(name), None));
                all.add_always(&id, &name, NameOwner::Person);
                let mut one = NameMatcher::new(&not_names);
                one.add_always(&id, &name, NameOwner::Person);
                alone.extend(one.find(&text).into_iter().map(|(id, seen)| (id.to_owned(), seen)));
            }
            let found: Vec<_> = all.find(&text).into_iter().map(|(id, seen)| (id.to_owned(), seen)).collect();
            proptest::prop_assert_eq!(found, alone);
        }

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
