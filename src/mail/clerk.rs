//! The clerk keeps the ledger while letters go: one thread, so that many connections share one commit.
//!
//! In: what the connections want written. Out: what came of it, when it is on the disk and not before. All that waits is
//! written in one transaction; with one connection that is the end of one letter and the beginning of the next.

use super::ledger::{Failure, Permit, Phase, Refusal};
use super::{Attempt, Email, Ledger, Outcome};
use crate::diagnostic::Trouble;
use std::sync::mpsc::{Receiver, Sender, channel};

/// What a connection wants written.
pub(super) enum Entry {
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
    entries: Vec<Entry>,
    answer: Sender<Result<Vec<Written>, Trouble>>,
}

/// Where connections leave their entries.
#[derive(Clone)]
pub(super) struct Desk {
    requests: Sender<Request>,
}

impl Desk {
    /// A desk, and what a clerk works off.
    pub(super) fn new() -> (Self, Work) {
        let (requests, work) = channel();
        (Self { requests }, Work(work))
    }

    /// Has entries written, together and in order. Returns when they are on the disk.
    ///
    /// # Errors
    /// The ledger cannot be written; then nothing more may be sent.
    pub(super) fn write(&self, entries: Vec<Entry>) -> Result<Vec<Written>, Trouble> {
        let (answer, answers) = channel();
        let gone = || Trouble::new(say!("the ledger is closed"));
        self.requests.send(Request { entries, answer }).map_err(|_| gone())?;
        answers.recv().unwrap_or_else(|_| Err(gone()))
    }
}

/// What waits for the clerk.
pub(super) struct Work(Receiver<Request>);

impl Work {
    /// Writes until every desk is closed.
    pub(super) fn run(self, ledger: &Ledger, now: &dyn Fn() -> i64) {
        while let Ok(first) = self.0.recv() {
            let mut requests = vec![first];
            requests.extend(self.0.try_iter());
            let (entries, answers): (Vec<_>, Vec<_>) = requests.into_iter().map(|r| (r.entries, r.answer)).unzip();
            let done = ledger.together(|ledger| entries.into_iter().map(|entries| all(ledger, entries, now())).collect::<Vec<_>>());
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
}

fn all(ledger: &Ledger, entries: Vec<Entry>, now: i64) -> Result<Vec<Written>, Failure> {
    entries
        .into_iter()
        .map(|entry| match entry {
            Entry::Begin(email, permit, phase) => match ledger.begin(*email, permit, phase, now) {
                Ok(attempt) => Ok(Written::Begun(attempt)),
                Err(Refusal::Failed(failure)) => Err(failure),
                Err(refusal) => Ok(Written::NotBegun(refusal)),
            },
            Entry::Promote(attempt) => ledger.promote(&attempt).map(|()| Written::Promoted(attempt)),
            Entry::Settle(attempt, outcome) => ledger.settle(attempt, &outcome, now).map(|email| Written::Settled(Box::new(email), outcome)),
        })
        .collect()
}
