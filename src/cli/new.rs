//! `appeal new`: a commented case file to fill in.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::workspace::Workspace;
use crate::app::{UsageError, files};
use crate::case::{Action, id_is_fit};
use crate::text::Language;

pub(super) fn run(common: &Common, id: &str, action: Action, language: Option<Language>) -> anyhow::Result<ExitStatus> {
    if !id_is_fit(id) {
        let hint = say!("1 to 64 of the characters A-Z a-z 0-9 . _ - beginning with a letter or a digit; a neutral word, no name");
        return Err(UsageError::new(say!("this cannot be a case id")).hint(hint).into());
    }
    let root = Workspace::find(common.directory.as_deref())?;
    let (workspace, problems) = match Workspace::load(root) {
        Ok(loaded) => loaded,
        Err(problems) => {
            report::problems(&problems, common.quiet);
            return Ok(ExitStatus::Failed);
        }
    };
    report::problems(&problems, common.quiet);
    let code = language.as_ref().unwrap_or(&workspace.organisation.languages[0]).code();
    let scaffold = |code: &str| workspace.store.get(&format!("{code}/new/{}.toml", action.word()));
    // A language without a scaffold of its own gets the English one.
    let Some(source) = scaffold(code).or_else(|| scaffold("en")) else {
        anyhow::bail!("there is no case file to copy for {}", action.word());
    };
    let folder = workspace.path("cases");
    let path = folder.join(format!("{id}.toml"));
    let twin = std::fs::read_dir(&folder).into_iter().flatten().flatten().find(|e| e.file_name().to_string_lossy().eq_ignore_ascii_case(&format!("{id}.toml")));
    if let Some(twin) = twin {
        let usage_error = UsageError::new(say!("{path} is there already", path = twin.path().display()));
        return Err(usage_error.hint(say!("choose another id; large and small letters do not tell two apart")).into());
    }
    files::make_folder(&folder)?;
    files::write(&path, in_language(&source.text, code).as_bytes())?;
    if !common.quiet {
        report::print(&format!("{}\n", path.display()))?;
        report::say(&format!("next: fill it in, then: appeal check {id}"));
    }
    Ok(ExitStatus::Done)
}

/// The scaffold, with the letter's language in place of the scaffold's own.
fn in_language(scaffold: &str, code: &str) -> String {
    let line = |line: &str| {
        if line.starts_with("language = \"") { format!("language = \"{code}\"{}", line.splitn(3, '"').nth(2).unwrap_or_default()) } else { line.to_owned() }
    };
    scaffold.lines().map(|l| line(l) + "\n").collect()
}
