//! One connection of several: made when there is a letter, left after some, made anew when it is lost.
//!
//! In: where the server is. Out: a [`Transport`]. All connections are counted, because a server may allow fewer than were asked for:
//! whoever gets none while others have one retires, and nobody leaves while somebody may still hand letters over.

use super::shared::{LOOK, RunState, Stopped, Turn, lock};
use crate::mail::config::Server;
use crate::mail::maildir;
use crate::mail::outcome::{AttemptEnd, Fault};
use crate::mail::smtp::{Observer, Route, Session};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// A connection is left and made anew after so many letters: some servers count them.
const LETTERS_A_CONNECTION: usize = 100;
/// The first pause before another attempt; each is twice as long as the one before.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A connection that was not used for so long may be gone; it is left and made anew.
const LONGEST_IDLE: Duration = Duration::from_secs(20);

/// What letters go over.
pub(super) enum Transport<'a> {
    Smtp(Box<Session<'a>>),
    Program(&'a Path),
    Mailbox(&'a Path),
}

impl<'a> Transport<'a> {
    fn open(route: &'a Route, watch: Observer<'a>) -> Result<Self, Fault> {
        Ok(match &route.server {
            Server::Smtp { .. } => Self::Smtp(Box::new(Session::open(route, watch)?)),
            Server::Sendmail(program) => Self::Program(program),
            Server::Maildir(folder) => {
                maildir::open(folder)?;
                Self::Mailbox(folder)
            }
        })
    }
}

/// One connection.
pub(super) struct Connection<'a> {
    run: &'a RunState<'a>,
    transport: Option<Transport<'a>>,
    /// Letters over it.
    sent: usize,
    /// When it was used last.
    used: Instant,
    /// Whether others carry on.
    is_retired: bool,
}

impl<'a> Connection<'a> {
    pub(super) fn new(run: &'a RunState<'a>) -> Self {
        Self { run, transport: None, sent: 0, used: Instant::now(), is_retired: false }
    }

    pub(super) fn is_retired(&self) -> bool {
        self.is_retired
    }

    pub(super) fn transport(&mut self) -> Option<&mut Transport<'a>> {
        self.transport.as_mut()
    }

    /// Whether it may be used for the next letter as it is. One that may be gone is left first.
    pub(super) fn is_ready(&mut self) -> bool {
        let is_stale = matches!(&self.transport, Some(Transport::Smtp(session)) if self.used.elapsed() > LONGEST_IDLE || !session.is_quiet());
        if is_stale {
            self.leave();
        }
        self.transport.is_some()
    }

    /// Whether the envelope of another letter may go with the content of one.
    pub(super) fn may_be_followed(&self) -> bool {
        let pipelines = matches!(&self.transport, Some(Transport::Smtp(session)) if session.pipelines());
        pipelines && !self.is_retired && self.sent + 1 < LETTERS_A_CONNECTION && self.run.orders.per_minute.is_none()
    }

    /// Connects, with growing pauses for as long as letters are tried again; a server that was never there is not waited for. It retires
    /// where others have connections and the server allows no more.
    pub(super) fn make(&mut self) -> Result<(), Fault> {
        (self.sent, self.used) = (0, Instant::now());
        let until = Instant::now() + self.run.orders.retry_for;
        let mut pause = FIRST_PAUSE;
        loop {
            lock(&self.run.lines).calling += 1;
            let fault = match Transport::open(&self.run.orders.route, self.run.watch) {
                Ok(transport) => {
                    self.run.reached.store(true, Ordering::Relaxed);
                    self.transport = Some(transport);
                    let mut lines = lock(&self.run.lines);
                    (lines.calling, lines.open) = (lines.calling - 1, lines.open + 1);
                    return Ok(());
                }
                Err(fault) => fault,
            };
            if self.others_carry_on() {
                self.is_retired = true;
                return Ok(());
            }
            let is_hopeless = Instant::now() + pause > until || self.run.is_ending() || !self.run.reached.load(Ordering::Relaxed);
            if is_hopeless || matches!(fault, Fault::Configuration(_)) {
                return Err(fault);
            }
            self.run.wait(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether somebody has a connection, once all who are calling beside this one know whether they get one. If so this one counts
    /// as calling until its letters are handed over.
    fn others_carry_on(&self) -> bool {
        let mut counts = true;
        loop {
            {
                let mut lines = lock(&self.run.lines);
                if lines.open > 0 {
                    lines.calling += usize::from(!counts);
                    return true;
                }
                lines.calling -= usize::from(std::mem::take(&mut counts));
                if lines.calling == 0 || self.run.is_ending() {
                    return false;
                }
            }
            thread::sleep(LOOK / 5);
        }
    }

    /// Takes note of how a letter ended, and of what that means for those after it.
    pub(super) fn ended(&mut self, ending: &mut AttemptEnd) {
        (self.sent, self.used) = (self.sent + 1, Instant::now());
        if ending.over {
            self.hang_up();
        }
        match ending.stops.take() {
            // What passes may be too many connections at once.
            Some(Fault::Passing(_)) if self.retires() => {}
            Some(fault) => self.run.stop(Stopped::Server(fault)),
            None => {}
        }
    }

    fn retires(&mut self) -> bool {
        let mut lines = lock(&self.run.lines);
        let own = usize::from(self.transport.is_some());
        if lines.open > own {
            (lines.open, lines.calling) = (lines.open - own, lines.calling + 1);
            drop(lines);
            self.transport.take().into_iter().for_each(close);
            self.is_retired = true;
        }
        self.is_retired
    }

    /// Leaves it where it has carried as many letters as a server may want to.
    pub(super) fn rest(&mut self) {
        if self.sent >= LETTERS_A_CONNECTION {
            self.leave();
        }
    }

    /// Hangs up, with a goodbye.
    fn leave(&mut self) {
        if let Some(transport) = self.transport.take() {
            lock(&self.run.lines).open -= 1;
            close(transport);
        }
    }

    /// Hangs up without a word: only that takes back what the server waits for.
    pub(super) fn hang_up(&mut self) {
        if self.transport.take().is_some() {
            lock(&self.run.lines).open -= 1;
        }
    }

    /// A letter of somebody who got no connection.
    pub(super) fn taken_over(&self) -> Option<Turn> {
        lock(&self.run.lines).handed_over.pop_front()
    }

    /// Whether nobody will hand letters over to this one. If so it is open no more, in the same step.
    pub(super) fn is_last_call(&mut self) -> bool {
        let mut lines = lock(&self.run.lines);
        let is_last = lines.handed_over.is_empty() && (lines.calling == 0 || self.transport.is_none());
        if is_last && let Some(transport) = self.transport.take() {
            lines.open -= 1;
            drop(lines);
            close(transport);
        }
        is_last
    }

    /// The end of its work: hands over the letters that are left, if others carry on. What nobody will send comes back.
    pub(super) fn end(mut self, mut left: VecDeque<Turn>) -> VecDeque<Turn> {
        self.leave();
        let mut lines = lock(&self.run.lines);
        lines.handed_over.append(&mut left);
        lines.calling -= usize::from(self.is_retired);
        let is_ending = self.run.is_ending();
        if is_ending || !self.is_retired { std::mem::take(&mut lines.handed_over) } else { VecDeque::new() }
    }
}

fn close(transport: Transport<'_>) {
    if let Transport::Smtp(session) = transport {
        session.close();
    }
}
