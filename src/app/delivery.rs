//! A cleared letter and its recipients: an e-mail for each, or why there can be none.
//!
//! In: a letter of a run, the workspace with the addresses of the command line. Out: a [`Delivery`] for each recipient. An address is
//! never guessed: without one the letter is held, with every way that is known to reach the mandate.

use super::batch::{Made, Origin, Paper};
use super::files;
use super::paths;
use super::workspace::Workspace;
use crate::case::Case;
use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Location};
use crate::directory::Mandate;
use crate::letter::Cleared;
use crate::mail::{Attachment, Email, Identity, Posting};
use chrono::NaiveDate;
use std::path::Path;

/// How letters are delivered in a run.
pub(crate) struct DeliveryOptions {
    /// What a message may weigh, in bytes.
    pub(crate) largest: u64,
    /// Everything goes to this address instead, for a trial; annexes stay here.
    pub(crate) trial: Option<String>,
}

/// One recipient's e-mail.
pub(crate) struct Delivery {
    pub(crate) identity: Identity,
    /// The name of its file, without the ending.
    pub(crate) stem: String,
    pub(crate) email: Result<Box<Email>, Box<Diagnostic>>,
}

impl DeliveryOptions {
    /// The e-mails of a letter; none if it is not cleared. `answers` knows the Message-ID of the letter that one continues.
    pub(crate) fn deliveries(&self, workspace: &Workspace, made: &Made, answers: &dyn Fn(&Identity) -> Option<String>) -> Vec<Delivery> {
        let (Paper::Cleared(cleared), Some(origin)) = (&made.paper, &made.origin) else { return Vec::new() };
        // An annex is read once a letter, however many recipients it has.
        let annexes = if self.trial.is_some() { Ok(Vec::new()) } else { annexes(workspace, &origin.case, origin.spec.audience) };
        let delivery = |key: &String| {
            let identity = identity(made, origin, key);
            let email = annexes.clone().and_then(|annexes| self.email(workspace, cleared, origin, key, &identity, annexes, answers));
            Delivery { stem: made.stem_for(key), identity, email: email.map(Box::new).map_err(|hold| Box::new(placed(*hold, &origin.case.location))) }
        };
        recipients(origin).iter().map(delivery).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "all of them meet here, and only here")]
    fn email(
        &self,
        workspace: &Workspace,
        cleared: &Cleared,
        origin: &Origin,
        key: &str,
        identity: &Identity,
        annexes: Vec<Attachment>,
        answers: &dyn Fn(&Identity) -> Option<String>,
    ) -> Result<Email, Box<Diagnostic>> {
        let to = match &self.trial {
            Some(trial) => trial.clone(),
            None => address(workspace, key, cleared.letter().date)?,
        };
        let (organisation, mail) = (&workspace.organisation, &workspace.organisation.mail);
        let name = organisation.name.get(&cleared.letter().language).cloned().unwrap_or_default();
        let posting = Posting {
            key: identity.key.clone(),
            to,
            from: mail.from.clone().unwrap_or_else(|| format!("{} <{}>", name.replace(['<', '>'], " "), organisation.email)),
            reply_to: mail.reply_to.clone(),
            body: mail.body,
            matter: origin.said.digest(),
            is_dated: origin.case.is_dated,
            annexes,
            answers: answers(identity),
            largest: self.largest,
        };
        Email::new(cleared, &workspace.options, posting)
    }
}

/// Where this recipient's mail of this day goes.
fn address(workspace: &Workspace, key: &str, day: NaiveDate) -> Result<String, Box<Diagnostic>> {
    let entry = workspace.directory.get(key).ok_or_else(|| Box::new(Diagnostic::hold(say!("`{key}` is not in the directory", key = key))))?;
    let given = workspace.addresses.get(key).or(entry.address.as_ref().map(|a| &a.email));
    let Some(address) = given else { return Err(Box::new(no_address(entry))) };
    if entry.kind.audience() == Audience::Mandate && !is_of_the_united_nations(address) && entry.confirmed.is_none() {
        return Err(Box::new(
            Diagnostic::hold(say!("the address of `{key}` is outside un.org and ohchr.org, and nobody has confirmed it", key = key)).about(key).hint(say!(
                "ask the mandate by another way whether {address} is its own; then write email and confirmed = DATE below [{key}] in recipients.toml",
                address = address,
                key = key
            )),
        ));
    }
    if !workspace.addresses.contains_key(key) && entry.has_an_address_of_the_past_on(day) {
        return Err(Box::new(
            Diagnostic::hold(say!("`{key}` changed hands, and nobody has confirmed its address since", key = key)).about(key).hint(say!(
                "ask the mandate by another way whether {address} still reaches it; then write confirmed = {day} below [{key}] in recipients.toml, or submit the letter by the online form",
                address = address,
                key = key,
                day = day
            )),
        ));
    }
    Ok(address.clone())
}

