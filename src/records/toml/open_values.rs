//! A text, a list or a table that begins and never ends, and so swallows the lines after it.
//!
//! In: a text that is not TOML. Out: where the first such value begins, and how the lines after it can be read.

use super::sentences::{assignment, header};
use crate::diagnostic::{Message, shown};
use std::ops::Range;

/// A value that never ends.
pub(super) struct Unclosed {
    /// Where it begins.
    pub(super) at: usize,
    pub(super) message: Message,
    pub(super) hint: Message,
    /// What to write in which place, so that it ends where the next key or header begins.
    pub(super) replace: Range<usize>,
    pub(super) with: String,
    /// Whether the value is lost.
    pub(super) is_lost: bool,
}

/// The first value that never ends.
pub(super) fn unclosed(source: &str) -> Option<Unclosed> {
    let mut line = 0;
    while line < source.len() {
        let end = line_end(source, line);
        let text = &source[line..end];
        if let Some((_, value)) = assignment(text).filter(|_| !text.trim_start().starts_with(['[', '#'])) {
            match value_end(source, line + value) {
                Ok(end) => line = line_end(source, end) + 1,
                Err(found) => return Some(*found),
            }
        } else {
            line = end + 1;
        }
    }
    None
}

fn line_end(source: &str, at: usize) -> usize {
    source[at..].find('\n').map_or(source.len(), |n| at + n)
}

/// The line that this place lies in.
fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |n| n + 1)
}

/// Where the value ends that begins here: at the end of its line, or of the line on which its last bracket or quote is.
fn value_end(source: &str, from: usize) -> Result<usize, Box<Unclosed>> {
    let bytes = source.as_bytes();
    match bytes.get(from) {
        Some(b'[' | b'{') => {}
        Some(quote @ (b'"' | b'\'')) => return text_end(source, from, *quote).map(|end| line_end(source, end)),
        _ => return Ok(line_end(source, from)),
    }
    let mut brackets: Vec<u8> = Vec::new();
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => at = text_end(source, at, quote)?,
            b'#' => at = line_end(source, at),
            open @ (b'[' | b'{') => {
                brackets.push(open);
                at += 1;
            }
            b']' | b'}' => {
                brackets.pop();
                at += 1;
            }
            b'\n' if brackets.is_empty() => return Ok(at),
            b'\n' => {
                at += 1;
                if begins_anew(source, at, brackets.last() == Some(&b'[')) {
                    return Err(Box::new(open_list(source, from, at)));
                }
            }
            _ => at += 1,
        }
    }
    if brackets.is_empty() { Ok(at) } else { Err(Box::new(open_list(source, from, source.len()))) }
}

/// Whether the line that starts here is a header, or (outside tables in braces) a key with its value.
fn begins_anew(source: &str, line: usize, keys_count: bool) -> bool {
    let text = &source[line..line_end(source, line)];
    let is_header = header(text).is_some() && text.contains(']') && !text.trim_end().ends_with(',');
    is_header || (keys_count && assignment(text).is_some())
}

/// The end of the text that begins here; a text of one line ends with its line at the latest.
fn text_end(source: &str, at: usize, quote: u8) -> Result<usize, Box<Unclosed>> {
    let bytes = source.as_bytes();
    let triple = [quote; 3];
    if !bytes[at..].starts_with(&triple) {
        let mut end = at + 1;
        while end < bytes.len() && bytes[end] != quote && bytes[end] != b'\n' {
            end += if bytes[end] == b'\\' && quote == b'"' && bytes.get(end + 1).is_some_and(|b| *b != b'\n') { 2 } else { 1 };
        }
        return Ok((end + usize::from(bytes.get(end) == Some(&quote))).min(bytes.len()));
    }
    let mut end = at + 3;
    while end < bytes.len() && !bytes[end..].starts_with(&triple) {
        end += if bytes[end] == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    if end >= bytes.len() {
        return Err(Box::new(open_text(source, at, quote)));
    }
    // Quotes that open the text of another key were not meant to close this one.
    let line = line_start(source, end);
    if line > at && assignment(&source[line..end]).is_some_and(|(_, value)| line + value == end) {
        return Err(Box::new(open_text(source, at, quote)));
    }
    while bytes.get(end + 3) == Some(&quote) {
        end += 1;
    }
    Ok(end + 3)
}

fn open_text(source: &str, at: usize, quote: u8) -> Unclosed {
    let mut resume = line_end(source, at) + 1;
    while resume < source.len() && !begins_anew(source, resume, true) {
        resume = line_end(source, resume) + 1;
    }
    let before = source[..resume.min(source.len())].trim_end().len().max(at + 3);
    let message = match assignment(&source[line_start(source, at)..line_end(source, at)]) {
        Some((key, _)) => say!("the text of `{key}` begins here and never ends", key = shown(key)),
        None => say!("a text begins here and never ends"),
    };
    let with = format!(" {}", char::from(quote).to_string().repeat(3));
    Unclosed { at, message, hint: say!("close it with the three quotes that opened it"), replace: before..before, with, is_lost: false }
}

fn open_list(source: &str, from: usize, resume: usize) -> Unclosed {
    let start = line_start(source, from);
    let key = assignment(&source[start..line_end(source, start)]).map_or("", |(key, _)| key);
    let (message, hint) = if source[from..].starts_with('{') {
        (
            say!("the table of `{key}` is never closed", key = shown(key)),
            say!("close it with a brace: {key} = {example}", key = shown(key), example = "{ name = \"value\" }"),
        )
    } else {
        (say!("the list of `{key}` is never closed", key = shown(key)), say!("close it with a bracket: {key} = [\"one\", \"two\"]", key = shown(key)))
    };
    let lines = source[from..resume].matches('\n').count();
    Unclosed { at: from, message, hint, replace: from..resume, with: format!("\"\"{}", "\n".repeat(lines)), is_lost: true }
}
