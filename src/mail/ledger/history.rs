//! What the ledger remembers, for a person to read: attempts, and what a person wrote down about a letter.
//!
//! In: the tables. Out: [`LedgerEntry`]s, [`Event`]s. What is written here by hand is what the program cannot know: a form that was
//! filled in, an answer that came back, what was found out about a doubt.

use super::attempts::Ledger;
use super::digests::{case_digest, without_form};
use super::failure::Failure;
use crate::consent::Audience;
use crate::date::day;
use crate::mail::message::Identity;
use chrono::NaiveDate;
use rusqlite::{Row, params};

/// One attempt, or one submission another way.
#[derive(Clone, Debug)]
pub struct LedgerEntry {
    /// Which letter.
    pub identity: Identity,
    /// `send`, `rehearsal` or `record`.
    pub purpose: String,
    /// How it ended; none: it is under way, or the run was killed.
    pub outcome: Option<String>,
    /// When it began, Unix time.
    pub begun: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// The letter's date.
    pub letter_date: Option<NaiveDate>,
    /// Where it went.
    pub address: Option<String>,
    /// Its Message-ID.
    pub message_id: Option<String>,
    /// SHA-256 of the case's matter and the letter's date.
    pub case_digest: String,
    /// SHA-256 of the letter, its annexes and the address.
    pub letter_digest: Option<String>,
    /// The annexes, each with its SHA-256.
    pub annexes: Vec<(String, String)>,
    /// The code of the server's reply.
    pub code: Option<u16>,
    /// The words of the server's reply.
    pub reply: Option<String>,
    /// How it was submitted, if not by e-mail.
    pub via: Option<String>,
    /// Who ran it, if that was said.
    pub run_by: Option<String>,
    /// Whether somebody decided that it may go again.
    pub released: bool,
}

/// What can be written down by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was submitted another way.
    Submitted,
    /// Somebody answered.
    Reply,
    /// The mandate wrote to the Government.
    Communication,
    /// The Government answered.
    GovernmentReply,
    /// A letter in doubt arrived.
    Arrived,
    /// A letter in doubt did not arrive.
    Lost,
    /// Anything else.
    Other,
}

/// The words of `--event`.
pub const HAPPENED: &[(&str, Happened)] = &[
    ("submitted", Happened::Submitted),
    ("reply", Happened::Reply),
    ("communication", Happened::Communication),
    ("government-reply", Happened::GovernmentReply),
    ("arrived", Happened::Arrived),
    ("lost", Happened::Lost),
    ("other", Happened::Other),
];

impl Happened {
    /// The word in the ledger.
    #[must_use]
    pub fn word(self) -> &'static str {
        HAPPENED.iter().find(|(_, h)| *h == self).map_or("", |(w, _)| w)
    }

    /// What this word means.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        HAPPENED.iter().find(|(w, _)| *w == word).map(|(_, h)| *h)
    }
}

