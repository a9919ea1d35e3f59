//! The cells of a row of a sheet.
//!
//! In: the XML of the row, as it stands in the file. Out: its cells, which know what they are (ECMA-376 part 1, §18.3.1.4). A row
//! whose cells look as nearly all do is read as it stands, by [`Known`]; any other one by `quick-xml`, which takes
//! longer. Whoever feeds many threads with rows reads none of them.

use super::super::cell::Cell;
use super::super::xml::local_attribute;
use super::texts::{PLAIN, SPACE, content, inside, text};
use super::{Broken, References};
use chrono::{NaiveDate, TimeDelta, Timelike};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::sync::Arc;

/// A row that has not been read yet.
pub(in super::super) struct SheetRow {
    xml: String,
    /// Where its first cell begins, in a row that begins as nearly all do.
    first: Option<usize>,
    references: Arc<References>,
}

impl SheetRow {
    /// A row with its number, which is that of the one before and one more where it says none; nothing where no row is.
    pub(super) fn new(stretch: &str, before: u32, references: &Arc<References>) -> Result<Option<(u32, Self)>, Broken> {
        let (number, first) = match begin(stretch, before) {
            Some((number, rest)) => (number, Some(stretch.len() - rest.len())),
            None => match begin_otherwise(stretch, before)? {
                Some(number) => (number, None),
                None => return Ok(None),
            },
        };
        Ok(Some((number, Self { xml: stretch.to_owned(), first, references: Arc::clone(references) })))
    }

    /// Its cells.
    pub(in super::super) fn cells(&self) -> Result<Vec<Cell<'_>>, Broken> {
        let mut cells = Vec::with_capacity(self.xml.len() / 64);
        let is_known = self.known().is_some_and(|mut known| known.all(|cell| cell.is_ok_and(|(column, cell)| put(&mut cells, column, cell).is_ok())));
        if is_known { Ok(cells) } else { otherwise(&self.xml, &self.references) }
    }

    /// One of its cells: what stands behind it is not read.
    pub(in super::super) fn cell(&self, column: usize) -> Option<Cell<'_>> {
        let otherwise = || otherwise(&self.xml, &self.references).ok()?.into_iter().nth(column);
        let Some(known) = self.known() else { return otherwise() };
        for cell in known {
            match cell {
                Ok((at, cell)) if at == column => return Some(cell),
                Ok((at, _)) if at > column => return None,
                Ok(_) => {}
                Err(Broken) => return otherwise(),
            }
        }
        None
    }

    /// Whether nothing stands in it: programs write rows that have a colour and nothing else.
    pub(super) fn is_empty(&self) -> bool {
        for cell in self.known().into_iter().flatten() {
            match cell {
                Ok((_, Cell::Empty)) => {}
                Ok(_) => return false,
                Err(Broken) => return self.cells().is_ok_and(|cells| cells.is_empty()),
            }
        }
        self.first.is_some() || self.cells().is_ok_and(|cells| cells.is_empty())
    }

    /// How long it is, in bytes.
    pub(in super::super) fn size(&self) -> usize {
        self.xml.len()
    }

    fn known(&self) -> Option<Known<'_>> {
        Some(Known { rest: &self.xml[self.first?..], column: 0, references: &self.references })
    }
}

/// The number of a row, and its cells.
fn begin(stretch: &str, before: u32) -> Option<(u32, &str)> {
    let (mut number, mut rest) = (before, stretch.trim_start_matches(SPACE));
    loop {
        let tag = Tag::read(rest.strip_prefix("<row")?)?;
        number = match tag.position {
            Some(said) => said.parse().ok()?,
            None => number.saturating_add(1),
        };
        if !tag.is_empty {
            return Some((number, tag.rest));
        }
        rest = tag.rest;
    }
}

/// The same, of a row that begins otherwise.
fn begin_otherwise(stretch: &str, before: u32) -> Result<Option<u32>, Broken> {
    let (mut reader, mut number) = (Reader::from_str(stretch), before);
    loop {
        let event = reader.read_event().map_err(|_| Broken)?;
        let (Event::Start(element) | Event::Empty(element)) = &event else {
            if event == Event::Eof {
                return Ok(None);
            }
            continue;
        };
        if element.local_name().as_ref() != "row" {
            return Err(Broken);
        }
        number = match local_attribute(element, "r") {
            Some(said) => said.parse().map_err(|_| Broken)?,
            None => number.saturating_add(1),
        };
        if matches!(event, Event::Start(_)) {
            return Ok(Some(number));
        }
    }
}

