//! The wording of a letter's texts: what they mention, how long they are, what in them a mandate could not take up.
//!
//! In: the texts of a case in the letter's language. Out: facts about their words. Names stand in texts as references, so
//! they are not read here; a word that could be a part of one is never handed on.

use super::submission::Submission;
use crate::case::{FactValue, Prose};
use crate::consent::{NameMatcher, NameOwner, fold};
use crate::diagnostic::{Location, Place};
use crate::records::Piece;
use crate::text::Localized;

/// A text of the letter, where it stands, and what it is called.
pub(super) struct Passage {
    pub(super) path: String,
    pub(super) location: Option<Location>,
    pub(super) text: String,
}

/// All texts that the mandate reads, in the letter's language.
pub(super) fn texts(of: &Submission<'_>) -> Vec<Passage> {
    let mut all = Gathering { of, texts: Vec::new() };
    let case = of.case;
    all.prose(case.urgency.reason.as_ref(), || "urgency.reason".into());
    all.line(case.urgency.event.as_ref(), None, || "urgency.event".into());
    for context in &case.context {
        all.prose(Some(&context.text), || format!("context.{}", context.key));
    }
    for (n, v) in case.victims.iter().enumerate().filter(|(n, _)| of.person.is_none_or(|o| o == *n)) {
        for (key, text) in [("occupation", &v.occupation), ("work", &v.work), ("status", &v.status), ("situation", &v.situation)] {
            all.line(text.as_ref(), v.location.clone(), || format!("victims.{}.{key}", n + 1));
        }
    }
    for (n, p) in case.perpetrators.iter().enumerate() {
        for (key, text) in [("description", &p.description), ("link-to-state", &p.link_to_state)] {
            all.line(text.as_ref(), None, || format!("perpetrators.{}.{key}", n + 1));
        }
    }
    for (n, i) in case.incidents.iter().enumerate().filter(|(_, i)| of.person.is_none_or(|o| i.victims.is_empty() || i.concerns(o))) {
        all.prose(Some(&i.account), || format!("incidents.{}.account", n + 1));
        all.line(i.heading.as_ref(), Some(all.at(i.place)), || format!("incidents.{}.heading", n + 1));
        for fact in &i.facts {
            for (key, value) in &fact.items {
                if let FactValue::Text(text) = value {
                    all.line(Some(text), Some(all.at(i.place)), || format!("incidents.{}.{}.{key}", n + 1, fact.kind));
                }
            }
        }
    }
    for (n, s) in case.steps.iter().enumerate() {
        all.line(Some(&s.authority), Some(all.at(s.place)), || format!("steps.{}.authority", n + 1));
        all.prose(s.outcome.as_ref(), || format!("steps.{}.outcome", n + 1));
    }
    all.line(case.no_steps_because.as_ref(), None, || "no-steps-because".into());
    for (n, r) in case.requests.iter().enumerate() {
        all.prose(r.own(), || format!("requests.{}.text", n + 1));
    }
    all.texts
}

struct Gathering<'a> {
    of: &'a Submission<'a>,
    texts: Vec<Passage>,
}

impl Gathering<'_> {
    /// A place of the case's own file.
    fn at(&self, place: Place) -> Location {
        Location { line: place.line, column: place.column, ..self.of.case.location.clone() }
    }

    fn prose(&mut self, text: Option<&Localized<Prose>>, path: impl FnOnce() -> String) {
        let Some(prose) = text.and_then(|t| t.get(self.of.language)) else { return };
        let words = prose.pieces.iter().map(|p| if let Piece::Text(t) = p { t.as_str() } else { "\u{fffc}" }).collect();
        self.texts.push(Passage { path: path(), location: Some(prose.location.clone()), text: words });
    }

    fn line(&mut self, text: Option<&Localized>, location: Option<Location>, path: impl FnOnce() -> String) {
        let Some(text) = text.and_then(|t| t.get(self.of.language)) else { return };
        self.texts.push(Passage { path: path(), location, text: text.clone() });
    }
}

/// How many words there are.
pub(super) fn count(texts: &[Passage]) -> usize {
    texts.iter().map(|t| t.text.split_whitespace().count()).sum()
}

