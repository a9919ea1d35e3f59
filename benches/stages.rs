//! What each stage of one letter costs, for the two-page letter of `fixture/`.
//!
//! In: the fixture, read once. Out: criterion's report: parse (TOML to case), compose (case to cleared letter), write, and
//! compose and write together, which is what a batch does for each of its letters; and what mail needs beside that, from a
//! cleared letter to the bytes that are sent and to the ledger's synced commit. See `README.md` beside this file.

#![expect(missing_docs, reason = "criterion_group! makes a public function without documentation")]

use appeal::case::{Case, Setting};
use appeal::consent::Audience;
use appeal::directory::Directory;
use appeal::letter::{Cleared, LanguagePack, LetterContext, LetterSpec, TemplateStore, compose};
use appeal::mail::ledger::{Permit, Phase};
use appeal::mail::message::LARGEST;
use appeal::mail::{Email, Ledger, Outcome, Posting, Reply};
use appeal::organisation::{MailBody, Organisation};
use appeal::records::{Record, read_toml};
use appeal::writers::{DocxTheme, Format, RenderOptions, write};
use chrono::NaiveDate;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;

/// The program's own.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CASE: &str = include_str!("fixture/cases/c000001.toml");
const ORGANISATION: &str = include_str!("fixture/organisation.toml");
const RECIPIENTS: &str = include_str!("fixture/recipients.toml");
const SHIPPED_RECIPIENTS: &str = include_str!("../recipients.toml");

/// The fixture's workspace, read.
struct TestWorkspace {
    organisation: Organisation,
    directory: Directory,
    store: TemplateStore,
    pack: LanguagePack,
    options: RenderOptions,
    today: NaiveDate,
}

fn record(text: &str) -> Record {
    read_toml(text.as_bytes(), &"fixture".into()).0.expect("the fixture is TOML")
}

fn directory() -> Directory {
    let mut recipients = record(RECIPIENTS);
    recipients.lay_over(&record(SHIPPED_RECIPIENTS));
    Directory::parse(&recipients).0
}

impl TestWorkspace {
    fn new() -> Self {
        let organisation = Organisation::parse(&record(ORGANISATION)).0.expect("the fixture's organisation is whole");
        let store = TemplateStore::shipped();
        let pack = store.pack(&organisation.languages[0]).expect("English ships with the program");
        let style = store.get("page.css").expect("the style ships with the program").text.clone();
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        Self { organisation, directory: directory(), store, pack, options: RenderOptions::new(style, DocxTheme::shipped()), today }
    }

    fn case(&self) -> Case {
        let setting = Setting { id: "c000001", organisation: &self.organisation, directory: &self.directory, earlier: None, date: None, today: self.today };
        Case::parse(&record(CASE), &setting).0.expect("the fixture's case is whole")
    }

    fn letter(&self, case: &Case) -> Cleared {
        let spec =
            LetterSpec { addressees: case.mandates.clone(), copy_for: None, audience: Audience::Mandate, template: case.action.word().into(), person: None };
        let pictures = BTreeMap::new();
        let cx = LetterContext { case, organisation: &self.organisation, directory: &self.directory, pack: &self.pack, pictures: &pictures, today: self.today };
        let Ok(draft) = compose(&cx, &spec) else { panic!("the fixture's letter can be composed") };
        let Ok(cleared) = draft.clear(self.today) else { panic!("the fixture's letter is cleared") };
        cleared
    }
}

fn letter(criterion: &mut Criterion) {
    let workspace = TestWorkspace::new();
    let case = workspace.case();
    let cleared = workspace.letter(&case);
    let mut group = criterion.benchmark_group("letter");
    group.bench_function("parse", |b| b.iter(|| workspace.case()));
    group.bench_function("compose", |b| b.iter(|| workspace.letter(black_box(&case))));
    // The form's answers are a letter of their own, and are not made of this one.
    for format in Format::ALL.into_iter().filter(|f| f.is_built() && *f != Format::Form) {
        let word = format.word();
        group.bench_function(format!("write {word}"), |b| b.iter(|| write(black_box(cleared.letter()), &workspace.options, format)));
        group
            .bench_function(format!("compose and write {word}"), |b| b.iter(|| write(workspace.letter(black_box(&case)).letter(), &workspace.options, format)));
    }
    group.finish();
}

