//! The annexes of a case: whether they are there, and what they carry beside what they show.
//!
//! In: a case. Out: remarks, and lines for `check --annexes`. Annexes are evidence, and are only looked at: kinds of traces
//! are named, never their values.

use super::files;
use super::paths;
use super::workspace::Workspace;
use crate::annexes::{Seen, Trace, look};
use crate::case::{Annex, Case};
use crate::diagnostic::{Diagnostic, Diagnostics, Message};
use std::collections::BTreeSet;

/// An annex is looked into as far as this, in bytes.
const LARGEST: u64 = 64 << 20;

/// What is wrong with the annexes (missing, unreadable, outside the workspace, encrypted), and what they carry.
pub(crate) fn remarks(workspace: &Workspace, case: &Case) -> Diagnostics {
    let mut problems = Diagnostics::default();
    for annex in &case.annexes {
        let at = annex.location.clone().unwrap_or_else(|| case.location.clone());
        let problem = match see(workspace, annex) {
            Err(problem) => {
                let mut problem = *problem;
                problem.message = say!("the annex `{id}`: {what}", id = annex.id).with("what", problem.message);
                problem
            }
            Ok(Seen::Encrypted) => Diagnostic::error(say!("the annex `{id}` is encrypted: whoever gets the letter cannot open it", id = annex.id))
                .hint(say!("name a copy without a password")),
            Ok(Seen::Traces(found)) if !found.is_empty() => {
                Diagnostic::warning(say!("the annex `{id}` carries {what}", id = annex.id).with("what", words(&found)))
                    .hint(say!("nothing is altered, because evidence stays as it is; if it may go without, name a copy from which this was removed"))
            }
            Ok(Seen::Damaged) => Diagnostic::warning(say!("the annex `{id}` could not be read through: what it carries is not known", id = annex.id))
                .hint(say!("open it; if it can be seen, save it anew and name that copy")),
            Ok(_) => continue,
        };
        problems.push(problem.at(at).about(format!("annexes.{}.file", annex.id)));
    }
    problems
}

/// A line for each annex: its id, its file, and what it carries.
pub(crate) fn lines(workspace: &Workspace, case: &Case) -> Vec<Message> {
    let line = |annex: &Annex| {
        let what = match see(workspace, annex) {
            Ok(Seen::Traces(found)) if found.is_empty() => say!("nothing found"),
            Ok(Seen::Traces(found)) => words(&found),
            Ok(Seen::Unknown) => say!("not looked into"),
            Ok(Seen::Damaged) => say!("could not be read"),
            Ok(Seen::Encrypted) => say!("encrypted"),
            Err(_) => say!("not readable"),
        };
        say!("annex {id} ({file}): {what}", id = annex.id, file = annex.file).with("what", what)
    };
    case.annexes.iter().map(line).collect()
}

fn see(workspace: &Workspace, annex: &Annex) -> Result<Seen, Box<Diagnostic>> {
    let path = paths::inside(&workspace.root, &annex.file)?;
    files::read_up_to(&path, LARGEST).map(|(bytes, _)| look(&bytes))
}

/// `a position, an author and comments`.
fn words(found: &BTreeSet<Trace>) -> Message {
    let mut words = found.iter().rev().map(|t| t.words());
    let last = words.next().unwrap_or_default();
    let Some(before) = words.next() else { return say!("{what}", what = last) };
    words.fold(say!("{first} and {last}", first = before, last = last), |rest, first| say!("{first}, {rest}", first = first).with("rest", rest))
}
