//! Asking a record for what one understands.
//!
//! In: a [`Record`]. Out: typed values, and every problem of the file in one [`Log`]. A reading function asks for its keys
//! in turn and never stops at the first mistake; when it has asked, every key it did not ask for is reported. Run without a
//! record, the same function tells which keys it knows ([`Log::shape`]).

mod named;
mod path;
mod tables;
mod texts;
mod values;

pub use texts::Gendered;

use super::prose::is_id;
use super::{Entry, Field, Kind, Node, Record, Shape, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, Place, shown};
use crate::text::Language;
use path::Path;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// What is being read, and what was found wrong with it so far.
pub struct Log<'r> {
    record: Option<&'r Record>,
    language: RefCell<Option<Language>>,
    problems: RefCell<Diagnostics>,
    /// Keys of the top that were found below a table: they are not missing.
    misplaced: RefCell<BTreeSet<String>>,
    /// Texts with a brace in them.
    braced: RefCell<Vec<Braced>>,
    shape: fn() -> Shape,
}

/// A text with a brace in it, which may be part of a reference.
#[derive(Clone)]
pub struct Braced {
    /// The text, cleaned.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// The dotted path of its key.
    pub path: String,
    /// Whether it is a text by language; if not it is a line, such as a number or an address, which need not be printed.
    pub is_localized: bool,
}

impl<'r> Log<'r> {
    /// Reads a record with a function that asks for its fields. `shape` tells what that function knows.
    pub fn read<T>(record: &'r Record, shape: fn() -> Shape, read: impl FnOnce(&mut Fields<'_, 'r>) -> T) -> (T, Diagnostics) {
        let log = Self {
            record: Some(record),
            language: RefCell::default(),
            problems: RefCell::default(),
            misplaced: RefCell::default(),
            braced: RefCell::default(),
            shape,
        };
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
        let log = Log {
            record: None,
            language: RefCell::default(),
            problems: RefCell::default(),
            misplaced: RefCell::default(),
            braced: RefCell::default(),
            shape: Shape::default,
        };
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

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// It must.
    Yes,
    /// It need not.
    No,
}

/// As many entries of a table are remembered by a bit.
const ALL: usize = 64;

/// The fields of one table, to be asked for one by one.
pub struct Fields<'p, 'r> {
    node: Option<&'r Node>,
    path: Path<'p>,
    log: &'p Log<'r>,
    asked: Vec<&'static str>,
    /// Which of the first entries of the table were asked for, a bit each.
    seen: u64,
    /// What is missing, until it is clear that it was not merely misspelt.
    missing: Vec<(&'static str, Diagnostic)>,
    required: Cell<bool>,
    shape: Option<Shape>,
}

impl<'p, 'r> Fields<'p, 'r> {
    fn new(node: Option<&'r Node>, path: Path<'p>, log: &'p Log<'r>) -> Self {
        Self { node, path, log, asked: Vec::with_capacity(32), seen: 0, missing: Vec::new(), required: Cell::new(false), shape: None }
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

    /// The texts with a brace in them that were asked for so far, in this table and everywhere else.
    #[must_use]
    pub fn braced(&self) -> Vec<Braced> {
        self.log.braced.borrow().clone()
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

    /// Reports a problem of one item of the list under this key, at the place of that item.
    pub fn problem_in(&self, key: &str, item: &str, message: Message, hint: Message) {
        let items = self.node.and_then(|n| n.get(key)).map(Node::items).unwrap_or_default();
        let is_meant = |n: &&Node| n.text().or_else(|| n.get("to").and_then(Node::text)).is_some_and(|t| t.trim() == item);
        let place = items.iter().find(is_meant).map_or_else(|| self.place(key), |n| n.place);
        self.problem_at(place, key, message, hint);
    }

    /// What is written under this key in each of these tables, in every language, and where: also of a table that has
    /// mistakes.
    #[must_use]
    pub fn written(&self, tables: &str, key: &str) -> Vec<(&'r str, Place)> {
        let tables = self.node.and_then(|n| n.get(tables)).map(Node::items).unwrap_or_default();
        tables.iter().filter_map(|t| t.get(key)).flat_map(Node::texts).collect()
    }

    /// What is written under this key of this table, in every language, and where.
    #[must_use]
    pub fn written_here(&self, key: &str) -> Vec<(&'r str, Place)> {
        self.node.and_then(|n| n.get(key)).into_iter().flat_map(Node::texts).collect()
    }

    /// The ids that are written in these tables, and whether each of them has one that can be read.
    #[must_use]
    pub fn written_ids(&self, tables: &str) -> (Vec<&'r str>, bool) {
        let ids: Vec<&str> = self.written(tables, "id").into_iter().map(|(id, _)| id.trim()).filter(|id| is_id(id)).collect();
        let whole = self.node.and_then(|n| n.get(tables)).is_none_or(|n| ids.len() == n.items().len());
        (ids, whole)
    }

    /// Reports every id that is given twice in these tables.
    pub fn check_ids(&self, tables: &[&str], hint: &Message) {
        let mut seen = BTreeSet::new();
        for table in tables {
            for (id, place) in self.written(table, "id") {
                if !seen.insert(id.trim()) {
                    let message = say!("the id `{id}` is given twice", id = shown(id.trim()));
                    self.problem_at(place, &format!("{table}.id"), message, hint.clone());
                }
            }
        }
    }

    /// Reports a remark about this key at a place of its own.
    pub fn remark_at(&self, place: Place, key: &str, message: Message, hint: Message) {
        self.log.push(Diagnostic::warning(message).at(self.location(place)).about(self.path(key)).hint(hint));
    }

    /// Reports a remark about this key.
    pub fn remark(&self, key: &str, message: Message, hint: Message) {
        self.log.push(Diagnostic::warning(message).at(self.location(self.place(key))).about(self.path(key)).hint(hint));
    }

    fn ask(&mut self, key: &'static str, doc: &'static str, kind: impl Fn() -> Kind) -> Option<&'r Node> {
        self.ask_as(key, doc, &kind)
    }

    fn ask_as(&mut self, key: &'static str, doc: &'static str, kind: &dyn Fn() -> Kind) -> Option<&'r Node> {
        if self.shape.is_some() {
            self.tell(key, doc, kind());
            return None;
        }
        let required = self.required.take();
        self.asked.push(key);
        let table = self.node?;
        let entries = if let Value::Table(entries) = &table.value { entries.as_slice() } else { &[] };
        let at = entries.iter().position(|entry| entry.key == key);
        self.seen |= at.map_or(0, |at| if at < ALL { 1 << at } else { 0 });
        let node = at.map(|at| &entries[at].node);
        if required && !matches!(table.value, Value::Spoilt) {
            match node {
                None => self.missing(key, doc, &kind(), table.place),
                Some(Node { value: Value::List(items), place }) if items.is_empty() => self.empty(key, *place, say!("write at least one: {doc}", doc = doc)),
                _ => {}
            }
        }
        node
    }

