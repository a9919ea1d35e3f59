//! What is typed on several commands: common options, which letters, and words that stand for something.

use crate::app::Selection;
use crate::case::{ACTIONS, Action};
use crate::consent::Audience;
use crate::date;
use crate::text::Language;
use chrono::NaiveDate;
use clap::Args;
use std::path::PathBuf;

/// Options of every command.
#[derive(Args, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that somebody types")]
pub(super) struct Common {
    /// Work in the workspace of this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(super) directory: Option<PathBuf>,
    /// Your own configuration; left out: config.toml in your folder for appeal
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,
    /// One line of JSON for each letter, then a summary
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// Never ask anything
    #[arg(long, global = true)]
    pub(super) no_input: bool,
    /// The language of what the program says: en, es, fr; left out: the locale's
    #[arg(long, global = true, value_name = "L", value_parser = language)]
    pub(super) ui: Option<Language>,
}

/// Which letters: the same on check and render.
#[derive(Args)]
pub(super) struct SelectionArgs {
    /// Case ids, files (TOML, NDJSON, CSV, XLSX, ODS) or folders; - is NDJSON on standard input; none means cases/
    #[arg(value_name = "CASES")]
    cases: Vec<String>,
    /// These recipients instead of the case's mandates
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    to: Vec<String>,
    /// One letter for each mandate instead of a joint one
    #[arg(long)]
    separate: bool,
    /// The language of the letters
    #[arg(long, value_name = "L", value_delimiter = ',', value_parser = language)]
    language: Vec<Language>,
    /// A narrower reader: mandate, government or public
    #[arg(long, value_name = "A", value_delimiter = ',', value_parser = audience)]
    audience: Vec<Audience>,
    /// Another template than the case's action
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// The letters' date, and this run's today
    #[arg(long, value_name = "D", value_parser = day)]
    date: Option<NaiveDate>,
    /// What the columns of foreign tables mean: a file, or kobotoolbox, odk-central, uwazi
    #[arg(long, value_name = "M")]
    map: Option<PathBuf>,
}

impl SelectionArgs {
    /// What was selected. What is named twice is meant once.
    pub(super) fn selection(self) -> Selection {
        let Self { cases, to, separate, language, audience, template, date, map } = self;
        Selection { cases, to: once(to), separate, language: once(language), audience: once(audience), template, date, map, ..Selection::default() }
    }
}

pub(super) fn once<T: PartialEq>(words: Vec<T>) -> Vec<T> {
    words.into_iter().fold(Vec::new(), |mut words, word| {
        if !words.contains(&word) {
            words.push(word);
        }
        words
    })
}

pub(super) fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| "a language is a code such as es".into())
}

pub(super) fn audience(text: &str) -> Result<Audience, String> {
    Audience::parse(text).ok_or_else(|| "an audience is mandate, government or public".into())
}

pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    date::day(text).ok_or_else(|| "a day is written 2021-04-28".into())
}

pub(super) fn action(text: &str) -> Result<Action, String> {
    let known = ACTIONS;
    known.iter().find(|(w, _)| *w == text).map(|(_, a)| *a).ok_or_else(|| known.iter().map(|(w, _)| *w).collect::<Vec<_>>().join(", "))
}
