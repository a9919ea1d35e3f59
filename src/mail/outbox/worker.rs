//! One connection at work: letters in, each written down before and after, and what was deferred tried again.
//!
//! In: the queue that all connections share. Out: [`News`]. An end is written with the beginning that follows it, so that a
//! letter costs one commit; before the connection waits, what ended is written.

use super::connection::{Connection, FIRST_PAUSE, LONGEST_PAUSE, Transport};
use super::shared::{Job, LOOK, News, Retry, RunState, Stopped, Turn, What, lock};
use crate::mail::group_commit::{GroupCommit, LedgerWrite, Written};
use crate::mail::ledger::{Attempt, Permit, Phase, Refusal, Standing};
use crate::mail::message::Identity;
use crate::mail::outcome::{AttemptEnd, Outcome, Reply};
use crate::mail::smtp::Letter;
use crate::mail::{maildir, sendmail};
use std::collections::VecDeque;
use std::sync::mpsc::{RecvTimeoutError, Sender, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

/// A letter under way.
struct UnderWay {
    attempt: Attempt,
    bytes: Vec<u8>,
    permit: Permit,
    retry: Retry,
    /// How far the ledger knows of it.
    phase: Phase,
}

impl UnderWay {
    fn new(attempt: Attempt, permit: Permit, retry: Retry, phase: Phase) -> Self {
        Self { bytes: attempt.bytes(), attempt, permit, retry, phase }
    }

    fn letter(&self) -> Letter<'_> {
        let email = self.attempt.email();
        Letter { from: &email.from.email, to: &email.to.email, bytes: &self.bytes, name: email.digest() }
    }
}

/// One connection.
pub(super) struct Worker<'a> {
    run: &'a RunState<'a>,
    commits: &'a GroupCommit<'a>,
    tell: Sender<News>,
    connection: Connection<'a>,
    again: VecDeque<Turn>,
    /// Ends that are not on the disk yet: they go with the next beginning.
    unwritten: Vec<(UnderWay, Outcome)>,
}

impl<'a> Worker<'a> {
    /// A connection that is opened when there is a letter.
    pub(super) fn new(run: &'a RunState<'a>, commits: &'a GroupCommit<'a>, tell: Sender<News>) -> Self {
        Self { run, commits, tell, connection: Connection::new(run), again: VecDeque::new(), unwritten: Vec::new() }
    }

    /// Sends until nothing is left and nothing will come.
    pub(super) fn run(mut self) {
        while !self.connection.is_retired()
            && let Some(turn) = self.next(true)
        {
            if let Some(letter) = self.begin(turn) {
                self.send(letter);
            }
        }
        self.write(Vec::new());
        let Self { run, tell, connection, again, .. } = self;
        for turn in connection.end(again) {
            news(&tell, turn.job.email.identity.clone(), What::NotBegun(run.why()), None);
        }
    }

    /// The next letter: one that is due again, else a new one. `wait`: until there is one, or there will be none.
    fn next(&mut self, wait: bool) -> Option<Turn> {
        loop {
            if self.run.is_ending() {
                // Whatever still comes is told that it was not begun.
                if wait {
                    self.turn_away();
                }
                return None;
            }
            if self.again.front().is_some_and(|turn| turn.retry.due <= Instant::now()) {
                return self.again.pop_front();
            }
            if let Some(turn) = self.connection.taken_over() {
                // Where it is to be tried again later, that time is kept.
                self.again.push_back(turn);
                continue;
            }
            let new = |job| Some(Turn { job, retry: Retry { due: Instant::now(), pause: FIRST_PAUSE, until: None } });
            // While another connection waits at the queue there is nothing in it.
            let taken =
                if wait { lock(&self.run.queue).try_recv() } else { self.run.queue.try_lock().map_or(Err(TryRecvError::Empty), |queue| queue.try_recv()) };
            match taken {
                Ok(job) => return new(job),
                Err(_) if !wait => return None,
                // What ended is written below, and may then be due again.
                Err(TryRecvError::Disconnected) if !self.unwritten.is_empty() => {}
                Err(TryRecvError::Disconnected) if self.again.is_empty() && self.connection.is_last_call() => return None,
                Err(TryRecvError::Disconnected) => thread::sleep(LOOK.min(self.until_due())),
                Err(TryRecvError::Empty) => {
                    // Before there is nothing to do for a while, what ended is written.
                    if !self.unwritten.is_empty() {
                        self.write(Vec::new());
                        continue;
                    }
                    let pause = LOOK.min(self.until_due());
                    let taken = lock(&self.run.queue).recv_timeout(pause);
                    match taken {
                        Ok(job) => return new(job),
                        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
                    }
                }
            }
            if !self.unwritten.is_empty() {
                self.write(Vec::new());
            }
        }
    }

