//! The letters of a run: composed and cleared, one after another.
//!
//! In: a selection. Out: each letter with its state and its problems, handed to a function as soon as it is there. Check and
//! render differ only in what that function does. There is no batch mode: one case and a hundred thousand go the same way.

use super::cases::{self, Clock, Read};
use super::failed::Failed;
use super::items::{Item, Items, Raw};
use super::language_packs::LanguagePacks;
use super::progress::Progress;
use super::report::Report;
use super::run_summary::RunSummary;
use super::workspace::Workspace;
use super::{Common, Purpose, Selection, annexes, mappings, orders, report, sources, urgency, workers};
use crate::case::{Case, CaseDigest};
use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::fitness::{Finding, Submission, findings};
use crate::letter::{Cleared, LanguagePack, Letter, LetterContext, LetterSpec, compose, compose_form};
use crate::text::Language;
use crate::writers::foresee;
use serde_json::{Value as Json, json};
use std::cell::LazyCell;
use std::sync::Arc;

/// How a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LetterState {
    Cleared,
    Held,
    Error,
}

impl LetterState {
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
    pub(super) state: LetterState,
    pub(super) paper: Paper,
    /// The case and for whom it was composed, where there is a letter.
    pub(super) origin: Option<Origin>,
    /// The online form's answers, where they were asked for and the letter was cleared: no form is made of a draft.
    pub(super) form: Option<Letter>,
    /// A line for each annex, where they were asked for: with the first letter of a case.
    pub(super) annexes: Vec<String>,
    pub(super) problems: Diagnostics,
    /// What each of its mandates will ask; looked at by check alone.
    pub(super) asked: Vec<Asked>,
}

/// The letter itself, as far as it came.
pub(super) enum Paper {
    /// It could not be composed.
    None,
    /// It may not leave.
    Draft(Box<Letter>),
    /// It may leave.
    Cleared(Box<Cleared>),
}

/// What a letter was made of.
pub(super) struct Origin {
    pub(super) case: Arc<Case>,
    pub(super) said: Arc<CaseDigest>,
    pub(super) spec: LetterSpec,
}

/// What one mandate will ask about a letter.
pub(super) struct Asked {
    pub(super) mandate: String,
    pub(super) findings: Vec<Finding>,
}

impl Made {
    /// A case of which no letter could be made.
    fn nothing() -> Self {
        Self {
            case: String::new(),
            to: String::new(),
            language: String::new(),
            audience: None,
            is_own_audience: true,
            state: LetterState::Error,
            paper: Paper::None,
            origin: None,
            form: None,
            annexes: Vec::new(),
            problems: Diagnostics::default(),
            asked: Vec::new(),
        }
    }

    /// The letter, draft or cleared.
    pub(super) fn letter(&self) -> Option<&Letter> {
        match &self.paper {
            Paper::None => None,
            Paper::Draft(letter) => Some(letter),
            Paper::Cleared(cleared) => Some(cleared.letter()),
        }
    }

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
            "to": Some(&self.to).filter(|t| !t.is_empty()),
            "language": Some(&self.language).filter(|l| !l.is_empty()),
            "audience": self.audience.map(Audience::word),
            "state": self.state.word(),
            "problems": self.problems.clone().sorted().iter().map(report::problem_json).collect::<Vec<_>>(),
        })
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

