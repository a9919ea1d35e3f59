//! `appeal check`: read everything, report everything, write nothing.
//!
//! For each letter and mandate it says what the mandate will ask, as questions, and then how the letter stands. Questions
//! never change the exit code: an incomplete letter can still be the right one tonight.

use super::common::{Common, SelectionArgs};
use super::exit_status::ExitStatus;
use super::{letters, report, summary};
use crate::app::batch::{Asked, LetterState, Made, Readers};
use crate::app::{RunError, Selection};
use crate::diagnostic::{Location, Message};
use crate::fitness::{Finding, Fitness, Weight};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// What is looked at.
#[derive(clap::Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// List the annexes, and what each carries: positions, authors, comments
    #[arg(long)]
    annexes: bool,
}

pub(super) fn run(common: &Common, args: CheckArgs) -> Result<ExitStatus, RunError> {
    let selection = Selection { annexes: args.annexes, ..args.selection.selection() };
    let told = |made: &Made| match (common.json, common.quiet) {
        (true, _) => format!("{}\n", line(made)),
        (false, true) => String::new(),
        (false, false) => made.annexes.iter().fold(questions(made), |told, line| format!("{told}  {}\n", report::tell(line))),
    };
    let sum = letters::each(common, &selection, Readers::All, None, |_, made| told(made), |told, progress| progress.aside(|| report::print(&told)))?;
    if common.json {
        report::json(&summary::json(&sum))?;
    } else if !common.quiet && (sum.cases > 0 || !sum.failed) {
        report::print(&format!("{}\n", summary::words(&sum)))?;
    }
    Ok(summary::ending(&sum))
}

/// The line of `--json`: the letter's, with what each mandate will ask.
fn line(made: &Made) -> Json {
    let mut line = letters::line(made);
    if let Json::Object(fields) = &mut line {
        let findings = made.asked.iter().flat_map(|asked| asked.findings.iter().map(|f| finding_json(asked, f)));
        fields.insert("findings".into(), findings.collect());
        let fitness = made.asked.iter().map(|asked| (asked.mandate.clone(), json!(Fitness::of(&asked.findings).word())));
        fields.insert("fitness".into(), Json::Object(fitness.collect()));
    }
    line
}

fn finding_json(asked: &Asked, finding: &Finding) -> Json {
    json!({
        "mandate": asked.mandate,
        "key": finding.key,
        "severity": finding.severity.word(),
        "question": report::question(finding, report::ReadBy::Scripts),
        "fields": finding.gaps.iter().map(|g| g.path.clone()).collect::<Vec<_>>(),
    })
}

/// What each mandate of a letter will ask, each question once, then how the letter stands with it.
fn questions(made: &Made) -> String {
    let mut out = String::new();
    let mut said = BTreeSet::new();
    for asked in &made.asked {
        let name = made.stem_for(&asked.mandate);
        out.push_str(&format!("{name}: {}\n", report::tell(&standing(made.state, Fitness::of(&asked.findings)))));
        let mut above = 0;
        for finding in &asked.findings {
            if !said.insert((finding.key.clone(), finding.gaps.iter().map(|g| g.path.clone()).collect::<Vec<_>>())) {
                above += 1;
                continue;
            }
            let mark = if finding.severity == Weight::CannotBeProcessed { '!' } else { '?' };
            out.push_str(&format!("  {mark} {}\n", report::question(finding, report::ReadBy::Person)));
            for gap in &finding.gaps {
                let at = gap.location.as_ref().map(place).unwrap_or_default();
                out.push_str(&format!("    {at}{}\n", gap.path));
            }
        }
        match above {
            0 => {}
            1 => out.push_str(&format!("  {}\n", report::tell(&say!("and 1 question that stands above")))),
            n => out.push_str(&format!("  {}\n", report::tell(&say!("and {n} questions that stand above", n = n)))),
        }
    }
    out
}

/// Where an answer belongs: a line, or a cell.
fn place(location: &Location) -> String {
    if location.sheet.is_some() { format!("{location}: ") } else { format!("{}:{}: ", location.file, location.line) }
}

/// How a letter stands with a mandate, in a few words.
fn standing(state: LetterState, fitness: Fitness) -> Message {
    match (state, fitness) {
        (LetterState::Error, _) => say!("not written because of errors"),
        (LetterState::Held, Fitness::CannotBeProcessed) => say!("cannot be processed"),
        (LetterState::Cleared, Fitness::CannotBeProcessed) => say!("cleared, but the mandate cannot process it without what is marked !"),
        (LetterState::Held, Fitness::Ready) => say!("held"),
        (LetterState::Held, Fitness::Questions(1)) => say!("held, and 1 question will come back"),
        (LetterState::Held, Fitness::Questions(n)) => say!("held, and {n} questions will come back", n = n),
        (LetterState::Cleared, Fitness::Ready) => say!("ready"),
        (LetterState::Cleared, Fitness::Questions(1)) => say!("ready, 1 question will come back"),
        (LetterState::Cleared, Fitness::Questions(n)) => say!("ready, {n} questions will come back", n = n),
    }
}
