//! What is wrong with a template's Markdown: HTML, pictures, code, links that lead elsewhere than to the web.
//!
//! In: the text of a template. Out: each mistake with line and column. The tags are taken out first, as the engine will
//! take them out, and marks put where values will stand; each letter keeps the place it had.

use super::body::{Body, DEEPEST, inside, tags, too_deep};
use super::name_table::PLACEHOLDER;
use super::skeleton::target;
use crate::diagnostic::{Diagnostic, Diagnostics, Message};
use crate::letter::document::Inline;
use crate::text::first_unprintable;
use pulldown_cmark::{Event, Parser, Tag};

/// Everything that a letter cannot have.
pub(super) fn check(body: &Body) -> Diagnostics {
    let mut problems = Diagnostics::default();
    if let Some(at) = first_unprintable(&body.text) {
        let hint = say!("delete it, or write the words around it again");
        problems.push(error(body, at, say!("a character that cannot be printed stands here"), hint));
        return problems;
    }
    let bare = Bare::of(&body.text);
    let mut depth = 0_usize;
    for (event, range) in Parser::new(&bare.text).into_offset_iter() {
        depth = match event {
            Event::Start(_) => depth + 1,
            Event::End(_) => depth.saturating_sub(1),
            _ => depth,
        };
        if depth > DEEPEST {
            problems.push(too_deep(body, body.position(bare.origin(range.start))));
            break;
        }
        let found = if leads_anywhere(&event, range.start, body, &bare) {
            Some((say!("this link leads wherever its value says"), say!("begin it with https:// or mailto:, or name a `website` or a `url`")))
        } else {
            unwanted(&event)
        };
        let Some((message, hint)) = found else { continue };
        problems.push(error(body, bare.origin(range.start), message, hint));
    }
    problems
}

/// An error at a byte of the body.
fn error(body: &Body, at: usize, message: Message, hint: Message) -> Diagnostic {
    let (line, column) = body.position(at);
    Diagnostic::error(message).at(body.at(line, column)).hint(hint)
}

fn unwanted(event: &Event<'_>) -> Option<(Message, Message)> {
    match event {
        Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
            Some((say!("HTML is not for letters"), say!("write Markdown: ## heading, **strong**, - item, 1. item")))
        }
        Event::Start(Tag::Image { .. }) => Some((say!("a picture cannot stand in a template"), say!("the logo is named in organisation.toml"))),
        Event::Start(Tag::CodeBlock(_)) => Some((say!("an indented or fenced block is not for letters"), say!("begin the line at the margin"))),
        Event::Start(link @ Tag::Link { .. }) if !may_lead_to(&target(link)) => {
            Some((say!("this link is not for letters"), say!("links begin with https://, http://, mailto: or tel:")))
        }
        _ => None,
    }
}

/// A link that is a value and nothing before it, unless the value is known to be an address of the web.
fn leads_anywhere(event: &Event<'_>, begin: usize, body: &Body, bare: &Bare) -> bool {
    let Event::Start(Tag::Link { dest_url, .. }) = event else { return false };
    if !dest_url.starts_with(PLACEHOLDER) {
        return false;
    }
    let tag = bare.text[begin..].find(&format!("({PLACEHOLDER}")).and_then(|at| bare.origins.get(begin + at + 1));
    let name = tag.and_then(|at| body.text[*at..].trim_start_matches(['{', '~', ' ']).split(['}', '~', ' ']).next());
    !name.is_some_and(|name| matches!(name.rsplit(['.', '/']).next(), Some("website" | "url")))
}

/// Whether a link may point there, as far as it is known before its values are.
fn may_lead_to(url: &str) -> bool {
    match url.split_once(PLACEHOLDER) {
        None => Inline::is_allowed_target(url),
        Some(("", _)) => true,
        Some((before, _)) => Inline::is_allowed_target(before),
    }
}

/// A text without its tags.
struct Bare {
    text: String,
    /// For each byte of the text: where it stood.
    origins: Vec<usize>,
}

impl Bare {
    fn of(text: &str) -> Self {
        let mut bare = Self { text: String::with_capacity(text.len()), origins: Vec::with_capacity(text.len()) };
        let mut at = 0;
        for (open, tag) in tags(text) {
            bare.push(&text[at..open], at);
            at = open + tag.len();
            if is_value(tag) {
                bare.push(&PLACEHOLDER.to_string(), open);
            } else {
                at += bare.leave_line(&text[at..]);
            }
        }
        bare.push(&text[at..], at);
        bare
    }

    fn push(&mut self, text: &str, at: usize) {
        let is_placeholder = text.starts_with(PLACEHOLDER);
        self.origins.extend((0..text.len()).map(|n| if is_placeholder { at } else { at + n }));
        self.text.push_str(text);
    }

    /// A tag that stands alone on its line takes the line with it. Gives how much of the text after the tag goes too.
    fn leave_line(&mut self, after: &str) -> usize {
        let begin = self.text.rfind('\n').map_or(0, |n| n + 1);
        let rest = after.split('\n').next().unwrap_or_default();
        if self.text[begin..].trim().is_empty() && rest.trim().is_empty() {
            self.text.truncate(begin);
            self.origins.truncate(begin);
            return (rest.len() + 1).min(after.len());
        }
        0
    }

    /// Where a byte of the text stood in the first text.
    fn origin(&self, at: usize) -> usize {
        self.origins.get(at).or(self.origins.last()).copied().unwrap_or(0)
    }
}

/// Whether a tag leaves a value behind; the others open and close blocks, or are remarks.
fn is_value(tag: &str) -> bool {
    let inside = inside(tag);
    !inside.starts_with(['#', '/', '!', '>', '^']) && inside != "else" && !inside.starts_with("else ")
}

#[cfg(test)]
mod tests {
    use super::{Bare, may_lead_to};

    #[test]
    fn tags_go_and_letters_keep_their_places() {
        let bare = Bare::of("{{#if a}}\nOne {{b}} two{{/if}}\n  {{else}}  \nthree");
        assert_eq!(bare.text, "One \u{e000} two\nthree");
        assert_eq!(bare.origin(0), 10);
        assert_eq!(bare.origin(7), 19);
        assert_eq!(bare.origin(bare.text.len() - 5), 44);
    }

    #[test]
    fn a_link_is_known_by_how_it_begins() {
        for good in ["https://a.org/\u{e000}", "\u{e000}", "mailto:\u{e000}", "tel:1"] {
            assert!(may_lead_to(good), "{good}");
        }
        for bad in ["javascript:\u{e000}", "ftp://a.org", "//a.org", "data:\u{e000}", "htt\u{e000}"] {
            assert!(!may_lead_to(bad), "{bad}");
        }
    }
}
