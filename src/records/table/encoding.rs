//! Which bytes are which letters: UTF-8, UTF-16 or Windows-1252, told apart without a question.
//!
//! In: the bytes of a table of plain text. Out: text, and a remark where the encoding was not UTF-8. Nothing is decided
//! before it has to be: a file is UTF-8 until a byte says otherwise, and a byte that is not UTF-8 after letters that
//! were is a mistake of its row.

use crate::diagnostic::Message;
use std::io::{self, Read};

/// How the letters of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// No byte above 127 so far.
    Ascii,
    Utf8,
    Windows1252,
}

/// Turns rows of bytes into text.
pub(super) struct Letters {
    encoding: Encoding,
    remark: Option<(Message, Message)>,
}

impl Letters {
    pub(super) fn new(was_utf16: bool) -> Self {
        let remark = was_utf16.then(|| (say!("the file is read as UTF-16"), say!("nothing is to be done; CSV UTF-8 is what other programs read best")));
        Self { encoding: if was_utf16 { Encoding::Utf8 } else { Encoding::Ascii }, remark }
    }

    /// The text of some bytes; the bytes themselves where they are no text in the file's encoding.
    pub(super) fn read(&mut self, bytes: Vec<u8>) -> Result<String, Vec<u8>> {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => {
                if self.encoding == Encoding::Ascii && !text.is_ascii() {
                    self.encoding = Encoding::Utf8;
                }
                if self.encoding != Encoding::Windows1252 || text.is_ascii() {
                    return Ok(text);
                }
                text.into_bytes()
            }
            Err(error) => error.into_bytes(),
        };
        match self.encoding {
            Encoding::Utf8 => return Err(bytes),
            Encoding::Windows1252 => {}
            Encoding::Ascii => {
                self.encoding = Encoding::Windows1252;
                self.remark = Some((
                    say!("the file is not in UTF-8 and is read as Windows-1252, the encoding of Excel in western Europe and the Americas"),
                    say!("look at the accents in a letter; if they are wrong, save the table as CSV UTF-8"),
                ));
            }
        }
        Ok(bytes.iter().map(|b| windows_1252(*b)).collect())
    }

    /// What is to be said of the encoding, once.
    pub(super) fn remark(&mut self) -> Option<(Message, Message)> {
        self.remark.take()
    }
}

/// The letter of a byte (WHATWG Encoding, index windows-1252).
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™',
        'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// A stream of bytes without its byte order mark, UTF-16 turned into UTF-8.
pub(super) struct Bytes<R> {
    input: R,
    /// Bytes that were read and not handed on yet.
    ready: Vec<u8>,
    at: usize,
    wide: Option<Wide>,
}

/// UTF-16, half read.
struct Wide {
    big_endian: bool,
    odd: Option<u8>,
    high: Option<u16>,
}

impl<R: Read> Bytes<R> {
    /// Looks at the first bytes of a stream.
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let mut start = Vec::new();
        (&mut input).take(4).read_to_end(&mut start)?;
        let (skip, big_endian) = match start.as_slice() {
            [0xff, 0xfe, ..] => (2, Some(false)),
            [0xfe, 0xff, ..] => (2, Some(true)),
            [0xef, 0xbb, 0xbf, ..] => (3, None),
            // Without a mark, every other byte of Latin text is zero.
            [a, 0, b, 0] if *a != 0 && *b != 0 => (0, Some(false)),
            [0, a, 0, b] if *a != 0 && *b != 0 => (0, Some(true)),
            _ => (0, None),
        };
        start.drain(..skip);
        let mut bytes = Self { input, ready: Vec::new(), at: 0, wide: big_endian.map(|big_endian| Wide { big_endian, odd: None, high: None }) };
        match &mut bytes.wide {
            Some(wide) => wide.widen(&start, &mut bytes.ready),
            None => bytes.ready = start,
        }
        Ok(bytes)
    }

    pub(super) fn is_utf16(&self) -> bool {
        self.wide.is_some()
    }
}

impl Wide {
    fn widen(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            let Some(first) = self.odd.take() else {
                self.odd = Some(*byte);
                continue;
            };
            let unit = if self.big_endian { u16::from_be_bytes([first, *byte]) } else { u16::from_le_bytes([first, *byte]) };
            let units = [self.high.take().unwrap_or(unit), unit];
            let is_pair = units[0] != unit || (0xd800..0xdc00).contains(&units[0]) && (0xdc00..0xe000).contains(&unit);
            if (0xd800..0xdc00).contains(&unit) && !is_pair {
                self.high = Some(unit);
                continue;
            }
            for letter in char::decode_utf16(if is_pair { units.to_vec() } else { vec![unit] }) {
                out.extend(letter.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
}

impl<R: Read> Read for Bytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            let Some(wide) = &mut self.wide else { return self.input.read(buffer) };
            let mut raw = [0; 8192];
            let read = self.input.read(&mut raw)?;
            if read == 0 {
                return Ok(0);
            }
            self.ready.clear();
            self.at = 0;
            wide.widen(&raw[..read], &mut self.ready);
        }
        let some = (self.ready.len() - self.at).min(buffer.len());
        buffer[..some].copy_from_slice(&self.ready[self.at..self.at + some]);
        self.at += some;
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(bytes: &[u8]) -> String {
        let mut text = String::new();
        Bytes::new(bytes).expect("memory can be read").read_to_string(&mut text).expect("it is text");
        text
    }

    #[test]
    fn utf16_of_both_kinds_with_and_without_a_mark_is_read() {
        let text = "id;título 😀 ñ\n".repeat(3000);
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(through(&[&[0xff, 0xfe], le.as_slice()].concat()), text);
        assert_eq!(through(&[&[0xfe, 0xff], be.as_slice()].concat()), text);
        assert_eq!(through(&le), text);
        assert_eq!(through(&be), text);
        assert_eq!(through(b"\xef\xbb\xbfid"), "id");
        assert_eq!(through(b"i"), "i");
    }

    #[test]
    fn windows_1252_is_told_from_utf8_and_said() {
        let mut letters = Letters::new(false);
        assert_eq!(letters.read(b"plain".to_vec()).as_deref(), Ok("plain"));
        assert!(letters.remark().is_none());
        assert_eq!(letters.read(b"Mar\xeda \x93x\x94".to_vec()).as_deref(), Ok("María “x”"));
        assert!(letters.remark().is_some() && letters.remark().is_none());
        assert_eq!(letters.read("ñ".into()).as_deref(), Ok("Ã±"));
    }

    #[test]
    fn a_stray_byte_in_utf8_is_a_mistake() {
        let mut letters = Letters::new(false);
        assert_eq!(letters.read("María".into()).as_deref(), Ok("María"));
        assert_eq!(letters.read(b"Mar\xeda".to_vec()), Err(b"Mar\xeda".to_vec()));
    }
}
