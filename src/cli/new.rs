//! `appeal new`: a commented case file to fill in.

use super::common::{Common, action, language};
use super::exit_status::ExitStatus;
use super::report;
use crate::app::{RunError, new_case};
use crate::case::Action;
use crate::text::Language;

/// Which case.
#[derive(clap::Args)]
pub(super) struct NewArgs {
    /// The case's id: a neutral word, no name
    id: String,
    /// urgent-appeal, allegation-letter, update or withdrawal
    #[arg(long, default_value = "urgent-appeal", value_parser = action)]
    action: Action,
    /// The language of the remarks
    #[arg(long, value_name = "L", value_parser = language)]
    language: Option<Language>,
}

pub(super) fn run(common: &Common, args: &NewArgs) -> Result<ExitStatus, RunError> {
    let (path, problems) = new_case::write(common.directory.as_deref(), &args.id, args.action, args.language.as_ref())?;
    report::problems(&problems, common.quiet);
    if !common.quiet {
        report::print(&format!("{}\n", path.display()))?;
        report::say(&format!("next: fill it in, then: appeal check {}", args.id));
    }
    Ok(ExitStatus::Done)
}
