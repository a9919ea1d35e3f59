//! The letters of a run: composed and cleared, one after another.
//!
//! In: a selection. Out: the letters of each case, with their state and their problems, handed to a function as soon as they are there.
//! Check and render differ only in what that function does. There is no batch mode: one case and a hundred thousand go the same way.

use super::cases::{self, Clock, Read};
use super::items::{Item, Items, Raw};
use super::sources::Source;
use super::workers::{self, Bundle};
use super::workspace::Workspace;
use super::{Purpose, RunError, Selection, annexes, letter_specs, mapping, sources, urgency};
use crate::case::{Case, CaseDigest};
use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Diagnostics, Message, Severity};
use crate::fitness::{Finding, Submission, findings};
use crate::letter::{Cleared, LanguagePack, Letter, LetterContext, LetterSpec, compose, compose_form};
use crate::records::Mapping;
use crate::text::Language;
use crate::writers::foresee;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

/// How a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetterState {
    Cleared,
    Held,
    Error,
}

impl LetterState {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cleared => "cleared",
            Self::Held => "held",
            Self::Error => "error",
        }
    }
}

/// One letter of a run. Without a letter, the case or the letter could not be made.
pub(crate) struct Made {
    pub(crate) case: String,
    pub(crate) to: String,
    pub(crate) language: String,
    pub(crate) audience: Option<Audience>,
    /// Whether its reader is the recipient's own.
    pub(crate) is_own_audience: bool,
    pub(crate) state: LetterState,
    pub(crate) paper: Paper,
    /// The case and for whom it was composed, where there is a letter.
    pub(crate) origin: Option<Origin>,
    /// The online form's answers, where they were asked for and the letter was cleared: no form is made of a draft.
    pub(crate) form: Option<Letter>,
    /// A line for each annex, where they were asked for: with the first letter of a case.
    pub(crate) annexes: Vec<Message>,
    pub(crate) problems: Diagnostics,
    /// What each of its mandates will ask; looked at by check alone.
    pub(crate) asked: Vec<Asked>,
}

/// The letter itself, as far as it came.
pub(crate) enum Paper {
    /// It could not be composed.
    None,
    /// It may not leave.
    Draft(Box<Letter>),
    /// It may leave.
    Cleared(Box<Cleared>),
}

/// What a letter was made of.
pub(crate) struct Origin {
    pub(crate) case: Arc<Case>,
    pub(crate) said: Arc<CaseDigest>,
    pub(crate) spec: LetterSpec,
}

/// What one mandate will ask about a letter.
pub(crate) struct Asked {
    pub(crate) mandate: String,
    pub(crate) findings: Vec<Finding>,
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
    pub(crate) fn letter(&self) -> Option<&Letter> {
        match &self.paper {
            Paper::None => None,
            Paper::Draft(letter) => Some(letter),
            Paper::Cleared(cleared) => Some(cleared.letter()),
        }
    }

    /// The name of its file, without the ending.
    pub(crate) fn stem(&self) -> String {
        let audience = self.audience.filter(|_| !self.is_own_audience).map(|a| format!(".{}", a.word())).unwrap_or_default();
        format!("{}.{}.{}{audience}", self.case, self.to, self.language)
    }

    /// The name of the letter as this one of its mandates will know it.
    pub(crate) fn stem_for(&self, mandate: &str) -> String {
        let person = self.to.split_once('.').map(|(person, _)| format!("{person}.")).unwrap_or_default();
        format!("{}.{person}{mandate}.{}", self.case, self.language)
    }
}

/// Whether other readers' copies are looked at too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Only those who were selected.
    Selected,
    /// All: what would hold another reader's copy is a warning.
    All,
}

/// The cases of a run, and everything that their letters need.
pub(crate) struct Batch<'a> {
    workspace: Workspace,
    selection: &'a Selection,
    mapping: Option<Mapping>,
    /// Where the cases are.
    pub(crate) sources: Vec<Source>,
    /// What is to be said of the workspace's own files.
    pub(crate) problems: Diagnostics,
}

