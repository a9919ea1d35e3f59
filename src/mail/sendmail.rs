//! A program that takes messages on standard input: the mail system of this computer, msmtp, a script.
//!
//! In: a message and its envelope. Out: how the program ended, by the codes of sysexits.h and by what it said. The addresses are
//! arguments after `--`, so that none of them is an option; no shell sees them. A program that does not end is ended.

use super::outcome::{AttemptEnd, Fault, Outcome, Reply};
use crate::diagnostic::AppError;
use lettre::Address;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A program may take so many times the patience for a silent server: it may speak to one.
const PATIENCE: u32 = 5;
/// No more of what it says is read, in bytes.
const LONGEST: u64 = 4096;

/// Hands a message to the program.
pub(super) fn deliver(program: &Path, from: &Address, to: &Address, bytes: &[u8], timeout: Duration) -> AttemptEnd {
    let mut command = Command::new(program);
    command.args(["-i", "-f", from.as_ref(), "--", to.as_ref()]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let what = say!("the program {path} cannot be started: {error}", path = program.display(), error = error);
            return stopped(Outcome::Deferred(Reply::none(&what.to_string())), AppError::new(what).hint(say!("look at server in config.toml")));
        }
    };
    // Programs of this kind want the line ends of this computer.
    let text: Vec<u8> = bytes.iter().copied().filter(|b| *b != b'\r').collect();
    let said = [child.stdout.take().map(hear), child.stderr.take().map(hear)];
    let (tell, written) = channel();
    if let Some(mut input) = child.stdin.take() {
        // It may stop reading, and never end.
        thread::spawn(move || tell.send(input.write_all(&text).is_ok()));
    }
    let Some(status) = wait(&mut child, timeout * PATIENCE) else {
        let what = say!("the program {path} does not end, and was ended", path = program.display());
        return stopped(Outcome::InDoubt(Reply::none(&what.to_string())), AppError::new(what).hint(say!("run it by hand; then the same command again")));
    };
    let said: Vec<String> = said.into_iter().flatten().filter_map(|said| said.recv_timeout(Duration::from_secs(1)).ok()).collect();
    let has_read = written.recv_timeout(Duration::from_secs(1)).unwrap_or(false);
    ending(program, status, has_read, said.join(" ").trim())
}

/// What a program says, as far as it is short.
fn hear(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, said) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut pipe = pipe;
        let _ = pipe.by_ref().take(LONGEST).read_to_end(&mut bytes);
        let _ = tell.send(String::from_utf8_lossy(&bytes).into_owned());
        // Whoever says more than that is not stopped by a full pipe.
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    });
    said
}

/// Waits for its end, and brings it about if that takes too long.
fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let (until, mut pause) = (Instant::now() + patience, Duration::from_millis(1));
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => thread::sleep(pause),
            _ => break,
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// What an end means for the letter, and for those after it: only what is about this letter lets the run go on.
fn ending(program: &Path, status: ExitStatus, has_read: bool, said: &str) -> AttemptEnd {
    let code = status.code();
    let words = match code {
        Some(code) => format!("the mail system ended with {code}{}{said}", if said.is_empty() { "" } else { ": " }),
        None => "the mail system ended before it could say what became of the letter".to_owned(),
    };
    let reply = Reply::none(&words);
    let trouble = |hint| AppError::new(say!("{path}: {reply}", path = program.display(), reply = reply)).hint(hint);
    let correct = say!("correct its configuration, or server in config.toml; then run the same command again");
    match code {
        Some(0) if has_read => Outcome::Accepted(Reply::none("taken by the mail system of this computer")).into(),
        // EX_DATAERR, EX_NOINPUT, EX_NOUSER.
        Some(65..=67) => Outcome::Refused(reply).into(),
        // EX_UNAVAILABLE, by which msmtp passes on what a server said.
        Some(69) if passed_on(said) == Some(5) => Outcome::Refused(reply).into(),
        // EX_NOHOST, EX_UNAVAILABLE, EX_OSERR, EX_CANTCREAT, EX_TEMPFAIL: it has nothing of the letter, and may have it later.
        Some(68 | 69 | 71 | 73 | 75) => Outcome::Deferred(reply).into(),
        // EX_USAGE, EX_OSFILE, EX_NOPERM, EX_CONFIG, and a shell that finds no program.
        Some(64 | 72 | 77 | 78 | 126 | 127) => stopped(Outcome::Deferred(reply.clone()), trouble(correct)),
        // EX_SOFTWARE, EX_IOERR, EX_PROTOCOL, and whatever else: the letter may have left before.
        _ => stopped(Outcome::InDoubt(reply.clone()), trouble(say!("find out what that means; the letters after this one go with the next run"))),
    }
}

fn stopped(outcome: Outcome, trouble: AppError) -> AttemptEnd {
    AttemptEnd { outcome, over: false, stops: Some(Fault::Configuration(trouble)) }
}

/// The first digit of a server's reply among the words of a program.
fn passed_on(said: &str) -> Option<u32> {
    let is_code = |word: &&str| word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|b| b.is_ascii_digit());
    said.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').find(is_code)?.chars().next()?.to_digit(10)
}

#[cfg(test)]
mod tests {
    use super::passed_on;

    #[test]
    fn what_a_server_said_is_found_among_the_words_of_a_program() {
        assert_eq!(passed_on("msmtp: server message: 450 4.2.0 Greylisted"), Some(4));
        assert_eq!(passed_on("server message: 550-5.1.1 no such user"), Some(5));
        assert_eq!(passed_on("cannot connect to 10.0.0.1, port 587"), Some(5));
        assert_eq!(passed_on("service unavailable"), None);
    }
}
