//! ODS: the rows of a sheet of `LibreOffice`, read as a stream.
//!
//! In: the `content.xml` of a workbook. Out: its sheets, and the rows of one. A crate reads ODS too, but holds every
//! sheet twice and unrolls what the file repeats; here a million empty rows cost nothing, and a filled row that is repeated
//! is what it is, a mistake of a copy, and is told a few times only.

use super::cell::{Cell, Cells};
use super::package::Refusal;
use super::xml::{attribute, named, walk};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::{BufReader, Read, Seek};
use std::ops::ControlFlow;
use zip::ZipArchive;

/// A filled row that is repeated more often is no row that somebody typed.
const MOST_REPEATS: u32 = 1_000;

/// The names of the sheets.
pub(super) fn sheets(input: &mut BufReader<impl Read + Seek>) -> Result<Vec<String>, Refusal> {
    let mut names = Vec::new();
    each_event(input, |event| {
        if let Event::Start(element) = event
            && element.name().as_ref() == "table:table"
        {
            names.push(attribute(element, "table:name").unwrap_or_default());
        }
        ControlFlow::Continue(())
    })?;
    Ok(names)
}

/// The rows of a sheet that have anything in them.
pub(super) fn rows(input: &mut BufReader<impl Read + Seek>, sheet: &str, take: super::book::Take<'_>) -> Result<(), Refusal> {
    let mut reading =
        SheetReader { sheet, inside: false, number: 0, repeats: 1, row: Vec::new(), column: 0, cell: None, text: String::new(), paragraphs: 0, asides: 0 };
    each_event(input, |event| reading.event(event, take))
}

fn each_event(input: &mut BufReader<impl Read + Seek>, take: impl FnMut(&Event<'_>) -> ControlFlow<()>) -> Result<(), Refusal> {
    input.rewind().map_err(|_| Refusal::Damaged)?;
    let mut parts = ZipArchive::new(input).map_err(|_| Refusal::Damaged)?;
    let part = parts.by_name("content.xml").map_err(|_| Refusal::Damaged)?;
    walk(part, take)
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}

/// A sheet, half read.
struct SheetReader<'s> {
    sheet: &'s str,
    inside: bool,
    /// The row that was finished last.
    number: u32,
    repeats: u32,
    row: Vec<Cell<'static>>,
    column: usize,
    /// The cell that is open: what its attributes say, and how often it stands.
    cell: Option<(Option<Cell<'static>>, u32)>,
    text: String,
    paragraphs: usize,
    /// How many remarks are open: their text is not the cell's.
    asides: usize,
}

impl SheetReader<'_> {
    fn event(&mut self, event: &Event<'_>, take: super::book::Take<'_>) -> ControlFlow<()> {
        match event {
            Event::Start(element) => self.start(element),
            Event::Empty(element) => {
                self.start(element);
                return self.end(element.name().as_ref(), take);
            }
            Event::End(element) => return self.end(element.name().as_ref(), take),
            Event::Text(text) if self.is_text() => self.text.push_str(text),
            Event::GeneralRef(name) if self.is_text() => self.text.extend(named(name)),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn is_text(&self) -> bool {
        self.cell.is_some() && self.paragraphs > 0 && self.asides == 0
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            "table:table" => self.inside = attribute(element, "table:name").as_deref() == Some(self.sheet),
            _ if !self.inside => {}
            "table:table-row" => {
                self.repeats = repeats(element, "table:number-rows-repeated");
                self.row.clear();
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell = Some((typed(element), repeats(element, "table:number-columns-repeated")));
                self.text.clear();
                self.paragraphs = 0;
            }
            "office:annotation" => self.asides += 1,
            "text:p" if self.asides == 0 => {
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

    fn end(&mut self, name: &str, take: super::book::Take<'_>) -> ControlFlow<()> {
        match name {
            _ if !self.inside => {}
            "table:table" => return ControlFlow::Break(()),
            "office:annotation" => self.asides = self.asides.saturating_sub(1),
            "table:table-cell" | "table:covered-table-cell" => {
                let (value, times) = self.cell.take().unwrap_or((None, 1));
                let value = value.unwrap_or_else(|| Cell::plain(Cow::Borrowed(&self.text)).pending());
                if value != Cell::Empty {
                    let from = self.column.min(super::MOST_COLUMNS);
                    let to = self.column.saturating_add(times as usize).min(super::MOST_COLUMNS);
                    self.row.resize(self.row.len().max(to), Cell::Empty);
                    self.row[from..to].fill(value);
                }
                self.column = self.column.saturating_add(times as usize);
            }
            "table:table-row" => {
                let first = self.number + 1;
                self.number = self.number.saturating_add(self.repeats);
                if !self.row.is_empty() {
                    for number in (first..=self.number).take(MOST_REPEATS as usize) {
                        take(number, Cells::Typed(self.row.clone()))?;
                    }
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
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
        "date" => attribute(element, "office:date-value").map(Cell::Date),
        "time" => clock(&attribute(element, "office:time-value")?).map(Cell::Date),
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
