//! What the program cannot know, written into the ledger by hand.
//!
//! In: a case and what happened. Out: an entry. A letter that was submitted another way counts as sent; a letter in doubt is
//! settled; an answer is kept with its reference. Nothing that names a protected person gets into the ledger.

use super::batch::{Batch, Made, Readers};
use super::clock::{now, today};
use super::workspace::Workspace;
use super::{RunError, Selection, config, delivery, files, paths};
use crate::mail::ledger::{Event, Happened};
use crate::mail::{Identity, Ledger};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What happened, and to which letters.
pub(crate) struct Entry {
    pub(crate) event: Happened,
    /// What is written down of each letter; its key is given here.
    pub(crate) note: Event,
    /// These recipients; none: all of the case.
    pub(crate) to: Vec<String>,
    pub(crate) by: Option<String>,
}

/// What was written down.
pub(crate) struct Recorded {
    /// An entry for each letter, or one for the case.
    pub(crate) entries: Vec<Event>,
    /// The recipients whose letter stood as sent already: nothing was changed about it.
    pub(crate) standing: Vec<String>,
}

/// A letter of the case, as it is in its file.
struct Letter {
    identity: Identity,
    matter: [u8; 32],
    date: NaiveDate,
}

/// Writes down what happened.
///
/// # Errors
/// The day is in the future, no such letter is known, a protected name would be written down, or the ledger cannot be used.
pub(crate) fn write(directory: Option<&Path>, entry: &Entry) -> Result<Recorded, RunError> {
    let Event { case, day, via, .. } = &entry.note;
    if *day > today() {
        return Err(RunError::usage(say!("{day} is in the future", day = day), say!("--date is the day it happened")));
    }
    let is_submitted = entry.event == Happened::Submitted;
    if is_submitted && via.is_none() {
        return Err(RunError::usage(say!("it is not said how it was submitted"), say!("add --via form, --via post or --via hand")));
    }
    if !is_submitted && via.is_some() {
        return Err(RunError::usage(say!("--via says how a letter was submitted"), say!("leave it out, or write --event submitted")));
    }
    let root = Workspace::find(directory)?;
    let has_file = paths::join(&root, &format!("cases/{case}.toml")).is_file();
    let letters = if is_submitted || has_file { letters(root.clone(), entry)? } else { Vec::new() };
    let (ledger_file, lock_file) = config::ledger_files(&root);
    let _lock = files::lock(&lock_file)?;
    let ledger = Ledger::open(&ledger_file, entry.by.clone())?;
    ledger.recover(now())?;
    if letters.is_empty() && !ledger.entries()?.iter().any(|e| e.identity.case.eq_ignore_ascii_case(case)) {
        return Err(RunError::app(say!("nothing is known of a case {case}", case = case), say!("`appeal status` lists what was sent")));
    }
    let (keys, standing) = match entry.event {
        Happened::Submitted => submit(&ledger, &entry.note, &letters)?,
        Happened::Arrived | Happened::Lost => (settle(&ledger, entry)?, Vec::new()),
        _ => (entry.to.clone(), Vec::new()),
    };
    let keys = if keys.is_empty() { vec![None] } else { keys.into_iter().map(Some).collect() };
    let entries: Vec<Event> = keys.into_iter().map(|key| Event { key, ..entry.note.clone() }).collect();
    entries.iter().try_for_each(|event| ledger.note(event, now()))?;
    Ok(Recorded { entries, standing })
}

/// Each letter counts as sent. One that stands as sent already is a mistake of the person or a letter sent twice.
fn submit(ledger: &Ledger, note: &Event, letters: &[Letter]) -> Result<(Vec<String>, Vec<String>), RunError> {
    let at = note.day.and_hms_opt(12, 0, 0).map_or(0, |t| t.and_utc().timestamp());
    let (mut new, mut standing) = (Vec::new(), Vec::new());
    for letter in letters {
        let is_new = ledger.submitted(&letter.identity, &letter.matter, letter.date, note.via.as_deref().unwrap_or_default(), at)?;
        if is_new { &mut new } else { &mut standing }.push(letter.identity.key.clone());
    }
    if new.is_empty() {
        let stands = say!("the letter of {case} to {keys} stands as sent already", case = note.case, keys = standing.join(", "));
        return Err(RunError::app(stands, say!("`appeal status {case}` shows when", case = note.case)));
    }
    Ok((new, standing))
}

/// Letters in doubt arrived, or were lost.
fn settle(ledger: &Ledger, Entry { event, note, to, .. }: &Entry) -> Result<Vec<String>, RunError> {
    let keys: Vec<Option<&str>> = if to.is_empty() { vec![None] } else { to.iter().map(|key| Some(key.as_str())).collect() };
    let mut settled = Vec::new();
    for key in keys {
        settled.extend(ledger.settle_doubt(&note.case, key, *event == Happened::Arrived)?);
    }
    if settled.is_empty() {
        let none = say!("no letter of {case} is in doubt", case = note.case);
        return Err(RunError::app(none, say!("`appeal status {case}` shows how each stands", case = note.case)));
    }
    Ok(settled)
}

/// The letters of the case. A remark or a reference that tells a protected name is refused, and not repeated.
fn letters(root: PathBuf, entry: &Entry) -> Result<Vec<Letter>, RunError> {
    let note = &entry.note;
    let to = if entry.event == Happened::Submitted { entry.to.clone() } else { Vec::new() };
    let selection = Selection { cases: vec![note.case.clone()], to, ..Selection::default() };
    let of = |made: &Made| {
        let origin = made.origin.as_ref()?;
        let names = origin.case.names();
        let tells = [&note.note, &note.reference].into_iter().flatten().any(|text| !names.find(text).is_empty());
        let date = if origin.case.is_dated { made.letter()?.date } else { note.day };
        let letter = |key: &String| Letter { identity: delivery::identity(made, origin, key), matter: origin.said.digest(), date };
        Some((delivery::recipients(origin).iter().map(letter).collect::<Vec<_>>(), tells))
    };
    let (mut letters, mut tells) = (Vec::new(), false);
    let read = Batch::open(root, &selection).and_then(|batch| {
        batch.run(
            Readers::Selected,
            Arc::default(),
            |_, made| of(made),
            |_, done| {
                for (found, found_tells) in done.letters.into_iter().filter_map(|(_, letter)| letter) {
                    letters.extend(found);
                    tells |= found_tells;
                }
                Ok(())
            },
        )
    });
    match read {
        // What is wrong with the workspace is for `check` to say.
        Ok(()) | Err(RunError::Problems(_)) => {}
        Err(error) => return Err(error),
    }
    if tells {
        let named = say!("--note or --reference contains a protected name");
        return Err(RunError::app(named, say!("the ledger keeps no names; write the id or the code")));
    }
    if letters.is_empty() {
        let unread = say!("{case} cannot be read", case = note.case);
        return Err(RunError::app(unread, say!("`appeal check {case}` says what is wrong", case = note.case)));
    }
    Ok(letters)
}
