//! What a run came to: a sentence, the last line of `--json`, and the exit code's meaning.

use super::exit_status::ExitStatus;
use super::report;
use crate::app::run_summary::RunSummary;
use serde_json::{Value as Json, json};

/// The exit code's meaning.
pub(super) fn ending(sum: &RunSummary) -> ExitStatus {
    if sum.held > 0 {
        ExitStatus::Held
    } else if sum.errors > 0 || sum.failed {
        ExitStatus::Failed
    } else {
        ExitStatus::Done
    }
}

/// `1 case, 3 letters: 2 cleared, 1 held`.
pub(super) fn words(sum: &RunSummary) -> String {
    let letters = sum.cleared + sum.held + sum.errors;
    let count = |n: usize, one, many| report::tell(if n == 1 { &one } else { &many });
    let cases = count(sum.cases, say!("1 case"), say!("{n} cases", n = sum.cases));
    let all = report::tell(&report::letters(letters));
    let counts = [
        (sum.cleared, say!("1 cleared"), say!("{n} cleared", n = sum.cleared)),
        (sum.held, say!("1 held"), say!("{n} held", n = sum.held)),
        (sum.errors, say!("1 not written because of errors"), say!("{n} not written because of errors", n = sum.errors)),
    ];
    let parts: Vec<String> = counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(n, one, many)).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("{cases}, {all}{parts}")
}

/// The last line of `--json`.
pub(super) fn json(sum: &RunSummary) -> Json {
    json!({
        "schema": 1,
        "summary": { "cases": sum.cases, "letters": sum.cleared + sum.held + sum.errors, "cleared": sum.cleared, "held": sum.held, "error": sum.errors },
        "problems": report::problems_json(&sum.workspace),
    })
}
