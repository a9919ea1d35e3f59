//! `appeal render`: write letters, cleared ones and marked drafts of what is held.
//!
//! Exactly one text letter goes to standard output, everything else into a folder. So that a batch need not be gathered
//! first, the first letter is kept back until a second one comes; from then on the workers write files themselves.

use super::common::Common;
use super::exit_status::ExitStatus;
use super::letters;
use super::progress::Progress;
use super::report::{self, Rows};
use super::summary;
use crate::app::batch::{LetterState, Made, Readers};
use crate::app::delivery::{self, Counter};
use crate::app::failed::Failed;
use crate::app::files::{self, Written};
use crate::app::run_summary::RunSummary;
use crate::app::workers::Bundle;
use crate::app::workspace::Workspace;
use crate::app::{Selection, UsageError};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::mail::{digest, message::LARGEST};
use crate::writers::{Format, how_to_get, write};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// What `-f` may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The letter, as a writer writes it.
    Letter(Format),
    /// A message to each recipient, that a mail program opens as a draft.
    Eml,
}

impl Form {
    /// The form of this word.
    pub(super) fn parse(word: &str) -> Result<Self, String> {
        if word == "eml" {
            return Ok(Self::Eml);
        }
        let known = || Format::ALL.map(Format::word).join(", ");
        let format = Format::parse(word).ok_or_else(|| format!("the formats are {}, eml", known()))?;
        if format.is_built() {
            return Ok(Self::Letter(format));
        }
        let (message, hint) = how_to_get(format);
        Err(format!("{message}\n  hint: {hint}"))
    }

    /// How many letters of this form are made together. Pages take long to set, and a message has its annexes with it.
    pub(super) fn bundle(self) -> Bundle {
        match self {
            Self::Letter(Format::Pdf) | Self::Eml => Bundle::One,
            Self::Letter(Format::Docx) => Bundle::Few,
            Self::Letter(_) => Bundle::Many,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Letter(format) => format.word(),
            Self::Eml => "eml",
        }
    }
}

/// How letters are written, and where to.
pub(super) struct RenderArgs<'a> {
    pub(super) formats: &'a [Form],
    /// Addresses for this run, `KEY=ADDRESS`.
    pub(super) addresses: &'a [String],
    /// A folder, or `-`.
    pub(super) output: Option<&'a Path>,
    /// A line between letters on standard output.
    pub(super) separator: Option<&'a str>,
}

pub(super) fn run(common: &Common, selection: &Selection, args: &RenderArgs<'_>) -> anyhow::Result<ExitStatus> {
    let to_output = args.output == Some(Path::new("-"));
    if to_output && common.json {
        return Err(UsageError::new(say!("--json and -o - both want standard output")).hint(say!("name a folder with -o DIR")).into());
    }
    if args.separator.is_some() && !to_output {
        return Err(UsageError::new(say!("--separator stands between letters on standard output")).hint(say!("add -o -")).into());
    }
    let formats = args.formats.to_vec();
    // `-o .` is this folder, and its files have their plain names.
    let folder = args.output.map(|folder| folder.strip_prefix(".").unwrap_or(folder).to_path_buf());
    let lone = args.output.is_none() && formats == [Form::Letter(Format::Text)] && !common.json;
    let writer =
        OutputWriter { json: common.json, to_output, folder, formats, addresses: args.addresses, counter: OnceLock::new(), kept_back: AtomicBool::new(lone) };
    let mut queue = OutputQueue {
        writer: &writer,
        separator: args.separator,
        lone: None,
        rows: Rows::default(),
        quiet: common.quiet,
        lost: BTreeMap::new(),
        count: 0,
        held: Diagnostics::default(),
    };
    let failed = Failed::into_folder(writer.folder.clone().filter(|_| !to_output));
    let ended = letters::each(
        common,
        selection,
        Readers::Selected,
        Some(failed),
        |workspace, made| writer.print(workspace, made),
        |printed, progress| printed.into_iter().try_for_each(|one| queue.take(one, progress)),
    );
    let mut sum = match ended {
        Err(error) if error.is::<Gone>() => return Ok(ExitStatus::Done),
        ended => ended?,
    };
    queue.lost.values().for_each(|state| sum.lose(*state));
    let held = queue.finish(common, &sum)?;
    Ok(if held { summary::ending(&sum).max(ExitStatus::Held) } else { summary::ending(&sum) })
}

/// What came of a letter in one format.
enum Printed {
    /// A line of JSON.
    Line(String),
    /// Bytes that wait for their turn, and the file they would be.
    Bytes(PathBuf, LetterState, Vec<u8>),
    /// A letter that could not be written in this format, why, and the line of JSON on it.
    Refused(PathBuf, LetterState, Diagnostics, Option<String>),
    /// A file that was written, or could not be.
    File(PathBuf, LetterState, anyhow::Result<Written>),
    /// Nothing: there can be no message to this recipient, and why.
    Held(Diagnostics),
    /// An address of the command line that cannot be used.
    UsageError(anyhow::Error),
}

