//! One conversation with a server.
//!
//! In: where it is, who signs in, and letters that the ledger knows of. Out: how each ended. Where the server offers
//! PIPELINING (RFC 2920) sender, recipient and DATA go in one flight, and the content of one letter goes together with
//! sender, recipient and DATA of the next (§3.1 allows content to begin a group): one round trip a letter, and still at most
//! one letter whose content was complete without an answer.
//!
//! The words of the conversation are compared strictly: `354` before content, `2xx` after it. A reply that does not belong
//! where it stands ends the connection, and is never taken for "accepted".

mod reply;

pub use reply::Fault;

use super::config::{Security, Server};
use super::outcome::{Outcome, Reply};
use crate::diagnostic::{AppError, Message};
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::Ehlo;
use lettre::transport::smtp::extension::{ClientId, Extension};
use reply::{SmtpReply, fault, was_not_written, why};
use secrecy::{ExposeSecret, SecretString};
use std::error::Error as _;
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// After the content a server may think longer: RFC 5321, 4.5.3.2.6 asks for the most patience there.
const PATIENCE: u32 = 5;

/// How a server is reached.
pub struct Route {
    /// Where it is.
    pub server: Server,
    /// Who signs in, and with what.
    pub login: Option<Login>,
    /// The certificate of the only authority that is believed, as PEM.
    pub authority: Option<Vec<u8>>,
    /// How long the server may be silent.
    pub timeout: Duration,
}

/// Who signs in. No `Debug` prints the secret.
pub struct Login {
    /// The name.
    pub username: String,
    /// Password or token.
    pub secret: SecretString,
    /// Whether it is a token, for XOAUTH2.
    pub is_token: bool,
}

/// An open conversation.
pub(super) struct Session {
    connection: SmtpConnection,
    timeout: Duration,
    /// Whether several commands may go in one flight.
    pub(super) pipelines: bool,
    /// The largest message the server says it takes.
    size: Option<u64>,
}

/// No word of the conversation names this computer.
fn hello() -> ClientId {
    ClientId::Ipv4(Ipv4Addr::LOCALHOST)
}

impl Session {
    /// Connects, protects the line, signs in, and asks what the server can do.
    pub(super) fn open(route: &Route) -> Result<Self, Fault> {
        let Server::Smtp { host, port, security } = &route.server else {
            return Err(Fault::Configuration(AppError::new(say!("this is no server"))));
        };
        let at = format!("{host}:{port}");
        let tls = if *security == Security::None { None } else { Some(protection(host, route)?) };
        let first = tls.as_ref().filter(|_| *security == Security::Tls);
        let address = host.parse::<IpAddr>().map_or_else(|_| host.clone(), |ip| ip.to_string());
        let connection = SmtpConnection::connect((address.as_str(), *port), Some(route.timeout), &hello(), first, None);
        let mut connection = connection.map_err(|e| fault(say!("{at} cannot be reached: {why}", at = at), &e))?;
        if *security == Security::StartTls {
            if !connection.can_starttls() {
                return Err(Fault::Configuration(
                    AppError::new(say!("{at} does not offer STARTTLS", at = at))
                        .hint(say!("without it letters and passwords could be read on the way; ask the provider, or use smtps://")),
                ));
            }
            let tls = tls.as_ref().expect("a protected line has its parameters");
            connection.starttls(tls, &hello()).map_err(|e| fault(say!("{at} cannot protect the line: {why}", at = at), &e))?;
        }
        if let Some(login) = &route.login {
            sign_in(&mut connection, login, &at)?;
        }
        // lettre does not tell of PIPELINING and SIZE; and what a server can do may change when somebody has signed in.
        let response = connection.command(Ehlo::new(hello())).map_err(|e| fault(say!("{at} cannot be talked to: {why}", at = at), &e))?;
        let offers: Vec<String> = response.message().skip(1).map(str::to_ascii_uppercase).collect();
        let size = offers.iter().find_map(|o| o.strip_prefix("SIZE ")?.trim().parse().ok()).filter(|n| *n > 0);
        Ok(Self { connection, timeout: route.timeout, pipelines: offers.iter().any(|o| o == "PIPELINING"), size })
    }

