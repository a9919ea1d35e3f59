//! A commented case file to fill in.
//!
//! In: an id, an action, a language. Out: the path of a file that was not there before.

use super::workspace::Workspace;
use super::{RunError, files};
use crate::case::{Action, id_is_fit};
use crate::diagnostic::Diagnostics;
use crate::text::Language;
use std::path::{Path, PathBuf};

/// Writes the file; what is to be said of the workspace comes with its path.
///
/// # Errors
/// The id cannot be one, there is no workspace, or a case of this id is there.
pub(crate) fn write(directory: Option<&Path>, id: &str, action: Action, language: Option<&Language>) -> Result<(PathBuf, Diagnostics), RunError> {
    if !id_is_fit(id) {
        let hint = say!("1 to 64 of the characters A-Z a-z 0-9 . _ - beginning with a letter or a digit; a neutral word, no name");
        return Err(RunError::usage(say!("this cannot be a case id"), hint));
    }
    let (workspace, problems) = Workspace::open(directory)?;
    let code = language.unwrap_or(&workspace.organisation.languages[0]).code();
    let path = workspace.path(&format!("cases/{id}.toml"));
    if let Some(there) = namesake(&workspace, id) {
        let what = say!("{path} is there already", path = there.display());
        return Err(RunError::usage(what, say!("choose another id; large and small letters do not tell two apart")));
    }
    let text = in_language(scaffold(&workspace, code, action.word()), code);
    files::write_below(&path, text.as_bytes())?;
    Ok((path, problems))
}

/// The file to fill in for this action. A language without one of its own gets the English one.
pub(crate) fn scaffold<'w>(workspace: &'w Workspace, code: &str, action: &str) -> &'w str {
    let source = [code, "en"].into_iter().find_map(|code| workspace.store.get(&format!("{code}/new/{action}.toml")));
    source.map_or("", |source| &source.text)
}

/// A file of `cases/` with this id, large and small letters aside.
fn namesake(workspace: &Workspace, id: &str) -> Option<PathBuf> {
    let name = format!("{id}.toml");
    let mut entries = std::fs::read_dir(workspace.path("cases")).into_iter().flatten().flatten();
    entries.find(|entry| entry.file_name().to_string_lossy().eq_ignore_ascii_case(&name)).map(|entry| entry.path())
}

/// The scaffold, with the letter's language in place of the scaffold's own.
fn in_language(scaffold: &str, code: &str) -> String {
    let line = |line: &str| match line.strip_prefix("language = \"").and_then(|rest| rest.split_once('"')) {
        Some((_, rest)) => format!("language = \"{code}\"{rest}\n"),
        None => format!("{line}\n"),
    };
    scaffold.lines().map(line).collect()
}
