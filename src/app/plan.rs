//! A plan: what will be sent, in a folder, for a person to read and to sign off.
//!
//! In: letters that are ready. Out: `plan.jsonl` and the letters beside it; and, read back, what was signed off. The plan binds
//! each letter by its digest, so that what is sent is what was read.

use super::batch::{Made, Origin};
use super::workspace::Workspace;
use super::{Attempt, RunError, Selection, delivery, files};
use crate::consent::{Audience, Disclosure, Reader, disclosure};
use crate::diagnostic::Message;
use crate::mail::{Email, Identity};
use crate::text::Language;
use crate::writers::{Format, write};
use chrono::NaiveDate;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A plan that is older must be made again.
const HOURS: i64 = 72;
pub(crate) const FILE: &str = "plan.jsonl";

/// What may be sent: each letter by its digest.
pub(crate) type Approved = BTreeMap<Identity, String>;

/// A letter as it lies beside a plan.
pub(crate) struct PlannedLetter {
    html: Vec<u8>,
    /// Who is shown how.
    shown: Json,
}

/// A letter, to be read before it is signed off.
pub(crate) fn page(workspace: &Workspace, made: &Made) -> Option<PlannedLetter> {
    let html = write(made.letter()?, &workspace.options, Format::Html).ok()?;
    Some(PlannedLetter { html, shown: shown(made.origin.as_ref()?) })
}

/// A plan that is being written.
pub(crate) struct Draft {
    folder: PathBuf,
    lines: Vec<Json>,
}

impl Draft {
    /// A plan in this folder, where there is none yet.
    pub(crate) fn begin(folder: &Path) -> Result<Self, RunError> {
        let file = folder.join(FILE);
        if std::fs::symlink_metadata(&file).is_ok() {
            let there = say!("{path} is there already, and a plan is never overwritten", path = file.display());
            return Err(RunError::app(there, say!("name another folder")));
        }
        files::make_folder(folder)?;
        Ok(Self { folder: folder.to_path_buf(), lines: Vec::new() })
    }

    /// Adds a letter, and puts it beside the plan.
    pub(crate) fn add(&mut self, page: &PlannedLetter, email: &Email) -> Result<(), RunError> {
        let Identity { case, key, language, audience } = email.identity();
        let file = format!("{case}.{key}.{language}.{}.html", audience.word());
        files::write(&self.folder.join(&file), &page.html)?;
        self.lines.push(json!({
            "case": case, "key": key, "language": language, "audience": audience.word(), "address": email.address(),
            "digest": email.digest(), "shown": page.shown, "annexes": email.annexes(), "letter": file,
        }));
        Ok(())
    }

    /// Writes the plan itself, at last.
    pub(crate) fn finish(self, selection: &Selection, date: NaiveDate, now: i64, partial: bool) -> Result<PathBuf, RunError> {
        let words = |languages: &[Language]| languages.iter().map(ToString::to_string).collect::<Vec<_>>();
        let head = json!({ "schema": 1, "plan": {
            "made": now, "date": date.to_string(), "dates-letters": selection.date.is_some(), "version": env!("CARGO_PKG_VERSION"), "partial": partial, "addresses": selection.addresses,
            "cases": selection.cases, "to": selection.to, "separate": selection.separate, "language": words(&selection.language),
            "audience": selection.audience.iter().map(|a| a.word()).collect::<Vec<_>>(), "template": selection.template,
        }});
        let path = self.folder.join(FILE);
        let failed = || format!("{} cannot be written", path.display());
        let mut file = files::create(&path).attempt(failed)?;
        for line in std::iter::once(&head).chain(&self.lines) {
            writeln!(file, "{line}").attempt(failed)?;
        }
        file.sync_all().attempt(failed)?;
        Ok(path)
    }
}

/// Who is shown how, by id: what a director looks at first.
fn shown(origin: &Origin) -> Json {
    let recipients = delivery::recipients(origin);
    let reader = Reader { audience: origin.spec.audience, recipients: &recipients };
    let word = |d| match d {
        Disclosure::Nothing => "nothing",
        Disclosure::Unnamed => "unnamed",
        Disclosure::Initials => "initials",
        Disclosure::Name => "name",
    };
    let people = origin.case.everybody().map(|p| (p.id.clone(), json!(word(disclosure(p.consent.as_ref(), reader)))));
    Json::Object(people.collect())
}

/// A plan that was signed off.
pub(crate) struct Plan {
    pub(crate) partial: bool,
    pub(crate) approved: Approved,
}

/// Reads a plan back, and the selection it was made with.
///
/// # Errors
/// It cannot be read, it is too old or of another version: it has to be made again.
pub(crate) fn read(folder: &Path, selection: &mut Selection, now: i64) -> Result<Plan, RunError> {
    if !selection.is_empty() {
        let what = say!("-x --plan sends what the plan lists, and takes no selection");
        return Err(RunError::usage(what, say!("leave the cases and options out, or make another plan")));
    }
    let path = folder.join(FILE);
    let bytes = files::read(&path)?;
    let text = String::from_utf8_lossy(&bytes);
    let again = |what: Message| RunError::app(what, say!("make the plan again: `appeal send --plan` with another folder"));
    let mut lines = text.lines().map(serde_json::from_str::<Json>);
    let unread = || again(say!("{path} is not a plan", path = path.display()));
    let head = lines.next().and_then(Result::ok).ok_or_else(unread)?;
    let head = &head["plan"];
    let word = |key: &str| head[key].as_str().map(str::to_owned);
    if word("version").as_deref() != Some(env!("CARGO_PKG_VERSION")) {
        return Err(again(say!("{path} was made by another version of the program", path = path.display())));
    }
    let made = head["made"].as_i64().ok_or_else(unread)?;
    if now - made > HOURS * 3600 || made > now + 3600 {
        return Err(again(say!("{path} is older than {hours} hours, or from the future", path = path.display(), hours = HOURS)));
    }
    let words = |key: &str| head[key].as_array().map(|a| a.iter().filter_map(|w| w.as_str().map(str::to_owned)).collect::<Vec<_>>()).unwrap_or_default();
    let date = word("date").and_then(|d| crate::date::day(&d)).ok_or_else(unread)?;
    selection.cases = words("cases");
    selection.to = words("to");
    selection.separate = head["separate"].as_bool().unwrap_or(false);
    selection.language = words("language").iter().filter_map(|l| Language::parse(l)).collect();
    selection.audience = words("audience").iter().filter_map(|a| Audience::parse(a)).collect();
    selection.template = word("template");
    selection.addresses = words("addresses");
    // A plan's day is its today; it is the letters' date too only if the command line said so.
    selection.today = Some(date);
    selection.date = Some(date).filter(|_| head["dates-letters"] == true);
    let mut approved = Approved::new();
    for line in lines {
        let line = line.ok().ok_or_else(unread)?;
        let field = |key: &str| line[key].as_str().map(str::to_owned).ok_or_else(unread);
        let audience = Audience::parse(&field("audience")?).ok_or_else(unread)?;
        approved.insert(Identity { case: field("case")?, key: field("key")?, language: field("language")?, audience }, field("digest")?);
    }
    Ok(Plan { partial: head["partial"].as_bool().unwrap_or(false), approved })
}