/// Who gets this letter.
pub(crate) fn recipients(origin: &Origin) -> Vec<String> {
    origin.spec.copy_for.as_ref().map_or_else(|| origin.spec.addressees.clone(), |key| vec![key.clone()])
}

/// By what the ledger knows this recipient's letter. A letter about one person is a letter of its own.
pub(crate) fn identity(made: &Made, origin: &Origin, key: &str) -> Identity {
    let person = origin.spec.person.map(|n| format!("{}.", origin.case.victims[n].id)).unwrap_or_default();
    Identity { case: made.case.clone(), key: format!("{person}{key}"), language: made.language.clone(), audience: origin.spec.audience }
}

fn is_of_the_united_nations(address: &str) -> bool {
    let domain = address.rsplit_once('@').map(|(_, d)| d.to_ascii_lowercase()).unwrap_or_default();
    ["un.org", "ohchr.org"].iter().any(|un| domain == *un || domain.ends_with(&format!(".{un}")))
}

/// Every way that is known: the mandate's page, the online form, an address on older pages.
fn no_address(entry: &Mandate) -> Diagnostic {
    let page = entry.form.clone().unwrap_or_else(|| "https://spsubmission.ohchr.org/".to_owned());
    let hold = Diagnostic::hold(say!("there is no address for `{key}`", key = entry.key)).about(entry.key.clone());
    match &entry.older_email {
        Some(older) => hold.hint(say!(
            "submit it by {page}, and write `appeal record CASE --event submitted --via form --to {key}`; or find its address, and write email = \"…\" below [{key}] in recipients.toml (for one run: --address {key}=…); older pages give {older}",
            page = page, key = entry.key, older = older
        )),
        None => hold.hint(say!(
            "submit it by {page}, and write `appeal record CASE --event submitted --via form --to {key}`; or find its address, and write email = \"…\" below [{key}] in recipients.toml (for one run: --address {key}=…)",
            page = page, key = entry.key
        )),
    }
}

/// The annexes that this reader may have, under neutral names.
fn annexes(workspace: &Workspace, case: &Case, audience: Audience) -> Result<Vec<Attachment>, Box<Diagnostic>> {
    let mut found = Vec::new();
    for annex in case.annexes.iter().filter(|a| a.share <= audience) {
        let ending = Path::new(&annex.file).extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).filter(|e| is_plain(e));
        let name = format!("annex-{}{}", found.len() + 1, ending.map(|e| format!(".{e}")).unwrap_or_default());
        let read = paths::inside(&workspace.root, &annex.file).and_then(|path| files::read_up_to(&path, LONGEST_ANNEX));
        match read {
            Ok((bytes, length)) if length <= LONGEST_ANNEX => found.push(Attachment { name, bytes }),
            Ok(_) => {
                return Err(Box::new(
                    Diagnostic::hold(say!("the annex `{id}` is larger than any mail may be", id = annex.id))
                        .hint(say!("make it smaller, or send it another way")),
                ));
            }
            Err(problem) => {
                let hold = Diagnostic::hold(say!("the annex `{id}` cannot be read", id = annex.id).with("what", problem.message));
                return Err(Box::new(hold.at(annex.location.clone()).hint(say!("look at the file and its permissions"))));
            }
        }
    }
    Ok(found)
}

/// No annex is read further than this, in bytes.
const LONGEST_ANNEX: u64 = 100_000_000;

fn is_plain(ending: &str) -> bool {
    (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The same, at the case's file if it has no place of its own.
fn placed(mut hold: Diagnostic, location: &Location) -> Diagnostic {
    hold.location.get_or_insert_with(|| location.clone());
    hold
}
