//! The cases of a run, one after another.
//!
//! In: sources. Out: a stream of [`Item`]s in the order of the sources. A file of TOML is one item; a file of NDJSON or a table is
//! as many as it has cases. A stream is read no further than its items are taken.

use super::files;
use super::paths;
use super::sources::{self, Kind, Source, stem};
use crate::case::Case;
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::records::{CaseRows, JsonLine, JsonLines, Mapping, Record, Row, Shape, Sheets, Table, read_json, read_rows, read_toml};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One case that waits to be read.
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) raw: Raw,
    /// What was found wrong before anybody looked inside.
    pub(crate) problems: Diagnostics,
}

/// What an item is read from.
pub(crate) enum Raw {
    /// A file of its own.
    File(PathBuf),
    /// A line.
    Line(Arc<str>, JsonLine),
    /// Rows of a table.
    Rows(Vec<Row>),
    /// Nothing: the problems say why.
    Nothing,
}

/// The cases of some sources, one after another.
pub(crate) struct Items {
    /// The workspace's folder.
    root: PathBuf,
    sources: std::vec::IntoIter<Source>,
    current: Option<Stream>,
    /// The files by their ids, and a hash of every id of a stream: a few bytes a case, and no record.
    files: BTreeMap<String, PathBuf>,
    ids: HashSet<u64>,
    read: Arc<AtomicU64>,
    /// What a case may have, for the headers of tables.
    shape: Arc<Shape>,
    /// What the columns of foreign tables mean.
    mapping: Option<Arc<Mapping>>,
}

/// A file of many cases, being read.
type Stream = Box<dyn Iterator<Item = Item> + Send>;

impl Items {
    /// The cases of these sources; what is read of streams is counted, in bytes.
    pub(crate) fn new(root: &Path, sources: Vec<Source>, read: Arc<AtomicU64>) -> Self {
        let (files, ids, shape) = (BTreeMap::new(), HashSet::new(), Arc::new(Case::shape()));
        Self { root: root.to_path_buf(), sources: sources.into_iter(), current: None, files, ids, read, shape, mapping: None }
    }

    /// Reads tables through a mapping.
    pub(crate) fn mapped(mut self, mapping: Option<Mapping>) -> Self {
        self.mapping = mapping.map(Arc::new);
        self
    }

    fn open(&self, Source { kind, path }: Source) -> Result<Stream, Box<Diagnostic>> {
        let shape = Arc::clone(&self.shape);
        if kind == Kind::StandardInput {
            let input = Counted { input: io::stdin(), read: Arc::clone(&self.read) };
            return Ok(Box::new(lines("standard input".into(), BufReader::new(input))));
        }
        paths::stays(&self.root, &path)?;
        let name: Arc<str> = path.display().to_string().into();
        if kind == Kind::Case {
            return Ok(Box::new(std::iter::once(Item { id: stem(&path), raw: Raw::File(path), problems: Diagnostics::default() })));
        }
        let file = files::open(&path)?;
        if kind == Kind::Workbook {
            return Ok(Box::new(Sheets::new(file, name, shape, self.mapping.clone()).map(Item::of_rows)));
        }
        let input = Counted { input: file, read: Arc::clone(&self.read) };
        if kind == Kind::Lines {
            return Ok(Box::new(lines(name, BufReader::new(input))));
        }
        let mut parts = Vec::new();
        for beside in self.mapping.iter().filter(|m| m.joins_tables()).flat_map(|_| sources::beside(&path)) {
            paths::stays(&self.root, &beside)?;
            parts.push((Arc::from(beside.display().to_string()), Counted { input: files::open(&beside)?, read: Arc::clone(&self.read) }));
        }
        let table = Table::new(input, name, shape).and_then(|table| match &self.mapping {
            Some(mapping) => table.mapped(mapping, parts),
            None => Ok(table),
        });
        Ok(Box::new(table.map_err(|error| Box::new(files::unreadable(&path, &error)))?.map(Item::of_rows)))
    }

