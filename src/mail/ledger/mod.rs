//! What was sent, written before and after: `ledger.db`.
//!
//! In: e-mails that are to go, and how each attempt ended. Out: an [`Attempt`], which is the only thing the outbox takes; or
//! the letter's [`Standing`], which is why it does not go. That nothing goes twice is a constraint of the database.
//! No name, no subject and no body is ever written here.
//!
//! Nothing is sent that is not written down:
//!
//! ```
//! use appeal::mail::{Attempt, Email, Ledger, ledger::{Permit, Phase, Refusal}};
//! fn begin(ledger: &Ledger, email: Email) -> Result<Attempt, Refusal> { ledger.begin(email, Permit::Ordinary, Phase::Content, 0) }
//! ```
//!
//! ```compile_fail,E0423
//! use appeal::mail::{Attempt, Email};
//! fn forge(email: Email) -> Attempt { Attempt(email) }
//! ```

mod attempts;
mod digests;
mod failure;
mod forget;
mod history;
mod open_checks;
mod remembered;
mod schema;

pub use attempts::{Attempt, Ledger, Permit, Phase, Refusal, Standing};
pub use failure::Failure;
pub use history::{Event, HAPPENED, Happened, LedgerEntry};
