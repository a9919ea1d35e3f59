//! One conversation with a server: greeting, EHLO, STARTTLS, EHLO again, sign-in, and then letters.
//!
//! In: where the server is, who signs in, and letters that the ledger knows of. Out: how each ended. Each step of `Step` is taken once
//! and leads to the next; nothing that was heard before the line was protected is believed afterwards. What is said of a letter
//! stands in `letter`, who is to blame for a refusal in `cause`, how bytes become replies in `line` and `reply`.
//!
//! The mail library writes messages and knows addresses. The conversation is the program's own: a server's words have to be heard in the
//! middle of content, in any encoding, within a time, and never in place of those that TLS protects.

mod broken;
mod cause;
mod letter;
mod line;
mod reply;
mod sign_in;
mod stream;

pub(super) use letter::Letter;
pub use line::{Observer, Seen};
pub use sign_in::Login;

use super::config::{Security, Server};
use super::outcome::Fault;
use crate::diagnostic::{AppError, Message};
use broken::{Broken, fault};
use line::Line;
use reply::SmtpReply;
use std::time::Duration;
use stream::Protection;

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
    /// The name that is said to it.
    pub hello: String,
}

/// Calls the server, protects the line, signs in and says goodbye.
///
/// # Errors
/// Why no letter could go.
pub fn check(route: &Route, watch: Observer<'_>) -> Result<(), Fault> {
    Session::open(route, watch).map(Session::close)
}

/// An open conversation.
pub(super) struct Session<'a> {
    line: Line<'a>,
    /// The server, for sentences: `mail.example.org:587`.
    at: String,
    offers: Offers,
    is_signed_in: bool,
    /// Whether the server still has the envelope of a letter that it refused.
    needs_reset: bool,
}

/// What a server said it can do.
#[derive(Default)]
struct Offers {
    /// Several commands may go in one flight.
    pipelining: bool,
    /// The largest message it takes.
    size: Option<u64>,
    /// Addresses in any script.
    utf8: bool,
    /// It reports what becomes of a message.
    dsn: bool,
    /// The ways to sign in; none: it was not heard which.
    ways: Option<Vec<String>>,
}

/// What comes next before letters can go.
enum Step {
    Greeting,
    Hello,
    StartTls,
    HelloAgain,
    SignIn,
    Letters,
}

impl<'a> Session<'a> {
    /// Calls the server, protects the line and signs in.
    pub(super) fn open(route: &Route, watch: Observer<'a>) -> Result<Self, Fault> {
        let Server::Smtp { host, port, security } = &route.server else {
            return Err(Fault::Configuration(AppError::new(say!("this is no server"))));
        };
        let at = format!("{host}:{port}");
        let tls = if *security == Security::None { None } else { Some(Protection::of(host, route.authority.as_deref())?) };
        (watch.tell)(Seen::Calling(&at));
        let line = Line::connect(host, *port, route.timeout, watch).map_err(|broken| fault(say!("{at} cannot be reached: {why}", at = at), &broken))?;
        let mut session = Self { line, at, offers: Offers::default(), is_signed_in: false, needs_reset: false };
        let mut step = Step::Greeting;
        loop {
            step = match step {
                Step::Greeting => {
                    if let (Security::Tls, Some(tls)) = (security, &tls) {
                        session.line.protect(tls).map_err(|broken| session.fault(say!("{at} cannot be reached: {why}"), &broken))?;
                    }
                    session.greeting()?;
                    Step::Hello
                }
                Step::Hello => {
                    session.hello(&route.hello, *security == Security::StartTls)?;
                    if *security == Security::StartTls { Step::StartTls } else { Step::SignIn }
                }
                Step::StartTls => {
                    session.start_tls(tls.as_ref().expect("a line that is to be protected has its parameters"))?;
                    Step::HelloAgain
                }
                Step::HelloAgain => {
                    session.hello_again(&route.hello)?;
                    Step::SignIn
                }
                Step::SignIn => {
                    if let Some(login) = &route.login {
                        sign_in::sign_in(&mut session.line, &session.at, session.offers.ways.as_deref(), login)?;
                        session.is_signed_in = true;
                    }
                    Step::Letters
                }
                Step::Letters => {
                    session.line.is_idle = false;
                    return Ok(session);
                }
            };
        }
    }

