//! The digests by which the ledger knows a case and a letter again, also a letter that an older version sent.
//!
//! In: an e-mail, or the attempts as they stand. Out: digests, that of a letter with its form. Digests of different forms cannot be
//! compared; letters of another form are known by address, language, reader and case digest, which is what they were made of.

use crate::mail::digest::FORM;
use crate::mail::message::Email;
use crate::mail::sha256::hex;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};

/// SHA-256 of a case's matter under a letter's date.
pub(super) fn case_digest(matter: &[u8; 32], date: &str) -> String {
    hex(&Sha256::new().chain_update(matter).chain_update(date).finalize())
}

/// A letter's digest as it is written.
pub(super) fn with_form(digest: &str) -> String {
    format!("{FORM}:{digest}")
}

/// A letter's digest without its form; the older ones name none.
pub(super) fn without_form(written: &str) -> &str {
    written.split_once(':').map_or(written, |(_, digest)| digest)
}

/// The letters of other forms that went out, or may have.
pub(super) struct OtherForms {
    /// By address, language, reader and case digest: case and key.
    letters: HashMap<[String; 4], Vec<(String, String)>>,
    /// The dates that they went out with.
    dates: BTreeSet<String>,
}

impl OtherForms {
    pub(super) fn load(db: &Connection) -> rusqlite::Result<Self> {
        let mut found = Self { letters: HashMap::new(), dates: BTreeSet::new() };
        let other = "SELECT address, language, audience, case_digest, case_id, key, letter_date FROM attempts
                     WHERE substr(letter_digest, 1, length(?1)) <> ?1 AND address IS NOT NULL AND purpose = 'send' AND released = 0
                     AND (outcome IS NULL OR outcome IN ('accepted', 'in-doubt'))";
        let mut statement = db.prepare(other)?;
        let mut rows = statement.query([with_form("")])?;
        while let Some(row) = rows.next()? {
            let letter = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            found.letters.entry(letter).or_default().push((row.get(4)?, row.get(5)?));
            found.dates.insert(row.get(6)?);
        }
        Ok(found)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// The id of another case under which the same letter went to the same address.
    pub(super) fn same(&self, email: &Email) -> Option<&str> {
        let identity = &email.identity;
        let find = |date: &String| {
            let address = email.address().to_owned();
            let letter = [address, identity.language.clone(), identity.audience.word().to_owned(), case_digest(&email.matter, date)];
            let mut all = self.letters.get(&letter)?.iter();
            all.find(|(case, key)| !case.eq_ignore_ascii_case(&identity.case) && person(key) == person(&identity.key))
        };
        // A letter without a date of its own may have gone out under any.
        let (case, _) = if email.is_dated { find(&email.letter_date.to_string()) } else { self.dates.iter().find_map(find) }?;
        Some(case)
    }
}

/// Whom a letter about one person is about.
fn person(key: &str) -> Option<&str> {
    key.split_once('.').map(|(person, _)| person)
}
