//! Everything a letter says, passage by passage: for the search for names and placeholders, and for covering them.
//!
//! In: a letter. Out: every run of words that any writer prints, with where it stands, in words that repeat nothing of the
//! record. A passage that is not listed here is not searched, so a new [`Part`] cannot be added without coming by.

use super::document::{Block, Inline, Letter, ListKind, Part, plain, reads_like, write_plain};
use crate::diagnostic::Message;
use std::borrow::Cow;
use std::sync::Arc;

/// Where a passage stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// Letterhead, marks, date, running head.
    Head,
    Addressees,
    Subject,
    /// Below this heading, as far as it is words of the template.
    Below(Arc<str>),
    Signatures,
    Members,
}

impl Spot {
    /// `stands below "Alleged facts"`, for a message that begins with what stands there.
    pub(super) fn stands(&self, what: Message) -> Message {
        match self {
            Self::Head => say!("{what} stands in the head of the letter").with("what", what),
            Self::Addressees => say!("{what} stands among the addressees").with("what", what),
            Self::Subject => say!("{what} stands in the subject").with("what", what),
            Self::Below(heading) if heading.is_empty() => say!("{what} stands in the letter").with("what", what),
            Self::Below(heading) => say!("{what} stands below \"{heading}\"", heading = heading).with("what", what),
            Self::Signatures => say!("{what} stands among the signatures").with("what", what),
            Self::Members => say!("{what} stands among the members").with("what", what),
        }
    }
}

/// The passages of a letter, in one text: most searches find nothing in all of it, and need not ask each.
pub(super) struct Passages {
    text: String,
    /// Where each stands, and where it ends in the text.
    spots: Vec<(Spot, usize)>,
}

impl Passages {
    /// All words, passage by passage, each on a line of its own.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Each passage with where it stands.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Spot, &str)> {
        let mut from = 0;
        self.spots.iter().map(move |(spot, to)| {
            let text = &self.text[from..*to];
            from = to + 1;
            (spot, text)
        })
    }

    fn line(&mut self, spot: &Spot, text: &str) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.end(spot, self.text.len() - text.len());
        }
    }

    fn inlines(&mut self, spot: &Spot, words: &[Inline]) {
        let from = self.text.len();
        write_said(words, &mut self.text);
        self.end(spot, from);
    }

    /// Ends the passage that begins here.
    fn end(&mut self, spot: &Spot, from: usize) {
        if self.text.len() > from {
            self.spots.push((spot.clone(), self.text.len()));
            self.text.push('\n');
        }
    }

    fn each(&mut self, spot: &Spot, lines: &[Vec<Inline>]) {
        for line in lines {
            self.inlines(spot, line);
        }
    }

    fn blocks(&mut self, blocks: &[Block], heading: &mut Arc<str>) {
        for block in blocks {
            match block {
                Block::Heading(_, words) => {
                    if let Some(label) = label(words) {
                        *heading = label.into();
                    }
                    self.inlines(&Spot::Below(Arc::clone(heading)), words);
                }
                Block::Paragraph(words) => self.inlines(&Spot::Below(Arc::clone(heading)), words),
                Block::List { items, .. } => {
                    for item in items {
                        self.blocks(item, heading);
                    }
                }
            }
        }
    }
}

impl Letter {
    /// Every run of words of the letter.
    pub(super) fn passages(&self) -> Passages {
        let mut all = Passages { text: String::with_capacity(8 << 10), spots: Vec::with_capacity(128) };
        all.line(&Spot::Head, &self.running_head);
        for part in &self.parts {
            match part {
                Part::Letterhead { name, lines, logo } => {
                    all.line(&Spot::Head, name);
                    all.each(&Spot::Head, lines);
                    all.line(&Spot::Head, logo.as_ref().map_or("", |l| &l.alt));
                }
                Part::Marks(marks) => all.line(&Spot::Head, &marks.join(", ")),
                Part::DateLine { reference, date } => reference.iter().chain([date]).for_each(|l| all.inlines(&Spot::Head, l)),
                Part::Addressees(blocks) => blocks.iter().flat_map(|b| b.name.iter().chain(&b.lines)).for_each(|l| all.line(&Spot::Addressees, l)),
                Part::Subject { label, text } => {
                    all.line(&Spot::Subject, label);
                    all.inlines(&Spot::Subject, text);
                    if self.title != plain(text) {
                        all.line(&Spot::Subject, &self.title);
                    }
                }
                Part::Body(blocks) | Part::Closing(blocks) => all.blocks(blocks, &mut Arc::from("")),
                Part::Signatures(signatures) => {
                    let lines = signatures.iter().flat_map(|s| [&s.name].into_iter().chain(&s.role).chain(s.picture.iter().map(|p| &p.alt)));
                    lines.for_each(|l| all.line(&Spot::Signatures, l));
                }
                Part::List { kind, heading, items } => {
                    let spot = if *kind == ListKind::Members { Spot::Members } else { Spot::Below(heading.as_str().into()) };
                    all.line(&spot, heading);
                    all.each(&spot, items);
                }
            }
        }
        all
    }

