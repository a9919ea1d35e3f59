//! What each stage of one letter costs, for the two-page letter of `fixture/`.
//!
//! In: the fixture, read once. Out: criterion's report: parse (TOML to case), compose (case to cleared letter), write, and
//! compose and write together, which is what a batch does for each of its letters. See `README.md` beside this file.

#![expect(missing_docs, reason = "criterion_group! makes a public function without documentation")]

use appeal::case::{Case, Setting};
use appeal::consent::Audience;
use appeal::directory::Directory;
use appeal::letter::{Cleared, Order, Scene, Shelf, Tongue, compose};
use appeal::organisation::Organisation;
use appeal::records::{Record, read_toml};
use appeal::writers::{Format, House, Stationery, write};
use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;

const CASE: &str = include_str!("fixture/cases/c000001.toml");
const ORGANISATION: &str = include_str!("fixture/organisation.toml");
const RECIPIENTS: &str = include_str!("fixture/recipients.toml");
const SHIPPED_RECIPIENTS: &str = include_str!("../recipients.toml");

/// The fixture's workspace, read.
struct Desk {
    organisation: Organisation,
    directory: Directory,
    shelf: Shelf,
    tongue: Tongue,
    stationery: Stationery,
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

impl Desk {
    fn new() -> Self {
        let organisation = Organisation::parse(&record(ORGANISATION)).0.expect("the fixture's organisation is whole");
        let shelf = Shelf::shipped();
        let tongue = shelf.tongue(&organisation.languages[0]).expect("English ships with the program");
        let style = shelf.get("page.css").expect("the style ships with the program").text.clone();
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        Self { organisation, directory: directory(), shelf, tongue, stationery: Stationery::new(style, House::shipped()), today }
    }

    fn case(&self) -> Case {
        let setting = Setting { id: "c000001", organisation: &self.organisation, directory: &self.directory, earlier: None, date: None, today: self.today };
        Case::parse(&record(CASE), &setting).0.expect("the fixture's case is whole")
    }

    fn letter(&self, case: &Case) -> Cleared {
        let order = Order { addressees: case.mandates.clone(), copy_for: None, audience: Audience::Mandate, template: case.action.word().into(), person: None };
        let pictures = BTreeMap::new();
        let scene = Scene { case, organisation: &self.organisation, directory: &self.directory, tongue: &self.tongue, pictures: &pictures, today: self.today };
        let Ok(draft) = compose(&scene, &order) else { panic!("the fixture's letter can be composed") };
        let Ok(cleared) = draft.clear(self.today) else { panic!("the fixture's letter is cleared") };
        cleared
    }
}

fn letter(criterion: &mut Criterion) {
    let desk = Desk::new();
    let case = desk.case();
    let cleared = desk.letter(&case);
    let mut group = criterion.benchmark_group("letter");
    group.bench_function("parse", |b| b.iter(|| desk.case()));
    group.bench_function("compose", |b| b.iter(|| desk.letter(black_box(&case))));
    // The form's answers are a letter of their own, and are not made of this one.
    for format in Format::ALL.into_iter().filter(|f| f.is_built() && *f != Format::Form) {
        let word = format.word();
        group.bench_function(format!("write {word}"), |b| b.iter(|| write(black_box(cleared.letter()), &desk.stationery, format)));
        group.bench_function(format!("compose and write {word}"), |b| b.iter(|| write(desk.letter(black_box(&case)).letter(), &desk.stationery, format)));
    }
    group.finish();
}

/// What a run does once, before its first letter.
fn start(criterion: &mut Criterion) {
    let desk = Desk::new();
    let mut group = criterion.benchmark_group("start");
    group.bench_function("directory from TOML", |b| b.iter(directory));
    group.bench_function("shelf", |b| b.iter(Shelf::shipped));
    group.bench_function("tongue", |b| b.iter(|| desk.shelf.tongue(&desk.organisation.languages[0]).is_ok()));
    group.finish();
}

criterion_group!(benches, letter, start);
criterion_main!(benches);
