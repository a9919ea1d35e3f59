//! Where the cells of a sheet stand, and what calamine does not tell of them.
//!
//! In: the events of a sheet's part (ECMA-376 part 1, §18.3.1). Out: its cells and the ends of its rows, in their order.

use super::super::xml::local_attribute;
use quick_xml::events::{BytesStart, Event};
use std::ops::ControlFlow;

/// What is kept of a value: enough for an index, a number or a truth value.
const LONGEST_VALUE: usize = 32;

/// Something that a sheet has.
pub(super) enum Position<'c> {
    /// Its rows begin.
    Cells,
    /// A cell ended.
    Cell(&'c CellHead),
    /// A row ended.
    Row { number: u32, is_hidden: bool, is_broken: bool },
}

/// A cell, without what it holds.
#[derive(Default)]
pub(super) struct CellHead {
    /// From 0.
    pub(super) column: usize,
    /// It says itself where it stands.
    pub(super) is_placed: bool,
    pub(super) style: usize,
    kind: String,
    is_formula: bool,
    formula: String,
    /// The beginning of its value, as it is written.
    value: String,
}

impl CellHead {
    /// A program that cannot count writes formulas without what they come to; a text that a formula gives may be empty.
    pub(super) fn is_uncounted(&self) -> bool {
        self.is_formula && self.value.is_empty() && self.kind != "str"
    }

    /// A truth value that is written as one, or as a number or a text by a program that has no other.
    pub(super) fn truth(&self) -> Option<bool> {
        let is = |word: &str| self.value.trim().eq_ignore_ascii_case(word);
        let counted = |word: &str| self.is_formula && self.formula.trim().eq_ignore_ascii_case(word);
        match self.kind.as_str() {
            "" | "n" | "b" | "str" if is("true") || is("1") && counted("TRUE()") => Some(true),
            "" | "n" | "b" | "str" if is("false") || is("0") && counted("FALSE()") => Some(false),
            _ => None,
        }
    }

    /// Whether it holds anything but white space.
    pub(super) fn has_value(&self) -> bool {
        self.kind != "inlineStr" && !self.value.trim().is_empty()
    }

    /// Whether its value is the number of a shared text.
    pub(super) fn is_index(&self) -> bool {
        !self.value.is_empty() && self.value.bytes().all(|b| b.is_ascii_digit())
    }
}

/// A sheet, half read.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "three of the sheet and two of the row, all of which may be true")]
pub(super) struct SheetPositions {
    /// The elements that are open inside the rows, by their local names.
    open: Vec<String>,
    is_in_rows: bool,
    has_ended: bool,
    /// It says where something stands in a way that calamine cannot read, and not even count.
    is_misplaced: bool,
    /// The row that is open, or was last.
    number: u32,
    is_hidden: bool,
    is_broken: bool,
    /// The column behind the last cell.
    next: usize,
    cell: Option<CellHead>,
}

