//! What a template's Markdown is built of, with gaps where values stand.
//!
//! In: Markdown with marks. Out: a [`Page`] of headings, paragraphs and lists with numbered gaps. Letters that are built alike
//! have the same Markdown, whatever they tell, so it is read once for all of them and kept. No value is ever in it.

use super::cast::{HOLE, number_at};
use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Headings, paragraphs and lists.
#[derive(Debug)]
pub(super) struct Page(pub(super) Vec<Node>);

/// A piece of a page.
#[derive(Debug)]
pub(super) enum Node {
    Heading(u8, Vec<Span>),
    Paragraph(Vec<Span>),
    List { start: Option<usize>, items: Vec<Vec<Node>> },
}

/// A piece of a line.
#[derive(Debug)]
pub(super) enum Span {
    Words(String),
    /// The value of this number.
    Gap(usize),
    Strong(Vec<Span>),
    Emphasis(Vec<Span>),
    Link {
        to: Vec<Span>,
        text: Vec<Span>,
    },
    Break,
}

/// Pages that were read, by their Markdown.
#[derive(Default)]
pub(super) struct Pages(Mutex<HashMap<String, Arc<Page>>>);

impl Pages {
    /// How many are kept: letters of a batch are built in a few ways; where each is built in a way of its own, keeping brings nothing.
    const MOST: usize = 64;

    /// The page of this Markdown.
    pub(super) fn of(&self, markdown: &str) -> Arc<Page> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = kept().get(markdown) {
            return Arc::clone(page);
        }
        let page = Arc::new(Page::read(markdown));
        let mut kept = kept();
        if kept.len() >= Self::MOST {
            kept.clear();
        }
        kept.insert(markdown.to_owned(), Arc::clone(&page));
        page
    }
}

impl Page {
    pub(super) fn read(markdown: &str) -> Self {
        let arena = Arena::new();
        let root = parse_document(&arena, markdown, &Options::default());
        Self(nodes(root))
    }
}

/// The pieces of one line that is no Markdown: a subject.
pub(super) fn line(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    cut(text.trim(), &mut out);
    out
}

fn nodes<'a>(parent: &'a AstNode<'a>) -> Vec<Node> {
    let mut out = Vec::new();
    for node in parent.children() {
        match &node.data().value {
            NodeValue::Paragraph => out.push(Node::Paragraph(spans(node))),
            NodeValue::Heading(heading) => out.push(Node::Heading(heading.level.max(2), spans(node))),
            NodeValue::List(list) => {
                let start = (list.list_type == ListType::Ordered).then_some(list.start);
                out.push(Node::List { start, items: node.children().map(nodes).collect() });
            }
            // The check refuses these; if one gets by, its words are not lost.
            NodeValue::CodeBlock(code) => out.push(Node::Paragraph(of_text(&code.literal))),
            NodeValue::HtmlBlock(html) => out.push(Node::Paragraph(of_text(&html.literal))),
            _ => out.extend(nodes(node)),
        }
    }
    out
}

fn of_text(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    cut(text, &mut out);
    out
}

fn spans<'a>(parent: &'a AstNode<'a>) -> Vec<Span> {
    let mut out = Vec::new();
    for child in parent.children() {
        match &child.data().value {
            NodeValue::Text(text) => cut(text, &mut out),
            NodeValue::Code(code) => cut(&code.literal, &mut out),
            NodeValue::HtmlInline(html) => cut(html, &mut out),
            NodeValue::SoftBreak => out.push(Span::Words(" ".into())),
            NodeValue::LineBreak => out.push(Span::Break),
            NodeValue::Strong => out.push(Span::Strong(spans(child))),
            NodeValue::Emph => out.push(Span::Emphasis(spans(child))),
            NodeValue::Link(link) => out.push(Span::Link { to: of_text(&link.url), text: spans(child) }),
            _ => out.extend(spans(child)),
        }
    }
    out
}

/// Cuts a text at its marks.
fn cut(text: &str, out: &mut Vec<Span>) {
    let mut rest = text;
    while let Some(at) = rest.find(HOLE) {
        if at > 0 {
            out.push(Span::Words(rest[..at].to_owned()));
        }
        let (number, tail) = number_at(&rest[at..]);
        out.extend(number.map(Span::Gap));
        rest = tail;
    }
    if !rest.is_empty() {
        out.push(Span::Words(rest.to_owned()));
    }
}
