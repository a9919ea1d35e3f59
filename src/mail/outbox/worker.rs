//! One connection at work: letters in, each written down before and after, and what was deferred tried again.
//!
//! In: the queue that all connections share. Out: [`News`]. An end is written with the beginning that follows it, so that a
//! letter costs one commit; before the connection waits, what ended is written.

use super::shared::{Job, LOOK, News, RunState, Stopped, Transport, What, lock};
use crate::mail::group_commit::{GroupCommit, LedgerWrite, Written};
use crate::mail::ledger::{Attempt, Permit, Phase, Refusal};
use crate::mail::message::Identity;
use crate::mail::outcome::{Outcome, Reply};
use crate::mail::smtp::{Failed, Fault};
use crate::mail::{maildir, sendmail};
use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, Sender, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

/// A connection is left and made anew after so many letters: some servers count them.
const LETTERS_A_CONNECTION: usize = 100;
/// The first pause before another attempt; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A connection that was not used for so long may be gone; it is left and made anew.
const LONGEST_IDLE: Duration = Duration::from_secs(20);
/// A letter that is to be tried again.
struct Again {
    job: Job,
    due: Instant,
    pause: Duration,
    until: Instant,
}

/// A job, and if it was tried before, until when it may be tried again and after which pause.
struct Turn {
    job: Job,
    pause: Duration,
    until: Option<Instant>,
}

/// A letter under way.
struct UnderWay {
    attempt: Attempt,
    bytes: Vec<u8>,
    permit: Permit,
    pause: Duration,
    until: Instant,
    /// How far the ledger knows of it.
    phase: Phase,
}

/// One connection.
pub(super) struct Worker<'a> {
    run: &'a RunState<'a>,
    commits: &'a GroupCommit<'a>,
    tell: Sender<News>,
    transport: Option<Transport<'a>>,
    /// Letters of this connection.
    sent: usize,
    /// When it was used last.
    used: Instant,
    again: VecDeque<Again>,
    /// Ends that are not on the disk yet: they go with the next beginning.
    unwritten: Vec<Ended>,
}

struct Ended {
    letter: UnderWay,
    outcome: Outcome,
}

impl<'a> Worker<'a> {
    /// A connection that is opened when there is a letter.
    pub(super) fn new(run: &'a RunState<'a>, commits: &'a GroupCommit<'a>, tell: Sender<News>) -> Self {
        Self { run, commits, tell, transport: None, sent: 0, used: Instant::now(), again: VecDeque::new(), unwritten: Vec::new() }
    }

