//! The cases of a run, and what they say.
//!
//! In: sources and a workspace. Out: a stream of [`Item`]s in the order of the sources, and of each, when its turn
//! comes, the case or what keeps it from being understood. A file of TOML is one item; a file of NDJSON or a table is as
//! many as it has cases. An item is read no earlier than it is needed, and nothing is kept of it afterwards.

use super::annexes;
use super::files;
use super::sources::{self, Source, real, stem};
use super::workspace::Workspace;
use crate::case::{Case, Setting, id_is_fit};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::records::{CaseRows, JsonLine, JsonLines, Mapping, Record, Row, Shape, Sheets, Table, read_json, read_rows, read_toml};
use chrono::NaiveDate;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{Hash, Hasher};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A case that was read, or was not, and why.
pub(super) struct Read {
    pub(super) id: String,
    pub(super) case: Option<Case>,
    pub(super) problems: Diagnostics,
}

/// One case that waits to be read.
pub(super) struct Item {
    id: String,
    pub(super) raw: Raw,
    /// What was found wrong before anybody looked inside.
    problems: Diagnostics,
}

/// What an item is read from.
pub(super) enum Raw {
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
pub(super) struct Items {
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
    pub(super) fn new(sources: Vec<Source>, read: Arc<AtomicU64>) -> Self {
        Self { sources: sources.into_iter(), current: None, files: BTreeMap::new(), ids: HashSet::new(), read, shape: Arc::new(Case::shape()), mapping: None }
    }

    /// Reads tables through a mapping.
    pub(super) fn mapped(mut self, mapping: Option<Mapping>) -> Self {
        self.mapping = mapping.map(Arc::new);
        self
    }

    fn open(&self, source: Source) -> Stream {
        match source {
            Source::Case(path) => Box::new(std::iter::once(Item { id: stem(&path), raw: Raw::File(path), problems: Diagnostics::default() })),
            Source::StandardInput => Box::new(lines("standard input".into(), BufReader::new(Counted { input: io::stdin(), read: Arc::clone(&self.read) }))),
            Source::Book(path) => match files::open(&path) {
                Ok(file) => Box::new(Sheets::new(file, path.display().to_string().into(), Arc::clone(&self.shape), self.mapping.clone()).map(Item::of_rows)),
                Err(problem) => refused(*problem),
            },
            Source::Lines(path) => self.file(&path, |name, input| Ok(Box::new(lines(name, BufReader::new(input))))),
            Source::Table(path) => {
                let shape = Arc::clone(&self.shape);
                let mut parts = Vec::new();
                for beside in self.mapping.iter().filter(|m| m.joins_tables()).flat_map(|_| sources::beside(&path)) {
                    match files::open(&beside) {
                        Ok(input) => parts.push((Arc::from(beside.display().to_string()), Counted { input, read: Arc::clone(&self.read) })),
                        Err(problem) => return refused(*problem),
                    }
                }
                self.file(&path, |name, input| {
                    let table = Table::new(input, name, shape)?;
                    let table = match &self.mapping {
                        Some(mapping) => table.mapped(mapping, parts)?,
                        None => table,
                    };
                    Ok(Box::new(table.map(Item::of_rows)))
                })
            }
        }
    }

    /// The cases of a file, or why it cannot be opened.
    fn file(&self, path: &Path, read: impl FnOnce(Arc<str>, Counted<std::fs::File>) -> io::Result<Stream>) -> Stream {
        match files::open(path) {
            Ok(input) => read(path.display().to_string().into(), Counted { input, read: Arc::clone(&self.read) })
                .unwrap_or_else(|error| refused(files::unreadable(path, &error))),
            Err(problem) => refused(*problem),
        }
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
            self.current = Some(self.open(source));
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
        let CaseRows { id, rows, problems } = case;
        Self { id, raw: if rows.is_empty() { Raw::Nothing } else { Raw::Rows(rows) }, problems }
    }

    /// What a line or rows say, before anybody asks what it means.
    pub(super) fn record(&self) -> (Option<Record>, Diagnostics) {
        match &self.raw {
            Raw::Line(file, line) => read_json(line, file),
            Raw::Rows(rows) => {
                let (record, found) = read_rows(rows);
                (Some(record), found)
            }
            Raw::File(_) | Raw::Nothing => (None, Diagnostics::default()),
        }
    }

    /// What it says, wherever it is written, before it is its turn.
    pub(super) fn peek(&self) -> Option<Record> {
        match &self.raw {
            Raw::File(path) => read_toml(&files::read(path).ok()?, &Arc::from("")).0,
            _ => self.record().0,
        }
    }

    pub(super) fn location(&self) -> Option<Location> {
        match &self.raw {
            Raw::File(path) => Some(Location::whole(path.display().to_string())),
            Raw::Line(file, line) => Some(Location { line: line.number, column: 1, ..Location::whole(Arc::clone(file)) }),
            Raw::Rows(rows) => rows.first().map(Row::id_cell),
            Raw::Nothing => None,
        }
    }
}

/// The days of a run.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    /// The letter's date, where it was said on the command line.
    pub(super) date: Option<NaiveDate>,
    /// Today.
    pub(super) today: NaiveDate,
}

