//! What the columns of a table mean.
//!
//! In: the cells of a header and the [`Shape`] of a case. Out: [`Columns`], each of which knows the path of its cells, or everything
//! that is wrong with the header.

use super::super::mapping::CellRule;
use super::super::{Field, Kind, Shape};
use super::cell::Cell;
use super::row_filter::RowFilter;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, did_you_mean, shown};
use crate::text::Language;
use std::sync::Arc;

/// The columns of a sheet.
pub struct Columns {
    /// The file, as a person reaches it.
    pub file: Arc<str>,
    /// The sheet; empty in a file of plain text.
    pub sheet: Arc<str>,
    /// The header as it stands, cell by cell.
    pub(super) headers: Vec<String>,
    /// The columns of all sheets together, as one table would have them.
    pub whole: Vec<String>,
    /// Which column has the case's id; none where the rows are numbered, or where a row belongs to another's.
    pub(super) id: usize,
    /// What stands before the id, and the row of the header where ids count from there.
    pub(super) naming: Naming,
    /// The column by which the rows of further sheets find their case; mostly that of the id.
    pub(super) join: usize,
    /// Where the rows of a further table say who they are, and in which table their parent stands.
    pub(super) nest: Nest,
    /// Columns of yes and no, one for each answer of a list.
    pub(super) choices: Vec<Choices>,
    /// The row of the header.
    pub(super) first_row: u32,
    /// Values that no cell has, after the cells of a row.
    pub(super) constants: Vec<String>,
    /// Tables whose elements get an id by their number, and its letters.
    pub(super) numbered: Vec<(String, String)>,
    /// Whether the columns are somebody else's, read through a mapping.
    pub(super) is_foreign: bool,
    /// Whether the rows of a foreign table are cases.
    pub(super) is_main: bool,
    /// What stands between cells, in plain text.
    pub delimiter: u8,
    /// The columns of the case itself, and below them those of its tables.
    pub(super) root: Group,
    /// How many cells a row may have at most, the columns without a header included.
    pub(super) named: Vec<bool>,
    /// Which rows are read.
    pub(super) filter: RowFilter,
    /// Columns of which nobody can tell which one is meant: nothing is read then.
    pub(super) faults: Diagnostics,
}

/// Columns that belong together: those of the case, or of one of its victims, incidents, requests.
#[derive(Default)]
pub(super) struct Group {
    /// The number of its element: 1 where none is written.
    pub(super) number: u32,
    pub(super) leaves: Vec<Leaf>,
    /// Tables that may come several times, each with the groups of its elements.
    pub(super) tables: Vec<(Vec<String>, Vec<Group>)>,
}

/// One column.
pub(super) struct Leaf {
    pub(super) column: usize,
    /// Its path inside the group: `consent`, `submit`.
    pub(super) path: Vec<String>,
    pub(super) kind: Expected,
    /// How foreign cells are read.
    pub(super) reading: Option<Arc<CellRule>>,
    /// A value that stands in every row makes no element of its own.
    pub(super) is_constant: bool,
    /// Whether its cells name a person.
    pub(super) is_name: bool,
}

/// The columns of a further table whose rows may have rows of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nest {
    /// What the table is called.
    pub(super) table: String,
    /// The column of a row's own key.
    pub(super) own: Option<usize>,
    /// The column with the table of its parent.
    pub(super) parent_table: Option<usize>,
}

/// A list as columns of yes and no: the first of them is where its leaf reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choices {
    pub(super) answers: Vec<(usize, String)>,
}

/// How the rows of a sheet get their case's id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Naming {
    /// As the column has it.
    #[default]
    Column,
    /// As the column has it, after these letters.
    After(String),
    /// These letters, and the number of the row below the header.
    Numbered(String, u32),
}

/// What its cells are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Text,
    /// A date, for which a bare number of a spreadsheet is no text.
    Date,
    /// A time of day, or words for one.
    Time,
    Bool,
    /// Yes, no or unknown.
    Answer,
    Integer,
    /// Several, divided by `;` or line ends.
    List,
}

/// One step of a path: a key, or a key of a table that may come several times, with its number.
pub(super) enum Step {
    Key(String),
    Element(String, u32),
}

