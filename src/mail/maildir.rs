//! A mailbox in a folder, for rehearsals: what a real server would have got, to be read in a mail program.
//!
//! In: a message. Out: a file in `new/` of a Maildir. It is written in `tmp/`, synced and moved, so that a mail program never
//! sees half of it. The file's name names no computer and no process.

use super::outcome::{Fault, Outcome, Reply};
use super::sha256::digest;
use crate::diagnostic::AppError;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Makes the folders of a mailbox.
pub(super) fn open(folder: &Path) -> Result<(), Fault> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    ["tmp", "new", "cur"]
        .iter()
        .try_for_each(|part| builder.create(folder.join(part)))
        .map_err(|e| Fault::Configuration(AppError::new(say!("{path}: {error}", path = folder.display(), error = e))))
}

/// Puts a message into the mailbox.
pub(super) fn deliver(folder: &Path, bytes: &[u8], second: i64, number: i64) -> Outcome {
    let name = format!("{second}.{number}_{}.appeal", &digest(bytes)[..16]);
    let put = || -> std::io::Result<()> {
        let aside = folder.join("tmp").join(&name);
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, folder.join("new").join(&name))
    };
    match put() {
        Ok(()) => Outcome::Rehearsed(Reply::none(&format!("new/{name}"))),
        Err(error) => Outcome::Deferred(Reply::none(&error.to_string())),
    }
}
