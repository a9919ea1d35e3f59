//! What a run does: reading a workspace, making letters, planning and delivering them.
//!
//! In: what was asked for, as values. Out: values and errors. Nothing is printed here and no argument is parsed; the clock, the
//! environment and the files of a workspace are touched here.

mod annexes;
pub(crate) mod batch;
pub(crate) mod cases;
pub(crate) mod catalogues;
pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod delivery;
pub(crate) mod disposition;
pub(crate) mod failed;
pub(crate) mod files;
pub(crate) mod forget;
pub(crate) mod import;
mod items;
mod letter_specs;
mod mapping;
pub(crate) mod new_case;
pub(crate) mod new_workspace;
mod paths;
#[cfg(feature = "pdf")]
mod pdf_renderer;
pub(crate) mod plan;
pub(crate) mod record;
mod run_error;
pub(crate) mod run_summary;
pub(crate) mod selection;
pub(crate) mod send_state;
pub(crate) mod sending;
pub(crate) mod sources;
pub(crate) mod templates;
mod urgency;
mod workbook;
pub(crate) mod workers;
pub(crate) mod workspace;

pub(crate) use run_error::{Attempt, RunError};
pub(crate) use selection::{Purpose, Selection};
