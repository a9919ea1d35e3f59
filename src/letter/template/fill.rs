//! From a skeleton with placeholders to blocks with values.
//!
//! In: a skeleton, the values of its placeholders, and the name table: how this reader may see each person and perpetrator. Out: blocks, in
//! which every placeholder is filled and every mark of a name has become the name.

use super::name_table::{CAPITAL, NAME, NameTable, REFERENCE, STATEMENTS, begins_a_sentence, number_at};
use super::skeleton::{Node, Skeleton, Span};
use crate::letter::document::{Block, Inline, plain};
use crate::letter::words::capitalized;
use std::borrow::Cow;

/// A template's blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filled {
    /// A block of the letter.
    Block(Block),
    /// The place of the statements on consent.
    Statements,
}

/// A run of text, or a break between two paragraphs.
enum Piece {
    Inline(Inline),
    Paragraph,
    Statements,
}

/// The values of a skeleton's placeholders.
pub(super) struct Values<'d>(pub(super) Vec<Cow<'d, str>>);

impl Values<'_> {
    /// The blocks of a body.
    pub(super) fn blocks(&self, skeleton: &Skeleton, name_table: &mut NameTable) -> Vec<Filled> {
        let mut out = Vec::with_capacity(skeleton.0.len());
        skeleton.0.iter().for_each(|node| self.block(node, name_table, &mut out));
        without_empty_sections(out)
    }

    /// One line, for a subject.
    pub(super) fn line(&self, spans: &[Span], name_table: &mut NameTable) -> Vec<Inline> {
        tidy(only_inlines(self.pieces(spans, name_table)))
    }

    fn block(&self, node: &Node, name_table: &mut NameTable, out: &mut Vec<Filled>) {
        match node {
            Node::Paragraph(spans) => close_paragraphs(self.pieces(spans, name_table), out),
            Node::Heading(level, spans) => {
                let text = self.line(spans, name_table);
                if !text.is_empty() {
                    out.push(Filled::Block(Block::Heading(*level, text)));
                }
            }
            Node::List { start, items } => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let mut blocks = Vec::new();
                    item.iter().for_each(|node| self.block(node, name_table, &mut blocks));
                    let blocks: Vec<Block> = blocks.into_iter().filter_map(|b| if let Filled::Block(b) = b { Some(b) } else { None }).collect();
                    if !blocks.is_empty() {
                        list.push(blocks);
                    }
                }
                if !list.is_empty() {
                    out.push(Filled::Block(Block::List { start: *start, items: list }));
                }
            }
        }
    }

    fn pieces(&self, spans: &[Span], name_table: &mut NameTable) -> Vec<Piece> {
        let mut out = Vec::with_capacity(spans.len());
        for span in spans {
            match span {
                Span::Words(text) => say(text, &mut out),
                Span::Placeholder(number) => self.0.get(*number).into_iter().for_each(|value| fill_value(value, name_table, &mut out)),
                Span::Break => out.push(Piece::Inline(Inline::Break)),
                Span::Strong(inner) => out.push(Piece::Inline(Inline::Strong(only_inlines(self.pieces(inner, name_table))))),
                Span::Emphasis(inner) => out.push(Piece::Inline(Inline::Emphasis(only_inlines(self.pieces(inner, name_table))))),
                Span::Link { to, text } => {
                    let text = only_inlines(self.pieces(text, name_table));
                    let to = target_of(&only_inlines(self.pieces(to, name_table)));
                    if Inline::is_allowed_target(&to) {
                        out.push(Piece::Inline(Inline::Link { to, text }));
                    } else {
                        out.extend(text.into_iter().map(Piece::Inline));
                    }
                }
            }
        }
        out
    }
}

/// Words of the template. A full stop after a value that ends with one ("M. E.") is left out.
fn say(text: &str, out: &mut Vec<Piece>) {
    fn stops(inline: &Inline) -> bool {
        match inline {
            Inline::Value(value) => value.ends_with('.'),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => inner.last().is_some_and(stops),
            Inline::Text(_) | Inline::Break => false,
        }
    }
    let twice = text.starts_with('.') && !text.starts_with("..") && matches!(out.last(), Some(Piece::Inline(last)) if stops(last));
    out.push(Piece::Inline(Inline::Text(text[usize::from(twice)..].to_owned())));
}

/// The target of a link. What a value adds to an address is one piece of it, whatever characters it has.
fn target_of(pieces: &[Inline]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Inline::Value(value) if !out.is_empty() => value.chars().for_each(|c| match c {
                c if c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}') => {
                    let mut bytes = [0; 4];
                    out.extend(percent_encoding::utf8_percent_encode(c.encode_utf8(&mut bytes), percent_encoding::NON_ALPHANUMERIC));
                }
                c => out.push(c),
            }),
            piece => out.push_str(&plain(std::slice::from_ref(piece))),
        }
    }
    out
}

/// The paragraphs that these pieces make.
fn close_paragraphs(pieces: Vec<Piece>, out: &mut Vec<Filled>) {
    let mut paragraph = Vec::new();
    let close = |paragraph: &mut Vec<Inline>, out: &mut Vec<Filled>| {
        let text = tidy(std::mem::take(paragraph));
        if !text.is_empty() {
            out.push(Filled::Block(Block::Paragraph(text)));
        }
    };
    for piece in pieces {
        match piece {
            Piece::Inline(inline) => paragraph.push(inline),
            Piece::Paragraph => close(&mut paragraph, out),
            Piece::Statements => {
                close(&mut paragraph, out);
                out.push(Filled::Statements);
            }
        }
    }
    close(&mut paragraph, out);
}

