//! A mapping's file, understood.
//!
//! In: a record of TOML. Out: a [`Mapping`], or everything that is wrong with it, at its place.

use super::dates::{DateOrder, ORDERS};
use super::reading::CellRule;
use super::{Mapping, Naming, SHIPPED, inner};
use crate::diagnostic::{Diagnostics, Message, did_you_mean, shown};
use crate::records::fields::{Fields, Log};
use crate::records::table::path_problem;
use crate::records::{Record, Shape, read_toml};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a mapping's column says, before its path is looked at.
struct Column {
    to: String,
    values: BTreeMap<String, String>,
    separator: Option<String>,
    dates: Option<DateOrder>,
    ranges: Option<String>,
}

impl Mapping {
    /// A mapping that ships with the program.
    #[must_use]
    pub fn shipped_as(name: &str, shape: &Shape) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(n, _)| *n == name)?;
        let (record, _) = read_toml(text.as_bytes(), &Arc::from(name));
        Self::parse(&record?, shape).0
    }

    /// Understands a mapping. `shape` says what a case may have.
    #[must_use]
    pub fn parse(record: &Record, shape: &Shape) -> (Option<Self>, Diagnostics) {
        let (mapping, problems) = Log::read(record, keys, |f| read(f, Some(shape)));
        (mapping.filter(|_| !problems.has_errors()), problems)
    }
}

/// What a mapping's file may contain.
fn keys() -> Shape {
    Log::shape(|f| read(f, None))
}

fn read(f: &mut Fields<'_, '_>, shape: Option<&Shape>) -> Option<Mapping> {
    let extends = f.line("extends", "a shipped mapping that this one adds to: kobotoolbox, odk-central or uwazi");
    let mut mapping = Mapping::default();
    if let (Some(name), Some(shape)) = (&extends, shape) {
        if let Some(shipped) = Mapping::shipped_as(name, shape) {
            mapping = shipped;
        } else {
            let hint = match did_you_mean(name, Mapping::shipped()) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None => say!("the shipped mappings are {names}", names = Mapping::shipped().collect::<Vec<_>>().join(", ")),
            };
            f.problem("extends", say!("there is no shipped mapping of this name"), hint);
        }
    }
    mapping.paths = f.line("paths", "what stands between the keys of a header that is a path of ours").or(mapping.paths);
    mapping.language_mark = f.line("language-mark", "what stands before the language of a header: title__es").or(mapping.language_mark);
    mapping.separator = f.mark("separator", "what stands between several values of a cell; left out: ; and line ends").or(mapping.separator);
    mapping.dates = f.choice("dates", "the order of days, months and years; without it only 2021-03-22 is a date", ORDERS).or(mapping.dates);
    mapping.ranges = f.mark("ranges", "what stands between the first and the last day of a range").or(mapping.ranges);
    let number = f.number_or("header-row", "the row that names the columns, where a title stands above it", "", |n| n, |_| None);
    if number == Some(0) {
        f.problem("header-row", say!("rows count from 1"), say!("write the number that a spreadsheet program shows beside the row"));
    }
    mapping.header_row = number.or(mapping.header_row);
    if let Some(mark) = f.mark("delimiter", "what stands between the cells of plain text; left out: comma, semicolon, tab or bar, as the header tells") {
        match mark.as_bytes() {
            [one] if one.is_ascii_punctuation() && *one != b'"' || *one == b'\t' => mapping.delimiter = Some(*one),
            _ => f.problem("delimiter", say!("a delimiter is one sign"), say!("write a comma, a semicolon, a bar or a tab in quotes")),
        }
    }
    for (column, _, words) in f.lists("rows", "columns, and the words of which a row has one: other rows are not read") {
        mapping.rows.retain(|(name, _)| name != column);
        mapping.rows.push((column.to_owned(), words));
    }
    let joins = f.list("joins", "a column of the main table and one of a further table that say the same", "`column = column`", |text| {
        text.split_once('=').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned())).filter(|(a, b)| !a.is_empty() && !b.is_empty())
    });
    if !joins.is_empty() {
        mapping.joins = joins;
    }
    mapping.parent_table =
        f.line("parent-table", "a column of a further table that names the table of its parent, for repeats inside repeats").or(mapping.parent_table);
    mapping.drop.extend(f.lines("drop", "columns that are never read, although their name is a key of ours"));
    let naming = f.table("id", "where the cases' ids come from", |f| Naming {
        column: f.line("column", "a column; left out: the rows are numbered"),
        prefix: f.line("prefix", "what stands before it").unwrap_or_default(),
    });
    mapping.id = naming.unwrap_or(mapping.id);
    let numbered = f.named("number", "tables whose elements get an id by their number, and its letters", str::to_owned, |_| None);
    let sheets = f.named("sheets", "sheets or files that hold the elements of a table", str::to_owned, |_| None);
    let constants = f.named("constants", "values that no column has; never of a consent or a name", str::to_owned, |_| None);
    let to_only = |to: &str| Column { to: to.to_owned(), values: BTreeMap::new(), separator: None, dates: None, ranges: None };
    let columns = f.named("columns", "foreign columns, each with the path of ours that it stands for", to_only, column);
    let shape = shape?;
    for (table, place, letters) in numbered {
        if inner(shape, table).and_then(|s| s.field("id")).is_none() {
            f.problem_at(
                place,
                "number",
                say!("`{key}` is no table whose elements have ids", key = shown(table)),
                say!("write victims, people, perpetrators, incidents or sources"),
            );
        }
        mapping.numbered.retain(|(t, _)| t != table);
        mapping.numbered.push((table.to_owned(), letters));
    }
    for (sheet, place, table) in sheets {
        if inner(shape, &table).is_none() {
            f.problem_at(
                place,
                "sheets",
                say!("a sheet can only hold the elements of a table"),
                say!("write victims, incidents, requests, steps or another [[table]] of a case"),
            );
        }
        mapping.sheets.push((sheet.to_owned(), table));
    }
    for (path, place, value) in constants {
        if let Some((message, hint)) = refused_constant(path).or_else(|| path_problem(path, shape)) {
            f.problem_at(place, "constants", message, hint);
        }
        mapping.constants.retain(|(p, _)| p != path);
        mapping.constants.push((path.to_owned(), value));
    }
    for (name, place, column) in columns {
        if let Some((message, hint)) = path_problem(&column.to, shape) {
            f.problem_at(place, "columns", message, hint);
        }
        let blank = column.values.iter().any(|(from, to)| from.trim().is_empty() || to.trim().is_empty());
        if blank {
            let hint = say!("an empty cell is absent, and stays so; remove the entry");
            f.problem_at(place, "columns", say!("a value of a mapping is empty"), hint);
        }
        if mapping.id.column.as_deref() == Some(name) && is_name(&column.to) {
            let hint = say!("take another column, or leave `column` out of [id]: the rows are numbered then");
            f.problem("id", say!("an id cannot come from a name"), hint);
        }
        let reading = CellRule {
            values: column.values,
            separator: column.separator.or_else(|| mapping.separator.clone()),
            dates: column.dates.or(mapping.dates),
            ranges: column.ranges.or_else(|| mapping.ranges.clone()),
        };
        mapping.columns.retain(|(n, ..)| n != name);
        mapping.columns.push((name.to_owned(), column.to, Arc::new(reading)));
    }
    let doubled = mapping.columns.iter().enumerate().find(|(n, (_, to, _))| mapping.columns[..*n].iter().any(|(_, other, _)| other == to));
    if let Some((_, (_, to, _))) = doubled {
        f.problem(
            "columns",
            say!("two columns stand for `{path}`", path = shown(to)),
            say!("keep one, or number the elements: requests.1.text, requests.2.text"),
        );
    }
    Some(mapping)
}

