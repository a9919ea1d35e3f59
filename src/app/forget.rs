//! What of a case lies where, and its removal.
//!
//! In: a case, and the updates that speak of the same people. Out: every file that tells of it, what keeps it from being forgotten
//! yet, and, once a person has said yes, their removal. The case's own file goes last, so that a run that was stopped can be made again.

use super::cases::{self, Clock, Read};
use super::workspace::Workspace;
use super::{Attempt, RunError, config, files, paths, plan};
use crate::case::{Action, Case};
use crate::consent::{Audience, NameMatcher, Seen};
use crate::diagnostic::{AppError, Message};
use crate::mail::Ledger;
use crate::mail::config::Server;
use crate::mail::ledger::LedgerEntry;
use crate::text::Language;
use chrono::NaiveDate;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A message's head is looked for its Message-ID so far.
const HEAD: u64 = 64 << 10;

/// A file, and what becomes of it.
pub(crate) struct Step {
    pub(crate) path: PathBuf,
    pub(crate) why: Message,
    pub(crate) deed: Deed,
}

/// What becomes of a file.
pub(crate) enum Deed {
    Remove,
    /// What it has of other cases stays.
    Rewrite(Vec<u8>),
    /// It is not the program's to remove.
    Keep,
}

/// All that is known of a case and of its updates.
pub(crate) struct Traces {
    /// The case and those that update it.
    pub(crate) ids: Vec<String>,
    pub(crate) steps: Vec<Step>,
    /// Why it is too early.
    pub(crate) against: Vec<Message>,
    root: PathBuf,
}

/// Looks for everything that tells of a case. `annexes`: those go, too, that no other file names.
///
/// # Errors
/// Nothing is known of it, or a folder cannot be read.
pub(crate) fn find(root: PathBuf, case: &str, annexes: bool, config: Option<&Path>, today: NaiveDate) -> Result<Traces, RunError> {
    let (ledger_file, _) = config::ledger_files(&root);
    let ledger = Ledger::read(&ledger_file)?;
    let (entries, events) = match &ledger {
        Some(ledger) => (ledger.entries()?, ledger.events()?),
        None => (Vec::new(), Vec::new()),
    };
    let (workspace, _) = Workspace::load(root.clone())?;
    let all = read_all(&workspace, today)?;
    let ids = with_updates(case, &all);
    let is_ours = |id: &str| ids.iter().any(|one| one.eq_ignore_ascii_case(id));
    let ours: Vec<&Read> = all.iter().filter(|read| is_ours(&read.id)).collect();
    let cases: Vec<&Case> = ours.iter().filter_map(|read| read.case.as_ref()).collect();
    let sent: Vec<&LedgerEntry> = entries.iter().filter(|entry| is_ours(&entry.identity.case)).collect();

    let mut against = Vec::new();
    against
        .extend(ours.iter().filter(|read| read.case.is_none()).map(|read| say!("`{case}` cannot be read, so its names cannot be looked for", case = read.id)));
    let is_open =
        |case: &&Case| case.incidents.iter().flat_map(|i| &i.facts).any(|f| f.kind == "disappearance" && !f.items.iter().any(|(key, _)| *key == "found"));
    against.extend(cases.iter().filter(|case| is_open(case)).map(|case| say!("`{case}` tells of a disappearance that is open", case = case.id)));
    let is_out = |entry: &&&LedgerEntry| entry.purpose != "rehearsal" && !entry.released && matches!(entry.outcome.as_deref(), Some("accepted" | "submitted"));
    let is_withdrawal = |id: &str| cases.iter().any(|case| case.id.eq_ignore_ascii_case(id) && case.action == Action::Withdrawal);
    let is_answered = |entry: &LedgerEntry| {
        let identity = &entry.identity;
        let answers = ["reply", "communication", "government-reply", FORGOTTEN];
        events
            .iter()
            .any(|e| e.case.eq_ignore_ascii_case(&identity.case) && e.key.as_ref().is_none_or(|k| *k == identity.key) && answers.contains(&e.event.as_str()))
    };
    for entry in &sent {
        let identity = &entry.identity;
        if is_out(&entry) && !is_withdrawal(&identity.case) && !is_answered(entry) {
            against.push(say!("the letter of `{case}` to {key} has no answer yet", case = identity.case, key = identity.key));
        } else if entry.purpose == "send" && !entry.released && matches!(entry.outcome.as_deref(), None | Some("in-doubt")) {
            against.push(say!("the letter of `{case}` to {key} is in doubt", case = identity.case, key = identity.key));
        }
    }
    let withdrew = cases
        .iter()
        .flat_map(|case| case.everybody().map(move |person| (case, person)))
        .filter(|(_, p)| p.consent.as_ref().is_some_and(|c| c.withdrawn.is_some()));
    let was_told = |id: &str| sent.iter().any(|entry| entry.identity.case.eq_ignore_ascii_case(id) && is_out(&entry));
    let has_withdrawal = cases.iter().any(|case| case.action == Action::Withdrawal && was_told(&case.id));
    for (case, person) in withdrew {
        if case.action != Action::Withdrawal && was_told(&case.id) && !has_withdrawal {
            against.push(say!("`{id}` of `{case}` withdrew the consent, and no withdrawal was sent", id = person.id, case = case.id));
        }
    }

    let search = Search {
        ids: &ids,
        people: cases.iter().flat_map(|case| case.everybody()).map(|person| person.id.as_str()).collect(),
        names: cases.iter().map(|case| case.names()).collect(),
        messages: sent.iter().filter_map(|entry| entry.message_id.as_deref()).map(bare).collect(),
    };
    let mut steps = search.workspace(&root)?;
    search.outside(config, &root, &mut steps)?;
    let annexed = annexed(&workspace, &cases, annexes, &steps);
    steps.retain(|step| annexed.iter().all(|annex| annex.path != step.path));
    steps.extend(annexed);
    steps.extend(ours.iter().map(|read| Step { path: paths::join(&root, &format!("cases/{}.toml", read.id)), why: say!("the case"), deed: Deed::Remove }));
    if sent.is_empty() && steps.iter().all(|step| matches!(step.deed, Deed::Keep)) {
        return Err(AppError::new(say!("nothing is known of a case {case}", case = case)).hint(say!("`appeal status` lists what was sent")).into());
    }
    Ok(Traces { ids, steps, against, root })
}

