//! What is said, and where: problems on standard error, letters, tables and JSON on standard output.
//!
//! In: diagnostics and lines. Out: text. A closed pipe is no error.

use super::common::Common;
use super::progress::Progress;
use crate::app::{Attempt, RunError};
use crate::diagnostic::{Catalogue, Diagnostic, Diagnostics, Location, Message, Severity};
use crate::fitness::Finding;
use crate::letter::words::fill;
use crate::text::Language;
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The language of the person, and that of `--json`. They are settled once, at start, before anything is said; carrying them
/// through every function that may have something to say would tell nobody more.
static SPOKEN: OnceLock<(Catalogue, Catalogue)> = OnceLock::new();

/// Settles the language of the person, and that of `--json`, which changes only where it is asked for.
pub(super) fn speak(person: Catalogue, scripts: Catalogue) {
    let _ = SPOKEN.set((person, scripts));
}

fn spoken() -> &'static (Catalogue, Catalogue) {
    SPOKEN.get_or_init(Default::default)
}

/// A message in the person's language.
pub(super) fn tell(message: &Message) -> String {
    spoken().0.tell(message)
}

/// A message in the language of `--json`.
pub(super) fn tell_scripts(message: &Message) -> String {
    spoken().1.tell(message)
}

/// Who reads what is said.
#[derive(Clone, Copy)]
pub(super) enum ReadBy {
    Person,
    Scripts,
}

/// A question of requirements.toml: in the language spoken, else translated by its catalogue, else in English.
pub(super) fn question(finding: &Finding, read_by: ReadBy) -> String {
    let (person, scripts) = spoken();
    let catalogue = match read_by {
        ReadBy::Person => person,
        ReadBy::Scripts => scripts,
    };
    let in_language = |code: &str| Language::parse(code).and_then(|l| finding.question.get(&l));
    let english = in_language("en").or_else(|| finding.question.all().next()).map_or("", String::as_str);
    let text = in_language(catalogue.code()).map_or_else(|| catalogue.sentence(english), String::as_str);
    fill(text, &[("word", finding.word.as_deref().unwrap_or("…"))])
}

/// Writes to standard output; a reader that went away ends nothing.
///
/// # Errors
/// The output cannot be written, for instance on a full disk.
pub(super) fn print(text: &str) -> Result<(), RunError> {
    print_bytes(text.as_bytes())
}

/// Likewise, a line of JSON.
pub(super) fn json(line: &Json) -> Result<(), RunError> {
    print(&format!("{line}\n"))
}

/// Likewise, bytes.
pub(super) fn print_bytes(bytes: &[u8]) -> Result<(), RunError> {
    let mut out = anstream::stdout().lock();
    match written(out.write_all(bytes).and_then(|()| out.flush())) {
        Err(RunError::OutputClosed) => Ok(()),
        other => other,
    }
}

/// Writes a part of a long output, byte for byte.
///
/// # Errors
/// Also that nobody reads it any more.
pub(super) fn stream(bytes: &[u8]) -> Result<(), RunError> {
    written(std::io::stdout().lock().write_all(bytes))
}

fn written(result: std::io::Result<()>) -> Result<(), RunError> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(RunError::OutputClosed),
        other => other.attempt(|| "standard output cannot be written".into()),
    }
}

/// Says a line on standard error.
pub(super) fn say(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Says a message on standard error.
pub(super) fn note(message: &Message) {
    say(&tell(message));
}

/// Says why the program stopped.
pub(super) fn failure(error: &RunError, quiet: bool) {
    match error {
        RunError::Usage(error) | RunError::App(error) => say(&format!("appeal: {}", error.tell(&spoken().0))),
        RunError::Problems(all) => problems(all, quiet),
        RunError::System(what, error) => say(&format!("appeal: {what}: {error}")),
        RunError::OutputClosed | RunError::Interrupted => {}
    }
}

/// Says every problem, in the order of files and places, each once, then how many there were.
pub(super) fn problems(all: &Diagnostics, quiet: bool) {
    let mut report = Report { quiet, ..Report::default() };
    report.add(all.clone(), &Progress::none());
    report.finish();
}

/// Problems and table rows that are kept back to be sorted and aligned; a longer run says them in blocks of as many.
const BLOCK: usize = 1000;

/// The problems of a run, said in blocks, so that memory does not grow with their number.
#[derive(Default)]
pub(super) struct Report {
    /// With `--json` every letter's line has its problems.
    silent: bool,
    quiet: bool,
    block: Diagnostics,
    /// Remarks that were said: what is remarked about a recipient need not be said for each of a thousand letters.
    said: HashSet<u64>,
    counts: [usize; 3],
    has_errors: bool,
}

impl Report {
    pub(super) fn new(common: &Common) -> Self {
        Self { silent: common.json, quiet: common.quiet, ..Self::default() }
    }

    /// Whether there was an error so far.
    pub(super) fn has_errors(&self) -> bool {
        self.has_errors
    }

    /// Adds what is to be said of a case, or of the workspace.
    pub(super) fn add(&mut self, problems: Diagnostics, progress: &Progress) {
        self.has_errors |= problems.has_errors();
        if self.silent || problems.is_empty() {
            return;
        }
        for problem in problems {
            if problem.severity != Severity::Warning || self.said.insert(fingerprint(&problem)) {
                self.block.push(problem);
            }
        }
        if self.block.len() >= BLOCK {
            progress.aside(|| self.say());
        }
    }

    fn say(&mut self) {
        let sorted = std::mem::take(&mut self.block).sorted();
        let mut err = anstream::stderr().lock();
        for problem in &sorted {
            self.counts[problem.severity as usize] += 1;
            if !self.quiet || problem.severity != Severity::Warning {
                let _ = writeln!(err, "{}", problem.told(&spoken().0));
            }
        }
    }

    /// Says what is left, then how many there were.
    pub(super) fn finish(mut self) {
        self.say();
        let [errors, holds, warnings] = self.counts;
        let counted = [
            (errors, say!("1 error"), say!("{n} errors", n = errors)),
            (holds, say!("1 reason to hold"), say!("{n} reasons to hold", n = holds)),
            (warnings, say!("1 warning"), say!("{n} warnings", n = warnings)),
        ];
        let words: Vec<String> = counted.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| tell(if *n == 1 { one } else { many })).collect();
        if !words.is_empty() && !self.quiet {
            say(&words.join(", "));
        }
    }
}

