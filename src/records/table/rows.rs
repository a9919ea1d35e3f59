//! The rows of one case, made into one record.
//!
//! In: [`Columns`] and the rows with one id. Out: a [`Record`] whose places are cells. Fields of the case are equal or empty
//! from row to row; a group equal to an earlier element is that element, and so is one with its id, if nothing in it
//! contradicts; otherwise it is a new one.

use super::super::mapping::truth;
use super::super::{Entry, Node, Record, Value};
use super::cell::{Cell, Cells};
use super::columns::{Columns, Group, Leaf};
use super::row_filter::{LeftOut, are_tags};
use super::values::{Filled, value};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Place, shown};
use std::borrow::Cow;
use std::sync::Arc;

/// A row of a sheet.
pub struct Row {
    /// What its cells mean.
    pub columns: Arc<Columns>,
    /// As the spreadsheet counts it.
    pub number: u32,
    pub(super) cells: Cells,
}

/// A row comes to no more, in bytes.
const LONGEST: usize = 4 << 20;

impl Row {
    /// Its cells; none of a row that cannot be read.
    pub(super) fn cells(&self) -> Vec<Cell<'_>> {
        self.cells.read().unwrap_or_default()
    }

    /// One of its cells: what stands behind it is not cut.
    pub(super) fn cell(&self, column: usize) -> Option<Cell<'_>> {
        self.cells.at(column)
    }

    /// Whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.read().is_ok_and(|cells| cells.iter().all(|cell| *cell == Cell::Empty))
    }

    /// How much it holds, in bytes, near enough.
    pub(super) fn size(&self) -> usize {
        self.cells.size()
    }

    /// Says that it is larger than a case may be, and empties the cells that make it so.
    pub(super) fn check_size(&mut self) -> Diagnostics {
        if self.size() <= LONGEST {
            return Diagnostics::default();
        }
        if let Cells::Typed(cells) = &mut self.cells {
            cells.iter_mut().filter(|c| matches!(c, Cell::Text(text) if text.len() > LONGEST / 8)).for_each(|c| *c = Cell::Empty);
        }
        let problem = Diagnostic::error(say!("the row is longer than a case can be here (4 MB)")).at(self.id_cell());
        problem.hint(say!("annexes and pictures are files of their own")).into()
    }

    /// Its cells as text, for giving them back: one for each of `Columns::read_names`.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let columns = &self.columns;
        let cells: Vec<String> = self.cells().into_iter().map(|c| c.words()).collect();
        // A row of plain text may have more cells than its header: whoever corrects it needs them.
        let rest = if columns.is_foreign { &[] } else { cells.get(columns.whole.len()..).unwrap_or_default() };
        let is_text = matches!(self.cells, Cells::Text(..));
        let own = |at: usize, name: &String| if is_text { Some(at) } else { columns.headers.iter().position(|header| header == name) };
        let texts = columns.whole.iter().enumerate().map(|(at, name)| own(at, name).and_then(|at| cells.get(at)).cloned().unwrap_or_default());
        let read = texts.zip(columns.read_columns()).filter(|(_, is_read)| *is_read).map(|(text, _)| text);
        read.chain(rest.iter().filter(|_| is_text).cloned()).collect()
    }

    /// Why it is not read, if it is not. Tags stand only above the first row that is one.
    pub(super) fn left_out(&self, is_first: bool) -> Option<LeftOut> {
        let (columns, words) = (&self.columns, |column| self.words_at(column));
        if is_first && are_tags(&self.cells()) {
            let remark = Diagnostic::warning(say!("the row has the tags of HXL and is left out")).at(columns.location(self.number, 0));
            return Some(LeftOut::Said(remark.hint(say!("nothing is to be done: such a row says what the columns mean, and is no case"))));
        }
        if !columns.filter.chooses(words) {
            return Some(LeftOut::NotChosen);
        }
        let refused = columns.filter.refused(words)?;
        let name = shown(columns.headers.get(refused).map_or("", |h| h.trim()));
        let remark = Diagnostic::warning(say!("a reviewer did not approve this row: it is left out")).at(columns.location(self.number, refused));
        let hint = say!("to read such rows, let the mapping choose them by this column: [rows] and below it \"{name}\" = [\"…\"]", name = name);
        Some(LeftOut::Said(remark.hint(hint)))
    }

    /// The cell with its id.
    #[must_use]
    pub fn id_cell(&self) -> Location {
        let column = if self.columns.id == usize::MAX { self.columns.join } else { self.columns.id };
        self.columns.location(self.number, if column == usize::MAX { 0 } else { column })
    }

    /// By what it finds the rows of further sheets, or they find it.
    pub(super) fn key(&self) -> String {
        self.words_at(self.columns.join)
    }

    /// By what the rows of its own find it, in a further table.
    pub(super) fn own_key(&self) -> Option<String> {
        self.columns.nest.own.map(|column| self.words_at(column)).filter(|key| !key.is_empty())
    }

    /// The table in which its parent stands, where the row says so.
    pub(super) fn parent_table(&self) -> Option<String> {
        self.columns.nest.parent_table.map(|column| self.words_at(column)).filter(|table| !table.is_empty())
    }

    fn words_at(&self, column: usize) -> String {
        self.cell(column).as_ref().map(Cell::words).unwrap_or_default()
    }
}

