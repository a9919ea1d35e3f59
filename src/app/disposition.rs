//! What is to become of a letter: it is sent, it stands, or it is held.
//!
//! In: a letter of a run, its recipients, the ledger. Out: a [`Disposition`] for each recipient. Everything that can hold a letter back
//! before a server is asked is here.

use super::send_state::{Row, SendState};
use crate::app::batch::{LetterState, Made, Paper};
use crate::app::delivery::{Counter, Delivery, identity, recipients};
use crate::app::workspace::Workspace;
use crate::case::{Action, Case};
use crate::diagnostic::{Diagnostic, Message};
use crate::mail::ledger::{Permit, Standing};
use crate::mail::{Email, Identity};
use chrono::{DateTime, NaiveDate};

/// How letters are chosen for sending.
pub(crate) struct Choice {
    pub(crate) counter: Counter,
    /// What a person decided to send again: a case, or `CASE:KEY`.
    pub(crate) resend: Vec<String>,
    /// Whether a joint letter goes to those it can reach.
    pub(crate) partial: bool,
    /// Whether what is sent counts as nothing.
    pub(crate) rehearsal: bool,
    pub(crate) today: NaiveDate,
    /// Whether the workspace can be read at all.
    pub(crate) is_sound: bool,
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
        let Some(origin) = &made.origin else {
            return vec![Disposition::Stays(Self::unmade(made))];
        };
        if !matches!(made.paper, Paper::Cleared(_)) {
            let row = |key: &String| Disposition::Stays(stays(identity(made, origin, key), state_of(made), words_of(made), Vec::new()));
            // The reasons are said with the letter, by whoever composed it.
            return recipients(origin).iter().map(row).collect();
        }
        if let Some(hold) = self.too_late(&origin.case) {
            let row = |key: &String| {
                Disposition::Stays(stays(identity(made, origin, key), SendState::Held, say!("held: the day to act by is past"), vec![hold.clone()]))
            };
            return recipients(origin).iter().map(row).collect();
        }
        let posts = self.counter.posts(workspace, made, answers);
        let reachable = posts.iter().all(|p| p.email.is_ok());
        let joint = posts.len() > 1;
        posts.into_iter().filter(|post| self.is_meant(&post.identity)).map(|post| self.disposition(post, reachable || !joint || self.partial)).collect()
    }

    /// Whether it is not another recipient's letter of a case of which one recipient's is to go again.
    fn is_meant(&self, identity: &Identity) -> bool {
        let mut of_case = self.resend.iter().map(|again| resent(again)).filter(|(case, _)| *case == identity.case).peekable();
        of_case.peek().is_none() || of_case.any(|(_, key)| key.is_none_or(|key| key == identity.key))
    }

    fn disposition(&self, post: Delivery, all_reachable: bool) -> Disposition {
        let Delivery { identity, email, .. } = post;
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
                Disposition::Stays(stays(identity, SendState::Held, say!("held: another mandate of the joint letter cannot be reached"), vec![hold]))
            }
            Err(hold) => {
                let words = say!("held: {why}").with("why", hold.message.clone());
                Disposition::Stays(stays(identity, SendState::Held, words, vec![*hold]))
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

    fn unmade(made: &Made) -> Row {
        let identity = Identity {
            case: made.case.clone(),
            key: made.to.clone(),
            language: made.language.clone(),
            audience: made.audience.unwrap_or(crate::consent::Audience::Mandate),
        };
        stays(identity, state_of(made), words_of(made), Vec::new())
    }
}

/// The case of what is to go again, and the recipient if there is one.
pub(crate) fn resent(again: &str) -> (&str, Option<&str>) {
    again.split_once(':').map_or((again, None), |(case, key)| (case, Some(key)))
}

fn state_of(made: &Made) -> SendState {
    if made.state == LetterState::Held { SendState::Held } else { SendState::Error }
}

fn words_of(made: &Made) -> Message {
    if made.state == LetterState::Held { say!("held: it is not cleared") } else { say!("not sent, because of errors") }
}

fn stays(identity: Identity, state: SendState, words: Message, problems: Vec<Diagnostic>) -> Row {
    Row { identity, state, address: None, digest: None, words, code: None, problems }
}

/// A letter that the ledger objects to.
pub(crate) fn stood(identity: Identity, address: Option<String>, digest: Option<String>, standing: Standing) -> Row {
    let hold = |message, hint| vec![Diagnostic::hold(message).hint(hint)];
    let case = identity.case.clone();
    let (state, words, problems) = match standing {
        Standing::Accepted(at) => (SendState::Accepted, say!("already accepted on {day}", day = day(at)), Vec::new()),
        Standing::UnderWay => (SendState::InFlight, say!("being sent at this moment"), Vec::new()),
        Standing::Forgotten => (
            SendState::Held,
            say!("held: ledger.db does not know of it"),
            hold(
                say!("`{case}` to `{key}`: you began to send this letter once, and ledger.db does not know of it", case = case, key = identity.key),
                say!("perhaps it is a new ledger, a copy or an old one: put the right one back; if the letter never went out, send it with --adopt-ledger"),
            ),
        ),
        Standing::InDoubt(at) => (
            SendState::InDoubt,
            say!("in doubt since {day}", day = day(at)),
            hold(
                say!("`{case}` to `{key}`: nobody knows whether the letter arrived", case = case, key = identity.key),
                say!("ask, or look at the sending server's log; then `appeal record {case} --event arrived` or `--event lost`", case = case),
            ),
        ),
        Standing::Changed(at) => (
            SendState::Held,
            say!("held: changed since it was sent on {day}", day = day(at)),
            hold(
                say!("`{case}` has changed since its letter to `{key}` was sent on {day}", case = case, key = identity.key, day = day(at)),
                say!("news are a letter of their own: `appeal new ID --action update`"),
            ),
        ),
        Standing::Refused(at, reply) => (
            SendState::Refused,
            say!("refused on {day}: {reply}", day = day(at), reply = reply),
            hold(
                say!("`{case}` to `{key}` was refused: {reply}", case = case, key = identity.key, reply = reply),
                say!("correct the address or what else the reply names, then send it with --resend {case}:{key}", case = case, key = identity.key),
            ),
        ),
        Standing::Same(other) => (
            SendState::Held,
            say!("held: the same letter went out as {other}", other = other),
            hold(say!("`{case}`: the same letter went to the same address as `{other}`", case = case, other = other), say!("remove one of the two cases")),
        ),
    };
    Row { identity, state, address, digest, words, code: None, problems }
}

/// The day of a moment, UTC.
fn day(at: i64) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(String::new, |t| t.date_naive().to_string())
}
