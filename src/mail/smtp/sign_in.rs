//! Signing in, in the way that the server really takes.
//!
//! In: a protected line, the ways that are offered, a name and a secret. Out: nothing, or the server's own reason. A way that the server
//! does not know after all is followed by the next.

use super::broken::{Broken, fault};
use super::line::Line;
use super::reply::SmtpReply;
use crate::diagnostic::{AppError, Message};
use crate::mail::outcome::{Fault, Reply};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// No command is longer, with its line end (RFC 5321, 4.5.3.1.4); what is longer waits for the server to ask for it.
const LONGEST_COMMAND: usize = 512;

/// Who signs in. No `Debug` prints the secret.
pub struct Login {
    /// The name.
    pub username: String,
    /// Password or token.
    pub secret: SecretString,
    /// Whether it is a token, for XOAUTH2.
    pub is_token: bool,
}

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Plain,
    Login,
    Xoauth2,
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Xoauth2 => "XOAUTH2",
        }
    }
}

/// Signs in. `offered`: the ways that the server named; none: it named nothing, and each is tried.
pub(super) fn sign_in(line: &mut Line<'_>, at: &str, offered: Option<&[String]>, login: &Login) -> Result<(), Fault> {
    // Never over a line that can be read.
    if !line.is_protected() {
        return Err(Fault::Configuration(AppError::new(say!("{at}: nobody signs in over a line that is not protected", at = at))));
    }
    let fitting: &[Way] = if login.is_token { &[Way::Xoauth2] } else { &[Way::Plain, Way::Login] };
    let mut last = None;
    for way in fitting.iter().filter(|way| offered.is_none_or(|offered| offered.iter().any(|o| o == way.word()))) {
        let said = Attempt { line, login }.by(*way).map_err(|broken| fault(say!("{at} does not let anybody sign in: {why}", at = at), &broken))?;
        match said {
            AuthAnswer::Reply(reply) if reply.is_yes() => return Ok(()),
            // The server does not know it, whatever it offered.
            AuthAnswer::Reply(reply) if matches!(reply.code, 500..=502 | 504) => last = Some(reply),
            AuthAnswer::Reply(reply) => return Err(refused(at, &reply, "", login)),
            AuthAnswer::Challenge(challenge, reply) => return Err(refused(at, &reply, &challenge, login)),
        }
    }
    if let Some(reply) = last {
        return Err(refused(at, &reply, "", login));
    }
    let ways = if login.is_token { "XOAUTH2" } else { "PLAIN or LOGIN" };
    let trouble = AppError::new(say!("{at} offers no way to sign in that fits ({ways})", at = at, ways = ways));
    Err(Fault::Configuration(trouble.hint(say!("look in the provider's help whether it wants a password or a token; without any sign-in, remove `username`"))))
}

/// How a sign-in was answered.
enum AuthAnswer {
    Reply(SmtpReply),
    /// With a reason of its own before the refusal.
    Challenge(String, SmtpReply),
}

struct Attempt<'s, 'a> {
    line: &'s mut Line<'a>,
    login: &'s Login,
}

impl Attempt<'_, '_> {
    fn by(&mut self, way: Way) -> Result<AuthAnswer, Broken> {
        let (name, secret) = (&self.login.username, self.login.secret.expose_secret());
        match way {
            Way::Plain => self.with_one_answer(way, &STANDARD.encode(format!("\0{name}\0{secret}"))).map(AuthAnswer::Reply),
            Way::Login => self.with_two_answers(&STANDARD.encode(name), &STANDARD.encode(secret)).map(AuthAnswer::Reply),
            Way::Xoauth2 => {
                let said = self.with_one_answer(way, &STANDARD.encode(format!("user={name}\x01auth=Bearer {secret}\x01\x01")))?;
                if said.kind() != 3 {
                    return Ok(AuthAnswer::Reply(said));
                }
                // The reason comes as a challenge, and only an empty answer gets the refusal itself.
                let why = STANDARD.decode(said.challenge()).map_or_else(|_| said.words(), |json| String::from_utf8_lossy(&json).into_owned());
                Ok(AuthAnswer::Challenge(why, self.secretly("")?))
            }
        }
    }

    /// The answer goes with the command where the server reads it there and it is short enough; otherwise when it is asked for.
    fn with_one_answer(&mut self, way: Way, answer: &str) -> Result<SmtpReply, Broken> {
        let word = way.word();
        let at_once = format!("AUTH {word} {answer}");
        if at_once.len() + 2 <= LONGEST_COMMAND {
            let said = self.line.ask(&at_once, &format!("AUTH {word} ****"))?;
            match said.code {
                // It has not read the answer, or takes none before it asks.
                334 if way == Way::Plain || said.challenge().is_empty() => return self.secretly(answer),
                501 => {}
                _ => return Ok(said),
            }
        }
        let said = self.line.ask(&format!("AUTH {word}"), &format!("AUTH {word}"))?;
        if said.kind() == 3 { self.secretly(answer) } else { Ok(said) }
    }

    /// Name and password as they are asked for; in which words the server asks means nothing.
    fn with_two_answers(&mut self, name: &str, secret: &str) -> Result<SmtpReply, Broken> {
        let mut said = self.line.ask("AUTH LOGIN", "AUTH LOGIN")?;
        for answer in [name, secret] {
            if said.kind() == 3 {
                said = self.secretly(answer)?;
            }
        }
        Ok(said)
    }

    fn secretly(&mut self, answer: &str) -> Result<SmtpReply, Broken> {
        self.line.ask(answer, "****")
    }
}

fn refused(at: &str, reply: &SmtpReply, challenge: &str, login: &Login) -> Fault {
    // What the server says in its own words may repeat no secret, and it never had the password in the clear.
    let reply = if challenge.is_empty() { reply.to_string() } else { format!("{reply} {}", Reply::none(challenge)) };
    let trouble = |what: Message| AppError::new(what);
    match reply.as_bytes().first() {
        Some(b'5') if login.is_token => Fault::Configuration(
            trouble(say!("{at} does not accept username and token: {reply}", at = at, reply = reply))
                .hint(say!("the token may be out of date: run the command of token-command by hand; it may have to be allowed anew in a browser")),
        ),
        Some(b'5') => Fault::Configuration(
            trouble(say!("{at} does not accept username and password: {reply}", at = at, reply = reply))
                .hint(say!("many providers want a password made for one program (\"app password\") and SMTP switched on for the account; look in their help")),
        ),
        Some(b'4') => Fault::Passing(trouble(say!("{at} does not let anybody sign in: {why}", at = at, why = reply))),
        _ => Fault::Passing(trouble(say!("{at} gave an answer to the sign-in that does not belong there: {reply}", at = at, reply = reply))),
    }
}
