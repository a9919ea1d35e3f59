//! What can be typed, and where it leads.
//!
//! In: arguments. Out: an exit code. One file a command: its arguments, one call of what a run does (`app`), and what is
//! printed.

mod check;
mod common;
mod documents;
mod exit_status;
mod forget;
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
mod status;
mod summary;
mod templates;
mod ui_language;

use crate::app::RunError;
use clap::{CommandFactory, Parser, Subcommand};
use common::Common;
use exit_status::ExitStatus;
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
    New(new::NewArgs),
    /// Make case files of a table or of records
    #[command(after_help = "Examples:\n  appeal import register.csv --map register.toml\n  appeal import export.xlsx --map kobotoolbox")]
    Import(import::ImportArgs),
    /// Read everything, report everything, write nothing
    #[command(after_help = "Examples:\n  appeal check\n  appeal check norte-2026-01 --language es,en\n  appeal check --json | jq .problems")]
    Check(check::CheckArgs),
    /// Write letters: cleared ones, and marked drafts of what is held
    #[command(
        after_help = "Examples:\n  appeal render norte-2026-01                      as text, here\n  appeal render -f text,html                       all cases, into letters/\n  appeal render norte-2026-01 --audience public    the public version\n  appeal render norte-2026-01 --language es,en,fr -f html -o out"
    )]
    Render(render::RenderArgs),
    /// Send letters by e-mail: the plan, and with -x its execution
    #[command(
        after_help = "Examples:\n  appeal send                                      what would be sent\n  appeal send --plan plan-1                        a plan to sign off, and its letters\n  appeal send -x --plan plan-1                     exactly that\n  appeal send norte-2026-01 -x                     after a question\n\nExit codes: 0 done, 1 configuration or files, 2 usage, 3 held, 4 not accepted, 5 in doubt, 130 interrupted."
    )]
    Send(send::SendArgs),
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
    /// Remove a case: its letters, plans, messages and rows, and its file
    #[command(
        after_help = "Examples:\n  appeal forget norte-2026-01 --no-input            what would go, and nothing more\n  appeal forget norte-2026-01 --archive /media/safe/norte-2026-01\n  appeal forget norte-2026-01 --annexes --yes"
    )]
    Forget(forget::ForgetArgs),
    /// The directory: search it, show an entry, say what is stale
    #[command(
        after_help = "Examples:\n  appeal recipients migr\n  appeal recipients human-rights-defenders\n  appeal recipients --check\n  appeal recipients --for norte-2026-01"
    )]
    Recipients(recipients::RecipientsArgs),
    /// The templates, the names they may use, the catalogue of instruments
    #[command(after_help = "Examples:\n  appeal templates\n  appeal templates --eject letter-templates    copy them out, to change them")]
    Templates(templates::TemplatesArgs),
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
            return if error.use_stderr() { ExitStatus::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    let quiet = arguments.common.quiet;
    let ended = run(arguments).unwrap_or_else(|error| {
        report::failure(&error, quiet);
        ExitStatus::of(&error)
    });
    ended.into()
}

fn run(arguments: Arguments) -> Result<ExitStatus, RunError> {
    let common = &arguments.common;
    ui_language::settle(common.ui.as_ref())?;
    match arguments.command {
        Command::Init(args) => init::run(common, args),
        Command::New(args) => new::run(common, &args),
        Command::Import(args) => import::run(common, &args),
        Command::Check(args) => check::run(common, args),
        Command::Render(args) => render::run(common, args),
        Command::Send(args) => send::run(common, args),
        Command::Status(args) => status::run(common, &args),
        Command::Record(args) => record::run(common, args),
        Command::Forget(args) => forget::run(common, &args),
        Command::Recipients(args) => recipients::run(common, &args),
        Command::Templates(args) => templates::run(common, &args),
        Command::Schema { file } => documents::schema(file),
        Command::Completions { shell } => documents::completions(shell, Arguments::command()),
        Command::Man => documents::manual(Arguments::command()),
    }
}