impl<'a> Batch<'a> {
    /// Reads the workspace and finds the cases.
    ///
    /// # Errors
    /// An argument means nothing, or something is wrong with the workspace's own files or with the mapping.
    pub(crate) fn open(root: PathBuf, selection: &'a Selection) -> Result<Self, RunError> {
        let (mut workspace, problems) = Workspace::load(root)?;
        letter_specs::settle(&mut workspace, selection)?;
        let sources = sources::named(&workspace, &selection.cases)?;
        let mapping = selection.map.as_deref().map(mapping::read).transpose()?;
        Ok(Self { workspace, selection, mapping, sources, problems })
    }

    /// Reads, composes and clears everything that was selected, on all cores and with a few cases at a time in memory, whatever
    /// their number. `prepare` works on a letter beside others; `then` takes each case, in the order of the input, or, where
    /// letters are sent, the most urgent first. The bytes that are read of streams are counted.
    ///
    /// # Errors
    /// Those of `then`.
    pub(crate) fn run<T: Send, E>(
        self,
        readers: Readers,
        bytes_read: Arc<AtomicU64>,
        prepare: impl Fn(&Workspace, &Made) -> T + Sync,
        mut then: impl FnMut(&Workspace, Done<T>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { workspace, selection, mapping, sources, .. } = self;
        let clock = Clock { date: selection.date, today: selection.today() };
        let run = Run { workspace: &workspace, selection, readers, clock, packs: Mutex::default() };
        let items = Items::new(&workspace.root, sources, bytes_read).mapped(mapping);
        // A message has its annexes with it, and few of them are held at a time.
        let (items, bundle): (Box<dyn Iterator<Item = Item> + Send>, _) = match selection.purpose {
            Purpose::Write => (Box::new(items), selection.bundle),
            Purpose::Send | Purpose::Trial(_) => (Box::new(urgency::first(items, workspace.common.as_ref())), Bundle::One),
        };
        workers::in_order(items, bundle, |item| run.letters(item, &prepare), |done| then(&workspace, done))
    }
}

/// What became of one case.
pub(crate) struct Done<T> {
    pub(crate) letters: Vec<(LetterState, T)>,
    pub(crate) problems: Diagnostics,
    /// What it was read from, if a letter could not be made.
    pub(crate) failed: Option<Raw>,
    /// It is no case, but what is to be said of its file.
    pub(crate) is_remark: bool,
}

/// What all cases of a run share.
struct Run<'a> {
    workspace: &'a Workspace,
    selection: &'a Selection,
    readers: Readers,
    clock: Clock,
    /// The languages, read once each, when they are first asked for.
    packs: Mutex<BTreeMap<Language, Arc<PackResult>>>,
}

/// The words and templates of a language, or what is wrong with them.
type PackResult = Result<LanguagePack, Diagnostics>;

impl Run<'_> {
    fn pack(&self, language: &Language) -> Arc<PackResult> {
        // A panic under the lock leaves the map as it was.
        let mut packs = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(packs.entry(language.clone()).or_insert_with(|| Arc::new(self.workspace.store.pack(language))))
    }

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
        let trial = self.selection.trial().is_some();
        let known = case.zip(said).map(|(case, said)| (Arc::new(if trial { case.unnamed() } else { case }), Arc::new(said)));
        let Some((case, said)) = known else {
            if item.is_remark() {
                return Done { problems, is_remark: true, ..done };
            }
            done.put(Made { case: id, problems, ..Made::nothing() }, |made| prepare(self.workspace, made));
            return done;
        };
        let languages = if self.selection.language.is_empty() { std::slice::from_ref(&case.language) } else { &self.selection.language };
        let specs = letter_specs::of(self.workspace, &case, self.selection);
        let mut remarks = Some(problems);
        let mut annexes = self.selection.annexes.then(|| annexes::lines(self.workspace, &case));
        let names = LazyCell::new(|| case.names());
        for language in languages {
            let pack = self.pack(language);
            let pack = pack.as_ref().as_ref();
            for spec in &specs {
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
        is_own_audience: spec.audience == letter_specs::own_audience(workspace, spec),
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
