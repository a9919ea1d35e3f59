//! A text that the engine compiles, and where in its file it stands.
//!
//! In: the text of a body, a part or a subject. Out: it compiled, or a sentence of our own about why it cannot be; and the
//! location of any place in it.

use crate::diagnostic::{Diagnostic, Location, Message};
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
}

/// Compiles a text, or says why it cannot be.
pub(super) fn parse(body: &Body) -> Result<Template, Box<Diagnostic>> {
    Template::compile(&body.text).map_err(|error| {
        let (line, column) = error.pos().unwrap_or((1, 1));
        let reason = error.reason().to_string();
        let (message, hint) = explain(&reason);
        Box::new(Diagnostic::error(message).at(body.at(line, column)).hint(hint))
    })
}

fn explain(reason: &str) -> (Message, Message) {
    if reason.contains("closing") || reason.contains("was opened") {
        return (
            say!("a block is closed by another name than it was opened with"),
            say!("close the blocks in turn: {{#if x}} … {{/if}}, {{#each x}} … {{/each}}"),
        );
    }
    (say!("a tag cannot be read here, or a block is never closed"), say!("look for {{ without }}, {{#if x}} without {{/if}}, a quote that is not closed"))
}
