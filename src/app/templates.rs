//! The templates of a workspace, or those that ship with the program; and copies of these to change.

use super::workspace::{self, Workspace};
use super::{RunError, files};
use crate::diagnostic::Diagnostics;
use crate::letter::template_store::shipped_files;
use crate::letter::{LanguagePack, TemplateStore};
use crate::text::Language;
use std::path::{Path, PathBuf};

/// The languages with their words and templates, and what is wrong with others. Inside a workspace, its own templates count.
///
/// # Errors
/// Something is wrong with the workspace's files.
pub(crate) fn packs(directory: Option<&Path>) -> Result<(Vec<LanguagePack>, Diagnostics), RunError> {
    let store = match workspace::search(directory).map(Workspace::load).transpose()? {
        Some((workspace, _)) => workspace.store,
        None => TemplateStore::shipped(),
    };
    let (mut packs, mut problems) = (Vec::new(), Diagnostics::default());
    for language in store.languages().into_iter().filter_map(Language::parse) {
        match store.pack(&language) {
            Ok(pack) => packs.push(pack),
            Err(found) => problems.extend(found),
        }
    }
    Ok((packs, problems))
}

/// Copies the shipped templates into a folder; says which files were there already and were left alone.
///
/// # Errors
/// A file cannot be written.
pub(crate) fn eject(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), RunError> {
    let all = shipped_files().map(|(below, text)| (folder.join(below), text));
    let (there, new): (Vec<_>, Vec<_>) = all.partition(|(path, _)| path.exists());
    for (path, text) in &new {
        files::write_below(path, text.as_bytes())?;
    }
    let paths = |files: Vec<(PathBuf, _)>| files.into_iter().map(|(path, _)| path).collect();
    Ok((paths(new), paths(there)))
}
