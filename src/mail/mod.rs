//! The mail room: a cleared letter goes out by e-mail, once, to the right address, with proof; or it does not go.
//!
//! In: [`Cleared`](crate::letter::Cleared) letters. Out: [`Outcome`]s, each written in the ledger before and after.
//! Nothing else of the program speaks to a server, and nothing here reads a workspace or asks a person.

pub mod config;
pub mod ledger;
pub mod message;
pub mod outbox;
pub mod outcome;
pub mod smtp;

mod digest;
mod group_commit;
mod maildir;
mod phrase;
mod sendmail;
mod transfer;

pub use config::Config;
pub use ledger::{Attempt, Ledger, Standing};
pub use message::{Attachment, Email, Identity, Posting};
pub use outcome::{Outcome, Reply};

use sha2::{Digest as _, Sha256};

/// SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
