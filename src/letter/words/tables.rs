//! What the files of a language consist of, as they are read. Every field is required unless it says otherwise.

#![expect(missing_docs, reason = "explained where they are written, in words.toml")]

use serde::Deserialize;
use std::collections::BTreeMap;

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

/// Words by key.
pub type Phrases = BTreeMap<String, String>;

/// The fixed words of one language. Every field is required; each stands explained in `letter-templates/en/words.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Words {
    pub schema: u32,
    pub name: String,
    pub direction: Direction,
    pub months: [String; 12],
    pub place_and_date: String,
    pub date_alone: String,
    pub clock: String,
    pub(super) dates: Dates,
    pub(super) times: Times,
    pub(super) lists: Lists,
    pub(super) elision: Elision,
    #[serde(default)]
    pub(super) plurals: Vec<Plural>,
    pub labels: Labels,
    pub details: Phrases,
    /// Names of languages, by code.
    pub languages: Phrases,
    pub(super) roles: BTreeMap<String, Role>,
    pub(super) addressee: Addressee,
    pub(super) honorifics: BTreeMap<String, Phrases>,
    pub(super) salutations: Salutations,
    pub(super) closings: Closings,
    pub statements: Statements,
    pub form: Form,
    pub parts: Phrases,
    pub attribution: Phrases,
    pub facts: BTreeMap<String, Phrases>,
    pub mandates: Phrases,
    pub mail: Mail,
    #[serde(skip)]
    pub countries: Phrases,
    #[serde(skip)]
    pub instruments: Instruments,
    #[serde(skip)]
    pub requests: Phrases,
}

/// Labels and short words.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
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
    pub perpetrator_kinds: Phrases,
    pub roles: Phrases,
    pub kinds: Phrases,
    pub genders: Phrases,
}

/// The message that carries a letter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mail {
    pub cover: Vec<String>,
}

/// The two statements that mandates ask for, and what goes with them (facts: srdefenders.org, 2023).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
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
pub struct Form {
    pub title: String,
    pub question: String,
    pub missing: String,
    pub remaining: String,
    pub nothing_remains: String,
    pub date_too_vague: String,
    pub lacking: String,
    pub each: String,
    pub kinds: Phrases,
    pub questions: Phrases,
    pub details: Phrases,
}

/// The catalogue of instruments: treaties and declarations with their short citations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Instruments {
    pub(super) article: String,
    pub(super) articles: String,
    pub(super) citation: String,
    pub(super) citation_without_articles: String,
    pub(super) citation_without_symbol: String,
    pub(super) citation_bare: String,
    #[serde(flatten)]
    pub(super) by_key: BTreeMap<String, Instrument>,
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

/// How the titles of a kind of mandate begin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub(super) standing: String,
    pub(super) f: String,
    pub(super) m: String,
    pub(super) office: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Addressee {
    pub(super) un: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Salutations {
    pub(super) joint: String,
    #[serde(flatten)]
    pub(super) by_kind: BTreeMap<String, Salutation>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Salutation {
    pub(super) f: String,
    pub(super) m: String,
    pub(super) named: String,
    pub(super) office: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closings {
    pub(super) named: Closing,
    pub(super) office: Closing,
    pub(super) joint: Closing,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    pub(super) one: String,
    pub(super) many: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Dates {
    pub(super) day: String,
    pub(super) day_of_month: String,
    pub(super) month: String,
    pub(super) year: String,
    pub(super) approximate: String,
    pub(super) days: Phrases,
    /// How a date is said alone and in a sentence, by how much of it is known: `about-month`.
    pub(super) plain: Phrases,
    pub(super) when: Phrases,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Times {
    pub(super) at: String,
    pub(super) about: String,
    pub(super) between: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    pub(super) and: List,
    pub(super) or: List,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    pub(super) comma: String,
    pub(super) last: String,
    pub(super) before: Vec<Before>,
}

/// Another last word before certain sounds: Spanish "e" before an i, but not before a diphthong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Before {
    pub(super) starts: Vec<String>,
    #[serde(default)]
    pub(super) except: Vec<String>,
    pub(super) word: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Elision {
    pub(super) vowels: String,
    pub(super) words: Phrases,
    /// A small word and an article, and what the two become: "de les", "des".
    #[serde(default)]
    pub(super) contractions: Phrases,
}

/// Which numbers take which form: 1 takes "one"; with `modulo = 100`, 103 counts as 3.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plural {
    pub(super) form: String,
    pub(super) from: usize,
    pub(super) to: usize,
    #[serde(default)]
    pub(super) modulo: Option<usize>,
}
