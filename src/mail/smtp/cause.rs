//! Whom a refusal is about: the letter, the address, the account, the server, or the line.
//!
//! In: at which stage a server said no, and its reply. Out: an [`AttemptEnd`]. The stage tells first, then the code, and words only where
//! providers have no code of their own. What is about the account or the server meets every letter alike, so it ends the run and
//! no letter is blamed for it.

use super::broken::Broken;
use super::reply::SmtpReply;
use crate::diagnostic::{AppError, Message};
use crate::mail::outcome::{AttemptEnd, Fault, Outcome, Reply};

/// To what of a letter a server replied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Reset,
    Sender,
    Recipient,
    /// Whether content may come.
    Data,
    Content,
}

/// Whom a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Letter,
    Address,
    /// The account may not send any more today.
    Quota,
    /// The server wants somebody to sign in.
    SignIn,
    /// The account may not send under this address.
    Sender,
    Server,
    Line,
}

/// Enhanced codes (RFC 3463 and what large providers made of it), by whom they are about at whatever stage.
const CODES: &[(&str, Cause)] = &[
    ("5.4.5", Cause::Quota),
    ("5.1.90", Cause::Quota),
    ("5.7.232", Cause::Quota),
    ("5.7.233", Cause::Quota),
    ("5.7.705", Cause::Quota),
    ("5.7.708", Cause::Quota),
    ("5.7.57", Cause::SignIn),
    ("5.7.139", Cause::SignIn),
    ("5.7.60", Cause::Sender),
    ("5.2.252", Cause::Sender),
    ("4.3.2", Cause::Server),
    ("5.3.2", Cause::Server),
    ("4.3.5", Cause::Server),
    ("5.3.5", Cause::Server),
];

fn cause(stage: Stage, reply: &SmtpReply, is_signed_in: bool) -> Cause {
    let (enhanced, words) = (reply.enhanced().unwrap_or_default(), reply.words().to_ascii_lowercase());
    let has = |some: &[&str]| some.iter().any(|word| words.contains(word));
    if enhanced.ends_with(".2.2") {
        // A full mailbox speaks of quotas too, and is the recipient's.
        return Cause::Address;
    }
    // The channel closes: whatever else is said, it is open again later.
    if reply.code == 421 && !is_quota(&words) {
        return Cause::Line;
    }
    if let Some((_, cause)) = CODES.iter().find(|(code, _)| *code == enhanced) {
        return *cause;
    }
    match (reply.code, stage) {
        _ if is_quota(&words) => Cause::Quota,
        (530 | 534 | 535 | 538, _) => Cause::SignIn,
        (503, _) if has(&["auth"]) => Cause::SignIn,
        // Commands out of their order: the two sides no longer mean the same letter.
        (503, _) | (_, Stage::Reset) => Cause::Line,
        (552 | 555, Stage::Sender) => Cause::Letter,
        (500.., Stage::Sender) if matches!(enhanced, "5.3.4" | "5.2.3" | "5.6.7") => Cause::Letter,
        (500.., Stage::Sender) => Cause::Sender,
        (500.., Stage::Recipient) if !is_signed_in && has(&["relay"]) => Cause::SignIn,
        (_, Stage::Recipient) => Cause::Address,
        _ => Cause::Letter,
    }
}

/// A limit on what somebody sends in a time, in the words of providers that have no code for it.
fn is_quota(words: &str) -> bool {
    let has = |some: &[&str]| some.iter().any(|word| words.contains(word));
    has(&["limit", "quota", "exceeded"])
        && has(&["daily", "hourly", "per day", "per hour", "/hour", "/day", "sending", "sent", "submission", "outgoing"])
        && !has(&["mailbox", "recipient's", "size", "connections"])
}

