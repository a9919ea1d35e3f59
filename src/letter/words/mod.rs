//! A language's fixed words: labels, forms of address, dates, lists.
//!
//! In: the `words.toml`, `countries.toml` and `instruments.toml` of one folder of `letter-templates/`. Out: [`Words`],
//! which says things in that language. A new language is a new folder and no code: nothing here knows a language's name.

mod address;
mod dates;
mod lists;
mod model;

pub use address::Addressed;
pub(in crate::letter) use lists::capitalized;

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which way a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The word in HTML.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// A file: its text and its path.
pub type File<'f> = (&'f str, &'f Arc<str>);

/// Words by key.
pub type Table = BTreeMap<String, String>;

/// The fixed words of one language. Every field is required; each stands explained in `letter-templates/en/words.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "explained where they are written, in words.toml")]
pub struct Words {
    pub schema: u32,
    pub name: String,
    pub direction: Direction,
    pub months: [String; 12],
    pub place_and_date: String,
    pub date_alone: String,
    pub clock: String,
    dates: dates::Dates,
    times: dates::Times,
    lists: lists::Lists,
    elision: lists::Elision,
    #[serde(default)]
    plurals: Vec<lists::Plural>,
    pub labels: Labels,
    pub details: Table,
    /// Names of languages, by code.
    pub languages: Table,
    roles: BTreeMap<String, address::Role>,
    addressee: address::Addressee,
    honorifics: BTreeMap<String, Table>,
    salutations: address::Salutations,
    closings: address::Closings,
    pub statements: Statements,
    pub form: Form,
    pub parts: Table,
    pub attribution: Table,
    pub facts: BTreeMap<String, Table>,
    pub mandates: Table,
    pub mail: Mail,
    #[serde(skip)]
    pub countries: Table,
    #[serde(skip)]
    pub instruments: Instruments,
    #[serde(skip)]
    pub requests: Table,
}

/// Labels and short words.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "explained where they are written, in words.toml")]
pub struct Labels {
    pub colon: String,
    pub list_colon: String,
    pub semicolon: String,
    pub subject: String,
    pub reference: String,
    pub telephone: String,
    pub email: String,
    pub website: String,
    pub page: String,
    pub urgent: String,
    pub urgent_before: String,
    pub confidential: String,
    pub public_version: String,
    pub government_copy: String,
    pub redacted_copy: String,
    pub draft: String,
    pub draft_notice: String,
    pub members: String,
    pub sources: String,
    pub annexes: String,
    pub annex: String,
    pub cc: String,
    pub yes: String,
    pub no: String,
    pub unknown: String,
    pub person: String,
    pub perpetrator: String,
    pub perpetrator_kinds: Table,
    pub roles: Table,
    pub kinds: Table,
    pub genders: Table,
}

/// The message that carries a letter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "explained where they are written, in words.toml")]
pub struct Mail {
    pub cover: Vec<String>,
}

/// The two statements that mandates ask for, and what goes with them (facts: srdefenders.org, 2023).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "explained where they are written, in words.toml")]
pub struct Statements {
    pub heading: String,
    pub government: String,
    pub public: String,
    pub one: String,
    pub each: String,
    pub name: String,
    pub initials: String,
    pub unnamed: String,
    pub nothing: String,
    pub no_individual: String,
    pub source_confidential: String,
    pub source_open: String,
    pub withheld: String,
    pub not_for_mandates: String,
}

/// The questions of the online forms, in the sender's words: a form's own wording is not quoted, because it changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "explained where they are written, in words.toml")]
pub struct Form {
    pub title: String,
    pub question: String,
    pub missing: String,
    pub remaining: String,
    pub nothing_remains: String,
    pub date_too_vague: String,
    pub lacking: String,
    pub each: String,
    pub kinds: Table,
    pub questions: Table,
    pub details: Table,
}

/// The catalogue of instruments: treaties and declarations with their short citations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Instruments {
    article: String,
    articles: String,
    citation: String,
    citation_without_articles: String,
    citation_without_symbol: String,
    citation_bare: String,
    #[serde(flatten)]
    by_key: BTreeMap<String, Instrument>,
}

/// A treaty or a declaration.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Instrument {
    /// Its official title.
    pub title: String,
    /// The usual short form.
    #[serde(default)]
    pub short: Option<String>,
    /// The symbol of the document, or its year.
    #[serde(default)]
    pub symbol: Option<String>,
    /// How one article of it is cited, where it is not an article: `rule {list}`.
    #[serde(default)]
    pub article: Option<String>,
    /// How several are.
    #[serde(default)]
    pub articles: Option<String>,
    /// A treaty binds the States that are parties; a declaration is cited towards all.
    #[serde(default)]
    pub binding: bool,
}

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
    /// every gap that nothing fills. The shipped files need not be asked.
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

    /// The citation of some articles of an instrument.
    #[must_use]
    pub fn cite(&self, words: &Words, instrument: &Instrument, articles: &[String]) -> String {
        let which =
            if articles.len() == 1 { instrument.article.as_ref().unwrap_or(&self.article) } else { instrument.articles.as_ref().unwrap_or(&self.articles) };
        let list = fill(which, &[("list", &words.and(articles))]);
        let pattern = match (&instrument.symbol, articles.is_empty()) {
            (Some(_), false) => &self.citation,
            (Some(_), true) => &self.citation_without_articles,
            (None, false) => &self.citation_without_symbol,
            (None, true) => &self.citation_bare,
        };
        fill(pattern, &[("title", &instrument.title), ("symbol", instrument.symbol.as_deref().unwrap_or_default()), ("articles", &list)])
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

/// What stands before and behind a sign. Patterns are short: a search that is made for long texts would take longer to begin than
/// to end.
fn divided(text: &str, at: u8) -> Option<(&str, &str)> {
    text.bytes().position(|b| b == at).map(|found| (&text[..found], &text[found + 1..]))
}

/// Fills the gaps of a pattern: `{name}`.
#[must_use]
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(pattern.len() + values.iter().map(|(_, value)| value.len()).sum::<usize>());
    let mut rest = pattern;
    while let Some((before, after)) = divided(rest, b'{') {
        out.push_str(before);
        let known = divided(after, b'}').and_then(|(name, tail)| values.iter().find(|(n, _)| *n == name).map(|(_, v)| (v, tail)));
        if let Some((value, tail)) = known {
            out.push_str(value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}
