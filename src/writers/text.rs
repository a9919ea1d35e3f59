//! Plain text: 72 columns, headings in capitals where the script has them, links written out.
//!
//! In: a letter. Out: text with `\n` line ends. Columns are counted by the width of characters (Unicode Standard Annex
//! 11). What is written in the other direction than the letter is put between isolates, so that its neighbours stay in
//! their places. Each line stands for itself, because readers lay out each for itself: an isolate ends with its line and
//! begins again on the next, and a line of a letter from right to left says so where its first letter does not. An
//! address of the web is never broken.

use super::bidi::{self, Piece};
use crate::letter::{Addressee, Block, Direction, Inline, Letter, Part, Signature, reads_like};
use std::fmt::Write as _;
use textwrap::{Options, WordSeparator, WrapAlgorithm};

const WIDTH: usize = 72;
/// FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');
/// RIGHT-TO-LEFT MARK.
const FROM_THE_RIGHT: char = '\u{200f}';

pub(super) fn write(letter: &Letter) -> String {
    let mut page = TextWriter { out: String::with_capacity(8 << 10), direction: letter.direction };
    if letter.status.is_draft() {
        page.line(&format!("*** {} ***", letter.draft_label));
        page.blanks(1);
    }
    for part in &letter.parts {
        page.part(part);
    }
    if letter.status.is_draft() {
        page.blanks(1);
        page.line(&format!("*** {} ***", letter.draft_label));
        if !letter.status.reasons().is_empty() {
            page.blanks(1);
            page.wrapped(letter.status.notice(), "", "");
            // They are the program's own words, in English.
            page.direction = Direction::Ltr;
            letter.status.reasons().iter().for_each(|r| page.wrapped(r, "- ", "  "));
        }
    }
    page.out
}

struct TextWriter {
    out: String,
    direction: Direction,
}

impl TextWriter {
    fn part(&mut self, part: &Part) {
        match part {
            Part::Letterhead { name, lines, .. } => {
                self.value(name);
                // Each contact on a line of its own, so that none is broken.
                lines.iter().for_each(|l| self.flat(l).split(" · ").for_each(|contact| self.wrapped(contact, "", "")));
                self.blanks(1);
            }
            Part::Marks(marks) => {
                self.wrapped(&marks.iter().map(|m| m.to_uppercase()).collect::<Vec<_>>().join(" · "), "", "");
                self.blanks(1);
            }
            Part::DateLine { reference, date } => {
                self.inlines(date, "", "");
                reference.iter().for_each(|r| self.inlines(r, "", ""));
                self.blanks(1);
            }
            Part::Addressees(blocks) => blocks.iter().for_each(|b| self.addressee(b)),
            Part::Subject { label, text } => {
                let text = format!("{label}{}", self.flat(text));
                self.wrapped(&text, "", "");
                self.blanks(1);
            }
            Part::Body(blocks) | Part::Closing(blocks) => self.blocks(blocks, ""),
            Part::Signatures(signatures) => {
                self.blanks(2);
                signatures.iter().for_each(|s| self.signature(s));
            }
            Part::List { heading, items, .. } => {
                self.heading(2, heading, "");
                items.iter().for_each(|item| self.inlines(item, "- ", "  "));
            }
        }
    }

    fn addressee(&mut self, block: &Addressee) {
        block.name.iter().chain(&block.lines).for_each(|l| self.value(l));
        self.blanks(1);
    }

    fn signature(&mut self, signature: &Signature) {
        self.blanks(1);
        self.value(&signature.name);
        signature.role.iter().for_each(|r| self.value(r));
    }

    fn blocks(&mut self, blocks: &[Block], indent: &str) {
        for block in blocks {
            match block {
                Block::Heading(level, text) => {
                    let text = self.flat(text);
                    self.heading(*level, &text, indent);
                }
                Block::Paragraph(text) => {
                    self.inlines(text, indent, indent);
                    self.blanks(1);
                }
                Block::List { start, items } => self.list(*start, items, indent),
            }
        }
    }

    /// A section's heading stands in capitals below two blank lines, a smaller one as it is below one.
    fn heading(&mut self, level: u8, text: &str, indent: &str) {
        if level <= 2 {
            self.blanks(2);
            self.wrapped(&text.to_uppercase(), indent, indent);
        } else {
            self.blanks(1);
            self.wrapped(text, indent, indent);
        }
        self.blanks(1);
    }

