//! `appeal init`: a new workspace, empty or with the example; or a workbook to fill in.

use super::common::{Common, language};
use super::exit_status::ExitStatus;
use super::report;
use crate::app::RunError;
use crate::app::new_workspace::{self, Content, WORKBOOK};
use crate::text::Language;
use std::path::{Path, PathBuf};

/// What is made, and where.
#[derive(clap::Args)]
pub(super) struct InitArgs {
    /// Where; left out: here
    dir: Option<PathBuf>,
    /// The letter of April 2021, complete
    #[arg(long)]
    example: bool,
    /// A workbook to fill in (cases.xlsx): a sheet for each part, drop-downs, explanations
    #[arg(long, conflicts_with = "example")]
    workbook: bool,
    /// The language of the files' remarks
    #[arg(long, value_name = "L", value_parser = language)]
    language: Option<Language>,
}

pub(super) fn run(common: &Common, args: InitArgs) -> Result<ExitStatus, RunError> {
    let root = match (&common.directory, args.dir) {
        (Some(base), Some(dir)) => base.join(dir),
        (Some(base), None) => base.clone(),
        (None, dir) => dir.unwrap_or_else(|| PathBuf::from(".")),
    };
    let content = match (args.example, args.workbook) {
        (true, _) => Content::Example,
        (_, true) => Content::Workbook,
        _ => Content::Empty,
    };
    let made = new_workspace::make(&root, content, args.language)?;
    if let Some(service) = made.synced {
        report::say(&format!(
            "warning: {} looks like a folder that is copied to another computer ({service})\n  hint: keep a workspace on this computer alone, on an encrypted disk",
            root.display()
        ));
    }
    if common.quiet {
        return Ok(ExitStatus::Done);
    }
    report::print(&report::paths(&made.files))?;
    let here = root == Path::new(".");
    let inside = if here { String::new() } else { format!(" -C {}", root.display()) };
    let book = if here { PathBuf::from(WORKBOOK) } else { root.join(WORKBOOK) };
    let book = book.display();
    let next = match content {
        Content::Example => format!("appeal{inside} render"),
        Content::Workbook if made.was_there => format!("fill in {book}, then: appeal{inside} check {book}"),
        Content::Workbook => format!("fill in organisation.toml and {book}, then: appeal{inside} check {book}"),
        Content::Empty => format!("fill in organisation.toml, then: appeal{inside} new ID"),
    };
    report::say(&format!("next: {next}"));
    Ok(ExitStatus::Done)
}
