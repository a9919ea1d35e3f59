//! What the arguments of a command name: cases by id, by file, by folder, or on standard input.
//!
//! In: arguments and a workspace. Out: [`Source`]s, each once, in order. Nothing is read of them here.

use super::workspace::Workspace;
use super::{Attempt, RunError};
use crate::diagnostic::did_you_mean;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// Something that an argument names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    pub(crate) kind: Kind,
    /// The file; nothing of standard input.
    pub(crate) path: PathBuf,
}

/// What an argument can name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A case file.
    Case,
    /// Records, one a line.
    Lines,
    /// A table of plain text.
    Table,
    /// A workbook.
    Workbook,
    /// Records on standard input, one a line.
    StandardInput,
}

/// The endings of files that may be named without a `/`. Workbooks that cannot be read are told by their content.
const ENDINGS: [(&str, Kind); 15] = [
    ("toml", Kind::Case),
    ("ndjson", Kind::Lines),
    ("jsonl", Kind::Lines),
    ("csv", Kind::Table),
    ("tsv", Kind::Table),
    ("xlsx", Kind::Workbook),
    ("xlsm", Kind::Workbook),
    ("xltx", Kind::Workbook),
    ("xltm", Kind::Workbook),
    ("ods", Kind::Workbook),
    ("ots", Kind::Workbook),
    ("fods", Kind::Workbook),
    ("xls", Kind::Workbook),
    ("xlsb", Kind::Workbook),
    ("zip", Kind::Workbook),
];

/// What the arguments mean, in order, each once.
///
/// # Errors
/// An argument names nothing, or `cases/` is not there.
pub(crate) fn named(workspace: &Workspace, arguments: &[String]) -> Result<Vec<Source>, RunError> {
    if arguments.is_empty() {
        let folder = workspace.path("cases");
        let files = folder_files(&folder).attempt(|| format!("the folder {} cannot be read; `appeal new ID` makes a first case in it", folder.display()))?;
        return Ok(files.into_iter().map(Source::case).collect());
    }
    let mut found = Vec::new();
    for argument in arguments {
        if argument == "-" {
            found.push(Source { kind: Kind::StandardInput, path: PathBuf::new() });
        } else if argument.contains('/') || kind_of(Path::new(argument)).is_some() {
            let path = PathBuf::from(argument);
            if path.is_dir() {
                found.extend(folder_files(&path).attempt(|| format!("the folder {argument} cannot be read"))?.into_iter().map(Source::case));
            } else {
                found.push(Source { kind: kind_of(&path).unwrap_or(Kind::Case), path });
            }
        } else {
            let path = workspace.path(&format!("cases/{argument}.toml"));
            if std::fs::symlink_metadata(&path).is_ok() {
                found.push(Source::case(path));
                continue;
            }
            // A case comes first. A folder without cases is more likely a mistyped id that happens to be one.
            match folder_files(Path::new(argument)) {
                Ok(files) if !files.is_empty() => found.extend(files.into_iter().map(Source::case)),
                _ => return Err(unknown_id(workspace, argument)),
            }
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|s| seen.insert((s.kind, real(&s.path))));
    Ok(found)
}

impl Source {
    fn case(path: PathBuf) -> Self {
        Self { kind: Kind::Case, path }
    }

    /// How long it is, where its parts are counted in bytes and that can be told before.
    pub(crate) fn length(&self) -> Option<u64> {
        match self.kind {
            Kind::Case => Some(0),
            Kind::Lines | Kind::Table => std::fs::metadata(&self.path).map(|m| m.len()).ok(),
            Kind::Workbook | Kind::StandardInput => None,
        }
    }
}

/// The same path for every way to write it. One that cannot be resolved is reported by whoever reads it.
pub(crate) fn real(path: &Path) -> PathBuf {
    let folder = path.parent().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p });
    let real = folder.and_then(|p| p.canonicalize().ok()).zip(path.file_name()).map(|(folder, name)| folder.join(name));
    real.unwrap_or_else(|| path.to_path_buf())
}

fn kind_of(path: &Path) -> Option<Kind> {
    let ending = ending(path)?;
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}

fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// So many ids of cases are listed; more would be no help.
const LISTED: usize = 20;

fn unknown_id(workspace: &Workspace, id: &str) -> RunError {
    let known: Vec<String> = folder_files(&workspace.path("cases")).unwrap_or_default().iter().map(|p| stem(p)).collect();
    let hint = match did_you_mean(id, known.iter().map(String::as_str)) {
        Some(near) => say!("did you mean {near}?", near = near),
        None if known.is_empty() => say!("cases/ is empty; `appeal new ID` makes a first case"),
        None => {
            let more = if known.len() > LISTED { ", …" } else { "" };
            let listed = known.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
            say!("the cases are {known}; a file is named with its path or its .toml", known = format!("{listed}{more}"))
        }
    };
    RunError::usage(say!("there is no case {id}", id = id), hint)
}

fn folder_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
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

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The tables that lie beside one and bear its name with a part behind it: `form-victims.csv` beside `form.csv`.
pub(crate) fn beside(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (stem, ending) = (stem(path), ending(path));
    let is_part = |other: &Path| {
        let rest = self::stem(other).strip_prefix(&stem).map(str::to_owned);
        // What failed of a later run has a number behind its name.
        let is_later = |rest: &str| stem.ends_with(".failed") && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        self::ending(other) == ending && rest.is_some_and(|rest| rest.starts_with(['-', '_']) && !rest.contains(".failed") && !is_later(&rest))
    };
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|p| is_part(p)).collect();
    found.sort();
    if path.parent().is_none_or(|p| p.as_os_str().is_empty()) {
        found = found.into_iter().filter_map(|p| p.file_name().map(PathBuf::from)).collect();
    }
    found
}
