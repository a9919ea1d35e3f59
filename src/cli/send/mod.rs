//! `appeal send`: the plan, one line a letter; with `-x` it is carried out.
//!
//! Without `-x` nothing is sent and nothing is asked of a server. With it the plan is made first all the same, so that a person
//! can say yes to a number of letters, and what is then composed anew must be what was planned, to the digest.

mod calls;
mod check_server;
mod execute;
mod planning;
mod run_report;

use super::common::{Common, SelectionArgs};
use super::exit_status::ExitStatus;
use super::report;
use crate::app::clock::now;
use crate::app::disposition::resent;
use crate::app::workspace::Workspace;
use crate::app::{Purpose, RunError, Selection, config, plan};
use crate::mail::{Ledger, message::LARGEST};
use planning::Run;
use run_report::RunReport;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How letters are to be sent.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types")]
pub(super) struct SendArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Carry the plan out
    #[arg(short = 'x', long)]
    execute: bool,
    /// Without -x: write the plan and its letters here; with -x: carry exactly that out
    #[arg(long, value_name = "DIR")]
    plan: Option<PathBuf>,
    /// Call the server and sign in, show what is said, and send nothing
    #[arg(long, conflicts_with_all = ["execute", "plan"])]
    check_server: bool,
    /// Ask nothing
    #[arg(long)]
    yes: bool,
    /// No more letters than this
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Send again what was refused of a case, or of it to one recipient
    #[arg(long, value_name = "CASE[:KEY]", value_delimiter = ',')]
    resend: Vec<String>,
    /// A joint letter also where not all its mandates can be reached
    #[arg(long)]
    partial: bool,
    /// For this run, the address of a recipient
    #[arg(long, value_name = "KEY=MAIL", value_delimiter = ',')]
    address: Vec<String>,
    /// A trial: to this address of test-addresses, with codes for names and without annexes
    #[arg(long, value_name = "ADDRESS")]
    test_to: Option<String>,
    /// For how long a deferred letter is tried again
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    retry_for: Duration,
    /// Who sends, to be written into the ledger
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Send also letters that you began once and the ledger does not know of
    #[arg(long)]
    adopt_ledger: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    crate::mail::config::duration(text).ok_or_else(|| "a time is written 30s, 5m or 1h".into())
}

pub(super) fn run(common: &Common, args: SendArgs) -> Result<ExitStatus, RunError> {
    let SendArgs { selection, execute, plan, check_server, yes, limit, resend, mut partial, address, test_to, retry_for, by, adopt_ledger } = args;
    let mut selection = Selection { addresses: address, ..selection.selection() };
    let approved = match &plan {
        Some(folder) if execute => {
            let plan = plan::read(folder, &mut selection, now())?;
            partial = plan.partial;
            Some(plan.approved)
        }
        _ => None,
    };
    if selection.cases.is_empty() {
        // "Send this one again" never means the others.
        selection.cases = resend.iter().map(|again| resent(again).0.to_owned()).collect();
    }
    selection.purpose = test_to.map_or(Purpose::Send, Purpose::Trial);
    let root = Workspace::find(common.directory.as_deref())?;
    let run = Run { common, selection: &selection, root: &root, resend, partial, limit };
    if check_server {
        return run.check_server();
    }
    if execute {
        return run.execute(approved, &execute::Execution { yes, retry_for, by, adopt_ledger });
    }
    run.show(plan.as_deref())
}

impl Run<'_> {
    /// The plan, for reading.
    fn show(&self, folder: Option<&Path>) -> Result<ExitStatus, RunError> {
        let config = config::read_if_there(self.common.config.as_deref(), self.root)?;
        let (largest, rehearsal) = config.map_or((LARGEST, false), |config| (config.largest, config.server.is_rehearsal()));
        let (choice, _) = self.choice(largest, rehearsal)?;
        let ledger = Ledger::read(&config::ledger_files(self.root).0)?;
        let mut draft = folder.map(plan::Draft::begin).transpose()?;
        let with_pages = draft.is_some();
        let mut run_report = RunReport::new(self.common, true);
        let ended = self.plan(self.common, &choice, ledger.as_ref(), with_pages, &mut |planned, progress| {
            if let (Some(draft), Some((email, Some(page)))) = (&mut draft, planned.email) {
                draft.add(page, email)?;
            }
            run_report.add(planned.row, progress)
        })?;
        if let Some(draft) = draft {
            let path = draft.finish(self.selection, choice.today, now(), self.partial)?;
            if !self.common.quiet && !self.common.json {
                let folder = path.parent().unwrap_or(Path::new(".")).display();
                report::note(&say!("the plan is in {path}; `appeal send -x --plan {folder}` carries it out", path = path.display(), folder = folder));
            }
        }
        Ok(run_report.finish()?.max(ended))
    }
}
