//! Which bytes are which letters: UTF-8, UTF-16 or Windows-1252, told apart without a question.
//!
//! In: the bytes of a table of plain text. Out: text, and a remark where the encoding was not UTF-8. Nothing is decided
//! before it has to be: a file is UTF-8 until a byte says otherwise, and a byte that is not UTF-8 after letters that
//! were is a mistake of its row.

use crate::diagnostic::Message;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use std::io::{self, Chain, Cursor, Read};

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
        Ok(WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned())
    }

    /// What is to be said of the encoding, once.
    pub(super) fn remark(&mut self) -> Option<(Message, Message)> {
        self.remark.take()
    }
}

/// A stream of bytes without its byte order mark, UTF-16 turned into UTF-8.
pub(super) enum Bytes<R: Read> {
    Narrow(Started<R>),
    Wide(Box<DecodeReaderBytes<Started<R>, Vec<u8>>>),
}

/// A stream whose first bytes were read.
type Started<R> = Chain<Cursor<Vec<u8>>, R>;

impl<R: Read> Bytes<R> {
    /// Looks at the first bytes of a stream.
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let mut start = Vec::new();
        (&mut input).take(4).read_to_end(&mut start)?;
        let (skip, wide) = match start.as_slice() {
            [0xff, 0xfe, ..] => (2, Some(UTF_16LE)),
            [0xfe, 0xff, ..] => (2, Some(UTF_16BE)),
            [0xef, 0xbb, 0xbf, ..] => (3, None),
            // Without a mark, every other byte of Latin text is zero.
            [a, 0, b, 0] if *a != 0 && *b != 0 => (0, Some(UTF_16LE)),
            [0, a, 0, b] if *a != 0 && *b != 0 => (0, Some(UTF_16BE)),
            _ => (0, None),
        };
        start.drain(..skip);
        let input = Cursor::new(start).chain(input);
        Ok(match wide {
            Some(_) => Self::Wide(Box::new(DecodeReaderBytesBuilder::new().encoding(wide).bom_sniffing(false).build(input))),
            None => Self::Narrow(input),
        })
    }

    pub(super) fn is_utf16(&self) -> bool {
        matches!(self, Self::Wide(_))
    }
}

impl<R: Read> Read for Bytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Narrow(input) => input.read(buffer),
            Self::Wide(input) => input.read(buffer),
        }
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
