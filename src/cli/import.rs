//! `appeal import`: foreign tables to case files.
//!
//! In: a table or records, and a mapping. Out: a file of TOML for each case, as `new` would make it, filled in; and what was
//! not understood, cell by cell. What a table does not say stays a TODO; no file is overwritten, and no consent filled in.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::report;
use crate::app::cases::{self, Clock};
use crate::app::clock::today;
use crate::app::failed::Failed;
use crate::app::items::{Item, Items, Raw};
use crate::app::sources::{self, Source};
use crate::app::workspace::Workspace;
use crate::app::{UsageError, files, mappings};
use crate::case::{ACTIONS, Case, id_is_fit};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Severity};
use crate::records::{Preview, Record, suggest_mapping, write_toml};
use clap::Args;
use serde_json::json;
use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// What is imported, and how it is read.
#[derive(Args)]
pub(super) struct ImportArgs {
    /// A table (CSV, TSV, XLSX, ODS) or records (NDJSON); - is NDJSON on standard input
    file: String,
    /// What the columns of a foreign table mean: a file, or kobotoolbox, odk-central, uwazi
    #[arg(long, value_name = "M")]
    map: Option<PathBuf>,
    /// Print a first mapping for this table, to be looked through; import nothing
    #[arg(long, conflicts_with = "map")]
    suggest_map: bool,
}

pub(super) fn run(common: &Common, args: &ImportArgs) -> anyhow::Result<ExitStatus> {
    let root = Workspace::find(common.directory.as_deref())?;
    let loaded = Workspace::load(root).and_then(|loaded| Ok((loaded, args.map.as_deref().map(mappings::read).transpose()?)));
    let ((workspace, problems), mapping) = match loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            report::problems(&problems, common.quiet);
            return Ok(ExitStatus::Failed);
        }
    };
    let sources = sources::named(&workspace, std::slice::from_ref(&args.file))?;
    if args.suggest_map {
        return suggested(&sources);
    }
    if sources.iter().any(|s| matches!(s, Source::Case(_))) {
        return Err(UsageError::new(say!("a case that is a file already needs no import")).hint(say!("name a table: .csv .tsv .xlsx .ods .ndjson")).into());
    }
    files::make_folder(&workspace.path("cases"))?;
    let mut import = Importer {
        there: there(&workspace),
        workspace,
        problems,
        failed: Failed::into_folder(None),
        rows: Vec::new(),
        written: 0,
        unread: 0,
        json: common.json,
    };
    for item in Items::new(&import.workspace.root, sources, Arc::new(AtomicU64::new(0))).mapped(mapping) {
        import.take(&item)?;
    }
    import.finish(common)
}

/// Prints a mapping to begin with.
fn suggested(sources: &[Source]) -> anyhow::Result<ExitStatus> {
    let (path, read): (_, fn(File) -> Option<Preview>) = match sources {
        [Source::Table(path)] => (path, |file| Preview::of_text(file)),
        [Source::Book(path)] => (path, |file| Preview::of_book(file)),
        _ => return Err(UsageError::new(say!("a mapping is for a table")).hint(say!("name one: .csv .tsv .xlsx .ods")).into()),
    };
    let sample = files::open(path).and_then(|file| {
        let nothing = || Diagnostic::error(say!("no header can be read in this table")).at(Location::whole(path.display().to_string()));
        read(file).ok_or_else(|| Box::new(nothing().hint(say!("its first row names the columns; a damaged or protected file is to be saved again"))))
    });
    match sample {
        Ok(sample) => report::print(&suggest_mapping(&sample, &Case::shape())).map(|()| ExitStatus::Done),
        Err(problem) => {
            report::problems(&(*problem).into(), false);
            Ok(ExitStatus::Failed)
        }
    }
}

/// The ids of the cases that have a file, in small letters.
fn there(workspace: &Workspace) -> HashSet<String> {
    let entries = std::fs::read_dir(workspace.path("cases")).into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_string_lossy().to_lowercase().strip_suffix(".toml").map(str::to_owned)).collect()
}

struct Importer {
    workspace: Workspace,
    there: HashSet<String>,
    problems: Diagnostics,
    failed: Failed,
    /// The files that were written, and what is left to do in them.
    rows: Vec<Vec<String>>,
    /// How many cases a file was written of, and how many none.
    written: usize,
    unread: usize,
    /// Whether each case is a line of JSON.
    json: bool,
}

/// What became of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ImportState {
    Complete,
    /// Something is left to be filled in.
    Incomplete,
    /// No file was written.
    Error,
}

impl ImportState {
    fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Error => "error",
        }
    }
}

