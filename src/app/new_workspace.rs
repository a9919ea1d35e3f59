//! A new workspace, empty or with the example; or a workbook to fill in.
//!
//! In: a folder, and what is wanted in it. Out: the files that were written. No file is overwritten, and nobody else may look in.

use super::workspace::{Workspace, load_directory};
use super::{Attempt, RunError, files, paths, workbook};
use crate::diagnostic::{AppError, Diagnostics};
use crate::letter::TemplateStore;
use crate::text::Language;
use include_dir::{Dir, DirEntry, include_dir};
use std::path::{Path, PathBuf};

static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples/rodolfo-robles-2021");

const GITIGNORE: &str =
    "# Letters and the ledger hold what people at risk have said: they are no part of a shared history.\nletters/\nledger.db*\nledger.lock\n";

/// The name of the workbook in a workspace.
pub(crate) const WORKBOOK: &str = "cases.xlsx";

/// Folders that copy themselves to somebody else's computer, by a part of their path.
const SYNCED: [&str; 8] = ["dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "pcloud"];

/// What a new workspace holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// The organisation's file, to be filled in.
    Empty,
    /// The letter of April 2021.
    Example,
    /// As an empty one, and a workbook for its cases. A workspace that is there already gets the workbook alone.
    Workbook,
}

/// What was made.
pub(crate) struct NewWorkspace {
    pub(crate) files: Vec<PathBuf>,
    /// Whether it was a workspace before.
    pub(crate) was_there: bool,
    /// The service that copies this folder to another computer.
    pub(crate) synced: Option<&'static str>,
}

/// Makes a workspace in this folder.
///
/// # Errors
/// A workspace or one of the files is there already, the language has no files, or they cannot be written.
pub(crate) fn make(root: &Path, content: Content, language: Option<Language>) -> Result<NewWorkspace, RunError> {
    let was_there = root.join("organisation.toml").exists();
    if was_there && content != Content::Workbook {
        return Err(RunError::Usage(AppError::new(say!("{path} is a workspace already: it has an organisation.toml", path = root.display()))));
    }
    let mut files = match (was_there, content) {
        (true, _) => Vec::new(),
        (false, Content::Example) => example_files(),
        (false, _) => fresh_files(language.as_ref())?,
    };
    if content == Content::Workbook {
        files.push((WORKBOOK.into(), book(was_there.then(|| root.to_path_buf()), language)?));
    }
    let files: Vec<(PathBuf, Vec<u8>)> = files.into_iter().map(|(below, bytes)| (paths::join(root, &below), bytes)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        let hint = if was_there { say!("a file that is there is never overwritten: give it another name") } else { say!("choose an empty folder") };
        return Err(RunError::usage(say!("{path} is there already", path = path.display()), hint));
    }
    files::make_folder(root)?;
    if !was_there {
        restrict(root)?;
        files::make_folder(&root.join("cases"))?;
    }
    for (path, bytes) in &files {
        files::write_below(path, bytes)?;
    }
    Ok(NewWorkspace { files: files.into_iter().map(|(path, _)| path).collect(), was_there, synced: synced(root) })
}

/// The workbook of a workspace, or of one that is to be, in its language.
fn book(root: Option<PathBuf>, language: Option<Language>) -> Result<Vec<u8>, Diagnostics> {
    let Some(root) = root else {
        let english = || Language::parse("en").expect("en is a language");
        let mut problems = Diagnostics::default();
        return workbook::bytes(&load_directory(None, &mut problems), &TemplateStore::shipped(), &language.unwrap_or_else(english));
    };
    let (workspace, _) = Workspace::load(root)?;
    let language = language.unwrap_or_else(|| workspace.organisation.languages[0].clone());
    workbook::bytes(&workspace.directory, &workspace.store, &language)
}

fn fresh_files(language: Option<&Language>) -> Result<Vec<(String, Vec<u8>)>, RunError> {
    let store = TemplateStore::shipped();
    let code = language.map_or("en", Language::code);
    let Some(organisation) = store.get(&format!("{code}/new/organisation.toml")) else {
        let known = store.languages().into_iter().collect::<Vec<_>>().join(", ");
        let what = say!("there are no remarks in the language {code}", code = code);
        return Err(RunError::usage(what, say!("the languages are {known}", known = known)));
    };
    Ok(vec![("organisation.toml".into(), organisation.text.clone().into()), (".gitignore".into(), GITIGNORE.into())])
}

fn example_files() -> Vec<(String, Vec<u8>)> {
    fn walk(dir: &Dir<'_>, out: &mut Vec<(String, Vec<u8>)>) {
        for entry in dir.entries() {
            match entry {
                DirEntry::Dir(below) => walk(below, out),
                DirEntry::File(file) => out.extend(file.path().to_str().zip(file.contents_utf8()).map(|(path, text)| (path.to_owned(), text.into()))),
            }
        }
    }
    let mut files = Vec::new();
    walk(&EXAMPLE, &mut files);
    files.retain(|(path, _)| !path.starts_with("letters/"));
    files.sort();
    files
}

/// Nobody else may look into a workspace.
fn restrict(root: &Path) -> Result<(), RunError> {
    #[cfg(unix)]
    std::fs::set_permissions(root, std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .attempt(|| format!("the permissions of {} cannot be set", root.display()))?;
    Ok(())
}

fn synced(root: &Path) -> Option<&'static str> {
    let path = std::path::absolute(root).ok()?.to_string_lossy().to_lowercase();
    SYNCED.into_iter().find(|name| path.contains(name))
}