    /// Gives the server sender and recipient, and asks to send content.
    ///
    /// # Errors
    /// How the attempt ended; with `Some` conversation gone if it cannot go on.
    pub(super) fn envelope(&mut self, from: &Address, to: &Address, size: usize) -> Result<(), Failed> {
        let commands = self.commands(from, to, size)?;
        if self.pipelines {
            let first = SmtpReply::of(self.connection.command(Raw(commands.concat().into_bytes())));
            return self.envelope_answers(first);
        }
        for (n, command) in commands.into_iter().enumerate() {
            let said = SmtpReply::of(self.connection.command(Raw(command.into_bytes())));
            check(said, if n == 2 { Wanted::Content } else { Wanted::Done })?;
        }
        Ok(())
    }

    fn commands(&self, from: &Address, to: &Address, size: usize) -> Result<[String; 3], Failed> {
        let refused = |text: &str| Err(Failed { outcome: Outcome::Refused(Reply::none(text)), over: false });
        let foreign = !from.to_string().is_ascii() || !to.to_string().is_ascii();
        if foreign && !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return refused("the server cannot carry an address with letters outside ASCII");
        }
        if self.size.is_some_and(|largest| size as u64 > largest) {
            return refused("the message is larger than the server takes");
        }
        let size = if self.size.is_some() { format!(" SIZE={size}") } else { String::new() };
        let utf8 = if foreign { " SMTPUTF8" } else { "" };
        Ok([format!("MAIL FROM:<{from}>{size}{utf8}\r\n"), format!("RCPT TO:<{to}>\r\n"), "DATA\r\n".to_owned()])
    }

    /// The three answers to a flight of sender, recipient and DATA. All are read, so that the next one is known for what it is.
    fn envelope_answers(&mut self, first: SmtpReply) -> Result<(), Failed> {
        let mut result = check(first, Wanted::Done);
        for wanted in [Wanted::Done, Wanted::Content] {
            if result.as_ref().is_err_and(|f| f.over) {
                return result;
            }
            let said = SmtpReply::of(self.connection.read_response());
            let invited = wanted == Wanted::Content && matches!(&said, SmtpReply::Yes(reply) if reply.code == Some(354));
            let next = check(said, wanted);
            match &mut result {
                // The server waits for content that it may not have: nothing but hanging up is safe.
                Err(failed) if invited => failed.over = true,
                Err(failed) => failed.over |= next.is_err_and(|f| f.over),
                Ok(()) => result = next,
            }
        }
        result
    }

    /// Sends the content, and with it the envelope of a letter that follows, if there is one. Says how the first ended, and
    /// how far the second came.
    pub(super) fn content(&mut self, bytes: &[u8], next: Option<(&Address, &Address, usize)>) -> (Failed, Option<Result<(), Failed>>) {
        let mut flight = stuffed(bytes);
        let mut follows = None;
        if let Some((from, to, size)) = next {
            match self.commands(from, to, size) {
                Ok(commands) => {
                    flight.extend(commands.concat().into_bytes());
                    follows = Some(Ok(()));
                }
                Err(failed) => follows = Some(Err(failed)),
            }
        }
        let _ = self.connection.set_timeout(Some(self.timeout * PATIENCE));
        let is_alone = follows.as_ref().is_none_or(Result::is_err);
        let answer = self.connection.command(Raw(flight));
        // Where the write itself failed, the final dot did not leave, if it was the last thing of the flight.
        let is_cut = is_alone && answer.as_ref().is_err_and(was_not_written);
        let said = SmtpReply::of(answer);
        let _ = self.connection.set_timeout(Some(self.timeout));
        let ended = match said {
            SmtpReply::Yes(reply) if reply.code.is_some_and(|c| (200..300).contains(&c)) => Failed { outcome: Outcome::Accepted(reply), over: false },
            SmtpReply::Lost(reply) if is_cut => Failed { outcome: Outcome::Deferred(reply), over: true },
            SmtpReply::Yes(reply) | SmtpReply::Lost(reply) => Failed { outcome: Outcome::InDoubt(reply), over: true },
            SmtpReply::No(reply) => Failed { over: reply.code == Some(421), outcome: Outcome::of_refusal(reply) },
        };
        let follows = match follows {
            Some(Ok(())) if ended.over => Some(Err(gone())),
            Some(Ok(())) => {
                let first = SmtpReply::of(self.connection.read_response());
                Some(self.envelope_answers(first))
            }
            other => other,
        };
        (ended, follows)
    }

    /// Says goodbye. Whatever the server says to that, every letter has ended before.
    pub(super) fn close(mut self) {
        let _ = self.connection.set_timeout(Some(self.timeout.min(Duration::from_secs(5))));
        let _ = self.connection.quit();
    }
}

