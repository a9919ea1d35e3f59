//! CSV as it really comes: comma, semicolon, tab or bar, Excel's quoting, rows of several lines.
//!
//! In: a stream of text. Out: its rows, one after another, and the cells of one. A row that cannot be cut is reported with
//! its first line, and reading goes on with the next line. That is why the rows are cut here and not by a crate: the
//! readers that were tried take a quote that is left open to the end of the file as one cell, silently and in memory.

use std::borrow::Cow;
use std::io::{self, Read};
use std::iter;

/// No row is larger, in bytes.
const LARGEST: usize = 4 << 20;
/// What is read at a time.
const PIECE: usize = 1 << 16;
/// What may stand between cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many rows below the header are looked at for what stands between cells, and how far.
const ROWS_AHEAD: usize = 10;
const BYTES_AHEAD: usize = 1 << 14;

/// What is wrong with the cutting of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A quote is opened and not closed, or closed in the middle of a cell.
    Quote,
    /// The row is longer than a record may be.
    TooLong,
}

/// A row, not yet cut into cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// As a spreadsheet counts it.
    pub(super) number: u32,
    pub(super) bytes: Vec<u8>,
    pub(super) fault: Option<Fault>,
}

/// The rows of a stream.
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    number: u32,
    /// Up to here, in the buffer, a quote that is open at a line end is known to lead nowhere: each line of such a stretch
    /// would otherwise be looked through to its end again.
    hopeless: usize,
    /// What stands between cells: any of them until the header is known.
    delimiter: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ParserState {
    CellStart,
    Plain,
    Quoted,
    /// After a quote inside quotes: its end, or the first of a doubled one.
    QuoteSeen,
    /// After the end of quotes something else stands: the rest of the line is skipped.
    Broken,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), start: 0, ended: false, number: 0, hopeless: 0, delimiter: None }
    }

    /// From now on cells end at this byte alone.
    pub(super) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = Some(delimiter);
        self.hopeless = 0;
    }

    /// The beginning of what comes next.
    pub(super) fn ahead(&mut self) -> io::Result<&[u8]> {
        while self.buffer.len() - self.start < BYTES_AHEAD && self.fill()? {}
        let ahead = &self.buffer[self.start..];
        Ok(&ahead[..ahead.len().min(BYTES_AHEAD)])
    }

    fn ends_cell(&self, byte: u8) -> bool {
        self.delimiter.map_or_else(|| DELIMITERS.contains(&byte), |delimiter| delimiter == byte)
    }

    /// Reads more; false at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.hopeless = self.hopeless.saturating_sub(self.start);
        self.buffer.drain(..std::mem::take(&mut self.start));
        let length = self.buffer.len();
        self.buffer.resize(length + PIECE, 0);
        let read = self.input.read(&mut self.buffer[length..])?;
        self.buffer.truncate(length + read);
        self.ended = read == 0;
        Ok(!self.ended)
    }

    /// The next row, blank ones included.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let (mut at, mut state, mut first_end) = (0, ParserState::CellStart, None);
        loop {
            // What cannot end a cell is passed over in one step.
            let ahead = self.buffer.get(self.start + at..).unwrap_or_default();
            at += match (state, self.delimiter) {
                (ParserState::Quoted, _) => memchr::memchr3(b'"', b'\n', b'\r', ahead).unwrap_or(ahead.len()),
                (ParserState::Plain, Some(delimiter)) => memchr::memchr3(delimiter, b'\n', b'\r', ahead).unwrap_or(ahead.len()),
                _ => 0,
            };
            let Some(byte) = self.buffer.get(self.start + at).copied() else {
                if at > LARGEST {
                    return self.cut(first_end, at, Fault::TooLong).map(Some);
                }
                if self.fill()? {
                    continue;
                }
                if at == 0 {
                    return Ok(None);
                }
                return match state {
                    ParserState::Quoted | ParserState::Broken => self.cut(first_end, at, Fault::Quote).map(Some),
                    _ => Ok(Some(self.take(at, at, None))),
                };
            };
            let is_end = byte == b'\n' || byte == b'\r';
            if is_end && first_end.is_none() {
                first_end = Some(at);
            }
            if is_end && state == ParserState::Quoted && self.start + at < self.hopeless {
                return self.cut(first_end, at, Fault::Quote).map(Some);
            }
            state = match state {
                ParserState::Quoted if byte == b'"' => ParserState::QuoteSeen,
                ParserState::Quoted => ParserState::Quoted,
                _ if is_end => {
                    let fault = (state == ParserState::Broken).then_some(Fault::Quote);
                    // A row of several lines that is broken is only the first of them.
                    let end = first_end.filter(|_| fault.is_some()).unwrap_or(at);
                    let length = self.line_end(end)?;
                    return Ok(Some(self.take(end, length, fault)));
                }
                ParserState::CellStart | ParserState::QuoteSeen if byte == b'"' => ParserState::Quoted,
                ParserState::CellStart | ParserState::Plain | ParserState::QuoteSeen if self.ends_cell(byte) => ParserState::CellStart,
                ParserState::CellStart | ParserState::Plain => ParserState::Plain,
                ParserState::QuoteSeen | ParserState::Broken if first_end.is_some() => return self.cut(first_end, at, Fault::Quote).map(Some),
                ParserState::QuoteSeen | ParserState::Broken => ParserState::Broken,
            };
            at += 1;
        }
    }

    /// Where the next row begins, if one ends here.
    fn line_end(&mut self, end: usize) -> io::Result<usize> {
        if self.buffer[self.start + end] == b'\r' {
            if self.buffer.get(self.start + end + 1).is_none() {
                self.fill()?;
            }
            if self.buffer.get(self.start + end + 1) == Some(&b'\n') {
                return Ok(end + 2);
            }
        }
        Ok(end + 1)
    }

    /// Takes the first line of a row that cannot be cut; the next one begins behind it.
    fn cut(&mut self, first_end: Option<usize>, scanned: usize, fault: Fault) -> io::Result<Line> {
        if let Some(end) = first_end {
            self.hopeless = self.hopeless.max(self.start + scanned);
            let length = self.line_end(end)?;
            return Ok(self.take(end, length, Some(fault)));
        }
        // All that was scanned is one line: keep its beginning, drop the rest.
        let pending = self.take(scanned.min(200), scanned, Some(fault));
        loop {
            let ahead = &self.buffer[self.start..];
            if let Some(at) = ahead.iter().position(|b| *b == b'\n') {
                self.start += at + 1;
                return Ok(pending);
            }
            self.start = self.buffer.len();
            if !self.fill()? {
                return Ok(pending);
            }
        }
    }

    fn take(&mut self, end: usize, length: usize, fault: Option<Fault>) -> Line {
        let bytes = self.buffer[self.start..self.start + end].to_vec();
        self.start += length;
        self.number = self.number.saturating_add(1);
        Line { number: self.number, bytes, fault }
    }
}

