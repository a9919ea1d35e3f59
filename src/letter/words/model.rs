//! A language's files compared with the shipped English ones, which are the model of what a language needs.
//!
//! In: the text of `words.toml` or `instruments.toml`. Out: every key that is missing or misspelt, every value of another
//! kind, every placeholder (`{date}`) that a pattern lacks or cannot fill, each with its place. Without this a letter would go out
//! with a word too few.

use super::pattern::placeholders;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, did_you_mean, shown};
use crate::directory::KINDS;
use crate::records::{Entry, Node, Record, Value, read_toml};
use std::sync::Arc;

const WORDS: &str = include_str!("../../../letter-templates/en/words.toml");
const INSTRUMENTS: &str = include_str!("../../../letter-templates/en/instruments.toml");

/// Tables whose keys are the language's own: the model's are examples.
const OPEN: [&str; 7] = ["dates.days", "elision.words", "elision.contractions", "honorifics.f", "honorifics.m", "languages", "mandates"];
/// Tables that may have a row for every kind of recipient.
const BY_KIND: [&str; 2] = ["roles", "salutations"];
/// Patterns whose placeholders differ from language to language: what they may have.
const FREE: [(&str, &[&str]); 2] = [("salutations.", &["honorific", "family", "name"]), ("closings.", &["salutation"])];

/// What an instrument may have. Those that count principles or paragraphs have their own `article` and `articles`.
const INSTRUMENT: [&str; 6] = ["title", "short", "symbol", "binding", "article", "articles"];

/// What is wrong with a language's `words.toml`.
pub(super) fn check_words(text: &str, file: &Arc<str>) -> Diagnostics {
    let (own, mut problems) = read_toml(text.as_bytes(), file);
    if let (Some(own), (Some(model), _)) = (own, read_toml(WORDS.as_bytes(), &Arc::from(""))) {
        Comparison { own: &own, problems: &mut problems }.tables("", &model.root, &own.root);
    }
    problems
}

/// What is wrong with a language's `instruments.toml`: its patterns are the model's, its instruments its own.
pub(super) fn check_instruments(text: &str, file: &Arc<str>) -> Diagnostics {
    let (own, mut problems) = read_toml(text.as_bytes(), file);
    let (model, _) = read_toml(INSTRUMENTS.as_bytes(), &Arc::from(""));
    let (Some(own), Some(model)) = (own, model) else { return problems };
    let mut comparison = Comparison { own: &own, problems: &mut problems };
    let instrument = entries(&model.root).iter().find(|e| matches!(e.node.value, Value::Table(_)));
    for entry in entries(&own.root) {
        if let (Value::Table(_), Some(instrument)) = (&entry.node.value, instrument) {
            comparison.instrument(&entry.key, &instrument.node, &entry.node);
            // A pattern of its own counts paragraphs or principles, and has the placeholder of the general one.
            for key in ["article", "articles"] {
                if let (Some(general), Some(pattern)) = (model.root.get(key), entry.node.get(key)) {
                    comparison.values(&format!("{}.{key}", entry.key), general, pattern);
                }
            }
        }
    }
    let patterns = |node: &Node| -> Vec<Entry> { entries(node).iter().filter(|e| !matches!(e.node.value, Value::Table(_))).cloned().collect() };
    let table = |node: &Node| Node { place: node.place, value: Value::Table(patterns(node)) };
    comparison.tables("", &table(&model.root), &table(&own.root));
    problems
}

fn entries(node: &Node) -> &[Entry] {
    if let Value::Table(entries) = &node.value { entries } else { &[] }
}

struct Comparison<'c> {
    own: &'c Record,
    problems: &'c mut Diagnostics,
}