    /// Sends until nothing is left and nothing will come.
    pub(super) fn run(mut self) {
        while let Some(turn) = self.next(true) {
            if let Some(letter) = self.begin(turn) {
                self.send(letter);
            }
        }
        self.write(Vec::new());
        for again in std::mem::take(&mut self.again) {
            let identity = again.job.email.identity.clone();
            self.news(identity, What::NotBegun(self.run.why()), None);
        }
        if let Some(Transport::Smtp(session)) = self.transport.take() {
            session.close();
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
            if self.again.front().is_some_and(|a| a.due <= Instant::now()) {
                return self.again.pop_front().map(|a| Turn { job: a.job, pause: a.pause, until: Some(a.until) });
            }
            let new = |job| Some(Turn { job, pause: FIRST_PAUSE, until: None });
            // While another connection waits at the queue there is nothing in it.
            let taken =
                if wait { lock(&self.run.queue).try_recv() } else { self.run.queue.try_lock().map_or(Err(TryRecvError::Empty), |queue| queue.try_recv()) };
            match taken {
                Ok(job) => return new(job),
                Err(_) if !wait => return None,
                // What ended is written below, and may then be due again.
                Err(TryRecvError::Disconnected) if !self.unwritten.is_empty() => {}
                Err(TryRecvError::Disconnected) if self.again.is_empty() => return None,
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
        self.again.front().map_or(LOOK, |a| a.due.saturating_duration_since(Instant::now()))
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
        let Turn { job: Job { email, permit }, pause, until } = turn;
        if self.run.is_ending() {
            self.news(email.identity.clone(), What::NotBegun(self.run.why()), None);
            return None;
        }
        if self.used.elapsed() > LONGEST_IDLE
            && let Some(Transport::Smtp(session)) = self.transport.take()
        {
            session.close();
        }
        if self.transport.is_none() {
            let identity = email.identity.clone();
            self.write(Vec::new());
            if let Err(fault) = self.connect() {
                self.news(identity, What::NotBegun(fault.trouble().what().clone()), None);
                self.run.stop(Stopped::Server(fault));
                return None;
            }
        }
        let identity = email.identity.clone();
        let mut attempt = None;
        let Some(all) = self.write(vec![LedgerWrite::Begin(email, permit, Phase::Content)]) else {
            self.news(identity, What::NotBegun(self.run.why()), None);
            return None;
        };
        for written in all {
            match written {
                Written::Begun(begun) => attempt = Some(begun),
                Written::NotBegun(Refusal::Standing(standing)) => self.news(identity.clone(), What::Stood(standing), None),
                Written::NotBegun(Refusal::Failed(failure)) => self.run.stop(Stopped::Ledger(failure.trouble())),
                Written::Promoted(_) | Written::Settled(..) => {}
            }
        }
        let attempt = attempt?;
        let until = until.unwrap_or_else(|| Instant::now() + self.run.orders.retry_for);
        Some(UnderWay { bytes: attempt.bytes(), attempt, permit, pause, until, phase: Phase::Content })
    }

    /// Connects, with growing pauses for as long as letters are tried again; a server that was never there is not waited for.
    fn connect(&mut self) -> Result<(), Fault> {
        self.sent = 0;
        self.used = Instant::now();
        let until = Instant::now() + self.run.orders.retry_for;
        let mut pause = FIRST_PAUSE;
        loop {
            match Transport::open(&self.run.orders.route) {
                Ok(transport) => {
                    self.run.reached.store(true, Ordering::Relaxed);
                    self.transport = Some(transport);
                    return Ok(());
                }
                Err(fault @ Fault::Passing(_)) if self.is_hopeless(Instant::now() + pause > until) => return Err(fault),
                Err(fault @ Fault::Configuration(_)) => return Err(fault),
                Err(Fault::Passing(_)) => self.run.wait(pause),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn is_hopeless(&self, is_too_late: bool) -> bool {
        is_too_late || self.run.is_ending() || !self.run.reached.load(Ordering::Relaxed)
    }

    /// Sends a letter, and whatever follows it in the same flights.
    fn send(&mut self, letter: UnderWay) {
        let email = letter.attempt.email();
        let outcome = match self.transport.as_mut() {
            Some(Transport::Mailbox(folder)) => maildir::deliver(folder, &letter.bytes, (self.run.now)(), letter.attempt.number()),
            Some(Transport::Program(program)) => sendmail::deliver(program, &email.from.email, &email.to.email, &letter.bytes),
            Some(Transport::Smtp(session)) => {
                let opened = session.envelope(&email.from.email, &email.to.email, letter.bytes.len());
                match opened {
                    Ok(()) => return self.contents(letter),
                    Err(Failed { outcome, over }) => {
                        if over {
                            self.transport = None;
                        }
                        outcome
                    }
                }
            }
            None => Outcome::Deferred(Reply::none("there is no connection")),
        };
        self.ended(letter, outcome);
    }

    /// The content of a letter whose envelope was taken; and as long as letters follow, theirs.
    fn contents(&mut self, first: UnderWay) {
        let mut current = Some(first);
        while let Some(letter) = current.take() {
            let Some((letter, follower)) = self.follower(letter) else { return };
            let Some(Transport::Smtp(session)) = self.transport.as_mut() else { return };
            let next = follower.as_ref().map(|f| (&f.attempt.email().from.email, &f.attempt.email().to.email, f.bytes.len()));
            let (ended, follows) = session.content(&letter.bytes, next);
            self.sent += 1;
            self.used = Instant::now();
            if ended.over {
                self.transport = None;
            }
            self.ended(letter, ended.outcome);
            let Some(follower) = follower else { break };
            match follows {
                Some(Ok(())) if self.run.is_ending() => {
                    // It was asked for and is not given: only hanging up takes that back.
                    self.transport = None;
                    self.ended(follower, Outcome::Deferred(Reply::none("the run was ended before the letter was sent")));
                }
                Some(Ok(())) => current = Some(follower),
                Some(Err(failed)) => {
                    if failed.over {
                        self.transport = None;
                    }
                    self.ended(follower, failed.outcome);
                }
                None => self.ended(follower, Outcome::Deferred(Reply::none("the connection was lost before the letter was sent"))),
            }
        }
        if self.sent >= LETTERS_A_CONNECTION
            && let Some(Transport::Smtp(session)) = self.transport.take()
        {
            session.close();
        }
    }

    /// Before its content goes, a letter stands in the ledger as one whose content went. In the same commit begins the letter
    /// whose envelope can go with that content, if one is there now.
    fn follower(&mut self, letter: UnderWay) -> Option<(UnderWay, Option<UnderWay>)> {
        let pipelines = matches!(&self.transport, Some(Transport::Smtp(session)) if session.pipelines);
        let may_follow = pipelines && self.sent + 1 < LETTERS_A_CONNECTION && self.run.orders.per_minute.is_none();
        let turn = if may_follow { self.next(false) } else { None };
        let UnderWay { attempt, bytes, permit, pause, until, phase } = letter;
        let identity = attempt.email().identity.clone();
        let mut entries = Vec::new();
        let mut kept = Some(attempt);
        if phase == Phase::Envelope {
            entries.extend(kept.take().map(LedgerWrite::Promote));
        }
        let mut following = None;
        if let Some(Turn { job: Job { email, permit }, pause, until }) = turn {
            following = Some((email.identity.clone(), permit, pause, until));
            entries.push(LedgerWrite::Begin(email, permit, Phase::Envelope));
        }
        let mut follower = None;
        let written = if entries.is_empty() { Some(Vec::new()) } else { self.write(entries) };
        let Some(written) = written else {
            // Nothing is on the disk, so nothing more is sent; the server waits for content in vain.
            self.transport = None;
            for identity in [Some(identity), following.map(|f| f.0)].into_iter().flatten() {
                self.news(identity, What::NotBegun(self.run.why()), None);
            }
            return None;
        };
        for written in written {
            match (written, &following) {
                (Written::Promoted(attempt), _) => kept = Some(attempt),
                (Written::Begun(attempt), Some((_, permit, pause, until))) => {
                    let until = until.unwrap_or_else(|| Instant::now() + self.run.orders.retry_for);
                    follower = Some(UnderWay { bytes: attempt.bytes(), attempt, permit: *permit, pause: *pause, until, phase: Phase::Envelope });
                }
                (Written::NotBegun(Refusal::Standing(standing)), Some((identity, ..))) => self.news(identity.clone(), What::Stood(standing), None),
                _ => {}
            }
        }
        kept.map(|attempt| (UnderWay { attempt, bytes, permit, pause, until, phase: Phase::Content }, follower))
    }

    fn ended(&mut self, letter: UnderWay, outcome: Outcome) {
        self.unwritten.push(Ended { letter, outcome });
    }

    /// Writes entries, and before them every end that is not written yet; tells the news when they are on the disk.
    fn write(&mut self, mut more: Vec<LedgerWrite>) -> Option<Vec<Written>> {
        if self.unwritten.is_empty() && more.is_empty() {
            return Some(Vec::new());
        }
        let mut entries = Vec::with_capacity(self.unwritten.len() + more.len());
        let mut ends = VecDeque::new();
        for Ended { letter: UnderWay { attempt, bytes, permit, pause, until, .. }, outcome } in self.unwritten.drain(..) {
            ends.push_back((attempt.email().identity.clone(), outcome.clone(), bytes, permit, pause, until));
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
            let Some((identity, _, bytes, permit, pause, until)) = ends.pop_front() else { continue };
            let due = Instant::now() + pause;
            if matches!(outcome, Outcome::Deferred(_)) && due <= until && !self.run.is_ending() {
                self.again.push_back(Again { job: Job { email, permit: after(permit) }, due, pause: (pause * 2).min(LONGEST_PAUSE), until });
                continue;
            }
            let keep = self.run.orders.keep_bytes && matches!(outcome, Outcome::Accepted(_));
            self.news(identity, What::Ended(outcome), keep.then_some(bytes));
        }
        Some(others)
    }

    fn news(&self, identity: Identity, what: What, bytes: Option<Vec<u8>>) {
        // Whoever listens is there until the last connection has ended.
        let _ = self.tell.send(News { identity, what, bytes });
    }
}

/// The right of the next attempt: a decision to send again counts once.
fn after(permit: Permit) -> Permit {
    match permit {
        Permit::Resend | Permit::Ordinary => Permit::Ordinary,
        Permit::Rehearsal => Permit::Rehearsal,
    }
}
