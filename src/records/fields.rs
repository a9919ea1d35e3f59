//! Asking a record for what one understands.
//!
//! In: a [`Record`]. Out: typed values, and every problem of the file in one [`Log`]. A reading function asks for its keys
//! in turn and never stops at the first mistake; when it has asked, every key it did not ask for is reported. Run without a
//! record, the same function tells which keys it knows ([`Log::shape`]).

use super::prose::is_id;
use super::{Field, Kind, Node, Prose, Record, Shape, Value};
use crate::date::{Clock, Known, day};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, Place, did_you_mean, shown};
use crate::text::{Language, Lines, Localized, Removed, clean};
use chrono::NaiveDate;
use std::cell::{Cell, RefCell};

/// What is being read, and what was found wrong with it so far.
pub struct Log<'r> {
    record: Option<&'r Record>,
    language: RefCell<Option<Language>>,
    problems: RefCell<Diagnostics>,
    shape: fn() -> Shape,
}

impl<'r> Log<'r> {
    /// Reads a record with a function that asks for its fields. `shape` tells what that function knows.
    pub fn read<T>(record: &'r Record, shape: fn() -> Shape, read: impl FnOnce(&mut Fields<'_, 'r>) -> T) -> (T, Diagnostics) {
        let log = Self { record: Some(record), language: RefCell::default(), problems: RefCell::default(), shape };
        let value = {
            let mut fields = Fields::new(Some(&record.root), Path::TOP, &log);
            let value = read(&mut fields);
            fields.finish();
            value
        };
        (value, log.problems.into_inner())
    }

    /// What a reading function knows, learned by running it over nothing.
    pub fn shape<T>(read: impl FnOnce(&mut Fields<'_, '_>) -> T) -> Shape {
        let log = Log { record: None, language: RefCell::default(), problems: RefCell::default(), shape: Shape::default };
        let mut fields = Fields::new(None, Path::TOP, &log);
        fields.shape = Some(Shape::default());
        let _ = read(&mut fields);
        fields.shape.take().unwrap_or_default()
    }

    fn push(&self, diagnostic: Diagnostic) {
        if self.record.is_some() {
            self.problems.borrow_mut().push(diagnostic);
        }
    }

    fn location(&self, place: Place) -> Option<Location> {
        self.record.map(|r| r.location(place))
    }
}

/// Where in the tree: `victims.1.consent`.
#[derive(Clone, Copy)]
struct Path<'p> {
    above: Option<&'p Path<'p>>,
    key: &'p str,
    number: usize,
}

impl Path<'_> {
    const TOP: Self = Self { above: None, key: "", number: 0 };

    fn write(&self, out: &mut String) {
        if let Some(above) = self.above {
            above.write(out);
        }
        if !self.key.is_empty() {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(self.key);
            if self.number > 0 {
                out.push('.');
                out.push_str(&self.number.to_string());
            }
        }
    }

    fn with(&self, key: &str) -> String {
        let mut out = String::new();
        self.write(&mut out);
        if !key.is_empty() {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(key);
        }
        out
    }

    /// The header of the table: `[[victims]]`.
    fn header(&self) -> String {
        let (mut names, mut at) = (Vec::new(), Some(self));
        while let Some(path) = at {
            if !path.key.is_empty() {
                names.push(path.key);
            }
            at = path.above;
        }
        names.reverse();
        let name = names.join(".");
        if self.number > 0 { format!("[[{name}]]") } else { format!("[{name}]") }
    }
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// It must.
    Yes,
    /// It need not.
    No,
}

/// The fields of one table, to be asked for one by one.
pub struct Fields<'p, 'r> {
    node: Option<&'r Node>,
    path: Path<'p>,
    log: &'p Log<'r>,
    asked: Vec<&'static str>,
    required: Cell<bool>,
    shape: Option<Shape>,
}

impl<'p, 'r> Fields<'p, 'r> {
    fn new(node: Option<&'r Node>, path: Path<'p>, log: &'p Log<'r>) -> Self {
        Self { node, path, log, asked: Vec::with_capacity(16), required: Cell::new(false), shape: None }
    }

