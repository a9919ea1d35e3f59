//! Sends what the ledger knows of, over one connection or several, and says how each letter ended.
//!
//! In: e-mails, one after another. Out: [`News`] of each. A letter is written down before its content goes and after the answer
//! came; the two entries of neighbours share a commit. What was deferred is tried again with growing delay for as long as
//! asked, then left for the next run. Nobody waits for a letter that another one holds up.

mod connection;
mod shared;
mod worker;

pub use shared::{Job, News, Orders, Stopped, What};

use super::group_commit::GroupCommit;
use super::ledger::Ledger;
use super::message::Email;
use super::smtp::Observer;
use shared::RunState;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;
use worker::Worker;

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
pub fn run<T, E>(
    orders: &Orders,
    ledger: Ledger,
    watch: Observer<'_>,
    now: &(dyn Fn() -> i64 + Sync),
    feed: impl FnOnce(&Outbox) -> Result<T, E>,
    mut heard: impl FnMut(News),
) -> (Result<T, E>, Option<Stopped>) {
    let commits = GroupCommit::new(ledger, now);
    let (jobs, queue) = sync_channel(orders.connections * 4);
    let (tell, news) = channel();
    let (pace, stopped, reached) = (Mutex::new(Instant::now()), Mutex::new(None), AtomicBool::new(false));
    let state = RunState { orders, watch, now, queue: Mutex::new(queue), lines: Mutex::default(), pace, reached, stopped };
    let result = thread::scope(|scope| {
        for _ in 0..orders.connections {
            let worker = Worker::new(&state, &commits, tell.clone());
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
    let stopped = state.stopped.into_inner().unwrap_or_else(PoisonError::into_inner);
    (result, stopped)
}