/// Where the first mark of a name stands.
fn mark_in(text: &str) -> Option<usize> {
    // All marks begin with this byte, which few texts have: to look for it is far quicker than for three characters.
    let begins = memchr::memchr_iter(0xee, text.as_bytes());
    begins.into_iter().find(|at| text[*at..].starts_with([NAME, REFERENCE, CAPITAL]))
}

/// A value: its paragraphs, with each name as this reader may see it.
fn fill_value(value: &str, name_table: &mut NameTable, out: &mut Vec<Piece>) {
    if value == STATEMENTS {
        out.push(Piece::Statements);
        return;
    }
    let mut after = Some(value);
    while let Some(text) = after {
        // A value of one line has no paragraphs to look for.
        let end = memchr::memchr(b'\n', text.as_bytes()).and_then(|line| text[line..].find("\n\n").map(|at| line + at));
        let mut rest = &text[..end.unwrap_or(text.len())];
        after = end.map(|end| &text[end + 2..]);
        while let Some(at) = mark_in(rest) {
            let kind = rest[at..].chars().next().unwrap_or(NAME);
            let (number, tail) = number_at(&rest[at..]);
            let mut before = rest[..at].to_owned();
            let name = number.map(|n| name_table.say(kind, n)).map(|name| {
                let name = name_table.join(&mut before, name);
                if kind == REFERENCE && begins_a_sentence(&format!("{}{before}", written(out))) { capitalized(&name) } else { name }
            });
            if at > 0 {
                out.push(Piece::Inline(Inline::Value(before)));
            }
            out.extend(name.map(|name| Piece::Inline(Inline::Value(name))));
            rest = tail;
        }
        if !rest.is_empty() {
            out.push(Piece::Inline(Inline::Value(rest.to_owned())));
        }
        if after.is_some() {
            out.push(Piece::Paragraph);
        }
    }
}

/// What stands before, in the same paragraph, as far as a sentence that begins needs it.
fn written(out: &[Piece]) -> String {
    let inlines: Vec<&Inline> = out.iter().rev().map_while(|p| if let Piece::Inline(inline) = p { Some(inline) } else { None }).take(2).collect();
    inlines.into_iter().rev().map(|inline| plain(std::slice::from_ref(inline))).collect()
}

fn only_inlines(pieces: Vec<Piece>) -> Vec<Inline> {
    pieces
        .into_iter()
        .filter_map(|p| match p {
            Piece::Inline(inline) => Some(inline),
            Piece::Paragraph => Some(Inline::Text(" ".into())),
            Piece::Statements => None,
        })
        .collect()
}

/// Without white space at the ends and without a second full stop after a value that ends with one ("M. E.."); empty if
/// nothing else is there.
fn tidy(mut inlines: Vec<Inline>) -> Vec<Inline> {
    let blank = |i: &Inline| match i {
        Inline::Text(t) => t.trim().is_empty(),
        Inline::Value(t) => t.is_empty(),
        Inline::Break => true,
        _ => false,
    };
    while inlines.first().is_some_and(blank) {
        inlines.remove(0);
    }
    while inlines.last().is_some_and(blank) {
        inlines.pop();
    }
    if let Some(Inline::Text(t)) = inlines.first_mut() {
        t.drain(..t.len() - t.trim_start().len());
    }
    if let Some(Inline::Text(t)) = inlines.last_mut() {
        t.truncate(t.trim_end().len());
    }
    one_full_stop(&mut inlines);
    inlines
}

/// Where a value that ends with a full stop (`S.A.`, initials) meets another one, one is enough.
fn one_full_stop(inlines: &mut Vec<Inline>) {
    fn ends(inline: &Inline) -> bool {
        match inline {
            Inline::Value(text) => text.ends_with('.'),
            Inline::Strong(inner) | Inline::Emphasis(inner) => inner.last().is_some_and(ends),
            _ => false,
        }
    }
    for n in 1..inlines.len() {
        if ends(&inlines[n - 1])
            && let Inline::Text(text) | Inline::Value(text) = &mut inlines[n]
            && text.starts_with('.')
            && !text.starts_with("..")
        {
            text.remove(0);
        }
    }
    inlines.retain(|inline| !matches!(inline, Inline::Text(text) | Inline::Value(text) if text.is_empty()));
}

/// A heading that nothing follows is left out: its passage had nothing to say.
fn without_empty_sections(blocks: Vec<Filled>) -> Vec<Filled> {
    let mut out: Vec<Filled> = Vec::with_capacity(blocks.len());
    for block in blocks.into_iter().rev() {
        let empty = match &block {
            Filled::Block(Block::Heading(level, _)) => match out.last() {
                None => true,
                Some(Filled::Block(Block::Heading(next, _))) => next <= level,
                Some(_) => false,
            },
            _ => false,
        };
        if !empty {
            out.push(block);
        }
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::tidy;
    use crate::letter::document::Inline;

    #[test]
    fn a_name_that_ends_with_a_full_stop_needs_no_second_one() {
        let value = |t: &str| Inline::Value(t.into());
        let text = |t: &str| Inline::Text(t.into());
        assert_eq!(tidy(vec![Inline::Strong(vec![value("V. F. C.")]), text(".")]), [Inline::Strong(vec![value("V. F. C.")])]);
        assert_eq!(tidy(vec![value("Agua S.A."), value(". Then")]), [value("Agua S.A."), value(" Then")]);
        assert_eq!(tidy(vec![value("Agua"), text("."), value("A."), text("...")]), [value("Agua"), text("."), value("A."), text("...")]);
    }
}
