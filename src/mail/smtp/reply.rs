//! What a server said, as real servers say it.
//!
//! In: bytes. Out: an [`SmtpReply`]. Servers leave out the text, end lines with LF alone, write in the encoding of their country,
//! and give several codes in one reply, of which the last counts.

use crate::mail::outcome::Reply;
use std::fmt::Display;

/// What a server said to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SmtpReply {
    pub(super) code: u16,
    /// The text of each line.
    text: Vec<String>,
}

/// What bytes are, from their beginning on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A reply, of so many bytes.
    Whole(SmtpReply, usize),
    /// The beginning of one.
    Part,
    /// Something else; its first line.
    Foreign(String),
}

impl SmtpReply {
    /// Reads a reply. `is_over`: nothing more will come, so that a last line may lack its end.
    pub(super) fn parse(bytes: &[u8], is_over: bool) -> Parsed {
        let (mut text, mut at) = (Vec::new(), 0);
        loop {
            let rest = &bytes[at..];
            let (line, used) = match memchr::memchr(b'\n', rest) {
                Some(end) => (&rest[..end], end + 1),
                // Cut off behind its code it could have had more lines.
                None if is_over && rest.len() > 3 => (rest, rest.len()),
                None => return Parsed::Part,
            };
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            at += used;
            match code(line) {
                Some(code) => {
                    let mark = line.get(3);
                    text.push(decoded(line.get(4..).unwrap_or_default()));
                    if mark != Some(&b'-') {
                        return Parsed::Whole(Self { code, text }, at);
                    }
                }
                None if text.is_empty() => return Parsed::Foreign(decoded(line)),
                // Within a reply, a line that somebody forgot to number.
                None => text.push(decoded(line)),
            }
        }
    }

    /// 2 for yes, 3 for go on, 4 for not now, 5 for no.
    pub(super) fn kind(&self) -> u16 {
        self.code / 100
    }

    pub(super) fn is_yes(&self) -> bool {
        self.kind() == 2
    }

    pub(super) fn is_no(&self) -> bool {
        self.kind() >= 4
    }

    /// The texts of the lines after the first, in capitals: what a server offers.
    pub(super) fn offers(&self) -> Vec<String> {
        self.text.iter().skip(1).map(|line| line.trim().to_ascii_uppercase()).collect()
    }

    /// The text of a challenge.
    pub(super) fn challenge(&self) -> &str {
        self.text.last().map_or("", |line| line.trim())
    }

    /// The words of all lines.
    pub(super) fn words(&self) -> String {
        self.text.join(" ").trim().to_owned()
    }

    /// The enhanced code (RFC 3463) at the beginning of a line's text: `5.7.1`.
    pub(super) fn enhanced(&self) -> Option<&str> {
        self.text.iter().rev().find_map(|line| {
            let word = line.trim_start().split([' ', '\t', ';', ':']).next()?.trim_start_matches('#');
            let mut parts = word.split('.');
            let is_number = |part: Option<&str>| part.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
            (matches!(parts.next(), Some("2" | "4" | "5")) && is_number(parts.next()) && is_number(parts.next()) && parts.next().is_none()).then_some(word)
        })
    }

    /// Its lines, as they were said.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let last = self.text.len().saturating_sub(1);
        self.text.iter().enumerate().map(move |(n, text)| format!("{}{}{text}", self.code, if n == last { ' ' } else { '-' }))
    }

    /// What is kept of it.
    pub(super) fn kept(&self) -> Reply {
        Reply::new(Some(self.code), &self.words())
    }
}

impl Display for SmtpReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kept().fmt(f)
    }
}

/// Three digits, of which the first says what it comes to; behind them nothing that belongs to a longer number or a word.
fn code(line: &[u8]) -> Option<u16> {
    let digits = line.get(..3).filter(|d| matches!(d[0], b'2'..=b'5') && d.iter().all(u8::is_ascii_digit))?;
    if line.get(3).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// UTF-8, or else letters as the West writes them: what is shown should have the right length and no replacement for a whole line.
fn decoded(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Parsed, SmtpReply};

    fn whole(bytes: &[u8]) -> (u16, String) {
        match SmtpReply::parse(bytes, false) {
            Parsed::Whole(reply, used) if used == bytes.len() => (reply.code, reply.words()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn replies_are_read_as_real_servers_give_them() {
        for (bytes, code, words) in [
            (b"250 ok\r\n".as_slice(), 250, "ok"),
            (b"250\r\n", 250, ""),
            (b"250 \n", 250, ""),
            (b"299 odd\n", 299, "odd"),
            (b"571 odd\r\n", 571, "odd"),
            (b"250-one\r\n250 two\r\n", 250, "one two"),
            (b"250-one\r\n550 two\r\n", 550, "one two"),
            (b"220-one\r\nnot numbered\r\n220 two\n", 220, "one not numbered two"),
            (b"250\tok\r\n", 250, "ok"),
            (b"550 Empf\xe4nger\r\n", 550, "Empf\u{e4}nger"),
            ("550 Empf\u{e4}nger\r\n".as_bytes(), 550, "Empf\u{e4}nger"),
        ] {
            assert_eq!(whole(bytes), (code, words.to_owned()));
        }
    }

    #[test]
    fn what_has_no_end_is_waited_for_and_what_has_no_code_is_no_reply() {
        for part in [b"".as_slice(), b"25", b"250", b"250 ok\r", b"250-one\r\n", b"250-one\r\n25"] {
            assert_eq!(SmtpReply::parse(part, false), Parsed::Part);
        }
        for part in [b"".as_slice(), b"25", b"250", b"250-one\r\n250", b"250-one"] {
            assert_eq!(SmtpReply::parse(part, true), Parsed::Part);
        }
        assert!(matches!(SmtpReply::parse(b"550 no", true), Parsed::Whole(reply, 6) if reply.code == 550));
        for foreign in [b"HTTP/1.1 400\r\n".as_slice(), b"2500 x\r\n", b"250ok\r\n", b"\r\n", b"150 x\r\n"] {
            assert!(matches!(SmtpReply::parse(foreign, false), Parsed::Foreign(_)));
        }
    }

    #[test]
    fn the_enhanced_code_stands_at_the_beginning_of_a_text() {
        let enhanced = |line: &str| match SmtpReply::parse(line.as_bytes(), false) {
            Parsed::Whole(reply, _) => reply.enhanced().map(str::to_owned),
            other => panic!("{other:?}"),
        };
        assert_eq!(enhanced("550 5.7.1 no\r\n").as_deref(), Some("5.7.1"));
        assert_eq!(enhanced("550-5.4.5 Daily limit\r\n550 see there\r\n").as_deref(), Some("5.4.5"));
        assert_eq!(enhanced("550 192.0.2.1 is listed\r\n"), None);
        assert_eq!(enhanced("550 no\r\n"), None);
    }
}
