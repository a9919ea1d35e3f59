//! What can be typed, and where it leads.
//!
//! In: arguments. Out: an exit code. One file a command: its arguments, one call of what a run does (`app`), and what is
//! printed.

mod check;
mod common;
mod documents;
mod exit_status;
mod import;
mod init;
mod letters;
mod new;
mod progress;
mod proposals;
mod recipients;
mod record;
mod render;
mod report;
mod send;
mod speech;
mod status;
mod summary;
mod templates;
mod workbook;

use crate::app::clock::today;
use crate::app::{Selection, UsageError};
use crate::text::Language;
use crate::writers::Format;
use chrono::NaiveDate;
use clap::{CommandFactory, Parser, Subcommand};
use common::{Common, SelectionArgs, action, day, language, once};
use exit_status::ExitStatus;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  appeal init --example robles            the letter of April 2021, complete
  appeal -C robles render                 that letter, as text
  appeal new norte-2026-01                a case file to fill in
  appeal check                            what is wrong or missing, nothing written
  appeal render -f text,html              letters into letters/

Exit codes: 0 done, 1 files or disk, 2 usage, 3 letters are held, 4 not accepted, 5 in doubt, 130 interrupted.
The manual is the folder docs: begin with docs/first-letter.md.";

/// Drafts urgent-action letters to the special procedures of the United Nations.
#[derive(Parser)]
#[command(name = "appeal", version, max_term_width = 100, after_help = EXAMPLES, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten, next_help_heading = "Common options")]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new workspace
    #[command(
        after_help = "Examples:\n  appeal init                     here\n  appeal init --example robles    with the letter of April 2021\n  appeal init --workbook          with a workbook for the cases; in a workspace, the workbook alone"
    )]
    Init(init::InitArgs),
    /// Make a case file to fill in
    #[command(after_help = "Examples:\n  appeal new norte-2026-01\n  appeal new norte-2026-02 --action update --language es")]
    New {
        /// The case's id: a neutral word, no name
        id: String,
        /// urgent-appeal, allegation-letter, update or withdrawal
        #[arg(long, default_value = "urgent-appeal", value_parser = action)]
        action: crate::case::Action,
        /// The language of the remarks
        #[arg(long, value_name = "L", value_parser = language)]
        language: Option<Language>,
    },
    /// Make case files of a table or of records
    #[command(after_help = "Examples:\n  appeal import register.csv --map register.toml\n  appeal import export.xlsx --map kobotoolbox")]
    Import(import::ImportArgs),
    /// Read everything, report everything, write nothing
    #[command(after_help = "Examples:\n  appeal check\n  appeal check norte-2026-01 --language es,en\n  appeal check --json | jq .problems")]
    Check {
        #[command(flatten)]
        selection: SelectionArgs,
        /// List the annexes, and what each carries: positions, authors, comments
        #[arg(long)]
        annexes: bool,
    },
    /// Write letters: cleared ones, and marked drafts of what is held
    #[command(
        after_help = "Examples:\n  appeal render norte-2026-01                      as text, here\n  appeal render -f text,html                       all cases, into letters/\n  appeal render norte-2026-01 --audience public    the public version\n  appeal render norte-2026-01 --language es,en,fr -f html -o out"
    )]
    Render {
        #[command(flatten)]
        selection: SelectionArgs,
        /// Formats: text, html, pdf, docx, form, jsonl (for other programs); eml is a message to each recipient
        #[arg(short, long, value_name = "F", value_delimiter = ',', default_value = "text", value_parser = render::Form::parse)]
        format: Vec<render::Form>,
        /// Into this folder; - for standard output
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
        /// A line between the letters on standard output
        #[arg(long, value_name = "TEXT")]
        separator: Option<String>,
        /// For this run, the address of a recipient; for messages
        #[arg(long, value_name = "KEY=MAIL", value_delimiter = ',')]
        address: Vec<String>,
    },
    /// Send letters by e-mail: the plan, and with -x its execution
    #[command(
        after_help = "Examples:\n  appeal send                                      what would be sent\n  appeal send --plan plan-1                        a plan to sign off, and its letters\n  appeal send -x --plan plan-1                     exactly that\n  appeal send norte-2026-01 -x                     after a question\n\nExit codes: 0 done, 1 configuration or files, 2 usage, 3 held, 4 not accepted, 5 in doubt, 130 interrupted."
    )]
    Send {
        #[command(flatten)]
        selection: SelectionArgs,
        #[command(flatten)]
        args: send::SendArgs,
    },
    /// What was sent, how it ended, what is due
    #[command(
        after_help = "Examples:\n  appeal status                            every letter, and how it stands\n  appeal status --state in-doubt,refused   what needs a person\n  appeal status --due                      what is to be done next\n  appeal status norte-2026-01 --receipt    a proof of submission"
    )]
    Status(status::StatusArgs),
    /// Write down what happened outside: a form, an answer, what became of a doubt
    #[command(
        after_help = "Examples:\n  appeal record norte-2026-01 --event submitted --via form --to migrants\n  appeal record norte-2026-01 --event communication --reference \"AL MEX 6/2021\"\n  appeal record norte-2026-01 --event arrived"
    )]
    Record(record::RecordArgs),
    /// The directory: search it, show an entry, say what is stale
    #[command(
        after_help = "Examples:\n  appeal recipients migr\n  appeal recipients human-rights-defenders\n  appeal recipients --check\n  appeal recipients --for norte-2026-01"
    )]
    Recipients {
        /// A key, or words of a title, a theme, a country, a language, a name
        query: Vec<String>,
        /// List what is stale, lapsed or without an address
        #[arg(long)]
        check: bool,
        /// The mandates that this case could name too, each with why
        #[arg(long = "for", value_name = "CASE", conflicts_with_all = ["query", "check"])]
        case: Option<String>,
        /// As of this day
        #[arg(long, value_name = "D", value_parser = day)]
        date: Option<NaiveDate>,
    },
    /// The templates, the names they may use, the catalogue of instruments
    #[command(after_help = "Examples:\n  appeal templates\n  appeal templates --eject letter-templates    copy them out, to change them")]
    Templates {
        /// Copy the shipped templates, words and styles into this folder
        #[arg(long, value_name = "DIR")]
        eject: Option<PathBuf>,
    },
    /// The JSON Schema of a file
    #[command(after_help = "Examples:\n  appeal schema case > case.schema.json")]
    Schema {
        /// Which file; none means all
        file: Option<documents::File>,
    },
    /// Completions for a shell
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: clap_complete::Shell,
    },
    /// The manual page
    Man,
}

