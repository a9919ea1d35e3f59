//! `appeal` drafts urgent-action letters to the special procedures of the United Nations.
//!
//! It guards the people named in the letters, and the truth of what the letters say. This page is the whole program.
//!
//! # The flow
//!
//! ```text
//! files ─read─▶ Record ─parse─▶ Case ─compose─▶ Draft ─clear─▶ Cleared ─▶ Email ─begin─▶ Attempt ─send─▶ Outcome
//!               text with        understood,      Letter,        Letter,      one          written in     accepted, deferred,
//!               a location       typed data       marked DRAFT   unmarked     recipient    the ledger     refused, in doubt
//!                                                    └───────┬───────┘
//!                                           write(&Letter, &RenderOptions, Format) ─▶ bytes
//! ```
//!
//! Each arrow is one function that is the only way from the left type to the right one. An error stops a value from
//! existing; a warning is a remark about a value that exists. `today` is always an argument. Clock, environment and a
//! workspace's files are touched only in `app`, the network, the ledger and the copies of what was sent only in [`mail`].
//!
//! There is no batch mode and no resume mode: a batch is many letters, and to go on is to type the same command again,
//! because the ledger knows what is left.
//!
//! # The rooms
//!
//! Each layer uses only the layers above it in this table, and none of its neighbours. A test reads `src/` and holds the
//! house to it.
//!
//! | layer | room | what it is |
//! |---|---|---|
//! | 1 | [`diagnostic`] | what is wrong in a user's file, where, and what to do |
//! | 1 | [`consent`] | who agreed to what; the only room that opens a name; the search for names |
//! | 1 | [`text`] | one text in several languages; the cleaning of outside text |
//! | 1 | [`date`] | dates as people know them |
//! | 2 | [`records`] | what a file says: values with places, and the asking for fields |
//! | 2 | [`annexes`] | what an annex carries beside what it shows |
//! | 3 | [`organisation`] | who signs and writes |
//! | 3 | [`directory`] | mandates, their holders and terms |
//! | 4 | [`case`] | an appeal's matter, understood |
//! | 5 | [`fitness`] | what each mandate asks for and this case lacks |
//! | 6 | [`letter`] | the letter as a format-neutral document: words, templates, clearance |
//! | 7 | [`writers`] | a letter in, bytes out: one function and one file a format |
//! | 8 | [`mail`] | a cleared letter to its recipient, once: the message, the [`mail::ledger`], the [`mail::outbox`] |
//! | 9 | `app` | what a run does, with nothing printed and nothing parsed: workspace, sources, batch, plan, delivery |
//! | 10 | [`cli`] | what can be typed and what is printed: one file a command |
//!
//! # What types hold
//!
//! A [`case::Case`] exists only whole. A [`consent::Confidential`] opens for one reader at a time. A
//! [`letter::Cleared`] is made only by [`letter::Draft::clear`], a message only of a `Cleared`, and the outbox takes only what
//! [`mail::ledger`] has written down before. A value can never become structure, because values enter
//! the document after the template's Markdown has been read ([`letter::template`]).

#[macro_use]
pub mod diagnostic;
pub mod annexes;
mod app;
pub mod case;
pub mod cli;
pub mod consent;
pub mod date;
pub mod directory;
pub mod fitness;
pub mod letter;
pub mod mail;
pub mod organisation;
pub mod records;
pub mod text;
pub mod writers;