    /// Tells of a key, while the function is being asked what it knows.
    fn tell(&mut self, key: &'static str, doc: &'static str, kind: Kind) {
        let required = self.required.take();
        self.asked.push(key);
        if let Some(shape) = &mut self.shape {
            shape.fields.push(Field { key, doc, required, kind });
        }
    }

    fn missing(&mut self, key: &'static str, doc: &str, kind: &Kind, place: Place) {
        let is_top = self.path.above.is_none() && self.path.key.is_empty();
        let message = if is_top {
            say!("the key `{key}` is missing", key = key)
        } else {
            say!("the key `{key}` is missing in {table}", key = key, table = self.path.header())
        };
        let hint = match kind {
            Kind::Table(_) => say!("add [{table}] ({doc})", table = self.path.with(key), doc = doc),
            Kind::Tables(_) => say!("add [[{table}]] ({doc})", table = self.path.with(key), doc = doc),
            _ if is_top => say!("add {key} = … above the first [table] ({doc})", key = key, doc = doc),
            _ => say!("add {key} = … ({doc})", key = key, doc = doc),
        };
        let problem = Diagnostic::error(message).at(self.location(place)).about(self.path(key)).hint(hint);
        self.missing.push((key, problem));
    }

    /// Reports something with nothing in it: what is empty never stands for "none".
    fn empty(&self, key: &str, place: Place, hint: Message) {
        self.problem_at(place, key, say!("`{key}` is empty", key = key), hint);
    }

    /// Says what should have stood there, unless it was reported already.
    fn wrong(&self, key: &str, node: &Node, kind: &Kind) {
        let is_text = matches!(kind, Kind::Text("") | Kind::Localized);
        let hint = match (&node.value, kind) {
            (Value::Spoilt, _) => return,
            (Value::Text(text), Kind::Day | Kind::Text(_)) if looks_like_a_foreign_date(text) => {
                say!("write the year first: 2021-04-28 for 28 April 2021")
            }
            (Value::Text(text), Kind::Bool) if matches!(text.as_str(), "true" | "false") => say!("write {word} without quotes", word = text),
            (Value::Date(_) | Value::Integer(_) | Value::Float(_) | Value::Bool(_), _) if is_text => say!("put it in quotes: {key} = \"…\"", key = key),
            _ => say!("write {form}", form = kind.words()),
        };
        let message = match node.text() {
            Some("TODO") => say!("`{key}` is still to be filled in", key = key),
            _ => say!("`{key}` cannot be understood: it has to be {form}", key = key, form = kind.words()),
        };
        self.problem_at(node.place, key, message, hint);
    }
}

/// 28/04/2021, 28.4.2021, 04-28-2021: nobody can tell the day from the month.
fn looks_like_a_foreign_date(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split(['/', '.', '-']).collect();
    parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())) && parts[0].len() <= 2
}
