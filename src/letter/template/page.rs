//! What a template's Markdown is built of, with gaps where values stand.
//!
//! In: Markdown with marks. Out: a [`Page`] of headings, paragraphs and lists with numbered gaps. Letters that are built alike
//! have the same Markdown, whatever they tell, so it is read once for all of them and kept. No value is ever in it.

use super::name_table::{PLACEHOLDER, number_at};
use pulldown_cmark::{Event, LinkType, Parser, Tag, TextMergeStream};
use std::collections::HashMap;
use std::iter::Peekable;
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
    Placeholder(usize),
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
        Self(nodes(&mut TextMergeStream::new(Parser::new(markdown)).peekable()))
    }
}

/// The pieces of one line that is no Markdown: a subject.
pub(super) fn line(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    cut(text.trim(), &mut out);
    out
}

type Events<'m> = Peekable<TextMergeStream<'m, Parser<'m>>>;

/// The pieces up to the end of what they stand in, which is taken too.
fn nodes(events: &mut Events<'_>) -> Vec<Node> {
    let mut out = Vec::new();
    while let Some(event) = events.peek() {
        // An item of one line has no paragraph around it.
        if is_within_a_line(event) {
            out.push(Node::Paragraph(spans(events)));
            continue;
        }
        match events.next() {
            Some(Event::Start(Tag::Paragraph)) => out.push(Node::Paragraph(line_of(events))),
            Some(Event::Start(Tag::Heading { level, .. })) => out.push(Node::Heading((level as u8).max(2), line_of(events))),
            Some(Event::Start(Tag::List(start))) => {
                let start = start.map(|n| usize::try_from(n).unwrap_or(1));
                out.push(Node::List { start, items: items(events) });
            }
            // The check refuses code and HTML; if one gets by, its words are not lost.
            Some(Event::Html(text)) => out.push(Node::Paragraph(of_text(&text))),
            Some(Event::Start(_)) => out.extend(nodes(events)),
            Some(Event::End(_)) | None => break,
            Some(_) => {}
        }
    }
    out
}

fn items(events: &mut Events<'_>) -> Vec<Vec<Node>> {
    let mut out = Vec::new();
    while let Some(Event::Start(_)) = events.next() {
        out.push(nodes(events));
    }
    out
}

fn of_text(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    cut(text, &mut out);
    out
}

fn is_within_a_line(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. }),
        Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::SoftBreak | Event::HardBreak => true,
        _ => false,
    }
}

/// The pieces of a line up to the end of what they stand in, which is taken too.
fn line_of(events: &mut Events<'_>) -> Vec<Span> {
    let out = spans(events);
    events.next();
    out
}

fn spans(events: &mut Events<'_>) -> Vec<Span> {
    let mut out = Vec::new();
    while let Some(event) = events.next_if(is_within_a_line) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => cut(&text, &mut out),
            Event::SoftBreak => out.push(Span::Words(" ".into())),
            Event::HardBreak => out.push(Span::Break),
            Event::Start(Tag::Strong) => out.push(Span::Strong(line_of(events))),
            Event::Start(Tag::Emphasis) => out.push(Span::Emphasis(line_of(events))),
            Event::Start(tag @ Tag::Link { .. }) => out.push(Span::Link { to: of_text(&target(&tag)), text: line_of(events) }),
            _ => out.extend(line_of(events)),
        }
    }
    out
}

/// Where a link leads.
pub(super) fn target(link: &Tag<'_>) -> String {
    match link {
        Tag::Link { link_type: LinkType::Email, dest_url, .. } => format!("mailto:{dest_url}"),
        Tag::Link { dest_url, .. } => dest_url.to_string(),
        _ => String::new(),
    }
}

/// Cuts a text at its marks.
fn cut(text: &str, out: &mut Vec<Span>) {
    let mut rest = text;
    while let Some(at) = rest.find(PLACEHOLDER) {
        if at > 0 {
            out.push(Span::Words(rest[..at].to_owned()));
        }
        let (number, tail) = number_at(&rest[at..]);
        out.extend(number.map(Span::Placeholder));
        rest = tail;
    }
    if !rest.is_empty() {
        out.push(Span::Words(rest.to_owned()));
    }
}
