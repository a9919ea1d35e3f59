//! `appeal render`: write letters, cleared ones and marked drafts of what is held.
//!
//! Exactly one text letter goes to standard output, everything else into a folder. So that a batch need not be gathered
//! first, the first letter is kept back until a second one comes; from then on the workers write files themselves.

use super::common::{Common, SelectionArgs, once};
use super::exit_status::ExitStatus;
use super::letters;
use super::progress::Progress;
use super::report::{self, Rows};
use super::summary;
use crate::app::batch::{LetterState, Made, Readers};
use crate::app::delivery::DeliveryOptions;
use crate::app::failed::Failed;
use crate::app::files::{self, Written};
use crate::app::run_summary::RunSummary;
use crate::app::workers::Bundle;
use crate::app::workspace::Workspace;
use crate::app::{RunError, Selection};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::mail::{digest, message::LARGEST};
use crate::writers::{Format, how_to_get, write};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    fn parse(word: &str) -> Result<Self, String> {
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
    fn bundle(self) -> Bundle {
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
#[derive(clap::Args)]
pub(super) struct RenderArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Formats: text, html, pdf, docx, form, jsonl (for other programs); eml is a message to each recipient
    #[arg(short, long, value_name = "F", value_delimiter = ',', default_value = "text", value_parser = Form::parse)]
    format: Vec<Form>,
    /// Into this folder; - for standard output
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// A line between the letters on standard output
    #[arg(long, value_name = "TEXT")]
    separator: Option<String>,
    /// For this run, the address of a recipient; for messages
    #[arg(long, value_name = "KEY=MAIL", value_delimiter = ',')]
    address: Vec<String>,
}

pub(super) fn run(common: &Common, args: RenderArgs) -> Result<ExitStatus, RunError> {
    let to_output = args.output.as_deref() == Some(Path::new("-"));
    if to_output && common.json {
        return Err(RunError::usage(say!("--json and -o - both want standard output"), say!("name a folder with -o DIR")));
    }
    if args.separator.is_some() && !to_output {
        return Err(RunError::usage(say!("--separator stands between letters on standard output"), say!("add -o -")));
    }
    let formats = once(args.format);
    let selection = Selection {
        form: formats.contains(&Form::Letter(Format::Form)),
        bundle: formats.iter().map(|form| form.bundle()).min().unwrap_or_default(),
        addresses: args.address,
        ..args.selection.selection()
    };
    let lone = args.output.is_none() && formats == [Form::Letter(Format::Text)] && !common.json;
    // `-o .` is this folder, and its files have their plain names.
    let folder = args.output.map(|folder| folder.strip_prefix(".").unwrap_or(&folder).to_path_buf());
    let writer = OutputWriter { json: common.json, to_output, folder, formats, kept_back: AtomicBool::new(lone) };
    let mut queue = OutputQueue {
        writer: &writer,
        separator: args.separator.as_deref(),
        lone: None,
        rows: Rows::default(),
        quiet: common.quiet,
        lost: BTreeMap::new(),
        count: 0,
        held: Diagnostics::default(),
    };
    let failed = Failed::into_folder(writer.folder.clone().filter(|_| !to_output));
    let mut sum = letters::each(
        common,
        &selection,
        Readers::Selected,
        Some(failed),
        |workspace, made| writer.print(workspace, made),
        |printed, progress| printed.into_iter().try_for_each(|one| queue.take(one, progress)),
    )?;
    queue.lost.values().for_each(|state| sum.lose(*state));
    let held = queue.finish(common, &sum)?;
    Ok(if held { summary::ending(&sum).max(ExitStatus::Held) } else { summary::ending(&sum) })
}

/// What came of a letter in one format.
struct Printed {
    /// The file that it is, or would be.
    path: PathBuf,
    state: LetterState,
    /// The line of `--json`.
    line: Option<String>,
    what: What,
}

impl Printed {
    fn new(path: PathBuf, state: LetterState, line: Option<Json>, what: What) -> Self {
        Self { path, state, line: line.map(|line| format!("{line}\n")), what }
    }
}

enum What {
    /// Nothing, as for a draft of which there is no form.
    Nothing,
    /// Bytes that wait for their turn.
    Bytes(Vec<u8>),
    /// A file that was written, or could not be.
    File(Result<Written, RunError>),
    /// It could not be written in this format, and why.
    Refused(Diagnostics),
    /// There can be no message to this recipient, and why.
    Held(Diagnostic),
}

/// Makes files of letters; many workers use it at the same time.
struct OutputWriter {
    json: bool,
    to_output: bool,
    folder: Option<PathBuf>,
    formats: Vec<Form>,
    /// A single text letter would go to standard output, and there has been no second one yet.
    kept_back: AtomicBool,
}

impl OutputWriter {
    fn print(&self, workspace: &Workspace, made: &Made) -> Vec<Printed> {
        let folder = self.folder.clone().unwrap_or_else(|| workspace.path("letters"));
        let nothing = |form| Printed::new(PathBuf::new(), made.state, self.line(made, form), What::Nothing);
        let Some(letter) = made.letter() else { return vec![nothing(None)] };
        let mut printed = Vec::with_capacity(self.formats.len());
        for form in &self.formats {
            let (format, letter) = match (form, &made.form) {
                (Form::Eml, _) => {
                    // A draft is never a message, nor a form.
                    printed.extend((made.state == LetterState::Held).then(|| nothing(Some(*form))));
                    printed.extend(self.messages(workspace, made, &folder));
                    continue;
                }
                (Form::Letter(Format::Form), None) => {
                    printed.push(nothing(Some(*form)));
                    continue;
                }
                (Form::Letter(Format::Form), Some(letter)) => (Format::Form, letter),
                (Form::Letter(format), _) => (*format, letter),
            };
            let path = folder.join(format!("{}.{}", made.stem(), format.extension()));
            printed.push(self.put(path, made.state, self.line(made, Some(*form)), write(letter, &workspace.options, format)));
        }
        printed
    }

    /// A message to each recipient of a cleared letter.
    fn messages(&self, workspace: &Workspace, made: &Made, folder: &Path) -> Vec<Printed> {
        let options = DeliveryOptions { largest: LARGEST, trial: None };
        let deliveries = options.deliveries(workspace, made, &|_| None).into_iter();
        let message = deliveries.map(|delivery| {
            let path = folder.join(format!("{}.eml", delivery.stem));
            let mut line = self.line(made, Some(Form::Eml));
            line.iter_mut().for_each(|line| line["to"] = json!(delivery.identity.key));
            match delivery.email {
                Ok(email) => self.put(path, made.state, line, Ok(email.draft_file())),
                Err(hold) => {
                    line.iter_mut().for_each(|line| {
                        line["state"] = json!(LetterState::Held.word());
                        line["problems"] = json!([report::problem_json(&hold)]);
                    });
                    Printed::new(path, LetterState::Held, line, What::Held(*hold))
                }
            }
        });
        message.collect()
    }

    /// Writes a file, or hands its bytes on where they go to standard output.
    fn put(&self, path: PathBuf, state: LetterState, mut line: Option<Json>, bytes: Result<Vec<u8>, Diagnostics>) -> Printed {
        let file: Arc<str> = path.display().to_string().into();
        let mut is_lost = |problems: &Diagnostics| {
            line.iter_mut().for_each(|line| {
                line["state"] = json!(LetterState::Error.word());
                line["problems"].as_array_mut().expect("problems are a list").extend(problems.iter().map(report::problem_json));
            });
        };
        let what = match bytes {
            Ok(bytes) if self.to_output || self.kept_back.load(Ordering::Relaxed) => What::Bytes(bytes),
            Ok(bytes) => {
                let written = files::write_below(&path, &bytes);
                if let Err(RunError::System(_, error)) = &written {
                    let problem = Diagnostic::error(say!("the file cannot be written: {why}", why = error)).at(Location::whole(Arc::clone(&file)));
                    is_lost(&problem.into());
                }
                line.iter_mut().for_each(|line| {
                    line["file"] = json!(written.is_ok().then_some(&*file));
                    line["digest"] = json!(digest(&bytes));
                });
                What::File(written)
            }
            // What is wrong without a place of its own is told at the file.
            Err(problems) => {
                let place = |p: Diagnostic| if p.location.is_none() { p.at(Location::whole(Arc::clone(&file))) } else { p };
                let problems = problems.into_iter().map(place).collect();
                is_lost(&problems);
                What::Refused(problems)
            }
        };
        Printed::new(path, state, line, what)
    }

    /// The line of `--json`: the same keys whatever became of the letter, so that a script need not ask.
    fn line(&self, made: &Made, form: Option<Form>) -> Option<Json> {
        self.json.then(|| {
            let mut line = letters::line(made);
            line["format"] = json!(form.map(Form::word));
            line["file"] = Json::Null;
            line["digest"] = Json::Null;
            line
        })
    }
}

/// Takes what was printed, in the order of the input.
struct OutputQueue<'a> {
    writer: &'a OutputWriter,
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
    fn take(&mut self, Printed { path, state, line, what }: Printed, progress: &Progress) -> Result<(), RunError> {
        match what {
            What::Nothing => {}
            What::Refused(problems) => {
                self.lost.insert(path.with_extension(""), state);
                if line.is_none() {
                    progress.aside(|| report::problems(&problems, self.quiet));
                }
            }
            What::Held(problem) => self.held.push(problem),
            What::File(written) => self.file(&path, state, written, progress)?,
            What::Bytes(bytes) if self.writer.to_output => self.show(&bytes, progress)?,
            What::Bytes(bytes) => {
                self.count += 1;
                if self.count == 1 {
                    self.lone = Some((path, state, bytes));
                    return Ok(());
                }
                self.writer.kept_back.store(false, Ordering::Relaxed);
                for (path, state, bytes) in self.lone.take().into_iter().chain([(path, state, bytes)]) {
                    self.file(&path, state, files::write_below(&path, &bytes), progress)?;
                }
            }
        }
        line.map_or(Ok(()), |line| report::print(&line))
    }

    /// Writes a letter to standard output, after a separator if it is not the first.
    fn show(&mut self, bytes: &[u8], progress: &Progress) -> Result<(), RunError> {
        let separator = self.separator.filter(|_| self.count > 0);
        self.count += 1;
        progress.aside(|| match separator {
            // In one piece, so that whoever reads finds a letter whole behind its separator.
            Some(separator) => report::stream(&[separator.as_bytes(), b"\n", bytes].concat()),
            None => report::stream(bytes),
        })
    }

    fn file(&mut self, path: &Path, state: LetterState, written: Result<Written, RunError>, progress: &Progress) -> Result<(), RunError> {
        match written {
            Ok(_) if self.writer.json || self.quiet => Ok(()),
            Ok(written) => {
                let state = if state == LetterState::Held { "held: a draft" } else { "cleared" };
                let note = if written == Written::Unchanged { ", unchanged" } else { "" };
                self.rows.add(vec![path.display().to_string(), format!("{state}{note}")], progress)
            }
            Err(error) => {
                progress.aside(|| report::failure(&error, self.quiet));
                self.lost.insert(path.with_extension(""), state);
                Ok(())
            }
        }
    }

    /// The lone letter, or the rest of the table and the sum.
    fn finish(mut self, common: &Common, sum: &RunSummary) -> Result<bool, RunError> {
        if let Some((_, _, bytes)) = self.lone.take() {
            report::print_bytes(&bytes)?;
        }
        if common.json {
            report::json(&summary::json(sum))?;
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
