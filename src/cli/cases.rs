//! The cases of a run: which were meant, and what they say.
//!
//! In: arguments and a workspace. Out: each case with its problems. A case that updates another is read after it.

use super::workspace::{self, Workspace};
use super::{Misuse, files};
use crate::case::{Case, Setting, id_is_fit};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, did_you_mean};
use crate::records::{Record, read_toml};
use anyhow::Context;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A case that was read, or was not, and why.
pub(super) struct Read {
    pub(super) id: String,
    pub(super) case: Option<Case>,
    pub(super) problems: Diagnostics,
}

/// The files that the arguments mean, in order, each once.
///
/// # Errors
/// An argument names nothing, or `cases/` is not there.
pub(super) fn files(workspace: &Workspace, arguments: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    if arguments.is_empty() {
        let folder = workspace.path("cases");
        return folder_files(&folder).with_context(|| format!("the folder {} cannot be read; `appeal new ID` makes a first case in it", folder.display()));
    }
    let mut found = Vec::new();
    for argument in arguments {
        let looks_like_a_path = argument.contains('/') || Path::new(argument).extension().is_some_and(|e| e == "toml");
        if looks_like_a_path {
            let path = PathBuf::from(argument);
            if path.is_dir() {
                found.extend(folder_files(&path).with_context(|| format!("the folder {argument} cannot be read"))?);
            } else {
                found.push(path);
            }
        } else {
            let path = workspace.path(&format!("cases/{argument}.toml"));
            if std::fs::symlink_metadata(&path).is_err() {
                return Err(unknown_id(workspace, argument).into());
            }
            found.push(path);
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|p| seen.insert(p.clone()));
    Ok(found)
}

fn unknown_id(workspace: &Workspace, id: &str) -> Misuse {
    let known: Vec<String> = folder_files(&workspace.path("cases")).unwrap_or_default().iter().map(|p| stem(p)).collect();
    let hint = match did_you_mean(id, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None if known.is_empty() => "cases/ is empty; `appeal new ID` makes a first case".to_owned(),
        None => format!("the cases are {}; a file is named with its path or its .toml", known.join(", ")),
    };
    Misuse(format!("there is no case {id}\n  hint: {hint}"))
}

fn folder_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().and_then(|n| n.to_str()).is_none_or(|n| n.starts_with('.'));
        if !hidden && path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The days of a run.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    /// The letter's date, where it was said on the command line.
    pub(super) date: Option<NaiveDate>,
    /// Today.
    pub(super) today: NaiveDate,
}

/// Reads the cases of these files.
pub(super) fn read(workspace: &Workspace, files: &[PathBuf], clock: Clock) -> Vec<Read> {
    let mut reader = Reader { workspace, clock, records: BTreeMap::new(), stack: Vec::new() };
    let mut cases = Vec::with_capacity(files.len());
    let mut ids: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in files {
        let mut read = reader.case(path);
        if let Some(other) = ids.insert(read.id.to_lowercase(), path.clone()) {
            read.case = None;
            read.problems.push(
                Diagnostic::error(say!("two files have the case id `{id}`: this one and {other}", id = read.id, other = other.display()))
                    .at(Location::whole(path.display().to_string()))
                    .hint(say!("an id is the file's name without .toml, and large and small letters do not tell two apart; rename one")),
            );
        }
        cases.push(read);
    }
    cases
}

struct Reader<'w> {
    workspace: &'w Workspace,
    clock: Clock,
    records: BTreeMap<PathBuf, (Option<Record>, Diagnostics)>,
    /// The cases being read, from the outermost: an update that updates itself is found here.
    stack: Vec<PathBuf>,
}

impl Reader<'_> {
    fn case(&mut self, path: &Path) -> Read {
        let id = stem(path);
        let (record, mut problems) = self.record(path);
        let location = || Location::whole(path.display().to_string());
        if !id_is_fit(&id) {
            problems.push(
                Diagnostic::error(say!("the file's name cannot be a case id"))
                    .at(location())
                    .hint(say!("an id has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with a letter or a digit; no names")),
            );
        }
        let Some(mut record) = record else { return Read { id, case: None, problems } };
        if let Some(common) = &self.workspace.common {
            record.complete_with(common);
        }
        self.stack.push(path.to_path_buf());
        let earlier = Case::updated_id(&record).map(|id| self.workspace.path(&format!("cases/{id}.toml"))).filter(|p| p.exists());
        let earlier = match earlier {
            Some(path) if self.stack.contains(&path) => {
                problems.push(Diagnostic::error(say!("`updates` leads back to this case")).at(location()).hint(say!("name the case of the earlier letter")));
                None
            }
            Some(path) => {
                let read = self.case(&path);
                if read.case.is_none() {
                    problems.push(
                        Diagnostic::error(say!("the case that this one updates has errors"))
                            .at(location())
                            .hint(say!("correct {file} first", file = path.display())),
                    );
                }
                read.case
            }
            None => None,
        };
        self.stack.pop();
        let unresolved = problems.has_errors() && earlier.is_none() && Case::updated_id(&record).is_some();
        let setting = Setting {
            id: &id,
            organisation: &self.workspace.organisation,
            directory: &self.workspace.directory,
            earlier: earlier.as_ref(),
            date: self.clock.date,
            today: self.clock.today,
        };
        let (case, found) = if unresolved { (None, Diagnostics::default()) } else { Case::parse(&record, &setting) };
        problems.extend(found);
        if let Some(case) = &case {
            problems.extend(annexes(self.workspace, case, path));
        }
        let case = case.filter(|_| !problems.has_errors());
        Read { id, case, problems }
    }

    fn record(&mut self, path: &Path) -> (Option<Record>, Diagnostics) {
        let read = self.records.entry(path.to_path_buf()).or_insert_with(|| match files::read(path) {
            Ok(bytes) => read_toml(&bytes, &Arc::from(path.display().to_string())),
            Err(problem) => (None, (*problem).into()),
        });
        read.clone()
    }
}

/// Annexes that are missing, unreadable, or outside the workspace.
fn annexes(workspace: &Workspace, case: &Case, file: &Path) -> Diagnostics {
    let mut problems = Diagnostics::default();
    for annex in &case.annexes {
        let at = annex.location.clone().unwrap_or_else(|| Location::whole(file.display().to_string()));
        let found = workspace::inside(&workspace.root, &annex.file).and_then(|path| files::read_up_to(&path, 1));
        if let Err(problem) = found {
            let mut problem = *problem;
            problem.message = say!("the annex `{id}`: {what}", id = annex.id).with("what", problem.message);
            problems.push(problem.at(at).about(format!("annexes.{}.file", annex.id)));
        }
    }
    problems
}
