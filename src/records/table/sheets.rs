//! The cases of a workbook.
//!
//! In: a workbook of one or several sheets. Out: the rows of one case after another. A sheet that says anything of cases
//! themselves is read as a stream; one that has only elements of their tables (`victims.name`, `incidents.date`) is kept
//! by the ids of its rows and given to each case when its turn comes. A sheet without a column `id` is none of ours.

use super::super::{Mapping, Shape};
use super::book::{Book, Listed};
use super::cell::SheetRow;
use super::columns::Columns;
use super::gather::{CaseRows, Gatherer};
use super::mapped_columns;
use super::package::Refusal;
use super::pending_rows::PendingRows;
use super::rows::Row;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity};
use std::io::{Read, Seek};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// In how many of the first rows a header is looked for.
const HEADER_WITHIN: usize = 10;
/// Rows above the header that a mapping names.
const MOST_TITLES: usize = 1_000;
/// Cases that are read ahead.
const AHEAD: usize = 16;

/// The cases of a workbook, which another thread reads ahead of whoever asks.
pub struct Sheets {
    cases: Receiver<CaseRows>,
}

impl Sheets {
    /// Opens a workbook. `shape` says what a case may have.
    #[must_use]
    pub fn new(input: impl Read + Seek + Send + 'static, file: Arc<str>, shape: Arc<Shape>, mapping: Option<Arc<Mapping>>) -> Self {
        let (give, cases) = sync_channel(AHEAD);
        // When nobody asks any more, the channel closes and the thread ends.
        thread::spawn(move || TableReader { file, shape, mapping, give }.run(input));
        Self { cases }
    }
}

impl Iterator for Sheets {
    type Item = CaseRows;

    fn next(&mut self) -> Option<CaseRows> {
        self.cases.recv().ok()
    }
}

struct TableReader {
    file: Arc<str>,
    shape: Arc<Shape>,
    mapping: Option<Arc<Mapping>>,
    give: SyncSender<CaseRows>,
}

/// A sheet that has a header.
struct Sheet {
    listed: Listed,
    columns: Arc<Columns>,
    /// The last row of the header.
    header: u32,
}

impl Sheet {
    /// Whether its rows are cases, and not only elements of their tables.
    fn is_main(&self) -> bool {
        if self.columns.is_foreign { self.columns.is_main } else { self.columns.has_cases() }
    }
}

impl TableReader {
    fn run(&self, input: impl Read + Seek) {
        if let Err(refusal) = self.read(input) {
            self.stop(self.refused(refusal).into());
        }
    }