/// How many letters the texts have whose path ends so. Letters, because not every script divides words.
pub(super) fn letters(texts: &[Passage], ending: &str) -> usize {
    texts.iter().filter(|t| t.path.ends_with(ending)).map(|t| t.text.chars().filter(|c| c.is_alphabetic()).count()).sum()
}

/// The words of a text, folded, each with a space before it.
fn spaced(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.fold(String::from(" "), |out, w| out + w + " ")
}

/// Whether some word of the texts begins with one of these; several words in a row may be one.
pub(super) fn mentions(texts: &[Passage], stems: &[String]) -> bool {
    texts.iter().any(|t| {
        let text = spaced(&t.text);
        stems.iter().any(|s| text.contains(&format!(" {s}")))
    })
}

/// The first text with one of these words, whole. The word itself is not repeated: nobody wants to read it twice.
pub(super) fn with_a_word(texts: &[Passage], words: &[String]) -> Option<(usize, Option<String>)> {
    let at = texts.iter().position(|t| {
        let text = spaced(&t.text);
        words.iter().any(|w| text.contains(&format!(" {w} ")))
    })?;
    Some((at, None))
}

/// The first abbreviation that is nowhere written out, and where it stands.
pub(super) fn abbreviation(of: &Submission<'_>, texts: &[Passage], known: &[String]) -> Option<(usize, Option<String>)> {
    let mut matcher = NameMatcher::new(&[]);
    for person in of.case.everybody() {
        if let Some(name) = &person.name {
            matcher.add_always(&person.id, name, NameOwner::Person);
        }
    }
    let names: Vec<&String> = of.case.perpetrators.iter().flat_map(|p| p.name.iter().chain(&p.institution)).filter_map(|n| n.get(of.language)).collect();
    for (n, text) in texts.iter().enumerate() {
        for word in short_forms(&text.text) {
            let own = of.organisation.acronym.as_deref() == Some(word);
            if own || known.contains(&fold(word)) || is_roman(word) {
                continue;
            }
            let in_brackets = format!("({word})");
            let before_brackets = format!("{word} (");
            let explains = |t: &str| t.contains(&in_brackets) || t.contains(&before_brackets);
            if texts.iter().any(|t| explains(&t.text)) || names.iter().any(|t| explains(t)) {
                continue;
            }
            let telling = !matcher.find(word).is_empty();
            return Some((n, (!telling).then(|| word.to_owned())));
        }
    }
    None
}

/// Words of two to six capital letters that stand among others: a sentence in capitals is no abbreviation.
fn short_forms(text: &str) -> Vec<&str> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '\u{fffc}').filter(|w| !w.is_empty()).collect();
    let shouted = |w: Option<&&str>| w.is_some_and(|w| w.chars().count() > 1 && w.chars().all(char::is_uppercase));
    let mut found = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let alone = !shouted(n.checked_sub(1).and_then(|n| words.get(n))) && !shouted(words.get(n + 1));
        if alone && (2..=6).contains(&word.chars().count()) && word.chars().all(char::is_uppercase) {
            found.push(*word);
        }
    }
    found
}

fn is_roman(word: &str) -> bool {
    word.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'))
}

#[cfg(test)]
mod tests {
    use super::{Passage, is_roman, mentions, short_forms, with_a_word};

    fn text(text: &str) -> Vec<Passage> {
        vec![Passage { path: "a.account".into(), location: None, text: text.into() }]
    }

    #[test]
    fn a_stem_is_found_at_the_beginning_of_a_word_whatever_its_accents() {
        assert!(mentions(&text("Se pidió asistencia a la Embajada."), &["embajad".into()]));
        assert!(mentions(&text("La procédure d'asile internationale"), &["procedure d asile".into()]));
        assert!(!mentions(&text("reconsular"), &["consul".into()]));
    }

    #[test]
    fn a_word_is_found_only_whole() {
        assert!(with_a_word(&text("these pigs came"), &["pigs".into()]).is_some());
        assert!(with_a_word(&text("pigsty"), &["pigs".into()]).is_none());
    }

    #[test]
    fn capitals_are_short_forms_unless_they_are_shouted() {
        assert_eq!(short_forms("the INM and a CNDH official"), ["INM", "CNDH"]);
        assert!(short_forms("THEY DID NOT COME, I say").is_empty());
        assert!(is_roman("IV") && !is_roman("INM"));
    }
}
