//! What is said, and where: problems on standard error, letters, tables and JSON on standard output.
//!
//! In: diagnostics and lines. Out: text. A closed pipe is no error.

use crate::diagnostic::{Catalogue, Diagnostic, Diagnostics, Message, Severity};
use crate::fitness::Finding;
use crate::letter::words::fill;
use crate::text::Language;
use serde_json::{Value as Json, json};
use std::io::{ErrorKind, Write};
use std::sync::OnceLock;

/// The language of the person, and that of `--json`. They are settled once, at start, before anything is said; carrying them
/// through every function that may have something to say would tell nobody more.
static SPOKEN: OnceLock<(Catalogue, Catalogue)> = OnceLock::new();

/// Settles the language of the person, and that of `--json`, which changes only where it is asked for.
pub(super) fn speak(person: Catalogue, scripts: Catalogue) {
    let _ = SPOKEN.set((person, scripts));
}

fn spoken() -> &'static (Catalogue, Catalogue) {
    SPOKEN.get_or_init(Default::default)
}

/// A message in the person's language.
pub(super) fn tell(message: &Message) -> String {
    spoken().0.tell(message)
}

/// A message in the language of `--json`.
pub(super) fn tell_scripts(message: &Message) -> String {
    spoken().1.tell(message)
}

/// Who reads what is said.
#[derive(Clone, Copy)]
pub(super) enum Whom {
    Person,
    Scripts,
}

/// A question of requirements.toml: in the language spoken, else translated by its catalogue, else in English.
pub(super) fn question(finding: &Finding, whom: Whom) -> String {
    let (person, scripts) = spoken();
    let catalogue = match whom {
        Whom::Person => person,
        Whom::Scripts => scripts,
    };
    let in_language = |code: &str| Language::parse(code).and_then(|l| finding.question.get(&l));
    let english = in_language("en").or_else(|| finding.question.all().next()).map_or("", String::as_str);
    let text = in_language(catalogue.code()).map_or_else(|| catalogue.sentence(english), String::as_str);
    fill(text, &[("word", finding.word.as_deref().unwrap_or("…"))])
}

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
        let _ = writeln!(err, "{}", problem.told(&spoken().0));
    }
    let count = |severity| sorted.iter().filter(|p| p.severity == severity).count();
    let counted = [
        (count(Severity::Error), say!("1 error"), say!("{n} errors", n = count(Severity::Error))),
        (count(Severity::Hold), say!("1 reason to hold"), say!("{n} reasons to hold", n = count(Severity::Hold))),
        (count(Severity::Warning), say!("1 warning"), say!("{n} warnings", n = count(Severity::Warning))),
    ];
    let words: Vec<String> = counted.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| tell(if *n == 1 { one } else { many })).collect();
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
        "message": tell_scripts(&problem.message),
        "hint": problem.hint.as_ref().map(tell_scripts),
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
