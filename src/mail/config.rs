//! Which server, and by what right: `[mail]` of the user's own `config.toml`.
//!
//! In: its record. Out: a [`Config`]. A workspace never has one: workspaces come from others, and could then choose the server
//! or run a command. A password never stands here; a command that prints it may, or a file that nobody else can read.

use crate::diagnostic::Diagnostics;
use crate::records::{Fields, Log, Record, Shape};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Through what.
    pub server: Server,
    /// Who signs in.
    pub username: Option<String>,
    /// How the secret is found.
    pub secret: Secret,
    /// The only authority that is believed, a file of PEM; left out: those of the system.
    pub ca_file: Option<PathBuf>,
    /// No more letters a minute, over all connections.
    pub per_minute: Option<u32>,
    /// Connections at the same time.
    pub connections: usize,
    /// How long the server may be silent.
    pub timeout: Duration,
    /// The name that is said to it: one that names no computer, unless another is configured.
    pub hello: String,
    /// Whether what was accepted is kept as a file.
    pub save_copy: bool,
    /// What a message may weigh, in bytes.
    pub largest: u64,
}

/// Where mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Server {
    /// A server that speaks SMTP.
    Smtp {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// How the line is protected.
        security: Security,
    },
    /// A program that takes a message on standard input.
    Sendmail(PathBuf),
    /// A mailbox in a folder: a rehearsal.
    Maildir(PathBuf),
}

/// How a line is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS, which must be offered.
    StartTls,
    /// None: to an address of this computer only.
    None,
}

/// How the secret is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// It is asked for, if there is a username.
    Ask,
    /// A command prints a password.
    Command(Vec<String>),
    /// A command prints a token for XOAUTH2.
    Token(Vec<String>),
    /// A file that nobody else may read.
    File(PathBuf),
}

impl Server {
    /// Understands a server's URL.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        if let Some(path) = url.strip_prefix("sendmail:") {
            return path.starts_with('/').then(|| Self::Sendmail(path.into()));
        }
        if let Some(path) = url.strip_prefix("maildir:") {
            return (!path.is_empty()).then(|| Self::Maildir(path.into()));
        }
        let (scheme, rest) = url.split_once("://")?;
        let (security, default) = match scheme {
            "smtps" => (Security::Tls, 465),
            "smtp" => (Security::StartTls, 587),
            "smtp+insecure" => (Security::None, 25),
            _ => return None,
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            Some((host, "")) => (host, default),
            Some((host, port)) => (host, port.strip_prefix(':')?.parse().ok()?),
            None => match rest.split_once(':') {
                Some((host, port)) => (host, port.parse().ok()?),
                None => (rest, default),
            },
        };
        let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
        // A name could be made to mean another computer; an address of the loopback cannot.
        let is_near = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        (is_name && port > 0 && (security != Security::None || is_near)).then(|| Self::Smtp { host: host.to_owned(), port, security })
    }

    /// Whether what goes there counts as nothing.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        matches!(self, Self::Maildir(_))
    }
}

impl Config {
    /// Understands `config.toml`.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    #[must_use]
    pub fn parse(record: &Record) -> (Option<Self>, Diagnostics) {
        let (config, problems) = Log::read(record, Self::shape, |f| f.must().table("mail", "how letters are sent", read).flatten());
        (config.filter(|_| !problems.has_errors()), problems)
    }

    /// What the file may contain.
    #[must_use]
    pub fn shape() -> Shape {
        Log::shape(|f| f.must().table("mail", "how letters are sent", read))
    }
}

