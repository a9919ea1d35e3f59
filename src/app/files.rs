//! Reading and writing files: bounded, whole or not at all, for nobody else's eyes.
//!
//! In: paths. Out: bytes, or a sentence on what is wrong. A file is written under a temporary name beside its place and
//! renamed, with mode 0600; whoever reads it sees the old bytes or the new ones.

use super::{Attempt, RunError};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::records::{Record, read_toml};
use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Text files are read up to this many bytes; the readers say that more is too much.
const LARGEST_TEXT: u64 = (4 << 20) + 1;

/// Reads a text file of a user; a larger one only as far as its reader needs to see that it is too large.
///
/// # Errors
/// A diagnostic at the file: it is not there, a folder, not readable.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let (bytes, length) = read_up_to(path, LARGEST_TEXT)?;
    if length >= LARGEST_TEXT {
        let megabytes = length >> 20;
        return Err(Box::new(
            Diagnostic::error(say!("the file has {megabytes} MB, which is more than a file of text can have here (4 MB)", megabytes = megabytes))
                .at(whole(path))
                .hint(say!("annexes and pictures are files of their own; name them in [[annexes]]")),
        ));
    }
    Ok(bytes)
}

/// Reads a file of TOML as what it stands for.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn read_as<T>(path: &Path, parse: impl FnOnce(&Record) -> (Option<T>, Diagnostics)) -> Result<T, Diagnostics> {
    let bytes = read(path).map_err(|problem| Diagnostics::from(*problem))?;
    let (record, mut problems) = read_toml(&bytes, &Arc::from(path.display().to_string()));
    let value = record.and_then(|record| {
        let (value, found) = parse(&record);
        problems.extend(found);
        value
    });
    value.filter(|_| !problems.has_errors()).ok_or(problems)
}

/// Reads a file up to a length, and says how long it is.
pub(crate) fn read_up_to(path: &Path, limit: u64) -> Result<(Vec<u8>, u64), Box<Diagnostic>> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    let length = file.metadata().and_then(|m| file.take(limit).read_to_end(&mut bytes).map(|_| m.len()));
    length.map(|length| (bytes, length)).map_err(|e| Box::new(unreadable(path, &e)))
}

/// Opens a file, to be read as a stream.
///
/// # Errors
/// A diagnostic at the file: it is not there, a folder, not readable.
pub(crate) fn open(path: &Path) -> Result<File, Box<Diagnostic>> {
    let failed = |error: &std::io::Error| Box::new(unreadable(path, error));
    let metadata = fs::metadata(path).map_err(|e| failed(&e))?;
    if !metadata.is_file() {
        let message = if metadata.is_dir() { say!("this is a folder, not a file") } else { say!("this is not a regular file") };
        return Err(Box::new(Diagnostic::error(message).at(whole(path)).hint(say!("name a file"))));
    }
    File::open(path).map_err(|e| failed(&e))
}

/// Why a file cannot be read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let (message, hint) = match error.kind() {
        ErrorKind::NotFound => {
            (say!("there is no such file"), say!("look at the path; it is meant from the current folder, or, inside a file, from the workspace"))
        }
        ErrorKind::PermissionDenied => (say!("the file may not be read"), say!("look at its permissions")),
        _ if error.raw_os_error() == Some(40) => (say!("the file is a link that leads back to itself"), say!("replace the link by the file")),
        _ => (say!("the file cannot be read: {why}", why = error.kind()), say!("look at the disk and at the path")),
    };
    Diagnostic::error(message).at(whole(path)).hint(hint)
}

fn whole(path: &Path) -> Location {
    Location::whole(path.display().to_string())
}

/// What became of a file that was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is new, or had other bytes.
    Anew,
    /// It had these bytes already.
    Unchanged,
}

/// Writes a file whole or not at all, mode 0600; one that has these bytes already is left alone.
///
/// # Errors
/// No permission, a full disk, a folder in its place.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<Written, RunError> {
    let failed = || format!("{} cannot be written", path.display());
    if fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() == bytes.len() as u64) && fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(Written::Unchanged);
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The temporary file has mode 0600 from its first moment, and goes away if anything fails.
    // It is written to by its handle: an error then does not name it, and nobody looks for a file that is gone.
    let mut file = tempfile::Builder::new().prefix(".appeal-").make_in(folder, create).attempt(failed)?;
    file.as_file_mut().write_all(bytes).attempt(failed)?;
    file.persist(path).map_err(|e| e.error).attempt(failed)?;
    Ok(Written::Anew)
}

/// Writes a file, and the folders above it where they are missing, maybe made by another worker in the meantime.
///
/// # Errors
/// No permission, a full disk, a folder in its place.
pub(crate) fn write_below(path: &Path, bytes: &[u8]) -> Result<Written, RunError> {
    let first = match write(path, bytes) {
        Ok(written) => return Ok(written),
        Err(error) => error,
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        make_folder(folder)?;
    }
    write(path, bytes).map_err(|_| first)
}

/// Makes a file that is not there yet, for nobody else to read.
pub(crate) fn create(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder and those above it, readable by nobody else.
///
/// # Errors
/// No permission, or a file in its place.
pub(crate) fn make_folder(path: &Path) -> Result<(), RunError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).attempt(|| format!("the folder {} cannot be made", path.display()))
}

/// Takes the lock of a run that sends; it is held until it is dropped.
///
/// # Errors
/// Another run has it, or the file cannot be made.
pub(crate) fn lock(path: &Path) -> Result<File, RunError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A link or a pipe of a workspace that came from others could lead elsewhere, or keep the run waiting for ever.
    if fs::symlink_metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(RunError::app(say!("{path} is not a file of its own", path = path.display()), say!("remove it; the program makes it anew")));
    }
    let file = options.open(path).attempt(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(RunError::app(say!("another run is sending from this workspace"), say!("wait until it has ended"))),
        Err(fs::TryLockError::Error(error)) => Err(RunError::System(format!("{} cannot be locked", path.display()), error)),
    }
}