    fn read(&self, input: impl Read + Seek) -> Result<(), Refusal> {
        let mut book = Book::open(input)?;
        let (left_out, listed): (Vec<Listed>, Vec<Listed>) = book.sheets().into_iter().partition(|sheet| sheet.is_hidden);
        self.tell(left_out.iter().map(|sheet| self.left_out(sheet)).collect());
        let sheets = match &self.mapping {
            Some(mapping) => self.foreign(&mut book, listed, mapping)?,
            None => self.headers(&mut book, listed)?,
        };
        let Some(sheets) = sheets else { return Ok(()) };
        let any_cases = sheets.iter().any(Sheet::is_main);
        let (cases, parts): (Vec<Sheet>, Vec<Sheet>) = sheets.into_iter().partition(|s| s.is_main() || !any_cases);
        let mut pending = PendingRows::default();
        for sheet in &parts {
            let mut hidden = Hidden::default();
            book.rows(sheet.listed.number, &mut |row| {
                if row.number > sheet.header {
                    hidden.see(&row);
                    pending.push(Row { columns: Arc::clone(&sheet.columns), number: row.number, cells: row.cells });
                }
                ControlFlow::Continue(())
            })?;
            self.tell(hidden.said(&sheet.columns));
        }
        let mut any = false;
        for sheet in &cases {
            let mut gatherer = Gatherer::default();
            let (mut open, mut hidden) = (true, Hidden::default());
            book.rows(sheet.listed.number, &mut |row| {
                if row.number <= sheet.header {
                    return ControlFlow::Continue(());
                }
                any = true;
                hidden.see(&row);
                let mut row = Row { columns: Arc::clone(&sheet.columns), number: row.number, cells: row.cells };
                let problems = row.check_size();
                if let Some(case) = gatherer.add(row, problems) {
                    open = self.give.send(pending.complete(case)).is_ok();
                }
                if open { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            if let Some(case) = gatherer.finish().filter(|_| open) {
                open = self.give.send(pending.complete(case)).is_ok();
            }
            if !open {
                return Ok(());
            }
            self.tell(hidden.said(&sheet.columns));
        }
        if !any {
            let empty = Diagnostic::error(say!("the workbook has a header and no rows")).at(Location::whole(Arc::clone(&self.file)));
            self.stop(empty.hint(say!("each row below the header is a case, or a part of one")).into());
        }
        while let Some(case) = pending.next_left() {
            if self.give.send(case).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The sheets that a mapping understands: the first row that has anything in it is the header.
    fn foreign(&self, book: &mut Book<impl Read + Seek>, listed: Vec<Listed>, mapping: &Mapping) -> Result<Option<Vec<Sheet>>, Refusal> {
        let mut first = Vec::new();
        for sheet in listed {
            let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
            let last = mapping.header_row().unwrap_or(0);
            book.rows(sheet.number, &mut |row| {
                rows.push((row.number, row.cells.words().iter().map(|c| c.trim().to_owned()).collect()));
                if row.number < last && rows.len() < MOST_TITLES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            // A sheet of repeats has no title above it.
            let is_part = rows.first().is_some_and(|(_, cells)| mapped_columns::parent(mapping, cells).is_some());
            let header = rows.into_iter().find(|(number, _)| is_part || mapping.header_row().is_none_or(|row| *number >= row));
            first.extend(header.map(|(number, cells)| (sheet, number, cells)));
        }
        let parents: Vec<_> = first.iter().map(|(.., cells)| mapped_columns::parent(mapping, cells)).collect();
        let join = parents.iter().flatten().next().map(|(join, _)| *join);
        let all: Vec<&[String]> = first.iter().map(|(.., cells)| cells.as_slice()).collect();
        let mut problems = mapped_columns::missing(mapping, &all, &Location::whole(Arc::clone(&self.file)));
        let mut sheets: Vec<(Listed, Columns, u32)> = Vec::new();
        for ((listed, row, cells), parent) in first.iter().zip(&parents) {
            let header = mapped_columns::Header { file: &self.file, sheet: &listed.name.as_str().into(), row: *row, cells: cells.clone() };
            let columns = match parent {
                Some((_, column)) => Ok(Columns::part(header, mapping, *column, &self.shape)),
                None => Columns::main(header, mapping, join, &self.shape),
            };
            match columns {
                Ok(columns) => sheets.push((listed.clone(), columns, *row)),
                Err(found) => problems.extend(found),
            }
        }
        let (mut mains, mut parts): (Vec<_>, Vec<_>) = sheets.into_iter().partition(|(_, columns, _)| columns.is_main);
        if !mains.is_empty() {
            // Another sheet that the mapping knows nothing of is an explanation, or a list of words.
            problems = problems.into_iter().filter(|p| p.severity != Severity::Error).collect();
        }
        let faults = mains.iter().chain(&parts).flat_map(|(_, columns, _)| columns.faults.iter()).cloned();
        problems.extend(faults);
        if problems.has_errors() || mains.is_empty() {
            if !problems.has_errors() {
                let empty = Diagnostic::error(say!("the workbook is empty")).at(Location::whole(Arc::clone(&self.file)));
                problems.push(empty.hint(say!("the mapping needs the sheet of the cases, with its header")));
            }
            self.stop(problems);
            return Ok(None);
        }
        if !problems.is_empty() {
            self.stop(problems);
        }
        let filled = mapped_columns::filled(parts.iter().map(|(_, columns, _)| columns));
        mains.iter_mut().chain(&mut parts).for_each(|(_, columns, _)| columns.leave_to(&filled));
        let all = mains.into_iter().chain(parts).map(|(listed, columns, header)| Sheet { listed, columns: Arc::new(columns), header });
        Ok(Some(all.collect()))
    }

    /// The sheets that are ours; none if nothing can be read of the workbook, which has been said then.
    fn headers(&self, book: &mut Book<impl Read + Seek>, listed: Vec<Listed>) -> Result<Option<Vec<Sheet>>, Refusal> {
        let (mut found, mut problems, mut strangers) = (Vec::new(), Diagnostics::default(), Vec::new());
        for sheet in listed {
            let mut first: Vec<(u32, Vec<String>)> = Vec::new();
            book.rows(sheet.number, &mut |row| {
                first.push((row.number, row.cells.words()));
                if first.len() < HEADER_WITHIN { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            match self.header(&sheet.name, &first) {
                Some(Ok((columns, header))) => found.push((sheet, columns, header)),
                Some(Err(found)) => problems.extend(found),
                None if first.is_empty() => {}
                None => strangers.push(sheet.name),
            }
        }
        if problems.has_errors() || found.is_empty() {
            if !problems.has_errors() {
                let location = Location { sheet: strangers.first().map(|s| s.as_str().into()), ..Location::whole(Arc::clone(&self.file)) };
                let problem = if strangers.is_empty() { say!("the workbook is empty") } else { say!("no sheet has a column `id`") };
                let hint = say!("the first row names the columns: id, title.es, victims.name, …; a workbook with names of its own needs a mapping (--map)");
                problems.push(Diagnostic::error(problem).at(location).hint(hint));
            }
            self.stop(problems);
            return Ok(None);
        }
        for name in strangers {
            let location = Location { sheet: Some(name.as_str().into()), ..Location::whole(Arc::clone(&self.file)) };
            let remark = Diagnostic::warning(say!("this sheet has no column `id` and is left out")).at(location);
            problems.push(remark.hint(say!("nothing is to be done if it is an explanation or a list of words")));
        }
        if !problems.is_empty() && self.give.send(CaseRows::of_problems(problems)).is_err() {
            return Ok(None);
        }
        let mut whole: Vec<String> = Vec::new();
        for name in found.iter().flat_map(|(_, columns, _)| &columns.headers) {
            if !name.is_empty() && !whole.contains(name) {
                whole.push(name.clone());
            }
        }
        let sheets = found.into_iter().map(|(listed, mut columns, header)| {
            columns.whole.clone_from(&whole);
            Sheet { listed, columns: Arc::new(columns), header }
        });
        Ok(Some(sheets.collect()))
    }

    /// The header among the first rows: the one with `id`, alone, or together with the one below or above it, as people
    /// merge cells over several columns. Without an `id` the sheet is none of ours.
    fn header(&self, name: &str, first: &[(u32, Vec<String>)]) -> Option<Result<(Columns, u32), Diagnostics>> {
        let at = first.iter().position(|(_, cells)| cells.iter().any(|c| c.trim() == "id"))?;
        let parse = |row: u32, cells: Vec<String>| Columns::parse(&self.file, &name.into(), row, cells, &self.shape);
        let alone = match parse(first[at].0, first[at].1.clone()) {
            Ok(columns) => return Some(Ok((columns, first[at].0))),
            Err(problems) => problems,
        };
        let pairs = [(Some(at), at + 1), (at.checked_sub(1), at)];
        for (upper, lower) in pairs {
            if let (Some(upper), Some((row, cells))) = (upper.and_then(|u| first.get(u)), first.get(lower))
                && let Ok(columns) = parse(*row, joined(&upper.1, cells))
            {
                return Some(Ok((columns, *row)));
            }
        }
        Some(Err(alone))
    }

    fn refused(&self, refusal: Refusal) -> Diagnostic {
        let (message, hint) = match refusal {
            Refusal::NoWorkbook => (say!("the file is not a workbook"), say!("save it as XLSX, ODS or CSV")),
            Refusal::Old => (say!("the workbook is an .xls of before 2007, which is not read"), say!("open it with a spreadsheet program and save it as XLSX")),
            Refusal::Binary => (say!("the workbook is an .xlsb, which is not read"), say!("open it with a spreadsheet program and save it as XLSX")),
            Refusal::Flat => (say!("the workbook is an .fods, which is not read"), say!("open it with a spreadsheet program and save it as ODS or XLSX")),
            Refusal::Archive => (say!("the file is a ZIP archive and not a workbook"), say!("unpack it, and name the tables that are in it")),
            Refusal::Password => (say!("the workbook is protected by a password, or is an .xls of before 2007"), say!("save it as XLSX without a password")),
            Refusal::Damaged => (say!("the workbook is damaged"), say!("open it with a spreadsheet program and save it again")),
            Refusal::Bomb => {
                (say!("the workbook would come to hundreds of times its size, as an attack does"), say!("do not open it; ask whoever sent it for a CSV file"))
            }
            Refusal::HugeCell => (say!("a cell of the workbook is larger than a case can be here (4 MB)"), say!("annexes and pictures are files of their own")),
        };
        Diagnostic::error(message).at(Location::whole(Arc::clone(&self.file))).hint(hint)
    }

    /// Says that a sheet is left out because nobody sees it.
    fn left_out(&self, sheet: &Listed) -> Diagnostic {
        let location = Location { sheet: Some(sheet.name.as_str().into()), ..Location::whole(Arc::clone(&self.file)) };
        let remark = Diagnostic::warning(say!("this sheet is hidden and is left out")).at(location);
        remark.hint(say!("show the sheet and save the workbook again if its cases are to be read"))
    }

    fn tell(&self, problems: Diagnostics) {
        if !problems.is_empty() {
            self.stop(problems);
        }
    }

    fn stop(&self, problems: Diagnostics) {
        let _ = self.give.send(CaseRows::of_problems(problems));
    }
}

/// The rows of a sheet that are read and that nobody sees.
#[derive(Default)]
struct Hidden {
    first: Option<u32>,
    count: u32,
}

impl Hidden {
    fn see(&mut self, row: &SheetRow) {
        if row.is_hidden {
            self.first.get_or_insert(row.number);
            self.count += 1;
        }
    }

    /// What is to be said of them, once a sheet.
    fn said(&self, columns: &Columns) -> Diagnostics {
        let Some(first) = self.first else { return Diagnostics::default() };
        let message = match self.count {
            1 => say!("the row is hidden or filtered out, and is read as the others"),
            count => say!("{count} rows from here on are hidden or filtered out, and are read as the others", count = count),
        };
        let remark = Diagnostic::warning(message).at(columns.location(first, 0));
        remark.hint(say!("delete what is not to be read, and save the workbook again")).into()
    }
}

/// Two rows of a header as one: what stands over several columns is said once, over the first of them.
fn joined(upper: &[String], lower: &[String]) -> Vec<String> {
    let mut over = "";
    let mut joined = Vec::with_capacity(upper.len().max(lower.len()));
    for column in 0..upper.len().max(lower.len()) {
        let of = |row: &'_ [String]| row.get(column).map(|c| c.trim().to_owned()).unwrap_or_default();
        if let Some(text) = upper.get(column).map(|c| c.trim()).filter(|c| !c.is_empty()) {
            over = text;
        }
        joined.push(match (over, of(lower)) {
            (_, below) if below.is_empty() => of(upper),
            ("", below) => below,
            (above, below) => format!("{above}.{below}"),
        });
    }
    joined
}
