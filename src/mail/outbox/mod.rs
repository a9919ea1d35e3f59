//! Sends what the ledger knows of, over one connection or several, and says how each letter ended.
//!
//! In: e-mails, one after another. Out: [`News`] of each. A letter is written down before its content goes and after the answer
//! came; the two entries of neighbours share a commit. What was deferred is tried again with growing delay for as long as
//! asked, then left for the next run. Nobody waits for a letter that another one holds up.

mod worker;

use super::group_commit::GroupCommit;
use super::ledger::{Permit, Standing};
use super::outcome::Outcome;
use super::smtp::{Fault, Route, Session};
use super::{Email, Identity, Ledger, config::Server, maildir};
use crate::diagnostic::{AppError, Message};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use worker::Worker;

/// How often somebody who waits looks whether the run is to end.
const LOOK: Duration = Duration::from_millis(100);

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
    /// The server, for a reason that has to be corrected or that passes.
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

/// Where letters are handed in and news come out.
pub struct Outbox {
    jobs: SyncSender<Job>,
    news: Receiver<News>,
}

impl Outbox {
    /// Hands a letter in; waits while the connections are busy. False if nobody sends any more.
    pub fn hand_in(&self, job: Job) -> Result<(), Box<Email>> {
        self.jobs.send(job).map_err(|e| e.0.email)
    }

    /// What became of letters since it was last asked.
    pub fn news(&self) -> impl Iterator<Item = News> {
        self.news.try_iter()
    }
}

/// Sends: lets `feed` hand letters in, connects and signs in when there is one, before it is begun, and returns when all of them
/// have ended: what `feed` says, and why the run ended before its letters did, if it did. Without a letter no server is asked.
/// `interrupted`: no new letter is begun once it is true.
pub fn run<T, E>(
    orders: &Orders,
    ledger: Ledger,
    interrupted: &AtomicBool,
    now: &(dyn Fn() -> i64 + Sync),
    feed: impl FnOnce(&Outbox) -> Result<T, E>,
    mut heard: impl FnMut(News),
) -> (Result<T, E>, Option<Stopped>) {
    let commits = GroupCommit::new(ledger, now);
    let (jobs, queue) = sync_channel(orders.connections * 4);
    let (tell, news) = channel();
    let (pace, stopped, reached) = (Mutex::new(Instant::now()), Mutex::new(None), AtomicBool::new(false));
    let office = Office { orders, interrupted, now, queue: Mutex::new(queue), pace, reached, stopped };
    let result = thread::scope(|scope| {
        for _ in 0..orders.connections {
            let worker = Worker::new(&office, &commits, tell.clone());
            scope.spawn(move || worker.run());
        }
        drop(tell);
        let outbox = Outbox { jobs, news };
        let fed = feed(&outbox);
        let Outbox { jobs, news } = outbox;
        drop(jobs);
        news.iter().for_each(&mut heard);
        fed
    });
    let stopped = office.stopped.into_inner().unwrap_or_else(PoisonError::into_inner);
    (result, stopped)
}

/// What letters go over.
enum Line<'a> {
    Smtp(Box<Session>),
    Program(&'a std::path::Path),
    Mailbox(&'a std::path::Path),
}

impl<'a> Line<'a> {
    fn open(route: &'a Route) -> Result<Self, Fault> {
        Ok(match &route.server {
            Server::Smtp { .. } => Self::Smtp(Box::new(Session::open(route)?)),
            Server::Sendmail(program) => Self::Program(program),
            Server::Maildir(folder) => {
                maildir::open(folder)?;
                Self::Mailbox(folder)
            }
        })
    }
}

/// What all connections share.
struct Office<'a> {
    orders: &'a Orders,
    interrupted: &'a AtomicBool,
    now: &'a (dyn Fn() -> i64 + Sync),
    queue: Mutex<Receiver<Job>>,
    /// When the next letter may go.
    pace: Mutex<Instant>,
    /// Whether the server was there once: only then is it waited for.
    reached: AtomicBool,
    stopped: Mutex<Option<Stopped>>,
}

impl Office<'_> {
    fn is_ending(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed) || lock(&self.stopped).is_some()
    }

    fn stop(&self, why: Stopped) {
        lock(&self.stopped).get_or_insert(why);
    }

    fn why(&self) -> Message {
        match &*lock(&self.stopped) {
            Some(Stopped::Server(fault)) => fault.trouble().what().clone(),
            Some(Stopped::Ledger(trouble)) => trouble.what().clone(),
            None => say!("the run was interrupted"),
        }
    }

    /// Takes the next place in the order of letters a minute; the time until it is there.
    fn take_place(&self) -> Duration {
        let Some(per_minute) = self.orders.per_minute else { return Duration::ZERO };
        let mut next = lock(&self.pace);
        let now = Instant::now();
        let place = (*next).max(now);
        *next = place + Duration::from_mins(1) / per_minute;
        place - now
    }

    /// Waits, unless the run is to end.
    fn wait(&self, time: Duration) {
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

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is guarded is changed in one step: a panic elsewhere leaves it whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