/// The event that says so in the ledger.
pub(crate) const FORGOTTEN: &str = "forgotten";

impl Traces {
    /// Copies what goes into a new folder, for nobody else to read.
    ///
    /// # Errors
    /// The folder is there already or lies in the workspace, or a file cannot be copied.
    pub(crate) fn archive(&self, folder: &Path) -> Result<(), RunError> {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        let root = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        if fs::symlink_metadata(folder).is_ok() || absolute.starts_with(root) {
            let there = AppError::new(say!("{path} is there already, or lies in the workspace", path = folder.display()));
            return Err(there.hint(say!("name a new folder elsewhere, on an encrypted disk")).into());
        }
        files::make_folder(folder)?;
        for step in self.steps.iter().filter(|step| !matches!(step.deed, Deed::Keep)) {
            let below = match step.path.strip_prefix(&self.root) {
                Ok(below) => below,
                Err(_) if step.path.is_relative() => &step.path,
                Err(_) => step.path.file_name().map_or(step.path.as_path(), Path::new),
            };
            let to = folder.join(below);
            files::make_folder(to.parent().unwrap_or(folder))?;
            let bytes = fs::read(&step.path).attempt(|| format!("{} cannot be read", step.path.display()))?;
            files::write(&to, &bytes)?;
        }
        Ok(())
    }

    /// Removes what goes, and the case's words from the ledger. What keeps a letter from going twice stays there.
    ///
    /// # Errors
    /// A file cannot be removed; the others are gone.
    pub(crate) fn remove(self, now: i64, today: NaiveDate) -> Result<(), RunError> {
        let (ledger_file, lock_file) = config::ledger_files(&self.root);
        let ledger = match fs::metadata(&ledger_file) {
            Ok(_) => Some((files::lock(&lock_file)?, Ledger::open(&ledger_file, None)?)),
            Err(_) => None,
        };
        if let Some((_, ledger)) = &ledger {
            ledger.forget(&self.ids, FORGOTTEN, today, now)?;
        }
        let mut failed = None;
        for step in self.steps {
            let done = match step.deed {
                Deed::Remove => fs::remove_file(&step.path).attempt(|| format!("{} cannot be removed", step.path.display())),
                Deed::Rewrite(bytes) => files::write(&step.path, &bytes).map(drop),
                Deed::Keep => Ok(()),
            };
            failed = failed.or(done.err());
        }
        failed.map_or(Ok(()), Err)
    }
}

/// Every case that has a file.
fn read_all(workspace: &Workspace, today: NaiveDate) -> Result<Vec<Read>, RunError> {
    if !workspace.path("cases").is_dir() {
        return Ok(Vec::new());
    }
    Ok(cases::each(workspace, &[], Clock { date: None, today })?.collect())
}

/// A case, and those that update it, and those that update these.
fn with_updates(case: &str, all: &[Read]) -> Vec<String> {
    // A person may type other capitals than the file has.
    let typed = all.iter().find(|read| read.id.eq_ignore_ascii_case(case)).map_or(case, |read| &read.id);
    let mut ids = vec![typed.to_owned()];
    let mut at = 0;
    while let Some(id) = ids.get(at).cloned() {
        let updates = all.iter().filter(|read| read.case.as_ref().and_then(|c| c.earlier.as_ref()).is_some_and(|e| e.case.eq_ignore_ascii_case(&id)));
        let new: Vec<String> = updates.map(|read| read.id.clone()).filter(|id| !ids.contains(id)).collect();
        ids.extend(new);
        at += 1;
    }
    ids
}

