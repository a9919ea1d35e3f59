//! XLSX: the rows of a sheet, read as a stream.
//!
//! In: the package of a workbook. Out: its sheets, and the rows of one, each as it stands in the file: whoever works on a row
//! reads its cells ([`cells`]), so that unpacking is all that one thread has to do for the others. A crate reads XLSX too
//! (calamine), cell by cell on one thread with a text for each: it was half as fast, and is the model of the tests.

mod cells;
#[cfg(test)]
mod model;
mod parts;
mod stretches;
mod texts;

pub(super) use cells::SheetRow;

use super::book::Take;
use super::cell::Cells;
use super::package::{Refusal, is_counted};
use std::borrow::Cow;
use std::io::{Read, Seek};
use std::sync::Arc;
use stretches::Stretches;
use texts::Shared;
use zip::ZipArchive;
use zip::read::ZipFile;

/// A row or a text whose XML cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// What cells refer to.
#[derive(Default)]
struct References {
    texts: Shared,
    /// Which formats are those of dates.
    dates: Vec<bool>,
    is_1904: bool,
}

impl References {
    fn is_date(&self, style: Option<&str>) -> bool {
        style.and_then(|style| self.dates.get(style.parse::<usize>().ok()?)).copied().unwrap_or(false)
    }
}

/// A workbook, open.
pub(super) struct Xlsx<R> {
    package: ZipArchive<R>,
    /// The sheets that a person sees, and their parts.
    sheets: Vec<(String, String)>,
    references: Arc<References>,
}

impl<R: Read + Seek> Xlsx<R> {
    /// Opens a workbook that has been looked over.
    pub(super) fn new(input: R) -> Result<Self, Refusal> {
        let mut package = ZipArchive::new(input).map_err(|_| Refusal::Damaged)?;
        let related = parts::related(part(&mut package, "xl/_rels/workbook.xml.rels")?.ok_or(Refusal::Damaged)?)?;
        let (listed, is_1904) = parts::sheets(part(&mut package, "xl/workbook.xml")?.ok_or(Refusal::Damaged)?)?;
        let mut sheets = Vec::new();
        for sheet in listed {
            let found = related.get(&sheet.relation).ok_or(Refusal::Damaged)?;
            // A sheet of drawings has no rows.
            if found.kind == "worksheet" {
                sheets.push((sheet.name, found.path.clone()));
            }
        }
        let mut references = References { is_1904, ..References::default() };
        let path = |kind| related.values().find(|r| r.kind == kind).map_or("", |r| r.path.as_str());
        if let Some(texts) = part(&mut package, path("sharedStrings"))? {
            references.texts = Shared::read(texts)?;
        }
        if let Some(styles) = part(&mut package, path("styles"))? {
            references.dates = parts::dates(styles)?;
        }
        Ok(Self { package, sheets, references: Arc::new(references) })
    }

    /// The names of its sheets, in order.
    pub(super) fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    /// The rows of a sheet that have anything in them.
    pub(super) fn rows(&mut self, sheet: &str, take: Take<'_>) -> Result<(), Refusal> {
        let (_, path) = self.sheets.iter().find(|(name, _)| name == sheet).ok_or(Refusal::Damaged)?;
        let part = part(&mut self.package, path)?.ok_or(Refusal::Damaged)?;
        let Some(mut stretches) = Stretches::new(part, "sheetData", "row")? else { return Ok(()) };
        let mut before = 0;
        while let Some(stretch) = stretches.next()? {
            let Some((number, row)) = SheetRow::new(stretch, before, &self.references).map_err(|_| Refusal::Damaged)? else { continue };
            before = number;
            if !row.is_empty() && take(number, Cells::Sheet(row)).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// A part by its path, which some programs write with other capitals than the package; none but those that were looked over.
fn part<'p, R: Read + Seek>(package: &'p mut ZipArchive<R>, path: &str) -> Result<Option<ZipFile<'p, R>>, Refusal> {
    let is_it = |name: &str| name.len() == path.len() && name.replace('\\', "/").eq_ignore_ascii_case(path);
    let exact = package.index_for_name(path).map(|_| path.to_owned());
    let name = exact.or_else(|| package.file_names().flatten().find(|name| is_it(name)).map(Cow::into_owned));
    let Some(name) = name else { return Ok(None) };
    if !is_counted(&name) {
        return Err(Refusal::Damaged);
    }
    package.by_name(&name).map(Some).map_err(|_| Refusal::Damaged)
}
