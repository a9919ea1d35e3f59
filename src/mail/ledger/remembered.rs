//! What the user's own state folder remembers of letters: a ledger that is missing, new, copied or restored lacks some of them.
//!
//! In: the folder, and letters that begin. Out: whether this user began a letter before. Each is a keyed hash, so that the file tells nobody to
//! whom letters went. What a ledger knows besides is a colleague's and no matter; nor is where it lies.

use super::failure::Failure;
use crate::mail::message::Email;
use crate::mail::sha256::digest;
use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The letters that a user began, in any workspace.
pub(super) struct Remembered {
    path: PathBuf,
    file: File,
    key: String,
    known: HashSet<String>,
    /// Of a transaction that is not on the disk yet.
    fresh: Vec<String>,
}

impl Remembered {
    /// Reads the file of this folder, or makes it with `new_key`.
    pub(super) fn load(state: &Path, new_key: &str) -> Result<Self, Failure> {
        let folder = state.join("appeal");
        let path = folder.join("letters");
        let failed = |error| Failure::File(path.clone(), error);
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(failed)?;
        let mut text = fs::read_to_string(&path).map_err(failed)?;
        if text.is_empty() {
            // Two runs may begin the file at once: the first key counts for both.
            writeln!(file, "{new_key}").and_then(|()| file.sync_all()).map_err(failed)?;
            text = fs::read_to_string(&path).map_err(failed)?;
        }
        let mut lines = text.lines().map(str::to_owned);
        let key = lines.next().unwrap_or_default();
        let known = lines.collect();
        Ok(Self { path: path.clone(), file, key, known, fresh: Vec::new() })
    }

    /// Whether this user began it before.
    pub(super) fn has(&self, email: &Email) -> bool {
        self.known.contains(&self.hash(email))
    }

    /// Takes note that it begins.
    pub(super) fn note(&mut self, email: &Email) {
        let hash = self.hash(email);
        if self.known.insert(hash.clone()) {
            self.fresh.push(hash);
        }
    }

    /// Writes down what was noted, once the ledger has it on the disk. It is not synced: what a power cut takes away here, the ledger has.
    pub(super) fn write(&mut self) -> Result<(), Failure> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        // A line that was cut off spoils none after it.
        let lines: String = self.fresh.drain(..).flat_map(|hash| ["\n".to_owned(), hash]).collect();
        self.file.write_all(lines.as_bytes()).map_err(|error| Failure::File(self.path.clone(), error))
    }

    /// A letter is the same under its case, recipient, language and reader, to the same address.
    fn hash(&self, email: &Email) -> String {
        let identity = &email.identity;
        let parts = [self.key.as_str(), &identity.case.to_ascii_lowercase(), &identity.key, &identity.language, identity.audience.word(), email.address()];
        let mut hash = digest(parts.join("\0").as_bytes());
        hash.truncate(32);
        hash
    }
}
