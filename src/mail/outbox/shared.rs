//! What all connections of a run share: how it sends, the letters that wait, and whether it is to end.
//!
//! In: [`Orders`]. Out: [`News`] of each letter, and why a run [`Stopped`] before its end.

use crate::diagnostic::{AppError, Message};
use crate::mail::ledger::{Permit, Standing};
use crate::mail::message::{Email, Identity};
use crate::mail::outcome::{Fault, Outcome};
use crate::mail::smtp::{Observer, Route};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often somebody who waits looks whether the run is to end.
pub(super) const LOOK: Duration = Duration::from_millis(100);

/// How a run sends.
pub struct Orders {
    /// The server and who signs in.
    pub route: Route,
    /// Connections at the same time.
    pub connections: usize,
    /// No more letters a minute.
    pub per_minute: Option<u32>,
    /// For how long a deferred letter is tried again.
    pub retry_for: Duration,
    /// Whether the bytes of what was accepted are handed back.
    pub keep_bytes: bool,
}

/// What became of a letter.
pub struct News {
    /// Which.
    pub identity: Identity,
    /// What.
    pub what: What,
    /// The bytes that were accepted, where they were asked for.
    pub bytes: Option<Vec<u8>>,
}

/// What became of a letter.
#[derive(Debug)]
pub enum What {
    /// It was sent, or it was tried.
    Ended(Outcome),
    /// It was not begun, because of how it stands.
    Stood(Standing),
    /// It was not begun, because the run ended before.
    NotBegun(Message),
}

/// Why a run ended before its letters did.
#[derive(Clone, Debug)]
pub enum Stopped {
    /// The server or the account, for a reason that has to be put in order or that passes.
    Server(Fault),
    /// The ledger cannot be written.
    Ledger(AppError),
}

/// A letter that is to be sent.
pub struct Job {
    /// It.
    pub email: Box<Email>,
    /// By what right.
    pub permit: Permit,
}

/// A letter that is to be sent; and if it was tried before, when and for how long it may be tried again.
pub(super) struct Turn {
    pub(super) job: Job,
    pub(super) retry: Retry,
}

/// When a letter may be tried again.
#[derive(Clone, Copy)]
pub(super) struct Retry {
    pub(super) due: Instant,
    pub(super) pause: Duration,
    /// None: it was not tried yet.
    pub(super) until: Option<Instant>,
}

/// The connections of a run.
#[derive(Default)]
pub(super) struct Lines {
    /// How many are being made, or given up with letters that are not handed over yet.
    pub(super) calling: usize,
    /// How many can be used.
    pub(super) open: usize,
    /// Letters of those who got none.
    pub(super) handed_over: VecDeque<Turn>,
}

/// What all connections share.
pub(super) struct RunState<'a> {
    pub(super) orders: &'a Orders,
    pub(super) watch: Observer<'a>,
    pub(super) now: &'a (dyn Fn() -> i64 + Sync),
    pub(super) queue: Mutex<Receiver<Job>>,
    pub(super) lines: Mutex<Lines>,
    /// When the next letter may go.
    pub(super) pace: Mutex<Instant>,
    /// Whether the server was there once: only then is it waited for.
    pub(super) reached: AtomicBool,
    pub(super) stopped: Mutex<Option<Stopped>>,
}

impl RunState<'_> {
    pub(super) fn is_ending(&self) -> bool {
        self.watch.interrupted.load(Ordering::Relaxed) || lock(&self.stopped).is_some()
    }

    pub(super) fn stop(&self, why: Stopped) {
        lock(&self.stopped).get_or_insert(why);
    }

    pub(super) fn why(&self) -> Message {
        match &*lock(&self.stopped) {
            Some(Stopped::Server(fault)) => fault.trouble().what().clone(),
            Some(Stopped::Ledger(trouble)) => trouble.what().clone(),
            None => say!("the run was interrupted"),
        }
    }

    /// Takes the next place in the order of letters a minute; the time until it is there.
    pub(super) fn take_place(&self) -> Duration {
        let Some(per_minute) = self.orders.per_minute else { return Duration::ZERO };
        let mut next = lock(&self.pace);
        let now = Instant::now();
        let place = (*next).max(now);
        *next = place + Duration::from_mins(1) / per_minute;
        place - now
    }

    /// Waits, unless the run is to end.
    pub(super) fn wait(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_ending() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            thread::sleep(left.min(LOOK));
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is guarded is changed in one step: a panic elsewhere leaves it whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
