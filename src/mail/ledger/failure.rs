//! Why a ledger cannot be used, and what to do about it.
//!
//! In: what the database or a file says. Out: a sentence and a hint. A ledger in trouble stops a run before anything is sent.

use crate::diagnostic::AppError;
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

impl Failure {
    /// What it is, and what to do.
    #[must_use]
    pub fn trouble(&self) -> AppError {
        match self {
            Self::Newer(version) => AppError::new(say!("ledger.db has the version {version}, which a newer appeal wrote", version = version))
                .hint(say!("use that program; nothing was changed")),
            Self::Damaged => AppError::new(say!("ledger.db is damaged"))
                .hint(say!("put it aside and restore the newest copy you have; letters that you sent since then are held until --adopt-ledger")),
            Self::NotAFile => AppError::new(say!("ledger.db is not a file")).hint(say!("a link could lead out of the workspace; put the file itself there")),
            Self::File(path, error) => AppError::new(say!("{path}: {error}", path = path.display(), error = error)),
            Self::Database(error) => AppError::new(match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => say!("ledger.db cannot be written: the disk is full"),
                Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => say!("ledger.db cannot be written: look at the permissions of the workspace"),
                Some(ErrorCode::SystemIoFailure) => say!("ledger.db cannot be read or written: the disk is full or failing"),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => say!("ledger.db is in use by another program"),
                _ => say!("ledger.db: {error}", error = error),
            }),
        }
    }
}

impl std::fmt::Display for Failure {
    /// In English.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.trouble().fmt(f)
    }
}

impl std::error::Error for Failure {}
