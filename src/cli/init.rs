//! `appeal init`: a new workspace, empty or with the example; or a workbook to fill in.

use super::common::{Common, language};
use super::exit_status::ExitStatus;
use super::report;
use super::workbook;
use crate::app::paths;
use crate::app::workspace::{Workspace, load_directory};
use crate::app::{UsageError, files};
use crate::diagnostic::Diagnostics;
use crate::letter::TemplateStore;
use crate::text::Language;
use clap::Args;
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples/rodolfo-robles-2021");

const GITIGNORE: &str =
    "# Letters and the ledger hold what people at risk have said: they are no part of a shared history.\nletters/\nledger.db*\nledger.lock\n";

/// Folders that copy themselves to somebody else's computer, by a part of their path.
const SYNCED: [&str; 8] = ["dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "pcloud"];

/// What is made, and where.
#[derive(Args)]
pub(super) struct InitArgs {
    /// Where; left out: here
    dir: Option<PathBuf>,
    /// The letter of April 2021, complete
    #[arg(long)]
    example: bool,
    /// A workbook to fill in (cases.xlsx): a sheet for each part, drop-downs, explanations
    #[arg(long, conflicts_with = "example")]
    workbook: bool,
    /// The language of the files' remarks
    #[arg(long, value_name = "L", value_parser = language)]
    language: Option<Language>,
}

pub(super) fn run(common: &Common, args: InitArgs) -> anyhow::Result<ExitStatus> {
    let InitArgs { dir, example, workbook: with_book, language } = args;
    let root = match (&common.directory, dir) {
        (Some(base), Some(dir)) => base.join(dir),
        (Some(base), None) => base.clone(),
        (None, dir) => dir.unwrap_or_else(|| PathBuf::from(".")),
    };
    let is_workspace = root.join("organisation.toml").exists();
    if is_workspace && !with_book {
        return Err(UsageError::new(say!("{path} is a workspace already: it has an organisation.toml", path = root.display())).into());
    }
    // A workspace that is there already gets the workbook alone.
    let mut files = match (is_workspace, example) {
        (true, _) => Vec::new(),
        (false, true) => example_files(),
        (false, false) => fresh_files(language.as_ref())?,
    };
    if with_book {
        match book(is_workspace.then(|| root.clone()), language) {
            Ok(bytes) => files.push((workbook::NAME.into(), bytes)),
            Err(problems) => {
                report::problems(&problems, common.quiet);
                return Ok(ExitStatus::Failed);
            }
        }
    }
    let files: Vec<(PathBuf, Vec<u8>)> = files.into_iter().map(|(below, bytes)| (paths::join(&root, &below), bytes)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        let hint = if is_workspace { say!("a file that is there is never overwritten: give it another name") } else { say!("choose an empty folder") };
        return Err(UsageError::new(say!("{path} is there already", path = path.display())).hint(hint).into());
    }
    files::make_folder(&root)?;
    if !is_workspace {
        restrict(&root)?;
        files::make_folder(&root.join("cases"))?;
    }
    for (path, bytes) in &files {
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            files::make_folder(folder)?;
        }
        files::write(path, bytes)?;
    }
    if let Some(service) = synced(&root) {
        report::say(&format!(
            "warning: {} looks like a folder that is copied to another computer ({service})\n  hint: keep a workspace on this computer alone, on an encrypted disk",
            root.display()
        ));
    }
    if !common.quiet {
        let rows: Vec<Vec<String>> = files.iter().map(|(path, _)| vec![path.display().to_string()]).collect();
        report::print(&report::table(&rows))?;
        let inside = if root == Path::new(".") { String::new() } else { format!(" -C {}", root.display()) };
        let sheet = paths::join(&root, workbook::NAME).display().to_string();
        let next = match (example, with_book) {
            (true, _) => format!("appeal{inside} render"),
            (_, true) if is_workspace => format!("fill in {sheet}, then: appeal{inside} check {sheet}"),
            (_, true) => format!("fill in organisation.toml and {sheet}, then: appeal{inside} check {sheet}"),
            _ => format!("fill in organisation.toml, then: appeal{inside} new ID"),
        };
        report::say(&format!("next: {next}"));
    }
    Ok(ExitStatus::Done)
}

/// The workbook of a workspace, or of one that is to be, in its language.
fn book(root: Option<PathBuf>, language: Option<Language>) -> Result<Vec<u8>, Diagnostics> {
    let english = || Language::parse("en").expect("en is a language");
    let Some(root) = root else {
        let mut problems = Diagnostics::default();
        return workbook::bytes(&load_directory(None, &mut problems), &TemplateStore::shipped(), &language.unwrap_or_else(english));
    };
    let (workspace, _) = Workspace::load(root)?;
    let language = language.unwrap_or_else(|| workspace.organisation.languages[0].clone());
    workbook::bytes(&workspace.directory, &workspace.store, &language)
}

fn fresh_files(language: Option<&Language>) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let store = TemplateStore::shipped();
    let code = language.map_or("en", Language::code);
    let Some(organisation) = store.get(&format!("{code}/new/organisation.toml")) else {
        let known = store.languages().into_iter().collect::<Vec<_>>().join(", ");
        let usage_error = UsageError::new(say!("there are no remarks in the language {code}", code = code));
        return Err(usage_error.hint(say!("the languages are {known}", known = known)).into());
    };
    Ok(vec![("organisation.toml".into(), organisation.text.clone().into()), (".gitignore".into(), GITIGNORE.into())])
}

fn example_files() -> Vec<(String, Vec<u8>)> {
    fn walk(dir: &Dir<'_>, out: &mut Vec<(String, Vec<u8>)>) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                out.push((path.to_owned(), text.into()));
            }
        }
        dir.dirs().for_each(|d| walk(d, out));
    }
    let mut files = Vec::new();
    walk(&EXAMPLE, &mut files);
    files.retain(|(path, _)| !path.starts_with("letters/"));
    files.sort();
    files
}

/// Nobody else may look into a workspace.
fn restrict(root: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(root, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

fn synced(root: &Path) -> Option<&'static str> {
    let path = std::path::absolute(root).ok()?.to_string_lossy().to_lowercase();
    SYNCED.into_iter().find(|name| path.contains(name))
}
