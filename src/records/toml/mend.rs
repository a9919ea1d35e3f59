//! What people mistype in TOML: found, explained in sentences of our own, and put aside, so that the rest can be read.
//!
//! In: a text that may not be TOML. Out: one that is, line by line the same, and a diagnostic for each line that had to be
//! changed. The parser's own words are never printed, because they may repeat the line, and the line may hold a name.

use super::{LineIndex, SPOILT, SPOILT_KEY};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, shown};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use toml::de::DeTable;

/// Reports every line that is not TOML and puts its value aside, until what is left can be read.
pub(super) fn mend(mut source: String, file: &Arc<str>, problems: &mut Diagnostics) -> Option<String> {
    let mut seen = BTreeSet::new();
    for _ in 0..200 {
        let (_, errors) = DeTable::parse_recoverable(&source);
        if errors.is_empty() {
            return Some(source);
        }
        let mut mistakes: Vec<Mistake> = {
            let lines = LineIndex::new(&source);
            errors.iter().map(|e| Mistake::of(e.message(), e.span().unwrap_or(0..0), &source, &lines)).collect()
        };
        mistakes.sort_by_key(|m| m.line);
        mistakes.dedup_by_key(|m| m.line);
        let mut fresh = false;
        // Later lines first, so that the places of earlier ones still hold.
        for mistake in mistakes.iter().rev() {
            if !seen.insert(mistake.line) {
                continue;
            }
            fresh = true;
            problems.push(
                Diagnostic::error(mistake.message.clone())
                    .at(Location { file: Arc::clone(file), sheet: None, line: mistake.line, column: mistake.column })
                    .hint(mistake.hint.clone()),
            );
            source.replace_range(mistake.replace.clone(), &mistake.with);
        }
        if !fresh || mistakes.iter().any(|m| m.hopeless) {
            return None;
        }
    }
    None
}

struct Mistake {
    line: u32,
    column: u32,
    message: Message,
    hint: Message,
    replace: Range<usize>,
    with: String,
    hopeless: bool,
}

impl Mistake {
    fn of(parser: &str, span: Range<usize>, source: &str, lines: &LineIndex<'_>) -> Self {
        let at = span.start.min(source.len());
        let range = lines.line_at(at);
        let text = &source[range.clone()];
        let line = lines.place(at).line;
        if parser.contains("duplicate key") {
            let name = source.get(span.clone()).unwrap_or_default();
            return Self {
                line,
                column: lines.place(at).column,
                message: say!("`{key}` is there already", key = shown(name)),
                hint: say!("keep one of the two; tables that may come several times have double brackets: [[victims]]"),
                replace: span,
                with: format!("{SPOILT_KEY}{line}"),
                hopeless: false,
            };
        }
        let (message, hint) = explain(parser, text);
        let trimmed = text.trim_end();
        let indent = trimmed.len() - trimmed.trim_start().len();
        let opened = trimmed.matches("\"\"\"").count() % 2 == 1 || trimmed.matches("'''").count() % 2 == 1;
        let (replace, with) = match assignment(trimmed) {
            Some((key, equals)) => (range.start..range.start + trimmed.len(), format!("{}{key} = \"{SPOILT}\"", &trimmed[..indent.min(equals)])),
            None if trimmed.trim_start().starts_with('[') && header_name(trimmed).is_some() => {
                let name = header_name(trimmed).unwrap_or_default();
                (range.start..range.start + trimmed.len(), format!("[{SPOILT_KEY}{line}-{name}]"))
            }
            None => (range.start..range.start + trimmed.len(), String::new()),
        };
        let column = text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let at = assignment(trimmed).map_or(range.start + column, |(_, equals)| {
            let value = trimmed[equals + 1..].len() - trimmed[equals + 1..].trim_start().len();
            range.start + equals + 1 + value
        });
        Self { line, column: lines.place(at).column, message, hint, replace, with, hopeless: opened }
    }
}

/// The key and the place of the `=`, where a line reads `key = …`.
fn assignment(line: &str) -> Option<(&str, usize)> {
    let equals = line.find('=')?;
    let key = line[..equals].trim();
    let fits = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    fits.then_some((key, equals))
}

fn header_name(line: &str) -> Option<&str> {
    let name = line.trim().trim_matches(['[', ']', ' ']);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')).then_some(name)
}

/// What people mistype, each with its own sentence.
fn explain(parser: &str, line: &str) -> (Message, Message) {
    const CURLY: [char; 9] = ['“', '”', '„', '«', '»', '‘', '’', '‚', '‹'];
    let trimmed = line.trim();
    let Some((key, equals)) = assignment(trimmed) else {
        if trimmed.starts_with('[') {
            return (say!("this header is not complete"), say!("write [name] for one table, [[name]] for one of several, alone on a line"));
        }
        if let Some((name, _)) = trimmed.split_once(':')
            && !name.contains(' ')
        {
            return (say!("a key and its value are joined by `=`, not by `:`"), say!("write {key} = \"…\"", key = shown(name)));
        }
        return (
            say!("this line is not TOML"),
            say!("write key = \"value\", a [header], or begin a remark with #; a text of several lines stands between \"\"\" and \"\"\""),
        );
    };
    let value = trimmed[equals + 1..].trim();
    let key = shown(key);
    if value.starts_with(CURLY) {
        return (say!("the text of `{key}` stands in curly quotes", key = key), say!("write straight quotes: {key} = \"…\"", key = key));
    }
    if value.is_empty() || value.starts_with('#') {
        return (say!("`{key}` has no value", key = key), say!("write {key} = \"…\", or leave the line out", key = key));
    }
    if value.contains('\\') && (parser.contains("escape") || parser.contains("backslash") || parser.contains('\\')) {
        return (
            say!("a backslash in the text of `{key}` is taken for a special character", key = key),
            say!("write paths with / (annexes/file.pdf), or put the text in single quotes: '…'"),
        );
    }
    let first = value.split([' ', ',', '#']).next().unwrap_or_default();
    let numbers: Vec<&str> = first.split(['/', '.', '-']).collect();
    if numbers.len() == 3 && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
        return (say!("`{key}` is not a date that can be understood", key = key), say!("write the year first: 2021-04-28 for 28 April 2021"));
    }
    if value.starts_with("\"\"\"") || value.starts_with("'''") {
        return (say!("the text of `{key}` begins here and never ends", key = key), say!("close it with the three quotes that opened it"));
    }
    if value.starts_with(['"', '\'']) {
        let quote = value.chars().next().unwrap_or('"');
        return if value[1..].contains(quote) {
            (
                say!("a quote inside the text of `{key}` ends it too early", key = key),
                say!("use “ ” inside the text, or put the text between \"\"\" and \"\"\""),
            )
        } else {
            (
                say!("the text of `{key}` has no closing quote", key = key),
                say!("end it with the quote that opened it; a text of several lines stands between \"\"\" and \"\"\""),
            )
        };
    }
    if value.starts_with('[') {
        return (say!("the list of `{key}` cannot be read", key = key), say!("write {key} = [\"one\", \"two\"]", key = key));
    }
    if value.starts_with('{') {
        return (say!("the table of `{key}` cannot be read", key = key), say!("write {key} = { name = \"value\" }", key = key));
    }
    if value.starts_with(|c: char| c.is_ascii_digit()) {
        return (
            say!("`{key}` is neither a number nor a date that can be understood", key = key),
            say!("write dates as 2021-04-28 and texts in quotes: {key} = \"…\"", key = key),
        );
    }
    (say!("the text of `{key}` has no quotes", key = key), say!("write {key} = \"…\"", key = key))
}