impl SheetPositions {
    /// Whether the rows began and did not end, though nobody broke off, or stand nobody knows where.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_misplaced || self.is_in_rows && !self.has_ended
    }

    /// Takes an event; none is one that is ill-formed.
    pub(super) fn event(&mut self, event: Option<&Event<'_>>, give: &mut dyn FnMut(Position<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let flow = self.step(event, give);
        self.has_ended |= flow.is_break();
        flow
    }

    fn step(&mut self, event: Option<&Event<'_>>, give: &mut dyn FnMut(Position<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        match event {
            None => self.is_broken = true,
            Some(Event::Start(element)) if !self.is_in_rows => match element.local_name().as_ref() {
                "sheetData" => {
                    self.is_in_rows = true;
                    return give(Position::Cells);
                }
                "dimension" if !local_attribute(element, "ref").is_some_and(|range| is_range(&range)) => return self.misplace(),
                _ => {}
            },
            Some(Event::Start(element)) => return self.start(element, give),
            Some(Event::End(element)) if self.is_in_rows => return self.end(element.local_name().as_ref(), give),
            Some(Event::Text(text)) if self.cell.is_some() => self.text(&text.xml10_content()),
            Some(Event::CData(text)) if self.cell.is_some() => self.text(&text.xml10_content()),
            Some(Event::GeneralRef(name)) if self.cell.is_some() => match super::super::xml::named(name) {
                Some(letter) => self.text(letter.encode_utf8(&mut [0; 4])),
                None => self.is_broken = true,
            },
            Some(_) => {}
        }
        ControlFlow::Continue(())
    }

    fn start(&mut self, element: &BytesStart<'_>, give: &mut dyn FnMut(Position<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let name = element.local_name().as_ref().to_owned();
        match (name.as_str(), self.open.last().map(String::as_str)) {
            ("row", _) => {
                // One that was not ended is damaged, and ends here.
                if !self.open.is_empty() {
                    self.is_broken = true;
                    self.end_row(give)?;
                }
                self.number = match local_attribute(element, "r") {
                    Some(said) => match row_number(&said) {
                        Some(number) => number,
                        None => return self.misplace(),
                    },
                    None => self.number.saturating_add(1),
                };
                self.is_hidden = local_attribute(element, "hidden").is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"));
                self.next = 0;
            }
            ("c", within) => {
                // A cell in a cell: calamine begins anew with it.
                if within != Some("row") {
                    self.is_broken = true;
                    self.end_cell(give)?;
                }
                let Some(head) = self.head(element) else { return self.misplace() };
                self.cell = Some(head);
            }
            ("f", Some("c")) => {
                if let Some(cell) = &mut self.cell {
                    cell.is_formula = true;
                }
            }
            _ => {}
        }
        self.open.push(name);
        ControlFlow::Continue(())
    }

    fn head(&mut self, element: &BytesStart<'_>) -> Option<CellHead> {
        let said = local_attribute(element, "r");
        let column = said.as_deref().map_or(Some(self.next), column)?;
        self.next = column + 1;
        let attribute = |name| local_attribute(element, name).unwrap_or_default();
        Some(CellHead { column, is_placed: said.is_some(), style: attribute("s").trim().parse().unwrap_or(0), kind: attribute("t"), ..CellHead::default() })
    }

    fn misplace(&mut self) -> ControlFlow<()> {
        self.is_misplaced = true;
        ControlFlow::Break(())
    }

    fn text(&mut self, text: &str) {
        let Some(cell) = &mut self.cell else { return };
        let place = match self.open.last().map(String::as_str) {
            Some("v") => &mut cell.value,
            Some("f") => &mut cell.formula,
            _ => return,
        };
        place.extend(text.chars().take(LONGEST_VALUE.saturating_sub(place.len())));
    }

    fn end(&mut self, name: &str, give: &mut dyn FnMut(Position<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        if name == "sheetData" {
            if !self.open.is_empty() {
                self.is_broken = true;
                self.end_row(give)?;
            }
            self.has_ended = true;
            return ControlFlow::Break(());
        }
        // What is ended without having begun damages its row, and what is not ended too.
        if self.open.last().is_none_or(|open| open != name) {
            self.is_broken = true;
            if !matches!(name, "c" | "row") || !self.open.iter().any(|open| open == name) {
                return ControlFlow::Continue(());
            }
            while self.open.last().is_some_and(|open| open != name) {
                self.open.pop();
            }
        }
        self.open.pop();
        match name {
            "c" => self.end_cell(give),
            "row" => self.end_row(give),
            _ => ControlFlow::Continue(()),
        }
    }

    fn end_cell(&mut self, give: &mut dyn FnMut(Position<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        self.cell.take().map_or(ControlFlow::Continue(()), |cell| give(Position::Cell(&cell)))
    }

    fn end_row(&mut self, give: &mut dyn FnMut(Position<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        self.end_cell(give)?;
        self.open.clear();
        let is_broken = std::mem::take(&mut self.is_broken);
        give(Position::Row { number: self.number, is_hidden: self.is_hidden, is_broken })
    }
}

/// The number of a row; none that is larger than a sheet can be.
fn row_number(text: &str) -> Option<u32> {
    let is_number = (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number > 0)
}

/// The column of `AB12` or `ab12`, from 0.
fn column(position: &str) -> Option<usize> {
    let at = position.bytes().position(|b| !b.is_ascii_alphabetic())?;
    let (letters, number) = position.split_at(at);
    row_number(number)?;
    if letters.len() > 3 {
        return None;
    }
    letters.bytes().fold(0, |column, letter| column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1).checked_sub(1)
}

/// Whether a range is a cell, or goes from one to another that is not above it or left of it.
fn is_range(range: &str) -> bool {
    let place = |text: &str| Some((column(text)?, row_number(text.trim_start_matches(|c: char| c.is_ascii_alphabetic()))?));
    match range.split_once(':') {
        None => place(range).is_some(),
        Some((from, to)) => place(from).zip(place(to)).is_some_and(|(from, to)| from.0 <= to.0 && from.1 <= to.1),
    }
}
