//! How a run ended, as an exit code.

use crate::app::RunError;
use std::process::ExitCode;

/// How a run ended, and its code. The largest that applies counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum ExitStatus {
    /// All that was asked is done.
    #[default]
    Done = 0,
    /// Files, configuration, permission, disk.
    Failed = 1,
    /// Usage: nothing was run.
    Usage = 2,
    /// Letters are held.
    Held = 3,
    /// Letters were not accepted.
    NotAccepted = 4,
    /// Whether a letter arrived is in doubt.
    Doubt = 5,
    /// Somebody pressed Ctrl-C.
    Interrupted = 130,
}

impl ExitStatus {
    /// What this error means for the exit code.
    pub(super) fn of(error: &RunError) -> Self {
        match error {
            RunError::Usage(_) => Self::Usage,
            RunError::App(_) | RunError::Problems(_) | RunError::System(..) => Self::Failed,
            RunError::OutputClosed => Self::Done,
            RunError::Interrupted => Self::Interrupted,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
