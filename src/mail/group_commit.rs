//! Group commit: one transaction of the ledger for all connections; a single connection waits for nobody.
//!
//! In: what the connections want written. Out: what came of it, when it is on the disk and not before. Whoever has the ledger
//! writes all that waits, in one transaction; with one connection that is the end of one letter and the beginning
//! of the next, written by the connection itself.

use super::ledger::{Attempt, Failure, Ledger, Permit, Phase, Refusal};
use super::message::Email;
use super::outcome::Outcome;
use crate::diagnostic::AppError;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

/// What a connection wants written.
pub(super) enum LedgerWrite {
    /// A letter is about to be sent.
    Begin(Box<Email>, Permit, Phase),
    /// The content of one that has its envelope on the way is about to follow. It comes back as it was.
    Promote(Attempt),
    /// How one ended. The e-mail comes back, for another attempt.
    Settle(Attempt, Outcome),
}

/// What came of an entry.
pub(super) enum Written {
    /// It may be sent.
    Begun(Attempt),
    /// It may not.
    NotBegun(Refusal),
    /// The content may follow.
    Promoted(Attempt),
    /// It is settled.
    Settled(Box<Email>, Outcome),
}

struct Request {
    entries: Vec<LedgerWrite>,
    answer: Sender<Result<Vec<Written>, AppError>>,
}

/// Where connections leave their entries.
pub(super) struct GroupCommit<'a> {
    waiting: Mutex<Vec<Request>>,
    ledger: Mutex<Ledger>,
    now: &'a (dyn Fn() -> i64 + Sync),
}

impl<'a> GroupCommit<'a> {
    /// Commits to this ledger.
    pub(super) fn new(ledger: Ledger, now: &'a (dyn Fn() -> i64 + Sync)) -> Self {
        Self { waiting: Mutex::default(), ledger: Mutex::new(ledger), now }
    }

    /// Has entries written, together and in order. Returns when they are on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written; then nothing more may be sent.
    pub(super) fn write(&self, entries: Vec<LedgerWrite>) -> Result<Vec<Written>, AppError> {
        let gone = || AppError::new(say!("the ledger is closed"));
        let (answer, answers) = channel();
        // A list that somebody left in a panic is whole: it is changed in one step.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Request { entries, answer });
        {
            // A ledger that somebody left in a panic is in the middle of a transaction.
            let ledger = self.ledger.lock().map_err(|_| gone())?;
            // While this one waited for the ledger, another may have written its entries too.
            let requests = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            if !requests.is_empty() {
                self.commit(&ledger, requests);
            }
        }
        answers.recv().unwrap_or_else(|_| Err(gone()))
    }

    fn commit(&self, ledger: &Ledger, requests: Vec<Request>) {
        let (entries, answers): (Vec<_>, Vec<_>) = requests.into_iter().map(|r| (r.entries, r.answer)).unzip();
        let done = ledger.together(|ledger| entries.into_iter().map(|entries| all(ledger, entries, (self.now)())).collect::<Vec<_>>());
        match done {
            Ok(written) => {
                for (answer, written) in answers.into_iter().zip(written) {
                    let _ = answer.send(written.map_err(|e| e.trouble()));
                }
            }
            // Nothing of it is on the disk, and so nobody may go on.
            Err(failure) => {
                let trouble = failure.trouble();
                answers.into_iter().for_each(|answer| drop(answer.send(Err(trouble.clone()))));
            }
        }
    }
}

fn all(ledger: &Ledger, entries: Vec<LedgerWrite>, now: i64) -> Result<Vec<Written>, Failure> {
    entries
        .into_iter()
        .map(|entry| match entry {
            LedgerWrite::Begin(email, permit, phase) => match ledger.begin(*email, permit, phase, now) {
                Ok(attempt) => Ok(Written::Begun(attempt)),
                Err(Refusal::Failed(failure)) => Err(failure),
                Err(refusal) => Ok(Written::NotBegun(refusal)),
            },
            LedgerWrite::Promote(attempt) => ledger.promote(&attempt).map(|()| Written::Promoted(attempt)),
            LedgerWrite::Settle(attempt, outcome) => ledger.settle(attempt, &outcome, now).map(|email| Written::Settled(Box::new(email), outcome)),
        })
        .collect()
}
