//! The letters of a run: composed and cleared, one after another.
//!
//! In: a selection. Out: each letter with its state and its problems, handed to a function as soon as it is there. Check
//! and render differ only in what that function does.

use super::cases::{self, Clock, Read};
use super::workspace::Workspace;
use super::{Common, Ending, Selection, orders, report, today};
use crate::case::Case;
use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::fitness::{Finding, Submission, findings};
use crate::letter::{Letter, Order, Scene, Tongue, compose};
use crate::text::Language;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Cleared,
    Held,
    Error,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::Held => "held",
            Self::Error => "error",
        }
    }
}

/// One letter of a run. Without a letter, the case or the letter could not be made.
pub(super) struct Made {
    pub(super) case: String,
    pub(super) to: String,
    pub(super) language: String,
    pub(super) audience: Option<Audience>,
    /// Whether its reader is the recipient's own.
    pub(super) is_own_audience: bool,
    pub(super) state: State,
    pub(super) letter: Option<Letter>,
    pub(super) problems: Diagnostics,
    /// What each of its mandates will ask; looked at by check alone.
    pub(super) asked: Vec<Asked>,
}

/// What one mandate will ask about a letter.
pub(super) struct Asked {
    pub(super) mandate: String,
    pub(super) findings: Vec<Finding>,
}

impl Made {
    /// The name of its file, without the ending.
    pub(super) fn stem(&self) -> String {
        let audience = self.audience.filter(|_| !self.is_own_audience).map(|a| format!(".{}", a.word())).unwrap_or_default();
        format!("{}.{}.{}{audience}", self.case, self.to, self.language)
    }

    /// The name of the letter as this one of its mandates will know it.
    pub(super) fn stem_for(&self, mandate: &str) -> String {
        let person = self.to.split_once('.').map(|(person, _)| format!("{person}.")).unwrap_or_default();
        format!("{}.{person}{mandate}.{}", self.case, self.language)
    }

    /// The line of `--json`, without what belongs to a format.
    pub(super) fn json(&self) -> Json {
        json!({
            "schema": 1,
            "case": self.case,
            "to": self.to,
            "language": self.language,
            "audience": self.audience.map(Audience::word),
            "state": self.state.word(),
            "problems": self.problems.clone().sorted().iter().map(report::problem_json).collect::<Vec<_>>(),
        })
    }
}

/// What a run came to.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) cases: usize,
    pub(super) cleared: usize,
    pub(super) held: usize,
    pub(super) errors: usize,
    pub(super) problems: Diagnostics,
    /// The problems that belong to no letter: those of the workspace's own files.
    workspace: Diagnostics,
}

impl Sum {
    /// The exit code's meaning.
    pub(super) fn ending(&self) -> Ending {
        let failed = self.errors > 0 || self.problems.has_errors();
        if self.held > 0 {
            Ending::Held
        } else if failed {
            Ending::Failed
        } else {
            Ending::Done
        }
    }

    /// `1 case, 3 letters: 2 cleared, 1 held`.
    pub(super) fn words(&self) -> String {
        let letters = self.cleared + self.held + self.errors;
        let count = |n: usize, one, many| report::tell(if n == 1 { &one } else { &many });
        let cases = count(self.cases, say!("1 case"), say!("{n} cases", n = self.cases));
        let all = count(letters, say!("1 letter"), say!("{n} letters", n = letters));
        let counts = [
            (self.cleared, say!("1 cleared"), say!("{n} cleared", n = self.cleared)),
            (self.held, say!("1 held"), say!("{n} held", n = self.held)),
            (self.errors, say!("1 not written because of errors"), say!("{n} not written because of errors", n = self.errors)),
        ];
        let parts: Vec<String> = counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(n, one, many)).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!("{cases}, {all}{parts}")
    }

    /// The last line of `--json`.
    pub(super) fn json(&self) -> Json {
        json!({
            "schema": 1,
            "summary": { "cases": self.cases, "letters": self.cleared + self.held + self.errors, "cleared": self.cleared, "held": self.held, "error": self.errors },
            "problems": self.workspace.clone().sorted().iter().map(report::problem_json).collect::<Vec<_>>(),
        })
    }

    fn count(&mut self, made: &Made) {
        match made.state {
            State::Cleared => self.cleared += 1,
            State::Held => self.held += 1,
            State::Error => self.errors += 1,
        }
        self.problems.extend(made.problems.iter().cloned());
    }
}

/// Whether other readers' copies are looked at too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Only those who were selected.
    Selected,
    /// All: what would hold another reader's copy is a warning.
    All,
}

