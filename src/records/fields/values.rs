//! Asking for words of a list, numbers, days and hours.
//!
//! In: a key. Out: a typed value, or a problem of the [`Log`](super::Log). No order of day and month is ever guessed.

use super::{Fields, Kind, Node, Value};
use crate::date::{Clock, PartialDate, day};
use crate::diagnostic::did_you_mean;
use crate::text::Localized;
use chrono::NaiveDate;

impl Fields<'_, '_> {
    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, doc: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let kind = || Kind::Choice(words.iter().map(|(w, _)| *w).collect());
        let node = self.ask(key, doc, kind)?;
        self.word(key, node, words)
    }

    /// Several of a few words.
    pub fn choices<T: Copy>(&mut self, key: &'static str, doc: &'static str, words: &[(&'static str, T)]) -> Vec<T> {
        let kind = || Kind::List(Box::new(Kind::Choice(words.iter().map(|(w, _)| *w).collect())));
        let Some(node) = self.ask(key, doc, kind) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        items.iter().filter_map(|item| self.word(key, item, words)).collect()
    }

    fn word<T: Copy>(&self, key: &str, node: &Node, words: &[(&'static str, T)]) -> Option<T> {
        let found = node.text().and_then(|text| words.iter().find(|(w, _)| *w == text.trim()));
        if found.is_none() {
            self.not_among(key, node, words.iter().map(|(w, _)| *w).collect());
        }
        found.map(|(_, value)| *value)
    }

    fn not_among(&self, key: &str, node: &Node, words: Vec<&'static str>) {
        let near = node.text().map(|text| did_you_mean(text.trim(), words.iter().copied()));
        let kind = Kind::Choice(words);
        let hint = match near {
            None => return self.wrong(key, node, &kind),
            Some(Some(word)) => say!("did you mean \"{word}\"?", word = word),
            Some(None) => say!("write one of {words}", words = kind.words()),
        };
        self.problem_at(node.place, key, say!("`{key}` has a word that is not among its words", key = key), hint);
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &'static str, doc: &'static str) -> Option<bool> {
        let node = self.ask(key, doc, || Kind::Bool)?;
        if let Value::Bool(value) = node.value {
            Some(value)
        } else {
            self.wrong(key, node, &Kind::Bool);
            None
        }
    }

    /// A whole number that is not negative, or text of a certain form.
    pub fn number_or<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        form: &'static str,
        number: impl FnOnce(u32) -> T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let kind = || Kind::Either(vec![Kind::Integer, Kind::Text(form)]);
        let node = self.ask(key, doc, kind)?;
        let value = match &node.value {
            Value::Integer(n) => u32::try_from(*n).ok().map(number),
            Value::Text(text) => parse(text.trim()),
            _ => None,
        };
        if value.is_none() {
            self.wrong(key, node, &kind());
        }
        value
    }

    /// One full day.
    pub fn day(&mut self, key: &'static str, doc: &'static str) -> Option<NaiveDate> {
        let node = self.ask(key, doc, || Kind::Day)?;
        let (Value::Text(text) | Value::Date(text)) = &node.value else {
            self.wrong(key, node, &Kind::Day);
            return None;
        };
        let value = day(text.trim());
        if value.is_none() {
            if crate::date::PartialDate::parse(text.trim()).is_none() && looks_like_a_day(text.trim()) {
                self.problem(key, say!("`{key}` is a day that does not exist", key = key), say!("look at the calendar again"));
            } else {
                self.wrong(key, node, &Kind::Day);
            }
        }
        value
    }

    /// A date as far as it is known.
    pub fn known(&mut self, key: &'static str, doc: &'static str) -> Option<PartialDate> {
        const FORM: &str = "a date: 2021-03-22, 2021-03 or 2021, with ~ for about, A/B from A to B, [A..B] between A and B, XXXX unknown";
        let node = self.ask(key, doc, || Kind::Text(FORM))?;
        let (Value::Text(text) | Value::Date(text)) = &node.value else {
            if let Value::Integer(year @ 1000..=9999) = node.value
                && let Some(known) = PartialDate::parse(&year.to_string())
            {
                return Some(known);
            }
            self.wrong(key, node, &Kind::Text(FORM));
            return None;
        };
        let value = PartialDate::parse(text);
        if value.is_none() {
            if looks_like_a_day(text.trim()) {
                self.problem(
                    key,
                    say!("`{key}` is a day that does not exist", key = key),
                    say!("look at the calendar again; write 2021-03 if the day is not known"),
                );
            } else {
                self.wrong(key, node, &Kind::Text(FORM));
            }
        }
        value
    }

    /// A time of day as far as it is known, or a localized text.
    pub fn time(&mut self, key: &'static str, doc: &'static str) -> Option<(Option<Clock>, Option<Localized>)> {
        if let Some(node) = self.node.and_then(|n| n.get(key))
            && let Value::Text(text) | Value::Date(text) = &node.value
        {
            let text = text.trim();
            // TOML's own times have seconds: 13:00:00.
            let clock = Clock::parse(text.strip_suffix(":00").filter(|t| t.len() == 5).unwrap_or(text));
            if clock.is_some() || matches!(node.value, Value::Date(_)) || looks_like_a_clock(text) {
                self.ask(key, doc, || Kind::Localized);
                if clock.is_none() {
                    self.wrong(key, node, &Kind::Text("a time: \"13:00\", \"13:00~\" for about, \"13:00/15:00\", or words in quotes"));
                }
                return clock.map(|c| (Some(c), None));
            }
        }
        self.localized(key, doc).map(|words| (None, Some(words)))
    }
}

/// Nothing but figures and the signs of a time: no words of any language.
fn looks_like_a_clock(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b":.,/~-h ".contains(&b))
}

fn looks_like_a_day(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 10 && b[4] == b'-' && b[7] == b'-' && b.iter().enumerate().all(|(i, c)| i == 4 || i == 7 || c.is_ascii_digit())
}