impl Importer {
    /// Writes the file of a case, or keeps what was not understood.
    fn take(&mut self, item: &Item) -> anyhow::Result<()> {
        if item.is_remark() {
            self.problems.extend(item.problems.iter().cloned());
            return Ok(());
        }
        let (record, found) = item.record();
        let read = cases::read(&self.workspace, item, Clock { date: None, today: today() });
        let Some(mut record) = record.filter(|_| !found.has_errors() && id_is_fit(&read.id)) else { return self.refuse(&read.id, item, read.problems) };
        record.take("id");
        // What the table does not say is left to be filled in; what it says and nobody understands is not written down.
        let is_gap = |problem: &Diagnostic| !problem.path.is_empty() && !record.says(&problem.path);
        let (gaps, wrong): (Vec<Diagnostic>, Vec<Diagnostic>) = read.problems.into_iter().filter(|p| p.severity == Severity::Error).partition(is_gap);
        if !wrong.is_empty() {
            let mut problems = Diagnostics::default();
            problems.extend(wrong);
            return self.refuse(&read.id, item, problems);
        }
        let path = self.workspace.path(&format!("cases/{}.toml", read.id));
        if !self.there.insert(read.id.to_lowercase()) {
            let problem = Diagnostic::error(say!("{file} is there already, and stays as it is", file = path.display())).at(item.location());
            let hint = say!("what is new can be added there by hand; for another case choose another id, or another prefix in the mapping");
            return self.tell(&read.id, None, problem.hint(hint).into());
        }
        files::write(&path, self.text(&record).as_bytes())?;
        self.tell(&read.id, Some(path.display().to_string()), gaps.into_iter().collect())
    }

    /// Says what became of a case: with `--json` at once, else in a table at the end. What is left to be filled in is no problem to a person.
    fn tell(&mut self, case: &str, file: Option<String>, problems: Diagnostics) -> anyhow::Result<()> {
        let state = match (&file, problems.is_empty()) {
            (None, _) => ImportState::Error,
            (Some(_), true) => ImportState::Complete,
            (Some(_), false) => ImportState::Incomplete,
        };
        self.unread += usize::from(state == ImportState::Error);
        self.written += usize::from(state != ImportState::Error);
        if self.json {
            let problems: Vec<_> = problems.sorted().iter().map(report::problem_json).collect();
            let case = Some(case).filter(|id| !id.is_empty());
            return report::print(&format!("{}\n", json!({ "schema": 1, "case": case, "file": file, "state": state.word(), "problems": problems })));
        }
        match (file, state) {
            (Some(file), ImportState::Complete) => self.rows.push(vec![file, report::tell(&say!("complete"))]),
            (Some(file), _) => self.rows.push(vec![file, report::tell(&say!("to be completed"))]),
            (None, _) => self.problems.extend(problems),
        }
        Ok(())
    }

    /// The file, in the order and with the explanations of a new one.
    fn text(&self, record: &Record) -> String {
        let action = record.root.get("action").and_then(|n| n.text()).filter(|word| ACTIONS.iter().any(|(w, _)| w == word)).unwrap_or("urgent-appeal");
        let code = self.workspace.organisation.languages[0].code();
        let pattern = [code, "en"].into_iter().find_map(|code| self.workspace.store.get(&format!("{code}/new/{action}.toml")));
        let common = self.workspace.common.as_ref();
        write_toml(record, pattern.map_or("", |p| &p.text), |key| common.is_some_and(|c| c.root.get(key).is_some()))
    }

    fn refuse(&mut self, id: &str, item: &Item, problems: Diagnostics) -> anyhow::Result<()> {
        if !matches!(item.raw, Raw::Nothing) {
            self.failed.add(&self.workspace, &item.raw, &report::briefs(&problems))?;
        }
        self.tell(id, None, problems)
    }

    fn finish(self, common: &Common) -> anyhow::Result<ExitStatus> {
        report::failed_cases(&self.failed.finish()?);
        if self.json {
            let problems: Vec<_> = self.problems.clone().sorted().iter().map(report::problem_json).collect();
            let summary = json!({ "cases": self.written + self.unread, "written": self.written, "error": self.unread });
            report::print(&format!("{}\n", json!({ "schema": 1, "summary": summary, "problems": problems })))?;
        } else {
            report::problems(&self.problems, common.quiet);
            if !common.quiet {
                report::print(&report::table(&self.rows))?;
                report::say(&report::tell(&say!("{written} written, {left} not", written = self.written, left = self.unread)));
            }
        }
        Ok(if self.unread > 0 || self.problems.has_errors() { ExitStatus::Failed } else { ExitStatus::Done })
    }
}