/// The cells of a row in which everything looks as in nearly all: no prefixes, no formulas, one run of letters in a cell.
struct Known<'a> {
    rest: &'a str,
    column: usize,
    references: &'a References,
}

impl<'a> Iterator for Known<'a> {
    type Item = Result<(usize, Cell<'a>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.rest.starts_with("</row")).then(|| self.cell().ok_or(Broken))
    }
}

impl<'a> Known<'a> {
    fn cell(&mut self) -> Option<(usize, Cell<'a>)> {
        let tag = Tag::read(self.rest.strip_prefix("<c")?)?;
        let at = match tag.position {
            Some(position) => column(position)?,
            None => self.column,
        };
        // Cells come in the order of their columns, each once.
        if at < self.column {
            return None;
        }
        self.column = at + 1;
        if tag.is_empty {
            self.rest = tag.rest;
            return Some((at, Cell::Empty));
        }
        let inline = || PLAIN.iter().find_map(|start| tag.rest.strip_prefix("<is>")?.strip_prefix(start));
        let (raw, end, is_inline) = match tag.rest.strip_prefix("<v>") {
            Some(raw) => (raw, "</v></c>", false),
            None => (inline()?, "</t></is></c>", true),
        };
        let (raw, rest) = raw.split_at(memchr::memchr(b'<', raw.as_bytes())?);
        self.rest = rest.strip_prefix(end)?;
        let text = content(raw).ok()?;
        let cell = if is_inline { Cell::plain(text) } else { value(tag.kind, tag.style, text, self.references).ok()? };
        Some((at, cell))
    }
}

/// The tag of a row or of a cell, and what follows it.
#[derive(Default)]
struct Tag<'a> {
    position: Option<&'a str>,
    style: Option<&'a str>,
    kind: Option<&'a str>,
    is_empty: bool,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads what follows its name.
    fn read(text: &'a str) -> Option<Self> {
        let (bytes, mut tag, mut at) = (text.as_bytes(), Self::default(), 0);
        loop {
            match bytes.get(at)? {
                b'>' => return Some(Self { rest: &text[at + 1..], ..tag }),
                b'/' if bytes.get(at + 1) == Some(&b'>') => return Some(Self { is_empty: true, rest: &text[at + 2..], ..tag }),
                b' ' => {
                    let name = at + 1;
                    // Those that are asked for have one letter.
                    let is_short = bytes.get(name + 1) == Some(&b'=');
                    let length = if is_short { 1 } else { bytes[name..].iter().position(|b| !b.is_ascii_alphanumeric() && *b != b':')? };
                    if length == 0 {
                        // A space before the end, or a second one.
                        at = name;
                        continue;
                    }
                    let start = name + length + 2;
                    if bytes.get(start - 2..start)? != b"=\"" {
                        return None;
                    }
                    let end = start + bytes[start..].iter().position(|b| *b == b'"')?;
                    let place = match bytes[name] {
                        b'r' if is_short => &mut tag.position,
                        b's' if is_short => &mut tag.style,
                        b't' if is_short => &mut tag.kind,
                        _ => &mut None,
                    };
                    *place = Some(&text[start..end]);
                    at = end + 1;
                }
                _ => return None,
            }
        }
    }
}

/// The column of `AB12`, from 0.
fn column(position: &str) -> Option<usize> {
    let letters = position.bytes().take_while(u8::is_ascii_uppercase);
    let mut column = 0;
    for letter in letters {
        column = column * 26 + usize::from(letter - b'A') + 1;
        if column > 100_000 {
            return None;
        }
    }
    column.checked_sub(1)
}

/// Reads the cells of any row.
fn otherwise<'a>(xml: &'a str, references: &'a References) -> Result<Vec<Cell<'a>>, Broken> {
    let (mut reader, mut cells, mut next, mut open) = (Reader::from_str(xml), Vec::new(), 0, None);
    loop {
        match reader.read_event().map_err(|_| Broken)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "row" if open.is_none() => {}
                "c" if open.is_none() => open = Some(Open::new(&element, &mut next)?),
                name => {
                    let inside = inside(&mut reader, &element)?;
                    match (name, open.as_mut()) {
                        ("v", Some(cell)) => cell.value = Some(content(inside)?),
                        ("is", Some(cell)) => cell.inline = Some(text(inside)?),
                        ("f", Some(cell)) => cell.is_formula = true,
                        _ => {}
                    }
                }
            },
            Event::Empty(element) => match (element.local_name().as_ref(), open.as_mut()) {
                ("c", _) => drop(Open::new(&element, &mut next)?),
                ("f", Some(cell)) => cell.is_formula = true,
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "c" => {
                if let Some(cell) = open.take() {
                    put(&mut cells, cell.column, cell.read(references)?)?;
                }
            }
            Event::End(element) if element.local_name().as_ref() == "row" => return Ok(cells),
            Event::Eof => return Err(Broken),
            _ => {}
        }
    }
}