    fn until_due(&self) -> Duration {
        self.again.front().map_or(LOOK, |turn| turn.retry.due.saturating_duration_since(Instant::now()))
    }

    fn turn_away(&self) {
        loop {
            // Until whoever hands letters in has noticed, or is done.
            let taken = lock(&self.run.queue).recv_timeout(LOOK);
            match taken {
                Ok(job) => self.news(job.email.identity.clone(), What::NotBegun(self.run.why()), None),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Writes down that a letter begins, with all that is still to be written.
    fn begin(&mut self, turn: Turn) -> Option<UnderWay> {
        let place = self.run.take_place();
        if !place.is_zero() {
            self.write(Vec::new());
            self.run.wait(place);
        }
        let identity = turn.job.email.identity.clone();
        if self.run.is_ending() {
            self.news(identity, What::NotBegun(self.run.why()), None);
            return None;
        }
        if !self.connection.is_ready() {
            self.write(Vec::new());
            if let Err(fault) = self.connection.make() {
                self.news(identity, What::NotBegun(fault.trouble().what().clone()), None);
                self.run.stop(Stopped::Server(fault));
                return None;
            }
            if self.connection.is_retired() {
                self.again.push_front(turn);
                return None;
            }
        }
        let Turn { job: Job { email, permit }, retry } = turn;
        let Some(all) = self.write(vec![LedgerWrite::Begin(email, permit, Phase::Content)]) else {
            self.news(identity, What::NotBegun(self.run.why()), None);
            return None;
        };
        let mut begun = None;
        for written in all {
            match written {
                Written::Begun(attempt) => begun = Some(UnderWay::new(attempt, permit, self.started(retry), Phase::Content)),
                Written::NotBegun(refusal) => self.not_begun(permit, retry, refusal),
                Written::Promoted(_) | Written::Settled(..) => {}
            }
        }
        begun
    }

    fn not_begun(&mut self, permit: Permit, retry: Retry, refusal: Refusal) {
        match refusal {
            // The same letter is on its way to the same address for another recipient: what becomes of it counts for both.
            Refusal::Standing(Standing::UnderWay, email) => {
                self.again.push_front(Turn { job: Job { email, permit }, retry: Retry { due: Instant::now() + LOOK, ..retry } });
            }
            Refusal::Standing(standing, email) => self.news(email.identity.clone(), What::Stood(standing), None),
            Refusal::Failed(failure) => self.run.stop(Stopped::Ledger(failure.trouble())),
        }
    }

    /// From its first attempt on a letter is tried again for as long as was asked.
    fn started(&self, retry: Retry) -> Retry {
        Retry { until: retry.until.or_else(|| Some(Instant::now() + self.run.orders.retry_for)), ..retry }
    }

    /// Sends a letter, and whatever follows it in the same flights.
    fn send(&mut self, letter: UnderWay) {
        let email = letter.attempt.email();
        let ending = match self.connection.transport() {
            Some(Transport::Mailbox(folder)) => maildir::deliver(folder, &letter.bytes, (self.run.now)(), letter.attempt.number()).into(),
            Some(Transport::Program(program)) => sendmail::deliver(program, &email.from.email, &email.to.email, &letter.bytes, self.run.orders.route.timeout),
            Some(Transport::Smtp(session)) => match session.envelope(letter.letter()) {
                Ok(()) => return self.contents(letter),
                Err(ending) => ending,
            },
            None => Outcome::Deferred(Reply::none("there is no connection")).into(),
        };
        self.ended(letter, ending);
    }

    /// The content of a letter whose envelope was taken; and as long as letters follow, theirs.
    fn contents(&mut self, first: UnderWay) {
        let mut current = Some(first);
        while let Some(letter) = current.take() {
            let Some((letter, follower)) = self.follower(letter) else { return };
            let Some(Transport::Smtp(session)) = self.connection.transport() else { return };
            let (ending, follows) = session.content(letter.letter(), follower.as_ref().map(UnderWay::letter));
            self.ended(letter, ending);
            match (follower, follows) {
                (Some(follower), Some(Ok(()))) if self.run.is_ending() => {
                    // It was asked for and is not given: only hanging up takes that back.
                    self.connection.hang_up();
                    self.ended(follower, Outcome::Deferred(Reply::none("the run was ended before the letter was sent")).into());
                }
                (Some(follower), Some(Ok(()))) => current = Some(follower),
                (Some(follower), Some(Err(ending))) => self.ended(follower, ending),
                _ => {}
            }
        }
        self.connection.rest();
    }

    /// Before its content goes, a letter stands in the ledger as one whose content went. In the same commit begins the letter
    /// whose envelope can go with that content, if one is there now.
    fn follower(&mut self, letter: UnderWay) -> Option<(UnderWay, Option<UnderWay>)> {
        let turn = if self.connection.may_be_followed() { self.next(false) } else { None };
        let UnderWay { attempt, bytes, permit, retry, phase } = letter;
        let identity = attempt.email().identity.clone();
        let (mut kept, mut entries) = (Some(attempt), Vec::new());
        if phase == Phase::Envelope {
            entries.extend(kept.take().map(LedgerWrite::Promote));
        }
        let mut following = None;
        if let Some(Turn { job: Job { email, permit }, retry }) = turn {
            following = Some((email.identity.clone(), permit, self.started(retry)));
            entries.push(LedgerWrite::Begin(email, permit, Phase::Envelope));
        }
        let written = if entries.is_empty() { Some(Vec::new()) } else { self.write(entries) };
        let Some(written) = written else {
            // Nothing is on the disk, so nothing more is sent; the server waits for content in vain.
            self.connection.hang_up();
            for identity in [Some(identity), following.map(|f| f.0)].into_iter().flatten() {
                self.news(identity, What::NotBegun(self.run.why()), None);
            }
            return None;
        };
        let mut follower = None;
        for written in written {
            match (written, &following) {
                (Written::Promoted(attempt), _) => kept = Some(attempt),
                (Written::Begun(attempt), Some((_, permit, retry))) => follower = Some(UnderWay::new(attempt, *permit, *retry, Phase::Envelope)),
                (Written::NotBegun(refusal), Some((_, permit, retry))) => self.not_begun(*permit, *retry, refusal),
                _ => {}
            }
        }
        kept.map(|attempt| (UnderWay { attempt, bytes, permit, retry, phase: Phase::Content }, follower))
    }

    fn ended(&mut self, letter: UnderWay, mut ending: AttemptEnd) {
        self.connection.ended(&mut ending);
        self.unwritten.push((letter, ending.outcome));
    }

    /// Writes entries, and before them every end that is not written yet; tells the news when they are on the disk.
    fn write(&mut self, mut more: Vec<LedgerWrite>) -> Option<Vec<Written>> {
        if self.unwritten.is_empty() && more.is_empty() {
            return Some(Vec::new());
        }
        let mut entries = Vec::with_capacity(self.unwritten.len() + more.len());
        let mut ends = VecDeque::new();
        for (UnderWay { attempt, bytes, permit, retry, .. }, outcome) in self.unwritten.drain(..) {
            ends.push_back((attempt.email().identity.clone(), outcome.clone(), bytes, permit, retry));
            entries.push(LedgerWrite::Settle(attempt, outcome));
        }
        entries.append(&mut more);
        let written = match self.commits.write(entries) {
            Ok(written) => written,
            Err(trouble) => {
                // What the server said is told all the same: the ledger will say "in doubt".
                for (identity, outcome, ..) in ends {
                    self.news(
                        identity,
                        What::Ended(Outcome::InDoubt(Reply::none(&format!("{} ({}), but the ledger could not be written", outcome.reply(), outcome.word())))),
                        None,
                    );
                }
                self.run.stop(Stopped::Ledger(trouble));
                return None;
            }
        };
        let mut others = Vec::new();
        for written in written {
            let Written::Settled(email, outcome) = written else {
                others.push(written);
                continue;
            };
            let Some((identity, _, bytes, permit, Retry { pause, until, .. })) = ends.pop_front() else { continue };
            let due = Instant::now() + pause;
            if matches!(outcome, Outcome::Deferred(_)) && until.is_some_and(|until| due <= until) && !self.run.is_ending() {
                self.again.push_back(Turn { job: Job { email, permit: after(permit) }, retry: Retry { due, pause: (pause * 2).min(LONGEST_PAUSE), until } });
                continue;
            }
            let keep = self.run.orders.keep_bytes && matches!(outcome, Outcome::Accepted(_));
            self.news(identity, What::Ended(outcome), keep.then_some(bytes));
        }
        Some(others)
    }

    fn news(&self, identity: Identity, what: What, bytes: Option<Vec<u8>>) {
        news(&self.tell, identity, what, bytes);
    }
}

fn news(tell: &Sender<News>, identity: Identity, what: What, bytes: Option<Vec<u8>>) {
    // Whoever listens is there until the last connection has ended.
    let _ = tell.send(News { identity, what, bytes });
}

/// The right of the next attempt: a decision to send again counts once.
fn after(permit: Permit) -> Permit {
    match permit {
        Permit::Resend | Permit::Ordinary => Permit::Ordinary,
        Permit::Rehearsal => Permit::Rehearsal,
    }
}
