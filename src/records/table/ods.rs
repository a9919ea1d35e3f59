//! ODS: the rows of a sheet of `LibreOffice`, read as a stream.
//!
//! In: the `content.xml` of a workbook. Out: its sheets, and the rows of one. No crate does that: calamine holds every sheet
//! twice, unrolls what the file repeats (6 GB for 2 kB), drops CDATA and takes the text of drawn boxes for that of the cell.
//! Here a million empty rows cost nothing, and a filled row that is repeated is what it is, a mistake of a copy, and is told
//! a few times only.

use super::cell::{Cell, Cells, SheetRow, Take};
use super::package::{Allowance, LARGEST_STREAM, Refusal, count};
use super::xml::{attribute, named, walk};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{Read, Seek};
use std::ops::ControlFlow;
use zip::ZipArchive;

/// A filled row that is repeated more often is no row that somebody typed.
const MOST_REPEATS: u32 = 1_000;

/// A workbook, open.
pub(super) struct Ods<R> {
    parts: ZipArchive<R>,
    /// What its content takes packed.
    packed: u64,
    /// The names of its sheets, and whether each is hidden.
    sheets: Vec<(String, bool)>,
}

impl<R: Read + Seek> Ods<R> {
    /// Opens a workbook that has been looked over.
    pub(super) fn new(input: R) -> Result<Self, Refusal> {
        let mut parts = ZipArchive::new(input)?;
        let number = parts.index_for_name("content.xml").ok_or(Refusal::Damaged)?;
        let packed = count(&mut parts, number, LARGEST_STREAM)?;
        let mut book = Self { parts, packed, sheets: Vec::new() };
        let (mut sheets, mut hidden, mut style, mut depth) = (Vec::new(), HashSet::new(), String::new(), Depth::default());
        book.each_event(|event| {
            match event {
                Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                    "style:style" => style = attribute(element, "style:name").unwrap_or_default(),
                    "style:table-properties" if attribute(element, "table:display").as_deref() == Some("false") => drop(hidden.insert(style.clone())),
                    "table:table" if depth.skipped == 0 => {
                        let is_hidden = attribute(element, "table:style-name").is_some_and(|style| hidden.contains(&style))
                            || attribute(element, "table:display").as_deref() == Some("false");
                        sheets.push((attribute(element, "table:name").unwrap_or_default(), is_hidden));
                    }
                    _ => {}
                },
                _ => {}
            }
            depth.event(event);
            ControlFlow::Continue(())
        })?;
        book.sheets = sheets;
        Ok(book)
    }

    /// The names of its sheets, and whether each is hidden.
    pub(super) fn sheets(&self) -> &[(String, bool)] {
        &self.sheets
    }

    /// The rows of a sheet that have anything in them.
    pub(super) fn rows(&mut self, sheet: usize, take: Take<'_>) -> Result<(), Refusal> {
        let mut reading = SheetReader {
            sheets_before: sheet + 1,
            inside: false,
            depth: Depth::default(),
            number: 0,
            repeats: 1,
            is_hidden: false,
            groups: Vec::new(),
            row: Vec::new(),
            column: 0,
            cell: None,
            text: String::new(),
            paragraphs: 0,
            allowance: Allowance::new(self.packed),
            refusal: None,
        };
        self.each_event(|event| reading.event(event, take))?;
        reading.refusal.map_or(Ok(()), Err)
    }

    fn each_event(&mut self, take: impl FnMut(&Event<'_>) -> ControlFlow<()>) -> Result<(), Refusal> {
        let part = self.parts.by_name("content.xml")?;
        walk(part, take)
    }
}

/// How deep one is in an element that says nothing of cells: a drawing, a remark, what was changed, a link to another file.
#[derive(Default)]
struct Depth {
    skipped: usize,
    /// How many tables are open: one in a cell of another is none of its text.
    tables: usize,
}

impl Depth {
    /// Counts an element; true where it is to be left out.
    fn event(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(element) => {
                let is_table = element.name().as_ref() == "table:table";
                if self.skipped > 0 || is_aside(element.name().as_ref()) || (is_table && self.tables > 0) {
                    self.skipped += 1;
                    return true;
                }
                self.tables += usize::from(is_table);
                false
            }
            Event::End(element) => {
                if self.skipped > 0 {
                    self.skipped -= 1;
                    return true;
                }
                self.tables = self.tables.saturating_sub(usize::from(element.name().as_ref() == "table:table"));
                false
            }
            Event::Empty(element) => self.skipped > 0 || is_aside(element.name().as_ref()),
            _ => self.skipped > 0,
        }
    }
}

/// Whether an element holds texts that are not those of cells.
fn is_aside(name: &str) -> bool {
    let asides = ["table:shapes", "table:tracked-changes", "table:dde-links", "table:dde-link", "table:table-source", "table:scenario", "text:note"];
    name.starts_with("draw:")
        || name.starts_with("dr3d:")
        || name.starts_with("office:annotation")
        || name == "text:ruby-text"
        || name == "office:forms"
        || asides.contains(&name)
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|n| n.trim().parse().ok()).unwrap_or(1).max(1)
}

