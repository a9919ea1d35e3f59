//! What a server said, or why it said nothing, in words that name no library.
//!
//! In: what the mail library gives back. Out: a [`SmtpReply`], a reason, or a [`Fault`] of the way to the server.

use crate::diagnostic::{AppError, Message};
use crate::mail::outcome::Reply;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use std::error::Error as _;
use std::fmt::Display;

/// Why there is no conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The configuration has to be corrected: a wrong password, a wrong certificate, no STARTTLS.
    Configuration(AppError),
    /// It may be otherwise in a while.
    Passing(AppError),
}

impl Fault {
    /// What it is, and what to do.
    #[must_use]
    pub fn trouble(&self) -> &AppError {
        let (Self::Configuration(trouble) | Self::Passing(trouble)) = self;
        trouble
    }
}

impl Display for Fault {
    /// In English.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.trouble().fmt(f)
    }
}

/// What a server said to one command.
pub(super) enum SmtpReply {
    Yes(Reply),
    No(Reply),
    /// Nothing, or nothing that can be understood. The conversation is over.
    Lost(Reply),
}

impl SmtpReply {
    pub(super) fn of(answer: Result<Response, Error>) -> Self {
        match answer {
            Ok(response) => Self::Yes(Reply::new(number(&response.code()), &response.message().collect::<Vec<_>>().join(" "))),
            Err(error) => match error.status() {
                Some(code) => Self::No(Reply::new(number(&code), &error.source().map(ToString::to_string).unwrap_or_default())),
                None => Self::Lost(Reply::none(&why(&error).to_string())),
            },
        }
    }
}

fn number(code: &impl Display) -> Option<u16> {
    code.to_string().parse().ok()
}

/// What happened, in words that name no library.
pub(super) fn why(error: &Error) -> Message {
    if error.is_response() {
        return match error.source().map(ToString::to_string) {
            Some(text) if text == "incomplete response" => say!("the server closed the connection"),
            _ => say!("the server gave an answer that is no SMTP"),
        };
    }
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return match io.kind() {
                std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => say!("the server was silent for too long"),
                std::io::ErrorKind::ConnectionRefused => say!("nothing answers there"),
                std::io::ErrorKind::ConnectionReset
                | std::io::ErrorKind::BrokenPipe
                | std::io::ErrorKind::UnexpectedEof
                | std::io::ErrorKind::ConnectionAborted => say!("the server closed the connection"),
                _ => say!("{error}", error = io),
            };
        }
        source = inner.source();
    }
    say!("{error}", error = error.source().map_or_else(|| error.to_string(), ToString::to_string))
}

/// Only writing to a closed connection ends so; a read that finds it closed ends otherwise.
pub(super) fn was_not_written(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::BrokenPipe;
        }
        source = inner.source();
    }
    false
}

/// A fault of the protection cannot pass by itself.
fn is_about_certificates(error: &Error) -> bool {
    let text = format!("{error:?}").to_ascii_lowercase();
    ["certificate", "invaliddata", "handshake", "tls"].iter().any(|word| text.contains(word)) && !text.contains("unexpectedeof")
}

/// What happened while this was tried, with a gap for why.
pub(super) fn fault(what: Message, error: &Error) -> Fault {
    let is_final = error.is_permanent() || is_about_certificates(error);
    let said = match error.status() {
        Some(code) => say!("{reply}", reply = format!("{code} {}", Reply::new(None, &error.source().map(ToString::to_string).unwrap_or_default()).text)),
        None if is_about_certificates(error) => say!("its certificate is not believed: {why}").with("why", why(error)),
        None => why(error),
    };
    let trouble = AppError::new(what.with("why", said));
    if is_final { Fault::Configuration(trouble) } else { Fault::Passing(trouble) }
}
