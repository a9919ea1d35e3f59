//! What the columns of a foreign table mean, by a mapping.
//!
//! In: the cells of a header and a [`Mapping`]. Out: [`Columns`] as a table of ours would have them. A column that the
//! mapping does not name has no place in them, so that its cells are never read.

use super::super::Shape;
use super::super::mapping::{CellRule, Mapping};
use super::columns::{Choices, Columns, Expected, Group, Leaf, Naming, Nest, is_name, steps};
use super::row_filter::RowFilter;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, did_you_mean, shown};
use std::sync::Arc;

/// A header as it stands in its file.
pub(super) struct Header<'h> {
    pub(super) file: &'h Arc<str>,
    pub(super) sheet: &'h Arc<str>,
    pub(super) row: u32,
    pub(super) cells: Vec<String>,
}

/// What is wrong with a path of ours, if anything is.
pub(crate) fn path_problem(path: &str, shape: &Shape) -> Option<(Message, Message)> {
    steps(path, shape).err()
}

/// Which join a further table has: the place of its column of the other table's key.
pub(super) fn parent(mapping: &Mapping, cells: &[String]) -> Option<(usize, usize)> {
    mapping.joins().iter().enumerate().find_map(|(join, (_, parent))| Some((join, at(cells, parent)?)))
}

fn at(cells: &[String], name: &str) -> Option<usize> {
    cells.iter().position(|cell| cell.trim() == name)
}

impl Columns {
    /// Understands the header of the main table. `join` is the one that further tables have.
    pub(super) fn main(header: Header<'_>, mapping: &Mapping, join: Option<usize>, shape: &Shape) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::default();
        let mut columns = Self::foreign(header, mapping, None, shape);
        let row = columns.first_row;
        let naming = mapping.naming();
        columns.naming = match &naming.column {
            None => Naming::Numbered(naming.prefix.clone(), row),
            Some(_) => Naming::After(naming.prefix.clone()),
        };
        if let Some(name) = &naming.column {
            columns.id = at(&columns.headers, name).unwrap_or(usize::MAX);
            if columns.id == usize::MAX {
                let problem = Diagnostic::error(say!("there is no column `{name}`, from which the mapping takes the ids", name = shown(name)));
                problems.push(problem.at(columns.location(row, 0)).hint(near(name, &columns.headers)));
            }
        }
        for (name, _) in mapping.rows().iter().filter(|(name, _)| at(&columns.headers, name).is_none()) {
            let problem = Diagnostic::error(say!("there is no column `{name}`, by which the mapping chooses rows", name = shown(name)));
            problems.push(problem.at(columns.location(row, 0)).hint(near(name, &columns.headers)));
        }
        columns.join = join.and_then(|n| at(&columns.headers, &mapping.joins()[n].0)).unwrap_or(columns.id);
        if columns.root.leaves.iter().all(|l| l.is_constant) && columns.root.tables.is_empty() {
            let nothing = Diagnostic::error(say!("no column of the table is in the mapping")).at(columns.location(row, 0));
            problems.push(nothing.hint(say!(
                "give each column that is wanted a line in [columns] of the mapping; where a title stands above the header, header-row = 3 says which row names the columns"
            )));
        }
        if problems.has_errors() { Err(problems) } else { Ok(columns) }
    }

    /// Understands the header of a further table, whose rows belong to those of the main one by the cells of `join`.
    pub(super) fn part(header: Header<'_>, mapping: &Mapping, join: usize, shape: &Shape) -> Self {
        let table = mapping.table_of(header.sheet, shape);
        let nest = Nest {
            table: header.sheet.to_string(),
            own: mapping
                .joins()
                .iter()
                .find(|(_, parent)| header.cells.get(join).is_some_and(|c| c.trim() == parent))
                .and_then(|(own, _)| at(&header.cells, own)),
            parent_table: mapping.parent_table().and_then(|name| at(&header.cells, name)),
        };
        let mut columns = Self::foreign(header, mapping, table.as_deref(), shape);
        columns.join = join;
        columns.nest = nest;
        columns.is_main = false;
        // What holds for all cases is said by the main table.
        columns.root.leaves.retain(|leaf| !leaf.is_constant);
        columns.root.tables.retain(|(_, groups)| groups.iter().any(Group::has_columns));
        columns
    }

    /// Leaves to further tables what they fill: a constant makes no element of its own beside theirs.
    pub(super) fn leave_to(&mut self, filled: &[Vec<String>]) {
        leave(&mut self.root, &[], filled);
    }

