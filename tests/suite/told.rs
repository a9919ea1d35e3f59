//! What the program says of files, taken apart: one mistake a case, and one sentence a mistake.

use crate::test_workspace::{CASE, TestWorkspace};

/// A mistake in a case: what it is, what is changed in [`CASE`] to make it, the message with its line and column, the hint.
pub(crate) type Mistake<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);

/// Each of these mistakes is told once, at its line, in these words, with this hint, and nothing else is.
#[track_caller]
pub(crate) fn told(mistakes: &[Mistake<'_>]) {
    let mut workspace = TestWorkspace::new();
    for (number, (what, changes, ..)) in mistakes.iter().enumerate() {
        let text = changes.iter().fold(CASE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{what}: the case has no {from:?}");
            text.replacen(from, to, 1)
        });
        workspace = workspace.case(&format!("c{number:02}"), &text);
    }
    let said = workspace.run("check").into_stderr();
    for (number, (what, _, message, hint)) in mistakes.iter().enumerate() {
        let file = format!("cases/c{number:02}.toml:");
        assert_eq!(errors(&said, &file), [format!("{file}{message}\n  hint: {hint}")], "{what}");
    }
    let counted = if mistakes.len() == 1 { "1 error".to_owned() } else { format!("{} errors", mistakes.len()) };
    assert!(said.lines().last().is_some_and(|last| last.starts_with(&counted)), "{said}");
}

/// The errors that begin with these words, each with its hint. Warnings and holds are left out.
pub(crate) fn errors(said: &str, begin: &str) -> Vec<String> {
    let mut errors: Vec<String> = Vec::new();
    let mut lines = said.lines().peekable();
    while let Some(line) = lines.next() {
        let hint = lines.next_if(|next| next.starts_with("  hint: "));
        let is_remark = [": warning: ", ": held: "].iter().any(|word| line.contains(word));
        if line.starts_with(begin) && !is_remark {
            errors.push(hint.map_or_else(|| line.to_owned(), |hint| format!("{line}\n{hint}")));
        }
    }
    errors
}

/// Each line of standard output, as JSON.
pub(crate) fn json_lines(out: &str) -> Vec<serde_json::Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}
