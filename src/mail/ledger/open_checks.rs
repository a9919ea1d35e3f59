//! What a ledger may not be: a workspace may come from others, and a database can be made to do more than remember.
//!
//! In: a path, or an open database. Out: nothing, or why it is not opened. A link could lead the program to a file elsewhere; a
//! journal could, too, because the database rolls it back, empties it and deletes what it names.

use super::failure::Failure;
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// What stands at the end of a journal that names another one (<https://sqlite.org/fileformat2.html>, 3). This program writes to
/// one database at a time, and none of its journals does.
const NAMES_ANOTHER: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
/// The bytes of a database's head that say how it is journaled: 1, by rollback, as this program's are.
const JOURNALED: std::ops::Range<usize> = 18..20;

/// Looks at the files of a ledger before they are opened.
///
/// # Errors
/// One of them is a link, a folder or a pipe, or is of a kind that this program does not write.
pub(super) fn refuse(path: &Path) -> Result<(), Failure> {
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    for file in [path.to_path_buf(), beside("-journal")] {
        if fs::symlink_metadata(&file).is_ok_and(|there| !there.is_file()) {
            return Err(Failure::NotAFile);
        }
    }
    let belongs_to_others = ["-wal", "-shm"].iter().any(|ending| fs::symlink_metadata(beside(ending)).is_ok());
    let mut head = Vec::new();
    if let Some(file) = there(path)? {
        file.take(100).read_to_end(&mut head).map_err(|e| Failure::File(path.to_path_buf(), e))?;
    }
    let is_ours = head.get(JOURNALED).is_none_or(|bytes| bytes == [1, 1]);
    if belongs_to_others || !is_ours || names_another(&beside("-journal"))? {
        return Err(Failure::Damaged);
    }
    Ok(())
}

fn there(path: &Path) -> Result<Option<File>, Failure> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::File(path.to_path_buf(), error)),
    }
}

fn names_another(journal: &Path) -> Result<bool, Failure> {
    let Some(mut file) = there(journal)? else { return Ok(false) };
    let mut end = Vec::new();
    let length = file.metadata().map(|m| m.len()).unwrap_or_default();
    let read = file.seek(SeekFrom::Start(length.saturating_sub(8))).and_then(|_| file.take(8).read_to_end(&mut end));
    read.map_err(|e| Failure::File(journal.to_path_buf(), e))?;
    Ok(end == NAMES_ANOTHER)
}

/// Nothing that a foreign schema brings along is run, and none may stand between the program and its own tables.
///
/// # Errors
/// The database has triggers or views.
pub(super) fn distrust(db: &Connection) -> Result<(), Failure> {
    db.pragma_update(None, "trusted_schema", false)?;
    let strangers: i64 = db.query_row("SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')", [], |row| row.get(0))?;
    if strangers > 0 { Err(Failure::Damaged) } else { Ok(()) }
}