/// Reads, composes and clears everything that was selected.
///
/// # Errors
/// There is no workspace, or an argument means nothing.
pub(super) fn each(
    common: &Common,
    selection: &Selection,
    readers: Readers,
    mut then: impl FnMut(&Workspace, &Made) -> anyhow::Result<()>,
) -> anyhow::Result<Sum> {
    let root = Workspace::find(common)?;
    let (workspace, problems) = match Workspace::load(root) {
        Ok(loaded) => loaded,
        Err(problems) => return Ok(Sum { workspace: problems.clone(), problems, ..Sum::default() }),
    };
    orders::check(&workspace, selection)?;
    let files = cases::files(&workspace, &selection.cases)?;
    let clock = Clock { date: selection.date, today: selection.date.unwrap_or_else(today) };
    let mut sum = Sum { workspace: problems.clone(), problems, ..Sum::default() };
    let mut tongues = Tongues::default();
    for read in cases::read(&workspace, &files, clock) {
        sum.cases += 1;
        let Read { id, case, problems } = read;
        let Some(case) = case else {
            let made = Made {
                case: id,
                to: String::new(),
                language: String::new(),
                audience: None,
                is_own_audience: true,
                state: State::Error,
                letter: None,
                problems,
                asked: Vec::new(),
            };
            sum.count(&made);
            then(&workspace, &made)?;
            continue;
        };
        let languages = if selection.language.is_empty() { vec![case.language.clone()] } else { selection.language.clone() };
        let mut remarks = Some(problems);
        for language in &languages {
            for order in orders::of(&workspace, &case, selection) {
                let mut made = make(&workspace, &case, &order, tongues.get(&workspace, language), clock);
                made.problems.extend(remarks.take().into_iter().flatten());
                if readers == Readers::All && order.copy_for.is_none() && order.audience == Audience::Mandate {
                    made.problems.extend(other_readers(&workspace, &case, &order, tongues.get(&workspace, language), clock));
                    made.asked = asked(&workspace, &case, &order, language, clock);
                }
                sum.count(&made);
                then(&workspace, &made)?;
            }
        }
        sum.problems.extend(remarks.into_iter().flatten());
    }
    Ok(sum)
}

/// Languages, read once each.
#[derive(Default)]
struct Tongues {
    read: BTreeMap<Language, Result<Tongue, Diagnostics>>,
}

impl Tongues {
    fn get(&mut self, workspace: &Workspace, language: &Language) -> Result<&Tongue, &Diagnostics> {
        self.read.entry(language.clone()).or_insert_with(|| workspace.shelf.tongue(language)).as_ref()
    }
}

fn make(workspace: &Workspace, case: &Case, order: &Order, tongue: Result<&Tongue, &Diagnostics>, clock: Clock) -> Made {
    let mut made = Made {
        case: case.id.clone(),
        to: match order.person {
            Some(n) => format!("{}.{}", case.victims[n].id, order.to()),
            None => order.to(),
        },
        language: case.language.to_string(),
        audience: Some(order.audience),
        is_own_audience: order.audience == orders::own_audience(workspace, order),
        state: State::Error,
        letter: None,
        problems: Diagnostics::default(),
        asked: Vec::new(),
    };
    let tongue = match tongue {
        Ok(tongue) => tongue,
        Err(problems) => {
            made.problems.extend(problems.iter().cloned());
            return made;
        }
    };
    made.language = tongue.language.to_string();
    let draft = match compose(&scene(workspace, case, tongue, clock), order) {
        Ok(draft) => draft,
        Err(problems) => {
            made.problems.extend(problems);
            return made;
        }
    };
    made.problems.extend(draft.remarks.iter().cloned());
    match draft.clear(clock.today) {
        Ok(cleared) => {
            made.state = State::Cleared;
            made.letter = Some(cleared.letter().clone());
        }
        Err(held) => {
            made.state = State::Held;
            made.problems.extend(held.reasons);
            made.letter = Some(held.letter);
        }
    }
    made
}

fn scene<'a>(workspace: &'a Workspace, case: &'a Case, tongue: &'a Tongue, clock: Clock) -> Scene<'a> {
    Scene { case, organisation: &workspace.organisation, directory: &workspace.directory, tongue, pictures: &workspace.pictures, today: clock.today }
}

/// What each mandate of a letter will ask.
fn asked(workspace: &Workspace, case: &Case, order: &Order, language: &Language, clock: Clock) -> Vec<Asked> {
    let mandates = order.addressees.iter().filter_map(|key| workspace.directory.get(key));
    let asked = mandates.map(|mandate| {
        let submission = Submission { case, organisation: &workspace.organisation, mandate, person: order.person, language, today: clock.today };
        Asked { mandate: mandate.key.clone(), findings: findings(&submission, &workspace.requirements) }
    });
    asked.collect()
}

/// What would hold the copies of other readers because of a name: a warning now saves a leak later.
fn other_readers(workspace: &Workspace, case: &Case, order: &Order, tongue: Result<&Tongue, &Diagnostics>, clock: Clock) -> Vec<Diagnostic> {
    let Ok(tongue) = tongue else { return Vec::new() };
    let mut warnings = Vec::new();
    for audience in [Audience::Government, Audience::Public] {
        let order = Order { audience, ..order.clone() };
        let Ok(draft) = compose(&scene(workspace, case, tongue, clock), &order) else { continue };
        for reason in draft.literal_names() {
            let message = say!("a {audience} copy would be held: {why}", audience = audience.word()).with("why", reason.message);
            warnings.push(Diagnostic { severity: Severity::Warning, message, ..reason });
        }
    }
    warnings
}
