//! The behaviour of the program, through the binary: what is typed, what comes out, what lies in the workspace afterwards.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests write plain files, and a failure is a panic")]

mod basics;
mod batch;
mod batch_cases;
mod desk;
mod docx;
mod fitness;
mod form;
mod house;
mod readme;
mod requests;
mod speech;
mod walk;
mod weak;
