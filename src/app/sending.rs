//! Letters on their way: what may still be sent, what the ledger knew before, and what came back.
//!
//! In: e-mails, and news of those that were handed in. Out: a row for each letter of which there is something to say.

use super::batch::Made;
use super::disposition::{differs, stood};
use super::plan::Approved;
use super::send_state::{Row, SendState};
use super::{RunError, config, files, paths};
use crate::mail::ledger::{Permit, Standing};
use crate::mail::outbox::{Job, News, Outbox, What};
use crate::mail::{Email, Identity, Ledger, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// Opens the ledger for a run that sends, with the lock that no other run has at the same time. `adopt`: letters go although they were
/// begun once and the ledger does not know of them; a rehearsal remembers nothing.
///
/// # Errors
/// Another run sends, or the ledger cannot be used.
pub(crate) fn open_ledger(root: &Path, by: Option<String>, is_rehearsal: bool, adopt: bool, now: i64) -> Result<(File, Ledger), RunError> {
    let (ledger_file, lock_file) = config::ledger_files(root);
    let lock = files::lock(&lock_file)?;
    let mut ledger = Ledger::open(&ledger_file, by)?;
    ledger.recover(now)?;
    if !is_rehearsal {
        let missing = || RunError::app(say!("there is no folder for what the program remembers"), say!("set HOME or XDG_STATE_HOME"));
        let state = config::folder("XDG_STATE_HOME", ".local/state").ok_or_else(missing)?;
        ledger.remember(&state, adopt)?;
    }
    Ok((lock, ledger))
}

/// The Message-IDs of letters that may be continued.
pub(crate) struct EarlierLetters(BTreeMap<(String, String), String>);

impl EarlierLetters {
    /// Those that were accepted.
    pub(crate) fn of(ledger: Option<&Ledger>) -> Result<Self, RunError> {
        let mut found = BTreeMap::new();
        for entry in ledger.map(Ledger::entries).transpose()?.unwrap_or_default() {
            if let ("send", Some("accepted"), Some(id)) = (entry.purpose.as_str(), entry.outcome.as_deref(), entry.message_id) {
                found.insert((entry.identity.case, entry.identity.key), id);
            }
        }
        Ok(Self(found))
    }

    /// The one that an update's or a withdrawal's letter to the same recipient continues.
    pub(crate) fn continued_by(&self, made: &Made, identity: &Identity) -> Option<String> {
        let earlier = made.origin.as_ref()?.case.earlier.as_ref()?;
        self.0.get(&(earlier.case.clone(), identity.key.clone())).cloned()
    }
}

/// What may still be sent, and what is on its way.
pub(crate) struct Sending {
    approved: Option<Approved>,
    /// What the ledger knew when the run began; a plan has looked already.
    known: Option<SentBefore>,
    /// How many letters may still go.
    room: usize,
    /// What goes to a trial address is a rehearsal, whatever the server.
    is_trial: bool,
    under_way: BTreeMap<Identity, Row>,
}

impl Sending {
    /// Nothing is on its way yet. With nothing approved, everything may go that the ledger does not object to.
    pub(crate) fn new(root: &Path, approved: Option<Approved>, limit: Option<usize>, is_trial: bool) -> Result<Self, RunError> {
        let known = if approved.is_none() { SentBefore::of(&config::ledger_files(root).0)? } else { None };
        Ok(Self { approved, known, room: limit.unwrap_or(usize::MAX), is_trial, under_way: BTreeMap::new() })
    }

    /// Whether only what was approved goes.
    pub(crate) fn is_planned(&self) -> bool {
        self.approved.is_some()
    }

    /// Hands a letter in, if it may go; a row says why it may not.
    pub(crate) fn hand_in(&mut self, outbox: &Outbox, email: Box<Email>, permit: Permit) -> Result<Option<Row>, RunError> {
        if let Some(approved) = &mut self.approved {
            match approved.remove(email.identity()) {
                None => return Ok(None),
                Some(digest) if digest != email.digest() => return Ok(Some(differs(email.identity().clone()))),
                Some(_) => {}
            }
        }
        if let Some(standing) = self.known.as_ref().map(|known| known.standing(&email, permit)).transpose()?.flatten() {
            return Ok(Some(stood(Row::planned(&email), standing)));
        }
        if self.room == 0 {
            return Ok(None);
        }
        self.room -= 1;
        self.under_way.insert(email.identity().clone(), Row::planned(&email));
        // Nobody sends any more: the letter stays among those that were not begun.
        let _ = outbox.hand_in(Job { email, permit });
        Ok(None)
    }

    /// What became of a letter that was handed in.
    pub(crate) fn hear(&mut self, News { identity, what, .. }: News) -> Row {
        let row = self.under_way.remove(&identity).unwrap_or_else(|| Row::new(identity, SendState::InFlight, say!("being sent at this moment")));
        match what {
            What::Stood(standing) => stood(row, standing),
            What::NotBegun(why) => row.now(SendState::Deferred, say!("not begun: {why}").with("why", why)),
            What::Ended(outcome) => {
                let to = row.address.clone().unwrap_or_default();
                let (state, words) = match &outcome {
                    Outcome::Accepted(reply) => (SendState::Accepted, say!("accepted for {to}: {reply}", to = to, reply = reply)),
                    Outcome::Rehearsed(reply) => (SendState::Rehearsed, say!("rehearsed: {reply}", reply = reply)),
                    Outcome::Deferred(reply) => (SendState::Deferred, say!("deferred: {reply}", reply = reply)),
                    Outcome::Refused(reply) => (SendState::Refused, say!("refused: {reply}", reply = reply)),
                    Outcome::InDoubt(reply) => (SendState::InDoubt, say!("in doubt: {reply}", reply = reply)),
                };
                let state = if self.is_trial && state == SendState::Accepted { SendState::Rehearsed } else { state };
                Row { code: outcome.reply().code, ..row.now(state, words) }
            }
        }
    }

    /// What was approved and never came, and what was handed in and never heard of.
    pub(crate) fn rest(self) -> impl Iterator<Item = Row> {
        let approved = self.approved.into_iter().flatten().map(|(identity, _)| identity);
        let rest = approved.chain(self.under_way.into_keys());
        rest.map(|identity| Row::new(identity, SendState::Deferred, say!("not begun: {why}").with("why", say!("the run ended before"))))
    }
}

/// Keeps a copy of what was accepted, where one is wanted.
pub(crate) fn keep_copy(root: &Path, news: &News) -> Result<(), RunError> {
    let Some(bytes) = &news.bytes else { return Ok(()) };
    let Identity { case, key, language, .. } = &news.identity;
    files::write_below(&paths::join(root, &format!("sent/{case}.{key}.{language}.eml")), bytes).map(drop)
}

/// What the ledger knew when the run began. A letter that need not go takes no place of `--limit`, and no server is asked for it.
struct SentBefore {
    ledger: Ledger,
    letters: BTreeSet<Identity>,
    digests: BTreeSet<String>,
}

impl SentBefore {
    fn of(file: &Path) -> Result<Option<Self>, RunError> {
        let Some(ledger) = Ledger::read(file)? else { return Ok(None) };
        let (mut letters, mut digests) = (BTreeSet::new(), BTreeSet::new());
        for entry in ledger.entries()? {
            letters.insert(entry.identity);
            digests.extend(entry.letter_digest);
        }
        Ok(Some(Self { ledger, letters, digests }))
    }

    /// Asks the ledger only about what it can know: beside a run that writes, asking takes its time.
    fn standing(&self, email: &Email, permit: Permit) -> Result<Option<Standing>, RunError> {
        let may_stand = self.letters.contains(email.identity()) || self.digests.contains(email.digest()) || self.ledger.has_other_forms()?;
        Ok(if may_stand { self.ledger.standing(email, permit)? } else { None })
    }
}
