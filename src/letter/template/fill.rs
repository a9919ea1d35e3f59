//! From Markdown with marks to blocks with values.
//!
//! In: what a template gave, and the cast: how this reader may see each person and perpetrator. Out: blocks, in
//! which every mark has become a value.

use super::Rendered;
use super::cast::{CAPITAL, Cast, HOLE, NAME, REFERENCE, STATEMENTS, begins_a_sentence, number_at};
use super::helpers::capitalized;
use crate::letter::{Block, Inline};
use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};

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

impl Rendered {
    /// The blocks of a body.
    #[must_use]
    pub fn blocks(&self, cast: &mut Cast) -> Vec<Filled> {
        let arena = Arena::new();
        let root = parse_document(&arena, &self.markdown, &Options::default());
        let mut out = Vec::new();
        for node in root.children() {
            self.block(node, cast, &mut out);
        }
        without_empty_sections(out)
    }

    /// One line, for a subject.
    #[must_use]
    pub fn line(&self, cast: &mut Cast) -> Vec<Inline> {
        let mut pieces = Vec::new();
        self.text(self.markdown.trim(), cast, &mut pieces);
        tidy(only_inlines(pieces))
    }

    fn block<'a>(&self, node: &'a AstNode<'a>, cast: &mut Cast, out: &mut Vec<Filled>) {
        let data = node.data();
        match &data.value {
            NodeValue::Paragraph => self.paragraphs(node, cast, out),
            NodeValue::Heading(heading) => {
                let text = tidy(only_inlines(self.inlines(node, cast)));
                if !text.is_empty() {
                    out.push(Filled::Block(Block::Heading(heading.level.max(2), text)));
                }
            }
            NodeValue::List(list) => {
                let mut items = Vec::new();
                for item in node.children() {
                    let mut blocks = Vec::new();
                    for child in item.children() {
                        self.block(child, cast, &mut blocks);
                    }
                    let blocks: Vec<Block> = blocks.into_iter().filter_map(|b| if let Filled::Block(b) = b { Some(b) } else { None }).collect();
                    if !blocks.is_empty() {
                        items.push(blocks);
                    }
                }
                if !items.is_empty() {
                    out.push(Filled::Block(Block::List { start: (list.list_type == ListType::Ordered).then_some(list.start), items }));
                }
            }
            // The check refuses these; if one gets by, its words are not lost.
            NodeValue::CodeBlock(code) => self.words(&code.literal, cast, out),
            NodeValue::HtmlBlock(html) => self.words(&html.literal, cast, out),
            _ => {
                for child in node.children() {
                    self.block(child, cast, out);
                }
            }
        }
    }

    fn words(&self, text: &str, cast: &mut Cast, out: &mut Vec<Filled>) {
        let mut pieces = Vec::new();
        self.text(text, cast, &mut pieces);
        close_paragraphs(pieces, out);
    }

    fn paragraphs<'a>(&self, node: &'a AstNode<'a>, cast: &mut Cast, out: &mut Vec<Filled>) {
        close_paragraphs(self.inlines(node, cast), out);
    }

    fn inlines<'a>(&self, node: &'a AstNode<'a>, cast: &mut Cast) -> Vec<Piece> {
        let mut out = Vec::new();
        for child in node.children() {
            let data = child.data();
            match &data.value {
                NodeValue::Text(text) => self.text(text, cast, &mut out),
                NodeValue::Code(code) => self.text(&code.literal, cast, &mut out),
                NodeValue::HtmlInline(html) => self.text(html, cast, &mut out),
                NodeValue::SoftBreak => out.push(Piece::Inline(Inline::Text(" ".into()))),
                NodeValue::LineBreak => out.push(Piece::Inline(Inline::Break)),
                NodeValue::Strong => out.push(Piece::Inline(Inline::Strong(only_inlines(self.inlines(child, cast))))),
                NodeValue::Emph => out.push(Piece::Inline(Inline::Emphasis(only_inlines(self.inlines(child, cast))))),
                NodeValue::Link(link) => {
                    let text = only_inlines(self.inlines(child, cast));
                    let mut target = Vec::new();
                    self.text(&link.url, cast, &mut target);
                    let to = target_of(&only_inlines(target));
                    if Inline::is_allowed_target(&to) {
                        out.push(Piece::Inline(Inline::Link { to, text }));
                    } else {
                        out.extend(text.into_iter().map(Piece::Inline));
                    }
                }
                _ => out.extend(self.inlines(child, cast)),
            }
        }
        out
    }

    /// Words of the template, with each mark replaced by its value.
    fn text(&self, text: &str, cast: &mut Cast, out: &mut Vec<Piece>) {
        let mut rest = text;
        while let Some(at) = rest.find(HOLE) {
            if at > 0 {
                say(&rest[..at], out);
            }
            let (number, tail) = number_at(&rest[at..]);
            if let Some(value) = number.and_then(|n| self.values.get(n)) {
                fill_value(value, cast, out);
            }
            rest = tail;
        }
        if !rest.is_empty() {
            say(rest, out);
        }
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
                    c.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
                }
                c => out.push(c),
            }),
            piece => out.push_str(&crate::letter::plain(std::slice::from_ref(piece))),
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
fn fill_value(value: &str, cast: &mut Cast, out: &mut Vec<Piece>) {
    if value == STATEMENTS {
        out.push(Piece::Statements);
        return;
    }
    for (n, paragraph) in value.split("\n\n").enumerate() {
        if n > 0 {
            out.push(Piece::Paragraph);
        }
        let mut rest = paragraph;
        while let Some(at) = mark_in(rest) {
            let kind = rest[at..].chars().next().unwrap_or(NAME);
            let (number, tail) = number_at(&rest[at..]);
            let mut before = rest[..at].to_owned();
            let name = number.map(|n| cast.say(kind, n)).map(|name| {
                let name = cast.join(&mut before, name);
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
    }
}

/// What stands before, in the same paragraph, as far as a sentence that begins needs it.
fn written(out: &[Piece]) -> String {
    let inlines: Vec<&Inline> = out.iter().rev().map_while(|p| if let Piece::Inline(inline) = p { Some(inline) } else { None }).take(2).collect();
    inlines.into_iter().rev().map(|inline| crate::letter::plain(std::slice::from_ref(inline))).collect()
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
        *t = t.trim_start().to_owned();
    }
    if let Some(Inline::Text(t)) = inlines.last_mut() {
        *t = t.trim_end().to_owned();
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
    use crate::letter::Inline;

    #[test]
    fn a_name_that_ends_with_a_full_stop_needs_no_second_one() {
        let value = |t: &str| Inline::Value(t.into());
        let text = |t: &str| Inline::Text(t.into());
        assert_eq!(tidy(vec![Inline::Strong(vec![value("V. F. C.")]), text(".")]), [Inline::Strong(vec![value("V. F. C.")])]);
        assert_eq!(tidy(vec![value("Agua S.A."), value(". Then")]), [value("Agua S.A."), value(" Then")]);
        assert_eq!(tidy(vec![value("Agua"), text("."), value("A."), text("...")]), [value("Agua"), text("."), value("A."), text("...")]);
    }
}