/// A sheet, half read.
struct SheetReader {
    /// How many sheets begin up to the one that is read, itself included.
    sheets_before: usize,
    inside: bool,
    depth: Depth,
    /// The row that was finished last.
    number: u32,
    repeats: u32,
    is_hidden: bool,
    /// The groups of rows that are open, and whether each is folded.
    groups: Vec<bool>,
    row: Vec<Cell<'static>>,
    column: usize,
    /// The cell that is open: what its attributes say, and how often it stands.
    cell: Option<(Option<Cell<'static>>, u32)>,
    text: String,
    paragraphs: usize,
    allowance: Allowance,
    refusal: Option<Refusal>,
}

impl SheetReader {
    fn event(&mut self, event: &Event<'_>, take: Take<'_>) -> ControlFlow<()> {
        if self.depth.event(event) {
            return ControlFlow::Continue(());
        }
        match event {
            Event::Start(element) => self.start(element),
            Event::Empty(element) => {
                self.start(element);
                return self.end(element.name().as_ref(), take);
            }
            Event::End(element) => return self.end(element.name().as_ref(), take),
            Event::Text(text) if self.is_text() => self.text.push_str(&text.xml10_content()),
            Event::CData(text) if self.is_text() => self.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if self.is_text() => self.text.extend(named(name)),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn is_text(&self) -> bool {
        self.cell.is_some() && self.paragraphs > 0
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            "table:table" => {
                self.sheets_before = self.sheets_before.saturating_sub(1);
                self.inside = self.sheets_before == 0;
            }
            _ if !self.inside => {}
            "table:table-row-group" => self.groups.push(attribute(element, "table:display").as_deref() == Some("false")),
            "table:table-row" => {
                self.repeats = repeats(element, "table:number-rows-repeated");
                let is_seen = attribute(element, "table:visibility").is_none_or(|visibility| visibility == "visible");
                self.is_hidden = !is_seen || self.groups.contains(&true);
                self.row.clear();
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell = Some((typed(element), repeats(element, "table:number-columns-repeated")));
                self.text.clear();
                self.paragraphs = 0;
            }
            "text:p" | "text:h" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
            }
            "text:line-break" if self.is_text() => self.text.push('\n'),
            "text:tab" if self.is_text() => self.text.push('\t'),
            "text:s" if self.is_text() => {
                let spaces = attribute(element, "text:c").and_then(|n| n.parse().ok()).unwrap_or(1_usize);
                self.text.extend(std::iter::repeat_n(' ', spaces.min(1_000)));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, take: Take<'_>) -> ControlFlow<()> {
        match name {
            _ if !self.inside => {}
            "table:table" => return ControlFlow::Break(()),
            "table:table-row-group" => drop(self.groups.pop()),
            "table:table-cell" | "table:covered-table-cell" => {
                let (value, times) = self.cell.take().unwrap_or((None, 1));
                let value = value.unwrap_or_else(|| Cell::plain(Cow::Borrowed(&self.text)).pending());
                if value != Cell::Empty {
                    let from = self.column.min(super::MOST_COLUMNS);
                    let to = self.column.saturating_add(times as usize).min(super::MOST_COLUMNS);
                    self.pay(value.size().saturating_mul(to - from))?;
                    self.row.resize(self.row.len().max(to), Cell::Empty);
                    self.row[from..to].fill(value);
                }
                self.column = self.column.saturating_add(times as usize);
            }
            "table:table-row" => {
                let first = self.number.saturating_add(1);
                self.number = self.number.saturating_add(self.repeats);
                if !self.row.is_empty() {
                    for number in (first..=self.number).take(MOST_REPEATS as usize) {
                        if number > first {
                            self.pay(self.row.iter().map(Cell::size).sum())?;
                        }
                        take(SheetRow { number, is_hidden: self.is_hidden, cells: Cells::Typed(self.row.clone()) })?;
                    }
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pay(&mut self, bytes: usize) -> ControlFlow<()> {
        match self.allowance.take(bytes) {
            Ok(()) => ControlFlow::Continue(()),
            Err(refusal) => {
                self.refusal = Some(refusal);
                ControlFlow::Break(())
            }
        }
    }
}

/// What the attributes of a cell say; nothing where its text is its value.
fn typed(element: &BytesStart<'_>) -> Option<Cell<'static>> {
    if attribute(element, "calcext:value-type").as_deref() == Some("error") {
        return Some(Cell::Error);
    }
    let Some(kind) = attribute(element, "office:value-type") else {
        // A program that cannot count writes formulas without what they come to.
        return attribute(element, "table:formula").map(|_| Cell::Error);
    };
    match kind.as_str() {
        // Calc saves the truth value of another program's workbook as a formula that shows TRUE and counts 1.
        "float" if attribute(element, "table:formula").as_deref() == Some("of:=TRUE()") => Some(Cell::Bool(true)),
        "float" if attribute(element, "table:formula").as_deref() == Some("of:=FALSE()") => Some(Cell::Bool(false)),
        "float" | "percentage" | "currency" => attribute(element, "office:value")?.parse().ok().map(Cell::Number),
        "boolean" => Some(Cell::Bool(attribute(element, "office:boolean-value")? == "true")),
        "date" => attribute(element, "office:date-value").map(|text| Cell::iso(&text)),
        "time" => clock(&attribute(element, "office:time-value")?).map(Cell::Date),
        // What is shown may be written otherwise than what the cell holds.
        "string" => attribute(element, "office:string-value").map(|text| Cell::plain(Cow::Owned(text))),
        _ => None,
    }
}

/// `PT13H05M00S` as 13:05:00.
fn clock(duration: &str) -> Option<String> {
    let (hours, rest) = duration.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.split(['S', '.', ',']).next()?;
    Some(format!("{hours:0>2}:{minutes:0>2}:{seconds:0>2}"))
}
