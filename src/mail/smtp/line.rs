//! The line to a server: bytes out, replies in, each within its time.
//!
//! In: flights of commands and content. Out: [`SmtpReply`]s, or how the line is [`Broken`]. A reply has to come within a time and to
//! end within a longer one, so that neither silence nor a trickle without end holds a run.

use super::broken::{Broken, broken as of};
use super::reply::{Parsed, SmtpReply};
use super::stream::{Protection, Stream};
use std::io::{self, ErrorKind, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A reply may take so many times the patience for a silent server until its end; so may the first word after content (RFC 5321,
/// 4.5.3.2.6 asks for the most patience there).
pub(super) const PATIENCE: u32 = 5;
/// How often somebody who waits looks whether to go on.
const LOOK: Duration = Duration::from_millis(100);
/// A server that says nothing for so long when it is called has often been called in the wrong way.
const EXPECTED_GREETING: Duration = Duration::from_secs(10);
/// No reply is longer, in bytes.
const LONGEST_REPLY: usize = 64 * 1024;
/// So many bytes go in one piece. TLS makes records of [`RECORD`] bytes of it.
const PIECE: usize = 4 * RECORD;
const RECORD: usize = 16 * 1024;

/// Who looks on, and can have the conversation ended while no letter is on its way.
#[derive(Clone, Copy)]
pub struct Observer<'a> {
    /// Nothing is begun once it is true.
    pub interrupted: &'a AtomicBool,
    /// What is seen on the line, without secrets.
    pub tell: &'a (dyn Fn(Seen<'_>) + Sync),
}

