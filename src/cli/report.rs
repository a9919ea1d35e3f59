//! What is said, and where: problems on standard error, letters, tables and JSON on standard output.
//!
//! In: diagnostics and lines. Out: text. A closed pipe is no error.

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use serde_json::{Value as Json, json};
use std::io::{ErrorKind, Write};

/// Writes to standard output; a reader that went away ends nothing.
///
/// # Errors
/// The output cannot be written, for instance on a full disk.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    print_bytes(text.as_bytes())
}

/// Likewise, bytes.
pub(super) fn print_bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|e| anyhow::Error::new(e).context("standard output cannot be written")),
    }
}

/// Says a line on standard error.
pub(super) fn say(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Says why the program stopped.
pub(super) fn failure(error: &anyhow::Error) {
    say(&format!("appeal: {error:#}"));
}

/// Says every problem, in the order of files and places, each once, then how many there were.
pub(super) fn problems(all: &Diagnostics, quiet: bool) {
    let sorted = all.clone().sorted();
    let mut err = anstream::stderr().lock();
    for problem in sorted.iter().filter(|p| !quiet || p.severity != Severity::Warning) {
        let _ = writeln!(err, "{problem}");
    }
    let count = |severity| sorted.iter().filter(|p| p.severity == severity).count();
    let counted = [
        (count(Severity::Error), "error", "errors"),
        (count(Severity::Hold), "reason to hold", "reasons to hold"),
        (count(Severity::Warning), "warning", "warnings"),
    ];
    let words: Vec<String> = counted.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted_word(*n, one, many)).collect();
    if !words.is_empty() && !quiet {
        let _ = writeln!(err, "{}", words.join(", "));
    }
}

/// `1 letter`, `2 letters`.
pub(super) fn counted_word(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A problem as the JSON of design §5.
pub(super) fn problem_json(problem: &Diagnostic) -> Json {
    let at = problem.location.as_ref();
    let number = |n: u32| (n > 0).then_some(n);
    json!({
        "severity": problem.severity.word(),
        "file": at.map(|l| l.file.to_string()),
        "line": at.filter(|l| l.sheet.is_none()).and_then(|l| number(l.line)),
        "column": at.filter(|l| l.sheet.is_none()).and_then(|l| number(l.column)),
        "cell": at.and_then(crate::diagnostic::Location::cell),
        "path": (!problem.path.is_empty()).then(|| problem.path.clone()),
        "message": problem.message.to_string(),
        "hint": problem.hint.as_ref().map(ToString::to_string),
    })
}

/// Columns padded to the same width, as far as characters are.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or(0))
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|t| unicode_width::UnicodeWidthStr::width(t.as_str())).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(unicode_width::UnicodeWidthStr::width(text.as_str())) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