    fn list(&mut self, start: Option<usize>, items: &[Vec<Block>], indent: &str) {
        let figures = start.map(|first| (first + items.len() - 1).to_string().len());
        let below = format!("{indent}{:width$}", "", width = figures.unwrap_or(0) + 2);
        let mut mark = String::with_capacity(below.len());
        for (n, item) in items.iter().enumerate() {
            mark.clear();
            let written = match (start, figures) {
                (Some(first), Some(width)) => write!(mark, "{indent}{:>width$}. ", first + n),
                _ => write!(mark, "{indent}- "),
            };
            written.expect("a text takes whatever is written to it");
            let mut blocks = item.as_slice();
            if let Some((Block::Paragraph(text), rest)) = item.split_first() {
                self.inlines(text, &mark, &below);
                blocks = rest;
            } else {
                self.line(&mark);
            }
            if !blocks.is_empty() {
                self.blanks(1);
                self.blocks(blocks, &below);
            }
        }
        self.blanks(1);
    }

    fn inlines(&mut self, inlines: &[Inline], first: &str, rest: &str) {
        let text = self.flat(inlines);
        self.wrapped(&text, first, rest);
    }

    /// The words of some inlines; a link that does not read like its target shows it.
    fn flat(&self, inlines: &[Inline]) -> String {
        let mut out = String::with_capacity(256);
        self.write_flat(inlines, &mut out);
        out
    }

    fn write_flat(&self, inlines: &[Inline], out: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.write_pieces(text, out),
                Inline::Value(text) => self.write_value(text, out),
                Inline::Strong(text) | Inline::Emphasis(text) => self.write_flat(text, out),
                Inline::Link { to, text } => {
                    self.write_flat(text, out);
                    if !reads_like(text, to) && !to.starts_with("tel:") {
                        out.push_str(" <");
                        out.push_str(to.strip_prefix("mailto:").unwrap_or(to));
                        out.push('>');
                    }
                }
                Inline::Break => out.push('\n'),
            }
        }
    }

    fn write_value(&self, value: &str, out: &mut String) {
        if bidi::is_apart(value, self.direction) {
            isolate(value, out);
        } else {
            self.write_pieces(value, out);
        }
    }

    fn write_pieces(&self, text: &str, out: &mut String) {
        if self.direction == Direction::Ltr {
            return out.push_str(text);
        }
        for piece in bidi::pieces(text, self.direction) {
            match piece {
                Piece::Along(text) => out.push_str(text),
                Piece::Apart(text) => isolate(text, out),
            }
        }
    }

    /// A line that is a value: a name, an address.
    fn value(&mut self, value: &str) {
        let mut text = String::with_capacity(value.len());
        self.write_value(value, &mut text);
        self.wrapped(&text, "", "");
    }

    /// Sets words between spaces, as many on a line as fit. The two indents are as wide as each other.
    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let separator = if text.chars().any(breaks_anywhere) { WordSeparator::UnicodeBreakProperties } else { WordSeparator::AsciiSpace };
        let options = Options::new(WIDTH.saturating_sub(rest.len()))
            .word_separator(separator)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(false);
        let (mut indent, mut open) = (first, 0);
        for line in textwrap::wrap(text, options) {
            self.set(indent, line.trim_end(), &mut open);
            indent = rest;
        }
    }

    /// Sets a line that can be laid out without the lines around it; `open` counts the isolates that go on in the next one.
    fn set(&mut self, indent: &str, text: &str, open: &mut usize) {
        let start = self.out.len();
        self.out.push_str(indent);
        (0..*open).for_each(|_| self.out.push(ISOLATE.0));
        self.out.push_str(text);
        *open = (*open + text.matches(ISOLATE.0).count()).saturating_sub(text.matches(ISOLATE.1).count());
        (0..*open).for_each(|_| self.out.push(ISOLATE.1));
        if self.direction == Direction::Rtl && bidi::first_direction(&self.out[start..], ISOLATE) != Some(Direction::Rtl) {
            self.out.insert(start, FROM_THE_RIGHT);
        }
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end_matches(' '));
        self.out.push('\n');
    }

    /// As many blank lines, where they do not stand already.
    fn blanks(&mut self, lines: usize) {
        let standing = self.out.len() - self.out.trim_end_matches('\n').len();
        if !self.out.is_empty() {
            (standing..=lines).for_each(|_| self.out.push('\n'));
        }
    }
}

/// Scripts that break a line between any two characters.
fn breaks_anywhere(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn isolate(text: &str, out: &mut String) {
    out.push(ISOLATE.0);
    out.push_str(text);
    out.push(ISOLATE.1);
}

#[cfg(test)]
mod tests;