/// How a letter ends that a server said no to.
pub(super) fn refusal(stage: Stage, reply: &SmtpReply, is_signed_in: bool, at: &str) -> AttemptEnd {
    let kept = reply.kept();
    let cause = cause(stage, reply, is_signed_in);
    // A relay lost the server behind it, after that one may have had everything.
    let is_unknown = stage == Stage::Content && reply.code != 421 && reply.enhanced() == Some("4.4.2");
    let outcome = match cause {
        _ if is_unknown => Outcome::InDoubt(kept),
        Cause::Letter | Cause::Address if reply.kind() == 5 => Outcome::Refused(kept),
        _ => Outcome::Deferred(kept),
    };
    let account = || say!("{at} does not let this account send: {reply}", at = at, reply = reply);
    let stops = match cause {
        Cause::Letter | Cause::Address | Cause::Line => None,
        Cause::Quota => Some(wrong(
            account(),
            say!("wait until the provider lets you send again, then run the same command again; per-minute in config.toml makes a run slower"),
        )),
        Cause::SignIn if is_signed_in => Some(wrong(
            account(),
            say!("look in the provider's help whether sending by SMTP has to be switched on for the account, then run the same command again"),
        )),
        Cause::SignIn => Some(wrong(
            account(),
            say!("the server wants somebody to sign in: write username and password-command into config.toml, then run the same command again"),
        )),
        Cause::Sender => Some(wrong(
            account(),
            say!(
                "the sender has to be an address of the account: look at email and [mail] from in organisation.toml, and at username in config.toml, then run the same command again"
            ),
        )),
        Cause::Server => {
            Some(Fault::Passing(AppError::new(say!("{at} takes no mail now: {reply}", at = at, reply = reply)).hint(say!("run the same command again later"))))
        }
    };
    AttemptEnd { outcome, over: reply.code == 421 || cause == Cause::Line, stops }
}

fn wrong(what: Message, hint: Message) -> Fault {
    Fault::Configuration(AppError::new(what).hint(hint))
}

/// How a letter ends whose server gave a reply that does not belong there: from now on none could be trusted.
pub(super) fn out_of_step(reply: &SmtpReply) -> AttemptEnd {
    AttemptEnd { outcome: Outcome::Deferred(reply.kept()), over: true, stops: None }
}

/// How a letter ends on a broken line. `may_have_it`: the server may have all of it.
pub(super) fn broken(broken: &Broken, may_have_it: bool) -> AttemptEnd {
    let reply = Reply::none(&broken.why().to_string());
    AttemptEnd { outcome: if may_have_it { Outcome::InDoubt(reply) } else { Outcome::Deferred(reply) }, over: true, stops: None }
}

#[cfg(test)]
mod tests {
    use super::super::reply::Parsed;
    use super::{Cause, SmtpReply, Stage, cause};

    fn of(stage: Stage, line: &str) -> Cause {
        match SmtpReply::parse(format!("{line}\r\n").as_bytes(), false) {
            Parsed::Whole(reply, _) => cause(stage, &reply, false),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_stage_tells_first_whom_a_refusal_is_about() {
        assert_eq!(of(Stage::Sender, "550 5.7.1 no"), Cause::Sender);
        assert_eq!(of(Stage::Recipient, "550 5.7.1 no"), Cause::Address);
        assert_eq!(of(Stage::Content, "550 5.7.1 no"), Cause::Letter);
        assert_eq!(of(Stage::Sender, "552 5.3.4 too big"), Cause::Letter);
        assert_eq!(of(Stage::Recipient, "552 5.2.2 The account is over quota, sending exceeded"), Cause::Address);
        assert_eq!(of(Stage::Data, "503 5.5.1 bad sequence"), Cause::Line);
    }

    #[test]
    fn a_code_or_a_quota_names_the_account_or_the_server_at_any_stage() {
        for (line, wanted) in [
            ("550 5.4.5 Daily user sending limit exceeded", Cause::Quota),
            ("550 Domain example.org has exceeded the max emails per hour (500/500) allowed", Cause::Quota),
            ("452 4.2.1 Message submission quota exceeded", Cause::Quota),
            ("550 5.7.60 not allowed to send as this sender", Cause::Sender),
            ("530 5.7.57 Client not authenticated", Cause::SignIn),
            ("530 Authentication required", Cause::SignIn),
            ("503 AUTH first", Cause::SignIn),
            ("451 4.3.2 not accepting network messages", Cause::Server),
            ("421 4.3.2 shutting down", Cause::Line),
        ] {
            for stage in [Stage::Sender, Stage::Recipient, Stage::Data, Stage::Content] {
                assert_eq!(of(stage, line), wanted, "{stage:?} {line}");
            }
        }
    }
}