impl Columns {
    /// Understands a header.
    pub(super) fn parse(file: &Arc<str>, sheet: &Arc<str>, row: u32, headers: Vec<String>, shape: &Shape) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::default();
        let mut columns = Self {
            file: Arc::clone(file),
            sheet: Arc::clone(sheet),
            id: usize::MAX,
            naming: Naming::Column,
            join: usize::MAX,
            nest: Nest::default(),
            choices: Vec::new(),
            first_row: row,
            constants: Vec::new(),
            numbered: Vec::new(),
            is_foreign: false,
            is_main: true,
            delimiter: b',',
            root: Group { number: 1, ..Group::default() },
            named: headers.iter().map(|h| !h.trim().is_empty()).collect(),
            headers: Vec::new(),
            whole: headers.clone(),
            filter: RowFilter::default(),
            faults: Diagnostics::default(),
        };
        for (column, header) in headers.iter().enumerate() {
            let name = header.trim();
            let at = columns.location(row, column);
            if name.is_empty() || name.starts_with('#') {
                continue;
            }
            let placed = if name == "id" && columns.id == usize::MAX {
                columns.id = column;
                Ok(true)
            } else if name == "id" {
                Ok(false)
            } else {
                steps(name, shape).map(|(steps, kind)| columns.root.put(&steps, Leaf { is_name: is_name(&steps), ..Leaf::plain(column, kind) }))
            };
            match placed {
                Ok(true) => {}
                Ok(false) => {
                    problems.push(Diagnostic::error(say!("the column `{name}` is there twice", name = shown(name))).at(at).hint(say!("keep one of the two")));
                }
                Err((message, hint)) => problems.push(Diagnostic::error(message).at(at).hint(hint)),
            }
        }
        if columns.id == usize::MAX {
            let alone = headers.len() < 2;
            let hint = if alone {
                say!("cells are divided by comma, semicolon, tab or bar, and the first row names the columns: id, title.es, victims.name, …")
            } else {
                say!("add a column `id` with a neutral word for each case, such as norte-2026-01; no names")
            };
            problems.push(Diagnostic::error(say!("there is no column `id`")).at(columns.location(row, 0)).hint(hint));
        }
        columns.headers = headers;
        columns.join = columns.id;
        if problems.has_errors() { Err(problems) } else { Ok(columns) }
    }

    /// Whether it says more of a case than the elements of its tables.
    pub(super) fn has_cases(&self) -> bool {
        !self.root.leaves.is_empty()
    }

    /// The id of the case that a row tells of, by its cell in the column of ids; empty where it tells of none.
    pub(super) fn case_id(&self, cell: Option<&Cell<'_>>, row: u32) -> String {
        let words = cell.map(Cell::words).unwrap_or_default();
        match &self.naming {
            // Forms write what kind of number theirs is before it.
            Naming::After(prefix) if !words.is_empty() => format!("{prefix}{}", words.strip_prefix("uuid:").unwrap_or(&words)),
            Naming::Column | Naming::After(_) => words,
            Naming::Numbered(prefix, header) => format!("{prefix}{:03}", row.saturating_sub(*header)),
        }
    }

    /// Whether its rows mean the same in a file of their own: numbers of rows, and rows of other tables alone, do not.
    #[must_use]
    pub fn stand_alone(&self) -> bool {
        !matches!(self.naming, Naming::Numbered(..)) && (!self.is_foreign || self.is_main)
    }

    /// What a further table of a foreign file is called.
    #[must_use]
    pub fn further_table(&self) -> Option<&str> {
        Some(self.nest.table.as_str()).filter(|_| self.is_foreign && !self.is_main)
    }

    /// The names of the columns that are read: what a row is given back with.
    #[must_use]
    pub fn read_names(&self) -> Vec<&str> {
        let is_read = self.read_columns();
        self.whole.iter().zip(is_read).filter(|(_, is_read)| *is_read).map(|(name, _)| name.as_str()).collect()
    }

    /// For each column of the whole table, whether it is read.
    pub(super) fn read_columns(&self) -> Vec<bool> {
        if !self.is_foreign {
            return self.whole.iter().map(|name| !name.trim().starts_with('#')).collect();
        }
        let mut is_read = vec![false; self.whole.len()];
        let mut columns = Vec::from([self.id, self.join]);
        columns.extend(self.nest.own.into_iter().chain(self.nest.parent_table));
        columns.extend(self.choices.iter().flat_map(|c| c.answers.iter().map(|(column, _)| *column)));
        columns.extend(self.filter.columns());
        self.root.all_columns(&mut columns);
        columns.into_iter().for_each(|column| is_read.get_mut(column).into_iter().for_each(|is_read| *is_read = true));
        is_read
    }

    /// A cell; rows count from 1, columns from 0.
    pub(super) fn location(&self, row: u32, column: usize) -> Location {
        let column = u32::try_from(column + 1).unwrap_or(u32::MAX);
        Location { file: Arc::clone(&self.file), sheet: Some(Arc::clone(&self.sheet)), line: row, column }
    }
}

impl Leaf {
    /// A column of ours; its path comes when it is put in its place.
    pub(super) fn plain(column: usize, kind: Expected) -> Self {
        Self { column, path: Vec::new(), kind, reading: None, is_constant: false, is_name: false }
    }
}

impl Group {
    /// Whether a column fills it, and not constants alone.
    pub(super) fn has_columns(&self) -> bool {
        self.leaves.iter().any(|l| !l.is_constant) || self.tables.iter().any(|(_, groups)| groups.iter().any(Self::has_columns))
    }

    /// The columns in it and below.
    fn all_columns(&self, into: &mut Vec<usize>) {
        into.extend(self.leaves.iter().map(|leaf| leaf.column));
        self.tables.iter().flat_map(|(_, groups)| groups).for_each(|group| group.all_columns(into));
    }

