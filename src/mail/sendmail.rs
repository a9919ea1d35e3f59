//! A program that takes messages on standard input: the mail system of this computer.
//!
//! In: a message and its envelope. Out: how the program ended (its codes are those of sysexits.h). The addresses are
//! arguments after `--`, so that none of them is an option; no shell sees them.

use super::outcome::{Outcome, Reply};
use lettre::Address;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// `EX_TEMPFAIL`: to be tried again.
const LATER: i32 = 75;

/// Hands a message to the program.
pub(super) fn deliver(program: &Path, from: &Address, to: &Address, bytes: &[u8]) -> Outcome {
    let mut command = Command::new(program);
    command.args(["-i", "-f", from.as_ref(), "--", to.as_ref()]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Outcome::Deferred(Reply::none(&format!("the program cannot be started: {error}"))),
    };
    // Programs of this kind want the line ends of this computer.
    let text: Vec<u8> = bytes.iter().copied().filter(|b| *b != b'\r').collect();
    let written = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(&text));
    match (written, child.wait().map(|status| status.code())) {
        (Ok(()), Ok(Some(0))) => Outcome::Accepted(Reply::none("taken by the mail system of this computer")),
        (_, Ok(Some(LATER))) => Outcome::Deferred(Reply::none("the mail system says: later")),
        (_, Ok(Some(code))) if code != 0 => Outcome::Refused(Reply::none(&format!("the mail system ended with {code}"))),
        // It was killed, or did not read to the end and says that all is well.
        _ => Outcome::InDoubt(Reply::none("the mail system ended before it could say what became of the letter")),
    }
}
