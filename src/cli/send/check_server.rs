//! `send --check-server`: the talk with the server, without its secrets and without a letter.
//!
//! In: the user's own configuration. Out: what was said and heard, a line each, and what it came to.

use super::calls::{interruption, late};
use super::planning::Run;
use crate::app::{RunError, config};
use crate::cli::exit_status::ExitStatus;
use crate::cli::report;
use crate::mail::outcome::Fault;
use crate::mail::smtp::{self, Observer, Seen};
use crate::text::{Lines, clean};
use std::sync::atomic::Ordering;

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
