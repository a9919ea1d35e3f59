//! How a line to a server breaks, in words that name no library, and what to do about it.
//!
//! In: an error of the system or of TLS. Out: [`Broken`], and the [`Fault`] that it is before any letter.

use crate::diagnostic::{AppError, Message};
use crate::mail::outcome::Fault;
use rustls::{CertificateError, Error};
use std::io::{self, ErrorKind};

/// How the line is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The server ended it.
    Closed,
    /// Nothing came in time.
    Silent,
    /// A reply had no end.
    Endless,
    /// What came is no SMTP; its beginning.
    Foreign(String),
    /// Somebody spoke before it was their turn.
    Early,
    /// The certificate is not believed.
    Untrusted(Distrust),
    /// What came is no TLS.
    NoTls,
    /// Nothing listens there.
    Refused,
    /// The name leads nowhere.
    Unknown,
    /// Ctrl-C.
    Interrupted,
    /// Anything else the system says.
    Other(String),
}

/// Why a certificate is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distrust {
    Expired,
    NotYet,
    OtherName,
    /// Nobody who is believed vouches for it.
    Unknown,
}

impl Broken {
    /// In words that name no library.
    pub(super) fn why(&self) -> Message {
        match self {
            Self::Closed => say!("the server closed the connection"),
            Self::Silent => say!("the server was silent for too long"),
            Self::Endless => say!("the server gave an answer without end"),
            Self::Foreign(_) => say!("the server gave an answer that is no SMTP"),
            Self::Early => say!("somebody answered before anything was asked: the line cannot be trusted"),
            Self::Untrusted(why) => say!("its certificate is not believed: {why}").with(
                "why",
                match why {
                    Distrust::Expired => say!("it has expired"),
                    Distrust::NotYet => say!("it is not valid yet"),
                    Distrust::OtherName => say!("it belongs to a server of another name"),
                    Distrust::Unknown => say!("nobody who is trusted vouches for it"),
                },
            ),
            Self::NoTls => say!("what answers there does not speak TLS"),
            Self::Refused => say!("nothing answers there"),
            Self::Unknown => say!("nobody knows where that name leads"),
            Self::Interrupted => say!("the run was interrupted"),
            Self::Other(error) => say!("{error}", error = error),
        }
    }

    /// What to do, where that can be told.
    pub(super) fn advice(&self) -> Option<Message> {
        Some(match self {
            Self::Untrusted(Distrust::Expired | Distrust::NotYet) => {
                say!("the certificate of the server is out of date, or the clock of this computer is wrong; tell whoever runs the server")
            }
            Self::Untrusted(Distrust::OtherName) => {
                say!("the certificate is of a server with another name: write the name that your provider gives, and no address of numbers")
            }
            Self::Untrusted(Distrust::Unknown) => say!(
                "somebody may read along, or the server vouches for itself (as Proton Bridge does): save its certificate as a file and name it in config.toml: ca-file = \"…\""
            ),
            Self::NoTls | Self::Foreign(_) => {
                say!("perhaps it is the wrong port: smtps:// is for port 465, smtp:// for port 587 with STARTTLS")
            }
            Self::Refused => say!("look at server in config.toml; perhaps the port is another one, or a firewall or a VPN blocks it"),
            Self::Unknown => say!("look at the name in config.toml, and whether this computer is online"),
            Self::Silent => {
                say!("perhaps this network blocks the port: try another one (465 with smtps://, 587 with smtp://), or another network")
            }
            _ => return None,
        })
    }

    /// Whether it cannot pass by itself.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::Untrusted(_) | Self::NoTls)
    }
}

/// What an error of the system or of TLS means.
pub(super) fn broken(error: &io::Error) -> Broken {
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        return match error {
            Error::InvalidCertificate(certificate) => Broken::Untrusted(match certificate {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => Distrust::Expired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Distrust::NotYet,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Distrust::OtherName,
                _ => Distrust::Unknown,
            }),
            Error::InvalidMessage(_) => Broken::NoTls,
            error => Broken::Other(error.to_string()),
        };
    }
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Broken::Silent,
        ErrorKind::ConnectionRefused => Broken::Refused,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof | ErrorKind::ConnectionAborted => Broken::Closed,
        _ => Broken::Other(error.to_string()),
    }
}

/// What happened while this was tried, with a gap for why.
pub(super) fn fault(what: Message, broken: &Broken) -> Fault {
    let mut trouble = AppError::new(what.with("why", broken.why()));
    if let Some(advice) = broken.advice() {
        trouble = trouble.hint(advice);
    }
    if broken.is_final() { Fault::Configuration(trouble) } else { Fault::Passing(trouble) }
}