/// Runs the program on the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()) * ExitStatus::Usage.code());
        }
    };
    match run(arguments) {
        Ok(ending) => ExitCode::from(ending.code()),
        Err(error) => {
            report::failure(&error);
            ExitCode::from(if error.is::<UsageError>() { ExitStatus::Usage.code() } else { ExitStatus::Failed.code() })
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitStatus> {
    let common = &arguments.common;
    speech::settle(common.ui.as_ref())?;
    match arguments.command {
        Command::Init(args) => init::run(common, args),
        Command::New { id, action, language } => new::run(common, &id, action, language),
        Command::Import(args) => import::run(common, &args),
        Command::Check { selection, annexes } => check::run(common, &Selection { annexes, ..selection.selection() }),
        Command::Render { selection, format, output, separator, address } => {
            let bundle = format.iter().map(|form| form.bundle()).min().unwrap_or_default();
            let form = format.contains(&render::Form::Letter(Format::Form));
            let format = once(format);
            let args = render::RenderArgs { formats: &format, addresses: &address, output: output.as_deref(), separator: separator.as_deref() };
            render::run(common, &Selection { form, bundle, ..selection.selection() }, &args)
        }
        Command::Send { selection, args } => send::run(common, selection.selection(), args),
        Command::Status(args) => status::run(common, &args),
        Command::Record(args) => record::run(common, args),
        Command::Recipients { case: Some(case), date, .. } => proposals::run(common, &case, date, date.unwrap_or_else(today)),
        Command::Recipients { query, check, date, .. } => recipients::run(common, &query.join(" "), check, date.unwrap_or_else(today)),
        Command::Templates { eject } => templates::run(common, eject.as_deref()),
        Command::Schema { file } => documents::schema(file),
        Command::Completions { shell } => documents::completions(shell, Arguments::command()),
        Command::Man => documents::manual(Arguments::command()),
    }
}