/// How an attempt ended, and whether the conversation ended with it.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) outcome: Outcome,
    pub(super) over: bool,
}

/// The conversation ended before this letter's turn came.
fn gone() -> Failed {
    Failed { outcome: Outcome::Deferred(Reply::none("the connection was lost before the letter was sent")), over: true }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Done,
    Content,
}

fn check(said: SmtpReply, wanted: Wanted) -> Result<(), Failed> {
    match said {
        SmtpReply::Yes(reply) => {
            let fits = match wanted {
                Wanted::Done => reply.code.is_some_and(|c| (200..300).contains(&c)),
                Wanted::Content => reply.code == Some(354),
            };
            // A reply that does not belong here: from now on none could be trusted.
            if fits { Ok(()) } else { Err(Failed { outcome: Outcome::Deferred(reply), over: true }) }
        }
        SmtpReply::No(reply) => Err(Failed { over: reply.code == Some(421), outcome: Outcome::of_refusal(reply) }),
        SmtpReply::Lost(reply) => Err(Failed { outcome: Outcome::Deferred(reply), over: true }),
    }
}

/// Bytes as they are: commands and content in one flight. All of it is ASCII or UTF-8.
struct Raw(Vec<u8>);

impl Display for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
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

fn protection(host: &str, route: &Route) -> Result<TlsParameters, Fault> {
    let wrong = |what: Message| Fault::Configuration(AppError::new(what));
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = &route.authority {
        let authority = Certificate::from_pem(pem).map_err(|_| wrong(say!("the file of ca-file is no certificate in PEM")))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(authority);
    }
    builder.build().map_err(|error| wrong(say!("the line cannot be protected: {why}").with("why", why(&error))))
}

fn sign_in(connection: &mut SmtpConnection, login: &Login, at: &str) -> Result<(), Fault> {
    let wrong = |what: Message| Err(Fault::Configuration(AppError::new(what)));
    // Never over a line that can be read.
    if !connection.is_encrypted() {
        return wrong(say!("{at}: nobody signs in over a line that is not protected", at = at));
    }
    let ways: &[Mechanism] = if login.is_token { &[Mechanism::Xoauth2] } else { &[Mechanism::Plain, Mechanism::Login] };
    let credentials = Credentials::new(login.username.clone(), login.secret.expose_secret().to_owned());
    match connection.auth(ways, &credentials) {
        Ok(response) if response.has_code(235) => Ok(()),
        Ok(response) => {
            Err(Fault::Passing(AppError::new(say!("{at} gave an answer to the sign-in that does not belong there: {reply}", at = at, reply = response.code()))))
        }
        Err(error) if error.is_permanent() => {
            let words = Reply::new(None, &error.source().map(ToString::to_string).unwrap_or_default()).text;
            let reply = format!("{} {words}", error.status().map(|c| c.to_string()).unwrap_or_default());
            wrong(say!("{at} does not accept username and password: {reply}", at = at, reply = reply))
        }
        Err(error) if error.is_client() => {
            let wanted = if login.is_token { "XOAUTH2" } else { "PLAIN or LOGIN" };
            wrong(say!("{at} offers no way to sign in that fits ({ways})", at = at, ways = wanted))
        }
        Err(error) => Err(fault(say!("{at} does not let anybody sign in: {why}", at = at), &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_begins_with_a_dot_gets_another_and_the_last_stands_alone() {
        assert_eq!(stuffed(b"a\r\n.b\r\n..\r\n"), b"a\r\n..b\r\n...\r\n.\r\n");
        assert_eq!(stuffed(b".\r\n"), b"..\r\n.\r\n");
        assert_eq!(stuffed(b"no end"), b"no end\r\n.\r\n");
        assert_eq!(stuffed(b""), b"\r\n.\r\n");
    }
}