/// The letter as text and HTML in one message, without attachments: all of it, and its last step alone.
fn message(criterion: &mut Criterion) {
    let workspace = TestWorkspace::new();
    let cleared = workspace.letter(&workspace.case());
    // The shipped style is for paper too, and heavier than many a letter.
    let small = RenderOptions::new("body { font-family: serif; max-width: 40em }\n".to_owned(), DocxTheme::shipped());
    let mut group = criterion.benchmark_group("message");
    for (style, options) in [("the shipped style", &workspace.options), ("a small style", &small)] {
        let email = || Email::new(&cleared, options, posting(0)).expect("the fixture's letter can be mailed");
        let after = format!("{style}, {} kB", email().bytes(0).len() / 1000);
        group.bench_function(format!("from a cleared letter, {after}"), |b| b.iter(|| black_box(email()).encoded().bytes(0)));
        let made = email();
        group.bench_function(format!("encode, {after}"), |b| b.iter(|| black_box(&made).bytes(0)));
    }
    group.finish();
}

/// A commit of a run: the end of one letter and the beginning of the next, on the disk when it returns.
fn commit(criterion: &mut Criterion) {
    let workspace = TestWorkspace::new();
    let cleared = workspace.letter(&workspace.case());
    let small = RenderOptions::new(String::new(), DocxTheme::shipped());
    let mut group = criterion.benchmark_group("commit");
    for (place, folder) in [("on disk", env!("CARGO_TARGET_TMPDIR")), ("in memory", "/dev/shm")] {
        let Ok(folder) = tempfile::tempdir_in(folder) else { continue };
        let ledger = Ledger::open(&folder.path().join("ledger.db"), None).expect("a ledger can be made");
        let (mut number, mut before) = (0, None);
        let mut email = || {
            number += 1;
            Email::new(&cleared, &small, posting(number)).expect("the fixture's letter can be mailed")
        };
        let mut commit = |email| {
            ledger.together(|ledger| {
                let accepted = Outcome::Accepted(Reply::new(Some(250), "2.0.0 Ok: queued as 4XyzAbCdEf"));
                before.take().map(|attempt| ledger.settle(attempt, &accepted, 0).expect("the ledger can be written"));
                before = ledger.begin(email, Permit::Ordinary, Phase::Content, 0).ok();
                assert!(before.is_some(), "each of them is another letter");
            })
        };
        group.bench_function(place, |b| b.iter_batched(&mut email, &mut commit, BatchSize::PerIteration));
    }
    group.finish();
}

/// To somebody else for every number, and so another letter.
fn posting(number: usize) -> Posting {
    Posting {
        key: format!("r{number}"),
        to: format!("r{number}@un.example.org"),
        from: "Red de Observación <red@example.org>".to_owned(),
        reply_to: None,
        body: MailBody::Letter,
        matter: [0; 32],
        is_dated: true,
        annexes: Vec::new(),
        answers: None,
        largest: LARGEST,
    }
}

/// What a run does once, before its first letter.
fn start(criterion: &mut Criterion) {
    let workspace = TestWorkspace::new();
    let mut group = criterion.benchmark_group("start");
    group.bench_function("directory from TOML", |b| b.iter(directory));
    group.bench_function("shelf", |b| b.iter(TemplateStore::shipped));
    group.bench_function("tongue", |b| b.iter(|| workspace.store.pack(&workspace.organisation.languages[0]).is_ok()));
    group.finish();
}

criterion_group!(benches, letter, message, commit, start);
criterion_main!(benches);
