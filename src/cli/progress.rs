//! How far a run has come, on a terminal only.
//!
//! In: what there is to do, and each step. Out: a bar on standard error with the rate and the time that remains, or, off a
//! terminal, nothing at all.

use crate::app::sources::{Kind, Source};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Below this number of cases files are made before a bar could be read.
const FEW: usize = 50;
/// The bar changes no more often than this.
const BETWEEN: Duration = Duration::from_millis(100);

/// A bar, or nothing.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    /// Bytes of the streams, as they are read.
    read: Arc<AtomicU64>,
    /// Whether the bar counts cases rather than bytes.
    counts_cases: bool,
    done: Cell<u64>,
    /// When the bar was last changed, from its beginning.
    drawn: Cell<Duration>,
}

impl Progress {
    /// No bar.
    pub(super) fn none() -> Self {
        Self { bar: None, read: Arc::default(), counts_cases: false, done: Cell::new(0), drawn: Cell::new(Duration::ZERO) }
    }

    /// A bar for these sources, if standard error is a terminal and somebody wants to see it.
    pub(super) fn of(quiet: bool, sources: &[Source]) -> Self {
        let streams = sources.iter().any(|s| s.kind != Kind::Case);
        let target = ProgressDrawTarget::stderr();
        if quiet || target.is_hidden() || (!streams && sources.len() < FEW) {
            return Self::none();
        }
        let length = if streams { sources.iter().map(Source::length).sum() } else { Some(sources.len() as u64) };
        let bar = ProgressBar::with_draw_target(length, target);
        let layout = if length.is_some() { "{wide_bar} {msg}, {eta} left" } else { "{spinner} {msg}" };
        bar.set_style(ProgressStyle::with_template(layout).expect("the layout is written above"));
        Self { bar: Some(bar), counts_cases: !streams, ..Self::none() }
    }

    /// Where readers of streams count what they read.
    pub(super) fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    /// One case is done.
    pub(super) fn step(&self) {
        let Some(bar) = &self.bar else { return };
        let done = self.done.get() + 1;
        self.done.set(done);
        let elapsed = bar.elapsed();
        if elapsed < self.drawn.get() + BETWEEN {
            return;
        }
        self.drawn.set(elapsed);
        let rate = u128::from(done) * 1000 / elapsed.as_millis().max(1);
        bar.set_message(format!("{done} cases, {rate} a second"));
        bar.set_position(if self.counts_cases { done } else { self.read.load(Ordering::Relaxed) });
    }

    /// Says something while the bar stands aside.
    pub(super) fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}
