//! What a message says, as bytes to be hashed: the same for the same letter, annexes and address.
//!
//! In: a neutral document and what goes with it. Out: SHA-256 in hexadecimal. Every text is written with its kind and its
//! length, so that no two letters are written alike. The case's id is no part of it: the same letter under another id is the
//! same letter; nor is any format. That a template's words changed makes another digest, and no letter "changed since sent": the
//! ledger asks the case's digest for that.

use crate::letter::{Addressee, Block, Inline, Letter, ListKind, Part, Picture, Signature};
use sha2::{Digest as _, Sha256};

/// The form of what is hashed: another one makes another letter of each.
const FORM: &str = "2";

/// SHA-256 of the neutral document, the annexes (each with its own SHA-256) and the address.
pub(super) fn digest(letter: &Letter, annexes: &[(String, String)], to: &str) -> String {
    let Letter { language, audience, title, parts, .. } = letter;
    // Hashed in one piece: a document is thousands of small ones.
    let mut said = DigestInput(Vec::with_capacity(1 << 14));
    [FORM, to, language.code(), audience.word(), title].iter().for_each(|text| said.text(b'h', text));
    said.many(b'x', annexes, |said, (name, hash)| {
        said.text(b'n', name);
        said.text(b's', hash);
    });
    said.many(b'p', parts, DigestInput::part);
    super::digest(&said.0)
}

struct DigestInput(Vec<u8>);

impl DigestInput {
    fn count(&mut self, kind: u8, count: usize) {
        self.0.push(kind);
        self.0.extend_from_slice(&(count as u64).to_be_bytes());
    }

    fn text(&mut self, kind: u8, text: &str) {
        self.count(kind, text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn many<T>(&mut self, kind: u8, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.count(kind, items.len());
        items.iter().for_each(|item| each(self, item));
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Letterhead { name, lines, logo } => {
                self.text(b'H', name);
                self.many(b'l', lines, |said, line| said.inlines(line));
                self.many(b'g', logo.as_slice(), Self::picture);
            }
            Part::Marks(marks) => self.many(b'M', marks, |said, mark| said.text(b'm', mark)),
            Part::DateLine { reference, date } => {
                self.many(b'D', reference.as_slice(), |said, line| said.inlines(line));
                self.inlines(date);
            }
            Part::Addressees(blocks) => self.many(b'A', blocks, |said, Addressee { name, lines }| {
                said.many(b'n', name.as_slice(), |said, name| said.text(b't', name));
                said.many(b'l', lines, |said, line| said.text(b't', line));
            }),
            Part::Subject { label, text } => {
                self.text(b'S', label);
                self.inlines(text);
            }
            Part::Body(blocks) => self.many(b'B', blocks, Self::block),
            Part::Closing(blocks) => self.many(b'C', blocks, Self::block),
            Part::Signatures(signatures) => self.many(b'G', signatures, |said, Signature { name, role, picture }| {
                said.text(b'n', name);
                said.many(b'r', role.as_slice(), |said, role| said.text(b't', role));
                said.many(b'g', picture.as_slice(), Self::picture);
            }),
            Part::List { kind, heading, items } => {
                let kind = match kind {
                    ListKind::Members => "members",
                    ListKind::Sources => "sources",
                    ListKind::Annexes => "annexes",
                    ListKind::Copies => "copies",
                };
                self.text(b'L', kind);
                self.text(b'h', heading);
                self.many(b'i', items, |said, item| said.inlines(item));
            }
        }
    }

    fn picture(&mut self, picture: &Picture) {
        self.text(b'm', picture.mime);
        self.text(b'a', &picture.alt);
        self.0.extend_from_slice(&Sha256::digest(&picture.bytes));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(level, text) => {
                self.count(b'h', usize::from(*level));
                self.inlines(text);
            }
            Block::Paragraph(text) => {
                self.0.push(b'p');
                self.inlines(text);
            }
            Block::List { start, items } => {
                self.many(b'o', start.as_slice(), |said, start| said.count(b'n', *start));
                self.many(b'i', items, |said, item| said.many(b'b', item, Self::block));
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        self.many(b'r', inlines, |said, inline| match inline {
            Inline::Text(text) => said.text(b't', text),
            Inline::Value(text) => said.text(b'v', text),
            Inline::Strong(inner) => {
                said.0.push(b's');
                said.inlines(inner);
            }
            Inline::Emphasis(inner) => {
                said.0.push(b'e');
                said.inlines(inner);
            }
            Inline::Link { to, text } => {
                said.text(b'k', to);
                said.inlines(text);
            }
            Inline::Break => said.0.push(b'b'),
        });
    }
}
