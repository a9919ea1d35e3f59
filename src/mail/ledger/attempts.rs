//! The attempts at a letter: begun before its content goes, settled after the answer came, and in between nobody else's.
//!
//! In: e-mails and outcomes. Out: [`Attempt`]s, or the [`Standing`] of a letter.

use super::digests::{OtherForms, case_digest, with_form};
use super::failure::Failure;
use super::remembered::Remembered;
use super::{open_checks, schema};
use crate::mail::message::{Email, Identity};
use crate::mail::outcome::{Outcome, Reply};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use std::cell::{OnceCell, RefCell};
use std::path::Path;

/// For so long another program may keep the ledger busy.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// An open ledger.
pub struct Ledger {
    pub(super) db: Connection,
    pub(super) run_by: Option<String>,
    /// Read when it is first asked for: nothing of another form is ever added.
    other_forms: OnceCell<OtherForms>,
    /// What the user remembers, where letters are sent.
    remembered: RefCell<Option<Remembered>>,
    /// Whether a letter may go that only the user remembers.
    is_adopted: bool,
}

/// How far an attempt is meant to go with one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Sender and recipient only: without [`Ledger::promote`] the server cannot have the letter.
    Envelope,
    /// All of it.
    Content,
}

/// By what right an attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// Nothing stands against it.
    Ordinary,
    /// A person decided that it may go again although it was refused.
    Resend,
    /// It is a rehearsal, and counts as nothing.
    Rehearsal,
}

/// Why a letter does not go now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was accepted, or submitted another way; Unix time.
    Accepted(i64),
    /// A person has to find out whether it arrived.
    InDoubt(i64),
    /// The case has changed since it was accepted or in doubt.
    Changed(i64),
    /// The server refused it.
    Refused(i64, Reply),
    /// The same letter went to the same address under another case id.
    Same(String),
    /// It is being sent at this moment, or the same letter to the same address is.
    UnderWay,
    /// This user began it, and the ledger does not know of it.
    Forgotten,
}

/// Why there is no attempt.
#[derive(Debug)]
pub enum Refusal {
    /// The letter's standing, and the letter.
    Standing(Standing, Box<Email>),
    /// The ledger's own trouble.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// An e-mail that is written down as being sent. Dropped without an end, it is in doubt.
#[must_use]
pub struct Attempt {
    id: i64,
    email: Email,
    mail_date: i64,
}

impl Attempt {
    /// The e-mail.
    pub fn email(&self) -> &Email {
        &self.email
    }

    /// Its number in the ledger.
    pub(in crate::mail) fn number(&self) -> i64 {
        self.id
    }

    /// What is sent.
    pub fn bytes(&self) -> Vec<u8> {
        self.email.bytes(self.mail_date)
    }
}

impl Ledger {
    /// Opens the ledger at this path, and makes it if there is none: mode 0600, a rollback journal, every commit synced.
    ///
    /// # Errors
    /// It is damaged, from a newer program, or cannot be written.
    pub fn open(path: &Path, run_by: Option<String>) -> Result<Self, Failure> {
        open_checks::refuse(path)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(|e| Failure::File(path.to_path_buf(), e))?;
        let mut db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        open_checks::distrust(&db)?;
        // A journal that stays, with its head crossed out and synced, keeps its place on the disk: no commit has to write down
        // first that a file has grown, shrunk or gone.
        db.pragma_update_and_check(None, "journal_mode", "PERSIST", |_| Ok(()))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.busy_timeout(PATIENCE)?;
        // The plan of a query is made once, and not anew for each letter's values.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let sound: String = db.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if sound != "ok" {
            return Err(Failure::Damaged);
        }
        schema::migrate(&mut db)?;
        Ok(Self::of(db, run_by))
    }

