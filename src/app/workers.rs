//! Work on all cores, with the results in the order of the input and bounded memory.
//!
//! In: a stream of items, a function that works on one, and a function that takes the results. Out: the results, one after
//! another. Whatever the number of items, some hundred at most are held at a time, and a dozen where they go alone: the stream is
//! read no further than the results have been taken.

use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many items go to a worker together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bundle {
    /// One: each takes long, or much memory, and at the end no worker has many left while the others have none.
    One,
    /// Some.
    Few,
    /// Enough to make the handing over cheap.
    #[default]
    Many,
}

impl Bundle {
    const fn size(self) -> usize {
        match self {
            Self::One => 1,
            Self::Few => 4,
            Self::Many => 16,
        }
    }
}

/// Bundles that are under way for each worker: enough that none waits for a slow neighbour.
const UNDER_WAY: usize = 4;

/// Works on every item of a stream, on all cores, and hands on the results in the order of the items.
///
/// # Errors
/// Those of `then`, which end the work.
pub(crate) fn in_order<T: Send, U: Send, E>(
    mut items: impl Iterator<Item = T> + Send,
    bundle: Bundle,
    work: impl Fn(T) -> U + Sync,
    mut then: impl FnMut(U) -> Result<(), E>,
) -> Result<(), E> {
    // One letter is the usual run of a person, who would wait for the threads to start.
    let Some(first) = items.next() else { return Ok(()) };
    let Some(second) = items.next() else { return then(work(first)) };
    let items = [first, second].into_iter().chain(items);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let window = workers * UNDER_WAY;
    // A bundle may start when it has a permit, and gives it back when its results have been taken.
    let (permits, granted) = sync_channel(window);
    let (give, bundles) = sync_channel(window);
    let (finished, results) = sync_channel(window);
    // The workers alone hold the receiver, so that the feeder is not left waiting when they are gone.
    let bundles = Arc::new(Mutex::new(bundles));
    thread::scope(|scope| {
        scope.spawn(move || feed(items, bundle.size(), &granted, &give));
        for _ in 0..workers {
            let (bundles, finished, work) = (Arc::clone(&bundles), finished.clone(), &work);
            scope.spawn(move || {
                while let Some((number, bundle)) = next(&bundles) {
                    let results = panic::catch_unwind(AssertUnwindSafe(|| bundle.into_iter().map(work).collect::<Vec<U>>()));
                    if finished.send((number, results)).is_err() {
                        return;
                    }
                }
            });
        }
        drop((bundles, finished));
        // Both are dropped at the latest here, on an error too, and with them all the others come to an end.
        let (permits, results) = (permits, results);
        for _ in 0..window {
            let _ = permits.try_send(());
        }
        // What came before its turn, from the bundle on that is expected next.
        let (mut early, mut expected) = (VecDeque::new(), 0_usize);
        early.resize_with(window, || None);
        for (number, bundle) in results {
            early[number - expected] = Some(bundle.unwrap_or_else(|panic| panic::resume_unwind(panic)));
            while let Some(bundle) = early.front_mut().and_then(Option::take) {
                bundle.into_iter().try_for_each(&mut then)?;
                early.rotate_left(1);
                expected += 1;
                let _ = permits.try_send(());
            }
        }
        Ok(())
    })
}

fn feed<T>(mut items: impl Iterator<Item = T>, together: usize, granted: &Receiver<()>, give: &SyncSender<(usize, Vec<T>)>) {
    for number in 0.. {
        if granted.recv().is_err() {
            return;
        }
        let bundle: Vec<T> = items.by_ref().take(together).collect();
        if bundle.is_empty() || give.send((number, bundle)).is_err() {
            return;
        }
    }
}

fn next<T>(bundles: &Mutex<Receiver<T>>) -> Option<T> {
    // The lock guards a receiver, which a panic elsewhere cannot leave half changed.
    bundles.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use super::{Bundle, UNDER_WAY, in_order};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut found = Vec::new();
        let take = |n| {
            found.push(n);
            Ok::<(), ()>(())
        };
        in_order(0..1000_u64, Bundle::Few, |n| n * 2, take).expect("nothing fails");
        assert_eq!(found, (0..1000).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[test]
    fn the_stream_is_read_no_further_than_the_results_are_taken() {
        let read = AtomicUsize::new(0);
        let items = (0..100_000_usize).inspect(|_| {
            read.fetch_add(1, Ordering::SeqCst);
        });
        let (mut taken, mut ahead) = (0, 0);
        let then = |_| {
            taken += 1;
            ahead = ahead.max(read.load(Ordering::SeqCst) - taken);
            Ok::<(), ()>(())
        };
        in_order(items, Bundle::Many, |n| n, then).expect("nothing fails");
        let cores = thread::available_parallelism().map_or(1, usize::from);
        assert!(taken == 100_000 && ahead <= (cores * UNDER_WAY + 1) * Bundle::Many.size(), "{ahead}");
    }

    #[test]
    fn items_that_go_alone_are_read_one_by_one() {
        let read = AtomicUsize::new(0);
        let items = (0..60_usize).inspect(|_| {
            read.fetch_add(1, Ordering::SeqCst);
        });
        let (mut taken, mut ahead) = (0, 0);
        let then = |()| {
            taken += 1;
            ahead = ahead.max(read.load(Ordering::SeqCst) - taken);
            Ok::<(), ()>(())
        };
        in_order(items, Bundle::One, |_| (), then).expect("nothing fails");
        let cores = thread::available_parallelism().map_or(1, usize::from);
        assert!(taken == 60 && ahead <= cores * UNDER_WAY + 2, "{ahead}");
    }

    #[test]
    fn an_error_ends_the_work() {
        let ended = in_order(0.., Bundle::Many, |n: u64| n, |n| if n == 20 { Err("enough") } else { Ok(()) });
        assert_eq!(ended, Err("enough"));
    }

    #[test]
    #[should_panic(expected = "at 20")]
    fn a_panic_is_passed_on() {
        let _ = in_order(0.., Bundle::Many, |n: u64| assert!(n != 20, "at 20"), |()| Ok::<(), ()>(()));
    }
}
