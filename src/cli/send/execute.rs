//! The plan carried out: what was approved is composed anew, and sent if it is the same to the digest.
//!
//! In: a run, and a plan that was signed off, if there is one. Out: a row for each letter and the exit code. The lock is taken
//! and the ledger opened before anything is composed, so that two runs never make the same plan.

use super::run_report::RunReport;
use super::{Planned, Run, answer, answers};
use crate::app::batch::Readers;
use crate::app::clock::now;
use crate::app::disposition::{Choice, Disposition, stood};
use crate::app::plan::Approved;
use crate::app::send_state::{Row, SendState};
use crate::app::{UsageError, config, files};
use crate::cli::common::Common;
use crate::cli::exit_status::ExitStatus;
use crate::cli::progress::Progress;
use crate::cli::{letters, report};
use crate::diagnostic::AppError;
use crate::mail::ledger::{Permit, Standing};
use crate::mail::outbox::{self, Job, News, Orders, Outbox, Stopped, What};
use crate::mail::outcome::Fault;
use crate::mail::smtp::Observer;
use crate::mail::{Config, Email, Identity, Ledger, Outcome};
use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

impl Run<'_> {
    pub(super) fn execute(&self, approved: Option<Approved>) -> anyhow::Result<ExitStatus> {
        let asks = approved.is_none() && !self.args.yes;
        if asks && (self.common.no_input || !std::io::stdin().is_terminal()) {
            let hint = say!("look at the plan with `appeal send`, then add --yes; or sign a plan off: --plan DIR, then -x --plan DIR");
            return Err(UsageError::new(say!("nobody is there to say yes")).hint(hint).into());
        }
        let config = config::read(self.common.config.as_deref(), self.root)?;
        let choice = self.choice(config.largest, config.server.is_rehearsal())?;
        let (ledger_file, lock_file) = config::ledger_files(self.root);
        let _lock = files::lock(&lock_file)?;
        let mut ledger = Ledger::open(&ledger_file, self.args.by.clone())?;
        ledger.recover(now())?;
        if !choice.rehearsal {
            let state = config::folder("XDG_STATE_HOME", ".local/state")
                .ok_or_else(|| AppError::new(say!("there is no folder for what the program remembers")).hint(say!("set HOME or XDG_STATE_HOME")))?;
            ledger.remember(&state, self.args.adopt_ledger)?;
        }
        let mut sheet = RunReport::new(self.common, self.common.verbose || asks);
        let mut ending = ExitStatus::Done;
        // Whoever has said yes already waits for no number: each letter is composed once, and goes as soon as it is there.
        let approved = if approved.is_none() && !asks && choice.is_sound {
            None
        } else {
            let found;
            (found, ending) = self.found(&choice, Some(&ledger), approved.as_ref(), asks, &mut sheet)?;
            Some(match approved {
                Some(approved) => settle_plan(approved, &found, &mut sheet)?,
                None => found,
            })
        };
        let count = approved.as_ref().map_or(usize::MAX, BTreeMap::len);
        if count == 0 {
            return Ok(sheet.finish()?.max(ending));
        }
        if asks && !confirmed(count)? {
            return Err(AppError::new(say!("nothing was sent")).into());
        }
        let sent = self.send(&config, &choice, ledger, approved, &mut sheet)?;
        Ok(sheet.finish()?.max(ending).max(sent))
    }

    /// The letters that can be sent, each by its digest; the others are told of. What a plan does not list is not part of it.
    fn found(
        &self,
        choice: &Choice,
        ledger: Option<&Ledger>,
        plan: Option<&Approved>,
        asks: bool,
        sheet: &mut RunReport<'_>,
    ) -> anyhow::Result<(Approved, ExitStatus)> {
        let mut found = Approved::new();
        let ending = self.plan(self.common, choice, ledger, &mut |planned, progress| match planned {
            Planned::Letter { email, .. } => {
                found.insert(email.identity().clone(), email.digest().to_owned());
                if asks {
                    let words = report::tell(&say!("will send to {address}", address = email.address()));
                    report::print(&format!("{}  {}  {words}\n", email.identity().case, email.identity().key))
                } else {
                    Ok(())
                }
            }
            Planned::Row(row) if plan.is_some_and(|plan| !plan.contains_key(&row.identity)) => Ok(()),
            Planned::Row(row) => sheet.add(row, progress),
        })?;
        Ok((found, ending))
    }

    /// Sends what was approved.
    fn send(&self, config: &Config, choice: &Choice, ledger: Ledger, approved: Option<Approved>, sheet: &mut RunReport<'_>) -> anyhow::Result<ExitStatus> {
        let orders = Orders {
            route: config::route(config, |username| self.password(username))?,
            connections: config.connections,
            per_minute: config.per_minute,
            retry_for: self.args.retry_for,
            keep_bytes: config.save_copy,
        };
        let interrupted = interruption();
        let answers = answers(Some(&ledger))?;
        let known = if approved.is_none() { SentBefore::of(&config::ledger_files(self.root).0)? } else { None };
        let mut waiting = Waiting { approved, known, room: self.args.limit.unwrap_or(usize::MAX), under_way: BTreeMap::new() };
        let muted = Common { json: true, ..self.common.clone() };
        let common = if waiting.approved.is_some() { &muted } else { self.common };
        let feed = |outbox: &Outbox| -> anyhow::Result<bool> {
            letters::each(
                common,
                self.selection,
                Readers::Selected,
                None,
                |workspace, made| {
                    let all = choice.dispositions(workspace, made, &|identity| answer(&answers, made, identity)).into_iter();
                    all.map(Disposition::ahead).collect::<Vec<_>>()
                },
                |dispositions, progress| {
                    for disposition in dispositions {
                        match disposition {
                            Disposition::Stays(row) if waiting.approved.is_none() => sheet.add(row, progress)?,
                            Disposition::Stays(_) => {}
                            Disposition::Send(email, permit) => waiting.hand_in(outbox, email, permit, sheet, progress)?,
                        }
                    }
                    for one in outbox.news() {
                        self.hear(one, sheet, &mut waiting.under_way, progress)?;
                    }
                    if interrupted.load(Ordering::Relaxed) { Err(Interrupted.into()) } else { Ok(()) }
                },
            )
            .map(|sum| sum.has_failed())
        };
        let watch = Observer { interrupted: &interrupted, tell: &|_| {} };
        let mut late = Vec::new();
        let (fed, stopped) = outbox::run(&orders, ledger, watch, &now, feed, |one| late.push(one));
        for one in late {
            self.hear(one, sheet, &mut waiting.under_way, &Progress::none())?;
        }
        // With a plan, trouble with files was told when the letters were compared with it.
        let trouble = waiting.approved.is_none() && matches!(fed, Ok(true));
        waiting.leave(sheet)?;
        let ending = Self::ending(fed, stopped, interrupted.load(Ordering::Relaxed))?;
        Ok(if trouble { ending.max(ExitStatus::Failed) } else { ending })
    }

    /// Has the password typed, without an echo.
    fn password(&self, username: &str) -> Result<String, AppError> {
        if self.common.no_input || !std::io::stdin().is_terminal() {
            let nobody = AppError::new(say!("nobody is there to type the password of {username}", username = username));
            return Err(nobody.hint(say!("give password-command or password-file in config.toml")));
        }
        rpassword::prompt_password(report::tell(&say!("Password of {username}: ", username = username)))
            .map_err(|error| AppError::new(say!("the password could not be read: {error}", error = error)))
    }

    fn hear(&self, news: News, sheet: &mut RunReport<'_>, under_way: &mut BTreeMap<Identity, Letter>, progress: &Progress) -> anyhow::Result<()> {
        let letter = under_way.remove(&news.identity);
        let (address, digest) = letter.map_or((None, None), |l| (Some(l.address), Some(l.digest)));
        if let Some(bytes) = &news.bytes {
            let Identity { case, key, language, .. } = &news.identity;
            let folder = self.root.join("sent");
            // A copy that cannot be kept changes nothing about the letter.
            let kept = files::make_folder(&folder).and_then(|()| files::write(&folder.join(format!("{case}.{key}.{language}.eml")), bytes));
            if let Err(error) = kept {
                report::failure(&error.into());
            }
        }
        let row = match news.what {
            What::Stood(standing) => stood(news.identity, address, digest, standing),
            What::NotBegun(why) => Row {
                identity: news.identity,
                state: SendState::Deferred,
                address,
                digest,
                words: say!("not begun: {why}").with("why", why),
                code: None,
                problems: Vec::new(),
            },
            What::Ended(outcome) => {
                let to = address.clone().unwrap_or_default();
                let (state, words) = match &outcome {
                    Outcome::Accepted(reply) => (SendState::Accepted, say!("accepted for {to}: {reply}", to = to, reply = reply)),
                    Outcome::Rehearsed(reply) => (SendState::Rehearsed, say!("rehearsed: {reply}", reply = reply)),
                    Outcome::Deferred(reply) => (SendState::Deferred, say!("deferred: {reply}", reply = reply)),
                    Outcome::Refused(reply) => (SendState::Refused, say!("refused: {reply}", reply = reply)),
                    Outcome::InDoubt(reply) => (SendState::InDoubt, say!("in doubt: {reply}", reply = reply)),
                };
                // What goes to a trial address is a trial, whatever the server.
                let state = if self.args.test_to.is_some() && state == SendState::Accepted { SendState::Rehearsed } else { state };
                Row { identity: news.identity, state, address, digest, words, code: outcome.reply().code, problems: Vec::new() }
            }
        };
        sheet.add(row, progress)
    }

    fn ending(fed: anyhow::Result<bool>, stopped: Option<Stopped>, interrupted: bool) -> anyhow::Result<ExitStatus> {
        match fed {
            Err(error) if !error.is::<Interrupted>() => return Err(error),
            _ => {}
        }
        if interrupted {
            return Ok(ExitStatus::Interrupted);
        }
        match stopped {
            Some(Stopped::Ledger(trouble)) => {
                report::failure(&trouble.into());
                report::say(&format!("  {}: {}", report::tell(&say!("hint")), report::tell(&say!("mend that, then run the same command again"))));
                Ok(ExitStatus::Failed)
            }
            Some(Stopped::Server(fault)) => {
                report::failure(&fault.trouble().clone().into());
                Ok(if matches!(fault, Fault::Configuration(_)) { ExitStatus::Failed } else { ExitStatus::NotAccepted })
            }
            None => Ok(ExitStatus::Done),
        }
    }
}