/// A cell, half read.
struct Open<'a> {
    column: usize,
    style: Option<String>,
    kind: Option<String>,
    is_formula: bool,
    value: Option<Cow<'a, str>>,
    inline: Option<Cow<'a, str>>,
}

impl<'a> Open<'a> {
    fn new(element: &BytesStart<'_>, next: &mut usize) -> Result<Self, Broken> {
        let column = match local_attribute(element, "r") {
            Some(position) => column(&position).ok_or(Broken)?,
            None => *next,
        };
        *next = column + 1;
        let (style, kind) = (local_attribute(element, "s"), local_attribute(element, "t"));
        Ok(Self { column, style, kind, is_formula: false, value: None, inline: None })
    }

    fn read(self, references: &'a References) -> Result<Cell<'a>, Broken> {
        if let Some(text) = self.inline {
            return Ok(Cell::plain(text));
        }
        let kind = self.kind.as_deref();
        let text = self.value.unwrap_or_default();
        // A program that cannot count writes formulas without what they come to; a text that a formula gives may be empty.
        if self.is_formula && text.is_empty() && kind != Some("str") {
            return Ok(Cell::Error);
        }
        value(kind, self.style.as_deref(), text, references)
    }
}

/// Puts a cell in its place; no row has two of one column.
fn put<'a>(cells: &mut Vec<Cell<'a>>, column: usize, cell: Cell<'a>) -> Result<(), Broken> {
    if cell == Cell::Empty || column >= super::super::MOST_COLUMNS {
        return Ok(());
    }
    if cells.len() <= column {
        cells.resize(column, Cell::Empty);
        cells.push(cell);
        return Ok(());
    }
    if cells[column] != Cell::Empty {
        return Err(Broken);
    }
    cells[column] = cell;
    Ok(())
}

/// What a cell says, by its kind and its style.
fn value<'a>(kind: Option<&str>, style: Option<&str>, text: Cow<'a, str>, references: &'a References) -> Result<Cell<'a>, Broken> {
    let word = text.trim_matches(SPACE);
    if word.is_empty() && kind != Some("e") {
        return Ok(Cell::Empty);
    }
    Ok(match kind {
        Some("s") => match word.parse() {
            Ok(number) => references.texts.get(number)?.map_or(Cell::Error, Cell::plain),
            Err(_) => Cell::Error,
        },
        Some("str") => Cell::plain(text),
        // Its text stands elsewhere.
        Some("inlineStr") => Cell::Empty,
        Some("b") => match word {
            "1" | "true" | "TRUE" => Cell::Bool(true),
            "0" | "false" | "FALSE" => Cell::Bool(false),
            _ => Cell::Error,
        },
        Some("d") => Cell::Date(word.to_owned()),
        Some("n") | None => match word.parse::<f64>().ok().filter(|number| number.is_finite()) {
            Some(serial) if references.is_date(style) => moment(serial, references.is_1904),
            Some(number) => Cell::Number(number),
            None if kind.is_none() => Cell::plain(text),
            None => Cell::Error,
        },
        Some(_) => Cell::Error,
    })
}

/// A date, an hour, or both, as the cell shows it: days from 1900 or from 1904, as the workbook says (ECMA-376 part 1, §18.17.4).
fn moment(serial: f64, is_1904: bool) -> Cell<'static> {
    let days = if is_1904 { serial + 1_462.0 } else { serial };
    // The calendar of 1900 has a 29th of February, as in the first of these programs.
    let days = if days < 60.0 { days + 1.0 } else { days };
    #[expect(clippy::cast_possible_truncation, reason = "a number that is too large is no date, which is seen next")]
    let elapsed = TimeDelta::try_milliseconds((days * 86_400_000.0).round() as i64);
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30).expect("there was this day").and_hms_opt(0, 0, 0).expect("every day begins");
    let Some(moment) = elapsed.filter(|_| serial >= 0.0).and_then(|elapsed| zero.checked_add_signed(elapsed)) else { return Cell::Error };
    let form = match (serial < 1.0, moment.num_seconds_from_midnight()) {
        (true, _) => "%H:%M:%S",
        (false, 0) => "%Y-%m-%d",
        (false, _) => "%Y-%m-%dT%H:%M:%S",
    };
    Cell::Date(moment.format(form).to_string())
}