/// Reads, composes and clears everything that was selected, on all cores and with a few cases at a time in memory,
/// whatever their number. What failed is put into `failed`; `prepare` works on a letter beside others; `then` takes what it gave, in the order of the
/// input, or, where letters are sent, the most urgent first.
///
/// # Errors
/// There is no workspace, an argument means nothing, or `then` fails.
pub(super) fn each<T: Send>(
    common: &Common,
    selection: &Selection,
    readers: Readers,
    mut failed: Option<Failed>,
    prepare: impl Fn(&Workspace, &Made) -> T + Sync,
    mut then: impl FnMut(&Workspace, T, &Progress) -> anyhow::Result<()>,
) -> anyhow::Result<RunSummary> {
    let root = Workspace::find(common)?;
    let (workspace, problems) = match Workspace::load(root) {
        Ok(loaded) => loaded,
        Err(problems) => {
            if !common.json {
                report::problems(&problems, common.quiet);
            }
            return Ok(RunSummary { failed: true, workspace: problems, ..RunSummary::default() });
        }
    };
    orders::check(&workspace, selection)?;
    let sources = sources::named(&workspace, &selection.cases)?;
    let run =
        Run { workspace: &workspace, selection, readers, clock: Clock { date: selection.date, today: selection.today() }, packs: LanguagePacks::default() };
    let mapping = match selection.map.as_deref().map(mappings::read).transpose() {
        Ok(mapping) => mapping,
        Err(problems) => {
            if !common.json {
                report::problems(&problems, common.quiet);
            }
            return Ok(RunSummary { failed: true, workspace: problems, ..RunSummary::default() });
        }
    };
    let progress = Progress::of(common, &sources);
    let items = Items::new(&workspace.root, sources, progress.bytes_read()).mapped(mapping);
    let items: Box<dyn Iterator<Item = Item> + Send> = match selection.purpose {
        Purpose::Write => Box::new(items),
        Purpose::Send | Purpose::Trial => Box::new(urgency::first(items, workspace.common.as_ref())),
    };
    let mut report = Report::new(common);
    let mut sum = RunSummary { workspace: problems.clone(), ..RunSummary::default() };
    report.add(problems, &progress);
    workers::in_order(
        items,
        |item| run.letters(item, &prepare),
        |done: Done<T>| {
            sum.cases += usize::from(!done.is_remark);
            if let (Some(failed), Some(raw)) = (&mut failed, &done.failed) {
                failed.add(&workspace, raw, &done.problems)?;
            }
            report.add(done.problems, &progress);
            for (state, letter) in done.letters {
                sum.count(state);
                then(&workspace, letter, &progress)?;
            }
            progress.step();
            Ok::<(), anyhow::Error>(())
        },
    )?;
    progress.finish();
    if let Some(failed) = failed {
        failed.finish()?;
    }
    sum.failed = report.has_errors();
    report.finish();
    Ok(sum)
}

/// What became of one case.
struct Done<T> {
    letters: Vec<(LetterState, T)>,
    problems: Diagnostics,
    /// What it was read from, if a letter could not be made.
    failed: Option<Raw>,
    /// It is no case, but what is to be said of its file.
    is_remark: bool,
}

/// What all cases of a run share.
struct Run<'a> {
    workspace: &'a Workspace,
    selection: &'a Selection,
    readers: Readers,
    clock: Clock,
    packs: LanguagePacks,
}

impl Run<'_> {
    /// The letters of one case, and what it was read from if one of them could not be made.
    fn letters<T>(&self, item: Item, prepare: &impl Fn(&Workspace, &Made) -> T) -> Done<T> {
        let mut done = self.all_letters(&item, prepare);
        if done.letters.iter().any(|(state, _)| *state == LetterState::Error) {
            done.failed = Some(item.raw);
        }
        done
    }

    fn all_letters<T>(&self, item: &Item, prepare: &impl Fn(&Workspace, &Made) -> T) -> Done<T> {
        let Read { id, case, said, problems } = cases::read(self.workspace, item, self.clock);
        let mut done = Done { letters: Vec::new(), problems: Diagnostics::default(), failed: None, is_remark: false };
        let trial = self.selection.purpose == Purpose::Trial;
        let known = case.zip(said).map(|(case, said)| (Arc::new(if trial { case.unnamed() } else { case }), Arc::new(said)));
        let Some((case, said)) = known else {
            if matches!(item.raw, Raw::Nothing) && !problems.has_errors() {
                return Done { problems, is_remark: true, ..done };
            }
            done.put(Made { case: id, problems, ..Made::nothing() }, |made| prepare(self.workspace, made));
            return done;
        };
        let languages = if self.selection.language.is_empty() { std::slice::from_ref(&case.language) } else { &self.selection.language };
        let orders = orders::of(self.workspace, &case, self.selection);
        let mut remarks = Some(problems);
        let mut annexes = self.selection.annexes.then(|| annexes::lines(self.workspace, &case));
        let names = LazyCell::new(|| case.names());
        for language in languages {
            let pack = self.packs.get(self.workspace, language);
            let pack = pack.as_ref().as_ref();
            for spec in &orders {
                let origin = Origin { case: Arc::clone(&case), said: Arc::clone(&said), spec: spec.clone() };
                let mut made = make(self.workspace, origin, (language, pack), self.clock);
                made.problems.extend(remarks.take().into_iter().flatten());
                made.annexes = annexes.take().unwrap_or_default();
                if self.readers == Readers::All && spec.copy_for.is_none() && spec.audience == Audience::Mandate {
                    made.problems.extend(other_readers(self.workspace, &case, spec, pack, self.clock));
                    made.asked = asked(self.workspace, &case, spec, language, self.clock);
                    let foreseen = made.letter().map(|letter| foresee(letter, &self.workspace.options)).unwrap_or_default();
                    made.problems.extend(foreseen.into_iter().map(|p| p.at(case.location.clone())));
                }
                if self.selection.form && made.state == LetterState::Cleared {
                    add_form(self.workspace, &case, spec, pack, self.clock, &mut made);
                }
                made.problems.conceal(|text| !names.find(text).is_empty());
                done.put(made, |made| prepare(self.workspace, made));
            }
        }
        done.problems.extend(remarks.into_iter().flatten());
        done
    }
}