/// A letter that was handed in.
struct Letter {
    address: String,
    digest: String,
}

/// What may still be sent, and what is on its way.
struct Waiting {
    approved: Option<Approved>,
    /// What the ledger knew when the run began; a plan has looked already.
    known: Option<SentBefore>,
    room: usize,
    under_way: BTreeMap<Identity, Letter>,
}

impl Waiting {
    fn hand_in(&mut self, outbox: &Outbox, email: Box<Email>, permit: Permit, sheet: &mut RunReport<'_>, progress: &Progress) -> anyhow::Result<()> {
        let identity = email.identity().clone();
        if let Some(approved) = &mut self.approved {
            match approved.remove(&identity) {
                None => return Ok(()),
                Some(digest) if digest != email.digest() => return sheet.add(differs(identity), progress),
                Some(_) => {}
            }
        }
        if let Some(standing) = self.known.as_ref().map(|known| known.standing(&email, permit)).transpose()?.flatten() {
            return sheet.add(stood(identity, Some(email.address().to_owned()), Some(email.digest().to_owned()), standing), progress);
        }
        if self.room == 0 {
            return Ok(());
        }
        self.room -= 1;
        self.under_way.insert(identity, Letter { address: email.address().to_owned(), digest: email.digest().to_owned() });
        // Nobody sends any more: the letter stays among those that were not begun.
        let _ = outbox.hand_in(Job { email, permit });
        Ok(())
    }