/// A case, or an element of one of its tables, as far as the rows have told.
#[derive(Default)]
struct Element<'a> {
    /// The row in which it begins.
    place: Place,
    /// The group it was last filled from.
    number: u32,
    values: Vec<Filled<'a>>,
    tables: Vec<(&'a [String], Vec<Element<'a>>)>,
}

/// Makes one record of the rows of a case, which may stand in several sheets.
#[must_use]
pub fn read(rows: &[Row]) -> (Record, Diagnostics) {
    let mut problems = Diagnostics::default();
    let mut sheets: Vec<&Arc<Columns>> = Vec::new();
    let mut is_broken = false;
    let mut case = Element { place: Place { file: 0, line: rows.first().map_or(0, |r| r.number), column: 1 }, number: 1, ..Element::default() };
    for row in rows {
        let sheet = sheets.iter().position(|c| Arc::ptr_eq(c, &row.columns)).unwrap_or_else(|| {
            sheets.push(&row.columns);
            sheets.len() - 1
        });
        let Ok(mut cells) = row.cells.read() else {
            let problem = Diagnostic::error(say!("the row cannot be read: the workbook is damaged here")).at(row.id_cell());
            problems.push(problem.hint(say!("open it with a spreadsheet program and save it again")));
            is_broken = true;
            continue;
        };
        check_cells(row, &cells, &mut problems);
        if row.columns.is_foreign {
            cells.resize(row.columns.headers.len(), Cell::Empty);
            choose(row, &mut cells, &mut problems);
            cells.extend(row.columns.constants.iter().map(|text| Cell::Text(Cow::Borrowed(text.as_str()))));
        }
        let start = Place { file: u16::try_from(sheet).unwrap_or(0), line: row.number, column: 1 };
        Filling { columns: &row.columns, start, cells, problems: &mut problems }.fill(&row.columns.root, &mut case);
    }
    let numbered = sheets.first().map_or(&[][..], |c| &c.numbered);
    let mut root = case.node(numbered, &mut problems);
    if is_broken {
        // What the rest of the rows lacks may stand in this one.
        root.value = Value::Spoilt;
    }
    let origins = sheets.iter().map(|c| (Arc::clone(&c.file), Arc::clone(&c.sheet)));
    (Record::of_rows(root, origins), problems)
}

