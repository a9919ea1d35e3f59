//! Foreign tables to case files.
//!
//! In: a table or records, and a mapping. Out: a file of TOML for each case, as a new one would be, filled in; and what was not
//! understood, cell by cell. What a table does not say stays a TODO; no file is overwritten, and no consent filled in.

use super::cases::{self, Clock};
use super::clock::today;
use super::items::{Item, Items, Raw};
use super::sources::{self, Kind, Source};
use super::workspace::Workspace;
use super::{RunError, files, mapping, new_case};
use crate::case::{ACTIONS, Case, id_is_fit};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity};
use crate::records::{Preview, Record, suggest_mapping, write_toml};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What became of a case.
pub(crate) struct Imported {
    pub(crate) case: String,
    /// Its file, if one was written.
    pub(crate) file: Option<PathBuf>,
    /// Why there is no file, or what is left to be filled in.
    pub(crate) problems: Diagnostics,
    /// What it was read from, if it could not be understood.
    pub(crate) failed: Option<Raw>,
}

/// Writes a file for each case of a table, and hands on what became of it. What is to be said of the workspace and of the table
/// itself comes at the end.
///
/// # Errors
/// There is no workspace, what is named is no table, or the mapping has mistakes; those of `then`.
pub(crate) fn run(
    directory: Option<&Path>,
    file: &str,
    map: Option<&Path>,
    mut then: impl FnMut(&Workspace, Imported) -> Result<(), RunError>,
) -> Result<Diagnostics, RunError> {
    let (workspace, mut problems) = Workspace::open(directory)?;
    let mapping = map.map(mapping::read).transpose()?;
    let sources = sources::named(&workspace, &[file.to_owned()])?;
    if sources.iter().any(|s| s.kind == Kind::Case) {
        return Err(RunError::usage(say!("a case that is a file already needs no import"), say!("name a table: .csv .tsv .xlsx .ods .ndjson")));
    }
    files::make_folder(&workspace.path("cases"))?;
    let mut there = ids_there(&workspace);
    for item in Items::new(&workspace.root, sources, Arc::default()).mapped(mapping) {
        if item.is_remark() {
            problems.extend(item.problems);
            continue;
        }
        let imported = import(&workspace, &mut there, item)?;
        then(&workspace, imported)?;
    }
    Ok(problems)
}

/// A mapping to begin with, made of the header and the first rows of a table.
///
/// # Errors
/// There is no workspace, or no table to be read.
pub(crate) fn suggest(directory: Option<&Path>, file: &str) -> Result<String, RunError> {
    let (workspace, _) = Workspace::open(directory)?;
    let (path, read): (_, fn(std::fs::File) -> Option<Preview>) = match &sources::named(&workspace, &[file.to_owned()])?[..] {
        [Source { kind: Kind::Table, path }] => (path.clone(), |file| Preview::of_text(file)),
        [Source { kind: Kind::Workbook, path }] => (path.clone(), |file| Preview::of_book(file)),
        _ => return Err(RunError::usage(say!("a mapping is for a table"), say!("name one: .csv .tsv .xlsx .ods"))),
    };
    let preview = read(files::open(&path)?).ok_or_else(|| {
        let nothing = Diagnostic::error(say!("no header can be read in this table")).at(Location::whole(path.display().to_string()));
        Diagnostics::from(nothing.hint(say!("its first row names the columns; a damaged or protected file is to be saved again")))
    })?;
    Ok(suggest_mapping(&preview, &Case::shape()))
}

/// The ids of the cases that have a file, in small letters.
fn ids_there(workspace: &Workspace) -> HashSet<String> {
    let entries = std::fs::read_dir(workspace.path("cases")).into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_string_lossy().to_lowercase().strip_suffix(".toml").map(str::to_owned)).collect()
}

/// Writes the file of a case, or keeps what was not understood.
fn import(workspace: &Workspace, there: &mut HashSet<String>, item: Item) -> Result<Imported, RunError> {
    let (record, found) = item.record();
    let read = cases::read(workspace, &item, Clock { date: None, today: today() });
    let done = |file, problems, failed| Ok(Imported { case: read.id.clone(), file, problems, failed });
    let Some(mut record) = record.filter(|_| !found.has_errors() && id_is_fit(&read.id)) else { return done(None, read.problems, Some(item.raw)) };
    record.take("id");
    // What the table does not say is left to be filled in; what it says and nobody understands is not written down.
    let is_gap = |problem: &Diagnostic| !problem.path.is_empty() && !record.says(&problem.path);
    let (gaps, wrong): (Vec<Diagnostic>, Vec<Diagnostic>) = read.problems.into_iter().filter(|p| p.severity == Severity::Error).partition(is_gap);
    if !wrong.is_empty() {
        return done(None, wrong.into_iter().collect(), Some(item.raw));
    }
    let path = workspace.path(&format!("cases/{}.toml", read.id));
    if !there.insert(read.id.to_lowercase()) {
        let problem = Diagnostic::error(say!("{file} is there already, and stays as it is", file = path.display())).at(item.location());
        let hint = say!("what is new can be added there by hand; for another case choose another id, or another prefix in the mapping");
        return done(None, problem.hint(hint).into(), None);
    }
    files::write(&path, text(workspace, &record).as_bytes())?;
    done(Some(path), gaps.into_iter().collect(), None)
}

/// The file, in the order and with the explanations of a new one.
fn text(workspace: &Workspace, record: &Record) -> String {
    let action = record.root.get("action").and_then(|n| n.text()).filter(|word| ACTIONS.iter().any(|(w, _)| w == word)).unwrap_or("urgent-appeal");
    let scaffold = new_case::scaffold(workspace, workspace.organisation.languages[0].code(), action);
    write_toml(record, scaffold, |key| workspace.common.as_ref().is_some_and(|c| c.root.get(key).is_some()))
}