/// Something that was written down by hand.
#[derive(Clone, Debug)]
pub struct Event {
    /// The case.
    pub case: String,
    /// The recipient, if it is about one.
    pub key: Option<String>,
    /// What happened: a word of [`HAPPENED`].
    pub event: String,
    /// The day it happened.
    pub day: NaiveDate,
    /// `form`, `post` or `hand`.
    pub via: Option<String>,
    /// A reference: `AL MEX 6/2021`.
    pub reference: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

impl Ledger {
    /// Every attempt, in the order of their beginning.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn entries(&self) -> Result<Vec<LedgerEntry>, Failure> {
        let mut statement = self.db.prepare(
            "SELECT case_id, key, language, audience, purpose, outcome, begun, ended, letter_date, address, message_id, case_digest, letter_digest, annexes,
             code, reply, via, run_by, released FROM attempts ORDER BY id",
        )?;
        let rows = statement.query_map([], entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everything that was written down by hand, in order.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn events(&self) -> Result<Vec<Event>, Failure> {
        let mut statement = self.db.prepare("SELECT case_id, key, event, day, via, reference, note FROM events ORDER BY day, id")?;
        let rows = statement.query_map([], |row| {
            Ok(Event {
                case: row.get(0)?,
                key: row.get(1)?,
                event: row.get(2)?,
                day: day(&row.get::<_, String>(3)?).unwrap_or_default(),
                via: row.get(4)?,
                reference: row.get(5)?,
                note: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The Message-ID of the newest accepted letter of this case to this recipient, for the letter that continues it.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn message_id(&self, case: &str, key: &str) -> Result<Option<String>, Failure> {
        let found = "SELECT message_id FROM attempts WHERE case_id = ?1 AND key = ?2 AND purpose = 'send' AND outcome = 'accepted' ORDER BY id DESC LIMIT 1";
        let mut statement = self.db.prepare_cached(found)?;
        let mut rows = statement.query(params![case, key])?;
        Ok(match rows.next()? {
            Some(row) => row.get(0)?,
            None => None,
        })
    }

    /// Writes down what happened.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn note(&self, event: &Event, now: i64) -> Result<(), Failure> {
        self.db.execute(
            "INSERT INTO events (case_id, key, event, day, via, reference, note, run_by, written) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![event.case, event.key, event.event, event.day.to_string(), event.via, event.reference, event.note, self.run_by, now],
        )?;
        Ok(())
    }

    /// Writes down that a letter was submitted another way: it counts as sent. False if it stands as sent already.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn submitted(&self, identity: &Identity, matter: &[u8; 32], letter_date: NaiveDate, via: &str, at: i64) -> Result<bool, Failure> {
        let Identity { case, key, language, audience } = identity;
        let date = letter_date.to_string();
        let written = self.db.execute(
            "INSERT INTO attempts (case_id, key, language, audience, purpose, case_digest, letter_date, annexes, begun, phase, ended, outcome, via, run_by)
             VALUES (?1, ?2, ?3, ?4, 'record', ?5, ?6, '[]', ?7, 'content', ?7, 'submitted', ?8, ?9) ON CONFLICT DO NOTHING",
            params![case, key, language, audience.word(), case_digest(matter, &date), date, at, via, self.run_by],
        )?;
        Ok(written > 0)
    }

    /// Settles letters in doubt: they arrived, or they did not. Which recipients' letters there were.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn settle_doubt(&self, case: &str, key: Option<&str>, arrived: bool) -> Result<Vec<String>, Failure> {
        let outcome = if arrived { "accepted" } else { "lost" };
        let settled =
            "UPDATE attempts SET outcome = ?3 WHERE case_id = ?1 AND (?2 IS NULL OR key = ?2) AND outcome = 'in-doubt' AND released = 0 RETURNING key";
        let mut statement = self.db.prepare(settled)?;
        let keys = statement.query_map(params![case, key, outcome], |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<LedgerEntry> {
    let annexes: String = row.get(13)?;
    Ok(LedgerEntry {
        identity: Identity {
            case: row.get(0)?,
            key: row.get(1)?,
            language: row.get(2)?,
            // A word that no program wrote is read as the reader that sees least.
            audience: Audience::parse(&row.get::<_, String>(3)?).unwrap_or(Audience::Public),
        },
        purpose: row.get(4)?,
        outcome: row.get(5)?,
        begun: row.get(6)?,
        ended: row.get(7)?,
        letter_date: day(&row.get::<_, String>(8)?),
        address: row.get(9)?,
        message_id: row.get(10)?,
        case_digest: row.get(11)?,
        letter_digest: row.get::<_, Option<String>>(12)?.map(|written| without_form(&written).to_owned()),
        annexes: serde_json::from_str(&annexes).unwrap_or_default(),
        code: row.get(14)?,
        reply: row.get(15)?,
        via: row.get(16)?,
        run_by: row.get(17)?,
        released: row.get(18)?,
    })
}