/// Rows that are longer or shorter than the header, and formulas without a value.
fn check_cells(row: &Row, cells: &[Cell<'_>], problems: &mut Diagnostics) {
    let columns = &row.columns;
    let (has, named) = (cells.len(), columns.named.len());
    let stray = cells.iter().enumerate().position(|(n, c)| *c != Cell::Empty && !columns.named.get(n).copied().unwrap_or(false));
    let short = has < named && matches!(row.cells, Cells::Text(..));
    if stray.is_some() || short {
        let message = say!("the row has {has} cells and the header {named}", has = has, named = named);
        let message = if stray.is_some() && has <= named { say!("the cell stands in a column without a name") } else { message };
        let hint = say!("a text with the delimiter in it stands in quotes; every row has a cell, filled or empty, for each column");
        problems.push(Diagnostic::error(message).at(columns.location(row.number, stray.unwrap_or(has.saturating_sub(1)))).hint(hint));
    }
}

/// Makes one cell of the columns of yes and no that are one list, in the first of them.
fn choose(row: &Row, cells: &mut [Cell<'_>], problems: &mut Diagnostics) {
    for choices in &row.columns.choices {
        let mut chosen: Vec<&str> = Vec::new();
        for (column, answer) in &choices.answers {
            match truth(&cells[*column].words()) {
                Some(true) => chosen.push(answer),
                None if cells[*column] != Cell::Empty => {
                    let problem = Diagnostic::error(say!("the cell is neither yes nor no")).at(row.columns.location(row.number, *column));
                    problems.push(problem.hint(say!("write 1 where this answer was chosen, and 0 where it was not")));
                }
                Some(false) | None => {}
            }
        }
        if let Some((first, _)) = choices.answers.first() {
            cells[*first] = if chosen.is_empty() { Cell::Empty } else { Cell::Text(Cow::Owned(chosen.join("\n"))) };
        }
    }
}

/// One row on its way into a case.
struct Filling<'a, 'p> {
    columns: &'a Columns,
    /// The first cell of the row.
    start: Place,
    cells: Vec<Cell<'a>>,
    problems: &'p mut Diagnostics,
}

impl<'a> Filling<'a, '_> {
    /// Puts the cells of a group into an element that they belong to.
    fn fill(&mut self, group: &'a Group, element: &mut Element<'a>) {
        element.number = group.number;
        // No two columns of a group have one path: what can contradict a cell is from an earlier row.
        let (told, listed) = (element.values.len(), element.tables.len());
        for leaf in &group.leaves {
            let Some(cell) = self.cells.get_mut(leaf.column).filter(|c| **c != Cell::Empty).map(|c| std::mem::replace(c, Cell::Empty)) else { continue };
            match element.values[..told].iter().position(|v| v.leaf.path == leaf.path).map(|at| &mut element.values[at]) {
                None => element.values.push(Filled { columns: self.columns, leaf, place: self.cell(leaf), cell }),
                // A column tells more than what holds for all.
                Some(there) if there.cell == cell || leaf.is_constant => {}
                Some(there) if there.leaf.is_constant => *there = Filled { columns: self.columns, leaf, place: self.cell(leaf), cell },
                Some(there) => {
                    let name = leaf.path.join(".");
                    let other = there.columns.location(there.place.line, there.leaf.column).cell().unwrap_or_default();
                    self.problems.push(
                        Diagnostic::error(say!("`{name}` is not what {other} says of the same case", name = name, other = other))
                            .at(self.columns.location(self.start.line, leaf.column))
                            .hint(say!("make the two equal, or leave one of them empty")),
                    );
                }
            }
        }
        for (path, groups) in &group.tables {
            let at = element.tables[..listed].iter().position(|(p, _)| *p == path.as_slice()).unwrap_or_else(|| {
                element.tables.push((path, Vec::new()));
                element.tables.len() - 1
            });
            // Two groups of one row are two elements, even if they are equal.
            let earlier = element.tables[at].1.len();
            for group in groups {
                self.put(group, &mut element.tables[at].1, earlier);
            }
        }
    }

    /// Finds or makes the element that a group of this row tells of.
    fn put(&mut self, group: &'a Group, elements: &mut Vec<Element<'a>>, earlier: usize) {
        if !self.any(group) {
            return;
        }
        // In the first row of a case every group is a new element.
        if earlier == 0 {
            elements.push(Element { place: self.start, ..Element::default() });
            let at = elements.len() - 1;
            return self.fill(group, &mut elements[at]);
        }
        // What holds for all tells no element from another.
        let leaves = group.leaves.iter().filter(|l| !l.is_constant);
        let own: Vec<(&[String], &Cell<'_>)> =
            leaves.filter_map(|l| self.cells.get(l.column).filter(|c| **c != Cell::Empty).map(|c| (l.path.as_slice(), c))).collect();
        let is_id = |path: &[String]| matches!(path, [key] if key == "id");
        let id = own.iter().find(|(path, _)| is_id(path)).map(|(_, cell)| cell.words());
        let is_same = |element: &Element<'_>| {
            if own.is_empty() {
                return element.number == group.number;
            }
            if id.is_some() {
                return element.values.iter().find(|v| is_id(&v.leaf.path)).map(|v| v.cell.words()) == id;
            }
            own.len() == element.values.iter().filter(|v| !v.leaf.is_constant).count()
                && own.iter().all(|(path, cell)| element.values.iter().any(|v| v.leaf.path == *path && v.cell == **cell))
        };
        // Cells of a table inside a table belong to the element that was told of last.
        let found = if own.is_empty() { elements[..earlier].iter().rposition(is_same) } else { elements[..earlier].iter().position(is_same) };
        let at = found.unwrap_or_else(|| {
            elements.push(Element { place: self.start, ..Element::default() });
            elements.len() - 1
        });
        self.fill(group, &mut elements[at]);
    }

    fn cell(&self, leaf: &Leaf) -> Place {
        Place { column: u32::try_from(leaf.column + 1).unwrap_or(u32::MAX), ..self.start }
    }

    fn any(&self, group: &Group) -> bool {
        if self.columns.is_foreign && !group.has_columns() {
            return true;
        }
        let filled = |leaf: &Leaf| !leaf.is_constant && self.cells.get(leaf.column).is_some_and(|c| *c != Cell::Empty);
        group.leaves.iter().any(filled) || group.tables.iter().any(|(_, groups)| groups.iter().any(|g| self.any(g)))
    }
}

impl Element<'_> {
    /// The table that the element is.
    fn node(self, numbered: &[(String, String)], problems: &mut Diagnostics) -> Node {
        let place = self.values.iter().map(|v| v.place).filter(|p| (p.file, p.line) == (self.place.file, self.place.line)).min().unwrap_or(self.place);
        let mut node = Node { place, value: Value::Table(Vec::with_capacity(self.values.len() + self.tables.len())) };
        for filled in self.values {
            let value = value(&filled, problems);
            node.put(&filled.leaf.path, Node { place: filled.place, value });
        }
        for (path, elements) in self.tables {
            let mut items: Vec<Node> = elements.into_iter().map(|e| e.node(numbered, problems)).collect();
            if let Some((_, letters)) = numbered.iter().find(|(table, _)| matches!(path, [key] if key == table)) {
                number(&mut items, letters);
            }
            let Some(first) = items.first() else { continue };
            node.put(path, Node { place: first.place, value: Value::List(items) });
        }
        node
    }
}

impl Node {
    /// Puts a value below this table, and makes the tables between.
    fn put(&mut self, path: &[String], value: Node) {
        let (Value::Table(entries), [key, rest @ ..]) = (&mut self.value, path) else { return };
        if rest.is_empty() {
            entries.push(Entry { key: key.clone(), place: value.place, node: value });
            return;
        }
        let at = entries.iter().position(|e| e.key == *key).unwrap_or_else(|| {
            let table = Node { place: value.place, value: Value::Table(Vec::new()) };
            entries.push(Entry { key: key.clone(), place: value.place, node: table });
            entries.len() - 1
        });
        entries[at].node.put(rest, value);
    }
}

/// Gives the elements that have no id one by their number.
fn number(items: &mut [Node], letters: &str) {
    for (number, item) in items.iter_mut().enumerate().filter(|(_, item)| item.get("id").is_none()) {
        let (place, value) = (item.place, Value::Text(format!("{letters}{}", number + 1)));
        item.put(&["id".to_owned()], Node { place, value });
    }
}