    /// Opens a ledger to read it; none if there is no file, or nothing in it yet.
    ///
    /// # Errors
    /// It is damaged, from another version, or cannot be read.
    pub fn read(path: &Path) -> Result<Option<Self>, Failure> {
        if std::fs::metadata(path).is_err() {
            return Ok(None);
        }
        open_checks::refuse(path)?;
        // After a run that was killed the journal has to be rolled back, and that is writing.
        let open = |access| Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let db = open(OpenFlags::SQLITE_OPEN_READ_WRITE).or_else(|_| open(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
        open_checks::distrust(&db)?;
        db.busy_timeout(PATIENCE)?;
        db.pragma_update(None, "query_only", true)?;
        Ok(schema::check_version(&db)?.then(|| Self::of(db, None)))
    }

    fn of(db: Connection, run_by: Option<String>) -> Self {
        Self { db, run_by, other_forms: OnceCell::new(), remembered: RefCell::new(None), is_adopted: false }
    }

    /// From here on letters are compared with what the user's state folder remembers, and are remembered there. `adopt`: those that the
    /// ledger lacks may go.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn remember(&mut self, state: &Path, adopt: bool) -> Result<(), Failure> {
        // A ledger that cannot be written is told before anything else is done.
        self.db.execute("UPDATE ledger SET runs = runs + 1", [])?;
        let key: String = self.db.query_row("SELECT lower(hex(randomblob(32)))", [], |row| row.get(0))?;
        (self.remembered, self.is_adopted) = (RefCell::new(Some(Remembered::load(state, &key)?)), adopt);
        Ok(())
    }

    /// Many entries in one commit: none of them is written before all are.
    ///
    /// # Errors
    /// The commit failed.
    pub fn together<T>(&self, work: impl FnOnce(&Self) -> T) -> Result<T, Failure> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        let done = work(self);
        if let Err(error) = self.db.execute_batch("COMMIT") {
            let _ = self.db.execute_batch("ROLLBACK");
            return Err(error.into());
        }
        if let Some(remembered) = &mut *self.remembered.borrow_mut() {
            remembered.write()?;
        }
        Ok(done)
    }

