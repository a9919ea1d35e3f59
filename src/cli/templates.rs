//! `appeal templates`: what ships, which names a template may use, and copies to change.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::{RunError, templates};
use crate::letter::LanguagePack;
use crate::letter::template::names;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// What is shown or copied.
#[derive(clap::Args)]
pub(super) struct TemplatesArgs {
    /// Copy the shipped templates, words and styles into this folder
    #[arg(long, value_name = "DIR")]
    eject: Option<PathBuf>,
}

pub(super) fn run(common: &Common, args: &TemplatesArgs) -> Result<ExitStatus, RunError> {
    if let Some(folder) = &args.eject {
        return eject(common, folder);
    }
    let (packs, problems) = templates::packs(common.directory.as_deref())?;
    if common.json {
        report::json(&as_json(&packs))?;
    } else {
        report::print(&as_text(&packs))?;
        report::problems(&problems, common.quiet);
    }
    Ok(if problems.has_errors() { ExitStatus::Failed } else { ExitStatus::Done })
}

fn as_json(packs: &[LanguagePack]) -> Json {
    let templates: serde_json::Map<String, Json> = packs.iter().map(|t| (t.language.to_string(), json!(t.templates.names().collect::<Vec<_>>()))).collect();
    let names: Vec<_> = names::all().into_iter().map(|(path, shape, doc)| json!({ "name": path, "type": shape.word(), "meaning": doc })).collect();
    let helpers: Vec<_> = names::HELPERS.iter().map(|(name, doc)| json!({ "name": name, "use": doc })).collect();
    let instruments: Vec<&str> = packs.first().map(|t| t.words.instruments.keys().collect()).unwrap_or_default();
    let requests: Vec<&String> = packs.first().map(|t| t.words.requests.keys().collect()).unwrap_or_default();
    json!({ "schema": names::SCHEMA, "templates": templates, "names": names, "helpers": helpers, "instruments": instruments, "requests": requests })
}

fn as_text(packs: &[LanguagePack]) -> String {
    let first = packs.first().map(|pack| &pack.words);
    let row = |cells: &[&str]| cells.iter().enumerate().map(|(n, cell)| if n == 0 { format!("  {cell}") } else { (*cell).to_owned() }).collect();
    let parts: [(&str, Vec<Vec<String>>); 5] = [
        ("Templates", packs.iter().map(|t| row(&[t.language.code(), &t.words.name, &t.templates.names().collect::<Vec<_>>().join(", ")])).collect()),
        ("Names a template may use", names::all().into_iter().map(|(path, shape, doc)| row(&[&path, shape.word(), doc])).collect()),
        ("Helpers", names::HELPERS.iter().map(|(name, doc)| row(&[name, doc])).collect()),
        ("Requests that [[requests]] may name as standard", first.iter().flat_map(|w| &w.requests).map(|(key, text)| row(&[key, text])).collect()),
        ("Instruments that [[law]] may name", first.iter().flat_map(|w| w.instruments.iter()).map(|(key, i)| row(&[key, &i.title])).collect()),
    ];
    let told: Vec<String> = parts.iter().map(|(title, rows)| format!("{title}\n\n{}", report::table(rows))).collect();
    told.join("\n")
}

fn eject(common: &Common, folder: &Path) -> Result<ExitStatus, RunError> {
    let (written, there) = templates::eject(folder)?;
    for path in &there {
        report::say(&format!("{} is there already and was left alone", path.display()));
    }
    if !common.quiet {
        report::print(&report::paths(&written))?;
        report::say("keep only the files you change: the others stay up to date with the program");
    }
    Ok(if there.is_empty() { ExitStatus::Done } else { ExitStatus::Failed })
}
