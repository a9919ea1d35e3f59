//! `send --check-server`: the talk with the server, without its secrets and without a letter; and what every run tells of its calls, and how
//! Ctrl-C ends them.
//!
//! In: the user's own configuration. Out: what was said and heard, a line each, and what it came to.

use super::planning::Run;
use crate::app::{RunError, config};
use crate::cli::exit_status::ExitStatus;
use crate::cli::report;
use crate::mail::outcome::Fault;
use crate::mail::smtp::{self, Observer, Seen};
use crate::text::{Lines, clean};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

impl Run<'_> {
    pub(super) fn check_server(&self) -> Result<ExitStatus, RunError> {
        let config = config::read(self.common.config.as_deref(), self.root)?;
        let route = config::route(&config, |username| self.password(username))?;
        let interrupted = interruption();
        let tell = |seen: Seen<'_>| {
            let line = match seen {
                Seen::Calling(at) => report::tell(&say!("calling {at}", at = at)),
                Seen::Said(command) => format!("> {command}"),
                // What a server says may steer a terminal.
                Seen::Heard(line) => format!("< {}", clean(line, Lines::One).0),
                Seen::Protected => report::tell(&say!("from here on nobody else can read along")),
                Seen::NoGreeting(at) => return late(at),
            };
            // Whoever reads no more gets the end all the same.
            let _ = report::print(&format!("{line}\n"));
        };
        match smtp::check(&route, Observer { interrupted: &interrupted, tell: &tell }) {
            Ok(()) => {
                report::print(&format!("{}\n", report::tell(&say!("the server can be sent through; no letter was sent"))))?;
                Ok(ExitStatus::Done)
            }
            Err(_) if interrupted.load(Ordering::Relaxed) => Ok(ExitStatus::Interrupted),
            Err(fault) => {
                report::failure(&fault.trouble().clone().into(), self.common.quiet);
                Ok(if matches!(fault, Fault::Configuration(_)) { ExitStatus::Failed } else { ExitStatus::NotAccepted })
            }
        }
    }
}

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
pub(super) fn calls() -> impl Fn(Seen<'_>) + Sync {
    let is_told = AtomicBool::new(!std::io::stderr().is_terminal());
    move |seen| match seen {
        Seen::Calling(at) if !is_told.swap(true, Ordering::Relaxed) => report::note(&say!("calling {at}", at = at)),
        Seen::NoGreeting(at) => late(at),
        _ => {}
    }
}

fn late(at: &str) {
    let words = say!(
        "{at} has said nothing for 10 seconds; smtps:// belongs to port 465 and smtp:// to port 587, and some networks block both; waiting on (Ctrl-C ends it)",
        at = at
    );
    report::note(&words);
}
