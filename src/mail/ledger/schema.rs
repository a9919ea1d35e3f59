//! The ledger's tables, and how an older ledger becomes a newer one.
//!
//! In: an open database. Out: the same, at this program's version; or a clear word on why not. A migration is a step that is
//! never changed once it was released.

use super::failure::Failure;
use rusqlite::Connection;

/// The database's mark of whose file this is: "appl".
const APPLICATION: i64 = 0x6170_706c;

/// This program's version.
const HERE: i64 = 2;

/// Each step leads from one version to the next: there are as many as [`HERE`].
const STEPS: [&str; 2] = [
    "
CREATE TABLE ledger (
    id TEXT NOT NULL,               -- random; nobody asks for it any more
    runs INTEGER NOT NULL           -- how often letters were sent from here
) STRICT;
INSERT INTO ledger VALUES (lower(hex(randomblob(16))), 0);

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL COLLATE NOCASE,
    key TEXT NOT NULL,
    language TEXT NOT NULL,
    audience TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('send', 'rehearsal', 'record')),
    case_digest TEXT NOT NULL,      -- of the matter and the letter's date
    letter_digest TEXT,             -- of the letter, its annexes and the address
    letter_date TEXT NOT NULL,
    address TEXT,
    message_id TEXT,
    mail_date INTEGER,              -- the Date header, kept for retries
    annexes TEXT NOT NULL,          -- JSON: name and SHA-256 of each
    begun INTEGER NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('envelope', 'content')),
    ended INTEGER,
    outcome TEXT CHECK (outcome IN ('accepted', 'deferred', 'refused', 'in-doubt', 'rehearsed', 'submitted', 'lost')),
    code INTEGER,
    reply TEXT,
    via TEXT,
    run_by TEXT,
    released INTEGER NOT NULL DEFAULT 0   -- somebody decided that it may be sent again
) STRICT;

-- Never twice: one attempt at most that is under way, accepted, in doubt or submitted another way.
CREATE UNIQUE INDEX never_twice ON attempts (case_id, key, language, audience)
    WHERE purpose <> 'rehearsal' AND released = 0 AND (outcome IS NULL OR outcome IN ('accepted', 'in-doubt', 'submitted'));
-- The same letter to the same address under another id is the same letter.
CREATE UNIQUE INDEX never_under_another_id ON attempts (letter_digest)
    WHERE purpose = 'send' AND released = 0 AND (outcome IS NULL OR outcome IN ('accepted', 'in-doubt'));
CREATE INDEX attempts_of_a_letter ON attempts (case_id, key, language, audience);

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL COLLATE NOCASE,
    key TEXT,
    event TEXT NOT NULL,
    day TEXT NOT NULL,
    via TEXT,
    reference TEXT,
    note TEXT,
    run_by TEXT,
    written INTEGER NOT NULL
) STRICT;
",
    // From here on a letter's digest names its form. A program that does not know forms would take each letter for one that never
    // went out, so it may not use the ledger.
    "",
];

/// Brings a ledger to this version.
pub(super) fn migrate(db: &mut Connection) -> Result<(), Failure> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let here = HERE;
    if version > here {
        return Err(Failure::Newer(version));
    }
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or_default()) {
        transaction.execute_batch(step)?;
    }
    if version < here {
        transaction.pragma_update(None, "user_version", here)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
    }
    transaction.commit()?;
    if is_guarded(db)? { Ok(()) } else { Err(Failure::Damaged) }
}

/// Whether the indices are there that let nothing be sent twice, as they were made here.
fn is_guarded(db: &Connection) -> Result<bool, Failure> {
    let plain = |sql: &str| sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut statement = db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'attempts' AND sql IS NOT NULL")?;
    let there: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let there: Vec<String> = there.iter().map(|sql| plain(sql)).collect();
    let without_comments: String = STEPS[0].lines().filter(|line| !line.starts_with("--")).flat_map(|line| [line, "\n"]).collect();
    let mut wanted = without_comments.split(';').map(plain).filter(|sql| sql.starts_with("CREATE UNIQUE INDEX"));
    Ok(wanted.all(|sql| there.contains(&sql)))
}

/// Looks at a ledger that is only read. False: it has no tables yet, because the run that made the file was killed.
pub(super) fn check_version(db: &Connection) -> Result<bool, Failure> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match version {
        0 if tables == 0 => Ok(false),
        // A database of something else.
        0 => Err(Failure::Damaged),
        1..=HERE => Ok(true),
        newer => Err(Failure::Newer(newer)),
    }
}
