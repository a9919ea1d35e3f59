//! Mappings: foreign columns as ours.
//!
//! In: a mapping's file, perhaps laid over a shipped one, and the [`Shape`] of a case. Out: a [`Mapping`], which says of a
//! foreign header which path it stands for and how its cells are read. What it does not name is never copied. No constant
//! feeds a consent, and no id comes from a name: both are errors of the mapping, before any table is read.

mod dates;
mod parse;
mod reading;
mod suggest;
mod words;

pub(crate) use dates::{clock, without_midnight};
pub(crate) use reading::{CellRule, truth};
pub use suggest::suggest;
pub(crate) use words::plain_words;

use super::{Kind, Shape};
use crate::text::Language;
use dates::DateOrder;
use std::sync::Arc;

/// The mappings that ship with the program, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("kobotoolbox", include_str!("../../../mappings/kobotoolbox.toml")),
    ("odk-central", include_str!("../../../mappings/odk-central.toml")),
    ("uwazi", include_str!("../../../mappings/uwazi.toml")),
];

/// What foreign columns mean.
#[derive(Clone, Default)]
pub struct Mapping {
    columns: Vec<(String, String, Arc<CellRule>)>,
    /// Paths and their values.
    constants: Vec<(String, String)>,
    id: Naming,
    /// Tables whose elements get an id by their number, and its letters.
    numbered: Vec<(String, String)>,
    /// Sheets that hold the elements of a table.
    sheets: Vec<(String, String)>,
    /// What stands between the keys in a header that is a path.
    paths: Option<String>,
    language_mark: Option<String>,
    /// A column of the main table and one of a further table, whose equal cells join them.
    joins: Vec<(String, String)>,
    /// A column of a further table that names the table of its parent.
    parent_table: Option<String>,
    drop: Vec<String>,
    separator: Option<String>,
    dates: Option<DateOrder>,
    /// What stands between the first and the last day of a range.
    ranges: Option<String>,
    /// Columns, and the words of which a row has one: others are not read.
    rows: Vec<(String, Vec<String>)>,
    header_row: Option<u32>,
    delimiter: Option<u8>,
}

/// Where the ids of cases come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Naming {
    /// A column; without one, the number of the row.
    pub(crate) column: Option<String>,
    pub(crate) prefix: String,
}

impl Mapping {
    /// The names of the mappings that ship with the program.
    pub fn shipped() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// The text of one of them.
    #[must_use]
    pub fn shipped_text(name: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
    }

    /// The path that a header stands for, and how its cells are read; none if the column is not to be read. `table` is the
    /// one whose elements the sheet holds.
    pub(super) fn column(&self, header: &str, table: Option<&str>, shape: &Shape) -> Option<(String, Arc<CellRule>)> {
        if let Some((_, path, reading)) = self.columns.iter().find(|(name, ..)| name == header) {
            return Some((path.clone(), Arc::clone(reading)));
        }
        if self.drop.iter().any(|name| name == header) {
            return None;
        }
        let whole = self.resolve(header, shape);
        let path = match table {
            None => whole?,
            Some(table) => match whole.filter(|path| path.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'))) {
                Some(path) => path,
                None => format!("{table}.{}", self.resolve(header, inner(shape, table)?)?),
            },
        };
        Some((path, Arc::new(self.reading())))
    }

    /// How a column is read that says nothing of its own.
    fn reading(&self) -> CellRule {
        CellRule { separator: self.separator.clone(), dates: self.dates, ranges: self.ranges.clone(), ..CellRule::default() }
    }

