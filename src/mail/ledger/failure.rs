//! Why a ledger cannot be used, and what to do about it.
//!
//! In: what the database or a file says. Out: a sentence and a hint. A ledger in trouble stops a run before anything is sent.

use super::Doubt;
use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why the ledger cannot be used.
#[derive(Debug)]
pub enum Failure {
    /// A newer program wrote it.
    Newer(i64),
    /// It is damaged, or no ledger at all.
    Damaged,
    /// It is a link, a folder or something else.
    NotAFile,
    /// It may be a copy.
    Doubtful(Doubt),
    /// A file that cannot be read or written.
    File(PathBuf, std::io::Error),
    /// Anything else the database says: a full disk, no permission.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged,
            _ => Self::Database(error),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Newer(version) => write!(f, "ledger.db has the version {version}, which a newer appeal wrote\n  hint: use that program; nothing was changed"),
            Self::Damaged => f.write_str("ledger.db is damaged\n  hint: put it aside and restore the newest copy you have, then send with --adopt-ledger; what was sent since then is not in it"),
            Self::NotAFile => f.write_str("ledger.db is not a file\n  hint: a link could lead out of the workspace; put the file itself there"),
            Self::Doubtful(doubt) => {
                let what = match doubt {
                    Doubt::Elsewhere => "ledger.db was used in another folder: it may be a copy, and the other one may know of letters that this one does not",
                    Doubt::Older => "ledger.db knows of fewer runs than it should: it may have been restored from a backup, and letters that went out since are not in it",
                    Doubt::Stranger => "ledger.db was used on another computer or by another user, who may have sent letters since",
                };
                write!(f, "{what}\n  hint: make sure with `appeal status` that it knows all that was sent; then send with --adopt-ledger")
            }
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Database(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => f.write_str("ledger.db cannot be written: the disk is full"),
            Self::Database(error) if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => f.write_str("ledger.db cannot be written: look at the permissions of the workspace"),
            Self::Database(error) => write!(f, "ledger.db: {error}"),
        }
    }
}

impl std::error::Error for Failure {}