    /// What was approved and never came, and what was handed in and never heard of.
    fn leave(self, sheet: &mut RunReport<'_>) -> anyhow::Result<()> {
        let words = say!("not begun: {why}").with("why", say!("the run ended before"));
        let rest = self.approved.into_iter().flatten().map(|(identity, _)| identity).chain(self.under_way.into_keys());
        for identity in rest {
            let row = Row { identity, state: SendState::Deferred, address: None, digest: None, words: words.clone(), code: None, problems: Vec::new() };
            sheet.add(row, &Progress::none())?;
        }
        Ok(())
    }
}

/// What the ledger knew when the run began. A letter that need not go takes no place of `--limit`, and no server is asked for it.
struct SentBefore {
    ledger: Ledger,
    letters: BTreeSet<Identity>,
    digests: BTreeSet<String>,
}

impl SentBefore {
    fn of(file: &Path) -> anyhow::Result<Option<Self>> {
        let Some(ledger) = Ledger::read(file)? else { return Ok(None) };
        let (mut letters, mut digests) = (BTreeSet::new(), BTreeSet::new());
        for entry in ledger.entries()? {
            letters.insert(entry.identity);
            digests.extend(entry.letter_digest);
        }
        Ok(Some(Self { ledger, letters, digests }))
    }

    /// Asks the ledger only about what it can know: beside a run that writes, asking takes its time.
    fn standing(&self, email: &Email, permit: Permit) -> anyhow::Result<Option<Standing>> {
        let may_stand = self.letters.contains(email.identity()) || self.digests.contains(email.digest()) || self.ledger.has_other_forms()?;
        Ok(if may_stand { self.ledger.standing(email, permit)? } else { None })
    }
}

