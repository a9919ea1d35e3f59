//! A language's fixed words: labels, forms of address, dates, lists.
//!
//! In: the `words.toml`, `countries.toml` and `instruments.toml` of one folder of `letter-templates/`. Out: [`Words`],
//! which says things in that language. A new language is a new folder and no code: nothing here knows a language's name.

mod address;
mod dates;
mod lists;
mod model;
mod pattern;
mod tables;

pub use address::Addressed;
pub(in crate::letter) use lists::capitalized;
pub use pattern::fill;
pub use tables::{Direction, Instrument, Instruments, Phrases, Words};

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A file: its text and its path.
pub type File<'f> = (&'f str, &'f Arc<str>);

impl Words {
    /// Understands a language's files: its `words.toml`, and what `more` finds by name.
    ///
    /// # Errors
    /// What is missing, misspelt or not TOML, by file and line.
    pub fn parse<'f>(words: File<'f>, more: impl Fn(&str) -> Option<File<'f>>) -> Result<Self, Diagnostics> {
        let mut value: Self = by_json(words)?;
        if let Some(file) = more("countries.toml") {
            value.countries = parse_toml(file)?;
        }
        if let Some(file) = more("instruments.toml") {
            value.instruments = by_json(file)?;
        }
        if let Some(file) = more("requests.toml") {
            value.requests = parse_toml(file)?;
        }
        Ok(value)
    }

    /// What keeps a language's own files from being understood: another schema, every key that is missing or misspelt,
    /// every placeholder that nothing fills. The shipped files need not be asked.
    #[must_use]
    pub fn check(words: (&str, &Arc<str>), instruments: Option<(&str, &Arc<str>)>) -> Diagnostics {
        let mut problems = model::check_words(words.0, words.1);
        problems.extend(instruments.map(|(text, file)| model::check_instruments(text, file)).into_iter().flatten());
        problems
    }

    /// The country's name, or its code where the language has no name for it.
    #[must_use]
    pub fn country<'a>(&'a self, code: &'a str) -> &'a str {
        self.countries.get(code).map_or(code, String::as_str)
    }

    /// The citation of some articles of an instrument.
    #[must_use]
    pub fn cite(&self, instrument: &Instrument, articles: &[String]) -> String {
        let all = &self.instruments;
        let which =
            if articles.len() == 1 { instrument.article.as_ref().unwrap_or(&all.article) } else { instrument.articles.as_ref().unwrap_or(&all.articles) };
        let list = fill(which, &[("list", &self.and(articles))]);
        let pattern = match (&instrument.symbol, articles.is_empty()) {
            (Some(_), false) => &all.citation,
            (Some(_), true) => &all.citation_without_articles,
            (None, false) => &all.citation_without_symbol,
            (None, true) => &all.citation_bare,
        };
        fill(pattern, &[("title", &instrument.title), ("symbol", instrument.symbol.as_deref().unwrap_or_default()), ("articles", &list)])
    }
}

impl Instruments {
    /// The instrument of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Instrument> {
        self.by_key.get(key)
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.by_key.keys().map(String::as_str)
    }

    /// All instruments by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Instrument)> {
        self.by_key.iter().map(|(k, i)| (k.as_str(), i))
    }
}

fn parse_toml<T: DeserializeOwned>((text, file): (&str, &Arc<str>)) -> Result<T, Diagnostics> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
        unreadable(file, line, error.message())
    })
}

/// What consists of many tables goes by way of a JSON value: a reader of TOML made for each of them would be a tenth of the program.
fn by_json<T: DeserializeOwned>(file: (&str, &Arc<str>)) -> Result<T, Diagnostics> {
    T::deserialize(parse_toml::<serde_json::Value>(file)?).map_err(|error| unreadable(file.1, 0, &error.to_string()))
}

fn unreadable(file: &Arc<str>, line: usize, why: &str) -> Diagnostics {
    Diagnostic::error(say!("the words of a language cannot be read: {why}", why = why.lines().next().unwrap_or_default()))
        .at(Location { file: Arc::clone(file), sheet: None, line: u32::try_from(line).unwrap_or(0), column: 1 })
        .hint(say!("compare the file with the shipped one: `appeal templates --eject DIR`"))
        .into()
}