/// What is seen on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'a> {
    /// A server is being called.
    Calling(&'a str),
    /// This was said to it.
    Said(&'a str),
    /// This it answered, a line.
    Heard(&'a str),
    /// From now on nobody else can read along.
    Protected,
    /// It has been silent since it was called.
    NoGreeting(&'a str),
}

/// What broke the line while something was written, and whether all that mattered had left before.
pub(super) struct Cut {
    pub(super) broken: Broken,
    pub(super) has_left: bool,
}

/// A line to a server.
pub(super) struct Line<'a> {
    /// None while it is being protected, and for good if that failed.
    stream: Option<Stream>,
    unread: Vec<u8>,
    timeout: Duration,
    watch: Observer<'a>,
    /// Whether Ctrl-C ends it at once: no letter is on its way.
    pub(super) is_idle: bool,
}

impl<'a> Line<'a> {
    /// Calls a server.
    pub(super) fn connect(host: &str, port: u16, timeout: Duration, watch: Observer<'a>) -> Result<Self, Broken> {
        let (tell, told) = channel();
        let name = host.to_owned();
        // Neither the search for a name nor the call itself can be ended from outside.
        thread::spawn(move || tell.send(Stream::connect(&name, port, timeout)));
        let stream = loop {
            match told.recv_timeout(LOOK) {
                Ok(stream) => break stream?,
                Err(_) if watch.interrupted.load(Ordering::Relaxed) => return Err(Broken::Interrupted),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Broken::Closed),
            }
        };
        Ok(Self { stream: Some(stream), unread: Vec::new(), timeout, watch, is_idle: true })
    }

    /// Protects it from here on. What was said before is forgotten, and must not have been more than was asked for.
    pub(super) fn protect(&mut self, tls: &Protection) -> Result<(), Broken> {
        if !self.is_quiet() {
            return Err(Broken::Early);
        }
        self.stream = self.stream.take().map(|stream| stream.protected(tls)).transpose()?;
        self.write(b"").map_err(|cut| cut.broken)?;
        self.see(Seen::Protected);
        Ok(())
    }

    /// From here on nothing is worth a long wait.
    pub(super) fn hurry(&mut self) {
        self.timeout = self.timeout.min(Duration::from_secs(5));
    }

    pub(super) fn is_protected(&self) -> bool {
        self.stream.as_ref().is_some_and(Stream::is_protected)
    }

    /// Whether nothing lies there that nobody asked for.
    pub(super) fn is_quiet(&self) -> bool {
        self.unread.is_empty()
    }

    pub(super) fn see(&self, seen: Seen<'_>) {
        (self.watch.tell)(seen);
    }

    /// Says a command, and what is answered to it. `shown` is what others may see of it.
    pub(super) fn ask(&mut self, command: &str, shown: &str) -> Result<SmtpReply, Broken> {
        if !self.is_quiet() {
            return Err(Broken::Early);
        }
        self.see(Seen::Said(shown));
        self.write(format!("{command}\r\n").as_bytes()).map_err(|cut| cut.broken).or_else(|broken| if self.has_answer() { Ok(()) } else { Err(broken) })?;
        self.reply()
    }

    /// Writes everything.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Cut> {
        self.write_content(bytes, bytes.len()).map(drop)
    }

    /// Writes content that is complete after so many bytes, with whatever follows it. Whether it was all written: no more is once
    /// the server answers before its turn.
    pub(super) fn write_content(&mut self, bytes: &[u8], complete: usize) -> Result<bool, Cut> {
        let (mut sent, mut until) = (0, Instant::now() + self.timeout);
        self.set_timeouts(LOOK).map_err(|broken| Cut { broken, has_left: false })?;
        loop {
            let Some(stream) = &mut self.stream else { return Err(Cut { broken: Broken::Closed, has_left: false }) };
            let step = match bytes[sent..].len() {
                0 => stream.flush().map(|()| 0),
                left => match stream.write(&bytes[sent..sent + left.min(PIECE)]) {
                    Ok(0) => Err(ErrorKind::BrokenPipe.into()),
                    wrote => wrote,
                },
            };
            match step {
                Ok(0) => return Ok(true),
                Ok(n) => {
                    sent += n;
                    until = Instant::now() + self.timeout;
                    if sent < complete && (sent / PIECE) % 4 == 3 {
                        if self.has_answer() {
                            return Ok(false);
                        }
                        self.set_timeouts(LOOK).map_err(|broken| Cut { broken, has_left: false })?;
                    }
                }
                Err(error) if is_pause(&error) && Instant::now() < until && !self.is_interrupted() => {}
                Err(error) => {
                    let broken = if self.is_interrupted() { Broken::Interrupted } else { of(&error) };
                    return Err(Cut { broken, has_left: self.has_left(sent, complete, bytes.len()) });
                }
            }
        }
    }

    /// Whether the bytes up to `complete` may be with the server, of `all` of which `sent` were taken. Of what TLS has taken the
    /// last record did not go, or there would be no error, and a record is read whole or not at all.
    fn has_left(&self, sent: usize, complete: usize, all: usize) -> bool {
        let last_record = (all.max(1) - 1) / RECORD;
        let is_in_last = (complete.max(1) - 1) / RECORD == last_record;
        sent >= complete && !(self.is_protected() && is_in_last)
    }

    /// Whether the server has said something, or ended the line, without waiting for it.
    fn has_answer(&mut self) -> bool {
        !self.unread.is_empty() || self.fill(Duration::from_millis(1)) != Err(Broken::Silent)
    }

    /// The next reply.
    pub(super) fn reply(&mut self) -> Result<SmtpReply, Broken> {
        self.reply_within(self.timeout)
    }

    /// The greeting. Whoever looks on is told when it is late.
    pub(super) fn greeting(&mut self, host: &str) -> Result<SmtpReply, Broken> {
        if self.timeout > EXPECTED_GREETING && self.unread.is_empty() {
            match self.fill(EXPECTED_GREETING) {
                Err(Broken::Silent) => self.see(Seen::NoGreeting(host)),
                Err(broken) => return Err(broken),
                Ok(()) => {}
            }
        }
        self.reply()
    }

    /// The reply to content, for which a server may take its time.
    pub(super) fn reply_to_content(&mut self) -> Result<SmtpReply, Broken> {
        self.reply_within(self.timeout * PATIENCE)
    }

    /// A reply that is there already, after the line broke.
    pub(super) fn last_words(&mut self) -> Option<SmtpReply> {
        self.reply_within(LOOK).ok()
    }

    fn reply_within(&mut self, silence: Duration) -> Result<SmtpReply, Broken> {
        let end = Instant::now() + self.timeout * PATIENCE;
        let mut is_over = false;
        loop {
            match SmtpReply::parse(&self.unread, is_over) {
                Parsed::Whole(reply, used) => {
                    self.unread.drain(..used);
                    reply.lines().for_each(|line| self.see(Seen::Heard(&line)));
                    return Ok(reply);
                }
                Parsed::Foreign(line) => {
                    self.see(Seen::Heard(&line));
                    return Err(Broken::Foreign(line));
                }
                Parsed::Part if is_over => return Err(Broken::Closed),
                Parsed::Part if self.unread.len() > LONGEST_REPLY => return Err(Broken::Endless),
                Parsed::Part => {}
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.fill(silence.min(left)) {
                Err(Broken::Closed) => is_over = true,
                Err(Broken::Silent) if left < silence && !self.unread.is_empty() => return Err(Broken::Endless),
                other => other?,
            }
        }
    }

    /// Reads what comes within a time.
    fn fill(&mut self, silence: Duration) -> Result<(), Broken> {
        let until = Instant::now() + silence;
        let mut some = [0; 4096];
        loop {
            if self.is_interrupted() {
                return Err(Broken::Interrupted);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Broken::Silent);
            }
            self.set_timeouts(left.min(LOOK))?;
            let Some(stream) = &mut self.stream else { return Err(Broken::Closed) };
            match stream.read(&mut some) {
                Ok(0) => return Err(Broken::Closed),
                Ok(n) => {
                    self.unread.extend_from_slice(&some[..n]);
                    return Ok(());
                }
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(of(&error)),
            }
        }
    }

    fn set_timeouts(&self, read: Duration) -> Result<(), Broken> {
        self.stream.as_ref().map_or(Ok(()), |stream| stream.set_timeouts(read, LOOK)).map_err(|error| of(&error))
    }

    fn is_interrupted(&self) -> bool {
        self.is_idle && self.watch.interrupted.load(Ordering::Relaxed)
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
