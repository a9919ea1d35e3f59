//! Asking for texts: cleaned, never empty, each in its language.
//!
//! In: a key. Out: text as it may stand in a letter, or a problem of the [`Log`](super::Log).

use super::{Braced, Entry, Fields, Kind, Node, Value};
use crate::diagnostic::{Diagnostic, Place, shown};
use crate::records::Prose;
use crate::records::prose::is_id;
use crate::text::{Language, Lines, Localized, Removed, clean};
use std::borrow::Cow;

/// A title in one language, with the forms of a woman and of a man where they differ from the office's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gendered {
    /// The office's, or the standing form.
    pub any: String,
    /// A woman's.
    pub f: Option<String>,
    /// A man's.
    pub m: Option<String>,
}

#[derive(Clone, Copy)]
enum Scope {
    Language,
    Everywhere,
}

impl<'r> Fields<'_, 'r> {
    pub(super) fn cleaned<'t>(&self, key: &str, text: &'t str, place: Place, lines: Lines) -> Option<Cow<'t, str>> {
        let (text, removed) = clean(text, lines);
        if let Some(kind) = removed {
            let what = match kind {
                Removed::Control => say!("control characters were removed from `{key}`", key = key),
                Removed::Bidi => say!("characters that reverse the direction of writing were removed from `{key}`", key = key),
                Removed::PrivateUse => say!("private-use characters were removed from `{key}`", key = key),
            };
            self.log.push(
                Diagnostic::warning(what)
                    .at(self.location(place))
                    .about(self.path(key))
                    .hint(say!("they cannot be seen; type the text anew if it looks wrong")),
            );
        }
        (!text.is_empty()).then_some(text)
    }

    /// Remembers a text that may have references in it.
    fn note_braces(&self, key: &str, text: &str, place: Place, is_localized: bool) {
        if memchr::memchr2(b'{', b'}', text.as_bytes()).is_some() {
            self.log.braced.borrow_mut().push(Braced { text: text.to_owned(), place, path: self.path(key), is_localized });
        }
    }

    pub(super) fn not_empty<'t>(&self, key: &str, place: Place, text: Option<Cow<'t, str>>) -> Option<Cow<'t, str>> {
        if text.is_none() {
            self.empty(key, place, say!("write it, or leave the key out"));
        }
        text
    }

    /// One line of text.
    pub fn line(&mut self, key: &'static str, doc: &'static str) -> Option<String> {
        self.line_at(key, doc, "").map(|(_, text)| text.into_owned())
    }

    /// One line of text of a certain form, which `parse` understands.
    pub fn line_as<T>(&mut self, key: &'static str, doc: &'static str, form: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let (node, text) = self.line_at(key, doc, form)?;
        let value = parse(&text);
        if value.is_none() {
            self.wrong(key, node, &Kind::Text(form));
        }
        value
    }

    fn line_at(&mut self, key: &'static str, doc: &'static str, form: &'static str) -> Option<(&'r Node, Cow<'r, str>)> {
        let node = self.ask(key, doc, || Kind::Text(form))?;
        let text = match &node.value {
            Value::Text(text) => text,
            Value::Date(text) if !form.is_empty() => text,
            _ => {
                self.wrong(key, node, &Kind::Text(form));
                return None;
            }
        };
        let text = self.cleaned(key, text, node.place, Lines::One);
        let text = self.not_empty(key, node.place, text)?;
        self.note_braces(key, &text, node.place, false);
        Some((node, text))
    }

    /// Several lines of text, in brackets.
    pub fn lines(&mut self, key: &'static str, doc: &'static str) -> Vec<String> {
        self.list(key, doc, "", |text| Some(text.to_owned()))
    }

    /// Several lines of a certain form. A single text is a list of one.
    pub fn list<T>(&mut self, key: &'static str, doc: &'static str, form: &'static str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let mut values = Vec::new();
        self.all_lines(key, doc, form, &mut |text| parse(text).map(|value| values.push(value)).is_some());
        values
    }

    /// Hands on each line, and reports those that are not of the form.
    fn all_lines(&mut self, key: &'static str, doc: &'static str, form: &'static str, take: &mut dyn FnMut(&str) -> bool) {
        let kind = || Kind::List(Box::new(Kind::Text(form)));
        let Some(node) = self.ask(key, doc, kind) else { return };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Text(_) => std::slice::from_ref(node),
            _ => return self.wrong(key, node, &kind()),
        };
        for item in items {
            let Some(text) = item.text() else {
                self.wrong(key, item, &Kind::Text(form));
                continue;
            };
            let text = self.cleaned(key, text, item.place, Lines::One);
            let Some(text) = self.not_empty(key, item.place, text) else { continue };
            if !take(&text) {
                self.wrong(key, item, &Kind::Text(form));
            }
        }
    }

    /// An id: small letters, digits and hyphens, beginning with a letter.
    pub fn id(&mut self, key: &'static str, doc: &'static str) -> Option<String> {
        self.line_as(key, doc, "an id of small letters, digits and hyphens, such as \"v1\"", |t| is_id(t).then(|| t.to_owned()))
    }

    /// Several ids.
    pub fn ids(&mut self, key: &'static str, doc: &'static str) -> Vec<String> {
        self.list(key, doc, "an id of small letters, digits and hyphens, such as \"v1\"", |t| is_id(t).then(|| t.to_owned()))
    }

    /// A text of one line, by language; a plain string is in the language of the file.
    pub fn localized(&mut self, key: &'static str, doc: &'static str) -> Option<Localized> {
        self.texts(key, doc, Scope::Language, Lines::One).map(|t| t.map(|(text, _)| text.into_owned()))
    }

    /// A proper name of one line, by language; a plain string stands in every language.
    pub fn proper_name(&mut self, key: &'static str, doc: &'static str) -> Option<Localized> {
        self.texts(key, doc, Scope::Everywhere, Lines::One).map(|t| t.map(|(text, _)| text.into_owned()))
    }

    /// A proper name that may differ by gender: `title.es = { m = "Relator …", f = "Relatora …" }`.
    pub fn gendered(&mut self, key: &'static str, doc: &'static str) -> Option<Localized<Gendered>> {
        let node = self.ask(key, doc, || Kind::Gendered)?;
        let Value::Table(entries) = &node.value else {
            return self.forms(key, node).map(Localized::everywhere);
        };
        if entries.is_empty() {
            self.empty(key, node.place, say!("write a text for a language: {key}.es = \"…\"", key = key));
        }
        let texts: Vec<_> = entries.iter().filter_map(|e| Some((self.language_of(key, e)?, self.forms(key, &e.node)?))).collect();
        (!texts.is_empty()).then(|| Localized::by_language(texts))
    }

    /// A title in one language: a text, or the forms of an office, a woman and a man.
    fn forms(&self, key: &str, node: &Node) -> Option<Gendered> {
        let line = |node: &Node| {
            let text = node.text().map(|t| self.cleaned(key, t, node.place, Lines::One));
            if text.is_none() {
                self.wrong(key, node, &Kind::Gendered);
            }
            text.and_then(|t| self.not_empty(key, node.place, t)).map(Cow::into_owned)
        };
        let Value::Table(entries) = &node.value else {
            return line(node).map(|any| Gendered { any, f: None, m: None });
        };
        for entry in entries.iter().filter(|e| !matches!(e.key.as_str(), "office" | "f" | "m")) {
            let hint = say!("the forms are office, f and m");
            self.problem_at(entry.place, key, say!("`{word}` is not a form of a title", word = shown(&entry.key)), hint);
        }
        let of = |k: &str| node.get(k).and_then(line);
        let (office, f, m) = (of("office"), of("f"), of("m"));
        if entries.is_empty() {
            self.wrong(key, node, &Kind::Gendered);
        }
        office.or_else(|| m.clone()).or_else(|| f.clone()).map(|any| Gendered { any, f, m })
    }

    /// The language that a text is given for.
    fn language_of(&self, key: &str, entry: &Entry) -> Option<Language> {
        let language = Language::parse(&entry.key);
        if language.is_none() && !matches!(entry.node.value, Value::Spoilt) {
            let message = say!("`{word}` below `{key}` is not a language", word = shown(&entry.key), key = key);
            self.problem_at(entry.place, key, message, say!("write a language code: {key}.es = \"…\"", key = key));
        }
        language
    }

    /// Paragraphs without references, by language.
    pub fn paragraphs(&mut self, key: &'static str, doc: &'static str) -> Option<Localized> {
        self.texts(key, doc, Scope::Language, Lines::Many).map(|t| t.map(|(text, _)| text.into_owned()))
    }

    /// Paragraphs with references, by language.
    pub fn prose(&mut self, key: &'static str, doc: &'static str) -> Option<Localized<Prose>> {
        self.texts(key, doc, Scope::Language, Lines::Many).map(|t| t.map(|(text, place)| Prose::parse(&text, place)))
    }

    fn texts(&mut self, key: &'static str, doc: &'static str, scope: Scope, lines: Lines) -> Option<Localized<(Cow<'r, str>, Place)>> {
        let node = self.ask(key, doc, || Kind::Localized)?;
        match &node.value {
            Value::Text(text) => {
                let text = self.cleaned(key, text, node.place, lines);
                let text = (self.not_empty(key, node.place, text)?, node.place);
                self.note_braces(key, &text.0, node.place, true);
                let language = self.log.language.borrow().clone();
                Some(match (scope, language) {
                    (Scope::Language, Some(language)) => Localized::by_language(vec![(language, text)]),
                    _ => Localized::everywhere(text),
                })
            }
            Value::Table(entries) => {
                if entries.is_empty() {
                    self.empty(key, node.place, say!("write a text for a language: {key}.es = \"…\"", key = key));
                }
                let mut texts = Vec::with_capacity(entries.len());
                for entry in entries {
                    let Some(language) = self.language_of(key, entry) else { continue };
                    match &entry.node.value {
                        Value::Text(text) => {
                            let text = self.cleaned(key, text, entry.node.place, lines);
                            if let Some(text) = self.not_empty(key, entry.node.place, text) {
                                self.note_braces(key, &text, entry.node.place, true);
                                texts.push((language, (text, entry.node.place)));
                            }
                        }
                        _ => self.wrong(key, &entry.node, &Kind::Text("")),
                    }
                }
                (!texts.is_empty()).then(|| Localized::by_language(texts))
            }
            _ => {
                self.wrong(key, node, &Kind::Localized);
                None
            }
        }
    }
}
