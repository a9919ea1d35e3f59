//! What the cases of a run say.
//!
//! In: an [`Item`], when its turn comes. Out: its case, or what keeps it from being understood. The case that it updates is read
//! with it; nothing is kept of it afterwards.

use super::RunError;
use super::annexes;
use super::files;
use super::items::{Item, Items, Raw};
use super::paths;
use super::sources::{self, real, stem};
use super::workspace::Workspace;
use crate::case::{Case, CaseDigest, Setting, id_is_fit};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::records::{Record, read_toml};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A case that was read, or was not, and why.
pub(crate) struct Read {
    pub(crate) id: String,
    pub(crate) case: Option<Case>,
    /// What its record said, where there is one.
    pub(crate) said: Option<CaseDigest>,
    pub(crate) problems: Diagnostics,
}

/// The days of a run.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    /// The letter's date, where it was said on the command line.
    pub(crate) date: Option<NaiveDate>,
    /// Today.
    pub(crate) today: NaiveDate,
}

/// The cases that these arguments name, one after another, where no letters are made of them.
///
/// # Errors
/// An argument names nothing.
pub(crate) fn each<'w>(workspace: &'w Workspace, arguments: &[String], clock: Clock) -> Result<impl Iterator<Item = Read> + use<'w>, RunError> {
    let sources = sources::named(workspace, arguments)?;
    Ok(Items::new(&workspace.root, sources, Arc::default()).map(move |item| read(workspace, &item, clock)))
}

/// Reads a case.
pub(crate) fn read(workspace: &Workspace, item: &Item, clock: Clock) -> Read {
    let mut reader = Reader { workspace, clock, stack: Vec::new(), depth: 0 };
    let id = item.id.clone();
    let mut read = match &item.raw {
        Raw::File(path) => reader.file(path),
        Raw::Line(..) | Raw::Rows(_) => {
            let (mut record, mut found) = item.record();
            if let (Some(record), Raw::Line(..)) = (&mut record, &item.raw) {
                record.take("id");
                if id.is_empty() {
                    let missing = Diagnostic::error(say!("the record has no `id`")).at(record.whereabouts()).about("id");
                    found.push(missing.hint(say!("add \"id\": a neutral word for the case, such as \"norte-2026-01\"; no names")));
                }
            }
            reader.record(id, record, found)
        }
        Raw::Nothing => Read { id, case: None, said: None, problems: Diagnostics::default() },
    };
    read.problems.extend(item.problems.iter().cloned());
    read.case = read.case.filter(|_| !item.problems.has_errors());
    read
}

struct Reader<'w> {
    workspace: &'w Workspace,
    clock: Clock,
    /// The files being read, from the outermost: an update that updates itself is found here.
    stack: Vec<PathBuf>,
    /// How many letters back: 0 for the case of this run itself.
    depth: usize,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path) -> Read {
        let (record, problems) = match files::read(path) {
            Ok(bytes) => read_toml(&bytes, &Arc::from(path.display().to_string())),
            Err(problem) => (None, (*problem).into()),
        };
        self.stack.push(real(path));
        let read = self.record(stem(path), record, problems);
        self.stack.pop();
        read
    }

    fn record(&mut self, id: String, record: Option<Record>, mut problems: Diagnostics) -> Read {
        let Some(mut record) = record else {
            if let Some(path) = self.stack.last().filter(|_| !id_is_fit(&id)) {
                problems.push(unfit_id(Location::whole(path.display().to_string())));
            }
            return Read { id, case: None, said: None, problems };
        };
        if !id_is_fit(&id) && !id.is_empty() {
            problems.push(unfit_id(record.whereabouts()));
        }
        if let Some(common) = &self.workspace.common {
            record.complete_with(common);
        }
        let earlier = match self.earlier(&record) {
            Ok(earlier) => earlier,
            // Without the earlier letter, what it would have told is not missing here.
            Err(problem) => {
                problems.push(*problem);
                Case::conceal_names(&record, &mut problems);
                return Read { id, case: None, said: None, problems };
            }
        };
        let (earlier, digest) = earlier.unzip();
        let setting = Setting {
            id: &id,
            organisation: &self.workspace.organisation,
            directory: &self.workspace.directory,
            earlier: earlier.as_ref(),
            // --date is the date of the letters of this run, not of an earlier one that they are about.
            date: self.clock.date.filter(|_| self.depth == 0),
            today: self.clock.today,
        };
        let (case, found) = Case::parse(&record, &setting);
        problems.extend(found);
        if let Some(case) = &case {
            problems.extend(annexes::remarks(self.workspace, case));
        }
        let case = case.filter(|_| !problems.has_errors());
        if case.is_none() && !problems.has_errors() {
            let unclear = Diagnostic::error(say!("something in this case cannot be understood"));
            problems.push(unclear.at(record.whereabouts()).hint(say!("compare it with what `appeal new` makes")));
        }
        Case::conceal_names(&record, &mut problems);
        Read { id, case, said: Some(CaseDigest::new(record, digest)), problems }
    }

    /// The case that this one updates, where it is in the workspace, and the digest of what it said.
    ///
    /// # Errors
    /// It leads back to this one, has errors, or is named by something that is no id.
    fn earlier(&mut self, record: &Record) -> Result<Option<(Case, [u8; 32])>, Box<Diagnostic>> {
        let Some(id) = Case::updated_id(record) else { return Ok(None) };
        let place = record.root.get("updates").map_or(record.root.place, |n| n.place);
        let problem = |message, hint| Err(Box::new(Diagnostic::error(message).at(record.location(place)).about("updates").hint(hint)));
        if !id_is_fit(id) {
            return problem(say!("`updates` is not a case id"), say!("write the name of the case's file, without .toml"));
        }
        let path = self.workspace.path(&format!("cases/{id}.toml"));
        if std::fs::symlink_metadata(&path).is_err() {
            return Ok(None);
        }
        paths::stays(&self.workspace.root, &path)?;
        if self.leads_back(&path) {
            return problem(say!("`updates` leads back to this case"), say!("name the case of the earlier letter"));
        }
        self.depth += 1;
        let earlier = self.file(&path);
        self.depth -= 1;
        match (earlier.case, earlier.said) {
            (Some(case), Some(said)) => Ok(Some((case, said.digest()))),
            _ => problem(say!("the case that this one updates has errors"), say!("correct {file} first", file = path.display())),
        }
    }

    /// Whether the case of this file is one of those being read, or updates one of them in the end.
    fn leads_back(&self, path: &Path) -> bool {
        let (mut path, mut seen) = (real(path), BTreeSet::new());
        loop {
            if self.stack.contains(&path) {
                return true;
            }
            // A circle further back is told of the cases in it.
            if !seen.insert(path.clone()) {
                return false;
            }
            let Ok(bytes) = files::read(&path) else { return false };
            let (record, _) = read_toml(&bytes, &Arc::from(""));
            let Some(id) = record.as_ref().and_then(|r| Case::updated_id(r)).filter(|id| id_is_fit(id)) else { return false };
            path = real(&self.workspace.path(&format!("cases/{id}.toml")));
        }
    }
}

fn unfit_id(location: Location) -> Diagnostic {
    let is_file = location.line == 0 && location.sheet.is_none();
    let message = if is_file { say!("the file's name cannot be a case id") } else { say!("`id` cannot be a case id") };
    let hint = say!("an id has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with a letter or a digit; no names");
    Diagnostic::error(message).at(location).hint(hint)
}