/// The delimiter that a program says in a line of its own before the header: `sep=;`.
pub(super) fn said_delimiter(line: &str) -> Option<u8> {
    let line = line.strip_prefix('"').and_then(|l| l.strip_suffix('"')).unwrap_or(line);
    match line.as_bytes() {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && !delimiter.is_ascii_alphanumeric() && delimiter.is_ascii() => {
            Some(*delimiter)
        }
        _ => None,
    }
}

/// The delimiter of a header: the one that cuts the rows below it into as many cells, and of several the one that stands most
/// often outside quotes. A comma before a space belongs to a sentence, unless nothing else stands between cells.
pub(super) fn delimiter(header: &str, ahead: &[u8]) -> u8 {
    let prose = header.replace(", ", " ");
    let count = |text: &str, delimiter: u8| {
        let mut is_quoted = false;
        text.bytes()
            .filter(|byte| {
                is_quoted ^= *byte == b'"';
                !is_quoted && *byte == delimiter
            })
            .count()
    };
    let score = |delimiter: u8| {
        let whole = count(header, delimiter);
        let mut lines = Lines::new(ahead);
        lines.set_delimiter(delimiter);
        let rows = std::iter::from_fn(|| lines.next().ok().flatten()).filter(|line| !line.bytes.is_empty()).take(ROWS_AHEAD);
        let fitting = rows.filter(|line| whole > 0 && count(&String::from_utf8_lossy(&line.bytes), delimiter) == whole).count();
        (fitting, count(&prose, delimiter), whole)
    };
    // The last of the largest wins, and a comma is the first guess.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// The cells of a row, quotes taken off. A row that is broken is cut as far as possible.
pub(super) fn cells(row: &str, delimiter: u8) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = Some(row);
    iter::from_fn(move || {
        let (cell, after) = cell(rest?, delimiter);
        rest = after;
        Some(cell)
    })
}