    /// Reports an id that was there before: two cases would be one letter.
    fn check_id(&mut self, item: &mut Item) {
        if item.id.is_empty() {
            return;
        }
        let key = item.id.to_lowercase();
        let again = |message, location| {
            Diagnostic::error(message)
                .at(location)
                .hint(say!("an id is the file's name without .toml, and large and small letters do not tell two apart; rename one"))
        };
        if let Raw::File(path) = &item.raw {
            let here = Location::whole(path.display().to_string());
            if let Some(other) = self.files.insert(key.clone(), path.clone()) {
                item.problems.push(again(say!("two files have the case id `{id}`: this one and {other}", id = item.id, other = other.display()), here));
            } else if self.ids.contains(&hash(&key)) {
                item.problems.push(again(say!("a case with this id was there before"), here));
            }
        } else if self.files.contains_key(&key) || !self.ids.insert(hash(&key)) {
            item.problems.push(
                Diagnostic::error(say!("a case with this id was there before"))
                    .at(item.location())
                    .hint(say!("each case has an id of its own, and large and small letters do not tell two apart")),
            );
        }
    }
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(mut item) = self.current.as_mut().and_then(Iterator::next) {
                self.check_id(&mut item);
                return Some(item);
            }
            let source = self.sources.next()?;
            self.current = Some(self.open(source).unwrap_or_else(|problem| refused(*problem)));
        }
    }
}

/// What is left of a file that cannot be opened.
fn refused(problem: Diagnostic) -> Stream {
    Box::new(std::iter::once(Item { id: String::new(), raw: Raw::Nothing, problems: problem.into() }))
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// A reader that counts what went through it.
struct Counted<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R: io::Read> io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

fn lines(file: Arc<str>, input: impl BufRead + Send + 'static) -> impl Iterator<Item = Item> + Send {
    // After an error of the disk there is no next line to hope for.
    let mut failed = false;
    JsonLines::new(input).map_while(move |line| {
        if failed {
            return None;
        }
        Some(match line {
            Ok(line) => Item { id: line.id().unwrap_or_default(), raw: Raw::Line(Arc::clone(&file), line), problems: Diagnostics::default() },
            Err(error) => {
                failed = true;
                let problem = Diagnostic::error(say!("the file cannot be read: {why}", why = error.kind()));
                let problem = problem.at(Location::whole(Arc::clone(&file))).hint(say!("look at the disk and at the path"));
                Item { id: String::new(), raw: Raw::Nothing, problems: problem.into() }
            }
        })
    })
}

impl Item {
    fn of_rows(case: CaseRows) -> Self {
        let CaseRows { id, rows, problems, .. } = case;
        Self { id, raw: if rows.is_empty() { Raw::Nothing } else { Raw::Rows(rows) }, problems }
    }

    /// What a line or rows say, before anybody asks what it means.
    pub(crate) fn record(&self) -> (Option<Record>, Diagnostics) {
        match &self.raw {
            Raw::Line(file, line) => read_json(line, file),
            Raw::Rows(rows) => {
                let (record, found) = read_rows(rows);
                (Some(record), found)
            }
            Raw::File(_) | Raw::Nothing => (None, Diagnostics::default()),
        }
    }

    /// What it says, wherever it is written, before it is its turn; nothing where no day to act by can be in it.
    pub(crate) fn peek(&self) -> Option<Record> {
        match &self.raw {
            // Most files have no day to act by, and need not be understood twice.
            Raw::File(path) => {
                let bytes = files::read(path).ok()?;
                memchr::memmem::find(&bytes, b"act-by").and_then(|_| read_toml(&bytes, &Arc::from("")).0)
            }
            Raw::Line(_, line) => memchr::memmem::find(&line.bytes, b"act-by").and_then(|_| self.record().0),
            _ => self.record().0,
        }
    }

    /// Whether it is no case, but only something that is said of a table.
    pub(crate) fn is_remark(&self) -> bool {
        matches!(self.raw, Raw::Nothing) && !self.problems.has_errors()
    }

    pub(crate) fn location(&self) -> Option<Location> {
        match &self.raw {
            Raw::File(path) => Some(Location::whole(path.display().to_string())),
            Raw::Line(file, line) => Some(Location { line: line.number, column: 1, ..Location::whole(Arc::clone(file)) }),
            Raw::Rows(rows) => rows.first().map(Row::id_cell),
            Raw::Nothing => None,
        }
    }
}