/// What a file of the case is known by.
struct Search<'a> {
    ids: &'a [String],
    people: BTreeSet<&'a str>,
    names: Vec<NameMatcher>,
    messages: BTreeSet<&'a str>,
}

impl Search<'_> {
    fn workspace(&self, root: &Path) -> Result<Vec<Step>, RunError> {
        let mut steps = Vec::new();
        self.folder(root, root, &mut steps)?;
        Ok(steps)
    }

    /// Files of the user's own, outside the workspace: the configuration, and the mailbox of rehearsals.
    fn outside(&self, named: Option<&Path>, root: &Path, steps: &mut Vec<Step>) -> Result<(), RunError> {
        let own = config::folder("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("appeal").join("config.toml"));
        if let Some(path) = named.map(Path::to_path_buf).or(own).filter(|path| path.is_file()) {
            steps.extend(self.file(&path));
        }
        if let Ok(Server::Maildir(mailbox)) = config::read(named, root).map(|config| config.server) {
            for part in ["new", "cur", "tmp"].map(|part| mailbox.join(part)).iter().filter(|part| part.is_dir()) {
                self.folder(root, part, steps)?;
            }
        }
        Ok(())
    }

    fn folder(&self, root: &Path, folder: &Path, steps: &mut Vec<Step>) -> Result<(), RunError> {
        let unread = || format!("the folder {} cannot be read", folder.display());
        let mut entries = fs::read_dir(folder).attempt(unread)?.collect::<Result<Vec<_>, _>>().attempt(unread)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (name, kind) = (entry.file_name().to_string_lossy().into_owned(), entry.file_type().attempt(unread)?);
            let path = if folder == Path::new(".") { PathBuf::from(&name) } else { folder.join(&name) };
            if kind.is_dir() && name == ".git" {
                steps.push(Step { path, why: say!("a history, which keeps what the files were"), deed: Deed::Keep });
            } else if kind.is_dir() {
                self.folder(root, &path, steps)?;
            } else if kind.is_file() && !(folder == root && name.starts_with("ledger.")) {
                steps.extend(self.file(&path).filter(|_| !self.is_case_file(root, &path)));
            }
        }
        Ok(())
    }

    fn is_ours(&self, id: &str) -> bool {
        self.ids.iter().any(|one| one.eq_ignore_ascii_case(id))
    }

    fn is_case_file(&self, root: &Path, path: &Path) -> bool {
        self.ids.iter().any(|id| path == paths::join(root, &format!("cases/{id}.toml")))
    }

    fn file(&self, path: &Path) -> Option<Step> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned())?;
        let step = |why, deed| Some(Step { path: path.to_path_buf(), why, deed });
        if name.starts_with(".appeal-") {
            return step(say!("left by a run that was stopped"), Deed::Remove);
        }
        if self.is_letter(&name) {
            return step(say!("a letter"), Deed::Remove);
        }
        let Ok((bytes, length)) = files::read_up_to(path, u64::MAX) else {
            return step(say!("cannot be looked into"), Deed::Keep);
        };
        if self.is_message(&bytes[..bytes.len().min(usize::try_from(HEAD.min(length)).unwrap_or_default())]) {
            return step(say!("a message"), Deed::Remove);
        }
        let text = std::str::from_utf8(&bytes).ok()?;
        let rest = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("jsonl") => self.lines(text, "case"),
            Some("ndjson") if name.contains(".failed") => self.lines(text, "id"),
            Some("csv") if name.contains(".failed") => Some(self.rows(text)),
            _ => None,
        };
        match rest {
            Some(rest) if rest.len() == text.len() => None,
            Some(rest) if has_nothing_left(&name, &rest) => step(say!("of this case alone"), Deed::Remove),
            Some(rest) => step(say!("lines of this case; those of others stay"), Deed::Rewrite(rest.into_bytes())),
            None => self.tells(text).then(|| step(say!("names somebody of the case, and is yours"), Deed::Keep)).flatten(),
        }
    }

    /// Whether this is how the program calls a letter of the case.
    fn is_letter(&self, name: &str) -> bool {
        self.ids.iter().any(|id| {
            let Some(rest) = name.get(..id.len()).filter(|start| start.eq_ignore_ascii_case(id)).and_then(|_| name[id.len()..].strip_prefix('.')) else {
                return false;
            };
            let endings = [".form.txt", ".txt", ".html", ".pdf", ".docx", ".eml", ".jsonl"];
            let Some(rest) = endings.iter().find_map(|ending| rest.strip_suffix(ending)) else { return false };
            let mut parts: Vec<&str> = rest.split('.').collect();
            parts.pop_if(|word| Audience::parse(word).is_some());
            let has_language = parts.pop().is_some_and(|word| Language::parse(word).is_some());
            let has_recipient = parts.pop().is_some();
            has_language && has_recipient && (parts.is_empty() || matches!(parts[..], [person] if self.people.contains(person)))
        })
    }

    fn is_message(&self, head: &[u8]) -> bool {
        let head = String::from_utf8_lossy(head).replace("\r\n", "\n").replace("\n ", " ");
        let headers = head.split("\n\n").next().unwrap_or_default().lines().filter_map(|line| line.split_once(':'));
        headers.filter(|(key, _)| key.eq_ignore_ascii_case("message-id")).any(|(_, id)| self.messages.contains(bare(id.trim())))
    }

    fn tells(&self, text: &str) -> bool {
        self.names.iter().any(|names| names.find(text).iter().any(|(_, seen)| *seen == Seen::Name))
    }

    /// The lines that are not of this case. A plan's head forgets that the case was chosen; one that chose nothing else is left without letters.
    fn lines(&self, text: &str, key: &str) -> Option<String> {
        let mut rest = String::new();
        for line in text.split_inclusive('\n') {
            let value: Json = serde_json::from_str(line).ok()?;
            let mut head = value.clone();
            if let Some(chosen) = head.pointer_mut("/plan/cases").and_then(Json::as_array_mut) {
                chosen.retain(|id| !id.as_str().is_some_and(|id| self.is_ours(id)));
            }
            if head != value {
                rest.push_str(&format!("{head}\n"));
            } else if !value[key].as_str().is_some_and(|id| self.is_ours(id)) {
                rest.push_str(line);
            }
        }
        Some(rest)
    }

    /// The rows of a table that are not of this case. A line end inside quotes ends no row.
    fn rows(&self, text: &str) -> String {
        let mut is_quoted = false;
        let rows = text.split_inclusive(|c| {
            is_quoted ^= c == '"';
            c == '\n' && !is_quoted
        });
        let is_of_ours = |row: &str| row.split([',', ';', '\t', '|', '\n', '\r']).any(|cell| self.is_ours(cell.trim_matches('"'))) || self.tells(row);
        rows.enumerate().filter(|(number, row)| *number == 0 || !is_of_ours(row)).map(|(_, row)| row).collect()
    }
}