    fn foreign(header: Header<'_>, mapping: &Mapping, table: Option<&str>, shape: &Shape) -> Self {
        let Header { file, sheet, row, cells } = header;
        let mut root = Group { number: 1, ..Group::default() };
        let mut placed: Vec<(String, usize)> = Vec::new();
        let mut twice: Vec<(usize, usize)> = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            let Some((path, reading)) = mapping.column(cell.trim(), table, shape) else { continue };
            let Ok((steps, kind)) = steps(&path, shape) else { continue };
            if root.put(&steps, Leaf { reading: Some(reading), is_name: is_name(&steps), ..Leaf::plain(column, kind) }) {
                placed.push((path, column));
            } else {
                twice.push((placed.iter().find(|(other, _)| *other == path).map_or(column, |(_, first)| *first), column));
            }
        }
        // Of the columns by which rows are found or chosen, too, nobody can tell which of two is meant.
        let finding = mapping.naming().column.iter().chain(mapping.rows().iter().map(|(name, _)| name)).map(String::as_str);
        for name in finding.chain(mapping.joins().iter().flat_map(|(own, parent)| [own.as_str(), parent])) {
            let mut columns = (0..cells.len()).filter(|column| cells[*column].trim() == name);
            if let (Some(first), Some(second)) = (columns.next(), columns.next())
                && !twice.contains(&(first, second))
            {
                twice.push((first, second));
            }
        }
        let choices = put_choices(&cells, mapping, table, shape, &mut root);
        let mut constants = Vec::new();
        for (path, value) in mapping.constants() {
            let Ok((steps, kind)) = steps(path, shape) else { continue };
            let leaf = Leaf { reading: Some(Arc::new(CellRule::default())), is_constant: true, ..Leaf::plain(cells.len() + constants.len(), kind) };
            // A column of the same path tells more than what holds for all.
            if root.put(&steps, leaf) {
                constants.push(value.clone());
            }
        }
        let mut columns = Self {
            filter: RowFilter::new(mapping, &cells),
            faults: Diagnostics::default(),
            file: Arc::clone(file),
            sheet: Arc::clone(sheet),
            named: vec![true; cells.len()],
            whole: cells.clone(),
            headers: cells,
            id: usize::MAX,
            naming: Naming::Column,
            join: usize::MAX,
            nest: Nest::default(),
            choices,
            first_row: row,
            constants,
            numbered: mapping.numbered().to_vec(),
            is_foreign: true,
            is_main: true,
            delimiter: b',',
            root,
        };
        for (first, second) in twice {
            let fault = columns.twice(first, second);
            columns.faults.push(fault);
        }
        columns
    }

    /// Two columns that would both be read as the same.
    fn twice(&self, first: usize, second: usize) -> Diagnostic {
        let [one, other] = [first, second].map(|column| self.location(self.first_row, column));
        let [name, same] = [first, second].map(|column| self.headers[column].trim());
        let both = [&one, &other].map(|at| at.cell().unwrap_or_default());
        let [one, two] = both;
        if name == same {
            let problem = Diagnostic::error(say!("the column `{name}` is there twice, in {one} and {two}", name = shown(name), one = one, two = two));
            problem.at(other).hint(say!("give the one that is not meant another name; what the mapping does not name is left out"))
        } else {
            let problem = Diagnostic::error(say!("the columns in {one} and {two} stand for the same key of a case", one = one, two = two));
            problem.at(other).hint(say!("name the one that is not meant in `drop` of the mapping, or take its line out"))
        }
    }
}

/// The tables that the columns of further tables fill, each by the keys that lead to it.
pub(super) fn filled<'c>(parts: impl Iterator<Item = &'c Columns>) -> Vec<Vec<String>> {
    fn walk(group: &Group, above: &[String], into: &mut Vec<Vec<String>>) {
        for (path, groups) in group.tables.iter().filter(|(_, groups)| groups.iter().any(Group::has_columns)) {
            let here = [above, path].concat();
            groups.iter().for_each(|group| walk(group, &here, into));
            into.push(here);
        }
    }
    let mut into = Vec::new();
    parts.for_each(|part| walk(&part.root, &[], &mut into));
    into
}

/// Takes out of a group, and of those below, the tables that only constants fill here and columns elsewhere.
fn leave(group: &mut Group, above: &[String], filled: &[Vec<String>]) {
    group.tables.retain_mut(|(path, groups)| {
        let here = [above, path].concat();
        let stays = groups.iter().any(Group::has_columns) || !filled.contains(&here);
        groups.iter_mut().for_each(|group| leave(group, &here, filled));
        stays
    });
}

/// Puts the lists that stand in columns of yes and no, one for each answer (`mandates/migrants`), as forms export a question
/// with several answers. Where the answers stand in one cell as well, that cell says it.
fn put_choices(cells: &[String], mapping: &Mapping, table: Option<&str>, shape: &Shape, root: &mut Group) -> Vec<Choices> {
    let mut found: Vec<(&str, Choices)> = Vec::new();
    for (column, cell) in cells.iter().enumerate() {
        let Some((question, answer)) = mapping.choice(cell.trim()).filter(|(question, _)| at(cells, question).is_none()) else { continue };
        if let Some((_, choices)) = found.iter_mut().find(|(other, _)| *other == question) {
            choices.answers.push((column, answer.to_owned()));
            continue;
        }
        let Some((path, reading)) = mapping.column(question, table, shape) else { continue };
        let Ok((steps, Expected::List)) = steps(&path, shape) else { continue };
        if root.put(&steps, Leaf { reading: Some(reading), ..Leaf::plain(column, Expected::List) }) {
            found.push((question, Choices { answers: vec![(column, answer.to_owned())] }));
        }
    }
    found.into_iter().map(|(_, choices)| choices).collect()
}

/// The columns that a mapping names and no table has.
pub(super) fn missing(mapping: &Mapping, headers: &[&[String]], location: &Location) -> Diagnostics {
    let mut problems = Diagnostics::default();
    let is_there = |cells: &&[String], name: &str| at(cells, name).is_some() || cells.iter().any(|c| mapping.choice(c.trim()).is_some_and(|(q, _)| q == name));
    for name in mapping.named().filter(|name| !headers.iter().any(|cells| is_there(cells, name))) {
        let all: Vec<String> = headers.iter().flat_map(|cells| cells.iter().cloned()).collect();
        let remark = Diagnostic::warning(say!("the mapping names a column `{name}`, which is not there", name = shown(name)));
        problems.push(remark.at(location.clone()).hint(near(name, &all)));
    }
    problems
}

fn near(name: &str, headers: &[String]) -> Message {
    match did_you_mean(name, headers.iter().map(String::as_str)) {
        Some(near) => say!("did you mean `{near}`?", near = shown(near)),
        None => say!("compare the mapping with the first row of the table"),
    }
}