    fn greeting(&mut self) -> Result<(), Fault> {
        let what = say!("{at} cannot be reached: {why}");
        match self.line.greeting(&self.at) {
            Ok(reply) if reply.is_yes() => Ok(()),
            Ok(reply) => Err(self.refusal(what, &reply)),
            Err(broken) => Err(self.fault(what, &broken)),
        }
    }

    /// EHLO, or HELO to a server of long ago; those protect no line.
    fn hello(&mut self, name: &str, is_to_be_protected: bool) -> Result<(), Fault> {
        let what = say!("{at} cannot be talked to: {why}");
        let said = self.line.ask(&format!("EHLO {name}"), &format!("EHLO {name}")).map_err(|broken| self.fault(what.clone(), &broken))?;
        if said.is_yes() {
            self.offers = Offers::of(&said);
            return if is_to_be_protected && !said.offers().iter().any(|offer| offer == "STARTTLS") { Err(self.no_starttls()) } else { Ok(()) };
        }
        if said.kind() != 5 || is_to_be_protected {
            return Err(self.refusal(what, &said));
        }
        let again = self.line.ask(&format!("HELO {name}"), &format!("HELO {name}")).map_err(|broken| self.fault(what.clone(), &broken))?;
        if again.is_yes() { Ok(()) } else { Err(self.refusal(what, &said)) }
    }

    fn no_starttls(&self) -> Fault {
        let hint = say!("without it letters and passwords could be read on the way; ask the provider, or use smtps://");
        Fault::Configuration(AppError::new(say!("{at} does not offer STARTTLS", at = self.at)).hint(hint))
    }

    fn start_tls(&mut self, tls: &Protection) -> Result<(), Fault> {
        // What came in the clear is forgotten before the line is protected, and never believed after it.
        self.offers = Offers::default();
        let what = say!("{at} cannot protect the line: {why}");
        let said = self.line.ask("STARTTLS", "STARTTLS").map_err(|broken| self.fault(what.clone(), &broken))?;
        if !said.is_yes() {
            return Err(self.refusal(what, &said));
        }
        self.line.protect(tls).map_err(|broken| self.fault(what, &broken))
    }

    /// What the server offers on the protected line. A server that wants to say this once only offers nothing.
    fn hello_again(&mut self, name: &str) -> Result<(), Fault> {
        let what = say!("{at} cannot be talked to: {why}");
        match self.line.ask(&format!("EHLO {name}"), &format!("EHLO {name}")) {
            Ok(reply) if reply.is_yes() => {
                self.offers = Offers::of(&reply);
                Ok(())
            }
            Ok(reply) if reply.is_no() && reply.code != 421 => Ok(()),
            Ok(reply) => Err(self.refusal(what, &reply)),
            Err(broken) => Err(self.fault(what, &broken)),
        }
    }

    /// Whether several commands may go in one flight.
    pub(super) fn pipelines(&self) -> bool {
        self.offers.pipelining
    }

    /// Whether it can still be used as far as is known: nobody has spoken without being asked.
    pub(super) fn is_quiet(&self) -> bool {
        self.line.is_quiet()
    }

    /// Says goodbye. Whatever the server says to that, every letter has ended before.
    pub(super) fn close(mut self) {
        self.line.hurry();
        let _ = self.line.ask("QUIT", "QUIT");
    }

    fn fault(&self, what: Message, broken: &Broken) -> Fault {
        fault(what.with("at", say!("{at}", at = self.at)), broken)
    }

    /// A refusal before any letter: 5xx has to be corrected, 4xx passes.
    fn refusal(&self, what: Message, reply: &SmtpReply) -> Fault {
        let trouble = AppError::new(what.with("at", say!("{at}", at = self.at)).with("why", say!("{reply}", reply = reply)));
        if reply.kind() == 5 { Fault::Configuration(trouble) } else { Fault::Passing(trouble) }
    }
}

impl Offers {
    fn of(reply: &SmtpReply) -> Self {
        let mut offers = Self { ways: Some(Vec::new()), ..Self::default() };
        for line in reply.offers() {
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            match words.next().unwrap_or_default() {
                "PIPELINING" => offers.pipelining = true,
                "SIZE" => offers.size = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0),
                "SMTPUTF8" => offers.utf8 = true,
                "DSN" => offers.dsn = true,
                // Some say it twice, the second time as `AUTH=`.
                "AUTH" => offers.ways.get_or_insert_default().extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        offers
    }
}