    /// Covers what `cover` finds, everywhere; a passage in which it finds something loses its emphasis and its links.
    pub(super) fn cover(&mut self, cover: &dyn Fn(&str) -> Option<String>) {
        let line = |text: &mut String| covered(text, cover).into_iter().for_each(|t| *text = t);
        let inlines = |words: &mut Vec<Inline>| covered(&said(words), cover).into_iter().for_each(|t| *words = vec![Inline::Value(t)]);
        line(&mut self.running_head);
        line(&mut self.title);
        for part in &mut self.parts {
            match part {
                Part::Letterhead { name, lines, logo } => {
                    line(name);
                    lines.iter_mut().for_each(inlines);
                    logo.iter_mut().map(|l| &mut l.alt).for_each(line);
                }
                Part::Marks(marks) => marks.iter_mut().for_each(line),
                Part::DateLine { reference, date } => reference.iter_mut().chain([date]).for_each(inlines),
                Part::Addressees(blocks) => blocks.iter_mut().flat_map(|b| b.name.iter_mut().chain(&mut b.lines)).for_each(line),
                Part::Subject { label, text } => {
                    line(label);
                    inlines(text);
                }
                Part::Body(blocks) | Part::Closing(blocks) => each_block(blocks, &inlines),
                Part::Signatures(signatures) => {
                    let lines =
                        signatures.iter_mut().flat_map(|s| [&mut s.name].into_iter().chain(&mut s.role).chain(s.picture.iter_mut().map(|p| &mut p.alt)));
                    lines.for_each(line);
                }
                Part::List { heading, items, .. } => {
                    line(heading);
                    items.iter_mut().for_each(inlines);
                }
            }
        }
    }
}

/// The text with what was found covered, and nothing left to find; None if nothing was found in it.
fn covered(text: &str, cover: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let once = cover(text)?;
    // Where covering brings two other parts together, nothing of the passage is shown.
    Some(if cover(&once).is_none() { once } else { "…".to_owned() })
}

fn each_block(blocks: &mut [Block], inlines: &dyn Fn(&mut Vec<Inline>)) {
    for block in blocks {
        match block {
            Block::Heading(_, words) | Block::Paragraph(words) => inlines(words),
            Block::List { items, .. } => items.iter_mut().for_each(|item| each_block(item, inlines)),
        }
    }
}

/// A heading for a message: a value of the record is never repeated in one. None if there is nothing else in it.
fn label(words: &[Inline]) -> Option<String> {
    fn write(words: &[Inline], out: &mut String) {
        for inline in words {
            match inline {
                Inline::Text(text) => out.push_str(text),
                Inline::Value(_) => out.push('…'),
                Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => write(inner, out),
                Inline::Break => out.push(' '),
            }
        }
    }
    let mut out = String::new();
    write(words, &mut out);
    out.chars().any(char::is_alphabetic).then_some(out)
}

/// The words of some inlines, with the targets of links that do not read like them, and addresses as they will be read.
fn said(words: &[Inline]) -> String {
    let mut out = String::new();
    write_said(words, &mut out);
    out
}

fn write_said(words: &[Inline], out: &mut String) {
    let from = out.len();
    write_plain(words, out);
    write_targets(words, out);
    let text = &out[from..];
    if memchr::memchr(b'%', text.as_bytes()).is_none() || !text.contains("://") {
        return;
    }
    let read = text.split(' ').map(|word| if word.contains("://") { as_read(word) } else { Cow::Borrowed(word) }).collect::<Vec<_>>().join(" ");
    out.truncate(from);
    out.push_str(&read);
}

fn write_targets(words: &[Inline], out: &mut String) {
    for inline in words {
        match inline {
            Inline::Strong(inner) | Inline::Emphasis(inner) => write_targets(inner, out),
            Inline::Link { to, text } => {
                if !reads_like(text, to) {
                    out.push_str(" <");
                    out.push_str(to);
                    out.push('>');
                }
                write_targets(text, out);
            }
            Inline::Text(_) | Inline::Value(_) | Inline::Break => {}
        }
    }
}

/// `Mar%C3%ADa` as it will be read.
fn as_read(address: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(address).decode_utf8_lossy()
}
