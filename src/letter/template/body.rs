//! A text that the engine compiles, and where in its file it stands.
//!
//! In: the text of a body, a part or a subject. Out: what the engine parsed, or a sentence of our own about why it cannot be; and
//! the location of any place in it.

use crate::diagnostic::{Diagnostic, Location};
use handlebars::Template;
use std::sync::Arc;

/// A template's text: a body, a part, or a subject.
pub(super) struct Body {
    pub(super) text: String,
    pub(super) file: Arc<str>,
    /// How many lines of the file stand before it.
    pub(super) line: usize,
    /// How many characters of its first line stand before it.
    pub(super) column: usize,
    /// Whether its lines and columns are those of the file: not so for a subject that is written with escapes.
    pub(super) is_verbatim: bool,
}

impl Body {
    /// The location of a line and a column of it, counted from 1.
    pub(super) fn at(&self, line: usize, column: usize) -> Location {
        let number = |n: usize| u32::try_from(n).unwrap_or(0);
        let (line, column) = if self.is_verbatim { (line, column) } else { (1, 1) };
        let before = if line == 1 { self.column } else { 0 };
        Location { file: Arc::clone(&self.file), sheet: None, line: number(line + self.line), column: number(column + before) }
    }

    /// The line and the column of a byte of it.
    pub(super) fn position(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..byte];
        let begin = before.rfind('\n').map_or(0, |n| n + 1);
        (before.matches('\n').count() + 1, before[begin..].chars().count() + 1)
    }
}

/// How deep blocks, parts, brackets, lists and quotations may stand in each other. What reads them calls itself for each: a
/// template of ten thousand would end the program.
pub(super) const DEEPEST: usize = 50;

/// Parses a text, or says why it cannot be.
pub(super) fn parse(body: &Body) -> Result<Template, Box<Diagnostic>> {
    if let Some(byte) = too_deep_at(&body.text) {
        return Err(Box::new(too_deep(body, body.position(byte))));
    }
    Template::compile(&body.text).map_err(|error| {
        let (line, column) = error.pos().unwrap_or((1, 1));
        let reason = error.reason().to_string();
        let (message, hint) = if reason.contains("closing") || reason.contains("was opened") {
            (say!("a block is closed by another name than it was opened with"), say!("close the blocks in turn: {{#if x}} … {{/if}}, {{#each x}} … {{/each}}"))
        } else {
            (
                say!("a tag cannot be read here, or a block is never closed"),
                say!("look for {{ without }}, {{#if x}} without {{/if}}, a quote that is not closed"),
            )
        };
        Box::new(Diagnostic::error(message).at(body.at(line, column)).hint(hint))
    })
}

/// What stands too deep in others at this line and column.
pub(super) fn too_deep(body: &Body, (line, column): (usize, usize)) -> Diagnostic {
    Diagnostic::error(say!("this stands more than {most} deep in blocks, parts, brackets, lists or quotations", most = DEEPEST))
        .at(body.at(line, column))
        .hint(say!("leave some of them out"))
}

/// Where a tag stands in too many blocks, or has too many brackets in each other.
fn too_deep_at(text: &str) -> Option<usize> {
    // For each open block, how many branches it has: each `{{else if}}` stands in the one before.
    let mut open: Vec<usize> = Vec::new();
    tags(text)
        .find(|(_, tag)| {
            let inside = inside(tag);
            match inside.chars().next() {
                Some('#') => open.push(1),
                Some('/') => drop(open.pop()),
                Some('!') => return false,
                _ if inside.starts_with("else ") || inside.starts_with("^ ") => open.iter_mut().next_back().into_iter().for_each(|branches| *branches += 1),
                _ => {}
            }
            let mut brackets = 0_usize;
            let is_deep = |c: char| {
                brackets = if matches!(c, '(' | '[' | '{') { brackets + 1 } else { brackets.saturating_sub(usize::from(matches!(c, ')' | ']' | '}'))) };
                brackets > DEEPEST
            };
            open.iter().sum::<usize>() > DEEPEST || inside.chars().any(is_deep)
        })
        .map(|(at, _)| at)
}

/// The tags of a text, and where each begins.
pub(super) fn tags(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + text[from..].find("{{")?;
        from = at + length_of_tag(&text[at..]);
        Some((at, &text[at..from]))
    })
}

fn length_of_tag(tag: &str) -> usize {
    let end = if tag.starts_with("{{!--") || tag.starts_with("{{~!--") {
        tag.find("--}}").map(|e| e + 4).or_else(|| tag.find("--~}}").map(|e| e + 5))
    } else {
        tag.find("}}").map(|e| if tag[e..].starts_with("}}}") { e + 3 } else { e + 2 })
    };
    end.unwrap_or(tag.len())
}

/// What stands in a tag, without its braces.
pub(super) fn inside(tag: &str) -> &str {
    tag.trim_start_matches(['{', '~']).trim_end_matches(['}', '~']).trim()
}