    /// Under the lock nothing is under way: an attempt without an end is in doubt, unless its content cannot have been sent.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn recover(&self, now: i64) -> Result<usize, Failure> {
        let text = "the run ended before there was an answer";
        self.db.execute(
            "UPDATE attempts SET outcome = 'deferred', ended = ?1, reply = ?2 WHERE outcome IS NULL AND (phase = 'envelope' OR purpose = 'rehearsal')",
            params![now, text],
        )?;
        Ok(self.db.execute("UPDATE attempts SET outcome = 'in-doubt', ended = ?1, reply = ?2 WHERE outcome IS NULL", params![now, text])?)
    }

    /// How a letter stands, without beginning anything; none if it may go.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn standing(&self, email: &Email, permit: Permit) -> Result<Option<Standing>, Failure> {
        if permit == Permit::Rehearsal {
            return Ok(None);
        }
        if let Some(found) = self.latest(&email.identity)? {
            let at = found.at;
            match found.outcome.as_deref() {
                None => return Ok(Some(Standing::UnderWay)),
                Some("refused") if permit == Permit::Ordinary => return Ok(Some(Standing::Refused(at, found.reply))),
                Some("accepted" | "submitted" | "in-doubt") => {
                    // An undated case is compared under the date it went out with.
                    let date = if email.is_dated { email.letter_date.to_string() } else { found.letter_date };
                    let standing = if case_digest(&email.matter, &date) != found.case_digest {
                        Standing::Changed(at)
                    } else if found.outcome.as_deref() == Some("in-doubt") {
                        Standing::InDoubt(at)
                    } else {
                        Standing::Accepted(at)
                    };
                    return Ok(Some(standing));
                }
                Some(_) => {}
            }
        } else if self.is_forgotten(email)? {
            return Ok(Some(Standing::Forgotten));
        }
        if let Some(standing) = self.twin(email)? {
            return Ok(Some(standing));
        }
        let other = "SELECT case_id FROM attempts WHERE letter_digest = ?1 AND case_id <> ?2 AND purpose = 'send' AND released = 0
                     AND (outcome IS NULL OR outcome IN ('accepted', 'in-doubt'))";
        let same = self.db.prepare_cached(other)?.query_row(params![with_form(&email.digest), email.identity.case], |row| row.get(0)).optional()?;
        let same = match same {
            None => self.other_forms()?.same(email).map(str::to_owned),
            same => same,
        };
        Ok(same.map(Standing::Same))
    }

    /// Whether this user began it, and the ledger, which may be new, a copy or restored, knows nothing of it.
    fn is_forgotten(&self, email: &Email) -> Result<bool, Failure> {
        if self.is_adopted || !self.remembered.borrow().as_ref().is_some_and(|remembered| remembered.has(email)) {
            return Ok(false);
        }
        let Identity { case, key, language, audience } = &email.identity;
        let any = "SELECT count(*) FROM attempts WHERE case_id = ?1 AND key = ?2 AND language = ?3 AND audience = ?4 AND purpose <> 'rehearsal'";
        Ok(self.db.prepare_cached(any)?.query_row(params![case, key, language, audience.word()], |row| row.get::<_, i64>(0))? == 0)
    }

    /// How the same letter to the same address stands that went to another recipient of the case: the two are one delivery.
    fn twin(&self, email: &Email) -> Result<Option<Standing>, Failure> {
        let twin = "SELECT outcome, coalesce(ended, begun) FROM attempts WHERE letter_digest = ?1 AND case_id = ?2 AND key <> ?3 AND purpose = 'send'
                    AND released = 0 AND (outcome IS NULL OR outcome IN ('accepted', 'in-doubt'))";
        let Identity { case, key, .. } = &email.identity;
        let found = self.db.prepare_cached(twin)?.query_row(params![with_form(&email.digest), case, key], |row| {
            let (outcome, at): (Option<String>, i64) = (row.get(0)?, row.get(1)?);
            Ok(match outcome.as_deref() {
                None => Standing::UnderWay,
                Some("accepted") => Standing::Accepted(at),
                Some(_) => Standing::InDoubt(at),
            })
        });
        Ok(found.optional()?)
    }

    /// Whether letters of other forms are known, which only [`Ledger::standing`] can compare.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn has_other_forms(&self) -> Result<bool, Failure> {
        Ok(!self.other_forms()?.is_empty())
    }

    fn other_forms(&self) -> Result<&OtherForms, Failure> {
        if let Some(known) = self.other_forms.get() {
            return Ok(known);
        }
        let found = OtherForms::load(&self.db)?;
        Ok(self.other_forms.get_or_init(|| found))
    }

    /// Writes down that a letter is about to be sent.
    ///
    /// # Errors
    /// The letter's standing, which is why it is not sent; or the ledger cannot be written, and then nothing may be.
    pub fn begin(&self, email: Email, permit: Permit, phase: Phase, now: i64) -> Result<Attempt, Refusal> {
        if let Some(standing) = self.standing(&email, permit)? {
            return Err(Refusal::Standing(standing, Box::new(email)));
        }
        let Identity { case, key, language, audience } = &email.identity;
        if permit == Permit::Resend {
            self.release(&email.identity)?;
        }
        let first = "SELECT mail_date FROM attempts WHERE case_id = ?1 AND key = ?2 AND language = ?3 AND audience = ?4 AND letter_digest = ?5
                     AND outcome = 'deferred' AND mail_date IS NOT NULL ORDER BY id LIMIT 1";
        let digest = with_form(&email.digest);
        let first: Option<i64> =
            self.db.prepare_cached(first)?.query_row(params![case, key, language, audience.word(), digest], |row| row.get(0)).optional()?;
        let mail_date = first.unwrap_or(now);
        let annexes = serde_json::to_string(&email.annexes()).unwrap_or_default();
        let written = self
            .db
            .prepare_cached(
                "INSERT INTO attempts (case_id, key, language, audience, purpose, case_digest, letter_digest, letter_date, address, message_id, mail_date,
                 annexes, begun, phase, run_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                case,
                key,
                language,
                audience.word(),
                if permit == Permit::Rehearsal { "rehearsal" } else { "send" },
                case_digest(&email.matter, &email.letter_date.to_string()),
                digest,
                email.letter_date.to_string(),
                email.address(),
                email.message_id,
                mail_date,
                annexes,
                now,
                if phase == Phase::Envelope { "envelope" } else { "content" },
                self.run_by,
            ]);
        match written {
            Ok(_) => {
                if let Some(remembered) = self.remembered.borrow_mut().as_mut().filter(|_| permit != Permit::Rehearsal) {
                    remembered.note(&email);
                }
                Ok(Attempt { id: self.db.last_insert_rowid(), email, mail_date })
            }
            // Whatever was overlooked above, the database does not overlook.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Err(Refusal::Standing(Standing::UnderWay, Box::new(email))),
            Err(error) => Err(error.into()),
        }
    }

    /// The content of an attempt that has only its envelope on the way is about to follow.
    ///
    /// # Errors
    /// The ledger cannot be written, and then the content may not be sent.
    pub fn promote(&self, attempt: &Attempt) -> Result<(), Failure> {
        self.db.prepare_cached("UPDATE attempts SET phase = 'content' WHERE id = ?1")?.execute([attempt.id])?;
        Ok(())
    }

    /// Writes down how an attempt ended, and gives the e-mail back.
    ///
    /// # Errors
    /// The ledger cannot be written: the attempt will be in doubt.
    pub fn settle(&self, attempt: Attempt, outcome: &Outcome, now: i64) -> Result<Email, Failure> {
        let reply = outcome.reply();
        self.db.prepare_cached("UPDATE attempts SET outcome = ?2, ended = ?3, code = ?4, reply = ?5 WHERE id = ?1")?.execute(params![
            attempt.id,
            outcome.word(),
            now,
            reply.code,
            reply.text
        ])?;
        Ok(attempt.email)
    }

    /// Lets a letter go again that was refused.
    fn release(&self, identity: &Identity) -> Result<(), Failure> {
        let Identity { case, key, language, audience } = identity;
        let release = "UPDATE attempts SET released = 1 WHERE case_id = ?1 AND key = ?2 AND language = ?3 AND audience = ?4 AND outcome = 'refused'";
        self.db.prepare_cached(release)?.execute(params![case, key, language, audience.word()])?;
        Ok(())
    }

    fn latest(&self, identity: &Identity) -> Result<Option<Latest>, Failure> {
        let Identity { case, key, language, audience } = identity;
        let latest = "SELECT outcome, case_digest, letter_date, coalesce(ended, begun), code, reply FROM attempts
                      WHERE case_id = ?1 AND key = ?2 AND language = ?3 AND audience = ?4 AND purpose <> 'rehearsal' AND released = 0 ORDER BY id DESC LIMIT 1";
        let row = self.db.prepare_cached(latest)?.query_row(params![case, key, language, audience.word()], |row| {
            let reply = Reply { code: row.get(4)?, text: row.get::<_, Option<String>>(5)?.unwrap_or_default() };
            Ok(Latest { outcome: row.get(0)?, case_digest: row.get(1)?, letter_date: row.get(2)?, at: row.get(3)?, reply })
        });
        Ok(row.optional()?)
    }
}

impl Drop for Ledger {
    /// The journal is removed; that it failed, or comes back after a power cut, means nothing.
    fn drop(&mut self) {
        let _ = self.db.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()));
    }
}

/// The newest attempt at a letter that nobody has released.
struct Latest {
    outcome: Option<String>,
    case_digest: String,
    letter_date: String,
    at: i64,
    reply: Reply,
}
