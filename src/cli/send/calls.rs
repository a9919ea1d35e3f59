//! What every run tells of its calls, and how Ctrl-C ends it.
//!
//! In: what a conversation shows while it goes on. Out: notes for the person at the terminal, and whether to end.

use crate::cli::exit_status::ExitStatus;
use crate::cli::report;
use crate::mail::smtp::Seen;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// True once somebody has pressed Ctrl-C. The second time the program ends at once: every entry of the ledger is whole at
/// any moment, and what was under way is in doubt.
pub(super) fn interruption() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    let _ = ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(ExitStatus::Interrupted as u8));
        }
        report::note(&say!("ending after the letters under way; press again to end at once"));
    });
    flag
}

/// Tells of the first call on a terminal, and of a server that is silent when it is called.
pub(super) fn teller() -> impl Fn(Seen<'_>) + Sync {
    let is_told = AtomicBool::new(!std::io::stderr().is_terminal());
    move |seen| match seen {
        Seen::Calling(at) if !is_told.swap(true, Ordering::Relaxed) => report::note(&say!("calling {at}", at = at)),
        Seen::NoGreeting(at) => late(at),
        _ => {}
    }
}

/// Says that a server is silent at its greeting, with the likely cause.
pub(super) fn late(at: &str) {
    let words = say!(
        "{at} has said nothing for 10 seconds; smtps:// belongs to port 465 and smtp:// to port 587, and some networks block both; waiting on (Ctrl-C ends it)",
        at = at
    );
    report::note(&words);
}
