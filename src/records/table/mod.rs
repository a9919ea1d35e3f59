//! Tables: many cases in the rows of a sheet.
//!
//! In: a stream of plain text (CSV, TSV). Out: the rows of one case after another, each to be read into a
//! [`Record`](super::Record) whose places are cells. The rows are gathered here and read elsewhere, so that many cases
//! are read at the same time. A row that cannot be understood is reported at its cell and never stops the others.

mod book;
mod cell;
mod columns;
mod csv;
mod encoding;
mod gather;
mod mapped_columns;
mod ods;
mod package;
mod pending_rows;
mod preview;
mod row_filter;
mod rows;
mod sheets;
mod values;
mod xlsx;
mod xml;

use columns::Columns;
pub use gather::CaseRows;
pub(crate) use mapped_columns::path_problem;
pub use preview::Preview;
pub use rows::{Row, read as read_rows};
pub use sheets::Sheets;

use super::{Mapping, Shape};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use cell::Cells;
use encoding::{Bytes, Letters};
use gather::Gatherer;
use pending_rows::PendingRows;
use std::io::{self, Read};
use std::sync::Arc;

/// More columns than any table of cases has; what stands further right is not read.
const MOST_COLUMNS: usize = 4_096;

/// The cases of a table of plain text.
pub struct Table<R: Read> {
    lines: csv::Lines<Bytes<R>>,
    letters: Letters,
    /// What stands between its cells, where that is known before the header.
    delimiter: Option<u8>,
    file: Arc<str>,
    shape: Arc<Shape>,
    columns: Option<Arc<Columns>>,
    gatherer: Gatherer,
    ended: bool,
    role: Role,
    pending: PendingRows,
    /// What is wrong with further tables, to be told first.
    problems: Diagnostics,
}

/// Whose columns a table has.
enum Role {
    Ours,
    /// A mapping's, the join that further tables have, and their columns.
    Main(Arc<Mapping>, Option<usize>, Vec<Arc<Columns>>),
    /// A mapping's: elements of cases that stand elsewhere.
    Part(Arc<Mapping>),
}

impl<R: Read> Table<R> {
    /// Opens a table. `shape` says what a case may have.
    ///
    /// # Errors
    /// Its first bytes cannot be read.
    pub fn new(input: R, file: Arc<str>, shape: Arc<Shape>) -> io::Result<Self> {
        let input = Bytes::new(input)?;
        let letters = Letters::new(input.is_utf16());
        Ok(Self {
            lines: csv::Lines::new(input),
            letters,
            delimiter: None,
            file,
            shape,
            columns: None,
            gatherer: Gatherer::default(),
            ended: false,
            role: Role::Ours,
            pending: PendingRows::default(),
            problems: Diagnostics::default(),
        })
    }

    /// Cuts its rows, and those of further tables, at this delimiter instead of at the one that its header suggests.
    #[must_use]
    pub fn delimited(self, delimiter: Option<u8>) -> Self {
        Self { delimiter, ..self }
    }

    /// Reads its columns through a mapping, and with it further tables, each of the elements of a table of its cases.
    ///
    /// # Errors
    /// The first bytes of one of them cannot be read.
    pub fn mapped(mut self, mapping: &Arc<Mapping>, parts: Vec<(Arc<str>, R)>) -> io::Result<Self> {
        let mut joined = Vec::new();
        for (file, input) in parts {
            let mut part = Self { role: Role::Part(Arc::clone(mapping)), ..Self::new(input, file, Arc::clone(&self.shape))?.delimited(self.delimiter) };
            // A table that has no column of the join is another one that lies beside this.
            if part.header().is_none()
                && let Some(columns) = part.columns.take().and_then(Arc::into_inner)
            {
                joined.push((part, columns));
            }
        }
        let filled = mapped_columns::filled(joined.iter().map(|(_, columns)| columns));
        let (mut join, mut theirs) = (None, Vec::new());
        for (mut part, mut columns) in joined {
            columns.leave_to(&filled);
            let columns = Arc::new(columns);
            part.keep_all(&columns, &mut self.pending, &mut self.problems);
            join = mapped_columns::parent(mapping, &columns.headers).map(|(join, _)| join).or(join);
            theirs.push(columns);
        }
        self.role = Role::Main(Arc::clone(mapping), join, theirs);
        Ok(self)
    }

