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
mod sha256;

pub use config::Config;
pub use ledger::{Attempt, Ledger, Standing};
pub use message::{Attachment, Email, Identity, Posting};
pub use outcome::{Outcome, Reply};
pub use sha256::digest;
