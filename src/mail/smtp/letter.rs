//! A letter in the conversation: its envelope, then its content.
//!
//! In: a letter that the ledger knows of. Out: its [`AttemptEnd`]. Where the server offers PIPELINING (RFC 2920) the commands of an envelope go
//! in one flight, and that flight goes together with the content of the letter before (§3.1 allows content to begin a group): one
//! round trip a letter. The two letters of such a flight are side by side: each [`Envelope`] has its own state, and a content has
//! none but its bytes. Still at most one letter is complete without an answer.

use super::Session;
use super::broken::Broken;
use super::cause::{Stage, broken, out_of_step, refusal};
use super::line::Seen;
use super::reply::SmtpReply;
use crate::mail::outcome::{AttemptEnd, Outcome, Reply};
use lettre::Address;

/// A letter as a server gets it.
#[derive(Clone, Copy)]
pub(in crate::mail) struct Letter<'a> {
    pub(in crate::mail) from: &'a Address,
    pub(in crate::mail) to: &'a Address,
    pub(in crate::mail) bytes: &'a [u8],
    /// By what reports name it; letters and digits.
    pub(in crate::mail) name: &'a str,
}

/// The commands before a letter's content, and what the replies have come to so far.
struct Envelope {
    commands: Vec<(Stage, String)>,
    /// The first refusal, which is the one that counts.
    refused: Option<AttemptEnd>,
    /// Whether the server waits for content.
    is_invited: bool,
}

impl Envelope {
    fn flight(&self) -> String {
        self.commands.iter().flat_map(|(_, command)| [command, "\r\n"]).collect()
    }

    /// Takes the reply to one of the commands.
    fn take(&mut self, stage: Stage, reply: &SmtpReply, session: &Session<'_>) {
        let ending = match (stage, reply.kind()) {
            (Stage::Sender | Stage::Recipient, 2) => return,
            (Stage::Data, 3) => {
                self.is_invited = true;
                return;
            }
            // A server that knows no RSET has nothing to forget, unless it refused something before.
            (Stage::Reset, _) if reply.code != 421 && (reply.is_yes() || !session.needs_reset) => return,
            (_, 4 | 5) => refusal(stage, reply, session.is_signed_in, &session.at),
            _ => out_of_step(reply),
        };
        let over = ending.over;
        let kept = self.refused.get_or_insert(ending);
        kept.over |= over;
    }

    /// Whether nothing more is to be asked or heard.
    fn is_over(&self) -> bool {
        self.refused.as_ref().is_some_and(|ending| ending.over)
    }

    /// Whether the content may go.
    fn end(self) -> Result<(), AttemptEnd> {
        match self.refused {
            None => Ok(()),
            // The server waits for content that it may not have: nothing but hanging up is safe.
            Some(ending) => Err(AttemptEnd { over: ending.over || self.is_invited, ..ending }),
        }
    }
}