/// Reads a case.
pub(super) fn read(workspace: &Workspace, item: &Item, clock: Clock) -> Read {
    let mut reader = Reader { workspace, clock, stack: Vec::new(), depth: 0 };
    let id = item.id.clone();
    let mut read = match &item.raw {
        Raw::File(path) => reader.file(path),
        Raw::Line(..) | Raw::Rows(_) => {
            let (mut record, mut found) = item.record();
            if let (Some(record), Raw::Line(..)) = (&mut record, &item.raw) {
                record.take("id");
                if id.is_empty() {
                    let missing = Diagnostic::error(say!("the record has no `id`")).at(record.whereabouts()).about("id");
                    found.push(missing.hint(say!("add \"id\": a neutral word for the case, such as \"norte-2026-01\"; no names")));
                }
            }
            reader.record(id, record, found)
        }
        Raw::Nothing => Read { id, case: None, problems: Diagnostics::default() },
    };
    read.problems.extend(item.problems.iter().cloned());
    read.case = read.case.filter(|_| !item.problems.has_errors());
    read
}

struct Reader<'w> {
    workspace: &'w Workspace,
    clock: Clock,
    /// The files being read, from the outermost: an update that updates itself is found here.
    stack: Vec<PathBuf>,
    /// How many letters back: 0 for the case of this run itself.
    depth: usize,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path) -> Read {
        let (record, problems) = match files::read(path) {
            Ok(bytes) => read_toml(&bytes, &Arc::from(path.display().to_string())),
            Err(problem) => (None, (*problem).into()),
        };
        self.stack.push(real(path));
        let read = self.record(stem(path), record, problems);
        self.stack.pop();
        read
    }

    fn record(&mut self, id: String, record: Option<Record>, mut problems: Diagnostics) -> Read {
        let Some(mut record) = record else {
            if let Some(path) = self.stack.last().filter(|_| !id_is_fit(&id)) {
                problems.push(unfit_id(Location::whole(path.display().to_string())));
            }
            return Read { id, case: None, problems };
        };
        if !id_is_fit(&id) && !id.is_empty() {
            problems.push(unfit_id(record.whereabouts()));
        }
        if let Some(common) = &self.workspace.common {
            record.complete_with(common);
        }
        let earlier = match self.earlier(&record) {
            Ok(earlier) => earlier,
            // Without the earlier letter, what it would have told is not missing here.
            Err(problem) => {
                problems.push(*problem);
                Case::conceal_names(&record, &mut problems);
                return Read { id, case: None, problems };
            }
        };
        let setting = Setting {
            id: &id,
            organisation: &self.workspace.organisation,
            directory: &self.workspace.directory,
            earlier: earlier.as_ref(),
            // --date is the date of the letters of this run, not of an earlier one that they are about.
            date: self.clock.date.filter(|_| self.depth == 0),
            today: self.clock.today,
        };
        let (case, found) = Case::parse(&record, &setting);
        problems.extend(found);
        if let Some(case) = &case {
            problems.extend(annexes::remarks(self.workspace, case));
        }
        let case = case.filter(|_| !problems.has_errors());
        if case.is_none() && !problems.has_errors() {
            let unclear = Diagnostic::error(say!("something in this case cannot be understood"));
            problems.push(unclear.at(record.whereabouts()).hint(say!("compare it with what `appeal new` makes")));
        }
        Case::conceal_names(&record, &mut problems);
        Read { id, case, problems }
    }

    /// The case that this one updates, where it is in the workspace.
    ///
    /// # Errors
    /// It leads back to this one, has errors, or is named by something that is no id.
    fn earlier(&mut self, record: &Record) -> Result<Option<Case>, Box<Diagnostic>> {
        let Some(id) = Case::updated_id(record) else { return Ok(None) };
        let place = record.root.get("updates").map_or(record.root.place, |n| n.place);
        let problem = |message, hint| Err(Box::new(Diagnostic::error(message).at(record.location(place)).about("updates").hint(hint)));
        if !id_is_fit(id) {
            return problem(say!("`updates` is not a case id"), say!("write the name of the case's file, without .toml"));
        }
        let path = self.workspace.path(&format!("cases/{id}.toml"));
        if std::fs::symlink_metadata(&path).is_err() {
            return Ok(None);
        }
        if self.leads_back(&path) {
            return problem(say!("`updates` leads back to this case"), say!("name the case of the earlier letter"));
        }
        self.depth += 1;
        let earlier = self.file(&path).case;
        self.depth -= 1;
        match earlier {
            Some(earlier) => Ok(Some(earlier)),
            None => problem(say!("the case that this one updates has errors"), say!("correct {file} first", file = path.display())),
        }
    }

    /// Whether the case of this file is one of those being read, or updates one of them in the end.
    fn leads_back(&self, path: &Path) -> bool {
        let (mut path, mut seen) = (real(path), BTreeSet::new());
        loop {
            if self.stack.contains(&path) {
                return true;
            }
            // A circle further back is told of the cases in it.
            if !seen.insert(path.clone()) {
                return false;
            }
            let Ok(bytes) = files::read(&path) else { return false };
            let (record, _) = read_toml(&bytes, &Arc::from(""));
            let Some(id) = record.as_ref().and_then(|r| Case::updated_id(r)).filter(|id| id_is_fit(id)) else { return false };
            path = real(&self.workspace.path(&format!("cases/{id}.toml")));
        }
    }
}

fn unfit_id(location: Location) -> Diagnostic {
    let is_file = location.line == 0 && location.sheet.is_none();
    let message = if is_file { say!("the file's name cannot be a case id") } else { say!("`id` cannot be a case id") };
    let hint = say!("an id has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with a letter or a digit; no names");
    Diagnostic::error(message).at(location).hint(hint)
}