fn differs(identity: Identity) -> Row {
    let hold = crate::diagnostic::Diagnostic::hold(say!("`{case}` to `{key}` is no longer the letter of the plan", case = identity.case, key = identity.key));
    let hold = hold.hint(say!("read what it says now, and make the plan again"));
    Row { identity, state: SendState::Held, address: None, digest: None, words: say!("held: it differs from the plan"), code: None, problems: vec![hold] }
}

/// What of a plan can be sent: what is still composed to the same digest. The rest is held, unless it went out already.
fn settle_plan(plan: Approved, found: &Approved, sheet: &mut RunReport<'_>) -> anyhow::Result<Approved> {
    let mut left = Approved::new();
    for (identity, digest) in plan {
        match found.get(&identity) {
            Some(now) if *now == digest => {
                left.insert(identity, digest);
            }
            Some(_) => sheet.add(differs(identity), &Progress::none())?,
            // It has a row of its own: accepted, in doubt, or held.
            None if sheet.has(&identity) => {}
            None => sheet.add(differs(identity), &Progress::none())?,
        }
    }
    Ok(left)
}

/// Somebody pressed Ctrl-C.
#[derive(Debug)]
struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// True once somebody has pressed Ctrl-C. The second time the program ends at once: every entry of the ledger is whole at
/// any moment, and what was under way is in doubt.
fn interruption() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    let _ = ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(ExitStatus::Interrupted.code()));
        }
        report::say(&report::tell(&say!("ending after the letters under way; press again to end at once")));
    });
    flag
}

/// Has the number of letters typed.
fn confirmed(count: usize) -> anyhow::Result<bool> {
    report::say(&report::tell(&say!("Type {n} to send {letters}:", n = count).with("letters", report::letters(count))));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("the answer could not be read")?;
    Ok(line.trim() == count.to_string())
}
