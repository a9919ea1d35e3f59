//! The plan carried out: what was approved is composed anew, and sent if it is the same to the digest.
//!
//! In: a run, and a plan that was signed off, if there is one. Out: a row for each letter and the exit code. The lock is taken
//! and the ledger opened before anything is composed, so that two runs never make the same plan.

use super::calls;
use super::planning::Run;
use super::run_report::RunReport;
use crate::app::batch::Readers;
use crate::app::clock::now;
use crate::app::disposition::{Choice, Disposition, differs};
use crate::app::plan::Approved;
use crate::app::sending::{self, EarlierLetters, Sending};
use crate::app::{Attempt, RunError, config};
use crate::cli::common::Common;
use crate::cli::exit_status::ExitStatus;
use crate::cli::progress::Progress;
use crate::cli::{letters, report};
use crate::diagnostic::AppError;
use crate::mail::outbox::{self, News, Orders, Outbox, Stopped};
use crate::mail::outcome::Fault;
use crate::mail::smtp::Observer;
use crate::mail::{Config, Ledger};
use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How a plan is carried out.
pub(super) struct Execution {
    /// Nobody is asked.
    pub(super) yes: bool,
    pub(super) retry_for: Duration,
    pub(super) by: Option<String>,
    pub(super) adopt_ledger: bool,
}