    /// A header that is a path, as we write it: keys from the left, the longest that fits.
    fn resolve(&self, header: &str, shape: &Shape) -> Option<String> {
        let separator = self.paths.as_deref()?;
        let mut fitting: Vec<_> = shape.fields.iter().filter(|f| header.starts_with(f.key)).collect();
        fitting.sort_by_key(|f| std::cmp::Reverse(f.key.len()));
        fitting.into_iter().find_map(|field| {
            let rest = &header[field.key.len()..];
            match &field.kind {
                Kind::Localized => {
                    if rest.is_empty() {
                        return Some(field.key.to_owned());
                    }
                    let mark = self.language_mark.as_deref().and_then(|mark| rest.strip_prefix(mark));
                    let code = mark.or_else(|| rest.strip_prefix(separator))?;
                    Language::parse(code).map(|_| format!("{}.{code}", field.key))
                }
                Kind::Table(inner) => Some(format!("{}.{}", field.key, self.resolve(rest.strip_prefix(separator)?, inner)?)),
                Kind::Tables(inner) => {
                    let rest = rest.strip_prefix(separator)?;
                    let numbered = rest.split_once(separator).filter(|(n, _)| n.parse::<u32>().is_ok_and(|n| (1..=999).contains(&n)));
                    match numbered {
                        Some((number, rest)) => Some(format!("{}.{number}.{}", field.key, self.resolve(rest, inner)?)),
                        None => Some(format!("{}.{}", field.key, self.resolve(rest, inner)?)),
                    }
                }
                _ => rest.is_empty().then(|| field.key.to_owned()),
            }
        })
    }

    /// The table whose elements a sheet of this name holds, if it does: `victims`, or `incidents.arrest` for a repeat inside one.
    pub(super) fn table_of(&self, sheet: &str, shape: &Shape) -> Option<String> {
        let is_named = |key: &str| sheet.strip_suffix(key).is_some_and(|before| before.is_empty() || before.ends_with(['-', '_', '/', '.', ' ']));
        let exact = self.sheets.iter().find(|(name, _)| name == sheet);
        if let Some((_, table)) = exact.or_else(|| self.sheets.iter().find(|(name, _)| is_named(name))) {
            return Some(table.clone());
        }
        let below = tables(shape)
            .find_map(|(key, within)| tables(within).find(|(inner, _)| is_named(inner) && !is_named(key)).map(|(inner, _)| format!("{key}.{inner}")));
        tables(shape).find(|(key, _)| is_named(key)).map(|(key, _)| key.to_owned()).or(below)
    }

    /// A header that may be one answer of a question with several: the question and the answer.
    pub(super) fn choice<'h>(&self, header: &'h str) -> Option<(&'h str, &'h str)> {
        self.paths.as_ref()?;
        header.rsplit_once('/').filter(|(question, answer)| !question.is_empty() && !answer.is_empty())
    }

    /// The column of a further table that names the table of its parent.
    pub(super) fn parent_table(&self) -> Option<&str> {
        self.parent_table.as_deref()
    }

    /// The joins, each a column of the main table and one of a further table.
    pub(super) fn joins(&self) -> &[(String, String)] {
        &self.joins
    }

    /// The row that names the columns of the main table, where it is not the first with anything in it.
    pub(super) fn header_row(&self) -> Option<u32> {
        self.header_row
    }

    /// What stands between the cells of plain text.
    pub(super) fn delimiter(&self) -> Option<u8> {
        self.delimiter
    }

    /// Columns, and the words of which a row has one: others are not read.
    pub(super) fn rows(&self) -> &[(String, Vec<String>)] {
        &self.rows
    }

    pub(super) fn constants(&self) -> &[(String, String)] {
        &self.constants
    }

    pub(super) fn naming(&self) -> &Naming {
        &self.id
    }

    pub(super) fn numbered(&self) -> &[(String, String)] {
        &self.numbered
    }

    /// The columns that it names, for saying which of them a table lacks.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, ..)| name.as_str())
    }

    /// Whether further tables belong to the main one.
    #[must_use]
    pub fn joins_tables(&self) -> bool {
        !self.joins.is_empty()
    }
}

/// The shape of a table that may come several times.
fn inner<'s>(shape: &'s Shape, table: &str) -> Option<&'s Shape> {
    table.split('.').try_fold(shape, |shape, key| match &shape.field(key)?.kind {
        Kind::Tables(inner) => Some(inner),
        _ => None,
    })
}

/// The tables of a shape that may come several times.
fn tables(shape: &Shape) -> impl Iterator<Item = (&str, &Shape)> {
    shape.fields.iter().filter_map(|f| if let Kind::Tables(inner) = &f.kind { Some((f.key, inner)) } else { None })
}