/// A plan's or a table's head alone, or nothing at all.
fn has_nothing_left(name: &str, rest: &str) -> bool {
    let has_head = name == plan::FILE || Path::new(name).extension().is_some_and(|ending| ending == "csv");
    rest.lines().count() <= usize::from(has_head)
}

/// A Message-ID without its brackets.
fn bare(id: &str) -> &str {
    id.trim_start_matches('<').trim_end_matches('>')
}

/// The annexes: those that another file of the workspace names belong to it as well, and a link leads to what is not the case's alone.
fn annexed(workspace: &Workspace, cases: &[&Case], are_meant: bool, steps: &[Step]) -> Vec<Step> {
    let own: BTreeSet<PathBuf> = cases.iter().map(|case| workspace.path(&format!("cases/{}.toml", case.id))).collect();
    let goes = |path: &Path| own.contains(path) || steps.iter().any(|step| step.path == path && !matches!(step.deed, Deed::Keep));
    let mut others = Vec::new();
    texts(&workspace.root, &mut others);
    others.retain(|(path, _)| !goes(path));
    let named: BTreeSet<&str> = cases.iter().flat_map(|case| &case.annexes).map(|annex| annex.file.as_str()).collect();
    let step = |file: &str| {
        let path = paths::inside(&workspace.root, file).ok()?;
        let name = Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let there = fs::symlink_metadata(&path).ok()?;
        let is_shared = others.iter().any(|(_, text)| text.contains(&name));
        let (why, deed) = match (there.is_file(), is_shared, are_meant) {
            (false, ..) => (say!("an annex that is a link"), Deed::Keep),
            (_, true, _) => (say!("an annex that another file names, too"), Deed::Keep),
            (.., false) => (say!("an annex; it goes with --annexes"), Deed::Keep),
            (.., true) => (say!("an annex"), Deed::Remove),
        };
        Some(Step { path, why, deed })
    };
    named.into_iter().filter_map(step).collect()
}

/// Every text of a folder that could name a file: cases, tables, records.
fn texts(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = if folder == Path::new(".") { PathBuf::from(entry.file_name()) } else { entry.path() };
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            texts(&path, out);
        } else if path.extension().is_some_and(|ending| ["toml", "csv", "tsv", "ndjson", "fods"].iter().any(|known| ending == *known)) {
            out.extend(fs::read(&path).ok().map(|bytes| (path, String::from_utf8_lossy(&bytes).into_owned())));
        }
    }
}