/// The first cell, and what follows its delimiter.
pub(super) fn cell(row: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let divide = |text: &'_ str| memchr::memchr(delimiter, text.as_bytes());
    let Some(quoted) = row.strip_prefix('"') else {
        return match divide(row) {
            Some(at) => (Cow::Borrowed(&row[..at]), Some(&row[at + 1..])),
            None => (Cow::Borrowed(row), None),
        };
    };
    let (mut from, mut text) = (0, Cow::Borrowed(""));
    let end = loop {
        let end = memchr::memchr(b'"', &quoted.as_bytes()[from..]).map_or(quoted.len(), |at| from + at);
        if quoted.as_bytes().get(end + 1) != Some(&b'"') {
            text += &quoted[from..end];
            break end;
        }
        // Two quotes are one of the text.
        text += &quoted[from..=end];
        from = end + 2;
    };
    let tail = quoted.get(end + 1..).unwrap_or_default();
    (text, divide(tail).map(|at| &tail[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, String, Option<Fault>)> {
        let mut lines = Lines::new(text.as_bytes());
        lines.set_delimiter(b',');
        let next = || lines.next().expect("memory can be read");
        std::iter::from_fn(next).map(|l| (l.number, String::from_utf8_lossy(&l.bytes).into_owned(), l.fault)).collect()
    }

    #[test]
    fn rows_end_where_a_spreadsheet_ends_them() {
        let found = rows("a,b\r\n\"x\ny\",\"say \"\"no\"\"\"\r\rz,5\" pipe\n");
        let expected = [(1, "a,b", None), (2, "\"x\ny\",\"say \"\"no\"\"\"", None), (3, "", None), (4, "z,5\" pipe", None)];
        assert_eq!(found, expected.map(|(n, t, f)| (n, t.to_owned(), f)));
        assert_eq!(cells(&found[1].1, b',').collect::<Vec<_>>(), ["x\ny", "say \"no\""]);
        assert_eq!(cells("z,5\" pipe,", b',').collect::<Vec<_>>(), ["z", "5\" pipe", ""]);
    }

    #[test]
    fn a_quote_left_open_costs_one_row() {
        let found = rows("a,\"open\nb,\"fine\"\nc,1\n");
        assert_eq!(
            found.iter().map(|(n, t, f)| (*n, t.as_str(), *f)).collect::<Vec<_>>(),
            [(1, "a,\"open", Some(Fault::Quote)), (2, "b,\"fine\"", None), (3, "c,1", None)]
        );
        let found = rows("a,1\nb,\"open\nc,1\nd,2");
        assert_eq!(
            found.iter().map(|(_, t, f)| (t.as_str(), *f)).collect::<Vec<_>>(),
            [("a,1", None), ("b,\"open", Some(Fault::Quote)), ("c,1", None), ("d,2", None)]
        );
        let found = rows("a,\"x\"y\nb,1");
        assert_eq!((found[0].2, found[1].2), (Some(Fault::Quote), None));
    }

    #[test]
    fn a_quote_left_open_in_every_row_is_not_looked_for_again_and_again() {
        let row = "x\",\"\"\"";
        let text = format!("{row}\n").repeat(1_000);
        let mut lines = Lines::new(text.as_bytes());
        let next = |lines: &mut Lines<&[u8]>| lines.next().expect("memory can be read").expect("there is a row");
        let first = next(&mut lines);
        // Who looked through the rest for each row again would find it closed now.
        lines.buffer.extend(b"\"\n");
        let rest = iter::repeat_with(|| next(&mut lines)).take(999);
        for (line, number) in iter::once(first).chain(rest).zip(1..) {
            assert_eq!(line, Line { number, bytes: row.into(), fault: Some(Fault::Quote) });
        }
    }

    #[test]
    fn a_cell_that_never_ends_is_cut() {
        let found = rows(&format!("a,{}\nb,1\n", "x".repeat(10 << 20)));
        assert_eq!((found.len(), found[0].2, found[0].1.len()), (2, Some(Fault::TooLong), 200));
    }

    #[test]
    fn the_delimiter_is_told_from_the_header() {
        assert_eq!(delimiter("id,title", b""), b',');
        assert_eq!(delimiter("id, title", b""), b',');
        assert_eq!(delimiter("id;\"a,b,c,d\";title", b""), b';');
        assert_eq!(delimiter("id\ttitle", b""), b'\t');
        assert_eq!(delimiter("id|title|\"a,b,c,d\"", b""), b'|');
        assert_eq!(delimiter("id", b""), b',');
        assert_eq!(delimiter("No.;lugar, fecha, y hora, si se sabe;x", b""), b';');
        assert_eq!(delimiter("a,b,c,d;e", b"1;2\n3;4"), b';');
        assert_eq!(delimiter("a;b;c;d,e", b"1,\"2;3;4;5\"\n3,4"), b',');
    }

    #[test]
    fn a_delimiter_may_be_said_in_a_line_of_its_own() {
        assert_eq!(["sep=;", "\"sep=|\"", "SEP=\t"].map(said_delimiter), [Some(b';'), Some(b'|'), Some(b'\t')]);
        assert_eq!(["sep=", "sep=x", "sep;=", "id;title"].map(said_delimiter), [None; 4]);
    }

    proptest::proptest! {
        #[test]
        fn what_was_quoted_comes_back(cells_in in proptest::collection::vec("[a,;\"\n ]{0,6}", 1..5)) {
            let row: Vec<String> = cells_in.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
            let found = rows(&format!("{}\n", row.join(",")));
            proptest::prop_assert_eq!(found.len(), 1);
            proptest::prop_assert_eq!(cells(&found[0].1, b',').collect::<Vec<_>>(), cells_in);
        }

        #[test]
        fn cutting_never_panics_and_ends(text in "[a,\"\r\n]{0,60}") {
            for (_, row, _) in rows(&text) {
                let _ = cells(&row, b';').count();
            }
        }
    }
}
