//! `appeal templates`: what ships, which names a template may use, and copies to change.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::files;
use crate::app::workspace::{self, Workspace};
use crate::diagnostic::Diagnostics;
use crate::letter::template::names;
use crate::letter::template_store::shipped_files;
use crate::letter::{LanguagePack, TemplateStore};
use crate::text::Language;
use serde_json::json;
use std::path::Path;

pub(super) fn run(common: &Common, eject: Option<&Path>) -> anyhow::Result<ExitStatus> {
    if let Some(folder) = eject {
        return eject_into(common, folder);
    }
    // Inside a workspace, its own templates count; elsewhere, the shipped ones.
    let store = match workspace::search(common.directory.as_deref()).map(Workspace::load) {
        Some(Ok((workspace, _))) => workspace.store,
        Some(Err(problems)) => {
            report::problems(&problems, common.quiet);
            return Ok(ExitStatus::Failed);
        }
        None => TemplateStore::shipped(),
    };
    let mut problems = Diagnostics::default();
    let mut packs = Vec::new();
    for code in store.languages() {
        match Language::parse(code).map(|l| store.pack(&l)) {
            Some(Ok(pack)) => packs.push(pack),
            Some(Err(found)) => problems.extend(found),
            None => {}
        }
    }
    if common.json {
        report::print(&format!("{}\n", as_json(&packs)))?;
    } else {
        report::print(&as_text(&packs))?;
        report::problems(&problems, common.quiet);
    }
    Ok(if problems.has_errors() { ExitStatus::Failed } else { ExitStatus::Done })
}

fn as_json(packs: &[LanguagePack]) -> serde_json::Value {
    let templates: serde_json::Map<String, serde_json::Value> =
        packs.iter().map(|t| (t.language.to_string(), json!(t.templates.names().collect::<Vec<_>>()))).collect();
    let names: Vec<_> = names::all().into_iter().map(|(path, shape, doc)| json!({ "name": path, "type": shape.word(), "meaning": doc })).collect();
    let helpers: Vec<_> = names::HELPERS.iter().map(|(name, doc)| json!({ "name": name, "use": doc })).collect();
    let instruments: Vec<&str> = packs.first().map(|t| t.words.instruments.keys().collect()).unwrap_or_default();
    let requests: Vec<&String> = packs.first().map(|t| t.words.requests.keys().collect()).unwrap_or_default();
    json!({ "schema": names::SCHEMA, "templates": templates, "names": names, "helpers": helpers, "instruments": instruments, "requests": requests })
}

fn as_text(packs: &[LanguagePack]) -> String {
    let mut out = String::from("Templates\n\n");
    let rows: Vec<Vec<String>> =
        packs.iter().map(|t| vec![format!("  {}", t.language), t.words.name.clone(), t.templates.names().collect::<Vec<_>>().join(", ")]).collect();
    out.push_str(&report::table(&rows));
    out.push_str("\nNames a template may use\n\n");
    let rows: Vec<Vec<String>> =
        names::all().into_iter().map(|(path, shape, doc)| vec![format!("  {path}"), shape.word().to_owned(), doc.to_owned()]).collect();
    out.push_str(&report::table(&rows));
    out.push_str("\nHelpers\n\n");
    let rows: Vec<Vec<String>> = names::HELPERS.iter().map(|(name, doc)| vec![format!("  {name}"), (*doc).to_owned()]).collect();
    out.push_str(&report::table(&rows));
    out.push_str("\nRequests that [[requests]] may name as standard\n\n");
    if let Some(pack) = packs.first() {
        let rows: Vec<Vec<String>> = pack.words.requests.iter().map(|(key, text)| vec![format!("  {key}"), text.clone()]).collect();
        out.push_str(&report::table(&rows));
    }
    out.push_str("\nInstruments that [[law]] may name\n\n");
    if let Some(pack) = packs.first() {
        let rows: Vec<Vec<String>> = pack.words.instruments.iter().map(|(key, i)| vec![format!("  {key}"), i.title.clone()]).collect();
        out.push_str(&report::table(&rows));
    }
    out
}

fn eject_into(common: &Common, folder: &Path) -> anyhow::Result<ExitStatus> {
    let mut rows = Vec::new();
    let mut kept = 0;
    for (below, text) in shipped_files() {
        let path = folder.join(below);
        if path.exists() {
            kept += 1;
            report::say(&format!("{} is there already and was left alone", path.display()));
            continue;
        }
        if let Some(parent) = path.parent() {
            files::make_folder(parent)?;
        }
        files::write(&path, text.as_bytes())?;
        rows.push(vec![path.display().to_string()]);
    }
    if !common.quiet {
        report::print(&report::table(&rows))?;
        report::say("keep only the files you change: the others stay up to date with the program");
    }
    Ok(if kept > 0 { ExitStatus::Failed } else { ExitStatus::Done })
}
