//! What the record of a case said, for the ledger: it tells by a digest whether a letter has changed since it was sent.
//!
//! In: a record that was understood. Out: its digest, once somebody asks. Most letters are printed and never sent, and to
//! digest its record would take a twentieth of the time of each.

use crate::records::Record;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// What the record of a case said.
pub struct CaseDigest {
    record: Record,
    earlier: Option<[u8; 32]>,
    digest: OnceLock<[u8; 32]>,
}

impl CaseDigest {
    /// `earlier`: the digest of the case that this one updates, where it is here.
    #[must_use]
    pub fn new(record: Record, earlier: Option<[u8; 32]>) -> Self {
        Self { record, earlier, digest: OnceLock::new() }
    }

    /// SHA-256 of what the record says, the earlier case's included, the letter's date not.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let digest = || match self.earlier {
            Some(earlier) => Sha256::new().chain_update(self.record.digest()).chain_update(earlier).finalize().into(),
            None => self.record.digest(),
        };
        *self.digest.get_or_init(digest)
    }
}
