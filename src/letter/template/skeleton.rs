//! What a template's Markdown is built of, with placeholders where values stand.
//!
//! In: Markdown with marks. Out: a [`Skeleton`] of headings, paragraphs and lists with numbered placeholders. Letters that are
//! built alike have the same Markdown, whatever they tell, so it is read once for all of them and kept. No value is ever in it.

use super::body::DEEPEST;
use super::name_table::{PLACEHOLDER, number_at};
use pulldown_cmark::{Event, LinkType, Parser, Tag, TextMergeStream};
use std::collections::HashMap;
use std::iter::Peekable;
use std::sync::{Arc, Mutex, PoisonError};

/// Headings, paragraphs and lists.
#[derive(Debug)]
pub(super) struct Skeleton(pub(super) Vec<Node>);

/// A piece of a skeleton.
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

/// Skeletons that were read, by their Markdown.
#[derive(Default)]
pub(super) struct SkeletonCache(Mutex<HashMap<String, Arc<Skeleton>>>);

impl SkeletonCache {
    /// How many are kept: letters of a batch are built in a few ways; where each is built in a way of its own, keeping brings nothing.
    const MOST: usize = 64;

    /// The skeleton of this Markdown.
    pub(super) fn of(&self, markdown: &str) -> Arc<Skeleton> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(skeleton) = kept().get(markdown) {
            return Arc::clone(skeleton);
        }
        let skeleton = Arc::new(Skeleton::read(markdown));
        let mut kept = kept();
        if kept.len() >= Self::MOST {
            kept.clear();
        }
        kept.insert(markdown.to_owned(), Arc::clone(&skeleton));
        skeleton
    }
}

impl Skeleton {
    fn read(markdown: &str) -> Self {
        Self(Reader { events: TextMergeStream::new(Parser::new(markdown)).peekable(), depth: 0 }.nodes())
    }
}

/// The pieces of one line that is no Markdown: a subject.
pub(super) fn line(text: &str) -> Vec<Span> {
    pieces(text.trim())
}

/// Reads Markdown event by event. The check of templates cannot know how often a loop opens a list: what stands deeper than
/// [`DEEPEST`] keeps its words and loses its structure.
struct Reader<'m> {
    events: Peekable<TextMergeStream<'m, Parser<'m>>>,
    depth: usize,
}

impl Reader<'_> {
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let out = read(self);
        self.depth -= 1;
        out
    }

    /// The pieces up to the end of what they stand in, which is taken too.
    fn nodes(&mut self) -> Vec<Node> {
        let (mut out, mut open) = (Vec::new(), 0_usize);
        while let Some(event) = self.events.peek() {
            // An item of one line has no paragraph around it.
            if is_within_a_line(event) {
                out.push(Node::Paragraph(self.spans()));
                continue;
            }
            match self.events.next() {
                Some(Event::Start(Tag::Paragraph)) => out.push(Node::Paragraph(self.line())),
                Some(Event::Start(Tag::Heading { level, .. })) => out.push(Node::Heading((level as u8).max(2), self.line())),
                Some(Event::Start(Tag::List(start))) if self.depth < DEEPEST => {
                    let start = start.map(|n| usize::try_from(n).unwrap_or(1));
                    out.push(Node::List { start, items: self.deeper(Self::items) });
                }
                // The check refuses code and HTML; if one gets by, its words are not lost.
                Some(Event::Html(text)) => out.push(Node::Paragraph(pieces(&text))),
                Some(Event::Start(_)) => open += 1,
                Some(Event::End(_)) if open > 0 => open -= 1,
                Some(Event::End(_)) | None => break,
                Some(_) => {}
            }
        }
        out
    }

    fn items(&mut self) -> Vec<Vec<Node>> {
        let mut out = Vec::new();
        while let Some(Event::Start(_)) = self.events.next() {
            out.push(self.nodes());
        }
        out
    }

    /// The pieces of a line up to the end of what they stand in, which is taken too.
    fn line(&mut self) -> Vec<Span> {
        let out = self.deeper(Self::spans);
        self.events.next();
        out
    }

    fn spans(&mut self) -> Vec<Span> {
        let (mut out, mut open) = (Vec::new(), 0_usize);
        while let Some(event) = self.events.next_if(|event| is_within_a_line(event) || (open > 0 && matches!(event, Event::End(_)))) {
            match event {
                Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => out.extend(pieces(&text)),
                Event::SoftBreak => out.push(Span::Words(" ".into())),
                Event::HardBreak => out.push(Span::Break),
                Event::End(_) => open -= 1,
                _ if self.depth > DEEPEST => open += 1,
                Event::Start(Tag::Strong) => out.push(Span::Strong(self.line())),
                Event::Start(Tag::Emphasis) => out.push(Span::Emphasis(self.line())),
                Event::Start(tag @ Tag::Link { .. }) => out.push(Span::Link { to: pieces(&target(&tag)), text: self.line() }),
                _ => out.extend(self.line()),
            }
        }
        out
    }
}

fn is_within_a_line(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. }),
        Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::SoftBreak | Event::HardBreak => true,
        _ => false,
    }
}

/// Where a link leads.
pub(super) fn target(link: &Tag<'_>) -> String {
    match link {
        Tag::Link { link_type: LinkType::Email, dest_url, .. } => format!("mailto:{dest_url}"),
        Tag::Link { dest_url, .. } => dest_url.to_string(),
        _ => String::new(),
    }
}

/// A text, cut at its marks.
fn pieces(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
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
    out
}