impl Comparison<'_> {
    fn push(&mut self, node: &Node, path: &str, diagnostic: Diagnostic) {
        let at: Location = self.own.location(node.place);
        self.problems.push(diagnostic.at(at).about(path));
    }

    fn tables(&mut self, path: &str, model: &Node, own: &Node) {
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        for entry in entries(model) {
            let path = below(&entry.key);
            match own.get(&entry.key) {
                Some(node) => self.values(&path, &entry.node, node),
                None if is_example(&path) => {}
                None => {
                    let found = say!("`{path}` is missing", path = path);
                    let hint = match entry.node.text() {
                        Some(text) => say!("add {key} = \"…\"; in English it is \"{text}\"", key = entry.key, text = text),
                        None => compare_with_shipped(),
                    };
                    self.push(own, &path, Diagnostic::error(found).hint(hint));
                }
            }
        }
        for entry in entries(own).iter().filter(|e| model.get(&e.key).is_none() && !OPEN.contains(&path)) {
            if BY_KIND.contains(&path) && KINDS.iter().any(|(kind, _)| *kind == entry.key) {
                continue;
            }
            let known = entries(model).iter().map(|e| e.key.as_str());
            let hint = match did_you_mean(&entry.key, known.clone()) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None => say!("the keys here are {known}", known = known.collect::<Vec<_>>().join(", ")),
            };
            let key_node = Node { place: entry.place, value: Value::Spoilt };
            self.push(&key_node, &below(&entry.key), Diagnostic::error(say!("there is no key `{path}`", path = shown(&below(&entry.key)))).hint(hint));
        }
    }

    fn values(&mut self, path: &str, model: &Node, own: &Node) {
        match (&model.value, &own.value) {
            (_, Value::Spoilt) => {}
            (Value::List(_), Value::List(months)) if path == "months" && months.len() != 12 => {
                let found = say!("`{path}` has to have {count} entries, not {found}", path = path, count = 12, found = months.len());
                self.push(own, path, Diagnostic::error(found).hint(compare_with_shipped()));
            }
            (Value::List(known), Value::List(items)) => {
                for item in items.iter().filter(|item| known.first().is_some_and(|known| known.text().is_some() && item.text().is_none())) {
                    self.values(path, &known[0], item);
                }
            }
            (Value::Integer(known), Value::Integer(schema)) if known == schema => {}
            (Value::Integer(known), Value::Integer(schema)) => {
                let found = say!("this program knows schema {known} of words.toml, not schema {schema}", known = known, schema = schema);
                self.push(own, path, Diagnostic::error(found).hint(compare_with_shipped()));
            }
            (Value::Table(_), Value::Table(_)) => self.tables(path, model, own),
            (Value::Text(pattern), Value::Text(text)) => self.placeholders(path, pattern, text, own),
            _ => {
                let kind = match model.value {
                    Value::Table(_) => "a table",
                    Value::List(_) => "a list",
                    Value::Integer(_) => "a number",
                    _ => "a text",
                };
                let found = say!("`{path}` has to be {kind}", path = path, kind = kind);
                self.push(own, path, Diagnostic::error(found).hint(compare_with_shipped()));
            }
        }
    }

    /// A placeholder that is missing would lose a value; one that is misspelt would be printed with its braces.
    fn placeholders(&mut self, path: &str, model: &str, own: &str, node: &Node) {
        let free = FREE.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, names)| *names);
        let (wanted, has) = (placeholders(model), placeholders(own));
        let known = free.map_or_else(|| wanted.clone(), <[&str]>::to_vec);
        let braced = |name: &str| format!("{{{name}}}");
        for name in has.iter().filter(|name| !known.contains(name)) {
            let hint = match did_you_mean(name, known.iter().copied()) {
                Some(near) => say!("did you mean {placeholder}?", placeholder = braced(near)),
                None if known.is_empty() => say!("this text has no placeholders"),
                None => say!("its placeholders are {known}", known = known.iter().map(|name| braced(name)).collect::<Vec<_>>().join(", ")),
            };
            let found = say!("`{path}` has a placeholder {placeholder} that nothing fills", path = path, placeholder = braced(name));
            self.push(node, path, Diagnostic::error(found).hint(hint));
        }
        for name in wanted.iter().filter(|name| free.is_none() && !has.contains(name)) {
            let found = say!("`{path}` lacks the placeholder {placeholder}", path = path, placeholder = braced(name));
            self.push(node, path, Diagnostic::error(found).hint(say!("write {placeholder} where its value belongs", placeholder = braced(name))));
        }
    }

    fn instrument(&mut self, key: &str, model: &Node, own: &Node) {
        for entry in entries(own).iter().filter(|e| !INSTRUMENT.contains(&e.key.as_str())) {
            let key_node = Node { place: entry.place, value: Value::Spoilt };
            let hint = say!("an instrument has title, short, symbol, binding, article and articles");
            self.push(&key_node, key, Diagnostic::error(say!("there is no key `{path}`", path = shown(&format!("{key}.{}", entry.key)))).hint(hint));
        }
        if let (Some(title), None) = (model.get("title"), own.get("title")) {
            let hint = say!("add title = \"…\", as in \"{title}\"", title = title.text().unwrap_or_default());
            self.push(own, key, Diagnostic::error(say!("`{path}` is missing", path = format!("{key}.title"))).hint(hint));
        }
    }
}

fn compare_with_shipped() -> Message {
    say!("compare the file with the shipped one: `appeal templates --eject DIR`")
}

/// Whether a key of the model is an example that a language need not have: everything in an open table but `default`.
fn is_example(path: &str) -> bool {
    path == "plurals" || path.rsplit_once('.').is_some_and(|(table, key)| OPEN.contains(&table) && key != "default")
}

#[cfg(test)]
mod tests {
    use super::{INSTRUMENTS, WORDS, check_instruments, check_words};
    use crate::diagnostic::Diagnostics;
    use std::sync::Arc;

    #[test]
    fn the_shipped_languages_fit_the_model() {
        for (words, instruments) in [
            (WORDS, INSTRUMENTS),
            (include_str!("../../../letter-templates/es/words.toml"), include_str!("../../../letter-templates/es/instruments.toml")),
            (include_str!("../../../letter-templates/fr/words.toml"), include_str!("../../../letter-templates/fr/instruments.toml")),
        ] {
            assert_eq!(check_words(words, &Arc::from("w")), Diagnostics::default());
            assert_eq!(check_instruments(instruments, &Arc::from("i")), Diagnostics::default());
        }
    }
}
