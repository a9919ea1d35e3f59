//! `appeal init`: a new workspace, empty or with the example.

use super::{Common, Ending, Misuse, files, report};
use crate::letter::Shelf;
use crate::text::Language;
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples/rodolfo-robles-2021");

const GITIGNORE: &str =
    "# Letters and the ledger hold what people at risk have said: they are no part of a shared history.\nletters/\nledger.db*\nledger.lock\n";

/// Folders that copy themselves to somebody else's computer, by a part of their path.
const SYNCED: [&str; 8] = ["dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "pcloud"];

pub(super) fn run(common: &Common, dir: Option<PathBuf>, example: bool, language: Option<Language>) -> anyhow::Result<Ending> {
    let root = match (&common.directory, dir) {
        (Some(base), Some(dir)) => base.join(dir),
        (Some(base), None) => base.clone(),
        (None, dir) => dir.unwrap_or_else(|| PathBuf::from(".")),
    };
    if root.join("organisation.toml").exists() {
        return Err(Misuse::new(say!("{path} is a workspace already: it has an organisation.toml", path = root.display())).into());
    }
    let mut written = Vec::new();
    let files: Vec<(String, String)> = if example { example_files() } else { fresh_files(language.as_ref())? };
    for (below, text) in &files {
        let path = super::workspace::join(&root, below);
        if path.exists() {
            return Err(Misuse::new(say!("{path} is there already", path = path.display())).hint(say!("choose an empty folder")).into());
        }
        written.push((path, text));
    }
    files::make_folder(&root)?;
    restrict(&root)?;
    files::make_folder(&root.join("cases"))?;
    for (path, text) in &written {
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            files::make_folder(folder)?;
        }
        files::write(path, text.as_bytes())?;
    }
    if let Some(service) = synced(&root) {
        report::say(&format!(
            "warning: {} looks like a folder that is copied to another computer ({service})\n  hint: keep a workspace on this computer alone, on an encrypted disk",
            root.display()
        ));
    }
    if !common.quiet {
        let rows: Vec<Vec<String>> = written.iter().map(|(path, _)| vec![path.display().to_string()]).collect();
        report::print(&report::table(&rows))?;
        let inside = if root == Path::new(".") { String::new() } else { format!(" -C {}", root.display()) };
        let next = if example { format!("appeal{inside} render") } else { format!("fill in organisation.toml, then: appeal{inside} new ID") };
        report::say(&format!("next: {next}"));
    }
    Ok(Ending::Done)
}

fn fresh_files(language: Option<&Language>) -> anyhow::Result<Vec<(String, String)>> {
    let shelf = Shelf::shipped();
    let code = language.map_or("en", Language::code);
    let Some(organisation) = shelf.get(&format!("{code}/new/organisation.toml")) else {
        let known = shelf.languages().into_iter().collect::<Vec<_>>().join(", ");
        let misuse = Misuse::new(say!("there are no remarks in the language {code}", code = code));
        return Err(misuse.hint(say!("the languages are {known}", known = known)).into());
    };
    Ok(vec![("organisation.toml".into(), organisation.text.clone()), (".gitignore".into(), GITIGNORE.into())])
}

fn example_files() -> Vec<(String, String)> {
    fn walk(dir: &Dir<'_>, out: &mut Vec<(String, String)>) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                out.push((path.to_owned(), text.to_owned()));
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