impl Run<'_> {
    pub(super) fn execute(&self, approved: Option<Approved>, execution: &Execution) -> Result<ExitStatus, RunError> {
        let asks = approved.is_none() && !execution.yes;
        if asks && (self.common.no_input || !std::io::stdin().is_terminal()) {
            let hint = say!("look at the plan with `appeal send`, then add --yes; or sign a plan off: --plan DIR, then -x --plan DIR");
            return Err(RunError::usage(say!("nobody is there to say yes"), hint));
        }
        let config = config::read(self.common.config.as_deref(), self.root)?;
        let (choice, is_sound) = self.choice(config.largest, config.server.is_rehearsal())?;
        let (_lock, ledger) = sending::open_ledger(self.root, execution.by.clone(), choice.rehearsal, execution.adopt_ledger, now())?;
        let mut run_report = RunReport::new(self.common, self.common.verbose || asks);
        let mut ended = ExitStatus::Done;
        // Whoever has said yes already waits for no number: each letter is composed once, and goes as soon as it is there.
        let approved = if approved.is_none() && !asks && is_sound {
            None
        } else {
            let found;
            (found, ended) = self.found(&choice, &ledger, approved.as_ref(), asks, &mut run_report)?;
            Some(match approved {
                Some(approved) => settle_plan(approved, &found, &mut run_report)?,
                None => found,
            })
        };
        let count = approved.as_ref().map_or(usize::MAX, BTreeMap::len);
        if count == 0 {
            return Ok(run_report.finish()?.max(ended));
        }
        if asks && !confirmed(count)? {
            return Err(AppError::new(say!("nothing was sent")).into());
        }
        let sent = self.send(&config, &choice, ledger, approved, execution.retry_for, &mut run_report)?;
        Ok(run_report.finish()?.max(ended).max(sent))
    }

    /// The letters that can be sent, each by its digest; the others are told of. What a plan does not list is not part of it.
    fn found(
        &self,
        choice: &Choice,
        ledger: &Ledger,
        plan: Option<&Approved>,
        asks: bool,
        run_report: &mut RunReport<'_>,
    ) -> Result<(Approved, ExitStatus), RunError> {
        let mut found = Approved::new();
        let ended = self.plan(self.common, choice, Some(ledger), false, &mut |planned, progress| match planned.email {
            Some((email, _)) => {
                found.insert(email.identity().clone(), email.digest().to_owned());
                if asks {
                    report::print(&format!("{}  {}  {}\n", email.identity().case, email.identity().key, report::tell(&planned.row.words)))
                } else {
                    Ok(())
                }
            }
            None if plan.is_some_and(|plan| !plan.contains_key(&planned.row.identity)) => Ok(()),
            None => run_report.add(planned.row, progress),
        })?;
        Ok((found, ended))
    }

    /// Sends what was approved.
    fn send(
        &self,
        config: &Config,
        choice: &Choice,
        ledger: Ledger,
        approved: Option<Approved>,
        retry_for: Duration,
        run_report: &mut RunReport<'_>,
    ) -> Result<ExitStatus, RunError> {
        let orders = Orders {
            route: config::route(config, |username| self.password(username))?,
            connections: config.connections,
            per_minute: config.per_minute,
            retry_for,
            keep_bytes: config.save_copy,
        };
        let interrupted = calls::interruption();
        let earlier = EarlierLetters::of(Some(&ledger))?;
        let mut sending = Sending::new(self.root, approved, self.limit, self.selection.trial().is_some())?;
        let is_planned = sending.is_planned();
        let muted = Common { json: true, ..self.common.clone() };
        let common = if is_planned { &muted } else { self.common };
        let feed = |outbox: &Outbox| -> Result<bool, RunError> {
            let sum = letters::each(
                common,
                self.selection,
                Readers::Selected,
                None,
                |workspace, made| {
                    let all = choice.dispositions(workspace, made, &|identity| earlier.continued_by(made, identity)).into_iter();
                    all.map(Disposition::ahead).collect::<Vec<_>>()
                },
                |dispositions, progress| {
                    for disposition in dispositions {
                        let row = match disposition {
                            Disposition::Stays(row) => Some(row).filter(|_| !is_planned),
                            Disposition::Send(email, permit) => sending.hand_in(outbox, email, permit)?,
                        };
                        row.map_or(Ok(()), |row| run_report.add(row, progress))?;
                    }
                    for news in outbox.news() {
                        self.hear(news, &mut sending, run_report, progress)?;
                    }
                    if interrupted.load(Ordering::Relaxed) { Err(RunError::Interrupted) } else { Ok(()) }
                },
            )?;
            Ok(sum.has_failed())
        };
        let tell = calls::teller();
        let watch = Observer { interrupted: &interrupted, tell: &tell };
        let mut late = Vec::new();
        let (fed, stopped) = outbox::run(&orders, ledger, watch, &now, feed, |news| late.push(news));
        for news in late {
            self.hear(news, &mut sending, run_report, &Progress::none())?;
        }
        sending.rest().try_for_each(|row| run_report.add(row, &Progress::none()))?;
        let is_interrupted = interrupted.load(Ordering::Relaxed);
        // With a plan, trouble with files was told when the letters were compared with it.
        let has_failed = match fed {
            Err(RunError::Interrupted) => false,
            fed => fed? && !is_planned,
        };
        let ended = if is_interrupted { ExitStatus::Interrupted } else { self.ended(stopped) };
        Ok(if has_failed { ended.max(ExitStatus::Failed) } else { ended })
    }

    /// Has the password typed, without an echo.
    pub(super) fn password(&self, username: &str) -> Result<String, AppError> {
        if self.common.no_input || !std::io::stdin().is_terminal() {
            let nobody = AppError::new(say!("nobody is there to type the password of {username}", username = username));
            return Err(nobody.hint(say!("give password-command or password-file in config.toml")));
        }
        rpassword::prompt_password(report::tell(&say!("Password of {username}: ", username = username)))
            .map_err(|error| AppError::new(say!("the password could not be read: {error}", error = error)))
    }

    fn hear(&self, news: News, sending: &mut Sending, run_report: &mut RunReport<'_>, progress: &Progress) -> Result<(), RunError> {
        // A copy that cannot be kept changes nothing about the letter.
        if let Err(error) = sending::keep_copy(self.root, &news) {
            report::failure(&error, self.common.quiet);
        }
        run_report.add(sending.hear(news), progress)
    }

    /// Why the run ended before its letters did, told, and what it means for the exit code.
    fn ended(&self, stopped: Option<Stopped>) -> ExitStatus {
        match stopped {
            Some(Stopped::Ledger(trouble)) => {
                report::failure(&trouble.into(), self.common.quiet);
                report::say(&format!("  {}: {}", report::tell(&say!("hint")), report::tell(&say!("mend that, then run the same command again"))));
                ExitStatus::Failed
            }
            Some(Stopped::Server(fault)) => {
                report::failure(&fault.trouble().clone().into(), self.common.quiet);
                if matches!(fault, Fault::Configuration(_)) { ExitStatus::Failed } else { ExitStatus::NotAccepted }
            }
            None => ExitStatus::Done,
        }
    }
}

/// What of a plan can be sent: what is still composed to the same digest. The rest is held, unless it went out already.
fn settle_plan(plan: Approved, found: &Approved, run_report: &mut RunReport<'_>) -> Result<Approved, RunError> {
    let mut left = Approved::new();
    for (identity, digest) in plan {
        match found.get(&identity) {
            Some(now) if *now == digest => {
                left.insert(identity, digest);
            }
            // It has a row of its own: accepted, in doubt, or held.
            None if run_report.has(&identity) => {}
            _ => run_report.add(differs(identity), &Progress::none())?,
        }
    }
    Ok(left)
}

/// Has the number of letters typed.
fn confirmed(count: usize) -> Result<bool, RunError> {
    report::note(&say!("Type {n} to send {letters}:", n = count).with("letters", report::letters(count)));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).attempt(|| "the answer could not be read".into())?;
    Ok(line.trim() == count.to_string())
}