fn column(f: &mut Fields<'_, '_>) -> Option<Column> {
    let to = f.must().line("to", "the path of ours");
    let separator = f.mark("separator", "what stands between several values of a cell");
    let dates = f.choice("dates", "the order of days, months and years", ORDERS);
    let ranges = f.mark("ranges", "what stands between the first and the last day of a range");
    let values = f.named("values", "foreign words and ours", str::to_owned, |_| None);
    let values = values.into_iter().map(|(from, _, to)| (from.to_owned(), to)).collect();
    Some(Column { to: to?, values, separator, dates, ranges })
}

/// What no constant may say: who agreed to what, and who somebody is.
fn refused_constant(path: &str) -> Option<(Message, Message)> {
    let keys: Vec<&str> = path.split('.').filter(|key| key.parse::<u32>().is_err()).collect();
    if keys.iter().any(|key| matches!(*key, "consent" | "show-unnamed" | "name-in-public")) {
        return Some((
            say!("a constant can say nothing about a consent"),
            say!("a consent is what one person answered: give it a column, or write it into the case"),
        ));
    }
    if is_name(path) || keys.last() == Some(&"id") {
        return Some((say!("a constant can be no name and no id"), say!("give it a column; ids can be numbered: [number]")));
    }
    None
}

/// Whether a path is a name of a person.
fn is_name(path: &str) -> bool {
    let keys: Vec<&str> = path.split('.').filter(|key| key.parse::<u32>().is_err()).collect();
    matches!(keys.as_slice(), ["victims" | "people", "name" | "given" | "family" | "short" | "initials" | "aliases", ..] | ["contact", "name"])
}