fn read(f: &mut Fields<'_, '_>) -> Option<Config> {
    const SERVER: &str =
        "smtps://HOST, smtp://HOST (with STARTTLS), smtp+insecure://127.0.0.1:PORT (only on this computer), sendmail:/PATH or maildir:FOLDER (a rehearsal)";
    const COMMAND: &str = "a list: the program, then each of its arguments; no shell reads it";
    let server = f.must().line_as("server", "through what letters go", SERVER, Server::parse);
    let username = f.line("username", "who signs in");
    let password = f.list("password-command", "a command that prints the password, as a list", COMMAND, |t| Some(t.to_owned()));
    let token = f.list("token-command", "a command that prints a token for XOAUTH2, as a list", COMMAND, |t| Some(t.to_owned()));
    let file = f.line("password-file", "a file with the password that nobody else may read");
    let ca_file = f.line("ca-file", "the only certificate authority that is believed, a file of PEM").map(PathBuf::from);
    let per_minute = f.number_or("per-minute", "no more letters a minute", "a number", |n| n, |t| t.parse().ok());
    let connections = f.number_or("connections", "connections at the same time, 1 to 32", "a number", |n| n, |t| t.parse().ok());
    let timeout = f.line_as("timeout", "how long the server may be silent", "a time such as \"60s\"", duration);
    let hello = f.line_as("hello", "the name that is said to the server", "a name such as mail.example.org, or an address in brackets", greeting_name);
    let save_copy = f.flag("save-copy", "whether what was accepted is kept in sent/").unwrap_or(false);
    let largest = f.line_as("max-message-size", "what a message may weigh", "a size such as \"20MB\"", |t| t.strip_suffix("MB")?.trim().parse::<u64>().ok());
    if f.is_describing() {
        return None;
    }
    let server = server?;
    let ways = [!password.is_empty(), !token.is_empty(), file.is_some()].into_iter().filter(|given| *given).count();
    if ways > 1 {
        f.problem("username", say!("there are several ways to the secret"), say!("keep one of password-command, token-command and password-file"));
    }
    if ways > 0 && username.is_none() {
        f.problem("server", say!("there is a secret, and no `username`"), say!("write username = \"…\""));
    }
    if username.is_some() && matches!(server, Server::Smtp { security: Security::None, .. }) {
        f.problem("username", say!("nobody signs in over a line that is not protected"), say!("use smtps:// or smtp://, or remove `username`"));
    }
    let secret = match (password.is_empty(), token.is_empty(), file) {
        (false, ..) => Secret::Command(password),
        (_, false, _) => Secret::Token(token),
        (_, _, Some(file)) => Secret::File(file.into()),
        _ => Secret::Ask,
    };
    Some(Config {
        server,
        username,
        secret,
        ca_file,
        per_minute: per_minute.filter(|n| *n > 0),
        connections: connections.map_or(1, |n| n.clamp(1, 32) as usize),
        timeout: timeout.unwrap_or(Duration::from_mins(1)),
        hello: hello.unwrap_or_else(|| "[127.0.0.1]".to_owned()),
        save_copy,
        largest: largest.map_or(super::message::LARGEST, |megabytes| megabytes * 1_000_000),
    })
}

fn greeting_name(text: &str) -> Option<String> {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    ((1..=255).contains(&text.len()) && text.bytes().all(is_word)).then(|| text.to_owned())
}

/// `500ms`, `30s`, `2m`, `1h`.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..at].parse().ok()?;
    match &text[at..] {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number * 60)),
        "h" => Some(Duration::from_secs(number * 3600)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_without_tls_is_an_address_of_this_computer() {
        assert!(Server::parse("smtp+insecure://127.0.0.1:2525").is_some());
        assert!(Server::parse("smtp+insecure://[::1]:2525").is_some());
        for far in ["smtp+insecure://localhost:25", "smtp+insecure://mail.example.org", "smtp+insecure://10.0.0.1", "smtp+insecure://127.0.0.1.example.org"] {
            assert_eq!(Server::parse(far), None, "{far}");
        }
    }

    #[test]
    fn a_url_is_understood_or_refused() {
        let smtp = |host: &str, port, security| Some(Server::Smtp { host: host.into(), port, security });
        assert_eq!(Server::parse("smtps://mail.example.org"), smtp("mail.example.org", 465, Security::Tls));
        assert_eq!(Server::parse("smtp://mail.example.org:2587"), smtp("mail.example.org", 2587, Security::StartTls));
        assert_eq!(Server::parse("sendmail:/usr/sbin/sendmail"), Some(Server::Sendmail("/usr/sbin/sendmail".into())));
        for bad in ["", "http://x", "smtps://", "smtps://a b", "smtps://user:pw@host", "sendmail:ls", "smtps://host:0", "smtps://host:99999"] {
            assert_eq!(Server::parse(bad), None, "{bad}");
        }
    }
}
