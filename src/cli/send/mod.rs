//! `appeal send`: the plan, one line a letter; with `-x` it is carried out.
//!
//! Without `-x` nothing is sent and nothing is asked of a server. With it the plan is made first all the same, so that a person
//! can say yes to a number of letters, and what is then composed anew must be what was planned, to the digest.

mod execute;
mod run_report;

use super::common::Common;
use super::exit_status::ExitStatus;
use super::progress::Progress;
use super::{letters, report};
use crate::app::batch::{Made, Readers};
use crate::app::clock::now;
use crate::app::delivery::{self, Counter};
use crate::app::disposition::{Choice, Disposition, resent, stood};
use crate::app::send_state::{Row, SendState};
use crate::app::workspace::Workspace;
use crate::app::{Purpose, Selection, UsageError, config, orders, plan, sources};
use crate::mail::{Email, Identity, Ledger, message::LARGEST};
use run_report::RunReport;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How letters are to be sent.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types")]
pub(super) struct SendArgs {
    /// Carry the plan out
    #[arg(short = 'x', long)]
    execute: bool,
    /// Without -x: write the plan and its letters here; with -x: carry exactly that out
    #[arg(long, value_name = "DIR")]
    plan: Option<PathBuf>,
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

pub(super) fn run(common: &Common, mut selection: Selection, mut args: SendArgs) -> anyhow::Result<ExitStatus> {
    let plan = match &args.plan {
        Some(folder) if args.execute => Some(plan::read(folder, &mut selection, now())?),
        _ => None,
    };
    if let Some(plan) = &plan {
        (args.partial, args.address) = (plan.partial, plan.addresses.clone());
    }
    if selection.cases.is_empty() && !args.resend.is_empty() {
        // "Send this one again" never means the others.
        selection.cases = args.resend.iter().map(|again| resent(again).0.to_owned()).collect();
    }
    selection.purpose = if args.test_to.is_some() { Purpose::Trial } else { Purpose::Send };
    let root = Workspace::find(common.directory.as_deref())?;
    let run = Run { common, selection: &selection, args: &args, root: &root };
    if args.execute { run.execute(plan.map(|p| p.approved)) } else { run.show() }
}

struct Run<'a> {
    common: &'a Common,
    selection: &'a Selection,
    args: &'a SendArgs,
    root: &'a Path,
}