    /// Gives all its rows to those that wait for their case.
    fn keep_all(&mut self, columns: &Arc<Columns>, pending: &mut PendingRows, problems: &mut Diagnostics) {
        loop {
            match self.lines.next() {
                Ok(Some(line)) => {
                    let (row, found) = self.row(line, columns);
                    problems.extend(found);
                    pending.push(row);
                }
                Ok(None) => break,
                Err(error) => {
                    problems.extend(self.unreadable(&error).problems);
                    break;
                }
            }
        }
    }

    fn columns(&mut self, row: u32, headers: Vec<String>) -> Result<Columns, Diagnostics> {
        // The name of a file of plain text is what a sheet's name is in a workbook.
        let stem = self.file.rsplit(['/', '\\']).next().and_then(|name| name.rsplit_once('.')).map_or("", |(stem, _)| stem);
        let sheet: Arc<str> = "".into();
        match &self.role {
            Role::Ours => Columns::parse(&self.file, &sheet, row, headers, &self.shape),
            Role::Main(mapping, join, parts) => {
                let all: Vec<&[String]> = parts.iter().map(|p| p.headers.as_slice()).chain([headers.as_slice()]).collect();
                let missing = mapped_columns::missing(mapping, &all, &self.whole());
                let header = mapped_columns::Header { file: &self.file, sheet: &sheet, row, cells: headers };
                let mut columns = Columns::main(header, mapping, *join, &self.shape)?;
                columns.leave_to(&mapped_columns::filled(parts.iter().map(Arc::as_ref)));
                self.problems.extend(missing);
                let faults: Diagnostics = parts.iter().flat_map(|p| p.faults.iter()).chain(columns.faults.iter()).cloned().collect();
                if faults.has_errors() {
                    return Err(faults);
                }
                Ok(columns)
            }
            Role::Part(mapping) => {
                let (_, join) = mapped_columns::parent(mapping, &headers).ok_or_else(Diagnostics::default)?;
                let header = mapped_columns::Header { file: &self.file, sheet: &stem.into(), row, cells: headers };
                let mut columns = Columns::part(header, mapping, join, &self.shape);
                columns.sheet = sheet;
                Ok(columns)
            }
        }
    }

    fn whole(&self) -> Location {
        Location::whole(Arc::clone(&self.file))
    }

    fn at(&self, row: u32, column: usize) -> Location {
        let column = u32::try_from(column + 1).unwrap_or(u32::MAX);
        Location { sheet: Some("".into()), line: row, column, ..self.whole() }
    }

    /// Ends the table with problems of the whole.
    fn stop(&mut self, problems: impl Into<Diagnostics>) -> CaseRows {
        self.ended = true;
        CaseRows::of_problems(problems)
    }

