//! Text with a location: what a file says, before anybody asks what it means.
//!
//! In: the bytes of a file. Out: a [`Record`], a tree of values that know their places, and [`Fields`], through which the
//! later layers ask it for what they understand. Only this room knows a file's syntax. A `Record` has no `Debug`,
//! because it holds the names of people at risk.

mod canonical;
mod fields;
mod json;
mod mapping;
mod prose;
mod schema;
mod starter_workbook;
mod table;
mod toml;

pub use fields::{Braced, Fields, Gendered, Log, Required};
pub use json::{JsonLine, JsonLines, read as read_json, read_entries};
pub use mapping::{Mapping, suggest as suggest_mapping};
pub use prose::{Draft as Prose, Piece};
pub use schema::{Field, Kind, Shape};
pub use starter_workbook::{Words as WorkbookWords, write as write_workbook};
pub use table::{CaseRows, Preview, Row, Sheets, Table, read_rows};
pub use toml::{read as read_toml, write as write_toml};

use crate::diagnostic::{Location, Place};
use std::sync::Arc;

/// One value and where it stands.
#[derive(Clone)]
pub struct Node {
    /// Where.
    pub place: Place,
    /// What.
    pub value: Value,
}

/// A value as the file has it.
#[derive(Clone)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// A date or a time, as it is written.
    Date(String),
    /// Several values.
    List(Vec<Node>),
    /// A table whose header stands several times in single brackets, which has been reported already.
    Repeated(Vec<Node>),
    /// Named values, in the order of the file.
    Table(Vec<Entry>),
    /// Something that could not be read and has been reported already.
    Spoilt,
}

/// One named value of a table.
#[derive(Clone)]
pub struct Entry {
    /// The name.
    pub key: String,
    /// Where the name stands.
    pub place: Place,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The value under this key of a table.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|e| e.key == key).map(|e| &e.node),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; of anything else, the value itself.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) | Value::Repeated(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Every text below: of a list, of a table by language.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        self.items().iter().flat_map(Node::texts).map(|(text, _)| text).collect()
    }

    /// The text, or the texts by language, each with its place.
    fn texts(&self) -> impl Iterator<Item = (&str, Place)> {
        let entries = if let Value::Table(entries) = &self.value { entries.as_slice() } else { &[] };
        let own = self.text().map(|text| (text, self.place));
        own.into_iter().chain(entries.iter().filter_map(|e| Some((e.node.text()?, e.node.place))))
    }

    fn move_to_file(&mut self, file: u16) {
        self.place.file = file;
        match &mut self.value {
            Value::List(items) | Value::Repeated(items) => items.iter_mut().for_each(|n| n.move_to_file(file)),
            Value::Table(entries) => entries.iter_mut().for_each(|e| {
                e.place.file = file;
                e.node.move_to_file(file);
            }),
            _ => {}
        }
    }
}

/// One file's matter (for cases: with what `common.toml` adds), as a tree.
#[derive(Clone)]
pub struct Record {
    /// The outermost table.
    pub root: Node,
    /// The files, or sheets of files, that its places count.
    files: Vec<Origin>,
    extent: Extent,
}

/// A file, or a sheet of one.
#[derive(Clone)]
struct Origin {
    file: Arc<str>,
    /// A file of plain text has one sheet without a name.
    sheet: Option<Arc<str>>,
}

/// How much of its file a record is.
#[derive(Clone)]
enum Extent {
    /// All of it.
    File,
    /// One line among others.
    Line,
    /// Some rows of its sheets.
    Rows,
}

impl Record {
    /// A tree from one file.
    #[must_use]
    pub fn new(root: Node, file: Arc<str>) -> Self {
        Self { root, files: vec![Origin { file, sheet: None }], extent: Extent::File }
    }

    /// A tree from one line of a file.
    #[must_use]
    pub fn of_line(root: Node, file: Arc<str>) -> Self {
        Self { extent: Extent::Line, ..Self::new(root, file) }
    }

    /// A tree from some rows of the sheets of a file, which its places count.
    #[must_use]
    pub fn of_rows(root: Node, sheets: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Self {
        let files = sheets.into_iter().map(|(file, sheet)| Origin { file, sheet: Some(sheet) }).collect();
        Self { root, files, extent: Extent::Rows }
    }

    /// Where the record as a whole is: a file, a line, or the first of its cells.
    #[must_use]
    pub fn whereabouts(&self) -> Location {
        match self.extent {
            Extent::File => Location::whole(Arc::clone(&self.files[0].file)),
            Extent::Line | Extent::Rows => self.location(self.root.place),
        }
    }

    /// Takes a value out of it.
    pub fn take(&mut self, key: &str) -> Option<Node> {
        let Value::Table(entries) = &mut self.root.value else { return None };
        let at = entries.iter().position(|e| e.key == key)?;
        Some(entries.remove(at).node)
    }

    /// Whether it has a value at a path such as `victims.1.consent.on`.
    #[must_use]
    pub fn says(&self, path: &str) -> bool {
        fn step<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
            match (&node.value, key.parse::<usize>()) {
                (Value::List(items) | Value::Repeated(items), Ok(number)) => items.get(number.checked_sub(1)?),
                _ => node.get(key),
            }
        }
        path.split('.').try_fold(&self.root, step).is_some()
    }

    /// The file it comes from, as a person reaches it.
    #[must_use]
    pub fn file(&self) -> &Arc<str> {
        &self.files[0].file
    }

    /// The location of a place in it.
    #[must_use]
    pub fn location(&self, place: Place) -> Location {
        let Origin { file, sheet } = self.files.get(usize::from(place.file)).unwrap_or(&self.files[0]).clone();
        Location { file, sheet, line: place.line, column: place.column }
    }

    /// Adds what `base` has and this record has not, table by table of the top level: an entry's own fields win.
    pub fn lay_over(&mut self, base: &Record) {
        let Value::Table(shipped) = &base.root.value else { return };
        let number = u16::try_from(self.files.len()).expect("a record comes from a handful of files");
        self.files.push(Origin { file: Arc::clone(base.file()), sheet: None });
        let Value::Table(own) = &mut self.root.value else { return };
        for mut entry in shipped.iter().cloned() {
            entry.place.file = number;
            entry.node.move_to_file(number);
            match own.iter_mut().find(|e| e.key == entry.key).map(|e| &mut e.node.value) {
                None => own.push(entry),
                Some(Value::Table(fields)) => {
                    let Value::Table(more) = entry.node.value else { continue };
                    let missing: Vec<Entry> = more.into_iter().filter(|m| !fields.iter().any(|f| f.key == m.key)).collect();
                    fields.extend(missing);
                }
                Some(_) => {}
            }
        }
    }

    /// Adds the top-level keys of `common` that this record does not have. They keep their own file and place.
    pub fn complete_with(&mut self, common: &Record) {
        let Value::Table(more) = &common.root.value else { return };
        let number = u16::try_from(self.files.len()).expect("a record comes from a handful of files");
        self.files.push(Origin { file: Arc::clone(common.file()), sheet: None });
        let missing: Vec<Entry> = more.iter().filter(|e| self.root.get(&e.key).is_none()).cloned().collect();
        if let Value::Table(own) = &mut self.root.value {
            own.extend(missing.into_iter().map(|mut e| {
                e.place.file = number;
                e.node.move_to_file(number);
                e
            }));
        }
    }
}
