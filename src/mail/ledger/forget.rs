//! What the ledger keeps of a case that is forgotten: its digests and how its letters stand, and none of its words.

use super::attempts::Ledger;
use super::failure::Failure;
use chrono::NaiveDate;
use rusqlite::params;

impl Ledger {
    /// Takes remarks, references, replies and the names of annexes of these cases out of the file, and out of what it keeps beside it,
    /// and writes down `event` in their place. No letter of theirs can go twice afterwards that could not before.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget(&self, cases: &[String], event: &str, day: NaiveDate, now: i64) -> Result<(), Failure> {
        self.db.pragma_update(None, "secure_delete", true)?;
        for case in cases {
            self.db.execute("UPDATE attempts SET reply = NULL, annexes = '[]' WHERE case_id = ?1", [case])?;
            self.db.execute("UPDATE events SET reference = NULL, note = NULL WHERE case_id = ?1", [case])?;
            self.db.execute(
                "INSERT INTO events (case_id, event, day, run_by, written) SELECT case_id, ?2, ?3, ?4, ?5 FROM attempts WHERE case_id = ?1
                 AND NOT EXISTS (SELECT 1 FROM events WHERE case_id = ?1 AND event = ?2) LIMIT 1",
                params![case, event, day.to_string(), self.run_by, now],
            )?;
        }
        // Free pages and the journal still have what was there.
        self.db.execute_batch("VACUUM")?;
        self.db.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        Ok(())
    }
}