    /// Reads up to the header. A case comes back only if the header cannot be understood.
    fn header(&mut self) -> Option<CaseRows> {
        loop {
            let line = match self.lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => {
                    let empty = Diagnostic::error(say!("the table is empty")).at(self.whole());
                    return Some(self.stop(empty.hint(say!("the first row names the columns: id, title.es, victims.name, …"))));
                }
                Err(error) => return Some(self.unreadable(&error)),
            };
            let text = if line.fault.is_none() { self.letters.read(line.bytes).ok() } else { None };
            let Some(text) = text else {
                let broken = Diagnostic::error(say!("the header cannot be read")).at(self.at(line.number, 0));
                return Some(self.stop(broken.hint(say!("it is the first row and names the columns; save the table as CSV UTF-8"))));
            };
            if line.number == 1
                && let Some(said) = csv::said_delimiter(&text)
            {
                self.delimiter = self.delimiter.or(Some(said));
                continue;
            }
            let (said, first) = match &self.role {
                Role::Ours => (None, None),
                Role::Main(mapping, ..) => (mapping.delimiter(), mapping.header_row()),
                Role::Part(mapping) => (mapping.delimiter(), None),
            };
            if first.is_some_and(|row| line.number < row) {
                continue;
            }
            let delimiter = match (said.or(self.delimiter), self.lines.ahead()) {
                (Some(delimiter), _) => delimiter,
                (None, Ok(ahead)) => csv::delimiter(&text, ahead),
                (None, Err(error)) => return Some(self.unreadable(&error)),
            };
            let headers: Vec<String> = csv::cells(&text, delimiter).map(|c| c.trim().to_owned()).collect();
            if headers.iter().all(String::is_empty) {
                continue;
            }
            match self.columns(line.number, headers) {
                Ok(mut columns) => {
                    columns.delimiter = delimiter;
                    self.lines.set_delimiter(delimiter);
                    self.columns = Some(Arc::new(columns));
                    return None;
                }
                Err(problems) => return Some(self.stop(problems)),
            }
        }
    }

    fn unreadable(&mut self, error: &io::Error) -> CaseRows {
        let problem = Diagnostic::error(say!("the file cannot be read: {why}", why = error.kind())).at(self.whole());
        self.stop(problem.hint(say!("look at the disk and at the path")))
    }

    /// Takes a row, and gives the case before it, if it begins another.
    fn take(&mut self, line: csv::Line, columns: &Arc<Columns>) -> Option<CaseRows> {
        let (row, problems) = self.row(line, columns);
        self.gatherer.add(row, problems)
    }

    /// A row, and what is wrong with it already.
    fn row(&mut self, line: csv::Line, columns: &Arc<Columns>) -> (Row, Diagnostics) {
        let mut problems = Diagnostics::default();
        let text = self.letters.read(line.bytes);
        if let Some((message, hint)) = self.letters.remark() {
            problems.push(Diagnostic::warning(message).at(self.whole()).hint(hint));
        }
        let text = text.unwrap_or_else(|bytes| {
            let valid = std::str::from_utf8(&bytes).map_or_else(|e| e.valid_up_to(), str::len);
            let before = String::from_utf8_lossy(&bytes[..valid]);
            let cell = csv::cells(&before, columns.delimiter).count() - 1;
            let problem = Diagnostic::error(say!("the cell has a letter that is not in UTF-8, as the rest of the file is")).at(self.at(line.number, cell));
            problems.push(problem.hint(say!("save the table again as CSV UTF-8, and look at this cell")));
            String::from_utf8_lossy(&bytes).into_owned()
        });
        match line.fault {
            Some(csv::Fault::Quote) => {
                let last = csv::cells(&text, columns.delimiter).count() - 1;
                let problem = Diagnostic::error(say!("a quote is not closed where its cell ends")).at(self.at(line.number, last));
                problems.push(problem.hint(say!("a text with quotes in it stands in quotes, and they are doubled in it: \"he said \"\"no\"\"\"")));
            }
            Some(csv::Fault::TooLong) => {
                let at = self.at(line.number, if columns.id == usize::MAX { 0 } else { columns.id });
                let problem = Diagnostic::error(say!("the row is longer than a case can be here (4 MB)")).at(at);
                problems.push(problem.hint(say!("look for a quote that is not closed; annexes and pictures are files of their own")));
            }
            None => {}
        }
        (Row { columns: Arc::clone(columns), number: line.number, cells: Cells::Text(text, columns.delimiter) }, problems)
    }
}

impl<R: Read> Iterator for Table<R> {
    type Item = CaseRows;

    fn next(&mut self) -> Option<CaseRows> {
        if !self.problems.is_empty() {
            return Some(CaseRows::of_problems(std::mem::take(&mut self.problems)));
        }
        match self.next_case() {
            Some(case) => Some(self.pending.complete(case)),
            None => self.pending.next_left(),
        }
    }
}

impl<R: Read> Table<R> {
    fn next_case(&mut self) -> Option<CaseRows> {
        loop {
            if self.ended {
                return self.gatherer.finish();
            }
            let Some(columns) = self.columns.clone() else {
                if let Some(refused) = self.header() {
                    return Some(refused);
                }
                continue;
            };
            match self.lines.next() {
                Ok(Some(line)) => {
                    if let Some(case) = self.take(line, &columns) {
                        return Some(case);
                    }
                }
                Ok(None) if !self.gatherer.any() => {
                    let empty = Diagnostic::error(say!("the table has a header and no rows")).at(self.whole());
                    return Some(self.stop(empty.hint(say!("each row below the header is a case, or a part of one"))));
                }
                Ok(None) => self.ended = true,
                Err(error) => return Some(self.unreadable(&error)),
            }
        }
    }
}
