//! What is to become of a letter: it is sent, it stands, or it is held.
//!
//! In: a letter of a run, its recipients, the ledger. Out: a [`Disposition`] for each recipient. Everything that can hold a letter back
//! before a server is asked is here.

use super::batch::{LetterState, Made, Paper};
use super::delivery::{Delivery, DeliveryOptions, identity, recipients};
use super::send_state::{Row, SendState};
use super::workspace::Workspace;
use crate::case::{Action, Case};
use crate::consent::Audience;
use crate::diagnostic::Diagnostic;
use crate::mail::ledger::{Permit, Standing};
use crate::mail::{Email, Identity};
use chrono::{DateTime, NaiveDate};

/// How letters are chosen for sending.
pub(crate) struct Choice {
    pub(crate) options: DeliveryOptions,
    /// What a person decided to send again: a case, or `CASE:KEY`.
    pub(crate) resend: Vec<String>,
    /// Whether a joint letter goes to those it can reach.
    pub(crate) partial: bool,
    /// Whether what is sent counts as nothing.
    pub(crate) rehearsal: bool,
    pub(crate) today: NaiveDate,
}

/// What is to become of a letter.
pub(crate) enum Disposition {
    /// It goes, if the ledger does not object.
    Send(Box<Email>, Permit),
    /// It does not, and this is why.
    Stays(Row),
}

impl Disposition {
    /// The same, with its message encoded already.
    pub(crate) fn ahead(self) -> Self {
        match self {
            Self::Send(email, permit) => Self::Send(Box::new(email.encoded()), permit),
            stays @ Self::Stays(_) => stays,
        }
    }
}

impl Choice {
    /// What is to become of a letter's e-mails.
    pub(crate) fn dispositions(&self, workspace: &Workspace, made: &Made, answers: &dyn Fn(&Identity) -> Option<String>) -> Vec<Disposition> {
        let Some(origin) = &made.origin else { return vec![Disposition::Stays(unmade(made))] };
        let too_late = self.too_late(&origin.case);
        if matches!(made.paper, Paper::Cleared(_)) && too_late.is_none() {
            let deliveries = self.options.deliveries(workspace, made, answers);
            let reachable = deliveries.iter().all(|d| d.email.is_ok());
            let joint = deliveries.len() > 1;
            let meant = deliveries.into_iter().filter(|delivery| self.is_meant(&delivery.identity));
            return meant.map(|delivery| self.disposition(delivery, reachable || !joint || self.partial)).collect();
        }
        let row = |key: &String| {
            let identity = identity(made, origin, key);
            Disposition::Stays(match (&made.paper, &too_late) {
                (Paper::Cleared(_), Some(hold)) => Row::new(identity, SendState::Held, say!("held: the day to act by is past")).because(hold.clone()),
                // The reasons are said with the letter, by whoever composed it.
                _ => uncleared(made, identity),
            })
        };
        recipients(origin).iter().map(row).collect()
    }

    /// Whether it is not another recipient's letter of a case of which one recipient's is to go again.
    fn is_meant(&self, identity: &Identity) -> bool {
        let mut of_case = self.resend.iter().map(|again| resent(again)).filter(|(case, _)| *case == identity.case).peekable();
        of_case.peek().is_none() || of_case.any(|(_, key)| key.is_none_or(|key| key == identity.key))
    }

    fn disposition(&self, delivery: Delivery, all_reachable: bool) -> Disposition {
        let Delivery { identity, email, .. } = delivery;
        match email {
            Ok(email) if all_reachable => {
                let is_resent = self.resend.iter().any(|again| resent(again).0 == identity.case);
                let permit = match (self.rehearsal, is_resent) {
                    (true, _) => Permit::Rehearsal,
                    (false, true) => Permit::Resend,
                    (false, false) => Permit::Ordinary,
                };
                Disposition::Send(email, permit)
            }
            Ok(_) => {
                let hold = Diagnostic::hold(say!("`{case}`: a joint letter goes to all its mandates or to none", case = identity.case));
                let hold = hold.hint(say!("give the address that is missing, or send it to those that have one with --partial"));
                Disposition::Stays(Row::new(identity, SendState::Held, say!("held: another mandate of the joint letter cannot be reached")).because(hold))
            }
            Err(hold) => {
                let words = say!("held: {why}").with("why", hold.message.clone());
                Disposition::Stays(Row::new(identity, SendState::Held, words).because(*hold))
            }
        }
    }