impl<T> Done<T> {
    fn put(&mut self, made: Made, prepare: impl FnOnce(&Made) -> T) {
        self.letters.push((made.state, prepare(&made)));
        self.problems.extend(made.problems);
    }
}

fn make(workspace: &Workspace, origin: Origin, (language, pack): (&Language, Result<&LanguagePack, &Diagnostics>), clock: Clock) -> Made {
    let Origin { case, spec, .. } = &origin;
    let mut made = Made {
        case: case.id.clone(),
        to: match spec.person {
            Some(n) => format!("{}.{}", case.victims[n].id, spec.to()),
            None => spec.to(),
        },
        language: language.to_string(),
        audience: Some(spec.audience),
        is_own_audience: spec.audience == orders::own_audience(workspace, spec),
        ..Made::nothing()
    };
    let pack = match pack {
        Ok(pack) => pack,
        Err(problems) => {
            // A language that the case asks for is asked for in its file.
            let asked = case.language_location.as_ref().filter(|_| *language == case.language);
            made.problems.extend(problems.iter().cloned().map(|p| if p.location.is_none() { p.at(asked.cloned()) } else { p }));
            return made;
        }
    };
    made.language = pack.language.to_string();
    let draft = match compose(&cx(workspace, case, pack, clock), spec) {
        Ok(draft) => draft,
        Err(problems) => {
            made.problems.extend(problems);
            return made;
        }
    };
    made.problems.extend(draft.remarks.iter().cloned());
    made.origin = Some(origin);
    match draft.clear(clock.today) {
        Ok(cleared) => {
            made.state = LetterState::Cleared;
            made.paper = Paper::Cleared(Box::new(cleared));
        }
        Err(held) => {
            made.state = LetterState::Held;
            made.problems.extend(held.reasons);
            made.paper = Paper::Draft(Box::new(held.letter));
        }
    }
    made
}

/// The online form's answers, cleared like a letter of their own. Only the special procedures have a form.
fn add_form(workspace: &Workspace, case: &Case, spec: &LetterSpec, pack: Result<&LanguagePack, &Diagnostics>, clock: Clock, made: &mut Made) {
    let Ok(pack) = pack else { return };
    if spec.audience != Audience::Mandate || spec.copy_for.is_some() {
        let what = say!("there is no online form for `{to}`: it gets a copy of the letter", to = spec.to());
        made.problems.push(Diagnostic::warning(what).at(case.location.clone()).hint(say!("-f form is for the special procedures; send others the letter")));
        return;
    }
    match compose_form(&cx(workspace, case, pack, clock), spec).map(|draft| draft.clear(clock.today)) {
        Ok(Ok(cleared)) => made.form = Some(cleared.letter().clone()),
        Ok(Err(held)) => {
            made.state = LetterState::Held;
            made.problems.extend(held.reasons);
        }
        Err(problems) => {
            made.state = LetterState::Error;
            made.problems.extend(problems);
        }
    }
}

fn cx<'a>(workspace: &'a Workspace, case: &'a Case, pack: &'a LanguagePack, clock: Clock) -> LetterContext<'a> {
    LetterContext { case, organisation: &workspace.organisation, directory: &workspace.directory, pack, pictures: &workspace.pictures, today: clock.today }
}

/// What each mandate of a letter will ask.
fn asked(workspace: &Workspace, case: &Case, spec: &LetterSpec, language: &Language, clock: Clock) -> Vec<Asked> {
    let mandates = spec.addressees.iter().filter_map(|key| workspace.directory.get(key));
    let asked = mandates.map(|mandate| {
        let submission = Submission { case, organisation: &workspace.organisation, mandate, person: spec.person, language, today: clock.today };
        Asked { mandate: mandate.key.clone(), findings: findings(&submission, &workspace.requirements) }
    });
    asked.collect()
}

/// What would hold the copies of other readers because of a name: a warning now saves a leak later.
fn other_readers(workspace: &Workspace, case: &Case, spec: &LetterSpec, pack: Result<&LanguagePack, &Diagnostics>, clock: Clock) -> Vec<Diagnostic> {
    let Ok(pack) = pack else { return Vec::new() };
    let mut warnings = Vec::new();
    for audience in [Audience::Government, Audience::Public] {
        let spec = LetterSpec { audience, ..spec.clone() };
        let Ok(draft) = compose(&cx(workspace, case, pack, clock), &spec) else { continue };
        for reason in draft.literal_names() {
            let message = say!("a {audience} copy would be held: {why}", audience = audience.word()).with("why", reason.message);
            warnings.push(Diagnostic { severity: Severity::Warning, message, ..reason });
        }
    }
    warnings
}