/// Makes files of letters; many workers use it at the same time.
struct OutputWriter<'a> {
    json: bool,
    to_output: bool,
    folder: Option<PathBuf>,
    formats: Vec<Form>,
    addresses: &'a [String],
    /// How messages are posted: the addresses of the command line, understood once.
    counter: OnceLock<Counter>,
    /// A single text letter would go to standard output, and there has been no second one yet.
    kept_back: AtomicBool,
}

impl OutputWriter<'_> {
    fn print(&self, workspace: &Workspace, made: &Made) -> Vec<Printed> {
        let Some(letter) = made.letter() else {
            return if self.json { vec![Printed::Line(unwritten(made, None))] } else { Vec::new() };
        };
        let folder = self.folder.clone().unwrap_or_else(|| workspace.path("letters"));
        let mut printed = Vec::with_capacity(self.formats.len());
        for form in &self.formats {
            let Form::Letter(format) = form else {
                printed.extend(self.messages(workspace, made, &folder));
                continue;
            };
            let letter = match (format, &made.form) {
                (Format::Form, Some(form)) => form,
                // A draft is never written as a form.
                (Format::Form, None) => {
                    printed.extend(self.json.then(|| Printed::Line(unwritten(made, Some(*form)))));
                    continue;
                }
                _ => letter,
            };
            let path = folder.join(format!("{}.{}", made.stem(), format.extension()));
            let bytes = match write(letter, &workspace.options, *format) {
                Ok(bytes) => bytes,
                Err(problems) => {
                    printed.push(self.refused(path, made, *format, problems));
                    continue;
                }
            };
            if self.to_output || self.kept_back.load(Ordering::Relaxed) {
                printed.push(Printed::Bytes(path, made.state, bytes));
                continue;
            }
            let written = put(&path, &bytes);
            let line = self.json.then(|| line(letters::line(made), *form, &path, &bytes, written.as_ref().err()));
            printed.push(Printed::File(path, made.state, written));
            printed.extend(line.map(Printed::Line));
        }
        printed
    }

    /// A message to each recipient of a cleared letter. A draft is never one.
    fn messages(&self, workspace: &Workspace, made: &Made, folder: &Path) -> Vec<Printed> {
        if self.counter.get().is_none() {
            match delivery::addresses(workspace, self.addresses) {
                Ok(addresses) => drop(self.counter.set(Counter { addresses, largest: LARGEST, trial: None })),
                Err(usage_error) => return vec![Printed::UsageError(usage_error.into())],
            }
        }
        let Some(counter) = self.counter.get() else { return Vec::new() };
        let mut printed = Vec::new();
        if made.state == LetterState::Held && self.json {
            printed.push(Printed::Line(unwritten(made, Some(Form::Eml))));
        }
        for post in counter.posts(workspace, made, &|_| None) {
            let mut row = letters::line(made);
            row["to"] = json!(post.identity.key);
            let email = match post.email {
                Ok(email) => email,
                Err(hold) => {
                    if self.json {
                        row["state"] = json!(LetterState::Held.word());
                        row["format"] = json!(Form::Eml.word());
                        row["file"] = Json::Null;
                        row["digest"] = Json::Null;
                        row["problems"] = json!([report::problem_json(&hold)]);
                        printed.push(Printed::Line(format!("{row}\n")));
                    }
                    printed.push(Printed::Held((*hold).into()));
                    continue;
                }
            };
            let bytes = email.draft_file();
            let path = folder.join(format!("{}.eml", post.stem));
            if self.to_output {
                printed.push(Printed::Bytes(path, made.state, bytes));
                continue;
            }
            let written = put(&path, &bytes);
            let line = self.json.then(|| line(row, Form::Eml, &path, &bytes, written.as_ref().err()));
            printed.push(Printed::File(path, made.state, written));
            printed.extend(line.map(Printed::Line));
        }
        printed
    }

    /// A letter that could not be written in a format. What is wrong without a place of its own is told at its file.
    fn refused(&self, path: PathBuf, made: &Made, format: Format, problems: Diagnostics) -> Printed {
        let file: Arc<str> = path.display().to_string().into();
        let place = |p: Diagnostic| if p.location.is_none() { p.at(Location::whole(Arc::clone(&file))) } else { p };
        let problems: Diagnostics = problems.into_iter().map(place).collect();
        let line = self.json.then(|| {
            let mut line = letters::line(made);
            line["format"] = json!(format.word());
            line["file"] = Json::Null;
            line["digest"] = Json::Null;
            line["state"] = json!(LetterState::Error.word());
            line["problems"].as_array_mut().expect("problems are a list").extend(problems.iter().map(report::problem_json));
            format!("{line}\n")
        });
        Printed::Refused(path, made.state, problems, line)
    }
}

/// Writes a file; the folder is made when it is first found missing, maybe by another worker in the meantime.
fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<Written> {
    let first = match files::write(path, bytes) {
        Ok(written) => return Ok(written),
        Err(error) => error,
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        files::make_folder(folder)?;
    }
    files::write(path, bytes).map_err(|_| first.into())
}