    /// The next key that is asked for must be there.
    pub fn must(&mut self) -> &mut Self {
        self.required.set(true);
        self
    }

    /// The next key that is asked for must be there, or need not.
    pub fn required(&mut self, required: Required) -> &mut Self {
        self.required.set(required == Required::Yes);
        self
    }

    /// Plain strings are from now on in this language.
    pub fn speak(&self, language: Language) {
        *self.log.language.borrow_mut() = Some(language);
    }

    /// Whether the key stands in the file, understood or not.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.node.is_some_and(|n| n.get(key).is_some())
    }

    /// Where the value of this key stands; where the table begins if it is not there.
    #[must_use]
    pub fn place(&self, key: &str) -> Place {
        self.node.map_or_else(Place::default, |n| n.get(key).map_or(n.place, |v| v.place))
    }

    /// The location of a place in the file that is being read.
    #[must_use]
    pub fn location(&self, place: Place) -> Option<Location> {
        self.log.location(place)
    }

    /// The dotted path of a key of this table.
    #[must_use]
    pub fn path(&self, key: &str) -> String {
        self.path.with(key)
    }

    /// Reports a problem of this key. The hint says what to do.
    pub fn problem(&self, key: &str, message: Message, hint: Message) {
        self.log.push(Diagnostic::error(message).at(self.location(self.place(key))).about(self.path(key)).hint(hint));
    }

    /// Reports a problem of this key at a place of its own.
    pub fn problem_at(&self, place: Place, key: &str, message: Message, hint: Message) {
        self.log.push(Diagnostic::error(message).at(self.location(place)).about(self.path(key)).hint(hint));
    }

    /// Reports a remark about this key at a place of its own.
    pub fn remark_at(&self, place: Place, key: &str, message: Message, hint: Message) {
        self.log.push(Diagnostic::warning(message).at(self.location(place)).about(self.path(key)).hint(hint));
    }

    /// Reports a remark about this key.
    pub fn remark(&self, key: &str, message: Message, hint: Message) {
        self.log.push(Diagnostic::warning(message).at(self.location(self.place(key))).about(self.path(key)).hint(hint));
    }

    fn ask(&mut self, key: &'static str, doc: &'static str, kind: impl FnOnce() -> Kind) -> Option<&'r Node> {
        let required = self.required.take();
        self.asked.push(key);
        if let Some(shape) = &mut self.shape {
            shape.fields.push(Field { key, doc, required, kind: kind() });
            return None;
        }
        let table = self.node?;
        let node = table.get(key);
        if node.is_none() && required && !matches!(table.value, Value::Spoilt) {
            let message = if self.path.above.is_none() && self.path.key.is_empty() {
                say!("the key `{key}` is missing", key = key)
            } else {
                say!("the key `{key}` is missing in {table}", key = key, table = self.path.header())
            };
            self.log.push(Diagnostic::error(message).at(self.location(table.place)).about(self.path(key)).hint(say!(
                "add {key} = … ({doc})",
                key = key,
                doc = doc
            )));
        }
        node
    }

    /// Says what should have stood there, unless it was reported already.
    fn wrong(&self, key: &str, node: &Node, kind: &Kind) {
        let hint = match (&node.value, kind) {
            (Value::Spoilt, _) => return,
            (Value::Text(text), Kind::Day | Kind::Text(_)) if looks_like_a_foreign_date(text) => {
                say!("write the year first: 2021-04-28 for 28 April 2021")
            }
            (Value::Text(text), Kind::Bool) if matches!(text.as_str(), "true" | "false") => say!("write {word} without quotes", word = text),
            _ => say!("write {form}", form = kind.words()),
        };
        self.log.push(
            Diagnostic::error(say!("`{key}` cannot be understood: it has to be {form}", key = key, form = kind.words()))
                .at(self.location(node.place))
                .about(self.path(key))
                .hint(hint),
        );
    }

    fn cleaned(&self, key: &str, text: &str, place: Place, lines: Lines) -> Option<String> {
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
        (!text.is_empty()).then(|| text.into_owned())
    }

    /// Reports a text with nothing in it: an empty string never stands for "none".
    fn not_empty(&self, key: &str, place: Place, text: Option<String>) -> Option<String> {
        if text.is_none() {
            self.log.push(
                Diagnostic::error(say!("`{key}` is empty", key = key))
                    .at(self.location(place))
                    .about(self.path(key))
                    .hint(say!("write it, or leave the key out")),
            );
        }
        text
    }

    /// One line of text.
    pub fn line(&mut self, key: &'static str, doc: &'static str) -> Option<String> {
        self.line_as(key, doc, "", |text| Some(text.to_owned()))
    }

    /// One line of text of a certain form, which `parse` understands.
    pub fn line_as<T>(&mut self, key: &'static str, doc: &'static str, form: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let node = self.ask(key, doc, || Kind::Text(form))?;
        let (Value::Text(text) | Value::Date(text)) = &node.value else {
            self.wrong(key, node, &Kind::Text(form));
            return None;
        };
        if form.is_empty() && matches!(node.value, Value::Date(_)) {
            self.wrong(key, node, &Kind::Text(form));
            return None;
        }
        let text = self.cleaned(key, text, node.place, Lines::One);
        let text = self.not_empty(key, node.place, text)?;
        let value = parse(&text);
        if value.is_none() {
            self.wrong(key, node, &Kind::Text(form));
        }
        value
    }

    /// Several lines of text, in brackets.
    pub fn lines(&mut self, key: &'static str, doc: &'static str) -> Vec<String> {
        self.list(key, doc, "", |text| Some(text.to_owned()))
    }

    /// Several lines of a certain form. A single text is a list of one.
    pub fn list<T>(&mut self, key: &'static str, doc: &'static str, form: &'static str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let kind = || Kind::List(Box::new(Kind::Text(form)));
        let Some(node) = self.ask(key, doc, kind) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Text(_) => std::slice::from_ref(node),
            _ => {
                self.wrong(key, node, &kind());
                return Vec::new();
            }
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let text = item.text().and_then(|t| self.cleaned(key, t, item.place, Lines::One));
            match text.as_deref().and_then(&parse) {
                Some(value) => values.push(value),
                None => self.wrong(key, item, &Kind::Text(form)),
            }
        }
        values
    }

    /// An id: small letters, digits and hyphens, beginning with a letter.
    pub fn id(&mut self, key: &'static str, doc: &'static str) -> Option<String> {
        self.line_as(key, doc, "an id of small letters, digits and hyphens, such as \"v1\"", |t| is_id(t).then(|| t.to_owned()))
    }

    /// Several ids.
    pub fn ids(&mut self, key: &'static str, doc: &'static str) -> Vec<String> {
        self.list(key, doc, "an id of small letters, digits and hyphens, such as \"v1\"", |t| is_id(t).then(|| t.to_owned()))
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, doc: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let kind = || Kind::Choice(words.iter().map(|(w, _)| *w).collect());
        let node = self.ask(key, doc, kind)?;
        let Some(text) = node.text() else {
            self.wrong(key, node, &kind());
            return None;
        };
        let found = words.iter().find(|(w, _)| *w == text).map(|(_, v)| *v);
        if found.is_none() {
            let hint = match did_you_mean(text, words.iter().map(|(w, _)| *w)) {
                Some(word) => say!("did you mean \"{word}\"?", word = word),
                None => say!("write one of {words}", words = kind().words()),
            };
            self.problem(key, say!("`{key}` has a word that is not among its words", key = key), hint);
        }
        found
    }

    /// Several of a few words.
    pub fn choices<T: Copy>(&mut self, key: &'static str, doc: &'static str, words: &[(&'static str, T)]) -> Vec<T> {
        let kind = || Kind::List(Box::new(Kind::Choice(words.iter().map(|(w, _)| *w).collect())));
        let Some(node) = self.ask(key, doc, kind) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut values = Vec::new();
        for item in items {
            match item.text().and_then(|t| words.iter().find(|(w, _)| *w == t)) {
                Some((_, value)) => values.push(*value),
                None => self.wrong(key, item, &Kind::Choice(words.iter().map(|(w, _)| *w).collect())),
            }
        }
        values
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
            if crate::date::Known::parse(text.trim()).is_none() && looks_like_a_day(text.trim()) {
                self.problem(key, say!("`{key}` is a day that does not exist", key = key), say!("look at the calendar again"));
            } else {
                self.wrong(key, node, &Kind::Day);
            }
        }
        value
    }

    /// A date as far as it is known.
    pub fn known(&mut self, key: &'static str, doc: &'static str) -> Option<Known> {
        const FORM: &str = "a date: 2021-03-22, 2021-03 or 2021, with ~ for about, A/B from A to B, [A..B] between A and B, XXXX unknown";
        let node = self.ask(key, doc, || Kind::Text(FORM))?;
        let (Value::Text(text) | Value::Date(text)) = &node.value else {
            if let Value::Integer(year) = node.value
                && let Some(known) = Known::parse(&format!("{year:04}"))
            {
                return Some(known);
            }
            self.wrong(key, node, &Kind::Text(FORM));
            return None;
        };
        let value = Known::parse(text);
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
        if let Some(Node { value: Value::Date(text), .. }) = self.node.and_then(|n| n.get(key)) {
            self.ask(key, doc, || Kind::Localized);
            return Clock::parse(text.get(..5).unwrap_or(text)).map(|c| (Some(c), None));
        }
        let text = self.localized(key, doc)?;
        let clock = text.all().next().and_then(|t| Clock::parse(t));
        Some(if clock.is_some() { (clock, None) } else { (None, Some(text)) })
    }

    /// A text of one line, by language; a plain string is in the language of the file.
    pub fn localized(&mut self, key: &'static str, doc: &'static str) -> Option<Localized> {
        self.texts(key, doc, Scope::Language, Lines::One).map(|t| t.map(|(text, _)| text))
    }

    /// A proper name of one line, by language; a plain string stands in every language.
    pub fn proper_name(&mut self, key: &'static str, doc: &'static str) -> Option<Localized> {
        self.texts(key, doc, Scope::Everywhere, Lines::One).map(|t| t.map(|(text, _)| text))
    }

    /// A proper name that may differ by gender: `title.es = { m = "Relator …", f = "Relatora …" }`.
    pub fn gendered(&mut self, key: &'static str, doc: &'static str) -> Option<Localized<Gendered>> {
        let node = self.ask(key, doc, || Kind::Localized)?;
        let one = |node: &Node| -> Option<Gendered> {
            let line = |node: &Node| node.text().and_then(|t| self.cleaned(key, t, node.place, Lines::One));
            match &node.value {
                Value::Text(_) => line(node).map(|any| Gendered { any, f: None, m: None }),
                Value::Table(_) => {
                    let of = |k: &str| node.get(k).and_then(line);
                    let (f, m) = (of("f"), of("m"));
                    of("office").or_else(|| m.clone()).or_else(|| f.clone()).map(|any| Gendered { any, f, m })
                }
                _ => None,
            }
        };
        let Value::Table(entries) = &node.value else {
            let text = one(node);
            if text.is_none() {
                self.wrong(key, node, &Kind::Localized);
            }
            return text.map(Localized::everywhere);
        };
        let mut texts = Vec::with_capacity(entries.len());
        for entry in entries {
            match (Language::parse(&entry.key), one(&entry.node)) {
                (Some(language), Some(text)) => texts.push((language, text)),
                _ => self.wrong(key, &entry.node, &Kind::Localized),
            }
        }
        (!texts.is_empty()).then(|| Localized::by_language(texts))
    }

    /// Paragraphs without references, by language.
    pub fn paragraphs(&mut self, key: &'static str, doc: &'static str) -> Option<Localized> {
        self.texts(key, doc, Scope::Language, Lines::Many).map(|t| t.map(|(text, _)| text))
    }

    /// Paragraphs with references, by language.
    pub fn prose(&mut self, key: &'static str, doc: &'static str) -> Option<Localized<Prose>> {
        self.texts(key, doc, Scope::Language, Lines::Many).map(|t| t.map(|(text, place)| Prose::parse(&text, place)))
    }

    fn texts(&mut self, key: &'static str, doc: &'static str, scope: Scope, lines: Lines) -> Option<Localized<(String, Place)>> {
        let node = self.ask(key, doc, || Kind::Localized)?;
        match &node.value {
            Value::Text(text) => {
                let text = self.cleaned(key, text, node.place, lines);
                let text = (self.not_empty(key, node.place, text)?, node.place);
                let language = self.log.language.borrow().clone();
                Some(match (scope, language) {
                    (Scope::Language, Some(language)) => Localized::by_language(vec![(language, text)]),
                    _ => Localized::everywhere(text),
                })
            }
            Value::Table(entries) => {
                let mut texts = Vec::with_capacity(entries.len());
                for entry in entries {
                    let Some(language) = Language::parse(&entry.key) else {
                        self.log.push(
                            Diagnostic::error(say!("`{word}` below `{key}` is not a language", word = shown(&entry.key), key = key))
                                .at(self.location(entry.place))
                                .about(self.path(key))
                                .hint(say!("write a language code: {key}.es = \"…\"", key = key)),
                        );
                        continue;
                    };
                    match &entry.node.value {
                        Value::Text(text) => {
                            let text = self.cleaned(key, text, entry.node.place, lines);
                            if let Some(text) = self.not_empty(key, entry.node.place, text) {
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

    /// A table, read by a function.
    pub fn table<T>(&mut self, key: &'static str, doc: &'static str, read: impl FnOnce(&mut Fields<'_, 'r>) -> T) -> Option<T> {
        if self.shape.is_some() {
            let inner = self.describe(read);
            self.ask(key, doc, || Kind::Table(inner));
            return None;
        }
        let node = self.ask(key, doc, || Kind::Table(Shape::default()))?;
        if !matches!(node.value, Value::Table(_)) {
            let mut list = false;
            if let Value::List(items) = &node.value {
                list = items.iter().all(|n| matches!(n.value, Value::Table(_)));
            }
            if list {
                self.problem(key, say!("there is only one `{key}`", key = key), say!("write [{key}] with single brackets, once", key = self.path(key)));
            } else {
                self.wrong(key, node, &Kind::Table(Shape::default()));
            }
            return None;
        }
        let path = Path { above: Some(&self.path), key, number: 0 };
        let mut fields = Fields::new(Some(node), path, self.log);
        let value = read(&mut fields);
        fields.finish();
        Some(value)
    }

    /// Several tables, each read by the function; it is told the number, from 1.
    pub fn tables<T>(&mut self, key: &'static str, doc: &'static str, mut read: impl FnMut(&mut Fields<'_, 'r>) -> Option<T>) -> Vec<T> {
        if self.shape.is_some() {
            let inner = self.describe(read);
            self.ask(key, doc, || Kind::Tables(inner));
            return Vec::new();
        }
        let Some(node) = self.ask(key, doc, || Kind::Tables(Shape::default())) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Table(_) => {
                self.problem(key, say!("`{key}` may be there several times", key = key), say!("write [[{key}]] with double brackets", key = self.path(key)));
                std::slice::from_ref(node)
            }
            _ => {
                self.wrong(key, node, &Kind::Tables(Shape::default()));
                return Vec::new();
            }
        };
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            if !matches!(item.value, Value::Table(_)) {
                self.wrong(key, item, &Kind::Tables(Shape::default()));
                continue;
            }
            let path = Path { above: Some(&self.path), key, number: index + 1 };
            let mut fields = Fields::new(Some(item), path, self.log);
            values.extend(read(&mut fields));
            fields.finish();
        }
        values
    }

    /// A list whose items are texts or tables: `cc = ["KEY", {to = "KEY", send = true}]`.
    pub fn texts_or_tables<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        text: impl Fn(&str, Place) -> Option<T>,
        mut read: impl FnMut(&mut Fields<'_, 'r>) -> Option<T>,
    ) -> Vec<T> {
        if self.shape.is_some() {
            let inner = self.describe(read);
            self.ask(key, doc, || Kind::List(Box::new(Kind::Either(vec![Kind::Text(""), Kind::Table(inner)]))));
            return Vec::new();
        }
        let kind = || Kind::List(Box::new(Kind::Text("")));
        let Some(node) = self.ask(key, doc, kind) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Text(_) => std::slice::from_ref(node),
            _ => {
                self.wrong(key, node, &kind());
                return Vec::new();
            }
        };
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match &item.value {
                Value::Text(t) => {
                    let clean = self.cleaned(key, t, item.place, Lines::One);
                    values.extend(self.not_empty(key, item.place, clean).and_then(|t| text(&t, item.place)));
                }
                Value::Table(_) => {
                    let path = Path { above: Some(&self.path), key, number: index + 1 };
                    let mut fields = Fields::new(Some(item), path, self.log);
                    values.extend(read(&mut fields));
                    fields.finish();
                }
                _ => self.wrong(key, item, &Kind::Text("")),
            }
        }
        values
    }

    /// A table whose keys the user names; the function reads each of its tables.
    pub fn each<T>(&mut self, mut read: impl FnMut(&'r str, &mut Fields<'_, 'r>) -> Option<T>) -> Vec<T> {
        let Some(Node { value: Value::Table(entries), .. }) = self.node else { return Vec::new() };
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            let path = Path { above: Some(&self.path), key: &entry.key, number: 0 };
            if !matches!(entry.node.value, Value::Table(_)) {
                self.log.push(
                    Diagnostic::error(say!("`{key}` stands outside every table", key = shown(&entry.key)))
                        .at(self.location(entry.place))
                        .hint(say!("write it below the [header] of the entry it belongs to")),
                );
                continue;
            }
            let mut fields = Fields::new(Some(&entry.node), path, self.log);
            values.extend(read(&entry.key, &mut fields));
            fields.finish();
        }
        self.node = None;
        values
    }

    fn describe<T>(&self, read: impl FnOnce(&mut Fields<'_, 'r>) -> T) -> Shape {
        let mut fields = Fields::new(None, Path { above: Some(&self.path), key: "", number: 0 }, self.log);
        fields.shape = Some(Shape::default());
        let _ = read(&mut fields);
        fields.shape.take().unwrap_or_default()
    }

    /// Whether the function is being asked what it knows rather than to read.
    #[must_use]
    pub fn is_describing(&self) -> bool {
        self.shape.is_some()
    }

    /// Reports every key that nobody asked for.
    fn finish(&mut self) {
        let Some(Node { value: Value::Table(entries), .. }) = self.node else { return };
        for entry in entries.iter().filter(|e| !self.asked.contains(&e.key.as_str())) {
            let hint = self.advice(&entry.key);
            self.log.push(
                Diagnostic::error(if self.path.key.is_empty() {
                    say!("there is no key `{key}`", key = shown(&entry.key))
                } else {
                    say!("there is no key `{key}` in {table}", key = shown(&entry.key), table = self.path.header())
                })
                .at(self.location(entry.place))
                .about(self.path(&shown(&entry.key)))
                .hint(hint),
            );
        }
    }

    fn advice(&self, key: &str) -> Message {
        let shape = (self.log.shape)();
        let inside = !self.path.key.is_empty();
        if inside && shape.field(key).is_some_and(|f| !matches!(f.kind, Kind::Tables(_))) {
            return say!(
                "`{key}` belongs to the top of the file: write it above the first [table], since a key belongs to the last header before it",
                key = key
            );
        }
        if let Some(word) = did_you_mean(key, self.asked.iter().copied()) {
            return say!("did you mean `{word}`?", word = word);
        }
        let homes = shape.homes(key);
        if !homes.is_empty() {
            return say!("`{key}` is a key of {homes}: move it below that header", key = key, homes = homes.join(", "));
        }
        if let Some(word) = did_you_mean(key, shape.fields.iter().map(|f| f.key)) {
            return say!("did you mean `{word}`, at the top of the file?", word = word);
        }
        say!("the keys here are {keys}", keys = self.asked.join(", "))
    }
}

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

/// 28/04/2021, 28.4.2021, 04-28-2021: nobody can tell the day from the month.
fn looks_like_a_foreign_date(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split(['/', '.', '-']).collect();
    parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())) && parts[0].len() <= 2
}

fn looks_like_a_day(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 10 && b[4] == b'-' && b[7] == b'-' && b.iter().enumerate().all(|(i, c)| i == 4 || i == 7 || c.is_ascii_digit())
}