fn fingerprint(problem: &Diagnostic) -> u64 {
    let mut hasher = DefaultHasher::new();
    problem.to_string().hash(&mut hasher);
    hasher.finish()
}

/// `1 letter`, `2 letters`.
pub(super) fn letters(n: usize) -> Message {
    if n == 1 { say!("1 letter") } else { say!("{n} letters", n = n) }
}

/// `1 entry`, `2 entries`.
pub(super) fn counted_word(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Says which files have the cases that failed.
pub(super) fn failed_cases(files: &[(PathBuf, usize)]) {
    for (path, cases) in files {
        note(&match cases {
            1 => say!("1 case failed and can be corrected and run again: {path}", path = path.display()),
            n => say!("{n} cases failed and can be corrected and run again: {path}", n = n, path = path.display()),
        });
    }
}

/// Problems on one line each, for a cell: where, what, and what to do.
pub(super) fn briefs(problems: &Diagnostics) -> Vec<String> {
    problems.clone().sorted().iter().map(brief).collect()
}

fn brief(problem: &Diagnostic) -> String {
    let at = problem.location.as_ref().and_then(|l| l.cell().or_else(|| (l.line > 0).then(|| l.line.to_string())));
    let at = at.map(|at| format!("{at}: ")).unwrap_or_default();
    let hint = problem.hint.as_ref().map(|h| format!(" ({})", tell(h))).unwrap_or_default();
    format!("{at}{}{hint}", tell(&problem.message))
}

/// Problems, as `--json` prints them.
pub(super) fn problems_json(problems: &Diagnostics) -> Vec<Json> {
    problems.clone().sorted().iter().map(problem_json).collect()
}

/// A problem, as `--json` prints it.
pub(super) fn problem_json(problem: &Diagnostic) -> Json {
    let at = problem.location.as_ref();
    let number = |n: u32| (n > 0).then_some(n);
    json!({
        "severity": problem.severity.word(),
        "file": at.map(|l| l.file.to_string()),
        "line": at.filter(|l| l.sheet.is_none()).and_then(|l| number(l.line)),
        "column": at.filter(|l| l.sheet.is_none()).and_then(|l| number(l.column)),
        "cell": at.and_then(Location::cell),
        "path": (!problem.path.is_empty()).then(|| problem.path.clone()),
        "message": tell_scripts(&problem.message),
        "hint": problem.hint.as_ref().map(tell_scripts),
    })
}

/// Paths, one a line.
pub(super) fn paths(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string() + "\n").collect()
}

/// Rows of a table that come one by one, aligned in blocks.
#[derive(Default)]
pub(super) struct Rows {
    block: Vec<Vec<String>>,
    any: bool,
}

impl Rows {
    /// Adds a row.
    pub(super) fn add(&mut self, row: Vec<String>, progress: &Progress) -> Result<(), RunError> {
        self.any = true;
        self.block.push(row);
        if self.block.len() >= BLOCK { progress.aside(|| self.print()) } else { Ok(()) }
    }

    fn print(&mut self) -> Result<(), RunError> {
        print(&table(&std::mem::take(&mut self.block)))
    }

    /// Prints what is left, and says whether there was any row.
    pub(super) fn finish(mut self) -> Result<bool, RunError> {
        self.print()?;
        Ok(self.any)
    }
}

/// Columns padded to the same width, as far as characters are.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or(0))
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|t| unicode_width::UnicodeWidthStr::width(t.as_str())).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(unicode_width::UnicodeWidthStr::width(text.as_str())) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
