//! A text as it goes through mail: lines of at most 76 characters of ASCII that end with CRLF (RFC 2045, 6).
//!
//! In: a text, or the bytes of a file. Out: the same, encoded, and the name of the encoding. The bytes are those that the mail
//! library would choose and make: it shifts the whole rest of a text for each line end, and goes character by character.

use crate::bytes::{count_bytes, places};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::message::Body;
use lettre::message::header::ContentTransferEncoding as Encoding;

/// No encoded line is longer, without its end (RFC 2045, 6.7 and 6.8).
const LONGEST_LINE: usize = 76;
/// As many bytes make a full line of base64.
const BYTES_A_LINE: usize = LONGEST_LINE / 4 * 3;

/// A text in the encoding that makes the least of it: as it is, quoted-printable or base64.
pub(super) fn text(text: &str) -> Body {
    let bytes = text.as_bytes();
    if text.is_ascii() && !has_long_line(bytes) {
        return Body::dangerous_pre_encoded(with_line_ends(bytes), Encoding::SevenBit);
    }
    let foreign = count_bytes(bytes, |b| !matches!(b, b'\t' | b' '..=b'~'));
    if foreign <= bytes.len() / 3 {
        return Body::dangerous_pre_encoded(quoted(bytes), Encoding::QuotedPrintable);
    }
    Body::dangerous_pre_encoded(base64(&with_line_ends(bytes)), Encoding::Base64)
}

/// A file, in base64 whatever it is: it arrives with the bytes that were digested, line ends included.
pub(super) fn file(bytes: &[u8]) -> Body {
    Body::dangerous_pre_encoded(base64(bytes), Encoding::Base64)
}

/// Counts a line with the line end before it.
fn has_long_line(bytes: &[u8]) -> bool {
    let mut last = 0;
    memchr::memchr_iter(b'\n', bytes).any(|at| at - std::mem::replace(&mut last, at) >= LONGEST_LINE) || bytes.len() - last >= LONGEST_LINE
}

/// Each line, without its end, and whether it has one.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (&[u8], bool)> {
    let ends = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1).chain(Some(bytes.len()));
    let mut from = 0;
    ends.map(move |end| match &bytes[std::mem::replace(&mut from, end)..end] {
        [line @ .., b'\r', b'\n'] | [line @ .., b'\n'] => (line, true),
        line => (line, false),
    })
}

fn with_line_ends(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for (line, has_end) in lines(bytes) {
        out.extend_from_slice(line);
        if has_end {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(BYTES_A_LINE) * (LONGEST_LINE + 2));
    let mut line = [0; LONGEST_LINE];
    for (n, chunk) in bytes.chunks(BYTES_A_LINE).enumerate() {
        if n > 0 {
            out.extend_from_slice(b"\r\n");
        }
        let length = STANDARD.encode_slice(chunk, &mut line).expect("a line holds as many bytes in base64");
        out.extend_from_slice(&line[..length]);
    }
    out
}

fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    for (line, has_end) in lines(bytes) {
        quote(line, &mut out);
        if has_end {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

/// One line, broken softly wherever it is too long: after 75 characters and an equals sign, unless the 76th is its last.
fn quote(line: &[u8], out: &mut Vec<u8>) {
    // A blank at the end of a line would be lost on the way.
    let (mut rest, blank) = match line {
        [rest @ .., blank @ (b' ' | b'\t')] => (rest, Some(*blank)),
        rest => (rest, None),
    };
    let mut column = 0;
    while let Some(byte) = rest.first() {
        let room = LONGEST_LINE - 1 - column;
        let width = rest.len().min(room + 1);
        let plain = places(&rest[..width], |b| !is_plain(b)).next().unwrap_or(width);
        if plain == rest.len() && blank.is_none() {
            out.extend_from_slice(rest);
            return;
        }
        let plain = plain.min(room);
        if plain > 0 {
            out.extend_from_slice(&rest[..plain]);
            rest = &rest[plain..];
            column += plain;
        } else if is_plain(*byte) {
            break_softly(&mut column, out);
        } else {
            put(*byte, rest.len() == 1 && blank.is_none(), &mut column, out);
            rest = &rest[1..];
        }
    }
    if let Some(blank) = blank {
        put(blank, true, &mut column, out);
    }
}

/// Whether a byte stands as it is.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'<' | b'>'..=b'~')
}

/// A byte as its number, on this line or the next.
fn put(byte: u8, is_last: bool, column: &mut usize, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if *column + 3 > LONGEST_LINE - usize::from(!is_last) {
        break_softly(column, out);
    }
    out.extend_from_slice(&[b'=', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    *column += 3;
}

fn break_softly(column: &mut usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"=\r\n");
    *column = 0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The mail library's own work.
    #[track_caller]
    fn is_as_the_mail_library_makes_it(given: &str) {
        let (ours, theirs) = (text(given), Body::new(given.to_owned()));
        assert_eq!(ours.encoding(), theirs.encoding(), "{given:?}");
        assert_eq!(String::from_utf8_lossy(ours.as_ref()), String::from_utf8_lossy(theirs.as_ref()), "{given:?}");
    }

    #[test]
    fn lines_about_as_long_as_they_may_be_are_broken_where_the_mail_library_breaks_them() {
        for length in 70..82 {
            for end in ["", "\n", "\r\n", " ", " \n", "\t", "\t\n", "=", "=\n", "ñ", "ñ\n", "\r", "\r\r\n", "a\n", "é \nb", "\n\n \n"] {
                for start in ["", "=", "ñ", "first\n", "ñ\r\n"] {
                    is_as_the_mail_library_makes_it(&format!("{start}{}{end}", "x".repeat(length)));
                    is_as_the_mail_library_makes_it(&format!("{start}{}{end}", "x= ".repeat(length / 3)));
                }
            }
        }
        is_as_the_mail_library_makes_it("");
    }

    proptest! {
        #[test]
        fn any_text_is_as_the_mail_library_makes_it(given in "[a-z= ñ漢\t\r\n.]{0,400}") {
            is_as_the_mail_library_makes_it(&given);
        }

        #[test]
        fn any_characters_are_as_the_mail_library_makes_them(given in any::<String>(), times in 1_usize..40) {
            is_as_the_mail_library_makes_it(&given.repeat(times));
        }

        #[test]
        fn any_file_is_as_the_mail_library_makes_it(given in prop::collection::vec(any::<u8>(), 0..500)) {
            let (ours, theirs) = (file(&given), Body::new_with_encoding(given, Encoding::Base64).expect("base64 holds any bytes"));
            prop_assert_eq!(ours.as_ref(), theirs.as_ref());
        }
    }
}