impl Run<'_> {
    fn choice(&self, largest: u64, rehearsal: bool) -> anyhow::Result<Choice> {
        let workspace = Workspace::load(self.root.to_path_buf()).map_or_else(|_| None, |(workspace, _)| Some(workspace));
        let mut addresses = BTreeMap::new();
        // A workspace that cannot be read is reported when its letters are.
        if let Some(workspace) = &workspace {
            addresses = delivery::addresses(workspace, &self.args.address)?;
            orders::check(workspace, self.selection)?;
            sources::named(workspace, &self.selection.cases)?;
            if let Some(trial) = &self.args.test_to
                && !workspace.organisation.mail.test_addresses.contains(trial)
            {
                let usage_error = UsageError::new(say!("{address} is not among the test addresses", address = trial));
                return Err(usage_error.hint(say!("write it into organisation.toml: [mail] test-addresses = [\"{address}\"]", address = trial)).into());
            }
        }
        Ok(Choice {
            counter: Counter { addresses, largest, trial: self.args.test_to.clone() },
            resend: self.args.resend.clone(),
            partial: self.args.partial,
            rehearsal: rehearsal || self.args.test_to.is_some(),
            today: self.selection.today(),
            is_sound: workspace.is_some(),
        })
    }

    /// The plan, for reading.
    fn show(&self) -> anyhow::Result<ExitStatus> {
        let choice = self.choice(LARGEST, false)?;
        let ledger = Ledger::read(&config::ledger_files(self.root).0)?;
        let mut draft = self.args.plan.as_deref().map(plan::Draft::begin).transpose()?;
        let mut sheet = RunReport::new(self.common, true);
        let sum = self.plan(self.common, &choice, ledger.as_ref(), &mut |planned, progress| {
            if let Planned::Letter { page: Some(page), email } = &planned
                && let Some(draft) = &mut draft
            {
                draft.add(page, email)?;
            }
            sheet.add(planned.row(), progress)
        })?;
        if let Some(draft) = draft {
            let path = draft.finish(self.selection, choice.today, now(), self.args.partial, &self.args.address)?;
            if !self.common.quiet && !self.common.json {
                let folder = path.parent().unwrap_or(Path::new(".")).display();
                report::say(&report::tell(&say!(
                    "the plan is in {path}; `appeal send -x --plan {folder}` carries it out",
                    path = path.display(),
                    folder = folder
                )));
            }
        }
        Ok(sheet.finish()?.max(sum))
    }

    /// Composes everything and says of each letter what will become of it.
    fn plan(
        &self,
        common: &Common,
        choice: &Choice,
        ledger: Option<&Ledger>,
        then: &mut dyn FnMut(Planned<'_>, &Progress) -> anyhow::Result<()>,
    ) -> anyhow::Result<ExitStatus> {
        let answers = answers(ledger)?;
        let mut room = self.args.limit.unwrap_or(usize::MAX);
        let pages = self.args.plan.is_some() && !self.args.execute;
        let sum = letters::each(
            common,
            self.selection,
            Readers::Selected,
            None,
            |workspace, made| {
                let dispositions = choice.dispositions(workspace, made, &|identity| answer(&answers, made, identity));
                (dispositions, if pages { plan::page(workspace, made) } else { None })
            },
            |(dispositions, page), progress| {
                for disposition in dispositions {
                    let (email, permit) = match disposition {
                        Disposition::Stays(row) => {
                            then(Planned::Row(row), progress)?;
                            continue;
                        }
                        Disposition::Send(email, permit) => (email, permit),
                    };
                    match ledger.map(|l| l.standing(&email, permit)).transpose()?.flatten() {
                        Some(standing) => {
                            let row = stood(email.identity().clone(), Some(email.address().to_owned()), Some(email.digest().to_owned()), standing);
                            then(Planned::Row(row), progress)?;
                        }
                        // No more letters than asked for.
                        None if room == 0 => {}
                        None => {
                            room -= 1;
                            then(Planned::Letter { page: page.as_ref(), email: &email }, progress)?;
                        }
                    }
                }
                Ok(())
            },
        )?;
        // Letters are in the sheet; what remains is trouble with files.
        Ok(if sum.has_failed() { ExitStatus::Failed } else { ExitStatus::Done })
    }
}

/// A letter of a plan, or why there is none.
enum Planned<'a> {
    Letter { page: Option<&'a plan::PlannedLetter>, email: &'a Email },
    Row(Row),
}

impl Planned<'_> {
    fn row(self) -> Row {
        match self {
            Self::Row(row) => row,
            Self::Letter { email, .. } => Row {
                identity: email.identity().clone(),
                state: SendState::Planned,
                address: Some(email.address().to_owned()),
                digest: Some(email.digest().to_owned()),
                words: say!("will send to {address}", address = email.address()),
                code: None,
                problems: Vec::new(),
            },
        }
    }
}

/// The Message-IDs of letters that may be continued.
fn answers(ledger: Option<&Ledger>) -> anyhow::Result<BTreeMap<(String, String), String>> {
    let mut answers = BTreeMap::new();
    for entry in ledger.map(Ledger::entries).transpose()?.unwrap_or_default() {
        if let ("send", Some("accepted"), Some(id)) = (entry.purpose.as_str(), entry.outcome.as_deref(), entry.message_id) {
            answers.insert((entry.identity.case, entry.identity.key), id);
        }
    }
    Ok(answers)
}

/// The Message-ID that an update's or a withdrawal's letter to the same recipient continues.
fn answer(answers: &BTreeMap<(String, String), String>, made: &Made, identity: &Identity) -> Option<String> {
    let earlier = made.origin.as_ref()?.case.earlier.as_ref()?;
    answers.get(&(earlier.case.clone(), identity.key.clone())).cloned()
}
