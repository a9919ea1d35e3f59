//! How a run ended, as an exit code.

/// How a run ended. The largest that applies is the exit code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ExitStatus {
    /// All that was asked is done.
    #[default]
    Done,
    /// Files, configuration, permission, disk.
    Failed,
    /// Usage: nothing was run.
    Usage,
    /// Letters are held.
    Held,
    /// Letters were not accepted.
    NotAccepted,
    /// The disposition of a letter is in doubt.
    Doubt,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

impl ExitStatus {
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Held => 3,
            Self::NotAccepted => 4,
            Self::Doubt => 5,
            Self::Interrupted => 130,
        }
    }
}
