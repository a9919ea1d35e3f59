//! The display name of a mailbox in a header (RFC 5322 `phrase`, RFC 2047 encoded words).
//!
//! In: a name of one line. Out: the header's text, folded. Words of ASCII stay as they are and only the others are encoded: the
//! mail library encodes the whole name and cuts it where a line is full, in the middle of a word, and some readers (Python's
//! `email.policy.default` among them) show the cut as a space.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::message::Mailbox;

/// An encoded word has at most 75 characters (RFC 2047, 2): this many bytes in base64, and its frame.
const LONGEST_WORD: usize = 45;
/// A line of a header is folded before this column (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 76;

/// `Name <address>` as the text of this header; none where the name needs no encoding.
pub(super) fn encoded(header: &str, mailbox: &Mailbox) -> Option<String> {
    let name = mailbox.name.as_deref().filter(|name| !name.is_ascii())?;
    let mut words = words(name);
    words.push(format!("<{}>", mailbox.email));
    let mut column = header.len() + 1;
    let mut text = String::new();
    for (n, word) in words.iter().enumerate() {
        if n > 0 {
            let is_full = column + 1 + word.len() > LONGEST_LINE;
            text.push_str(if is_full { "\r\n " } else { " " });
            column = if is_full { 1 } else { column + 1 };
        }
        text.push_str(word);
        column += word.len();
    }
    Some(text)
}

/// Plain words, and encoded ones. Between two encoded words a reader drops the space, so neighbours are encoded as one, and
/// where that is too long the space stands inside the second.
fn words(name: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut foreign = String::new();
    for word in name.split(' ').filter(|word| !word.is_empty()) {
        if is_atom(word) {
            encode(&std::mem::take(&mut foreign), &mut out);
            out.push(word.to_owned());
        } else {
            if !foreign.is_empty() {
                foreign.push(' ');
            }
            foreign.push_str(word);
        }
    }
    encode(&foreign, &mut out);
    out
}

/// Whether a word can stand as it is: an `atom` (RFC 5322, 3.2.3) that nobody could take for an encoded word.
fn is_atom(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/^_`{|}~".contains(&b))
}

fn encode(text: &str, out: &mut Vec<String>) {
    let mut rest = text;
    while !rest.is_empty() {
        let whole = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST_WORD).last().unwrap_or(rest.len());
        // Rather before a space than within a word.
        let at = if whole < rest.len() { rest[..whole].rfind(' ').filter(|at| *at > 0).unwrap_or(whole) } else { whole };
        out.push(format!("=?utf-8?b?{}?=", STANDARD.encode(&rest[..at])));
        rest = &rest[at..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> String {
        let mailbox = Mailbox::new(Some(name.to_owned()), "a@example.org".parse().expect("an address"));
        encoded("From", &mailbox).expect("it needs encoding")
    }

    #[test]
    fn only_words_outside_ascii_are_encoded_and_neighbours_as_one() {
        assert_eq!(of("Red de Observación y Paz"), "Red de =?utf-8?b?T2JzZXJ2YWNpw7Nu?= y Paz <a@example.org>");
        assert_eq!(of("Ana Núñez Núñez"), format!("Ana =?utf-8?b?{}?= <a@example.org>", STANDARD.encode("Núñez Núñez")));
        assert_eq!(of("Núñez, Ana"), format!("=?utf-8?b?{}?= Ana <a@example.org>", STANDARD.encode("Núñez,")));
        // Full stops are no part of an atom.
        assert_eq!(of("A.C. Peñas"), format!("=?utf-8?b?{}?= <a@example.org>", STANDARD.encode("A.C. Peñas")));
    }

    #[test]
    fn a_name_that_needs_no_encoding_is_left_to_the_mail_library() {
        let mailbox = Mailbox::new(Some("Red, \"A\"".to_owned()), "a@example.org".parse().expect("an address"));
        assert_eq!(encoded("From", &mailbox), None);
    }

    #[test]
    fn no_line_and_no_encoded_word_is_too_long_and_all_of_a_long_name_is_there() {
        for name in ["ñandú ".repeat(33).trim_end().to_owned(), "ñ".repeat(200), "Observación ".repeat(16).trim_end().to_owned(), "漢字".repeat(100)] {
            let text = of(&name);
            assert!(text.split("\r\n ").all(|line| line.len() <= 75), "{text}");
            let words = text.split_whitespace().filter_map(|w| w.strip_prefix("=?utf-8?b?")?.strip_suffix("?="));
            let bytes: Vec<u8> = words.flat_map(|w| STANDARD.decode(w).expect("base64")).collect();
            assert_eq!(String::from_utf8(bytes).expect("each word is whole"), name);
        }
    }
}
