//! `appeal record`: what the program cannot know, written into the ledger by hand.
//!
//! In: a case and what happened. Out: an entry. A letter that was submitted another way counts as sent; a letter in doubt is
//! settled; an answer is kept with its reference. Nothing that names a protected person gets into the ledger.

use super::common::{Common, day};
use super::exit_status::ExitStatus;
use super::{letters, report};
use crate::app::batch::Readers;
use crate::app::clock::{now, today};
use crate::app::paths;
use crate::app::workspace::Workspace;
use crate::app::{Selection, UsageError, config, delivery, files};
use crate::diagnostic::AppError;
use crate::mail::ledger::{Event, HAPPENED, Happened};
use crate::mail::{Identity, Ledger};
use chrono::NaiveDate;
use serde_json::json;
use std::path::Path;

/// What is to be written down.
#[derive(clap::Args)]
pub(super) struct RecordArgs {
    /// The case
    case: String,
    /// What happened: submitted, reply, communication, government-reply, arrived, lost or other
    #[arg(long, value_name = "WHAT", value_parser = happened)]
    event: Happened,
    /// How it was submitted: form, post or hand
    #[arg(long, value_name = "HOW", value_parser = ["form", "post", "hand"])]
    via: Option<String>,
    /// These recipients; left out: all of the case
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    to: Vec<String>,
    /// The day it happened; left out: today
    #[arg(long, value_name = "D", value_parser = day)]
    date: Option<NaiveDate>,
    /// A reference, such as "AL MEX 6/2021"
    #[arg(long, value_name = "R")]
    reference: Option<String>,
    /// A remark, without names
    #[arg(long, value_name = "T")]
    note: Option<String>,
    /// Who writes it down
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

fn happened(word: &str) -> Result<Happened, String> {
    Happened::parse(word).ok_or_else(|| format!("an event is {}", HAPPENED.iter().map(|(w, _)| *w).collect::<Vec<_>>().join(", ")))
}

/// A letter of the case, as it is in its file.
struct Letter {
    identity: Identity,
    matter: [u8; 32],
    date: NaiveDate,
}

pub(super) fn run(common: &Common, args: RecordArgs) -> anyhow::Result<ExitStatus> {
    let day = args.date.unwrap_or_else(today);
    if day > today() {
        return Err(UsageError::new(say!("{day} is in the future", day = day)).hint(say!("--date is the day it happened")).into());
    }
    match (args.event, &args.via) {
        (Happened::Submitted, None) => {
            return Err(UsageError::new(say!("it is not said how it was submitted")).hint(say!("add --via form, --via post or --via hand")).into());
        }
        (Happened::Submitted, _) | (_, None) => {}
        (_, Some(_)) => {
            return Err(UsageError::new(say!("--via says how a letter was submitted")).hint(say!("leave it out, or write --event submitted")).into());
        }
    }
    let root = Workspace::find(common.directory.as_deref())?;
    let letters = if args.event == Happened::Submitted || has_file(&root, &args.case) { letters(common, &args, day)? } else { Vec::new() };
    let (ledger_file, lock_file) = config::ledger_files(&root);
    let _lock = files::lock(&lock_file)?;
    let ledger = Ledger::open(&ledger_file, args.by.clone())?;
    ledger.recover(now())?;
    if letters.is_empty() && !ledger.entries()?.iter().any(|e| e.identity.case.eq_ignore_ascii_case(&args.case)) {
        return Err(AppError::new(say!("nothing is known of a case {case}", case = args.case)).hint(say!("`appeal status` lists what was sent")).into());
    }
    let told = match args.event {
        Happened::Submitted => submit(&ledger, &args, &letters, day)?,
        Happened::Arrived | Happened::Lost => settle(&ledger, &args)?,
        _ => args.to.iter().map(|key| Some(key.clone())).collect(),
    };
    let keys = if told.is_empty() { vec![None] } else { told };
    for key in keys {
        let event = Event {
            case: args.case.clone(),
            key: key.clone(),
            event: args.event.word().to_owned(),
            day,
            via: args.via.clone(),
            reference: args.reference.clone(),
            note: args.note.clone(),
        };
        ledger.note(&event, now())?;
        if common.json {
            report::print(&format!(
                "{}\n",
                json!({ "schema": 1, "case": event.case, "to": key, "event": event.event, "day": day.to_string(), "via": event.via, "reference": event.reference })
            ))?;
        } else if !common.quiet {
            let to = key.map(|k| format!("  {k}")).unwrap_or_default();
            let via = event.via.map(|v| format!(" by {v}")).unwrap_or_default();
            report::print(&format!("{}{to}  {}{via} on {day}, recorded\n", event.case, event.event))?;
        }
    }
    Ok(ExitStatus::Done)
}

/// Each letter counts as sent. One that stands as sent already is a mistake of the person or a letter sent twice: both are told.
fn submit(ledger: &Ledger, args: &RecordArgs, letters: &[Letter], day: NaiveDate) -> anyhow::Result<Vec<Option<String>>> {
    let at = day.and_hms_opt(12, 0, 0).map_or(0, |t| t.and_utc().timestamp());
    let via = args.via.as_deref().unwrap_or_default();
    let mut standing = Vec::new();
    for letter in letters {
        if !ledger.submitted(&letter.identity, &letter.matter, letter.date, via, at)? {
            standing.push(letter.identity.key.clone());
        }
    }
    let new: Vec<Option<String>> = letters.iter().map(|l| &l.identity.key).filter(|k| !standing.contains(k)).map(|k| Some(k.clone())).collect();
    if new.is_empty() {
        let stands = say!("the letter of {case} to {keys} stands as sent already", case = args.case, keys = standing.join(", "));
        return Err(AppError::new(stands).hint(say!("`appeal status {case}` shows when", case = args.case)).into());
    }
    for key in standing {
        report::say(&format!("{} to {key} stands as sent already; nothing was changed", args.case));
    }
    Ok(new)
}

fn settle(ledger: &Ledger, args: &RecordArgs) -> anyhow::Result<Vec<Option<String>>> {
    let keys: Vec<Option<&str>> = if args.to.is_empty() { vec![None] } else { args.to.iter().map(|k| Some(k.as_str())).collect() };
    let mut settled = Vec::new();
    for key in keys {
        let doubtful = ledger.settle_doubt(&args.case, key, args.event == Happened::Arrived)?;
        settled.extend(doubtful.into_iter().map(Some));
    }
    if settled.is_empty() {
        let none = AppError::new(say!("no letter of {case} is in doubt", case = args.case));
        return Err(none.hint(say!("`appeal status {case}` shows how each stands", case = args.case)).into());
    }
    Ok(settled)
}

fn has_file(root: &Path, case: &str) -> bool {
    paths::join(root, &format!("cases/{case}.toml")).is_file()
}

/// The letters of the case. A remark or a reference that tells a protected name is refused, and not repeated.
fn letters(common: &Common, args: &RecordArgs, day: NaiveDate) -> anyhow::Result<Vec<Letter>> {
    let selection =
        Selection { cases: vec![args.case.clone()], to: if args.event == Happened::Submitted { args.to.clone() } else { Vec::new() }, ..Selection::default() };
    let silent = Common { json: true, ..common.clone() };
    let (mut found, mut told, mut cases) = (Vec::new(), false, 0);
    letters::each(
        &silent,
        &selection,
        Readers::Selected,
        None,
        |_, made| {
            let origin = made.origin.as_ref()?;
            let case = &origin.case;
            let names = case.names();
            let tells = [&args.note, &args.reference].into_iter().flatten().any(|text| !names.find(text).is_empty());
            let date = if case.is_dated { made.letter()?.date } else { day };
            let letters = delivery::recipients(origin).into_iter().map(|key| Letter {
                identity: delivery::identity(made, origin, &key),
                matter: origin.said.digest(),
                date,
            });
            Some((letters.collect::<Vec<_>>(), tells))
        },
        |letter, _| {
            cases += 1;
            if let Some((letters, tells)) = letter {
                found.extend(letters);
                told |= tells;
            }
            Ok(())
        },
    )?;
    if told {
        let named = AppError::new(say!("--note or --reference contains a protected name"));
        return Err(named.hint(say!("the ledger keeps no names; write the id or the code")).into());
    }
    if found.is_empty() {
        let unread = AppError::new(say!("{case} cannot be read", case = args.case));
        return Err(unread.hint(say!("`appeal check {case}` says what is wrong", case = args.case)).into());
    }
    Ok(found)
}
