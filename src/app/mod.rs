//! What a run does: reading a workspace, making letters, planning and delivering them.
//!
//! In: what was asked for, as values. Out: values and errors. Nothing is printed here and no argument is parsed; the clock, the
//! environment and the files of a workspace are touched here.

pub(crate) mod annexes;
pub(crate) mod batch;
pub(crate) mod cases;
pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod delivery;
pub(crate) mod disposition;
pub(crate) mod failed;
pub(crate) mod files;
pub(crate) mod items;
mod language_packs;
pub(crate) mod mappings;
pub(crate) mod orders;
pub(crate) mod paths;
#[cfg(feature = "pdf")]
mod pdf_renderer;
pub(crate) mod plan;
pub(crate) mod run_error;
pub(crate) mod run_summary;
pub(crate) mod selection;
pub(crate) mod send_state;
pub(crate) mod sources;
mod urgency;
pub(crate) mod usage_error;
pub(crate) mod workers;
pub(crate) mod workspace;

pub(crate) use run_error::RunError;
pub(crate) use selection::{Purpose, Selection};
pub(crate) use usage_error::UsageError;
