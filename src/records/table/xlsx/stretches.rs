//! A part cut at the ends of the elements that it is a list of: the rows of a sheet, the texts that its cells share.
//!
//! In: a part that is unpacked as it is read. Out: one element after another, each a text, with what stands before it. Nothing is
//! parsed, so that one thread can feed many that do; and no more than one element is held.

use super::super::package::Refusal;
use memchr::{memchr, memmem};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{BufReader, Read, Take};

/// No element is longer, in bytes, nor what stands before the list.
const LONGEST: usize = 32 << 20;
/// What is read at a time.
const PIECE: usize = 1 << 16;

/// The elements of a part.
pub(super) struct Stretches<R> {
    input: BufReader<Take<R>>,
    /// `</row`, with the prefix of the part.
    end: memmem::Finder<'static>,
    /// `</sheetData`, likewise: nothing is read behind it.
    list_end: memmem::Finder<'static>,
    /// What was read and not taken stands in it from `start` to `filled`.
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    ended: bool,
}

impl<R: Read> Stretches<R> {
    /// The elements of this name inside the element `list`; none if the part has no such list.
    pub(super) fn new(part: R, list: &str, element: &str) -> Result<Option<Self>, Refusal> {
        let mut reader = Reader::from_reader(BufReader::new(part.take(LONGEST as u64)));
        let mut buffer = Vec::new();
        loop {
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Start(start)) if start.local_name().as_ref() == list => {
                    let prefix = start.name().as_ref().strip_suffix(list).unwrap_or_default().to_owned();
                    let end = |name: &str| memmem::Finder::new(&format!("</{prefix}{name}")).into_owned();
                    let (end, list_end) = (end(element), end(list));
                    let mut input = reader.into_inner();
                    input.get_mut().set_limit(u64::MAX);
                    return Ok(Some(Self { input, end, list_end, buffer: Vec::new(), start: 0, filled: 0, ended: false }));
                }
                Ok(Event::Empty(empty)) if empty.local_name().as_ref() == list => return Ok(None),
                Ok(Event::Eof) if reader.get_ref().get_ref().limit() == 0 => return Err(Refusal::Bomb),
                Ok(Event::Eof) => return Ok(None),
                Ok(_) => buffer.clear(),
                Err(_) => return Err(Refusal::Damaged),
            }
        }
    }

    /// The next element, with what stands before it. After the last one comes what stands before the end of the list.
    pub(super) fn next(&mut self) -> Result<Option<&str>, Refusal> {
        let mut from = 0;
        while !self.ended {
            let ahead = &self.buffer[self.start..self.filled];
            if let Some(at) = self.end.find(&ahead[from..]).map(|at| from + at) {
                // Its name may be the beginning of a longer one, and a space may follow it.
                let name_end = at + self.end.needle().len();
                let after = ahead.get(name_end).copied();
                if after.is_some_and(|byte| !matches!(byte, b'>' | b' ' | b'\t' | b'\n' | b'\r')) {
                    from = name_end;
                    continue;
                }
                if let Some(close) = memchr(b'>', &ahead[name_end..]) {
                    return self.take(at, name_end + close + 1).map(Some);
                }
                from = at;
            } else if let Some(at) = self.list_end.find(&ahead[from..]).map(|at| from + at) {
                self.ended = true;
                return self.take(at, at).map(Some);
            } else {
                let longest = self.end.needle().len().max(self.list_end.needle().len());
                from = from.max(ahead.len().saturating_sub(longest));
            }
            if ahead.len() > LONGEST {
                return Err(Refusal::HugeCell);
            }
            self.fill()?;
        }
        Ok(None)
    }

    /// Takes a stretch in which an end tag begins at `tag`.
    fn take(&mut self, tag: usize, length: usize) -> Result<&str, Refusal> {
        let mut stretch = &self.buffer[self.start..self.start + length];
        self.start += length;
        if is_open(&stretch[..tag]) {
            return Err(Refusal::Damaged);
        }
        if let Some(at) = self.list_end.find(stretch) {
            self.ended = true;
            stretch = &stretch[..at];
        }
        std::str::from_utf8(stretch).map_err(|_| Refusal::Damaged)
    }

    /// Reads more. A part that ends within its list is damaged.
    fn fill(&mut self) -> Result<(), Refusal> {
        self.buffer.copy_within(self.start..self.filled, 0);
        self.filled -= std::mem::take(&mut self.start);
        self.buffer.resize(self.buffer.len().max(self.filled + PIECE), 0);
        let read = self.input.read(&mut self.buffer[self.filled..]).map_err(|_| Refusal::Damaged)?;
        self.filled += read;
        if read == 0 { Err(Refusal::Damaged) } else { Ok(()) }
    }
}

/// Whether a comment or a section of plain characters is open at the end: what looks like an end tag there is none. No program
/// writes one into a sheet, so the part is not read further.
fn is_open(stretch: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = memchr(b'!', &stretch[from..]).map(|at| from + at) {
        let (before, after) = (&stretch[..at], &stretch[at + 1..]);
        let close = match after {
            [b'-', b'-', ..] => "-->",
            [b'[', ..] => "]]>",
            _ => "",
        };
        if close.is_empty() || before.last() != Some(&b'<') {
            from = at + 1;
            continue;
        }
        match memmem::find(after, close.as_bytes()) {
            Some(end) => from = at + 1 + end + close.len(),
            None => return true,
        }
    }
    false
}
