//! The fingerprint of a ledger: what the user's state folder remembers of each one, so that a copy or an old one is noticed.
//!
//! In: a ledger and a folder. Out: nothing, if they agree. A copied ledger lies elsewhere than its fingerprint says; one
//! that was restored from a backup knows of fewer runs; one from another computer has no fingerprint here. From each of them
//! a letter could be sent twice.

use super::attempts::Ledger;
use super::failure::{Doubt, Failure};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

impl Ledger {
    /// Begins a run that sends: compares the ledger with its fingerprint, counts the run in both, in the ledger first. A ledger
    /// that is adopted becomes another one, with a fingerprint of its own.
    ///
    /// # Errors
    /// A doubt that nobody has settled with `--adopt-ledger`, or a file that cannot be written.
    pub fn begin_run(&mut self, place: &Path, state: &Path, adopt: bool) -> Result<(), Failure> {
        let place = place.canonicalize().map_err(|e| Failure::File(place.to_path_buf(), e))?;
        let (id, runs) = self.identity()?;
        // It becomes the name of a file; a ledger that came from others could name another one.
        if id.len() != 32 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Failure::Damaged);
        }
        match doubt(&fingerprint_file(state, &id), &place, runs)? {
            Some(doubt) if !adopt => return Err(Failure::Doubtful(doubt)),
            Some(_) => self.rename()?,
            None => {}
        }
        // A new ledger gets its fingerprint before it counts: killed between the two, it would be taken for a stranger's.
        let (id, runs) = self.identity()?;
        if runs == 0 {
            write(&fingerprint_file(state, &id), &place, runs)?;
        }
        let (id, runs) = self.count_run()?;
        write(&fingerprint_file(state, &id), &place, runs)
    }
}

fn fingerprint_file(state: &Path, id: &str) -> PathBuf {
    state.join("appeal").join("ledgers").join(id)
}

fn doubt(file: &Path, place: &Path, runs: i64) -> Result<Option<Doubt>, Failure> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((runs > 0).then_some(Doubt::Stranger)),
        Err(error) => return Err(Failure::File(file.to_path_buf(), error)),
    };
    let (known, path) = text.split_once('\n').unwrap_or_default();
    let known: i64 = known.parse().unwrap_or(i64::MAX);
    Ok(if path.trim_end_matches('\n') != place.to_string_lossy() {
        Some(Doubt::Elsewhere)
    } else if runs < known {
        Some(Doubt::Older)
    } else {
        None
    })
}

/// Written whole and synced before the first letter goes.
fn write(file: &Path, place: &Path, runs: i64) -> Result<(), Failure> {
    let failed = |error| Failure::File(file.to_path_buf(), error);
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(failed)?;
    let mut aside = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    write!(aside, "{runs}\n{}\n", place.to_string_lossy()).map_err(failed)?;
    aside.as_file().sync_all().map_err(failed)?;
    aside.persist(file).map_err(|e| Failure::File(file.to_path_buf(), e.error))?;
    fs::File::open(folder).and_then(|f| f.sync_all()).map_err(failed)
}