/// The line of `--json` of a letter that becomes no file: the same keys as any other, so that a script need not ask.
fn unwritten(made: &Made, form: Option<Form>) -> String {
    let mut line = letters::line(made);
    line["format"] = json!(form.map(Form::word));
    line["file"] = Json::Null;
    line["digest"] = Json::Null;
    format!("{line}\n")
}

/// The line of `--json`.
fn line(mut line: Json, form: Form, path: &Path, bytes: &[u8], failure: Option<&anyhow::Error>) -> String {
    line["format"] = json!(form.word());
    line["file"] = json!(failure.is_none().then(|| path.display().to_string()));
    line["digest"] = json!(digest(bytes));
    if let Some(error) = failure {
        let problem = Diagnostic::error(say!("the file cannot be written: {why}", why = error.root_cause())).at(Location::whole(path.display().to_string()));
        line["state"] = json!(LetterState::Error.word());
        line["problems"].as_array_mut().expect("problems are a list").push(report::problem_json(&problem));
    }
    format!("{line}\n")
}

/// Whoever read standard output went away.
#[derive(Debug)]
struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nobody reads standard output any more")
    }
}

impl std::error::Error for Gone {}

/// Takes what was printed, in the order of the input.
struct OutputQueue<'a> {
    writer: &'a OutputWriter<'a>,
    separator: Option<&'a str>,
    lone: Option<(PathBuf, LetterState, Vec<u8>)>,
    rows: Rows,
    quiet: bool,
    /// How the letters stood that could not be written, each once, whatever its formats.
    lost: BTreeMap<PathBuf, LetterState>,
    count: usize,
    /// Why there is no message to some recipients.
    held: Diagnostics,
}

impl OutputQueue<'_> {
    fn take(&mut self, printed: Printed, progress: &Progress) -> anyhow::Result<()> {
        match printed {
            Printed::Line(line) => report::print(&line),
            Printed::UsageError(usage_error) => Err(usage_error),
            Printed::Refused(path, state, problems, line) => {
                self.lost.insert(path.with_extension(""), state);
                if let Some(line) = line {
                    return report::print(&line);
                }
                progress.aside(|| report::problems(&problems, self.quiet));
                Ok(())
            }
            Printed::Held(problems) => {
                self.held.extend(problems);
                Ok(())
            }
            Printed::File(path, state, written) => self.file(&path, state, written, progress),
            Printed::Bytes(_, _, bytes) if self.writer.to_output => self.show(&bytes, progress),
            Printed::Bytes(path, state, bytes) => {
                self.count += 1;
                if self.count == 1 {
                    self.lone = Some((path, state, bytes));
                    return Ok(());
                }
                self.writer.kept_back.store(false, Ordering::Relaxed);
                if let Some((path, state, bytes)) = self.lone.take() {
                    self.file(&path, state, put(&path, &bytes), progress)?;
                }
                self.file(&path, state, put(&path, &bytes), progress)
            }
        }
    }

    /// Writes a letter to standard output, after a separator if it is not the first.
    fn show(&mut self, bytes: &[u8], progress: &Progress) -> anyhow::Result<()> {
        let written = progress.aside(|| match self.separator.filter(|_| self.count > 0) {
            // In one piece, so that whoever reads finds a letter whole behind its separator.
            Some(separator) => report::stream(&[separator.as_bytes(), b"\n", bytes].concat()),
            None => report::stream(bytes),
        });
        self.count += 1;
        match written {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Gone.into()),
            other => other.map_err(|e| anyhow::Error::new(e).context("standard output cannot be written")),
        }
    }

    fn file(&mut self, path: &Path, state: LetterState, written: anyhow::Result<Written>, progress: &Progress) -> anyhow::Result<()> {
        match written {
            Ok(_) if self.writer.json || self.quiet => Ok(()),
            Ok(written) => {
                let state = if state == LetterState::Held { "held: a draft" } else { "cleared" };
                let note = if written == Written::Unchanged { ", unchanged" } else { "" };
                self.rows.add(vec![path.display().to_string(), format!("{state}{note}")], progress)
            }
            Err(error) => {
                progress.aside(|| report::failure(&error));
                self.lost.insert(path.with_extension(""), state);
                Ok(())
            }
        }
    }

    /// The lone letter, or the rest of the table and the sum.
    fn finish(mut self, common: &Common, sum: &RunSummary) -> anyhow::Result<bool> {
        if let Some((_, _, bytes)) = self.lone.take() {
            report::print_bytes(&bytes)?;
        }
        if common.json {
            report::print(&format!("{}\n", summary::json(sum)))?;
        } else if self.rows.finish()? {
            report::say(&summary::words(sum));
        }
        let held = !self.held.is_empty();
        if held && !common.json {
            report::problems(&self.held, common.quiet);
        }
        Ok(held)
    }
}
