//! Plain text: 72 columns, headings in capitals where the script has them, links written out.
//!
//! In: a letter. Out: text with `\n` line ends. Columns are counted by the width of characters (Unicode Standard Annex
//! 11). A value written in the other direction than the letter is put between isolates, so that its neighbours stay in
//! their places; an address of the web is never broken.

use crate::letter::{Addressee, Block, Direction, Inline, Letter, Part, Signature};
use textwrap::{Options, WordSeparator, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 72;
/// FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

pub(super) fn write(letter: &Letter) -> String {
    let mut page = Page { out: String::with_capacity(8 << 10), direction: letter.direction };
    if letter.status.is_draft() {
        page.line(&format!("*** {} ***", letter.draft_label));
        page.blank();
    }
    for part in &letter.parts {
        page.part(part);
    }
    if letter.status.is_draft() {
        page.blank();
        page.line(&format!("*** {} ***", letter.draft_label));
        if !letter.status.reasons().is_empty() {
            page.wrapped(letter.status.notice(), "", "");
            letter.status.reasons().iter().for_each(|r| page.wrapped(r, "- ", "  "));
        }
    }
    page.out
}

struct Page {
    out: String,
    direction: Direction,
}

impl Page {
    fn part(&mut self, part: &Part) {
        match part {
            Part::Letterhead { name, lines, .. } => {
                self.wrapped(name, "", "");
                lines.iter().for_each(|l| self.inlines(l, "", ""));
                self.blank();
            }
            Part::Marks(marks) => {
                self.wrapped(&marks.iter().map(|m| m.to_uppercase()).collect::<Vec<_>>().join(" · "), "", "");
                self.blank();
            }
            Part::DateLine { reference, date } => {
                self.inlines(date, "", "");
                reference.iter().for_each(|r| self.inlines(r, "", ""));
                self.blank();
            }
            Part::Addressees(blocks) => blocks.iter().for_each(|b| self.addressee(b)),
            Part::Subject { label, text } => {
                let text = format!("{label}{}", self.flat(text));
                self.wrapped(&text, "", "");
                self.blank();
            }
            Part::Body(blocks) | Part::Closing(blocks) => self.blocks(blocks, ""),
            Part::Signatures(signatures) => signatures.iter().for_each(|s| self.signature(s)),
            Part::List { heading, items, .. } => {
                self.blank();
                self.wrapped(&format!("{heading}:"), "", "");
                items.iter().for_each(|item| self.inlines(item, "- ", "  "));
            }
        }
    }

    fn addressee(&mut self, block: &Addressee) {
        block.name.iter().for_each(|n| self.wrapped(n, "", ""));
        block.lines.iter().for_each(|l| self.wrapped(l, "", ""));
        self.blank();
    }

    fn signature(&mut self, signature: &Signature) {
        self.blank();
        self.wrapped(&signature.name, "", "");
        signature.role.iter().for_each(|r| self.wrapped(r, "", ""));
    }

    fn blocks(&mut self, blocks: &[Block], indent: &str) {
        for block in blocks {
            match block {
                Block::Heading(level, text) => {
                    if *level <= 2 {
                        self.blank();
                    }
                    let text = self.flat(text);
                    let text = if *level <= 2 { text.to_uppercase() } else { text };
                    self.wrapped(&text, indent, indent);
                    self.blank();
                }
                Block::Paragraph(text) => {
                    self.inlines(text, indent, indent);
                    self.blank();
                }
                Block::List { start, items } => self.list(*start, items, indent),
            }
        }
    }

    fn list(&mut self, start: Option<usize>, items: &[Vec<Block>], indent: &str) {
        let last = start.unwrap_or(1) + items.len();
        for (n, item) in items.iter().enumerate() {
            let mark = match start {
                Some(first) => format!("{:>width$}. ", first + n, width = (last - 1).to_string().len()),
                None => "- ".to_owned(),
            };
            let below = format!("{indent}{}", " ".repeat(mark.width()));
            let mut blocks = item.as_slice();
            if let Some((Block::Paragraph(text), rest)) = item.split_first() {
                self.inlines(text, &format!("{indent}{mark}"), &below);
                blocks = rest;
            } else {
                self.line(&format!("{indent}{mark}"));
            }
            if !blocks.is_empty() {
                self.blank();
                self.blocks(blocks, &below);
            }
        }
        self.blank();
    }

    fn inlines(&mut self, inlines: &[Inline], first: &str, rest: &str) {
        let text = self.flat(inlines);
        for (n, line) in text.split('\n').enumerate() {
            self.wrapped(line, if n == 0 { first } else { rest }, rest);
        }
    }

    /// The words of some inlines; a link that does not read like its target shows it.
    fn flat(&self, inlines: &[Inline]) -> String {
        let mut out = String::new();
        self.write_flat(inlines, &mut out);
        out
    }

    fn write_flat(&self, inlines: &[Inline], out: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => out.push_str(text),
                Inline::Value(text) if self.needs_isolate(text) => {
                    out.push(ISOLATE.0);
                    out.push_str(text);
                    out.push(ISOLATE.1);
                }
                Inline::Value(text) => out.push_str(text),
                Inline::Strong(text) | Inline::Emphasis(text) => self.write_flat(text, out),
                Inline::Link { to, text } => {
                    let words = self.flat(text);
                    out.push_str(&words);
                    if !to.ends_with(words.as_str()) && !to.starts_with("tel:") {
                        out.push_str(&format!(" <{}>", to.strip_prefix("mailto:").unwrap_or(to)));
                    }
                }
                Inline::Break => out.push('\n'),
            }
        }
    }

    fn needs_isolate(&self, text: &str) -> bool {
        match self.direction {
            Direction::Ltr => text.chars().any(is_right_to_left),
            Direction::Rtl => text.chars().any(|c| c.is_alphabetic() && !is_right_to_left(c)),
        }
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let separator = if text.chars().any(breaks_anywhere) { WordSeparator::UnicodeBreakProperties } else { WordSeparator::AsciiSpace };
        let options = Options::new(WIDTH)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_separator(separator)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(false);
        for line in textwrap::wrap(text, options) {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end_matches(' '));
        self.out.push('\n');
    }

    /// A blank line; two before a heading, never more.
    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n\n") {
            self.out.push('\n');
        }
    }
}

/// Scripts that break a line between any two characters.
fn breaks_anywhere(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