    /// A case whose day to act by is past: what it asks for would come too late, and a person has to look at it again.
    fn too_late(&self, case: &Case) -> Option<Diagnostic> {
        let act_by = case.urgency.act_by.as_ref()?;
        let waits = matches!(case.action, Action::UrgentAppeal | Action::AllegationLetter | Action::Update);
        (waits && !self.rehearsal && act_by.day < self.today).then(|| {
            Diagnostic::hold(say!("the day to act by, {day}, is past", day = act_by.day))
                .at(case.location.clone())
                .about("urgency.act-by")
                .hint(say!("write what is asked for now, and by when; or remove act-by"))
        })
    }
}

/// A case of which no letter could be made.
fn unmade(made: &Made) -> Row {
    let (case, key, language) = (made.case.clone(), made.to.clone(), made.language.clone());
    uncleared(made, Identity { case, key, language, audience: made.audience.unwrap_or(Audience::Mandate) })
}

fn uncleared(made: &Made, identity: Identity) -> Row {
    match made.state {
        LetterState::Held => Row::new(identity, SendState::Held, say!("held: it is not cleared")),
        _ => Row::new(identity, SendState::Error, say!("not sent, because of errors")),
    }
}

/// The case of what is to go again, and the recipient if there is one.
pub(crate) fn resent(again: &str) -> (&str, Option<&str>) {
    again.split_once(':').map_or((again, None), |(case, key)| (case, Some(key)))
}

/// A letter that is no longer what a plan approved.
pub(crate) fn differs(identity: Identity) -> Row {
    let hold = Diagnostic::hold(say!("`{case}` to `{key}` is no longer the letter of the plan", case = identity.case, key = identity.key));
    let hold = hold.hint(say!("read what it says now, and make the plan again"));
    Row::new(identity, SendState::Held, say!("held: it differs from the plan")).because(hold)
}

/// A letter that the ledger objects to.
pub(crate) fn stood(row: Row, standing: Standing) -> Row {
    let (case, key) = (row.identity.case.clone(), row.identity.key.clone());
    let hold = |row: Row, message, hint| row.because(Diagnostic::hold(message).hint(hint));
    match standing {
        Standing::Accepted(at) => row.now(SendState::Accepted, say!("already accepted on {day}", day = day(at))),
        Standing::UnderWay => row.now(SendState::InFlight, say!("being sent at this moment")),
        Standing::Forgotten => hold(
            row.now(SendState::Held, say!("held: ledger.db does not know of it")),
            say!("`{case}` to `{key}`: you began to send this letter once, and ledger.db does not know of it", case = case, key = key),
            say!("perhaps it is a new ledger, a copy or an old one: put the right one back; if the letter never went out, send it with --adopt-ledger"),
        ),
        Standing::InDoubt(at) => hold(
            row.now(SendState::InDoubt, say!("in doubt since {day}", day = day(at))),
            say!("`{case}` to `{key}`: nobody knows whether the letter arrived", case = case, key = key),
            say!("ask, or look at the sending server's log; then `appeal record {case} --event arrived` or `--event lost`", case = case),
        ),
        Standing::Changed(at) => hold(
            row.now(SendState::Held, say!("held: changed since it was sent on {day}", day = day(at))),
            say!("`{case}` has changed since its letter to `{key}` was sent on {day}", case = case, key = key, day = day(at)),
            say!("news are a letter of their own: `appeal new ID --action update`"),
        ),
        Standing::Refused(at, reply) => hold(
            row.now(SendState::Refused, say!("refused on {day}: {reply}", day = day(at), reply = reply)),
            say!("`{case}` to `{key}` was refused: {reply}", case = case, key = key, reply = reply),
            say!("correct the address or what else the reply names, then send it with --resend {case}:{key}", case = case, key = key),
        ),
        Standing::Same(other) => hold(
            row.now(SendState::Held, say!("held: the same letter went out as {other}", other = other)),
            say!("`{case}`: the same letter went to the same address as `{other}`", case = case, other = other),
            say!("remove one of the two cases"),
        ),
    }
}

/// The day of a moment, UTC.
fn day(at: i64) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(String::new, |t| t.date_naive().to_string())
}