impl Session<'_> {
    /// Gives the server sender and recipient, and asks to send content.
    ///
    /// # Errors
    /// How the letter ended.
    pub(in crate::mail) fn envelope(&mut self, letter: Letter<'_>) -> Result<(), AttemptEnd> {
        let mut envelope = self.prepare(letter)?;
        if self.offers.pipelining {
            if !self.line.is_quiet() {
                return Err(broken(&Broken::Early, false));
            }
            self.show(&envelope);
            if let Err(cut) = self.line.write(envelope.flight().as_bytes()) {
                return Err(self.line.last_words().map_or_else(|| broken(&cut.broken, false), |reply| self.unasked(Stage::Sender, &reply)));
            }
            return self.answers(envelope);
        }
        for (stage, command) in std::mem::take(&mut envelope.commands) {
            let reply = self.line.ask(&command, &command).map_err(|b| broken(&b, false))?;
            envelope.take(stage, &reply, self);
            if stage == Stage::Reset && envelope.refused.is_none() {
                self.needs_reset = false;
            }
            if envelope.refused.is_some() {
                break;
            }
        }
        self.needs_reset |= envelope.refused.is_some();
        envelope.end()
    }

    /// The replies to an envelope that went in one flight. All are read, so that the next one is known for what it is.
    fn answers(&mut self, mut envelope: Envelope) -> Result<(), AttemptEnd> {
        for (stage, _) in std::mem::take(&mut envelope.commands) {
            if envelope.is_over() {
                break;
            }
            match self.line.reply() {
                Ok(reply) => envelope.take(stage, &reply, self),
                Err(b) => {
                    let ending = broken(&b, false);
                    envelope.refused = Some(envelope.refused.take().map_or(ending, |first| AttemptEnd { over: true, ..first }));
                }
            }
        }
        self.needs_reset = envelope.refused.is_some();
        envelope.end()
    }

    /// The commands of a letter, as far as the server can carry it.
    fn prepare(&self, letter: Letter<'_>) -> Result<Envelope, AttemptEnd> {
        let refused = |text: &str| Err(AttemptEnd { outcome: Outcome::Refused(Reply::none(text)), over: false, stops: None });
        let Letter { from, to, bytes, name } = letter;
        let foreign = !from.to_string().is_ascii() || !to.to_string().is_ascii();
        if foreign && !self.offers.utf8 {
            return refused("the server cannot carry an address with letters outside ASCII");
        }
        if self.offers.size.is_some_and(|largest| bytes.len() as u64 > largest) {
            return refused("the message is larger than the server takes");
        }
        let size = if self.offers.size.is_some() { format!(" SIZE={}", bytes.len()) } else { String::new() };
        let utf8 = if foreign { " SMTPUTF8" } else { "" };
        let (report, notify) = if self.offers.dsn { (format!(" RET=HDRS ENVID={name}"), " NOTIFY=FAILURE,DELAY") } else { (String::new(), "") };
        let mut commands = Vec::with_capacity(4);
        // Among many commands it costs no time, and no refusal before can spoil this letter.
        if self.offers.pipelining || self.needs_reset {
            commands.push((Stage::Reset, "RSET".to_owned()));
        }
        commands.push((Stage::Sender, format!("MAIL FROM:<{from}>{size}{utf8}{report}")));
        commands.push((Stage::Recipient, format!("RCPT TO:<{to}>{notify}")));
        commands.push((Stage::Data, "DATA".to_owned()));
        Ok(Envelope { commands, refused: None, is_invited: false })
    }

    /// Sends the content, and with it the envelope of a letter that follows, if there is one. Says how the first ended, and
    /// how far the second came.
    pub(in crate::mail) fn content(&mut self, letter: Letter<'_>, next: Option<Letter<'_>>) -> (AttemptEnd, Option<Result<(), AttemptEnd>>) {
        let follower = next.map(|next| self.prepare(next));
        let mut flight = stuffed(letter.bytes);
        let complete = flight.len();
        if let Some(Ok(envelope)) = &follower {
            flight.extend(envelope.flight().into_bytes());
        }
        let ended = self.send_content(&flight, complete);
        let follows = follower.map(|follower| match follower? {
            _ if ended.over => Err(unsent()),
            envelope => {
                self.show(&envelope);
                self.answers(envelope)
            }
        });
        (ended, follows)
    }

    fn send_content(&mut self, flight: &[u8], complete: usize) -> AttemptEnd {
        // Whatever lies there now was said before it was asked for, and is no answer to this.
        if !self.line.is_quiet() {
            return broken(&Broken::Early, false);
        }
        match self.line.write_content(flight, complete) {
            Ok(true) => {}
            Ok(false) => return self.early(false, &Broken::Closed),
            Err(cut) => return self.early(cut.has_left, &cut.broken),
        }
        match self.line.reply_to_content() {
            Ok(reply) if reply.is_yes() => {
                self.needs_reset = false;
                AttemptEnd { outcome: Outcome::Accepted(reply.kept()), over: false, stops: None }
            }
            Ok(reply) if reply.is_no() => {
                self.needs_reset = true;
                refusal(Stage::Content, &reply, self.is_signed_in, &self.at)
            }
            Ok(reply) => AttemptEnd { outcome: Outcome::InDoubt(reply.kept()), over: true, stops: None },
            Err(b) => broken(&b, true),
        }
    }

    /// The server answered, or was gone, before the content was written. Only what it says now tells why.
    fn early(&mut self, may_have_it: bool, why: &Broken) -> AttemptEnd {
        match self.line.last_words() {
            Some(reply) if reply.is_no() => {
                let ending = refusal(Stage::Content, &reply, self.is_signed_in, &self.at);
                let is_certain = !may_have_it && matches!(ending.outcome, Outcome::InDoubt(_));
                let outcome = if is_certain { Outcome::Deferred(reply.kept()) } else { ending.outcome };
                AttemptEnd { outcome, over: true, stops: ending.stops }
            }
            Some(reply) if may_have_it && reply.is_yes() => AttemptEnd { outcome: Outcome::Accepted(reply.kept()), over: true, stops: None },
            _ => broken(why, may_have_it),
        }
    }

    /// What the server said when it hung up before it could be asked.
    fn unasked(&self, stage: Stage, reply: &SmtpReply) -> AttemptEnd {
        let ending = if reply.code == 421 { refusal(stage, reply, self.is_signed_in, &self.at) } else { out_of_step(reply) };
        AttemptEnd { over: true, ..ending }
    }

    fn show(&self, envelope: &Envelope) {
        envelope.commands.iter().for_each(|(_, command)| self.line.see(Seen::Said(command)));
    }
}

/// The conversation ended before this letter's turn came.
pub(super) fn unsent() -> AttemptEnd {
    AttemptEnd { outcome: Outcome::Deferred(Reply::none("the connection was lost before the letter was sent")), over: true, stops: None }
}

/// Content as it goes over the line: a dot before each dot that begins a line, and the final dot (RFC 5321, 4.5.2).
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    // Room for what else goes in the flight.
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 64 + 512);
    let mut from = 0;
    if bytes.starts_with(b".") {
        out.push(b'.');
    }
    for end in memchr::memmem::find_iter(bytes, b"\n.") {
        out.extend_from_slice(&bytes[from..=end]);
        out.push(b'.');
        from = end + 1;
    }
    out.extend_from_slice(&bytes[from..]);
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::stuffed;

    #[test]
    fn a_line_that_begins_with_a_dot_gets_another_and_the_last_stands_alone() {
        assert_eq!(stuffed(b"a\r\n.b\r\n..\r\n"), b"a\r\n..b\r\n...\r\n.\r\n");
        assert_eq!(stuffed(b".\r\n"), b"..\r\n.\r\n");
        assert_eq!(stuffed(b"no end"), b"no end\r\n.\r\n");
        assert_eq!(stuffed(b""), b"\r\n.\r\n");
    }
}