    /// Puts a column where it belongs; false if one is there already.
    pub(super) fn put(&mut self, steps: &[Step], leaf: Leaf) -> bool {
        let below = steps.iter().position(|s| matches!(s, Step::Element(..)));
        let own = &steps[..below.unwrap_or(steps.len())];
        let mut path: Vec<String> = own
            .iter()
            .map(|s| match s {
                Step::Key(key) | Step::Element(key, _) => key.clone(),
            })
            .collect();
        let Some(Step::Element(key, number)) = below.map(|at| &steps[at]) else {
            if self.leaves.iter().any(|l| l.path == path) {
                return false;
            }
            self.leaves.push(Leaf { path, ..leaf });
            return true;
        };
        path.push(key.clone());
        let rest = &steps[own.len() + 1..];
        let at = self.tables.iter().position(|(p, _)| *p == path).unwrap_or_else(|| {
            self.tables.push((path, Vec::new()));
            self.tables.len() - 1
        });
        let groups = &mut self.tables[at].1;
        let at = groups.iter().position(|g| g.number == *number).unwrap_or_else(|| {
            let at = groups.partition_point(|g| g.number < *number);
            groups.insert(at, Self { number: *number, ..Self::default() });
            at
        });
        groups[at].put(rest, leaf)
    }
}

/// The path that a header names.
pub(super) fn steps(header: &str, shape: &Shape) -> Result<(Vec<Step>, Expected), (Message, Message)> {
    let mut parts = header.split('.').map(str::trim).peekable();
    let (mut steps, mut shape) = (Vec::new(), shape);
    while let Some(part) = parts.next() {
        let field = shape.field(part).ok_or_else(|| unknown(header, part, shape))?;
        let number = parts.peek().and_then(|p| p.parse::<u32>().ok()).filter(|n| (1..=999).contains(n));
        let key = field.key.to_owned();
        let kind = match &field.kind {
            Kind::Table(inner) => {
                steps.push(Step::Key(key));
                shape = inner;
                continue;
            }
            Kind::Tables(inner) => {
                if number.is_some() {
                    parts.next();
                }
                steps.push(Step::Element(key, number.unwrap_or(1)));
                shape = inner;
                continue;
            }
            Kind::Localized => {
                steps.push(Step::Key(key));
                if let Some(code) = parts.next() {
                    if Language::parse(code).is_none() {
                        let message = say!("`{code}` in the column `{name}` is not a language", code = shown(code), name = shown(header));
                        return Err((message, say!("write a language code: {key}.es", key = field.key)));
                    }
                    steps.push(Step::Key(code.to_owned()));
                    Expected::Text
                } else if field.key == "time" {
                    Expected::Time
                } else {
                    Expected::Text
                }
            }
            kind => {
                steps.push(Step::Key(key));
                expected(kind)
            }
        };
        if parts.next().is_some() {
            return Err((say!("nothing can stand below `{key}`, as the column `{name}` has it", key = field.key, name = shown(header)), hint_of(field)));
        }
        return Ok((steps, kind));
    }
    let message = say!("the column `{name}` names a table, not one of its fields", name = shown(header));
    Err((message, say!("the fields there are {keys}", keys = keys(shape))))
}

/// Whether a column has the names of victims or of other people.
pub(super) fn is_name(steps: &[Step]) -> bool {
    matches!(steps, [Step::Element(table, _), Step::Key(key)] if matches!(table.as_str(), "victims" | "people") && key == "name")
}

fn expected(kind: &Kind) -> Expected {
    match kind {
        Kind::Bool => Expected::Bool,
        Kind::Choice(words) if matches!(words.as_slice(), ["yes", "no", ..]) => Expected::Answer,
        Kind::Integer => Expected::Integer,
        Kind::Day => Expected::Date,
        Kind::Text(form) if form.starts_with("a date") => Expected::Date,
        Kind::List(_) => Expected::List,
        Kind::Either(kinds) if kinds.contains(&Kind::Integer) => Expected::Integer,
        _ => Expected::Text,
    }
}

fn hint_of(field: &Field) -> Message {
    match field.kind {
        Kind::List(_) => say!("write several in one cell, divided by ; or by line ends"),
        _ => say!("name the column {key}", key = field.key),
    }
}

fn unknown(header: &str, part: &str, shape: &Shape) -> (Message, Message) {
    let message = say!("there is no key `{key}`, which the column `{name}` names", key = shown(part), name = shown(header));
    let hint = match did_you_mean(part, shape.fields.iter().map(|f| f.key)) {
        Some(near) => say!("did you mean `{near}`?", near = near),
        None => match shape.homes(part).first() {
            Some(home) => say!("`{key}` is a key of {home}: name the column with that table before it", key = shown(part), home = home),
            None => say!(
                "the keys there are {keys}; a table with names of its own needs a mapping (--map); a column whose name begins with # is left out",
                keys = keys(shape)
            ),
        },
    };
    (message, hint)
}

fn keys(shape: &Shape) -> String {
    shape.fields.iter().map(|f| f.key).collect::<Vec<_>>().join(", ")
}
